package optimal

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// search looks for the best single form by branch and bound.
type search struct {
	m     *model
	found Form
	value float64 // of the form found; before, just below what any form has
	open  float64 // the highest bound of what was left unexplored
	work  int     // items valued so far
}

const (
	// closeEnough ends the search where a bound is no more than so much above the
	// form found, relative to it.
	closeEnough = 1e-8
	// mostWork bounds the search, in items valued. What is unexplored then
	// shows in the bound.
	mostWork = 600_000_000
	// overhead of one step of the dual, as so many items.
	overhead = 200
	// Steps of the dual at the root, at a choice of sets, and below.
	rootSteps, setSteps, nodeSteps = 300, 60, 24
)

// best is the best form.
func (m *model) best() (Result, error) {
	// Information is not negative. A bound below zero proves that there is no
	// form, which the dual of limits that exclude each other soon reaches.
	s := &search{m: m, value: -1e-6, open: math.Inf(-1)}
	if m.Sets != nil && m.Sets.Count > 0 {
		s.bySets(nil, m.candidateSets(), nil)
	} else {
		s.root(m.relax(m.allItems()))
	}
	if s.found == nil {
		if s.work > mostWork {
			return Result{}, fmt.Errorf("%w: the search came to its limit", ErrNotFound)
		}
		return Result{}, &Infeasible{[]Cause{{"forms that keep time, enemies, sets and levels together", 1, 0}}}
	}
	bound := max(s.value, s.open)
	out := Result{Forms: []Form{s.found}, Objective: s.value, Bound: bound}
	out.Proven = out.proven()
	return out, nil
}

// enough tells that what is bounded so is not worth a look.
func (s *search) enough(bound float64) bool {
	return bound <= s.value+closeEnough*math.Abs(s.value)
}

// root explores a relaxation that has not been priced yet: the choices on the
// way are mended into forms, so that most items can be put aside at once.
func (s *search) root(r *relaxation) {
	var choices [][]pick
	step := 0
	if !s.descend(r, rootSteps, func(picks []pick) {
		if step++; step%(rootSteps/6) == 0 {
			choices = append(choices, slices.Clone(picks))
		}
	}) {
		return
	}
	best := r.best.clone()
	if picks, ok := r.evaluate(&best); ok {
		choices = append(choices, picks)
	}
	candidates := r.promising()
	for _, picks := range choices {
		s.mend(picks, candidates)
	}
	s.node(r, nodeSteps*4)
}

// descend prices a relaxation, offering every choice on the way as a form.
func (s *search) descend(r *relaxation, steps int, every func([]pick)) bool {
	return r.descend(steps, s.value, func(picks []pick) {
		s.work += len(r.items) + overhead
		s.offer(r.sum, picks)
		if every != nil {
			every(picks)
		}
	})
}

// offer takes a choice as the form found, if it is better and keeps all
// limits.
func (s *search) offer(sum []float64, picks []pick) {
	if slices.Min(sum) <= s.value {
		return
	}
	s.take(s.m.draft(itemsOf(picks)...))
}

func itemsOf(picks []pick) []int {
	items := make([]int, len(picks))
	for n, p := range picks {
		items[n] = p.item
	}
	return items
}

func (s *search) take(d *draft) {
	if d.violation() == 0 && d.least() > s.value {
		s.found, s.value = slices.Clone(d.items), d.least()
	}
}

// promising are the items nearest to being chosen, some of every topic.
func (r *relaxation) promising() []int {
	const perTopic = 40
	var items []int
	r.byTopic(func(_ int, of []int) { items = append(items, r.top(of, perTopic)...) })
	return items
}

// mend exchanges items of a choice, the best exchange first, until it keeps
// all limits and no exchange betters it.
func (s *search) mend(picks []pick, candidates []int) {
	d := s.m.draft(itemsOf(picks)...)
	// The mean breaks ties of the least: it tells which way is up.
	merit := func() float64 {
		mean := 0.0
		for _, x := range d.sum {
			mean += x / float64(len(d.sum))
		}
		return d.least() + mean/100 - penalty*d.violation()
	}
	for now := merit(); ; {
		place, item, best := -1, -1, now+1e-9
		for p, out := range d.items {
			for _, in := range candidates {
				if d.holds.has(in) || s.m.topic[in] != s.m.topic[out] && !d.mayMove(out, in) {
					continue
				}
				d.put(p, in)
				if x := merit(); x > best {
					place, item, best = p, in, x
				}
				d.put(p, out)
			}
		}
		s.work += len(d.items) * len(candidates)
		if place < 0 {
			break
		}
		d.put(place, item)
		now = best
	}
	s.take(d)
}

// mayMove tells whether an exchange between topics keeps their bounds.
func (d *draft) mayMove(out, in int) bool {
	m := d.m
	from, to := m.topic[out], m.topic[in]
	return d.topics[from] > m.topicRange[from].Low && d.topics[to] < m.topicRange[to].High
}

// node explores a relaxation: it is priced, items that cannot be in a better
// form are put aside and those that must be are forced; then the item about
// which the choices were most divided is taken once and left once.
func (s *search) node(r *relaxation, steps int) {
	divided := map[int]float64{}
	if !s.descend(r, steps, func(picks []pick) {
		const fade = 0.85
		for i := range divided {
			divided[i] *= fade
		}
		for _, p := range picks {
			divided[p.item] += 1 - fade
		}
	}) || s.enough(r.best.value) || !s.reduce(r) {
		return
	}
	if s.work > mostWork {
		s.open = max(s.open, r.best.value)
		return
	}
	if r.length == 0 || r.length >= len(r.items) { // one choice is left
		at := r.best.clone()
		if picks, ok := r.evaluate(&at); ok {
			s.offer(r.sum, picks)
		}
		return
	}
	item, most := r.items[0], -1.0
	for _, i := range r.items {
		if x := 0.5 - math.Abs(divided[i]-0.5); x > most {
			item, most = i, x
		}
	}
	in, out := r.with(item), r.without(item)
	first, second := in, out
	if divided[item] < 0.5 {
		first, second = out, in
	}
	s.node(first, nodeSteps)
	s.node(second, nodeSteps)
}

// child is a relaxation to branch from: prices and weights are inherited.
func (r *relaxation) child() *relaxation {
	c := *r
	c.topics, c.forced = slices.Clone(r.topics), slices.Clone(r.forced)
	c.best = r.best.clone()
	c.best.value = math.Inf(1)
	return &c
}

// with is the relaxation with an item taken; its enemies leave.
func (r *relaxation) with(item int) *relaxation {
	c := r.child()
	c.force(item)
	m := r.m
	c.items = make([]int, 0, len(r.items))
	for _, i := range r.items {
		enemies := m.Enemies == 1 && m.enemy[i] >= 0 && m.enemy[i] == m.enemy[item]
		if i != item && !enemies {
			c.items = append(c.items, i)
		}
	}
	c.revive()
	return c
}

func (r *relaxation) force(item int) {
	r.forced = append(r.forced, item)
	t := &r.topics[r.m.topic[item]]
	t.Low, t.High = t.Low-1, t.High-1
	r.length--
}

// without is the relaxation with an item left out.
func (r *relaxation) without(item int) *relaxation {
	c := r.child()
	c.items = slices.DeleteFunc(slices.Clone(r.items), func(i int) bool { return i == item })
	c.revive()
	return c
}

// reduce puts aside every item that cannot be in a form better than the one
// found, and forces those that must be: taking the one or leaving the other
// would cost at least its regret, the difference to the item it is exchanged
// for.
func (s *search) reduce(r *relaxation) bool {
	at := r.best.clone()
	picks, ok := r.evaluate(&at)
	if !ok {
		return false
	}
	s.work += len(r.items)
	chosen := map[int]bool{}
	count := make([]int, len(r.topics))
	worst, better := fill(len(r.topics), math.Inf(1)), fill(len(r.topics), math.Inf(-1))
	for _, p := range picks[:len(picks)-len(r.forced)] {
		t := r.m.topic[p.item]
		chosen[p.item] = true
		count[t]++
		worst[t] = min(worst[t], r.value[p.item])
	}
	for _, i := range r.items {
		if t := r.m.topic[i]; !chosen[i] {
			better[t] = max(better[t], r.value[i])
		}
	}
	drop, add := math.Inf(1), math.Inf(-1)
	for t, n := range count {
		if n > r.topics[t].Low {
			drop = min(drop, worst[t])
		}
		if n < r.topics[t].High {
			add = max(add, better[t])
		}
	}
	var stay []int
	for _, i := range r.items {
		t, v := r.m.topic[i], r.value[i]
		if chosen[i] {
			instead := better[t]
			if count[t] > r.topics[t].Low {
				instead = max(instead, add)
			}
			if s.enough(at.value - (v - instead)) {
				r.force(i)
				count[t]--
				continue
			}
		} else {
			instead := worst[t]
			if count[t] < r.topics[t].High {
				instead = min(instead, drop)
			}
			if s.enough(at.value - max(0, instead-v)) {
				continue
			}
		}
		stay = append(stay, i)
	}
	r.items = stay
	r.revive()
	return true
}

func fill(n int, x float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

// candidateSets are the sets large enough to be one of a form.
func (m *model) candidateSets() []int {
	var sets []int
	for s, size := range m.sizes {
		if size >= m.Sets.Items.Low {
			sets = append(sets, s)
		}
	}
	return sets
}

// choiceOfSets is a relaxation in which some sets are chosen.
type choiceOfSets struct {
	chosen, others []int
	r              *relaxation
}

// bySets branches on item sets first: chosen are in the form, of others more
// may come. Once all are chosen, items are searched.
func (s *search) bySets(chosen, others []int, from *relaxation) {
	if len(chosen) == s.m.Sets.Count {
		if !s.enough(from.best.value) {
			s.mendOnce(from)
			s.node(from, rootSteps/2)
		}
		return
	}
	if from == nil { // a bound of all choices, for what the search may leave open
		from = s.m.relaxSets(nil, others)
		if !s.descend(from, setSteps, nil) {
			return
		}
	}
	var next []choiceOfSets
	for at, set := range others {
		if s.work > mostWork {
			s.open = max(s.open, from.best.value)
			break
		}
		c := choiceOfSets{chosen: append(slices.Clone(chosen), set), others: others[at+1:]}
		if len(c.chosen)+len(c.others) < s.m.Sets.Count {
			break
		}
		c.r = s.m.relaxSets(c.chosen, c.others)
		copy(c.r.best.weights, from.best.weights)
		copy(c.r.best.prices[:from.sets], from.best.prices)
		if s.descend(c.r, setSteps, nil) && !s.enough(c.r.best.value) {
			next = append(next, c)
		}
	}
	slices.SortStableFunc(next, func(a, b choiceOfSets) int { return cmp.Compare(b.r.best.value, a.r.best.value) })
	for _, c := range next {
		switch {
		case s.enough(c.r.best.value):
		case s.work > mostWork:
			s.open = max(s.open, c.r.best.value)
		default:
			s.bySets(c.chosen, c.others, c.r)
		}
	}
}

func (s *search) mendOnce(r *relaxation) {
	at := r.best.clone()
	if picks, ok := r.evaluate(&at); ok {
		s.mend(picks, r.promising())
	}
}

// relaxSets is the relaxation with some sets chosen, each with its items in
// range, and with as many of the others as are lacking, taken together.
func (m *model) relaxSets(chosen, others []int) *relaxation {
	lacking := m.Sets.Count - len(chosen)
	may := make([]bool, m.sets)
	for _, s := range chosen {
		may[s] = true
	}
	if lacking > 0 {
		for _, s := range others {
			may[s] = true
		}
	}
	var items []int
	for _, i := range m.allItems() {
		if s := m.set[i]; s < 0 || may[s] {
			items = append(items, i)
		}
	}
	r := m.relax(items)
	rows := make([]int32, m.sets)
	together := r.addRow(float64(lacking*m.Sets.Items.Low), float64(lacking*m.Sets.Items.High))
	for _, s := range others {
		rows[s] = together
	}
	for _, s := range chosen {
		rows[s] = r.addRow(float64(m.Sets.Items.Low), float64(m.Sets.Items.High))
	}
	for _, i := range items {
		if s := m.set[i]; s >= 0 {
			r.rowsOf[i][2] = rows[s]
		}
	}
	r.revive()
	return r
}
