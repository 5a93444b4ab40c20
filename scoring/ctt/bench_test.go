package ctt_test

import (
	"math/rand/v2"
	"testing"

	"sathach/scoring/ctt"
)

// A national round: 100,000 people, 40 items.
func BenchmarkAnalyse_nationalRound(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 1))
	max := make([]int, 40)
	for j := range max {
		max[j] = 1
	}
	t, err := ctt.NewTable(max)
	if err != nil {
		b.Fatal(err)
	}
	row := make([]int, len(max))
	for range 100_000 {
		ability := rnd.Float64()
		for j := range row {
			row[j] = 0
			if rnd.Float64() < 0.2+0.7*ability {
				row[j] = 1
			}
		}
		if err := t.Add(row); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		ctt.Analyse(t)
	}
}
