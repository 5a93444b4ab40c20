package analysis

import (
	"testing"

	"sathach/assessment"
	"sathach/itembank"
)

// A national round: 100,000 people in 2,000 agencies, 20 forms of 40 items from
// a bank of 400, everything but reading and writing.
func BenchmarkAnalyse_nationalRound(b *testing.B) {
	w, c := newWorld(400), newCut()
	var forms [][]int
	for f := range 20 {
		var form []int
		for k := range 40 {
			form = append(form, (20*f+k*11)%400)
		}
		forms = append(forms, form)
	}
	w.round(c, 100_000, 0, forms...)
	keys := map[itembank.RevisionID]itembank.Key{}
	for _, it := range c.items {
		keys[it.revision] = itembank.Key{Correct: []int{0}}
	}
	b.ReportAllocs()
	for b.Loop() {
		_, sheets := described(b, c)
		cal, err := calibrate(c, bank{})
		if err != nil {
			b.Fatal(err)
		}
		standings := c.standings(cal, c.facilities())
		c.cuts(assessment.UsualRules().Standard, sheets, cal, standings)
		c.unlike(cal)
		c.alike(sheets, cal, standings, keys)
	}
}
