// Package ctt is classical test statistics of items and scores. It is pure;
// shares of a maximum run from 0 to 1.
//
// A statistic that cannot be computed is absent (ok is false), never zero:
// one person, or items on which everybody did alike, have no correlation.
// Responses that were not administered are not added; omitted and not
// reached count as earning nothing. Sums are of floats; differences of order
// stay below 1e-12.
package ctt

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"sathach/scoring/measure"
)

// Item gathers one item's statistics over attempts.
type Item struct {
	n                    int
	sumX, sumY           float64
	sumXX, sumYY, sumXY  float64
	firstX, firstY       float64
	variesInX, variesInY bool
}

// Add adds one attempt: the share earned on the item and on the rest of its
// form. Forms may differ, since both are shares.
func (i *Item) Add(share, rest float64) {
	if i.n == 0 {
		i.firstX, i.firstY = share, rest
	}
	i.variesInX = i.variesInX || share != i.firstX
	i.variesInY = i.variesInY || rest != i.firstY
	i.n++
	i.sumX += share
	i.sumY += rest
	i.sumXX += share * share
	i.sumYY += rest * rest
	i.sumXY += share * rest
}

// N is how many attempts were added.
func (i *Item) N() int { return i.n }

// Facility is the mean share earned: high is easy.
func (i *Item) Facility() (share float64, ok bool) {
	if i.n == 0 {
		return 0, false
	}
	return i.sumX / float64(i.n), true
}

// Discrimination is the correlation of the item with the rest of the form
// (Pearson's r, the corrected item–total correlation).
func (i *Item) Discrimination() (r float64, ok bool) {
	if i.n < 2 || !i.variesInX || !i.variesInY {
		return 0, false
	}
	n := float64(i.n)
	xx, yy := n*i.sumXX-i.sumX*i.sumX, n*i.sumYY-i.sumY*i.sumY
	if xx <= 0 || yy <= 0 {
		return 0, false
	}
	r = (n*i.sumXY - i.sumX*i.sumY) / math.Sqrt(xx*yy)
	return max(-1, min(1, r)), true
}

// Mean gathers a mean with its interval.
type Mean struct {
	n          int
	sum, sumSq float64
}

// Add adds one value.
func (m *Mean) Add(x float64) {
	m.n++
	m.sum += x
	m.sumSq += x * x
}

// N is how many values were added.
func (m *Mean) N() int { return m.n }

// Value is the mean.
func (m *Mean) Value() (mean float64, ok bool) {
	if m.n == 0 {
		return 0, false
	}
	return m.sum / float64(m.n), true
}

// Interval is the 95 % interval of the mean, mean ± t·s/√n by Student's t with the
// sample standard deviation s, cut to the range the values can take. It is absent below
// five values.
func (m *Mean) Interval(least, most float64) (low, high float64, ok bool) {
	if m.n < 5 {
		return 0, 0, false
	}
	n := float64(m.n)
	mean := m.sum / n
	variance := max(0, (m.sumSq-n*mean*mean)/(n-1))
	span := measure.Mean(mean, math.Sqrt(variance), m.n)
	low, _ = span.Low.Get()
	high, _ = span.High.Get()
	return max(least, low), min(most, high), true
}

// Shares is how the true shares of people are spread, Beta(A, B): what is known of
// somebody before they answer. The zero Shares knows nothing (Jeffreys' prior, A
// and B ½).
type Shares struct {
	A float64 `json:"a"`
	B float64 `json:"b"`
}

// leastReliable bounds the reliability from below: however alike scores are, some
// of that is chance.
const leastReliable = 0.01

// SharesOf fits the spread of true shares to the scores of people on forms of n
// items, by their mean and variance as shares of the maximum, with binomial
// errors: the reliability is KR-21, n/(n−1)·(1 − m(1−m)/(n·v)), and A+B =
// m(1−m)/(KR21·v) − 1 (Keats and Lord, 1962; Huynh, 1976). Items that differ in
// difficulty, or give partial credit, make errors smaller than binomial ones, so
// everybody is drawn a little too far to the mean: careful above it, not below. Undefined where nothing varies.
func SharesOf(mean, variance float64, n int) (Shares, bool) {
	if n < 3 || !(mean > 0 && mean < 1 && variance > 0) {
		return Shares{}, false
	}
	size := float64(n)
	reliable := max(leastReliable, size/(size-1)*(1-mean*(1-mean)/(size*variance)))
	sum := mean*(1-mean)/(reliable*variance) - 1
	if !(sum > 0) { // more than half of the people have all or nothing
		return Shares{}, false
	}
	return Shares{mean * sum, (1 - mean) * sum}, true
}

// Sums is what the shares that people earned add up to, of so many items together.
type Sums struct {
	N, Items     int
	Sum, Squares float64
}

// Add adds somebody.
func (s *Sums) Add(share float64, items int) {
	s.N, s.Items, s.Sum, s.Squares = s.N+1, s.Items+items, s.Sum+share, s.Squares+share*share
}

// Less is without some of the people.
func (s Sums) Less(some Sums) Sums {
	return Sums{s.N - some.N, s.Items - some.Items, s.Sum - some.Sum, s.Squares - some.Squares}
}

// Moments are the mean share and its variance between people (n − 1), NaN of fewer
// than two.
func (s Sums) Moments() (mean, variance float64) {
	n := float64(s.N)
	mean = s.Sum / n
	return mean, max(0, s.Squares-n*mean*mean) / (n - 1)
}

// Shares is how their true shares are spread (SharesOf), the zero Shares where it
// cannot be told.
func (s Sums) Shares() Shares {
	if s.N < 2 {
		return Shares{}
	}
	mean, variance := s.Moments()
	shares, _ := SharesOf(mean, variance, int(math.Round(float64(s.Items)/float64(s.N))))
	return shares
}

// Reaches is the probability that a true score reaches a cut, given the share
// earned on n items; both are shares of the maximum. It is the upper tail of the
// posterior, Beta(A+x, B+n−x) with x = n·share. It is absent for fewer than three
// items.
func (s Shares) Reaches(share float64, n int, cut float64) (p float64, ok bool) {
	if n < 3 || share < 0 || share > 1 || cut < 0 || cut > 1 {
		return 0, false
	}
	if s == (Shares{}) {
		s = Shares{0.5, 0.5}
	}
	x := float64(n) * share
	return 1 - mathext.RegIncBeta(x+s.A, float64(n)-x+s.B, cut), true
}

// ScoreError is the standard error of a score as a share of its maximum, for
// a form of n items: the standard deviation of the beta distribution with
// Jeffreys' prior, Beta(x+½, n−x+½) with x = n·share. Unlike Lord's binomial
// error it does not claim that a full score is without error. It is absent
// for fewer than five items.
func ScoreError(share float64, n int) (se float64, ok bool) {
	if n < 5 || share < 0 || share > 1 {
		return 0, false
	}
	size := float64(n)
	p := (share*size + 0.5) / (size + 1)
	return math.Sqrt(p * (1 - p) / (size + 2)), true
}
