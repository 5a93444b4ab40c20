package analysis

import (
	"math"

	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/cutscore"
	"sathach/scoring/decision"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// parts is of how many parts of the people each is left out to tell the error of
// a figure; several forms share them, two each at least.
const parts = 20

// cuts tells how surely the cut scores of the round's standard sort people.
func (c *cut) cuts(standard scoring.Standard, sheets []sheet, cal calibration, standings []standing) []Cut {
	named := []Cut{{Name: PassCut, Score: standard.PassMark}, {Name: LowCut, Score: standard.LowBelow}, {Name: CommendCut, Score: standard.CommendFrom}}
	if standard.LowBelow == standard.PassMark {
		named = append(named[:1], named[2])
	}
	sort := c.sorting(sheets, cal, standings)
	for n := range named {
		at := &named[n]
		at.Accuracy, at.Consistency = agreement(sort, float64(at.Score)/10_000)
		at.Error = errorAt(at.Score, sheets)
	}
	return named
}

// sorting says how people are sorted at a cut, given as a share.
type sorting interface {
	// at is the agreement of all people, and what it would be without each part.
	at(cut float64) (all decision.Agreement, without []decision.Agreement)
	people() int
}

// sorting is the model of Livingston and Lewis where every form has people
// enough for it, else by abilities, else by how scores are spread; of nobody where
// none of them can be had.
func (c *cut) sorting(sheets []sheet, cal calibration, standings []standing) []sorting {
	if forms := sortedByForms(sheets); forms != nil {
		return forms
	}
	if a, ok := c.sortedByAbility(sheets, cal, standings); ok {
		return []sorting{a}
	}
	if s, ok := c.sortedByShares(); ok {
		return []sorting{s}
	}
	return nil
}

func sortedByForms(sheets []sheet) (forms []sorting) {
	for _, s := range sheets {
		f, ok := s.sorted(max(2, (parts+len(sheets)-1)/len(sheets)))
		if !ok {
			return nil
		}
		forms = append(forms, f)
	}
	return forms
}

// agreement is the mean of the forms by their people. Its variance is the sum of
// theirs, with the degrees of freedom of Satterthwaite (1946).
func agreement(forms []sorting, cut float64) (accuracy, consistency Figure) {
	var right, alike pooled
	for _, f := range forms {
		all, without := f.at(cut)
		var r, a []measure.Value
		for _, w := range without {
			r, a = append(r, w.Accuracy), append(a, w.Consistency)
		}
		right.add(all.Accuracy, r, f.people())
		alike.add(all.Consistency, a, f.people())
	}
	return right.figure(), alike.figure()
}

// pooled is a mean of shares by people, with its sampling variance.
type pooled struct{ sum, variance, squared, people float64 }

// add adds a form. Where a part of the people cannot be left out there is no variance.
func (p *pooled) add(share measure.Value, without []measure.Value, people int) {
	x, ok := share.Get()
	if !ok {
		return
	}
	left := defined(without)
	n, v := float64(people), math.NaN()
	if len(left) == len(without) {
		v = float64(people) * float64(people) * measure.Jackknife(left)
	}
	p.sum, p.people, p.variance = p.sum+n*x, p.people+n, p.variance+v
	p.squared += v * v / float64(len(without)-1)
}

func (p *pooled) figure() Figure {
	if p.people == 0 {
		return Figure{Value: measure.Undefined(measure.TooFew), Interval: measure.No(measure.TooFew)}
	}
	share := p.sum / p.people
	return Figure{measure.Of(share), measure.Share(share, p.variance/(p.people*p.people), p.variance*p.variance/p.squared), int(p.people)}
}

// byForm sorts by the distribution of true shares of a form (Livingston and Lewis,
// 1995): that of all its people first, then those without each part.
type byForm struct {
	n, top int
	models []decision.LivingstonLewis
}

func (f byForm) people() int { return f.n }

func (f byForm) at(cut float64) (decision.Agreement, []decision.Agreement) {
	raw := int(math.Ceil(cut*float64(f.top) - 1e-9))
	found := make([]decision.Agreement, len(f.models))
	for k, m := range f.models {
		found[k] = m.Best().Agreement(m.Rounded, m.Cut(raw, f.top), cut)
	}
	return found[0], found[1:]
}

func (s sheet) sorted(parts int) (byForm, bool) {
	if s.analysis.Test.N < leastForTrue {
		return byForm{}, false
	}
	f := byForm{n: s.analysis.Test.N, top: s.top}
	tests := []ctt.TestStatistics{s.analysis.Test}
	part := measure.Parts(f.n, parts)
	for p := range parts {
		tests = append(tests, ctt.TestOf(s.table.Part(func(person int) bool { return part[person] != p })))
	}
	for _, t := range tests {
		m, why := decision.NewForm(t.ByTotal, t.Alpha, t.KR21).Fit()
		if why != "" {
			return byForm{}, false
		}
		f.models = append(f.models, m)
	}
	return f, true
}

// byAbility sorts by abilities, which need no common form: accuracy from the estimate
// and its error (Rudner, 2005), consistency from the distribution of the score on
// the person's own form at that ability (Lee, 2010).
type byAbility struct {
	earns     func(theta float64) float64 // the mean share of all forms
	estimates []float64
	ses       []float64
	scores    []chances
	part      []int
}

// chances are those of every total on a form, the last that of everything.
type chances []float64

// reaches is the chance of a share or more.
func (s chances) reaches(cut float64) (p float64) {
	for total := len(s) - 1; total >= 0 && float64(total) >= cut*float64(len(s)-1)-1e-9; total-- {
		p += s[total]
	}
	return p
}

// sortedByAbility is there where every item that counts is on the scale of the
// bank and there are people enough.
func (c *cut) sortedByAbility(sheets []sheet, cal calibration, standings []standing) (byAbility, bool) {
	met := make([]float64, len(c.items))
	answers := 0.0
	var a byAbility
	for _, s := range sheets {
		if cal.items == nil || !s.known(cal) {
			return byAbility{}, false
		}
		curves := make([]itembank.Curve, len(s.items))
		for k, j := range s.items {
			curves[k] = cal.items[j].Curve
			met[j], answers = met[j]+float64(len(s.people)), answers+float64(len(s.people))
		}
		form, _ := itembank.Worthy(curves)
		for _, i := range s.people {
			if at := standings[i]; at.known {
				a.estimates, a.ses, a.scores = append(a.estimates, at.EAP), append(a.ses, at.SD), append(a.scores, irt.Totals(form, at.EAP))
			}
		}
	}
	a.earns = func(theta float64) (share float64) {
		for j, n := range met {
			if n > 0 {
				share += n / answers * cal.items[j].ShareAt(theta)
			}
		}
		return share
	}
	a.part = measure.Parts(len(a.estimates), parts)
	return a, len(a.estimates) >= leastForAlpha
}

func (a byAbility) people() int { return len(a.estimates) }

func (a byAbility) at(cut float64) (decision.Agreement, []decision.Agreement) {
	theta, _ := cutscore.ThetaOf(a.earns, measure.Of(cut), measure.Undefined(measure.NoData))
	above, where := make([]float64, len(a.scores)), math.Inf(1)
	if x, ok := theta.Get(); ok {
		where = x
	}
	for i, s := range a.scores {
		above[i] = s.reaches(cut)
	}
	without := make([]decision.Agreement, parts)
	for p := range without {
		without[p] = a.agreement(above, where, func(person int) bool { return a.part[person] != p })
	}
	return a.agreement(above, where, func(int) bool { return true }), without
}

func (a byAbility) agreement(above []float64, theta float64, with func(person int) bool) decision.Agreement {
	var reaches, estimates, ses []float64
	for i, p := range above {
		if with(i) {
			reaches, estimates, ses = append(reaches, p), append(estimates, a.estimates[i]), append(ses, a.ses[i])
		}
	}
	out := decision.Lee(reaches)
	out.Accuracy = decision.Rudner(estimates, ses, theta)
	return out
}

// byShares sorts by how the true shares of all people are spread, as if their forms
// were drawn from equal items (Huynh, 1976): the last resort, careful where items
// are not equal.
type byShares struct {
	n, items int
	shares   []decision.Beta // of all people, then without each part
}

func (c *cut) sortedByShares() (byShares, bool) {
	var all ctt.Sums
	var of [parts]ctt.Sums
	part := measure.Parts(len(c.people), parts)
	for i, p := range c.people {
		if share, items := p.share(); items > 0 && !p.careless {
			all.Add(share, items)
			of[part[i]].Add(share, items)
		}
	}
	if all.N < leastForAlpha {
		return byShares{}, false
	}
	out := byShares{n: all.N, items: int(math.Round(float64(all.Items) / float64(all.N)))}
	sums := []ctt.Sums{all}
	for _, p := range of {
		sums = append(sums, all.Less(p))
	}
	for _, s := range sums {
		shares := s.Shares()
		if shares == (ctt.Shares{}) {
			return byShares{}, false
		}
		out.shares = append(out.shares, decision.Beta{Low: 0, High: 1, Alpha: shares.A, Beta: shares.B})
	}
	return out, true
}

func (c byShares) people() int { return c.n }

func (c byShares) at(cut float64) (decision.Agreement, []decision.Agreement) {
	least := int(math.Ceil(cut*float64(c.items) - 1e-9))
	found := make([]decision.Agreement, len(c.shares))
	for k, shares := range c.shares {
		found[k] = shares.Agreement(c.items, least, cut)
	}
	return found[0], found[1:]
}

// errorAt is the standard error of measurement of people whose score is the
// cut, the mean of the forms by their people.
func errorAt(cutScore scoring.Hundredths, sheets []sheet) measure.Value {
	var sum, people float64
	for _, s := range sheets {
		test := s.analysis.Test
		if test.N < leastForAlpha {
			continue
		}
		items := len(s.items)
		x := int(math.Round(float64(cutScore) / 10_000 * float64(items)))
		e, ok := ctt.ConditionalSEM(x, items, test.Alpha, test.KR21).Get()
		e /= float64(items)
		if !ok { // some items give partial credit
			e, ok = ctt.ScoreError(float64(cutScore)/10_000, items)
		}
		if ok {
			sum, people = sum+float64(test.N)*e*100, people+float64(test.N)
		}
	}
	if people == 0 {
		return measure.Undefined(measure.TooFew)
	}
	return measure.Of(sum / people)
}
