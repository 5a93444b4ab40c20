package fairness

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// Logistic is the regression of an item on the total, the group and both
// together (Swaminathan and Rogers, 1990).
type Logistic struct {
	Chi2    measure.Value // both terms of the group, two degrees of freedom
	Uniform measure.Value // the group alone, one
	// DeltaR2 is what both terms add to Nagelkerke's R². From .035 it is
	// moderate, from .070 large (Jodoin and Gierl, 2001).
	DeltaR2 measure.Value
}

func logisticOf(scores [][]int, totals []int, focal []bool, j int) Logistic {
	var y []float64
	var x [][4]float64 // one, total, group, total·group
	var mean, n float64
	for i, row := range scores {
		if row[j] == measure.Missing {
			continue
		}
		group := 0.0
		if focal[i] {
			group = 1
		}
		right := 0.0
		if row[j] > 0 {
			right = 1
		}
		// Centred, so that the matrix stays well-conditioned.
		total := float64(totals[i]) - float64(len(row))/2
		y, x = append(y, right), append(x, [4]float64{1, total, group, total * group})
		mean, n = mean+right, n+1
	}
	if n == 0 {
		return Logistic{}
	}
	if mean == 0 || mean == n {
		no := measure.Undefined(measure.Constant)
		return Logistic{no, no, no}
	}
	mean /= n
	empty := n * (mean*math.Log(mean) + (1-mean)*math.Log(1-mean))
	base, ok0 := likelihood(y, x, 2)
	uniform, ok1 := likelihood(y, x, 3)
	full, ok2 := likelihood(y, x, 4)
	if !ok0 || !ok1 || !ok2 {
		no := measure.Undefined(measure.Unsettled)
		return Logistic{no, no, no}
	}
	nagelkerke := func(l float64) float64 { return (1 - math.Exp(2*(empty-l)/n)) / (1 - math.Exp(2*empty/n)) }
	return Logistic{
		Chi2: measure.Of(2 * (full - base)), Uniform: measure.Of(2 * (uniform - base)), DeltaR2: measure.Of(nagelkerke(full) - nagelkerke(base)),
	}
}

// likelihood is the greatest log-likelihood with the first terms of x, by
// Newton's method. Separated data have none.
func likelihood(y []float64, x [][4]float64, terms int) (logLik float64, ok bool) {
	b := make([]float64, terms)
	before := math.Inf(-1)
	for range 100 {
		gradient, information := mat.NewVecDense(terms, nil), mat.NewSymDense(terms, nil)
		logLik = 0
		for i, row := range x {
			eta := 0.0
			for k := range terms {
				eta += b[k] * row[k]
			}
			p := 1 / (1 + math.Exp(-eta))
			logLik += y[i]*eta - math.Max(eta, 0) - math.Log1p(math.Exp(-math.Abs(eta)))
			for k := range terms {
				gradient.SetVec(k, gradient.AtVec(k)+(y[i]-p)*row[k])
				for l := k; l < terms; l++ {
					information.SetSym(k, l, information.At(k, l)+p*(1-p)*row[k]*row[l])
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
