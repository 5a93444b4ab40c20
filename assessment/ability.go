package assessment

import (
	"maps"
	"math"
	"slices"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Abilities is what a run knows where every item that counts stands on the scale
// of the bank: what the items ask, and who took the round. A true score is then
// the mean of what somebody's ability earns on all forms of the round, by how
// many people took them, so that no form is an easier way to a mark (ADR 34).
type Abilities struct {
	// People are the abilities of everybody's first tries; agencies do not count.
	People irt.Normal                      `json:"people"`
	Items  map[itembank.RevisionID]Measure `json:"items"`
	// Aside are the other items that count and stood when the round was first marked:
	// of corrections that may be taken back.
	Aside map[itembank.RevisionID]Measure `json:"aside,omitempty"`
	// Reference are the items of the form that founded the scale: what an ability earns
	// there compares with other rounds.
	Reference []Measure `json:"reference,omitempty"`
}

// Measure is an item whose curve is known (itembank.Curve).
type Measure struct {
	Slope      float64   `json:"a"`
	Intercepts []float64 `json:"d"`
	Asymptote  float64   `json:"c,omitempty"`
	Worth      []float64 `json:"worth"`
	// Error is the standard error of its difficulty, in logits.
	Error float64 `json:"error,omitempty"`
	Met   int     `json:"met"` // first tries of forms that hold it
}

func measureOf(p itembank.Parameters) Measure {
	return Measure{Slope: p.A, Intercepts: p.D, Asymptote: p.C, Worth: p.Worth, Error: p.Roughness()}
}

func (m Measure) curve() itembank.Curve {
	return itembank.Curve{Item: irt.Item{A: m.Slope, D: m.Intercepts, C: m.Asymptote}, Worth: m.Worth}
}

// abilitiesOf are those of a run, nil where they are not known: some item was
// never calibrated, was rekeyed, or no longer behaves as it did. A round that is
// marked again keeps what it was first measured with, so that a correction changes
// what it corrects alone: what its own answers have taught since is not asked.
func abilitiesOf(h database.Handle, round RoundID, run RunID, held corrections, stats []itembank.RoundStatistic) (*Abilities, error) {
	counted, err := countedItems(h, round)
	if err != nil {
		return nil, err
	}
	first, marked, err := firstLearnt(h, round)
	if err != nil || marked && first.Abilities == nil {
		return nil, err
	}
	known := map[itembank.RevisionID]Measure{}
	if marked {
		maps.Copy(known, first.Abilities.Items)
		maps.Copy(known, first.Abilities.Aside)
	} else if known, err = standing(h, counted); err != nil {
		return nil, err
	}
	a := &Abilities{Items: map[itembank.RevisionID]Measure{}, Aside: map[itembank.RevisionID]Measure{}}
	if a.Reference, err = referenceFor(h, first); err != nil {
		return nil, err
	}
	for _, id := range counted {
		m, stands := known[id]
		m.Met = 0
		switch {
		case held.invalidates(id) && stands:
			a.Aside[id] = m
		case held.invalidates(id):
		case !stands || held[id].Kind == Rekey:
			return nil, nil
		default:
			a.Items[id] = m
		}
	}
	if err := a.meet(h, run, held); err != nil {
		return nil, err
	}
	if !marked && a.moved(stats) {
		return nil, nil
	}
	return a, nil
}

// referenceFor is the form that founded the scale, as a round was first measured on it.
func referenceFor(h database.Handle, first Learnt) (reference []Measure, err error) {
	if first.Abilities != nil && len(first.Abilities.Reference) > 0 {
		return first.Abilities.Reference, nil
	}
	items, err := itembank.Reference(h)
	for _, p := range items {
		reference = append(reference, measureOf(p))
	}
	return reference, err
}

// onReference is the share of the form that founded the scale which an ability earns.
func (a *Abilities) onReference(theta float64) (share float64) {
	for _, m := range a.Reference {
		share += m.curve().ShareAt(theta) / float64(len(a.Reference))
	}
	return share
}

// standing are the items whose parameters stand.
func standing(h database.Handle, ids []itembank.RevisionID) (map[itembank.RevisionID]Measure, error) {
	parameters, err := itembank.ParametersOf(h, ids)
	if err != nil {
		return nil, err
	}
	known := map[itembank.RevisionID]Measure{}
	for id, p := range parameters {
		if p.Standing == itembank.Operational {
			known[id] = measureOf(p)
		}
	}
	return known, nil
}

// meet finds the abilities of the people from the totals of their first tries.
func (a *Abilities) meet(h database.Handle, run RunID, held corrections) error {
	totals, err := totalsOnForms(h, run)
	if err != nil {
		return err
	}
	var ids []FormID // one after the other in totals
	for _, t := range totals {
		if len(ids) == 0 || ids[len(ids)-1] != t.form {
			ids = append(ids, t.form)
		}
	}
	var seen []irt.Seen
	for part := range slices.Chunk(ids, batch) {
		forms, err := shownForms(h, held, part)
		if err != nil {
			return err
		}
		for _, id := range part {
			n := slices.IndexFunc(totals, func(t totalOnForm) bool { return t.form != id })
			if n < 0 {
				n = len(totals)
			}
			seen = append(seen, a.seen(forms[id], totals[:n])...)
			totals = totals[n:]
		}
	}
	a.People = irt.PopulationOf(seen)
	return nil
}

// seen is what people on one form were seen to do, who are counted as having met its
// items. Nothing earned at all tells of a sheet that was left, not of an ability.
func (a *Abilities) seen(form shownForm, totals []totalOnForm) (seen []irt.Seen) {
	items, of := itembank.Worthy(a.curves(form.items))
	likelihoods := irt.Likelihoods(items)
	people := 0
	for _, t := range totals {
		people += t.people
		if share, ok := t.total.Shown(); ok && share > 0 {
			// The best score of an item may join marks below full ones.
			at := min(int(math.Round(share*float64(of*len(items)))), len(likelihoods)-1)
			seen = append(seen, irt.Seen{People: float64(t.people), Likelihood: likelihoods[at]})
		}
	}
	for _, id := range form.items {
		m := a.Items[id]
		m.Met += people
		a.Items[id] = m
	}
	return seen
}

func (a *Abilities) curves(items []itembank.RevisionID) []itembank.Curve {
	curves := make([]itembank.Curve, len(items))
	for i, id := range items {
		curves[i] = a.Items[id].curve()
	}
	return curves
}

// Bounds of an item that no longer behaves as its parameters say: it is easier or
// harder than expected by so many logits more than the other items are, and by so
// many standard errors, of its share and of its difficulty.
const (
	movedBy     = 0.3
	movedErrors = 4
)

// moved tells whether some item became easier or harder than it was, as leaked
// ones do: what such items say of abilities is not known. Items are held against
// each other, since people who leave a sheet, or run out of time, make all of them
// seem easier for those who answered.
func (a *Abilities) moved(stats []itembank.RoundStatistic) bool {
	nodes, weights := a.People.Nodes()
	var off, errors []float64
	for _, s := range stats {
		m, counts := a.Items[s.Revision]
		if !counts || s.N == 0 {
			continue
		}
		expected := 0.0
		for q, theta := range nodes {
			expected += weights[q] * m.curve().ShareAt(theta)
		}
		off = append(off, itembank.Logit(s.Facility)-itembank.Logit(expected))
		p := max(0.01, min(0.99, expected))
		errors = append(errors, math.Hypot(1/math.Sqrt(float64(s.N)*p*(1-p)), m.Slope*m.Error))
	}
	if len(off) == 0 {
		return false
	}
	usual := measure.Median(off)
	for n, x := range off {
		if apart := math.Abs(x - usual); apart > movedBy && apart > movedErrors*errors[n] {
			return true
		}
	}
	return false
}

// earns is the share of the round's items that an ability earns.
func (a *Abilities) earns(theta float64) float64 {
	var sum, met float64
	for _, id := range slices.Sorted(maps.Keys(a.Items)) { // in one order: the same bits every time
		m := a.Items[id]
		sum, met = sum+float64(m.Met)*m.curve().ShareAt(theta), met+float64(m.Met)
	}
	return sum / met
}

// at is the ability that earns a share; infinite where no ability does.
func (a *Abilities) at(share float64) float64 {
	const (
		far  = 12.0
		near = 1e-9
	)
	low, high := a.People.Mean-far, a.People.Mean+far
	switch {
	case a.earns(low) >= share:
		return math.Inf(-1)
	case !(a.earns(high) >= share):
		return math.Inf(1)
	}
	for high-low > near {
		if middle := (low + high) / 2; a.earns(middle) < share {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// shownForm is the items of a form that show something of who took it, and how
// many others were credited to everybody.
type shownForm struct {
	items    []itembank.RevisionID
	credited int
}

// asks is the share of the items that show something that a cut asks for.
func (f shownForm) asks(cut scoring.Hundredths) float64 {
	total := scoring.Total{Maximum: scoring.Points(len(f.items)+f.credited) * scoring.One, Items: len(f.items)}
	share, _ := total.Asks(cut)
	return share
}

// yardstick tells from totals on one form how likely true scores reach cuts.
type yardstick struct {
	reading irt.Reading
	whole   int // the total of everything right
	cuts    []scoring.Hundredths
	// reports are the scores on the form that founded the scale of totals that somebody
	// had; where everybody has a form that is one.
	reports map[int]scoring.Reported
	of      *Abilities
}

// yardstick is that of a form for the cuts of a standard; at is Abilities.at, or
// remembers it.
func (a *Abilities) yardstick(form shownForm, standard scoring.Standard, at func(share float64) float64) *yardstick {
	cuts := []scoring.Hundredths{standard.CommendFrom, standard.LowBelow}
	points := make([]float64, len(cuts))
	for k, cut := range cuts {
		points[k] = at(form.asks(cut))
	}
	items, of := itembank.Worthy(a.curves(form.items))
	return &yardstick{irt.Read(items, a.People, points), of * len(items), cuts, map[int]scoring.Reported{}, a}
}

// reported is the score on the form that founded the scale of an ability that is known
// with an error. Higher abilities earn more, so that the limits of one are the limits
// of the other.
func (a *Abilities) reported(mean, sd float64) scoring.Reported {
	if len(a.Reference) == 0 {
		return scoring.Reported{}
	}
	score := func(theta float64) scoring.Hundredths {
		return scoring.Hundredths(math.Round(10_000 * min(1, a.onReference(theta))))
	}
	return scoring.Reported{Score: score(mean), Low: score(mean - 1.96*sd), High: score(mean + 1.96*sd), Known: true}
}

// report is the score on the form that founded the scale of who has a total.
func (y *yardstick) report(total int) scoring.Reported {
	r, known := y.reports[total]
	if !known {
		r = y.of.reported(y.reading.Ability(total))
		y.reports[total] = r
	}
	return r
}

// believe is what a total on the form tells: on one form the same of everybody who
// has it.
func (y *yardstick) believe(t scoring.Total) scoring.Belief {
	share, ok := t.Shown()
	if !ok {
		return scoring.Belief{Reaches: func(scoring.Hundredths) (float64, bool) { return 0, false }}
	}
	total := max(0, min(int(math.Round(share*float64(y.whole))), y.whole))
	return scoring.Belief{Reported: y.report(total), Reaches: func(cut scoring.Hundredths) (float64, bool) {
		k := slices.Index(y.cuts, cut)
		if k < 0 {
			return 0, false
		}
		return y.reading.Above(k, total), true
	}}
}
