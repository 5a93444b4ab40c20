package lab_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"sathach/internal/lab"
)

func given(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Worked by hand: cuts of 1.5 and 1.9 of three items; scores of 10·rating + 30;
// people at every point of 0 to 99.
func TestCutscore_byEveryMethod(t *testing.T) {
	t.Parallel()
	scores := "score\n"
	for x := range 100 {
		scores += string(rune('0'+x/10)) + string(rune('0'+x%10)) + "\n"
	}
	out := t.TempDir()
	s, err := lab.Cutscore{
		Ratings:    given(t, "r.csv", "judge,Q1,Q2,Q3\nA,0.5,0.6,0.4\nB,0.7,0.8,0.4\nC,0.6,,0.4\n"),
		Bank:       given(t, "bank.csv", "item,a,b,c\nQ1,1,-0.5,0\nQ2,1,-1,0\nQ3,1,0.5,0\n"),
		Borderline: given(t, "b.csv", "score,rating\n40,1\n50,2\n50,2\n60,3\n"), At: 2,
		Scores: given(t, "s.csv", scores), Hofstee: []float64{30, 70, 0.1, 0.9}, Seed: 1, Out: out,
		Beuk:      given(t, "k.csv", "judge,cut,reach\nA,40,0.6\nB,50,0.7\nC,60,0.8\n"),
		Groups:    given(t, "g.csv", "score,sufficient\n40,0\n44,1\n48,0\n52,1\n56,0\n60,1\n"),
		Bookmarks: given(t, "m.csv", "judge,item\nA,Q2\nB,Q1\nC,Q3\n"), Chance: 0.5,
	}.Do()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		"angoff_cut": 0.6 + 0.7 + 0.4, "angoff_se": 0.2, "borderline_group_cut": 50, "borderline_regression_cut": 50, "hofstee_cut": 50, "hofstee_fail": 0.5,
		"beuk_cut": 40, "beuk_reach": 0.6, "contrasting_cut": 50, "bookmark_theta": -0.5, "bookmark_se": math.Sqrt(math.Pi/2) * 0.7638 / math.Sqrt(3),
	} {
		if got, ok := s[name].(float64); !ok || math.Abs(got-want) > 0.02 {
			t.Errorf("%s: %v, want %v", name, s[name], want)
		}
	}
	if theta, ok := s["theta_cut"].(float64); !ok || math.Abs(theta-(-0.04)) > 0.05 {
		t.Errorf("theta %v", s["theta_cut"])
	}
	judges := rows(t, filepath.Join(out, "judges.csv"), "judge")
	if judges["C"]["cut"] != "" || judges["A"]["cut_without"] == "" {
		t.Errorf("judges %v", judges)
	}
}

func TestCutscore_refusesWhatIsNoRating(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]lab.Cutscore{
		"nothing":      {},
		"beyond 1":     {Ratings: given(t, "r.csv", "judge,Q1\nA,1.5\n")},
		"not a number": {Ratings: given(t, "r.csv", "judge,Q1\nA,NaN\n")},
		"no judge":     {Ratings: given(t, "r.csv", "Q1\n0.5\n")},
		"no bank item": {Ratings: given(t, "r.csv", "judge,Q1\nA,0.5\n"), Bank: given(t, "b.csv", "item,a,b,c\nQ9,1,0,0\n")},
		"half rating":  {Borderline: given(t, "b.csv", "score,rating\n40,1.5\n")},
		"no bank":      {Bookmarks: given(t, "m.csv", "judge,item\nA,Q1\n")},
		"unknown mark": {Bookmarks: given(t, "m.csv", "judge,item\nA,Q7\n"), Bank: given(t, "b.csv", "item,a,b,c\nQ9,1,0,0\n"), Chance: 0.5},
		"no group":     {Groups: given(t, "g.csv", "score,sufficient\n40,2\n")},
		"no reach":     {Scores: given(t, "s.csv", "score\n50\n"), Beuk: given(t, "k.csv", "judge,cut\nA,50\n")},
		"three limits": {Scores: given(t, "s.csv", "score\n50\n"), Hofstee: []float64{1, 2, 0.5}},
	} {
		c.Out = t.TempDir()
		if _, err := c.Do(); !errors.Is(err, lab.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
