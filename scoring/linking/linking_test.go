package linking_test

import (
	"math"
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
