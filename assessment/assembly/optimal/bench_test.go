package optimal_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/assessment/assembly/optimal"
)

// large is a request to a bank of 20,000 three-parameter items.
func large() optimal.Request {
	rnd := rand.New(rand.NewPCG(20, 26))
	items := bank(rnd, 20_000, 12, 3)
	for i := range items {
		a, b, c := math.Exp(0.3*rnd.NormFloat64()), rnd.NormFloat64(), 0.15+0.1*rnd.Float64()
		for k, theta := range []float64{-1, 0, 1} {
			p := c + (1-c)/(1+math.Exp(-a*(theta-b)))
			items[i].Information[k] = a * a * (1 - p) / p * (p - c) * (p - c) / ((1 - c) * (1 - c))
		}
	}
	return optimal.Request{Items: items, Forms: 1, Length: 40, Topics: ranges("T", 12, 3, 4), Levels: ranges("L", 3, 10, 16), Seconds: 2400, Enemies: 1, Seed: "s"}
}

func BenchmarkAssemble_oneForm(b *testing.B) {
	r := large()
	r.Weights = []float64{1, 1.2, 1}
	run(b, r)
}

// The time of one form of many is what a person waits for a form of their own.
func BenchmarkAssemble_thousandToTarget(b *testing.B) {
	r := large()
	r.Targets, r.Forms, r.Uses, r.Overlap = make([]float64, 3), 1000, 5, 8
	for _, item := range r.Items { // a tenth more than items drawn by lot have
		for k, x := range item.Information {
			r.Targets[k] += 1.1 * x * float64(r.Length) / float64(len(r.Items))
		}
	}
	run(b, r)
}

func BenchmarkAssemble_thousandMaximin(b *testing.B) {
	r := large()
	r.Weights, r.Forms, r.Uses = []float64{1, 1.2, 1}, 1000, 4
	run(b, r)
}

func run(b *testing.B, r optimal.Request) {
	for b.Loop() {
		got, err := optimal.Assemble(r)
		if err != nil {
			b.Fatal(err)
		}
		if violations := optimal.Audit(r, got.Forms); len(violations) > 0 {
			b.Fatal(violations[:1])
		}
		b.ReportMetric(100*got.Deviation, "deviation_%")
		if len(r.Weights) > 0 {
			b.ReportMetric(100*got.Gap(), "gap_%")
		}
	}
}
