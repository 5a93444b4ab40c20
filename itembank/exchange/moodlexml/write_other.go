package moodlexml

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// matching writes pairs. Moodle lists right sides in the order of the file and
// takes equal ones for one; a right side that would come too late for the
// item's order is written before, without a left side.
func (s *sheet) matching() {
	s.w.printf("    <shuffleanswers>true</shuffleanswers>\n")
	s.twins()
	next := 0
	upTo := func(target int) {
		for ; next < target; next++ {
			s.pair(page{}, next)
		}
	}
	for i, o := range s.options {
		if i >= len(s.item.Key) || s.item.Key[i] < 0 || s.item.Key[i] >= len(s.targets) || o.html == "" {
			s.w.lose("Vế trái thứ %d chưa rõ vế phải nên không ghi được", i+1)
			continue
		}
		upTo(s.item.Key[i])
		s.pair(o, s.item.Key[i])
		next = max(next, s.item.Key[i]+1)
	}
	upTo(len(s.targets))
}

func (s *sheet) twins() {
	seen := map[string]bool{}
	for _, t := range s.item.Targets {
		if t = clean(t); seen[t] {
			s.w.lose("Các vế phải trùng nhau được gộp làm một")
		}
		seen[t] = true
	}
}

// pair writes the right side as HTML only where it shows something: Moodle's
// own kind of question holds plain text there.
func (s *sheet) pair(left page, target int) {
	s.w.printf("    <subquestion format=\"html\">")
	s.w.text(left)
	right := s.targets[target]
	if shows(right.html) {
		s.w.lose("Vế phải có hình hoặc công thức: Moodle chỉ hiện được ở loại câu kéo thả (ddmatch)")
		s.w.printf("<answer format=\"html\">")
		s.w.text(right)
		s.w.printf("</answer></subquestion>\n")
		return
	}
	s.w.printf("<answer><text>%s</text></answer></subquestion>\n", escape(tight(clean(s.item.Targets[target]))))
}

// shows tells whether HTML holds more than text.
func shows(html string) bool {
	return strings.Contains(html, "<img") || strings.Contains(html, "<math")
}

// ordering writes the options in their right order, which is all that Moodle
// keeps of their order.
func (s *sheet) ordering() {
	s.w.printf("    <layouttype>VERTICAL</layouttype>\n    <selecttype>ALL</selecttype>\n    <selectcount>0</selectcount>\n" +
		"    <gradingtype>ABSOLUTE_POSITION</gradingtype>\n    <showgrading>SHOW</showgrading>\n    <numberingstyle>none</numberingstyle>\n")
	for place, i := range s.order() {
		s.answer(fmt.Sprintf("%d.0000000", place+1), s.options[i], i)
	}
}

// order is the key, or the order of the item when the key is not one.
func (s *sheet) order() []int {
	places := make([]int, len(s.options))
	for i := range places {
		places[i] = i
	}
	if !slices.Equal(slices.Sorted(slices.Values(s.item.Key)), places) {
		s.w.lose("Câu chưa rõ thứ tự đúng: các ý được ghi theo thứ tự trong câu")
		return places
	}
	return s.item.Key
}

func (s *sheet) shortAnswer() {
	usecase := 0
	if s.item.CaseSensitive != nil && *s.item.CaseSensitive {
		usecase = 1
	}
	s.w.printf("    <usecase>%d</usecase>\n", usecase)
	s.checkAnswers(s.item.Answers)
	for _, a := range s.item.Answers {
		s.typed(a.Fraction, starred(a.Text), "")
	}
}

// starred keeps a star from standing for anything.
func starred(text string) string { return strings.ReplaceAll(clean(text), "*", `\*`) }

func (s *sheet) typed(share float64, text, more string) {
	s.w.printf("    <answer fraction=\"%s\" format=\"moodle_auto_format\"><text>%s</text><feedback format=\"html\"><text></text></feedback>%s</answer>\n",
		s.w.grade(share), escape(text), more)
}

// checkAnswers looks for what Moodle refuses.
func (s *sheet) checkAnswers(answers []exchange.Answer) {
	for _, a := range answers {
		if a.Fraction == 100 {
			return
		}
	}
	s.w.lose("Không đáp án nào được 100%% điểm: Moodle sẽ không nhận")
}

func (s *sheet) numerical() {
	s.checkAnswers(s.item.Answers)
	for _, a := range s.item.Answers {
		value, margin, ok := s.centred(a)
		if !ok {
			s.w.lose("Có đáp án không phải là số nên không ghi được")
			continue
		}
		s.typed(a.Fraction, value, "<tolerance>"+margin+"</tolerance>")
	}
	s.w.printf("    <unitgradingtype>0</unitgradingtype>\n    <unitpenalty>0.1000000</unitpenalty>\n    <showunits>3</showunits>\n    <unitsleft>0</unitsleft>\n")
}

// centred writes an answer as a value and a tolerance. A range without a value
// in its middle gets the middle.
func (s *sheet) centred(a exchange.Answer) (value, margin string, ok bool) {
	if margin = a.Tolerance(); margin != "" {
		return a.Value.String(), margin, true
	}
	bounds, err := exchange.Between(a.Min.String(), a.Max.String(), 0)
	if err != nil {
		return "", "", false
	}
	low, _ := new(big.Rat).SetString(bounds.Min.String())
	high, _ := new(big.Rat).SetString(bounds.Max.String())
	half := big.NewRat(1, 2)
	value = trimmed(new(big.Rat).Mul(half, new(big.Rat).Add(low, high)))
	margin = trimmed(new(big.Rat).Mul(half, new(big.Rat).Sub(high, low)))
	s.w.lose("Khoảng từ %s đến %s được ghi thành %s ± %s", bounds.Min, bounds.Max, value, margin)
	return value, margin, true
}

func trimmed(v *big.Rat) string {
	text := v.FloatString(36)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}
