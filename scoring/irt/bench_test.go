package irt_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/irt"
)

// A form of 40 items, 5,000 people.
func BenchmarkCalibrate_form(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 5))
	items := logistic(rnd, 40)
	_, rows := simulated(rnd, items, 5000)
	most := make([]int, len(items))
	for j := range most {
		most[j] = 1
	}
	a, err := irt.NewAnswers(most)
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range rows {
		if err := a.Add(row, 1); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		calibrate(b, a, 1e-3)
	}
}

// A bank of 20,000 items under forms of one's own: 50,000 people, 40 items
// each.
func BenchmarkCalibrate_bank(b *testing.B) {
	const bank, people, length = 20_000, 50_000, 40
	rnd := rand.New(rand.NewPCG(6, 6))
	most, items := make([]int, bank), make([]irt.Item, bank)
	for j := range most {
		most[j], items[j] = 1, irt.Dichotomous(math.Exp(0.3*rnd.NormFloat64()), rnd.NormFloat64(), 0)
	}
	a, err := irt.NewAnswers(most)
	if err != nil {
		b.Fatal(err)
	}
	for range people {
		theta := rnd.NormFloat64()
		places, scores := rnd.Perm(bank)[:length], make([]int, length)
		for n, j := range places {
			if rnd.Float64() < items[j].Expected(theta) {
				scores[n] = 1
			}
		}
		if err := a.AddSparse(places, scores, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		calibrate(b, a, 1e-3)
	}
}

func calibrate(b *testing.B, a *irt.Answers, gradient float64) {
	c, err := irt.Calibrate(a, irt.Plan{Model: irt.TwoPL, Priors: irt.UsualPriors(), Gradient: gradient})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(c.Cycles), "cycles")
	b.ReportMetric(c.MaxGradient, "gradient")
	if !c.Converged {
		b.Error("not at the maximum")
	}
}
