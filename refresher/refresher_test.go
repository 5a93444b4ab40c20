package refresher_test

import (
	"context"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/refresher/starter"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestAdvise_sendsOnlyLowGroupsToLivingMaterial(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		good, low, failed := w.Officials[0], w.Officials[1], w.Officials[2]
		w.Take(good, assessmenttest.All)
		w.Take(low, func(p int) bool { return p > 4 }) // four of five in topic A wrong: passes with 50
		w.Take(failed, assessmenttest.None)
		w.Pass(5 * time.Hour)
		w.Settle()
		ctx := context.Background()
		if r, err := w.Refresher.Readings(ctx, good); err != nil || len(r) != 0 {
			t.Errorf("somebody with a good result is sent to %v, %v", r, err)
		}
		r, err := w.Refresher.Readings(ctx, low)
		if err != nil || len(r) != 1 || r[0].Material.Code != "TL-T2" || r[0].DueOn != "2026-12-24" {
			t.Fatalf("a low result leads to %+v, %v; want the living material of topic A", r, err)
		}
		if r, err := w.Refresher.Readings(ctx, failed); err != nil || len(r) != 2 {
			t.Errorf("a failed result leads to %d readings, want one per weak topic, %v", len(r), err)
		}
		for range 2 { // opening and finishing twice keeps the first time
			if err := w.Refresher.Opened(ctx, low, "TL-T2"); err != nil {
				t.Fatal(err)
			}
			if err := w.Refresher.Finished(ctx, low, "TL-T2"); err != nil {
				t.Fatal(err)
			}
			w.Pass(time.Hour)
		}
		r, err = w.Refresher.Readings(ctx, low)
		if err != nil || r[0].FinishedAt.IsZero() || !r[0].FinishedAt.Equal(r[0].OpenedAt) {
			t.Errorf("after reading: %+v, %v", r, err)
		}
		if r, err := w.Refresher.Readings(ctx, failed); err != nil || !r[0].FinishedAt.IsZero() {
			t.Errorf("one reader's finishing marks another's: %+v, %v", r, err)
		}
	})
}

// A low result leads its page to what was recommended, also where no single
// topic is weak; any other result to the material of its weak topics.
func TestForResult_showsWhatWasRecommended(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	w.OpenRound()
	low, good := w.Officials[0], w.Officials[1]
	even := w.Take(low, func(p int) bool { return p != 1 && p != 2 && p != 6 }) // 3 of 5, and 2 of 3
	best := w.Take(good, assessmenttest.All)
	w.Pass(5 * time.Hour)
	w.Settle()
	for _, c := range []struct {
		who       authz.Actor
		candidate assessment.CandidateID
		weak      []string
		want      string
	}{
		{low, even.Candidate, nil, "TL-A"}, {good, best.Candidate, []string{assessmenttest.TopicB}, "TL-T4"}, {good, even.Candidate, nil, ""},
	} {
		found, err := w.Refresher.ForResult(context.Background(), c.who, c.candidate, c.weak)
		codes := ""
		for _, m := range found {
			codes += m.Code
		}
		if err != nil || codes != c.want {
			t.Errorf("%q, %v; want %q", codes, err, c.want)
		}
	}
}

func TestMaterials_coverTheTopicsWithLivingLaw(t *testing.T) {
	t.Parallel()
	materials, err := starter.Materials()
	if err != nil {
		t.Fatal(err)
	}
	topics := map[string]bool{}
	for _, m := range materials {
		topics[m.Topic] = true
		if m.Title == "" || m.Body == "" || m.Minutes < 1 || (m.Kind == "link") != (m.Link != "") {
			t.Errorf("%s is not complete", m.Code)
		}
	}
	if len(topics) != 17 {
		t.Errorf("%d topics have material, want 17", len(topics))
	}
}
