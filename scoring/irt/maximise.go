package irt

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// maximiseGroup is the M step of a group: the moments of its expected
// abilities, with the gradient by mean and log SD where it begins.
func (e *estimation) maximiseGroup(g int, now Normal) (next, gradient []float64) {
	nodes := e.of(g)
	var n, mean, spread, around float64
	for q, p := range e.people[g] {
		n, mean, around = n+p, mean+p*nodes[q], around+p*(nodes[q]-now.Mean)*(nodes[q]-now.Mean)
	}
	if n == 0 {
		return []float64{now.Mean, math.Log(now.SD)}, []float64{0, 0}
	}
	mean /= n
	for q, p := range e.people[g] {
		spread += p * (nodes[q] - mean) * (nodes[q] - mean)
	}
	v := now.SD * now.SD
	sd := min(widest, max(narrowest, math.Sqrt(spread/n)))
	return []float64{mean, math.Log(sd)}, []float64{n * (mean - now.Mean) / v, around/v - n}
}

// The bounds of the deviation of a group's abilities.
const (
	narrowest = 0.05
	widest    = 10
)

// newtonSteps bounds the M step; it need not be exact.
const newtonSteps = 6

// maximise is the M step of one item by Newton's method, with the gradient
// where it begins: by Fisher's identity that of the marginal likelihood.
func (e *estimation) maximise(j int, start []float64) (v, first []float64) {
	v = append([]float64(nil), start...)
	here := e.expected(j, v)
	for range newtonSteps {
		gradient, curvature := e.derivatives(j, v)
		if first == nil {
			first = gradient
		}
		step := solve(curvature, gradient)
		moved := false
		for halving := 0; halving < 12; halving++ {
			far := make([]float64, len(v))
			for n := range v {
				far[n] = v[n] + math.Ldexp(step[n], -halving)
			}
			if there := e.expected(j, far); there >= here {
				moved, v, here = largest(step) > 1e-9, far, there
				break
			}
		}
		if !moved {
			break
		}
	}
	return v, first
}

// expected is the expected log-likelihood of an item with its prior.
func (e *estimation) expected(j int, v []float64) float64 {
	for _, x := range v {
		if math.IsNaN(x) || math.Abs(x) > 50 {
			return math.Inf(-1)
		}
	}
	i := e.model(j).item(v)
	if !i.ordered() {
		return math.Inf(-1)
	}
	sum := e.priors(j).logPrior(e.model(j), v, nil, nil)
	p := make([]float64, i.scores())
	for q, theta := range e.nodes {
		i.probabilities(theta, p)
		for k, y := range p {
			if n := e.counts[e.table[j]+k*len(e.nodes)+q]; n > 0 {
				sum += n * math.Log(max(y, 1e-300))
			}
		}
	}
	return sum
}

func (e *estimation) derivatives(j int, v []float64) (gradient []float64, curvature [][]float64) {
	gradient, curvature = make([]float64, len(v)), zeros(len(v), len(v))
	counts := e.counts[e.table[j] : e.table[j]+(e.a.most[j]+1)*len(e.nodes)]
	e.model(j).derivatives(v, counts, e.nodes, gradient, curvature)
	e.priors(j).logPrior(e.model(j), v, gradient, curvature)
	return gradient, curvature
}

// maximiseCommon is the M step with one slope for all items: Newton's method
// on a matrix that is a diagonal with one full row. The gradient counts the
// slope once.
func (e *estimation) maximiseCommon(start []float64) (x, first []float64) {
	x = append([]float64(nil), start...)
	for range newtonSteps {
		var slope, bend float64 // of the common slope, intercepts eliminated
		type arm struct{ g, cross, own float64 }
		var arms []arm
		var gradient []float64
		e.each(x, func(j int, v []float64) {
			g, c := e.derivatives(j, v)
			arms = append(arms, arm{g[1], c[0][1], c[1][1]})
			gradient = append(gradient, 0, g[1])
			slope, bend = slope+g[0], bend+c[0][0]
		})
		gradient[0] = slope
		if first == nil {
			first = gradient
		}
		for n := range arms { // an item that nobody is in doubt about is flat
			arms[n].own = max(arms[n].own, 1e-9)
		}
		for _, a := range arms {
			slope -= a.cross / a.own * a.g
			bend -= a.cross * a.cross / a.own
		}
		step := max(-0.5, min(0.5, slope/max(bend, 1e-9)))
		moves := make([]float64, len(x))
		for n, a := range arms {
			moves[2*n], moves[2*n+1] = step, max(-2, min(2, (a.g-a.cross*step)/a.own))
		}
		far, moved := e.uphill(x, moves)
		if !moved || largest(first) < 1e-12 {
			break
		}
		x = far
	}
	return x, first
}

// uphill goes along moves, halved until what is expected of all items does not fall,
// but for what rounding makes of a sum.
func (e *estimation) uphill(x, moves []float64) (far []float64, moved bool) {
	expected := func(x []float64) (sum float64) {
		e.each(x, func(j int, v []float64) { sum += e.expected(j, v) })
		return sum
	}
	here := expected(x)
	for halving := range 12 {
		far = make([]float64, len(x))
		for n := range x {
			far[n] = x[n] + math.Ldexp(moves[n], -halving)
		}
		if expected(far) >= here-1e-13*math.Abs(here) {
			return far, true
		}
	}
	return x, false
}

func zeros(rows, columns int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

// solve is curvature⁻¹·gradient; a matrix that is not positive definite gets
// a ridge until it is.
func solve(curvature [][]float64, gradient []float64) []float64 {
	n := len(gradient)
	for ridge := 0.0; ; ridge = max(1e-6, 10*ridge) {
		m := mat.NewSymDense(n, nil)
		for i := range n {
			for j := i; j < n; j++ {
				m.SetSym(i, j, curvature[i][j])
			}
			m.SetSym(i, i, curvature[i][i]+ridge)
		}
		var c mat.Cholesky
		if !c.Factorize(m) {
			if ridge > 1e12 {
				return make([]float64, n)
			}
			continue
		}
		var x mat.VecDense
		if err := c.SolveVecTo(&x, mat.NewVecDense(n, gradient)); err != nil && ridge < 1e12 {
			continue
		}
		return x.RawVector().Data
	}
}

func largest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}
