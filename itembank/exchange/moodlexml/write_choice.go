package moodlexml

import (
	"math"
	"slices"
	"strconv"

	"sathach/itembank/exchange"
)

// grades are the shares of a mark that Moodle offers; on import it refuses
// others unless told to take the nearest.
var grades = []float64{100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111, 10, 5, 0}

// grade writes a share as Moodle spells it.
func (w *writer) grade(share float64) string {
	for _, g := range grades {
		if math.Abs(math.Abs(share)-g) < 0.001 {
			return strconv.FormatFloat(math.Copysign(g, share)+0, 'f', -1, 64)
		}
	}
	w.lose("Moodle không có sẵn tỷ lệ điểm %s%%: khi nhập, hãy chọn lấy tỷ lệ gần nhất", strconv.FormatFloat(share, 'f', -1, 64))
	return strconv.FormatFloat(share, 'f', 5, 64)
}

func (s *sheet) choice() {
	single := s.item.Type != exchange.Multiple
	s.w.printf("    <single>%t</single>\n    <shuffleanswers>%t</shuffleanswers>\n    <answernumbering>ABCD</answernumbering>\n", single, s.shuffle())
	credits := s.credits(single)
	for i, o := range s.options {
		s.answer(s.w.grade(credits[i]), o, i)
	}
}

// shuffle is off where an option must stay or speaks of another's letter.
func (s *sheet) shuffle() bool {
	return len(s.item.Pinned) == 0 && !s.item.Has(exchange.LetterReference)
}

// answer writes one option with its feedback.
func (s *sheet) answer(fraction string, p page, i int) {
	s.w.printf("    <answer fraction=\"%s\" format=\"html\">", fraction)
	s.w.text(p)
	s.feedbackOf(i)
	s.w.printf("</answer>\n")
}

func (s *sheet) feedbackOf(i int) {
	var p page
	if i < len(s.feedback) {
		p = s.feedback[i]
	}
	s.w.printf("<feedback format=\"html\">")
	s.w.text(p)
	s.w.printf("</feedback>")
}

// credits are the item's weights, or what its key says.
func (s *sheet) credits(single bool) []float64 {
	n := len(s.options)
	if len(s.item.Weights) == n && n > 0 {
		s.checkWeights(single)
		return s.item.Weights
	}
	credits := make([]float64, n)
	key := s.key(n)
	if len(key) == 0 || single && len(key) > 1 {
		s.w.lose("Câu chưa rõ đáp án: Moodle sẽ không nhận cho đến khi chọn đáp án")
	}
	for _, k := range key {
		credits[k] = 100
		if !single {
			credits[k] = 100 / float64(len(key))
		}
	}
	return credits
}

// key leaves out positions that are none.
func (s *sheet) key(limit int) []int {
	return slices.DeleteFunc(slices.Clone(s.item.Key), func(k int) bool { return k < 0 || k >= limit })
}

// checkWeights looks for what Moodle refuses.
func (s *sheet) checkWeights(single bool) {
	sum, most := 0.0, 0.0
	for _, c := range s.item.Weights {
		sum += max(c, 0)
		most = max(most, c)
	}
	switch {
	case single && most != 100:
		s.w.lose("Không phương án nào được 100%% điểm: Moodle sẽ không nhận")
	case !single && math.Abs(sum-100) > 1:
		s.w.lose("Tổng điểm các phương án đúng khác 100%%: Moodle sẽ không nhận")
	}
}

// plainTruth tells whether the options are those of Moodle's true or false.
func (s *sheet) plainTruth() bool {
	if len(s.item.Options) == 0 {
		return true
	}
	if len(s.item.Options) != 2 {
		return false
	}
	first, known1 := truth(s.item.Options[0])
	second, known2 := truth(s.item.Options[1])
	return known1 && known2 && first != second
}

// trueFalse writes true first, wherever the item has it.
func (s *sheet) trueFalse() {
	places := []int{0, 1}
	if len(s.item.Options) == 2 {
		if first, _ := truth(s.item.Options[0]); first == 1 {
			places = []int{1, 0}
		}
	}
	key := s.key(2)
	if len(key) != 1 {
		s.w.lose("Câu chưa rõ đáp án: Moodle sẽ hiểu là Sai")
	}
	for side, name := range []string{"true", "false"} {
		fraction := "0"
		if len(key) == 1 && key[0] == places[side] {
			fraction = "100"
		}
		s.w.printf("    <answer fraction=\"%s\" format=\"moodle_auto_format\"><text>%s</text>", fraction, name)
		s.feedbackOf(places[side])
		s.w.printf("</answer>\n")
	}
}
