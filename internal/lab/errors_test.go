package lab

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Standard errors are as large as the figures vary from one sample of people to another.
func TestStandardErrors_areHowFiguresVary(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 1))
	figures := func(table *ctt.Table) Summary {
		s := Summary{"items": itemFigures([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}, ctt.Analyse(table))}
		s.put("omega", ctt.Omega(table))
		s["cut"] = decisions(table, []int{7}, 12)
		return s
	}
	at := func(s Summary, path ...string) float64 {
		t.Helper()
		for _, name := range path[:len(path)-1] {
			s = s[name].(Summary)
		}
		x, is := s[path[len(path)-1]].(float64)
		if !is {
			t.Fatalf("%v is %v", path, s[path[len(path)-1]])
		}
		return x
	}
	paths := [][]string{{"items", "a", "D27"}, {"items", "b", "biserial"}, {"items", "c", "moodle_de"}, {"items", "d", "alpha_if_deleted"}, {"omega"}, {"cut", "mean"}, {"cut", "cut7", "livingston_K2"}, {"cut", "cut7", "subkoviak_kappa"}}
	const samples = 80
	seen, said := make([][]float64, len(paths)), make([]float64, len(paths))
	for range samples {
		table, _ := ctt.NewTable([]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1})
		for range 400 {
			row, able := make([]int, 12), 1.2*rnd.NormFloat64()
			for j := range row {
				if rnd.Float64() < 1/(1+math.Exp(-able-0.25*float64(j-6))) {
					row[j] = 1
				}
			}
			if err := table.Add(row); err != nil {
				t.Fatal(err)
			}
		}
		whole, errors := figures(table), standardErrors(table, figures)
		for k, path := range paths {
			se := at(errors, path...)
			seen[k], said[k] = append(seen[k], at(whole, path...)), said[k]+se*se/samples
		}
	}
	for k, path := range paths {
		varies := measure.Jackknife(seen[k]) * samples / (samples - 1) / (samples - 1) // the variance of the samples
		if ratio := said[k] / varies; ratio < 0.65 || ratio > 1.6 {
			t.Errorf("%v: errors squared are %.2f of how it varies", path, ratio)
		}
	}
}

// Files in order of scores err as others do; a median, and the ends of intervals, have no
// error that leaving out people would tell.
func TestStandardErrors_ofPeopleInOrder(t *testing.T) {
	t.Parallel()
	table, _ := ctt.NewTable([]int{1, 1})
	for n := range 1000 {
		_ = table.Add([]int{n / 500, n / 250 % 2})
	}
	got := standardErrors(table, func(part *ctt.Table) Summary {
		a := ctt.Analyse(part)
		s := testSummary(a.Test)
		s["items"] = itemFigures([]string{"a", "b"}, a)
		return s
	})
	if se := got["items"].(Summary)["a"].(Summary)["facility"].(float64); se < 0.010 || se > 0.023 { // √(.25/1000) = .0158
		t.Errorf("the facility of half of 1,000 people errs by %v", se)
	}
	for _, name := range []string{"median", "alpha_low", "alpha_high"} {
		if _, has := got[name]; has {
			t.Errorf("%s has an error", name)
		}
	}
}

// Of few people nothing is said; what all parts have alike errs by nothing.
func TestStandardErrors_ofLittle(t *testing.T) {
	t.Parallel()
	table, _ := ctt.NewTable([]int{1, 1})
	for n := range 2 * parts {
		if got := standardErrors(table, func(*ctt.Table) Summary { return Summary{} }); got["undefined"] != measure.TooFew {
			t.Fatalf("%d people: %v", n, got)
		}
		_ = table.Add([]int{n % 2, 1})
	}
	got := standardErrors(table, func(*ctt.Table) Summary { return Summary{"limit": 1.0, "n": 3, "none": nil} })
	if len(got) != 1 || got["limit"] != 0.0 {
		t.Errorf("%v", got)
	}
}

// A file that is not in UTF-8 would give two items one name.
func TestReadFrame_wantsText(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"another encoding": "person,C\xe2u,C\xeau\n1,0,1\n", "a zero byte": "person,a\x00,b\n1,0,1\n", "in a cell": "person,a,b\n\xe2,0,1\n"} {
		file := filepath.Join(t.TempDir(), "r.csv")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readFrame(file); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), "UTF-8") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
