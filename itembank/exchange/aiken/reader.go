package aiken

import (
	"fmt"
	"regexp"
	"strings"

	"sathach/itembank/exchange"
)

// reader gathers the items of a file, one draft at a time.
type reader struct {
	items   []exchange.Item
	draft   draft
	blank   bool  // a blank line came before this one
	skipped lines // of texts without options
	orphans lines // of answers without a question
}

// lines counts lines and keeps the first few to be named.
type lines struct {
	first []int
	count int
}

// listed is how many lines a warning names.
const listed = 10

func (l *lines) add(number int) {
	if l.count++; len(l.first) < listed {
		l.first = append(l.first, number)
	}
}

func (l *lines) String() string {
	text := strings.Trim(strings.ReplaceAll(fmt.Sprint(l.first), " ", ", "), "[]")
	if l.count > len(l.first) {
		text += ", …"
	}
	return text
}

func read(text string) *reader {
	r := &reader{}
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		if number++; len(r.items) <= exchange.MaxItems {
			r.line(number, exchange.Tidy(line))
		}
	}
	r.flush()
	return r
}

var (
	optionLine = regexp.MustCompile(`^([A-Z])[.)]( |$)?(.*)$`)
	answerLine = regexp.MustCompile(`(?i)^(answer|đáp án) ?[:：] ?(.*)$`)
)

func (r *reader) line(number int, line string) {
	if line == "" {
		r.blank = true
		return
	}
	if found := answerLine.FindStringSubmatch(line); found != nil && (len(r.draft.options) > 0 || strings.EqualFold(found[1], "answer")) {
		r.answer(number, found[2])
	} else if found := optionLine.FindStringSubmatch(line); found != nil && r.draft.takes(found[1][0], found[2] != "" || found[3] == "") {
		r.option(number, found[1][0], strings.TrimSpace(found[3]))
	} else {
		r.text(number, line)
	}
	r.blank = false
}

// answer ends a question.
func (r *reader) answer(number int, said string) {
	if r.draft.empty() {
		r.orphans.add(number)
		return
	}
	r.items = append(r.items, r.draft.item(said))
	r.draft = draft{}
}

func (r *reader) option(number int, letter byte, text string) {
	d := &r.draft
	if letter == 'A' && len(d.tail) > 0 {
		// The text after the last option was the stem of a new question.
		next := draft{line: d.tailLine, stem: d.tail}
		d.tail = nil
		r.flush()
		r.draft = next
	}
	if d.empty() {
		d.line = number
	}
	d.settle()
	d.letters = append(d.letters, letter)
	d.options = append(d.options, text)
}

// text is a line of a stem, or goes on with an option.
func (r *reader) text(number int, line string) {
	d := &r.draft
	switch {
	case len(d.options) > 0 && !r.blank:
		if len(d.tail) == 0 {
			d.tailLine = number
		}
		d.tail = append(d.tail, line)
		return
	case r.blank:
		r.flush()
	}
	if d.empty() {
		d.line = number
	}
	d.stem = append(d.stem, line)
}

// flush ends a question that has no answer, and leaves out a text that has no
// options.
func (r *reader) flush() {
	switch {
	case len(r.draft.options) > 0:
		r.items = append(r.items, r.draft.item(""))
	case !r.draft.empty():
		r.skipped.add(r.draft.line)
	}
	r.draft = draft{}
}

func (r *reader) warnings() []string {
	var all []string
	if r.skipped.count > 0 {
		all = append(all, fmt.Sprintf("%d đoạn không có phương án A, B, … đi liền nên không thành câu hỏi (dòng %s)", r.skipped.count, &r.skipped))
	}
	if r.orphans.count > 0 {
		all = append(all, fmt.Sprintf("%d dòng đáp án không đi với câu hỏi nào (dòng %s)", r.orphans.count, &r.orphans))
	}
	return all
}
