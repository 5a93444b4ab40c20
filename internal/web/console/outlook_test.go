package console

import (
	"math"
	"testing"

	"sathach/assessment"
)

// The curve of errors rises as far as errors do; where nothing is measured it ends at
// the top.
func TestNewOutlook_curveShowsWhatItSays(t *testing.T) {
	t.Parallel()
	errors := []float64{0.4, 0.5, 0.97, 1.2, 1.57, 2, math.Inf(1)}
	o := assessment.Outlook{Forms: []assessment.FormOutlook{{Items: 40}}}
	for i, e := range errors {
		o.Points = append(o.Points, assessment.PointOutlook{Theta: float64(i - 3), Error: e})
	}
	v := newOutlook(o)
	for i := 1; i < len(v.Marks); i++ {
		if v.Marks[i].Y >= v.Marks[i-1].Y {
			t.Errorf("error %s stands at %d, error %s at %d", v.Marks[i-1].Value, v.Marks[i-1].Y, v.Marks[i].Value, v.Marks[i].Y)
		}
	}
	if last := v.Marks[len(v.Marks)-1].Y; last != curveTop {
		t.Errorf("no measurement stands at %d", last)
	}
}
