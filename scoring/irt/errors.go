package irt

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// mostTogether is the number of parameters up to which the information of all
// items is inverted together.
const mostTogether = 600

// errors are the standard errors of slope and intercepts at x, whose counts
// are those of the last E step, and of the difficulties.
func (e *estimation) errors(x []float64) (se, ofB [][]measure.Value) {
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
	invert := e.apart
	if parameters > 0 && parameters <= mostTogether {
		invert = func(x []float64) covariance { return e.whole(x, place, parameters) }
	}
	of := invert(x)
	se, ofB = make([][]measure.Value, len(e.a.most)), make([][]measure.Value, len(e.a.most))
	at := 0
	for n, j := range e.used {
		for k := range e.size[n] {
			se[j] = append(se[j], errorOf(of(at+k, at+k)))
		}
		// The delta method: b = −d/a has the derivatives −b/a by a and −1/a by d.
		a := x[at]
		for k := 1; k <= e.a.most[j]; k++ {
			b := -x[at+k] / a
			ofB[j] = append(ofB[j], errorOf((of(at+k, at+k)+b*b*of(at, at)+2*b*of(at, at+k))/(a*a)))
		}
		at += e.size[n]
	}
	for j, why := range e.why {
		if why != "" {
			ofB[j] = slices.Repeat([]measure.Value{measure.Undefined(why)}, e.a.most[j])
			se[j] = append(slices.Clone(ofB[j]), measure.Undefined(why))
		}
	}
	return se, ofB
}

// unknown is a variance, of numbers in logits, from which on answers tell nothing: what is
// larger comes of dividing by rounding errors.
const unknown = 1e6

// errorOf is the error whose variance was estimated.
func errorOf(variance float64) measure.Value {
	if variance >= unknown {
		return measure.Undefined(measure.Infinite)
	}
	if !(variance > 0) {
		return measure.Undefined(measure.Unsettled)
	}
	return measure.Of(math.Sqrt(variance))
}

// covariance of two numbers of x, of one item; NaN where it is unknown.
type covariance func(n, m int) float64

// observed is the negative curvature of the expected log-likelihood of an item. Models
// whose own curvature is only expected have their gradient differentiated.
func (e *estimation) observed(j int, v []float64) [][]float64 {
	_, curvature := e.derivatives(j, v)
	if model := e.model(j); model != ThreePL && model != GRM {
		return curvature
	}
	bend := mat.NewDense(len(v), len(v), nil)
	fd.Jacobian(bend, func(y, x []float64) {
		gradient, _ := e.derivatives(j, x)
		copy(y, gradient)
	}, v, &fd.JacobianSettings{Formula: fd.Central})
	for a := range v {
		for b := range v {
			curvature[a][b] = -(bend.At(a, b) + bend.At(b, a)) / 2
		}
	}
	return curvature
}

// answer is what one answer says of the parameters of its item: the
// derivatives of log P by each of them, over the nodes, and where they begin
// in x.
type answer struct {
	start       int
	derivatives [][]float64
}

// answers lists them by where the tables of an answer begin.
func (e *estimation) answers(x []float64) map[int32]answer {
	out, start := map[int32]answer{}, 0
	e.each(x, func(j int, v []float64) {
		scores := e.a.most[j] + 1
		for k := range scores {
			given := make([]float64, scores)
			given[k] = 1
			for g := range e.people {
				a, nodes := answer{start, zeros(len(v), nodeCount)}, e.of(g)
				for q := range nodes {
					gradient := make([]float64, len(v))
					e.model(j).derivatives(v, given, nodes[q:q+1], gradient, zeros(len(v), len(v)))
					for p, d := range gradient {
						a.derivatives[p][q] = d
					}
				}
				out[int32(e.table[j]+k*len(e.nodes)+g*nodeCount)] = a
			}
		}
		start += len(v)
	})
	return out
}

// whole inverts the observed information of all parameters: what complete
// data would tell, less the covariance of what the posterior leaves open.
func (e *estimation) whole(x []float64, place []int, parameters int) covariance {
	information := mat.NewSymDense(parameters, nil)
	add := func(a, b int, value float64) {
		if a > b {
			a, b = b, a
		}
		information.SetSym(a, b, information.At(a, b)+value)
	}
	at := 0
	e.each(x, func(j int, v []float64) {
		curvature := e.observed(j, v)
		for a := range v {
			for b := a; b < len(v); b++ {
				add(place[at+a], place[at+b], curvature[a][b])
			}
		}
		at += len(v)
	})
	answers := e.answers(x)
	var posterior [nodeCount]float64
	var open mat.SymDense
	for _, r := range e.rows {
		e.posterior(r, &posterior)
		var at []int // parameters of the row
		var scores [][]float64
		for _, t := range r.at {
			for p, s := range answers[t].derivatives {
				n := place[answers[t].start+p]
				if e.plan.Model == OnePL && p == 0 && len(at) > 0 {
					for q := range s { // the common slope is one parameter
						scores[0][q] += s[q]
					}
					continue
				}
				at, scores = append(at, n), append(scores, append([]float64(nil), s...))
			}
		}
		if len(at) == 0 { // answered fixed items alone
			continue
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
		return func(int, int) float64 { return math.NaN() }
	}
	return func(n, m int) float64 { return inverse.At(place[n], place[m]) }
}

// apart inverts the observed information of each item alone.
func (e *estimation) apart(x []float64) covariance {
	answers := e.answers(x)
	blocks, sizes := map[int]*mat.SymDense{}, map[int]int{}
	at := 0
	e.each(x, func(j int, v []float64) {
		curvature := e.observed(j, v)
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
			scores, b := answers[t].derivatives, blocks[answers[t].start]
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
	start := make([]int, len(x)) // of the item of every number of x
	inverse := map[int]*mat.SymDense{}
	for from, b := range blocks {
		for k := range sizes[from] {
			start[from+k] = from
		}
		var c mat.Cholesky
		var i mat.SymDense
		if c.Factorize(b) && c.InverseTo(&i) == nil {
			inverse[from] = &i
		}
	}
	return func(n, m int) float64 {
		i, ok := inverse[start[n]]
		if !ok {
			return math.NaN()
		}
		return i.At(n-start[n], m-start[n])
	}
}
