package analysis

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sathach/itembank"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Unfit is an item whose answers do not follow the model: at some totals more people
// get it right, at others fewer, than its curve says. A person reads it; its score and
// parameters stay.
type Unfit struct {
	Revision itembank.RevisionID
	Code     string
	N        int // people behind it
	// RMSEA is how large the misfit is, √((S-X²/df − 1)/(N − 1)); Adjusted the chance
	// of as large a one in a sound item, over all items of the round (Benjamini and
	// Hochberg, 1995).
	RMSEA, Adjusted float64
}

// Pair is two items whose answers go together more than abilities explain: they may
// ask one thing twice, or one may give the other away.
type Pair struct {
	First, Second string // codes
	// Q3 is the correlation of what is left of both once abilities are accounted
	// for (Yen, 1984), with its interval; Mean is that of all pairs of the form.
	Q3   Figure
	Mean float64
}

// Bounds of what is said about fit.
const (
	leastForFitItems = 100  // people on a form: S-X² keeps its level
	leastForPair     = 200  // people who met both, on all forms
	leastRare        = 15   // right and wrong answers of either: φ of rarer ones is not normal
	leastItemsForFit = 10   // scored 0/1 on it
	unfitAt          = 0.05 // level over all items, and the least RMSEA
	pairFrom         = 0.2  // above the mean of all pairs (Yen)
)

// fit holds the answers of every form against the model: each item alone by S-X²
// (Orlando and Thissen, 2000), whose sums over forms add up, and in pairs by Q3, whose
// z of Fisher is averaged over forms. Only items scored 0/1 are looked at, only people
// who reached all of them; people counts them.
func (c *cut) fit(sheets []sheet, cal calibration) (people int, unfit []Unfit, pairs []Pair) {
	people, items, together := c.fits(sheets, cal)
	return people, c.unfitOf(items), c.pairsOf(together)
}

// fits adds up what forms say of items and pairs.
func (c *cut) fits(sheets []sheet, cal calibration) (people int, items map[int32]itemFit, together map[[2]int32]pairFit) {
	items, together = map[int32]itemFit{}, map[[2]int32]pairFit{}
	estimated := cal.estimated()
	for _, s := range sheets {
		if cal.items == nil || len(s.people) < leastForFitItems {
			continue
		}
		f, ok := c.fitOf(s, cal, estimated)
		if !ok {
			continue
		}
		people += len(f.answers)
		for k, one := range irt.FitItems(f.items, func(int) int { return 0 }, cal.population, f.answers, func(int) float64 { return 1 }) {
			if chi2, ok := one.Chi2.Get(); ok {
				sum := items[f.places[k]]
				items[f.places[k]] = itemFit{sum.chi2 + chi2, sum.levels + one.DF, f.estimated[k], sum.people + len(f.answers)}
			}
		}
		f.pairs(cal.population, together)
	}
	return people, items, together
}

// itemFit is S-X² of an item over forms, at so many levels of the total; what was
// estimated from these answers was so once for all of them.
type itemFit struct {
	chi2                      float64
	levels, estimated, people int
}

func (f itemFit) df() int { return f.levels - f.estimated }

// formFit is a form's items scored 0/1 and complete answers to them.
type formFit struct {
	places    []int32
	items     []irt.Item
	estimated []int // parameters that came from this round's answers
	answers   [][]int
}

func (c *cut) fitOf(s sheet, cal calibration, estimated map[itembank.RevisionID]bool) (formFit, bool) {
	var f formFit
	var at []int
	for k, j := range s.items {
		p := cal.items[j]
		if p == nil || len(p.D) != 1 {
			continue
		}
		parameters := 0
		if estimated[p.Revision] {
			parameters = irt.GPCM.PerItem()
			if p.C > 0 {
				parameters = irt.ThreePL.PerItem()
			}
		}
		f.places, f.items, f.estimated, at = append(f.places, j), append(f.items, p.Item), append(f.estimated, parameters), append(at, k)
	}
	for _, i := range s.people {
		if scores, given := c.scoresOf(cal.items, i, at); given == len(at) {
			f.answers = append(f.answers, scores)
		}
	}
	return f, len(f.items) >= leastItemsForFit && len(f.answers) >= leastForFitItems
}

func (c *cut) unfitOf(sums map[int32]itemFit) (unfit []Unfit) {
	var places []int32
	var ps []measure.Value
	for j := range c.items {
		if sum := sums[int32(j)]; sum.df() > 0 {
			places, ps = append(places, int32(j)), append(ps, measure.Of(measure.ChiSquaredTail(sum.chi2, sum.df())))
		}
	}
	for n, adjusted := range measure.BenjaminiHochberg(ps) {
		sum, it := sums[places[n]], c.items[places[n]]
		p, _ := adjusted.Get()
		rmsea := math.Sqrt(max(0, sum.chi2/float64(sum.df())-1) / float64(sum.people-1))
		if p < unfitAt && rmsea >= unfitAt {
			unfit = append(unfit, Unfit{it.revision, it.code, sum.people, rmsea, p})
		}
	}
	return unfit
}

// pairFit is what two items of forms have left in common.
type pairFit struct {
	q3     measure.Correlations
	mean   float64 // of all pairs, summed by people
	people int
	rarest int // answers, right or wrong, of the item that has fewest
}

// pairs adds those of a form.
func (f formFit) pairs(population irt.Normal, to map[[2]int32]pairFit) {
	all, mean := irt.Q3(irt.NewScorer(f.items).With(population), f.answers)
	average, _ := mean.Get()
	right := make([]int, len(f.items))
	for _, row := range f.answers {
		for k, x := range row {
			right[k] += x
		}
	}
	for a := range all {
		for b := range a {
			if _, ok := all[a][b].Get(); !ok {
				continue
			}
			at, people := [2]int32{min(f.places[a], f.places[b]), max(f.places[a], f.places[b])}, len(f.answers)
			sum := to[at]
			sum.q3.Add(all[a][b], people)
			sum.mean, sum.people = sum.mean+float64(people)*average, sum.people+people
			sum.rarest += min(right[a], people-right[a], right[b], people-right[b])
			to[at] = sum
		}
	}
}

// pairsOf are those that stand out by their size and, over all pairs of the round, by
// chance (Benjamini and Hochberg): of five thousand pairs on small forms dozens would
// else. Items of one situation always go together.
func (c *cut) pairsOf(all map[[2]int32]pairFit) (found []Pair) {
	places := slices.SortedFunc(maps.Keys(all), func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	ps := make([]measure.Value, len(places))
	for n, at := range places {
		ps[n] = all[at].chance()
	}
	for n, adjusted := range measure.BenjaminiHochberg(ps) {
		sum, one, other := all[places[n]], c.items[places[n][0]], c.items[places[n][1]]
		q, _ := sum.q3.Value().Get()
		p, ok := adjusted.Get()
		if !ok || p >= unfitAt || q <= sum.average()+pairFrom || one.situation != "" && one.situation == other.situation {
			continue
		}
		found = append(found, Pair{min(one.code, other.code), max(one.code, other.code), Figure{sum.q3.Value(), sum.q3.Interval(), sum.people}, sum.average()})
	}
	slices.SortFunc(found, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Second, b.Second))
	})
	return found
}

// average is the mean of all pairs of the forms.
func (p pairFit) average() float64 { return p.mean / float64(p.people) }

// chance is how likely two unrelated items go together as much, by Fisher's z.
// Too few people, or an item that nearly all do alike, tell nothing.
func (p pairFit) chance() measure.Value {
	if p.people < leastForPair || p.rarest < leastRare {
		return measure.Undefined(measure.TooFew)
	}
	return p.q3.Value().Map(func(q float64) float64 {
		return distuv.UnitNormal.Survival((measure.Fisher(q) - measure.Fisher(p.average())) * math.Sqrt(float64(p.people-3)))
	})
}
