package qti

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// tested are the answers that the item's response processing compares a
// response with. Only tests of one response against values are read; when
// there are others, a person is asked and nil is returned.
func (q *question) tested(id string, r response) []accepted {
	var list []accepted
	doubtful := false
	for _, branch := range q.rules.all("responseif", "responseelseif") {
		mark, test := q.credit(branch)
		if mark <= 0 || !mentions(test, id) {
			continue
		}
		found, ok := r.test(test)
		doubtful = doubtful || !ok || !about(test, id)
		for _, a := range found {
			a.mark = mark
			list = append(list, a)
		}
	}
	custom := mentions(q.rules, id) && list == nil && !r.mapped
	if doubtful || custom {
		q.Ask(exchange.Unsupported, "Quy tắc chấm trong tệp có phần chưa đọc được; cần kiểm tra lại đáp án")
		return nil
	}
	return list
}

// credit is the test of a branch and the mark it sets; none when it sets no
// mark, or takes it from a mapping.
func (q *question) credit(branch *node) (mark float64, test *node) {
	parts := branch.children()
	if len(parts) == 0 {
		return 0, nil
	}
	for _, set := range branch.children("setoutcomevalue") {
		if !isScore(set) && !q.addends[set.attr("identifier")] || set.first("mapresponse") != nil {
			continue
		}
		if v := set.first("basevalue"); v != nil {
			return number(v.content()), parts[0]
		}
		return q.most(set), parts[0]
	}
	return 0, nil
}

// most is the mark that a rule takes from a variable such as MAXSCORE.
func (q *question) most(set *node) float64 {
	for _, v := range set.all("variable") {
		if mark := q.defaults[v.attr("identifier")]; mark > 0 {
			return mark
		}
	}
	if q.full > 0 {
		return q.full
	}
	return 1
}

// sums notes the outcomes that the item's mark is the sum of: each response
// then has a mark of its own.
func (q *question) sums() {
	q.addends, q.defaults = map[string]bool{}, map[string]float64{}
	for _, n := range q.root.children("outcomedeclaration") {
		q.defaults[n.attr("identifier")] = number(n.child("defaultvalue").child("value").content())
	}
	for _, set := range q.rules.all("setoutcomevalue") {
		if isScore(set) && set.child("sum") != nil {
			for _, v := range set.child("sum").children("variable") {
				q.addends[v.attr("identifier")] = true
			}
		}
	}
}

// about tells whether a test speaks of one response and of nothing else.
func about(test *node, id string) bool {
	return !slices.ContainsFunc(test.all("variable"), func(v *node) bool { return v.attr("identifier") != id })
}

func mentions(n *node, id string) bool {
	return slices.ContainsFunc(n.all("variable"), func(v *node) bool { return v.attr("identifier") == id })
}

// test reads a comparison of a response.
func (r response) test(t *node) ([]accepted, bool) {
	switch t.name {
	case "or":
		return r.anyOf(t.children())
	case "and":
		return r.allOf(slices.DeleteFunc(t.children(), isAnswered))
	case "equal", "match", "stringmatch":
		value, ok := r.operand(t)
		if !ok {
			return nil, false
		}
		if r.numeric() {
			return around(t, value)
		}
		return r.word(t, value)
	}
	return nil, false
}

func (r response) anyOf(tests []*node) ([]accepted, bool) {
	var list []accepted
	for _, t := range tests {
		found, ok := r.test(t)
		if !ok {
			return nil, false
		}
		list = append(list, found...)
	}
	return list, true
}

// allOf reads a range, or a single test.
func (r response) allOf(tests []*node) ([]accepted, bool) {
	if len(tests) == 1 {
		return r.test(tests[0])
	}
	if len(tests) != 2 {
		return nil, false
	}
	low, ok1 := bound(tests[0], "gte", "lte")
	high, ok2 := bound(tests[1], "lte", "gte")
	if !ok1 && !ok2 {
		low, ok1 = bound(tests[1], "gte", "lte")
		high, ok2 = bound(tests[0], "lte", "gte")
	}
	a, err := exchange.Between(low, high, 0)
	if !ok1 || !ok2 || err != nil || rational(low).Cmp(rational(high)) > 0 {
		return nil, false
	}
	return []accepted{{Answer: a}}, true
}

// isAnswered is the test that anything was typed at all.
func isAnswered(t *node) bool { return t.name == "not" && t.child("isnull") != nil }

// bound is the value of a test such as response ≥ value, or value ≤ response
// with the operator turned round.
func bound(t *node, operator, turned string) (string, bool) {
	sides := t.children()
	if len(sides) != 2 {
		return "", false
	}
	if t.name == turned && sides[0].name == "basevalue" {
		sides[0], sides[1] = sides[1], sides[0]
	} else if t.name != operator {
		return "", false
	}
	return strings.TrimSpace(sides[1].content()), sides[0].name == "variable" && sides[1].name == "basevalue"
}

// operand is what a comparison holds against the response.
func (r response) operand(t *node) (string, bool) {
	for _, side := range t.children() {
		switch side.name {
		case "basevalue":
			return exchange.Tidy(side.content()), true
		case "correct":
			if len(r.correct) == 1 {
				return r.correct[0], true
			}
		}
	}
	return "", false
}

func (r response) word(t *node, value string) ([]accepted, bool) {
	a := accepted{Answer: exchange.Answer{Text: value}}
	if cased, err := strconv.ParseBool(t.attr("casesensitive")); err == nil {
		a.cased = &cased
	}
	return []accepted{a}, value != "" && t.attr("substring") != "true" && t.name != "equal"
}

// around reads a number with the tolerance of its test.
func around(t *node, value string) ([]accepted, bool) {
	below, above := "0", "0"
	if mode := t.attr("tolerancemode"); mode == "absolute" || mode == "relative" {
		bounds := strings.Fields(t.attr("tolerance"))
		if len(bounds) == 0 || len(bounds) > 2 || t.attr("includelowerbound") == "false" || t.attr("includeupperbound") == "false" {
			return nil, false
		}
		below, above = bounds[0], bounds[len(bounds)-1]
		if mode == "relative" {
			below, above = relative(value, below, above)
		}
	}
	low, err1 := exchange.Around(value, below, 0)
	high, err2 := exchange.Around(value, above, 0)
	if err1 != nil || err2 != nil {
		return nil, false
	}
	low.Max = high.Max
	return []accepted{{Answer: low}}, true
}

// relative turns tolerances in per cent into distances. Below nought the
// lower bound lies on the other side.
func relative(value, below, above string) (string, string) {
	v, b, a := rational(value), rational(below), rational(above)
	if v == nil || b == nil || a == nil {
		return "", ""
	}
	if v.Sign() < 0 {
		b, a = a, b
	}
	size := new(big.Rat).Quo(new(big.Rat).Abs(v), big.NewRat(100, 1))
	return decimal(b.Mul(b, size)), decimal(a.Mul(a, size))
}

// rational reads a decimal exactly; nil when it is none, or too long to be
// meant.
func rational(text string) *big.Rat {
	if a, err := exchange.Around(text, "0", 0); err == nil {
		v, _ := new(big.Rat).SetString(a.Value.String())
		return v
	}
	return nil
}

// decimal writes up to twelve places.
func decimal(v *big.Rat) string {
	text := v.FloatString(12)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
