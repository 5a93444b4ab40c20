package qti

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// declare declares a response with its correct values.
func (d *draft) declare(id, cardinality, baseType string, correct []string, mapping ...*elem) {
	r := tag("responseDeclaration", []string{"identifier", id, "cardinality", cardinality, "baseType", baseType})
	if len(correct) > 0 {
		values := tag("correctResponse", nil)
		for _, c := range correct {
			values.kids = append(values.kids, tag("value", nil, words(c)))
		}
		r.kids = append(r.kids, values)
	}
	if len(mapping) > 0 {
		r.kids = append(r.kids, tag("mapping", []string{"lowerBound", "0", "defaultValue", "0"}, mapping...))
	}
	d.declarations = append(d.declarations, r)
}

func pays(key string, mark float64) *elem {
	return tag("mapEntry", []string{"mapKey", key, "mappedValue", digits(mark)})
}

// digits writes a mark in the shortest form that reads the same.
func digits(mark float64) string { return strconv.FormatFloat(mark, 'f', -1, 64) }

// part is a share of the full mark given in per cent. Shares are kept to
// three places, as Read reads them.
func part(percent float64) float64 { return math.Round(percent*1e3) / 1e5 }

// scoreDeclaration declares the item's mark; normalMaximum tells what counts
// as full, which shares alone do not (33.333 three times is not 100).
func scoreDeclaration(full float64) *elem {
	attrs := []string{"identifier", "SCORE", "cardinality", "single", "baseType", "float"}
	if full > 0 {
		attrs = append(attrs, "normalMaximum", digits(full))
	}
	return tag("outcomeDeclaration", attrs, tag("defaultValue", nil, tag("value", nil, words("0"))))
}

// matchCorrect and mapResponse are the two common ways to mark a response.
func (d *draft) matchCorrect() {
	d.template, d.processing = "match_correct", []*elem{tag("responseCondition", nil,
		tag("responseIf", nil, tag("match", nil, variable("RESPONSE"), correct("RESPONSE")), score(baseValue("float", "1"))),
		tag("responseElse", nil, score(baseValue("float", "0"))))}
}

func (d *draft) mapResponse() {
	d.template, d.processing = "map_response", []*elem{score(tag("mapResponse", []string{"identifier", "RESPONSE"}))}
}

func score(value *elem) *elem { return tag("setOutcomeValue", []string{"identifier", "SCORE"}, value) }

func variable(id string) *elem { return tag("variable", []string{"identifier", id}) }

func correct(id string) *elem { return tag("correct", []string{"identifier", id}) }

func baseValue(baseType, value string) *elem {
	return tag("baseValue", []string{"baseType", baseType}, words(value))
}

// choiceID is the identifier of an option: its letter.
func choiceID(i int) string {
	if i < exchange.MaxOptions {
		return exchange.Letter(i)
	}
	return "X" + strconv.Itoa(i+1)
}

func choiceIDs(places []int) []string {
	var ids []string
	for _, i := range places {
		ids = append(ids, choiceID(i))
	}
	return ids
}

// keyed tells whether a key fits its options; one that does not is left out.
func (d *draft) keyed(key []int, limit int) []int {
	if slices.ContainsFunc(key, func(k int) bool { return k < 0 || k >= limit }) {
		d.lose("đáp án không khớp phương án nào")
		return nil
	}
	return key
}

func (d *draft) tooFew() bool {
	if len(d.Options) == 0 {
		d.lose("câu không có phương án nên không ghi được")
		return true
	}
	return false
}

func (d *draft) choice() []*elem {
	if d.tooFew() {
		return nil
	}
	body, most, cardinality := []*elem{d.stem()}, "1", "single"
	if d.Type == exchange.Multiple {
		most, cardinality = "0", "multiple"
	}
	shuffle := strconv.FormatBool(d.Type != exchange.TrueFalse)
	key, mapping := d.keyed(d.Key, len(d.Options)), d.mapping()
	d.declare("RESPONSE", cardinality, "identifier", choiceIDs(key), mapping...)
	d.matchCorrect()
	if mapping != nil {
		d.mapResponse()
	}
	return append(body, tag("choiceInteraction", []string{"responseIdentifier", "RESPONSE", "shuffle", shuffle, "maxChoices", most}, d.simpleChoices()...))
}

func (d *draft) simpleChoices() []*elem {
	var list []*elem
	for i, o := range d.Options {
		list = append(list, tag("simpleChoice", d.pinned(i, "identifier", choiceID(i)), d.option(o)...))
	}
	return list
}

func (d *draft) pinned(i int, attrs ...string) []string {
	if slices.Contains(d.Pinned, i) {
		attrs = append(attrs, "fixed", "true")
	}
	return attrs
}

// mapping writes weights, unless they contradict the key: a reader could not
// tell then which of them to believe.
func (d *draft) mapping() []*elem {
	if d.Weights == nil {
		return nil
	}
	r := response{}
	var list []*elem
	for i, w := range d.Weights {
		r.mapping = append(r.mapping, mapEntry{key: choiceID(i), value: part(w)})
		list = append(list, pays(choiceID(i), part(w)))
	}
	paid := r.paid(choiceIDs(places(len(d.Options))), d.Type != exchange.Multiple)
	if key := slices.Sorted(slices.Values(d.Key)); len(d.Weights) != len(d.Options) || !slices.Equal(paid, key) {
		d.lose("trọng số không khớp đáp án nên không được ghi")
		return nil
	}
	return list
}

func places(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func (d *draft) ordering() []*elem {
	if d.tooFew() {
		return nil
	}
	d.declare("RESPONSE", "ordered", "identifier", choiceIDs(d.keyed(d.Key, len(d.Options))))
	d.matchCorrect()
	return []*elem{d.stem(), tag("orderInteraction", []string{"responseIdentifier", "RESPONSE", "shuffle", "true"}, d.simpleChoices()...)}
}

func (d *draft) matching() []*elem {
	if d.tooFew() {
		return nil
	}
	if len(d.Targets) == 0 {
		d.lose("câu nối không có vế phải nên không ghi được")
		return nil
	}
	key, most := d.keyed(d.Key, len(d.Targets)), "1"
	var pairs []string
	var mapping []*elem
	for i, k := range key[:min(len(key), len(d.Options))] {
		pairs = append(pairs, "L"+strconv.Itoa(i+1)+" R"+strconv.Itoa(k+1))
		mapping = append(mapping, pays(pairs[i], 1))
		if slices.Contains(key[:i], k) {
			most = "0" // shared targets take any number
		}
	}
	d.full = float64(len(d.Options))
	stem, left, right := d.stem(), d.side("L", d.Options, "1"), d.side("R", d.Targets, most)
	d.declare("RESPONSE", "multiple", "directedPair", pairs, mapping...)
	d.mapResponse()
	return []*elem{stem, tag("matchInteraction", []string{"responseIdentifier", "RESPONSE", "shuffle", "true", "maxAssociations", strconv.Itoa(len(d.Options))}, left, right)}
}

func (d *draft) side(prefix string, texts []string, most string) *elem {
	set := tag("simpleMatchSet", nil)
	for i, text := range texts {
		attrs, content := []string{"identifier", prefix + strconv.Itoa(i+1), "matchMax", most}, d.flow
		if prefix == "L" {
			attrs = d.pinned(i, attrs...)
			content = func(text string, _ func() *elem) []*elem { return d.option(text) }
		}
		set.kids = append(set.kids, tag("simpleAssociableChoice", attrs, content(text, nil)...))
	}
	return set
}

func field(id, class string) *elem {
	attrs := []string{"responseIdentifier", id, "expectedLength", "20"}
	if class != "" {
		attrs = append(attrs, "class", class)
	}
	return tag("textEntryInteraction", attrs)
}

func (d *draft) short() []*elem {
	correct, mapping := d.texts(d.Answers)
	d.declare("RESPONSE", "single", "string", correct, mapping...)
	d.mapResponse()
	return []*elem{d.stem(), plain("p", nil, field("RESPONSE", ""))}
}

// texts are the answers of a field: the best one is the correct response.
func (d *draft) texts(answers []exchange.Answer) (correct []string, mapping []*elem) {
	best := 0.0
	for _, a := range answers {
		if a.Fraction <= 0 || a.Text == "" {
			continue
		}
		if a.Fraction > best {
			best, correct = a.Fraction, []string{a.Text}
		}
		e := pays(a.Text, part(a.Fraction))
		if d.CaseSensitive != nil {
			e.attrs = append(e.attrs, "caseSensitive", strconv.FormatBool(*d.CaseSensitive))
		}
		mapping = append(mapping, e)
	}
	return correct, mapping
}

// gapped writes each gap as a response of its own that earns one point.
func (d *draft) gapped() []*elem {
	if n := strings.Count(d.Stem, exchange.GapMark); n != len(d.Gaps) || n == 0 {
		d.lose("số chỗ trống trong nội dung không khớp với đáp án nên không ghi được")
		return nil
	}
	d.full = float64(len(d.Gaps))
	var slots []*elem
	stem := d.block(d.Stem, func() *elem {
		slots = append(slots, &elem{})
		return slots[len(slots)-1]
	})
	for i, slot := range slots { // after the stem, so that its pictures come first
		*slot = *d.gap("RESPONSE"+strconv.Itoa(i+1), d.Gaps[i])
	}
	return []*elem{stem}
}

func (d *draft) gap(id string, g exchange.Gap) *elem {
	if g.Kind == exchange.Choice {
		return d.inlineChoice(id, g)
	}
	correct, mapping := d.texts(g.Answers)
	if slices.ContainsFunc(g.Answers, func(a exchange.Answer) bool { t := a.Tolerance(); return t != "" && t != "0" }) {
		d.lose("một chỗ trống nhận số trong một khoảng chỉ giữ được số đúng")
	}
	if len(mapping) > 0 && !slices.ContainsFunc(g.Answers, func(a exchange.Answer) bool { return a.Fraction == 100 }) {
		d.lose("một chỗ trống không có đáp án trọn điểm: đáp án cao nhất được tính trọn điểm")
	}
	d.declare(id, "single", "string", correct, mapping...)
	d.processing = append(d.processing, addScore(tag("mapResponse", []string{"identifier", id})))
	return field(id, gapClass)
}

func addScore(value *elem) *elem { return score(tag("sum", nil, variable("SCORE"), value)) }

// inlineChoice declares one right option as the correct response and several
// as a mapping, since a single response holds one value.
func (d *draft) inlineChoice(id string, g exchange.Gap) *elem {
	e := tag("inlineChoiceInteraction", []string{"responseIdentifier", id, "shuffle", "false"})
	for i, o := range g.Options {
		e.kids = append(e.kids, tag("inlineChoice", []string{"identifier", choiceID(i)}, d.flow(o, nil)...))
	}
	key := choiceIDs(d.keyed(g.Key, len(g.Options)))
	if len(key) < 2 {
		d.declare(id, "single", "identifier", key)
		test := tag("match", nil, variable(id), correct(id))
		d.processing = append(d.processing, tag("responseCondition", nil, tag("responseIf", nil, test, addScore(baseValue("float", "1")))))
		return e
	}
	var mapping []*elem
	for _, k := range key {
		mapping = append(mapping, pays(k, 1))
	}
	d.declare(id, "single", "identifier", nil, mapping...)
	d.processing = append(d.processing, addScore(tag("mapResponse", []string{"identifier", id})))
	return e
}
