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

// polish exchanges two items of a form at once, as long as that brings it nearer to the
// targets within its limits: what no exchange of one betters, two often do.
func (m *model) polish(form Form) Form {
	d := m.draft(form...)
	items := m.allItems()
	slices.SortFunc(items, func(a, b int) int { return cmp.Or(cmp.Compare(m.at(a)[0], m.at(b)[0]), cmp.Compare(a, b)) })
	for d.exchangeTwo(items) {
	}
	return d.items
}

// exchangeTwo makes the first exchange of two items for two others, which are sorted by
// information at the first point, that betters the form.
func (d *draft) exchangeTwo(items []int) bool {
	before := d.deviation()
	for first, a := range d.items {
		for second := first + 1; second < len(d.items); second++ {
			b := d.items[second]
			for at, i := range items {
				if d.holds.has(i) {
					continue
				}
				for _, j := range d.partners(items[at+1:], a, b, i, before) {
					d.put(first, i)
					d.put(second, j)
					if d.violation() == 0 && d.deviation() < before-1e-12 {
						return true
					}
					d.put(first, a)
					d.put(second, b)
				}
			}
		}
	}
	return false
}

// partners are the items that come in with i, in the places of a and b, so that
// information is nearer than before to its target at every point.
func (d *draft) partners(items []int, a, b, i int, before float64) (found []int) {
	m := d.m
	near := func(j, k int) float64 {
		return (d.sum[k]-m.at(a)[k]-m.at(b)[k]+m.at(i)[k]+m.at(j)[k])/m.Targets[k] - 1
	}
	from, _ := slices.BinarySearchFunc(items, -before, func(j int, least float64) int { return cmp.Compare(near(j, 0), least) })
	for _, j := range items[from:] {
		if near(j, 0) >= before {
			break
		}
		better := !d.holds.has(j)
		for k := 1; k < m.points && better; k++ {
			better = math.Abs(near(j, k)) < before
		}
		if better {
			found = append(found, j)
		}
	}
	return found
}
