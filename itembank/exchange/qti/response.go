package qti

import (
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// response is what an item declares about one response.
type response struct {
	cardinality string
	baseType    string
	correct     []string
	mapping     []mapEntry
	fallback    float64 // value of what the mapping does not list
	upper       float64 // no bound when zero
	mapped      bool    // the mapping is what gives the mark
}

type mapEntry struct {
	key   string
	value float64
	cased *bool
}

func (q *question) declare() {
	q.responses = map[string]response{}
	maps := q.maps()
	for _, n := range q.root.children("responsedeclaration") {
		id := n.attr("identifier")
		r := response{cardinality: n.attr("cardinality"), baseType: strings.ToLower(n.attr("basetype")), mapped: maps(id)}
		for _, v := range first(n.child("correctresponse").children("value"), maxValues) {
			if value := exchange.Tidy(v.content()); value != "" && !slices.Contains(r.correct, value) {
				r.correct = append(r.correct, value)
			}
		}
		r.read(n.child("mapping"))
		q.responses[id] = r
	}
	for _, n := range q.root.children("outcomedeclaration") {
		if isScore(n) {
			q.full = max(0, number(n.attr("normalmaximum")))
		}
	}
}

func isScore(n *node) bool { return strings.EqualFold(n.attr("identifier"), "SCORE") }

func (r *response) read(mapping *node) {
	r.fallback, r.upper = number(mapping.attr("defaultvalue")), number(mapping.attr("upperbound"))
	for _, n := range first(mapping.children("mapentry"), maxValues) {
		e := mapEntry{key: exchange.Tidy(n.attr("mapkey")), value: number(n.attr("mappedvalue"))}
		if cased, err := strconv.ParseBool(n.attr("casesensitive")); err == nil {
			e.cased = &cased
		}
		r.mapping = append(r.mapping, e)
	}
}

// number reads a mark; what is no finite number counts as nothing.
func number(text string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e9 {
		return 0
	}
	return v
}

// maxValues bounds what one declaration may list; no honest one comes near.
const maxValues = 500

func first(list []*node, limit int) []*node { return list[:min(len(list), limit)] }

// maps tells which responses get their mark from their mapping: those the
// item's processing maps, or all when it says nothing.
func (q *question) maps() func(id string) bool {
	template := q.rules.attr("template") + q.rules.attr("templatelocation")
	silent := template == "" && len(q.rules.children()) == 0
	mapped := map[string]bool{}
	for _, n := range q.rules.all("mapresponse") {
		mapped[n.attr("identifier")] = true
	}
	return func(id string) bool {
		return silent || mapped[id] || strings.Contains(path.Base(template), "map_response") // CC2_map_response.xml too
	}
}

// value is what the mapping gives for a choice.
func (r response) value(id string) float64 {
	for _, e := range r.mapping {
		if e.key == id {
			return e.value
		}
	}
	return r.fallback
}

// pays tells whether the mapping gives anything: one of noughts alone says
// nothing about the key.
func (r response) pays() bool {
	return slices.ContainsFunc(r.mapping, func(e mapEntry) bool { return e.value > 0 })
}

// verdict is a key, or why there is none.
type verdict struct {
	key  []int
	flag exchange.Flag
	note string
}

var (
	unknownChoice = verdict{flag: exchange.KeyUnknownLetter, note: "Đáp án trỏ tới một phương án không có trong câu"}
	contradiction = verdict{flag: exchange.KeyConflict, note: "Đáp án đúng và bảng điểm trong tệp mâu thuẫn nhau"}
)

// key finds the options that are credited: those declared correct, or those
// the mapping pays. With one choice the mapping must pay it most.
func (r response) key(ids []string, one bool) verdict {
	var declared []int
	for _, value := range r.correct {
		i := slices.Index(ids, value)
		if i < 0 {
			return unknownChoice
		}
		declared = append(declared, i)
	}
	slices.Sort(declared)
	paid := r.paid(ids, one)
	switch {
	case declared == nil:
		return verdict{key: paid}
	case paid != nil && !slices.Equal(declared, paid):
		return contradiction
	}
	return verdict{key: declared}
}

func (r response) paid(ids []string, one bool) []int {
	if !r.pays() {
		return nil
	}
	best := 0.0
	for _, id := range ids {
		best = max(best, r.value(id))
	}
	var paid []int
	for i, id := range ids {
		if v := r.value(id); v > 0 && (!one || v == best) {
			paid = append(paid, i)
		}
	}
	return paid
}

// weights are the values of all options in per cent of the full mark.
func (q *question) weights(r response, ids []string, one bool) []float64 {
	if !r.mapped || !r.pays() {
		return nil
	}
	full, weights := q.fullMark(r, ids, one), make([]float64, len(ids))
	for i, id := range ids {
		weights[i] = share(r.value(id), full)
	}
	return weights
}

// fullMark is the highest mark a response can earn: what the item declares,
// or all values above nought (the best one, if only one can be chosen), up to
// the mapping's upper bound.
func (q *question) fullMark(r response, ids []string, one bool) float64 {
	if q.full > 0 {
		return q.full
	}
	full := 0.0
	for _, id := range ids {
		if v := r.value(id); one {
			full = max(full, v)
		} else if v > 0 {
			full += v
		}
	}
	if r.upper > 0 {
		full = min(full, r.upper)
	}
	return full
}

// share is a mark in per cent of the full one, to three places.
func share(mark, full float64) float64 {
	if full <= 0 {
		return 0
	}
	return math.Round(mark/full*1e5) / 1e3
}

// settle takes over a verdict.
func (q *question) settle(v verdict) []int {
	if v.flag != "" {
		q.Ask(v.flag, v.note)
	}
	return v.key
}
