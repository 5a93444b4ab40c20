package irt

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"
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
