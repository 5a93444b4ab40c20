package optimal

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Polishing ends once its work is spent, wherever it stands, and looks at something first.
func TestPolishing_isBounded(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 2))
	r := Request{Forms: 1, Length: 40, Seed: "seed", Targets: []float64{200, 200, 200}} // out of reach
	for n := range 300 {
		r.Items = append(r.Items, Item{ID: fmt.Sprint(n), Topic: "T", Level: "L", Seconds: 30, Information: []float64{rnd.Float64(), rnd.Float64(), rnd.Float64()}})
	}
	m, err := newModel(r)
	if err != nil {
		t.Fatal(err)
	}
	const work = 1000
	p := m.polishing(rnd.Perm(300)[:40], work)
	before := p.deviation()
	for p.better() {
	}
	if p.work != -1 || p.deviation() >= before {
		t.Errorf("of %d is left %d; the deviation went from %f to %f", work, p.work, before, p.deviation())
	}
}
