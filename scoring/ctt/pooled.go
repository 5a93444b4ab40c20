package ctt

import (
	"math"

	"sathach/scoring/measure"
)

// normal95 is the standard normal quantile of a 95 % interval.
const normal95 = 1.959963984540054

// FormAlpha is the reliability of one of several forms.
type FormAlpha struct {
	Alpha    measure.Value
	N, Items int
}

// PoolAlpha is one reliability for several forms of equal content, whose
// people have no common table: the mean of ln(1−α) weighed by the inverse of
// its variance 2J/((J−1)(n−2)), and its 95 % interval (Bonett, 2002). Forms
// without an alpha, or with fewer than 30 people, are left out.
func PoolAlpha(forms []FormAlpha) (measure.Value, measure.Interval) {
	var weights, sum float64
	for _, f := range forms {
		alpha, ok := f.Alpha.Get()
		if !ok || alpha >= 1 || f.N < leastForAlpha {
			continue
		}
		w := float64(f.Items-1) * float64(f.N-2) / (2 * float64(f.Items))
		weights, sum = weights+w, sum+w*math.Log(1-alpha)
	}
	if weights == 0 {
		return measure.Undefined(measure.TooFew), measure.No(measure.TooFew)
	}
	middle, half := sum/weights, normal95/math.Sqrt(weights)
	back := func(x float64) measure.Value { return measure.Of(1 - math.Exp(x)) }
	return back(middle), measure.Interval{Low: back(middle + half), High: back(middle - half)}
}

// leastForAlpha is how many people a reliability needs: below, its interval
// is wider than what it says.
const leastForAlpha = 30

// ConditionalSEM is the standard error of measurement of people with a total
// of x out of items scored 0/1: Lord's (1957) binomial error, brought by
// Keats (1957) to the reliability of the form,
// √(x(J−x)/(J−1))·√((1−α)/(1−KR21)). In points.
func ConditionalSEM(x, items int, alpha, kr21 measure.Value) measure.Value {
	a, ok := alpha.Get()
	if !ok {
		return alpha
	}
	k, ok := kr21.Get()
	if !ok {
		return kr21
	}
	if items < 2 || x < 0 || x > items {
		return measure.Undefined(measure.TooFew)
	}
	if k >= 1 || a > 1 {
		return measure.Undefined(measure.Infinite)
	}
	binomial := float64(x) * float64(items-x) / float64(items-1)
	return measure.Of(math.Sqrt(binomial * (1 - a) / (1 - k)))
}

// Prior is what is expected of an item's facility before anybody met it:
// Mean, as firmly as if Strength people had met it.
type Prior struct{ Mean, Strength float64 }

// usualStrength is the firmness where too few items tell it.
const usualStrength = 10

// PriorOf estimates the prior from the facilities of like items, each met by
// n people: the mean weighed by n, and the strength by the moments of the
// beta-binomial (Kleinman, 1973), between 1 and 1,000 people; 10 where fewer
// than ten items tell it. Without items it is a half.
func PriorOf(facilities []float64, n []int) Prior {
	var people, sum, squares float64
	for i, p := range facilities {
		w := float64(n[i])
		people, sum, squares = people+w, sum+w*p, squares+w*w
	}
	if people == 0 {
		return Prior{0.5, usualStrength}
	}
	prior := Prior{sum / people, usualStrength}
	spread := 0.0
	for i, p := range facilities {
		spread += float64(n[i]) * (p - prior.Mean) * (p - prior.Mean)
	}
	k, size := float64(len(facilities)), people-squares/people
	chance := prior.Mean * (1 - prior.Mean)
	if k < 10 || chance == 0 || size == 0 {
		return prior
	}
	// The weighed spread is expected to be chance·(k−1) where items do not
	// differ, and grows with the correlation of two answers to one item.
	correlation := (spread/chance - (k - 1)) / (size - (k - 1))
	if correlation <= 0 {
		prior.Strength = 1000
		return prior
	}
	prior.Strength = min(1000, max(1, 1/correlation-1))
	return prior
}

// Shrunken is an item's facility, shrunken towards what is expected of it:
// (n·p + k·p₀)/(n + k).
func (p Prior) Shrunken(facility float64, n int) float64 {
	return (float64(n)*facility + p.Strength*p.Mean) / (float64(n) + p.Strength)
}
