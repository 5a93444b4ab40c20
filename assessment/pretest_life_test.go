package assessment_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/fault"
)

// Pretest items are asked and marked like the others, and count for nothing but
// what is known of the items.
func TestPretest_wholeLife(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound(func(s *assessment.Series) { s.Forms, s.Rules.Pretest = 1, 2 })
		if d := w.Duty(w.Officials[0]); d.Questions != 10 || d.Pretests != 2 {
			t.Fatalf("%d questions, %d of them tried", d.Questions, d.Pretests)
		}
		var tried []int
		if err := db.Read(ctx).Gorm().Raw("select t.position from form_item t join form f on f.id = t.form_id where f.round_id = ? and t.pretest order by t.position", string(round.ID)).Scan(&tried).Error; err != nil || len(tried) != 2 {
			t.Fatal(tried, err)
		}
		failsThem := w.Take(w.Officials[0], func(p int) bool { return !slices.Contains(tried, p) })
		onlyThem := w.Take(w.Officials[1], func(p int) bool { return slices.Contains(tried, p) })
		w.Pass(5 * time.Hour)
		w.Settle()
		o, err := w.Taking.Outcome(ctx, w.Officials[0], failsThem.ID)
		if err != nil || o.Decision.Score != 10000 || o.Total.Items != 8 || o.Total.Right != 8 || o.Withdrawn+o.Credited != 0 {
			t.Errorf("all but those that are tried: %+v, %v", o, err)
		}
		items := 0
		for _, topic := range o.Topics {
			items += topic.Items
		}
		if items != 8 {
			t.Errorf("topics hold %d items", items)
		}
		if o, err := w.Taking.Outcome(ctx, w.Officials[1], onlyThem.ID); err != nil || o.Total.Raw != 0 || o.Total.Items != 8 {
			t.Errorf("only those that are tried: %+v, %v", o, err)
		}
		for _, official := range w.Officials[:2] {
			if n := len(w.Duty(official).Attempts); n != 1 {
				t.Errorf("%d attempts", n)
			}
		}
		if n := count(t, db, "select count(*) from item_statistic x join form_item t on t.revision_id = x.revision_id where t.pretest and x.n = 2 and x.facility = 500"); n != 2 {
			t.Errorf("%d of the items that are tried have statistics", n)
		}
		if c, err := w.Rounds.RecomputeRound(ctx, round.Code); err != nil || !c.Same() {
			t.Errorf("recomputed: %+v, %v", c, err)
		}
		_, outlook, err := w.Rounds.Outlook(ctx, w.Ministry, round.ID)
		if err != nil || outlook.Forms[0].Items != 8 {
			t.Errorf("the outlook is of %d items, %v", outlook.Forms[0].Items, err)
		}
	})
}

// A quarter of the items that count is the most, and a preview tells what there
// is to try.
func TestPretest_bounds(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	s := w.Series()
	s.Rules.Pretest = 3 // of 8
	var wrong *fault.Error
	if _, err := w.Planner.Create(context.Background(), w.Ministry, s); !errors.As(err, &wrong) || len(wrong.Fields) != 1 || wrong.Fields[0].Name != "pretest" {
		t.Errorf("three for eight: %v", err)
	}
	s.Rules.Pretest = 2
	p, err := w.Planner.Preview(context.Background(), w.Ministry, s)
	if err != nil || p.Outlook == nil || p.Outlook.Pretest != 2 || p.Outlook.Untried < 8 {
		t.Errorf("preview: %+v, %v", p.Outlook, err)
	}
}
