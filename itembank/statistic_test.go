package itembank_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring/ctt"
)

func shown(n int, facility, r float64) itembank.RoundStatistic {
	s := itembank.RoundStatistic{N: n, Facility: facility}
	if !math.IsNaN(r) {
		s.Discrimination = &r
	}
	return s
}

func rivalled(s itembank.RoundStatistic) itembank.RoundStatistic {
	other := 2
	s.Rival = &other
	return s
}

func TestPoolStatistics_saysWhatTheRoundsHaveShown(t *testing.T) {
	t.Parallel()
	absent := math.NaN()
	for name, c := range map[string]struct {
		rounds []itembank.RoundStatistic
		want   itembank.Quality
	}{
		"few people":               {[]itembank.RoundStatistic{shown(29, 0.5, -0.9)}, itembank.Unseen},
		"few, in two rounds":       {[]itembank.RoundStatistic{shown(15, 0.5, 0.4), shown(15, 0.5, 0.4)}, itembank.Good},
		"good":                     {[]itembank.RoundStatistic{shown(200, 0.6, 0.35)}, itembank.Good},
		"at the bound":             {[]itembank.RoundStatistic{shown(200, 0.6, 0.2)}, itembank.Good},
		"weak":                     {[]itembank.RoundStatistic{shown(1000, 0.6, 0.1)}, itembank.Weak},
		"weak, or by chance":       {[]itembank.RoundStatistic{shown(200, 0.6, 0.19)}, itembank.Doubtful},
		"easy":                     {[]itembank.RoundStatistic{shown(200, 0.95, 0.1)}, itembank.TooEasy},
		"everybody right":          {[]itembank.RoundStatistic{shown(200, 1, absent)}, itembank.TooEasy},
		"hard":                     {[]itembank.RoundStatistic{shown(200, 0.29, 0.3)}, itembank.TooHard},
		"hardly against knowing":   {[]itembank.RoundStatistic{shown(200, 0.4, -0.01)}, itembank.Weak},
		"against, of few":          {[]itembank.RoundStatistic{shown(40, 0.4, -0.2)}, itembank.Weak},
		"against knowing":          {[]itembank.RoundStatistic{shown(200, 0.4, -0.2)}, itembank.Negative},
		"another option is better": {[]itembank.RoundStatistic{rivalled(shown(200, 0.4, 0.25))}, itembank.Negative},
		"... seen by few":          {[]itembank.RoundStatistic{shown(200, 0.5, 0.3), rivalled(shown(20, 0.5, 0.3))}, itembank.Good},
		"suddenly easier":          {[]itembank.RoundStatistic{shown(100, 0.5, 0.3), shown(100, 0.75, 0.3)}, itembank.Leaked},
		"easier, of few":           {[]itembank.RoundStatistic{shown(100, 0.5, 0.3), shown(29, 0.9, 0.3)}, itembank.Good},
		"a little easier":          {[]itembank.RoundStatistic{shown(5000, 0.5, 0.3), shown(5000, 0.58, 0.3)}, itembank.Good},
		"harder":                   {[]itembank.RoundStatistic{shown(100, 0.75, 0.3), shown(100, 0.5, 0.3)}, itembank.Good},
	} {
		if got := itembank.PoolStatistics(c.rounds).Quality; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The pooled correlation lies between those of the rounds, nearer to the one
// of more people: tanh((97·atanh 0.2 + 297·atanh 0.4) / 394) = 0.3533.
func TestPoolStatistics_weighsByPeople(t *testing.T) {
	t.Parallel()
	s := itembank.PoolStatistics([]itembank.RoundStatistic{shown(100, 0.8, 0.2), shown(300, 0.6, 0.4)})
	if s.Seen != 400 || math.Abs(*s.Facility-0.65) > 1e-12 || math.Abs(*s.Discrimination-0.3533) > 5e-5 {
		t.Errorf("%d seen, facility %v, r %v", s.Seen, *s.Facility, *s.Discrimination)
	}
	if s := itembank.PoolStatistics([]itembank.RoundStatistic{shown(40, 1, math.NaN())}); s.Discrimination != nil || s.Facility == nil {
		t.Errorf("what cannot be computed is there: %+v", s)
	}
	if s := itembank.PoolStatistics(nil); s.Seen != 0 || s.Facility != nil || s.Quality != itembank.Unseen {
		t.Errorf("of no round: %+v", s)
	}
}

// Abler people find every item easier: only what is easier by more than the others
// has leapt, whoever they are.
func TestRecordStatistics_knowsThatPeopleDiffer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		first := w.OpenRound()
		pool, err := w.Bank.Pool(ctx, viet.DateOf(w.Now()))
		if err != nil {
			t.Fatal(err)
		}
		w.MoveTo(assessmenttest.Start.Add(25 * time.Hour))
		w.Settle()
		second := w.Duty(w.Officials[0]).Round
		record := func(round assessment.Round, facility func(n int) float64) {
			t.Helper()
			var stats []itembank.RoundStatistic
			for n, d := range pool.Drawable {
				stats = append(stats, itembank.RoundStatistic{Revision: d.Revision, N: 400, Facility: facility(n), At: round.DueAt})
			}
			if err := db.Write(ctx, func(tx *database.Tx) error { return itembank.RecordStatistics(tx, string(round.ID), stats) }); err != nil {
				t.Fatal(err)
			}
		}
		quality := func(n int) itembank.Quality {
			t.Helper()
			d, err := w.Bank.Item(ctx, pool.Drawable[n].Code, viet.DateOf(w.Now()))
			if err != nil {
				t.Fatal(err)
			}
			rounds, err := w.Bank.Statistics(ctx, d.Item)
			if err != nil {
				t.Fatal(err)
			}
			return itembank.PoolStatistics(rounds).Quality
		}
		record(first, func(int) float64 { return 0.5 })
		record(second, func(n int) float64 {
			if n == 3 {
				return 0.85
			}
			return 0.65 // abler people
		})
		if quality(3) != itembank.Leaked || quality(4) == itembank.Leaked {
			t.Errorf("the item that got about is %s, another %s", quality(3), quality(4))
		}
		record(second, func(n int) float64 {
			if n == 3 {
				return 0.5 // as before, but of weaker people
			}
			return 0.35
		})
		if quality(3) != itembank.Leaked || quality(4) == itembank.Leaked {
			t.Errorf("among weaker people the item that got about is %s, another %s", quality(3), quality(4))
		}
	})
}

// A facility of few people leans on what else was asked of the topic; of many it
// stands by itself.
func TestEase_leansOnTheTopic(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound()
		pool, err := w.Bank.Pool(ctx, viet.DateOf(w.Now()))
		if err != nil {
			t.Fatal(err)
		}
		var stats []itembank.RoundStatistic
		for _, d := range pool.Drawable {
			if d.Topic == assessmenttest.TopicA {
				stats = append(stats, itembank.RoundStatistic{Revision: d.Revision, N: 400, Facility: 0.8, At: w.Now()})
			}
		}
		few, many := &stats[0], &stats[1]
		few.N, few.Facility, many.Facility = 4, 0.25, 0.25
		record := func(some []itembank.RoundStatistic) {
			t.Helper()
			if err := db.Write(ctx, func(tx *database.Tx) error { return itembank.RecordStatistics(tx, string(round.ID), some) }); err != nil {
				t.Fatal(err)
			}
		}
		ease := func(id itembank.RevisionID) itembank.Ease {
			t.Helper()
			e, met, err := w.Bank.Ease(ctx, id, assessmenttest.TopicA)
			if err != nil || !met {
				t.Fatal(met, err)
			}
			return e
		}
		record(stats)
		if e := ease(few.Revision); e.N != 4 || e.Share != 0.25 || e.Like != len(stats)-1 || !(e.Shrunken > 0.5 && e.Shrunken < 0.8) {
			t.Errorf("of few people: %+v", e)
		}
		e := ease(many.Revision)
		low, _ := e.Interval.Low.Get()
		high, _ := e.Interval.High.Get()
		if !(e.Shrunken > 0.25 && e.Shrunken < 0.28) || math.Abs(low-0.2101) > 5e-4 || math.Abs(high-0.2947) > 5e-4 {
			t.Errorf("of many people: %+v from %v to %v", e, low, high)
		}
		record(stats[:1])
		if e := ease(few.Revision); e.Like != 0 || e.Shrunken != e.Share {
			t.Errorf("alone in its topic: %+v", e)
		}
		if _, met, err := w.Bank.Ease(ctx, many.Revision, assessmenttest.TopicA); err != nil || met {
			t.Errorf("an item that nobody met: %v, %v", met, err)
		}
	})
}

// Who chose what comes back as it was written, and an item whose key a round makes
// doubtful is not drawn until somebody has read it again; then it is, whatever the
// next rounds show of the same text.
func TestRecordStatistics_keepsDoubtfulKeysOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx, on := context.Background(), viet.DateOf(w.Now())
		round := w.OpenRound()
		pool, err := w.Bank.Pool(ctx, on)
		if err != nil {
			t.Fatal(err)
		}
		stats := make([]itembank.RoundStatistic, len(pool.Drawable))
		for i, d := range pool.Drawable {
			stats[i] = itembank.RoundStatistic{Revision: d.Revision, N: 200, Facility: 0.6, Discrimination: ptr(0.3), At: w.Now()}
		}
		rival, reversed, few := &stats[0], &stats[1], &stats[2]
		rival.Rival, rival.Options = ptr(2), ctt.OptionsByRest([]float64{0.1, 0.3, 0.5, 0.9}, []int{0, 1, 1, 3}, 4)
		reversed.Discrimination = ptr(-0.4)
		few.N, few.Rival = 20, ptr(1)
		record := func() {
			t.Helper()
			err := db.Write(ctx, func(tx *database.Tx) error {
				if err := itembank.RecordStatistics(tx, string(round.ID), stats); err != nil {
					return err
				}
				doubts, err := itembank.Doubts(tx, string(round.ID))
				if err != nil {
					return err
				}
				return itembank.Ask(tx, string(round.ID), doubts)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Bank.Show(ctx, []itembank.RevisionID{rival.Revision, reversed.Revision, few.Revision}); err != nil {
				t.Fatal(err)
			}
		}
		record()
		record() // marked again: asked once
		now, err := w.Bank.Pool(ctx, on)
		if err != nil {
			t.Fatal(err)
		}
		if len(now.Drawable) != len(pool.Drawable)-2 || len(now.Refused) != len(pool.Refused)+2 {
			t.Fatalf("%d of %d may be drawn", len(now.Drawable), len(pool.Drawable))
		}
		code := pool.Drawable[0].Code
		d, err := w.Bank.Item(ctx, code, on)
		if err != nil || d.Refusal == nil || d.Refusal.Reason != itembank.KeyDoubted {
			t.Fatalf("refused for %+v, %v", d.Refusal, err)
		}
		list, err := w.Bank.Find(ctx, w.Ministry, itembank.Query{Show: itembank.ShowDrawable, On: on}, itembank.Page{Limit: 1000})
		if err != nil || slices.ContainsFunc(list.Entries, func(e itembank.Entry) bool { return e.Code == code }) || len(list.Entries) != len(now.Drawable) {
			t.Errorf("the list of what may be drawn has %d, the doubtful one among them perhaps: %v", len(list.Entries), err)
		}
		asked, err := w.Bank.Rechecks(ctx, d.Item)
		if err != nil || len(asked) != 1 || !strings.Contains(asked[0].Reason, "phương án C") {
			t.Errorf("asked: %+v, %v", asked, err)
		}
		kept, err := w.Bank.Statistics(ctx, d.Item)
		if err != nil || len(kept) != 1 || len(kept[0].Options) != 4 || kept[0].Options[1].Count != 2 || kept[0].Options[1].Of != 200 {
			t.Errorf("kept: %+v, %v", kept, err)
		}
		unread := d.Seen()
		unread.Doubted = false
		reviewer := w.Account("tham.dinh", []authz.Grant{{Role: authz.Author, Agency: w.Ministry.Grants[0].Agency}})
		if err := w.Bank.Do(ctx, reviewer, code, itembank.Confirmed, unread, ""); !errors.Is(err, database.ErrConflict) {
			t.Errorf("confirmed by who read it before it was doubted: %v", err)
		}
		if err := w.Bank.Do(ctx, reviewer, code, itembank.Confirmed, d.Seen(), ""); err != nil {
			t.Fatal(err)
		}
		record()
		if now, err = w.Bank.Pool(ctx, on); err != nil || len(now.Drawable) != len(pool.Drawable)-1 {
			t.Errorf("after it was read again %d of %d may be drawn, %v", len(now.Drawable), len(pool.Drawable), err)
		}
	})
}

func ptr[T any](x T) *T { return &x }
