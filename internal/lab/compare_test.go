package lab_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sathach/internal/lab"
	"sathach/scoring/linking"
)

func TestDIF_matchesTheReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ responses, reference, focal string }{
		{data("dif", "responses.csv"), data("dif", "ref_dif.csv"), "focal"},
		{data("sim2pl", "responses.csv"), data("sim2pl", "ref_mh.csv"), "group"},
	} {
		out := t.TempDir()
		if _, err := (lab.DIF{Responses: c.responses, Focal: c.focal, Out: out}).Do(); err != nil {
			t.Fatal(err)
		}
		columns := map[string]float64{"alpha_mh": 1e-6, "chi2_cc": 1e-6, "p": 1e-8, "mh_d_dif": 1e-6, "se_d_dif": 1e-7, "std_p_dif": 1e-8, "ets": 0}
		if c.focal == "focal" {
			for name, tolerance := range map[string]float64{
				"lr_chi2_2df": 1e-6, "lr_chi2_uniform": 1e-6, "dR2_nagelkerke": 1e-8, "pur_alpha_mh": 1e-6, "pur_chi2_cc": 1e-6, "pur_p": 1e-8,
				"pur_mh_d_dif": 1e-6, "pur_se_d_dif": 1e-7, "pur_std_p_dif": 1e-8, "pur_ets": 0, "flagged_after_purification": 0,
			} {
				columns[name] = tolerance
			}
		}
		same(t, c.reference, filepath.Join(out, "dif.csv"), "item", columns)
	}
}

// Groups are compared at once, and few answers are said to be few.
func TestDIF_ofManyGroupsAndFewAnswers(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	s, err := (lab.DIF{Responses: data("dif", "responses.csv"), Focal: "focal", Groups: "focal", Out: out}).Do()
	if err != nil || s["groups"] != 2 {
		t.Fatal(s, err)
	}
	groups, plain, drawn := rows(t, filepath.Join(out, "groups.csv"), "item"), rows(t, filepath.Join(out, "dif.csv"), "item"), rows(t, filepath.Join(out, "shrunken.csv"), "item")
	for item := range plain {
		number := func(text string) float64 {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatalf("item %s: %v", item, err)
			}
			return x
		}
		if groups[item]["df"] != "1" || number(groups[item]["chi2"]) < number(plain[item]["chi2_cc"]) {
			t.Errorf("item %s: %v of two groups, %v with the correction", item, groups[item], plain[item]["chi2_cc"])
		}
		if math.Abs(number(drawn[item]["d"])) > math.Abs(number(plain[item]["mh_d_dif"]))+0.3 || number(drawn[item]["sd"]) >= number(plain[item]["se_d_dif"]) {
			t.Errorf("item %s is drawn to %v from %v", item, drawn[item], plain[item]["mh_d_dif"])
		}
	}
	if _, err := (lab.DIF{Responses: data("dif", "responses.csv"), Focal: "focal", Groups: "agency", Out: out}).Do(); !errors.Is(err, lab.ErrFile) {
		t.Errorf("no such column: %v", err)
	}
}

func TestDIF_badInput(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"person,I01\n1,1\n":             `no column "focal"`,
		"person,focal,I01\n1,nam,1\n":   "not 0 or 1",
		"person,focal,I01\n1,0,2\n":     "scores above 1",
		"person,focal\n1,0\n":           "no columns of items",
		"person,focal,I01\n1,0,1\n1,1,": "on lines 2 and 3",
	} {
		if _, err := (lab.DIF{Responses: file(t, content), Focal: "focal", Out: t.TempDir()}).Do(); !errors.Is(err, lab.ErrFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
	for name, content := range map[string]string{
		"one group": "person,focal,I01,I02\n1,0,1,0\n2,0,0,1\n", "constant": "person,focal,I01\n1,0,1\n2,1,1\n",
		"all missing": "person,focal,I01\n1,0,\n2,1,\n", "separated": "person,focal,I01,I02\n1,0,1,1\n2,0,1,0\n3,1,0,1\n4,1,0,0\n",
	} {
		out := t.TempDir()
		if _, err := (lab.DIF{Responses: file(t, content), Focal: "focal", Out: out}).Do(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if text, err := os.ReadFile(filepath.Join(out, "dif.csv")); err != nil || strings.Contains(string(text), "NaN") || strings.Contains(string(text), "inf") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

func TestLink_matchesTheReference(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if _, err := (lab.Link{Old: data("linking", "ref_separate_old.csv"), New: data("linking", "ref_separate_new.csv"), Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	read := func(name string) map[string]map[string]float64 {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := json.Unmarshal(text, &raw); err != nil {
			t.Fatal(err)
		}
		values := map[string]map[string]float64{}
		for method, v := range raw {
			if m, ok := v.(map[string]any); ok {
				a, _ := m["A"].(float64)
				b, _ := m["B"].(float64)
				values[method] = map[string]float64{"A": a, "B": b}
			}
		}
		return values
	}
	want, got := read(data("linking", "ref_constants.json")), read(filepath.Join(out, "constants.json"))
	for _, method := range []string{"mean_mean", "mean_sigma", "haebara", "stocking_lord"} {
		for _, constant := range []string{"A", "B"} {
			if math.Abs(want[method][constant]-got[method][constant]) > 1e-5 {
				t.Errorf("%s %s: %f, want %f", method, constant, got[method][constant], want[method][constant])
			}
		}
	}
	same(t, data("linking", "ref_true_score_equating.csv"), filepath.Join(out, "equating.csv"), "score_new", map[string]float64{"theta": 1e-5, "equated_old": 1e-5})
}

// Items that could not be estimated are no anchors, and no hindrance either.
func TestLink_leavesOutWhatIsUndefined(t *testing.T) {
	t.Parallel()
	old, fresh, out := "item,a_2pl,b_2pl\nQ1,1,0\nQ2,1.2,1\nQ3,,\n", "item,a_2pl,b_2pl\nQ1,1,0.5\nQ2,1.2,1.5\nQ3,2,2\n", t.TempDir()
	s, err := lab.Link{Old: file(t, old), New: file(t, fresh), Out: out}.Do()
	if err != nil || s["anchors"] != 2 {
		t.Errorf("%v, %v", s, err)
	}
	responses := "person,Q1,Q2,Q3\n1,1,0,1\n2,0,0,1\n"
	if _, err := (lab.Persons{Responses: file(t, responses), Items: file(t, old), Out: out}).Do(); !errors.Is(err, lab.ErrFile) || !strings.Contains(err.Error(), `no parameters of item "Q3"`) {
		t.Errorf("abilities by an item without parameters: %v", err)
	}
	if _, err := (lab.Persons{Responses: file(t, responses), Items: file(t, old), Ignore: []string{"Q3"}, Out: out}).Do(); err != nil {
		t.Errorf("without that item: %v", err)
	}
}

func TestLink_needsAnchors(t *testing.T) {
	t.Parallel()
	one := file(t, "item,a,b\nQ1,1,0\nQ2,1,1\n")
	for name, other := range map[string]string{"no common name": "item,a,b\nR1,1,0\n", "one common name": "item,a,b\nQ1,1,0\n", "one difficulty": "item,a,b\nQ1,1,0\nQ2,1,0\n"} {
		if _, err := (lab.Link{Old: one, New: file(t, other), Out: t.TempDir()}).Do(); !errors.Is(err, linking.ErrAnchors) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
