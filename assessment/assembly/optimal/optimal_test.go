package optimal_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sathach/assessment/assembly/optimal"
)

// bank is a made-up bank: topics and levels by lot, information at three
// points, a few enemies and sets.
func bank(rnd *rand.Rand, n, topics, levels int) []optimal.Item {
	items := make([]optimal.Item, n)
	for i := range items {
		items[i] = optimal.Item{
			ID: fmt.Sprintf("Q%03d", i), Topic: fmt.Sprintf("T%d", 1+rnd.IntN(topics)), Level: fmt.Sprintf("L%d", 1+rnd.IntN(levels)), Seconds: 20 + rnd.IntN(80),
			Information: []float64{rnd.Float64(), rnd.Float64(), rnd.Float64()},
		}
		if rnd.IntN(3) == 0 {
			items[i].Enemy = fmt.Sprintf("E%d", rnd.IntN(1+n/6))
		}
	}
	return items
}

func ranges(prefix string, n, low, high int) map[string]optimal.Range {
	out := map[string]optimal.Range{}
	for i := range n {
		out[fmt.Sprintf("%s%d", prefix, i+1)] = optimal.Range{Low: low, High: high}
	}
	return out
}

func value(r optimal.Request, form []int) float64 {
	least := math.Inf(1)
	for k, w := range r.Weights {
		sum := 0.0
		for _, i := range form {
			sum += r.Items[i].Information[k]
		}
		least = min(least, sum/w)
	}
	return least
}

// every lists the forms that keep the limits of one form.
func every(r optimal.Request) (all []optimal.Form) {
	r.Forms, r.Uses, r.Overlap = 1, 0, 0
	form := make([]int, 0, r.Length)
	var try func(from int)
	try = func(from int) {
		if len(form) == r.Length {
			if len(optimal.Audit(r, []optimal.Form{form})) == 0 {
				all = append(all, slices.Clone(form))
			}
			return
		}
		for i := from; i <= len(r.Items)-(r.Length-len(form)); i++ {
			form = append(form, i)
			try(i + 1)
			form = form[:len(form)-1]
		}
	}
	try(0)
	return all
}

// exhaustive is the value of the best form there is.
func exhaustive(r optimal.Request) (best float64) {
	best = math.Inf(-1)
	for _, form := range every(r) {
		best = max(best, value(r, form))
	}
	return best
}

// Small banks can be searched whole: the form found is the best of all, and
// proven to be.
func TestAssemble_findsTheBestForm(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	feasible := 0
	for n := range 120 {
		r := optimal.Request{
			Items: bank(rnd, 14, 3, 2), Forms: 1, Length: 5, Topics: ranges("T", 3, 1, 2), Levels: ranges("L", 2, 2, 3), Seconds: 240 + rnd.IntN(80), Enemies: 1,
			Weights: []float64{1, 0.8 + rnd.Float64(), 1},
		}
		if n%3 == 0 {
			r.Sets = &optimal.Sets{Count: 1, Items: optimal.Range{Low: 2, High: 2}}
			for i := range 8 {
				r.Items[i].Set, r.Items[i].Topic, r.Items[i].Enemy = fmt.Sprintf("S%d", i/3), fmt.Sprintf("T%d", 1+i/3), ""
			}
		}
		want := exhaustive(r)
		got, err := optimal.Assemble(r)
		if infeasible := (*optimal.Infeasible)(nil); math.IsInf(want, -1) {
			if !errors.As(err, &infeasible) || len(infeasible.Causes) == 0 { // every small search ends
				t.Errorf("bank %d has no form, got %v, %v", n, got.Forms, err)
			}
			continue
		}
		feasible++
		if err != nil {
			t.Errorf("bank %d: %v, the best form has %f", n, err, want)
			continue
		}
		if v := value(r, got.Forms[0]); math.Abs(v-want) > 1e-7 || math.Abs(got.Objective-v) > 1e-9 || !got.Proven || got.Bound < want-1e-9 {
			t.Errorf("bank %d: found %f, says %f, bound %f, proven %v; the best is %f", n, v, got.Objective, got.Bound, got.Proven, want)
		}
		if violations := optimal.Audit(r, got.Forms); len(violations) > 0 {
			t.Errorf("bank %d: %v", n, violations)
		}
	}
	if feasible < 40 {
		t.Errorf("only %d banks had a form: the test says little", feasible)
	}
}

// Two forms of a small bank that tight limits hardly leave: wherever there are any
// they are found, and are the best pair of all.
func TestAssemble_findsTheBestPair(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(17, 71))
	found := 0
	for n := range 60 {
		r := optimal.Request{
			Items: bank(rnd, 12, 2, 2), Forms: 2, Length: 5, Topics: ranges("T", 2, 2, 3), Levels: ranges("L", 2, 2, 3), Seconds: 230 + rnd.IntN(60), Enemies: 1,
			Uses: 1 + rnd.IntN(2), Overlap: 1 + rnd.IntN(3), Weights: []float64{1, 1, 1}, Seed: fmt.Sprint(n),
		}
		worth := func(a, b optimal.Form) float64 { return min(value(r, a), value(r, b)) }
		if n%2 == 0 {
			r.Weights, r.Targets = nil, []float64{2.4, 2.5, 2.6}
			worth = func(a, b optimal.Form) float64 { return -max(deviation(r, a), deviation(r, b)) }
		}
		all, best := every(r), math.Inf(-1)
		for i, a := range all {
			for _, b := range all[i+1:] {
				if w := worth(a, b); w > best && len(optimal.Audit(r, []optimal.Form{a, b})) == 0 {
					best = w
				}
			}
		}
		got, err := optimal.Assemble(r)
		if math.IsInf(best, -1) {
			if err == nil {
				t.Errorf("bank %d has no two forms, got %v", n, got.Forms)
			}
			continue
		}
		found++
		if err != nil || len(optimal.Audit(r, got.Forms)) > 0 {
			t.Errorf("bank %d: %v, %v; the best pair has %f", n, got.Forms, err, best)
			continue
		}
		if w := worth(got.Forms[0], got.Forms[1]); math.Abs(w-best) > 1e-9 || len(r.Weights) > 0 && got.Bound < best-1e-9 {
			t.Errorf("bank %d: found %f, bound %f; the best pair has %f", n, w, got.Bound, best)
		}
	}
	if found < 25 {
		t.Errorf("only %d banks had a pair: the test says little", found)
	}
}

// Many forms keep every limit, also those between forms, and are near their
// bound or target.
func TestAssemble_manyForms(t *testing.T) {
	t.Parallel()
	items := bank(rand.New(rand.NewPCG(1, 2)), 600, 6, 3)
	base := optimal.Request{Items: items, Forms: 60, Length: 18, Topics: ranges("T", 6, 3, 3), Levels: ranges("L", 3, 5, 7), Seconds: 1200, Enemies: 1, Uses: 4, Seed: "a"}
	sets := append([]optimal.Item(nil), items...)
	for i := range 120 {
		sets[i].Set, sets[i].Topic, sets[i].Enemy = fmt.Sprintf("S%d", i/4), fmt.Sprintf("T%d", 1+i/4%6), ""
	}
	for name, change := range map[string]func(r *optimal.Request){
		"target":          func(r *optimal.Request) { r.Targets = []float64{9, 9, 9} },
		"target, overlap": func(r *optimal.Request) { r.Targets, r.Overlap = []float64{9, 9, 9}, 3 },
		"target, sets": func(r *optimal.Request) {
			r.Targets, r.Items, r.Sets = []float64{9, 9, 9}, sets, &optimal.Sets{Count: 1, Items: optimal.Range{Low: 2, High: 3}}
		},
		"maximin": func(r *optimal.Request) { r.Weights = []float64{1, 1.2, 1} },
		"maximin, overlap, ranges": func(r *optimal.Request) {
			r.Weights, r.Overlap, r.Topics = []float64{1, 1, 1}, 6, ranges("T", 6, 2, 4)
		},
		"maximin, sets": func(r *optimal.Request) {
			r.Weights, r.Items, r.Sets = []float64{1, 1, 1}, sets, &optimal.Sets{Count: 1, Items: optimal.Range{Low: 2, High: 3}}
		},
		"cold start": func(r *optimal.Request) { // p and p(1−p) in place of information
			r.Items = append([]optimal.Item(nil), items...)
			for i := range r.Items {
				p := r.Items[i].Information[0]
				r.Items[i].Information = []float64{p, p * (1 - p)}
			}
			r.Targets = []float64{10, 3}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := base
			change(&r)
			got, err := optimal.Assemble(r)
			if err != nil {
				t.Fatal(err)
			}
			if violations := optimal.Audit(r, got.Forms); len(violations) > 0 {
				t.Errorf("%d violations: %v", len(violations), violations[:min(5, len(violations))])
			}
			worst := math.Inf(1)
			for _, form := range got.Forms {
				for k, target := range r.Targets {
					sum := 0.0
					for _, i := range form {
						sum += r.Items[i].Information[k]
					}
					if d := math.Abs(sum/target - 1); d > got.Deviation+1e-9 || d > 0.01 {
						t.Errorf("information %f at point %d, target %f; the worst deviation is said to be %f", sum, k, target, got.Deviation)
					}
				}
				worst = min(worst, value(r, form))
			}
			if len(r.Weights) > 0 && (math.Abs(worst-got.Objective) > 1e-9 || got.Gap() > 0.06 || got.Bound < worst) {
				t.Errorf("the worst form has %f, said are %f, bound %f", worst, got.Objective, got.Bound)
			}
			again, err := optimal.Assemble(r)
			if err != nil || !reflect.DeepEqual(again, got) {
				t.Error("the same request gave other forms")
			}
			if r.Seed = "b"; len(r.Targets) > 0 {
				if other, err := optimal.Assemble(r); err != nil || reflect.DeepEqual(other.Forms, got.Forms) {
					t.Errorf("another seed gave the same forms: %v", err)
				}
			}
		})
	}
}

func TestAssemble_namesWhatIsLacking(t *testing.T) {
	t.Parallel()
	items := bank(rand.New(rand.NewPCG(3, 3)), 60, 3, 2)
	base := optimal.Request{Items: items, Forms: 1, Length: 9, Topics: ranges("T", 3, 3, 3), Levels: ranges("L", 2, 3, 6), Weights: []float64{1, 1, 1}}
	for want, change := range map[string]func(r *optimal.Request){
		"topic T9: needs 2, has 0":               func(r *optimal.Request) { r.Topics = map[string]optimal.Range{"T9": {Low: 2, High: 2}} },
		"topic T1: needs 600":                    func(r *optimal.Request) { r.Forms, r.Uses = 200, 2 },
		"level L3: needs 1, has 0":               func(r *optimal.Request) { r.Levels = map[string]optimal.Range{"L3": {Low: 1, High: 1}} },
		"the least of all topics: needs 12":      func(r *optimal.Request) { r.Topics = ranges("T", 3, 4, 4) },
		"the most of all levels: needs 9, has 4": func(r *optimal.Request) { r.Levels = ranges("L", 2, 1, 2) },
		"seconds of a form":                      func(r *optimal.Request) { r.Seconds = 100 },
		"item sets: needs 1, has 0":              func(r *optimal.Request) { r.Sets = &optimal.Sets{Count: 1, Items: optimal.Range{Low: 2, High: 3}} },
		"topics T1 with at most so many of levels": func(r *optimal.Request) {
			r.Items = append([]optimal.Item(nil), items...)
			for i := range r.Items {
				if r.Items[i].Topic == "T1" {
					r.Items[i].Level = "L1"
				}
			}
			r.Levels = map[string]optimal.Range{"L1": {Low: 0, High: 2}}
		},
	} {
		r := base
		change(&r)
		_, err := optimal.Assemble(r)
		if infeasible := (*optimal.Infeasible)(nil); !errors.As(err, &infeasible) || !strings.Contains(err.Error(), want) {
			t.Errorf("says %v, want %q", err, want)
		}
	}
	for name, change := range map[string]func(r *optimal.Request){
		"no items":         func(r *optimal.Request) { r.Items = nil },
		"a name twice":     func(r *optimal.Request) { r.Items = append(r.Items[:5:5], r.Items[0]) },
		"no objective":     func(r *optimal.Request) { r.Weights = nil },
		"two objectives":   func(r *optimal.Request) { r.Targets = []float64{1, 1, 1} },
		"weight of zero":   func(r *optimal.Request) { r.Weights = []float64{1, 0, 1} },
		"no length":        func(r *optimal.Request) { r.Length = 0 },
		"fewer points":     func(r *optimal.Request) { r.Weights = []float64{1} },
		"no number":        func(r *optimal.Request) { r.Weights = []float64{1, math.NaN(), 1} },
		"range reversed":   func(r *optimal.Request) { r.Topics = map[string]optimal.Range{"T1": {Low: 3, High: 2}} },
		"sets without any": func(r *optimal.Request) { r.Sets = &optimal.Sets{Count: 1} },
	} {
		r := base
		change(&r)
		_, err := optimal.Assemble(r)
		if infeasible := (*optimal.Infeasible)(nil); err == nil || name != "no items" && errors.As(err, &infeasible) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Item sets meet the limits that other items meet: overlap, enemies, and uses
// of a set that is larger than a form needs.
func TestAssemble_setsKeepLimits(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(9, 9))
	with := func(sets ...int) []optimal.Item { // discrete items, and sets of so many
		items := bank(rnd, 200, 2, 2)
		for i := range items {
			items[i].Enemy = ""
		}
		at := 0
		for s, n := range sets {
			for range n {
				items[at].Set, items[at].Topic = fmt.Sprintf("S%d", s), "T1"
				at++
			}
		}
		return items
	}
	for name, c := range map[string]struct {
		items                []optimal.Item
		sets                 optimal.Sets
		forms, uses, overlap int
		enemies              bool
		found                bool
	}{
		"one set in three forms": {items: with(5), sets: optimal.Sets{Count: 1, Items: optimal.Range{Low: 5, High: 5}}, forms: 3, overlap: 3},
		"half a set each":        {items: with(4), sets: optimal.Sets{Count: 1, Items: optimal.Range{Low: 2, High: 2}}, forms: 2, uses: 1, found: true},
		"a set of enemies":       {items: with(2, 2), sets: optimal.Sets{Count: 1, Items: optimal.Range{Low: 2, High: 2}}, forms: 2, enemies: true, found: true},
	} {
		for _, target := range []bool{true, false} {
			r := optimal.Request{Items: c.items, Forms: c.forms, Length: 10, Topics: ranges("T", 2, 3, 7), Sets: &c.sets, Uses: c.uses, Overlap: c.overlap, Weights: []float64{1, 1, 1}}
			if target {
				r.Weights, r.Targets = nil, []float64{5, 5, 5}
			}
			if c.enemies {
				r.Items[0].Enemy, r.Items[1].Enemy, r.Enemies = "E", "E", 1
			}
			got, err := optimal.Assemble(r)
			if c.found && (err != nil || len(optimal.Audit(r, got.Forms)) > 0) {
				t.Errorf("%s: %v, %v", name, err, optimal.Audit(r, got.Forms))
			}
			if !c.found && (!errors.Is(err, optimal.ErrNotFound) || !strings.Contains(err.Error(), "there are forms without the limits of ")) {
				t.Errorf("%s: %v, want no forms, and what hinders them", name, err)
			}
		}
	}
}

// Audit finds every kind of violation; it is what the other tests rest on.
func TestAudit_findsViolations(t *testing.T) {
	t.Parallel()
	items := bank(rand.New(rand.NewPCG(5, 5)), 40, 2, 2)
	for i := range items {
		items[i].Enemy = ""
	}
	r := optimal.Request{Items: items, Forms: 2, Length: 6, Topics: ranges("T", 2, 3, 3), Levels: ranges("L", 2, 2, 4), Uses: 1, Overlap: 1, Weights: []float64{1, 1, 1}}
	got, err := optimal.Assemble(r)
	if err != nil {
		t.Fatal(err)
	}
	for want, break_ := range map[string]func(r *optimal.Request, forms []optimal.Form){
		"comes twice":        func(_ *optimal.Request, forms []optimal.Form) { forms[0][0] = forms[0][1] },
		"does not exist":     func(_ *optimal.Request, forms []optimal.Form) { forms[0][0], forms[1][0] = 99, 99 },
		"is in 2 forms":      func(_ *optimal.Request, forms []optimal.Form) { copy(forms[0], forms[1]) },
		"share 6 items":      func(_ *optimal.Request, forms []optimal.Form) { copy(forms[0], forms[1]) },
		"5 items, asked for": func(_ *optimal.Request, forms []optimal.Form) { forms[0] = forms[0][:5] },
		"of topic T1": func(r *optimal.Request, _ []optimal.Form) {
			r.Topics = map[string]optimal.Range{"T1": {Low: 4, High: 4}}
		},
		"of level L1": func(r *optimal.Request, _ []optimal.Form) {
			r.Levels = map[string]optimal.Range{"L1": {Low: 5, High: 6}}
		},
		"seconds": func(r *optimal.Request, _ []optimal.Form) { r.Seconds = 10 },
		"of enemy group E": func(r *optimal.Request, forms []optimal.Form) {
			r.Enemies = 1
			r.Items[forms[0][0]].Enemy, r.Items[forms[0][1]].Enemy = "E", "E"
		},
		"item sets, asked": func(r *optimal.Request, _ []optimal.Form) {
			r.Sets = &optimal.Sets{Count: 1, Items: optimal.Range{Low: 1, High: 2}}
		},
		"2 forms, asked for 3": func(r *optimal.Request, _ []optimal.Form) { r.Forms = 3 },
	} {
		broken, forms := r, []optimal.Form{append(optimal.Form(nil), got.Forms[0]...), append(optimal.Form(nil), got.Forms[1]...)}
		broken.Items = append([]optimal.Item(nil), items...)
		break_(&broken, forms)
		if found := strings.Join(optimal.Audit(broken, forms), "; "); !strings.Contains(found, want) {
			t.Errorf("found %q, want %q", found, want)
		}
	}
	if found := optimal.Audit(r, got.Forms); len(found) > 0 {
		t.Errorf("sound forms: %v", found)
	}
}

// Whatever is asked for, there are forms that keep it, or a reason.
func FuzzAssemble(f *testing.F) {
	f.Add(uint64(1), uint8(40), uint8(6), uint8(3), uint8(2), uint8(3), uint16(0), uint8(0), false)
	f.Add(uint64(2), uint8(20), uint8(8), uint8(5), uint8(3), uint8(1), uint16(300), uint8(2), true)
	f.Add(uint64(3), uint8(0), uint8(1), uint8(1), uint8(0), uint8(0), uint16(1), uint8(1), true)
	f.Fuzz(func(t *testing.T, seed uint64, n, length, forms, low, spread uint8, seconds uint16, limit uint8, target bool) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		r := optimal.Request{
			Items: bank(rnd, int(n%64), 3, 2), Forms: int(forms % 12), Length: int(length % 16), Topics: ranges("T", 3, int(low%6), int(low%6)+int(spread%6)),
			Levels: ranges("L", 2, int(spread%4), int(spread%4)+int(low%9)), Seconds: int(seconds), Enemies: int(limit % 3), Uses: int(limit % 5), Overlap: int(limit % 7), Seed: "x",
		}
		for i := range r.Items {
			if limit%2 == 1 && i%5 < 3 {
				r.Items[i].Set = fmt.Sprintf("S%d", i/5)
			}
		}
		if limit%4 == 1 {
			r.Sets = &optimal.Sets{Count: int(low % 3), Items: optimal.Range{Low: 1 + int(spread%2), High: 3}}
		}
		if r.Weights = []float64{1, 1, 1}; target {
			r.Weights, r.Targets = nil, []float64{float64(1 + length%9), 3, 2}
		}
		got, err := optimal.Assemble(r)
		if err != nil {
			return
		}
		if violations := optimal.Audit(r, got.Forms); len(violations) > 0 {
			t.Errorf("%+v: %v", r, violations)
		}
		if math.IsNaN(got.Objective) || math.IsNaN(got.Deviation) || len(r.Weights) > 0 && got.Bound < got.Objective-1e-9 {
			t.Errorf("objective %f, bound %f, deviation %f", got.Objective, got.Bound, got.Deviation)
		}
	})
}
