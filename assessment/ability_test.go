package assessment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/irt"
)

// calibratedRound is a simulated round: forms of calibrated items, who took which
// and with what result, and what they truly would earn on all forms.
type calibratedRound struct {
	abilities *Abilities
	forms     []shownForm
	people    []calibratedPerson
	all       ctt.Shares
}

type calibratedPerson struct {
	form  int
	total scoring.Total
	truth float64 // ability
}

// simulateRound lets people answer, on forms of which the later ones are harder.
func simulateRound(rnd *rand.Rand, forms, items, people int, who irt.Normal) calibratedRound {
	r := calibratedRound{abilities: &Abilities{Items: map[itembank.RevisionID]Measure{}}}
	for f := range forms {
		var form shownForm
		for range items {
			id := itembank.RevisionID(fmt.Sprint("item ", len(r.abilities.Items)))
			curve := itembank.RightOrWrong(irt.Dichotomous(math.Exp(0.3*rnd.NormFloat64()), -1.2+0.4*float64(f)+rnd.NormFloat64(), 0))
			if len(form.items)%10 == 9 { // some of partial credit
				curve = itembank.Curve{Item: irt.Item{A: 0.9, D: []float64{1, 0.4}}, Worth: []float64{0, 0.55, 1}}
			}
			m := measureOf(itembank.Parameters{Curve: curve, SE: []float64{0.05, 0.05}})
			r.abilities.Items[id] = m
			form.items = append(form.items, id)
		}
		r.forms = append(r.forms, form)
	}
	var n, sum, squares float64
	totals := make([][]totalOnForm, forms)
	for i := range people {
		p := calibratedPerson{form: i % forms, truth: who.Mean + who.SD*rnd.NormFloat64()}
		earned := 0.0
		for _, c := range r.abilities.curves(r.forms[p.form].items) {
			u := rnd.Float64()
			for score, chance := range c.Chances(p.truth) {
				if u -= chance; u < 0 || score == len(c.D) {
					if earned += c.Worth[score]; score == 1 && len(c.D) == 2 { // marks that the score joins
						earned += []float64{-0.15, 0.15}[rnd.IntN(2)]
					}
					break
				}
			}
		}
		p.total = scoring.Total{Raw: scoring.Points(math.Round(earned * float64(scoring.One))), Maximum: scoring.Points(items) * scoring.One, Items: items}
		share := earned / float64(items)
		n, sum, squares = n+1, sum+share, squares+share*share
		r.people = append(r.people, p)
		totals[p.form] = append(totals[p.form], totalOnForm{total: p.total, people: 1})
	}
	r.all = ctt.Sums{N: people, Items: people * items, Sum: sum, Squares: squares}.Shares()
	var seen []irt.Seen
	for f, form := range r.forms {
		seen = append(seen, r.abilities.seen(form, totals[f])...)
	}
	r.abilities.People = irt.PopulationOf(seen)
	return r
}

// Of those who are named with a certainty, as many truly are there; the claims
// agree with the truth on every form, harder or easier, which scores alone cannot.
func TestAbilities_claimWhatIsTrue(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(11, 12))
	standard := scoring.Usual()
	standard.CommendFrom = 8500
	who := irt.Normal{Mean: 0.6, SD: 0.9}
	r := simulateRound(rnd, 3, 40, 30_000, who)
	if got := r.abilities.People; math.Abs(got.Mean-who.Mean) > 0.03 || math.Abs(got.SD-who.SD) > 0.03 {
		t.Fatalf("the people are %+v, want %+v", got, who)
	}
	high := r.abilities.at(0.85)
	for f, form := range r.forms {
		y := r.abilities.yardstick(form, standard, r.abilities.at)
		var claimed, true1, named, right, before, beforeRight float64
		for _, p := range r.people {
			if p.form != f || !p.total.Atleast(standard.CommendFrom) {
				continue
			}
			d := standard.Decide(p.total, y.believe(p.total))
			is := 0.0
			if p.truth >= high {
				is = 1
			}
			claimed, true1 = claimed+float64(d.Chances.Commend)/10_000, true1+is
			if d.Commend {
				named, right = named+1, right+is
			}
			if standard.Decide(p.total, p.total.Among(r.all)).Commend {
				before, beforeRight = before+1, beforeRight+is
			}
		}
		if math.Abs(claimed-true1) > 4*math.Sqrt(claimed) {
			t.Errorf("form %d: %.0f claimed, %.0f true", f+1, claimed, true1)
		}
		if named == 0 || right/named < 0.9 {
			t.Errorf("form %d: of %.0f named %.3f are there", f+1, named, right/named)
		}
		t.Logf("form %d: %.0f named, %.3f of them there; by shares alone %.0f, %.3f", f+1, named, right/named, before, beforeRight/before)
	}
}

// On the form that founded the scale people of harder and easier forms compare: the
// interval holds what they would truly earn there as often as it says, whatever form
// they had, where their own scores are points apart.
func TestAbilities_reportOnOneForm(t *testing.T) {
	t.Parallel()
	r := simulateRound(rand.New(rand.NewPCG(21, 22)), 3, 40, 12_000, irt.Normal{Mean: 0.2, SD: 0.9})
	for _, id := range r.forms[1].items {
		r.abilities.Reference = append(r.abilities.Reference, r.abilities.Items[id])
	}
	standard := scoring.Usual()
	var raw, reported [3]float64
	for f, form := range r.forms {
		y := r.abilities.yardstick(form, standard, r.abilities.at)
		var people, held float64
		for _, p := range r.people {
			if p.form != f {
				continue
			}
			d := standard.Decide(p.total, y.believe(p.total))
			truth := scoring.Hundredths(10_000 * r.abilities.onReference(p.truth))
			if people++; d.Reported.Low <= truth && truth <= d.Reported.High {
				held++
			}
			raw[f], reported[f] = raw[f]+float64(d.Score)/100, reported[f]+float64(d.Reported.Score)/100
		}
		if share := held / people; share < 0.93 || share > 0.97 {
			t.Errorf("form %d: the interval holds %.3f", f+1, share)
		}
		raw[f], reported[f] = raw[f]/people, reported[f]/people
	}
	if raw[0]-raw[2] < 5 || math.Abs(reported[0]-reported[2]) > 1 {
		t.Errorf("means of forms %.1f, on one form %.1f", raw, reported)
	}
	if d := standard.Decide(r.people[0].total, (&Abilities{Items: r.abilities.Items, People: r.abilities.People}).yardstick(r.forms[0], standard, r.abilities.at).believe(r.people[0].total)); d.Reported.Known {
		t.Error("reported without a form to report on")
	}
}

// Items of which nobody had full marks when they were calibrated have a best score
// that is worth less; somebody may earn more all the same.
func TestAbilities_ofMoreThanTheModelKnows(t *testing.T) {
	t.Parallel()
	a := &Abilities{Items: map[itembank.RevisionID]Measure{}}
	var form shownForm
	for n := range 30 {
		id := itembank.RevisionID(fmt.Sprint("item ", n))
		a.Items[id] = Measure{Slope: 1, Intercepts: []float64{0.5}, Worth: []float64{0, 0.4}, Met: 100}
		form.items = append(form.items, id)
	}
	full := scoring.Total{Raw: 30 * scoring.One, Maximum: 30 * scoring.One, Right: 30, Items: 30}
	a.People = irt.PopulationOf(a.seen(form, []totalOnForm{{total: full, people: 50}, {total: scoring.Total{Maximum: 30 * scoring.One, Items: 30}, people: 50}}))
	standard := scoring.Usual()
	y := a.yardstick(form, standard, a.at)
	if d := standard.Decide(full, y.believe(full)); !d.Chances.Known || d.Chances.Commend != 0 || math.IsNaN(a.People.SD) {
		t.Errorf("nobody earns the mark in this model, but %+v among %+v", d, a.People)
	}
}

// Items are not taken for moved because their parameters are rough, people leave
// their sheets, or run out of time; one that got about is found all the same.
func TestAbilities_moved(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(21, 22))
	r := simulateRound(rnd, 1, 40, 3000, irt.Normal{Mean: 0.2, SD: 0.9})
	a, form := r.abilities, r.forms[0]
	facilities := func(shift func(n int) float64, rough float64) (stats []itembank.RoundStatistic) {
		for n, id := range form.items {
			m := a.Items[id]
			m.Error = rough
			a.Items[id] = m
			expected, people := 0.0, 0.0
			for theta := -4.0; theta <= 4; theta += 0.1 {
				w := math.Exp(-(theta - 0.2) * (theta - 0.2) / (2 * 0.81))
				expected, people = expected+w*m.curve().ShareAt(theta+shift(n)), people+w
			}
			stats = append(stats, itembank.RoundStatistic{Revision: id, N: 3000, Facility: expected / people})
		}
		return stats
	}
	noise := make([]float64, 40)
	for n := range noise {
		noise[n] = 0.25 * rnd.NormFloat64()
	}
	leak := func(n int) float64 {
		if n == 4 {
			return 2
		}
		return 0
	}
	for name, c := range map[string]struct {
		shift func(n int) float64
		rough float64
		want  bool
	}{
		"as before":                 {func(int) float64 { return 0 }, 0.05, false},
		"easier for all who answer": {func(int) float64 { return 0.6 }, 0.05, false},
		"rough parameters":          {func(n int) float64 { return noise[n] }, 0.25, false},
		"one got about":             {leak, 0.25, true},
		"one got about, sure":       {leak, 0.05, true},
	} {
		if got := a.moved(facilities(c.shift, c.rough)); got != c.want {
			t.Errorf("%s: moved is %v", name, got)
		}
	}
	// Sheets that nobody filled in tell nothing of abilities.
	blank := []totalOnForm{{total: scoring.Total{Maximum: 40 * scoring.One, Items: 40}, people: 500}}
	if seen := a.seen(form, blank); len(seen) != 0 {
		t.Errorf("blank sheets are seen as %+v", seen)
	}
}
