package written

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Numbers and letters do not only begin questions and options: they count
// headings, lists inside stems and lists in explanations. What stands around
// them tells which they are.

// letterHeading tells "B. PHẦN RIÊNG" from an option: it stands in capitals
// right before a question, and its letter does not follow the last option's.
func (r *reader) letterHeading(i int, h head) bool {
	if !shouted(h.rest.plain()) || !strings.Contains(h.rest.plain(), " ") || smallLetter(h.at) || r.lines[i].cut {
		return false
	}
	if q := r.current; q != nil && (len(q.options) == 0 || h.letter == next(q.options[len(q.options)-1].letter)) {
		return false
	}
	for j := i + 1; j < len(r.lines); j++ {
		if r.lines[j].plain != "" {
			_, ok := r.questionAt(j)
			return ok || r.lines[j].bare == bareStem
		}
	}
	return false
}

// goesOn tells that what was taken for options is a list of the stem, and a
// second list a), b) the real one: the stem asked nothing yet, nothing marks a
// key, and no number is missing.
func (r *reader) goesOn() bool {
	q := r.current
	if strings.HasSuffix(q.stem.plain(), "?") || slices.ContainsFunc(q.options, func(o option) bool { return o.marked }) {
		return false
	}
	for w := range ways {
		if marked, _ := q.setOff(w); len(marked) == 1 {
			return false
		}
	}
	return r.numbersRunOn()
}

// numbersRunOn tells that the current question is numbered and that no number
// is missing between it and the next question.
func (r *reader) numbersRunOn() bool {
	q := r.current
	if q.number == nil {
		return false
	}
	for j := r.at + 1; j < len(r.lines); j++ {
		if h, ok := questionHead(r.lines[j].text); ok {
			return h.number == *q.number+1 || h.number == 1
		}
		if h, ok := bareNumber(r.lines[j].text); ok && !r.worded {
			return h.number == *q.number+1 || h.number == 1
		}
	}
	return true
}

// standsAlone tells whether a bare number between questions can be one: its
// options follow, or it is the next and no better one comes.
func (r *reader) standsAlone(i, number int) bool {
	if r.optionsFollow(i) {
		return true
	}
	if r.current == nil {
		return r.begun() || !r.lettered || strings.ContainsAny(lastOf(r.lines[i].plain), "?:…_")
	}
	if r.current.number == nil || number != *r.current.number+1 {
		return false
	}
	for _, e := range r.lines[i+1:] {
		if h, ok := bareNumber(e.text); ok {
			return h.number != number
		}
	}
	return true
}

func lastOf(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:]
}

// keysFollow looks below a heading for a grid or a line of keys.
func (r *reader) keysFollow(i int) bool {
	for j := i + 1; j < len(r.lines); j++ {
		e := r.lines[j]
		h, option := optionOf(e.text)
		switch {
		case e.pairs != nil, pairsInLine(e.plain) != nil, pairWithWords.MatchString(e.plain):
			return true
		case option && shouted(h.rest.plain()): // "A. PHẦN CHUNG" above its keys
		case e.rows != nil, option, isQuestion(e.text), citeLine.MatchString(e.plain), whyLine.MatchString(e.plain):
			return false
		}
	}
	return false
}

// goOn gives the paragraphs between two options to the first of them.
func (q *question) goOn(letter rune) {
	if n := len(q.options); n > 0 && letter == next(q.options[n-1].letter) && len(q.sayings) == 0 {
		for _, p := range q.later {
			q.options[n-1].body, q.options[n-1].line = q.options[n-1].body.add(p), q.options[n-1].line.add(p)
		}
		q.later, q.laterGap = nil, 0
	}
}
