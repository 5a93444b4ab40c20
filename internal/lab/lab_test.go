package lab_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sathach/internal/lab"
)

// scoring/testdata holds published and simulated responses with what R (mirt, ltm,
// psych), a second implementation in Python and published tables say of them.

func TestAnalyze_matchesTheReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ folder, responses, reference, ignore string }{
		{"lsat", "lsat6_patterns.csv", "ref_items.csv", ""},
		{"sim2pl", "responses.csv", "ref_items.csv", "group"},
		{"gpcm", "responses.csv", "ref_ctt_items.csv", ""},
	} {
		t.Run(c.folder, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			summary, err := lab.Analyze{Responses: data(c.folder, c.responses), Ignore: []string{c.ignore}, Out: out}.Do()
			if err != nil {
				t.Fatal(err)
			}
			same(t, data(c.folder, c.reference), filepath.Join(out, "items.csv"), "item", map[string]float64{
				"n": 0, "mean": 1e-8, "facility": 1e-8, "sd": 1e-7, "r_item_total": 1e-8, "r_item_rest": 1e-8, "biserial": 1e-8, "p_upper27": 1e-8, "p_lower27": 1e-8,
				"D27": 1e-8, "alpha_if_deleted": 1e-8, "moodle_di": 1e-6, "moodle_de": 1e-6, "moodle_effective_weight": 1e-6,
			})
			sameSummary(t, data(c.folder, "ref_summary.json"), summary, map[string]float64{
				"n": 0, "J": 0, "mean": 1e-8, "sd": 1e-8, "var": 1e-8, "skew_G1": 1e-8, "kurt_G2": 1e-8, "alpha": 1e-8, "sem": 1e-8, "median": 0, "error_ratio": 1e-8,
			})
			if c.folder == "sim2pl" { // the others have no reference
				sameSummary(t, data(c.folder, "ref_summary.json"), summary, map[string]float64{"omega_total_1factor": 1e-8})
			}
		})
	}
}

func TestAnalyze_findsThePlantedItems(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if _, err := (lab.Analyze{Responses: data("mcq", "responses.csv"), Key: data("mcq", "key.csv"), KeyColumn: "published_key", Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	got := filepath.Join(out, "options.csv")
	same(t, data("mcq", "ref_options.csv"), got, "item,option", map[string]float64{
		"is_key": 0, "count": 0, "prop": 1e-8, "prop_upper27": 1e-8, "prop_lower27": 1e-8, "diff": 1e-8, "r_option_rest": 1e-8, "mean_total_of_choosers": 1e-7,
	})
	options := rows(t, got, "item,option")
	for option, flags := range map[string]string{"I07,B": "key_against", "I07,A": "rival miskeyed", "I13,C": "rival", "I21,A": "dead", "I01,D": "", "I01,omit": ""} {
		if options[option]["flags"] != flags {
			t.Errorf("option %s is flagged %q, want %q", option, options[option]["flags"], flags)
		}
	}
}

// Whatever is wrong with a file is said, with its line; what cannot be
// computed is an empty cell.
func TestAnalyze_badInput(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":                                      "no rows",
		"person,I01\n":                          "no rows",
		"who,I01\n1,1\n":                        `no column "person"`,
		"person\n1\n":                           "no columns of items",
		"person,I01\n1,1\n1,0\n":                "on lines 2 and 3",
		"person,I01\n1,1\n2\n":                  "wrong number of fields",
		"person,I01\n1,x\n":                     "no whole score",
		"person,I01\n1,-1\n":                    "no whole score",
		"person,I01,I01\n1,1,1\n":               "two columns",
		"pattern,count\n10,5\n1,2\n":            "as long as the first",
		"pattern,count\n10,many\n":              "no number",
		"pattern,count\n10,99999999999999999\n": "ten million",
	} {
		if _, err := (lab.Analyze{Responses: file(t, content), Out: t.TempDir()}).Do(); !errors.Is(err, lab.ErrFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
	for name, content := range map[string]string{
		"one person": "person,I01,I02\n1,1,0\n", "all missing": "person,I01,I02\n1,,\n2,,\n", "constant items": "person,I01,I02\n1,1,0\n2,1,0\n3,1,0\n",
		"one item": "person,I01\n1,1\n2,0\n", "fewer persons than items": "person,I01,I02,I03\n1,1,0,1\n2,0,0,1\n",
		"nobody in common": "person,I01,I02\n1,1,\n2,,0\n3,0,\n4,,1\n", "nobody": "pattern,count\n10,0\n",
	} {
		out := t.TempDir()
		summary, err := lab.Analyze{Responses: file(t, content), Out: out}.Do()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text, err := os.ReadFile(filepath.Join(out, "items.csv"))
		if err != nil || strings.Contains(string(text), "NaN") || strings.Contains(string(text), "Inf") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		if line, err := json.Marshal(summary); err != nil {
			t.Errorf("%s: %s %v", name, line, err)
		}
	}
}

func data(parts ...string) string {
	return filepath.Join(append([]string{"..", "..", "scoring", "testdata"}, parts...)...)
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "responses.csv")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// rows reads a CSV file by the values of its key columns.
func rows(t *testing.T, name, keys string) map[string]map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, v := range line {
			row[lines[0][i]] = v
		}
		var key []string
		for _, k := range strings.Split(keys, ",") {
			key = append(key, row[k])
		}
		out[strings.Join(key, ",")] = row
	}
	return out
}

// same holds columns of a file against a reference: every row of it, within
// an absolute tolerance, empty where it is empty.
func same(t *testing.T, reference, got, keys string, tolerances map[string]float64) {
	t.Helper()
	want, have := rows(t, reference, keys), rows(t, got, keys)
	for key, row := range want {
		for column, tolerance := range tolerances {
			near(t, filepath.Base(got)+" "+key+" "+column, have[key][column], row[column], tolerance)
		}
	}
}

func near(t *testing.T, what, got, want string, tolerance float64) {
	t.Helper()
	w, err := strconv.ParseFloat(want, 64)
	if err != nil || math.IsInf(w, 0) {
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		return
	}
	if g, err := strconv.ParseFloat(got, 64); err != nil || math.Abs(g-w) > tolerance {
		t.Errorf("%s: %s, want %s within %g", what, got, want, tolerance)
	}
}

func sameSummary(t *testing.T, reference string, got lab.Summary, tolerances map[string]float64) {
	t.Helper()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for name, tolerance := range tolerances {
		w, _ := want[name].(float64)
		g, ok := got[name].(float64)
		if n, whole := got[name].(int); whole {
			g, ok = float64(n), true
		}
		if !ok || math.Abs(g-w) > tolerance {
			t.Errorf("%s: %v, want %v within %g", name, got[name], want[name], tolerance)
		}
	}
}

func TestMark_singleChoice(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	s, err := (lab.Mark{Kind: "single", Vectors: file(t, "n,key,selected,certainty\n4,B,B,3\n4,B,A,3\n4,B,,\n5,C,D,1\n"), Out: out}).Do()
	if err != nil || s["vectors"] != 4 {
		t.Fatal(s, err)
	}
	text, err := os.ReadFile(filepath.Join(out, "marks.csv"))
	want := "n,key,selected,certainty,all_or_nothing,formula,certainty_based\n4,B,B,3,1,1,1\n4,B,A,3,0,-0.3333333333,-2\n4,B,,,0,0,0\n5,C,D,1,0,-0.25,0\n"
	if err != nil || string(text) != want {
		t.Errorf("marks\n%s\nwant\n%s%v", text, want, err)
	}
	for name, content := range map[string]string{
		"two options": "n,key,selected\n4,B,AB\n", "no certainty": "n,key,selected,certainty\n4,B,B,x\n", "too certain": "n,key,selected,certainty\n4,B,B,4\n", "no key": "n,selected\n4,B\n",
	} {
		if _, err := (lab.Mark{Kind: "single", Vectors: file(t, content), Out: t.TempDir()}).Do(); !errors.Is(err, lab.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
