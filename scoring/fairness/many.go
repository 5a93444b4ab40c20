package fairness

import (
	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// Many is the comparison of several groups at once on one item: one test
// instead of one for every pair.
type Many struct {
	Chi2, P measure.Value
	DF      int // groups that say something, less one
	N       int // people in levels that say something
}

// Generalised is the generalised Mantel–Haenszel test of an item (Penfield,
// 2001): over the levels of the matching score, the numbers of right answers by
// group are set against what they would be if the groups did alike,
// (ΣR−ΣE)′(ΣV)⁻¹(ΣR−ΣE) on one degree of freedom less than groups, without
// continuity correction. stratum[i], from 0, is person i's level, group[i], from
// 0, the group.
func Generalised(right []bool, group, stratum []int) Many {
	tables := map[int]*manyLevel{}
	groups, strata := 0, 0
	for i, s := range stratum {
		groups, strata = max(groups, group[i]+1), max(strata, s+1)
		if tables[s] == nil {
			tables[s] = &manyLevel{}
		}
		tables[s].add(group[i], right[i])
	}
	off, cov := make([]float64, groups), mat.NewDense(max(1, groups), max(1, groups), nil)
	n := 0
	for s := range strata { // in a fixed order
		if t := tables[s]; t != nil && t.deviate(off, cov) {
			n += int(t.people)
		}
	}
	// Groups that never vary say nothing; of the others one follows from the rest.
	var free []int
	for g := range groups {
		if cov.At(g, g) > 1e-9 {
			free = append(free, g)
		}
	}
	if len(free) < 2 {
		why := measure.Undefined(measure.NoData)
		return Many{Chi2: why, P: why, N: n}
	}
	return testOf(off, cov, free[:len(free)-1], n)
}

func testOf(off []float64, cov *mat.Dense, free []int, n int) Many {
	d, v := mat.NewVecDense(len(free), nil), mat.NewSymDense(len(free), nil)
	for a, g := range free {
		d.SetVec(a, off[g])
		for b := a; b < len(free); b++ {
			v.SetSym(a, b, cov.At(g, free[b]))
		}
	}
	var chol mat.Cholesky
	var solved mat.VecDense
	if !chol.Factorize(v) || chol.SolveVecTo(&solved, d) != nil { // groups that never meet
		why := measure.Undefined(measure.Unsettled)
		return Many{Chi2: why, P: why, N: n}
	}
	chi2 := mat.Dot(d, &solved)
	return Many{measure.Of(chi2), measure.Of(measure.ChiSquaredTail(chi2, len(free))), len(free), n}
}

// manyLevel is the table of one level: people and right answers by group.
type manyLevel struct {
	met, right     map[int]float64
	people, rightN float64
}

func (t *manyLevel) add(group int, right bool) {
	if t.met == nil {
		t.met, t.right = map[int]float64{}, map[int]float64{}
	}
	t.met[group]++
	t.people++
	if right {
		t.right[group]++
		t.rightN++
	}
}

// deviate adds how far the groups are from doing alike, and its covariance;
// false where the level says nothing.
func (t *manyLevel) deviate(off []float64, cov *mat.Dense) bool {
	wrong := t.people - t.rightN
	if len(t.met) < 2 || t.rightN == 0 || wrong == 0 {
		return false
	}
	scale := t.rightN * wrong / (t.people * t.people * (t.people - 1))
	for g := range off {
		if t.met[g] == 0 {
			continue
		}
		off[g] += t.right[g] - t.met[g]*t.rightN/t.people
		for h := range off {
			v := -t.met[g] * t.met[h]
			if g == h {
				v += t.met[g] * t.people
			}
			cov.Set(g, h, cov.At(g, h)+scale*v)
		}
	}
	return true
}
