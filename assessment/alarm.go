package assessment

import (
	"cmp"
	"context"
	"math"
	"slices"

	"sathach/internal/authz"
	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Alarm is something about a scored round that a person should look at before
// its results go out. Rounds whose rules say so (Rules.Hold) wait for a person
// then.
type Alarm struct {
	Kind AlarmKind `json:"kind"`
	Form int       `json:"form,omitempty"` // number of the form it is about
	N    int       `json:"n"`              // people behind it
	// Value is the share of people with full marks, or by how many points of
	// 100 a form's mean is above the other forms'; with its 95 % interval.
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// AlarmKind says what an alarm is about.
type AlarmKind string

const (
	// Ceiling: so many have full marks that the form does not tell the good
	// from the best (15 % by Terwee and others, 2007; here beyond chance).
	Ceiling AlarmKind = "ceiling"
	// FormEasy and FormHard: people got their forms by turns, so forms should
	// have the same mean; one stands apart by leastApart points or more.
	FormEasy AlarmKind = "form_easy"
	FormHard AlarmKind = "form_hard"
)

// Bounds of alarms.
const (
	ceilingFrom = 0.15
	leastApart  = 5.0 // points of 100
	leastOfForm = 30  // people
	// leastOfRound is how many people a ceiling needs; the interval does the rest.
	leastOfRound = 10
	apartLevel   = 0.01
)

// formTotals is what the first tries of one form add up to, and how many have
// everything right.
type formTotals struct {
	Number, Full int
	ctt.Sums
}

// alarmsOf looks at the forms of a round.
func alarmsOf(forms []formTotals) []Alarm {
	var all formTotals
	for _, f := range forms {
		all.N, all.Full, all.Sum, all.Squares = all.N+f.N, all.Full+f.Full, all.Sum+f.Sum, all.Squares+f.Squares
	}
	var alarms []Alarm
	if all.N >= leastOfRound {
		interval := measure.Wilson(float64(all.Full), float64(all.N))
		low, _ := interval.Low.Get()
		high, _ := interval.High.Get()
		if low >= ceilingFrom {
			alarms = append(alarms, Alarm{Ceiling, 0, all.N, float64(all.Full) / float64(all.N), low, high})
		}
	}
	return append(alarms, formsApart(forms, all.Sums)...)
}

// formsApart compares every form with all others (Welch) and puts aside the
// one that stands apart most surely, until none does: one easy form would make
// the others look hard. The chance of a false alarm is shared by the forms
// (Bonferroni).
func formsApart(forms []formTotals, all ctt.Sums) (alarms []Alarm) {
	left := slices.DeleteFunc(slices.Clone(forms), func(f formTotals) bool { return f.N < leastOfForm })
	for level := apartLevel / float64(max(1, len(left))); len(left) > 1; {
		most, at, surest := Alarm{}, -1, 0.0
		for n, f := range left {
			a, z := f.apart(all.Less(f.Sums))
			if math.Abs(a.Value) >= leastApart && math.Erfc(z/math.Sqrt2) < level && z > surest {
				most, at, surest = a, n, z
			}
		}
		if at < 0 {
			break
		}
		f := left[at]
		alarms, left = append(alarms, most), slices.Delete(left, at, at+1)
		all = all.Less(f.Sums)
	}
	slices.SortFunc(alarms, func(a, b Alarm) int { return cmp.Compare(a.Form, b.Form) })
	return alarms
}

// apart compares a form with the rest; z is the size of the difference in its
// standard errors.
func (f formTotals) apart(rest ctt.Sums) (a Alarm, z float64) {
	if rest.N < leastOfForm {
		return Alarm{}, 0
	}
	mean, variance := f.Moments()
	others, between := rest.Moments()
	value, se := 100*(mean-others), 100*math.Sqrt(variance/float64(f.N)+between/float64(rest.N))
	a = Alarm{FormEasy, f.Number, f.N, value, value - 1.96*se, value + 1.96*se}
	if value < 0 {
		a.Kind = FormHard
	}
	if se == 0 {
		return a, 0
	}
	return a, math.Abs(value) / se
}

// Alarms are those of a round's newest finished scoring run, for people whose
// scope holds its whole audience; nobody else sees any.
func (r *Rounds) Alarms(ctx context.Context, actor authz.Actor, round Round) ([]Alarm, error) {
	may, err := r.MayPublish(ctx, actor, round)
	if err != nil || !may {
		return nil, err
	}
	return alarmsIn(r.DB.Read(ctx), round.ID)
}
