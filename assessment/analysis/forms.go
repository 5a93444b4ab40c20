package analysis

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// From how many people on a form is looked at as one table.
const (
	leastForAlpha = 30
	leastForTrue  = 100 // for the distribution of true scores
)

// sheet is the people of one form as a table of whole scores.
type sheet struct {
	number   int
	people   []int   // places in the cut
	items    []int32 // in the order of the form
	table    *ctt.Table
	analysis ctt.Analysis
	top      int
}

// sheets are the forms that somebody took, of the people who did with some care. Who
// has answers to other items than the form's first person has a form of another
// round's number, which does not happen; marks that are missing leave the person out.
func (c *cut) sheets() ([]sheet, error) {
	forms := c.forms()
	var out []sheet
	for _, number := range slices.Sorted(maps.Keys(forms)) {
		people := slices.DeleteFunc(forms[number], func(i int) bool { return c.people[i].careless })
		s, err := c.sheet(number, people)
		if err != nil {
			return nil, err
		}
		if s.table != nil {
			out = append(out, s)
		}
	}
	return out, nil
}

func (c *cut) sheet(number int, people []int) (sheet, error) {
	s := sheet{number: number}
	var points [][]scoring.Points
	for _, i := range people {
		answers := c.people[i].answers
		if s.items == nil {
			for _, a := range answers {
				s.items = append(s.items, a.item)
			}
		}
		if len(answers) == 0 || len(answers) != len(s.items) {
			continue
		}
		row := make([]scoring.Points, len(answers))
		for k, a := range answers {
			row[k] = a.points
		}
		s.people, points = append(s.people, i), append(points, row)
	}
	if len(points) == 0 {
		return s, nil
	}
	whole, err := scoring.NewSheet(points)
	if err != nil {
		return s, err
	}
	s.table, s.analysis = whole.Table, ctt.Analyse(whole.Table)
	s.top = int(scoring.One/whole.Unit) * len(s.items)
	return s, nil
}

// score brings a total, or an error, to the scale of 100.
func (s sheet) score(v measure.Value) measure.Value {
	return v.Map(func(x float64) float64 { return 100 * x / float64(s.top) })
}

func (s sheet) describe() Form {
	test := s.analysis.Test
	unknown := Figure{measure.Undefined(measure.NoData), measure.No(measure.NoData), test.N}
	f := Form{Number: s.number, Items: len(s.items), SD: s.score(test.SD), Expected: unknown, Pass: unknown, Omega: measure.Undefined(measure.TooFew)}
	f.Mean = Figure{s.score(test.Mean), meanInterval(s.score(test.Mean), s.score(test.SD), test.N), test.N}
	f.Alpha = Figure{measure.Undefined(measure.TooFew), measure.No(measure.TooFew), test.N}
	if test.N >= leastForAlpha {
		f.Alpha.Value, f.Alpha.Interval = test.Alpha, test.AlphaInterval
	}
	if test.N >= leastForTrue {
		f.Omega = ctt.Omega(s.table)
	}
	return f
}

// around is the 95 % interval of an estimate with a standard error; aroundScore that of
// a score, which stays on the scale.
func around(x, se float64) measure.Interval {
	return measure.Interval{Low: measure.Of(x - 1.96*se), High: measure.Of(x + 1.96*se)}
}

func aroundScore(x, se float64) measure.Interval {
	return around(x, se).Map(func(x float64) float64 { return max(0, min(100, x)) })
}

func meanInterval(mean, sd measure.Value, n int) measure.Interval {
	m, ok := mean.Get()
	if !ok {
		return measure.No(mean.Why())
	}
	spread, ok := sd.Get()
	if !ok {
		return measure.No(sd.Why())
	}
	return measure.Mean(m, spread, n)
}

// share is what a person earned of what the form was worth, and of how many
// items.
func (p sitting) share() (share float64, items int) {
	var points scoring.Points
	for _, a := range p.answers {
		points += a.points
	}
	if len(p.answers) == 0 {
		return 0, 0
	}
	return float64(points) / float64(scoring.One) / float64(len(p.answers)), len(p.answers)
}

// scores is how scores are spread.
func (c *cut) scores() Scores {
	var s Scores
	var all []float64
	for _, p := range c.people {
		if share, items := p.share(); items > 0 {
			all = append(all, 100*share)
			s.Counts[min(19, int(100*share/5))]++
		}
	}
	s.Mean = Figure{measure.Undefined(measure.NoData), measure.No(measure.NoData), len(all)}
	if len(all) > 0 {
		s.Mean.Value = measure.Of(stat.Mean(all, nil))
	}
	s.SD = deviation(all)
	s.Mean.Interval = meanInterval(s.Mean.Value, s.SD.Value, len(all))
	return s
}

// deviation is the standard deviation. Its standard error is √((m₄ − s⁴)/n)/2s, by
// the delta method.
func deviation(all []float64) Figure {
	if len(all) < 2 {
		return Figure{measure.Undefined(measure.TooFew), measure.No(measure.TooFew), len(all)}
	}
	mean, sd := stat.MeanStdDev(all, nil)
	if len(all) < leastForAlpha || sd == 0 {
		return Figure{measure.Of(sd), measure.No(measure.TooFew), len(all)}
	}
	m4 := stat.MomentAbout(4, all, mean, nil)
	se := math.Sqrt(max(0, m4-math.Pow(sd, 4))/float64(len(all))) / (2 * sd)
	return Figure{measure.Of(sd), around(sd, se), len(all)}
}

// reliability pools the forms, and tells the standard error of measurement that
// follows for their people.
func (c *cut) reliability(sheets []sheet) (reliability, sem Figure) {
	var scores []float64
	for _, s := range sheets {
		for _, i := range s.people {
			share, _ := c.people[i].share()
			scores = append(scores, 100*share)
		}
	}
	spread := deviation(scores).Value
	var forms []ctt.FormAlpha
	people := 0
	for _, s := range sheets {
		test := s.analysis.Test
		if test.N >= leastForAlpha {
			people += test.N
		}
		forms = append(forms, ctt.FormAlpha{Alpha: test.Alpha, N: test.N, Items: test.Items})
	}
	alpha, interval := ctt.PoolAlpha(forms)
	sd, _ := spread.Get()
	left := func(alpha measure.Value) measure.Value {
		return alpha.Map(func(a float64) float64 { return sd * math.Sqrt(1-a) })
	}
	return Figure{alpha, interval, people}, Figure{left(alpha), measure.Interval{Low: left(interval.High), High: left(interval.Low)}, people}
}

// topics describes every topic.
func (c *cut) topics(sheets []sheet) []Topic {
	items := map[string]int{} // on a form, at most
	for _, s := range sheets {
		here := map[string]int{}
		for _, j := range s.items {
			code := c.items[j].topic
			here[code]++
			items[code] = max(items[code], here[code])
		}
	}
	var topics []Topic
	for _, code := range slices.Sorted(maps.Keys(items)) {
		topics = append(topics, Topic{Code: code, Items: items[code], Mean: c.topicMean(code)})
	}
	return topics
}

// topicMean is the mean score in a topic of those who met it.
func (c *cut) topicMean(code string) Figure {
	var mean ctt.Mean
	for _, p := range c.people {
		var points scoring.Points
		items := 0
		for _, a := range p.answers {
			if c.items[a.item].topic == code {
				points, items = points+a.points, items+1
			}
		}
		if items > 0 {
			mean.Add(100 * float64(points) / float64(scoring.One) / float64(items))
		}
	}
	f := Figure{measure.Undefined(measure.NoData), measure.No(measure.TooFew), mean.N()}
	if m, ok := mean.Value(); ok {
		f.Value = measure.Of(m)
	}
	if low, high, ok := mean.Interval(0, 100); ok {
		f.Interval = measure.Interval{Low: measure.Of(low), High: measure.Of(high)}
	}
	return f
}

// agencies estimates the means of agencies. Below ctt.LeastOfGroup people
// there is none, not even the raw one.
func (c *cut) agencies() []Agency {
	scores := map[roster.AgencyID][]float64{}
	for _, p := range c.people {
		if share, items := p.share(); items > 0 {
			scores[p.agency] = append(scores[p.agency], 100*share)
		}
	}
	ids := slices.SortedFunc(maps.Keys(scores), func(a, b roster.AgencyID) int { return cmp.Compare(a, b) })
	groups := make([]ctt.Group, len(ids))
	for g, id := range ids {
		groups[g] = groupOf(scores[id])
	}
	out := make([]Agency, len(ids))
	for g, e := range ctt.Groups(groups) {
		n := groups[g].N
		out[g] = Agency{ID: ids[g], N: n, Mean: measure.Undefined(measure.TooFew), Estimate: Figure{e.Mean, e.Interval, n}}
		if n >= ctt.LeastOfGroup {
			out[g].Mean = measure.Of(groups[g].Mean)
		}
	}
	return out
}

func groupOf(scores []float64) ctt.Group {
	g := ctt.Group{N: len(scores)}
	for _, x := range scores {
		g.Mean += x / float64(g.N)
	}
	for _, x := range scores {
		g.Variance += (x - g.Mean) * (x - g.Mean)
	}
	if g.N > 1 {
		g.Variance /= float64(g.N - 1)
	}
	return g
}

// describe is the part of the report that needs no model. Scores, of topics and
// agencies too, are everybody's.
func (c *cut) describe(sheets []sheet) Report {
	r := Report{People: len(c.people), Items: len(c.items), Scores: c.scores(), Agencies: c.agencies(), Topics: c.topics(sheets)}
	r.Reliability, r.Error = c.reliability(sheets)
	for _, s := range sheets {
		if len(s.people) > 1 { // where everybody has one, a form tells nothing
			r.Forms = append(r.Forms, s.describe())
		}
	}
	return r
}
