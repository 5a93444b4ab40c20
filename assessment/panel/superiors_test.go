package panel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/fault"
	"sathach/scoring"
)

// heard is a scored round of twenty items, of which each of forty people has so
// many right as superiors say they should, and a panel on it.
func heard(t *testing.T, db *database.DB) (b *bench, id panel.ID, codes []string, levels []int) {
	t.Helper()
	w := assessmenttest.New(t, db)
	b = &bench{World: w, Panels: &panel.Panels{DB: db, Now: w.Now, Rounds: w.Rounds}}
	takers := w.Enrol(40)
	b.round = w.OpenRound(func(s *assessment.Series) { s.Forms, s.Blueprint = 1, assessmenttest.WholeBank() })
	for i, who := range takers {
		level, luck := 1+i%5, i/5%3-1
		w.Take(who, func(position int) bool { return position <= 3*level+luck })
		codes, levels = append(codes, fmt.Sprintf("%07d", 1000+i)), append(levels, level)
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	b.chair = b.Account("chair", w.Ministry.Grants)
	b.one = b.Account("one", []authz.Grant{{Role: authz.Author, Agency: w.Ministry.Grants[0].Agency}})
	return b, b.begin(t), codes, levels
}

// The regression on what superiors say gives a mark of its own, with its error, that
// a series can use.
func TestHear_givesAMark(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, id, codes, levels := heard(t, db)
		ctx := context.Background()
		if err := b.Panels.Close(ctx, b.chair, id, 1, panel.Borderline); !errors.Is(err, panel.ErrEmpty) {
			t.Errorf("closed before anybody said anything: %v", err)
		}
		say := func(n int) string {
			lines := []string{"Mã hồ sơ;Mức"}
			for i := range n {
				lines = append(lines, fmt.Sprintf("%s;%d", codes[i], levels[i]))
			}
			return strings.Join(lines, "\r\n")
		}
		if n, err := b.Panels.Hear(ctx, b.chair, id, say(25)); err != nil || n != 25 {
			t.Fatal(n, err)
		}
		if _, r, err := b.Panels.Standing(ctx, b.chair, id); err != nil || r.Superiors.People != 25 || r.Superiors.Usable() {
			t.Errorf("few people: %+v, %v", r.Superiors, err)
		}
		if n, err := b.Panels.Hear(ctx, b.chair, id, say(40)); err != nil || n != 40 {
			t.Fatal(n, err)
		}
		x, r, err := b.Panels.Standing(ctx, b.chair, id)
		if err != nil {
			t.Fatal(err)
		}
		cut, _ := r.Superiors.Cut.Get()
		se, sure := r.Superiors.Error.Get()
		median, _ := r.Superiors.Median.Get()
		contrast, parted := r.Superiors.Contrast.Get()
		// Level 3 has 9 of 20 right, give or take one.
		if math.Abs(cut-45) > 1.5 || !sure || se <= 0 || se > 2 || math.Abs(median-45) > 5 || parted && math.Abs(contrast-45) > 5 || r.Superiors.Levels[4].N != 8 {
			t.Errorf("superiors %+v", r.Superiors)
		}
		if err := b.Panels.Close(ctx, b.chair, id, x.Version, panel.Angoff); !errors.Is(err, panel.ErrEmpty) {
			t.Errorf("closed by judges who rated nothing: %v", err)
		}
		if err := b.Panels.Close(ctx, b.chair, id, x.Version, "guess"); !errors.Is(err, panel.ErrEmpty) {
			t.Errorf("closed by another method: %v", err)
		}
		if err := b.Panels.Close(ctx, b.chair, id, x.Version, panel.Borderline); err != nil {
			t.Fatal(err)
		}
		source, err := b.Panels.Source(ctx, b.chair, id)
		if err != nil || !source.Borderline || source.Judges != 40 || source.Error == nil || source.Cut != scoring.Hundredths(math.Round(100*cut)) {
			t.Errorf("source %+v, %v", source, err)
		}
		if _, err := b.Panels.Hear(ctx, b.chair, id, say(40)); !errors.Is(err, panel.ErrClosed) {
			t.Errorf("heard after the end: %v", err)
		}
	})
}

// No mark rests on levels that say nothing of scores, or that are all on one side.
func TestHear_needsEvidence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, id, codes, levels := heard(t, db)
		ctx := context.Background()
		want := map[string]panel.Obstacle{"reversed": panel.Reversed, "unrelated": panel.Unclear, "one side": panel.Unclear, "alike": panel.Alike}
		for name, level := range map[string]func(i int) int{
			"reversed":  func(i int) int { return 6 - levels[i] },
			"unrelated": func(i int) int { return 1 + (i/5)%5 },
			"one side":  func(i int) int { return 4 + levels[i]/4 },
			"alike":     func(int) int { return 3 },
		} {
			var lines []string
			for i, code := range codes {
				lines = append(lines, fmt.Sprintf("%s\t%d", code, level(i)))
			}
			if _, err := b.Panels.Hear(ctx, b.chair, id, strings.Join(lines, "\n")); err != nil {
				t.Fatal(err)
			}
			_, r, err := b.Panels.Standing(ctx, b.chair, id)
			if err != nil || r.Superiors.Usable() {
				t.Errorf("%s levels are usable: %+v, %v", name, r.Superiors, err)
			}
			if got := r.Superiors.Obstacle(); got != want[name] {
				t.Errorf("%s levels: %q", name, got)
			}
		}
		if _, err := b.Panels.Hear(ctx, b.chair, id, codes[0]+" 4"); err != nil {
			t.Fatal(err)
		}
		_, r, err := b.Panels.Standing(ctx, b.chair, id)
		if _, told := r.Superiors.Levels[3].Mean.Get(); err != nil || told || r.Superiors.Levels[3].N != 1 {
			t.Errorf("the score of one person is told: %+v, %v", r.Superiors, err)
		}
	})
}

// Lines that cannot be used are named, and what was heard before stays.
func TestHear_keepsNothingOfABadList(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b, id, codes, _ := heard(t, db)
		ctx := context.Background()
		if _, err := b.Panels.Hear(ctx, b.chair, id, codes[0]+" 3"); err != nil {
			t.Fatal(err)
		}
		if n, err := b.Panels.Hear(ctx, b.chair, id, strings.TrimLeft(codes[0], "0")+" 3"); err != nil || n != 1 {
			t.Errorf("a code without the zeros it begins with: %d, %v", n, err)
		}
		for name, c := range map[string]struct{ text, key string }{
			"nothing":                  {" \n\n", "panel.no_opinions"},
			"only a heading":           {"Mã hồ sơ\tMức", "panel.no_opinions"},
			"a first line, misspelt":   {"0000999\tbốn\n" + codes[1] + " 3", "panel.bad_opinion"},
			"no level":                 {codes[0] + "\t3\n" + codes[1], "panel.bad_opinion"},
			"a first line with a code": {codes[0] + " x\n" + codes[1] + " 3", "panel.bad_opinion"},
			"no such level":            {codes[0] + ",6", "panel.bad_opinion"},
			"a fraction":               {codes[1] + " 3\n" + codes[0] + " 3.5", "panel.bad_opinion"},
			"a third cell":             {codes[0] + " 3 4", "panel.bad_opinion"},
			"a stranger":               {"9999999 3", "panel.unknown_person"},
			"twice":                    {codes[0] + " 3\n" + codes[0] + " 4", "panel.person_twice"},
		} {
			_, err := b.Panels.Hear(ctx, b.chair, id, c.text)
			var wrong *fault.Error
			if !errors.As(err, &wrong) || len(wrong.Fields) == 0 || wrong.Fields[0].Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, r, err := b.Panels.Standing(ctx, b.chair, id); err != nil || r.Superiors.People != 1 || r.Superiors.Levels[2].N != 1 {
			t.Errorf("left of what was heard: %+v, %v", r.Superiors, err)
		}
		if _, err := b.Panels.Hear(ctx, b.one, id, codes[0]+" 3"); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("a judge brings what superiors say: %v", err)
		}
	})
}
