package assessment_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// calibrate writes down parameters of the bank's items that stand, as if the run
// of a round had taught them.
func calibrate(t *testing.T, w *assessmenttest.World, round assessment.RoundID, item func(n int) irt.Item) {
	t.Helper()
	ctx := context.Background()
	pool, err := w.Bank.Pool(ctx, viet.DateOf(w.Now()))
	if err != nil {
		t.Fatal(err)
	}
	var known []itembank.Parameters
	for n, d := range pool.Drawable {
		known = append(known, itembank.Parameters{Revision: d.Revision, Standing: itembank.Operational, N: 300, SE: []float64{0.08, 0.08}, Curve: itembank.RightOrWrong(item(n)), At: w.Now()})
	}
	run := newestRun(t, w, round)
	if err := w.DB.Write(ctx, func(tx *database.Tx) error { return itembank.RecordParameters(tx, run, known) }); err != nil {
		t.Fatal(err)
	}
}

func newestRun(t *testing.T, w *assessmenttest.World, round assessment.RoundID) (run string) {
	t.Helper()
	err := w.DB.Read(context.Background()).Gorm().Raw("select id from scoring_run where round_id = ? order by number desc limit 1", string(round)).Scan(&run).Error
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// learntIn is what the newest run of a round has learnt.
func learntIn(t *testing.T, w *assessmenttest.World, round assessment.RoundID) assessment.Learnt {
	t.Helper()
	learnt, err := assessment.LearntIn(w.DB.Read(context.Background()), assessment.RunID(newestRun(t, w, round)))
	if err != nil {
		t.Fatal(err)
	}
	return learnt
}

// Once all items stand on the scale of the bank, abilities tell how likely true
// scores reach the marks: the same of everybody with one total on one form. What
// was stored can be recomputed, and a round that is marked again keeps what it was
// measured with.
func TestScore_decidesByAbilities(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		takers := w.Enrol(110)
		first := w.OpenRound(func(s *assessment.Series) {
			s.Forms, s.Blueprint, s.Rules.Standard.CommendFrom = 1, assessmenttest.WholeBank(), 8000
		})
		w.Pass(5 * time.Hour)
		w.Settle()
		calibrate(t, w, first.ID, func(n int) irt.Item { return irt.Dichotomous(1.2, 0, 0) })
		w.MoveTo(assessmenttest.Start.Add(25 * time.Hour))
		w.Settle()
		round := w.Duty(takers[0]).Round
		if round.ID == first.ID {
			t.Fatal("the second round did not open")
		}
		if _, o, err := w.Rounds.Outlook(ctx, w.Ministry, round.ID); err != nil || o.Evidence[assessment.Calibrated] != 20 || o.Needs < 17 || o.Needs > 20 {
			t.Errorf("outlook of calibrated forms: %+v, %v", o, err)
		}
		rnd := rand.New(rand.NewPCG(5, 6))
		attempts := make([]assessment.Attempt, len(takers))
		for i, who := range takers {
			able := 0.3 + 0.65*rnd.Float64()
			attempts[i] = w.Take(who, func(int) bool { return rnd.Float64() < able })
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		learnt := learntIn(t, w, round.ID)
		if learnt.Abilities == nil || len(learnt.Abilities.Items) != 20 || learnt.Abilities.People.Mean < 0 || learnt.Abilities.People.SD < 0.4 {
			t.Fatalf("learnt %+v", learnt.Abilities)
		}
		otherwise, told := 0, map[scoring.Points]scoring.Chances{}
		for i, who := range takers {
			o := outcome(t, w, who, attempts[i])
			if before, seen := told[o.Total.Raw]; seen && before != o.Decision.Chances {
				t.Errorf("the total %d tells %+v and %+v", o.Total.Raw, before, o.Decision.Chances)
			}
			told[o.Total.Raw] = o.Decision.Chances
			if !o.Decision.Chances.Known {
				t.Fatalf("nothing is known of %+v", o.Total)
			}
			standard := round.Rules.Standard
			if low := o.Decision.Low != scoring.NotLow; low != (!o.Total.Atleast(standard.LowBelow) || o.Decision.Chances.Low <= 1000) {
				t.Errorf("%+v is decided %+v", o.Total, o.Decision)
			}
			reported := o.Decision.Reported
			if !reported.Known || !(reported.Low < reported.Score && reported.Score < reported.High) {
				t.Errorf("%+v is reported as %+v", o.Total, reported)
			}
			byShares := round.Rules.Standard.Decide(o.Total, o.Total.Among(learnt.People))
			if byShares.Reported.Known {
				t.Error("shares tell of the reference form")
			}
			byShares.Reported = reported
			if o.Decision != byShares {
				otherwise++
			}
		}
		if otherwise == 0 {
			t.Error("abilities changed nothing")
		}
		recomputes(t, w, round, len(takers))

		// What the bank has learnt since does not move the measure of this round.
		calibrate(t, w, round.ID, func(int) irt.Item { return irt.Dichotomous(0.7, 2, 0) })
		var code string
		if err := db.Read(ctx).Gorm().Raw("select min(i.code) from item i join item_revision r on r.item_id = i.id where r.kind = 'single'").Scan(&code).Error; err != nil {
			t.Fatal(err)
		}
		for kind, items := range map[assessment.CorrectionKind]int{assessment.Withdraw: 19, assessment.Credit: 19} {
			for _, c := range []struct {
				kind  assessment.CorrectionKind
				items int
			}{{kind, items}, {assessment.Restore, 20}} {
				if err := w.Rounds.Correct(ctx, w.Ministry, round.ID, assessment.Correction{Code: code, Kind: c.kind, Reason: "Thử"}); err != nil {
					t.Fatal(err)
				}
				w.Settle()
				again := learntIn(t, w, round.ID)
				if again.Abilities == nil || len(again.Abilities.Items) != c.items {
					t.Fatalf("after %s: %+v", c.kind, again.Abilities)
				}
				for id, m := range again.Abilities.Items {
					if m.Slope != learnt.Abilities.Items[id].Slope {
						t.Fatalf("item %s is measured by another curve: %+v", id, m)
					}
				}
				recomputes(t, w, round, len(takers))
			}
		}
	})
}

// An item that no longer behaves as it did, as one that got about, says nothing of
// abilities: the round goes by shares.
func TestScore_distrustsItemsThatMoved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		takers := w.Enrol(100)
		first := w.OpenRound(func(s *assessment.Series) { s.Forms, s.Blueprint = 1, assessmenttest.WholeBank() })
		w.Pass(5 * time.Hour)
		w.Settle()
		calibrate(t, w, first.ID, func(n int) irt.Item {
			if n == 7 {
				return irt.Dichotomous(1.2, 1.5, 0)
			}
			return irt.Dichotomous(1.2, 0, 0)
		})
		w.MoveTo(assessmenttest.Start.Add(25 * time.Hour))
		w.Settle()
		round := w.Duty(takers[0]).Round
		rnd := rand.New(rand.NewPCG(7, 8))
		for _, who := range takers {
			able := 0.3 + 0.5*rnd.Float64()
			w.Take(who, func(int) bool { return rnd.Float64() < able })
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		if learnt := learntIn(t, w, round.ID); learnt.Abilities != nil || learnt.People.A == 0 {
			t.Errorf("learnt %+v", learnt)
		}
	})
}

func outcome(t *testing.T, w *assessmenttest.World, who authz.Actor, a assessment.Attempt) assessment.Outcome {
	t.Helper()
	o, err := w.Taking.Outcome(context.Background(), who, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// recomputes marks a round again and finds no difference.
func recomputes(t *testing.T, w *assessmenttest.World, round assessment.Round, attempts int) {
	t.Helper()
	if c, err := w.Rounds.RecomputeRound(context.Background(), round.Code); err != nil || !c.Same() || c.Attempts != attempts {
		t.Errorf("recomputed: %+v, %v", c, err)
	}
}

// Parameters are kept whole, an asymptote with them; once enough items have some, topics
// have usual ones.
func TestParameters_tellWhatIsUsual(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		round := w.OpenRound(func(s *assessment.Series) { s.Forms = 1 })
		w.Take(w.Officials[0], assessmenttest.All)
		w.Pass(5 * time.Hour)
		w.Settle()
		var drafts []itembank.Draft
		for n := range 220 {
			drafts = append(drafts, itembank.Draft{
				Code: fmt.Sprintf("T%d-%03d", 7+n%2, n), Topic: fmt.Sprint("T", 7+n%2), Level: itembank.Recall, Kind: itembank.Single, Stem: fmt.Sprint("Câu mẫu ", n), Options: []string{"Một", "Hai"}, Key: []int{0}, SourceNote: "Mẫu",
			})
		}
		topics := []itembank.Topic{{Code: "T7", NameVi: "Bảy", NameEn: "Seven"}, {Code: "T8", NameVi: "Tám", NameEn: "Eight"}}
		if err := w.Bank.Load(ctx, topics, nil, drafts); err != nil {
			t.Fatal(err)
		}
		pools, err := itembank.PoolsOn(db.Read(ctx), "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		record := func(most int) {
			t.Helper()
			var known []itembank.Parameters
			for _, d := range pools[0].Drawable {
				if d.Topic == "T7" && len(known) < most {
					known = append(known, itembank.Parameters{Revision: d.Revision, Standing: itembank.Operational, N: 300, Curve: itembank.RightOrWrong(irt.Item{A: 1.5, D: []float64{1}, C: 0.2})})
				} else if d.Topic == "T8" && len(known) < most {
					known = append(known, itembank.Parameters{Revision: d.Revision, Standing: itembank.Operational, N: 300, Curve: itembank.RightOrWrong(irt.Item{A: 1.5, D: []float64{-1}})})
				}
			}
			run := newestRun(t, w, round.ID)
			if err := db.Write(ctx, func(tx *database.Tx) error { return itembank.RecordParameters(tx, run, known) }); err != nil {
				t.Fatal(err)
			}
			back, err := itembank.ParametersOf(db.Read(ctx), []itembank.RevisionID{known[0].Revision})
			if err != nil || back[known[0].Revision].C != known[0].C {
				t.Errorf("%+v is kept as %+v, %v", known[0], back, err)
			}
		}
		record(199)
		if usual, err := itembank.UsualsIn(db.Read(ctx)); err != nil || usual != nil {
			t.Errorf("199 items tell %+v, %v", usual, err)
		}
		record(220)
		usual, err := itembank.UsualsIn(db.Read(ctx))
		if err != nil || usual["T7"].Intercept.Mean < 0.9 || usual["T8"].Intercept.Mean > -0.9 || usual["T7"].LogSlope.Mean != usual["T8"].LogSlope.Mean {
			t.Errorf("usual are %+v, %v", usual, err)
		}
	})
}
