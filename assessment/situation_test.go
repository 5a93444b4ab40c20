package assessment_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

func aboutSituations(recall, application int) func(*assessment.Series) {
	return func(s *assessment.Series) {
		s.Blueprint = assessment.Blueprint{
			{Topic: assessmenttest.TopicC, Level: itembank.Recall, Count: recall}, {Topic: assessmenttest.TopicC, Level: itembank.Application, Count: application},
		}
	}
}

// The questions about a situation stand together on every paper, in the order
// of their codes, each with the text above it.
func TestPaper_showsSituations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound(aboutSituations(3, 1))
		type line struct {
			stem, text  string
			first, last int
		}
		for _, who := range w.Officials {
			var got []line
			for _, q := range w.Begin(who).Questions {
				l := line{stem: q.Stem}
				if s := q.Situation; s != nil {
					l.text, l.first, l.last = s.Stem, s.First, s.Last
				}
				got = append(got, l)
			}
			const text = "Ông A xin cấp phép ngày 02/3."
			want := []line{{stem: "Câu dẫn số 23?"}, {"Câu dẫn số 20?", text, 2, 4}, {"Câu dẫn số 21?", text, 2, 4}, {"Câu dẫn số 22?", text, 2, 4}}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(line{})); diff != "" {
				t.Fatalf("paper (-want +got):\n%s", diff)
			}
		}
	})
}

// A blueprint that a situation does not fit is told so, with what is tied up.
func TestPreview_tellsOfSituationsThatDoNotFit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		s := w.Series()
		aboutSituations(2, 1)(&s)
		p, err := w.Planner.Preview(context.Background(), w.Ministry, s)
		if err != nil {
			t.Fatal(err)
		}
		want := []assessment.Shortage(nil)
		if diff := cmp.Diff(want, p.Dues[0].Shortages); diff != "" {
			t.Errorf("the set fits alone (-want +got):\n%s", diff)
		}
		aboutSituations(1, 1)(&s)
		if p, err = w.Planner.Preview(context.Background(), w.Ministry, s); err != nil {
			t.Fatal(err)
		}
		want = []assessment.Shortage{{Cell: s.Blueprint[1], Have: 0, Tied: 1}}
		if diff := cmp.Diff(want, p.Dues[0].Shortages); diff != "" {
			t.Errorf("shortages (-want +got):\n%s", diff)
		}
	})
}
