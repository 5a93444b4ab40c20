package cutscore

import (
	"fmt"
	"math"
	"slices"

	"sathach/scoring/measure"
)

// Contrasting are people whom their superiors know to be sufficient or not, with
// their scores (contrasting groups).
type Contrasting struct {
	Scores     []float64
	Sufficient []bool
}

// Cut is the score at which half are sufficient by the logistic regression of
// the groups on the score, with its standard error by the delta method. It is
// undefined where one group is empty, where a score parts the groups, or where
// sufficient people do not score higher.
func (g Contrasting) Cut() (cut, se measure.Value, err error) {
	if len(g.Scores) == 0 || len(g.Scores) != len(g.Sufficient) || slices.ContainsFunc(g.Scores, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
		return cut, se, fmt.Errorf("%w: %d scores, %d groups", ErrRatings, len(g.Scores), len(g.Sufficient))
	}
	none := func(why measure.Why) (measure.Value, measure.Value, error) {
		return measure.Undefined(why), measure.Undefined(why), nil
	}
	if !slices.Contains(g.Sufficient, true) || !slices.Contains(g.Sufficient, false) {
		return none(measure.Constant)
	}
	center, width := spread(g.Scores)
	if !(width > 0) {
		return none(measure.Constant)
	}
	// The regression runs on standard scores, so that it is well-conditioned.
	a, b, v, ok := g.regress(center, width)
	switch {
	case !ok:
		return none(measure.Unsettled)
	case b <= 0:
		return none(measure.Negative)
	}
	z := -a / b
	variance := (v[0] + 2*z*v[1] + z*z*v[2]) / (b * b)
	return measure.Of(center + width*z), measure.Of(width * math.Sqrt(max(0, variance))), nil
}

// regress is P(sufficient) = 1/(1+exp(−a−b·z)) by Newton's method, with the
// covariance of a and b: of a, of both, of b.
func (g Contrasting) regress(center, width float64) (a, b float64, v [3]float64, ok bool) {
	for range 50 {
		var ga, gb, haa, hab, hbb float64
		for i, x := range g.Scores {
			z := (x - center) / width
			p, y := 1/(1+math.Exp(-a-b*z)), 0.0
			if g.Sufficient[i] {
				y = 1
			}
			w := p * (1 - p)
			ga, gb, haa, hab, hbb = ga+y-p, gb+(y-p)*z, haa+w, hab+w*z, hbb+w*z*z
		}
		d := haa*hbb - hab*hab
		if d < 1e-12*float64(len(g.Scores)) { // the groups are parted
			return 0, 0, v, false
		}
		da, db := (hbb*ga-hab*gb)/d, (haa*gb-hab*ga)/d
		a, b = a+da, b+db
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			return a, b, [3]float64{hbb / d, -hab / d, haa / d}, true
		}
	}
	return 0, 0, v, false
}

// Bookmark is the cut of judges who leafed through the items from the easiest to
// the hardest and each put a mark at the first one that somebody just sufficient
// would not get right with a chance of, usually, 2/3: the median of the abilities
// at which these items have that chance (irt.Item.Location). The standard error
// is that of a median of normal marks, √(π/2)·s/√K, undefined for one judge.
func Bookmark(marks []float64) (theta, se measure.Value) {
	if len(marks) == 0 {
		return measure.Undefined(measure.NoData), measure.Undefined(measure.NoData)
	}
	se = measure.Undefined(measure.TooFew)
	if len(marks) > 1 {
		_, sd := spread(marks)
		se = measure.Of(math.Sqrt(math.Pi/2) * sd / math.Sqrt(float64(len(marks))))
	}
	return measure.Of(measure.Median(marks)), se
}

// Beuk is a compromise (Beuk, 1984): every judge says a cut, and which share of
// people should reach it.
type Beuk struct{ Cuts, Reach []float64 }

// Cut is where the line through the means of both, as steep as the deviation of
// the shares over that of the cuts, crosses the share of people who reach each
// cut. Judges who agree on the cut have it; those who agree on the share have
// theirs.
func (b Beuk) Cut(scores []float64) (cut, reach float64, err error) {
	bad := func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }
	if len(b.Cuts) < 2 || len(b.Cuts) != len(b.Reach) || len(scores) == 0 || slices.ContainsFunc(slices.Concat(b.Cuts, b.Reach, scores), bad) {
		return 0, 0, fmt.Errorf("%w: Beuk needs scores, and at least two judges who say a cut and a share", ErrRatings)
	}
	if slices.ContainsFunc(b.Reach, func(x float64) bool { return x < 0 || x > 1 }) {
		return 0, 0, fmt.Errorf("%w: the share that reaches a cut is 0 to 1", ErrRatings)
	}
	center, across := spread(b.Cuts)
	share, along := spread(b.Reach)
	sorted := slices.Sorted(slices.Values(scores))
	reaches := func(cut float64) float64 {
		at, _ := slices.BinarySearch(sorted, cut)
		return 1 - float64(at)/float64(len(sorted))
	}
	if across == 0 {
		return center, reaches(center), nil
	}
	line := func(cut float64) float64 { return share + along/across*(cut-center) }
	// The share that reaches a cut never rises, the line never falls.
	low, high := min(sorted[0], center)-1, max(sorted[len(sorted)-1], center)+1
	for range 100 {
		if middle := (low + high) / 2; reaches(middle) > line(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high, min(1, max(0, line(high))), nil
}
