package assessment

import (
	"math/rand/v2"
	"testing"

	"sathach/scoring/ctt"
)

// formOf is a form whose people earn a mean share, with a spread of .18.
func formOf(rnd *rand.Rand, number, people int, mean float64, full int) formTotals {
	f := formTotals{Number: number, Full: full}
	for range people {
		x := max(0, min(1, mean+0.18*rnd.NormFloat64()))
		f.Add(x, 0)
	}
	return f
}

func TestAlarmsOf(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		forms []formTotals
		want  []AlarmKind
		form  int
	}{
		"alike":                       {[]formTotals{formOf(rnd, 1, 400, 0.65, 9), formOf(rnd, 2, 400, 0.65, 9), formOf(rnd, 3, 400, 0.65, 9)}, nil, 0},
		"one is hard":                 {[]formTotals{formOf(rnd, 1, 400, 0.65, 9), formOf(rnd, 2, 400, 0.55, 9), formOf(rnd, 3, 400, 0.65, 9)}, []AlarmKind{FormHard}, 2},
		"one is easy":                 {[]formTotals{formOf(rnd, 1, 400, 0.65, 9), formOf(rnd, 2, 400, 0.65, 9), formOf(rnd, 3, 400, 0.76, 9)}, []AlarmKind{FormEasy}, 3},
		"one of three is much easier": {[]formTotals{formOf(rnd, 1, 6000, 0.55, 9), formOf(rnd, 2, 6000, 0.55, 9), formOf(rnd, 3, 6000, 0.75, 9)}, []AlarmKind{FormEasy}, 3},
		"a little apart":              {[]formTotals{formOf(rnd, 1, 9000, 0.65, 9), formOf(rnd, 2, 9000, 0.62, 9)}, nil, 0},
		"few people":                  {[]formTotals{formOf(rnd, 1, 12, 0.9, 0), formOf(rnd, 2, 12, 0.4, 0)}, nil, 0},
		"ceiling":                     {[]formTotals{formOf(rnd, 1, 200, 0.9, 60)}, []AlarmKind{Ceiling}, 0},
		"nobody":                      {nil, nil, 0},
		"everybody full":              {[]formTotals{{1, 50, ctt.Sums{N: 50, Sum: 50, Squares: 50}}, {2, 50, ctt.Sums{N: 50, Sum: 50, Squares: 50}}}, []AlarmKind{Ceiling}, 0},
	} {
		got := alarmsOf(c.forms)
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v, want %v", name, got, c.want)
			continue
		}
		for n, a := range got {
			if a.Kind != c.want[n] || a.Form != c.form || a.Low > a.Value || a.High < a.Value {
				t.Errorf("%s: %+v, want %v of form %d", name, a, c.want[n], c.form)
			}
		}
	}
}

// Forms that do not differ raise an alarm in at most about one of a hundred
// rounds.
func TestAlarmsOf_rarelyWithoutReason(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	without := 0
	const rounds = 2000
	for range rounds {
		var forms []formTotals
		for n := range 8 {
			forms = append(forms, formOf(rnd, n+1, 48, 0.65, 0))
		}
		if len(alarmsOf(forms)) > 0 {
			without++
		}
	}
	if without > rounds/50 {
		t.Errorf("%d of %d rounds of equal forms raise an alarm", without, rounds)
	}
}
