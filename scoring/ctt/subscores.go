package ctt

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sathach/scoring/measure"
)

// Advice is what may be reported about a topic of a form (Haberman, 2008;
// Sinharay, 2010).
type Advice string

const (
	OwnNumber   Advice = "own"       // the topic's own number tells more than the total
	Augmented   Advice = "augmented" // both together tell more than either: report their estimate
	NothingMore Advice = "total"     // say nothing beyond the total
)

// Subscores are the topics of a form that everybody answered whole, and how
// well each topic's true score can be told.
type Subscores struct {
	Topics []Topic
	// StratifiedAlpha is 1 − Σ(1−αₛ)vₛ/v (Cronbach, Schönemann and McKie,
	// 1965). A topic of one item counts as wholly unreliable, so it is a lower
	// bound.
	StratifiedAlpha measure.Value
	// True[s][t] is the correlation of the true scores of topics s and t.
	True [][]measure.Value

	total    Moments
	personal [][]int // topic scores by person, the total last
}

// Moments are the mean and the variance (n − 1) of a score.
type Moments struct{ Mean, Variance float64 }

// Topic is one topic. PRMSE is the part of the variance of its true score
// that an estimate explains.
type Topic struct {
	Items        int
	Moments      Moments
	Alpha        measure.Value
	FromOwn      measure.Value // PRMSE of Kelley's estimate, = αₛ
	FromTotal    measure.Value // σ²(sₜ,xₜ)/(αₛ·vₛ·v)
	FromBoth     measure.Value // c′V⁻¹c/(αₛ·vₛ), c = (αₛvₛ, σ(sₜ,xₜ))
	WithTotal    measure.Value // correlation of the true scores of topic and total
	OwnWeight    measure.Value // of the topic's score in the augmented estimate
	TotalWeight  measure.Value // of the total in it
	RawError     measure.Value // standard error of the raw score
	KelleyError  measure.Value // standard errors of estimation √(αₛvₛ(1−PRMSE))
	BothError    measure.Value
	Advice       Advice
	shared, true float64 // σ(sₜ,xₜ) and αₛvₛ
}

// SubscoresOf analyses the topics; topic[j] is the topic of item j, from 0.
func SubscoresOf(t *Table, topic []int) (Subscores, error) {
	if len(topic) != len(t.max) {
		return Subscores{}, fmt.Errorf("%w: %d items, %d topics of items", ErrTable, len(t.max), len(topic))
	}
	topics := 0
	for j, s := range topic {
		if s < 0 || s >= len(topic) {
			return Subscores{}, fmt.Errorf("%w: item %d has the topic %d, not 0 to %d", ErrTable, j+1, s, len(topic)-1)
		}
		topics = max(topics, s+1)
	}
	out := Subscores{Topics: make([]Topic, topics), personal: make([][]int, t.persons)}
	for i := range t.persons {
		scores := make([]int, topics+1)
		for j, x := range t.row(i) {
			if x == measure.Missing {
				return Subscores{}, fmt.Errorf("%w: people answered different items, so topics have no scores to compare", ErrTable)
			}
			scores[topic[j]] += int(x)
			scores[topics] += int(x)
		}
		out.personal[i] = scores
	}
	if t.persons < 2 {
		return Subscores{}, fmt.Errorf("%w: topics need at least two people", ErrTable)
	}
	parts := make([]float64, topics) // Σ of the items' variances
	totals, _, _ := t.totals()
	for j, k := range topic {
		out.Topics[k].Items++
		parts[k] += t.sum(j, totals).variance()
	}
	out.analyse(func(k int, p Topic) measure.Value { return alphaOf(p.Items, parts[k], p.Moments.Variance) })
	return out, nil
}

// SubscoresOfDrawn analyses the topics of forms whose items were drawn for everybody by
// himself: scores[i][k] is what person i has on the items[k] items of topic k, each worth
// so many units. What x of the m units there are errs by is binomial, x(m−x)/(items−1) in
// units (Lord, 1957): how hard the items are that somebody met is chance as well. A
// topic's alpha is 1 less the mean of that by the variance of the scores, which of items
// that are right or wrong is KR-21.
func SubscoresOfDrawn(scores [][]int, items []int, units int) (Subscores, error) {
	if len(scores) < 2 {
		return Subscores{}, fmt.Errorf("%w: topics need at least two people", ErrTable)
	}
	out := Subscores{Topics: make([]Topic, len(items)), personal: make([][]int, len(scores))}
	chance := make([]float64, len(items)) // Σ over people
	for i, row := range scores {
		if len(row) != len(items) {
			return Subscores{}, fmt.Errorf("%w: a person has %d topics, not %d", ErrTable, len(row), len(items))
		}
		total := 0
		for k, x := range row {
			most := units * items[k]
			if x < 0 || x > most {
				return Subscores{}, fmt.Errorf("%w: topic %d has %d of %d units", ErrTable, k+1, x, most)
			}
			total += x
			chance[k] += float64(x) * float64(most-x) / float64(max(1, items[k]-1))
		}
		out.personal[i] = append(slices.Clone(row), total)
	}
	for k := range items {
		out.Topics[k].Items = items[k]
	}
	out.analyse(func(k int, p Topic) measure.Value {
		switch {
		case p.Items < 2:
			return measure.Undefined(measure.TooFew)
		case p.Moments.Variance <= 0:
			return measure.Undefined(measure.Constant)
		}
		return measure.Of(1 - chance[k]/float64(len(scores))/p.Moments.Variance)
	})
	return out, nil
}

// analyse tells of every topic what follows from its alpha.
func (s *Subscores) analyse(reliability func(k int, p Topic) measure.Value) {
	last := len(s.Topics)
	s.total = Moments{s.mean(last), s.covariance(last, last)}
	unreliable := 0.0
	for k := range s.Topics {
		p := &s.Topics[k]
		p.Moments = Moments{s.mean(k), s.covariance(k, k)}
		p.Alpha = reliability(k, *p)
		alpha, _ := p.Alpha.Get()
		unreliable += (1 - alpha) * p.Moments.Variance
	}
	s.StratifiedAlpha = measure.Undefined(measure.Constant)
	if s.total.Variance > 0 {
		s.StratifiedAlpha = measure.Of(1 - unreliable/s.total.Variance)
	}
	for k := range s.Topics {
		s.Topics[k].explain(len(s.personal), s.covariance(k, last), s.total.Variance, s.StratifiedAlpha)
	}
	s.correlate()
}

func alphaOf(items int, parts, whole float64) measure.Value {
	switch {
	case items < 2:
		return measure.Undefined(measure.TooFew)
	case whole <= 0:
		return measure.Undefined(measure.Constant)
	}
	return measure.Of(float64(items) / float64(items-1) * (1 - parts/whole))
}

// explain computes what own score, total and both explain of the true score.
// Of fewer people than an alpha needs nothing is advised.
func (p *Topic) explain(people int, covariance, whole float64, reliability measure.Value) {
	p.Advice = NothingMore
	v := p.Moments.Variance
	alpha, ok := p.Alpha.Get()
	why := p.Alpha.Why()
	if ok && alpha <= 0 {
		why = measure.Negative
	}
	if why != "" {
		no := measure.Undefined(why)
		p.FromOwn, p.FromTotal, p.FromBoth, p.WithTotal, p.OwnWeight, p.TotalWeight, p.KelleyError, p.BothError = no, no, no, no, no, no, no, no
		p.RawError = no
		return
	}
	p.true, p.shared = alpha*v, covariance-(1-alpha)*v
	own, total := alpha, p.shared*p.shared/(p.true*whole)
	p.FromOwn, p.FromTotal = measure.Of(own), measure.Of(total)
	p.WithTotal = reliability.Map(func(r float64) float64 { return p.shared / math.Sqrt(p.true*r*whole) })
	p.RawError, p.KelleyError = measure.Of(math.Sqrt(v*(1-alpha))), measure.Of(math.Sqrt(p.true*(1-own)))
	determinant := v*whole - covariance*covariance
	if determinant <= 1e-9*v*whole { // the topic is the whole form
		no := measure.Undefined(measure.Constant)
		p.FromBoth, p.OwnWeight, p.TotalWeight, p.BothError = no, no, no, no
	} else {
		a := (p.true*whole - p.shared*covariance) / determinant
		b := (p.shared*v - p.true*covariance) / determinant
		both := (p.true*a + p.shared*b) / p.true
		p.OwnWeight, p.TotalWeight, p.FromBoth = measure.Of(a), measure.Of(b), measure.Of(both)
		p.BothError = measure.Undefined(measure.Negative)
		if both <= 1 {
			p.BothError = measure.Of(math.Sqrt(p.true * (1 - both)))
		}
	}
	if people >= leastForAlpha {
		p.Advice = p.advise(own, total)
	}
}

// worthwhile is what both scores together must explain beyond either.
const worthwhile = 0.01

// advise goes by what is explained. A total that seems to explain all of a topic, or
// an estimate in which the topic's own score would count against it, are chance: its
// true score goes with that of the whole form.
func (p *Topic) advise(own, total float64) Advice {
	both, ok := p.FromBoth.Get()
	weight, _ := p.OwnWeight.Get()
	switch {
	case own > total*(1+1e-9): // not by rounding alone
		return OwnNumber
	case ok && total < 1 && weight > 0 && both >= max(own, total)+worthwhile:
		return Augmented
	}
	return NothingMore
}

// Replicated is SubscoresOf, but says of a topic more than the total only where both
// halves of the people, taken by turns, say so by themselves: of a few hundred people
// one in six topics that tell nothing of their own would seem to.
func Replicated(t *Table, topic []int) (Subscores, error) {
	return replicated(func(wanted func(person int) bool) (Subscores, error) { return SubscoresOf(t.Part(wanted), topic) })
}

// ReplicatedOfDrawn is SubscoresOfDrawn in the same way.
func ReplicatedOfDrawn(scores [][]int, items []int, units int) (Subscores, error) {
	return replicated(func(wanted func(person int) bool) (Subscores, error) {
		var part [][]int
		for i, row := range scores {
			if wanted(i) {
				part = append(part, row)
			}
		}
		return SubscoresOfDrawn(part, items, units)
	})
}

func replicated(of func(wanted func(person int) bool) (Subscores, error)) (Subscores, error) {
	whole, err := of(func(int) bool { return true })
	if err != nil {
		return Subscores{}, err
	}
	for half := range 2 {
		one, err := of(func(person int) bool { return person%2 == half })
		if errors.Is(err, ErrTable) { // too few people
			one = Subscores{Topics: make([]Topic, len(whole.Topics))}
		} else if err != nil {
			return Subscores{}, err
		}
		for k := range whole.Topics {
			if said := one.Topics[k].Advice; said != OwnNumber && said != Augmented {
				whole.Topics[k].Advice = NothingMore
			}
		}
	}
	return whole, nil
}

func (s *Subscores) correlate() {
	s.True = make([][]measure.Value, len(s.Topics))
	for a := range s.True {
		s.True[a] = make([]measure.Value, len(s.Topics))
		for b := range s.True[a] {
			x, y := s.Topics[a], s.Topics[b]
			switch {
			case x.true <= 0:
				s.True[a][b] = measure.Undefined(x.FromOwn.Why())
			case y.true <= 0:
				s.True[a][b] = measure.Undefined(y.FromOwn.Why())
			case a == b:
				s.True[a][b] = measure.Of(1)
			default:
				s.True[a][b] = measure.Of(s.covariance(a, b) / math.Sqrt(x.true*y.true))
			}
		}
	}
}

func (s *Subscores) mean(a int) float64 {
	sum := 0
	for _, scores := range s.personal {
		sum += scores[a]
	}
	return float64(sum) / float64(len(s.personal))
}

func (s *Subscores) covariance(a, b int) float64 {
	var sumA, sumB, product int64
	for _, scores := range s.personal {
		sumA, sumB, product = sumA+int64(scores[a]), sumB+int64(scores[b]), product+int64(scores[a])*int64(scores[b])
	}
	return spread(int64(len(s.personal)), product, sumA, sumB)
}

// Estimate is what is known of a person's true score in a topic, in points.
type Estimate struct {
	Raw                          int
	Kelley, FromTotal, Augmented measure.Value
}

// Estimate estimates the true score of person i in a topic.
func (s Subscores) Estimate(i, topic int) Estimate {
	p := s.Topics[topic]
	own, total := s.personal[i][topic], s.personal[i][len(s.Topics)]
	fromMean, fromTotalMean := float64(own)-p.Moments.Mean, float64(total)-s.total.Mean
	e := Estimate{Raw: own}
	e.Kelley = p.FromOwn.Map(func(alpha float64) float64 { return p.Moments.Mean + alpha*fromMean })
	e.FromTotal = p.FromTotal.Map(func(float64) float64 { return p.Moments.Mean + p.shared/s.total.Variance*fromTotalMean })
	w, _ := p.TotalWeight.Get()
	e.Augmented = p.OwnWeight.Map(func(v float64) float64 { return p.Moments.Mean + v*fromMean + w*fromTotalMean })
	return e
}

// sureWeak is how likely it must be that a topic's true score is below its
// cut before a person is told so.
const sureWeak = 0.80

// Weak tells whether person i is so likely below the cut of a topic, in
// points, that it may be said. Where a topic deserves no estimate of its own
// it never is.
func (s Subscores) Weak(i, topic int, cut float64) bool {
	p, e := s.Topics[topic], s.Estimate(i, topic)
	estimate, se := e.Kelley, p.KelleyError
	switch p.Advice {
	case Augmented:
		estimate, se = e.Augmented, p.BothError
	case NothingMore:
		return false
	}
	x, ok := estimate.Get()
	error, known := se.Get()
	if !ok || !known || error <= 0 {
		return false
	}
	return distuv.UnitNormal.CDF((cut-x)/error) >= sureWeak
}
