package console

import (
	"fmt"
	"strings"

	"sathach/itembank"
)

// chart is the life of an item as a picture: how many were right, and how well
// the item told who knows from who does not, round by round. Both share one
// axis from −1 to 1; facility uses its upper half.
type chart struct {
	Rounds         []chartRound
	Width, Height  int
	Zero           int // where 0 stands
	Facility       string
	Discrimination string
	Revisions      []chartMark // where a new revision begins
}

// chartRound is one round in the picture.
type chartRound struct {
	itembank.RoundStatistic
	X, FacilityY, DiscriminationY int
	HasR                          bool
}

// chartMark is a line across the picture.
type chartMark struct{ X, Number int }

// Measures of the picture, in its own units.
const (
	chartLeft, chartTop  = 40, 12
	chartStep, chartTall = 56, 160
	mostCharted          = 24 // rounds; older ones stay in the table
)

func newChart(rounds []itembank.RoundStatistic) *chart {
	shown := rounds[max(0, len(rounds)-mostCharted):]
	c := &chart{Width: chartLeft + chartStep*len(shown) + 8, Height: chartTop + chartTall + 28, Zero: chartY(0)}
	var facility, discrimination []string
	for i, r := range shown {
		at := chartRound{RoundStatistic: r, X: chartLeft + chartStep/2 + chartStep*i, FacilityY: chartY(r.Facility)}
		facility = append(facility, fmt.Sprintf("%d,%d", at.X, at.FacilityY))
		if r.Discrimination != nil {
			at.HasR, at.DiscriminationY = true, chartY(*r.Discrimination)
			discrimination = append(discrimination, fmt.Sprintf("%d,%d", at.X, at.DiscriminationY))
		}
		if i > 0 && r.Number != shown[i-1].Number {
			c.Revisions = append(c.Revisions, chartMark{at.X - chartStep/2, r.Number})
		}
		c.Rounds = append(c.Rounds, at)
	}
	c.Facility, c.Discrimination = strings.Join(facility, " "), strings.Join(discrimination, " ")
	return c
}

// chartY is the height of a value from −1 to 1.
func chartY(value float64) int { return chartTop + int((1-value)/2*chartTall+0.5) }
