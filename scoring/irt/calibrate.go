package irt

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sathach/scoring/measure"
)

// Plan says how items are calibrated.
type Plan struct {
	Model  Model
	Priors Priors
	// Own are priors of single items, in place of Priors: what is usual of their topic,
	// and what guessing gives among their options.
	Own map[int]Priors
	// Guessed are items scored 0/1 that have a lower asymptote although the model has
	// none, Guessable those that get one where their answers pay for it (guessed.go).
	Guessed, Guessable map[int]bool
	// Fixed are items whose parameters are known: they are not estimated and
	// carry the scale of the bank to the others (fixed-parameter calibration
	// with many cycles and updated weights; Kim, 2006). The mean and standard
	// deviation of abilities are then free in every group.
	Fixed map[int]Item
	// Alike says that all people are of one population by design, so that
	// items need no people in common.
	Alike bool
	// Gradient and Change end the iteration: no derivative of the penalised
	// log-likelihood is larger than the first and no parameter moved by more
	// than the second. Cycles bounds it. Zeros stand for 1e-4, 1e-5 and 2,000.
	Gradient, Change float64
	Cycles           int

	out []int // items that have turned out to have no maximum
}

// Calibration is the result. Items[j] is meaningless where Why[j] is not
// empty: everybody who was asked scored alike, nobody was asked, or the likelihood
// has no finite maximum.
type Calibration struct {
	Items []Item
	Why   []measure.Why
	// SE[j] are the standard errors of slope and intercepts, from the observed
	// information (Louis, 1982). With many parameters covariances between
	// items are left out.
	SE [][]measure.Value
	// DifficultySE[j] are those of the difficulties bₖ = −dₖ/a, by the delta method
	// with the covariance of slope and intercept. What is fixed is without error.
	DifficultySE [][]measure.Value
	Groups       []Normal // distribution of abilities in every group
	LogLik       float64  // marginal, without priors
	Penalised    float64  // with the logarithms of the priors, without constants
	Cycles       int
	MaxGradient  float64
	Converged    bool
}

// Quadrature: 61 equally spaced nodes on −6 to 6. The cut of the tails decides
// about the error, not the number of nodes.
const (
	nodeCount = 61
	nodeEdge  = 6.0
)

// Nodes are the nodes of the quadrature and the weights of N(0,1), which sum
// to 1.
func Nodes() (theta, weight []float64) {
	theta = make([]float64, nodeCount)
	for q := range theta {
		theta[q] = -nodeEdge + 2*nodeEdge*float64(q)/(nodeCount-1)
	}
	return theta, Normal{0, 1}.over(theta)
}

// Nodes are the nodes of the quadrature for a population, as far to both sides in its
// own standard deviations, and the weights of the distribution there, which sum to 1.
func (n Normal) Nodes() (theta, weight []float64) {
	theta, weight = Nodes()
	for q, z := range theta {
		theta[q] = n.Mean + n.SD*z
	}
	return theta, weight
}

// over are the weights of a normal distribution at nodes; they sum to 1.
func (n Normal) over(nodes []float64) []float64 {
	weight, sum := make([]float64, len(nodes)), 0.0
	for q, theta := range nodes {
		z := (theta - n.Mean) / n.SD
		weight[q] = math.Exp(-z * z / 2)
		sum += weight[q]
	}
	for q := range weight {
		weight[q] /= sum
	}
	return weight
}

// Calibrate estimates items by marginal maximum likelihood with EM (Bock and
// Aitkin, 1981), accelerated by SQUAREM (Varadhan and Roland, 2008). The base
// group has abilities from N(0,1); those of other groups, and of all where
// items are fixed, have a mean and a standard deviation of their own
// (concurrent calibration). Its end is judged by the gradient: EM that stops on small
// steps alone is not at the maximum. A cycle costs about answers × nodes.
func Calibrate(a *Answers, plan Plan) (Calibration, error) {
	if floats.Sum(a.weight) == 0 {
		return Calibration{}, fmt.Errorf("%w: there are no persons", ErrAnswers)
	}
	for j, m := range a.most {
		if m > 1 && plan.Model != GPCM && plan.Model != GRM {
			return Calibration{}, fmt.Errorf("%w: item %d has scores up to %d; the model %s takes 0 and 1", ErrAnswers, j+1, m, plan.Model)
		}
	}
	for j, i := range plan.Fixed {
		if j < 0 || j >= len(a.most) || len(i.D) != a.most[j] {
			return Calibration{}, fmt.Errorf("%w: fixed item %d does not exist or has other scores", ErrAnswers, j+1)
		}
		if !i.sound() || len(i.D) > 1 && i.Graded != (plan.Model == GRM) {
			return Calibration{}, fmt.Errorf("%w: fixed item %d has parameters outside the model %s", ErrAnswers, j+1, plan.Model)
		}
	}
	if len(plan.Fixed) > 0 && plan.Model == OnePL {
		return Calibration{}, fmt.Errorf("%w: with fixed items the slope of the others is not common; use the model %s", ErrAnswers, TwoPL)
	}
	if people := a.inGroups(); len(plan.Fixed) == 0 && people[0] == 0 || plan.Alike && len(people) > 1 {
		return Calibration{}, fmt.Errorf("%w: groups need people in the base group, and none are alike by design", ErrAnswers)
	}
	if !plan.Alike && !a.connected(plan.Fixed) {
		return Calibration{}, fmt.Errorf("%w: the items do not hang together: nobody answered items of both parts, so they have no common scale", ErrAnswers)
	}
	for _, asked := range []map[int]bool{plan.Guessed, plan.Guessable} {
		for j, has := range asked {
			if has && (j < 0 || j >= len(a.most) || a.most[j] != 1 || plan.Model == OnePL || plan.Model == GRM) {
				return Calibration{}, fmt.Errorf("%w: item %d cannot have a lower asymptote in the model %s", ErrAnswers, j+1, plan.Model)
			}
		}
	}
	plan = plan.usual()
	e := newEstimation(a, plan)
	if len(e.size) == 0 && len(plan.Fixed) == 0 {
		return Calibration{}, fmt.Errorf("%w: everybody scored alike on every item", ErrAnswers)
	}
	e, without := settle(a, plan, e)
	asked, found := plan.Guessed, e.guessed()
	for len(found) > len(asked) {
		plan.Guessed, plan.Guessable = found, nil
		_, c := settle(a, plan, newEstimation(a, plan))
		kept := maps.Clone(found) // but for items that have no maximum with an asymptote
		maps.DeleteFunc(kept, func(j int, _ bool) bool { return c.Why[j] != "" && !asked[j] })
		if len(kept) == len(found) {
			return c, nil
		}
		found = kept
	}
	return without, nil
}

// settle iterates until every item that is left has a maximum: those without one are
// left out, so that they bend no others, and come back as undefined.
func settle(a *Answers, plan Plan, e *estimation) (*estimation, Calibration) {
	for {
		c := e.run()
		out := e.runaways()
		if len(out) == 0 {
			return e, c
		}
		plan.out = append(plan.out, out...)
		next := newEstimation(a, plan)
		if len(next.size) == 0 && len(plan.Fixed) == 0 { // nothing is left
			c.Converged = false
			return e, c
		}
		e = next
	}
}

func (p Plan) usual() Plan {
	if p.Gradient == 0 {
		p.Gradient = 1e-4
	}
	if p.Change == 0 {
		p.Change = 1e-5
	}
	if p.Cycles == 0 {
		p.Cycles = 2000
	}
	return p
}

// estimation is the state of a calibration. Parameters of all items lie in
// one vector; with one slope for all, it comes first. Every group has nodes of its own,
// which move with its mean and deviation, so that none lies at their edge.
type estimation struct {
	a            *Answers
	plan         Plan
	nodes        []float64   // of one group after the other
	weight       []float64   // of the nodes of any group
	people       [][]float64 // expected at the nodes, of every group
	why          []measure.Why
	used         []int // items that are estimated
	size         []int // of their vectors
	ends         int   // where the parameters of items end in the vector
	groups       []int // those whose mean and log SD follow there
	start        []float64
	table        []int // where their part of logP and counts begins; of all items
	logP, counts []float64
	rows         []row
}

// row is one pattern of answers: where its tables lie.
type row struct {
	at     []int32
	weight float64
	group  int
}

func newEstimation(a *Answers, plan Plan) *estimation {
	e := &estimation{a: a, plan: plan, why: make([]measure.Why, len(a.most)), table: make([]int, len(a.most))}
	met := make([][]float64, len(a.most))
	for j, m := range a.most {
		met[j] = make([]float64, m+1)
	}
	for i := range a.weight {
		items, scores := a.of(i)
		for n, j := range items {
			met[j][scores[n]] += a.weight[i]
		}
	}
	end := 0
	for j, m := range a.most {
		if _, known := plan.Fixed[j]; !known {
			if e.why[j] = usable(met[j]); slices.Contains(plan.out, j) {
				e.why[j] = measure.Infinite
			}
			if e.why[j] != "" {
				continue
			}
			model := e.model(j)
			v := model.vector(model.start(met[j]))
			e.used, e.size, e.start = append(e.used, j), append(e.size, len(v)), append(e.start, v...)
		}
		e.table[j] = end
		end += (m + 1) * a.groups() * nodeCount
	}
	e.logP, e.counts = make([]float64, end), make([]float64, end)
	e.ends = len(e.start)
	for g := range a.groups() {
		nodes, weight := Nodes()
		e.nodes, e.weight, e.people = append(e.nodes, nodes...), weight, append(e.people, make([]float64, nodeCount))
		if g > 0 || len(plan.Fixed) > 0 {
			e.groups, e.start = append(e.groups, g), append(e.start, 0, 0)
		}
	}
	for i, w := range a.weight {
		items, scores := a.of(i)
		r := row{weight: w, group: int(a.group[i])}
		for n, j := range items {
			if e.why[j] == "" {
				r.at = append(r.at, int32(e.table[j]+int(scores[n])*len(e.nodes)+r.group*nodeCount))
			}
		}
		if w > 0 && len(r.at) > 0 {
			e.rows = append(e.rows, r)
		}
	}
	return e
}

func usable(met []float64) measure.Why {
	scores := 0
	for _, n := range met {
		if n > 0 {
			scores++
		}
	}
	switch scores {
	case 0:
		return measure.NoData
	case 1:
		return measure.Constant
	}
	if scores < len(met) { // a score that nobody has would lie at infinity
		return measure.TooFew
	}
	return ""
}
