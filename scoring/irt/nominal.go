package irt

import (
	"fmt"
	"math"
	"slices"

	"sathach/scoring/measure"
)

// Nominal is an item in the nominal response model (Bock, 1972), which also says
// which wrong option people of an ability choose: option k has the logit
// Slopes[k]·θ + Intercepts[k]. Key is the option that is right.
type Nominal struct {
	Slopes, Intercepts []float64
	Key                int
}

// Chances are the probabilities of every option at theta.
func (n Nominal) Chances(theta float64) []float64 {
	p := make([]float64, len(n.Slopes))
	n.chances(theta, p)
	return p
}

func (n Nominal) chances(theta float64, p []float64) {
	for k := range p {
		p[k] = n.Slopes[k]*theta + n.Intercepts[k]
	}
	softmax(p)
}

// NominalEAP is the posterior mean of theta given a person's options, or Missing,
// with the prior N(0,1).
func NominalEAP(items []Nominal, options []int) float64 {
	nodes, weight := Nodes()
	p := make([]float64, len(nodes))
	for j, k := range options {
		if k == measure.Missing {
			continue
		}
		for q, theta := range nodes {
			p[q] += math.Log(max(items[j].Chances(theta)[k], 1e-300))
		}
	}
	normalise(p, weight)
	mean := 0.0
	for q, x := range p {
		mean += x * nodes[q]
	}
	return mean
}

// NominalPlan says how items are calibrated.
type NominalPlan struct {
	// Spread is the standard deviation of normal priors around 0 on what options
	// differ from the key by; 0 for none.
	Spread float64
	// Gradient ends the iteration, 0 stands for 1e-3; Cycles bounds it, 0 stands for
	// 2,000.
	Gradient float64
	Cycles   int
}

// UsualSpread keeps options that hardly anybody chooses in reason.
const UsualSpread = 2

// NominalCalibration is the result. Items[j] is meaningless where Why[j] is not
// empty: an option that nobody chose lies at infinity, unless there is a prior.
type NominalCalibration struct {
	Items       []Nominal // slopes and intercepts sum to 0
	Why         []measure.Why
	LogLik      float64 // marginal
	Cycles      int
	MaxGradient float64
	Converged   bool
}

// CalibrateNominal estimates items by marginal maximum likelihood with EM (Bock
// and Aitkin, 1981), abilities from N(0,1). choices[i][j] is the option that person
// i chose of item j, from 0, or Missing; keys are the right ones, and options how
// many there are. Ability rises with the number of right answers.
func CalibrateNominal(options, keys []int, choices [][]int, plan NominalPlan) (NominalCalibration, error) {
	if err := checkChoices(options, keys, choices); err != nil {
		return NominalCalibration{}, err
	}
	if plan.Gradient == 0 {
		plan.Gradient = 1e-3
	}
	if plan.Cycles == 0 {
		plan.Cycles = 2000
	}
	e := newNominals(options, keys, choices, plan)
	for c := &e.out; c.Cycles < plan.Cycles && !c.Converged; c.Cycles++ {
		c.LogLik = e.expect(choices)
		c.MaxGradient = e.maximise()
		c.Converged = c.MaxGradient < plan.Gradient
	}
	for _, item := range e.out.Items {
		centre(item.Slopes)
		centre(item.Intercepts)
	}
	return e.out, nil
}

func checkChoices(options, keys []int, choices [][]int) error {
	if len(choices) == 0 || len(options) == 0 || len(options) != len(keys) {
		return fmt.Errorf("%w: %d persons, %d items, %d keys", ErrAnswers, len(choices), len(options), len(keys))
	}
	for j, n := range options {
		if n < 2 || keys[j] < 0 || keys[j] >= n {
			return fmt.Errorf("%w: item %d has %d options and the key %d", ErrAnswers, j+1, n, keys[j])
		}
	}
	for i, row := range choices {
		if len(row) != len(options) {
			return fmt.Errorf("%w: person %d has %d answers to %d items", ErrAnswers, i+1, len(row), len(options))
		}
		for j, k := range row {
			if k != measure.Missing && (k < 0 || k >= options[j]) {
				return fmt.Errorf("%w: person %d chose option %d of item %d, which has %d", ErrAnswers, i+1, k, j+1, options[j])
			}
		}
	}
	return nil
}

// nominals is a calibration being made.
type nominals struct {
	plan   NominalPlan
	nodes  []float64
	prior  []float64
	counts [][][]float64 // expected, of an item by option and node
	out    NominalCalibration
}

func newNominals(options, keys []int, choices [][]int, plan NominalPlan) *nominals {
	e := &nominals{plan: plan, out: NominalCalibration{Why: make([]measure.Why, len(options))}}
	e.nodes, e.prior = Nodes()
	for j, n := range options {
		chosen := make([]float64, n)
		for _, row := range choices {
			if k := row[j]; k != measure.Missing {
				chosen[k]++
			}
		}
		if why := usable(chosen); why != "" && (plan.Spread == 0 || why == measure.NoData) {
			e.out.Why[j] = why
		}
		item := Nominal{Slopes: make([]float64, n), Intercepts: make([]float64, n), Key: keys[j]}
		item.Slopes[keys[j]] = 1
		for k, people := range chosen {
			item.Intercepts[k] = math.Log((people + 0.5) / (chosen[keys[j]] + 0.5))
		}
		e.out.Items, e.counts = append(e.out.Items, item), append(e.counts, zeros(n, len(e.nodes)))
	}
	return e
}

// expect counts who would choose what at every node, and returns the
// log-likelihood.
func (e *nominals) expect(choices [][]int) (logLik float64) {
	tables := make([][][]float64, len(e.out.Items)) // log P by item, option and node
	for j, item := range e.out.Items {
		tables[j] = zeros(len(item.Slopes), len(e.nodes))
		for _, row := range e.counts[j] {
			clear(row)
		}
		p := make([]float64, len(item.Slopes))
		for q, theta := range e.nodes {
			item.chances(theta, p)
			for k, x := range p {
				tables[j][k][q] = math.Log(max(x, 1e-300))
			}
		}
	}
	p := make([]float64, len(e.nodes))
	for _, row := range choices {
		clear(p)
		for j, k := range row {
			if k == measure.Missing || e.out.Why[j] != "" {
				continue
			}
			for q, l := range tables[j][k] {
				p[q] += l
			}
		}
		logLik += normalise(p, e.prior)
		for j, k := range row {
			if k == measure.Missing || e.out.Why[j] != "" {
				continue
			}
			for q, x := range p {
				e.counts[j][k][q] += x
			}
		}
	}
	return logLik
}

// maximise is the M step of all items; it returns the largest derivative where it
// begins.
func (e *nominals) maximise() (most float64) {
	for j, item := range e.out.Items {
		if e.out.Why[j] == "" {
			most = max(most, item.fit(e.counts[j], e.nodes, e.plan.Spread))
		}
	}
	return most
}

// FitNominal is an item of which it is known how many people of the ability at every
// node chose each option, counts[k][q]: where abilities come from elsewhere.
func FitNominal(key int, nodes []float64, counts [][]float64, spread float64) Nominal {
	n := Nominal{Slopes: make([]float64, len(counts)), Intercepts: make([]float64, len(counts)), Key: key}
	for range 20 {
		if n.fit(counts, nodes, spread) < 1e-6 {
			break
		}
	}
	centre(n.Slopes)
	centre(n.Intercepts)
	return n
}

// fit betters an item in place by Newton's method (a multinomial regression on
// theta, the key for reference), and returns the largest derivative where it began.
func (n Nominal) fit(counts [][]float64, nodes []float64, spread float64) (first float64) {
	first = math.NaN()
	for range newtonSteps {
		gradient, curvature := n.derivatives(counts, nodes, spread)
		if math.IsNaN(first) {
			first = largest(gradient)
		}
		step, here := solve(curvature, gradient), n.logLik(counts, nodes, spread)
		slopes, intercepts := slices.Clone(n.Slopes), slices.Clone(n.Intercepts)
		for range 30 { // halved until it betters
			n.move(slopes, intercepts, step)
			if n.logLik(counts, nodes, spread) >= here {
				break
			}
			for i := range step {
				step[i] /= 2
			}
		}
		if largest(step) < 1e-9 {
			break
		}
	}
	return first
}

// others are the options but the key, in the order of the parameters.
func (n Nominal) others(yield func(place, option int) bool) {
	place := 0
	for k := range n.Slopes {
		if k == n.Key {
			continue
		}
		if !yield(place, k) {
			return
		}
		place++
	}
}

func (n Nominal) move(slopes, intercepts, step []float64) {
	for place, k := range n.others {
		n.Slopes[k], n.Intercepts[k] = slopes[k]+step[2*place], intercepts[k]+step[2*place+1]
	}
}

func (n Nominal) logLik(counts [][]float64, nodes []float64, spread float64) (sum float64) {
	p := make([]float64, len(n.Slopes))
	for q, theta := range nodes {
		n.chances(theta, p)
		for k, x := range p {
			if counts[k][q] > 0 {
				sum += counts[k][q] * math.Log(max(x, 1e-300))
			}
		}
	}
	if spread > 0 {
		for _, k := range n.others {
			a, d := n.Slopes[k]-n.Slopes[n.Key], n.Intercepts[k]-n.Intercepts[n.Key]
			sum -= (a*a + d*d) / (2 * spread * spread)
		}
	}
	return sum
}

// derivatives are those of logLik by slope and intercept of every option but the
// key.
func (n Nominal) derivatives(counts [][]float64, nodes []float64, spread float64) (gradient []float64, curvature [][]float64) {
	size := 2 * (len(n.Slopes) - 1)
	gradient, curvature = make([]float64, size), zeros(size, size)
	p := make([]float64, len(n.Slopes))
	for q, theta := range nodes {
		people := 0.0
		for k := range counts {
			people += counts[k][q]
		}
		if people == 0 {
			continue
		}
		n.chances(theta, p)
		by := [2]float64{theta, 1}
		for a, k := range n.others {
			for x, u := range by {
				gradient[2*a+x] += (counts[k][q] - people*p[k]) * u
				for b, l := range n.others {
					w := -p[k] * p[l]
					if k == l {
						w += p[k]
					}
					for y, v := range by {
						curvature[2*a+x][2*b+y] += people * w * u * v
					}
				}
			}
		}
	}
	if spread > 0 {
		for a, k := range n.others {
			gradient[2*a] -= (n.Slopes[k] - n.Slopes[n.Key]) / (spread * spread)
			gradient[2*a+1] -= (n.Intercepts[k] - n.Intercepts[n.Key]) / (spread * spread)
			curvature[2*a][2*a] += 1 / (spread * spread)
			curvature[2*a+1][2*a+1] += 1 / (spread * spread)
		}
	}
	return gradient, curvature
}

// centre lets values sum to 0.
func centre(x []float64) {
	mean := 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for k := range x {
		x[k] -= mean
	}
}
