package optimal_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/assessment/assembly/optimal"
)

// One form of a small bank comes as near to its target as any does, and no form
// undercuts the bound: not where the target can be met, and not where the bank is too
// poor or too rich for it, where the bound says so.
func TestAssemble_comesNearestToTheTarget(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(19, 91))
	bounded, feasible := 0, 0
	for n := range 60 {
		r := optimal.Request{
			Items: bank(rnd, 16, 2, 2), Forms: 1, Length: 6, Topics: ranges("T", 2, 2, 4), Levels: ranges("L", 2, 2, 4), Seconds: 420, Enemies: 1, Seed: fmt.Sprint(n),
			Targets: []float64{3, 3, 3},
		}
		scale := []float64{0.3, 1, 3}[n%3] // too little, about right, too much
		for k := range r.Targets {
			r.Targets[k] = 0
			for _, item := range r.Items {
				r.Targets[k] += scale * item.Information[k] * 6 / 16
			}
		}
		best := math.Inf(1)
		for _, form := range every(r) {
			best = min(best, deviation(r, form))
		}
		got, err := optimal.Assemble(r)
		if math.IsInf(best, 1) != (err != nil) {
			t.Fatalf("bank %d: %v, the best form has %f", n, err, best)
		}
		if err != nil {
			continue
		}
		feasible++
		if got.Deviation > best+1e-9 || math.Abs(deviation(r, got.Forms[0])-got.Deviation) > 1e-9 {
			t.Errorf("bank %d: %f, the best form has %f", n, got.Deviation, best)
		}
		if got.LeastDeviation > best+1e-9 || got.LeastDeviation < 0 {
			t.Errorf("bank %d: bound %f, the best form has %f", n, got.LeastDeviation, best)
		}
		if got.LeastDeviation > 0.8*best {
			bounded++
		}
	}
	if feasible < 30 || bounded < 15 {
		t.Errorf("%d banks with forms, %d with a bound near the best: the test says little", feasible, bounded)
	}
}
