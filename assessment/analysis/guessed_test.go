package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/itembank"
	"sathach/scoring/irt"
)

// Items that people guess get a lower asymptote once enough have met them; it carries
// the scale to later rounds like the rest, and is no drift.
func TestCalibrate_ofItemsThatPeopleGuess(t *testing.T) {
	t.Parallel()
	w := newWorld(40)
	for j := 0; j < 40; j += 4 { // hard, steep and guessed
		w.truth[j] = irt.Dichotomous(1.6, 0.8, 0.25)
	}
	first := newCut()
	w.round(first, 5000, 0, span(0, 40))
	founded, err := calibrate(first, bank{})
	if err != nil {
		t.Fatal(err)
	}
	known, found := map[itembank.RevisionID]itembank.Parameters{}, 0
	for _, p := range founded.parameters {
		known[p.Revision] = p
		true := w.truth[first.place[p.Revision]]
		if p.C > 0 {
			found++
		}
		if p.C > 0 && true.C == 0 {
			t.Errorf("%s is not guessed, but %.2f", p.Revision, p.C)
		}
		for _, theta := range []float64{-1.5, 0, 1.5} {
			if off := p.Expected(theta) - true.Expected(theta); math.Abs(off) > 0.06 {
				t.Errorf("%s is off by %.3f at %v", p.Revision, off, theta)
			}
		}
	}
	if found < 7 {
		t.Errorf("%d of 10 guessed items found", found)
	}
	second := newCut()
	w.round(second, 3000, 0.5, span(0, 40))
	later, err := calibrate(second, bank{known: known, founded: true})
	if err != nil {
		t.Fatal(err)
	}
	if mean, _ := later.scale.Mean.Get(); math.Abs(mean-0.5) > 0.08 || len(later.scale.Drifted) > 0 || later.scale.Fixed != 40 {
		t.Errorf("the second round: %+v", later.scale)
	}
	few := newCut()
	w.round(few, 900, 0, span(0, 40))
	thin, err := calibrate(few, bank{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range thin.parameters {
		if p.C > 0 {
			t.Errorf("%s: %d people tell that it is guessed", p.Revision, p.N)
		}
	}
	for j := range first.items {
		first.items[j].options = 0 // nothing can be chosen blindly
	}
	typed, err := calibrate(first, bank{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range typed.parameters {
		if p.C > 0 {
			t.Errorf("%s has no options to guess among", p.Revision)
		}
	}
}

// What is usual of a topic helps an item that few have met: it lies nearer the truth
// than with what is usual anywhere.
func TestCalibrate_leansOnTheTopic(t *testing.T) {
	t.Parallel()
	w := newWorld(60)
	w.rnd = rand.New(rand.NewPCG(51, 52))
	for j := range w.truth { // newWorld's cuts have the topics T0 and T1
		w.truth[j] = irt.Dichotomous(1.3*math.Exp(0.1*w.rnd.NormFloat64()), []float64{-1.6, 1.6}[j%2]+0.3*w.rnd.NormFloat64(), 0)
	}
	first := newCut()
	w.round(first, 3000, 0, span(0, 40))
	founded, err := calibrate(first, bank{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[itembank.RevisionID]itembank.Parameters{}
	for _, p := range founded.parameters {
		known[p.Revision] = p
	}
	slope := irt.Normal{Mean: math.Log(1.3), SD: 0.2}
	usual := map[string]itembank.Usual{"T0": {LogSlope: slope, Intercept: irt.Normal{Mean: 1.6 * 1.3, SD: 1}}, "T1": {LogSlope: slope, Intercept: irt.Normal{Mean: -1.6 * 1.3, SD: 1}}}
	error2 := func(second *cut, b bank) (sum float64) {
		cal, err := calibrate(second, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range cal.parameters {
			for _, theta := range []float64{-1, 0, 1} {
				off := p.Expected(theta) - w.truth[second.place[p.Revision]].Expected(theta)
				sum += off * off
			}
		}
		return sum
	}
	var without, with float64
	for range 30 {
		second := newCut()
		w.round(second, 40, 0, span(0, 60)) // 20 of the items are new
		without += error2(second, bank{known: known, founded: true})
		with += error2(second, bank{known: known, founded: true, usual: usual})
	}
	if with > 0.95*without {
		t.Errorf("squared errors %.3f with topics, %.3f without", with, without)
	}
	t.Logf("squared errors %.3f with topics, %.3f without", with, without)
}
