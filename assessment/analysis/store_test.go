package analysis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/irt"
)

// played is a published round that everybody took, two minutes an answer, and
// its analyst.
func played(t *testing.T, db *database.DB) (*assessmenttest.World, *Analyst, assessment.Round) {
	t.Helper()
	w := assessmenttest.New(t, db)
	round := w.OpenRound()
	for i, who := range w.Officials {
		p := w.Begin(who)
		for n, e := range w.Answers(p, func(position int) bool { return position > i%4 }) {
			w.Pass(10 * time.Second)
			e.Seq = n + 1
			if _, err := w.Taking.Record(context.Background(), who, p.Attempt.ID, p.Attempt.Epoch, []assessment.Event{e}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Taking.Submit(context.Background(), who, p.Attempt.ID); err != nil {
			t.Fatal(err)
		}
	}
	w.Pass(23 * time.Hour)
	w.Settle()
	return w, &Analyst{DB: db, Now: w.Now, Log: dbtest.Log, Rounds: w.Rounds}, round
}

// Where those who know choose another option than the key, the analysis holds the item
// and lists it to be read again, also when nobody's answers are left out.
func TestAnalyse_asksAboutADoubtfulKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		takers := w.Enrol(60)
		round := w.OpenRound(func(s *assessment.Series) { s.Forms, s.Blueprint = 1, assessmenttest.WholeBank() })
		for i, who := range takers {
			w.Take(who, func(position int) bool { return (position*7+i)%60 < i })
		}
		w.Pass(23 * time.Hour)
		w.Settle()
		// Of the first single choice the best half chose what is not the key.
		var first struct{ RevisionID, Code string }
		err := db.Write(ctx, func(tx *database.Tx) error {
			err := tx.Gorm().Raw(`
select k.revision_id, i.code from mark k join item_revision r on r.id = k.revision_id join item i on i.id = r.item_id
where r.kind = 'single' order by i.code limit 1`).Scan(&first).Error
			if err != nil {
				return err
			}
			keys, err := itembank.KeysOf(tx, []itembank.RevisionID{itembank.RevisionID(first.RevisionID)})
			if err != nil {
				return err
			}
			key := keys[itembank.RevisionID(first.RevisionID)].Correct[0]
			for _, half := range []struct {
				from, points, option int
			}{{0, int(scoring.One), key}, {1, 0, (key + 1) % 3}} {
				err := tx.Gorm().Exec(`update mark set points = ?, chosen = ?, state = ? where revision_id = ? and attempt_id in
(select attempt_id from result order by raw desc limit 30 offset ?)`, half.points, fmt.Sprintf(`{"c":[%d]}`, half.option), string(scoring.Answered), first.RevisionID, 30*(1-half.from)).Error
				if err != nil {
					return err
				}
			}
			stats, err := assessment.ItemStatistics(ctx, tx, round, lastRun(t, tx, round), nil)
			if err != nil {
				return err
			}
			return itembank.RecordStatistics(tx, string(round.ID), stats)
		})
		if err != nil {
			t.Fatal(err)
		}
		a := &Analyst{DB: db, Now: w.Now, Log: dbtest.Log, Rounds: w.Rounds}
		if done, err := a.Analyse(ctx); err != nil || done != 1 {
			t.Fatalf("%d analysed, %v", done, err)
		}
		d, err := w.Bank.Item(ctx, first.Code, viet.DateOf(w.Now()))
		if err != nil || d.Refusal == nil || d.Refusal.Reason != itembank.KeyDoubted {
			t.Errorf("refused for %+v, %v", d.Refusal, err)
		}
		list, err := w.Bank.Find(ctx, w.Ministry, itembank.Query{Show: itembank.ShowRecheck, On: viet.DateOf(w.Now())}, itembank.Page{Limit: 10})
		if err != nil || !slices.ContainsFunc(list.Entries, func(e itembank.Entry) bool { return e.Code == first.Code }) {
			t.Errorf("to be read again: %d, %v", len(list.Entries), err)
		}
	})
}

// lastRun is the newest finished run of a round.
func lastRun(t *testing.T, h database.Handle, round assessment.Round) (id assessment.RunID) {
	t.Helper()
	if err := h.Gorm().Raw("select id from scoring_run where round_id = ? order by number desc limit 1", string(round.ID)).Scan(&id).Error; err != nil {
		t.Fatal(err)
	}
	return id
}

// A scored round is analysed once, from the answers in the database; what is
// too little for a figure says so.
func TestAnalyse_writesOneReport(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, a, round := played(t, db)
		ctx := context.Background()
		if _, _, err := a.Report(ctx, w.Ministry, round.ID); !errors.Is(err, ErrNotAnalysed) {
			t.Errorf("before: %v", err)
		}
		if done, err := a.Analyse(ctx); err != nil || done != 1 {
			t.Fatalf("%d analysed, %v", done, err)
		}
		if done, err := a.Analyse(ctx); err != nil || done != 0 {
			t.Errorf("again: %d analysed, %v", done, err)
		}
		got, r, err := a.Report(ctx, w.Ministry, round.ID)
		if err != nil || got.ID != round.ID || r.People != 15 || len(r.Forms) != 4 || r.Scores.Mean.N != 15 || r.Method != Method {
			t.Fatalf("report %+v, %v", r, err)
		}
		if _, ok := r.Reliability.Value.Get(); ok {
			t.Errorf("15 people have a reliability: %v", r.Reliability)
		}
		if len(r.Agencies) != 3 || r.Agencies[0].N != assessmenttest.PerAgency {
			t.Errorf("agencies: %+v", r.Agencies)
		}
		if _, _, err := a.Report(ctx, w.HR, round.ID); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("HR of one agency reads the whole round: %v", err)
		}
	})
}

// Times are those between messages with one new answer.
func TestSeconds_comeFromTheEvents(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, _, round := played(t, db)
		ctx, h := context.Background(), db.Read(context.Background())
		waiting, err := waitingRuns(h, w.Now())
		if err != nil {
			t.Fatal(err)
		}
		c := newCut()
		if err := c.read(ctx, h, round, waiting[0].run); err != nil {
			t.Fatal(err)
		}
		seconds, err := c.seconds(ctx, h, round.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i, times := range seconds {
			if len(times) != 8 {
				t.Fatalf("person %d has %d times", i, len(times))
			}
			for _, s := range times {
				if s != 10 {
					t.Errorf("person %d took %v, want 10 s for every answer", i, times)
					break
				}
			}
		}
	})
}

// Who clicks through counts in no statistic of an item, once the analysis has found
// out; the scores stay.
func TestAnalyse_leavesCarelessOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		takers := w.Enrol(40)
		round := w.OpenRound(func(s *assessment.Series) { s.Forms, s.Blueprint = 1, assessmenttest.WholeBank() })
		for i, who := range takers {
			p, clicks := w.Begin(who), i >= 36
			for n, e := range w.Answers(p, func(position int) bool { return !clicks && position > i/2 }) {
				if clicks {
					w.Pass(time.Second)
				} else {
					w.Pass(time.Duration(30+3*((n*7+i)%5)) * time.Second)
				}
				e.Seq = n + 1
				if _, err := w.Taking.Record(ctx, who, p.Attempt.ID, p.Attempt.Epoch, []assessment.Event{e}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Taking.Submit(ctx, who, p.Attempt.ID); err != nil {
				t.Fatal(err)
			}
			w.MoveTo(assessmenttest.Start.Add(time.Hour))
		}
		w.Pass(23 * time.Hour)
		w.Settle()
		met := func() (n int, earned int64) {
			t.Helper()
			var row struct {
				Most   int
				Earned int64
			}
			if err := db.Read(ctx).Gorm().Raw("select max(n) as most, sum(n * facility) as earned from item_statistic where round_id = ?", string(round.ID)).Scan(&row).Error; err != nil {
				t.Fatal(err)
			}
			return row.Most, row.Earned
		}
		before, earned := met()
		a := &Analyst{DB: db, Now: w.Now, Log: dbtest.Log, Rounds: w.Rounds}
		if done, err := a.Analyse(ctx); err != nil || done != 1 {
			t.Fatalf("%d analysed, %v", done, err)
		}
		_, r, err := a.Report(ctx, w.Ministry, round.ID)
		if err != nil || len(r.Careless) != 4 {
			t.Fatalf("careless: %v, %v", r.Careless, err)
		}
		after, still := met()
		var from, without int64
		if err := db.Read(ctx).Gorm().Raw("select count(distinct run_id), min(left_out) from item_statistic where round_id = ? and run_id = ?", string(round.ID), string(r.Run)).Row().Scan(&from, &without); err != nil || from != 1 || without != 4 {
			t.Errorf("figures say that they leave %d out, of %d runs, %v", without, from, err)
		}
		var timed, slow int
		if err := db.Read(ctx).Gorm().Raw("select min(timed), min(tenths) from item_statistic where round_id = ?", string(round.ID)).Row().Scan(&timed, &slow); err != nil || timed < 36 || slow < 300 {
			t.Errorf("items took %d tenths of a second, of %d people, %v", slow, timed, err)
		}
		if _, o, err := w.Rounds.Outlook(ctx, w.Ministry, round.ID); err != nil || o.Timed != 20 || o.Minutes() < 10 || o.Minutes() > 14 || o.Hurried() {
			t.Errorf("the form takes %.1f minutes by %d items, %v", o.Minutes(), o.Timed, err)
		}
		if before != 40 || after != 36 || still != earned { // they earned nothing
			t.Errorf("items were met by %d people and earned %d, then %d and %d", before, earned, after, still)
		}
	})
}

// A failing analysis is told, waits before it is tried again, and succeeds once
// its cause is gone.
func TestAnalyse_triesAgainLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, a, round := played(t, db)
		ctx := context.Background()
		marks := func(chosen string) {
			t.Helper()
			if err := db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec("update mark set chosen = ?", chosen).Error }); err != nil {
				t.Fatal(err)
			}
		}
		marks(`"no response"`)
		for n, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
			if done, err := a.Analyse(ctx); err == nil || done != 0 {
				t.Errorf("try %d: %d analysed, %v", n, done, err)
			}
			if _, _, err := a.Report(ctx, w.Ministry, round.ID); !errors.Is(err, ErrFailed) {
				t.Errorf("try %d is told as %v", n, err)
			}
			w.Pass(wait - time.Second)
			if done, err := a.Analyse(ctx); err != nil || done != 0 {
				t.Errorf("too early after try %d: %d analysed, %v", n, done, err)
			}
			w.Pass(time.Second)
		}
		marks(`{"c":[0]}`)
		if done, err := a.Analyse(ctx); err != nil || done != 1 {
			t.Errorf("mended: %d analysed, %v", done, err)
		}
		if _, _, err := a.Report(ctx, w.Ministry, round.ID); err != nil {
			t.Error(err)
		}
	})
}

// A run that a correction or a newer run has overtaken is not analysed any more,
// and no correction leaves parameters behind.
func TestAnalyse_leavesOvertakenRuns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, a, round := played(t, db)
		ctx := context.Background()
		var first struct{ Code, Revision, Run string }
		err := db.Read(ctx).Gorm().Raw(`
select i.code, r.id as revision, s.id as run from scoring_run s join form f on f.round_id = s.round_id join form_item t on t.form_id = f.id
join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id where s.round_id = ? and r.kind = 'single' order by i.code limit 1`, string(round.ID)).Scan(&first).Error
		if err != nil || first.Code == "" {
			t.Fatal(first, err)
		}
		known := func() (n int) {
			t.Helper()
			found, err := itembank.ParametersOf(db.Read(ctx), []itembank.RevisionID{itembank.RevisionID(first.Revision)})
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		for _, kind := range []assessment.CorrectionKind{assessment.Withdraw, assessment.Restore} {
			err := db.Write(ctx, func(tx *database.Tx) error {
				return itembank.RecordParameters(tx, first.Run, []itembank.Parameters{{
					Revision: itembank.RevisionID(first.Revision), Standing: itembank.Operational, N: 300, Curve: itembank.RightOrWrong(irt.Dichotomous(1, 0, 0)),
				}})
			})
			if err != nil || known() != 1 {
				t.Fatal(known(), err)
			}
			if err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: first.Code, Kind: kind, Reason: "Thử"}); err != nil {
				t.Fatal(err)
			}
			if n := known(); n != 0 {
				t.Errorf("%s leaves %d parameters", kind, n)
			}
			if reference, err := itembank.Reference(db.Read(ctx)); err != nil || len(reference) != 1 {
				t.Errorf("after %s the reference form has %d items, %v", kind, len(reference), err)
			}
			if done, err := a.Analyse(ctx); err != nil || done != 0 {
				t.Errorf("after %s a run that is overtaken is analysed: %d, %v", kind, done, err)
			}
		}
		w.Settle()
		if done, err := a.Analyse(ctx); err != nil || done != 1 {
			t.Errorf("of the runs %d are analysed, %v", done, err)
		}
		if _, r, err := a.Report(ctx, w.Ministry, round.ID); err != nil || string(r.Run) == first.Run || r.Overtaken {
			t.Errorf("the report is of run %s, overtaken %v, %v", r.Run, r.Overtaken, err)
		}
		if err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: first.Code, Kind: assessment.Withdraw, Reason: "Thử"}); err != nil {
			t.Fatal(err)
		}
		w.Settle()
		if _, r, err := a.Report(ctx, w.Ministry, round.ID); err != nil || !r.Overtaken {
			t.Errorf("marked again, the report does not say that it is old: %v", err)
		}
	})
}

func TestWatch_doesNotGuess(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	s := sitting{answers: []answer{{position: 1}, {position: 2}, {position: 3}, {position: 4}, {position: 6}, {position: 7}}} // that at 5 does not count
	w := watch{sitting: s, times: make([]float64, len(s.answers)), last: start, answered: map[int]bool{}}
	for _, e := range []struct{ position, second int }{{1, 7}, {2, 20}, {3, 20}, {1, 25}, {4, 40}, {5, 45}, {6, 52}} {
		w.answer(e.position, start.Add(time.Duration(e.second)*time.Second))
	}
	w.stop()
	if want := []float64{7, 0, 0, 15, 7, 0}; !slices.Equal(w.times, want) {
		t.Errorf("times %v, want %v: two answers of one message have none, a changed answer keeps its first", w.times, want)
	}
	w = watch{sitting: s, times: make([]float64, len(s.answers)), last: start, answered: map[int]bool{}}
	for _, e := range []struct{ position, second int }{{1, 60}, {2, 60}, {3, 61}, {4, 70}} {
		w.answer(e.position, start.Add(time.Duration(e.second)*time.Second))
	}
	w.stop()
	if want := []float64{0, 0, 0, 9, 0, 0}; !slices.Equal(w.times, want) {
		t.Errorf("times %v, want %v: an answer after some that had waited may have waited as well", w.times, want)
	}
}

// A case is judged by who may, with a reason, once; a later run keeps it.
func TestDecide(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, a, round := played(t, db)
		ctx := context.Background()
		waiting, err := waitingRuns(db.Read(ctx), w.Now())
		if err != nil {
			t.Fatal(err)
		}
		c := newCut()
		if err := c.read(ctx, db.Read(ctx), round, waiting[0].run); err != nil {
			t.Fatal(err)
		}
		found := []suspicion{
			{c.people[0].attempt, c.people[1].attempt, []Signal{{Kind: Alike, Count: 8, N: 8}}}, {c.people[2].attempt, "", []Signal{{Kind: Hasty, N: 8}}},
		}
		found = append(found, found[0].turned())
		open := func() {
			t.Helper()
			if err := db.Write(ctx, func(tx *database.Tx) error { return openCases(tx, round.ID, waiting[0].run, found, w.Now()) }); err != nil {
				t.Fatal(err)
			}
		}
		open()
		cases, err := a.Cases(ctx, w.Ministry, round.ID)
		if err != nil || len(cases) != 3 || cases[0].Other == nil || cases[1].Other == nil || cases[1].Attempt != *cases[0].Other || cases[0].Attempt.Name == "" || cases[0].Other.Agency == "" || cases[0].Attempt.Began.IsZero() {
			t.Fatalf("cases %+v, %v", cases, err)
		}
		if _, err := a.Cases(ctx, w.HR, round.ID); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("HR reads cases: %v", err)
		}
		one := cases[0]
		for _, refused := range []struct {
			who    authz.Actor
			to     CaseState
			reason string
			want   error
		}{
			{w.HR, CaseCleared, "x", authz.ErrForbidden}, {w.Ministry, CaseCleared, " ", ErrCaseReason}, {w.Ministry, "guilty", "x", ErrCaseState},
		} {
			if err := a.Decide(ctx, refused.who, round.ID, one.ID, one.Version, refused.to, refused.reason); !errors.Is(err, refused.want) {
				t.Errorf("%s for %q: %v, want %v", refused.to, refused.reason, err, refused.want)
			}
		}
		if err := a.Decide(ctx, w.Ministry, round.ID, one.ID, one.Version, CaseCleared, "Hai người cùng học một lớp."); err != nil {
			t.Fatal(err)
		}
		if err := a.Decide(ctx, w.Ministry, round.ID, one.ID, one.Version, CaseConfirmed, "x"); !errors.Is(err, database.ErrConflict) {
			t.Errorf("decided twice: %v", err)
		}
		if err := a.Decide(ctx, w.Ministry, round.ID, CaseID(database.NewID()), 1, CaseCleared, "x"); !errors.Is(err, ErrNoCase) {
			t.Errorf("a case that is none: %v", err)
		}
		open()
		if cases, err = a.Cases(ctx, w.Ministry, round.ID); err != nil || len(cases) != 3 || cases[2].State != CaseCleared || cases[2].Reason == "" || cases[2].DecidedBy != w.Ministry.Account || cases[0].State != CaseOpen {
			t.Errorf("cases after: %+v, %v", cases, err)
		}
		told, err := a.Noticed(ctx, one.Other.Attempt)
		if err != nil || len(told) != 1 || told[0].State != CaseOpen || told[0].Attempt.Name != "" || told[0].Other.Name != "" {
			t.Errorf("a taker is told %+v, %v", told, err)
		}

		// A newer run finds other signals, none, and the first again; what people
		// decided stays.
		hasty := func() Case {
			t.Helper()
			cases, err := a.Cases(ctx, w.Ministry, round.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cases {
				if c.ID == one.ID && c.State != CaseCleared {
					t.Errorf("a decided case stands at %s", c.State)
				}
			}
			at := slices.IndexFunc(cases, func(c Case) bool { return c.Other == nil })
			return cases[at]
		}
		all := found
		found = slices.Clone(all)
		found[1].signals = []Signal{{Kind: Hasty, N: 12}}
		open()
		if c := hasty(); c.State != CaseOpen || c.Signals[0].N != 12 {
			t.Errorf("other signals: %+v", c)
		}
		found = nil
		open()
		if c := hasty(); c.State != CaseCleared || c.Reason != unfounded {
			t.Errorf("without signals: %+v", c)
		}
		found = all
		open()
		if c := hasty(); c.State != CaseOpen || c.Reason != "" || c.Signals[0].N != 8 {
			t.Errorf("found again: %+v", c)
		}
	})
}

// Parameters survive storage, newest first; facilities are joined over rounds.
func TestParameters_surviveStorage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, _, _ := played(t, db)
		ctx := context.Background()
		waiting, err := waitingRuns(db.Read(ctx), w.Now())
		if err != nil {
			t.Fatal(err)
		}
		pool, err := w.Bank.Pool(ctx, viet.DateOf(w.Now()))
		if err != nil {
			t.Fatal(err)
		}
		id := pool.Drawable[0].Revision
		for range 2 { // done again it changes nothing
			if err := db.Write(ctx, func(tx *database.Tx) error {
				return itembank.RecordParameters(tx, string(waiting[0].run), []itembank.Parameters{{
					Revision: id, Standing: itembank.Operational, N: 250, SE: []float64{0.1, 0.2, 0.3},
					Curve: itembank.Curve{Item: irt.Item{A: 1.25, D: []float64{0.5, -0.25}}, From: []scoring.Points{scoring.One / 2, scoring.One}, Worth: []float64{0, 0.5, 1}}, Drift: -0.75, At: w.Now(),
				}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		known, err := itembank.ParametersOf(db.Read(ctx), []itembank.RevisionID{id})
		p := known[id]
		if err != nil || p.A != 1.25 || len(p.D) != 2 || p.D[1] != -0.25 || p.N != 250 || p.From[0] != scoring.One/2 || p.Drift != -0.75 || p.Standing != itembank.Operational || !p.At.Equal(database.Truncate(w.Now())) {
			t.Errorf("parameters %+v, %v", p, err)
		}
		facilities, err := itembank.FacilitiesOf(db.Read(ctx), []itembank.RevisionID{id, pool.Drawable[1].Revision})
		if err != nil || len(facilities) == 0 {
			t.Fatalf("facilities %v, %v", facilities, err)
		}
		for _, f := range facilities {
			if f.N < 1 || f.N > 15 || f.Share < 0 || f.Share > 1 {
				t.Errorf("facility %+v", f)
			}
		}
	})
}

// Rounds large enough are calibrated from the database: the first gives
// provisional parameters, the next uses its answers as well, and nothing stands
// that too few people carry.
func TestAnalyse_calibratesOverRounds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		takers := w.Enrol(45)
		a := &Analyst{DB: db, Now: w.Now, Log: dbtest.Log, Rounds: w.Rounds}
		w.OpenRound(func(s *assessment.Series) { s.Forms = 1 })
		rnd := rand.New(rand.NewPCG(1, 2))
		play := func() assessment.RoundID {
			t.Helper()
			var round assessment.RoundID
			for _, who := range takers {
				able := rnd.Float64()
				round = w.Take(who, func(int) bool { return rnd.Float64() < able }).Round
			}
			w.Pass(5 * time.Hour)
			w.Settle()
			if done, err := a.Analyse(ctx); err != nil || done != 1 {
				t.Fatalf("%d analysed, %v", done, err)
			}
			return round
		}
		first := play()
		_, r, err := a.Report(ctx, w.Ministry, first)
		if err != nil || !r.Scale.Thin || r.Scale.Estimated == 0 || r.Scale.Operational != 0 || r.Scale.Earlier != 0 || r.Scale.People != 45 || !slices.Equal(r.Scale.Runs, []assessment.RunID{r.Run}) {
			t.Fatalf("scale of the first round %+v, %v", r.Scale, err)
		}
		if _, ok := r.Reliability.Value.Get(); !ok {
			t.Error("45 people on one form have no reliability")
		}
		w.Pass(19 * time.Hour) // the next due time
		w.Settle()
		second := play()
		_, r, err = a.Report(ctx, w.Ministry, second)
		if err != nil || r.Scale.Earlier != 1 || r.Scale.People != 90 || r.Scale.Estimated == 0 {
			t.Errorf("scale of the second round %+v, %v", r.Scale, err)
		}
		pool, err := w.Bank.Pool(ctx, viet.DateOf(w.Now()))
		if err != nil {
			t.Fatal(err)
		}
		most := 0
		for _, d := range pool.Drawable {
			known, err := itembank.ParametersOf(db.Read(ctx), []itembank.RevisionID{d.Revision})
			if err != nil {
				t.Fatal(err)
			}
			if p, is := known[d.Revision]; is {
				most = max(most, p.N)
				if p.Standing != itembank.Provisional || p.A <= 0 {
					t.Errorf("%s: %+v", d.Code, p)
				}
			}
		}
		if most <= 45 {
			t.Errorf("the most people behind an item are %d, items of both rounds have more than 45", most)
		}
		var abilities int64
		if err := db.Read(ctx).Gorm().Raw("select count(*) from ability").Scan(&abilities).Error; err != nil || abilities != 0 {
			t.Errorf("%d abilities on no scale, %v", abilities, err)
		}
	})
}
