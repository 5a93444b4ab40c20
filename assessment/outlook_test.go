package assessment

import (
	"fmt"
	"math"
	"testing"
	"time"

	"sathach/itembank"
	"sathach/scoring/irt"
)

// Time is short for the slow before it is too short for most.
func TestOutlook_timeAgainstTheLongestForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		minutes             []float64
		timed               int
		limit               time.Duration
		hurried, impossible bool
	}{
		"enough":                    {[]float64{18, 20}, 40, 30 * time.Minute, false, false},
		"short for the slow":        {[]float64{18, 26}, 40, 30 * time.Minute, true, false},
		"too short for most":        {[]float64{23}, 40, 10 * time.Minute, true, true},
		"too short on one form":     {[]float64{18, 31}, 40, 30 * time.Minute, true, true},
		"no limit":                  {[]float64{300}, 40, 0, false, false},
		"nobody knows how long":     {[]float64{0, 0}, 0, 10 * time.Minute, false, false},
		"exactly by a fifth faster": {[]float64{25}, 1, 30 * time.Minute, false, false},
	} {
		o := Outlook{Timed: c.timed, Limit: c.limit}
		for _, m := range c.minutes {
			o.Forms = append(o.Forms, FormOutlook{Minutes: m})
		}
		if o.Hurried() != c.hurried || o.TooShort() != c.impossible {
			t.Errorf("%s: hurried %t, too short %t", name, o.Hurried(), o.TooShort())
		}
	}
}

// A panel's cut on the scale is worth more on easier forms; a pass mark outside its
// interval is off, and of forms with items that are not on the scale nothing is said.
func TestOutlook_whatAPanelsCutIsWorth(t *testing.T) {
	t.Parallel()
	curves, rules := map[itembank.RevisionID]curve{}, UsualRules()
	theta, se := 0.2, 0.1
	rules.PassFrom = &CutSource{Theta: &theta, ThetaError: &se}
	form := func(b float64, from Evidence) (f Form) {
		for n := range 20 {
			id := itembank.RevisionID(fmt.Sprint(b, from, n))
			curves[id] = curve{Parameters: itembank.Parameters{Curve: itembank.RightOrWrong(irt.Dichotomous(1, b, 0))}, from: from}
			f.Items = append(f.Items, FormItem{Revision: id})
		}
		return f
	}
	easy, middling := form(-1, Calibrated), form(0.2, Estimated)
	just := justPass([]Form{middling}, curves, rules)
	if just == nil || math.Abs(just.Score-50) > 1e-9 || math.Abs(just.Low-(50-4.89)) > 0.05 || just.Off() {
		t.Errorf("at its own difficulty: %+v", just)
	}
	if just = justPass([]Form{easy}, curves, rules); just == nil || math.Abs(just.Score-76.85) > 0.01 || !just.Off() {
		t.Errorf("on an easy form: %+v", just)
	}
	if just = justPass([]Form{easy, middling}, curves, rules); just == nil || math.Abs(just.Score-(76.85+50)/2) > 0.01 {
		t.Errorf("on both: %+v", just)
	}
	if just = justPass([]Form{form(0, Tried)}, curves, rules); just != nil {
		t.Errorf("of items that are not on the scale: %+v", just)
	}
	rules.PassFrom = &CutSource{}
	if just = justPass([]Form{easy}, curves, rules); just != nil {
		t.Errorf("of a cut that is not on the scale: %+v", just)
	}
}
