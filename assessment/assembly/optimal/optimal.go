// Package optimal assembles forms that meet a blueprint and measure as well
// as the bank allows, or as a target asks (van der Linden, 2005): one form
// with a proof or a gap, or thousands of parallel forms.
//
// A form has a length, ranges of items for every topic and level, a limit of
// time, at most so many items of one enemy group, and perhaps item sets. Many
// forms have, besides, limits of use and of overlap. Two objectives:
//
//	maximin: max min over points k of ΣI(θₖ)/wₖ, of the worst form
//	target:  min of the largest |ΣI(θₖ) − Tₖ|/Tₖ, of all forms (target.go)
//
// Information may be any figure that adds up over items. Before items are
// calibrated, difficulties p and p(1−p) take its place (cold start): forms
// then have the same expected total and variance.
//
// The bound of a maximin comes from the Lagrangian dual (dual.go): whatever
// ties topics together, information, time, levels, enemies and sets, is priced;
// what is left is solved exactly topic by topic. One form is then searched by
// branch and bound over the items whose price lets them matter (search.go).
// Many forms are filled and improved by exchanges (parallel.go); in small banks, and
// where that finds none, annealing looks on from there (anneal.go). No solver is
// called, nothing is random but for the seed, and the same request gives the
// same forms on every machine. Audit rechecks forms from the item table with
// code of its own.
package optimal

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Item is what assembly needs to know of an item.
type Item struct {
	ID           string
	Topic, Level string
	Seconds      int       // time it takes
	Enemy        string    // group of which a form takes few; empty for none
	Set          string    // stimulus it belongs to; empty for none
	Information  []float64 // at the points of the objective
}

// Range bounds a count, both ends included.
type Range struct{ Low, High int }

func (r Range) times(n int) Range { return Range{r.Low * n, r.High * n} }

// Sets asks for a number of item sets, each with so many items.
type Sets struct {
	Count int
	Items Range
}

// Request asks for forms. The zero value of a limit is no limit.
type Request struct {
	Items  []Item
	Forms  int
	Length int
	// Topics and Levels bound how many items a form has of each. One that is
	// not named is not bounded.
	Topics, Levels map[string]Range
	Seconds        int   // most time of a form
	Enemies        int   // most items of one enemy group
	Sets           *Sets // nil: items of sets are like any other
	Uses           int   // most forms an item is in
	Overlap        int   // most items two forms share
	// Weights are those of a maximin, or Targets what information should be.
	// Exactly one of them is given, as long as every item's Information.
	Weights, Targets []float64
	// Seed decides what is left to chance: the same seed gives the same forms
	// on every machine. Names are those of the forms, as many as there are, or
	// none for numbers. With a target and the people of a round as names,
	// everybody gets a form of their own, drawn by chances that follow from
	// seed and name; that no item exceeds its uses makes it depend on the forms
	// before it as well, so the order of names belongs to the record.
	Seed  string
	Names []string
}

// Form is a list of places in the request's items, by topic.
type Form []int

// Result is forms and how good they are.
type Result struct {
	Forms []Form
	// Objective is the value of a maximin, of the worst form; Bound is what
	// none can exceed. Proven tells that no better form exists.
	Objective, Bound float64
	Proven           bool
	// Deviation is the largest relative deviation from the targets, LeastDeviation one
	// that no forms undercut.
	Deviation, LeastDeviation float64
}

// Gap is how far the objective may be from the best, relative to it.
// Of a target it is infinite: Deviation and LeastDeviation tell instead.
func (r Result) Gap() float64 {
	if r.Objective <= 0 || r.Bound == 0 {
		return math.Inf(1)
	}
	return max(0, r.Bound/r.Objective-1)
}

func (r Result) proven() bool { return r.Bound <= r.Objective*(1+1e-7) }

// ErrRequest is the error of a request that makes no sense.
var ErrRequest = errors.New("the request for forms cannot be used")

// ErrNotFound is the error of a search that found no forms and did not prove
// that there are none: limits that are each met may exclude each other.
var ErrNotFound = errors.New("no forms were found; whether there are any is not known")

// Cause is a demand that the items cannot meet.
type Cause struct {
	What       string // such as: topic 3; topic 3 at level 2; time
	Need, Have int    // items, uses or seconds
}

// Infeasible says why no forms meet the request.
type Infeasible struct{ Causes []Cause }

func (e *Infeasible) Error() string {
	parts := make([]string, len(e.Causes))
	for i, c := range e.Causes {
		parts[i] = fmt.Sprintf("%s: needs %d, has %d", c.What, c.Need, c.Have)
	}
	return "no forms meet the request: " + strings.Join(parts, "; ")
}

// Assemble makes the forms. It returns *Infeasible where the items cannot
// meet the request, and ErrNotFound where the search ended without knowing; of a small
// request it tells then without which limits there are forms.
func Assemble(r Request) (Result, error) {
	m, err := newModel(r)
	if err != nil {
		return Result{}, err
	}
	if causes := m.capacity(); len(causes) > 0 {
		return Result{}, &Infeasible{causes}
	}
	out, err := m.search()
	if errors.Is(err, ErrNotFound) && m.small() {
		return Result{}, hindered(r, err)
	}
	if err != nil {
		return Result{}, err
	}
	if len(r.Targets) > 0 {
		out.LeastDeviation = m.leastDeviation(out.Deviation)
	}
	for _, form := range out.Forms {
		slices.SortFunc(form, func(a, b int) int {
			return cmp.Or(cmp.Compare(m.topic[a], m.topic[b]), cmp.Compare(m.set[a], m.set[b]), cmp.Compare(a, b))
		})
	}
	return out, nil
}

func (m *model) search() (Result, error) {
	switch {
	case len(m.Targets) > 0:
		return m.annealed(m.toTarget())
	case m.Forms == 1:
		return m.best()
	}
	return m.annealed(m.evenly())
}

// hindered tells without which kind of limit forms are found where none were.
func hindered(r Request, err error) error {
	var hinders []string
	for _, limit := range []struct {
		name  string
		holds bool
		leave func(*Request)
	}{
		{"time", r.Seconds > 0, func(r *Request) { r.Seconds = 0 }},
		{"enemies", r.Enemies > 0, func(r *Request) { r.Enemies = 0 }},
		{"item sets", r.Sets != nil, func(r *Request) { r.Sets = nil }},
		{"use", r.Uses > 0, func(r *Request) { r.Uses = 0 }},
		{"overlap", r.Overlap > 0, func(r *Request) { r.Overlap = 0 }},
		{"topics", len(r.Topics) > 0, func(r *Request) { r.Topics = nil }},
		{"levels", len(r.Levels) > 0, func(r *Request) { r.Levels = nil }},
	} {
		if !limit.holds {
			continue
		}
		without := r
		limit.leave(&without)
		if m, wrong := newModel(without); wrong == nil {
			if _, wrong := m.search(); wrong == nil {
				hinders = append(hinders, limit.name)
			}
		}
	}
	if len(hinders) == 0 {
		return fmt.Errorf("%w; nor were any without one of its kinds of limits", err)
	}
	return fmt.Errorf("%w; there are forms without the limits of %s", err, strings.Join(hinders, ", or of "))
}

// model is a request in numbers: names of topics, levels, enemies and sets
// become places in sorted lists.
type model struct {
	Request
	points             int
	info               []float64 // item·points + point; divided by the weights of a maximin
	topic, level       []int
	enemy, set         []int // −1 for none
	topicNames, levels []string
	topicRange         []Range
	levelRange         []Range
	enemies, sets      int   // how many groups there are
	sizes              []int // items of every set
	uses               int   // most uses of an item over all forms
}

func newModel(r Request) (*model, error) {
	m := &model{Request: r, points: max(len(r.Weights), len(r.Targets)), uses: r.Forms}
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.Uses > 0 {
		m.uses = min(r.Uses, r.Forms)
	}
	topicName, levelName := func(i Item) string { return i.Topic }, func(i Item) string { return i.Level }
	m.topicNames, m.topic = numbered(r.Items, topicName)
	m.levels, m.level = numbered(r.Items, levelName)
	m.topicNames, m.topicRange = ranges(m.topicNames, r.Topics, r.Length)
	m.levels, m.levelRange = ranges(m.levels, r.Levels, r.Length)
	var names []string
	names, m.enemy = numbered(r.Items, func(i Item) string { return i.Enemy })
	m.enemies = len(names)
	names, m.set = numbered(r.Items, func(i Item) string { return i.Set })
	m.sets = len(names)
	m.sizes = make([]int, m.sets)
	for _, s := range m.set {
		if s >= 0 {
			m.sizes[s]++
		}
	}
	m.info = make([]float64, 0, len(r.Items)*m.points)
	for _, item := range r.Items {
		for k, x := range item.Information {
			if len(r.Weights) > 0 {
				x /= r.Weights[k]
			}
			m.info = append(m.info, x)
		}
	}
	return m, nil
}

// numbered sorts the names of items and numbers them; no name is −1.
func numbered(items []Item, name func(Item) string) (names []string, number []int) {
	seen := map[string]bool{"": true}
	for _, item := range items {
		if n := name(item); !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	slices.Sort(names)
	place := map[string]int{"": -1}
	for at, n := range names {
		place[n] = at
	}
	for _, item := range items {
		number = append(number, place[name(item)])
	}
	return names, number
}

// ranges are the bounds of every name; those that no item has come last.
func ranges(names []string, bounds map[string]Range, length int) ([]string, []Range) {
	var lacking []string
	for name := range bounds {
		if !slices.Contains(names, name) {
			lacking = append(lacking, name)
		}
	}
	slices.Sort(lacking)
	names = append(names, lacking...)
	out := make([]Range, len(names))
	for i, name := range names {
		out[i] = Range{0, length}
		if r, bounded := bounds[name]; bounded {
			out[i] = Range{r.Low, min(r.High, length)}
		}
	}
	return names, out
}

// check refuses requests that no bank could meet, or that are not numbers.
func (r Request) check() error {
	refuse := func(format string, values ...any) error {
		return fmt.Errorf("%w: %s", ErrRequest, fmt.Sprintf(format, values...))
	}
	points := max(len(r.Weights), len(r.Targets))
	switch {
	case r.Forms < 1 || r.Forms > 100_000 || r.Length < 1 || r.Length > 500:
		return refuse("%d forms of %d items are not 1 to 100,000 of 1 to 500", r.Forms, r.Length)
	case len(r.Weights) > 0 == (len(r.Targets) > 0) || points > 20:
		return refuse("it needs weights or targets, at most 20 of them")
	case len(r.Names) > 0 && len(r.Names) != r.Forms:
		return refuse("%d names for %d forms", len(r.Names), r.Forms)
	case r.Seconds < 0 || r.Enemies < 0 || r.Uses < 0 || r.Overlap < 0:
		return refuse("a limit is negative")
	case r.Sets != nil && (r.Sets.Count < 0 || r.Sets.Items.Low < 1 || r.Sets.Items.High < r.Sets.Items.Low):
		return refuse("item sets need a count and a range of items from 1")
	}
	for _, w := range append(slices.Clone(r.Weights), r.Targets...) {
		if !(w >= leastWeight && w <= mostWeight) {
			return refuse("weight or target %v is not between %v and %v", w, leastWeight, mostWeight)
		}
	}
	for kind, bounds := range map[string]map[string]Range{"topic": r.Topics, "level": r.Levels} {
		for name, b := range bounds {
			if b.Low < 0 || b.High < b.Low || name == "" {
				return refuse("%s %q is bounded by %d and %d", kind, name, b.Low, b.High)
			}
		}
	}
	seen := map[string]bool{}
	for _, item := range r.Items {
		switch {
		case item.ID == "" || seen[item.ID]:
			return refuse("item %q has no name of its own", item.ID)
		case item.Topic == "" || item.Level == "" || item.Seconds < 0:
			return refuse("item %s lacks a topic, a level or a time", item.ID)
		case len(item.Information) != points:
			return refuse("item %s has information at %d points, the objective has %d", item.ID, len(item.Information), points)
		}
		seen[item.ID] = true
		for _, x := range item.Information {
			if !(x >= 0) || math.IsInf(x, 0) {
				return refuse("item %s has information %v", item.ID, x)
			}
		}
	}
	return nil
}

// Bounds of weights and targets: beyond them sums lose their digits.
const (
	leastWeight = 1e-6
	mostWeight  = 1e6
)

// at is the information of item i at every point.
func (m *model) at(i int) []float64 { return m.info[i*m.points : (i+1)*m.points] }

// add adds the information of an item, or takes it away with sign −1.
func (m *model) add(sums []float64, i int, sign float64) {
	for k, x := range m.at(i) {
		sums[k] += sign * x
	}
}
