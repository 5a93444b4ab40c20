package cutscore_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/cutscore"
	"sathach/scoring/measure"
)

// The cut is where half are sufficient, and its error what repetition shows.
func TestContrasting_findsTheCutAndItsError(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(905, 5))
	const rounds = 400
	var sum, squares, errors float64
	for range rounds {
		var g cutscore.Contrasting
		for range 300 {
			score := 40 + 30*rnd.Float64()
			g.Scores = append(g.Scores, score)
			g.Sufficient = append(g.Sufficient, rnd.Float64() < 1/(1+math.Exp(-(score-54)/4)))
		}
		cut, se, err := g.Cut()
		x, ok := cut.Get()
		e, _ := se.Get()
		if err != nil || !ok {
			t.Fatal(cut, se, err)
		}
		sum, squares, errors = sum+x/rounds, squares+x*x/rounds, errors+e/rounds
	}
	if sd := math.Sqrt(squares - sum*sum); math.Abs(sum-54) > 0.1 || math.Abs(errors-sd) > 0.1*sd {
		t.Errorf("mean cut %f, deviation %f, mean standard error %f", sum, sd, errors)
	}
}

func TestContrasting_ofNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		g   cutscore.Contrasting
		why measure.Why
	}{
		"one group":  {cutscore.Contrasting{Scores: []float64{1, 2, 3}, Sufficient: []bool{true, true, true}}, measure.Constant},
		"one score":  {cutscore.Contrasting{Scores: []float64{5, 5}, Sufficient: []bool{true, false}}, measure.Constant},
		"parted":     {cutscore.Contrasting{Scores: []float64{1, 2, 3, 4}, Sufficient: []bool{false, false, true, true}}, measure.Unsettled},
		"other side": {cutscore.Contrasting{Scores: []float64{1, 2, 3, 4, 5, 6}, Sufficient: []bool{true, true, false, true, false, false}}, measure.Negative},
	} {
		if cut, _, err := c.g.Cut(); err != nil || cut.Why() != c.why {
			t.Errorf("%s: %v, %v", name, cut, err)
		}
	}
	for name, g := range map[string]cutscore.Contrasting{"nobody": {}, "unequal": {Scores: []float64{1}}, "no number": {Scores: []float64{math.NaN()}, Sufficient: []bool{true}}} {
		if _, _, err := g.Cut(); !errors.Is(err, cutscore.ErrRatings) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBookmark(t *testing.T) {
	t.Parallel()
	theta, se := cutscore.Bookmark([]float64{0.4, -0.5, 0.1})
	is(t, "median", theta, 0.1)
	is(t, "standard error", se, math.Sqrt(math.Pi/2)*math.Sqrt(0.21)/math.Sqrt(3))
	theta, _ = cutscore.Bookmark([]float64{0, 1})
	is(t, "median of two", theta, 0.5)
	if _, se := cutscore.Bookmark([]float64{0}); se.Why() != measure.TooFew {
		t.Errorf("one judge: %v", se)
	}
	if theta, _ := cutscore.Bookmark(nil); theta.Why() != measure.NoData {
		t.Errorf("nobody: %v", theta)
	}
}

func TestBeuk(t *testing.T) {
	t.Parallel()
	var scores []float64
	for s := range 1001 { // evenly from 0 to 100
		scores = append(scores, float64(s)/10)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.2 {
			t.Errorf("%s: %f, want %f", what, got, want)
		}
	}
	// Cuts 50 ± 10, shares .7 ± .1: the line .7 + .01(x − 50) meets 1 − x/100 at 40.
	cut, reach, err := cutscore.Beuk{Cuts: []float64{40, 50, 60}, Reach: []float64{0.6, 0.7, 0.8}}.Cut(scores)
	if err != nil {
		t.Fatal(err)
	}
	near("cut", cut, 40)
	near("reach", 100*reach, 60)
	agreed, _, err := cutscore.Beuk{Cuts: []float64{55, 55}, Reach: []float64{0.2, 0.9}}.Cut(scores)
	if err != nil {
		t.Fatal(err)
	}
	near("agreed on the cut", agreed, 55)
	agreed, _, err = cutscore.Beuk{Cuts: []float64{40, 60}, Reach: []float64{0.7, 0.7}}.Cut(scores)
	if err != nil {
		t.Fatal(err)
	}
	near("agreed on the share", agreed, 30)
	for name, b := range map[string]cutscore.Beuk{"one judge": {Cuts: []float64{50}, Reach: []float64{0.5}}, "percentages": {Cuts: []float64{40, 60}, Reach: []float64{50, 60}}, "unequal": {Cuts: []float64{1, 2}, Reach: []float64{1}}} {
		if _, _, err := b.Cut(scores); !errors.Is(err, cutscore.ErrRatings) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := (cutscore.Beuk{Cuts: []float64{1, 2}, Reach: []float64{1, 1}}).Cut(nil); !errors.Is(err, cutscore.ErrRatings) {
		t.Errorf("no scores: %v", err)
	}
}
