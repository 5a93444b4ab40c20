package irt

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/measure"
)

// chosen lets people from N(0,1) choose options.
func chosen(rnd *rand.Rand, items []Nominal, people int) (choices [][]int, abilities []float64) {
	for range people {
		theta := rnd.NormFloat64()
		row := make([]int, len(items))
		for j, item := range items {
			u := rnd.Float64()
			for k, p := range item.Chances(theta) {
				if row[j] = k; u < p {
					break
				}
				u -= p
			}
		}
		choices, abilities = append(choices, row), append(abilities, theta)
	}
	return choices, abilities
}

// With two options the model is that of two parameters.
func TestCalibrateNominal_ofTwoOptionsIsTwoPL(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 1))
	var items []Item
	for range 12 {
		items = append(items, Dichotomous(math.Exp(0.3*rnd.NormFloat64()), rnd.NormFloat64(), 0))
	}
	answers := answersTo(rnd, items, 800, false)
	want := calibrated(t, TwoPL, answers)
	options, keys := make([]int, len(items)), make([]int, len(items))
	for j := range items {
		options[j], keys[j] = 2, 1
	}
	got, err := CalibrateNominal(options, keys, answers, NominalPlan{Gradient: 1e-5})
	if err != nil || !got.Converged {
		t.Fatal(got.Converged, got.MaxGradient, err)
	}
	for j, n := range got.Items {
		if a, d := n.Slopes[1]-n.Slopes[0], n.Intercepts[1]-n.Intercepts[0]; math.Abs(a-want[j].A) > 1e-4 || math.Abs(d-want[j].D[0]) > 1e-4 {
			t.Errorf("item %d: %.5f, %.5f, the model of two parameters has %.5f, %.5f", j, a, d, want[j].A, want[j].D[0])
		}
	}
}

func TestCalibrateNominal_recoversOptions(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 14))
	var items []Nominal
	options, keys := make([]int, 20), make([]int, 20)
	for j := range 20 {
		n := Nominal{Slopes: make([]float64, 4), Intercepts: make([]float64, 4), Key: j % 4}
		for k := range 4 {
			n.Slopes[k], n.Intercepts[k] = -0.4+0.3*rnd.NormFloat64(), 0.5*rnd.NormFloat64()
		}
		n.Slopes[n.Key] = 0.9
		centre(n.Slopes)
		centre(n.Intercepts)
		items, options[j], keys[j] = append(items, n), 4, n.Key
	}
	choices, abilities := chosen(rnd, items, 3000)
	got, err := CalibrateNominal(options, keys, choices, NominalPlan{})
	if err != nil || !got.Converged {
		t.Fatal(got.Converged, got.MaxGradient, err)
	}
	var off, n float64
	for j := range items {
		for k := range 4 {
			a, d := got.Items[j].Slopes[k]-items[j].Slopes[k], got.Items[j].Intercepts[k]-items[j].Intercepts[k]
			off, n = off+a*a+d*d, n+2
		}
	}
	if rmse := math.Sqrt(off / n); rmse > 0.09 { // standard errors are about .06
		t.Errorf("parameters are off by %.3f", rmse)
	}
	var x, y, xx, yy, xy float64
	for i, row := range choices {
		u, v := NominalEAP(got.Items, row), abilities[i]
		x, y, xx, yy, xy = x+u, y+v, xx+u*u, yy+v*v, xy+u*v
	}
	people := float64(len(choices))
	if r := (xy - x*y/people) / math.Sqrt((xx-x*x/people)*(yy-y*y/people)); r < 0.85 {
		t.Errorf("abilities correlate with the true ones by %.3f", r)
	}
	// Given abilities an item is the same regression by itself.
	counts := zeros(4, nodeCount)
	for i, theta := range abilities {
		q := min(nodeCount-1, max(0, int(math.Round((theta+nodeEdge)/(2*nodeEdge)*(nodeCount-1)))))
		counts[choices[i][0]][q]++
	}
	nodes, _ := Nodes()
	alone := FitNominal(keys[0], nodes, counts, 0)
	for k := range 4 {
		if math.Abs(alone.Slopes[k]-items[0].Slopes[k]) > 0.25 || math.Abs(alone.Intercepts[k]-items[0].Intercepts[k]) > 0.25 {
			t.Errorf("by itself %+v, want %+v", alone, items[0])
		}
	}
}

func TestCalibrateNominal_badInput(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options, keys []int
		choices       [][]int
	}{
		"nobody":           {[]int{4}, []int{0}, nil},
		"no items":         {nil, nil, [][]int{{}}},
		"no key":           {[]int{4}, []int{4}, [][]int{{0}}},
		"one option":       {[]int{1}, []int{0}, [][]int{{0}}},
		"an unknown one":   {[]int{4}, []int{0}, [][]int{{4}}},
		"too few answers":  {[]int{4, 4}, []int{0, 0}, [][]int{{0}}},
		"below the lowest": {[]int{4}, []int{0}, [][]int{{-7}}},
	} {
		if _, err := CalibrateNominal(c.options, c.keys, c.choices, NominalPlan{}); !errors.Is(err, ErrAnswers) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Options that nobody chose, items that nobody met, people who chose nothing.
	choices := [][]int{{0, measure.Missing, 1}, {2, measure.Missing, 1}, {0, measure.Missing, 1}, {measure.Missing, measure.Missing, measure.Missing}, {2, measure.Missing, 1}}
	for _, spread := range []float64{0, 1} {
		got, err := CalibrateNominal([]int{4, 4, 4}, []int{0, 1, 1}, choices, NominalPlan{Spread: spread, Cycles: 50})
		if err != nil {
			t.Fatal(err)
		}
		if spread == 0 && (got.Why[0] != measure.TooFew || got.Why[1] != measure.NoData || got.Why[2] != measure.Constant) || spread > 0 && (got.Why[0] != "" || got.Why[1] != measure.NoData) {
			t.Errorf("spread %v: %q", spread, got.Why)
		}
		for j, n := range got.Items {
			for k := range n.Slopes {
				if math.IsNaN(n.Slopes[k]+n.Intercepts[k]) || math.IsInf(n.Slopes[k]+n.Intercepts[k], 0) {
					t.Errorf("spread %v, item %d: %+v", spread, j, n)
				}
			}
		}
	}
}
