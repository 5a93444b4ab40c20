package ctt

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"sathach/scoring/measure"
)

// Analysis is what classical test theory says about a table of scores.
type Analysis struct {
	Test  TestStatistics
	Items []ItemStatistics

	table  *Table
	totals []int
	tails  weights
}

// TestStatistics describe the totals. Variances have n − 1.
type TestStatistics struct {
	N, Items           int
	ByTotal            []int64 // people at every total from 0
	Mean, SD, Var      measure.Value
	Median             measure.Value
	Skewness, Kurtosis measure.Value // k₃/k₂^1.5 and k₄/k₂² of Fisher's k-statistics
	// Alpha is Cronbach's (1951) J/(J−1)·(1 − Σvⱼ/v); KR-20 for items scored
	// 0/1. It exists only where everybody answered the same items.
	Alpha         measure.Value
	AlphaInterval measure.Interval // Feldt (1965), 95 %
	SEM           measure.Value    // SD·√(1−α), in points
	KR21          measure.Value    // J/(J−1)·(1 − μ(J−μ)/(J·v)), items 0/1
	ErrorRatio    measure.Value    // 100·√(1−α), as Moodle has it
}

// ItemStatistics describe one item, over the persons who were asked it.
type ItemStatistics struct {
	N                int
	Mean, SD         measure.Value
	Facility         measure.Value    // mean ÷ maximum
	FacilityInterval measure.Interval // Wilson's for items 0/1, otherwise Student's
	// ItemTotal and ItemRest are the correlations with the total, and with the
	// total without the item: the second is the one to act on.
	ItemTotal, ItemRest measure.Value
	ItemRestInterval    measure.Interval // through Fisher's z
	Biserial            measure.Value    // r·√(pq)/φ(Φ⁻¹(p)), items 0/1
	// Upper, Lower and D27 are the facility of the best and the last 27 % and
	// their difference (Kelley, 1939). Each tail weighs exactly 0.27·n; people
	// tied at its border share the rest, so no order of rows matters.
	Upper, Lower, D27 measure.Value
	AlphaIfDeleted    measure.Value
	// Discrimination index, efficiency and effective weight as Moodle defines
	// them, in per cent.
	MoodleIndex, MoodleEfficiency, MoodleWeight measure.Value
}

// tail is the share of people in each of Kelley's tails.
const tail = 0.27

// Analyse computes every statistic that the table allows. Persons without any
// answer are left out. Cost and memory grow with the number of answers.
func Analyse(t *Table) Analysis {
	totals, asked, complete := t.totals()
	w := tails(totals, asked, t.top())
	sums := make([]itemSums, len(t.max))
	for j := range sums {
		sums[j] = t.sum(j, totals)
	}
	test, varianceOK := testStatistics(t, totals, asked, complete, sums)
	weights := effectiveWeights(sums)
	a := Analysis{Test: test, Items: make([]ItemStatistics, len(t.max)), table: t, totals: totals, tails: w}
	for j, s := range sums {
		a.Items[j] = s.statistics(t.max[j], w)
		a.Items[j].MoodleWeight = weights[j]
		a.Items[j].AlphaIfDeleted = alphaIfDeleted(j, sums, test, complete && varianceOK)
	}
	return a
}

// itemSums are the exact sums of one item's scores x, of the totals of the
// people asked and of their products, with histograms.
type itemSums struct {
	n                     int64
	x, xx, xTotal, xRest  int64
	totals, totalsSquared int64
	byTotal, peopleBy     []int64 // scores and people at every total
	byScore, byRest       []int64 // people at every score, and at every rest
}

func newItemSums(top, most int) itemSums {
	return itemSums{byTotal: make([]int64, top+1), peopleBy: make([]int64, top+1), byScore: make([]int64, most+1), byRest: make([]int64, top+1)}
}

func (s *itemSums) add(score, total, rest int) {
	x, whole := int64(score), int64(total)
	s.n++
	s.x, s.xx, s.xTotal, s.xRest = s.x+x, s.xx+x*x, s.xTotal+x*whole, s.xRest+x*int64(rest)
	s.totals, s.totalsSquared = s.totals+whole, s.totalsSquared+whole*whole
	s.byTotal[total] += x
	s.peopleBy[total]++
	s.byScore[score]++
	s.byRest[rest]++
}

func (t *Table) sum(j int, totals []int) itemSums {
	s := newItemSums(t.top(), t.max[j])
	for i, total := range totals {
		if x := int(t.row(i)[j]); x != measure.Missing {
			s.add(x, total, total-x)
		}
	}
	return s
}

// spread is n·Σab − Σa·Σb over n(n−1): the sample covariance.
func spread(n, ab, a, b int64) float64 {
	return (float64(n)*float64(ab) - float64(a)*float64(b)) / (float64(n) * float64(n-1))
}

func (s itemSums) variance() float64   { return spread(s.n, s.xx, s.x, s.x) }
func (s itemSums) ofTotal() float64    { return spread(s.n, s.totalsSquared, s.totals, s.totals) }
func (s itemSums) covariance() float64 { return spread(s.n, s.xTotal, s.x, s.totals) }

func (s itemSums) statistics(most int, w weights) ItemStatistics {
	out := ItemStatistics{N: int(s.n)}
	if s.n == 0 {
		return undefinedItem(measure.NoData)
	}
	n := float64(s.n)
	mean := float64(s.x) / n
	out.Mean, out.Facility = measure.Of(mean), measure.Of(mean/float64(most))
	out.Upper, out.Lower = w.facility(w.upper, s, most), w.facility(w.lower, s, most)
	out.D27 = out.Upper.Minus(out.Lower)
	if s.n < 2 {
		correlations(&out, measure.TooFew)
		out.SD, out.FacilityInterval = measure.Undefined(measure.TooFew), measure.No(measure.TooFew)
		return out
	}
	v := s.variance()
	out.SD = measure.Of(math.Sqrt(max(0, v)))
	out.FacilityInterval = facilityInterval(s, most, math.Sqrt(max(0, v)))
	whole, c := s.ofTotal(), s.covariance()
	if s.n*s.xx == s.x*s.x || s.n*s.totalsSquared == s.totals*s.totals {
		correlations(&out, measure.Constant)
		return out
	}
	r := c / math.Sqrt(v*whole)
	out.ItemTotal = measure.Of(r)
	out.Biserial = biserial(r, mean, most)
	out.ItemRest = s.restCorrelation()
	out.ItemRestInterval = measure.Correlation(out.ItemRest, int(s.n))
	out.MoodleIndex = out.ItemRest.Map(func(r float64) float64 { return 100 * r })
	out.MoodleEfficiency = out.ItemRest.Map(func(float64) float64 { return 100 * (c - v) / s.bestCovariance() })
	return out
}

func (s itemSums) restIsConstant() bool {
	seen := 0
	for _, people := range s.byRest {
		if people > 0 {
			seen++
		}
	}
	return seen < 2
}

// bestCovariance is the covariance of scores and rests if the best people had
// the best scores: both in ascending order.
func (s itemSums) bestCovariance() float64 {
	var sum, x, rests int64
	scores := append([]int64(nil), s.byScore...)
	for r, people := range s.byRest {
		rests += int64(r) * people
		for people > 0 {
			for scores[x] == 0 {
				x++
			}
			some := min(people, scores[x])
			sum += some * x * int64(r)
			scores[x] -= some
			people -= some
		}
	}
	return spread(s.n, sum, s.x, rests)
}

func facilityInterval(s itemSums, most int, sd float64) measure.Interval {
	if most == 1 {
		return measure.Wilson(float64(s.x), float64(s.n))
	}
	i := measure.Mean(float64(s.x)/float64(s.n)/float64(most), sd/float64(most), int(s.n))
	within := func(share float64) float64 { return min(1, max(0, share)) }
	return measure.Interval{Low: i.Low.Map(within), High: i.High.Map(within)}
}

func biserial(r, p float64, most int) measure.Value {
	if most != 1 {
		return measure.Undefined(measure.NotBinary)
	}
	return measure.Of(r * math.Sqrt(p*(1-p)) / distuv.UnitNormal.Prob(distuv.UnitNormal.Quantile(p)))
}

func correlations(s *ItemStatistics, why measure.Why) {
	no := measure.Undefined(why)
	s.ItemTotal, s.ItemRest, s.Biserial, s.MoodleIndex, s.MoodleEfficiency = no, no, no, no, no
	s.ItemRestInterval = measure.No(why)
}

func undefinedItem(why measure.Why) ItemStatistics {
	var s ItemStatistics
	correlations(&s, why)
	s.FacilityInterval = measure.No(why)
	return s
}

// effectiveWeights are 100·√cov(xⱼ,X) over the sum of them (Moodle); items
// with a negative covariance have none and are left out of the sum.
func effectiveWeights(sums []itemSums) []measure.Value {
	out, whole := make([]measure.Value, len(sums)), 0.0
	for _, s := range sums {
		if s.n >= 2 {
			whole += math.Sqrt(max(0, s.covariance()))
		}
	}
	for j, s := range sums {
		switch {
		case s.n < 2:
			out[j] = measure.Undefined(measure.TooFew)
		case s.covariance() < 0:
			out[j] = measure.Undefined(measure.Negative)
		case whole == 0:
			out[j] = measure.Undefined(measure.Constant)
		default:
			out[j] = measure.Of(100 * math.Sqrt(s.covariance()) / whole)
		}
	}
	return out
}

func alphaIfDeleted(j int, sums []itemSums, test TestStatistics, fits bool) measure.Value {
	switch {
	case !fits:
		return measure.Undefined(test.Alpha.Why())
	case len(sums) < 3:
		return measure.Undefined(measure.TooFew)
	}
	items := float64(len(sums) - 1)
	parts := 0.0
	for k, s := range sums {
		if k != j {
			parts += s.variance()
		}
	}
	rest := sums[j].ofTotal() + sums[j].variance() - 2*sums[j].covariance()
	if sums[j].restIsConstant() {
		return measure.Undefined(measure.Constant)
	}
	return measure.Of(items / (items - 1) * (1 - parts/rest))
}
