package linking

import (
	"math"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Observe brings every number-right score of the new form to the old one by
// percentile ranks in the distributions that the model expects of people from
// N(mean, sd²) (IRT observed-score equating; Lord and Wingersky, 1984; Kolen and
// Brennan, 2014). Items are on one scale. Unlike Equate it says something of
// every score, and it depends on who takes the forms. sd is above 0.
func Observe(old, new []irt.Item, mean, sd float64) []Equated {
	fresh, known := spread(new, mean, sd), spread(old, mean, sd)
	out := make([]Equated, len(fresh))
	below := 0.0
	for score, share := range fresh {
		out[score] = Equated{Score: score, Theta: measure.Undefined(measure.NoData), Equivalent: ranked(known, below+share/2)}
		below += share
	}
	return out
}

// spread is the share of people with every total.
func spread(items []irt.Item, mean, sd float64) (shares []float64) {
	nodes, weights := irt.Nodes()
	for q, node := range nodes {
		for s, p := range irt.Sums(items, mean+sd*node) {
			if s == len(shares) {
				shares = append(shares, 0)
			}
			shares[s] += weights[q] * p
		}
	}
	return shares
}

// ranked is the score with a percentile rank, people with one total being
// spread evenly half a point to both sides of it.
func ranked(shares []float64, rank float64) float64 {
	below := 0.0
	for score, share := range shares {
		if share > 0 && below+share > rank {
			return float64(score) - 0.5 + (rank-below)/share
		}
		below += share
	}
	return float64(len(shares)) - 0.5
}

// Arc equates the scores of two forms that few people took: through the points
// where nothing and everything is right, and the means of two groups that chance
// has divided, goes an arc of a circle above the line between the ends
// (simplified circle-arc; Livingston and Kim, 2009). With the means on that line
// it is the line.
type Arc struct{ Low, Middle, High Point }

// Point is a score of the new form and what it is worth on the old one.
type Point struct{ New, Old float64 }

// At is what a score of the new form is worth on the old one. It is undefined
// where the points are not in order, or so far from the line that no arc goes
// through them.
func (a Arc) At(score float64) measure.Value {
	half := (a.High.New - a.Low.New) / 2
	if !(a.Low.New < a.Middle.New && a.Middle.New < a.High.New && a.Low.Old < a.High.Old) {
		return measure.Undefined(measure.NoData)
	}
	line := func(x float64) float64 {
		return a.Low.Old + (a.High.Old-a.Low.Old)/(a.High.New-a.Low.New)*(x-a.Low.New)
	}
	rise := a.Middle.Old - line(a.Middle.New)
	if score < a.Low.New || score > a.High.New || math.Abs(rise) < 1e-9 {
		return measure.Of(line(score))
	}
	// The circle through (−half, 0), (at, rise) and (half, 0).
	at := a.Middle.New - a.Low.New - half
	center := (at*at + rise*rise - half*half) / (2 * rise)
	if center*rise > 0 { // more than half a circle
		return measure.Undefined(measure.Unsettled)
	}
	x := score - a.Low.New - half
	return measure.Of(line(score) + center + math.Copysign(math.Sqrt(half*half+center*center-x*x), rise))
}
