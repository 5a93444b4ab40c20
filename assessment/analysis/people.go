package analysis

import (
	"maps"
	"slices"

	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/cutscore"
	"sathach/scoring/irt"
	"sathach/scoring/linking"
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
func ofAbilities(standings []standing) measure.Value {
	var n, sum, squares, doubt float64
	for _, s := range standings {
		if s.known {
			n, sum, squares, doubt = n+1, sum+s.EAP, squares+s.EAP*s.EAP, doubt+s.SD*s.SD
		}
	}
	if n < itembank.LeastProvisional {
		return measure.Undefined(measure.TooFew)
	}
	variance := (squares - sum*sum/n) / (n - 1)
	return measure.Of(variance / (variance + doubt/n))
}

// expect foretells the mean score of every described form for the people of
// the round, and what the pass mark is worth on it, where all items have
// parameters.
func expect(forms []Form, sheets []sheet, cal calibration, pass scoring.Hundredths) {
	equateByMeans(forms, pass)
	if cal.items == nil {
		return
	}
	known := map[int]sheet{} // by place among the forms
	for n, f := range forms {
		at := slices.IndexFunc(sheets, func(s sheet) bool { return s.number == f.Number })
		if sheets[at].known(cal) {
			known[n] = sheets[at]
		}
	}
	places := slices.Sorted(maps.Keys(known))
	nodes, weights := cal.population.Nodes()
	for _, n := range places {
		mean := 0.0
		for q, theta := range nodes {
			mean += weights[q] * known[n].shareAt(cal, theta)
		}
		forms[n].Expected = measure.Of(100 * mean)
	}
	if len(known) < 2 {
		return // nothing to compare with
	}
	all := func(theta float64) (share float64) {
		for _, n := range places {
			share += known[n].shareAt(cal, theta) / float64(len(known))
		}
		return share
	}
	theta, _ := cutscore.ThetaOf(all, measure.Of(float64(pass)/10_000), measure.Undefined(measure.NoData))
	for _, n := range places {
		forms[n].Pass = theta.Map(func(t float64) float64 { return 100 * known[n].shareAt(cal, t) })
	}
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

// equateByMeans brings the pass mark to every form that enough people took, who
// were dealt their forms by turns, by the means of the forms.
func equateByMeans(forms []Form, pass scoring.Hundredths) {
	sum, people, dealt := 0.0, 0, 0
	for _, f := range forms {
		if mean, ok := f.Mean.Value.Get(); ok && f.Mean.N >= leastForAlpha {
			sum, people, dealt = sum+mean*float64(f.Mean.N), people+f.Mean.N, dealt+1
		}
	}
	if dealt < 2 {
		return // nothing to compare with
	}
	for n, f := range forms {
		if mean, ok := f.Mean.Value.Get(); ok && f.Mean.N >= leastForAlpha {
			arc := linking.Arc{Middle: linking.Point{New: sum / float64(people), Old: mean}, High: linking.Point{New: 100, Old: 100}}
			forms[n].Pass = arc.At(float64(pass) / 100)
		}
	}
}

// known tells whether all items of a form have parameters.
func (s sheet) known(cal calibration) bool {
	return !slices.ContainsFunc(s.items, func(j int32) bool { return cal.items[j] == nil })
}

// shareAt is the share of the form's worth expected at an ability.
func (s sheet) shareAt(cal calibration, theta float64) (share float64) {
	for _, j := range s.items {
		share += cal.items[j].ShareAt(theta) / float64(len(s.items))
	}
	return share
}
