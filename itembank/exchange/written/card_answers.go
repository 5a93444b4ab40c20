package written

import (
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// gaps writes one field for each gap: options with a star before the right
// ones, accepted texts or accepted numbers.
func (w *cardWriter) gaps(options [][][]Part) {
	for i, g := range w.it.Gaps {
		way, lines := typedGap, [][]Part(nil)
		switch {
		case g.Kind == exchange.Choice:
			way, lines = chosenGap, w.choices(g, options[i])
		case slices.ContainsFunc(g.Answers, func(a exchange.Answer) bool { return a.Min != "" }):
			way, lines = numberedGap, w.numbers(g.Answers)
		default:
			lines = w.typed(g.Answers)
		}
		if len(lines) == 0 {
			w.lose("Chỗ trống %d chưa có đáp án", i+1)
		}
		w.put(gapLabel(i, way), lines...)
	}
}

func (w *cardWriter) choices(g exchange.Gap, options [][]Part) (lines [][]Part) {
	if slices.ContainsFunc(g.Key, func(k int) bool { return k < 0 || k >= len(options) }) {
		w.lose("Đáp án của một chỗ trống không khớp phương án nào")
	}
	if len(g.Answers) > 0 {
		w.lose("Bỏ đáp án gõ của chỗ trống chọn sẵn")
	}
	for i, t := range options {
		if len(t) == 0 {
			w.lose("Bỏ phương án để trống của một chỗ trống")
			continue
		}
		mark := "- "
		if slices.Contains(g.Key, i) {
			mark = "* "
		}
		lines = append(lines, prefixed(mark, t))
	}
	return lines
}

// key writes what is right, as the type tells it. A key that is not whole is
// left empty: a card that was read must not say more than the item.
func (w *cardWriter) key() {
	var lines [][]Part
	switch it := &w.it; it.Type {
	case exchange.Single, exchange.Multiple, exchange.TrueFalse:
		lines = line(w.letters())
	case exchange.Ordering:
		lines = line(w.sequence())
	case exchange.Matching:
		lines = line(w.pairs())
	case exchange.Numeric:
		lines = w.numbers(it.Answers)
	case exchange.ShortAnswer:
		lines = w.typed(it.Answers)
	}
	w.misplaced()
	if !keyless(w.it.Type) {
		w.add(keyLabel, lines...)
	}
}

// keyless tells types whose cards have no answer of their own.
func keyless(t exchange.Type) bool {
	return t == exchange.GapText || t == exchange.Essay || t == exchange.Situation
}

// misplaced tells of answers that the item's type cannot have.
func (w *cardWriter) misplaced() {
	typed := w.it.Type == exchange.Numeric || w.it.Type == exchange.ShortAnswer
	lettered := !typed && !keyless(w.it.Type)
	if !typed && len(w.it.Answers) > 0 || !lettered && len(w.it.Key) > 0 {
		w.lose("Bỏ đáp án không thuộc loại câu này")
	}
}

func (w *cardWriter) letters() string {
	key := slices.Compact(slices.Sorted(slices.Values(w.it.Key)))
	switch {
	case slices.ContainsFunc(key, w.outside):
		w.lose("Đáp án không khớp phương án nào nên để trống")
		return ""
	case len(key) > 1 && w.it.Type != exchange.Multiple:
		w.lose("Câu chọn một nhưng có nhiều đáp án nên ô đáp án để trống")
		return ""
	}
	return lettersOf(key)
}

// sequence is the right order of all options.
func (w *cardWriter) sequence() string {
	for place, k := range slices.Sorted(slices.Values(w.it.Key)) {
		if k != place || len(w.it.Key) != len(w.it.Options) {
			w.lose("Thứ tự đúng không đủ các phương án nên ô đáp án để trống")
			return ""
		}
	}
	return lettersOf(w.it.Key)
}

// pairs are the options with the numbers of their targets.
func (w *cardWriter) pairs() string {
	outside := func(k int) bool { return k < 0 || k >= len(w.it.Targets) }
	if len(w.it.Key) > 0 && len(w.it.Key) != len(w.it.Options) || slices.ContainsFunc(w.it.Key, outside) {
		w.lose("Đáp án chưa ghép đủ các vế nên ô đáp án để trống")
		return ""
	}
	pairs := make([]string, len(w.it.Key))
	for i, k := range w.it.Key {
		pairs[i] = fmt.Sprintf("%s-%d", exchange.Letter(i), k+1)
	}
	return strings.Join(pairs, ", ")
}

func (w *cardWriter) typed(answers []exchange.Answer) (lines [][]Part) {
	for _, a := range answers {
		text := exchange.Tidy(a.Text)
		switch {
		case text == "" || notANumber(a.Fraction):
			w.lose("Bỏ đáp án để trống hoặc có số điểm không hợp lệ")
			continue
		case a.Value != "" || a.Min != "" || a.Max != "":
			w.lose("Chỉ ghi chữ của đáp án gõ, không ghi khoảng số")
		}
		if a.Fraction != 100 || partialLine.MatchString(text) {
			text = percent(a.Fraction) + " %: " + text
		}
		lines = append(lines, line(text)...)
	}
	return lines
}

func (w *cardWriter) numbers(answers []exchange.Answer) (lines [][]Part) {
	for _, a := range answers {
		text := numberText(a)
		if again, ok := numberOf(text); !ok || !sameNumber(a, again) || notANumber(a.Fraction) {
			w.lose("Bỏ đáp án số quá dài hoặc không hợp lệ")
			continue
		}
		if a.Text != "" && a.Text != a.Value.String() {
			w.lose("Chỉ ghi số của đáp án, không ghi chữ kèm theo")
		}
		if a.Fraction != 100 {
			text = percent(a.Fraction) + " %: " + text
		}
		lines = append(lines, line(text)...)
	}
	return lines
}

// numberText writes an accepted number: "15", "15 ± 0,5", "3 đến 5", and
// "15 (14 đến 17)" where the number aimed at is not in the middle.
func numberText(a exchange.Answer) string {
	value, low, high := comma(a.Value), comma(a.Min), comma(a.Max)
	switch tolerance := a.Tolerance(); {
	case value == "":
		return low + " đến " + high
	case low == "" && high == "", tolerance == "0":
		return value
	case tolerance != "":
		return value + " ± " + strings.Replace(tolerance, ".", ",", 1)
	}
	return fmt.Sprintf("%s (%s đến %s)", value, low, high)
}

func comma(n fmt.Stringer) string { return strings.Replace(n.String(), ".", ",", 1) }

// sameNumber tells whether what would be read is what was meant; a number
// without bounds means itself.
func sameNumber(a, again exchange.Answer) bool {
	if a.Min == "" && a.Max == "" && a.Value != "" {
		a.Min, a.Max = a.Value, a.Value
	}
	whole := func(n fmt.Stringer) string {
		if same, err := exchange.Around(n.String(), "0", 100); err == nil {
			return same.Value.String()
		}
		return n.String()
	}
	return whole(a.Value) == whole(again.Value) && whole(a.Min) == whole(again.Min) && whole(a.Max) == whole(again.Max)
}
