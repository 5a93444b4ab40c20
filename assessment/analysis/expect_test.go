package analysis

import (
	"testing"

	"sathach/scoring/cutscore"
	"sathach/scoring/irt"
	"sathach/scoring/linking"
	"sathach/scoring/measure"
)

// The intervals of what forms are expected to show, and of what the pass mark is worth
// on them, hold the truth about 95 times in 100; that of the means what the means of
// all people would give.
func TestExpect_intervalsCover(t *testing.T) {
	t.Parallel()
	w := newWorld(40)
	forms := [][]int{span(0, 20), span(20, 40)}
	earns := func(form []int, theta float64) (share float64) {
		for _, j := range form {
			share += w.truth[j].Expected(theta) / float64(len(form))
		}
		return share
	}
	all := func(theta float64) float64 { return (earns(forms[0], theta) + earns(forms[1], theta)) / 2 }
	byMeans := func(form, all float64) float64 {
		arc := linking.Arc{Middle: linking.Point{New: all, Old: form}, High: linking.Point{New: 100, Old: 100}}
		x, _ := arc.At(50).Get()
		return x
	}
	cut, _ := cutscore.ThetaOf(all, measure.Of(0.5), measure.Undefined(measure.NoData))
	theta, _ := cut.Get()
	expected, pass := make([]float64, 2), make([]float64, 2)
	nodes, weights := irt.Nodes()
	for f, form := range forms {
		for q, x := range nodes {
			expected[f] += 100 * weights[q] * earns(form, x)
		}
		pass[f] = 100 * earns(form, theta)
	}
	const rounds = 40
	hits := map[string]int{}
	count := func(name string, f Figure, truth float64) {
		low, ok := f.Interval.Low.Get()
		high, _ := f.Interval.High.Get()
		if value, _ := f.Value.Get(); !ok || !(low < value && value < high) || f.N == 0 {
			t.Fatalf("%s: %+v", name, f)
		}
		if low <= truth && truth <= high {
			hits[name]++
		}
	}
	for range rounds {
		c := newCut()
		w.round(c, 600, 0, forms...)
		r, sheets := described(t, c)
		equateByMeans(r.Forms, 5000)
		for n := range r.Forms {
			count("pass by means", r.Forms[n].Pass, byMeans(expected[n], (expected[0]+expected[1])/2))
		}
		cal, err := calibrate(c, bank{})
		if err != nil {
			t.Fatal(err)
		}
		expect(r.Forms, sheets, cal, 5000)
		for n := range r.Forms {
			count("expected", r.Forms[n].Expected, expected[n])
			count("pass by parameters", r.Forms[n].Pass, pass[n])
		}
	}
	for name, n := range hits {
		if n < 2*rounds*88/100 {
			t.Errorf("%s: %d of %d intervals hold the truth", name, n, 2*rounds)
		}
	}
}
