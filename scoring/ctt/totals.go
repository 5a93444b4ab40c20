package ctt

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"sathach/scoring/measure"
)

// TestOf is the part of Analyse that describes the totals alone, and cheaper.
func TestOf(t *Table) TestStatistics {
	sums := make([]itemSums, len(t.max))
	for i := range t.persons {
		for j, x := range t.row(i) {
			if x != measure.Missing {
				sums[j].n, sums[j].x, sums[j].xx = sums[j].n+1, sums[j].x+int64(x), sums[j].xx+int64(x)*int64(x)
			}
		}
	}
	totals, asked, complete := t.totals()
	test, _ := testStatistics(t, totals, asked, complete, sums)
	return test
}

// testStatistics describes the totals. varies tells that they do, for
// everybody on the same items.
func testStatistics(t *Table, totals []int, asked []bool, complete bool, sums []itemSums) (s TestStatistics, varies bool) {
	people := make([]int64, t.top()+1)
	for i, total := range totals {
		if asked[i] {
			people[total]++
			s.N++
		}
	}
	s.Items, s.ByTotal = len(t.max), people
	if s.N == 0 {
		return s, false
	}
	mean, m2, m3, m4 := moments(people, s.N)
	n := float64(s.N)
	s.Mean, s.Median = measure.Of(mean), measure.Of(median(people, s.N))
	s.SD, s.Var, s.Skewness, s.Kurtosis = measure.Undefined(measure.TooFew), measure.Undefined(measure.TooFew), measure.Undefined(measure.TooFew), measure.Undefined(measure.TooFew)
	no := func(why measure.Why) (TestStatistics, bool) {
		if !complete { // whatever else there is to say
			why = measure.NotFixed
		}
		s.reliability(why)
		return s, false
	}
	if s.N < 2 {
		return no(measure.TooFew)
	}
	v := m2 * n / (n - 1)
	s.Var, s.SD = measure.Of(v), measure.Of(math.Sqrt(v))
	if m2 == 0 {
		s.Skewness, s.Kurtosis = measure.Undefined(measure.Constant), measure.Undefined(measure.Constant)
		return no(measure.Constant)
	}
	if s.N > 2 {
		k3 := n * n * m3 / ((n - 1) * (n - 2))
		s.Skewness = measure.Of(k3 / math.Pow(v, 1.5))
	}
	if s.N > 3 {
		k4 := n * n * ((n+1)*m4 - 3*(n-1)*m2*m2) / ((n - 1) * (n - 2) * (n - 3))
		s.Kurtosis = measure.Of(k4 / (v * v))
	}
	switch {
	case !complete:
		return no(measure.NotFixed)
	case len(t.max) < 2:
		s.reliability(measure.TooFew)
		return s, false
	}
	items, parts, binary := float64(len(t.max)), 0.0, true
	for j, item := range sums {
		parts += item.variance()
		binary = binary && t.max[j] == 1
	}
	alpha := items / (items - 1) * (1 - parts/v)
	s.Alpha, s.AlphaInterval = measure.Of(alpha), Feldt(alpha, s.N, len(t.max))
	s.SEM, s.ErrorRatio = measure.Of(math.Sqrt(v*(1-alpha))), measure.Of(100*math.Sqrt(1-alpha))
	s.KR21 = measure.Undefined(measure.NotBinary)
	if binary {
		s.KR21 = measure.Of(items / (items - 1) * (1 - mean*(items-mean)/(items*v)))
	}
	return s, true
}

func (s *TestStatistics) reliability(why measure.Why) {
	no := measure.Undefined(why)
	s.Alpha, s.SEM, s.KR21, s.ErrorRatio, s.AlphaInterval = no, no, no, no, measure.No(why)
}

// Feldt is the 95 % interval of alpha for n persons and the given number of
// items (Feldt, 1965): (1−α̂)/(1−α) has the F distribution with n−1 and
// (n−1)(items−1) degrees of freedom.
func Feldt(alpha float64, n, items int) measure.Interval {
	if n < 2 || items < 2 {
		return measure.No(measure.TooFew)
	}
	f := distuv.F{D1: float64(n - 1), D2: float64((n - 1) * (items - 1))}
	// gonum has no quantile of F: it is b·d₂/((1−b)·d₁) of the beta quantile.
	quantile := func(p float64) float64 {
		b := distuv.Beta{Alpha: f.D1 / 2, Beta: f.D2 / 2}.Quantile(p)
		return b * f.D2 / ((1 - b) * f.D1)
	}
	return measure.Interval{Low: measure.Of(1 - (1-alpha)*quantile(0.975)), High: measure.Of(1 - (1-alpha)*quantile(0.025))}
}

// moments are the mean and the central moments of totals, divided by n.
func moments(people []int64, count int) (mean, m2, m3, m4 float64) {
	n := float64(count)
	for total, k := range people {
		mean += float64(total) * float64(k)
	}
	mean /= n
	for total, k := range people {
		d := float64(total) - mean
		m2 += float64(k) * d * d / n
		m3 += float64(k) * d * d * d / n
		m4 += float64(k) * d * d * d * d / n
	}
	return mean, m2, m3, m4
}

func median(people []int64, count int) float64 {
	at := func(rank int64) float64 {
		for total, k := range people {
			if rank < k {
				return float64(total)
			}
			rank -= k
		}
		return 0
	}
	return (at(int64(count-1)/2) + at(int64(count)/2)) / 2
}

// weights say how much a person at every total weighs in each tail.
type weights struct{ upper, lower []float64 }

// tails weighs 0.27·n persons at either end of the totals; people tied at the
// border share what is left.
func tails(totals []int, asked []bool, top int) weights {
	people, n := make([]float64, top+1), 0.0
	for i, total := range totals {
		if asked[i] {
			people[total]++
			n++
		}
	}
	w := weights{make([]float64, top+1), make([]float64, top+1)}
	for left, total := tail*n, top; total >= 0 && left > 0; total-- {
		w.upper[total], left = taken(people[total], left)
	}
	for left, total := tail*n, 0; total <= top && left > 0; total++ {
		w.lower[total], left = taken(people[total], left)
	}
	return w
}

func taken(people, left float64) (weight, rest float64) {
	if people <= left {
		return 1, left - people
	}
	return left / people, 0
}

// facility is the mean share that the persons of a tail earned on an item.
func (weights) facility(tail []float64, s itemSums, most int) measure.Value {
	var earned, people float64
	for total, w := range tail {
		earned += w * float64(s.byTotal[total])
		people += w * float64(s.peopleBy[total])
	}
	if people == 0 {
		return measure.Undefined(measure.NoData)
	}
	return measure.Of(earned / people / float64(most))
}
