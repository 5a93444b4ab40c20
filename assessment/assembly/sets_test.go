package assembly_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sathach/assessment/assembly"
)

// Whatever sets there are, a form that is drawn passes the audit, and one that
// is refused could not be made: trying every choice of sets finds none.
// Sets that look the same are used equally often, and so are single items.
func TestAssemble_drawsSetsWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := assembly.Request{Forms: rapid.IntRange(1, 6).Draw(t, "forms"), Seed: rapid.String().Draw(t, "seed")}
		levels := []string{"recall", "application"}
		for _, level := range levels {
			r.Cells = append(r.Cells, assembly.Cell{Topic: "T1", Level: level, Count: rapid.IntRange(0, 6).Draw(t, "count")})
			for i := range rapid.IntRange(0, 5).Draw(t, "singles") {
				r.Pool = append(r.Pool, assembly.Item{ID: fmt.Sprint(level, i), Topic: "T1", Level: level})
			}
		}
		shapes := map[string]string{}
		for s := range rapid.IntRange(0, 6).Draw(t, "sets") {
			name := fmt.Sprint("set", s)
			for place := range rapid.IntRange(1, 4).Draw(t, "size") {
				level := rapid.SampledFrom([]string{"recall", "application", "application", "none"}).Draw(t, "level")
				r.Pool = append(r.Pool, assembly.Item{ID: fmt.Sprint(name, "-", place), Topic: "T1", Level: level, Set: name, Place: place})
			}
			shapes[name] = shape(r.Pool, name)
		}
		forms, err := assembly.Assemble(r)
		var infeasible *assembly.Infeasible
		if errors.As(err, &infeasible) {
			if possible(r) {
				t.Fatalf("refused with %v, but a form can be made", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !possible(r) {
			t.Fatal("a form was made that cannot be")
		}
		if found := assembly.Audit(r, forms); len(found) > 0 {
			t.Fatal(strings.Join(found, "\n"))
		}
		evenlyUsed(t, r, forms, shapes)
		slices.Reverse(r.Pool)
		if again, err := assembly.Assemble(r); err != nil || !cmp.Equal(forms, again) {
			t.Fatal("the order of the pool changes the forms")
		}
	})
}

// shape is how many items of each level a set has.
func shape(pool []assembly.Item, set string) string {
	counts := map[string]int{}
	for _, item := range pool {
		if item.Set == set {
			counts[item.Level]++
		}
	}
	return fmt.Sprint(counts)
}

// possible tries every choice of sets.
func possible(r assembly.Request) bool {
	singles, sets := map[string]int{}, map[string]map[string]int{}
	for _, item := range r.Pool {
		if item.Set == "" {
			singles[item.Level]++
			continue
		}
		if sets[item.Set] == nil {
			sets[item.Set] = map[string]int{}
		}
		sets[item.Set][item.Level]++
	}
	var names []string
	for name := range sets {
		names = append(names, name)
	}
	for choice := range 1 << len(names) {
		have := map[string]int{}
		for i, name := range names {
			if choice>>i&1 == 1 {
				for level, n := range sets[name] {
					have[level] += n
				}
			}
		}
		fits := have["none"] == 0
		for _, c := range r.Cells {
			fits = fits && have[c.Level] <= c.Count && have[c.Level]+singles[c.Level] >= c.Count
		}
		if fits {
			return true
		}
	}
	return false
}

func evenlyUsed(t *rapid.T, r assembly.Request, forms []assembly.Form, shapes map[string]string) {
	used := map[string]int{}
	for _, f := range forms {
		for _, id := range f {
			used[id]++
		}
	}
	alike := map[string][]int{}
	for _, item := range r.Pool {
		switch {
		case item.Set == "":
			alike[item.Level] = append(alike[item.Level], used[item.ID])
		case item.Place == 0:
			alike[shapes[item.Set]] = append(alike[shapes[item.Set]], used[item.ID])
		}
	}
	for of, uses := range alike {
		if slices.Max(uses)-slices.Min(uses) > 1 {
			t.Fatalf("items that are alike (%s) are used unevenly: %v", of, uses)
		}
	}
}

// In the long run an item in a set is drawn as often as one that stands alone.
func TestAssemble_usesSetsAsOftenAsSingleItems(t *testing.T) {
	t.Parallel()
	r := assembly.Request{Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 6}}, Forms: 60, Seed: "round 1"}
	for i := range 12 {
		r.Pool = append(r.Pool, assembly.Item{ID: fmt.Sprint("single", i), Topic: "T1", Level: "recall"})
	}
	for i := range 6 {
		r.Pool = append(r.Pool, assembly.Item{ID: fmt.Sprint("item", i), Topic: "T1", Level: "recall", Set: fmt.Sprint("set", i/3), Place: i})
	}
	forms, err := assembly.Assemble(r)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]int{}
	for _, f := range forms {
		for _, id := range f {
			used[id]++
		}
	}
	for _, item := range r.Pool { // 60 forms of 6 from 18 items: 20 times each
		if n := used[item.ID]; n < 19 || n > 21 {
			t.Errorf("%s is in %d of 60 forms, want 20", item.ID, n)
		}
	}
}

// A cell with items enough that only come in wholes too large is named, with
// how many are tied.
func TestAssemble_tellsWhenSetsDoNotFit(t *testing.T) {
	t.Parallel()
	r := assembly.Request{Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 3}}, Forms: 1}
	for i := range 4 {
		r.Pool = append(r.Pool, assembly.Item{ID: fmt.Sprint(i), Topic: "T1", Level: "recall", Set: fmt.Sprint("set", i/2), Place: i})
	}
	_, err := assembly.Assemble(r)
	var infeasible *assembly.Infeasible
	if !errors.As(err, &infeasible) {
		t.Fatalf("Assemble returned %v, want Infeasible", err)
	}
	if diff := cmp.Diff([]assembly.Lack{{Cell: r.Cells[0], Have: 2, Tied: 2}}, infeasible.Lacks); diff != "" {
		t.Errorf("lacks (-want +got):\n%s", diff)
	}
	r.Pool[3].Topic = "T2"
	if _, err := assembly.Assemble(r); err == nil || errors.As(err, &infeasible) {
		t.Errorf("a set of two topics gives %v", err)
	}
}

func TestAudit_findsBrokenSets(t *testing.T) {
	t.Parallel()
	r := assembly.Request{Forms: 1, Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 3}}}
	for i := range 3 {
		r.Pool = append(r.Pool, assembly.Item{ID: fmt.Sprint("of set ", i), Topic: "T1", Level: "recall", Set: "set", Place: i}, assembly.Item{ID: fmt.Sprint(i), Topic: "T1", Level: "recall"})
	}
	for form, broken := range map[string]bool{
		"of set 0,of set 1,of set 2": false, "0,1,2": false,
		"of set 0,of set 2,of set 1": true, "of set 1,of set 2,0": true, "of set 0,0,1": true,
	} {
		found := strings.Join(assembly.Audit(r, []assembly.Form{strings.Split(form, ",")}), "; ")
		if strings.Contains(found, "not whole") != broken {
			t.Errorf("audit of %s says %q", form, found)
		}
	}
	wide := assembly.Request{Forms: 1, Pool: r.Pool, Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 5}}}
	if found := strings.Join(assembly.Audit(wide, []assembly.Form{{"of set 0", "0", "of set 1", "1", "of set 2"}}), "; "); !strings.Contains(found, "not whole") {
		t.Errorf("audit of a set with another item in it says %q", found)
	}
}
