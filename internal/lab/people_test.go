package lab_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sathach/internal/lab"
	"sathach/scoring/decision"
)

func TestDecide_matchesTheReference(t *testing.T) {
	t.Parallel()
	want := tree(t, data("decision", "ref_decision.json"))
	check := want["exact_beta_binomial_check"].(map[string]any)
	delete(want, "exact_beta_binomial_check")
	var cuts []int
	for name := range want {
		var cut int
		if n, _ := fmt.Sscanf(name, "cut%d", &cut); n == 1 {
			cuts = append(cuts, cut)
		}
	}
	if len(cuts) < 4 {
		t.Fatalf("the reference has cuts %v", cuts)
	}
	out := t.TempDir()
	if _, err := (lab.Decide{Responses: data("decision", "responses.csv"), Cut: cuts, Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	nearTree(t, "", tree(t, filepath.Join(out, "decision.json")), want, 1e-8)

	// Without any fitting: the distribution is given.
	a := decision.Beta{Low: 0.2, High: 0.95, Alpha: 3.2, Beta: 2.4}.Agreement(40, 24, 0.6)
	result := check["result"].(map[string]any)
	for name, got := range map[string]fmt.Stringer{"accuracy": a.Accuracy, "consistency": a.Consistency, "kappa": a.Kappa} {
		if want := fmt.Sprintf("%.4f", result[name]); got.String() != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
}

func TestSubscores_matchTheReference(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if _, err := (lab.Subscores{Responses: data("subscores", "responses.csv"), Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	nearTree(t, "", tree(t, filepath.Join(out, "prmse.json")), tree(t, data("subscores", "ref_prmse.json")), 1e-8)
	same(t, data("subscores", "ref_persons_first300.csv"), filepath.Join(out, "persons.csv"), "person,topic", map[string]float64{"raw": 0, "kelley": 1e-7, "from_total": 1e-7, "augmented": 1e-7})
}

func TestIntegrity_matchesTheReference(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	summary, err := lab.Integrity{
		Responses: data("copying", "responses.csv"), NRM: data("copying", "nrm_params.csv"), Times: data("copying", "response_times_seconds.csv"),
		Ignore: []string{"agency", "theta_hat"}, Out: out,
	}.Do()
	if err != nil {
		t.Fatal(err)
	}
	same(t, data("copying", "ref_top150_directed_pairs.csv"), filepath.Join(out, "pairs.csv"), "copier,source", map[string]float64{
		"matches": 0, "identical_correct": 0, "identical_incorrect": 0, "omega": 1e-8, "omega_p": 1e-8, "gbt_p": 1e-8, "k_index_p": 1e-8,
	})
	same(t, data("copying", "ref_rt_items.csv"), filepath.Join(out, "rt_items.csv"), "item", map[string]float64{"beta": 1e-8, "alpha": 1e-8, "mean_seconds": 1e-5, "nt10_threshold": 1e-6})
	same(t, data("copying", "ref_rt_persons.csv"), filepath.Join(out, "rt_persons.csv"), "person", map[string]float64{"tau": 1e-8, "chi2_sum_z2": 1e-6, "n_fast_z_lt_m3": 0, "rte_nt10": 1e-9})

	// The pairs found are those the reference found of the ten planted.
	found := map[string]bool{}
	for pair, row := range rows(t, filepath.Join(out, "pairs.csv"), "copier,source") {
		if row["flagged"] == "1" {
			found[pair] = true
		}
	}
	detected := tree(t, data("copying", "ref_summary.json"))["detected_by_omega_bonferroni"].([]any)
	for _, pair := range detected {
		ends := pair.([]any)
		if !found[fmt.Sprintf("%v,%v", ends[0], ends[1])] {
			t.Errorf("pair %v is not flagged", pair)
		}
	}
	if len(found) != len(detected) || summary["flagged_pairs"] != len(detected) {
		t.Errorf("flagged %v, want %v", found, detected)
	}
}

// What cannot be said is null or empty, and a file that cannot be used says
// why; nothing panics and no number is made up.
func TestPeople_badInput(t *testing.T) {
	t.Parallel()
	constant, one := "person,T1_a,T1_b,T2_c\n1,1,0,1\n2,1,0,1\n3,1,0,1\n", "person,T1_a,T1_b,T2_c\n1,1,0,1\n"
	holes, parts := "person,T1_a,T1_b,T2_c\n1,1,,1\n2,,,\n3,0,1,1\n", "person,T1_a,T1_b,T2_c\n1,2,0,1\n2,0,3,1\n3,1,0,0\n"
	for _, content := range []string{constant, one, holes, parts} {
		out := t.TempDir()
		summary, err := lab.Decide{Responses: file(t, content), Cut: []int{1, 2}, Out: out}.Do()
		if err != nil {
			t.Errorf("%q: %v", content, err)
		}
		if line, err := json.Marshal(summary); err != nil {
			t.Errorf("%q: %s %v", content, line, err)
		}
		_, err = lab.Subscores{Responses: file(t, content), Out: out}.Do()
		if wrong := content == one || content == holes; wrong != errors.Is(err, lab.ErrFile) {
			t.Errorf("%q: topics: %v", content, err)
		}
	}
	nrm := "item,key,slope_A,slope_B,intercept_A,intercept_B\nI1,A,1,-1,0,0\nI2,B,-1,1,0,0\n"
	for name, c := range map[string]struct{ responses, nrm, times, want string }{
		"unknown option": {"person,I1,I2\n1,A,C\n", nrm, "", "none of the options"},
		"unknown item":   {"person,I1,I3\n1,A,B\n", nrm, "", `no item "I3"`},
		"key outside":    {"person,I1\n1,A\n", "item,key,slope_A,slope_B,intercept_A,intercept_B\nI1,C,1,-1,0,0\n", "", "none of the options"},
		"one option":     {"person,I1\n1,A\n", "item,key,slope_A,intercept_A\nI1,A,1,0\n", "", "at least two options"},
		"time of zero":   {"person,I1,I2\n1,A,B\n", nrm, "person,I1,I2\n1,0,3\n", "no time above 0"},
		"empty, alone":   {"person,I1,I2\n1,,\n", nrm, "person,I1,I2\n1,,\n", ""},
		"everybody lost": {"person,I1,I2\n1,,\n2,,\n3,A,A\n4,B,A\n", nrm, "person,I1,I2\n1,,\n2,1,1\n", ""},
	} {
		in := lab.Integrity{Responses: file(t, c.responses), NRM: file(t, c.nrm), Out: t.TempDir()}
		if c.times != "" {
			in.Times = file(t, c.times)
		}
		summary, err := in.Do()
		if c.want != "" {
			if !errors.Is(err, lab.ErrFile) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			continue
		}
		text, readErr := os.ReadFile(filepath.Join(in.Out, "pairs.csv"))
		if err != nil || readErr != nil || strings.Contains(string(text), "NaN") || summary["flagged_pairs"] != 0 {
			t.Errorf("%s: %v %v\n%s", name, err, readErr, text)
		}
	}
	if _, err := (lab.Decide{Responses: data("decision", "responses.csv"), Out: t.TempDir()}).Do(); !errors.Is(err, lab.ErrFile) || !strings.Contains(err.Error(), "no cut score") {
		t.Errorf("no cut: %v", err)
	}
	out := t.TempDir()
	if s, err := (lab.Decide{Responses: file(t, holes), Cut: []int{2}, Out: out}).Do(); err != nil || s["mean"] != nil || s["var"] != nil || s["undefined"] == nil {
		t.Errorf("people who answered different items: %v, %v", s, err)
	}
	if _, err := (lab.Subscores{Responses: file(t, "person,T1_a,T1_b,T1_c\n1,1,0,1\n2,0,0,1\n3,1,1,1\n4,0,0,0\n"), Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	whole := tree(t, filepath.Join(out, "prmse.json"))
	if topic, is := whole["topic1"].(map[string]any); !is || topic["added_value_subscore"] != false {
		t.Errorf("a topic that is the whole form adds value: %v", whole)
	}
	if _, err := (lab.Decide{Responses: data("decision", "responses.csv"), Cut: []int{51}, Out: t.TempDir()}).Do(); !errors.Is(err, lab.ErrFile) {
		t.Errorf("cut above the highest total: %v", err)
	}
}

// tree reads a file of JSON.
func tree(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// nearTree holds a value of JSON against a reference, number by number.
func nearTree(t *testing.T, at string, got, want any, tolerance float64) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for name, value := range w {
			nearTree(t, at+"/"+name, g[name], value, tolerance)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			t.Errorf("%s: %v, want %v", at, got, want)
			return
		}
		for n, value := range w {
			nearTree(t, fmt.Sprintf("%s/%d", at, n), g[n], value, tolerance)
		}
	case float64:
		if g, ok := got.(float64); !ok || math.Abs(g-w) > tolerance {
			t.Errorf("%s: %v, want %v within %g", at, got, want, tolerance)
		}
	default:
		if got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
	}
}
