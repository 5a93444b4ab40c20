package analysis

import (
	"testing"

	"sathach/scoring"
	"sathach/scoring/measure"
)

// An item that the middling get right and the able do not, and two items that ask the
// same, are named; sound items hardly ever, whether their parameters are new or fixed.
func TestFit_findsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	w := newWorld(30)
	c := newCut()
	w.round(c, 1600, 0.3, span(0, 20), append(span(0, 10), span(20, 30)...))
	for i := range c.people {
		a := c.people[i].answers
		a[3].points = 0
		if x := w.abilities[i]; (x > -0.7 && x < 0.3) != (w.rnd.Float64() < 0.12) {
			a[3].points = scoring.One
		}
		if w.rnd.Float64() < 0.75 {
			a[7].points = a[6].points
		}
	}
	_, sheets := described(t, c)
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	people, unfit, pairs := c.fit(sheets, cal)
	named := map[string]bool{}
	for _, u := range unfit {
		named[u.Code] = true
		if u.RMSEA < unfitAt || u.Adjusted >= unfitAt || u.N < 800 {
			t.Errorf("%+v", u)
		}
	}
	if people != 1600 || !named["item-03"] || len(named) > 2 {
		t.Errorf("of %d people: %+v", people, unfit)
	}
	if len(pairs) != 1 || pairs[0].First != "item-06" || pairs[0].Second != "item-07" || pairs[0].Q3.N != 1600 {
		t.Errorf("pairs: %+v", pairs)
	}
}

// Of rounds in which the model holds, few name anything; too few people, or none on
// the scale, are not held against it.
func TestFit_ofSoundItems(t *testing.T) {
	t.Parallel()
	w := newWorld(20)
	named := 0
	for range 20 {
		c := newCut()
		w.round(c, 500, 0, span(0, 20))
		_, sheets := described(t, c)
		cal, err := calibrate(c, bank{})
		if err != nil {
			t.Fatal(err)
		}
		_, unfit, pairs := c.fit(sheets, cal)
		named += len(unfit) + len(pairs)
	}
	if named > 3 {
		t.Errorf("%d sound items or pairs are named in 20 rounds", named)
	}
	c := newCut()
	w.round(c, 90, 0, span(0, 20))
	_, sheets := described(t, c)
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	if people, unfit, pairs := c.fit(sheets, cal); people != 0 || unfit != nil || pairs != nil {
		t.Errorf("90 people: %d, %v, %v", people, unfit, pairs)
	}
	if people, _, _ := c.fit(sheets, calibration{}); people != 0 {
		t.Errorf("without a scale: %d", people)
	}
}

// However many forms an item is on, sound ones are taken for unfit about as often as
// the level says.
func TestFit_keepsItsLevelOverForms(t *testing.T) {
	t.Parallel()
	for _, forms := range []int{1, 8} {
		w := newWorld(20)
		low, all := 0, 0
		for range 12 {
			c := newCut()
			same := make([][]int, forms)
			for n := range same {
				same[n] = w.rnd.Perm(20)
			}
			w.round(c, max(600, 150*forms), 0, same...)
			_, sheets := described(t, c)
			cal, err := calibrate(c, bank{})
			if err != nil {
				t.Fatal(err)
			}
			_, items, _ := c.fits(sheets, cal)
			for _, f := range items {
				if all++; measure.ChiSquaredTail(f.chi2, f.df()) < 0.05 {
					low++
				}
			}
		}
		if share := float64(low) / float64(all); all != 240 || share > 0.1 {
			t.Errorf("on %d forms %.3f of %d sound items are below .05", forms, share, all)
		}
	}
}

// On many small forms of easy items, where single pairs swing widely, hardly any of the
// thousands of sound pairs is named.
func TestFit_ofManySoundPairs(t *testing.T) {
	t.Parallel()
	for _, people := range []int{115, 230, 600} {
		soundPairs(t, people)
	}
}

func soundPairs(t *testing.T, people int) {
	t.Helper()
	w := newWorld(150)
	for j := range w.truth {
		w.truth[j].D[0] += 1.6
	}
	c := newCut()
	forms := make([][]int, 8)
	for n := range forms {
		forms[n] = w.rnd.Perm(150)[:40]
	}
	w.round(c, 8*people, 0, forms...)
	_, sheets := described(t, c)
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, together := c.fits(sheets, cal)
	if named := c.pairsOf(together); len(together) < 4000 || len(named) > 1 {
		t.Errorf("of %d pairs %d are named: %+v", len(together), len(named), named)
	}
}
