package assessment_test

import (
	"context"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

// What a round has asked rests for the days that a series says; the reason is
// told, and what a crash left of the round itself does not count.
func TestRest_keepsItemsFromComingBackTooSoon(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		s := w.Series()
		s.Forms, s.Rules.Rest = 1, 3
		if _, err := w.Planner.Create(ctx, w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		w.Pass(time.Hour)
		if _, err := w.Rounds.Plan(ctx); err != nil {
			t.Fatal(err)
		}
		round, err := w.Rounds.First(ctx)
		if err != nil {
			t.Fatal(err)
		}
		form, revision := database.NewID(), ""
		if err := db.Read(ctx).Gorm().Raw("select id from item_revision where state = 'approved' and kind = 'single' order by id limit 1").Scan(&revision).Error; err != nil {
			t.Fatal(err)
		}
		err = db.Write(ctx, func(tx *database.Tx) error {
			return database.InTurn(
				func() error {
					return tx.Gorm().Exec("insert into form (id, round_id, number) values (?, ?, 1)", form, string(round.ID)).Error
				},
				func() error {
					return tx.Gorm().Exec("insert into form_item (form_id, position, revision_id) values (?, 1, ?)", form, revision).Error
				})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Settle()
		if state := w.Duty(w.Officials[0]).Round.State; state != assessment.Open {
			t.Fatalf("the first round is %s", state)
		}
		used := count(t, db, "select count(*) from form_item")

		w.Pass(24 * time.Hour) // the next due time, too soon
		w.Settle()
		p, err := w.Planner.Preview(ctx, w.Ministry, s)
		if err != nil {
			t.Fatal(err)
		}
		if lacks := p.Dues[0].Shortages; len(lacks) == 0 || lacks[0].Topic != assessmenttest.TopicA || lacks[0].Level != itembank.Recall || lacks[0].Have != 1 || lacks[0].Resting != 3 {
			t.Errorf("the preview tells %+v", lacks)
		}
		if n := count(t, db, "select count(*) from form_item"); n != used {
			t.Errorf("a round was drawn from items at rest: %d items on forms", n)
		}
		if n := count(t, db, `select count(*) from round where state = 'planned' and problem like '%resting%'`); n != 1 {
			t.Errorf("%d rounds wait for items at rest", n)
		}

		// The preview looks ahead: what one round asks is missed by the next ones.
		w.Pass(71 * time.Hour)
		if p, err = w.Planner.Preview(ctx, w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		for n, due := range p.Dues {
			if free := n%4 == 0; (len(due.Shortages) == 0) != free || !free && due.Shortages[0].Resting != 3 {
				t.Errorf("due time %d: %+v", n, due.Shortages)
			}
		}
		w.Pass(time.Hour) // the first round is four days ago
		w.Settle()
		if n := count(t, db, "select count(*) from round where state = 'open'"); n != 1 {
			t.Errorf("%d rounds are open when items have rested", n)
		}
	})
}
