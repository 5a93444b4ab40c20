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
