package irt

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/measure"
)

// answersTo lets people from N(0,1) answer items; the last two may ask one thing.
func answersTo(rnd *rand.Rand, items []Item, people int, twins bool) [][]int {
	out := make([][]int, people)
	for i := range out {
		theta := rnd.NormFloat64()
		row := make([]int, len(items))
		for j, item := range items {
			if rnd.Float64() < item.Expected(theta) {
				row[j] = 1
			}
		}
		if last := len(row) - 1; twins && rnd.Float64() < 0.5 {
			row[last] = row[last-1]
		}
		out[i] = row
	}
	return out
}

func calibrated(t *testing.T, model Model, answers [][]int) []Item {
	t.Helper()
	most := make([]int, len(answers[0]))
	for j := range most {
		most[j] = 1
	}
	a, err := NewAnswers(most)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range answers {
		if err := a.Add(row, 1); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Calibrate(a, Plan{Model: model})
	if err != nil || !c.Converged {
		t.Fatal(c.Converged, err)
	}
	return c.Items
}

func alone(int) float64 { return 1 }

// Where the model holds, about one in twenty samples is beyond the 5 % point; two
// items that ask one thing are found, and so are unequal slopes by the model of one
// slope.
func TestFits_rejectsWhatIsWrong(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 2))
	items := make([]Item, 10)
	for j := range items {
		items[j] = Dichotomous(math.Exp(0.4*rnd.NormFloat64()), rnd.NormFloat64(), 0)
	}
	const samples = 100
	rejected := 0
	for range samples {
		answers := answersTo(rnd, items, 1000, false)
		f := Fits(TwoPL, calibrated(t, TwoPL, answers), answers, alone)
		p, ok := f.P.Get()
		if !ok || f.DF != 35 || f.N != 1000 {
			t.Fatalf("fit %+v", f)
		}
		if p < 0.05 {
			rejected++
		}
	}
	if rejected < 1 || rejected > 13 { // of 5 expected
		t.Errorf("%d of %d samples are rejected at 5 %%", rejected, samples)
	}
	twins := answersTo(rnd, items, 2000, true)
	f := Fits(TwoPL, calibrated(t, TwoPL, twins), twins, alone)
	if p, _ := f.P.Get(); p > 1e-6 {
		t.Errorf("items that ask one thing fit: %+v", f)
	}
	if x, _ := f.RMSEA.Get(); x < 0.02 {
		t.Errorf("RMSEA of items that ask one thing: %+v", f)
	}
	unequal := answersTo(rnd, items, 5000, false)
	if p, _ := Fits(OnePL, calibrated(t, OnePL, unequal), unequal, alone).P.Get(); p > 1e-4 {
		t.Errorf("unequal slopes fit one: p %v", p)
	}
}

func TestFits_saysWhyNot(t *testing.T) {
	t.Parallel()
	one := Dichotomous(1, 0, 0)
	many := make([]Item, mostInM2+1)
	for j := range many {
		many[j] = one
	}
	missing := [][]int{{1, measure.Missing, 0}}
	for _, c := range []struct {
		items   []Item
		answers [][]int
		why     measure.Why
	}{
		{nil, nil, measure.NoData},
		{[]Item{one, one, one, one, one}, nil, measure.NoData},
		{[]Item{one, one, one}, missing, measure.NoData},
		{[]Item{one, one, one}, [][]int{{1, 0, 0}}, measure.TooFew},
		{[]Item{one, {A: 1, D: []float64{0, 0}}}, nil, measure.NotBinary},
		{many, nil, measure.TooMany},
		{[]Item{one, one, one, one, one, Dichotomous(0, 0, 0)}, [][]int{{1, 0, 0, 1, 1, 1}}, ""},
	} {
		f := Fits(TwoPL, c.items, c.answers, alone)
		x, ok := f.M2.Get()
		if f.M2.Why() != c.why || ok && (math.IsNaN(x) || x < 0) {
			t.Errorf("%s: M2 %v, %q", fmt.Sprint(len(c.items), " items"), x, f.M2.Why())
		}
	}
}
