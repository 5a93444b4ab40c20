package assessment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/fault"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// sixtyItems fills the topics T7 and T8.
func sixtyItems(w *assessmenttest.World) {
	var drafts []itembank.Draft
	for n := range 60 {
		drafts = append(drafts, itembank.Draft{
			Code: fmt.Sprintf("%s-%03d", []string{"T7", "T8"}[n%2], n), Topic: []string{"T7", "T8"}[n%2], Level: itembank.Recall, Kind: itembank.Single, Stem: fmt.Sprint("Câu mẫu ", n), Options: []string{"Một", "Hai", "Ba"}, Key: []int{n % 3}, SourceNote: "Mẫu",
		})
	}
	w.Load([]itembank.Topic{{Code: "T7", NameVi: "Bảy", NameEn: "Seven"}, {Code: "T8", NameVi: "Tám", NameEn: "Eight"}}, drafts...)
}

// doubtful plays a round of 24 items of a bank of 60 in which two people reach the
// commendation without the certainty for it.
func doubtful(t *testing.T, db *database.DB) (*assessmenttest.World, assessment.Round) {
	t.Helper()
	w := assessmenttest.New(t, db)
	sixtyItems(w)
	round := w.OpenRound(func(s *assessment.Series) {
		s.Blueprint = assessment.Blueprint{{Topic: "T7", Level: itembank.Recall, Count: 14}, {Topic: "T8", Level: itembank.Recall, Count: 10}}
		s.Forms, s.Rules.Standard.CommendFrom, s.Rules.Standard.Certainty = 1, 8000, 9000
	})
	for n, who := range w.Officials {
		wrong := 0 // surely there
		switch {
		case n < 2:
			wrong = 4
		case n < 5:
			wrong = 20 // surely not
		}
		w.Take(who, func(position int) bool { return position > wrong })
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	return w, round
}

// Those whom a round leaves uncertain are asked again, with other items, and decided on
// both; what was decided can be recomputed, and follows when the round before is
// corrected and published anew.
func TestFollowUp_gathersMoreEvidence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, first := doubtful(t, db)
		ctx := context.Background()
		first, err := assessment.RoundByID(db.Read(ctx), first.ID)
		if err != nil {
			t.Fatal(err)
		}
		stands, err := w.Rounds.Followed(ctx, w.Ministry, first)
		if err != nil || stands.Uncertain != 2 || !stands.May() {
			t.Fatalf("%+v, %v", stands, err)
		}
		ask := w.Rounds.UsualFollowUp(first)
		if ask.Items != 12 || !ask.Opens.After(w.Now()) || ask.Closes.Sub(ask.Opens) != first.ClosesAt.Sub(first.DueAt) {
			t.Errorf("usually %+v", ask)
		}
		if _, err := w.Rounds.FollowUp(ctx, w.HR, first.ID, ask); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("by HR: %v", err)
		}
		for name, change := range map[string]func(*assessment.FollowUp){
			"opens":  func(f *assessment.FollowUp) { f.Opens = w.Now() },
			"closes": func(f *assessment.FollowUp) { f.Closes = f.Opens },
			"items":  func(f *assessment.FollowUp) { f.Items = 25 },
		} {
			bad := ask
			change(&bad)
			var said *fault.Error
			if _, err := w.Rounds.FollowUp(ctx, w.Ministry, first.ID, bad); !errors.As(err, &said) || len(said.Fields) == 0 || said.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := w.Rounds.FollowUp(ctx, w.Ministry, first.ID, ask)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Rounds.FollowUp(ctx, w.Ministry, first.ID, ask); !errors.Is(err, assessment.ErrFollowedUp) {
			t.Errorf("asked for twice: %v", err)
		}
		w.MoveTo(ask.Opens.Add(time.Minute))
		w.Settle()
		round, err := assessment.RoundByID(db.Read(ctx), id)
		if err != nil || round.State != assessment.Open || round.Follows != first.ID || round.Blueprint.Items() != 12 || round.Rules.TimeLimit != first.Rules.TimeLimit/2 {
			t.Fatalf("%+v, %v", round, err)
		}
		if n := count(t, db, "select count(*) from candidate where round_id = '"+string(id)+"'"); n != 2 {
			t.Errorf("%d people are asked", n)
		}
		if n := count(t, db, "select count(*) from form f join form_item t on t.form_id = f.id where f.round_id = '"+string(id)+"' and t.revision_id in (select o.revision_id from form p join form_item o on o.form_id = p.id where p.round_id = '"+string(first.ID)+"')"); n != 0 {
			t.Errorf("%d items are asked twice", n)
		}
		one := w.TakeIn(w.Officials[0], id, assessmenttest.All)
		two := w.TakeIn(w.Officials[1], id, func(position int) bool { return position > 6 })
		w.MoveTo(ask.Closes.Add(time.Hour))
		w.Settle()
		standard := round.Rules.Standard
		for _, c := range []struct {
			who      authz.Actor
			attempt  assessment.Attempt
			right    int
			commends bool
		}{{w.Officials[0], one, 32, true}, {w.Officials[1], two, 26, false}} {
			o := outcome(t, w, c.who, c.attempt)
			want := scoring.Total{Raw: scoring.Points(c.right) * scoring.One, Maximum: 36 * scoring.One, Right: c.right, Items: 36}
			if o.Total != want || o.Decision != standard.Decide(want, want.Among(ctt.Shares{})) || o.Decision.Commend != c.commends {
				t.Errorf("%+v is decided %+v, want %+v", o.Total, o.Decision, want)
			}
			if i := slices.IndexFunc(o.Topics, func(r scoring.TopicResult) bool { return r.Topic == "T7" }); i < 0 || o.Topics[i].Items != 21 {
				t.Errorf("topics %+v", o.Topics)
			}
		}
		recomputes(t, w, round, 2)
		if n := count(t, db, "select count(*) from item_statistic where round_id = '"+string(id)+"'"); n != 0 {
			t.Errorf("%d items are known by those who were chosen", n)
		}
		if found, err := w.Rounds.Redraw(ctx, round.Code); err != nil || len(found.Different) > 0 {
			t.Errorf("drawn again: %+v, %v", found, err)
		}
		if _, err := w.Rounds.FollowUp(ctx, w.Ministry, id, ask); !errors.Is(err, assessment.ErrFollowsItself) {
			t.Errorf("a follow-up of a follow-up: %v", err)
		}

		var code string
		if err := db.Read(ctx).Gorm().Raw("select i.code from form f join form_item t on t.form_id = f.id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id where f.round_id = ? order by t.position limit 1", string(first.ID)).Scan(&code).Error; err != nil {
			t.Fatal(err)
		}
		runs := func() int64 {
			return count(t, db, "select count(*) from scoring_run where round_id = '"+string(id)+"'")
		}
		before := runs()
		if err := w.Rounds.Correct(ctx, w.Ministry, first.ID, assessment.Correction{Code: code, Kind: assessment.Credit, Reason: "Thử"}); err != nil {
			t.Fatal(err)
		}
		w.Settle()
		if runs() != before {
			t.Error("marked again before the round before is published anew")
		}
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, first.ID, ""); err != nil {
			t.Fatal(err)
		}
		w.Settle()
		if runs() != before+1 {
			t.Errorf("%d runs after the round before was published anew, before %d", runs(), before)
		}
		if err := w.Rounds.PublishByHand(ctx, w.Ministry, id, ""); err != nil {
			t.Fatal(err)
		}
		if o := outcome(t, w, w.Officials[0], one); o.Total.Raw != 33*scoring.One {
			t.Errorf("after the correction %+v", o.Total)
		}
		recomputes(t, w, round, 2)
	})
}

// Two rounds of a series may be followed up on the same morning; one that leaves nobody
// uncertain when it is due waits, and asks nobody.
func TestFollowUp_asksWhoIsUncertainWhenItIsDue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w, first := doubtful(t, db)
		ctx := context.Background()
		w.Pass(20 * time.Hour) // the next day's
		w.Settle()
		second := w.Duty(w.Officials[0]).Round
		for n, who := range w.Officials {
			w.TakeIn(who, second.ID, func(position int) bool { return position > map[int]int{0: 4}[n] })
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		if second.ID == first.ID {
			t.Fatal("no second round")
		}
		ask := w.Rounds.UsualFollowUp(first)
		ids := map[assessment.RoundID]assessment.RoundID{}
		for _, of := range []assessment.RoundID{first.ID, second.ID} {
			id, err := w.Rounds.FollowUp(ctx, w.Ministry, of, ask)
			if err != nil {
				t.Fatal(err)
			}
			ids[of] = id
		}
		if err := db.Write(ctx, func(tx *database.Tx) error {
			return tx.Gorm().Exec("update result set doubt = '' where run_id in (select id from scoring_run where round_id = ?)", string(second.ID)).Error
		}); err != nil {
			t.Fatal(err)
		}
		w.MoveTo(ask.Opens.Add(time.Minute))
		w.Settle()
		for of, want := range map[assessment.RoundID]struct {
			state  assessment.State
			people int64
		}{first.ID: {assessment.Open, 2}, second.ID: {assessment.Planned, 0}} {
			if n := count(t, db, "select count(*) from round where id = '"+string(ids[of])+"' and state = '"+string(want.state)+"'"); n != 1 {
				t.Errorf("the round is not %s", want.state)
			}
			if n := count(t, db, "select count(*) from candidate where round_id = '"+string(ids[of])+"'"); n != want.people {
				t.Errorf("%d people are asked, not %d", n, want.people)
			}
		}
		round, err := assessment.RoundByID(db.Read(ctx), ids[first.ID])
		if err != nil {
			t.Fatal(err)
		}
		if stands, err := w.Rounds.Followed(ctx, w.HR, round); err != nil || stands.Before == nil || stands.Before.ID != first.ID || stands.May() {
			t.Errorf("HR reads %+v, %v", stands, err)
		}
	})
}

// Of people who have left nobody can be asked again.
func TestFollowUp_ofPeopleWhoHaveLeft(t *testing.T) {
	t.Parallel()
	w, first := doubtful(t, dbtest.SQLite(t))
	ctx := context.Background()
	if err := w.DB.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec("update posting set valid_to = '2026-11-24'").Error }); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rounds.FollowUp(ctx, w.Ministry, first.ID, w.Rounds.UsualFollowUp(first)); !errors.Is(err, assessment.ErrNobodyUncertain) {
		t.Errorf("asked of people who have left: %v", err)
	}
}

// A round that leaves nobody uncertain has no follow-up.
func TestFollowUp_needsSomebody(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	ctx := context.Background()
	round := w.OpenRound()
	if _, err := w.Rounds.FollowUp(ctx, w.Ministry, round.ID, w.Rounds.UsualFollowUp(round)); !errors.Is(err, assessment.ErrNobodyUncertain) {
		t.Errorf("of an open round: %v", err)
	}
	if _, err := w.Rounds.FollowUp(ctx, w.Ministry, "01a21c1f-9b22-7132-ba7e-000000000000", assessment.FollowUp{}); !errors.Is(err, assessment.ErrNoRound) {
		t.Errorf("of no round: %v", err)
	}
}
