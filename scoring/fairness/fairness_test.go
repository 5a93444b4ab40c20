package fairness_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/fairness"
)

// round draws answers of two groups, the focal group less able; shift makes
// item 0 harder for it.
func round(rnd *rand.Rand, people int, shift float64) (scores [][]int, focal []bool) {
	const items = 20
	for i := range people {
		f := i%4 == 0
		theta := rnd.NormFloat64()
		if f {
			theta -= 0.5
		}
		row := make([]int, items)
		for j := range row {
			b := -1.5 + 3*float64(j)/(items-1)
			if f && j == 0 {
				b += shift
			}
			if rnd.Float64() < 1/(1+math.Exp(b-theta)) {
				row[j] = 1
			}
		}
		scores, focal = append(scores, row), append(focal, f)
	}
	return scores, focal
}

// Where items are fair, Mantel–Haenszel flags a little under one in twenty at
// 5 %, for the continuity correction makes it shy, though the groups differ in
// ability; an item that is harder for one group is found and called large.
func TestAnalyse_isFairToFairItems(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	flagged, tests, found := 0, 0, 0
	const rounds = 100
	for range rounds {
		scores, focal := round(rnd, 1200, 0)
		for _, i := range fairness.Analyse(scores, focal) {
			if p, ok := i.P.Get(); ok {
				tests++
				if p < 0.05 {
					flagged++
				}
			}
		}
		scores, focal = round(rnd, 1200, 1.2)
		if i := fairness.Analyse(scores, focal)[0]; i.Purified.Letter == fairness.Large && i.Flagged {
			found++
		}
	}
	if share := float64(flagged) / float64(tests); share < 0.035 || share > 0.065 || tests < 2000 {
		t.Errorf("%.3f of %d fair items are flagged at 5 %%", share, tests)
	}
	if found < rounds*95/100 {
		t.Errorf("an item harder by 1.2 is found in %d of %d rounds", found, rounds)
	}
}
