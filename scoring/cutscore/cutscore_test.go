package cutscore_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/cutscore"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

func is(t *testing.T, what string, got measure.Value, want float64) {
	t.Helper()
	if x, ok := got.Get(); !ok || math.Abs(x-want) > 1e-6 {
		t.Errorf("%s: %v, want %f", what, got, want)
	}
}

func TestAngoff(t *testing.T) {
	t.Parallel()
	ratings := cutscore.Angoff{Ratings: [][]float64{{0.6, 0.5, 0.9, 0.4}, {0.7, 0.4, 0.8, 0.5}, {0.5, 0.3, 0.7, 0.3}}}
	c, err := ratings.Cut()
	if err != nil {
		t.Fatal(err)
	}
	is(t, "cut", c.Cut, 0.6+0.4+0.8+0.4)
	is(t, "first judge", c.Judges[0].Cut, 2.4)
	is(t, "severity", c.Judges[2].Mean, 0.45)
	is(t, "without the third", c.Judges[2].Without, 2.4)
	is(t, "standard error", c.SE, math.Sqrt(0.12/3)) // cuts 2.4, 2.4, 1.8
	// A judge who skipped an item has no cut, the item the mean of the others.
	ratings.Ratings[0][3] = math.NaN()
	if c, err = ratings.Cut(); err != nil {
		t.Fatal(err)
	}
	is(t, "cut", c.Cut, 0.6+0.4+0.8+0.4)
	if why := c.Judges[0].Cut.Why(); why != measure.NoData {
		t.Errorf("cut of a judge who skipped an item: %v", c.Judges[0].Cut)
	}
	for name, bad := range map[string][][]float64{"nobody": {}, "no items": {{}}, "unequal": {{0.5, 0.5}, {0.5}}, "above one": {{1.5}}, "below zero": {{-0.1}}} {
		if _, err := (cutscore.Angoff{Ratings: bad}).Cut(); !errors.Is(err, cutscore.ErrRatings) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ratings that are the chances at an ability give back that ability, on every
// form.
func TestThetaOf_findsTheAbilityJudgesHadInMind(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	var items []irt.Item
	var ratings []float64
	const theta = -0.4
	for range 20 {
		i := irt.Dichotomous(0.7+rnd.Float64(), rnd.NormFloat64(), 0)
		items, ratings = append(items, i), append(ratings, i.Expected(theta))
	}
	c, err := cutscore.Angoff{Ratings: [][]float64{ratings}}.Cut()
	if err != nil {
		t.Fatal(err)
	}
	expected := func(theta float64) float64 { _, x := irt.Curve(items, theta); return x }
	got, se := cutscore.ThetaOf(expected, c.Cut, measure.Of(0.5))
	is(t, "theta", got, theta)
	if x, ok := se.Get(); !ok || x <= 0 || x > 0.5 {
		t.Errorf("standard error %v", se)
	}
	is(t, "consistency", cutscore.Consistency(ratings, ratings), 1)
	if got, _ := cutscore.ThetaOf(expected, measure.Of(20), measure.Of(1)); got.Why() != measure.Infinite {
		t.Errorf("a cut of all points lies at %v", got)
	}
	if got := cutscore.Consistency([]float64{0.5, 0.5, 0.5}, ratings[:3]); got.Why() != measure.Constant {
		t.Errorf("a judge who says the same of all: %v", got)
	}
}

func TestHofstee(t *testing.T) {
	t.Parallel()
	var scores []float64
	for s := range 101 { // evenly from 0 to 100
		scores = append(scores, float64(s))
	}
	// The line from (40, 60 %) to (60, 20 %) meets x/101 near 46.8.
	cut, fail, err := cutscore.Hofstee{LowCut: 40, HighCut: 60, LowFail: 0.2, HighFail: 0.6}.Cut(scores)
	if err != nil || math.Abs(cut-46.84) > 0.6 || math.Abs(fail-cut/101) > 0.02 {
		t.Errorf("cut %f, %f below: %v", cut, fail, err)
	}
	narrow := cutscore.Hofstee{LowCut: 50, HighCut: 50.000001, LowFail: 0.1, HighFail: 0.9}
	if cut, _, err := narrow.Cut(scores); err != nil || cut < 50 || cut > 50.000001 {
		t.Errorf("narrow limits: %f, %v", cut, err)
	}
	for name, h := range map[string]cutscore.Hofstee{
		"too many fail": {LowCut: 60, HighCut: 80, LowFail: 0.05, HighFail: 0.3}, "too few fail": {LowCut: 5, HighCut: 20, LowFail: 0.4, HighFail: 0.6},
		"reversed": {LowCut: 60, HighCut: 40, LowFail: 0.2, HighFail: 0.6},
	} {
		if _, _, err := h.Cut(scores); !errors.Is(err, cutscore.ErrRatings) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Where the line crosses in the jump at a score that many have, that score is the cut, and
// below it is who scored less.
func TestHofstee_inAJump(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scores    []float64
		cut, fail float64
	}{{[]float64{50, 50, 50}, 50, 0}, {[]float64{10, 50, 50, 50}, 50, 0.25}, {[]float64{10, 20, 30, 55}, 45, 0.75}} {
		limits := cutscore.Hofstee{LowCut: 40, HighCut: 60, LowFail: 0, HighFail: 0.5}
		if c.cut == 45 {
			limits.LowFail, limits.HighFail = 0.25, 1 // 0.75 on the line 1 − .0375·(cut − 40)
			c.cut = 40 + 0.25/0.0375
		}
		cut, fail, err := limits.Cut(c.scores)
		if err != nil || math.Abs(cut-c.cut) > 1e-6 || fail != c.fail {
			t.Errorf("%v: cut %f, %f below, %v; want %f, %f", c.scores, cut, fail, err, c.cut, c.fail)
		}
	}
}

// The error of a compromise is what single judges make of it; one alone has none.
func TestCompromise(t *testing.T) {
	t.Parallel()
	var scores []float64
	for s := range 1001 {
		scores = append(scores, float64(s)/10)
	}
	rnd := rand.New(rand.NewPCG(71, 72))
	var squares, claimed float64
	const panels, judges = 400, 8
	for range panels {
		var all []cutscore.Hofstee
		for range judges {
			middle := 50 + 6*rnd.NormFloat64()
			all = append(all, cutscore.Hofstee{LowCut: middle - 15, HighCut: middle + 15, LowFail: 0.2, HighFail: 0.8})
		}
		cut, _, se, err := cutscore.Compromise(all, scores)
		x, ok := se.Get()
		if err != nil || !ok {
			t.Fatal(err, se)
		}
		squares, claimed = squares+(cut-50)*(cut-50)/panels, claimed+x*x/panels
	}
	if ratio := math.Sqrt(claimed / squares); ratio < 0.85 || ratio > 1.15 {
		t.Errorf("claimed errors are %.2f of the true ones", ratio)
	}
	if _, _, se, err := cutscore.Compromise([]cutscore.Hofstee{{LowCut: 40, HighCut: 60, LowFail: 0.2, HighFail: 0.8}}, scores); err != nil || se.Why() == "" {
		t.Errorf("one judge: %v, %v", se, err)
	}
}

func TestBorderline(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	var b cutscore.Borderline
	b.At = 2
	for range 300 {
		r := 1 + rnd.IntN(4)
		b.Ratings, b.Scores = append(b.Ratings, r), append(b.Scores, 30+15*float64(r)+5*rnd.NormFloat64())
	}
	cut, se, err := b.Regression(7)
	x, _ := cut.Get()
	e, _ := se.Get()
	// The error of a mean prediction inside the ratings: about 5/√300·1.1.
	if err != nil || math.Abs(x-60) > 1.2 || e < 0.25 || e > 0.45 {
		t.Errorf("cut %v ± %v: %v", cut, se, err)
	}
	again, sameSE, _ := b.Regression(7)
	if again != cut || sameSE != se {
		t.Error("the same seed gives another error")
	}
	if median, err := b.Group(); err != nil {
		t.Error(err)
	} else if x, _ := median.Get(); math.Abs(x-60) > 2 {
		t.Errorf("median %v", median)
	}
	one := cutscore.Borderline{Scores: []float64{50, 60, 70}, Ratings: []int{2, 2, 2}, At: 2}
	if cut, _, err := one.Regression(1); err != nil || cut.Why() != measure.Constant {
		t.Errorf("one rating for all: %v, %v", cut, err)
	}
	if _, _, err := (cutscore.Borderline{}).Regression(1); !errors.Is(err, cutscore.ErrRatings) {
		t.Errorf("nobody: %v", err)
	}
}
