package optimal

import (
	"cmp"
	"math"
	"slices"
)

// worthBounding is the deviation from which on it is asked how small it could be: below,
// the answer that is always right, 0, says enough.
const worthBounding = 1e-3

// mostSigned is the number of points up to which every pattern of too much and too
// little is looked at.
const mostSigned = 6

// leastDeviation is a deviation from the targets that no forms undercut, where some
// reach the one given. For signs s and weights w of the points that sum to one,
//
//	max |ΣI(θₖ)/Tₖ − 1| ≥ Σ wₖ·sₖ·(1 − ΣI(θₖ)/Tₖ)
//
// of every form, hence of the mean of all, of which the right side has a least value
// as the maximin of items with sₖ·(I(θₖ)/Tₖ − 1/n) has a greatest: the same dual
// bounds it.
func (m *model) leastDeviation(reached float64) float64 {
	if reached < worthBounding || m.points > mostSigned {
		return 0
	}
	least := 0.0
	for signs := range 1 << m.points {
		signed := *m
		signed.info = slices.Clone(m.info)
		for at := range signed.info {
			k := at % m.points
			signed.info[at] = signed.info[at]/m.Targets[k] - 1/float64(m.Length)
			if signs>>k&1 == 1 {
				signed.info[at] = -signed.info[at]
			}
		}
		r := signed.relax(signed.allItems())
		if r.descend(300, -reached, nil) {
			least = max(least, -r.best.value)
		}
	}
	return least
}

// Bounds of what a polishing looks at, in items held against an exchange: of every form
// that was found, and of the best of them. Where targets are in reach neither is met.
const (
	polishWork = 3_000_000
	finishWork = 60_000_000
)

// polishing exchanges two items of a form at once, as long as that brings it nearer to the
// targets within its limits: what no exchange of one betters, two often do.
type polishing struct {
	*draft
	bank []int // by information at the first point
	work int   // that is left
}

func (m *model) polishing(form Form, work int) *polishing {
	p := &polishing{m.draft(form...), m.allItems(), work}
	slices.SortFunc(p.bank, func(a, b int) int { return cmp.Or(cmp.Compare(m.at(a)[0], m.at(b)[0]), cmp.Compare(a, b)) })
	return p
}

func (m *model) polish(form Form, work int) Form {
	p := m.polishing(form, work)
	for p.better() {
	}
	return p.items
}

// better makes the first exchange that betters the form.
func (p *polishing) better() bool {
	for first := range p.items {
		for second := first + 1; second < len(p.items); second++ {
			if p.exchange(first, second) {
				return true
			}
		}
	}
	return false
}

// exchange gives two places other items, if that betters the form.
func (p *polishing) exchange(first, second int) bool {
	a, b, before := p.items[first], p.items[second], p.deviation()
	for at, i := range p.bank {
		if p.work < 0 {
			return false
		}
		if p.holds.has(i) {
			continue
		}
		for _, j := range p.partners(p.bank[at+1:], a, b, i, before) {
			p.put(first, i)
			p.put(second, j)
			if p.violation() == 0 && p.deviation() < before-1e-12 {
				return true
			}
			p.put(first, a)
			p.put(second, b)
		}
	}
	return false
}

// partners are the items that come in with i, in the places of a and b, so that
// information is nearer than before to its target at every point.
func (p *polishing) partners(items []int, a, b, i int, before float64) (found []int) {
	m := p.m
	near := func(j, k int) float64 {
		return (p.sum[k]-m.at(a)[k]-m.at(b)[k]+m.at(i)[k]+m.at(j)[k])/m.Targets[k] - 1
	}
	from, _ := slices.BinarySearchFunc(items, -before, func(j int, least float64) int { return cmp.Compare(near(j, 0), least) })
	for _, j := range items[from:] {
		if p.work--; p.work < 0 || near(j, 0) >= before {
			break
		}
		better := !p.holds.has(j)
		for k := 1; k < m.points && better; k++ {
			better = math.Abs(near(j, k)) < before
		}
		if better {
			found = append(found, j)
		}
	}
	return found
}
