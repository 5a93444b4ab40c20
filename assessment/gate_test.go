package assessment_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/roster"
	"sathach/scoring"
)

// Where a hundred people took a form, a topic is called weak by what all their
// answers have shown it to tell, which is not what a person's few answers say by
// themselves. What was stored can be recomputed.
func TestScore_saysOfTopicsOnlyWhatTheyShow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		ctx := context.Background()
		var entrants []roster.Entrant
		for i := range 100 {
			entrants = append(entrants, roster.Entrant{
				Code: fmt.Sprintf("%07d", 1000+i), FullName: fmt.Sprint("Trần Mẫu ", i), BirthDate: "1980-02-03", AgencyCode: "P-1", Title: "Chuyên viên", Group: roster.PartTime, From: "2026-01-01",
			})
		}
		ids, err := w.Roster.Enrol(ctx, entrants)
		if err != nil {
			t.Fatal(err)
		}
		round := w.OpenRound(func(s *assessment.Series) { s.Forms = 1 })
		rnd := rand.New(rand.NewPCG(1, 2))
		type taken struct {
			who     authz.Actor
			attempt assessment.Attempt
		}
		var all []taken
		for _, id := range ids {
			who := authz.Actor{Account: string(id), OfficialID: string(id), Grants: []authz.Grant{{Role: authz.Official}}}
			able := rnd.Float64()
			all = append(all, taken{who, w.Take(who, func(int) bool { return rnd.Float64() < able })})
		}
		w.Pass(5 * time.Hour)
		w.Settle()
		changed := 0
		for _, x := range all {
			stored, err := w.Taking.Outcome(ctx, x.who, x.attempt.ID)
			if err != nil {
				t.Fatal(err)
			}
			again, err := assessment.Recompute(db.Read(ctx), round, x.attempt)
			if err != nil || !cmp.Equal(stored.Topics, again.Topics) {
				t.Errorf("stored %+v, recomputed %+v, %v", stored.Topics, again.Topics, err)
			}
			for _, topic := range stored.Topics {
				above, _ := scoring.Total{Raw: topic.Raw, Maximum: topic.Maximum, Items: topic.Items}.Reaches(round.Rules.Standard.WeakBelow)
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
