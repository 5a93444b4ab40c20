package moodlexml

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// percent reads a fraction: per cent of the full mark, rounded to 3 decimals,
// which is finer than the shares Moodle offers. Moodle takes a missing one as
// zero.
func percent(text string) (float64, error) {
	text = strings.Replace(strings.TrimSpace(text), ",", ".", 1)
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("fraction: %w", err)
	}
	if math.IsNaN(v) || math.Abs(v) > 1000 {
		return 0, fmt.Errorf("fraction %q is out of range", text)
	}
	return math.Round(v*1000)/1000 + 0, nil // + 0: no negative zero
}

// credit reads the fractions of answers. One that cannot be read is asked
// about, and none counts.
func (q *question) credit(answers []*node) ([]float64, bool) {
	credits := make([]float64, len(answers))
	for i, a := range answers {
		c, err := percent(a.attr("fraction"))
		if err != nil {
			q.item.Ask(exchange.KeyMissing, fmt.Sprintf("Tỷ lệ điểm của đáp án thứ %d không đọc được", i+1))
			return nil, false
		}
		credits[i] = c
	}
	return credits, true
}

// choice reads multichoice. Moodle takes it as single unless told otherwise.
func (q *question) choice() {
	single := strings.ToLower(q.node.value("single"))
	q.item.Type = exchange.Single
	if single == "false" || single == "0" {
		q.item.Type = exchange.Multiple
	}
	credits, ok := q.answered()
	if !ok {
		return
	}
	if q.item.Type == exchange.Single {
		q.singleKey(credits)
		return
	}
	q.item.Key = indexes(credits, func(c float64) bool { return c > 0 })
	if !equalShares(credits) {
		q.item.Weights = credits
	}
}

// choiceSet reads the kinds that only say which options are right, each with
// 100, and have a rule of their own for marks.
func (q *question) choiceSet() {
	q.item.Type = exchange.Multiple
	credits, ok := q.answered()
	if !ok {
		return
	}
	if slices.ContainsFunc(credits, func(c float64) bool { return c != 0 && c != 100 }) {
		q.item.Ask(exchange.KeyConflict, "Loại câu này chỉ có phương án đúng (100%) hoặc sai (0%) nhưng tệp ghi tỷ lệ khác")
		return
	}
	q.item.Key = indexes(credits, func(c float64) bool { return c == 100 })
	q.remark("Cách cho điểm riêng của loại câu này trong Moodle không được giữ")
}

// answered reads the options of a choice and what each is worth.
func (q *question) answered() (credits []float64, ok bool) {
	answers := slices.DeleteFunc(q.node.all("answer"), blank)
	for i, a := range answers {
		q.options = append(q.options, q.rich(a))
		q.feedback = append(q.feedback, q.rich(a.first("feedback")))
		if q.options[i].plain == "" {
			q.item.Ask(exchange.TooFewOptions, fmt.Sprintf("Phương án thứ %d không có nội dung", i+1))
		}
	}
	return q.credit(answers)
}

// blank answers are left over from Moodle's editing form; Moodle drops them.
func blank(a *node) bool {
	credit, err := percent(a.attr("fraction"))
	return err == nil && credit == 0 && strings.TrimSpace(a.content()) == ""
}

// singleKey is the option with the full mark. Two of them, or none, are for a
// person. Part marks and deductions are kept as weights.
func (q *question) singleKey(credits []float64) {
	full := indexes(credits, func(c float64) bool { return c == 100 })
	switch {
	case len(full) == 1:
		q.item.Key = full
	case len(full) > 1:
		q.item.Ask(exchange.MultipleKeys, fmt.Sprintf("%s phương án cùng được 100%% điểm trong câu chọn một", viet.Number(int64(len(full)))))
	case len(credits) > 0:
		q.item.Ask(exchange.KeyMissing, "Không phương án nào được 100% điểm")
	}
	if slices.ContainsFunc(credits, func(c float64) bool { return c != 0 && c != 100 }) {
		q.item.Weights = credits
	}
}

func indexes(credits []float64, wanted func(float64) bool) []int {
	var found []int
	for i, c := range credits {
		if wanted(c) {
			found = append(found, i)
		}
	}
	return found
}

// equalShares tells whether the full mark is parted equally among some
// options and the others cost nothing. Then the key says it all.
func equalShares(credits []float64) bool {
	sum, share := 0.0, 0.0
	for _, c := range credits {
		if c != 0 && share == 0 {
			share = c
		}
		if c != 0 && math.Abs(c-share) > 0.01 {
			return false
		}
		sum += c
	}
	return share == 0 || math.Abs(sum-100) < 0.1
}

// trueFalse has its two options in the same order whatever order the file has.
func (q *question) trueFalse() {
	q.item.Type = exchange.TrueFalse
	q.options = []rich{{plain: "Đúng"}, {plain: "Sai"}}
	q.feedback = make([]rich, 2)
	answers := q.node.all("answer")
	credits, ok := q.credit(answers)
	if !ok {
		return
	}
	var full []int
	for i, a := range answers {
		side, known := truth(a.content())
		if !known {
			q.item.Ask(exchange.KeyMissing, "Đáp án không ghi true hay false")
			return
		}
		q.feedback[side] = q.rich(a.first("feedback"))
		if credits[i] == 100 && !slices.Contains(full, side) {
			full = append(full, side)
		}
	}
	if len(full) == 2 {
		q.item.Ask(exchange.KeyConflict, "Cả Đúng và Sai cùng được 100% điểm")
		return
	}
	q.item.Key = full
}

func truth(answer string) (side int, known bool) {
	switch viet.Fold(loose(answer)) {
	case "true", "dung":
		return 0, true
	case "false", "sai":
		return 1, true
	}
	return 0, false
}
