// Package fairness looks for items that are harder for one group of people
// than for another of the same total score: differential item functioning.
//
// Analyse compares two groups of one form, Matched two groups of several forms,
// Generalised many groups at once; Shrink says what few answers leave.
//
// What it finds goes to a person to review. It never removes an item and
// never changes a score. Below 100 people of the focal group and 500 in all
// the methods are a screening at best.
package fairness

import (
	"math"

	"sathach/scoring/measure"
)

// Letter is the class of an item as ETS has it (Zieky, 1993), by size and
// significance: software that goes by size alone gives other letters.
type Letter string

const (
	Negligible Letter = "A" // |D| < 1, or not significant at .05
	Moderate   Letter = "B"
	Large      Letter = "C" // |D| ≥ 1.5 and significantly above 1
)

// Mantel is the Mantel–Haenszel analysis of one item (Holland and Thayer,
// 1988), the reference group first.
type Mantel struct {
	Odds measure.Value // common odds ratio α, above 1 where the item favours the reference group
	// Chi2 has the continuity correction ½ and is 0 where |A−E| < ½. P is its
	// tail on one degree of freedom.
	Chi2, P measure.Value
	// D is MH D-DIF = −2.35·ln α, below 0 where the item is harder for the
	// focal group; SE by Robins, Breslow and Greenland (1986).
	D, SE measure.Value
	// StdP is the difference of the shares that are right, focal less
	// reference, weighed by the focal group.
	StdP   measure.Value
	Letter Letter // empty where undefined
}

// level is the table of one level of the matching score: right and wrong of
// the reference and of the focal group.
type level struct{ a, b, c, d float64 }

// add counts one answer.
func (l *level) add(focal, right bool) {
	switch {
	case focal && right:
		l.c++
	case focal:
		l.d++
	case right:
		l.a++
	default:
		l.b++
	}
}

// mantelOf analyses an item from its levels. Levels that lack a group say
// nothing.
func mantelOf(levels []level) Mantel {
	var r, s, pr, mixed, qs, right, expected, variance, weighted, weights float64
	for _, l := range levels {
		reference, focal := l.a+l.b, l.c+l.d
		t := reference + focal
		if reference == 0 || focal == 0 {
			continue
		}
		ad, bc := l.a*l.d/t, l.b*l.c/t
		p, q := (l.a+l.d)/t, (l.b+l.c)/t
		r, s = r+ad, s+bc
		pr, mixed, qs = pr+p*ad, mixed+p*bc+q*ad, qs+q*bc
		right += l.a
		expected += reference * (l.a + l.c) / t
		variance += reference * focal * (l.a + l.c) * (l.b + l.d) / (t * t * (t - 1))
		weighted += focal * (l.c/focal - l.a/reference)
		weights += focal
	}
	why := measure.Undefined(measure.NoData)
	if weights > 0 {
		why = measure.Undefined(measure.Constant)
	}
	m := Mantel{Odds: why, Chi2: why, P: why, D: why, SE: why, StdP: why}
	if weights > 0 {
		m.StdP = measure.Of(weighted / weights)
	}
	if variance > 0 {
		beyond := max(0, math.Abs(right-expected)-0.5)
		m.Chi2 = measure.Of(beyond * beyond / variance)
		m.P = m.Chi2.Map(func(x float64) float64 { return measure.ChiSquaredTail(x, 1) })
	}
	if r > 0 && s > 0 {
		m.Odds, m.D = measure.Of(r/s), measure.Of(-2.35*math.Log(r/s))
		m.SE = measure.Of(2.35 * math.Sqrt(pr/(2*r*r)+mixed/(2*r*s)+qs/(2*s*s)))
	}
	m.Letter = m.letter()
	return m
}

func (m Mantel) letter() Letter {
	d, ok := m.D.Get()
	p, tested := m.P.Get()
	se, _ := m.SE.Get()
	if !ok || !tested {
		return ""
	}
	switch size := math.Abs(d); {
	case size < 1 || p >= significant:
		return Negligible
	case size >= 1.5 && (size-1)/se > 1.645:
		return Large
	}
	return Moderate
}

// significant is the level at which purification flags an item.
const significant = 0.05

// Matched analyses one item among people of several forms, who have no common
// total: stratum[i], from 0, puts person i among people of like ability.
func Matched(right, focal []bool, stratum []int) Mantel {
	var levels []level
	for i, s := range stratum {
		for s >= len(levels) {
			levels = append(levels, level{})
		}
		levels[s].add(focal[i], right[i])
	}
	return mantelOf(levels)
}

// Levels are the numbers of right answers of people who took one form, for
// Generalised.
func Levels(scores [][]int) []int {
	if len(scores) == 0 {
		return nil
	}
	return totalsOf(scores, make([]bool, len(scores[0])))
}

// Item is what is said about one item.
type Item struct {
	Mantel   // matched on the total of all items
	Purified Mantel
	Flagged  bool // after purification, at p < .05
	Logistic Logistic
}

// Analyse compares the focal group with the rest on items scored 0/1.
// scores[i][j] is the score of person i on item j. The matching score is the
// total; purification removes flagged items from it until they stay the same,
// the studied item always counts.
func Analyse(scores [][]int, focal []bool) []Item {
	if len(scores) == 0 {
		return nil
	}
	items := len(scores[0])
	out, removed := make([]Item, items), make([]bool, items)
	totals := totalsOf(scores, removed)
	for j := range out {
		out[j].Mantel = mantelOf(levelsOf(scores, totals, focal, j, false))
		out[j].Logistic = logisticOf(scores, totals, focal, j)
	}
	for j := range out {
		removed[j] = flagged(out[j].Mantel)
	}
	seen := map[string]bool{}
	for !seen[signature(removed)] { // a circle ends it as well
		seen[signature(removed)] = true
		next, totals := make([]bool, items), totalsOf(scores, removed)
		for j := range out {
			out[j].Purified = mantelOf(levelsOf(scores, totals, focal, j, removed[j]))
			next[j] = flagged(out[j].Purified)
		}
		removed = next
	}
	for j := range out {
		out[j].Flagged = flagged(out[j].Purified)
	}
	return out
}

func signature(removed []bool) string {
	s := make([]byte, len(removed))
	for j, r := range removed {
		s[j] = '0'
		if r {
			s[j] = '1'
		}
	}
	return string(s)
}

func flagged(m Mantel) bool {
	p, ok := m.P.Get()
	return ok && p < significant
}

// totalsOf counts what everybody got right of the items that were not removed.
func totalsOf(scores [][]int, removed []bool) []int {
	totals := make([]int, len(scores))
	for i, row := range scores {
		for k, x := range row {
			if x > 0 && !removed[k] {
				totals[i]++
			}
		}
	}
	return totals
}

// levelsOf sorts the answers to item j by the matching score: the total, with
// the item itself where the total is without it.
func levelsOf(scores [][]int, totals []int, focal []bool, j int, without bool) []level {
	levels := make([]level, len(scores[0])+1)
	for i, row := range scores {
		if row[j] == measure.Missing {
			continue
		}
		total := totals[i]
		if without && row[j] > 0 {
			total++
		}
		levels[total].add(focal[i], row[j] > 0)
	}
	return levels
}
