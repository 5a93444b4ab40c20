package analysis

import (
	"maps"
	"math"
	"slices"
	"strings"

	"sathach/assessment"
	"sathach/itembank"
	"sathach/scoring/integrity"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Signal is something about answers that honest work hardly explains.
type Signal struct {
	Kind SignalKind `json:"kind"`
	// Value is the statistic: ω, lz*, the share of answers given with effort, or
	// the change of ability over its error. P is its chance under honest work,
	// and Level what that must be below, so that all comparisons of a round, of
	// every kind, together raise a false alarm at most once in a hundred.
	Value measure.Value `json:"value"`
	P     measure.Value `json:"p"`
	Level float64       `json:"level"`
	N     int           `json:"n"`               // items looked at
	Count int           `json:"count,omitempty"` // identical answers of a pair, or answers far too fast
	Wrong int           `json:"wrong,omitempty"` // identical answers that are wrong
}

// SignalKind says what was looked at.
type SignalKind string

const (
	Alike      SignalKind = "alike"      // two people's answers, by ω and GBT
	Unexpected SignalKind = "unexpected" // easy ones wrong and hard ones right, by lz*
	Hasty      SignalKind = "hasty"      // answers faster than they can be read
	Leap       SignalKind = "leap"       // a gain beyond what two measurements allow
)

// suspicion is a case to be opened, of one attempt; other is that with like
// answers.
type suspicion struct {
	attempt, other assessment.AttemptID
	signals        []Signal
}

// pair names the attempts of a suspicion, that which it is about first.
func (s suspicion) pair() string { return strings.TrimSpace(string(s.attempt + " " + s.other)) }

// turned is the same of the other attempt.
func (s suspicion) turned() suspicion { return suspicion{s.other, s.attempt, s.signals} }

// kinds is how many kinds of signals share the hundredth.
const kinds = 4

// level is what the chance of one of so many comparisons of a kind must be
// below.
func level(comparisons int) float64 { return integrity.PairLevel(kinds * max(1, comparisons)) }

// Leaps are looked at from leapFrom standard errors on, where at least
// leastLeaps people were measured before: training lifts everybody, so a
// person's gain is held against that of the others.
const (
	leapFrom   = 3
	leastLeaps = 30
)

// before is an earlier ability of somebody.
type before struct{ theta, se float64 }

// suspicions gathers the signals of a round, people first, then pairs.
func (c *cut) suspicions(standings []standing, hurries map[int]Signal, earlier []before, pairs []suspicion) []suspicion {
	tests := 0
	for _, s := range standings {
		if _, ok := s.Unfit.Get(); ok {
			tests++
		}
	}
	limit, leaps := level(tests), leapsOf(standings, earlier)
	var all []suspicion
	for i, p := range c.people {
		one := suspicion{attempt: p.attempt}
		s := standings[i]
		if x, ok := s.Unfit.Get(); ok && x < limit {
			one.signals = append(one.signals, Signal{Kind: Unexpected, Value: s.Fit, P: s.Unfit, Level: limit, N: s.fitted})
		}
		if hurry, is := hurries[i]; is {
			one.signals = append(one.signals, hurry)
		}
		if leap, is := leaps[i]; is {
			one.signals = append(one.signals, leap)
		}
		if len(one.signals) > 0 {
			all = append(all, one)
		}
	}
	return append(all, pairs...)
}

// leapsOf are the gains, by person, that neither two measurements nor the gain of
// everybody explains: beyond leapFrom errors by itself, and beyond the level
// when held against the mean gain of all who were measured before and its
// spread between them (by moments, as in a meta-analysis; DerSimonian and Laird,
// 1986).
func leapsOf(standings []standing, earlier []before) map[int]Signal {
	type gain struct {
		person             int
		by, over, variance float64 // the change, over its error, and its variance
	}
	var gains []gain
	var weights, sum, squares float64
	for i, s := range standings {
		theta, ok := s.WLE.Get()
		se, also := s.WLESE.Get()
		if b := earlier[i]; ok && also && b.se > 0 {
			over, _ := integrity.Gain(b.theta, b.se, theta, se).Get()
			g := gain{i, theta - b.theta, over, se*se + b.se*b.se}
			gains = append(gains, g)
			weights, sum, squares = weights+1/g.variance, sum+g.by/g.variance, squares+1/(g.variance*g.variance)
		}
	}
	if len(gains) < leastLeaps {
		return nil
	}
	mean, apart := sum/weights, 0.0
	for _, g := range gains {
		apart += (g.by - mean) * (g.by - mean) / g.variance
	}
	spread := max(0, (apart-float64(len(gains)-1))/(weights-squares/weights))
	limit, found := level(len(gains)), map[int]Signal{}
	for _, g := range gains {
		chance := math.Erfc((g.by-mean)/math.Sqrt(g.variance+spread)/math.Sqrt2) / 2
		if g.over > leapFrom && chance < limit {
			found[g.person] = Signal{Kind: Leap, Value: measure.Of(g.over), P: measure.Of(chance), Level: limit}
		}
	}
	return found
}

// couple is two people of one seating and form, compared in both directions.
type couple struct {
	a, b int // places in the cut
	pair integrity.Pair
}

// alike compares everybody with everybody who sat in the same agency and had
// the same form. Items of which one option is chosen are compared, in the
// nominal model. It tells how many pairs there were.
func (c *cut) alike(sheets []sheet, cal calibration, standings []standing, keys map[itembank.RevisionID]itembank.Key) (found []suspicion, compared int) {
	if cal.items == nil {
		return nil, 0
	}
	var couples []couple
	for _, s := range sheets {
		items, places := c.nominal(s, cal, keys)
		if len(items) == 0 {
			continue
		}
		seatings := map[assessment.SeatingID][]int{}
		for _, i := range s.people {
			if standings[i].known {
				seatings[c.people[i].seating] = append(seatings[c.people[i].seating], i)
			}
		}
		for _, id := range slices.Sorted(maps.Keys(seatings)) {
			couples, compared = c.couples(seatings[id], items, places, standings, couples, compared)
		}
	}
	limit := level(2 * compared)
	for _, x := range couples {
		if p := x.pair; passes(p, limit) {
			signal := Signal{Kind: Alike, Value: p.Omega, P: p.OmegaP, Level: limit, N: p.Compared, Count: p.Matches, Wrong: p.Wrong}
			one := suspicion{c.people[x.a].attempt, c.people[x.b].attempt, []Signal{signal}}
			found = append(found, one, one.turned())
		}
	}
	return found, compared
}

// passes tells whether a pair is beyond the level by both indices.
func passes(p integrity.Pair, limit float64) bool {
	gbt, ok := p.GBT.Get()
	return ok && gbt < limit && chance(p) < limit
}

// couples compares the people of one seating and form, and adds those pairs that
// pass the level of the pairs compared so far: it only falls, and there are too
// many pairs to keep.
func (c *cut) couples(people []int, items []irt.Nominal, places []int, standings []standing, kept []couple, compared int) ([]couple, int) {
	a := integrity.Answers{Items: items}
	for _, i := range people {
		options := make([]int, len(places))
		for n, k := range places {
			options[n] = int(c.people[i].answers[k].option)
		}
		a.Options, a.Theta = append(a.Options, options), append(a.Theta, standings[i].EAP)
	}
	comparison := integrity.Compare(a)
	for x := range people {
		for y := range x {
			p := comparison.Likeness(x, y)
			if _, ok := p.OmegaP.Get(); !ok {
				continue
			}
			if back := comparison.Likeness(y, x); chance(back) < chance(p) {
				p = back
			}
			if compared++; passes(p, level(2*compared)) {
				kept = append(kept, couple{people[x], people[y], p})
			}
		}
	}
	return kept, compared
}

// chance is that of ω; 1 where there is none.
func chance(p integrity.Pair) float64 {
	if x, ok := p.OmegaP.Get(); ok {
		return x
	}
	return 1
}

// leastNominal is how many people a form needs before it is learnt from them which
// wrong option who chooses.
const leastNominal = 200

// nominal are the items of a form of which one option is chosen, in the
// nominal model, and their places. On a form that few took, distractors share what
// the key leaves in proportion, whatever the ability (a special case of Bock's).
func (c *cut) nominal(s sheet, cal calibration, keys map[itembank.RevisionID]itembank.Key) (items []irt.Nominal, places []int) {
	posteriors := c.posteriors(s, cal)
	for k, j := range s.items {
		p, key := cal.items[j], keys[c.items[j].revision].Correct
		if n := c.items[j].options; p == nil || n < 2 || len(key) != 1 || len(p.D) != 1 || key[0] >= n {
			continue
		}
		item := c.proportional(s, k, key[0], p.Item)
		if posteriors != nil {
			item = c.learnt(s, k, key[0], cal.population, posteriors)
		}
		items, places = append(items, item), append(places, k)
	}
	return items, places
}

// proportional is an item of which the key has a curve and each distractor its share
// of the rest.
func (c *cut) proportional(s sheet, k, key int, curve irt.Item) irt.Nominal {
	chosen, wrong := make([]int, c.items[s.items[k]].options), 0
	for _, i := range s.people {
		if o := int(c.people[i].answers[k].option); o >= 0 && o < len(chosen) {
			chosen[o]++
			if o != key {
				wrong++
			}
		}
	}
	item := irt.Nominal{Key: key, Slopes: make([]float64, len(chosen)), Intercepts: make([]float64, len(chosen))}
	for o, n := range chosen {
		item.Intercepts[o] = math.Log(float64(n+1) / float64(wrong+len(chosen)-1))
	}
	item.Slopes[key], item.Intercepts[key] = curve.A, curve.D[0]
	return item
}

// posteriors are what is known of the abilities of a form's people, nil where they
// are too few.
func (c *cut) posteriors(s sheet, cal calibration) [][]float64 {
	if len(s.people) < leastNominal {
		return nil
	}
	var items []irt.Item
	var at []int
	for k, j := range s.items {
		if p := cal.items[j]; p != nil {
			items, at = append(items, p.Item), append(at, k)
		}
	}
	scorer := irt.NewScorer(items).With(cal.population)
	all := make([][]float64, len(s.people))
	for n, i := range s.people {
		scores, _ := c.scoresOf(cal.items, i, at)
		all[n], _ = scorer.Posterior(scores)
	}
	return all
}

// learnt is an item as the people of a form answer it, of whose abilities
// posteriors are known.
func (c *cut) learnt(s sheet, k, key int, population irt.Normal, posteriors [][]float64) irt.Nominal {
	counts := make([][]float64, c.items[s.items[k]].options)
	for o := range counts {
		counts[o] = make([]float64, len(posteriors[0]))
	}
	for n, i := range s.people {
		if o := int(c.people[i].answers[k].option); o >= 0 && o < len(counts) {
			for q, x := range posteriors[n] {
				counts[o][q] += x
			}
		}
	}
	nodes, _ := population.Nodes()
	return irt.FitNominal(key, nodes, counts, irt.UsualSpread)
}

// leastTimed is how many people the times of a form need, or of an item where everybody
// has a form; mostTimed how many of these are looked at together.
const (
	leastTimed = 30
	mostTimed  = 2000
)

// timed is how somebody's times are.
type timed struct {
	person int // place in the cut
	time   integrity.PersonTime
}

// leastEffort is the share of answers that must have taken long enough to be
// read before somebody's answers say anything of the items (Wise and Kong, 2005).
// leastEffortTimes is how many of them, and half of all, must have been timed.
const (
	leastEffort      = 0.9
	leastEffortTimes = 10
)

// paces looks at times, in seconds by answer, 0 where unknown: those of every person,
// and how long items take, by their place in the cut. Forms that enough people took
// are looked at by themselves; all other people together, since where forms are dealt
// by chance items meet people of every speed.
func (c *cut) paces(sheets []sheet, seconds [][]float64) (all []timed, items map[int32]itembank.Pace, err error) {
	items = map[int32]itembank.Pace{}
	look := func(people []int, columns []int32, times integrity.Times) error {
		pace, err := times.Analyse()
		if err != nil {
			return err
		}
		for n, p := range pace.People {
			all = append(all, timed{people[n], p})
		}
		for k, it := range pace.Items {
			if mean, ok := it.Mean.Get(); ok {
				items[columns[k]] = items[columns[k]].Join(itembank.Pace{People: it.N, Seconds: mean})
			}
		}
		return nil
	}
	var rest []int
	for _, s := range sheets {
		if len(s.people) < leastTimed {
			rest = append(rest, s.people...)
			continue
		}
		times := make(integrity.Times, len(s.people))
		for n, i := range s.people {
			times[n] = seconds[i]
		}
		if err := look(s.people, s.items, times); err != nil {
			return nil, nil, err
		}
	}
	together := (len(rest) + mostTimed - 1) / mostTimed // parts of about the same size
	for people := range slices.Chunk(rest, max(1, (len(rest)+together-1)/max(1, together))) {
		columns, times := c.timesOf(people, seconds)
		if len(columns) == 0 {
			continue
		}
		if err := look(people, columns, times); err != nil {
			return nil, nil, err
		}
	}
	return all, items, nil
}

// timesOf are the times of people on forms of their own, over the items that enough of
// them were timed at.
func (c *cut) timesOf(people []int, seconds [][]float64) (columns []int32, times integrity.Times) {
	met := make([]int, len(c.items))
	for _, i := range people {
		for k, a := range c.people[i].answers {
			if k < len(seconds[i]) && seconds[i][k] > 0 {
				met[a.item]++
			}
		}
	}
	place := make([]int, len(c.items))
	for j, n := range met {
		place[j] = -1
		if n >= leastTimed {
			place[j], columns = len(columns), append(columns, int32(j))
		}
	}
	times = make(integrity.Times, len(people))
	for n, i := range people {
		times[n] = make([]float64, len(columns))
		for k, a := range c.people[i].answers {
			if at := place[a.item]; at >= 0 && k < len(seconds[i]) {
				times[n][at] = seconds[i][k]
			}
		}
	}
	return columns, times
}

// carelessOf are the attempts with too little effort.
func (c *cut) carelessOf(all []timed) (attempts []assessment.AttemptID) {
	for _, t := range all {
		enough := t.time.N >= leastEffortTimes && 2*t.time.N >= len(c.people[t.person].answers)
		if effort, ok := t.time.Effort.Get(); ok && enough && effort < leastEffort {
			attempts = append(attempts, c.people[t.person].attempt)
		}
	}
	return attempts
}

// hurries are the signals of times, by person. A case needs times that are
// improbable as a whole and three answers that were far too fast.
func hurries(times []timed) map[int]Signal {
	var all []timed
	for _, t := range times {
		if _, ok := t.time.P.Get(); ok {
			all = append(all, t)
		}
	}
	limit, found := level(len(all)), map[int]Signal{}
	for _, t := range all {
		if p, _ := t.time.P.Get(); p < limit && t.time.Fast >= 3 {
			found[t.person] = Signal{Kind: Hasty, Value: t.time.Effort, P: t.time.P, Level: limit, N: t.time.N, Count: t.time.Fast}
		}
	}
	return found
}
