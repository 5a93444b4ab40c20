package analysis

import (
	"errors"
	"maps"
	"math"
	"slices"

	"sathach/assessment"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/irt"
	"sathach/scoring/linking"
	"sathach/scoring/measure"
)

// Scale is how the round stands on the scale of the bank.
type Scale struct {
	// Why there is none; empty where there is.
	Why measure.Why `json:",omitempty"`
	// Mean and SD are those of abilities in this round. The first round of the
	// bank has 0 and 1; Error is the standard error of the mean.
	Mean, SD, Error measure.Value
	// Reliability is that of abilities, var(EAP)/(var(EAP) + mean SD²): it
	// needs no common form (Green, Bock and others, 1984).
	Reliability Figure
	// Reference is the mean score, 0 to 100, of the people of the round on the
	// items that founded the scale, N of them: one form for all rounds. N is 0
	// where the round is not comparable.
	Reference   Figure
	Fixed       int // operational items that carried the scale
	Estimated   int // items whose parameters the round's answers gave
	Operational int // of them, with people enough to stand
	Left        int // met by too few people, or everybody did alike
	// Thin tells that too few operational items carried the scale, or could
	// found it: nothing of this round stands.
	Thin    bool
	Drifted []Drifted
	Earlier int // rounds before whose answers were used as well
	People  int // of all these rounds
	// Runs are the scoring runs whose first tries these are, this round's last, without
	// the careless.
	Runs []assessment.RunID `json:",omitempty"`
}

// Drifted is an item whose difficulty is no longer what it was: Change is in
// logits, below 0 where it became easier, which also tells of a leak.
type Drifted struct {
	Revision itembank.RevisionID
	Code     string
	Change   float64
}

// Bounds of calibration.
const (
	// leastScored is how many answers a score of partial credit needs; fewer
	// join the neighbour (METHODS of the generalised partial credit model).
	leastScored = 10
	// leastGuessed is how many answers an item needs before it is asked whether people
	// guess it.
	leastGuessed = 1000
	// leastAnchors and anchorShare are how many operational items must agree
	// before the scale is brought over (Kolen and Brennan, 2014).
	leastAnchors = 10
	anchorShare  = 0.2
	// driftFrom is the least change, in logits, that is taken for drift, and
	// driftErrors how many standard errors it must be: with many people every
	// item moves a little, with few by chance.
	driftFrom   = 0.3
	driftErrors = 3
	// edgeOfScale and narrowest bound the abilities of a round that are kept.
	edgeOfScale = 4
	narrowest   = 0.15
)

// calibration is a round's items on the scale of the bank.
type calibration struct {
	scale      Scale
	parameters []itembank.Parameters // new ones
	// items are those of the cut that can be scored in the model, nil for the
	// rest; population is the abilities of the round.
	items      []*itembank.Parameters
	population irt.Normal
}

// estimated are the revisions whose parameters came from the answers at hand.
func (c calibration) estimated() map[itembank.RevisionID]bool {
	found := make(map[itembank.RevisionID]bool, len(c.parameters))
	for _, p := range c.parameters {
		found[p.Revision] = true
	}
	return found
}

// calibrate brings the items of the newest round of a cut to the scale of the
// bank. Operational items carry it (fixed-parameter calibration; Kim, 2006),
// but for those that drifted; all others are estimated, from earlier rounds
// that met them as well. Where the bank has no scale yet, the oldest round of
// the cut is its base; founded tells that it has one.
//
// Parameters come from few people early and must stand for years: slopes and
// intercepts have priors (irt.UsualPriors) around what is usual of the topic, of which
// little is left at itembank.LeastOperational people. Items of which one option is
// chosen get a lower asymptote from leastGuessed people on, where their answers pay
// for it (irt.Plan.Guessable).
func calibrate(c *cut, b bank) (calibration, error) {
	e := estimate{cut: c, bank: b, newest: c.rounds - 1}
	e.count()
	if e.people[e.newest] < itembank.LeastProvisional {
		return calibration{scale: Scale{Why: measure.TooFew}}, nil
	}
	drifted, err := e.drift()
	if err != nil {
		return calibration{}, err
	}
	result, err := e.fit(drifted)
	if errors.Is(err, irt.ErrAnswers) && c.rounds > 1 {
		// The rounds have no items in common: this one by itself.
		return calibrate(c.only(e.newest), b)
	}
	if errors.Is(err, irt.ErrAnswers) {
		return calibration{scale: Scale{Why: measure.TooFew}}, nil
	}
	if err != nil {
		return calibration{}, err
	}
	return e.result(result, drifted), nil
}

// only is the cut of one of its rounds.
func (c *cut) only(round int) *cut {
	out := &cut{rounds: 1, items: c.items, place: c.place}
	if round < len(c.runs) {
		out.runs = c.runs[round : round+1]
	}
	for _, p := range c.people {
		if p.round == round {
			p.round = 0
			out.people = append(out.people, p)
		}
	}
	return out
}

// bank is what is known before a round is looked at.
type bank struct {
	known   map[itembank.RevisionID]itembank.Parameters
	usual   map[string]itembank.Usual // of topics
	founded bool                      // the bank has a scale
}

// estimate is a calibration being made.
type estimate struct {
	*cut
	bank
	drifted map[int32]float64
	newest  int
	people  []int              // of every round
	met     []int              // people who reached every item
	lately  []int              // those of the newest round
	from    [][]scoring.Points // least points of every score from 1; nil for items left out
	worth   [][]float64        // mean share of every score, of those that are estimated
	used    []int32            // items, in the order of the answers
}

// count counts who met what and decides which scores every item has.
func (e *estimate) count() {
	e.people, e.met, e.lately, e.from = make([]int, e.rounds), make([]int, len(e.items)), make([]int, len(e.items)), make([][]scoring.Points, len(e.items))
	at := make([]map[scoring.Points]int, len(e.items))
	for j := range at {
		at[j] = map[scoring.Points]int{}
	}
	for _, p := range e.cut.people {
		if p.careless {
			continue
		}
		e.people[p.round]++
		for a := range p.all() {
			if a.reached() {
				e.met[a.item]++
				at[a.item][a.points]++
				if p.round == e.newest {
					e.lately[a.item]++
				}
			}
		}
	}
	e.worth = make([][]float64, len(e.items))
	for j, it := range e.items {
		switch p, known := e.known[it.revision]; {
		case known && p.Standing == itembank.Operational && e.met[j] > 0:
			e.from[j] = p.From
		case e.lately[j] > 0 && e.met[j] >= itembank.LeastProvisional:
			e.from[j] = scoresOf(at[j])
		}
		e.worth[j] = worthOf(at[j], e.from[j])
	}
}

// worthOf is the mean share that people with every score earned.
func worthOf(people map[scoring.Points]int, from []scoring.Points) []float64 {
	n, sums := make([]float64, len(from)+1), make([]float64, len(from)+1)
	for _, points := range slices.Sorted(maps.Keys(people)) { // sums in a fixed order
		score := scoreOf(from, points)
		n[score] += float64(people[points])
		sums[score] += float64(people[points]) * float64(points) / float64(scoring.One)
	}
	for score := range sums {
		switch {
		case n[score] > 0:
			sums[score] /= n[score]
		case score > 0:
			sums[score] = float64(from[score-1]) / float64(scoring.One)
		}
	}
	return sums
}

// scoresOf are the least points of every score from 1, so that each score has
// answers enough; nil where everybody did alike.
func scoresOf(people map[scoring.Points]int) []scoring.Points {
	var points []scoring.Points
	for p := range people {
		points = append(points, p)
	}
	slices.Sort(points)
	if len(points) < 2 {
		return nil
	}
	type group struct {
		from scoring.Points
		n    int
	}
	var groups []group
	for _, p := range points {
		if last := len(groups) - 1; last >= 0 && groups[last].n < leastScored {
			groups[last].n += people[p]
			continue
		}
		groups = append(groups, group{p, people[p]})
	}
	if last := len(groups) - 1; last > 0 && groups[last].n < leastScored {
		groups = groups[:last]
	}
	if len(groups) < 2 { // few did otherwise than the rest: full marks against less
		return []scoring.Points{points[len(points)-1]}
	}
	var from []scoring.Points
	for _, g := range groups[1:] {
		from = append(from, g.from)
	}
	return from
}

// answersOf are the scores of some people for calibration, groups by round.
// Careless attempts are left out.
func (e *estimate) answersOf(wanted func(sitting) bool, groups bool) (*irt.Answers, error) {
	e.used = nil
	place := make([]int, len(e.items))
	var most []int
	for j, from := range e.from {
		place[j] = -1
		if from != nil {
			place[j] = len(most)
			e.used, most = append(e.used, int32(j)), append(most, len(from))
		}
	}
	if len(most) == 0 {
		return nil, irt.ErrAnswers
	}
	answers, err := irt.NewAnswers(most)
	if err != nil {
		return nil, err
	}
	var items, scores []int
	for _, p := range e.cut.people {
		if p.careless || !wanted(p) {
			continue
		}
		items, scores = items[:0], scores[:0]
		for a := range p.all() {
			if _, moved := e.drifted[a.item]; moved && p.round != e.newest {
				continue // what it was before says nothing of what it is
			}
			if at := place[a.item]; at >= 0 && a.reached() {
				items, scores = append(items, at), append(scores, scoreOf(e.from[a.item], a.points))
			}
		}
		if err := answers.AddSparse(items, scores, 1); err != nil {
			return nil, err
		}
		if groups {
			if err := answers.In(p.round); err != nil {
				return nil, err
			}
		}
	}
	return answers, nil
}

func scoreOf(from []scoring.Points, points scoring.Points) int {
	return itembank.Curve{From: from}.Score(points)
}

// plan is what all calibrations have in common.
func plan(fixed map[int]irt.Item) irt.Plan {
	return irt.Plan{Model: irt.GPCM, Priors: irt.UsualPriors(), Fixed: fixed, Gradient: 1e-3, Change: 1e-4, Cycles: 500}
}

// priors are those of an item on the scale of the bank.
func (e *estimate) priors(j int32) irt.Priors {
	p, it := irt.UsualPriors(), e.items[j]
	usual, has := e.usual[it.topic]
	if !has {
		usual, has = e.usual[itembank.AnyTopic]
	}
	if has {
		p.LogA = usual.LogSlope
		if len(e.from[j]) == 1 {
			p.D = usual.Intercept
		}
	}
	if it.options > 0 {
		p.LogitC.Mean = itembank.Logit(1/float64(it.options) - 0.03)
	}
	return p
}

// guessable tells whether people can guess an item, and enough have met it to tell.
func (e *estimate) guessable(j int32) bool {
	return e.items[j].options > 0 && len(e.from[j]) == 1 && e.met[j] >= leastGuessed
}

// drift looks for operational items whose difficulty moved: the round is
// calibrated by itself, brought to the scale of the bank by all of them, and
// those that stand apart, by the robust z of Huynh and Meyer (2010), by
// driftFrom and by driftErrors, are put aside; then again without them, until
// none is left.
func (e *estimate) drift() (map[int32]float64, error) {
	var anchors []int32
	for j, it := range e.items {
		p, known := e.known[it.revision]
		if known && p.Standing == itembank.Operational && len(p.D) == 1 && e.lately[j] >= itembank.LeastOperational {
			anchors = append(anchors, int32(j))
		}
	}
	if len(anchors) < leastAnchors {
		return nil, nil
	}
	answers, err := e.answersOf(func(p sitting) bool { return p.round == e.newest }, false)
	if err != nil {
		return nil, err
	}
	free := plan(nil)
	free.Alike = true // forms are dealt to people by turns
	free.Guessed = map[int]bool{}
	for at, j := range e.used {
		if e.known[e.items[j].revision].C > 0 {
			free.Guessed[at] = true
		}
	}
	c, err := irt.Calibrate(answers, free)
	if err != nil {
		return nil, nil // nothing to compare with
	}
	moved := map[int32]float64{}
	for {
		var left []linking.Anchor
		var places []int32
		for _, j := range anchors {
			at := slices.Index(e.used, j)
			if _, out := moved[j]; !out && c.Why[at] == "" {
				left, places = append(left, linking.Anchor{Old: e.known[e.items[j].revision].Item, New: c.Items[at]}), append(places, j)
			}
		}
		if len(left) < leastAnchors {
			return moved, nil
		}
		methods, err := linking.Link(left)
		if err != nil {
			return moved, nil
		}
		found := false
		for n, d := range linking.Screen(left, methods.StockingLord) {
			j := places[n]
			now := itembank.Parameters{DifficultySE: defined(c.DifficultySE[slices.Index(e.used, j)])}
			se := math.Hypot(e.known[e.items[j].revision].Roughness(), now.Roughness()*methods.StockingLord.A)
			if d.Drifted && math.Abs(d.Difference) >= max(driftFrom, driftErrors*se) {
				moved[j], found = d.Difference, true
			}
		}
		if !found {
			return moved, nil
		}
	}
}

// defined are the numbers among statistics.
func defined(values []measure.Value) (numbers []float64) {
	for _, v := range values {
		if x, ok := v.Get(); ok {
			numbers = append(numbers, x)
		}
	}
	return numbers
}

// fit estimates what is not fixed, from all rounds of the cut.
func (e *estimate) fit(drifted map[int32]float64) (irt.Calibration, error) {
	e.drifted = drifted
	answers, err := e.answersOf(func(p sitting) bool { return true }, e.rounds > 1)
	if err != nil {
		return irt.Calibration{}, err
	}
	fixed := map[int]irt.Item{}
	for at, j := range e.used {
		p, known := e.known[e.items[j].revision]
		if _, moved := drifted[j]; known && p.Standing == itembank.Operational && !moved {
			fixed[at] = p.Item
		}
	}
	most := plan(fixed)
	most.Own, most.Guessable = map[int]irt.Priors{}, map[int]bool{}
	for at, j := range e.used {
		most.Own[at], most.Guessable[at] = e.priors(j), e.guessable(j)
	}
	// People got their forms by turns, so those of one round are alike.
	most.Alike = e.rounds == 1
	c, err := irt.Calibrate(answers, most)
	if err != nil || len(fixed) > 0 {
		return c, err
	}
	return recentred(answers, most, c)
}

// recentred brings a calibration that founds a scale to its own people. Priors pull
// every intercept a little to 0, all of them together by as much as if the people were
// less able than N(0,1): with their items fixed they say where they are.
func recentred(answers *irt.Answers, plan irt.Plan, c irt.Calibration) (irt.Calibration, error) {
	plan.Fixed = map[int]irt.Item{}
	for j, item := range c.Items {
		if c.Why[j] == "" {
			plan.Fixed[j] = item
		}
	}
	people, err := irt.Calibrate(answers, plan)
	if err != nil {
		return c, err
	}
	c.Groups = people.Groups
	return linking.Centred(people.Groups[0]).Calibration(c), nil
}

// result turns estimates into parameters.
func (e *estimate) result(c irt.Calibration, drifted map[int32]float64) calibration {
	out := calibration{items: make([]*itembank.Parameters, len(e.items)), population: c.Groups[e.newest]}
	out.scale = Scale{Mean: measure.Of(out.population.Mean), SD: measure.Of(out.population.SD), Earlier: e.rounds - 1, People: sum(e.people), Runs: e.runs}
	out.scale.Error = measure.Of(out.population.SD / math.Sqrt(float64(e.people[e.newest])))
	for at, j := range e.used {
		it := e.items[j]
		_, moved := drifted[j]
		if known, is := e.known[it.revision]; is && known.Standing == itembank.Operational && !moved {
			out.items[j] = &known
			out.scale.Fixed++
			continue
		}
		if c.Why[at] != "" {
			continue
		}
		p := itembank.Parameters{Revision: it.revision, N: e.met[j], Curve: itembank.Curve{Item: c.Items[at], From: e.from[j], Worth: e.worth[j]}, SE: defined(c.SE[at]), DifficultySE: defined(c.DifficultySE[at]), Drift: drifted[j]}
		if moved {
			p.N = e.lately[j]
		}
		if p.Standing = itembank.StandingOf(p.N); !c.Converged {
			p.Standing = itembank.Provisional
		}
		out.items[j] = &p
		out.parameters = append(out.parameters, p)
		out.scale.Estimated++
		if p.Standing == itembank.Operational {
			out.scale.Operational++
		}
		if moved {
			out.scale.Drifted = append(out.scale.Drifted, Drifted{it.revision, it.code, p.Drift})
		}
	}
	for j, n := range e.lately {
		if n > 0 && out.items[j] == nil {
			out.scale.Left++
		}
	}
	e.settle(&out)
	return out
}

// settle keeps parameters provisional that nothing firm carries to the scale:
// too few operational items, or, where the bank has no scale yet, too few that
// could found one.
func (e *estimate) settle(c *calibration) {
	longest := 0
	for _, p := range e.cut.people {
		longest = max(longest, len(p.answers))
	}
	carriers := c.scale.Fixed
	if !e.founded {
		carriers = c.scale.Operational
	}
	// A round in which all did alike lies beyond what the items can tell.
	inside := math.Abs(c.population.Mean) < edgeOfScale && c.population.SD > narrowest
	if inside && float64(carriers) >= max(leastAnchors, anchorShare*float64(longest)) {
		return
	}
	c.scale.Thin, c.scale.Operational = true, 0
	for i := range c.parameters {
		c.parameters[i].Standing = itembank.Provisional
	}
}

func sum(counts []int) (n int) {
	for _, x := range counts {
		n += x
	}
	return n
}
