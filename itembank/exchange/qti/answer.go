package qti

import (
	"cmp"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// accepted is an answer that a file accepts, with its mark.
type accepted struct {
	exchange.Answer
	mark  float64
	cased *bool
}

// answers are what a typed response may be, and whether case matters if the
// file says so. They come from the tests of the response processing, else
// from the mapping, else from the correct response. The full mark is the best
// one when the item does not declare it.
func (q *question) answers(id string, r response, full float64) ([]exchange.Answer, *bool) {
	list := q.tested(id, r)
	if list == nil && r.mapped {
		list = q.mapped(r)
	}
	if list == nil {
		list = q.correct(r)
	}
	if conflicts(r, list) {
		q.settle(contradiction)
		return nil, nil
	}
	if full <= 0 {
		full = best(list)
	}
	var answers []exchange.Answer
	var cased *bool
	for _, a := range list {
		a.Fraction = min(100, share(a.mark, full))
		answers = append(answers, a.Answer)
		if a.cased != nil && (cased == nil || *a.cased) {
			cased = a.cased
		}
	}
	if cased == nil && caseTells(list) {
		cased = new(bool)
		*cased = true
	}
	return answers, cased
}

// caseTells tells whether two answers that differ in the case of their letters
// alone earn different marks.
func caseTells(list []accepted) bool {
	marks := map[string]float64{}
	for _, a := range list {
		folded := strings.ToLower(a.Text)
		if mark, known := marks[folded]; known && mark != a.mark && a.Min == "" {
			return true
		}
		marks[folded] = a.mark
	}
	return false
}

func best(list []accepted) float64 {
	full := 0.0
	for _, a := range list {
		full = max(full, a.mark)
	}
	return full
}

func (q *question) correct(r response) []accepted {
	var list []accepted
	for _, value := range r.correct {
		list = append(list, q.exact(r, value, 1)...)
	}
	if len(list) > 1 && r.cardinality == "single" {
		q.Ask(exchange.MultipleKeys, "Tệp ghi nhiều đáp án đúng cho một ô trả lời")
	}
	return list
}

func (q *question) mapped(r response) []accepted {
	var list []accepted
	for _, e := range r.mapping {
		if e.value <= 0 || e.key == "" {
			continue
		}
		for _, a := range q.exact(r, e.key, e.value) {
			a.cased = e.cased
			list = append(list, a)
		}
	}
	return list
}

// exact accepts one value as it stands.
func (q *question) exact(r response, value string, mark float64) []accepted {
	if !r.numeric() {
		return []accepted{{Answer: exchange.Answer{Text: value}, mark: mark}}
	}
	a, err := exchange.Around(value, "0", 0)
	if err != nil {
		q.Ask(exchange.KeyMissing, "Không đọc được đáp án số “"+shorten(value)+"”")
		return nil
	}
	return []accepted{{Answer: a, mark: mark}}
}

// shorten keeps a value of the file from filling a note.
func shorten(value string) string {
	if runes := []rune(value); len(runes) > 30 {
		return string(runes[:30]) + "…"
	}
	return value
}

// conflicts tells whether a declared correct response is not among the
// answers that earn most, or a mapping that is not used says otherwise.
func conflicts(r response, list []accepted) bool {
	if len(list) == 0 {
		return false
	}
	top, one := best(list), r.cardinality == "single"
	for _, value := range r.correct {
		if !slices.ContainsFunc(list, func(a accepted) bool { return (a.mark == top || !one) && a.takes(value) }) {
			return true
		}
	}
	if !r.pays() || r.mapped || len(r.correct) == 0 {
		return false
	}
	highest := slices.MaxFunc(r.mapping, func(a, b mapEntry) int { return cmp.Compare(a.value, b.value) })
	return !slices.ContainsFunc(r.mapping, func(e mapEntry) bool { return e.value == highest.value && same(e.key, r.correct[0]) })
}

// takes tells whether an answer accepts a value.
func (a accepted) takes(value string) bool {
	if a.Min != "" {
		v, low, high := rational(value), rational(a.Min.String()), rational(a.Max.String())
		return v != nil && low != nil && high != nil && low.Cmp(v) <= 0 && v.Cmp(high) <= 0
	}
	if a.cased != nil && *a.cased {
		return a.Text == value
	}
	return strings.EqualFold(a.Text, value)
}

// same compares values of a declaration: as numbers or as words.
func same(a, b string) bool {
	if x, y := rational(a), rational(b); x != nil && y != nil {
		return x.Cmp(y) == 0
	}
	return strings.EqualFold(a, b)
}
