package irt

import (
	"maps"
	"math"

	"gonum.org/v1/gonum/floats"
)

// guessCycles is how often a lower asymptote is bettered before it is judged: most of
// what it gains it gains at once.
const guessCycles = 8

// guessed are the items with a lower asymptote, once those that may have one were tried:
// the asymptote must gain more than its price of ½·ln N by BIC (Schwarz, 1978). The
// gain is that of the marginal likelihood with all other items as they are. Nil where no
// more than before have one.
func (e *estimation) guessed() map[int]bool {
	var tried []*guess
	for _, j := range e.used {
		if e.plan.Guessable[j] && !e.plan.Guessed[j] && e.a.most[j] == 1 {
			tried = append(tried, e.newGuess(j))
		}
	}
	if len(tried) == 0 {
		return nil
	}
	for range guessCycles {
		e.try(tried)
	}
	found := maps.Clone(e.plan.Guessed)
	if found == nil {
		found = map[int]bool{}
	}
	before := len(found)
	for _, g := range tried {
		if 2*g.gain > math.Log(g.people) {
			found[g.item] = true
		}
	}
	if len(found) == before {
		return nil
	}
	return found
}

// guess is an item that is tried with a lower asymptote.
type guess struct {
	item   int
	alone  estimation // of this item by itself, in the three-parameter model
	v      []float64
	people float64
	gain   float64     // of the log-likelihood, by v
	ratio  [][]float64 // of the chances with an asymptote and without, by score and node
}

// newGuess begins with what the last E step expects of the item.
func (e *estimation) newGuess(j int) *guess {
	g := &guess{item: j, alone: *e, ratio: zeros(2, len(e.nodes))}
	g.alone.plan.Guessed = map[int]bool{j: true}
	g.alone.table = make([]int, j+1)
	g.alone.counts = append([]float64(nil), e.counts[e.table[j]:e.table[j]+2*len(e.nodes)]...)
	right := floats.Sum(g.alone.counts[len(e.nodes):])
	g.people = floats.Sum(g.alone.counts)
	g.v = ThreePL.vector(ThreePL.start([]float64{g.people - right, right}))
	for range 5 { // each a few steps
		g.v, _ = g.alone.maximise(j, g.v)
	}
	return g
}

// try is a cycle of EM for each of some items by itself: an E step that weighs every
// posterior anew by what the asymptote makes of the answer, then the M step.
func (e *estimation) try(tried []*guess) {
	at := make([]*guess, len(e.counts)/nodeCount) // by the table of an answer
	p := make([]float64, 2)
	for _, g := range tried {
		item := ThreePL.item(g.v)
		for q, theta := range e.nodes {
			item.probabilities(theta, p)
			for k := range p {
				g.ratio[k][q] = p[k] / math.Exp(e.logP[e.table[g.item]+k*len(e.nodes)+q])
			}
		}
		g.gain = 0
		clear(g.alone.counts)
		first := e.table[g.item] / nodeCount
		for n := range 2 * len(e.people) {
			at[first+n] = g
		}
	}
	var posterior [nodeCount]float64
	for _, r := range e.rows {
		e.posterior(r, &posterior)
		for _, t := range r.at {
			g := at[int(t)/nodeCount]
			if g == nil {
				continue
			}
			// The part of the tables that the answer has, and its score's ratios there.
			part := int(t) - e.table[g.item]
			ratio, counts := g.ratio[part/len(e.nodes)][part%len(e.nodes):], g.alone.counts[part:part+nodeCount]
			sum := 0.0
			for q, x := range posterior {
				sum += x * ratio[q]
			}
			g.gain += r.weight * math.Log(sum)
			for q, x := range posterior {
				counts[q] += r.weight * x * ratio[q] / sum
			}
		}
	}
	for _, g := range tried {
		g.v, _ = g.alone.maximise(g.item, g.v)
	}
}
