package analysis

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/fairness"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Unlike is an item that is harder, or easier, for a group of people than for
// the rest of the same ability. A person looks at it; no score changes.
type Unlike struct {
	Revision itembank.RevisionID
	Code     string
	Group    string        // as Report.Groups names it
	Focal    int           // people of the group who met the item
	N        int           // of all
	D, SE    measure.Value // MH D-DIF; below 0 where it is harder for the group
	Letter   fairness.Letter
	// Crossing tells that the item is harder for some of the group and easier for
	// others, by their ability: CrossR2 is how much that explains
	// (fairness.Logistic).
	Crossing bool          `json:",omitempty"`
	CrossR2  measure.Value `json:",omitzero"`
}

// Interval is where D lies, at 95 %; none for a difference that crosses.
func (u Unlike) Interval() measure.Interval {
	d, ok := u.D.Get()
	se, also := u.SE.Get()
	if !ok || !also || u.Crossing {
		return measure.No(measure.NoData)
	}
	return around(d, se)
}

// Large tells whether the item is to be looked at first.
func (u Unlike) Large() bool {
	if u.Crossing {
		r2, _ := u.CrossR2.Get()
		return r2 >= fairness.LargeR2
	}
	return u.Letter == fairness.Large
}

// questions ask somebody to read again the items that treat a group very unlike.
func questions(unlike []Unlike) (asked []itembank.Question) {
	for _, u := range unlike {
		if u.Large() {
			asked = append(asked, itembank.Question{Revision: u.Revision, Reason: "người cùng năng lực trong và ngoài một nhóm làm câu này rất khác nhau (trang Chất lượng đo lường của kỳ)"})
		}
	}
	return asked
}

// Harder tells whether the item is harder for the group.
func (u Unlike) Harder() bool {
	d, _ := u.D.Get()
	return d < 0
}

// Groups of people are compared from so many on (practice of ETS).
const (
	leastFocal = 100
	leastAll   = 500
	strata     = 20
	// leastForDIF is how many calibrated items a person needs to be matched.
	leastForDIF = 20
	// unlikeAt is the level at which an item is named, over all comparisons of
	// a round (Benjamini and Hochberg).
	unlikeAt = 0.05
)

// unlike compares every group of people with the rest, item by item, among
// people of like ability, by odds (Mantel and Haenszel) and by regression: forms
// differ, so there is no common total to match on. Groups are those of positions
// and of the levels of agencies. Forms shorter than leastForDIF say nothing: too
// little is left to match on. Items of partial credit count as right with full
// marks.
func (c *cut) unlike(cal calibration) (found []Unlike, groups []string) {
	named := c.groups()
	if len(named) == 0 || cal.items == nil {
		return nil, nil
	}
	met := make([][]answerAt, len(c.items))
	for i, p := range c.people {
		if p.careless || len(p.answers) < leastForDIF {
			continue
		}
		place := 0
		for a := range p.all() {
			if a.reached() {
				met[a.item] = append(met[a.item], answerAt{i, place})
			}
			place++
		}
	}
	// Items that treat groups unlike leave the ability that others are judged by
	// (purification), until the same ones are found.
	out := map[int32]bool{}
	for range mostPurified {
		found, groups = c.compare(named, met, c.without(cal, out))
		next := map[int32]bool{}
		for _, u := range found {
			next[c.place[u.Revision]] = true
		}
		if maps.Equal(next, out) {
			break
		}
		out = next
	}
	return found, groups
}

// mostPurified bounds the purification; it may go in a circle.
const mostPurified = 4

// answerAt is one answer of the cut, by its place among all of the person
// (sitting.answer).
type answerAt struct{ person, answer int }

// compare looks at every item that enough people met; rest are the abilities
// that people are matched on.
func (c *cut) compare(named map[string][]bool, met [][]answerAt, rest [][]float64) (found []Unlike, groups []string) {
	var all []Unlike // of every comparison by odds and by regression
	var chances []measure.Value
	for j, people := range met {
		if len(people) < leastAll {
			continue
		}
		abilities, right := make([]float64, len(people)), make([]bool, len(people))
		for n, at := range people {
			abilities[n] = rest[at.person][at.answer]
			right[n] = c.people[at.person].answer(at.answer).points == scoring.One
		}
		stratum := quantiles(abilities)
		for _, name := range slices.Sorted(maps.Keys(named)) {
			focal, count := make([]bool, len(people)), 0
			for n, at := range people {
				if focal[n] = named[name][at.person]; focal[n] {
					count++
				}
			}
			if count < leastFocal || len(people)-count < leastFocal {
				continue
			}
			m, l := fairness.Matched(right, focal, stratum), fairness.Regressed(right, focal, stratum, abilities)
			u := Unlike{Revision: c.items[j].revision, Code: c.items[j].code, Group: name, Focal: count, N: len(people), D: m.D, SE: m.SE, Letter: m.Letter, CrossR2: l.CrossR2}
			crossing := u
			crossing.Crossing = true
			all, chances = append(all, u, crossing), append(chances, m.P, l.CrossP)
			if !slices.Contains(groups, name) {
				groups = append(groups, name)
			}
		}
	}
	adjusted := measure.BenjaminiHochberg(chances)
	for n := 0; n < len(all); n += 2 { // of a comparison by odds, then by regression
		for k := n; k < n+2; k++ {
			if x, ok := adjusted[k].Get(); ok && x < unlikeAt && all[k].matters() {
				found = append(found, all[k]) // once
				break
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Unlike) int {
		x, _ := a.D.Get()
		y, _ := b.D.Get()
		return cmp.Compare(math.Abs(y), math.Abs(x))
	})
	slices.Sort(groups)
	return found, groups
}

// matters tells whether the difference is large enough to be named.
func (u Unlike) matters() bool {
	if u.Crossing {
		r2, _ := u.CrossR2.Get()
		return r2 >= fairness.ModerateR2
	}
	return u.Letter == fairness.Moderate || u.Letter == fairness.Large
}

// groups are the people of every group that is large enough, and not everybody.
func (c *cut) groups() map[string][]bool {
	all := map[string][]bool{}
	for i, p := range c.people {
		for _, name := range []string{"position:" + p.group, "level:" + p.level} {
			if all[name] == nil {
				all[name] = make([]bool, len(c.people))
			}
			all[name][i] = true
		}
	}
	maps.DeleteFunc(all, func(_ string, in []bool) bool {
		n := 0
		for _, is := range in {
			if is {
				n++
			}
		}
		return n < leastFocal || len(in) < leastAll || len(in)-n < leastFocal
	})
	return all
}

// without are everybody's abilities judged without their answers to some items and
// to pretests, but with that to the item that is studied: without it, people of a
// stratum would differ in what is studied (Holland and Thayer, 1988).
func (c *cut) without(cal calibration, out map[int32]bool) [][]float64 {
	abilities := make([][]float64, len(c.people))
	for _, people := range c.forms() {
		first := c.people[people[0]]
		var items []irt.Item
		var at []int // places among all answers
		place := 0
		for a := range first.all() {
			if p := cal.items[a.item]; p != nil {
				items, at = append(items, p.Item), append(at, place)
			}
			place++
		}
		scorer := irt.NewScorer(items).With(cal.population)
		for _, i := range people {
			abilities[i] = c.judged(i, scorer, cal, at, out)
		}
	}
	return abilities
}

// judged are the abilities of a person for every answer that may be studied.
func (c *cut) judged(i int, scorer *irt.Scorer, cal calibration, at []int, out map[int32]bool) []float64 {
	p := c.people[i]
	scores, kept := make([]int, len(at)), make([]int, len(at))
	for n, place := range at {
		scores[n], kept[n] = measure.Missing, measure.Missing
		if place >= len(p.answers)+len(p.pretests) {
			continue
		}
		a := p.answer(place)
		if item := cal.items[a.item]; a.reached() && item != nil {
			if kept[n] = item.Score(a.points); place < len(p.answers) && !out[a.item] {
				scores[n] = kept[n]
			}
		}
	}
	abilities := slices.Repeat([]float64{scorer.EAP(scores)}, len(p.answers)+len(p.pretests))
	for n, place := range at {
		if scores[n] == measure.Missing && kept[n] != measure.Missing {
			scores[n] = kept[n]
			abilities[place] = scorer.EAP(scores)
			scores[n] = measure.Missing
		}
	}
	return abilities
}

// quantiles sorts values into strata of about equal size; equal values share
// one.
func quantiles(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]int, len(values))
	for n, i := range order {
		out[i] = n * strata / len(values)
		if n > 0 && values[i] == values[order[n-1]] {
			out[i] = out[order[n-1]]
		}
	}
	return out
}
