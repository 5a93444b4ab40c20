package assessment

import (
	"maps"
	"math"
	"slices"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/irt"
)

// Abilities is what a run knows where every item that counts stands on the scale
// of the bank: what the items ask, and who took the round. A true score is then
// the mean of what somebody's ability earns on all forms of the round, by how
// many people took them, so that no form is an easier way to a mark (ADR 34).
type Abilities struct {
	// People are the abilities of everybody's first tries; agencies do not count.
	People irt.Normal                      `json:"people"`
	Items  map[itembank.RevisionID]Measure `json:"items"`
}

// Measure is an item whose curve is known (itembank.Curve).
type Measure struct {
	Slope      float64   `json:"a"`
	Intercepts []float64 `json:"d"`
	Worth      []float64 `json:"worth"`
	Met        int       `json:"met"` // people who reached it in the round
}

func measureOf(c itembank.Curve) Measure {
	return Measure{Slope: c.A, Intercepts: c.D, Worth: c.Worth}
}

func (m Measure) curve() itembank.Curve {
	return itembank.Curve{Item: irt.Item{A: m.Slope, D: m.Intercepts}, Worth: m.Worth}
}

// parts is into how many parts of an item's worth totals are divided where there
// is partial credit. Finer ones would tell apart totals that the model, whose
// scores join many marks, takes for impossible.
const parts = 2

// worthy are items with their worth in as few parts as tell it.
func worthy(curves []itembank.Curve) (items []irt.Worthy, of int) {
	of = 1
	for _, c := range curves {
		if slices.ContainsFunc(c.Worth, func(w float64) bool { return w != math.Round(w) }) {
			of = parts
		}
	}
	for _, c := range curves {
		w := irt.Worthy{Item: c.Item}
		for _, share := range c.Worth {
			w.Worth = append(w.Worth, share*float64(of))
		}
		items = append(items, w)
	}
	return items, of
}

// abilitiesOf are those of a run, nil where they are not known: some item was
// never calibrated, was rekeyed, or no longer behaves as it did.
func abilitiesOf(h database.Handle, round RoundID, run RunID, held corrections, stats []itembank.RoundStatistic) (*Abilities, error) {
	measures, err := measuresOf(h, round, held)
	if err != nil || measures == nil {
		return nil, err
	}
	a := &Abilities{Items: measures}
	for _, s := range stats {
		if m, counts := a.Items[s.Revision]; counts {
			m.Met = s.N
			a.Items[s.Revision] = m
		}
	}
	if err := a.meet(h, run, held); err != nil {
		return nil, err
	}
	if a.moved(stats) {
		return nil, nil
	}
	return a, nil
}

// measuresOf are the items that count in a round, nil where one of them does not
// stand. A round that is marked again is measured as it was at first: what its own
// answers have taught since is not known of the people whom they came from.
func measuresOf(h database.Handle, round RoundID, held corrections) (map[itembank.RevisionID]Measure, error) {
	counted, err := countedItems(h, round)
	if err != nil {
		return nil, err
	}
	known, err := knownBefore(h, round, counted)
	if err != nil {
		return nil, err
	}
	measures := map[itembank.RevisionID]Measure{}
	for _, id := range counted {
		curve, stands := known[id]
		switch {
		case held.invalidates(id):
		case !stands || held[id].Kind == Rekey:
			return nil, nil
		default:
			measures[id] = measureOf(curve)
		}
	}
	return measures, nil
}

// knownBefore are the curves that stood when the round was first marked.
func knownBefore(h database.Handle, round RoundID, ids []itembank.RevisionID) (map[itembank.RevisionID]itembank.Curve, error) {
	known := map[itembank.RevisionID]itembank.Curve{}
	first, marked, err := firstLearnt(h, round)
	if err != nil {
		return nil, err
	}
	if marked {
		if first.Abilities != nil {
			for id, m := range first.Abilities.Items {
				known[id] = m.curve()
			}
		}
		return known, nil
	}
	parameters, err := itembank.ParametersOf(h, ids)
	if err != nil {
		return nil, err
	}
	for id, p := range parameters {
		if p.Standing == itembank.Operational {
			known[id] = p.Curve
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

// seen is what people on one form were seen to do.
func (a *Abilities) seen(form shownForm, totals []totalOnForm) (seen []irt.Seen) {
	items, of := worthy(a.curves(form.items))
	likelihoods := irt.Likelihoods(items)
	for _, t := range totals {
		if share, ok := t.total.Shown(); ok {
			// The best score of an item may join marks below full ones.
			at := min(int(math.Round(share*float64(of*len(items)))), len(likelihoods)-1)
			seen = append(seen, irt.Seen{People: float64(t.people), Likelihood: likelihoods[at]})
		}
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

// Bounds of an item that no longer behaves as its parameters say: its share is
// further from what is expected than a change of difficulty of so many logits
// makes, and by so many standard errors more than chance.
const (
	movedBy     = 0.3
	movedErrors = 4
)

// moved tells whether some item became easier or harder than it was, as leaked
// ones do: what such items say of abilities is not known.
func (a *Abilities) moved(stats []itembank.RoundStatistic) bool {
	nodes, weights := a.People.Nodes()
	for _, s := range stats {
		m, counts := a.Items[s.Revision]
		if !counts || s.N == 0 {
			continue
		}
		expected := func(shift float64) (share float64) {
			for q, theta := range nodes {
				share += weights[q] * m.curve().ShareAt(theta+shift)
			}
			return share
		}
		usual := expected(0)
		apart := math.Abs(s.Facility - usual)
		chance := math.Sqrt(usual * (1 - usual) / float64(s.N))
		if apart > movedErrors*chance && (s.Facility > expected(movedBy) || s.Facility < expected(-movedBy)) {
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
}

// yardstick is that of a form for the cuts of a standard; at is Abilities.at, or
// remembers it.
func (a *Abilities) yardstick(form shownForm, standard scoring.Standard, at func(share float64) float64) *yardstick {
	cuts := []scoring.Hundredths{standard.CommendFrom, standard.LowBelow}
	points := make([]float64, len(cuts))
	for k, cut := range cuts {
		points[k] = at(form.asks(cut))
	}
	items, of := worthy(a.curves(form.items))
	return &yardstick{irt.Read(items, a.People, points), of * len(items), cuts}
}

// believe is what a total on the form tells: on one form the same of everybody who
// has it.
func (y *yardstick) believe(t scoring.Total) scoring.Belief {
	return scoring.Belief{Reaches: func(cut scoring.Hundredths) (float64, bool) {
		share, ok := t.Shown()
		k := slices.Index(y.cuts, cut)
		if !ok || k < 0 {
			return 0, false
		}
		return y.reading.Above(k, int(math.Round(share*float64(y.whole)))), true
	}}
}
