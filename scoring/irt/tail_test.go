package irt_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/irt"
)

// Far out in the tail, where cases are opened, honest people are as rare as is
// said; by the normal distribution they are many times as many.
func TestFit_tailHoldsFarOut(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(9, 9))
	var items []irt.Item
	facility := make([]float64, 20)
	for j := range facility {
		items, facility[j] = append(items, irt.Dichotomous(math.Exp(0.25*rnd.NormFloat64()), 0.9*rnd.NormFloat64(), 0)), 0.5
	}
	scorer := irt.NewScorer(items)
	fit := irt.NewFit(scorer, facility)
	const people = 60_000
	var far, farther int
	scores := make([]int, len(items))
	for range people {
		theta := rnd.NormFloat64()
		for j, i := range items {
			scores[j] = 0
			if rnd.Float64() < i.Expected(theta) {
				scores[j] = 1
			}
		}
		if p, ok := fit.Of(scores, scorer.Estimate(scores).WLE).Tail.Get(); ok {
			if p < 1e-3 {
				far++
			}
			if p < 1e-4 {
				farther++
			}
		}
	}
	for j := range scores {
		scores[j] = 1
	}
	if p, ok := fit.Of(scores, scorer.Estimate(scores).WLE).Tail.Get(); !ok || p < 0.5 {
		t.Errorf("all right is taken for unexpected: %v", p)
	}
	t.Logf("%d below 1e-3 (60 expected), %d below 1e-4 (6 expected)", far, farther)
	if far > 120 || farther > 18 {
		t.Errorf("%d people below 1e-3, %d below 1e-4, of %d", far, farther, people)
	}
}

// Warm's estimate of items with two parameters is where the likelihood times √I is
// highest (Jeffreys' prior): however steep the items are, so that it has several
// summits, and however flat, so that it lies far out.
func TestScorer_findsTheHighestSummit(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(31, 32))
	for _, c := range []struct {
		name              string
		slope, edge, step float64
	}{{"steep", 45, 4, 2e-4}, {"usual", 1, 8, 2e-3}, {"flat", 0.03, 200, 0.02}} {
		for range 25 {
			items, scores := make([]irt.Item, 8), make([]int, 8)
			for j := range items {
				items[j], scores[j] = irt.Dichotomous(c.slope*math.Exp(0.3*rnd.NormFloat64()), 1.5*rnd.NormFloat64(), 0), rnd.IntN(2)
			}
			best, highest := 0.0, math.Inf(-1)
			for theta := -c.edge; theta < c.edge; theta += c.step {
				information, _ := irt.Curve(items, theta)
				height := math.Log(information) / 2
				for j, i := range items {
					z := i.A*theta + i.D[0]
					if scores[j] == 0 {
						z = -z
					}
					height -= math.Log1p(math.Exp(-z))
				}
				if height > highest {
					best, highest = theta, height
				}
			}
			if got, ok := irt.NewScorer(items).Estimate(scores).WLE.Get(); !ok || math.Abs(got-best) > 2*c.step {
				t.Errorf("%s: %v (%v), the summit is at %.4f", c.name, got, ok, best)
			}
		}
	}
}
