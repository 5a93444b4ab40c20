package optimal

import (
	"cmp"
	"math"
	"slices"
)

// evenly makes many forms whose worst is as good as can be. The dual of all
// forms together says which items are worth how many uses; they are dealt to
// the forms, the most valuable first, each to the form that has least, and
// then exchanged between forms until none falls short.
func (m *model) evenly() (Result, error) {
	r := m.relax(m.allItems())
	used := make([][]float64, len(m.topicNames))
	for t := range used {
		used[t] = make([]float64, len(m.levels))
	}
	const steps = 400
	step := 0
	r.descend(steps, math.Inf(-1), func(picks []pick) {
		if step++; step > steps/4 {
			for _, p := range picks {
				used[m.topic[p.item]][m.level[p.item]] += float64(p.units)
			}
		}
	})
	best := r.best.clone()
	if _, ok := r.evaluate(&best); !ok {
		return Result{}, &Infeasible{[]Cause{{"forms within the bounds of topics", m.Forms, 0}}}
	}
	b := m.batch()
	if err := b.deal(m.planned(used, m.available()), r.value); err != nil {
		return Result{Bound: r.best.value}, err
	}
	b.level(r.best.value)
	out, err := b.result()
	out.Bound = r.best.value
	out.Proven = err == nil && out.proven()
	return out, err
}

// deal fills all forms as planned.
func (b *batch) deal(p *plan, value []float64) error {
	m := b.m
	need := make([][][]int, m.Forms)
	demand := make([][]int, len(b.cells))
	for t := range demand {
		demand[t] = make([]int, len(m.levels))
	}
	for n := range m.Forms {
		counts, err := b.begin(n, p)
		if err != nil {
			return err
		}
		need[n] = counts
		for t, row := range counts {
			for l, count := range row {
				demand[t][l] += count
			}
		}
	}
	for _, i := range b.wanted(demand, value) {
		for range b.most[i] - b.used[i] {
			if n := b.poorest(i, need, value); n >= 0 {
				b.take(n, i)
				need[n][m.topic[i]][m.level[i]]--
			}
		}
	}
	better := func(x, y int) int { return cmp.Compare(value[y], value[x]) }
	for n := range need {
		for t, row := range need[n] {
			for l, count := range row {
				if count > 0 { // few cells are left open
					b.add(n, slices.SortedStableFunc(slices.Values(b.cells[t][l]), better), count)
				}
			}
		}
	}
	return nil
}

// wanted are the items that should be dealt, the most valuable first.
func (b *batch) wanted(demand [][]int, value []float64) []int {
	better := func(x, y int) int { return cmp.Or(cmp.Compare(value[y], value[x]), cmp.Compare(x, y)) }
	var items []int
	for t, row := range demand {
		for l, count := range row {
			for _, i := range slices.SortedFunc(slices.Values(b.cells[t][l]), better) {
				if count <= 0 {
					break
				}
				if left := b.most[i] - b.used[i]; left > 0 && (b.m.Sets == nil || b.m.set[i] < 0) {
					items = append(items, i)
					count -= left
				}
			}
		}
	}
	slices.SortFunc(items, better)
	return items
}

// poorest is the form that needs the item's cell, may have the item and has
// the least value so far; −1 for none.
func (b *batch) poorest(i int, need [][][]int, value []float64) int {
	t, l := b.m.topic[i], b.m.level[i]
	poorest, least := -1, math.Inf(1)
	for n, d := range b.drafts {
		if need[n][t][l] > 0 && d.worth < least && b.mayAdd(d, i) && b.overlapAllows(n, -1, i) {
			poorest, least = n, d.worth
		}
	}
	if poorest >= 0 {
		b.drafts[poorest].worth += value[i]
	}
	return poorest
}

// level exchanges items between forms so that none is below aim at any point,
// the worst form first. Its work is bounded; the objective tells how far it
// came.
func (b *batch) level(bound float64) {
	const (
		near     = 0.9995 // of the bound, which forms hardly reach
		partners = 24     // tried for an exchange
		mostWork = 120_000_000
	)
	aim := bound * near
	costs, resting := make([]float64, len(b.drafts)), make([]int, len(b.drafts))
	for n, d := range b.drafts {
		if d.miscount() > 0 { // which exchanges do not mend
			return
		}
		costs[n] = d.shortfall(aim)
	}
	for work := 0; work < mostWork; {
		worst := -1
		for n, cost := range costs {
			if cost > 0 && resting[n] < 2*len(b.drafts)/partners+2 && (worst < 0 || cost > costs[worst]) {
				worst = n
			}
		}
		if worst < 0 {
			return
		}
		best := trade{gain: 1e-9 * costs[worst]}
		for range partners {
			if other := b.rnd.IntN(len(b.drafts)); other != worst {
				work += b.trades(worst, other, aim, costs, &best)
			}
		}
		work += b.fresh(worst, aim, costs[worst], &best)
		if !best.found {
			resting[worst]++
			continue
		}
		b.do(worst, best)
		resting[worst] = 0
		costs[worst] = b.drafts[worst].shortfall(aim)
		if best.other >= 0 {
			costs[best.other], resting[best.other] = b.drafts[best.other].shortfall(aim), 0
		}
	}
}

// shortfall is how far a form is from its limits, and below the aim.
func (d *draft) shortfall(aim float64) float64 {
	sum := penalty * d.violation()
	for _, s := range d.sum {
		x := max(0, aim-s)
		sum += x * x
	}
	return sum
}

// trade is an exchange of the item at place with another: that at theirs of
// the other form, or with −1 for other, one that is in fewer forms than it
// may be.
type trade struct {
	found                bool
	gain                 float64
	place, other, theirs int
	item                 int
}

// trades looks for the best exchange between two forms, item for item of the
// same topic.
func (b *batch) trades(n, other int, aim float64, costs []float64, best *trade) (work int) {
	m, d, e := b.m, b.drafts[n], b.drafts[other]
	before := costs[n] + costs[other]
	for p, out := range d.items {
		for q, in := range e.items {
			if m.topic[out] != m.topic[in] || m.Sets != nil && (m.set[out] >= 0 || m.set[in] >= 0) {
				continue
			}
			work++
			gain := before - d.shortfallAfter(out, in, aim) - e.shortfallAfter(in, out, aim)
			if gain > best.gain && d.allows(out, in) && e.allows(in, out) && b.overlapAllows(n, out, in) && b.overlapAllows(other, in, out) {
				*best = trade{true, gain, p, other, q, in}
			}
		}
	}
	return work
}

// fresh looks for a better exchange with an item of the same cell that may
// still be used.
func (b *batch) fresh(n int, aim, before float64, best *trade) (work int) {
	m, d := b.m, b.drafts[n]
	for p, out := range d.items {
		for _, in := range b.cells[m.topic[out]][m.level[out]] {
			if b.used[in] >= b.most[in] || m.Sets != nil && m.set[in] != m.set[out] {
				continue
			}
			work++
			gain := before - d.shortfallAfter(out, in, aim)
			if gain > best.gain && d.allows(out, in) && b.overlapAllows(n, out, in) {
				*best = trade{true, gain, p, -1, -1, in}
			}
		}
	}
	return work
}

// do makes an exchange.
func (b *batch) do(n int, t trade) {
	out := b.drafts[n].items[t.place]
	b.put(n, t.place, t.item)
	if t.other >= 0 {
		b.put(t.other, t.theirs, out)
	}
}

// shortfallAfter is the shortfall after an exchange that breaks no limit but
// perhaps that of time.
func (d *draft) shortfallAfter(out, in int, aim float64) float64 {
	sum := d.penaltyAfter(out, in)
	for k := range d.sum {
		x := max(0, aim-d.swapped(out, in, k))
		sum += x * x
	}
	return sum
}

// allows tells whether an exchange within a topic keeps what is not in the
// shortfall: each item once, levels, enemies.
func (d *draft) allows(out, in int) bool {
	m := d.m
	from, to := m.level[out], m.level[in]
	switch {
	case d.holds.has(in):
		return false
	case from != to && (d.levels[from] <= m.levelRange[from].Low || d.levels[to] >= m.levelRange[to].High):
		return false
	}
	return d.peaceful(out, in)
}
