package analysis

import (
	"math"
	"testing"

	"sathach/assessment"
	"sathach/itembank"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// sorted is the pass mark of a round of the world, by one of the ways to tell how
// surely it sorts, and the share of people that it in truth sorted rightly.
func (w *world) sorted(t *testing.T, people int, way string) (Cut, float64) {
	c := newCut()
	forms := [][]int{span(0, 20), span(20, 40)}
	if way == "shares" { // forms by many few people
		forms = nil
		for range people / 2 {
			forms = append(forms, w.rnd.Perm(40)[:20])
		}
	}
	w.abilities = nil
	w.round(c, people, 0.4, forms...)
	_, sheets := described(t, c)
	var cal calibration
	if way == "abilities" {
		cal = calibration{population: irt.Normal{Mean: 0.4, SD: 1}, items: make([]*itembank.Parameters, len(c.items))}
		for j := range w.truth {
			cal.items[j] = &itembank.Parameters{Curve: itembank.RightOrWrong(w.truth[j])}
		}
		for n := range sheets { // as of a form for everybody
			sheets[n].analysis.Test.N = 1
		}
	}
	at := c.cuts(assessment.UsualRules().Standard, sheets, cal, c.standings(cal, c.facilities()))[0]
	cut, right := float64(at.Score)/10_000, 0.0
	for i, p := range c.people {
		earned, of := p.share()
		expected := 0.0
		for _, a := range p.answers {
			expected += w.truth[a.item].Expected(w.abilities[i]) / float64(of)
		}
		if (earned >= cut) == (expected >= cut) {
			right += 1 / float64(len(c.people))
		}
	}
	return at, right
}

// By each way the estimate comes near the truth, which this world knows, and its
// interval covers what all people would give.
func TestCuts_intervalsCover(t *testing.T) {
	t.Parallel()
	for way, near := range map[string]float64{"forms": 0.02, "abilities": 0.02, "shares": 0.03} {
		w := newWorld(40)
		all, right := w.sorted(t, 5_000, way)
		accuracy, _ := all.Accuracy.Value.Get()
		consistency, _ := all.Consistency.Value.Get()
		if math.Abs(accuracy-right) > near || consistency >= accuracy || all.Accuracy.N != 5_000 {
			t.Errorf("%s: accuracy %.3f of %d, in truth %.3f; consistency %.3f", way, accuracy, all.Accuracy.N, right, consistency)
		}
		covered, rounds := 0.0, 40
		for range rounds {
			some, _ := w.sorted(t, 400, way)
			for _, f := range []struct {
				Figure
				truth float64
			}{{some.Accuracy, accuracy}, {some.Consistency, consistency}} {
				low, ok := f.Interval.Low.Get()
				high, _ := f.Interval.High.Get()
				if value, _ := f.Value.Get(); !ok || !(low < value && value < high && high < 1) {
					t.Fatalf("%s: %v in %v", way, f.Value, f.Interval)
				}
				if low <= f.truth && f.truth <= high {
					covered += 1 / float64(2*rounds)
				}
			}
		}
		t.Logf("%s: accuracy %.3f, in truth %.3f, consistency %.3f; covered %.3f", way, accuracy, right, consistency, covered)
		if covered < 0.88 {
			t.Errorf("%s: intervals cover %.3f", way, covered)
		}
	}
}

// Of few people, and where all did alike, nothing is said.
func TestCuts_ofTooFew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*cut{"nobody": {}, "one person": one(), "all blank": blank()} {
		_, sheets := described(t, c)
		for _, at := range c.cuts(assessment.UsualRules().Standard, sheets, calibration{}, make([]standing, len(c.people))) {
			if at.Accuracy.Value.Why() != measure.TooFew || at.Accuracy.Interval.Low.Why() == "" {
				t.Errorf("%s: %s: %v", name, at.Name, at.Accuracy)
			}
		}
	}
}

// A report from before there were intervals keeps its figures.
func TestFigure_ofAnEarlierReport(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"0.91": "0.9100", `"too few"`: "(too few)"} {
		var f Figure
		if err := f.UnmarshalJSON([]byte(text)); err != nil || f.Value.String() != want {
			t.Errorf("%s: %v, %v", text, f.Value, err)
		}
	}
}
