package fairness_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/fairness"
	"sathach/scoring/measure"
)

// ucb are the admissions to six departments of Berkeley (Bickel et al., 1975),
// men and women, admitted and rejected.
var ucb = [][4]int{{512, 313, 89, 19}, {353, 207, 17, 8}, {120, 205, 202, 391}, {138, 279, 131, 244}, {53, 138, 94, 299}, {22, 351, 24, 317}}

func admissions() (right, focal []bool, group, stratum []int) {
	for s, table := range ucb {
		for cell, n := range table {
			for range n {
				right, focal = append(right, cell%2 == 0), append(focal, cell >= 2)
				group, stratum = append(group, cell/2), append(stratum, s)
			}
		}
	}
	return right, focal, group, stratum
}

// With two groups the generalised test is that of Mantel and Haenszel without
// its correction: 1.5246 for the admissions (R, mantelhaen.test).
func TestGeneralised_ofTwoGroupsIsTheUsualTest(t *testing.T) {
	t.Parallel()
	right, focal, group, stratum := admissions()
	got := fairness.Generalised(right, group, stratum)
	if x, ok := got.Chi2.Get(); !ok || math.Abs(x-1.5246) > 1e-4 || got.DF != 1 || got.N != 4526 {
		t.Errorf("%+v", got)
	}
	if x, ok := fairness.Matched(right, focal, stratum).Chi2.Get(); !ok || math.Abs(x-1.4269) > 1e-4 {
		t.Errorf("with the correction %v", x)
	}
}

// Groups that do alike are found unlike as often as the level says; one that is
// treated otherwise is found.
func TestGeneralised_holdsItsLevel(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(905, 1))
	const rounds, people, groups = 1000, 400, 6
	play := func(against float64) (found int) {
		for range rounds {
			right, group, stratum := make([]bool, people), make([]int, people), make([]int, people)
			for i := range people {
				stratum[i], group[i] = rnd.IntN(10), rnd.IntN(groups)
				logit := 0.4*float64(stratum[i]) - 2
				if group[i] == 3 {
					logit -= against
				}
				right[i] = rnd.Float64() < 1/(1+math.Exp(-logit))
			}
			got := fairness.Generalised(right, group, stratum)
			if p, ok := got.P.Get(); !ok || got.DF != groups-1 {
				t.Fatalf("%+v", got)
			} else if p < 0.05 {
				found++
			}
		}
		return found
	}
	if n := play(0); n < 25 || n > 78 {
		t.Errorf("%d of %d rounds of equal groups are found unlike", n, rounds)
	}
	if n := play(1.4); n < rounds*9/10 {
		t.Errorf("a group of which an item asks more is found in %d of %d", n, rounds)
	}
}

func TestGeneralised_ofNothing(t *testing.T) {
	t.Parallel()
	for name, got := range map[string]fairness.Many{
		"nobody":     fairness.Generalised(nil, nil, nil),
		"one person": fairness.Generalised([]bool{true}, []int{0}, []int{0}),
		"one group":  fairness.Generalised([]bool{true, false}, []int{2, 2}, []int{0, 0}),
		"all right":  fairness.Generalised([]bool{true, true}, []int{0, 1}, []int{0, 0}),
		"apart":      fairness.Generalised([]bool{true, false, true, false}, []int{0, 0, 1, 1}, []int{0, 0, 1, 1}),
	} {
		if _, ok := got.Chi2.Get(); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// Two pairs of groups that never meet at one level: no common test.
	pairs := fairness.Generalised([]bool{true, false, true, false, false, true, true, false}, []int{0, 1, 0, 1, 2, 3, 2, 3}, []int{0, 0, 0, 0, 1, 1, 1, 1})
	if got := pairs.Chi2.Why(); got != measure.Unsettled {
		t.Errorf("groups that never meet: %+v", pairs)
	}
}

// Few answers leave nearly nothing of a large difference, many leave it; the
// chance of a large one holds what it promises.
func TestShrink_isCalibrated(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(905, 2))
	var promised, large float64
	n := 0
	for range 400 {
		items, truth := make([]fairness.Mantel, 40), make([]float64, 40)
		for j := range items {
			truth[j] = 0.9 * rnd.NormFloat64()
			se := 0.3 + rnd.Float64()
			items[j].D, items[j].SE = measure.Of(truth[j]+se*rnd.NormFloat64()), measure.Of(se)
		}
		for j, s := range fairness.Shrink(items) {
			p, _ := s.Large.Get()
			promised += p
			if math.Abs(truth[j]) >= 1.5 {
				large++
			}
			n++
		}
	}
	if math.Abs(promised-large)/float64(n) > 0.01 {
		t.Errorf("promised %.0f large ones of %d, there are %.0f", promised, n, large)
	}
	alike := []fairness.Mantel{{D: measure.Of(0.1), SE: measure.Of(1)}, {D: measure.Of(-0.1), SE: measure.Of(1)}, {D: measure.Of(0), SE: measure.Of(1)}, {D: measure.Undefined(measure.Constant)}}
	got := fairness.Shrink(alike)
	if d, _ := got[0].D.Get(); math.Abs(d) > 1e-12 {
		t.Errorf("items that do not differ beyond chance are put at %v", d)
	}
	if got[3].D.Why() != measure.Constant {
		t.Errorf("an item without a D has %v", got[3].D)
	}
	if few := fairness.Shrink(alike[:2]); few[0].D.Why() != measure.TooFew {
		t.Errorf("two items: %v", few[0].D)
	}
}
