package assessment_test

import (
	"context"
	"math"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
)

// A scored round tells the bank what it has shown about its items, once.
func TestScore_writesStatisticsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound()
		w.Take(w.Officials[0], assessmenttest.All)
		w.Take(w.Officials[1], assessmenttest.None)
		w.Pass(23 * time.Hour)
		w.Settle()
		reader := authz.Actor{Account: "x", Grants: []authz.Grant{{Role: authz.Author, Agency: "a"}}}
		pool, err := w.Bank.Pool(context.Background(), "2026-11-25")
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, d := range pool.Drawable {
			item, err := w.Bank.Item(context.Background(), d.Code, "2026-11-25")
			if err != nil {
				t.Fatal(err)
			}
			stats, err := w.Bank.Statistics(context.Background(), item.Item)
			if err != nil || len(stats) > 1 {
				t.Fatalf("%s: %+v, %v", d.Code, stats, err)
			}
			exposed, err := w.Rounds.Exposures(context.Background(), reader, item.Item)
			if err != nil {
				t.Fatal(err)
			}
			if len(stats) == 0 {
				continue
			}
			seen++
			s := stats[0]
			if s.Round != string(round.ID) || s.RoundName != round.Name || s.N > 2 || s.N == 2 && math.Abs(s.Facility-0.5) > 1e-9 || s.N == 2 && (s.Discrimination == nil || *s.Discrimination < 0.99) {
				t.Errorf("%s: %+v", d.Code, s)
			}
			if n := attemptsOf(exposed); n != s.N {
				t.Errorf("%s: met by %d, counted for %d", d.Code, n, s.N)
			}
		}
		if seen == 0 {
			t.Error("no item has a statistic")
		}
	})
}

func attemptsOf(exposed []assessment.Exposure) (n int) {
	for _, e := range exposed {
		n += e.Attempts
	}
	return n
}

// Statistics come from first tries, which nobody has seen items before, and
// leave out what somebody did not reach.
func TestScore_statisticsAreOfFirstTriesAndItemsReached(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound(func(s *assessment.Series) { s.Rules.Tries = 2 })
		ctx, who := context.Background(), w.Officials[0]
		p := w.Begin(who)
		last := len(p.Questions)
		var reached []assessment.Event
		for _, e := range w.Answers(p, assessmenttest.None) {
			if e.Position < last {
				e.Seq = len(reached) + 1
				reached = append(reached, e)
			}
		}
		w.Pass(w.Dwell)
		if _, err := w.Taking.Record(ctx, who, p.Attempt.ID, p.Attempt.Epoch, reached); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Taking.Submit(ctx, who, p.Attempt.ID); err != nil {
			t.Fatal(err)
		}
		w.Take(who, assessmenttest.All) // better, and the one that counts
		w.Pass(23 * time.Hour)
		w.Settle()
		pool, err := w.Bank.Pool(ctx, "2026-11-25")
		if err != nil {
			t.Fatal(err)
		}
		counted := 0
		for _, d := range pool.Drawable {
			item, err := w.Bank.Item(ctx, d.Code, "2026-11-25")
			if err != nil {
				t.Fatal(err)
			}
			stats, err := w.Bank.Statistics(ctx, item.Item)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range stats {
				counted += s.N
				if s.Facility > 0 {
					t.Errorf("%s: facility %f, nothing was right in the first try", d.Code, s.Facility)
				}
			}
		}
		if counted != last-1 {
			t.Errorf("%d marks are counted, %d items were reached in the first try", counted, last-1)
		}
	})
}
