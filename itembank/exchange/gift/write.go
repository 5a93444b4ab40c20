package gift

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// Write writes items. GIFT cannot go back to no category, so items without a
// section come first; otherwise the order stays. Items that GIFT cannot hold
// are left out. Every loss is told; the error is always nil.
func Write(items []exchange.Item) ([]byte, []exchange.Loss, error) {
	var w writer
	for _, sectioned := range []bool{false, true} {
		for i := range items {
			if (sectionOf(&items[i]) != "") == sectioned {
				w.item(i, &items[i])
			}
		}
	}
	return w.out.Bytes(), w.losses, nil
}

func sectionOf(it *exchange.Item) string {
	if it.Section == nil {
		return ""
	}
	return exchange.Tidy(*it.Section)
}

type writer struct {
	out     bytes.Buffer
	losses  []exchange.Loss
	section string
}

func (w *writer) item(index int, it *exchange.Item) {
	s := scribe{it: it}
	s.block()
	s.general()
	s.rest()
	if s.refused != "" {
		s.lost = []string{"Không ghi câu này vào tệp: " + s.refused}
	} else {
		w.category(sectionOf(it))
		w.out.WriteString(s.question())
	}
	for _, what := range s.lost {
		w.losses = append(w.losses, exchange.Loss{Item: called(index, it), What: what})
	}
}

// category writes a change of section. A section that begins like a place of
// Moodle's gets such a place before it, which Read takes off.
func (w *writer) category(name string) {
	if name == w.section {
		return
	}
	w.section = name
	if place.FindString(name) != "" {
		name = "$course$/top/" + name
	}
	fmt.Fprintf(&w.out, "%s %s\n\n", categoryMark, name)
}

func called(index int, it *exchange.Item) string {
	if name := exchange.Tidy(it.Name); name != "" {
		return name
	}
	return fmt.Sprintf("câu thứ %d", index+1)
}

// scribe writes one item.
type scribe struct {
	it      *exchange.Item
	open    string   // what follows the opening brace
	lines   []string // of the block
	lost    []string // sentences
	refused string   // why the item is left out
}

func (s *scribe) refuse(why string) {
	if s.refused == "" {
		s.refused = why
	}
}

func (s *scribe) lose(what string) {
	if !slices.Contains(s.lost, what) {
		s.lost = append(s.lost, what)
	}
}

func (s *scribe) line(text string) { s.lines = append(s.lines, text) }

// question is the whole text of a question.
func (s *scribe) question() string {
	var b strings.Builder
	if name := exchange.Tidy(s.it.Name); name != "" {
		fmt.Fprintf(&b, "::%s::", escape(name))
	}
	b.WriteString(s.stem() + " {" + s.open)
	for _, line := range s.lines {
		b.WriteString("\n\t" + line)
	}
	if len(s.lines) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString("}\n\n")
	return b.String()
}

// stem says [plain] where Moodle would take the texts for HTML, or a reader
// the beginning for something else.
func (s *scribe) stem() string {
	stem := exchange.Tidy(s.it.Stem)
	texts := append([]string{stem, s.it.Explanation, s.it.Citation}, s.it.Options...)
	markup := slices.ContainsFunc(texts, func(text string) bool { return strings.ContainsAny(text, "<>&") })
	if markup || isComment(stem) || strings.HasPrefix(stem, categoryMark) {
		return "[plain]" + escape(stem)
	}
	return field(stem)
}

// field writes a text that may carry a format mark, and guards a beginning
// that would be taken for one, or for a weight.
func field(text string) string {
	text = exchange.Tidy(text)
	if _, rest := marked(text, asTyped); rest != text || weightMark.MatchString(text) {
		return "[plain]" + escape(text)
	}
	return escape(text)
}

// general writes the explanation, with the citation at its end.
func (s *scribe) general() {
	text := exchange.Tidy(s.it.Explanation)
	if citation := exchange.Tidy(s.it.Citation); citation != "" {
		text = strings.TrimSpace(text + " Căn cứ: " + citation)
		s.lose("Căn cứ được ghi vào cuối phần giải thích")
	}
	if text != "" {
		s.line("####" + field(text))
	}
}

// rest tells what else the item has that GIFT does not know.
func (s *scribe) rest() {
	it := s.it
	chosen := it.Type == exchange.Single || it.Type == exchange.Multiple
	for _, c := range []struct {
		what string
		has  bool
	}{
		{"mức độ", it.Level != ""},
		{"phương án cố định vị trí", len(it.Pinned) > 0},
		{"hình và công thức", len(it.Assets) > 0},
		{"yêu cầu phân biệt chữ hoa, chữ thường", it.CaseSensitive != nil && *it.CaseSensitive},
		{"trọng số", len(it.Weights) > 0 && !chosen},
		{"lời nhận xét của từng phương án", len(it.OptionFeedback) > 0 && !chosen && it.Type != exchange.TrueFalse},
	} {
		if c.has {
			s.lose("Không ghi được " + c.what)
		}
	}
}
