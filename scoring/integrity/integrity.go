// Package integrity looks for answers that honest work hardly explains:
// copied answers (Compare), answers given faster than they can be read
// (Times), and gains beyond what two measurements allow (Gain).
//
// What it finds opens a case for a person to judge. It never changes a score
// and says nothing about who did what: of two people with the same answers
// both directions light up. Copying of half a form stays invisible with forty
// items, and people whose forms share few items cannot be compared at all.
//
// Many pairs are looked at, so each must pass a level divided by their number
// (PairLevel).
package integrity

import (
	"math"

	"sathach/scoring/measure"
)

// Missing marks an answer that was not given; it is never a match.
const Missing = -1

// PairLevel is the significance each of a number of comparisons must reach so
// that all together raise a false alarm at most once in a hundred (Bonferroni).
func PairLevel(comparisons int) float64 { return 0.01 / float64(max(1, comparisons)) }

// Gain is the change of ability between two measurements over its standard
// error: (θ₂−θ₁)/√(se₁²+se₂²). Beyond 3 it deserves a look.
func Gain(before, seBefore, after, seAfter float64) measure.Value {
	se := math.Hypot(seBefore, seAfter)
	if se <= 0 {
		return measure.Undefined(measure.NoData)
	}
	return measure.Of((after - before) / se)
}

// Nominal is an item in the nominal response model (Bock, 1972): option k has
// the logit Slopes[k]·θ + Intercepts[k]. Key is the option that is right.
type Nominal struct {
	Slopes, Intercepts []float64
	Key                int
}

// probabilities are those of every option at theta.
func (n Nominal) probabilities(theta float64) []float64 {
	p, most := make([]float64, len(n.Slopes)), math.Inf(-1)
	for k := range p {
		p[k] = n.Slopes[k]*theta + n.Intercepts[k]
		most = max(most, p[k])
	}
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// Ability is the posterior mean of theta given a person's options, with the
// prior N(0,1).
func Ability(items []Nominal, options []int) float64 {
	const edge, step = 6.0, 0.2
	var posterior, thetas []float64
	most := math.Inf(-1)
	for theta := -edge; theta <= edge; theta += step {
		logLik := -theta * theta / 2
		for j, k := range options {
			if k != Missing {
				logLik += math.Log(items[j].probabilities(theta)[k])
			}
		}
		posterior, thetas, most = append(posterior, logLik), append(thetas, theta), max(most, logLik)
	}
	sum, mean := 0.0, 0.0
	for q, l := range posterior {
		w := math.Exp(l - most)
		sum, mean = sum+w, mean+w*thetas[q]
	}
	return mean / sum
}
