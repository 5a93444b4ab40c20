package moodlexml

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// shortAnswer keeps the answers that earn something.
func (q *question) shortAnswer() {
	q.item.Type = exchange.ShortAnswer
	usecase := q.node.value("usecase")
	sensitive := usecase == "1" || usecase == "true"
	q.item.CaseSensitive = &sensitive
	answers := q.node.all("answer")
	credits, ok := q.credit(answers)
	if !ok {
		return
	}
	for i, a := range answers {
		q.answerFeedback(a)
		if credits[i] > 0 {
			q.item.Answers = append(q.item.Answers, exchange.Answer{Text: q.pattern(q.answerText(a)), Fraction: credits[i]})
		}
	}
}

// answerText is what has to be typed: text without pictures.
func (q *question) answerText(a *node) string {
	if q.asTyped(a) {
		return exchange.Tidy(a.content())
	}
	return loose(a.content())
}

var (
	wildcard = regexp.MustCompile(`(?:^|[^\\])\*`)
	star     = strings.NewReplacer(`\*`, `*`)
)

// pattern is the text of an answer in which Moodle lets * stand for anything.
func (q *question) pattern(text string) string {
	if wildcard.MatchString(text) {
		q.item.Ask(exchange.Unsupported, "Đáp án dùng dấu * thay cho chữ bất kỳ, phần mềm chỉ so khớp đúng chữ")
		return text
	}
	return star.Replace(text)
}

// answerFeedback looks for feedback that has no option to stand with.
func (q *question) answerFeedback(a *node) {
	if strings.TrimSpace(a.first("feedback").content()) != "" {
		q.lostFeedback = true
	}
}

// numerical keeps the answers that earn something. One that earns nothing and
// lies inside a later one would take marks away in Moodle: that is asked.
func (q *question) numerical() {
	q.item.Type = exchange.Numeric
	answers := q.node.all("answer")
	credits, ok := q.credit(answers)
	if !ok {
		return
	}
	q.units()
	var worthless []exchange.Answer
	for i, a := range answers {
		q.answerFeedback(a)
		text := strings.TrimSpace(loose(a.content()))
		if text == "*" && credits[i] <= 0 {
			continue
		}
		answer, err := exchange.Around(decimal(text), decimal(tolerance(a)), credits[i])
		switch {
		case err != nil && credits[i] > 0:
			q.item.Ask(exchange.KeyMissing, fmt.Sprintf("Đáp án thứ %d không phải là số", i+1))
		case err != nil:
		case credits[i] <= 0:
			worthless = append(worthless, answer)
		default:
			q.accept(answer, worthless)
		}
	}
}

func tolerance(a *node) string {
	if t := a.value("tolerance"); t != "" {
		return t
	}
	return "0"
}

func (q *question) accept(answer exchange.Answer, worthless []exchange.Answer) {
	for _, w := range worthless {
		if overlap(answer, w) {
			q.item.Ask(exchange.KeyConflict, fmt.Sprintf("Giá trị %s vừa được điểm vừa không được điểm", w.Value))
		}
	}
	q.item.Answers = append(q.item.Answers, answer)
}

func overlap(a, b exchange.Answer) bool {
	at := func(text string) *big.Rat {
		v, ok := new(big.Rat).SetString(text)
		if !ok {
			return new(big.Rat)
		}
		return v
	}
	return at(a.Min.String()).Cmp(at(b.Max.String())) <= 0 && at(b.Min.String()).Cmp(at(a.Max.String())) <= 0
}

// units of a numerical question change what is credited unless typing one is
// idle.
func (q *question) units() {
	grading := q.node.value("unitgradingtype")
	units := 0
	if list := q.node.first("units"); list != nil {
		units = len(list.all("unit"))
	}
	if units > 1 || grading != "" && grading != "0" {
		q.item.Ask(exchange.Unsupported, "Câu chấm cả đơn vị đo, phần mềm chỉ chấm con số")
	}
}

var scientific = regexp.MustCompile(`^([+-]?[0-9]*[.,]?[0-9]*)[eE]([+-]?[0-9]{1,2})$`)

// decimal writes 1.0E-5, as PHP prints small numbers, without the power.
func decimal(text string) string {
	parts := scientific.FindStringSubmatch(text)
	if parts == nil {
		return text
	}
	power, err := strconv.Atoi(parts[2])
	mantissa, ok := new(big.Rat).SetString(strings.Replace(parts[1], ",", ".", 1))
	if err != nil || !ok || power > 15 || power < -15 || len(parts[1]) > 20 {
		return text
	}
	ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(power, -power))), nil))
	if power < 0 {
		ten.Inv(ten)
	}
	plain := mantissa.Mul(mantissa, ten).FloatString(36)
	return strings.TrimRight(strings.TrimRight(plain, "0"), ".")
}
