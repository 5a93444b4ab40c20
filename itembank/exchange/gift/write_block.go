package gift

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// block writes the answers of an item, or refuses it.
func (s *scribe) block() {
	if exchange.Tidy(s.it.Stem) == "" {
		s.refuse("câu hỏi không có nội dung")
	}
	switch s.it.Type {
	case exchange.Single, exchange.Multiple:
		s.choice()
	case exchange.TrueFalse:
		s.trueFalse()
	case exchange.Matching:
		s.matching()
	case exchange.ShortAnswer:
		s.typed()
	case exchange.Numeric:
		s.numbers()
	case exchange.Essay:
	case exchange.Ordering:
		s.refuse("GIFT không có câu sắp xếp thứ tự")
	case exchange.GapText:
		s.refuse("GIFT không có câu điền nhiều chỗ trống")
	default:
		s.refuse("GIFT không có loại câu này")
	}
}

func (s *scribe) choice() {
	if !s.whole() {
		return
	}
	marks := s.severalMarks
	if s.it.Type != exchange.Multiple {
		marks = s.oneMark
	}
	for i, mark := range marks() {
		s.line(mark + field(s.it.Options[i]) + s.remark(i))
	}
}

// whole tells whether options and key can be written, and refuses if not.
func (s *scribe) whole() bool {
	it := s.it
	outside := func(k int) bool { return k < 0 || k >= len(it.Options) }
	switch {
	case len(it.Options) < 2:
		s.refuse("câu có ít hơn hai phương án")
	case slices.ContainsFunc(it.Options, isBlank):
		s.refuse("có phương án để trống")
	case len(it.Key) == 0 || slices.ContainsFunc(it.Key, outside):
		s.refuse("câu chưa có đáp án")
	case it.Type != exchange.Multiple && len(it.Key) > 1:
		s.refuse("câu chọn một nhưng có nhiều đáp án")
	}
	return s.refused == ""
}

func isBlank(text string) bool { return exchange.Tidy(text) == "" }

// oneMark gives = to the right option.
func (s *scribe) oneMark() []string {
	key := s.it.Key[0]
	weights := s.weights(func(i int, w float64) bool { return (i == key) == (w == 100) })
	if weights == nil && len(s.it.Weights) > 0 {
		s.lose("Trọng số không khớp với đáp án nên không được ghi")
	}
	marks := make([]string, len(s.it.Options))
	for i := range marks {
		switch {
		case i == key:
			marks[i] = "="
		case weights != nil:
			marks[i] = "~%" + percent(weights[i]) + "%"
		default:
			marks[i] = "~"
		}
	}
	return marks
}

// severalMarks gives weights. GIFT knows several right options by them alone,
// so an item without weights gets those of the rule "plus minus" of package
// scoring: with k right options, each is worth 1/k of the mark and each wrong
// choice takes as much away.
func (s *scribe) severalMarks() []string {
	it := s.it
	weights := s.weights(func(i int, w float64) bool { return slices.Contains(it.Key, i) == (w > 0) })
	if weights == nil {
		weights = s.even()
		s.lose(fmt.Sprintf("Ghi mỗi phương án đúng %[1]s%% điểm, mỗi phương án sai trừ %[1]s%%", strings.Replace(percent(slices.Max(weights)), ".", ",", 1)))
	}
	if len(it.Key) == 1 && weights[it.Key[0]] == 100 {
		s.lose("Chỉ có một đáp án nên khi đọc lại sẽ thành câu chọn một")
	}
	marks := make([]string, len(weights))
	for i, w := range weights {
		marks[i] = "~"
		if w != 0 {
			marks[i] = "~%" + percent(w) + "%"
		}
	}
	return marks
}

// weights are the item's own, rounded as Read rounds them, or nil when they
// are missing, out of range or do not fit.
func (s *scribe) weights(fit func(i int, w float64) bool) []float64 {
	if len(s.it.Weights) != len(s.it.Options) {
		return nil
	}
	rounded := make([]float64, len(s.it.Weights))
	for i, w := range s.it.Weights {
		rounded[i] = thousandths(w)
		if !(math.Abs(w) <= 100) || !fit(i, rounded[i]) {
			return nil
		}
	}
	return rounded
}

func (s *scribe) even() []float64 {
	right := map[int]bool{}
	for _, k := range s.it.Key {
		right[k] = true
	}
	weights := make([]float64, len(s.it.Options))
	for i := range weights {
		weights[i] = -100 / float64(len(right))
		if right[i] {
			weights[i] = -weights[i]
		}
	}
	return weights
}

// percent writes a weight the way Moodle knows it: thirds and sevenths with
// five decimals, all others as they are.
func percent(w float64) string {
	for parts := 1.0; parts <= exchange.MaxOptions; parts++ {
		near := math.Round(w*parts/100) * 100 / parts
		if thousandths(near) == thousandths(w) {
			w = math.Round(near*1e5) / 1e5
			break
		}
	}
	return strconv.FormatFloat(w+0, 'f', -1, 64)
}

// remark is the feedback of an option.
func (s *scribe) remark(i int) string {
	if i >= len(s.it.OptionFeedback) || s.it.OptionFeedback[i] == nil || isBlank(*s.it.OptionFeedback[i]) {
		return ""
	}
	return "#" + field(*s.it.OptionFeedback[i])
}

func (s *scribe) trueFalse() {
	word, known := s.verdict()
	if !known {
		s.lose("Hai phương án không phải là Đúng và Sai nên ghi thành câu chọn một")
		s.choice()
		return
	}
	key := s.it.Key[0]
	wrong, right := s.remark(1-key), s.remark(key)
	if wrong == "" && right != "" {
		wrong = "#"
	}
	s.open = word + wrong + right
}

// verdict is TRUE or FALSE, when the options say no more than that.
func (s *scribe) verdict() (word string, known bool) {
	it := s.it
	if len(it.Key) != 1 || it.Key[0] < 0 || it.Key[0] > 1 {
		return "", false
	}
	words := []string{"TRUE", "FALSE"}
	if len(it.Options) == 0 {
		return words[it.Key[0]], true
	}
	if len(it.Options) != 2 {
		return "", false
	}
	for _, pair := range [][]string{{"Đúng", "Sai"}, {"True", "False"}} {
		for first := range 2 {
			if strings.EqualFold(exchange.Tidy(it.Options[0]), pair[first]) && strings.EqualFold(exchange.Tidy(it.Options[1]), pair[1-first]) {
				return words[(it.Key[0]+first)%2], true
			}
		}
	}
	return "", false
}

// matching writes the pairs, then the targets that belong to nothing.
func (s *scribe) matching() {
	it := s.it
	outside := func(k int) bool { return k < 0 || k >= len(it.Targets) }
	switch {
	case len(it.Options) < 2:
		s.refuse("câu có ít hơn hai cặp")
	case slices.ContainsFunc(it.Options, isBlank) || slices.ContainsFunc(it.Targets, isBlank):
		s.refuse("có vế để trống")
	case len(it.Key) != len(it.Options) || slices.ContainsFunc(it.Key, outside):
		s.refuse("câu chưa có đủ đáp án")
	}
	if s.refused != "" {
		return
	}
	used := map[string]bool{}
	for i, left := range it.Options {
		right := exchange.Tidy(it.Targets[it.Key[i]])
		used[right] = true
		s.line("=" + field(s.arrowless(left)) + " -> " + escape(right))
	}
	for _, target := range it.Targets {
		if right := exchange.Tidy(target); !used[right] {
			used[right] = true
			s.line("= -> " + escape(right))
		}
	}
}

// arrowless replaces what would part the two sides of a pair; GIFT has no
// escape for it.
func (s *scribe) arrowless(text string) string {
	text = exchange.Tidy(text)
	if !strings.Contains(text, "->") {
		return text
	}
	s.lose("Dấu -> được thay bằng →")
	return strings.ReplaceAll(text, "->", "→")
}

func (s *scribe) typed() {
	for _, a := range s.it.Answers {
		// Moodle takes a bare star for any text.
		text := strings.ReplaceAll(s.arrowless(a.Text), "*", `\*`)
		if mark, ok := s.fraction(a); ok && text != "" {
			s.line("=" + mark + field(text))
		}
	}
	s.answered()
}

// fraction is the weight of an answer. Answers that earn nothing are not
// written.
func (s *scribe) fraction(a exchange.Answer) (mark string, ok bool) {
	switch f := thousandths(a.Fraction); {
	case f == 100:
		return "", true
	case f > 0 && f < 100:
		return "%" + percent(f) + "%", true
	}
	s.lose("Bỏ đáp án không được điểm hoặc có số điểm không hợp lệ")
	return "", false
}

func (s *scribe) answered() {
	if len(s.lines) == 0 {
		s.refuse("câu chưa có đáp án")
	}
}

func (s *scribe) numbers() {
	s.open = "#"
	for _, a := range s.it.Answers {
		mark, ok := s.fraction(a)
		if !ok {
			continue
		}
		said, ok := s.number(a)
		if !ok {
			s.refuse("đáp án số quá dài hoặc không hợp lệ")
			return
		}
		s.line("=" + mark + said)
	}
	s.answered()
}

// number writes an answer so that Read finds the same bounds.
func (s *scribe) number(a exchange.Answer) (said string, ok bool) {
	said = a.Min.String() + ".." + a.Max.String()
	tolerance := a.Tolerance()
	switch {
	case tolerance == "0":
		said = a.Value.String()
	case tolerance != "":
		said = a.Value.String() + ":" + tolerance
	case a.Value != "":
		s.lose("Chỉ ghi khoảng được chấp nhận, không ghi được số đứng giữa")
	}
	again, err := number(said, a.Fraction)
	return said, err == nil && again.Min == a.Min && again.Max == a.Max
}
