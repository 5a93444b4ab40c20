package panel

import (
	"fmt"
	"strconv"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring/cutscore"
	"sathach/scoring/measure"
)

// Result is what judges say. Cuts are in per cent of the reference form.
type Result struct {
	Items int
	// Cut is the mean of the ratings of the K judges who rated everything, and
	// Error its standard error, √(s²/K).
	Cut, Error measure.Value
	// Theta is the ability on the scale of the bank at which people earn the
	// cut on the reference form, with its error: forms that differ share it.
	// Why there is none it says itself.
	Theta, ThetaError measure.Value
	Judges            []Judge
	Complete          int // judges who rated everything; the others do not count
	Hofstee           Hofstee
	Superiors         Superiors
	// Method is what the pass mark of a closed panel rests on; empty for Angoff.
	Method Method `json:",omitempty"`
}

// Method is a way to a pass mark.
type Method string

const (
	Angoff     Method = "angoff"
	Borderline Method = "borderline" // regression on what superiors say
	// Compromise is between what judges can accept and what people earned (Hofstee).
	Compromise Method = "hofstee"
)

// PassMark is the cut of a method with its standard error, and how many people
// stand behind it; false where it has none.
func (r Result) PassMark(m Method) (cut, se measure.Value, of int, ok bool) {
	switch m {
	case Angoff, "":
		_, ok = r.Cut.Get()
		return r.Cut, r.Error, r.Complete, ok
	case Borderline:
		return r.Superiors.Cut, r.Superiors.Error, r.Superiors.People, r.Superiors.Usable()
	case Compromise:
		return r.Hofstee.Cut, r.Hofstee.Error, r.Hofstee.Judges, r.Hofstee.Usable()
	}
	return measure.Value{}, measure.Value{}, 0, false
}

// Mark is the cut of the method that the panel rests on.
func (r Result) Mark() measure.Value {
	cut, _, _, _ := r.PassMark(r.Method)
	return cut
}

// Judge is how one judge rates.
type Judge struct {
	Name  string
	Rated int
	// Cut is the judge's own, Without that of the others.
	Cut, Without measure.Value
	// Consistent is the correlation of the ratings with what people at the cut
	// earn of every item.
	Consistent measure.Value
}

// Agreement is the interval of Consistent, at 95 %, over the items rated.
func (j Judge) Agreement() measure.Interval { return measure.Correlation(j.Consistent, j.Rated) }

// Hofstee is the compromise between the judges' limits and what the people of
// the round earned.
type Hofstee struct {
	Judges    int
	Cut, Fail measure.Value // per cent of the form, and of people below it
	Error     measure.Value // standard error of Cut, by leaving out judges
	Excluded  bool          // limits and results exclude each other
}

// Usable tells whether a pass mark may rest on it: limits and results meet, whichever judge
// is left out.
func (h Hofstee) Usable() bool {
	_, known := h.Error.Get()
	_, meets := h.Cut.Get()
	return known && meets
}

// resultOf computes what the ratings of a panel say.
func resultOf(h database.Handle, x Panel) (Result, error) {
	items, err := itemsOf(h, x.form)
	if err != nil {
		return Result{}, err
	}
	judges, err := judgesOf(h, x.ID)
	if err != nil {
		return Result{}, err
	}
	r := Result{Items: len(items), Cut: measure.Undefined(measure.NoData), Error: measure.Undefined(measure.NoData), Theta: measure.Undefined(measure.NoData), ThetaError: measure.Undefined(measure.NoData)}
	if r.Hofstee, err = compromise(h, x); err != nil {
		return r, err
	}
	if r.Superiors, err = superiorsOf(h, x); err != nil || len(judges) == 0 {
		return r, err
	}
	var complete [][]float64
	var places []int // of complete judges among all
	for k, j := range judges {
		r.Judges = append(r.Judges, Judge{Name: j.name, Rated: len(j.ratings), Cut: measure.Undefined(measure.TooFew), Without: measure.Undefined(measure.TooFew), Consistent: measure.Undefined(measure.TooFew)})
		if len(j.ratings) < len(items) {
			continue
		}
		row := make([]float64, len(items))
		for i := range row {
			row[i] = float64(j.ratings[i+1]) / 100
		}
		complete, places = append(complete, row), append(places, k)
	}
	if r.Complete = len(complete); r.Complete == 0 {
		return r, nil
	}
	c, err := cutscore.Angoff{Ratings: complete}.Cut()
	if err != nil {
		return r, fmt.Errorf("panel %s: %w", x.ID, err)
	}
	perCent := func(points float64) float64 { return 100 * points / float64(len(items)) }
	r.Cut, r.Error = c.Cut.Map(perCent), c.SE.Map(perCent)
	chances, err := r.onScale(h, items, c)
	if err != nil {
		return r, err
	}
	for n, k := range places {
		one := &r.Judges[k]
		one.Cut, one.Without = c.Judges[n].Cut.Map(perCent), c.Judges[n].Without.Map(perCent)
		if chances != nil {
			one.Consistent = cutscore.Consistency(complete[n], chances)
		}
	}
	return r, nil
}

// onScale brings the cut to the scale of the bank, where every item of the
// form has parameters. chances are what people at the cut earn of every item.
func (r *Result) onScale(h database.Handle, items []Item, c cutscore.AngoffCut) (chances []float64, err error) {
	ids := make([]itembank.RevisionID, len(items))
	for i, it := range items {
		ids[i] = it.Revision
	}
	known, err := itembank.ParametersOf(h, ids)
	if err != nil || len(known) < len(items) {
		return nil, err
	}
	expected := func(theta float64) (points float64) {
		for _, id := range ids {
			points += known[id].ShareAt(theta)
		}
		return points
	}
	r.Theta, r.ThetaError = cutscore.ThetaOf(expected, c.Cut, c.SE)
	theta, ok := r.Theta.Get()
	if !ok {
		return nil, nil
	}
	for _, id := range ids {
		chances = append(chances, known[id].ShareAt(theta))
	}
	return chances, nil
}

// compromise is that of the mean limits of all judges who gave any.
func compromise(h database.Handle, x Panel) (Hofstee, error) {
	none := Hofstee{Cut: measure.Undefined(measure.NoData), Error: measure.Undefined(measure.NoData), Fail: measure.Undefined(measure.NoData)}
	limits, err := allLimits(h, x.ID)
	if err != nil || len(limits) == 0 {
		return none, err
	}
	scores, err := scoresOf(h, x.Round)
	if err != nil {
		return none, err
	}
	judges := make([]cutscore.Hofstee, len(limits))
	for k, l := range limits {
		judges[k] = cutscore.Hofstee{LowCut: float64(l.LowCut), HighCut: float64(l.HighCut), LowFail: float64(l.LowFail) / 100, HighFail: float64(l.HighFail) / 100}
	}
	none.Judges = len(limits)
	cut, fail, se, err := cutscore.Compromise(judges, scores)
	if err != nil { // limits and results exclude each other, which is an answer
		none.Excluded = true
		return none, nil
	}
	return Hofstee{Judges: len(limits), Cut: measure.Of(cut), Error: se, Fail: measure.Of(100 * fail)}, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
