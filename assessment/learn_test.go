package assessment_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// How likely somebody is that good depends on how many are: the run learns it
// from everybody, keeps it, and decides by it; what was stored can be recomputed.
func TestScore_decidesAmongPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		takers := w.Enrol(110)
		round := w.OpenRound(func(s *assessment.Series) {
			s.Forms, s.Blueprint, s.Rules.Standard.CommendFrom = 1, assessmenttest.WholeBank(), 8000
		})
		rnd := rand.New(rand.NewPCG(3, 4))
		attempts := make([]assessment.Attempt, len(takers))
		for i, who := range takers {
			able := 0.25 + 0.6*rnd.Float64()
			attempts[i] = w.Take(who, func(int) bool { return rnd.Float64() < able })
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		learnt := learntIn(t, w, round.ID)
		if mean := learnt.People.A / (learnt.People.A + learnt.People.B); !(mean > 0.4 && mean < 0.7) || learnt.Abilities != nil {
			t.Fatalf("learnt %+v", learnt)
		}
		otherwise := 0
		for i, who := range takers {
			o := outcome(t, w, who, attempts[i])
			if want := round.Rules.Standard.Decide(o.Total, o.Total.Among(learnt.People)); o.Decision != want {
				t.Errorf("%d of %d right is decided %+v, want %+v", o.Total.Right, o.Total.Items, o.Decision, want)
			}
			if o.Decision != round.Rules.Standard.Decide(o.Total, o.Total.Among(ctt.Shares{})) {
				otherwise++
			}
		}
		if otherwise == 0 {
			t.Error("what everybody's results show changed nothing")
		}
		recomputes(t, w, round, len(takers))
		if _, o, err := w.Rounds.Outlook(ctx, w.Ministry, round.ID); err != nil || !o.Weighs {
			t.Errorf("outlook %+v, %v", o, err)
		}
	})
}

// Where a hundred people took a form, a topic is called weak by what all their
// answers have shown it to tell, which is not what a person's few answers say by
// themselves. What was stored can be recomputed.
func TestScore_saysOfTopicsOnlyWhatTheyShow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		takers := w.Enrol(100)
		round := w.OpenRound(func(s *assessment.Series) { s.Forms = 1 })
		rnd := rand.New(rand.NewPCG(1, 2))
		type taken struct {
			who     authz.Actor
			attempt assessment.Attempt
		}
		var all []taken
		for _, who := range takers {
			able := rnd.Float64()
			all = append(all, taken{who, w.Take(who, func(int) bool { return rnd.Float64() < able })})
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		if again, err := w.Rounds.RecomputeRound(ctx, round.Code); err != nil || !again.Same() {
			t.Errorf("marked again: %+v, %v", again, err)
		}
		changed := 0
		for _, x := range all {
			stored := outcome(t, w, x.who, x.attempt)
			for _, topic := range stored.Topics {
				above, _ := scoring.Total{Raw: topic.Raw, Maximum: topic.Maximum, Items: topic.Items}.Among(ctt.Shares{}).Reaches(round.Rules.Standard.WeakBelow)
				byItself := 1-above >= 0.8
				if said := topic.Standing == scoring.Weak; (said || topic.Standing == scoring.Unclear) && said != byItself {
					changed++
				}
			}
		}
		if changed == 0 {
			t.Error("what everybody's answers show changed nothing")
		}
	})
}

// Where everybody has a form of his own, all forms together show what a topic tells, also
// where decisions ask for no certainty: one that goes its own way is called weak by it,
// one that tells as much as the total never is.
func TestScore_learnsTopicsFromAllForms(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		sixtyItems(w)
		takers := w.Enrol(110)
		round := w.OpenRound(func(s *assessment.Series) {
			s.Blueprint = assessment.Blueprint{{Topic: "T7", Level: itembank.Recall, Count: 12}, {Topic: "T8", Level: itembank.Recall, Count: 12}}
			s.Forms, s.Rules.Standard.Certainty = assessment.FormEach, 0
		})
		rnd := rand.New(rand.NewPCG(5, 6))
		attempts := make([]assessment.Attempt, len(takers))
		for i, who := range takers {
			able := map[string]float64{"T7": 0.95, "T8": 0.2 + 0.75*rnd.Float64()}
			topics := topicsOn(t, db, w.Begin(who).Attempt.Form)
			attempts[i] = w.Take(who, func(position int) bool { return rnd.Float64() < able[topics[position-1]] })
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		learnt := learntIn(t, w, round.ID)
		models := learnt.Gates[""]
		if len(learnt.Gates) != 1 || learnt.People != (ctt.Shares{}) || !models["T7"].Silent || models["T8"].Silent || models["T8"].Items != 12 {
			t.Fatalf("learnt %+v", learnt)
		}
		if learnt.Gates.Advice("T7") != ctt.NothingMore || learnt.Gates.Advice("T8") == ctt.NothingMore || learnt.Gates.Advice("T9") != "" {
			t.Errorf("may be said: %q, %q, %q", learnt.Gates.Advice("T7"), learnt.Gates.Advice("T8"), learnt.Gates.Advice("T9"))
		}
		weak := 0
		for i, who := range takers {
			for _, r := range outcome(t, w, who, attempts[i]).Topics {
				switch {
				case r.Topic == "T7" && r.Standing == scoring.Weak:
					t.Errorf("T7 is weak with %d of %d", r.Right, r.Items)
				case r.Topic == "T8" && r.Standing == scoring.Weak:
					weak++
					if r.Right > 6 || r.Below < scoring.WeakCertainty {
						t.Errorf("T8 is weak with %d of %d, below by %v", r.Right, r.Items, r.Below)
					}
				}
			}
		}
		if weak < 20 {
			t.Errorf("%d of 110 are weak in T8", weak)
		}
		recomputes(t, w, round, len(takers))
	})
}

// topicsOn are the topics of the items of a form, by position.
func topicsOn(t *testing.T, db *database.DB, form assessment.FormID) (topics []string) {
	t.Helper()
	err := db.Read(context.Background()).Gorm().Raw("select i.topic_code from form_item f join item_revision r on r.id = f.revision_id join item i on i.id = r.item_id where f.form_id = ? order by f.position", string(form)).Scan(&topics).Error
	if err != nil {
		t.Fatal(err)
	}
	return topics
}

// A run that another version of the rules began is marked from the start by these.
func TestScore_beginsAgainByTheseRules(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound(func(s *assessment.Series) { s.Rules.Release = assessment.ByHand })
		attempt := w.Take(w.Officials[0], assessmenttest.All)
		w.Pass(5 * time.Hour)
		w.Settle()
		if err := db.Write(context.Background(), func(tx *database.Tx) error {
			return database.InTurn(
				func() error { return tx.Gorm().Exec("update scoring_run set engine = '3', finished_at = null").Error },
				func() error { return tx.Gorm().Exec("update result set raw = 0, right_count = 0").Error },
				func() error {
					return tx.Gorm().Exec("update round set state = 'closed' where id = ?", string(round.ID)).Error
				})
		}); err != nil {
			t.Fatal(err)
		}
		w.Settle()
		if n := count(t, db, "select count(*) from scoring_run where engine = '"+scoring.Engine+"' and finished_at is not null"); n != 1 {
			t.Errorf("%d runs by these rules", n)
		}
		if err := w.Rounds.PublishByHand(context.Background(), w.Ministry, round.ID, ""); err != nil {
			t.Fatal(err)
		}
		if o := outcome(t, w, w.Officials[0], attempt); o.Total.Right != 8 {
			t.Errorf("what was half marked stays: %+v", o.Total)
		}
	})
}
