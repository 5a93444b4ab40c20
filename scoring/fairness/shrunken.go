package fairness

import (
	"math"

	"sathach/scoring/measure"
)

// Shrunken is what may be said of an item's MH D-DIF where few people answered
// it: its posterior, with the items of the form as the prior (empirical-Bayes
// Mantel–Haenszel; Zwick, Thayer and Lewis, 1999).
type Shrunken struct {
	D, SD measure.Value // posterior mean and standard deviation
	// Large is the chance that |D| is at least 1.5, and Negligible that it is
	// below 1.
	Large, Negligible measure.Value
}

// Shrink draws every item towards the mean of all, the more the less sure it
// is: the prior is N(mean D, τ²) with τ² = max(0, var D − mean SE²), an item's
// weight τ²/(τ² + SE²). Items without a D, and all where fewer than three have
// one, are undefined.
func Shrink(items []Mantel) []Shrunken {
	out := make([]Shrunken, len(items))
	var n, sum, squares, noise float64
	for _, m := range items {
		if d, ok := m.D.Get(); ok {
			se, _ := m.SE.Get()
			n, sum, squares, noise = n+1, sum+d, squares+d*d, noise+se*se
		}
	}
	mean := sum / max(1, n)
	between := max(0, (squares-n*mean*mean)/max(1, n-1)-noise/max(1, n))
	for j, m := range items {
		d, ok := m.D.Get()
		if !ok || n < 3 {
			why := measure.Undefined(measure.TooFew)
			if !ok {
				why = m.D
			}
			out[j] = Shrunken{why, why, why, why}
			continue
		}
		se, _ := m.SE.Get()
		weight := 0.0
		if between > 0 {
			weight = between / (between + se*se)
		}
		center, sd := weight*d+(1-weight)*mean, math.Sqrt(weight)*se
		within := func(limit float64) float64 { return below(limit, center, sd) - below(-limit, center, sd) }
		out[j] = Shrunken{measure.Of(center), measure.Of(sd), measure.Of(1 - within(1.5)), measure.Of(within(1))}
	}
	return out
}

// below is the chance that a normal quantity is below a limit.
func below(limit, mean, sd float64) float64 {
	if sd == 0 {
		if mean < limit {
			return 1
		}
		return 0
	}
	return math.Erfc((mean-limit)/sd/math.Sqrt2) / 2
}
