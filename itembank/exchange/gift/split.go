package gift

import (
	"fmt"
	"strings"
)

// A paragraph is a question, a text without an answer block, or the name of a
// category.
type paragraph struct {
	line  int // of its first line, from 1
	kind  kind
	text  string // without comments
	fault string // why its braces do not make one answer block
}

type kind int

const (
	question kind = iota
	category
)

const categoryMark = "$CATEGORY:"

// split cuts a file at blank lines, but not inside answer blocks. A block
// that is never closed would swallow the rest of the file, so the next named
// question or category ends it, and so does a blank line before a text that
// opens a block of its own.
func split(text string, emit func(paragraph)) {
	s := splitter{emit: emit}
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		s.add(number, line)
	}
	s.close()
}

// splitter holds the paragraph that is being gathered.
type splitter struct {
	emit   func(paragraph)
	text   strings.Builder
	line   int // of the text's first line
	fault  string
	blocks int // answer blocks that are closed
	depth  int // braces that are open
	opened int // line of the first of them

	// The last blank line inside the open block: where it begins in text, its
	// number, and how the text after it begins.
	gap, gapLine int
	lead         byte
}

func (s *splitter) add(number int, line string) {
	trimmed := strings.TrimSpace(line)
	switch {
	case isComment(trimmed):
		s.keep(number, line)
		return
	case trimmed == "" && s.depth == 0:
		s.close()
		return
	case trimmed == "":
		s.gap, s.gapLine, s.lead = s.text.Len(), number, 0
	case strings.HasPrefix(trimmed, categoryMark):
		s.close()
		s.emit(paragraph{line: number, kind: category, text: trimmed[len(categoryMark):]})
		return
	case isNamed(trimmed):
		s.close()
	}
	if s.gap > 0 && s.lead == 0 && trimmed != "" {
		s.lead = trimmed[0]
	}
	s.braces(number, line)
	s.keep(number, line)
}

func isComment(trimmed string) bool { return strings.HasPrefix(trimmed, "//") }

func isNamed(trimmed string) bool {
	if !strings.HasPrefix(trimmed, "::") {
		return false
	}
	_, _, found := cut(trimmed[2:], "::")
	return found
}

// keep appends a line. Comments stay until the paragraph is complete, so that
// they are not taken for blank lines when a part is read again.
func (s *splitter) keep(number int, line string) {
	if s.text.Len() == 0 {
		if isComment(strings.TrimSpace(line)) {
			return
		}
		s.line = number
	}
	s.text.WriteString(line)
	s.text.WriteByte('\n')
}

func (s *splitter) braces(number int, line string) {
	for i := find(line, 0, "{}"); i >= 0; i = find(line, i+1, "{}") {
		switch {
		case line[i] == '}':
			s.shut(number)
		case s.depth > 0 && s.gap > 0 && !strings.ContainsRune("=~#}", rune(s.lead)):
			s.restart()
			s.braces(number, line)
			return
		default:
			s.open(number)
		}
	}
}

func (s *splitter) open(number int) {
	switch {
	case s.depth > 0:
		s.fail(number, `dấu { nằm trong khối đáp án phải viết là \{`)
	case s.blocks > 0:
		s.fail(number, "câu hỏi có hai khối đáp án; giữa hai câu hỏi cần một dòng trống")
	default:
		s.opened = number
	}
	s.depth++
}

func (s *splitter) shut(number int) {
	if s.depth == 0 {
		s.fail(number, `dấu } không có dấu { mở trước đó; dấu } của nội dung phải viết là \}`)
		return
	}
	if s.depth--; s.depth == 0 {
		s.blocks++
		s.gap, s.lead = 0, 0
	}
}

// fail keeps the first fault of a paragraph.
func (s *splitter) fail(number int, what string) {
	if s.fault == "" {
		s.fault = fmt.Sprintf("Dòng %d: %s", number, what)
	}
}

// restart ends an unclosed question at the last blank line and reads what
// follows again. The text after a blank line has no gap of its own, so no
// line is read more than twice.
func (s *splitter) restart() {
	text, gap, number := s.text.String(), s.gap, s.gapLine
	s.text.Reset()
	s.text.WriteString(text[:gap])
	s.close()
	for line := range strings.SplitSeq(strings.TrimSuffix(text[gap:], "\n"), "\n") {
		s.add(number, line)
		number++
	}
}

// close hands the paragraph on and begins another.
func (s *splitter) close() {
	if s.depth > 0 {
		s.fault = "" // others come from reading on too far
		s.fail(s.opened, "khối đáp án mở bằng dấu { không có dấu } đóng lại")
	}
	if s.text.Len() > 0 {
		s.emit(paragraph{line: s.line, text: withoutComments(s.text.String()), fault: s.fault})
	}
	*s = splitter{emit: s.emit}
}

func withoutComments(text string) string {
	if !strings.Contains(text, "//") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if isComment(strings.TrimSpace(line)) {
			line = "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
