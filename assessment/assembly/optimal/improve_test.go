package optimal_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sathach/assessment/assembly"
	"sathach/assessment/assembly/optimal"
)

// drawn are forms drawn by content alone, and the request to better them: a
// bank of two topics, two levels and some sets, where every item has its
// expected share at three points.
func drawn(t *testing.T, forms int) (optimal.Request, []optimal.Form, [][]string) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(7, 8))
	content := assembly.Request{Forms: forms, Seed: "s"}
	r := optimal.Request{Forms: forms, Targets: make([]float64, 3), Seed: "s"}
	place := map[string]int{}
	for topic := range 2 {
		for level := range 2 {
			cell := assembly.Cell{Topic: fmt.Sprint("T", topic), Level: fmt.Sprint("L", level), Count: 8}
			content.Cells = append(content.Cells, cell)
			for n := range 30 {
				item := assembly.Item{ID: fmt.Sprintf("%s%s-%02d", cell.Topic, cell.Level, n), Topic: cell.Topic, Level: cell.Level, Place: n}
				if n < 6 {
					item.Set = fmt.Sprintf("%s%s-set%d", cell.Topic, cell.Level, n/3)
				}
				b := 1.3 * rnd.NormFloat64()
				shares := []float64{1 / (1 + math.Exp(b+1)), 1 / (1 + math.Exp(b)), 1 / (1 + math.Exp(b-1))}
				place[item.ID] = len(r.Items)
				content.Pool = append(content.Pool, item)
				r.Items = append(r.Items, optimal.Item{ID: item.ID, Topic: item.Topic, Level: item.Level, Set: item.Set, Information: shares})
				for k, x := range shares {
					r.Targets[k] += x * 8 / 30
				}
			}
		}
	}
	r.Length = 32
	lists, err := assembly.Assemble(content)
	if err != nil {
		t.Fatal(err)
	}
	var out []optimal.Form
	var names [][]string
	for _, list := range lists {
		form := make(optimal.Form, len(list))
		for i, id := range list {
			form[i] = place[id]
		}
		out, names = append(out, form), append(names, list)
	}
	return r, out, names
}

func deviation(r optimal.Request, form optimal.Form) (worst float64) {
	for k, target := range r.Targets {
		sum := 0.0
		for _, i := range form {
			sum += r.Items[i].Information[k]
		}
		worst = max(worst, math.Abs(sum/target-1))
	}
	return worst
}

// Forms drawn by content become alike in difficulty; their content, their sets
// and the evenness of use stay.
func TestImprove_makesFormsAlike(t *testing.T) {
	t.Parallel()
	r, forms, names := drawn(t, 12)
	before := 0.0
	for _, f := range forms {
		before = max(before, deviation(r, f))
	}
	got, err := optimal.Improve(r, forms)
	if err != nil {
		t.Fatal(err)
	}
	again, err := optimal.Improve(r, forms)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(again) {
		t.Error("the same request gives other forms")
	}
	used := map[int]int{}
	for n, f := range got.Forms {
		if d := deviation(r, f); d > 0.005 || d > got.Deviation+1e-12 {
			t.Errorf("form %d is %.4f from its target, %.4f is said (before, the worst was %.3f)", n+1, d, got.Deviation, before)
		}
		for place, i := range f {
			was := names[n][place]
			if item := r.Items[i]; item.Topic+item.Level != was[:4] || (item.Set != "" || slices.Contains(forms[n], i)) && item.Set != "" && item.ID != was {
				t.Errorf("form %d has %s in the place of %s", n+1, item.ID, was)
			}
			used[i]++
		}
	}
	if before < 0.02 {
		t.Errorf("the draw was alike by itself: %.4f", before)
	}
	for i, n := range used {
		if most := 12*8/30 + 3; n > most && r.Items[i].Set == "" {
			t.Errorf("item %s is in %d forms, no more than %d is even", r.Items[i].ID, n, most)
		}
	}
}

func TestImprove_refusesWhatIsNoForm(t *testing.T) {
	t.Parallel()
	r, forms, _ := drawn(t, 2)
	for name, wrong := range map[string][]optimal.Form{
		"too few": forms[:1], "an item twice": {forms[0], slices.Repeat(optimal.Form{3}, 32)}, "no item": {forms[0], {-1}}, "beyond": {forms[0], {len(r.Items)}},
	} {
		if _, err := optimal.Improve(r, wrong); err == nil || !strings.Contains(err.Error(), "cannot be used") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.Targets = nil
	if _, err := optimal.Improve(r, forms); err == nil {
		t.Error("without a target there is nothing to improve")
	}
}
