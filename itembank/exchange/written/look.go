package written

import (
	"slices"
	"strings"
	"unicode"

	"sathach/itembank/exchange"
)

// A way of setting an option off from the others.
type way struct {
	name string
	is   func(Look) bool
}

var ways = []way{
	{"in đậm", func(l Look) bool { return l.Bold }},
	{"in nghiêng", func(l Look) bool { return l.Italic }},
	{"gạch chân", func(l Look) bool { return l.Underline }},
	{"chữ màu", func(l Look) bool { return l.Color != "" }},
	{"tô nền", func(l Look) bool { return l.Highlight != "" }},
}

// A marked option is formatted nearly whole; a stressed word is less than
// half of it. What lies between is asked.
const (
	nearlyWhole = 0.75
	stressed    = 0.5
)

// fileLooks is how a file uses formatting: which ways set off exactly one
// option, and whether keys are told in words.
type fileLooks struct {
	uses  [5]int
	wordy bool
}

func looksOf(questions []*question) (f fileLooks) {
	worded := 0
	for _, q := range questions {
		if len(q.sayings) > 0 || slices.ContainsFunc(q.options, func(o option) bool { return o.marked }) {
			worded++
			continue
		}
		for w := range ways {
			if marked, _ := q.setOff(w); len(marked) == 1 {
				f.uses[w]++
			}
		}
	}
	formatted := slices.Max(f.uses[:])
	f.wordy = worded > 0 && worded >= formatted
	return f
}

// shape hears what formatting says: the option, or the options, that one way
// of formatting sets off. Ways that contradict each other are not believed.
func (q *question) shape(file fileLooks) verdict {
	var found []int
	var by string
	for w := range ways {
		marked, unsure := q.setOff(w)
		if unsure && file.uses[w] > 0 {
			return verdict{flag: exchange.KeyMissing, problem: "Phương án chỉ được " + ways[w].name + " một phần, không rõ có phải đáp án"}
		}
		if len(marked) == 0 {
			continue
		}
		if found != nil && !slices.Equal(found, marked) {
			return verdict{flag: exchange.KeyConflict, problem: "Các phương án được đánh dấu theo nhiều kiểu khác nhau (" + by + ", " + ways[w].name + ")"}
		}
		found, by = marked, ways[w].name
	}
	if len(found) > 1 && !q.many() {
		return verdict{flag: exchange.MultipleKeys, problem: "Nhiều phương án (" + lettersOf(found) + ") cùng " + by}
	}
	return verdict{key: found, note: "phương án " + lettersOf(found) + " " + by}
}

// setOff lists the options that a way sets off. It says nothing when all or
// none are set off; unsure means that some option is set off by half.
func (q *question) setOff(w int) (marked []int, unsure bool) {
	is := q.apart(w)
	lettersAlike := !slices.ContainsFunc(q.options, func(o option) bool { return share(o.at, is) < 1 })
	for i, o := range q.options {
		letter := share(o.at, is)
		body := share(o.body, is)
		switch {
		case body >= nearlyWhole, letter == 1 && !lettersAlike && (body < stressed || len(o.body) == 0):
			marked = append(marked, i)
		case body >= stressed:
			unsure = true
		}
	}
	if len(marked) == len(q.options) {
		return nil, false
	}
	return marked, unsure
}

// apart is a way of formatting, seen against the other options: where all have
// a colour and more than half the same one, that colour says nothing.
func (q *question) apart(w int) func(Look) bool {
	of := map[string]func(Look) string{
		"chữ màu": func(l Look) string { return l.Color },
		"tô nền":  func(l Look) string { return l.Highlight },
	}[ways[w].name]
	if of == nil {
		return ways[w].is
	}
	count := map[string]int{}
	for _, o := range q.options {
		if len(o.body) > 0 {
			count[of(o.body[0].look)]++
		}
	}
	for colour, n := range count {
		if 2*n > len(q.options) && count[""] == 0 {
			return func(l Look) bool { return of(l) != "" && of(l) != colour }
		}
	}
	return ways[w].is
}

// share is how much of a text has a look, by letters and digits.
func share(t text, is func(Look) bool) float64 {
	all, with := 0, 0
	for _, g := range t {
		if !unicode.IsLetter(g.r) && !unicode.IsDigit(g.r) {
			continue
		}
		all++
		if is(g.look) {
			with++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(with) / float64(all)
}

// Color tells a colour that a reader takes for a mark; blacks and the dark
// greys of office themes are plain.
func Color(hex string) string {
	hex = strings.ToUpper(strings.TrimPrefix(hex, "#"))
	if len(hex) == 8 {
		hex = hex[2:]
	}
	if len(hex) != 6 || hex == "000000" {
		return ""
	}
	var c [3]int
	for i := range c {
		for _, d := range hex[2*i : 2*i+2] {
			v := strings.IndexRune("0123456789ABCDEF", d)
			if v < 0 {
				return ""
			}
			c[i] = c[i]*16 + v
		}
	}
	if max(c[0], c[1], c[2])-min(c[0], c[1], c[2]) < 48 && max(c[0], c[1], c[2]) < 128 {
		return ""
	}
	return hex
}
