package assessment

import (
	"testing"
	"time"

	"sathach/itembank"
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

// A form that asks nearly the same twice is counted.
func TestOutlook_countsFormsThatAskTwice(t *testing.T) {
	t.Parallel()
	curves := map[itembank.RevisionID]curve{}
	for id, like := range map[itembank.RevisionID]string{"a": "", "b": "", "c": "A-001", "d": "A-001", "e": "B-007"} {
		c := coldStart(0.6, 40, Tried)
		c.like = like
		curves[id] = c
	}
	form := func(ids ...itembank.RevisionID) (f Form) {
		for _, id := range ids {
			f.Items = append(f.Items, FormItem{Revision: id})
		}
		return f
	}
	forms := []Form{form("a", "b", "c", "e"), form("c", "a", "d"), form("a", "b"), form("d", "c")}
	if o := outlookOf(forms, curves, UsualRules(), 100); o.Alike != 2 {
		t.Errorf("%d forms ask twice", o.Alike)
	}
}
