// Package integrity looks for answers that honest work hardly explains:
// copied answers (Compare), answers given faster than they can be read
// (Times), and gains beyond what two measurements allow (Gain).
//
// What it finds opens a case for a person to judge. It never changes a score
// and says nothing about who did what: of two people with the same answers
// both directions light up. Copying of half a form stays invisible with forty
// items, and people whose forms share few items cannot be compared at all.
//
// Many pairs are looked at, so each must pass a level divided by their number
// (PairLevel).
package integrity

import (
	"math"

	"sathach/scoring/measure"
)

// Missing marks an answer that was not given; it is never a match.
const Missing = -1

// PairLevel is the significance each of a number of comparisons must reach so
// that all together raise a false alarm at most once in a hundred (Bonferroni).
func PairLevel(comparisons int) float64 { return 0.01 / float64(max(1, comparisons)) }

// Gain is the change of ability between two measurements over its standard
// error: (θ₂−θ₁)/√(se₁²+se₂²). Beyond 3 it deserves a look.
func Gain(before, seBefore, after, seAfter float64) measure.Value {
	se := math.Hypot(seBefore, seAfter)
	if se <= 0 {
		return measure.Undefined(measure.NoData)
	}
	return measure.Of((after - before) / se)
}
