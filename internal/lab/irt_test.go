package lab_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sathach/internal/lab"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

func TestCalibrate_matchesTheReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		folder, responses, model, prior, reference string
		items                                      map[string]float64
		logLik, logLikTolerance                    float64
	}{
		{"lsat", "lsat6_patterns.csv", "2pl", "none", "ref_items.csv", map[string]float64{"a_2pl": 1e-5, "d_2pl": 1e-5, "b_2pl": 1e-5, "se_a": 1e-5, "se_d": 1e-5}, -2466.653377, 1e-5},
		{"lsat", "lsat6_patterns.csv", "1pl", "none", "ref_items.csv", map[string]float64{"a_1pl": 1e-5, "d_1pl": 1e-5, "b_1pl": 1e-5}, -2466.937600, 1e-5},
		{"sim2pl", "responses.csv", "2pl", "none", "ref_items.csv", map[string]float64{"a_2pl": 1e-4, "d_2pl": 1e-4, "b_2pl": 1e-4, "se_a": 1e-4, "se_d": 1e-4}, -107953.91169, 1e-3},
		{"sim2pl", "responses.csv", "1pl", "none", "ref_items.csv", map[string]float64{"a_1pl": 1e-4, "d_1pl": 1e-4, "b_1pl": 1e-4}, -109485.49677, 1e-3},
		// A flat ridge: the last digits of one item's slope are not decided.
		{"threepl", "responses.csv", "3pl", "c", "ref_items.csv", map[string]float64{"a_map": 0.01, "d_map": 0.02, "c_map": 0.005}, -67081.97, 0.01},
		{"gpcm", "responses.csv", "gpcm", "none", "ref_items.csv", map[string]float64{"a": 1e-4, "b1": 1e-4, "b2": 1e-4, "b3": 1e-4}, -18830.94747, 1e-3},
	} {
		t.Run(c.folder+"/"+c.model, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			summary, err := lab.Calibrate{Model: c.model, Prior: c.prior, Responses: data(c.folder, c.responses), Ignore: []string{"group"}, Out: out}.Do()
			if err != nil {
				t.Fatal(err)
			}
			same(t, data(c.folder, c.reference), filepath.Join(out, "items.csv"), "item", c.items)
			if got := summary["loglik"].(float64); got < c.logLik-c.logLikTolerance || got > c.logLik+c.logLikTolerance {
				t.Errorf("log-likelihood %f, want %f", got, c.logLik)
			}
			if summary["converged"] != true || summary["max_gradient"].(float64) > 1e-3 {
				t.Errorf("not at the maximum: %v", summary)
			}
			switch {
			case c.model == "gpcm":
				want, got := rows(t, data("gpcm", "ref_persons.csv"), "person"), rows(t, filepath.Join(out, "persons.csv"), "person")
				for person, row := range want {
					near(t, person+" eap", got[person]["eap"], row["eap"], 1e-4)
					near(t, person+" sd", got[person]["eap_sd"], row["eap_se"], 1e-4)
				}
			case c.model == "2pl" && c.folder == "lsat":
				same(t, data("lsat", "ref_patterns.csv"), filepath.Join(out, "persons.csv"), "pattern", map[string]float64{
					"expected_2pl": 1e-4, "eap": 1e-4, "eap_sd": 1e-4, "wle": 1e-4, "wle_se": 1e-4, "mle": 1e-4})
			case c.model == "2pl":
				same(t, data("sim2pl", "ref_persons.csv"), filepath.Join(out, "persons.csv"), "person", map[string]float64{"total": 0, "eap": 1e-4, "eap_sd": 1e-4, "wle": 1e-4, "wle_se": 1e-4})
				sameSummary(t, data("sim2pl", "ref_summary.json"), lab.Summary{"marginal_rel_2pl": summary["marginal_rel"], "rel_eap": summary["rel_eap"]}, map[string]float64{"marginal_rel_2pl": 1e-6, "rel_eap": 1e-5})
			}
		})
	}
}

func TestPersons_matchTheReference(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if _, err := (lab.Persons{Responses: data("threepl", "responses.csv"), Items: data("threepl", "true_items.csv"), Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	want, got := rows(t, data("threepl", "ref_persons.csv"), "person"), rows(t, filepath.Join(out, "persons.csv"), "person")
	for person, row := range want {
		near(t, person+" eap", got[person]["eap"], row["eap_true_pars"], 1e-4)
		near(t, person+" eap_sd", got[person]["eap_sd"], row["eap_sd"], 1e-4)
		near(t, person+" wle", got[person]["wle"], row["wle_warm_true_pars"], 1e-4)
		near(t, person+" wle_se", got[person]["wle_se"], row["wle_se"], 1e-4)
	}
	curve, drawn := rows(t, data("threepl", "ref_tif.csv"), "theta"), rows(t, filepath.Join(out, "tif.csv"), "theta")
	for theta, row := range curve {
		near(t, theta+" information", drawn[theta]["tif"], row["tif_true_pars"], 1e-5)
		near(t, theta+" expected", drawn[theta]["tcc"], row["tcc_true_pars"], 1e-5)
	}
}

func TestPersons_fitMatchesTheReference(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if _, err := (lab.Persons{Responses: data("sim2pl", "responses.csv"), Items: data("sim2pl", "ref_items.csv"), Ignore: []string{"group"}, Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	same(t, data("sim2pl", "ref_personfit_wle_first200.csv"), filepath.Join(out, "personfit.csv"), "person", map[string]float64{
		"wle": 1e-4, "lz": 1e-5, "lz_star": 1e-5, "guttman_errors": 0, "guttman_norm": 1e-8})
}

// Two groups with twelve items in common, calibrated in one run.
func TestCalibrate_groupsMatchTheReference(t *testing.T) {
	t.Parallel()
	old, fresh := rows(t, data("linking", "formY_old_responses.csv"), "person"), rows(t, data("linking", "formX_new_responses.csv"), "person")
	var items []string
	for item := range rows(t, data("linking", "ref_concurrent.csv"), "item") {
		items = append(items, item)
	}
	var text strings.Builder
	text.WriteString("person,form," + strings.Join(items, ",") + "\n")
	for n, people := range []map[string]map[string]string{old, fresh} {
		for person, row := range people {
			fmt.Fprintf(&text, "%d-%s,%d", n, person, n)
			for _, item := range items {
				text.WriteString("," + row[item])
			}
			text.WriteString("\n")
		}
	}
	out := t.TempDir()
	summary, err := lab.Calibrate{Model: "2pl", Prior: "none", Responses: file(t, text.String()), Groups: "form", Out: out}.Do()
	if err != nil {
		t.Fatal(err)
	}
	got := rows(t, filepath.Join(out, "items.csv"), "item")
	for item, want := range rows(t, data("linking", "ref_concurrent.csv"), "item") {
		near(t, item+" a", got[item]["a_2pl"], want["a"], 1e-3)
		near(t, item+" b", got[item]["b_2pl"], want["b"], 1e-3)
	}
	concurrent := tree(t, data("linking", "ref_constants.json"))["concurrent"].(map[string]any)
	group := summary["group_mean_sd"].([][2]float64)[1]
	nearTree(t, "group", []any{group[0], group[1]}, []any{concurrent["mean_new"], concurrent["sd_new"]}, 2e-3)

	// The new form alone, its common items fixed at the old form's parameters,
	// comes out on the same scale.
	summary, err = lab.Calibrate{
		Model: "2pl", Prior: "none", Responses: data("linking", "formX_new_responses.csv"), Fixed: data("linking", "ref_separate_old.csv"), Out: t.TempDir(),
	}.Do()
	if err != nil {
		t.Fatal(err)
	}
	group = summary["group_mean_sd"].([][2]float64)[0]
	nearTree(t, "fixed", []any{group[0], group[1]}, []any{concurrent["mean_new"], concurrent["sd_new"]}, 0.02)
}

// M₂ as mirt has it for LSAT-6: 4.738 with five degrees of freedom.
func TestCalibrate_fitsAsAWhole(t *testing.T) {
	t.Parallel()
	s, err := (lab.Calibrate{Model: "2pl", Prior: "none", Responses: data("lsat", "lsat6_patterns.csv"), Out: t.TempDir()}).Do()
	if err != nil {
		t.Fatal(err)
	}
	if m2, ok := s["m2"].(float64); !ok || math.Abs(m2-4.738) > 5e-4 || s["m2_df"] != 5 {
		t.Errorf("M2 %v with %v degrees of freedom", s["m2"], s["m2_df"])
	}
}

// S-X² as mirt 1.47 has it for LSAT-6, and abilities by total.
func TestCalibrate_fitMatchesPublishedValues(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if _, err := (lab.Calibrate{Model: "2pl", Prior: "none", Responses: data("lsat", "lsat6_patterns.csv"), Out: out}).Do(); err != nil {
		t.Fatal(err)
	}
	fit := rows(t, filepath.Join(out, "itemfit.csv"), "item")
	for item, want := range map[string]string{"I01": "0.450", "I02": "1.691", "I03": "0.666", "I04": "0.175", "I05": "0.111"} {
		near(t, item, fit[item]["s_x2"], want, 6e-4)
	}
	var items []irt.Item
	for _, name := range []string{"I01", "I02", "I03", "I04", "I05"} {
		row := rows(t, filepath.Join(out, "items.csv"), "item")[name]
		a, _ := strconv.ParseFloat(row["a_2pl"], 64)
		b, _ := strconv.ParseFloat(row["b_2pl"], 64)
		items = append(items, irt.Dichotomous(a, b, 0))
	}
	for sum, want := range rows(t, data("lsat", "ref_eapsum.csv"), "sum_score") {
		s, _ := strconv.Atoi(sum)
		got := irt.BySum(items)[s]
		near(t, "EAP of "+sum, cellOf(got.EAP), want["eap"], 1e-4)
		near(t, "SD of "+sum, cellOf(got.SD), want["eap_sd"], 1e-4)
		near(t, "people at "+sum, fmt.Sprint(1000*got.Share), want["expected_2pl"], 1e-2)
	}
}

// Data that no model can be fitted to gives an error or undefined items,
// whatever the model and the priors.
func TestCalibrate_badInput(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"one person": "person,I01,I02\n1,1,0\n", "all missing": "person,I01,I02\n1,,\n2,,\n", "everybody right": "person,I01\n1,1\n2,1\n",
		"nobody in common": "person,I01,I02\n1,1,\n2,,0\n3,0,\n4,,1\n",
	} {
		_, err := lab.Calibrate{Model: "2pl", Prior: "none", Responses: file(t, content), Out: t.TempDir()}.Do()
		if !errors.Is(err, irt.ErrAnswers) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (lab.Calibrate{Model: "2pl", Prior: "none", Responses: data("gpcm", "responses.csv"), Out: t.TempDir()}).Do(); !errors.Is(err, irt.ErrAnswers) {
		t.Errorf("partial credit taken by the 2PL: %v", err)
	}
	for name, content := range map[string]string{
		"one item constant": "person,I01,I02,I03\n1,1,0,1\n2,0,0,1\n3,1,0,0\n4,0,0,0\n", "two persons": "person,I01,I02,I03\n1,1,0,1\n2,0,1,0\n",
		"perfect order":      "person,I01,I02,I03\n1,1,1,1\n2,1,1,0\n3,1,0,0\n4,0,0,0\n",
		"against each other": "person,I01,I02\n1,1,0\n2,0,1\n3,1,0\n4,0,1\n",
	} {
		for _, model := range []string{"1pl", "2pl", "3pl", "gpcm"} {
			for _, prior := range []string{"none", "default", "c"} {
				out := t.TempDir()
				if _, err := (lab.Calibrate{Model: model, Prior: prior, Responses: file(t, content), Out: out}).Do(); err != nil {
					t.Errorf("%s, %s, prior %s: %v", name, model, prior, err)
					continue
				}
				for _, result := range []string{"items.csv", "persons.csv", "summary.json"} {
					text, err := os.ReadFile(filepath.Join(out, result))
					if err != nil || strings.Contains(string(text), "NaN") || strings.Contains(string(text), "Inf") {
						t.Errorf("%s, %s, prior %s, %s: %v\n%s", name, model, prior, result, err, text)
					}
				}
			}
		}
	}
}

func cellOf(v measure.Value) string {
	x, _ := v.Get()
	return fmt.Sprint(x)
}

// Options calibrated from the answers themselves come near the model that made
// them, and find the same copied papers.
func TestCalibrate_options(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	given := data("copying", "nrm_params.csv")
	s, err := (lab.Calibrate{Model: "nrm", Prior: "none", Key: given, KeyColumn: "key", Responses: data("copying", "responses.csv"), Ignore: []string{"agency", "theta_hat"}, Out: out}).Do()
	if err != nil || s["converged"] != true {
		t.Fatal(s, err)
	}
	want := rows(t, given, "item")
	var off, n float64
	for item, got := range rows(t, filepath.Join(out, "items.csv"), "item") {
		for column, text := range got {
			if !strings.HasPrefix(column, "slope_") && !strings.HasPrefix(column, "intercept_") || text == "" {
				continue
			}
			x, err := strconv.ParseFloat(text, 64)
			y, also := strconv.ParseFloat(want[item][column], 64)
			if err != nil || also != nil {
				t.Fatal(item, column, err, also)
			}
			off, n = off+(x-y)*(x-y), n+1
		}
	}
	if rmse := math.Sqrt(off / n); n != 320 || rmse > 0.2 { // of 500 people, standard errors are about .15
		t.Errorf("%v parameters are off by %.3f", n, rmse)
	}
	for _, nrm := range []string{given, filepath.Join(out, "items.csv")} {
		s, err := (lab.Integrity{Responses: data("copying", "responses.csv"), NRM: nrm, Ignore: []string{"agency", "theta_hat"}, Out: t.TempDir()}).Do()
		if err != nil || s["flagged_pairs"] != 6 {
			t.Errorf("%s: %v, %v", nrm, s, err)
		}
	}
	alike := file(t, "person,I1,I2\n1,A,B\n2,B,B\n3,A,B\n")
	for _, prior := range []string{"none", "default"} {
		if _, err := (lab.Calibrate{Model: "nrm", Prior: prior, Key: file(t, "item,key\nI1,A\nI2,B\n"), KeyColumn: "key", Responses: alike, Out: out}).Do(); err != nil {
			t.Fatal(err)
		}
		if got := rows(t, filepath.Join(out, "items.csv"), "item"); got["I2"]["undefined"] != "constant" || got["I2"]["slope_B"] != "" || got["I1"]["slope_A"] == "" {
			t.Errorf("prior %s: an item that everybody got right is %v", prior, got["I2"])
		}
	}
	if _, err := (lab.Calibrate{Model: "nrm", Prior: "none", Responses: data("copying", "responses.csv"), Out: out}).Do(); !errors.Is(err, lab.ErrFile) {
		t.Errorf("without a key: %v", err)
	}
}
