package assessment_test

import (
	"errors"
	"slices"
	"testing"

	"sathach/assessment"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
)

// What is wrong with a series is told input by input; what follows from another
// fault is not told beside it.
func TestSeriesValidate_namesInputs(t *testing.T) {
	t.Parallel()
	sound := func() assessment.Series {
		return assessment.Series{
			Name: "Kiểm tra mẫu", Cron: "0 8 * * *", Zone: viet.Zone, Audience: "agency", Forms: 4, Window: 4 * 3600e9,
			Blueprint: assessment.Blueprint{{Topic: "T1", Level: itembank.Recall, Count: 30}}, Rules: assessment.UsualRules(),
		}
	}
	for name, c := range map[string]struct {
		change func(*assessment.Series)
		want   []string
	}{
		"sound":                    {func(*assessment.Series) {}, nil},
		"no items":                 {func(s *assessment.Series) { s.Blueprint = nil }, []string{"blueprint"}},
		"never certain enough":     {func(s *assessment.Series) { s.Blueprint[0].Count, s.Rules.Standard.CommendFrom = 20, 9500 }, []string{"commend_from"}},
		"short forms go by scores": {func(s *assessment.Series) { s.Blueprint[0].Count, s.Rules.Standard.CommendFrom = 10, 9500 }, nil},
		"no name, no audience":     {func(s *assessment.Series) { s.Name, s.Audience = " ", "" }, []string{"name", "audience"}},
		"longer than the window":   {func(s *assessment.Series) { s.Rules.TimeLimit = 5 * 3600e9 }, []string{"time_limit"}},
	} {
		s := sound()
		c.change(&s)
		var got []string
		var wrong *fault.Error
		if errors.As(s.Validate(), &wrong) {
			for _, f := range wrong.Fields {
				got = append(got, f.Name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
