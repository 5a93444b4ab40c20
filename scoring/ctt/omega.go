package ctt

import (
	"math"
	"slices"

	"sathach/scoring/measure"
)

// Omega is McDonald's (1999) omega total, 1 − Σ(1−λ²)/Σr, of standardised
// items: the part of the total's variance that is not unique to an item, by one
// factor of the correlations r whose residuals off the diagonal are least
// (minres; Harman and Jones, 1966). The same with (Σλ)² + Σ(1−λ²) below the
// line, what the factor expects, differs where one factor is not enough.
// Unlike alpha it does not take items for equally good. Everybody must have
// answered the same items, three or more.
func Omega(t *Table) measure.Value {
	r, why := t.correlations()
	if why != "" {
		return measure.Undefined(why)
	}
	loading, settled := oneFactor(r)
	if !settled {
		return measure.Undefined(measure.Unsettled)
	}
	var all, unique float64
	for j, row := range r {
		unique += 1 - loading[j]*loading[j]
		for _, x := range row {
			all += x
		}
	}
	return measure.Of(1 - unique/all)
}

// correlations are those of the items.
func (t *Table) correlations() ([][]float64, measure.Why) {
	items := len(t.max)
	if t.Persons() < 3 || items < 3 {
		return nil, measure.TooFew
	}
	means, varies := make([]float64, items), make([]bool, items)
	r := make([][]float64, items)
	for j := range r {
		r[j] = make([]float64, items)
	}
	for i := range t.Persons() {
		for j, x := range t.row(i) {
			if x == measure.Missing {
				return nil, measure.NotFixed
			}
			means[j] += float64(x) / float64(t.Persons())
			varies[j] = varies[j] || x != t.row(0)[j]
		}
	}
	for i := range t.Persons() {
		row := t.row(i)
		for j, x := range row {
			for k := range j + 1 {
				r[j][k] += (float64(x) - means[j]) * (float64(row[k]) - means[k])
			}
		}
	}
	if slices.Contains(varies, false) { // by the scores: sums of fractions round
		return nil, measure.Constant
	}
	for j := range r {
		for k := range j {
			r[j][k] /= math.Sqrt(r[j][j] * r[k][k])
			r[k][j] = r[j][k]
		}
	}
	for j := range r {
		r[j][j] = 1
	}
	return r, ""
}

// oneFactor finds loadings one after the other, each the best given the
// others. They are kept within −1 to 1.
func oneFactor(r [][]float64) (loading []float64, settled bool) {
	const (
		cycles = 5000
		still  = 1e-12
	)
	loading = make([]float64, len(r))
	squares := 0.0
	for j := range loading {
		loading[j] = 0.5
		squares += 0.25
	}
	for range cycles {
		moved := 0.0
		for j, row := range r {
			others := squares - loading[j]*loading[j]
			if others <= 0 {
				return loading, false
			}
			sum := -loading[j] // its correlation with itself is no residual
			for k, l := range loading {
				sum += row[k] * l
			}
			l := max(-1, min(1, sum/others))
			moved = max(moved, math.Abs(l-loading[j]))
			squares += l*l - loading[j]*loading[j]
			loading[j] = l
		}
		if moved < still {
			return loading, true
		}
	}
	return loading, false
}
