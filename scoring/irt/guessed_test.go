package irt_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/irt"
)

// Of items that people guess those get a lower asymptote of which it can be told, and of
// those that nobody guesses almost none does; what is found is near the truth.
func TestCalibrate_tellsWhatIsGuessed(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(41, 42))
	items := make([]irt.Item, 30)
	plan := irt.Plan{Model: irt.GPCM, Priors: irt.UsualPriors(), Guessable: map[int]bool{}}
	for j := range items {
		c := 0.0
		if j%2 == 0 {
			c = 0.25
		}
		items[j] = irt.Dichotomous(1.4*math.Exp(0.2*rnd.NormFloat64()), 0.6+rnd.NormFloat64(), c)
		plan.Guessable[j] = true
	}
	_, answers := simulated(rnd, items, 6000)
	c := calibrated(t, answers, plan)
	right, wrong := 0, 0
	for j, i := range c.Items {
		switch {
		case i.C > 0 && items[j].C > 0:
			right++
			for theta := -2.0; theta <= 2.5; theta += 0.5 {
				if off := i.Expected(theta) - items[j].Expected(theta); math.Abs(off) > 0.05 || len(c.SE[j]) != 3 {
					t.Errorf("item %d: %+v with errors %v, truly %+v, is off by %.3f at %.1f", j+1, i, c.SE[j], items[j], off, theta)
				}
			}
		case i.C > 0:
			wrong++
		}
	}
	if right < 9 || wrong > 0 {
		t.Errorf("%d of 15 found, and %d where nobody guessed", right, wrong)
	}
	plan.Guessable = nil
	for j, i := range calibrated(t, answers, plan).Items {
		if i.C != 0 {
			t.Errorf("item %d has an asymptote that nobody asked for", j+1)
		}
	}
	for _, plan := range []irt.Plan{{Model: irt.OnePL, Guessed: map[int]bool{0: true}}, {Model: irt.OnePL, Guessable: map[int]bool{0: true}}} {
		if _, err := irt.Calibrate(mustAnswers(t, answers), plan); err == nil {
			t.Error("guessing in a model of one slope")
		}
	}
}

// Priors of single items hold for them alone.
func TestCalibrate_priorsOfSingleItems(t *testing.T) {
	t.Parallel()
	items := logistic(rand.New(rand.NewPCG(3, 4)), 12)
	_, answers := simulated(rand.New(rand.NewPCG(5, 6)), items, 60)
	usual := calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Priors: irt.UsualPriors()})
	far := irt.UsualPriors()
	far.D = irt.Normal{Mean: 3, SD: 0.2}
	own := calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Priors: irt.UsualPriors(), Own: map[int]irt.Priors{4: far}})
	for j := range items {
		moved := math.Abs(own.Items[j].D[0] - usual.Items[j].D[0])
		if j == 4 && moved < 1 || j != 4 && moved > 0.3 {
			t.Errorf("item %d moved by %.2f", j+1, moved)
		}
	}
}

// An asymptote that would leave an item without a maximum is not given: looking for
// guessing never loses an item.
func TestCalibrate_guessingLosesNoItem(t *testing.T) {
	t.Parallel()
	found := 0
	for _, seed := range []uint64{0, 1, 2, 3, 9, 40} {
		rnd := rand.New(rand.NewPCG(seed, 9))
		answers := make([][]int, 250)
		for i := range answers {
			able := rnd.NormFloat64()
			for j := range 6 {
				guess := []float64{0.3, 0}[j%2]
				x := 0
				if rnd.Float64() < guess+(1-guess)/(1+math.Exp(-2.5*(able-0.4*float64(j)))) {
					x = 1
				}
				answers[i] = append(answers[i], x)
			}
		}
		plan := irt.Plan{Model: irt.GPCM}
		without := calibrated(t, answers, plan)
		plan.Guessable = map[int]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true}
		with := calibrated(t, answers, plan)
		for j := range with.Items {
			if with.Why[j] != "" && without.Why[j] == "" {
				t.Errorf("sample %d: item %d is lost: %s", seed, j+1, with.Why[j])
			}
			if with.Items[j].C > 0 {
				found++
			}
		}
	}
	if found == 0 {
		t.Error("nobody was found to guess: the test says nothing")
	}
}
