package assessment

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"sathach/assessment/assembly"
	"sathach/itembank"
)

// Making forms alike in difficulty lets none of them grow longer than the limit of
// time, also where hard items take long.
func TestEven_keepsTheTime(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 9))
	o := order{seed: "seed", forms: 8, curves: map[itembank.RevisionID]curve{}, blueprint: Blueprint{{Topic: "A", Level: itembank.Recall, Count: 20}}}
	for n := range 120 {
		id := itembank.RevisionID(fmt.Sprintf("item-%03d", n))
		c := coldStart(0.3+0.6*rnd.Float64(), 50, Tried)
		c.pace = itembank.Pace{People: 50, Seconds: 30 + 40*rnd.Float64()}
		o.curves[id] = c
		o.pool.Drawable = append(o.pool.Drawable, itembank.Drawable{Revision: id, Topic: "A", Level: itembank.Recall})
	}
	takes := func(form assembly.Form) (seconds float64) {
		for _, id := range form {
			seconds += o.curves[itembank.RevisionID(id)].pace.Seconds
		}
		return seconds
	}
	filled := func() []assembly.Form {
		t.Helper()
		lists, err := assembly.Assemble(assembly.Request{Pool: poolItems(o.pool), Cells: o.blueprint.cells(), Forms: o.forms, Seed: o.seed})
		if err != nil {
			t.Fatal(err)
		}
		return lists
	}
	// longer counts the forms that were within a limit and came to exceed it.
	const limit = 1000 * time.Second // what forms take on average
	longer := func() (n int) {
		t.Helper()
		before := filled()
		after, err := o.even(filled())
		if err != nil {
			t.Fatal(err)
		}
		for f, form := range after { // items take whole seconds there
			if takes(before[f]) <= limit.Seconds() && takes(form) > limit.Seconds()+float64(len(form))/2 {
				n++
			}
		}
		return n
	}
	free := 0
	for k := range 8 {
		o.seed, o.limit = fmt.Sprint("seed ", k), 0
		free += longer()
		if o.limit = limit; longer() > 0 {
			t.Errorf("seed %d: forms came to take longer than the limit", k)
		}
	}
	if free == 0 {
		t.Error("without a limit none comes to take longer: the test shows nothing")
	}
}

// Items under one text that ask nearly the same may stand together, and keep no form from
// being made alike.
func TestEven_withEnemiesUnderOneText(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 3))
	o := order{seed: "seed", forms: 6, curves: map[itembank.RevisionID]curve{}, blueprint: Blueprint{{Topic: "A", Level: itembank.Recall, Count: 12}}}
	add := func(id, situation, like string) {
		o.curves[itembank.RevisionID(id)] = coldStart(0.2+0.7*rnd.Float64(), 50, Tried)
		o.pool.Drawable = append(o.pool.Drawable, itembank.Drawable{Revision: itembank.RevisionID(id), Code: id, Topic: "A", Level: itembank.Recall, Situation: itembank.RevisionID(situation), Like: like})
	}
	for n := range 40 {
		add(fmt.Sprintf("item-%03d", n), "", "")
	}
	for n := range 8 {
		for k := range 2 {
			add(fmt.Sprintf("under-%d-%d", n, k), fmt.Sprint("text-", n), fmt.Sprint("like-", n))
		}
	}
	forms, err := o.draw()
	if err != nil {
		t.Fatal(err)
	}
	under, low, high := 0, 1.0, 0.0
	for _, f := range forms {
		mean := 0.0
		for _, i := range f.Items {
			mean += o.curves[i.Revision].meanShare() / 12
			if i.Situation != "" {
				under++
			}
		}
		low, high = min(low, mean), max(high, mean)
	}
	if under < 6 || high-low > 0.02 {
		t.Errorf("%d items stand under texts, and forms earn from %.3f to %.3f", under, low, high)
	}
}
