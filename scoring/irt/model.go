package irt

import "math"

// Model says which parameters are estimated.
type Model string

const (
	OnePL   Model = "1pl"  // one slope for all items
	TwoPL   Model = "2pl"  // a slope for each; items 0/1
	ThreePL Model = "3pl"  // and a lower asymptote
	GPCM    Model = "gpcm" // a slope for each, items of any maximum
	GRM     Model = "grm"  // graded response, items of any maximum
)

// PerItem is how many parameters of an item scored 0/1 are estimated: its intercept,
// slope and asymptote; the one slope of OnePL is of no item.
func (m Model) PerItem() int {
	switch m {
	case OnePL:
		return 1
	case ThreePL:
		return 3
	}
	return 2
}

// Normal is a normal prior; SD 0 is none.
type Normal struct{ Mean, SD float64 }

// Priors of the parameters: their logarithms, values and logits.
type Priors struct{ LogA, D, LogitC Normal }

// UsualPriors keep slopes and intercepts of thin data in reason (Mislevy,
// 1986; Swaminathan and Gifford, 1985): log a ~ N(0, 0.4²), d ~ N(0, 2²).
func UsualPriors() Priors {
	return Priors{LogA: Normal{0, 0.4}, D: Normal{0, 2}, LogitC: GuessingPrior}
}

// GuessingPrior is logit c ~ N(logit 0.22, 0.5²): blind choice of four
// options, a little less.
var GuessingPrior = Normal{logit(0.22), 0.5}

// vector lays an item's parameters out as numbers without bounds: slope,
// intercepts, logit of the asymptote.
func (m Model) vector(i Item) []float64 {
	v := append([]float64{i.A}, i.D...)
	if m == ThreePL {
		v = append(v, logit(i.C))
	}
	return v
}

func (m Model) item(v []float64) Item {
	if m == ThreePL {
		return Item{A: v[0], D: v[1:2], C: logistic(v[2])}
	}
	return Item{A: v[0], D: v[1:], Graded: m == GRM}
}

// start is where an item's estimation begins, given how often each score
// was met: a slope of 1 and the intercepts that explain the counts.
func (m Model) start(counts []float64) Item {
	i := Item{A: 1, Graded: m == GRM}
	if m == GRM {
		all, above := 0.0, 0.0
		for _, n := range counts {
			all += n
		}
		i.D = make([]float64, len(counts)-1)
		for k := len(counts) - 1; k >= 1; k-- {
			above += counts[k]
			i.D[k-1] = 1.2 * math.Log((above+0.5)/(all-above+0.5))
		}
		return i
	}
	for k := 1; k < len(counts); k++ {
		i.D = append(i.D, max(-4, min(4, 1.2*math.Log((counts[k]+0.5)/(counts[k-1]+0.5)))))
	}
	if m == ThreePL {
		i.C = 0.2
		i.D[0] = max(-4, i.D[0]-0.5)
	}
	return i
}

// logPrior is the logarithm of the prior density of v, without constants, and
// adds its gradient and the negative of its curvature.
func (p Priors) logPrior(m Model, v, gradient []float64, curvature [][]float64) float64 {
	sum := 0.0
	add := func(at int, n Normal, x, slope, bend float64) { // x as a function of v[at] with its derivatives
		z := (x - n.Mean) / (n.SD * n.SD)
		sum -= z * (x - n.Mean) / 2
		if gradient != nil {
			gradient[at] -= z * slope
			curvature[at][at] += slope*slope/(n.SD*n.SD) + z*bend
		}
	}
	if p.LogA.SD > 0 {
		if v[0] <= 0 {
			return math.Inf(-1)
		}
		add(0, p.LogA, math.Log(v[0]), 1/v[0], -1/(v[0]*v[0]))
	}
	last := len(v)
	if m == ThreePL {
		last--
		if p.LogitC.SD > 0 {
			add(last, p.LogitC, v[last], 1, 0)
		}
	}
	if p.D.SD > 0 {
		for k := 1; k < last; k++ {
			add(k, p.D, v[k], 1, 0)
		}
	}
	return sum
}

// derivatives are the gradient of the expected log-likelihood of one item and
// the negative of its curvature (of its expectation for the three-parameter
// model). counts[k·Q+q] is how many people at node q are expected to have
// scored k.
func (m Model) derivatives(v, counts, nodes, gradient []float64, curvature [][]float64) {
	i := m.item(v)
	if m == ThreePL {
		guessing(i, counts, nodes, gradient, curvature)
		return
	}
	if m == GRM {
		i.gradedDerivatives(counts, nodes, gradient, curvature)
		return
	}
	top, size := len(i.D), len(nodes)
	p, above := make([]float64, top+1), make([]float64, top+2)
	for q, theta := range nodes {
		n := 0.0
		for k := range p {
			n += counts[k*size+q]
		}
		if n == 0 {
			continue
		}
		i.probabilities(theta, p)
		mean, square := 0.0, 0.0
		above[top+1] = 0
		for k := top; k >= 0; k-- { // above[k] = P(score ≥ k)
			above[k] = above[k+1] + p[k]
			mean += float64(k) * p[k]
			square += float64(k) * float64(k) * p[k]
		}
		reached, sum := 0.0, 0.0 // people with score ≥ k, and the sum of scores
		for k := top; k >= 1; k-- {
			reached += counts[k*size+q]
			sum += float64(k) * counts[k*size+q]
			gradient[k] += reached - n*above[k]
		}
		gradient[0] += theta * (sum - n*mean)
		curvature[0][0] += n * theta * theta * (square - mean*mean)
		part := 0.0 // Σ of k·p over scores ≥ k
		for k := top; k >= 1; k-- {
			part += float64(k) * p[k]
			c := n * theta * (part - mean*above[k])
			curvature[0][k] += c
			curvature[k][0] += c
			for l := 1; l <= k; l++ {
				c := n * (above[k] - above[k]*above[l])
				curvature[k][l] += c
				if l != k {
					curvature[l][k] += c
				}
			}
		}
	}
}

// touched are the parameters that the chance of a score depends on: the slope,
// its own intercept and the next.
func touched(k, top int) []int {
	part := []int{0}
	if k >= 1 {
		part = append(part, k)
	}
	if k < top {
		part = append(part, k+1)
	}
	return part
}

// gradedDerivatives has the expected curvature, like that of the
// three-parameter model.
func (i Item) gradedDerivatives(counts, nodes, gradient []float64, curvature [][]float64) {
	top, size := len(i.D), len(nodes)
	p := make([]float64, top+1)
	for q, theta := range nodes {
		i.graded(theta, p)
		n := 0.0
		for k := range p {
			n += counts[k*size+q]
		}
		if n == 0 {
			continue
		}
		g := make([]float64, top+2) // of scores 1 to top; none at the ends
		for k := 1; k <= top; k++ {
			G := logistic(i.A*theta + i.D[k-1])
			g[k] = G * (1 - G)
		}
		for k, chance := range p {
			chance = max(chance, least)
			// A score's chance grows with its own intercept and falls with the next.
			d := make([]float64, top+2)
			d[k+1] = -g[k+1]
			d[k] = g[k]
			d[0] = theta * (g[k] - g[k+1])
			part := touched(k, top)
			for _, a := range part {
				gradient[a] += counts[k*size+q] * d[a] / chance
				for _, b := range part {
					curvature[a][b] += n * d[a] * d[b] / chance
				}
			}
		}
	}
}

func guessing(i Item, counts, nodes, gradient []float64, curvature [][]float64) {
	size := len(nodes)
	for q, theta := range nodes {
		wrong, right := counts[q], counts[size+q]
		n := wrong + right
		if n == 0 {
			continue
		}
		s := logistic(i.A*theta + i.D[0])
		p := i.C + (1-i.C)*s
		step := (1 - i.C) * s * (1 - s)
		d := [3]float64{step * theta, step, i.C * (1 - i.C) * (1 - s)}
		variance := max(p*(1-p), 1e-12)
		for a := range d {
			gradient[a] += (right - n*p) / variance * d[a]
			for b := range d {
				curvature[a][b] += n / variance * d[a] * d[b]
			}
		}
	}
}
