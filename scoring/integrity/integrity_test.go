package integrity_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/integrity"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

const options = 4

func items(rnd *rand.Rand, n int) []irt.Nominal {
	out := make([]irt.Nominal, n)
	for j := range out {
		key := rnd.IntN(options)
		out[j] = irt.Nominal{Slopes: make([]float64, options), Intercepts: make([]float64, options), Key: key}
		for k := range options {
			out[j].Slopes[k], out[j].Intercepts[k] = -0.3+0.2*rnd.NormFloat64(), 0.4*rnd.NormFloat64()
		}
		out[j].Slopes[key], out[j].Intercepts[key] = 0.8, 0.6
	}
	return out
}

func answer(rnd *rand.Rand, items []irt.Nominal, theta float64) []int {
	row := make([]int, len(items))
	for j, i := range items {
		sum, weights := 0.0, make([]float64, options)
		for k := range weights {
			weights[k] = math.Exp(i.Slopes[k]*theta + i.Intercepts[k])
			sum += weights[k]
		}
		u := rnd.Float64() * sum
		for k, w := range weights {
			if u -= w; u <= 0 {
				row[j] = k
				break
			}
		}
	}
	return row
}

// Honest pairs are flagged at most as often as the level says, near it for
// omega, less for the exact tail of a whole number; somebody who copied
// everything is found.
func TestCompare_isFairToHonestPairs(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	form := items(rnd, 40)
	a := integrity.Answers{Items: form}
	const people = 400
	for range people {
		theta := rnd.NormFloat64()
		a.Theta, a.Options = append(a.Theta, theta), append(a.Options, answer(rnd, form, theta))
	}
	c := integrity.Compare(a)
	var omega, gbt, pairs int
	for range 8000 {
		one, other := rnd.IntN(people), rnd.IntN(people)
		if one == other {
			continue
		}
		p := c.Pair(one, other)
		pairs++
		if x, ok := p.OmegaP.Get(); ok && x < 0.05 {
			omega++
		}
		if x, ok := p.GBT.Get(); ok && x < 0.05 {
			gbt++
		}
	}
	if share := float64(omega) / float64(pairs); share < 0.03 || share > 0.065 {
		t.Errorf("ω flags %.3f of honest pairs at 5 %%", share)
	}
	if share := float64(gbt) / float64(pairs); share < 0.02 || share > 0.055 {
		t.Errorf("GBT flags %.3f of honest pairs at 5 %%", share)
	}

	a.Options[0] = append([]int(nil), a.Options[1]...)
	p := integrity.Compare(a).Pair(0, 1)
	if x, ok := p.GBT.Get(); !ok || x > integrity.PairLevel(people*(people-1)) || p.Matches != 40 {
		t.Errorf("a copied form: %+v", p)
	}
}

func TestTimes_hurriedAnswers(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	times := make(integrity.Times, 200)
	for i := range times {
		for range 30 {
			times[i] = append(times[i], 40*math.Exp(0.3*rnd.NormFloat64()))
		}
	}
	for j := range 15 {
		times[0][j] = 1 // half the form is clicked through
	}
	pace, err := times.Analyse()
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := pace.People[0].Effort.Get(); !ok || e != 0.5 {
		t.Errorf("effort %v", pace.People[0].Effort)
	}
	if p, ok := pace.People[0].P.Get(); !ok || p > 1e-6 {
		t.Errorf("chance of such times: %v", pace.People[0].P)
	}
	hurried := 0
	for _, p := range pace.People[1:] {
		if e, ok := p.Effort.Get(); !ok || e < 0.9 {
			hurried++
		}
	}
	if hurried > 0 {
		t.Errorf("%d careful people look hurried", hurried)
	}
	none, err := integrity.Times{{0, 0}, {0, 5}}.Analyse()
	if err != nil || none.Items[0].Beta.Why() != measure.NoData || none.People[0].Effort.Why() != measure.NoData || none.Items[1].Alpha.Why() != measure.TooFew {
		t.Errorf("hardly any times: %+v, %v", none, err)
	}
	if _, err := (integrity.Times{{1, 2}, {1}}).Analyse(); err == nil {
		t.Error("rows of unequal length are taken")
	}
}

func TestGain(t *testing.T) {
	t.Parallel()
	if x, ok := integrity.Gain(-0.5, 0.3, 1.0, 0.4).Get(); !ok || math.Abs(x-3) > 1e-12 {
		t.Errorf("gain %f", x)
	}
	if g := integrity.Gain(0, 0, 1, 0); g.Why() == "" {
		t.Errorf("gain without errors: %v", g)
	}
}

// M4 is the sum over all outcomes of ten items whose tail is at most that of what was
// seen, and says of honest pairs what it claims.
func TestPair_m4(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 9))
	const n = 10
	form := items(rnd, n)
	a := integrity.Answers{Items: form}
	for _, theta := range []float64{-0.5, 0.4} {
		a.Theta, a.Options = append(a.Theta, theta), append(a.Options, answer(rnd, form, theta))
	}
	pair := integrity.Compare(a).Pair(0, 1)
	var right, wrong [n]float64
	for j, item := range form {
		own, other := item.Chances(a.Theta[0]), item.Chances(a.Theta[1])
		for k := range own {
			if k == item.Key {
				right[j] = own[k] * other[k]
			} else {
				wrong[j] += own[k] * other[k]
			}
		}
	}
	f := map[[2]int]float64{}
	for outcome := range 59049 { // 3^10
		p, r, w := 1.0, 0, 0
		for j := range n {
			switch outcome % 3 {
			case 0:
				p *= 1 - right[j] - wrong[j]
			case 1:
				p, r = p*right[j], r+1
			default:
				p, w = p*wrong[j], w+1
			}
			outcome /= 3
		}
		f[[2]int{r, w}] += p
	}
	tail := func(at [2]int) (sum float64) {
		for x, p := range f {
			if x[0] >= at[0] && x[1] >= at[1] {
				sum += p
			}
		}
		return sum
	}
	want, seen := 0.0, tail([2]int{pair.Right, pair.Wrong})
	for x, p := range f {
		if tail(x) <= seen*(1+1e-9) {
			want += p
		}
	}
	if got, ok := pair.M4.Get(); !ok || math.Abs(got-want) > 1e-9 {
		t.Errorf("M4 is %v, by all outcomes %v", got, want)
	}

	form = items(rnd, 40)
	small, pairs := 0, 0
	for range 2000 {
		x, y := rnd.NormFloat64(), rnd.NormFloat64()
		a := integrity.Answers{Items: form, Theta: []float64{x, y}, Options: [][]int{answer(rnd, form, x), answer(rnd, form, y)}}
		pairs++
		if p, ok := integrity.Compare(a).Pair(0, 1).M4.Get(); ok && p < 0.05 {
			small++
		}
	}
	if share := float64(small) / float64(pairs); share > 0.065 || share < 0.02 {
		t.Errorf("%.3f of honest pairs are below .05", share)
	}
}
