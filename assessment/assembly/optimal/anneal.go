package optimal

import (
	"errors"
	"math"
	popcount "math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Bounds of requests that are annealed, and how.
const (
	smallBank    = 500
	smallPlaces  = 400 // places on all forms
	fewForms     = 24  // what two of them share is counted at every move
	anneals      = 8   // from the start each time, the best is kept
	shortAnneals = 24
	annealMoves  = 150_000
	hot, cold    = 0.3, 5e-4 // temperatures, in parts of the objective
	colder       = 2e-5      // where one form has a target, which it can come very near
	// Breaking a limit by one item costs as much as so many times the objective.
	breach = 1.5
)

// small tells whether a request is so small that it pays to look everywhere.
func (m *model) small() bool {
	return len(m.Items) <= smallBank && m.Forms <= fewForms && m.Forms*m.Length <= smallPlaces
}

// annealed searches on from the forms of a small request, or from forms by lot where
// none were found: tight limits in small banks leave few forms, which single exchanges
// that keep every limit hardly reach. It is simulated annealing (Kirkpatrick, Gelatt
// and Vecchi, 1983) over all exchanges, limits being costs. What comes out is never
// worse than what came in.
func (m *model) annealed(out Result, err error) (Result, error) {
	if !m.small() || err != nil && !errors.Is(err, ErrNotFound) || out.Proven {
		return out, err
	}
	scale := out.Objective
	if len(m.Targets) > 0 {
		scale = 1
	}
	starts, moves := anneals, annealMoves
	if m.aims() { // shortly and from many sides, then polished
		starts, moves = shortAnneals, annealMoves/8
	}
	for n := range starts {
		a := m.annealing(m.stream("anneal"+m.name(0)+strconv.Itoa(n)), out.Forms)
		a.moves = moves
		a.scale = max(scale, a.typical())
		found := a.run()
		if found == nil {
			continue
		}
		if m.aims() {
			found[0] = m.polish(found[0], polishWork)
		}
		if better, wrong := m.resultOf(found, out.Bound); wrong == nil && (err != nil || m.prefers(better, out)) {
			out, err = better, nil
		}
	}
	if m.aims() && err == nil {
		finished := []Form{m.polish(out.Forms[0], finishWork)}
		if better, wrong := m.resultOf(finished, out.Bound); wrong == nil && m.prefers(better, out) {
			out = better
		}
	}
	return out, err
}

// aims tells whether one form is to come near to targets.
func (m *model) aims() bool { return len(m.Targets) > 0 && m.Forms == 1 }

// resultOf is the result of forms, of which nobody can better the bound.
func (m *model) resultOf(forms []Form, bound float64) (Result, error) {
	b := m.batch()
	for _, form := range forms {
		b.drafts = append(b.drafts, m.draft(form...))
	}
	result, err := b.result()
	if err != nil {
		return Result{}, err
	}
	result.Bound = bound
	result.Proven = len(m.Targets) == 0 && result.proven()
	return result, nil
}

func (m *model) prefers(a, b Result) bool {
	if len(m.Targets) > 0 {
		return a.Deviation < b.Deviation
	}
	return a.Objective > b.Objective
}

// annealing is forms that are moved about.
type annealing struct {
	m      *model
	rnd    *rand.Rand
	items  []int // that may be used
	drafts []*draft
	used   []int
	over   int       // uses too many of all items
	costs  []float64 // of every form by itself, objective not counted
	shared [][]int   // items that two forms share
	scale  float64   // what an objective is measured in
	moves  int
}

func (m *model) annealing(rnd *rand.Rand, forms []Form) *annealing {
	a := &annealing{m: m, rnd: rnd, used: make([]int, len(m.Items))}
	for i := range m.Items {
		if m.usable(i) {
			a.items = append(a.items, i)
		}
	}
	for n := range m.Forms {
		var form []int
		if len(forms) > 0 {
			form = forms[n]
		} else {
			for _, place := range rnd.Perm(len(a.items))[:min(m.Length, len(a.items))] {
				form = append(form, a.items[place])
			}
		}
		a.drafts = append(a.drafts, m.draft(form...))
		for _, i := range form {
			a.use(i, 1)
		}
	}
	a.costs, a.shared = make([]float64, m.Forms), make([][]int, m.Forms)
	for n := range a.shared {
		a.shared[n] = make([]int, m.Forms)
	}
	for n := range a.drafts {
		a.recount(n)
	}
	return a
}

// typical is what forms by lot have of the objective.
func (a *annealing) typical() float64 {
	if len(a.m.Targets) > 0 {
		return 1
	}
	sum := 0.0
	for _, d := range a.drafts {
		sum += d.least() / float64(len(a.drafts))
	}
	return sum
}

// recount brings what is known of a form up to date.
func (a *annealing) recount(n int) {
	d := a.drafts[n]
	a.costs[n] = d.violation()
	if a.m.Overlap == 0 {
		return
	}
	for other, e := range a.drafts {
		if other == n {
			continue
		}
		both := 0
		for w, word := range d.holds {
			both += popcount.OnesCount64(word & e.holds[w])
		}
		a.shared[n][other], a.shared[other][n] = both, both
	}
}

// broken is by how many items limits are broken, of all forms.
func (a *annealing) broken() (sum float64) {
	for n, cost := range a.costs {
		sum += cost
		for other := range n {
			if a.m.Overlap > 0 {
				sum += float64(max(0, a.shared[n][other]-a.m.Overlap))
			}
		}
	}
	return sum + float64(a.over)
}

func (a *annealing) use(item, sign int) {
	a.over -= max(0, a.used[item]-a.m.uses)
	a.used[item] += sign
	a.over += max(0, a.used[item]-a.m.uses)
}

// objective is how bad the worst form is, and a little how bad all are, in parts of
// the scale: what is to be made small.
func (a *annealing) objective() float64 {
	const others = 0.05
	worst, mean := math.Inf(-1), 0.0
	for _, d := range a.drafts {
		bad := -d.least() / a.scale
		if len(a.m.Targets) > 0 {
			bad = d.deviation()
		}
		worst, mean = max(worst, bad), mean+bad/float64(len(a.drafts))
	}
	return worst + others*mean
}

// run moves items about, ever less against the cost, and returns the best forms that
// kept all limits, nil if none did.
func (a *annealing) run() (best []Form) {
	least := math.Inf(1)
	keep := func(broken, objective float64) {
		if broken > 0 || objective >= least {
			return
		}
		least, best = objective, nil
		for _, d := range a.drafts {
			best = append(best, slices.Clone(d.items))
		}
	}
	broken, objective := a.broken(), a.objective()
	keep(broken, objective)
	end := cold
	if a.m.aims() {
		end = colder
	}
	cooling := math.Pow(end/hot, 1/float64(a.moves))
	for t := hot; t > end; t *= cooling {
		undo := a.move()
		if undo == nil {
			continue
		}
		nowBroken, nowObjective := a.broken(), a.objective()
		worse := breach*(nowBroken-broken) + nowObjective - objective
		if worse > 0 && a.rnd.Float64() >= math.Exp(-worse/t) {
			undo()
			continue
		}
		broken, objective = nowBroken, nowObjective
		keep(broken, objective)
	}
	return best
}

// move makes one move and tells how to take it back; nil where it could not be made:
// an item of the bank in a place of a form, or two forms exchange items.
func (a *annealing) move() (undo func()) {
	n := a.rnd.IntN(len(a.drafts))
	d := a.drafts[n]
	place := a.rnd.IntN(len(d.items))
	out := d.items[place]
	if other := a.rnd.IntN(2 * len(a.drafts)); other < len(a.drafts) && other != n {
		e := a.drafts[other]
		theirs := a.rnd.IntN(len(e.items))
		in := e.items[theirs]
		if d.holds.has(in) || e.holds.has(out) {
			return nil
		}
		a.put(n, place, in)
		a.put(other, theirs, out)
		return func() {
			a.put(n, place, out)
			a.put(other, theirs, in)
		}
	}
	in := a.items[a.rnd.IntN(len(a.items))]
	if d.holds.has(in) {
		return nil
	}
	a.put(n, place, in)
	return func() { a.put(n, place, out) }
}

func (a *annealing) put(n, place, item int) {
	d := a.drafts[n]
	a.use(d.items[place], -1)
	a.use(item, 1)
	d.put(place, item)
	a.recount(n)
}
