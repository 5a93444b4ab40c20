package assessment

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sathach/itembank"
)

// Whatever the bank and the round, pretest items are new to their form, like
// nothing on it, never within a situation, spread evenly, and the same for the
// same seed.
func TestAddPretests_holds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o, forms := drawnOrder(t)
		each, people := rapid.IntRange(0, 5).Draw(t, "each"), rapid.IntRange(1, 5000).Draw(t, "people")
		before := cloneForms(forms)
		o.addPretests(forms, each, people)
		like := map[itembank.RevisionID]string{}
		topics := map[itembank.RevisionID]string{}
		for _, d := range o.pool.Drawable {
			like[d.Revision], topics[d.Revision] = d.Like, d.Topic
		}
		uses := map[itembank.RevisionID]int{}
		for n, f := range forms {
			var counted []FormItem
			met, groups := map[itembank.RevisionID]bool{}, map[string]bool{}
			for i, it := range f.Items {
				if met[it.Revision] || like[it.Revision] != "" && groups[like[it.Revision]] {
					t.Fatalf("form %d has %s twice, or what it is like", n, it.Revision)
				}
				met[it.Revision], groups[like[it.Revision]] = true, true
				if !it.Pretest {
					counted = append(counted, it)
					continue
				}
				uses[it.Revision]++
				if o.curves[it.Revision].from == Calibrated || topics[it.Revision] != "A" {
					t.Fatalf("%s is tried", it.Revision)
				}
				if i > 0 && i+1 < len(f.Items) && f.Items[i-1].Situation != "" && f.Items[i-1].Situation == f.Items[i+1].Situation {
					t.Fatalf("form %d tears a situation apart", n)
				}
			}
			if !slices.Equal(counted, before[n].Items) {
				t.Fatalf("form %d counts other items than before", n)
			}
			if f.pretests() > each {
				t.Fatalf("form %d has %d pretest items, asked for %d", n, f.pretests(), each)
			}
		}
		again := cloneForms(before)
		o.addPretests(again, each, people)
		for n := range forms {
			if !slices.Equal(forms[n].Items, again[n].Items) {
				t.Fatal("the same seed gives other forms")
			}
		}
	})
}

func drawnOrder(t *rapid.T) (order, []Form) {
	o := order{seed: rapid.StringMatching("[a-z]{4}").Draw(t, "seed"), curves: map[itembank.RevisionID]curve{}, blueprint: Blueprint{{Topic: "A", Level: itembank.Recall, Count: 6}, {Topic: "B", Level: itembank.Recall}}}
	for n := range rapid.IntRange(6, 40).Draw(t, "bank") {
		d := itembank.Drawable{Revision: itembank.RevisionID(fmt.Sprintf("r%02d", n)), Topic: []string{"A", "A", "A", "B"}[n%4]}
		if n%5 == 0 {
			d.Like = fmt.Sprint("like ", n%10)
		}
		if n < 2 {
			d.Situation = "s"
		}
		o.pool.Drawable = append(o.pool.Drawable, d)
		o.curves[d.Revision] = coldStart(0.5, n%7, []Evidence{Calibrated, Tried, Untried}[n%3])
	}
	var forms []Form
	for n := range rapid.IntRange(1, 12).Draw(t, "forms") {
		f := Form{Number: n + 1}
		for i := range 6 {
			if i%5 == 0 && i > 0 { // r05 is like others
				continue
			}
			it := FormItem{Revision: itembank.RevisionID(fmt.Sprintf("r%02d", i))}
			if i < 2 {
				it.Situation = "s"
			}
			f.Items = append(f.Items, it)
		}
		forms = append(forms, f)
	}
	return o, forms
}

func cloneForms(forms []Form) []Form {
	out := slices.Clone(forms)
	for n := range out {
		out[n].Items = slices.Clone(out[n].Items)
	}
	return out
}

// So many different items are tried as the people can calibrate, each about as
// often as the others.
func TestAddPretests_asManyAsCanBeCalibrated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ forms, each, people, bank, different int }{
		{8, 3, 100, 60, 3},    // few people: the same on every form
		{8, 3, 1000, 60, 15},  // 3,000 answers
		{8, 3, 9000, 60, 24},  // every place its own
		{8, 3, 9000, 20, 20},  // all there are
		{8, 3, 9000, 2, 2},    // fewer than a form asks for
		{500, 2, 500, 60, 5},  // a form for everybody
		{500, 2, 500, 0, 0},   // nothing to try
		{1, 4, 40_000, 60, 4}, // one form
	} {
		o := order{seed: "seed", curves: map[itembank.RevisionID]curve{}, blueprint: Blueprint{{Topic: "A", Level: itembank.Recall, Count: 16}}}
		for n := range c.bank {
			d := itembank.Drawable{Revision: itembank.RevisionID(fmt.Sprintf("r%02d", n)), Topic: "A"}
			o.pool.Drawable = append(o.pool.Drawable, d)
			o.curves[d.Revision] = coldStart(0.5, 0, Untried)
		}
		forms := make([]Form, c.forms)
		o.addPretests(forms, c.each, c.people)
		uses, least, most := map[itembank.RevisionID]int{}, 1<<30, 0
		for _, f := range forms {
			if want := min(c.each, c.bank); f.pretests() != want {
				t.Errorf("%+v: a form has %d", c, f.pretests())
			}
			for _, it := range f.Items {
				uses[it.Revision]++
			}
		}
		for _, n := range uses {
			least, most = min(least, n), max(most, n)
		}
		if len(uses) != c.different || len(uses) > 0 && most-least > 1 {
			t.Errorf("%+v: %d different, used %d to %d times", c, len(uses), least, most)
		}
	}
}
