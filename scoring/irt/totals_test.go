package irt

import (
	"math"
	"math/rand/v2"
	"testing"
)

// worthies are items scored 0/1 and one of partial credit, in halves.
func worthies(rnd *rand.Rand, n int) []Worthy {
	var items []Worthy
	for range n - 1 {
		items = append(items, Worthy{Dichotomous(math.Exp(0.3*rnd.NormFloat64()), rnd.NormFloat64(), 0), []float64{0, 2}})
	}
	return append(items, Worthy{Item{A: 0.8, D: []float64{0.5, -0.3}}, []float64{0, 1, 2}})
}

func TestRead_isThePosteriorTail(t *testing.T) {
	items := worthies(rand.New(rand.NewPCG(1, 1)), 25)
	population, points := Normal{0.4, 0.8}, []float64{-0.7, 0.55, 9}
	r := Read(items, population, points)
	for total := 0; total <= 2*len(items); total += 5 {
		for k, point := range points { // by a fine trapezoid on either side
			part := func(low, high float64) (sum float64) {
				const steps = 4000
				for s := range steps + 1 {
					theta := low + (high-low)*float64(s)/steps
					z := (theta - population.Mean) / population.SD
					x := math.Exp(-z*z/2) * Totals(items, theta)[total] * (high - low) / steps
					if s == 0 || s == steps {
						x /= 2
					}
					sum += x
				}
				return sum
			}
			above := 0.0
			if point < 5 {
				above = part(point, 5.2)
			}
			if want := above / (above + part(-4.4, min(point, 5.2))); math.Abs(r.Above(k, total)-want) > 1e-6 {
				t.Errorf("P(θ ≥ %v | %d) = %.8f, want %.8f", point, total, r.Above(k, total), want)
			}
		}
	}
	if a, b := r.Above(0, -3), r.Above(0, 1000); a != r.Above(0, 0) || b != r.Above(0, 2*len(items)) {
		t.Error("totals beyond the form's are not those at its ends")
	}
}

// Totals that the marks of single items cannot make tell what the nearest one tells.
func TestRead_ofTotalsThatNobodyCanHave(t *testing.T) {
	items := []Worthy{{Dichotomous(1, 0, 0), []float64{0, 3}}, {Dichotomous(1, 1, 0), []float64{0, 4}}}
	r := Read(items, Normal{0, 1}, []float64{0.3})
	for total, near := range map[int]int{1: 0, 2: 3, 5: 4, 6: 7} {
		mean, sd := r.Ability(total)
		if wantMean, wantSD := r.Ability(near); mean != wantMean || sd != wantSD || sd == 0 || r.Above(0, total) != r.Above(0, near) {
			t.Errorf("%d tells %.3f ± %.3f and %.3f, not what %d tells", total, mean, sd, r.Above(0, total), near)
		}
	}
}

func TestPopulationOf_findsWhoTookTheForms(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	truth := Normal{-0.5, 0.7}
	var seen []Seen
	for range 3 { // forms
		items := worthies(rnd, 30)
		people := make([]float64, 2*len(items)+1)
		for range 2000 {
			theta, total := truth.Mean+truth.SD*rnd.NormFloat64(), 0
			for _, i := range items {
				u, score := rnd.Float64(), -1
				for k, p := range i.Chances(theta) {
					if score = k; u < p {
						break
					}
					u -= p
				}
				total += int(i.Worth[score])
			}
			people[total]++
		}
		for total, likelihood := range Likelihoods(items) {
			seen = append(seen, Seen{people[total], likelihood})
		}
	}
	got := PopulationOf(seen)
	if math.Abs(got.Mean-truth.Mean) > 0.04 || math.Abs(got.SD-truth.SD) > 0.04 {
		t.Errorf("population %+v, want %+v", got, truth)
	}
	if none := PopulationOf(nil); none != (Normal{0, 1}) {
		t.Errorf("of nobody %+v", none)
	}
}

// Everybody with all right pulls the mean up; nothing becomes infinite or NaN.
func TestPopulationOf_survivesPeopleWhoAreAlike(t *testing.T) {
	items := worthies(rand.New(rand.NewPCG(3, 3)), 20)
	all := Likelihoods(items)
	got := PopulationOf([]Seen{{100, all[len(all)-1]}})
	if !(got.Mean > 1 && got.Mean <= 8) || got.SD < tightest || math.IsNaN(got.SD) {
		t.Errorf("population %+v", got)
	}
}
