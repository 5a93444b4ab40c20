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

func TestAssemble_namesTheCellsThatLackItems(t *testing.T) {
	t.Parallel()
	_, err := assembly.Assemble(assembly.Request{
		Pool: pool(map[string]int{"T1/recall": 3, "T2/recall": 1}), Forms: 2,
		Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 3}, {Topic: "T2", Level: "recall", Count: 2}, {Topic: "T2", Level: "application", Count: 1}},
	})
	var infeasible *assembly.Infeasible
	if !errors.As(err, &infeasible) {
		t.Fatalf("Assemble returned %v, want Infeasible", err)
	}
	want := []assembly.Lack{
		{Cell: assembly.Cell{Topic: "T2", Level: "recall", Count: 2}, Have: 1},
		{Cell: assembly.Cell{Topic: "T2", Level: "application", Count: 1}, Have: 0},
	}
	if diff := cmp.Diff(want, infeasible.Lacks); diff != "" {
		t.Errorf("lacks (-want +got):\n%s", diff)
	}
}

// Whatever the pool and blueprint, the audit finds nothing wrong, the same
// seed gives the same forms whatever the pool's order, and use is spread so
// that no item of a cell is used more than once more than another.
func TestAssemble_passesTheAuditAndSpreadsUse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := map[string]int{}
		var cells []assembly.Cell
		for topic := range rapid.IntRange(1, 4).Draw(t, "topics") {
			for _, level := range []string{"recall", "application"} {
				size := rapid.IntRange(1, 12).Draw(t, "size")
				name := fmt.Sprint("T", topic)
				sizes[name+"/"+level] = size
				cells = append(cells, assembly.Cell{Topic: name, Level: level, Count: rapid.IntRange(0, size).Draw(t, "count")})
			}
		}
		r := assembly.Request{Pool: pool(sizes), Cells: cells, Forms: rapid.IntRange(1, 9).Draw(t, "forms"), Seed: rapid.String().Draw(t, "seed")}
		forms, err := assembly.Assemble(r)
		if err != nil {
			t.Fatal(err)
		}
		if found := assembly.Audit(r, forms); len(found) > 0 {
			t.Fatal(strings.Join(found, "\n"))
		}
		spread(t, r, forms)
		slices.Reverse(r.Pool)
		if again, err := assembly.Assemble(r); err != nil || !cmp.Equal(forms, again) {
			t.Fatal("the order of the pool changes the forms")
		}
	})
}

func spread(t *rapid.T, r assembly.Request, forms []assembly.Form) {
	used := map[string]int{}
	for _, f := range forms {
		for _, id := range f {
			used[id]++
		}
	}
	for _, c := range r.Cells {
		var uses []int
		for _, item := range r.Pool {
			if item.Topic == c.Topic && item.Level == c.Level {
				uses = append(uses, used[item.ID])
			}
		}
		if slices.Max(uses)-slices.Min(uses) > 1 {
			t.Fatalf("cell %v is used unevenly: %v", c, uses)
		}
	}
}

func TestAudit_findsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	r := assembly.Request{Pool: pool(map[string]int{"T1/recall": 4}), Forms: 1, Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 2}}}
	for want, forms := range map[string][]assembly.Form{
		"comes twice":        {{"T1/recall/0", "T1/recall/0"}},
		"is not in the pool": {{"T1/recall/0", "other"}},
		"3 items":            {{"T1/recall/0", "T1/recall/1", "T1/recall/2"}},
		"0 forms, want 1":    {},
	} {
		if found := strings.Join(assembly.Audit(r, forms), "; "); !strings.Contains(found, want) {
			t.Errorf("audit of %v says %q, want %q", forms, found, want)
		}
	}
}

func ExampleAssemble() {
	forms, err := assembly.Assemble(assembly.Request{
		Pool:  pool(map[string]int{"T2-TTHC/recall": 6}),
		Cells: []assembly.Cell{{Topic: "T2-TTHC", Level: "recall", Count: 3}},
		Forms: 2, Seed: "round 1",
	})
	fmt.Println(len(forms), len(forms[0]), err)
	// Output: 2 3 <nil>
}

func pool(sizes map[string]int) []assembly.Item {
	var items []assembly.Item
	for cell, n := range sizes {
		topic, level, _ := strings.Cut(cell, "/")
		for i := range n {
			items = append(items, assembly.Item{ID: fmt.Sprintf("%s/%d", cell, i), Topic: topic, Level: level})
		}
	}
	return items
}

// Two items that ask nearly the same never come on one form; where a cell cannot do
// without them the request says so. Whose form it is decides by lot, and the same name
// gives the same.
func TestAssemble_keepsEnemiesApart(t *testing.T) {
	t.Parallel()
	items := pool(map[string]int{"T1/recall": 8, "T2/recall": 4})
	for i := range items {
		switch items[i].ID {
		case "T1/recall/0", "T1/recall/1", "T2/recall/0":
			items[i].Enemy = "alike"
		}
	}
	r := assembly.Request{
		Pool: items, Forms: 20, Seed: "s",
		Cells: []assembly.Cell{{Topic: "T1", Level: "recall", Count: 5}, {Topic: "T2", Level: "recall", Count: 2}},
	}
	for n := range r.Forms {
		r.Names = append(r.Names, fmt.Sprint("person ", n))
	}
	forms, err := assembly.Assemble(r)
	if err != nil {
		t.Fatal(err)
	}
	if found := assembly.Audit(r, forms); len(found) > 0 {
		t.Fatal(found)
	}
	for n, f := range forms {
		met := 0
		for _, id := range f {
			if id == "T1/recall/0" || id == "T1/recall/1" || id == "T2/recall/0" {
				met++
			}
		}
		if met > 1 {
			t.Errorf("form %d has %d items that are alike: %v", n+1, met, f)
		}
	}
	again, _ := assembly.Assemble(r)
	r.Names[0] = "somebody else"
	other, _ := assembly.Assemble(r)
	if !cmp.Equal(forms, again) || cmp.Equal(forms[0], other[0]) {
		t.Error("a form follows from the seed and its name")
	}
	r.Cells[0].Count = 8 // no choice
	var infeasible *assembly.Infeasible
	if _, err := assembly.Assemble(r); !errors.As(err, &infeasible) || len(infeasible.Lacks) != 1 || infeasible.Lacks[0].Have != 7 || infeasible.Lacks[0].Alike != 1 {
		t.Errorf("where there is no choice: %v", err)
	}
	r.Cells[0].Count, r.Cells[1].Count = 7, 4 // the group is needed by both cells
	if _, err := assembly.Assemble(r); !errors.As(err, &infeasible) || len(infeasible.Lacks) != 1 {
		t.Errorf("where two cells need one group: %v", err)
	}
	r.Cells[0].Count = 6 // only T2 cannot do without
	if forms, err := assembly.Assemble(r); err != nil || len(assembly.Audit(r, forms)) > 0 {
		t.Errorf("where one cell needs the group: %v", err)
	}
	r.Names = r.Names[:3]
	if _, err := assembly.Assemble(r); err == nil {
		t.Error("three names for twenty forms")
	}
}
