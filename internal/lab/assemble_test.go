package lab_test

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"sathach/internal/lab"
)

// The optima are those on which Cbc, GLPK and HiGHS agree.
func TestAssemble_matchesTheReference(t *testing.T) {
	t.Parallel()
	want := tree(t, data("ata", "ref_ata.json"))
	for _, c := range []struct {
		instance string
		check    func(t *testing.T, report, want map[string]any)
	}{
		{"S1", optimum}, {"S2", optimum}, {"S3", optimum}, {"L1", optimum},
		{"P1000", func(t *testing.T, report, _ map[string]any) {
			if d := report["worst_deviation_percent"].(float64); d > 0.1 || report["max_use"].(float64) > 5 || report["max_overlap"].(float64) > 8 {
				t.Errorf("worst deviation %v %%, use %v, overlap %v", d, report["max_use"], report["max_overlap"])
			}
		}},
		{"X1000", func(t *testing.T, report, want map[string]any) {
			linear := want["aggregate_lp_bound"].(float64)
			if bound := report["bound"].(float64); bound < linear*(1-1e-9) || bound > linear*1.0001 {
				t.Errorf("bound %v, of the linear program %v", bound, linear)
			}
			if gap := report["gap_percent"].(float64); gap > 0.3 || report["max_use"].(float64) > 4 {
				t.Errorf("gap %v %%, use %v", gap, report["max_use"])
			}
		}},
	} {
		t.Run(c.instance, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			if _, err := (lab.Assemble{Bank: data("ata", "bank.csv"), Spec: data("ata", "spec.json"), Instance: c.instance, Seed: "1", Out: out}).Do(); err != nil {
				t.Fatal(err)
			}
			report := tree(t, filepath.Join(out, "report.json"))
			if report["violations"] != 0.0 {
				t.Errorf("%v violations", report["violations"])
			}
			of, _ := want[c.instance].(map[string]any)
			c.check(t, report, of)
		})
	}
}

func optimum(t *testing.T, report, want map[string]any) {
	best := want["mip_optimum"].(float64)
	if x := report["objective"].(float64); math.Abs(x-best) > 1e-6 || report["proven"] != true {
		t.Errorf("objective %v, proven %v; the optimum is %v", x, report["proven"], best)
	}
}

func TestAssemble_badInput(t *testing.T) {
	t.Parallel()
	bank := "item,topic,level,a,b,c,seconds,enemy,stimulus\n1,1,1,1,0,0.2,40,0,0\n2,1,2,1,0.5,0.2,50,0,0\n3,2,1,1,-0.5,0.2,60,0,0\n"
	spec := func(more string) string {
		return `{"theta":[-1,0,1],"instances":{"X":{"forms":1,"length":2,"pool":{"stimulus":false},"topics":{"1":[1,1],"2":[1,1]},"objective":{"kind":"maximin","weights":[1,1,1]}` + more + `}}}`
	}
	for name, c := range map[string]struct{ bank, spec, instance, want string }{
		"sound":           {bank, spec(""), "X", ""},
		"no instance":     {bank, spec(""), "Y", "only X"},
		"no JSON":         {bank, "{", "X", "unexpected end"},
		"objective":       {bank, spec(`,"objective":{"kind":"best"}`), "X", "not maximin or target"},
		"infeasible":      {bank, spec(`,"topics":{"1":[1,1],"2":[1,1],"3":[1,1]}`), "X", "needs 3, has 2"},
		"too long":        {bank, spec(`,"seconds_max":80`), "X", "seconds of a form: needs 100, has 80"},
		"weights missing": {bank, spec(`,"objective":{"kind":"maximin","weights":[1]}`), "X", "at 3 points"},
		"no topics":       {strings.ReplaceAll(bank, "topic", "theme"), spec(""), "X", `no column "topic"`},
		"no slope":        {strings.ReplaceAll(bank, "1,1,1,1,", "1,1,1,x,"), spec(""), "X", "is no number"},
		"misspelt":        {bank, spec(`,"second_max":80`), "X", "second_max"},
		"three bounds":    {bank, spec(`,"levels":{"1":[1,2,3]}`), "X", "not a least and a most"},
		"no time":         {bank, spec(`,"seconds_max":0`), "X", "seconds_max is 0"},
		"forms below 0":   {bank, spec(`,"forms":-2`), "X", "forms is -2"},
		"far off":         {bank, strings.ReplaceAll(spec(""), "[-1,0,1]", "[-1,0,1e9]"), "X", "beyond"},
		"huge weight":     {bank, spec(`,"objective":{"kind":"maximin","weights":[1,1,1e300]}`), "X", "not between"},
		"half a second":   {strings.ReplaceAll(bank, ",40,", ",40.5,"), spec(""), "X", "no whole number of seconds"},
		"nothing shared":  {bank, spec(`,"forms":2,"max_overlap":0`), "X", "needs 2"},
		"an item twice":   {bank + "3,2,1,1,-0.5,0.2,60,0,0\n", spec(""), "X", "two of the name"},
		"max_item":        {bank, strings.ReplaceAll(spec(""), `"stimulus":false`, `"stimulus":false,"max_item":-5`), "X", "max_item is -5"},
		"both objectives": {bank, spec(`,"objective":{"kind":"maximin","weights":[1,1,1],"targets":[1,1,1]}`), "X", "both weights and targets"},
		"no parameters":   {strings.ReplaceAll(bank, "1,1,1,1,0,0.2", "1,1,1,,,0.2"), spec(""), "X", "item 1 has no parameters"},
		"zeros":           {strings.ReplaceAll(bank, ",0,0\n", ",00, 0\n"), spec(`,"per_enemy_group_max":1`), "X", ""},
		"all are enemies": {strings.ReplaceAll(bank, ",0,0\n", ",7,0\n"), spec(`,"per_enemy_group_max":1`), "X", "items of a form, with at most 1 of one enemy group: needs 2, has 1"},
		"enemies of one":  {strings.ReplaceAll(bank, ",50,0,", ",50,3,"), strings.ReplaceAll(strings.ReplaceAll(spec(`,"per_enemy_group_max":1`), `"1":[1,1]`, `"1":[2,2]`), `"2":[1,1]`, `"2":[0,0]`), "X", ""},
		"no information":  {strings.NewReplacer(",1,0,0.2", ",50,99,0", ",1,0.5,0.2", ",50,99,0", ",1,-0.5,0.2", ",50,99,0").Replace(bank), spec(""), "X", ""},
	} {
		_, err := lab.Assemble{Bank: file(t, c.bank), Spec: file(t, c.spec), Instance: c.instance, Out: t.TempDir()}.Do()
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, lab.ErrFile) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
