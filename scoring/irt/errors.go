package irt

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// mostTogether is the number of parameters up to which the information of all
// items is inverted together.
const mostTogether = 600

// errors are the standard errors of slope and intercepts at x, whose counts
// are those of the last E step.
func (e *estimation) errors(x []float64) [][]measure.Value {
	total := len(x)
	place := make([]int, total) // of each number of x among the parameters
	parameters := 0
	for n := range x {
		if e.plan.Model == OnePL && n%2 == 0 {
			place[n] = 0
			parameters = max(parameters, 1)
			continue
		}
		place[n] = parameters
		parameters++
	}
	together := parameters <= mostTogether
	var inverse func(n int) float64 // variance of x[n]
	if together {
		inverse = e.whole(x, place, parameters)
	} else {
		inverse = e.apart(x)
	}
	out := make([][]measure.Value, len(e.a.most))
	at := 0
	for n, j := range e.used {
		for k := range e.size[n] {
			v := inverse(at + k)
			if !(v > 0) {
				out[j] = append(out[j], measure.Undefined(measure.Unsettled))
				continue
			}
			out[j] = append(out[j], measure.Of(math.Sqrt(v)))
		}
		at += e.size[n]
	}
	for j, why := range e.why {
		if why != "" {
			for range e.a.most[j] + 1 {
				out[j] = append(out[j], measure.Undefined(why))
			}
		}
	}
	return out
}

// scoreTable holds the derivative of log P by each parameter: at
// [table of the answer][parameter] the values over the nodes.
func (e *estimation) scoreTable(x []float64) map[int32][][]float64 {
	out := map[int32][][]float64{}
	at := 0
	e.each(x, func(j int, v []float64) {
		for k := range e.a.most[j] + 1 {
			var byParameter [][]float64
			for range v {
				byParameter = append(byParameter, make([]float64, nodeCount))
			}
			for q, theta := range e.nodes {
				one, flat := make([]float64, (e.a.most[j]+1)*1), make([]float64, len(v))
				one[k] = 1
				e.plan.Model.derivatives(v, one, []float64{theta}, flat, square(len(v)))
				for p := range v {
					byParameter[p][q] = flat[p]
				}
			}
			out[int32(e.table[j]+k*nodeCount)] = byParameter
		}
		at += len(v)
	})
	return out
}

// parameterStart maps the table of an item's answers to where its parameters
// begin in x.
func (e *estimation) parameterStart() map[int32]int {
	out, at := map[int32]int{}, 0
	for n, j := range e.used {
		for k := range e.a.most[j] + 1 {
			out[int32(e.table[j]+k*nodeCount)] = at
		}
		at += e.size[n]
	}
	return out
}

// whole inverts the observed information of all parameters: what complete
// data would tell, less the covariance of what the posterior leaves open.
func (e *estimation) whole(x []float64, place []int, parameters int) func(int) float64 {
	information := mat.NewSymDense(parameters, nil)
	add := func(a, b int, value float64) {
		if a > b {
			a, b = b, a
		}
		information.SetSym(a, b, information.At(a, b)+value)
	}
	at := 0
	e.each(x, func(j int, v []float64) {
		_, curvature := e.derivatives(j, v)
		for a := range v {
			for b := a; b < len(v); b++ {
				add(place[at+a], place[at+b], curvature[a][b])
			}
		}
		at += len(v)
	})
	tables, starts := e.scoreTable(x), e.parameterStart()
	var posterior [nodeCount]float64
	var open mat.SymDense
	for _, r := range e.rows {
		e.posterior(r, &posterior)
		var at []int // parameters of the row
		var scores [][]float64
		for _, t := range r.at {
			for p, s := range tables[t] {
				n := place[starts[t]+p]
				if e.plan.Model == OnePL && p == 0 && len(at) > 0 {
					for q := range s { // the common slope is one parameter
						scores[0][q] += s[q]
					}
					continue
				}
				at, scores = append(at, n), append(scores, append([]float64(nil), s...))
			}
		}
		m := mat.NewDense(len(at), nodeCount, nil)
		for a, s := range scores {
			mean := 0.0
			for q, p := range posterior {
				mean += p * s[q]
			}
			for q, p := range posterior {
				m.Set(a, q, (s[q]-mean)*math.Sqrt(p))
			}
		}
		open.Reset()
		open.SymOuterK(r.weight, m)
		for a := range at {
			for b := a; b < len(at); b++ {
				add(at[a], at[b], -open.At(a, b))
			}
		}
	}
	var c mat.Cholesky
	var inverse mat.SymDense
	if !c.Factorize(information) || c.InverseTo(&inverse) != nil {
		return func(int) float64 { return math.NaN() }
	}
	return func(n int) float64 { return inverse.At(place[n], place[n]) }
}

// apart inverts the observed information of each item alone.
func (e *estimation) apart(x []float64) func(int) float64 {
	tables, starts := e.scoreTable(x), e.parameterStart()
	blocks, sizes := map[int]*mat.SymDense{}, map[int]int{}
	at := 0
	e.each(x, func(j int, v []float64) {
		_, curvature := e.derivatives(j, v)
		b := mat.NewSymDense(len(v), nil)
		for a := range v {
			for c := a; c < len(v); c++ {
				b.SetSym(a, c, curvature[a][c])
			}
		}
		blocks[at], sizes[at] = b, len(v)
		at += len(v)
	})
	var posterior [nodeCount]float64
	for _, r := range e.rows {
		e.posterior(r, &posterior)
		for _, t := range r.at {
			scores, b := tables[t], blocks[starts[t]]
			means := make([]float64, len(scores))
			for a, s := range scores {
				for q, p := range posterior {
					means[a] += p * s[q]
				}
			}
			for a := range scores {
				for c := a; c < len(scores); c++ {
					sum := 0.0
					for q, p := range posterior {
						sum += p * (scores[a][q] - means[a]) * (scores[c][q] - means[c])
					}
					b.SetSym(a, c, b.At(a, c)-r.weight*sum)
				}
			}
		}
	}
	variance := make([]float64, len(x))
	for start, b := range blocks {
		var c mat.Cholesky
		var inverse mat.SymDense
		fits := c.Factorize(b) && c.InverseTo(&inverse) == nil
		for k := range sizes[start] {
			variance[start+k] = math.NaN()
			if fits {
				variance[start+k] = inverse.At(k, k)
			}
		}
	}
	return func(n int) float64 { return variance[n] }
}
