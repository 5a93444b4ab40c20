package irt

import (
	"math"
	"slices"

	"sathach/scoring/measure"
)

// run iterates to the maximum.
func (e *estimation) run() Calibration {
	x := e.start
	c := Calibration{Why: e.why}
	for c.Cycles < e.plan.Cycles {
		first := e.step(x)
		second := e.step(first.next)
		c.Cycles += 2
		if e.settled(x, first) || e.settled(first.next, second) {
			x, c.Converged = second.next, true
			break
		}
		x = e.leap(x, first, second)
	}
	final := e.step(x)
	e.each(x, func(j int, v []float64) { // whatever the cycles say, it is no maximum
		if runaway(e.model(j).item(v)) {
			e.why[j] = measure.Infinite
		}
	})
	c.LogLik, c.Penalised, c.MaxGradient = final.logLik, final.penalised, largest(final.gradient)
	c.Items = make([]Item, len(e.a.most))
	e.each(x, func(j int, v []float64) { c.Items[j] = e.model(j).item(v) })
	for range e.people {
		c.Groups = append(c.Groups, Normal{0, 1})
	}
	for n, g := range e.groups {
		c.Groups[g] = group(x[e.ends+2*n:])
	}
	c.SE, c.DifficultySE = e.errors(x[:e.ends])
	for j, i := range e.plan.Fixed {
		c.Items[j] = i
		c.SE[j], c.DifficultySE[j] = slices.Repeat([]measure.Value{measure.Of(0)}, len(i.D)+1), slices.Repeat([]measure.Value{measure.Of(0)}, len(i.D))
	}
	return c
}

// runaways are the estimated items that were found to have no maximum.
func (e *estimation) runaways() (items []int) {
	for _, j := range e.used {
		if e.why[j] != "" {
			items = append(items, j)
		}
	}
	return items
}

// Bounds of slopes and of intercepts: beyond them, or with no slope at all, the
// likelihood has no maximum that could be written down.
const (
	steepest = 20
	flattest = 1e-6
	highest  = 40
)

func runaway(i Item) bool {
	a := math.Abs(i.A)
	return a > steepest || a < flattest || largest(i.D) > highest
}

// group is the distribution that two numbers of the vector stand for.
func group(v []float64) Normal { return Normal{v[0], math.Exp(v[1])} }

func (e *estimation) settled(x []float64, s emStep) bool {
	change := 0.0
	for n := range x {
		change = max(change, math.Abs(s.next[n]-x[n]))
	}
	return change < e.plan.Change && largest(s.gradient) < e.plan.Gradient
}

// leap extrapolates two steps; where the extrapolation is worse than the
// second step it is not taken.
func (e *estimation) leap(x []float64, first, second emStep) []float64 {
	var rr, vv float64
	r, v := make([]float64, len(x)), make([]float64, len(x))
	for n := range x {
		r[n] = first.next[n] - x[n]
		v[n] = second.next[n] - first.next[n] - r[n]
		rr += r[n] * r[n]
		vv += v[n] * v[n]
	}
	if vv == 0 {
		return second.next
	}
	length := max(1, math.Sqrt(rr/vv))
	for length > 1.01 {
		far := make([]float64, len(x))
		for n := range x {
			far[n] = x[n] + 2*length*r[n] + length*length*v[n]
		}
		if e.possible(far) {
			if penalised := e.expect(far); penalised >= second.penalised {
				return far
			}
		}
		length = (length + 1) / 2
		if length < 1.5 {
			break
		}
	}
	return second.next
}

// possible tells that no parameter has run away.
func (e *estimation) possible(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.Abs(v) > 50 {
			return false
		}
	}
	ordered := true
	e.each(x, func(j int, v []float64) {
		ordered = ordered && e.model(j).item(v).ordered()
	})
	return ordered && !math.IsInf(e.logPriors(x), -1)
}

// each calls do for every estimated item with its part of x.
func (e *estimation) each(x []float64, do func(j int, v []float64)) {
	at := 0
	for n, j := range e.used {
		do(j, x[at:at+e.size[n]:at+e.size[n]])
		at += e.size[n]
	}
}

func (e *estimation) logPriors(x []float64) float64 {
	sum := 0.0
	e.each(x, func(j int, v []float64) { sum += e.priors(j).logPrior(e.model(j), v, nil, nil) })
	return sum
}

// model is that of an item.
func (e *estimation) model(j int) Model {
	if e.plan.Guessed[j] {
		return ThreePL
	}
	return e.plan.Model
}

// priors are those of an item. The one slope of OnePL has its prior once, with the
// first item.
func (e *estimation) priors(j int) Priors {
	p := e.plan.Priors
	if own, has := e.plan.Own[j]; has {
		p = own
	}
	if e.plan.Model == OnePL && j != e.used[0] {
		p.LogA = Normal{}
	}
	return p
}

// expect is the E step: it fills counts for the parameters x and returns the
// penalised log-likelihood.
func (e *estimation) expect(x []float64) float64 {
	for n, g := range e.groups {
		nodes, _ := group(x[e.ends+2*n:]).Nodes()
		copy(e.of(g), nodes)
	}
	e.each(x, func(j int, v []float64) { e.tabulate(j, e.model(j).item(v)) })
	if len(e.groups) > 0 { // the nodes have moved
		for j, i := range e.plan.Fixed {
			e.tabulate(j, i)
		}
	}
	for _, people := range e.people {
		clear(people)
	}
	clear(e.counts)
	sum := 0.0
	var posterior [nodeCount]float64
	for _, r := range e.rows {
		sum += r.weight * e.posterior(r, &posterior)
		people := e.people[r.group]
		for q := range posterior {
			posterior[q] *= r.weight
			people[q] += posterior[q]
		}
		for _, at := range r.at {
			counts := e.counts[at : at+nodeCount]
			for q, p := range posterior {
				counts[q] += p
			}
		}
	}
	return sum + e.logPriors(x)
}

// of are the nodes of a group.
func (e *estimation) of(g int) []float64 { return e.nodes[g*nodeCount : (g+1)*nodeCount] }

// tabulate fills an item's part of logP.
func (e *estimation) tabulate(j int, i Item) {
	p := make([]float64, i.scores())
	for q, theta := range e.nodes {
		i.probabilities(theta, p)
		for k, y := range p {
			e.logP[e.table[j]+k*len(e.nodes)+q] = math.Log(max(y, 1e-300))
		}
	}
}

// posterior fills in a row's distribution over the nodes and returns its
// log-likelihood.
func (e *estimation) posterior(r row, out *[nodeCount]float64) float64 {
	clear(out[:])
	for _, at := range r.at {
		logP := e.logP[at : at+nodeCount]
		for q, l := range logP {
			out[q] += l
		}
	}
	return normalise(out[:], e.weight)
}

// normalise turns log-likelihoods over the nodes into the posterior, in place,
// and returns the logarithm of their mean over the prior.
func normalise(p, prior []float64) (logLik float64) {
	most := slices.Max(p)
	sum := 0.0
	for q, l := range p {
		p[q] = math.Exp(l-most) * prior[q]
		sum += p[q]
	}
	for q := range p {
		p[q] /= sum
	}
	return most + math.Log(sum)
}

// emStep is one cycle from a point: what the likelihood and its gradient are
// there, and where the M step leads.
type emStep struct {
	next              []float64
	gradient          []float64
	logLik, penalised float64
}

func (e *estimation) step(x []float64) emStep {
	s := emStep{penalised: e.expect(x)}
	s.logLik = s.penalised - e.logPriors(x)
	if e.plan.Model == OnePL {
		s.next, s.gradient = e.maximiseCommon(x[:e.ends])
	} else {
		e.each(x, func(j int, v []float64) {
			next, gradient := e.maximise(j, v)
			s.next, s.gradient = append(s.next, next...), append(s.gradient, gradient...)
		})
	}
	for n, g := range e.groups {
		next, gradient := e.maximiseGroup(g, group(x[e.ends+2*n:]))
		s.next, s.gradient = append(s.next, next...), append(s.gradient, gradient...)
	}
	return s
}
