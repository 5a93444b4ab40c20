package assessment_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/scoring"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestRounds_wholeLife(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound()
		if round.State != assessment.Open {
			t.Fatalf("at its due time the round is %s", round.State)
		}
		best := w.Take(w.Officials[0], assessmenttest.All)
		worst := w.Take(w.Officials[1], assessmenttest.None)
		half := w.Take(w.Officials[2], func(p int) bool { return p > 2 })
		if _, err := w.Taking.Outcome(context.Background(), w.Officials[0], best.ID); !errors.Is(err, assessment.ErrNotReleased) {
			t.Errorf("a result before publication: %v", err)
		}
		w.Pass(4*time.Hour + 2*time.Minute)
		w.Settle()
		if state := w.Duty(w.Officials[0]).Round.State; state != assessment.Published {
			t.Fatalf("after its window the round is %s", state)
		}
		for _, c := range []struct {
			who     authz.Actor
			attempt assessment.Attempt
			score   string
			band    string
			low     scoring.LowGroup
		}{
			{w.Officials[0], best, "100.00", scoring.Excellent, scoring.NotLow},
			{w.Officials[1], worst, "0.00", scoring.Fail, scoring.Failed},
			{w.Officials[2], half, "75.00", scoring.Fair, scoring.NotLow},
		} {
			o, err := w.Taking.Outcome(context.Background(), c.who, c.attempt.ID)
			if err != nil || o.Decision.Score.String() != c.score || o.Decision.Band != c.band || o.Decision.Low != c.low {
				t.Errorf("outcome %+v, %v; want %s %s %q", o.Decision, err, c.score, c.band, c.low)
			}
		}
	})
}

// A due time makes one round however many loops run, however often they are
// cut off, and later due times make their own.
func TestPlan_makesOneRoundPerDueTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		if _, err := w.Planner.Create(context.Background(), w.Ministry, w.Series()); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			w.Pass(time.Hour)
			var wg sync.WaitGroup
			for i := range 6 {
				wg.Go(func() {
					ctx, cut := context.WithCancel(context.Background())
					if i%3 == 0 {
						cut() // this loop dies before it can commit
					}
					defer cut()
					for _, s := range []func(context.Context) (int, error){w.Rounds.Plan, w.Rounds.Assemble, w.Rounds.Open} {
						if _, err := s(ctx); err != nil && ctx.Err() == nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			w.Settle()
			w.Pass(23 * time.Hour)
			w.Settle()
		}
		if rounds, distinct := count(t, db, "select count(*) from round"), count(t, db, "select count(distinct due_at) from round"); rounds != 3 || distinct != 3 {
			t.Errorf("%d rounds of %d due times after three days, want 3 of 3", rounds, distinct)
		}
		if n := count(t, db, "select count(*) from seating"); n != 9 {
			t.Errorf("%d seatings, want one per round and agency: 9", n)
		}
	})
}

func TestPlan_skipsADueTimeWhoseWindowHasPassed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		if _, err := w.Planner.Create(context.Background(), w.Ministry, w.Series()); err != nil {
			t.Fatal(err)
		}
		w.Pass(50 * time.Hour) // two windows passed while the server was down; the third is open
		w.Settle()
		if n := count(t, db, "select count(*) from round"); n != 1 {
			t.Errorf("%d rounds after two days of downtime, want the one still open", n)
		}
		if n := count(t, db, "select count(*) from audit_entry where verb = 'series.missed'"); n != 2 {
			t.Errorf("%d missed due times noted, want 2", n)
		}
	})
}

func TestAssemble_waitsForABankThatCanFillTheBlueprint(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		s := w.Series()
		s.Blueprint[0].Count = 5 // four may be drawn: one of six rests on dead law, one waits for review
		if _, err := w.Planner.Create(context.Background(), w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		w.Pass(time.Hour)
		w.Settle()
		var problems []string
		db.Read(context.Background()).Gorm().Raw("select problem from round where state = 'planned'").Scan(&problems)
		if len(problems) != 1 {
			t.Fatalf("problems %q", problems)
		}
		if p, err := assessment.ParseProblem(problems[0]); err != nil || !strings.HasSuffix(p.String(), "T2-TTHC/recall needs 5, has 4") {
			t.Fatalf("problem %v, %v", p, err)
		}
		approve := func(tx *database.Tx) error {
			return tx.Gorm().Exec("update item_revision set state = 'approved' where state = 'in_review'").Error
		}
		if err := db.Write(context.Background(), approve); err != nil {
			t.Fatal(err)
		}
		w.Pass(time.Minute) // it is not tried at every tick
		w.Settle()
		if state := w.Duty(w.Officials[0]).Round.State; state != assessment.Open {
			t.Errorf("after the item was approved the round is %s", state)
		}
	})
}

// A round that could never be assembled is cancelled when its window ends, and
// still says why.
func TestAssemble_cancelsWithItsReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		s := w.Series()
		s.Blueprint[0].Count = 5
		if _, err := w.Planner.Create(context.Background(), w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		w.Pass(time.Hour)
		w.Settle()
		w.Pass(5 * time.Hour)
		w.Settle()
		var rows []struct{ State, Problem string }
		db.Read(context.Background()).Gorm().Raw("select state, problem from round").Scan(&rows)
		if len(rows) != 1 || rows[0].State != string(assessment.Cancelled) || rows[0].Problem == "" {
			t.Errorf("rounds %+v", rows)
		}
	})
}

// Whoever may publish for one province does not publish a round that others
// sit, too.
func TestPublishByHand_needsTheWholeAudience(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound(func(s *assessment.Series) { s.Rules.Release = assessment.ByHand })
		w.Pass(5 * time.Hour)
		w.Settle()
		agency, err := w.Roster.AgencyByCode(context.Background(), "P-1", "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		one := authz.Actor{Account: "one", Grants: []authz.Grant{{Role: authz.Ministry, Agency: string(agency.ID)}}}
		for _, c := range []struct {
			who  authz.Actor
			may  bool
			want error
		}{{one, false, authz.ErrForbidden}, {w.HR, false, authz.ErrForbidden}, {w.Ministry, true, nil}} {
			if may, err := w.Rounds.MayPublish(context.Background(), c.who, round); err != nil || may != c.may {
				t.Errorf("%s may publish: %v, %v", c.who.Account, may, err)
			}
			if err := w.Rounds.PublishByHand(context.Background(), c.who, round.ID, ""); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.who.Account, err, c.want)
			}
		}
	})
}

func TestAssemble_saysThatNobodyIsDue(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	empty, err := w.Roster.AgencyByCode(context.Background(), "P", "2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	emptied := func(tx *database.Tx) error {
		return tx.Gorm().Exec("update posting set valid_to = '2026-11-01'").Error
	}
	if err := w.DB.Write(context.Background(), emptied); err != nil {
		t.Fatal(err)
	}
	s := w.Series()
	s.Audience = empty.ID
	if _, err := w.Planner.Create(context.Background(), w.Ministry, s); err != nil {
		t.Fatal(err)
	}
	w.Pass(time.Hour)
	w.Settle()
	round, err := w.Rounds.First(context.Background())
	if err != nil || round.State != assessment.Planned || !round.Problem.NoOfficials {
		t.Errorf("a round with nobody due: %s, problem %v, %v", round.State, round.Problem, err)
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	if round, err = w.Rounds.First(context.Background()); err != nil || round.State != assessment.Cancelled {
		t.Errorf("after its window it is %s, %v", round.State, err)
	}
}

func TestAssemble_freezesTheRosterOfTheDay(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	w.OpenRound()
	if n := count(t, w.DB, "select count(*) from candidate"); n != 15 {
		t.Errorf("%d candidates, want 15", n)
	}
	if n := count(t, w.DB, "select count(distinct form_number) from candidate"); n != 4 {
		t.Errorf("%d forms dealt, want 4", n)
	}
}

func TestScore_goesOnAfterACrash(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		for _, who := range w.Officials {
			w.Take(who, func(p int) bool { return p%2 == 0 })
		}
		w.Pass(5 * time.Hour)
		if _, err := w.Rounds.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		// A crash left a run with four of the attempts marked.
		crashed := func(tx *database.Tx) error {
			run := tx.Gorm().Exec(`
insert into scoring_run (id, round_id, number, engine, started_at)
select '01890000-0000-7000-8000-000000000001', id, 1, ?, due_at from round`, scoring.Engine).Error
			return errors.Join(run, tx.Gorm().Exec(`
insert into result (run_id, attempt_id, candidate_id, raw, maximum, score, right_count, item_count, band, low_group, commended, topics, counted)
select '01890000-0000-7000-8000-000000000001', id, candidate_id, 1, 4, 2500, 77, 8, 'fail', '', false, '[]', true from attempt order by id limit 4`).Error)
		}
		if err := db.Write(context.Background(), crashed); err != nil {
			t.Fatal(err)
		}
		w.Settle()
		if runs, results := count(t, db, "select count(*) from scoring_run"), count(t, db, "select count(*) from result"); runs != 1 || results != 15 {
			t.Errorf("%d runs with %d results, want the crashed run finished with 15", runs, results)
		}
		if kept := count(t, db, "select count(*) from result where right_count = 77"); kept != 4 {
			t.Errorf("%d of the four results marked before the crash are as they were", kept)
		}
	})
}

// Servers that score one round at once share its run: one run, every attempt
// marked once, the round published once.
func TestScore_byManyServersAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		for _, who := range w.Officials {
			w.Take(who, assessmenttest.All)
		}
		w.Pass(5 * time.Hour)
		ctx := context.Background()
		if _, err := w.Rounds.Close(ctx); err != nil {
			t.Fatal(err)
		}
		var servers sync.WaitGroup
		for range 6 {
			servers.Go(func() {
				if _, err := w.Rounds.Score(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		servers.Wait()
		w.Settle()
		for what, want := range map[string]int64{
			"scoring_run": 1, "scoring_run where finished_at is null": 0, "result": 15, "mark": 15 * 8, "publication": 1, "round where state = 'published'": 1,
		} {
			if n := count(t, db, "select count(*) from "+what); n != want {
				t.Errorf("%s: %d rows, want %d", what, n, want)
			}
		}
	})
}

// A form posted twice makes one series.
func TestCreate_twiceWithOneID(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		s := w.Series()
		s.ID = "01890000-0000-7000-8000-0000000000aa"
		for range 2 {
			if id, err := w.Planner.Create(context.Background(), w.Ministry, s); err != nil || id != s.ID {
				t.Errorf("created %s, %v", id, err)
			}
		}
		if n := count(t, db, "select count(*) from series"); n != 1 {
			t.Errorf("%d series", n)
		}
	})
}

// A round can be marked again as a whole, and a stored number that nobody's
// answers explain is found.
func TestRecomputeRound_findsWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound()
		for i, who := range w.Officials {
			w.Take(who, func(p int) bool { return (p+i)%3 > 0 })
		}
		if _, err := w.Rounds.RecomputeRound(ctx, round.Code); !errors.Is(err, assessment.ErrNotScored) {
			t.Errorf("before scoring: %v", err)
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		for name, compare := range map[string]func() (assessment.Comparison, error){
			"again": func() (assessment.Comparison, error) { return w.Rounds.RecomputeRound(ctx, round.Code) },
			"runs":  func() (assessment.Comparison, error) { return w.Rounds.Compare(ctx, round.Code, 1, 1) },
		} {
			if c, err := compare(); err != nil || !c.Same() || c.Attempts != len(w.Officials) {
				t.Errorf("%s: %+v, %v", name, c, err)
			}
		}
		if _, err := w.Rounds.Compare(ctx, round.Code, 1, 2); !errors.Is(err, assessment.ErrNotScored) {
			t.Errorf("a run that is none: %v", err)
		}
		if _, err := w.Rounds.RecomputeRound(ctx, "none"); !errors.Is(err, assessment.ErrNoRound) {
			t.Errorf("a round that is none: %v", err)
		}
		err := db.Write(ctx, func(tx *database.Tx) error {
			return tx.Gorm().Exec("update result set raw = raw + 1, commended = ? where attempt_id = (select attempt_id from result order by attempt_id limit 1)", true).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := w.Rounds.RecomputeRound(ctx, round.Code)
		if err != nil || c.Same() || c.Scores != 1 || c.Lists != 1 || c.Bands != 0 || len(c.Differences) != 1 {
			t.Errorf("tampered with: %+v, %v", c, err)
		}
	})
}

func TestPublish_byHandWaitsForAPersonWhoMay(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	round := w.OpenRound(func(s *assessment.Series) { s.Rules.Release = assessment.ByHand })
	w.Take(w.Officials[0], assessmenttest.All)
	ctx := context.Background()
	if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); !errors.Is(err, assessment.ErrNotScored) {
		t.Errorf("publishing an open round: %v", err)
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	if state := w.Duty(w.Officials[0]).Round.State; state != assessment.Scored {
		t.Fatalf("the round is %s", state)
	}
	if err := w.Rounds.PublishByHand(ctx, w.HR, round.ID, ""); !errors.Is(err, authz.ErrForbidden) {
		t.Errorf("HR publishing: %v", err)
	}
	for range 2 { // pressing twice publishes once
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, w.DB, "select count(*) from publication"); n != 1 {
		t.Errorf("%d publications", n)
	}
}

func TestCreate_refusesWhatCannotRun(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	for want, spoil := range map[string]func(*assessment.Series){
		"cron":       func(s *assessment.Series) { s.Cron = "zone * * * *" },
		"zone":       func(s *assessment.Series) { s.Zone = "Asia/Hanoi" },
		"blueprint":  func(s *assessment.Series) { s.Blueprint = nil },
		"time_limit": func(s *assessment.Series) { s.Rules.TimeLimit = 5 * time.Hour },
		"audience":   func(s *assessment.Series) { s.Audience = "" },
		"name":       func(s *assessment.Series) { s.Name = "  " },
		"standard":   func(s *assessment.Series) { s.Rules.Standard.PassMark = 1 },
	} {
		s := w.Series()
		spoil(&s)
		if _, err := w.Planner.Create(context.Background(), w.Ministry, s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a wrong %s: %v", want, err)
		}
	}
	if _, err := w.Planner.Create(context.Background(), w.HR, w.Series()); !errors.Is(err, authz.ErrForbidden) {
		t.Errorf("HR creating a series: %v", err)
	}
}

func TestPreview_namesTheCellThatCannotBeFilled(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	s := w.Series()
	s.Blueprint[1].Count = 9
	p, err := w.Planner.Preview(context.Background(), w.Ministry, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Dues) != 12 || p.Agencies != 3 || p.Officials != 15 {
		t.Errorf("%d dues, %d agencies, %d officials", len(p.Dues), p.Agencies, p.Officials)
	}
	want := assessment.Shortage{Cell: assessment.Cell{Topic: assessmenttest.TopicA, Level: itembank.Application, Count: 9}, Have: 4}
	if got := p.Dues[0].Shortages; len(got) != 1 || got[0] != want {
		t.Errorf("shortages %+v, want %+v", got, want)
	}
	if p.Pool.Superseded() != 1 {
		t.Errorf("%d items refused for dead law, want 1", p.Pool.Superseded())
	}
}

func count(t *testing.T, db *database.DB, sql string) (n int64) {
	t.Helper()
	if err := db.Read(context.Background()).Gorm().Raw(sql).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// Where many have everything right, a round whose rules say so waits for a
// person; another goes out by itself, with the alarm on record.
func TestPublish_waitsForAPersonWhenAlarmed(t *testing.T) {
	t.Parallel()
	t.Run("held", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, db *database.DB) { alarmed(t, db, true) })
	})
	t.Run("told", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, db *database.DB) { alarmed(t, db, false) })
	})
}

func alarmed(t *testing.T, db *database.DB, hold bool) {
	w := assessmenttest.New(t, db)
	ctx := context.Background()
	w.OpenRound(func(s *assessment.Series) { s.Rules.Hold = hold })
	for _, who := range w.Officials[:12] {
		w.Take(who, assessmenttest.All)
	}
	w.Pass(4*time.Hour + 2*time.Minute)
	w.Settle()
	round := w.Duty(w.Officials[0]).Round
	want := assessment.Published
	if hold {
		want = assessment.Scored
	}
	if round.State != want {
		t.Fatalf("the round is %s, want %s", round.State, want)
	}
	alarms, err := w.Rounds.Alarms(ctx, w.Ministry, round)
	if err != nil || len(alarms) != 1 || alarms[0].Kind != assessment.Ceiling || alarms[0].Value != 1 || alarms[0].N != 12 {
		t.Errorf("alarms %+v, %v", alarms, err)
	}
	if alarms, err := w.Rounds.Alarms(ctx, w.HR, round); err != nil || len(alarms) > 0 {
		t.Errorf("HR of one agency sees %+v, %v", alarms, err)
	}
	if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); err != nil {
		t.Fatal(err)
	}
	if state := w.Duty(w.Officials[0]).Round.State; state != assessment.Published {
		t.Errorf("published by hand, the round is %s", state)
	}
}
