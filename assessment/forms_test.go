package assessment_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/scoring/irt"
)

// formsIn are the items of every form of a round, by number.
func formsIn(t *testing.T, db *database.DB, round assessment.RoundID) map[int]string {
	t.Helper()
	var rows []struct {
		Number     int
		RevisionID string
	}
	err := db.Read(context.Background()).Gorm().Raw("select f.number, i.revision_id from form f join form_item i on i.form_id = f.id where f.round_id = ? order by f.number, i.position", string(round)).Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	forms := map[int]string{}
	for _, r := range rows {
		forms[r.Number] += r.RevisionID + " "
	}
	return forms
}

// Everybody gets a form of their own, which follows from the round's seed, and
// the round is played, scored and published as any other.
func TestFormEach_wholeLife(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound(func(s *assessment.Series) { s.Forms = assessment.FormEach })
		forms := formsIn(t, db, round.ID)
		if len(forms) != len(w.Officials) {
			t.Fatalf("%d forms for %d people", len(forms), len(w.Officials))
		}
		different := map[string]bool{}
		for _, f := range forms {
			different[f] = true
		}
		if len(different) < len(forms)/2 {
			t.Errorf("%d different forms of %d", len(different), len(forms))
		}
		_, outlook, err := w.Rounds.Outlook(ctx, w.Ministry, round.ID)
		if err != nil || !outlook.Everybody || len(outlook.Forms) != len(w.Officials) {
			t.Errorf("outlook %+v, %v", outlook, err)
		}
		for i, who := range w.Officials {
			w.Take(who, func(position int) bool { return position > i%5 })
		}
		w.Pass(4*time.Hour + 2*time.Minute)
		w.Settle()
		if got := w.Duty(w.Officials[0]).Round; got.State != assessment.Published {
			t.Errorf("the round is %s: %s", got.State, got.Problem)
		}
	})
}

// What a crash left of a draw is cleared, and the same draw is made again.
func TestAssemble_goesOnAfterACrash(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		if _, err := w.Planner.Create(ctx, w.Ministry, w.Series()); err != nil {
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
		half := func(tx *database.Tx) error {
			return tx.Gorm().Exec("insert into form (id, round_id, number) values (?, ?, 1)", database.NewID(), string(round.ID)).Error
		}
		if err := db.Write(ctx, half); err != nil {
			t.Fatal(err)
		}
		if done, err := w.Rounds.Assemble(ctx); err != nil || done != 1 {
			t.Fatalf("%d assembled, %v", done, err)
		}
		if forms := formsIn(t, db, round.ID); len(forms) != 4 {
			t.Errorf("%d forms", len(forms))
		}
	})
}

// Servers that come upon a planned round at once assemble it once, whole.
func TestAssemble_byManyServersAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		s := w.Series()
		s.Forms = assessment.FormEach
		if _, err := w.Planner.Create(ctx, w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		w.Pass(time.Hour)
		if _, err := w.Rounds.Plan(ctx); err != nil {
			t.Fatal(err)
		}
		var servers sync.WaitGroup
		var assembled atomic.Int32
		for range 6 {
			other := &assessment.Rounds{DB: db, Now: w.Now, Log: dbtest.Log, Advisor: w.Refresher}
			servers.Go(func() {
				done, err := other.Assemble(ctx)
				if err != nil {
					t.Error(err)
				}
				assembled.Add(int32(done))
			})
		}
		servers.Wait()
		if n := assembled.Load(); n != 1 {
			t.Errorf("assembled %d times", n)
		}
		for what, want := range map[string]int64{"round where state = 'assembled'": 1, "form": 15, "form_item": 15 * 8, "seating": 3, "candidate": 15} {
			if n := count(t, db, "select count(*) from "+what); n != want {
				t.Errorf("%s: %d rows, want %d", what, n, want)
			}
		}
	})
}

// Once rounds have shown how hard items are, forms are made alike, and the
// outlook says so before anybody takes them.
func TestAssemble_makesFormsAlikeByWhatIsKnown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound()
		pool, err := w.Bank.Pool(ctx, "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		var stats []itembank.RoundStatistic
		for i, d := range pool.Drawable {
			stats = append(stats, itembank.RoundStatistic{Revision: d.Revision, N: 500, Facility: 0.35 + 0.6*float64(i%3)/2, At: w.Now()})
		}
		if err := db.Write(ctx, func(tx *database.Tx) error { return itembank.RecordStatistics(tx, string(round.ID), stats) }); err != nil {
			t.Fatal(err)
		}
		s := w.Series()
		s.Name, s.Forms = "Chuỗi khác", 6
		preview, err := w.Planner.Preview(ctx, w.Ministry, s)
		if err != nil || preview.Outlook == nil {
			t.Fatalf("preview %+v, %v", preview, err)
		}
		o := preview.Outlook
		total := o.Tens[0]
		for _, share := range o.Tens[1:] {
			total += share
		}
		if len(o.Forms) != 6 || o.Spread() > 4 || o.Apart() || math.Abs(total-1) > 1e-9 || o.Evidence[assessment.Tried] != o.Items || len(o.Points) != 13 {
			t.Errorf("outlook %+v: forms differ by %.1f points", o, o.Spread())
		}
		if _, _, err := w.Rounds.Outlook(ctx, w.HR, round.ID); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("HR of one agency: %v", err)
		}

		// Provisional parameters are believed unless they are too rough.
		w.Pass(5 * time.Hour)
		w.Settle()
		run := newestRun(t, w, round.ID)
		for _, c := range []struct {
			se   float64
			want assessment.Evidence
		}{{0.2, assessment.Estimated}, {0.8, assessment.Tried}} {
			var known []itembank.Parameters
			for _, d := range pool.Drawable {
				known = append(known, itembank.Parameters{Revision: d.Revision, Standing: itembank.Provisional, N: 60, Curve: itembank.RightOrWrong(irt.Dichotomous(1, 0.5, 0)), SE: []float64{0.2, c.se}, At: w.Now()})
			}
			err := db.Write(ctx, func(tx *database.Tx) error {
				return database.InTurn(
					func() error { return itembank.RecordStatistics(tx, string(round.ID), stats) },
					func() error { return itembank.RecordParameters(tx, run, known) })
			})
			if err != nil {
				t.Fatal(err)
			}
			if preview, err = w.Planner.Preview(ctx, w.Ministry, s); err != nil || preview.Outlook.Evidence[c.want] != preview.Outlook.Items {
				t.Errorf("with a standard error of %v: %+v, %v", c.se, preview.Outlook.Evidence, err)
			}
		}
	})
}

// Forms can be drawn again from what was kept, tried items with them, after the bank has
// changed altogether; a form that was changed since is found.
func TestRedraw_afterTheBankHasChanged(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]int{"a form each": assessment.FormEach, "three forms": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				w := assessmenttest.New(t, db)
				ctx := context.Background()
				round := w.OpenRound(func(s *assessment.Series) { s.Forms, s.Rules.Pretest = each, 1 })
				for _, statement := range []string{
					"update item_revision set state = 'retired' where id in (select revision_id from form_item) or kind = 'single'", "update round set name = 'Tên khác'",
				} {
					if err := db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec(statement).Error }); err != nil {
						t.Fatal(err)
					}
				}
				found, err := w.Rounds.Redraw(ctx, round.Code)
				if err != nil || len(found.Different) > 0 || found.Forms != len(formsIn(t, db, round.ID)) || found.Items == 0 {
					t.Errorf("drawn again: %+v, %v", found, err)
				}
				err = db.Write(ctx, func(tx *database.Tx) error {
					return tx.Gorm().Exec("update form_item set pretest = not pretest where position = 1 and form_id = (select id from form where round_id = ? and number = 2)", string(round.ID)).Error
				})
				if err != nil {
					t.Fatal(err)
				}
				if found, err := w.Rounds.Redraw(ctx, round.Code); err != nil || !slices.Equal(found.Different, []int{2}) {
					t.Errorf("a changed form: %+v, %v", found, err)
				}
				if err := db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec("delete from round_draw").Error }); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Rounds.Redraw(ctx, round.Code); !errors.Is(err, assessment.ErrNoStock) {
					t.Errorf("nothing was kept: %v", err)
				}
			})
		})
	}
}
