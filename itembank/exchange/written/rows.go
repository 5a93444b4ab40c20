package written

import (
	"slices"
	"strings"
	"unicode"
)

// sheets reads the tables of a page in order. A table without header goes on
// with the one before when it has as many columns, a number and a key where
// that has them.
type sheets struct {
	last  header
	known bool
}

func (s *sheets) read(t Table) ([]*question, bool) {
	if h, ok := findHeader(t); ok {
		s.last, s.known = h, true
		return h.rows(t.Rows[h.row+1:]), true
	}
	if !s.known || len(t.Rows) == 0 || len(t.Rows[0]) != len(s.last.columns) {
		return nil, false
	}
	first := &sheetReader{header: s.last}
	row := t.Rows[0]
	if !numberCell.MatchString(first.get(row, numberColumn).plain()) || !plainKey(first.get(row, keyColumn).plain()) || first.get(row, stemColumn).plain() == "" {
		return nil, false
	}
	return s.last.rows(t.Rows), true
}

// letterRow adds an option whose letter stands where questions have their
// number, its text where they have their stem.
func (s *sheetReader) letterRow(row []Cell) bool {
	label, body := s.get(row, numberColumn).plain(), s.get(row, stemColumn)
	if len(s.letters) > 0 || len(s.questions) == 0 || !letterOnly.MatchString(label) {
		return false
	}
	q := s.questions[len(s.questions)-1]
	letter := []rune(label)[0]
	t, legacy := body.text()
	marked := isTick(s.get(row, keyColumn).plain())
	q.legacy = q.legacy || legacy
	q.options = append(q.options, option{letter: unicode.ToUpper(letter), body: t, marked: marked, small: unicode.IsLower(letter)})
	q.takeCell(body, marked)
	return true
}

// hearCross takes a cross in the column of Đúng or of Sai.
func (q *question) hearCross(truth string, c Cell) {
	if isTick(c.plain()) && !c.Formula {
		c.Lines = []Line{{Runs: []Run{{Text: truth}}}}
	}
	q.hearKey(c)
}

// signed tells that the rows of who signs have begun.
func (s *sheetReader) signed(row []Cell) bool {
	s.ended = s.ended || slices.ContainsFunc(row, func(c Cell) bool { return c.plain() != "" && endLine.MatchString(c.plain()) })
	return s.ended
}

// ticked takes a third cell off that holds nothing, or the cross of the right
// option: a star before its letter.
func ticked(cells []Cell) (rest []Cell, star string) {
	if len(cells) != 3 || !labelled(cells[:2], 0) {
		return cells, ""
	}
	switch mark := cells[2].plain(); {
	case mark == "":
		return cells[:2], ""
	case isTick(mark) && letterOnly.MatchString(cells[0].plain()):
		return cells[:2], "*"
	}
	return cells, ""
}

// under puts the labels of the cell beside before a cell's lines.
func (c Cell) under(labels Cell, star string) (lines []Line) {
	for i, l := range c.Lines {
		label, _ := textOf(labels.Lines[i])
		if words := strings.TrimSpace(label.String()); words != "" {
			if !strings.ContainsAny(words[len(words)-1:], ".):") {
				words += "."
			}
			l.Label = Run{Text: star + words, Look: label[0].look}
		}
		lines = append(lines, l)
	}
	return lines
}
