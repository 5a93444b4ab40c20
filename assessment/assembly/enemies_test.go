package assembly_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"sathach/assessment/assembly"
)

// Forms without enemies are found exactly where there are any, whatever cells and sets
// their groups are spread over, and every form keeps them apart.
func TestAssemble_enemiesAsEveryChoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := assembly.Request{Forms: 3, Seed: rapid.String().Draw(t, "seed")}
		for c := range 3 {
			size := rapid.IntRange(1, 5).Draw(t, "size")
			cell := assembly.Cell{Topic: fmt.Sprint("T", c%2), Level: fmt.Sprint("L", c), Count: rapid.IntRange(0, size).Draw(t, "count")}
			r.Cells = append(r.Cells, cell)
			for n := range size {
				item := assembly.Item{ID: fmt.Sprint(c, n), Topic: cell.Topic, Level: cell.Level}
				if set := rapid.IntRange(-2, 2).Draw(t, "set"); set > 0 {
					item.Set, item.Place = fmt.Sprint(cell.Topic, "S", set), n
				}
				if group := rapid.IntRange(0, 4).Draw(t, "group"); group > 0 {
					item.Enemy = fmt.Sprint("G", group)
				}
				r.Pool = append(r.Pool, item)
			}
		}
		possible := false
		for chosen := range 1 << len(r.Pool) {
			possible = possible || fits(r, chosen)
		}
		forms, err := assembly.Assemble(r)
		var infeasible *assembly.Infeasible
		if possible != (err == nil) || err != nil && (!errors.As(err, &infeasible) || len(infeasible.Lacks) == 0) {
			t.Fatalf("there is a form: %v; %v", possible, err)
		}
		if lacks := assembly.Lacks(r.Pool, r.Cells); possible && len(lacks) > 0 {
			t.Errorf("foretold %+v, but there is a form", lacks)
		}
		if found := assembly.Audit(r, forms); err == nil && len(found) > 0 {
			t.Error(found)
		}
	})
}

// fits tells whether the items whose bits are set are a form.
func fits(r assembly.Request, chosen int) bool {
	met, counts, sets := map[string]assembly.Item{}, map[string]int{}, map[string]bool{}
	for n, item := range r.Pool {
		is := chosen>>n&1 == 1
		if whole, seen := sets[item.Set]; item.Set != "" && seen && whole != is {
			return false
		}
		if sets[item.Set] = is; !is {
			continue
		}
		if other, has := met[item.Enemy]; item.Enemy != "" && has && (item.Set == "" || other.Set != item.Set) {
			return false
		}
		met[item.Enemy] = item
		counts[item.Level]++
	}
	for _, c := range r.Cells {
		if counts[c.Level] != c.Count {
			return false
		}
	}
	return true
}

// Sets with enemies among single items give way where the form cannot do without these,
// and enemies within one set may stand together.
func TestAssemble_setsAndEnemies(t *testing.T) {
	t.Parallel()
	item := func(id, set, enemy string) assembly.Item {
		return assembly.Item{ID: id, Topic: "T", Level: "L", Set: set, Enemy: enemy}
	}
	r := assembly.Request{Forms: 12, Seed: "s", Cells: []assembly.Cell{{Topic: "T", Level: "L", Count: 4}}, Pool: []assembly.Item{
		item("a", "", "one"), item("b", "", "two"), item("c", "", ""), item("d", "", ""),
		item("s1", "S", "one"), item("s2", "S", "two"), item("u1", "U", "three"), item("u2", "U", "three"),
	}}
	forms, err := assembly.Assemble(r)
	if err != nil {
		t.Fatal(err)
	}
	if found := assembly.Audit(r, forms); len(found) > 0 {
		t.Error(found)
	}
	whole := 0
	for _, f := range forms {
		for _, id := range f {
			if id == "u1" {
				whole++
			}
		}
	}
	if whole == 0 {
		t.Error("a set whose own items are alike is never drawn")
	}
	bad := assembly.Form{"a", "s1", "s2", "c"}
	if found := assembly.Audit(assembly.Request{Forms: 1, Seed: "s", Cells: r.Cells, Pool: r.Pool}, []assembly.Form{bad}); len(found) == 0 {
		t.Error("the audit lets enemies pass")
	}
}
