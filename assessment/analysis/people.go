package analysis

import (
	"maps"
	"slices"

	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// standing is what a sitting says on the scale of the bank.
type standing struct {
	known bool
	irt.Ability
	// Unfit is the chance of answers as unexpected as these or more, by lz*
	// (Snijders, 2001), and its value.
	Unfit, Fit measure.Value
	fitted     int // answers behind it
}

// leastAnswers is how many calibrated answers an ability needs.
const leastAnswers = 5

// standings are those of everybody in a round, in the order of the cut.
// Abilities lean on the population of the whole round, never on an agency's:
// that would grade people by their office.
func (c *cut) standings(cal calibration, facility []float64) []standing {
	out := make([]standing, len(c.people))
	if cal.items == nil {
		return out
	}
	forms := c.forms()
	for _, number := range slices.Sorted(maps.Keys(forms)) {
		c.stand(cal, facility, forms[number], out)
	}
	return out
}

// stand scores the people of one form.
func (c *cut) stand(cal calibration, facility []float64, people []int, out []standing) {
	var items, binary []irt.Item
	var easy []float64
	var at, two []int // places on the form
	for k, a := range c.people[people[0]].answers {
		p := cal.items[a.item]
		if p == nil {
			continue
		}
		items, at = append(items, p.Item), append(at, k)
		if len(p.D) == 1 {
			binary, two, easy = append(binary, p.Item), append(two, k), append(easy, facility[a.item])
		}
	}
	if len(items) < leastAnswers {
		return
	}
	scorer := irt.NewScorer(items).With(cal.population)
	var fit *irt.Fit
	onBinary := scorer // lz* is about Warm's estimate from the same items
	if len(binary) >= leastForFit {
		onBinary = irt.NewScorer(binary).With(cal.population)
		fit = irt.NewFit(onBinary, easy)
	}
	for _, i := range people {
		scores, given := c.scoresOf(cal.items, i, at)
		if given < leastAnswers {
			continue
		}
		s := standing{known: true, Ability: scorer.Estimate(scores), Unfit: measure.Undefined(measure.TooFew), Fit: measure.Undefined(measure.TooFew)}
		if fit != nil {
			wle := s.WLE
			scores, fitted := c.scoresOf(cal.items, i, two)
			s.fitted = fitted
			if len(binary) < len(items) {
				wle = onBinary.Estimate(scores).WLE
			}
			f := fit.Of(scores, wle)
			s.Fit, s.Unfit = f.LZStar, f.Tail
		}
		out[i] = s
	}
}

// leastForFit is how many answers scored 0/1 the fit of a person needs: of
// fewer its distribution is not normal.
const leastForFit = 15

// scoresOf are a person's scores in the model at places on the form.
func (c *cut) scoresOf(items []*itembank.Parameters, i int, at []int) (scores []int, given int) {
	scores = make([]int, len(at))
	for n, k := range at {
		scores[n] = measure.Missing
		if k >= len(c.people[i].answers) {
			continue
		}
		if a := c.people[i].answers[k]; a.reached() && items[a.item] != nil {
			scores[n] = items[a.item].Score(a.points)
			given++
		}
	}
	return scores, given
}

// facilities are the mean shares earned on every item by those who reached it.
func (c *cut) facilities() []float64 {
	n, sums := make([]float64, len(c.items)), make([]float64, len(c.items))
	for _, p := range c.people {
		for a := range p.all() {
			if a.reached() {
				n[a.item]++
				sums[a.item] += float64(a.points) / float64(scoring.One)
			}
		}
	}
	for j := range sums {
		if n[j] > 0 {
			sums[j] /= n[j]
		}
	}
	return sums
}

// ofAbilities is the reliability of abilities, var(EAP)/(var(EAP) + mean SD²).
func ofAbilities(standings []standing) Figure {
	var all spreadOfAbilities
	var of [parts]spreadOfAbilities
	part := measure.Parts(len(standings), parts)
	for i, s := range standings {
		if s.known {
			all.add(s)
			of[part[i]].add(s)
		}
	}
	if all.n < itembank.LeastProvisional {
		return Figure{measure.Undefined(measure.TooFew), measure.No(measure.TooFew), int(all.n)}
	}
	without := make([]float64, parts)
	for p, some := range of {
		without[p] = all.less(some).reliability()
	}
	r := all.reliability()
	return Figure{measure.Of(r), measure.Share(r, measure.Jackknife(without), parts-1), int(all.n)}
}

// spreadOfAbilities is what abilities and their errors add up to.
type spreadOfAbilities struct{ n, sum, squares, doubt float64 }

func (s *spreadOfAbilities) add(one standing) {
	s.n, s.sum, s.squares, s.doubt = s.n+1, s.sum+one.EAP, s.squares+one.EAP*one.EAP, s.doubt+one.SD*one.SD
}

func (s spreadOfAbilities) less(some spreadOfAbilities) spreadOfAbilities {
	return spreadOfAbilities{s.n - some.n, s.sum - some.sum, s.squares - some.squares, s.doubt - some.doubt}
}

func (s spreadOfAbilities) reliability() float64 {
	variance := (s.squares - s.sum*s.sum/s.n) / (s.n - 1)
	return variance / (variance + s.doubt/s.n)
}

// onReference is the mean score, 0 to 100, that the people of the round would
// have on the form of the items that founded the scale, or found it now.
func (c calibration) onReference(reference []itembank.Parameters, se measure.Value) Figure {
	if len(reference) == 0 {
		for _, p := range c.parameters {
			if p.Standing == itembank.Operational {
				reference = append(reference, p)
			}
		}
	}
	score := func(mean float64) measure.Value {
		if len(reference) == 0 {
			return measure.Undefined(measure.NoData)
		}
		share := 0.0
		nodes, weights := irt.Normal{Mean: mean, SD: c.population.SD}.Nodes()
		for q, theta := range nodes {
			for _, p := range reference {
				share += weights[q] * p.ShareAt(theta) / float64(len(reference))
			}
		}
		return measure.Of(100 * share)
	}
	f := Figure{score(c.population.Mean), measure.No(se.Why()), len(reference)}
	if e, ok := se.Get(); ok {
		f.Interval = measure.Interval{Low: score(c.population.Mean - 1.96*e), High: score(c.population.Mean + 1.96*e)}
	}
	return f
}
