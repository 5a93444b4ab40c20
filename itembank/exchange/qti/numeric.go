package qti

import (
	"math/big"

	"sathach/itembank/exchange"
)

// numeric writes every answer as a test of its own, with the tolerance QTI
// has for that; the mapping of QTI compares numbers as words and is not used.
func (d *draft) numeric() []*elem {
	var correct []string
	condition := tag("responseCondition", nil)
	for _, a := range d.Answers {
		if a.Fraction <= 0 {
			continue
		}
		if correct == nil && a.Value != "" && a.Fraction == bestFraction(d.Answers) {
			correct = []string{a.Value.String()}
		}
		name := "responseElseIf"
		if len(condition.kids) == 0 {
			name = "responseIf"
		}
		condition.kids = append(condition.kids, tag(name, nil, d.numberTest(a), score(baseValue("float", digits(part(a.Fraction))))))
	}
	d.declare("RESPONSE", "single", "float", correct)
	if len(condition.kids) > 0 {
		d.processing = []*elem{condition}
	}
	return []*elem{d.stem(), plain("p", nil, field("RESPONSE", ""))}
}

func bestFraction(answers []exchange.Answer) float64 {
	best := 0.0
	for _, a := range answers {
		best = max(best, a.Fraction)
	}
	return best
}

// numberTest compares with a value and its tolerances, or with the ends of a
// range.
func (d *draft) numberTest(a exchange.Answer) *elem {
	value := a.Value.String()
	below, above := tolerances(a)
	switch {
	case value == "" || below == "":
		if value != "" {
			d.lose("giá trị %s nằm ngoài khoảng chấp nhận nên chỉ ghi khoảng", value)
		}
		return tag("and", nil,
			tag("gte", nil, variable("RESPONSE"), baseValue("float", a.Min.String())),
			tag("lte", nil, variable("RESPONSE"), baseValue("float", a.Max.String())))
	case below == "0" && above == "0":
		return tag("equal", []string{"toleranceMode", "exact"}, variable("RESPONSE"), baseValue("float", value))
	}
	return tag("equal", []string{"toleranceMode", "absolute", "tolerance", below + " " + above}, variable("RESPONSE"), baseValue("float", value))
}

// tolerances are how far an answer may lie below and above its value; an
// answer without bounds is exact.
func tolerances(a exchange.Answer) (below, above string) {
	if a.Min == "" && a.Max == "" {
		return "0", "0"
	}
	v, low, high := rational(a.Value.String()), rational(a.Min.String()), rational(a.Max.String())
	if v == nil || low == nil || high == nil || low.Cmp(v) > 0 || v.Cmp(high) > 0 {
		return "", ""
	}
	return decimal(new(big.Rat).Sub(v, low)), decimal(new(big.Rat).Sub(high, v))
}
