package irt

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// ModelFit says how well the model as a whole agrees with the answers.
type ModelFit struct {
	// M2 compares the shares that are right of every item and of every pair of
	// items with those expected (Maydeu-Olivares and Joe, 2006), DF are its
	// degrees of freedom, P its tail.
	M2 measure.Value
	DF int
	P  measure.Value
	// RMSEA is √(max(0, M2 − DF)/(n·DF)): with many people every model fails the
	// test, and below .05 it fits closely all the same.
	RMSEA measure.Value
	N     float64 // people who answered everything
}

// mostInM2 bounds the items: the covariance of all pairs grows with the fourth
// power of their number.
const mostInM2 = 80

// Fits computes the fit of items scored 0/1 that were estimated, with nothing fixed
// and no priors to speak of, from these answers by a model with N(0,1). People with
// a missing answer are left out.
func Fits(model Model, items []Item, answers [][]int, weight func(i int) float64) ModelFit {
	no := func(why measure.Why) ModelFit {
		return ModelFit{M2: measure.Undefined(why), P: measure.Undefined(why), RMSEA: measure.Undefined(why)}
	}
	for _, i := range items {
		if len(i.D) != 1 {
			return no(measure.NotBinary)
		}
	}
	switch {
	case len(items) == 0:
		return no(measure.NoData)
	case len(items) > mostInM2:
		return no(measure.TooMany)
	}
	m := newMargins(model, items)
	n := m.observe(answers, weight)
	df := len(m.sets) - m.parameters
	switch {
	case n == 0:
		return no(measure.NoData)
	case df < 1:
		return no(measure.TooFew)
	}
	x, ok := m.distance()
	if !ok {
		return no(measure.Unsettled)
	}
	f := ModelFit{M2: measure.Of(max(0, n*x)), DF: df, N: n}
	f.P = f.M2.Map(func(x float64) float64 { return measure.ChiSquaredTail(x, df) })
	f.RMSEA = f.M2.Map(func(x float64) float64 { return math.Sqrt(max(0, x-float64(df)) / (n * float64(df))) })
	return f
}

// margins are the shares of people who have an item, or both of a pair, right.
type margins struct {
	sets       [][]int // one or two items
	weight     []float64
	right      [][]float64 // of an item, at every node
	both       [][]float64 // of a set, at every node
	expected   []float64
	off        []float64 // observed less expected
	slopes     *mat.Dense
	parameters int
}

func newMargins(model Model, items []Item) *margins {
	nodes, weight := Nodes()
	m := &margins{weight: weight}
	for j := range items {
		m.sets = append(m.sets, []int{j})
	}
	for j := range items {
		for k := range j {
			m.sets = append(m.sets, []int{k, j})
		}
	}
	for _, i := range items {
		p := make([]float64, len(nodes))
		for q, theta := range nodes {
			p[q] = i.Expected(theta)
		}
		m.right = append(m.right, p)
	}
	for _, set := range m.sets {
		p := append([]float64(nil), m.right[set[0]]...)
		for _, j := range set[1:] {
			for q := range p {
				p[q] *= m.right[j][q]
			}
		}
		m.both, m.expected = append(m.both, p), append(m.expected, m.over(p))
	}
	m.differentiate(model, items, nodes)
	return m
}

// over is the mean over the population.
func (m *margins) over(p []float64) (sum float64) {
	for q, x := range p {
		sum += m.weight[q] * x
	}
	return sum
}

// differentiate fills in how the margins change with the parameters: slope,
// intercept, and logit of the asymptote of every item, or one slope of all.
func (m *margins) differentiate(model Model, items []Item, nodes []float64) {
	per, common := model.PerItem(), model == OnePL
	if m.parameters = per * len(items); common {
		m.parameters++
	}
	m.slopes = mat.NewDense(len(m.sets), m.parameters, nil)
	for s, set := range m.sets {
		for _, j := range set {
			i := items[j]
			var slope, intercept, asymptote float64
			for q, theta := range nodes {
				l := logistic(i.A*theta + i.D[0])
				others := m.weight[q]
				for _, k := range set {
					if k != j {
						others *= m.right[k][q]
					}
				}
				d := (1 - i.C) * l * (1 - l) * others
				slope, intercept, asymptote = slope+d*theta, intercept+d, asymptote+others*(1-l)*i.C*(1-i.C)
			}
			if common {
				m.slopes.Set(s, j, intercept)
				m.slopes.Set(s, len(items), m.slopes.At(s, len(items))+slope)
				continue
			}
			m.slopes.Set(s, per*j, slope)
			m.slopes.Set(s, per*j+1, intercept)
			if model == ThreePL {
				m.slopes.Set(s, per*j+2, asymptote)
			}
		}
	}
}

// observe compares with the answers, and counts the people.
func (m *margins) observe(answers [][]int, weight func(i int) float64) (n float64) {
	seen := make([]float64, len(m.sets))
	for i, row := range answers {
		w := weight(i)
		for _, x := range row {
			if x == measure.Missing {
				w = 0
			}
		}
		if w == 0 {
			continue
		}
		n += w
		for s, set := range m.sets {
			all := w
			for _, j := range set {
				all *= float64(row[j])
			}
			seen[s] += all
		}
	}
	m.off = make([]float64, len(m.sets))
	for s := range seen {
		if n > 0 {
			m.off[s] = seen[s]/n - m.expected[s]
		}
	}
	return n
}

// distance is e′(Ξ⁻¹ − Ξ⁻¹Δ(Δ′Ξ⁻¹Δ)⁻¹Δ′Ξ⁻¹)e with Ξ the covariance of the margins of
// one person and Δ their slopes: what is off and no change of parameters mends.
func (m *margins) distance() (x float64, ok bool) {
	size := len(m.sets)
	spread := mat.NewSymDense(size, nil)
	union := make([]float64, len(m.weight))
	for s, a := range m.sets {
		for t := s; t < size; t++ {
			copy(union, m.both[s])
			for _, j := range m.sets[t] {
				if j == a[0] || j == a[len(a)-1] {
					continue
				}
				for q, p := range m.right[j] {
					union[q] *= p
				}
			}
			spread.SetSym(s, t, m.over(union)-m.expected[s]*m.expected[t])
		}
	}
	var c mat.Cholesky
	if !c.Factorize(spread) {
		return 0, false
	}
	off := mat.NewVecDense(size, m.off)
	var there mat.VecDense // Ξ⁻¹e
	var through mat.Dense  // Ξ⁻¹Δ
	if c.SolveVecTo(&there, off) != nil || c.SolveTo(&through, m.slopes) != nil {
		return 0, false
	}
	var inner mat.Dense
	inner.Mul(m.slopes.T(), &through)
	var mended, change mat.VecDense
	change.MulVec(m.slopes.T(), &there)
	if mended.SolveVec(&inner, &change) != nil {
		return 0, false
	}
	return mat.Dot(off, &there) - mat.Dot(&change, &mended), true
}
