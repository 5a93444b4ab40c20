package irt

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sathach/scoring/measure"
)

// Ability is what a person's answers say about theta.
type Ability struct {
	// EAP is the posterior mean with the prior N(0,1), or the scorer's, and SD its standard
	// deviation (Bock and Mislevy, 1982). Without answers it is the prior.
	EAP, SD float64
	// WLE is Warm's (1989) weighted likelihood estimate: the root of
	// Σ (x−E)·P′/(PQ) + J/(2I). SE is 1/√I there.
	WLE, WLESE measure.Value
	// MLE is the maximum of the likelihood; for all right or all wrong it lies
	// at plus or minus infinity, which MLEAt tells (+1, −1; 0 inside).
	MLE   measure.Value
	MLEAt int
}

// Scorer estimates abilities at fixed items. It keeps tables of them.
type Scorer struct {
	items         []Item
	nodes, weight []float64
	logP          [][]float64 // of an item, [score·nodes + node]
	grid          []float64
	onGrid        [][]moment
	// together are the moments of all items at the grid, where scores count in
	// proportion to slopes: then Σ slope·x stands for the scores of who answered all.
	// Nil where guessing or graded items make them count otherwise.
	together []sums
}

// sums are Σ slope·mean, the information and the bias of all items.
type sums struct{ expected, information, bias float64 }

// The range in which estimates are looked for first, point by point, and how far
// beyond it. Points are closer where items are steeper than four, so that no root and
// no area between roots is lost between them.
const (
	gridEdge = 20.0
	gridStep = 0.25
	farthest = 1 << 16
)

// NewScorer prepares the items.
func NewScorer(items []Item) *Scorer {
	s := &Scorer{items: items}
	s.nodes, s.weight = Nodes()
	steepest := 1 / gridStep
	for _, i := range items {
		steepest = max(steepest, math.Abs(i.A))
	}
	half := int(math.Ceil(gridEdge * steepest))
	for n := -half; n <= half; n++ {
		s.grid = append(s.grid, gridEdge*float64(n)/float64(half))
	}
	for _, i := range items {
		moments := make([]moment, len(s.grid))
		for g, theta := range s.grid {
			moments[g] = i.at(theta)
		}
		s.onGrid = append(s.onGrid, moments)
	}
	s.tabulate()
	if !slices.ContainsFunc(items, func(i Item) bool { return i.C > 0 || i.Graded && len(i.D) > 1 }) {
		s.together = make([]sums, len(s.grid))
		for g := range s.grid {
			for _, moments := range s.onGrid {
				m, t := moments[g], s.together[g]
				s.together[g] = sums{t.expected + m.slope*m.mean, t.information + m.information, t.bias + m.bias}
			}
		}
	}
	return s
}

// With is the scorer for people from another population than N(0,1), at whose Nodes
// posteriors then lie.
func (s *Scorer) With(prior Normal) *Scorer {
	other := *s
	other.nodes, other.weight = prior.Nodes()
	other.tabulate()
	return &other
}

// tabulate fills in how likely every score is at the nodes.
func (s *Scorer) tabulate() {
	s.logP = make([][]float64, len(s.items))
	for j, i := range s.items {
		logP, p := make([]float64, i.scores()*nodeCount), make([]float64, i.scores())
		for q, theta := range s.nodes {
			i.probabilities(theta, p)
			for k, y := range p {
				logP[k*nodeCount+q] = math.Log(max(y, 1e-300))
			}
		}
		s.logP[j] = logP
	}
}

// Score estimates the ability behind scores, one for each item or measure.Missing.
func (s *Scorer) Score(scores []int) Ability {
	a := s.Estimate(scores)
	if asked := answered(scores); len(asked) > 0 {
		a.MLE, a.MLEAt = s.likeliest(scores, asked)
	}
	return a
}

// Estimate is Score without the maximum of the likelihood, which takes as long
// as all the rest and which nobody needs who has Warm's estimate.
func (s *Scorer) Estimate(scores []int) Ability {
	posterior, _ := s.Posterior(scores)
	a := Ability{EAP: s.over(posterior), MLE: measure.Undefined(measure.NoData)}
	for q, p := range posterior {
		a.SD += p * (s.nodes[q] - a.EAP) * (s.nodes[q] - a.EAP)
	}
	a.SD = math.Sqrt(a.SD)
	asked := answered(scores)
	if len(asked) == 0 {
		a.WLE, a.WLESE = measure.Undefined(measure.NoData), measure.Undefined(measure.NoData)
		return a
	}
	a.WLE = s.root(scores, asked, true)
	a.WLESE = a.WLE.Map(func(theta float64) float64 { return 1 / math.Sqrt(s.information(asked, theta)) })
	return a
}

// answered are the places of the items that were answered.
func answered(scores []int) (asked []int) {
	for j, x := range scores {
		if x != measure.Missing {
			asked = append(asked, j)
		}
	}
	return asked
}

// EAP is the posterior mean alone.
func (s *Scorer) EAP(scores []int) float64 {
	posterior, _ := s.Posterior(scores)
	return s.over(posterior)
}

// over is the mean of a distribution over the nodes.
func (s *Scorer) over(posterior []float64) float64 {
	sum := 0.0
	for q, p := range posterior {
		sum += p * s.nodes[q]
	}
	return sum
}

// Posterior is the distribution over the Nodes of the prior given the scores, and the
// log-likelihood of the scores.
func (s *Scorer) Posterior(scores []int) (p []float64, logLik float64) {
	p = make([]float64, nodeCount)
	for j, x := range scores {
		if x == measure.Missing {
			continue
		}
		for q, l := range s.logP[j][x*nodeCount : (x+1)*nodeCount] {
			p[q] += l
		}
	}
	return p, normalise(p, s.weight)
}

func (s *Scorer) information(asked []int, theta float64) float64 {
	sum := 0.0
	for _, j := range asked {
		sum += s.items[j].Information(theta)
	}
	return sum
}

// slope is the estimating function at theta: the derivative of the
// log-likelihood, with Warm's correction if asked for.
func slope(m func(j int) moment, scores, asked []int, warm bool) float64 {
	var g, information, bias float64
	for _, j := range asked {
		at := m(j)
		g += at.gradient(scores[j])
		information += at.information
		bias += at.bias
	}
	if warm && information > 0 {
		g += bias / (2 * information)
	}
	return g
}

// root finds where the estimating function falls through zero. There may be several
// places (three-parameter model, very steep items): it is the highest of them.
func (s *Scorer) root(scores, asked []int, warm bool) measure.Value {
	at := func(g int) float64 {
		return slope(func(j int) moment { return s.onGrid[j][g] }, scores, asked, warm)
	}
	if s.together != nil && len(asked) == len(s.items) {
		at = s.togetherAt(scores, warm)
	}
	var roots, areas []float64 // areas are what the estimating function gained up to there
	area, before := 0.0, 0.0
	for g := range s.grid {
		here := at(g)
		if g > 0 {
			if before > 0 && here <= 0 {
				roots, areas = append(roots, s.between(scores, asked, warm, s.grid[g-1], s.grid[g], before, here)), append(areas, area)
			}
			area += (before + here) / 2 * (s.grid[g] - s.grid[g-1])
		}
		before = here
	}
	if len(roots) == 0 {
		roots = s.beyond(scores, asked, warm)
		areas = make([]float64, len(roots))
	}
	switch len(roots) {
	case 0:
		return measure.Undefined(measure.Infinite)
	case 1:
		return measure.Of(roots[0])
	}
	if beyond := math.Abs(roots[0]) > gridEdge; beyond || !warm || s.together != nil {
		for n, theta := range roots {
			areas[n] = s.height(scores, asked, warm, theta)
		}
	}
	return measure.Of(roots[floats.MaxIdx(areas)])
}

// height is the log-likelihood at theta, for Warm's estimate with ½·log I: their
// derivative is the estimating function where scores count by slopes alone.
func (s *Scorer) height(scores, asked []int, warm bool, theta float64) (height float64) {
	for _, j := range asked {
		height += s.items[j].logChance(theta, scores[j])
	}
	if warm {
		height += math.Log(s.information(asked, theta)) / 2
	}
	return height
}

// beyond looks for roots outside the grid on either side, as flat items can have them.
// Where no item tells anything any more there is none.
func (s *Scorer) beyond(scores, asked []int, warm bool) (roots []float64) {
	at := func(theta float64) float64 {
		return slope(func(j int) moment { return s.items[j].at(theta) }, scores, asked, warm)
	}
	for _, near := range []float64{-gridEdge, gridEdge} {
		atNear := at(near)
		for math.Abs(near) < farthest && s.information(asked, 2*near) > 0 {
			far := 2 * near
			atFar := at(far)
			if near > 0 && atNear > 0 && atFar <= 0 {
				roots = append(roots, s.between(scores, asked, warm, near, far, atNear, atFar))
				break
			}
			if near < 0 && atNear <= 0 && atFar > 0 {
				roots = append(roots, s.between(scores, asked, warm, far, near, atFar, atNear))
				break
			}
			near, atNear = far, atFar
		}
	}
	return roots
}

// togetherAt is the estimating function at points of the grid, for scores on all items.
func (s *Scorer) togetherAt(scores []int, warm bool) func(g int) float64 {
	total := 0.0
	for j, x := range scores {
		total += s.items[j].A * float64(x)
	}
	return func(g int) float64 {
		t := s.together[g]
		if warm && t.information > 0 {
			return total - t.expected + t.bias/(2*t.information)
		}
		return total - t.expected
	}
}

// between finds the zero between two points of the grid, above it at low and
// not at high, by false position with the weight of the end that stays halved
// (Illinois): a handful of evaluations where halving takes thirty.
func (s *Scorer) between(scores, asked []int, warm bool, low, high, atLow, atHigh float64) float64 {
	const (
		near = 1e-11
		most = 100
	)
	theta, kept := low, 0
	for range most {
		next := (low*atHigh - high*atLow) / (atHigh - atLow)
		moved := math.Abs(next - theta)
		theta = next
		g := slope(func(j int) moment { return s.items[j].at(theta) }, scores, asked, warm)
		switch {
		case g == 0 || moved < near || high-low < near:
			return theta
		case g > 0:
			if low, atLow = theta, g; kept == 1 {
				atHigh /= 2
			}
			kept = 1
		default:
			if high, atHigh = theta, g; kept == -1 {
				atLow /= 2
			}
			kept = -1
		}
	}
	return theta
}

func (s *Scorer) likeliest(scores, asked []int) (measure.Value, int) {
	lowest, highest := true, true
	for _, j := range asked {
		lowest = lowest && scores[j] == 0
		highest = highest && scores[j] == len(s.items[j].D)
	}
	switch {
	case lowest:
		return measure.Undefined(measure.Infinite), -1
	case highest:
		return measure.Undefined(measure.Infinite), 1
	}
	theta := s.root(scores, asked, false)
	if _, ok := theta.Get(); !ok { // below what guessing explains
		return theta, -1
	}
	return theta, 0
}

// Curve is the test information and the expected total at theta.
func Curve(items []Item, theta float64) (information, expected float64) {
	for _, i := range items {
		information += i.Information(theta)
		expected += i.Expected(theta)
	}
	return information, expected
}

// MarginalReliability is ∫ I(θ)/(I(θ)+1)·φ(θ) dθ: how well a form of the items
// would tell persons from N(0,1) apart.
func MarginalReliability(items []Item) float64 {
	nodes, weight := Nodes()
	sum := 0.0
	for q, theta := range nodes {
		information, _ := Curve(items, theta)
		sum += weight[q] * information / (information + 1)
	}
	return sum
}
