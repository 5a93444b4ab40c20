package analysis

import (
	"maps"
	"math"
	"slices"
	"strings"

	"sathach/assessment"
	"sathach/itembank"
	"sathach/scoring/integrity"
	"sathach/scoring/measure"
)

// Signal is something about answers that honest work hardly explains.
type Signal struct {
	Kind SignalKind `json:"kind"`
	// Value is the statistic: ω, lz*, the share of answers given with effort, or
	// the change of ability over its error. P is its chance under honest work,
	// and Level what that must be below, so that all comparisons of a round
	// together raise a false alarm at most once in a hundred.
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

// suspicion is a case to be opened: of one attempt, or of two.
type suspicion struct {
	attempt, other assessment.AttemptID
	signals        []Signal
}

// pair names the attempts of a suspicion, in whatever order they come.
func (s suspicion) pair() string {
	ids := []string{string(s.attempt)}
	if s.other != "" {
		ids = append(ids, string(s.other))
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// leapFrom is the change of ability, over its standard error, that is looked
// at.
const leapFrom = 3

// before is an earlier ability of somebody.
type before struct{ theta, se float64 }

// suspicions gathers the signals of a round, people first, then pairs.
func (c *cut) suspicions(standings []standing, times []hurry, earlier []before, pairs []suspicion) []suspicion {
	tests := 0
	for _, s := range standings {
		if _, ok := s.Unfit.Get(); ok {
			tests++
		}
	}
	level := integrity.PairLevel(max(1, tests))
	var all []suspicion
	for i, p := range c.people {
		one := suspicion{attempt: p.attempt}
		s := standings[i]
		if x, ok := s.Unfit.Get(); ok && x < level {
			one.signals = append(one.signals, Signal{Kind: Unexpected, Value: s.Fit, P: s.Unfit, Level: level, N: len(p.answers)})
		}
		if times[i].found {
			one.signals = append(one.signals, times[i].Signal)
		}
		theta, ok := s.WLE.Get()
		se, also := s.WLESE.Get()
		if before := earlier[i]; ok && also && before.se > 0 {
			if x, _ := integrity.Gain(before.theta, before.se, theta, se).Get(); x > leapFrom {
				one.signals = append(one.signals, Signal{Kind: Leap, Value: measure.Of(x), P: measure.Undefined(measure.NoData), N: len(p.answers)})
			}
		}
		if len(one.signals) > 0 {
			all = append(all, one)
		}
	}
	return append(all, pairs...)
}

// couple is two people of one seating and form, compared in both directions.
type couple struct {
	a, b   int // places in the cut
	ab, ba integrity.Pair
	items  int
}

// alike compares everybody with everybody who sat in the same agency and had
// the same form. Items of which one option is chosen are compared, in the
// nominal model whose distractors share what the key leaves in proportion
// (a special case of Bock's). It tells how many pairs there were.
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
			couples = append(couples, c.couples(seatings[id], items, places, standings)...)
		}
	}
	level := integrity.PairLevel(max(1, 2*len(couples)))
	for _, x := range couples {
		p := x.ab
		if chance(x.ba) < chance(x.ab) {
			p = x.ba
		}
		if gbt, ok := p.GBT.Get(); !ok || gbt >= level || chance(p) >= level {
			continue
		}
		signal := Signal{Kind: Alike, Value: p.Omega, P: p.OmegaP, Level: level, N: x.items, Count: p.Matches, Wrong: p.Wrong}
		found = append(found, suspicion{c.people[x.a].attempt, c.people[x.b].attempt, []Signal{signal}})
	}
	return found, len(couples)
}

// couples compares the people of one seating and form.
func (c *cut) couples(people []int, items []integrity.Nominal, places []int, standings []standing) (couples []couple) {
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
			p := comparison.Pair(x, y)
			if _, ok := p.OmegaP.Get(); ok {
				couples = append(couples, couple{people[x], people[y], p, comparison.Pair(y, x), len(places)})
			}
		}
	}
	return couples
}

// chance is that of ω; 1 where there is none.
func chance(p integrity.Pair) float64 {
	if x, ok := p.OmegaP.Get(); ok {
		return x
	}
	return 1
}

// nominal are the items of a form of which one option is chosen, in the
// nominal model, and their places.
func (c *cut) nominal(s sheet, cal calibration, keys map[itembank.RevisionID]itembank.Key) (items []integrity.Nominal, places []int) {
	for k, j := range s.items {
		p, key := cal.items[j], keys[c.items[j].revision].Correct
		if n := c.items[j].options; p == nil || n < 2 || len(key) != 1 || len(p.D) != 1 || key[0] >= n {
			continue
		}
		chosen, wrong := make([]int, c.items[j].options), 0
		for _, i := range s.people {
			if o := int(c.people[i].answers[k].option); o >= 0 && o < len(chosen) {
				chosen[o]++
				if o != key[0] {
					wrong++
				}
			}
		}
		item := integrity.Nominal{Key: key[0], Slopes: make([]float64, len(chosen)), Intercepts: make([]float64, len(chosen))}
		for o, n := range chosen {
			item.Intercepts[o] = math.Log(float64(n+1) / float64(wrong+len(chosen)-1))
		}
		item.Slopes[key[0]], item.Intercepts[key[0]] = p.A, p.D[0]
		items, places = append(items, item), append(places, k)
	}
	return items, places
}

// hurry is what times say of a person.
type hurry struct {
	found bool
	Signal
	effort measure.Value
}

// leastTimed is how many people a form's times need.
const leastTimed = 30

// hurries looks at the times of a form, in seconds by answer, 0 where unknown.
// A case needs times that are improbable as a whole and three answers that
// were far too fast.
func (c *cut) hurries(sheets []sheet, seconds [][]float64) ([]hurry, error) {
	out := make([]hurry, len(c.people))
	type timed struct {
		person int
		time   integrity.PersonTime
	}
	var all []timed
	for _, s := range sheets {
		if len(s.people) < leastTimed {
			continue
		}
		times := make(integrity.Times, len(s.people))
		for n, i := range s.people {
			times[n] = seconds[i]
		}
		pace, err := times.Analyse()
		if err != nil {
			return nil, err
		}
		for n, p := range pace.People {
			if _, ok := p.P.Get(); ok {
				all = append(all, timed{s.people[n], p})
			}
		}
	}
	level := integrity.PairLevel(max(1, len(all)))
	for _, t := range all {
		p, _ := t.time.P.Get()
		out[t.person].effort = t.time.Effort
		if p < level && t.time.Fast >= 3 {
			out[t.person].found = true
			out[t.person].Signal = Signal{Kind: Hasty, Value: t.time.Effort, P: t.time.P, Level: level, N: t.time.N, Count: t.time.Fast}
		}
	}
	return out, nil
}
