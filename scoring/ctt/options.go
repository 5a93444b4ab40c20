package ctt

import (
	"math"
	"slices"

	"sathach/scoring/measure"
)

// OptionStatistics say who chose one option of an item. Leaving the item
// blank counts as an option.
type OptionStatistics struct {
	Count, Of     int // of so many people who were asked
	Share         measure.Value
	ShareInterval measure.Interval // Wilson, 95 %
	// Upper and Lower are its shares among the best and the last 27 %.
	Upper, Lower measure.Value
	// Rest is the correlation of having chosen it with the total without the
	// item; MeanTotal the mean total of those who chose it, of OptionsByRest the
	// mean share.
	Rest         measure.Value
	RestInterval measure.Interval
	MeanTotal    measure.Value
}

// Options describes the options of item j. chosen[i] is what person i chose,
// from 0 to options−1, or measure.Missing where the person was not asked.
func (a Analysis) Options(j int, chosen []int, options int) []OptionStatistics {
	out := make([]OptionStatistics, options)
	for k := range out {
		s := newItemSums(a.table.top(), 1)
		var totals int64
		for i, option := range chosen {
			switch option {
			case measure.Missing:
			case k:
				s.add(1, a.totals[i], a.restOf(i, j))
				totals += int64(a.totals[i])
			default:
				s.add(0, a.totals[i], a.restOf(i, j))
			}
		}
		out[k] = option(s, a.tails, totals)
	}
	return out
}

// OptionsByRest is Options for people on different forms: rest[i] is the share that
// person i earned of the rest of their form, which stands for the total as well.
func OptionsByRest(rest []float64, chosen []int, options int) []OptionStatistics {
	type met struct {
		rest   float64
		option int
	}
	var people []met
	var rests []float64
	for i, option := range chosen {
		if option != measure.Missing {
			people, rests = append(people, met{rest[i], option}), append(rests, rest[i])
		}
	}
	upper, lower := endsOf(rests)
	gathered, best, last := make([]optionSums, options), 0.0, 0.0
	for n, p := range people {
		best, last = best+upper[n], last+lower[n]
		for k := range options {
			gathered[k].add(k == p.option, p.rest, upper[n], lower[n])
		}
	}
	out := make([]OptionStatistics, options)
	for k, g := range gathered {
		out[k] = g.statistics(len(people), best, last)
	}
	return out
}

// endsOf are what every person weighs among the best and the last by rest (tails).
func endsOf(rests []float64) (upper, lower []float64) {
	different := slices.Compact(slices.Sorted(slices.Values(rests)))
	place, asked := make([]int, len(rests)), make([]bool, len(rests))
	for n, rest := range rests {
		place[n], _ = slices.BinarySearch(different, rest)
		asked[n] = true
	}
	ends := tails(place, asked, max(0, len(different)-1))
	for _, at := range place {
		upper, lower = append(upper, ends.upper[at]), append(lower, ends.lower[at])
	}
	return upper, lower
}

// optionSums gather one option: who chose it, and of them the weights of both ends and
// the rests.
type optionSums struct {
	item               Item // of having chosen it, and the rest
	count              int
	upper, lower, rest float64
}

func (s *optionSums) add(chosen bool, rest, upper, lower float64) {
	if !chosen {
		s.item.Add(0, rest)
		return
	}
	s.item.Add(1, rest)
	s.count, s.upper, s.lower, s.rest = s.count+1, s.upper+upper, s.lower+lower, s.rest+rest
}

// statistics are those of an option of so many people, who weigh best and last in both
// ends.
func (s optionSums) statistics(people int, best, last float64) OptionStatistics {
	if people == 0 {
		no := measure.Undefined(measure.NoData)
		return OptionOf(0, 0, no, no, no)
	}
	r := measure.Undefined(measure.Constant)
	if x, ok := s.item.Discrimination(); ok {
		r = measure.Of(x)
	}
	out := OptionOf(s.count, people, measure.Of(s.upper/best), measure.Of(s.lower/last), r)
	if s.count > 0 {
		out.MeanTotal = measure.Of(s.rest / float64(s.count))
	}
	return out
}

// PoolOptions joins what several groups of people did with the options of one item:
// counts and tails by their people, correlations by Fisher's z with weights n − 3.
// An option that a group's list ends before was chosen by nobody of it.
func PoolOptions(groups [][]OptionStatistics) []OptionStatistics {
	most := 0
	for _, g := range groups {
		most = max(most, len(g))
	}
	pooled := make([]OptionStatistics, most)
	for k := range pooled {
		var count, of int
		var upper, lower float64
		var rest measure.Correlations
		for _, g := range groups {
			if len(g) == 0 {
				continue
			}
			of += g[0].Of
			if k >= len(g) {
				continue
			}
			n := float64(g[0].Of)
			best, _ := g[k].Upper.Get()
			last, _ := g[k].Lower.Get()
			count, upper, lower = count+g[k].Count, upper+n*best, lower+n*last
			rest.Add(g[k].Rest, g[0].Of)
		}
		share := func(sum float64) measure.Value {
			if of == 0 {
				return measure.Undefined(measure.NoData)
			}
			return measure.Of(sum / float64(of))
		}
		pooled[k] = OptionOf(count, of, share(upper), share(lower), rest.Value())
		pooled[k].RestInterval = rest.Interval()
	}
	return pooled
}

// OptionOf is an option that count of so many people chose, with the intervals that
// follow.
func OptionOf(count, of int, upper, lower, rest measure.Value) OptionStatistics {
	o := OptionStatistics{
		Count: count, Of: of, ShareInterval: measure.Wilson(float64(count), float64(of)),
		Upper: upper, Lower: lower, Rest: rest, RestInterval: measure.Correlation(rest, of), MeanTotal: measure.Undefined(measure.NoData),
	}
	if of > 0 {
		o.Share = measure.Of(float64(count) / float64(of))
	}
	return o
}

// restOf is the total of person i without item j.
func (a Analysis) restOf(i, j int) int {
	if x := a.table.row(i)[j]; x != measure.Missing {
		return a.totals[i] - int(x)
	}
	return a.totals[i]
}

func option(s itemSums, ends weights, totals int64) OptionStatistics {
	if s.n == 0 {
		no := measure.Undefined(measure.NoData)
		return OptionOf(0, 0, no, no, no)
	}
	out := OptionOf(int(s.x), int(s.n), ends.facility(ends.upper, s, 1), ends.facility(ends.lower, s, 1), s.restCorrelation())
	if s.x > 0 {
		out.MeanTotal = measure.Of(float64(totals) / float64(s.x))
	}
	return out
}

// restCorrelation correlates scores with rests.
func (s itemSums) restCorrelation() measure.Value {
	switch {
	case s.n < 2:
		return measure.Undefined(measure.TooFew)
	case s.n*s.xx == s.x*s.x || s.restIsConstant():
		return measure.Undefined(measure.Constant)
	}
	var rests, squares int64
	for r, people := range s.byRest {
		rests += int64(r) * people
		squares += int64(r) * int64(r) * people
	}
	return measure.Of(spread(s.n, s.xRest, s.x, rests) / math.Sqrt(s.variance()*spread(s.n, squares, rests, rests)))
}

// Flag is something about an item that a person should look at.
type Flag string

const (
	// KeyAgainst: who does well on the rest misses the key more often.
	KeyAgainst Flag = "key_against"
	// Rival: a distractor goes with doing well, and the best choose it more
	// often than the last: a wrong key, or a second right answer.
	Rival Flag = "rival"
	// Dead: fewer than 5 % choose a distractor.
	Dead Flag = "dead"
	// Miskeyed: among the best 27 % a distractor is chosen more often than the
	// key. Such an item is not drawn again until it was reviewed.
	Miskeyed Flag = "miskeyed"
)

// Beats tells whether an option goes with knowing and, among the best, was chosen more
// often than the key beyond chance: by the two shares of one sample, one-sided at 5 %.
// What the last choose more than the best is a common error, however many of the best
// share it. A key that nobody chose is the zero value.
func (o OptionStatistics) Beats(key OptionStatistics) bool {
	mine, _ := o.Upper.Get()
	last, _ := o.Lower.Get()
	its, _ := key.Upper.Get()
	if mine <= its || mine <= last {
		return false
	}
	best := tail * float64(o.Of)
	return (mine-its)*math.Sqrt(best) > beyondChance*math.Sqrt(mine+its-(mine-its)*(mine-its))
}

// beyondChance is the standard normal quantile of a one-sided test at 5 %.
const beyondChance = 1.6448536269514722

// Flags names what is wrong with each option, key[k] telling whether it is
// credited. The whole 95 % interval must lie beyond a limit; Miskeyed alone is
// a comparison of two shares and asks for reviewing, not for a verdict.
func Flags(options []OptionStatistics, key []bool) [][]Flag {
	flags, best := make([][]Flag, len(options)), -1.0
	for k, o := range options {
		if upper, ok := o.Upper.Get(); ok && key[k] {
			best = max(best, upper)
		}
	}
	for k, o := range options {
		low, lowOK := o.RestInterval.Low.Get()
		high, highOK := o.RestInterval.High.Get()
		most, mostOK := o.ShareInterval.High.Get()
		upper, upperOK := o.Upper.Get()
		lower, _ := o.Lower.Get()
		if key[k] {
			if highOK && high < 0 {
				flags[k] = append(flags[k], KeyAgainst)
			}
			continue
		}
		if lowOK && low > 0 && upper > lower {
			flags[k] = append(flags[k], Rival)
		}
		if mostOK && most < 0.05 {
			flags[k] = append(flags[k], Dead)
		}
		if upperOK && best >= 0 && upper > best {
			flags[k] = append(flags[k], Miskeyed)
		}
	}
	return flags
}
