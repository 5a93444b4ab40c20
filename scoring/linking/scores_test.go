package linking_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/irt"
	"sathach/scoring/linking"
	"sathach/scoring/measure"
)

func someItems(seed uint64, n int, harder float64) []irt.Item {
	rnd := rand.New(rand.NewPCG(seed, 1))
	items := make([]irt.Item, n)
	for j := range items {
		items[j] = irt.Dichotomous(0.7+0.8*rnd.Float64(), harder+rnd.NormFloat64(), 0)
	}
	return items
}

// A form is worth itself; scores rise; a harder form's scores are worth more,
// about what true-score equating says of those in the middle.
func TestObserve(t *testing.T) {
	t.Parallel()
	old, hard := someItems(1, 40, 0), someItems(2, 40, 0.5)
	for _, e := range linking.Observe(old, old, 0.2, 1.1) {
		if math.Abs(e.Equivalent-float64(e.Score)) > 1e-9 {
			t.Errorf("%d of a form is worth %f of itself", e.Score, e.Equivalent)
		}
	}
	truly := linking.Equate(old, hard)
	before := math.Inf(-1)
	for s, e := range linking.Observe(old, hard, 0, 1) {
		if e.Equivalent <= before {
			t.Errorf("score %d is worth %f, less than the one before", s, e.Equivalent)
		}
		before = e.Equivalent
		if s >= 8 && s <= 32 && math.Abs(e.Equivalent-truly[s].Equivalent) > 0.35 {
			t.Errorf("score %d is worth %f, true scores say %f", s, e.Equivalent, truly[s].Equivalent)
		}
	}
	if got := linking.Observe(someItems(1, 10, 0), someItems(1, 20, 0), 0, 1); len(got) != 21 || got[20].Equivalent > 10.5 || got[0].Equivalent < -0.5 {
		t.Errorf("forms of different length: %+v", got)
	}
}

// The ranks are those of people: scores drawn from the new form and equated are
// spread like those of the old one.
func TestObserve_spreadsAsTheOldForm(t *testing.T) {
	t.Parallel()
	old, hard := someItems(3, 30, 0), someItems(4, 30, 0.6)
	worth := linking.Observe(old, hard, 0, 1)
	rnd := rand.New(rand.NewPCG(905, 4))
	draw := func(items []irt.Item) (score int) {
		theta := rnd.NormFloat64()
		for _, i := range items {
			if rnd.Float64() < i.Expected(theta) {
				score++
			}
		}
		return score
	}
	const people = 40_000
	var a, aa, b, bb float64
	for range people {
		x, y := worth[draw(hard)].Equivalent, float64(draw(old))
		a, aa, b, bb = a+x/people, aa+x*x/people, b+y/people, bb+y*y/people
	}
	if math.Abs(a-b) > 0.12 || math.Abs(math.Sqrt(aa-a*a)-math.Sqrt(bb-b*b)) > 0.12 {
		t.Errorf("equated scores have mean %f and deviation %f, those of the old form %f and %f", a, math.Sqrt(aa-a*a), b, math.Sqrt(bb-b*b))
	}
}

func TestArc(t *testing.T) {
	t.Parallel()
	ends := func(newMean, oldMean float64) linking.Arc {
		return linking.Arc{Low: linking.Point{}, Middle: linking.Point{New: newMean, Old: oldMean}, High: linking.Point{New: 100, Old: 100}}
	}
	for _, c := range []struct {
		arc         linking.Arc
		score, want float64
	}{
		{ends(60, 60), 35, 35},   // the line
		{ends(60, 66), 0, 0},     // through the ends
		{ends(60, 66), 100, 100}, //
		{ends(60, 66), 60, 66},   // and the means
		{ends(60, 52), 60, 52},   // also below the line
		{ends(50, 60), 20, 20 + arcOver(50, 10, 20)},
	} {
		if got, ok := c.arc.At(c.score).Get(); !ok || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v at %v: %v, want %v", c.arc, c.score, got, c.want)
		}
	}
	before := -1.0
	for score := range 101 {
		got, ok := ends(70, 76).At(float64(score)).Get()
		if !ok || got <= before || got < float64(score)-1e-9 {
			t.Errorf("score %d is worth %v", score, got)
		}
		before = got
	}
	for name, arc := range map[string]linking.Arc{"no order": ends(100, 50), "too far": ends(10, 70), "no width": {}, "nothing": ends(math.NaN(), 3)} {
		if got := arc.At(50); got.Why() != measure.NoData && got.Why() != measure.Unsettled {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// arcOver is how high an arc over 0 to 100 with a rise in the middle stands at x.
func arcOver(half, rise, x float64) float64 {
	radius := (half*half + rise*rise) / (2 * rise)
	return math.Sqrt(radius*radius-(x-half)*(x-half)) - (radius - rise)
}
