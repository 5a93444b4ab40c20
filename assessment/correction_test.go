package assessment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
)

// askedCode is an item of a kind that some form has.
func askedCode(t *testing.T, db *database.DB, round assessment.RoundID, kind itembank.Kind) string {
	t.Helper()
	var codes []string
	err := db.Read(context.Background()).Gorm().Raw(`
select i.code from form f join form_item t on t.form_id = f.id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where f.round_id = ? and r.kind = ? order by i.code`, string(round), string(kind)).Scan(&codes).Error
	if err != nil || len(codes) == 0 {
		t.Fatalf("no item of kind %s, %v", kind, err)
	}
	return codes[0]
}

// oneForm makes everybody meet the same items.
func oneForm(s *assessment.Series) { s.Forms = 1 }

// A withdrawn item counts for nobody: the round is marked again, what is
// published stays until a person publishes anew, and everything follows.
func TestCorrect_wholeLife(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound(oneForm)
		code := askedCode(t, db, round.ID, itembank.Single)
		position := positionOf(t, db, round.ID, code)
		var attempts []assessment.Attempt
		for _, who := range w.Officials {
			attempts = append(attempts, w.Take(who, func(p int) bool { return p != position }))
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		outcome := func(i int) assessment.Outcome {
			t.Helper()
			o, err := w.Taking.Outcome(ctx, w.Officials[i], attempts[i].ID)
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		if o := outcome(0); o.Decision.Score != 8750 || o.Number != 1 || o.Total.Items != 8 {
			t.Fatalf("before: %+v", o)
		}

		correct := func(kind assessment.CorrectionKind, options ...int) {
			t.Helper()
			if err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: code, Kind: kind, Right: assessment.Right{Correct: options}, Reason: "Hai phương án giống nhau"}); err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
		state := func() assessment.Corrected {
			t.Helper()
			c, err := w.Rounds.Corrected(ctx, w.Ministry, round.ID)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		correct(assessment.Withdraw)
		if c := state(); !c.Waiting || c.Newer || len(c.Made) != 1 || c.Made[0].Code != code {
			t.Errorf("just corrected: %+v", c)
		}
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); err != nil { // nothing is new yet
			t.Errorf("published too early: %v", err)
		}
		w.Settle()
		if c := state(); c.Waiting || !c.Newer || c.Effect != (assessment.Effect{People: 15, Scores: 15, Bands: 15, Commended: 15}) {
			t.Errorf("marked again: %+v", c)
		}
		if o := outcome(0); o.Decision.Score != 8750 || o.Number != 1 {
			t.Errorf("what is published changed by itself: %+v", o)
		}
		if c, err := w.Rounds.RecomputeRound(ctx, round.Code); err != nil || !c.Same() {
			t.Errorf("recomputed: %+v, %v", c, err)
		}
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, assessment.RunID(round.ID)); !errors.Is(err, database.ErrConflict) {
			t.Errorf("a run that nobody was shown is published: %v", err)
		}
		for range 2 {
			if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		if o := outcome(3); o.Decision.Score != 10000 || o.Number != 2 || o.Withdrawn != 1 || o.Credited != 0 || o.Total.Items != 7 || o.Total.Maximum != 7*scoring.One {
			t.Errorf("withdrawn: %+v", o)
		}
		if c := state(); c.Waiting || c.Newer || c.Round.State != assessment.Published {
			t.Errorf("published anew: %+v", c)
		}
		if n := count(t, db, "select count(*) from item_statistic x join item_revision r on r.id = x.revision_id join item i on i.id = r.item_id where i.code = '"+code+"'"); n != 0 {
			t.Errorf("the withdrawn item has %d statistics", n)
		}
		if d, err := w.Bank.Item(ctx, code, viet.DateOf(w.Now())); err != nil || d.State != itembank.Suspended {
			t.Errorf("the faulty item is %s in the bank, %v", d.State, err)
		}

		correct(assessment.Credit)
		w.Settle()
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); err != nil {
			t.Fatal(err)
		}
		if o := outcome(3); o.Decision.Score != 10000 || o.Withdrawn != 0 || o.Credited != 1 || o.Total.Items != 7 || o.Total.Maximum != 8*scoring.One {
			t.Errorf("credited: %+v", o)
		}

		// What everybody chose is right as well.
		asked, err := w.Rounds.Asked(ctx, w.Ministry, round.ID, code)
		if err != nil {
			t.Fatal(err)
		}
		key := asked.Key.Correct[0]
		correct(assessment.Rekey, key, (key+1)%4)
		w.Settle()
		correct(assessment.Restore)
		correct(assessment.Rekey, key, (key+1)%4)
		w.Settle()
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, round.ID, ""); err != nil {
			t.Fatal(err)
		}
		if o := outcome(3); o.Decision.Score != 10000 || o.Withdrawn+o.Credited != 0 || o.Total.Right != 8 || o.Number != 4 {
			t.Errorf("rekeyed: %+v", o)
		}
		if c, err := w.Rounds.Compare(ctx, round.Code, 1, 2); err != nil || c.Scores != 15 {
			t.Errorf("runs compared: %+v, %v", c, err)
		}
	})
}

func positionOf(t *testing.T, db *database.DB, round assessment.RoundID, code string) (position int) {
	t.Helper()
	err := db.Read(context.Background()).Gorm().Raw(`
select t.position from form f join form_item t on t.form_id = f.id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where f.round_id = ? and i.code = ?`, string(round), code).Scan(&position).Error
	if err != nil || position == 0 {
		t.Fatalf("position of %s: %d, %v", code, position, err)
	}
	return position
}

// A correction that comes before the marking is heeded by it; a round with one
// that is not heeded yet is not published by the clock.
func TestCorrect_beforeTheRoundIsMarked(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	ctx := context.Background()
	round := w.OpenRound(oneForm)
	a := w.Take(w.Officials[0], assessmenttest.None)
	code := askedCode(t, w.DB, round.ID, itembank.Single)
	if err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: code, Kind: assessment.Credit, Reason: "Số liệu đã cũ"}); err != nil {
		t.Fatal(err)
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	o, err := w.Taking.Outcome(ctx, w.Officials[0], a.ID)
	if err != nil || o.Number != 1 || o.Credited != 1 || o.Decision.Score != 1250 {
		t.Errorf("%+v, %v", o, err)
	}
	if n := count(t, w.DB, "select count(*) from scoring_run"); n != 1 {
		t.Errorf("%d runs", n)
	}
}

func TestCorrect_refuses(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	ctx := context.Background()
	round := w.OpenRound(func(s *assessment.Series) { s.Blueprint[1].Count = 4 }) // an item of every kind
	taker := w.Ministry
	taker.OfficialID = w.Officials[0].OfficialID
	single, multiple, number := askedCode(t, w.DB, round.ID, itembank.Single), askedCode(t, w.DB, round.ID, itembank.Multiple), askedCode(t, w.DB, round.ID, itembank.Numeric)
	asked := func(code string) assessment.Asked {
		a, err := w.Rounds.Asked(ctx, w.Ministry, round.ID, code)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	why := "Sai đáp án"
	for name, c := range map[string]struct {
		who  authz.Actor
		make assessment.Correction
		want error
	}{
		"by HR":               {w.HR, assessment.Correction{Code: single, Kind: assessment.Credit, Reason: why}, authz.ErrForbidden},
		"by who takes it":     {taker, assessment.Correction{Code: single, Kind: assessment.Credit, Reason: why}, authz.ErrTaker},
		"by an official":      {w.Officials[0], assessment.Correction{Code: single, Kind: assessment.Credit, Reason: why}, authz.ErrForbidden},
		"unknown item":        {w.Ministry, assessment.Correction{Code: "none", Kind: assessment.Credit, Reason: why}, assessment.ErrNotAsked},
		"no reason":           {w.Ministry, assessment.Correction{Code: single, Kind: assessment.Credit, Reason: " "}, assessment.ErrWhyCorrect},
		"a long reason":       {w.Ministry, assessment.Correction{Code: single, Kind: assessment.Credit, Reason: strings.Repeat("a", 1001)}, assessment.ErrWhyCorrect},
		"nothing to restore":  {w.Ministry, assessment.Correction{Code: single, Kind: assessment.Restore, Reason: why}, assessment.ErrNotCorrected},
		"unknown kind":        {w.Ministry, assessment.Correction{Code: single, Kind: "double", Reason: why}, assessment.ErrNoKind},
		"the same key":        {w.Ministry, assessment.Correction{Code: multiple, Kind: assessment.Rekey, Right: assessment.Right{Correct: reversed(asked(multiple).Key.Correct)}, Reason: why}, assessment.ErrNotCorrected},
		"no key":              {w.Ministry, assessment.Correction{Code: single, Kind: assessment.Rekey, Reason: why}, assessment.ErrBadKey},
		"every option":        {w.Ministry, assessment.Correction{Code: single, Kind: assessment.Rekey, Right: assessment.Right{Correct: []int{0, 1, 2, 3}}, Reason: why}, assessment.ErrBadKey},
		"twice one option":    {w.Ministry, assessment.Correction{Code: multiple, Kind: assessment.Rekey, Right: assessment.Right{Correct: []int{1, 1}}, Reason: why}, assessment.ErrBadKey},
		"an unknown option":   {w.Ministry, assessment.Correction{Code: single, Kind: assessment.Rekey, Right: assessment.Right{Correct: []int{4}}, Reason: why}, assessment.ErrBadKey},
		"options of a number": {w.Ministry, assessment.Correction{Code: number, Kind: assessment.Rekey, Right: assessment.Right{Correct: []int{0}}, Reason: why}, assessment.ErrBadNumber},
		"no number":           {w.Ministry, assessment.Correction{Code: number, Kind: assessment.Rekey, Right: assessment.Right{Value: "tám", Tolerance: "0"}, Reason: why}, assessment.ErrBadNumber},
		"less than exact":     {w.Ministry, assessment.Correction{Code: number, Kind: assessment.Rekey, Right: assessment.Right{Value: "8", Tolerance: "-1"}, Reason: why}, assessment.ErrBadNumber},
		"the same number":     {w.Ministry, assessment.Correction{Code: number, Kind: assessment.Rekey, Right: asked(number).Right(), Reason: why}, assessment.ErrNotCorrected},
	} {
		if err := w.Rounds.Correct(ctx, c.who, round.ID, c.make); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if n := count(t, w.DB, "select count(*) from correction"); n != 0 {
		t.Errorf("%d corrections were kept", n)
	}
	if _, err := w.Rounds.Corrected(ctx, w.HR, round.ID); !errors.Is(err, authz.ErrForbidden) {
		t.Errorf("HR reads corrections: %v", err)
	}
}

func reversed(places []int) []int {
	places = slices.Clone(places)
	slices.Reverse(places)
	return places
}

// Half of a form's items must go on counting.
func TestCorrect_leavesEnough(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound(oneForm)
		var codes []string
		err := db.Read(ctx).Gorm().Raw("select i.code from form f join form_item t on t.form_id = f.id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id where f.round_id = ? order by t.position", string(round.ID)).Scan(&codes).Error
		if err != nil || len(codes) != 8 {
			t.Fatal(codes, err)
		}
		for n, code := range codes {
			kind := []assessment.CorrectionKind{assessment.Withdraw, assessment.Credit}[n%2]
			err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: code, Kind: kind, Reason: fmt.Sprint("Lỗi ", n)})
			if n < 4 && err != nil || n >= 4 && !errors.Is(err, assessment.ErrTooFewLeft) {
				t.Errorf("item %d: %v", n, err)
			}
		}
		if n := count(t, db, "select count(*) from correction"); n != 4 {
			t.Errorf("%d corrections", n)
		}
		var together sync.WaitGroup
		var kept atomic.Int32
		for range 4 { // at once
			together.Go(func() {
				err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: codes[0], Kind: assessment.Restore, Reason: "Bỏ"})
				if err == nil {
					kept.Add(1)
				} else if !errors.Is(err, database.ErrConflict) && !errors.Is(err, assessment.ErrNotCorrected) {
					t.Error(err)
				}
			})
		}
		together.Wait()
		if kept.Load() != 1 || count(t, db, "select count(*) from correction") != 5 {
			t.Errorf("%d of four like corrections at once were kept", kept.Load())
		}
		err = db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec("update correction set reason = 'x'").Error })
		if err == nil {
			t.Error("a correction could be changed")
		}
	})
}

// A number can turn out to be wrong as well: the round is marked by what is right,
// and everything about it can be recomputed.
func TestCorrect_numbers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound(func(s *assessment.Series) { s.Forms, s.Blueprint[1].Count = 1, 4 })
		for _, who := range w.Officials {
			w.Take(who, assessmenttest.All)
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		number := askedCode(t, db, round.ID, itembank.Numeric)
		earned := func() int64 {
			t.Helper()
			return count(t, db, "select count(*) from mark k join item_revision r on r.id = k.revision_id join item i on i.id = r.item_id where i.code = '"+number+
				"' and k.points = k.maximum and k.run_id = (select s.id from scoring_run s where s.round_id = '"+string(round.ID)+"' order by s.number desc limit 1)")
		}
		all := int64(len(w.Officials))
		if n := earned(); n != all {
			t.Fatalf("%d had it right", n)
		}
		for _, c := range []struct {
			right assessment.Right
			want  int64
		}{{assessment.Right{Value: "-99", Tolerance: "0.5"}, 0}, {assessment.Right{Value: "-99", Tolerance: "9000"}, all}} {
			if err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: number, Kind: assessment.Rekey, Right: c.right, Reason: "Sai đáp số"}); err != nil {
				t.Fatal(err)
			}
			w.Settle()
			if got := earned(); got != c.want {
				t.Errorf("as %+v: %d have it right, want %d", c.right, got, c.want)
			}
			if asked, err := w.Rounds.Asked(ctx, w.Ministry, round.ID, number); err != nil || asked.Right().Value != c.right.Value || asked.Right().Tolerance != c.right.Tolerance {
				t.Errorf("what counts is %+v, %v", asked.Right(), err)
			}
		}
		recomputes(t, w, round, len(w.Officials))
	})
}
