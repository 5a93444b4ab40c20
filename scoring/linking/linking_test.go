package linking_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/irt"
	"sathach/scoring/linking"
)

// On another scale the same people have the same chances.
func TestConstants_keepChances(t *testing.T) {
	t.Parallel()
	items := []irt.Item{irt.Dichotomous(1.2, -0.5, 0), irt.Dichotomous(0.8, 1, 0.2), {A: 0.9, D: []float64{1, -0.4}}, {A: 1.1, D: []float64{1, -0.4}, Graded: true}}
	base := irt.Normal{Mean: 0.3, SD: 1.2}
	c := linking.Centred(base).Calibration(irt.Calibration{Items: items, Groups: []irt.Normal{base, {Mean: 0.9, SD: 0.6}}})
	if math.Abs(c.Groups[0].Mean) > 1e-12 || math.Abs(c.Groups[0].SD-1) > 1e-12 || math.Abs(c.Groups[1].Mean-0.5) > 1e-12 || math.Abs(c.Groups[1].SD-0.5) > 1e-12 {
		t.Errorf("groups %+v", c.Groups)
	}
	for j := range items {
		for _, theta := range []float64{-2, 0, 1.5} {
			before, after := items[j].Chances(base.Mean+base.SD*theta), c.Items[j].Chances(theta)
			for k := range before {
				if math.Abs(before[k]-after[k]) > 1e-12 {
					t.Errorf("item %d at %v: %v, then %v", j, theta, before, after)
				}
			}
		}
	}
}

// Items that tell next to nothing reach a score far out; it is found there all the same.
func TestEquate_findsAbilitiesFarOut(t *testing.T) {
	t.Parallel()
	flat := []irt.Item{irt.Dichotomous(0.01, 1, 0), irt.Dichotomous(0.012, 2, 0), irt.Dichotomous(0.015, 1.5, 0)}
	usual := []irt.Item{irt.Dichotomous(1, 0, 0), irt.Dichotomous(1.2, 0.4, 0), irt.Dichotomous(0.8, -0.4, 0)}
	for _, e := range linking.Equate(usual, flat)[1:3] {
		theta, ok := e.Theta.Get()
		_, at := irt.Curve(flat, theta)
		_, worth := irt.Curve(usual, theta)
		if !ok || math.Abs(at-float64(e.Score)) > 1e-6 || math.Abs(worth-e.Equivalent) > 1e-6 {
			t.Errorf("score %d: ability %v earns %.6f there and %.6f here, not %.6f", e.Score, e.Theta, at, worth, e.Equivalent)
		}
	}
	if theta, _ := linking.Equate(usual, flat)[1].Theta.Get(); theta > -30 {
		t.Errorf("the test lost its case: %.1f", theta)
	}
}

// Anchors that disagree make several hollows of the criteria; the constants are those of
// the deepest on a fine map.
func TestLink_isTheLowestOfSeveral(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 15))
	for range 15 {
		var anchors []linking.Anchor
		for range 3 {
			anchors = append(anchors, linking.Anchor{
				Old: irt.Dichotomous(math.Exp(0.7*rnd.NormFloat64()), 2*rnd.NormFloat64(), 0), New: irt.Dichotomous(math.Exp(0.7*rnd.NormFloat64()), 2*rnd.NormFloat64(), 0),
			})
		}
		m, err := linking.Link(anchors)
		if errors.Is(err, linking.ErrUnequal) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		haebara, stocking := math.Inf(1), math.Inf(1)
		for a := m.MeanSigma.A / 4; a < 4*m.MeanSigma.A; a *= 1.06 {
			for b := m.MeanSigma.B - 3; b < m.MeanSigma.B+3; b += 0.1 {
				byItem, byTotal := 0.0, 0.0
				for q := range 41 {
					theta, sum := -4+0.2*float64(q), 0.0
					for _, x := range anchors {
						d := x.Old.Expected(theta) - linking.Constants{A: a, B: b}.Apply(x.New).Expected(theta)
						byItem, sum = byItem+d*d, sum+d
					}
					byTotal += sum * sum
				}
				haebara, stocking = min(haebara, byItem), min(stocking, byTotal)
			}
		}
		if m.HaebaraCriterion > haebara+1e-9 || m.StockingLordCriterion > stocking+1e-9 {
			t.Errorf("%+v: %.6f and %.6f lie below", m, haebara, stocking)
		}
	}
}
