package ctt

import (
	"math"

	"sathach/scoring/measure"
)

// OptionStatistics say who chose one option of an item. Leaving the item
// blank counts as an option.
type OptionStatistics struct {
	Count         int
	Share         measure.Value
	ShareInterval measure.Interval // Wilson, 95 %
	// Upper and Lower are its shares among the best and the last 27 %.
	Upper, Lower measure.Value
	// Rest is the correlation of having chosen it with the total without the
	// item; MeanTotal the mean total of those who chose it.
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
		out[k] = a.option(s, totals)
	}
	return out
}

// restOf is the total of person i without item j.
func (a Analysis) restOf(i, j int) int {
	if x := a.table.row(i)[j]; x != measure.Missing {
		return a.totals[i] - int(x)
	}
	return a.totals[i]
}

func (a Analysis) option(s itemSums, totals int64) OptionStatistics {
	out := OptionStatistics{Count: int(s.x)}
	if s.n == 0 {
		return out
	}
	out.Share, out.ShareInterval = measure.Of(float64(s.x)/float64(s.n)), measure.Wilson(float64(s.x), float64(s.n))
	out.Upper, out.Lower = a.tails.facility(a.tails.upper, s, 1), a.tails.facility(a.tails.lower, s, 1)
	out.MeanTotal = measure.Undefined(measure.NoData)
	if s.x > 0 {
		out.MeanTotal = measure.Of(float64(totals) / float64(s.x))
	}
	out.Rest = s.restCorrelation()
	out.RestInterval = measure.Correlation(out.Rest, int(s.n))
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
