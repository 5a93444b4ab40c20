package fairness

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// Logistic is the regression of an item on the matching score, the group and both
// together (Swaminathan and Rogers, 1990). It also sees an item that is harder
// for a group among weak people and easier among able ones, where Mantel and
// Haenszel's odds cancel out.
type Logistic struct {
	Chi2    measure.Value // both terms of the group, two degrees of freedom
	P       measure.Value // its tail
	Uniform measure.Value // chi-square of the group alone, one degree
	// DeltaR2 is what both terms add to Nagelkerke's R². From .035 it is
	// moderate, from .070 large (Jodoin and Gierl, 2001).
	DeltaR2 measure.Value
	// CrossP is the tail of what total and group together add to both alone (one
	// degree), CrossR2 what that adds to R²: the item crosses.
	CrossP, CrossR2 measure.Value
}

// ModerateR2 and LargeR2 are sizes of DeltaR2 (Jodoin and Gierl, 2001).
const (
	ModerateR2 = 0.035
	LargeR2    = 0.070
)

// Regressed is the regression of one item among people of several forms, who have
// no common total: stratum[i], from 0, puts person i among people of like ability,
// whose mean is the matching score.
func Regressed(right, focal []bool, stratum []int, ability []float64) Logistic {
	var levels []level
	var sum, people []float64
	for i, s := range stratum {
		for s >= len(levels) {
			levels, sum, people = append(levels, level{}), append(sum, 0), append(people, 0)
		}
		levels[s].add(focal[i], right[i])
		sum[s], people[s] = sum[s]+ability[i], people[s]+1
	}
	for s := range sum {
		if people[s] > 0 {
			sum[s] /= people[s]
		}
	}
	return regress(levels, sum)
}

// logisticOf is the regression on the total of item j.
func logisticOf(scores [][]int, totals []int, focal []bool, j int) Logistic {
	levels := levelsOf(scores, totals, focal, j, false)
	at := make([]float64, len(levels))
	for total := range at { // centred, so that the matrix stays well-conditioned
		at[total] = float64(total) - float64(len(levels)-1)/2
	}
	return regress(levels, at)
}

// answered is a group of people with one matching score.
type answered struct {
	terms    [4]float64 // one, score, group, score·group
	right, n float64
}

// regress is the regression of an item on matching scores, of which levels have
// the answers.
func regress(levels []level, at []float64) Logistic {
	var groups []answered
	var right, n float64
	for k, l := range levels {
		if people := l.a + l.b; people > 0 {
			groups = append(groups, answered{[4]float64{1, at[k], 0, 0}, l.a, people})
			right, n = right+l.a, n+people
		}
		if people := l.c + l.d; people > 0 {
			groups = append(groups, answered{[4]float64{1, at[k], 1, at[k]}, l.c, people})
			right, n = right+l.c, n+people
		}
	}
	switch {
	case n == 0:
		return Logistic{}
	case right == 0 || right == n:
		no := measure.Undefined(measure.Constant)
		return Logistic{no, no, no, no, no, no}
	}
	mean := right / n
	empty := n * (mean*math.Log(mean) + (1-mean)*math.Log(1-mean))
	base, ok0 := likelihood(groups, 2)
	uniform, ok1 := likelihood(groups, 3)
	full, ok2 := likelihood(groups, 4)
	if !ok0 || !ok1 || !ok2 {
		no := measure.Undefined(measure.Unsettled)
		return Logistic{no, no, no, no, no, no}
	}
	nagelkerke := func(l float64) float64 { return (1 - math.Exp(2*(empty-l)/n)) / (1 - math.Exp(2*empty/n)) }
	chi2 := max(0, 2*(full-base))
	return Logistic{
		Chi2: measure.Of(chi2), P: measure.Of(measure.ChiSquaredTail(chi2, 2)), Uniform: measure.Of(max(0, 2*(uniform-base))),
		DeltaR2: measure.Of(max(0, nagelkerke(full)-nagelkerke(base))),
		CrossP:  measure.Of(measure.ChiSquaredTail(max(0, 2*(full-uniform)), 1)), CrossR2: measure.Of(max(0, nagelkerke(full)-nagelkerke(uniform))),
	}
}

// likelihood is the greatest log-likelihood with the first terms, by Newton's
// method. Wholly separated data have none.
func likelihood(groups []answered, terms int) (logLik float64, ok bool) {
	b := make([]float64, terms)
	before := math.Inf(-1)
	for range 100 {
		gradient, information := mat.NewVecDense(terms, nil), mat.NewSymDense(terms, nil)
		logLik = 0
		for _, g := range groups {
			eta := 0.0
			for k := range terms {
				eta += b[k] * g.terms[k]
			}
			p := 1 / (1 + math.Exp(-eta))
			logLik += g.right*eta - g.n*(math.Max(eta, 0)+math.Log1p(math.Exp(-math.Abs(eta))))
			for k := range terms {
				gradient.SetVec(k, gradient.AtVec(k)+(g.right-g.n*p)*g.terms[k])
				for l := k; l < terms; l++ {
					information.SetSym(k, l, information.At(k, l)+g.n*p*(1-p)*g.terms[k]*g.terms[l])
				}
			}
		}
		if math.Abs(logLik-before) < 1e-11*math.Abs(logLik) {
			return logLik, true
		}
		before = logLik
		var c mat.Cholesky
		if !c.Factorize(information) {
			return 0, false
		}
		var step mat.VecDense
		if err := c.SolveVecTo(&step, gradient); err != nil {
			return 0, false
		}
		for k := range terms {
			b[k] += step.AtVec(k)
		}
	}
	return 0, false
}
