package fairness_test

import (
	"math"
	"testing"

	"sathach/scoring/fairness"
)

// The admissions of Berkeley in 1973 by department, as Bickel, Hammel and O'Connell
// (1975) printed them: for men and women alike, what R's mantelhaen.test says of them.
func TestMatched_ofBerkeley(t *testing.T) {
	t.Parallel()
	departments := [][4]int{ // men admitted and not, women admitted and not
		{512, 313, 89, 19}, {353, 207, 17, 8}, {120, 205, 202, 391}, {138, 279, 131, 244}, {53, 138, 94, 299}, {22, 351, 24, 317},
	}
	var right, focal []bool
	var stratum []int
	for d, counts := range departments {
		for cell, n := range counts {
			for range n {
				right, focal, stratum = append(right, cell%2 == 0), append(focal, cell >= 2), append(stratum, d)
			}
		}
	}
	m := fairness.Matched(right, focal, stratum)
	chi2, _ := m.Chi2.Get()
	p, _ := m.P.Get()
	odds, _ := m.Odds.Get()
	if math.Abs(chi2-1.4269) > 5e-5 || math.Abs(p-0.2323) > 5e-5 || math.Abs(odds-0.9046968) > 5e-8 {
		t.Errorf("chi² %.5f, p %.5f, odds ratio %.8f", chi2, p, odds)
	}
	se, _ := m.SE.Get()
	half := 1.959963984540054 * se / 2.35
	if low, high := odds*math.Exp(-half), odds*math.Exp(half); math.Abs(low-0.7719074) > 5e-8 || math.Abs(high-1.0603298) > 5e-8 {
		t.Errorf("odds ratio from %.8f to %.8f", low, high)
	}
}
