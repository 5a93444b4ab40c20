package moodlexml

import (
	"strings"

	"sathach/itembank/exchange"
)

// cloze is the HTML of a gap text with its gaps as Moodle writes them. A brace
// of the author must not begin one.
func (s *sheet) cloze() string {
	parts := strings.Split(strings.ReplaceAll(s.stem.html, "{", "&#123;"), exchange.GapMark)
	if len(parts)-1 != len(s.item.Gaps) {
		s.w.lose("Số chỗ trống trong câu (%d) khác số đáp án (%d)", len(parts)-1, len(s.item.Gaps))
	}
	var out strings.Builder
	for i, part := range parts {
		if i > 0 && i <= len(s.item.Gaps) {
			out.WriteString(s.embedded(i - 1))
		} else if i > 0 {
			out.WriteString("____")
		}
		out.WriteString(part)
	}
	return out.String()
}

// embedded writes one gap.
func (s *sheet) embedded(g int) string {
	kind, alts := s.typedAlternatives(s.item.Gaps[g])
	if s.item.Gaps[g].Kind == exchange.Choice {
		kind, alts = s.choiceAlternatives(g)
	}
	if len(alts) == 0 {
		s.w.lose("Chỗ trống thứ %d chưa có đáp án: Moodle sẽ không nhận", g+1)
		return "____"
	}
	return "{1:" + kind + ":" + strings.Join(alts, "~") + "}"
}

func (s *sheet) choiceAlternatives(g int) (kind string, alts []string) {
	gap := s.item.Gaps[g]
	right := map[int]bool{}
	for _, k := range gap.Key {
		right[k] = true
	}
	kind = "MULTICHOICE"
	if len(gap.Key) > 1 {
		kind = "MULTIRESPONSE"
	}
	if len(gap.Key) == 0 {
		s.w.lose("Chỗ trống thứ %d chưa có đáp án: Moodle sẽ không nhận", g+1)
	}
	for i, option := range s.gaps[g] {
		if shows(option) {
			s.w.lose("Hình hoặc công thức trong phương án của chỗ trống: Moodle không hiện được trong danh sách chọn")
		}
		share := 0.0
		if right[i] {
			share = 100 / float64(len(gap.Key))
		}
		// Moodle undoes one escaping before it shows the option as HTML.
		alts = append(alts, s.credit(share)+embed(option))
	}
	return kind, alts
}

func (s *sheet) typedAlternatives(gap exchange.Gap) (kind string, alts []string) {
	kind = "SHORTANSWER"
	if s.item.CaseSensitive != nil && *s.item.CaseSensitive {
		kind = "SHORTANSWER_C"
	}
	numeric := len(gap.Answers) > 0
	for _, a := range gap.Answers {
		numeric = numeric && a.Tolerance() != ""
	}
	for _, a := range gap.Answers {
		text := embed(starred(a.Text))
		if numeric {
			kind, text = "NUMERICAL", a.Value.String()+":"+a.Tolerance()
		}
		alts = append(alts, s.credit(a.Fraction)+text)
	}
	if len(alts) > 0 && gap.Kind == exchange.Typed {
		s.checkAnswers(gap.Answers)
	}
	return kind, alts
}

func (s *sheet) credit(share float64) string {
	switch share {
	case 0:
		return ""
	case 100:
		return "="
	}
	return "%" + s.w.grade(share) + "%"
}

// signs are what would part or end a gap. References are safe even where
// Moodle looks for them, while a backslash is not undone everywhere.
var signs = strings.NewReplacer("&", "&#38;", "<", "&lt;", ">", "&gt;", "{", "&#123;", "}", "&#125;", "~", "&#126;", "#", "&#35;", `\`, "&#92;")

// embed writes a text inside a gap.
func embed(text string) string {
	text = signs.Replace(text)
	switch {
	case strings.HasPrefix(text, "="):
		text = "&#61;" + text[1:]
	case strings.HasPrefix(text, "%"):
		text = "&#37;" + text[1:]
	}
	return text
}
