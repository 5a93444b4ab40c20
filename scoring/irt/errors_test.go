package irt

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"sathach/scoring/measure"
)

// Standard errors are those of the observed information: the curvature of the
// marginal likelihood, with its priors, found here by differences alone.
func TestErrors_areThoseOfTheCurvature(t *testing.T) {
	t.Parallel()
	for model, top := range map[Model]int{TwoPL: 1, ThreePL: 1, GPCM: 2, GRM: 2} {
		rnd := rand.New(rand.NewPCG(7, uint64(len(model))))
		tops := make([]int, 5)
		for j := range tops {
			tops[j] = top
		}
		a, err := NewAnswers(tops)
		if err != nil {
			t.Fatal(err)
		}
		for range 800 {
			theta := rnd.NormFloat64()
			scores := make([]int, len(tops))
			for j := range scores {
				for k := range top {
					if rnd.Float64() < logistic(1.3*theta+float64(2-j)/2-float64(k)) {
						scores[j]++
					}
				}
			}
			if err := a.Add(scores, 1); err != nil {
				t.Fatal(err)
			}
		}
		plan := Plan{Model: model, Priors: UsualPriors()}.usual()
		e := newEstimation(a, plan)
		c := e.run()
		if !c.Converged {
			t.Fatalf("%s: no maximum", model)
		}
		var x []float64
		for _, j := range e.used {
			x = append(x, model.vector(c.Items[j])...)
		}
		curvature := mat.NewSymDense(len(x), nil)
		fd.Hessian(curvature, func(x []float64) float64 { return e.expect(x) }, x, &fd.Settings{Formula: fd.Central, Step: 1e-3})
		var inverse mat.Dense
		if err := inverse.Inverse(curvature); err != nil {
			t.Fatal(err)
		}
		at := 0
		for n, j := range e.used {
			for k := range e.size[n] {
				want := math.Sqrt(-inverse.At(at+k, at+k))
				if got, ok := c.SE[j][k].Get(); !ok || math.Abs(got-want) > 0.005*want {
					t.Errorf("%s, item %d, parameter %d: %.5f, by differences %.5f", model, j+1, k, got, want)
				}
			}
			at += e.size[n]
		}
	}
}

// A population is found wherever it lies and however wide it is: nobody who moves its
// mean or its deviation finds a higher likelihood, integrated here on a far wider grid.
func TestCalibrate_findsFarAndWidePopulations(t *testing.T) {
	t.Parallel()
	for _, who := range []Normal{{0, 3}, {4, 1.5}, {-2, 0.2}, {1, 1.5}} {
		rnd := rand.New(rand.NewPCG(17, 18))
		fixed, tops := map[int]Item{}, make([]int, 30)
		for j := range tops {
			tops[j], fixed[j] = 1, Dichotomous(math.Exp(0.3*rnd.NormFloat64()), 2*rnd.NormFloat64(), 0)
		}
		a, err := NewAnswers(tops)
		if err != nil {
			t.Fatal(err)
		}
		var nodes []float64
		for x := -20.0; x <= 20; x += 0.05 {
			nodes = append(nodes, x)
		}
		var likelihoods [][]float64 // of people, at the nodes
		for range 600 {
			theta, scores, here := who.Mean+who.SD*rnd.NormFloat64(), make([]int, len(tops)), make([]float64, len(nodes))
			for j := range scores {
				if rnd.Float64() < fixed[j].Expected(theta) {
					scores[j] = 1
				}
				for q, x := range nodes {
					here[q] += math.Log(max(fixed[j].Chances(x)[scores[j]], 1e-300))
				}
			}
			if err := a.Add(scores, 1); err != nil {
				t.Fatal(err)
			}
			likelihoods = append(likelihoods, here)
		}
		logLik := func(n Normal) (sum float64) {
			weight := n.over(nodes)
			for _, l := range likelihoods {
				sum += normalise(append([]float64(nil), l...), weight)
			}
			return sum
		}
		c, err := Calibrate(a, Plan{Model: TwoPL, Fixed: fixed})
		if err != nil || !c.Converged {
			t.Fatal(err)
		}
		found := c.Groups[0]
		best := logLik(found)
		for _, other := range []Normal{{found.Mean + 0.004, found.SD}, {found.Mean - 0.004, found.SD}, {found.Mean, found.SD * 1.004}, {found.Mean, found.SD / 1.004}} {
			if logLik(other) > best {
				t.Errorf("%+v: found %+v, but %+v is likelier", who, found, other)
			}
		}
		if math.Abs(best-c.LogLik) > 1e-3 {
			t.Errorf("%+v: log-likelihood %.5f, on a wide grid %.5f", who, c.LogLik, best)
		}
	}
}

// An item that the likelihood drives to infinity bends no others: they come out as
// without it.
func TestCalibrate_leavesOutWhatHasNoMaximum(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(23, 24))
	const items = 8
	with, err := NewAnswers(slices.Repeat([]int{1}, items+1))
	if err != nil {
		t.Fatal(err)
	}
	without, err := NewAnswers(slices.Repeat([]int{1}, items))
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		theta, scores, total := rnd.NormFloat64(), make([]int, items+1), 0
		for j := range items {
			if rnd.Float64() < logistic(1.2*theta+float64(j)/3-1) {
				scores[j] = 1
				total++
			}
		}
		if total > items/2 { // a wall: no slope is steep enough
			scores[items] = 1
		}
		if err := with.Add(scores, 1); err != nil {
			t.Fatal(err)
		}
		if err := without.Add(scores[:items], 1); err != nil {
			t.Fatal(err)
		}
	}
	one, err := Calibrate(with, Plan{Model: TwoPL})
	if err != nil {
		t.Fatal(err)
	}
	other, err := Calibrate(without, Plan{Model: TwoPL})
	if err != nil {
		t.Fatal(err)
	}
	if one.Why[items] != measure.Infinite || !one.Converged {
		t.Fatalf("the wall is %+v (%s)", one.Items[items], one.Why[items])
	}
	for j, i := range other.Items {
		if math.Abs(i.A-one.Items[j].A) > 1e-9 || math.Abs(i.D[0]-one.Items[j].D[0]) > 1e-9 {
			t.Errorf("item %d: %+v, without the wall %+v", j+1, one.Items[j], i)
		}
	}
}

// An item by itself tells nothing of its slope, which has no error then.
func TestErrors_ofWhatAnswersDoNotTell(t *testing.T) {
	t.Parallel()
	a, err := NewAnswers([]int{1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 { // the first two are each other's contrary, and are left out
		if err := a.Add([]int{i % 2, 1 - i%2, i / 3 % 2}, 1); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Calibrate(a, Plan{Model: TwoPL})
	if err != nil || c.Why[0] == "" || c.Why[1] == "" || c.Why[2] != "" {
		t.Fatalf("%v, %v", c.Why, err)
	}
	if se, known := c.SE[2][0].Get(); known {
		t.Errorf("a slope of which nothing is known errs by %v", se)
	}
}
