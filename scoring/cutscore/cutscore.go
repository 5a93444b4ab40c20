// Package cutscore sets cut scores from what judges say of items (modified
// Angoff: Angoff, 1971; Hambleton and Plake, 1995; Bookmark), from what they can
// live with (Hofstee, 1983; Beuk, 1984), and from people whom their superiors
// know (Borderline, Contrasting). A cut belongs to a scale and carries its
// standard error; the program computes it, people decide.
package cutscore

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sathach/scoring/measure"
)

// ErrRatings is the error of ratings that cannot be used.
var ErrRatings = errors.New("the ratings cannot be used")

// Angoff are the ratings of judges: the chance, 0 to 1, that an official who
// is only just sufficient gets the item right. Ratings[k][j] is what judge k
// says of item j; NaN where nothing was said.
type Angoff struct{ Ratings [][]float64 }

// AngoffCut is a cut from ratings.
type AngoffCut struct {
	Items []measure.Value // mean rating of every item
	// Cut is their sum, in points of a form of these items; SE is √(s²/K) of
	// the K judges' own cuts s.
	Cut, SE measure.Value
	Judges  []Judge
}

// Judge is how one judge rates.
type Judge struct {
	Mean    measure.Value // severity: the mean rating of the items judged
	Cut     measure.Value // the judge's own cut, if all items were judged
	Without measure.Value // the cut of the others
}

// Cut computes the cut and looks at every judge.
func (a Angoff) Cut() (AngoffCut, error) {
	if len(a.Ratings) == 0 || len(a.Ratings[0]) == 0 {
		return AngoffCut{}, fmt.Errorf("%w: there are no judges or no items", ErrRatings)
	}
	for k, row := range a.Ratings {
		if len(row) != len(a.Ratings[0]) {
			return AngoffCut{}, fmt.Errorf("%w: judge %d rates %d items, the first %d", ErrRatings, k+1, len(row), len(a.Ratings[0]))
		}
		for j, x := range row {
			if x < 0 || x > 1 {
				return AngoffCut{}, fmt.Errorf("%w: judge %d says %v of item %d, not 0 to 1", ErrRatings, k+1, x, j+1)
			}
		}
	}
	c := AngoffCut{Items: a.means(-1), Cut: sum(a.means(-1)), SE: measure.Undefined(measure.TooFew)}
	var own []float64
	for k, row := range a.Ratings {
		j := Judge{Mean: mean(row), Cut: measure.Undefined(measure.NoData), Without: measure.Undefined(measure.TooFew)}
		if !slices.ContainsFunc(row, math.IsNaN) {
			total := 0.0
			for _, x := range row {
				total += x
			}
			j.Cut, own = measure.Of(total), append(own, total)
		}
		if len(a.Ratings) > 1 {
			j.Without = sum(a.means(k))
		}
		c.Judges = append(c.Judges, j)
	}
	if len(own) > 1 {
		_, sd := spread(own)
		c.SE = measure.Of(sd / math.Sqrt(float64(len(own))))
	}
	return c, nil
}

// means are the mean ratings of items, without one judge (−1: with all).
func (a Angoff) means(without int) []measure.Value {
	out := make([]measure.Value, len(a.Ratings[0]))
	for j := range out {
		var of []float64
		for k, row := range a.Ratings {
			if k != without {
				of = append(of, row[j])
			}
		}
		out[j] = mean(of)
	}
	return out
}

func mean(x []float64) measure.Value {
	total, n := 0.0, 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			total, n = total+v, n+1
		}
	}
	if n == 0 {
		return measure.Undefined(measure.NoData)
	}
	return measure.Of(total / n)
}

func sum(values []measure.Value) measure.Value {
	total := 0.0
	for _, v := range values {
		x, ok := v.Get()
		if !ok {
			return v
		}
		total += x
	}
	return measure.Of(total)
}

func spread(x []float64) (mean, sd float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(x)-1))
}

// Consistency is the correlation of a judge's ratings with what people at the
// cut earn of every item, chances[j] = Pⱼ(θ): a judge who does not see which
// items are hard says little.
func Consistency(ratings, chances []float64) measure.Value {
	var n, x, y, xx, yy, xy float64
	for j, u := range ratings {
		if math.IsNaN(u) {
			continue
		}
		v := chances[j]
		n, x, y, xx, yy, xy = n+1, x+u, y+v, xx+u*u, yy+v*v, xy+u*v
	}
	if n < 3 {
		return measure.Undefined(measure.TooFew)
	}
	a, b := xx-x*x/n, yy-y*y/n
	if a < 1e-12 || b < 1e-12 {
		return measure.Undefined(measure.Constant)
	}
	return measure.Of((xy - x*y/n) / math.Sqrt(a*b))
}

// ThetaOf brings a cut in points of a reference form to the scale of theta:
// where what is expected of the form, which rises with theta, is the cut. All
// forms then share it. The standard error follows by the slope there.
func ThetaOf(expected func(theta float64) float64, cut, se measure.Value) (theta, thetaSE measure.Value) {
	points, ok := cut.Get()
	if !ok {
		return cut, cut
	}
	const edge = 8.0
	low, high := -edge, edge
	if points <= expected(low) || points >= expected(high) {
		return measure.Undefined(measure.Infinite), measure.Undefined(measure.Infinite)
	}
	for high-low > 1e-10 {
		if middle := (low + high) / 2; expected(middle) < points {
			low = middle
		} else {
			high = middle
		}
	}
	const h = 1e-5
	slope := (expected(low+h) - expected(low-h)) / (2 * h)
	return measure.Of(low), se.Map(func(x float64) float64 { return x / slope })
}

// Hofstee are the limits that judges can live with: the lowest and highest
// cut, and the lowest and highest share of people below it.
type Hofstee struct{ LowCut, HighCut, LowFail, HighFail float64 }

// Cut is where the line from (LowCut, HighFail) to (HighCut, LowFail) crosses
// the share of people below each cut, and fail the share below it: where it crosses in
// the jump at a score that many have, that score is the cut. No crossing is an error: the
// judges' limits and the results exclude each other.
func (h Hofstee) Cut(scores []float64) (cut, fail float64, err error) {
	if len(scores) == 0 || slices.ContainsFunc(scores, math.IsNaN) || math.IsInf(h.LowCut, 0) || math.IsInf(h.HighCut, 0) || !(h.LowCut < h.HighCut) || !(h.LowFail < h.HighFail) || h.LowFail < 0 || h.HighFail > 1 {
		return 0, 0, fmt.Errorf("%w: Hofstee needs scores, and lower limits below the higher", ErrRatings)
	}
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	below := func(cut float64) float64 {
		at, _ := slices.BinarySearch(sorted, cut)
		return float64(at) / float64(len(sorted))
	}
	line := func(cut float64) float64 {
		return h.HighFail - (cut-h.LowCut)/(h.HighCut-h.LowCut)*(h.HighFail-h.LowFail)
	}
	// The share below a cut never falls, the line does: they cross once.
	if below(h.LowCut) > line(h.LowCut) || below(h.HighCut) < line(h.HighCut) {
		return 0, 0, fmt.Errorf("%w: of people %.0f %% to %.0f %% lie below %g to %g, the limits are %.0f %% to %.0f %%", ErrRatings,
			100*below(h.LowCut), 100*below(h.HighCut), h.LowCut, h.HighCut, 100*h.LowFail, 100*h.HighFail)
	}
	low, high := h.LowCut, h.HighCut
	for range 100 { // halves the range below what numbers tell apart
		if middle := (low + high) / 2; below(middle) < line(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	cut = high
	if at, _ := slices.BinarySearch(sorted, low); at < len(sorted) && sorted[at] <= high { // in a jump
		cut = sorted[at]
	}
	return cut, below(cut), nil
}

// Compromise is the cut of the mean limits of judges, with the share of people below it.
// Its standard error is what leaving out one judge after the other makes of it
// (jackknife); with one judge there is none.
func Compromise(judges []Hofstee, scores []float64) (cut, fail float64, se measure.Value, err error) {
	se = measure.Undefined(measure.TooFew)
	if cut, fail, err = meanOf(judges, -1).Cut(scores); err != nil || len(judges) < 2 {
		return cut, fail, se, err
	}
	without := make([]float64, len(judges))
	for k := range judges {
		if without[k], _, err = meanOf(judges, k).Cut(scores); err != nil {
			return cut, fail, measure.Undefined(measure.Infinite), nil // without this judge there is none
		}
	}
	return cut, fail, measure.Of(math.Sqrt(measure.Jackknife(without))), nil
}

// meanOf are the mean limits of judges, without one (−1: of all).
func meanOf(judges []Hofstee, without int) (mean Hofstee) {
	n := float64(len(judges))
	if without >= 0 {
		n--
	}
	for k, h := range judges {
		if k != without {
			mean.LowCut, mean.HighCut = mean.LowCut+h.LowCut/n, mean.HighCut+h.HighCut/n
			mean.LowFail, mean.HighFail = mean.LowFail+h.LowFail/n, mean.HighFail+h.HighFail/n
		}
	}
	return mean
}

// Borderline are people whom their superiors know, with scores and global
// ratings: whole numbers of which one means only just sufficient.
type Borderline struct {
	Scores  []float64
	Ratings []int
	At      int // the rating that means borderline
}

// Group is the median score of those rated borderline (borderline group).
func (b Borderline) Group() (measure.Value, error) {
	if err := b.check(); err != nil {
		return measure.Value{}, err
	}
	var of []float64
	for i, r := range b.Ratings {
		if r == b.At {
			of = append(of, b.Scores[i])
		}
	}
	if len(of) == 0 {
		return measure.Undefined(measure.NoData), nil
	}
	return measure.Of(measure.Median(of)), nil
}

// Regression predicts the score at the borderline from all ratings. Its
// standard error is that of resampled people (bootstrap, 1,000 times, the same
// for the same seed).
func (b Borderline) Regression(seed uint64) (cut, se measure.Value, err error) {
	if err := b.check(); err != nil {
		return cut, se, err
	}
	all := make([]int, len(b.Scores))
	for i := range all {
		all[i] = i
	}
	if cut = b.predict(all); cut.Why() != "" {
		return cut, cut, nil
	}
	const resamples = 1000
	rnd := rand.New(rand.NewPCG(seed, 1))
	var cuts []float64
	for range resamples {
		for i := range all {
			all[i] = rnd.IntN(len(b.Scores))
		}
		if x, ok := b.predict(all).Get(); ok {
			cuts = append(cuts, x)
		}
	}
	if len(cuts) < resamples/2 {
		return cut, measure.Undefined(measure.TooFew), nil
	}
	_, sd := spread(cuts)
	return cut, measure.Of(sd), nil
}

// Agreement is the correlation of ratings and scores: without it a cut from ratings
// is one from nothing.
func (b Borderline) Agreement() measure.Value {
	ratings := make([]float64, len(b.Ratings))
	for i, r := range b.Ratings {
		ratings[i] = float64(r)
	}
	return Consistency(ratings, b.Scores)
}

func (b Borderline) check() error {
	if len(b.Scores) == 0 || len(b.Scores) != len(b.Ratings) {
		return fmt.Errorf("%w: %d scores, %d ratings", ErrRatings, len(b.Scores), len(b.Ratings))
	}
	return nil
}

// predict is the prediction of the regression over some people.
func (b Borderline) predict(people []int) measure.Value {
	var n, x, y, xx, xy float64
	for _, i := range people {
		u, v := float64(b.Ratings[i]), b.Scores[i]
		n, x, y, xx, xy = n+1, x+u, y+v, xx+u*u, xy+u*v
	}
	if n < 3 {
		return measure.Undefined(measure.TooFew)
	}
	width := xx - x*x/n
	if width <= 0 {
		return measure.Undefined(measure.Constant)
	}
	slope := (xy - x*y/n) / width
	if slope <= 0 { // ratings say nothing of the scores, or the reverse of them
		return measure.Undefined(measure.Negative)
	}
	return measure.Of(y/n + slope*(float64(b.At)-x/n))
}
