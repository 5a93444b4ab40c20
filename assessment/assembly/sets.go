package assembly

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// set is items that are drawn together, as one topic's cells see them.
//
// How often a set is drawn follows from how often its items should be: an item
// of a cell with count c and m items belongs in c/m of the forms, so a set
// belongs in the mean of that over its items, its share. Form after form it is
// owed its share more; it is drawn when it is owed a whole form, from a start
// drawn by lot (systematic sampling), if the rest of the form can then still
// be filled, or when the form cannot be filled without. Sets that look the
// same to the cells are thus used equally often, give or take one form.
type set struct {
	items  []string // in their places
	counts []int    // items in each cell of its topic
	share  float64  // of all forms
	start  float64  // in [0, 1)
	used   int      // forms so far
}

// owed is how many forms the set should be in, and is not, when n are made.
func (s *set) owed(n int) float64 { return s.share*float64(n) + s.start - float64(s.used) }

// add takes a set into the topic, if it fits the cells whole.
func (t *topic) add(members []Item) {
	slices.SortFunc(members, byPlace)
	s := &set{counts: make([]int, len(t.cells))}
	fits := true
	for _, m := range members {
		at := t.cell(m.Level)
		if at < 0 {
			fits = false
			continue
		}
		s.items = append(s.items, m.ID)
		s.counts[at]++
		t.tied[at]++
	}
	for i, c := range t.cells {
		fits = fits && s.counts[i] <= c.Count
	}
	if fits {
		t.sets = append(t.sets, s)
	}
}

// spread gives every set its share and draws its start.
func (t *topic) spread(rnd *rand.Rand) {
	items := make([]int, len(t.cells))
	for i := range t.cells {
		items[i] = len(t.singles[i])
		for _, s := range t.sets {
			items[i] += s.counts[i]
		}
	}
	for _, s := range t.sets {
		for i, c := range t.cells {
			if s.counts[i] > 0 {
				s.share += float64(s.counts[i]) * min(1, float64(c.Count)/float64(items[i])) / float64(len(s.items))
			}
		}
		s.start = rnd.Float64()
	}
}

// choose takes the sets of the n-th form, none with an enemy of what it has. Who is wary
// takes sets with enemies only where it must.
func (t *topic) choose(d drawing, n int, wary bool) (chosen []*set) {
	if len(t.sets) == 0 {
		return nil
	}
	t.count(d.enemy, d.met)
	g := t.grid()
	order := slices.Clone(t.sets)
	slices.SortStableFunc(order, func(a, b *set) int { return cmp.Compare(b.owed(n), a.owed(n)) })
	enough := t.suffice(g.counts) // then every choice of sets that fits can be filled up, but for enemies
	var fillable [][]bool
	if !enough {
		fillable = t.fillable(g, order)
	}
	at := g.size - 1 // nothing is filled yet
	for k, s := range order {
		after, fits := g.without(at, s.counts)
		if !fits || !enough && !fillable[k+1][after] || d.hostile(s) {
			continue
		}
		if s.owed(n) >= 1 && !(wary && d.quarrels(s)) || t.needs(g.at(at), s) {
			at, chosen = after, append(chosen, s)
			for _, id := range s.items {
				d.take(id)
			}
		}
	}
	return chosen
}

// rest is how many single items each cell needs beside some sets.
func (t *topic) rest(chosen []*set) []int {
	rest := make([]int, len(t.cells))
	for i, c := range t.cells {
		rest[i] = c.Count
		for _, s := range chosen {
			rest[i] -= s.counts[i]
		}
	}
	return rest
}

// needs tells whether single items do not suffice for a cell that the set has
// items of.
func (t *topic) needs(rest []int, s *set) bool {
	for i := range t.cells {
		if s.counts[i] > 0 && rest[i] > t.enough[i] {
			return true
		}
	}
	return false
}

// fillable tells for every k and every rest whether some of order[k:] and
// single items fill it exactly.
func (t *topic) fillable(g grid, order []*set) [][]bool {
	fillable := make([][]bool, len(order)+1)
	last := make([]bool, g.size)
	for i := range last {
		last[i] = t.suffice(g.at(i))
	}
	fillable[len(order)] = last
	for k := len(order) - 1; k >= 0; k-- {
		row := slices.Clone(fillable[k+1])
		for i := range row {
			if after, fits := g.without(i, order[k].counts); !row[i] && fits {
				row[i] = fillable[k+1][after]
			}
		}
		fillable[k] = row
	}
	return fillable
}

// suffice tells whether single items fill the rest.
func (t *topic) suffice(rest []int) bool {
	for i, n := range rest {
		if n > t.enough[i] {
			return false
		}
	}
	return true
}

// fullest is how many items of each cell the fullest form has.
func (t *topic) fullest() []int {
	g := t.grid()
	if t.suffice(g.counts) {
		return g.counts
	}
	reached := make([]bool, g.size) // rests that some sets leave
	reached[g.size-1] = true
	for _, s := range t.sets {
		for i := range reached { // from the emptiest rest up: no set counts twice
			if after, fits := g.without(i, s.counts); reached[i] && fits {
				reached[after] = true
			}
		}
	}
	var best []int
	most := -1
	for i := range slices.Backward(reached) {
		if !reached[i] {
			continue
		}
		have, sum := g.at(i), 0
		for c, n := range have {
			have[c] = g.counts[c] - max(0, n-t.enough[c])
			sum += have[c]
		}
		if sum > most {
			best, most = have, sum
		}
	}
	return best
}

// grid numbers the rests of a topic: how many items each of its cells still
// needs, from none (0) to all (size-1). A topic has three levels and a form at
// most 120 items, so there are at most 41³ of them.
type grid struct {
	counts []int
	size   int
}

func (t *topic) grid() grid {
	g := grid{counts: make([]int, len(t.cells)), size: 1}
	for i, c := range t.cells {
		g.counts[i] = c.Count
		g.size *= c.Count + 1
	}
	return g
}

// at is the rest with a number.
func (g grid) at(number int) []int {
	rest := make([]int, len(g.counts))
	for i, n := range slices.Backward(g.counts) {
		rest[i] = number % (n + 1)
		number /= n + 1
	}
	return rest
}

// without is the number of the rest when items are filled in; fits is false
// where it needs fewer of some cell.
func (g grid) without(number int, filled []int) (after int, fits bool) {
	step := 1
	after, left := number, number
	for i, n := range slices.Backward(g.counts) {
		if left%(n+1) < filled[i] {
			return 0, false
		}
		left /= n + 1
		after -= filled[i] * step
		step *= n + 1
	}
	return after, true
}
