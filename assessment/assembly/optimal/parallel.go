package optimal

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"sathach/assessment/assembly"
)

// batch is many forms being made.
type batch struct {
	m      *model
	rnd    *rand.Rand
	cells  [][][]int // items of every topic and level
	used   []int     // forms an item is in
	most   []int     // forms it may be in
	in     [][]int   // which
	drafts []*draft
}

func (m *model) batch() *batch {
	b := &batch{m: m, rnd: m.stream(""), used: make([]int, len(m.Items)), most: slices.Repeat([]int{m.uses}, len(m.Items)), in: make([][]int, len(m.Items))}
	b.cells = make([][][]int, len(m.topicNames))
	for t := range b.cells {
		b.cells[t] = make([][]int, len(m.levels))
	}
	for i := range m.Items {
		if m.usable(i) {
			b.cells[m.topic[i]][m.level[i]] = append(b.cells[m.topic[i]][m.level[i]], i)
		}
	}
	return b
}

// stream is the chances of the form with a name.
func (m *model) stream(name string) *rand.Rand { return assembly.Stream(m.Seed, name) }

// name is that of form n.
func (m *model) name(n int) string {
	if len(m.Names) > 0 {
		return m.Names[n]
	}
	return strconv.Itoa(n + 1)
}

// result takes the drafts as forms, if all keep their limits.
func (b *batch) result() (Result, error) {
	var r Result
	r.Objective = math.Inf(1)
	for _, d := range b.drafts {
		if d.violation() > 0 {
			return Result{}, fmt.Errorf("%w: form %d breaks a limit of time, enemies, sets, topics or levels", ErrNotFound, len(r.Forms)+1)
		}
		r.Forms = append(r.Forms, slices.Clone(d.items))
		r.Objective, r.Deviation = min(r.Objective, d.least()), max(r.Deviation, d.deviation())
	}
	if most := MostOverlap(r.Forms); b.m.Overlap > 0 && most > b.m.Overlap {
		return Result{}, fmt.Errorf("%w: two forms share %d items", ErrNotFound, most)
	}
	return r, nil
}

// deviation is the largest relative distance from the targets.
func (d *draft) deviation() float64 {
	worst := 0.0
	for k, target := range d.m.Targets {
		worst = max(worst, math.Abs(d.sum[k]/target-1))
	}
	return worst
}

// toTarget fills form after form with the items used least, by lot among
// equals, and exchanges single items until the information is at its target.
func (m *model) toTarget() (Result, error) {
	b := m.batch()
	p := m.proportional(m.available())
	for n := range m.Forms {
		b.rnd = m.stream(m.name(n))
		if err := b.fill(n, p); err != nil {
			return Result{}, err
		}
		b.approach(n)
	}
	return b.result()
}

// Improve betters forms that are given by exchanges within their cells, topic
// by level, until their information is at the target: what Assemble does after
// it has filled a form. Content is as it was, and items of sets stay where they
// are. Uses, Overlap, Enemies and Seconds are kept where the forms keep them; an
// item comes in at most one form more than the most used item of its cell, so
// that exposure stays even.
func Improve(r Request, forms []Form) (Result, error) {
	if len(r.Targets) == 0 || len(forms) != r.Forms {
		return Result{}, fmt.Errorf("%w: forms to improve need a target, and there are %d of %d", ErrRequest, len(forms), r.Forms)
	}
	r.Sets = nil
	m, err := newModel(r)
	if err != nil {
		return Result{}, err
	}
	b := m.batch()
	for _, row := range b.cells {
		for l, cell := range row {
			row[l] = slices.DeleteFunc(cell, func(i int) bool { return m.set[i] >= 0 })
		}
	}
	for n, form := range forms {
		b.drafts = append(b.drafts, m.draft())
		for _, i := range form {
			if i < 0 || i >= len(r.Items) || b.drafts[n].holds.has(i) {
				return Result{}, fmt.Errorf("%w: form %d has item %d twice, or there is none", ErrRequest, n+1, i)
			}
			b.take(n, i)
		}
	}
	b.evenUse()
	var out Result
	for n, d := range b.drafts {
		b.rnd = m.stream(m.name(n))
		b.approach(n)
		out.Forms, out.Deviation = append(out.Forms, slices.Clone(d.items)), max(out.Deviation, d.deviation())
	}
	return out, nil
}

// evenUse lets items be in one form more than the most used of their cell.
func (b *batch) evenUse() {
	for _, row := range b.cells {
		for _, cell := range row {
			most := 0
			for _, i := range cell {
				most = max(most, b.used[i])
			}
			for _, i := range cell {
				b.most[i] = min(b.m.uses, most+1)
			}
		}
	}
}

// closeToTarget is the relative deviation at which a form is near enough.
const closeToTarget = 5e-4

// approach betters a form by exchanges within its cells. A form that is stuck
// is shaken, a few times, and the best of it kept.
func (b *batch) approach(n int) {
	const shakes = 12
	d := b.drafts[n]
	b.exchange(n)
	best, kept := d.miss(), slices.Clone(d.items)
	for range shakes {
		if d.violation() == 0 && d.deviation() <= closeToTarget {
			return
		}
		for range 4 {
			b.shake(n)
		}
		b.exchange(n)
		if miss := d.miss(); miss < best {
			best, kept = miss, slices.Clone(d.items)
		}
	}
	b.restore(n, kept)
}

// miss is how far a form is from its limits and targets.
func (d *draft) miss() float64 {
	sum := penalty * d.violation()
	for k, target := range d.m.Targets {
		x := d.sum[k]/target - 1
		sum += x * x
	}
	return sum
}

// exchange makes the best exchange within a cell until none betters the form
// or it is near enough.
func (b *batch) exchange(n int) {
	d, rest := b.drafts[n], make([]float64, b.m.points)
	if d.miscount() > 0 { // which exchanges within cells do not mend
		return
	}
	for now := d.miss(); d.violation() > 0 || d.deviation() > closeToTarget; {
		place, item, best := -1, -1, now*(1-1e-9)
		for p, out := range d.items {
			if b.stays(out) {
				continue
			}
			d.without(out, rest)
			for _, in := range b.cells[b.m.topic[out]][b.m.level[out]] {
				// Most are dismissed by their information alone.
				if miss := d.missWith(rest, in); miss < best && b.mayEnter(d, out, in) {
					if miss += d.penaltyAfter(out, in); miss < best && b.overlapAllows(n, out, in) {
						place, item, best = p, in, miss
					}
				}
			}
		}
		if place < 0 {
			return
		}
		b.put(n, place, item)
		now = d.miss()
	}
}

// stays tells whether an item is of no cell, so that nothing takes its place.
func (b *batch) stays(item int) bool {
	return len(b.cells[b.m.topic[item]][b.m.level[item]]) == 0 || b.m.Sets == nil && b.m.set[item] >= 0
}

// mayEnter tells whether an item of the same cell may take a place. Items of
// sets are exchanged within their set alone, so sets stay chosen.
func (b *batch) mayEnter(d *draft, out, in int) bool {
	m := b.m
	switch {
	case d.holds.has(in) || b.used[in] >= b.most[in]:
		return false
	case m.Sets != nil && m.set[in] != m.set[out]:
		return false
	}
	return d.peaceful(out, in)
}

// without fills rest with the relative deviations of a form without an item.
func (d *draft) without(out int, rest []float64) {
	for k, target := range d.m.Targets {
		rest[k] = (d.sum[k]-d.m.info[out*d.m.points+k])/target - 1
	}
}

// missWith is the miss, but for limits, of such a form with another item.
func (d *draft) missWith(rest []float64, in int) float64 {
	sum := 0.0
	for k, x := range d.m.info[in*d.m.points : (in+1)*d.m.points] {
		y := rest[k] + x/d.m.Targets[k]
		sum += y * y
	}
	return sum
}

// penalty is what breaking a limit by one item adds to a miss or shortfall.
const penalty = 1e3

// penaltyAfter is the penalty of a form after an exchange that keeps every
// limit but perhaps that of time.
func (d *draft) penaltyAfter(out, in int) float64 {
	return penalty * d.lateness(d.seconds-d.m.Items[out].Seconds+d.m.Items[in].Seconds)
}

// overlapAllows tells whether the form may take an item in another's place, or
// with −1 besides, as far as what forms share goes.
func (b *batch) overlapAllows(n, out, in int) bool {
	if b.m.Overlap == 0 || len(b.in[in]) == 0 {
		return true
	}
	for _, other := range b.in[in] {
		if other == n {
			continue
		}
		shared := 1
		for _, i := range b.drafts[n].items {
			if i != out && b.drafts[other].holds.has(i) {
				shared++
			}
		}
		if shared > b.m.Overlap {
			return false
		}
	}
	return true
}

// put puts an item in a place of a form.
func (b *batch) put(n, place, item int) {
	d := b.drafts[n]
	out := d.items[place]
	b.used[out]--
	b.in[out] = slices.DeleteFunc(b.in[out], func(form int) bool { return form == n })
	d.put(place, item)
	b.enter(n, item)
}

func (b *batch) enter(n, item int) {
	b.used[item]++
	b.in[item] = append(b.in[item], n)
}

// shake exchanges an item by lot.
func (b *batch) shake(n int) {
	d := b.drafts[n]
	place := b.rnd.IntN(len(d.items))
	out := d.items[place]
	if b.stays(out) {
		return
	}
	cell := b.cells[b.m.topic[out]][b.m.level[out]]
	in := cell[b.rnd.IntN(len(cell))]
	if b.mayEnter(d, out, in) && b.overlapAllows(n, out, in) {
		b.put(n, place, in)
	}
}

// restore makes the form of other items.
func (b *batch) restore(n int, items []int) {
	d, kept := b.drafts[n], slices.Clone(items)
	for _, i := range d.items {
		b.used[i]--
		b.in[i] = slices.DeleteFunc(b.in[i], func(form int) bool { return form == n })
		d.count(i, -1)
	}
	d.items = kept
	for _, i := range d.items {
		d.count(i, 1)
		b.enter(n, i)
	}
}

// fill makes form n of the items used least: sets first, then cell by cell as
// the plan has it.
func (b *batch) fill(n int, p *plan) error {
	need, err := b.begin(n, p)
	if err != nil {
		return err
	}
	for t, row := range need {
		for l, count := range row {
			if count > 0 {
				b.add(n, b.leastUsed(b.cells[t][l]), count)
			}
		}
	}
	return nil
}

// begin begins form n with its item sets and plans how many more items of
// every topic and level it needs.
func (b *batch) begin(n int, p *plan) (need [][]int, err error) {
	d := b.m.draft()
	b.drafts = append(b.drafts, d)
	if err := b.fillSets(n); err != nil {
		return nil, err
	}
	have, taken := make([][]int, len(b.cells)), make([][]int, len(b.cells))
	for t, row := range b.cells {
		have[t], taken[t] = make([]int, len(row)), make([]int, len(row))
		for l, cell := range row {
			for _, i := range cell {
				switch {
				case d.holds.has(i):
					taken[t][l]++
				case b.mayAdd(d, i):
					have[t][l]++
				}
			}
		}
	}
	need, narrowest := p.next(have, taken)
	if narrowest != nil {
		return nil, fmt.Errorf("%w: %d of %d forms were made before items of some topic or level were used up", ErrNotFound, n, b.m.Forms)
	}
	for t, row := range need {
		for l := range row {
			need[t][l] -= taken[t][l]
		}
	}
	return need, nil
}

// mayAdd tells whether an item may still come into a form.
func (b *batch) mayAdd(d *draft, i int) bool {
	m := b.m
	return !d.holds.has(i) && b.used[i] < b.most[i] && (m.Sets == nil || m.set[i] < 0) && d.peaceful(-1, i)
}

// leastUsed orders items by their use, by lot among equals.
func (b *batch) leastUsed(items []int) []int {
	shuffled := slices.Clone(items)
	b.rnd.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	order := make([]int, 0, len(items))
	for use := 0; len(order) < len(items); use++ {
		for _, i := range shuffled {
			if b.used[i] == use {
				order = append(order, i)
			}
		}
	}
	return order
}

// add adds the first so many items that the form may have.
func (b *batch) add(n int, items []int, count int) {
	for _, i := range items {
		if count <= 0 {
			return
		}
		if b.mayAdd(b.drafts[n], i) && b.overlapAllows(n, -1, i) {
			b.take(n, i)
			count--
		}
	}
}

// take adds an item to a form.
func (b *batch) take(n, i int) {
	d := b.drafts[n]
	d.items = append(d.items, i)
	d.count(i, 1)
	b.enter(n, i)
}

// fillSets takes the item sets of a form: those used least that fit the
// bounds of their topics and levels, each with its least used items.
func (b *batch) fillSets(n int) error {
	m, d := b.m, b.drafts[n]
	if m.Sets == nil || m.Sets.Count == 0 {
		return nil
	}
	sets := m.candidateSets()
	members := map[int][]int{}
	for i, s := range m.set {
		if s >= 0 {
			members[s] = append(members[s], i)
		}
	}
	use := func(s int) int {
		sum := 0
		for _, i := range members[s] {
			sum += b.used[i]
		}
		return sum
	}
	b.rnd.Shuffle(len(sets), func(i, j int) { sets[i], sets[j] = sets[j], sets[i] })
	slices.SortStableFunc(sets, func(x, y int) int { return cmp.Compare(use(x), use(y)) })
	for _, s := range sets {
		if d.chosen == m.Sets.Count {
			return nil
		}
		b.takeSet(n, members[s])
	}
	if d.chosen < m.Sets.Count {
		return fmt.Errorf("%w: form %d has %d item sets that fit its limits, not %d", ErrNotFound, n+1, d.chosen, m.Sets.Count)
	}
	return nil
}

// takeSet takes the least used items of a set, as few as a form may have of
// one, if so many fit.
func (b *batch) takeSet(n int, members []int) {
	m, d := b.m, b.drafts[n]
	before := len(d.items)
	for _, i := range b.leastUsed(members) {
		if len(d.items)-before == m.Sets.Items.Low {
			return
		}
		t, l := m.topic[i], m.level[i]
		room := b.used[i] < b.most[i] && d.topics[t] < m.topicRange[t].High && d.levels[l] < m.levelRange[l].High
		if room && d.peaceful(-1, i) && b.overlapAllows(n, -1, i) {
			b.take(n, i)
		}
	}
	if len(d.items)-before < m.Sets.Items.Low {
		b.restore(n, d.items[:before])
	}
}
