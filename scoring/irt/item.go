// Package irt is item response theory: calibration of items by marginal
// maximum likelihood, and the ability of persons at given items.
//
// Everything is in the logistic metric, D = 1. An item with scores 0…m has a
// slope a, intercepts d₁…d_m and, for items scored 0/1 alone, a lower
// asymptote c:
//
//	generalised partial credit: log P(k)/P(k−1) = a·θ + d_k, b_k = −d_k/a (Muraki, 1992)
//	two-parameter logistic:     the same with m = 1
//	graded response:            P(score ≥ k) = 1/(1+exp(−(a·θ+d_k))), d_k falling (Samejima, 1969)
//	three-parameter logistic:   P(1) = c + (1−c)/(1+exp(−(a·θ+d)))
//
// Items of which an option is chosen have, besides, the nominal model (Nominal).
//
// Answers that were not asked for, or not reached, are missing and say
// nothing; omitted ones are 0. Missing by design is ignorable (Mislevy and
// Wu, 1996). Sums run in a fixed order on one goroutine, so results are the
// same bits on any number of processors.
//
// Start reading at Calibrate and Score; FitItems and Fits say how well it fits.
package irt

import (
	"math"
	"slices"

	"sathach/scoring/measure"
)

// Item is an item's parameters.
type Item struct {
	A float64   // slope
	D []float64 // intercept of every score from 1
	C float64   // lower asymptote; 0 but for the three-parameter model
	// Graded tells that intercepts are those of the graded response model;
	// with one score above 0 both models are the same.
	Graded bool
}

// Dichotomous is an item scored 0/1 of slope a, difficulty b and asymptote c.
func Dichotomous(a, b, c float64) Item { return Item{A: a, D: []float64{-a * b}, C: c} }

// B is the difficulty −d/a of score k, from 1.
func (i Item) B(k int) float64 { return -i.D[k-1] / i.A }

// scores is how many scores the item has: its maximum and zero.
func (i Item) scores() int { return len(i.D) + 1 }

// probabilities fills p with the probability of every score at theta.
func (i Item) probabilities(theta float64, p []float64) {
	if len(i.D) == 1 {
		z := i.A*theta + i.D[0]
		p[0], p[1] = (1-i.C)*logistic(-z), i.C+(1-i.C)*logistic(z) // each to all its digits
		return
	}
	if i.Graded {
		i.graded(theta, p)
		return
	}
	p[0] = 0
	for k, d := range i.D {
		p[k+1] = p[k] + i.A*theta + d
	}
	softmax(p)
}

// logChance is the logarithm of the probability of a score at theta: of items scored 0/1
// without guessing exact however unlikely the score is.
func (i Item) logChance(theta float64, score int) float64 {
	if len(i.D) == 1 && i.C == 0 {
		z := i.A*theta + i.D[0]
		if score == 0 {
			z = -z
		}
		return min(0, z) - math.Log1p(math.Exp(-math.Abs(z)))
	}
	return math.Log(max(i.Chances(theta)[score], 1e-300))
}

// softmax turns logits into probabilities, in place.
func softmax(p []float64) {
	most, sum := slices.Max(p), 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
}

// Chances are the probabilities of every score at theta, from 0.
func (i Item) Chances(theta float64) []float64 {
	p := make([]float64, i.scores())
	i.probabilities(theta, p)
	return p
}

// Expected is the expected score at theta: the item's characteristic curve.
func (i Item) Expected(theta float64) float64 {
	m := i.at(theta)
	return m.mean
}

// Location is the theta at which the chance of an item scored 0/1 is p, for a
// bookmark usually 2/3. Guessing counts: an item whose lower asymptote is p or
// more has none, nor has one of partial credit.
func (i Item) Location(p float64) measure.Value {
	if len(i.D) != 1 || i.A <= 0 || !(p > i.C) || !(p < 1) {
		return measure.Undefined(measure.Infinite)
	}
	known := (p - i.C) / (1 - i.C)
	return measure.Of((math.Log(known/(1-known)) - i.D[0]) / i.A)
}

// Information is Fisher's information about theta.
func (i Item) Information(theta float64) float64 {
	return i.at(theta).information
}

// moment is what ability estimation needs of an item at one theta.
type moment struct {
	mean        float64 // expected score
	variance    float64 // of the score
	information float64
	// bias is the item's part J in Warm's correction: P′P″/(PQ) for 0/1 items,
	// a³ times the third central moment of the score otherwise.
	bias float64
	// slope and weight give the score function: slope·(x − mean)·weight.
	slope, weight float64
	// steps are the derivatives of log P of every score, for graded items, in
	// place of slope and weight.
	steps []float64
}

// gradient is the derivative of log P of a score.
func (m moment) gradient(score int) float64 {
	if m.steps != nil {
		return m.steps[score]
	}
	return m.slope * (float64(score) - m.mean) * m.weight
}

func (i Item) at(theta float64) moment {
	if len(i.D) == 1 {
		return i.binary(theta)
	}
	p := make([]float64, i.scores())
	if i.Graded {
		return i.gradedAt(theta, p)
	}
	i.probabilities(theta, p)
	var m moment
	for k, q := range p {
		m.mean += float64(k) * q
	}
	third := 0.0
	for k, q := range p {
		d := float64(k) - m.mean
		m.variance += d * d * q
		third += d * d * d * q
	}
	m.information, m.bias = i.A*i.A*m.variance, i.A*i.A*i.A*third
	m.slope, m.weight = i.A, 1
	return m
}

func (i Item) binary(theta float64) moment {
	s := logistic(i.A*theta + i.D[0])
	p := i.C + (1-i.C)*s
	// 1−s through the other tail, so that it does not vanish early.
	rest := logistic(-i.A*theta - i.D[0])
	q := (1 - i.C) * rest
	m := moment{mean: p, variance: p * q, slope: i.A, weight: 1}
	if i.C > 0 {
		m.weight = s / p // P′/(PQ) = a·s/P
	}
	slope := i.A * (1 - i.C) * s * rest // P′
	bend := i.A * slope * (rest - s)    // P″
	if m.variance > 0 {
		m.information, m.bias = slope*slope/m.variance, slope*bend/m.variance
	}
	return m
}

// least is the smallest chance of a score that is divided by.
const least = 1e-12

// sound tells that the parameters are those of some item.
func (i Item) sound() bool {
	for _, d := range i.D {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return false
		}
	}
	return i.A > 0 && !math.IsInf(i.A, 0) && i.C >= 0 && i.C < 1 && i.ordered()
}

// ordered tells that no score's chance is negative.
func (i Item) ordered() bool {
	for k := 1; i.Graded && k < len(i.D); k++ {
		if i.D[k] > i.D[k-1] {
			return false
		}
	}
	return true
}

// graded fills p with the probability of every score.
func (i Item) graded(theta float64, p []float64) {
	above := 1.0
	for k, d := range i.D {
		next := logistic(i.A*theta + d)
		p[k] = max(0, above-next)
		above = next
	}
	p[len(i.D)] = above
}

// gradedAt uses g = G(1−G), the derivative of G = P(score ≥ k) by its
// argument, and h = g(1−2G), that of g.
func (i Item) gradedAt(theta float64, p []float64) moment {
	i.graded(theta, p)
	m := moment{steps: make([]float64, len(p))}
	var g, h float64 // of the score itself; those of the next follow
	for k, q := range p {
		var nextG, nextH float64
		if k < len(i.D) {
			G := logistic(i.A*theta + i.D[k])
			nextG = G * (1 - G)
			nextH = nextG * (1 - 2*G)
		}
		slope, bend := i.A*(g-nextG), i.A*i.A*(h-nextH)
		m.mean += float64(k) * q
		m.variance += float64(k) * float64(k) * q
		if q > least {
			m.steps[k] = slope / q
			m.information += slope * slope / q
			m.bias += slope * bend / q
		}
		g, h = nextG, nextH
	}
	m.variance -= m.mean * m.mean
	return m
}

func logistic(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
