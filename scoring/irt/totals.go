package irt

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// Worthy is an item with what its scores are worth, for every score from 0, in
// the unit of totals: official totals add up worth, not scores of the model. A
// worth between two whole numbers is spread over both, so that its mean stays.
type Worthy struct {
	Item
	Worth []float64
}

// byWorth are the probabilities at theta by worth, from 0.
func (i Worthy) byWorth(theta float64) []float64 {
	p := make([]float64, int(math.Ceil(slices.Max(i.Worth)))+1)
	for score, chance := range i.Chances(theta) {
		whole, over := math.Modf(i.Worth[score])
		p[int(whole)] += chance * (1 - over)
		if over > 0 {
			p[int(whole)+1] += chance * over
		}
	}
	return p
}

// Totals is the distribution of the summed worth of items at theta, from 0.
func Totals(items []Worthy, theta float64) []float64 {
	total := []float64{1}
	for _, i := range items {
		total = convolve(total, i.byWorth(theta))
	}
	return total
}

// Reading is what totals of one form tell of abilities, in a population: how
// likely they are at or above some points, their mean and standard deviation.
type Reading struct {
	above    [][]float64 // of a point, by total
	mean, sd []float64   // by total
}

// Read computes the posterior of every total of a form: its tails at points,
// P(θ ≥ point | total), its mean and standard deviation (EAP by totals; Thissen,
// Pommerich, Billeaud and Williams, 1995). It depends on answers through the total alone, so that
// equal totals on a form tell the same of everybody. The posterior is integrated by
// Gauss and Legendre's rule over panels of half a standard deviation that
// end at the points, six standard deviations to both sides.
func Read(items []Worthy, population Normal, points []float64) Reading {
	r := Reading{above: make([][]float64, len(points))}
	var whole []float64
	for _, p := range panels(population, points) {
		for q, theta := range p.nodes {
			totals := Totals(items, theta)
			if whole == nil {
				whole, r.mean, r.sd = make([]float64, len(totals)), make([]float64, len(totals)), make([]float64, len(totals))
				for k := range r.above {
					r.above[k] = make([]float64, len(totals))
				}
			}
			for total, chance := range totals {
				x := p.weights[q] * chance
				whole[total] += x
				r.mean[total] += x * theta
				r.sd[total] += x * theta * theta
				for k, point := range points {
					if theta >= point {
						r.above[k][total] += x
					}
				}
			}
		}
	}
	for _, above := range r.above {
		for total := range above {
			if whole[total] > 0 {
				above[total] = min(1, above[total]/whole[total])
			}
		}
	}
	for total, all := range whole {
		if all > 0 {
			r.mean[total] /= all
			r.sd[total] = math.Sqrt(max(0, r.sd[total]/all-r.mean[total]*r.mean[total]))
		}
	}
	r.complete(whole)
	return r
}

// complete lets totals that no answers have in the model, whose scores join many marks,
// tell what the nearest total tells that some have.
func (r *Reading) complete(whole []float64) {
	for total := range whole {
		for away := 0; away < len(whole); away++ {
			near := total - away
			if near < 0 || whole[near] == 0 {
				near = total + away
			}
			if near >= len(whole) || whole[near] == 0 {
				continue
			}
			r.mean[total], r.sd[total] = r.mean[near], r.sd[near]
			for _, above := range r.above {
				above[total] = above[near]
			}
			break
		}
	}
}

// Ability is the mean and the standard deviation of the posterior, given a total;
// totals beyond the form's are taken for its nearest.
func (r Reading) Ability(total int) (mean, sd float64) {
	at := max(0, min(total, len(r.mean)-1))
	return r.mean[at], r.sd[at]
}

// Above is the chance for point k, given a total; totals beyond the form's are
// taken for its nearest.
func (r Reading) Above(k, total int) float64 {
	above := r.above[k]
	return above[max(0, min(total, len(above)-1))]
}

// panel is a piece of the population with the nodes of its quadrature, weighed
// by the density.
type panel struct{ nodes, weights []float64 }

func panels(population Normal, points []float64) (all []panel) {
	const (
		half      = 12 // panels to either side of the mean
		nodesEach = 5
	)
	var ends []float64
	for k := -half; k <= half; k++ {
		ends = append(ends, population.Mean+float64(k)*population.SD/2)
	}
	for _, p := range points {
		if p > ends[0] && p < ends[2*half] {
			ends = append(ends, p)
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	for k := range len(ends) - 1 {
		p := panel{make([]float64, nodesEach), make([]float64, nodesEach)}
		quad.Legendre{}.FixedLocations(p.nodes, p.weights, ends[k], ends[k+1])
		for q, theta := range p.nodes {
			z := (theta - population.Mean) / population.SD
			p.weights[q] *= math.Exp(-z * z / 2)
		}
		all = append(all, p)
	}
	return all
}

// wideNodes are those of a population that is still looked for: wide enough for one of
// far abler people.
func wideNodes() []float64 {
	nodes := make([]float64, 81)
	for q := range nodes {
		nodes[q] = -8 + 0.2*float64(q)
	}
	return nodes
}

// Seen is a total that people had: how likely it is at the nodes of Likelihoods.
type Seen struct {
	People     float64
	Likelihood []float64
}

// Likelihoods are how likely every total of a form is at abilities from −8 to 8.
func Likelihoods(items []Worthy) (byTotal [][]float64) {
	nodes := wideNodes()
	for q, theta := range nodes {
		for total, chance := range Totals(items, theta) {
			if total == len(byTotal) {
				byTotal = append(byTotal, make([]float64, len(nodes)))
			}
			byTotal[total][q] = chance
		}
	}
	return byTotal
}

// PopulationOf is the mean and standard deviation of the abilities of people, by
// maximum likelihood from their totals (EM; Mislevy, 1984). Totals may be of
// different forms. The deviation is at least tightest.
func PopulationOf(seen []Seen) Normal {
	const (
		cycles = 500
		still  = 1e-6
	)
	now := Normal{0, 1}
	for range cycles {
		next := now.from(seen)
		moved := max(math.Abs(next.Mean-now.Mean), math.Abs(next.SD-now.SD))
		if now = next; moved < still {
			break
		}
	}
	return now
}

// tightest is the least standard deviation of a population found from totals: the
// nodes are too far from each other for a narrower one.
const tightest = 0.15

// from is the mean and deviation of the posteriors of all people.
func (n Normal) from(seen []Seen) Normal {
	nodes := wideNodes()
	prior := n.over(nodes)
	var people, sum, squares float64
	for _, s := range seen {
		var whole, first, second float64
		for q, l := range s.Likelihood {
			x := l * prior[q]
			whole, first, second = whole+x, first+x*nodes[q], second+x*nodes[q]*nodes[q]
		}
		if whole > 0 {
			people, sum, squares = people+s.People, sum+s.People*first/whole, squares+s.People*second/whole
		}
	}
	if people == 0 {
		return n
	}
	mean := sum / people
	return Normal{mean, max(tightest, math.Sqrt(max(0, squares/people-mean*mean)))}
}
