package gift

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// block reads the answer block of one question into its item. Errors are
// sentences for the person who reviews.
type block struct {
	*texts
	remarks int // feedback that has no place in the item
}

func (b *block) read(raw string) error {
	verdict, feedback, _ := cut(raw, "#")
	switch strings.ToUpper(strings.TrimSpace(verdict)) {
	case "T", "TRUE":
		b.trueFalse(0, feedback)
		return nil
	case "F", "FALSE":
		b.trueFalse(1, feedback)
		return nil
	}
	switch {
	case raw == "":
		b.item.Type = exchange.Essay
		return nil
	case raw[0] == '#':
		b.item.Type = exchange.Numeric
		return b.numbers(raw[1:])
	case raw[0] == '>':
		b.item.Type = exchange.Ordering
		return b.order(raw[1:])
	}
	entries, err := entriesOf(raw)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(entries, func(e entry) bool { return !e.right }):
		return b.choice(entries)
	case slices.ContainsFunc(entries, entry.pairs):
		b.item.Type = exchange.Matching
		return b.pairs(entries)
	}
	b.item.Type = exchange.ShortAnswer
	return b.typed(entries)
}

// trueFalse reads a verdict: first comes the feedback for those who were
// wrong, then for those who were right.
func (b *block) trueFalse(key int, feedback string) {
	b.item.Type = exchange.TrueFalse
	b.item.Options = []string{"Đúng", "Sai"}
	b.item.Key = []int{key}
	wrong, right, _ := cut(feedback, "#")
	remarks := make([]string, 2)
	remarks[1-key], remarks[key] = b.plain(wrong), b.plain(right)
	b.item.OptionFeedback = given(remarks)
}

// given turns texts into feedback: nil where there is none, and altogether
// when there is none at all.
func given(remarks []string) []*string {
	if !slices.ContainsFunc(remarks, func(s string) bool { return s != "" }) {
		return nil
	}
	all := make([]*string, len(remarks))
	for i := range remarks {
		if remarks[i] != "" {
			all[i] = &remarks[i]
		}
	}
	return all
}

// entry is one part of a block, from its = or ~ to the next.
type entry struct {
	right bool // begins with =
	raw   string
}

// mostEntries bounds one block. It lies far above what an item may have, so
// that Finish can count in its own sentence what a person mistook.
const mostEntries = 10_000

var errEntries = fmt.Errorf("khối đáp án có hơn %s phương án", viet.Number(mostEntries))

func entriesOf(raw string) ([]entry, error) {
	first := find(raw, 0, "=~")
	if first < 0 {
		return nil, fmt.Errorf(`khối đáp án “%s” không có phương án nào bắt đầu bằng = hoặc ~; nếu { } thuộc nội dung thì phải viết là \{ \}`, excerpt(raw))
	}
	if lead := excerpt(raw[:first]); lead != "" {
		return nil, fmt.Errorf("“%s” đứng trước phương án đầu tiên mà không có = hoặc ~", lead)
	}
	var all []entry
	for at := first; at >= 0; {
		next := find(raw, at+1, "=~")
		end := next
		if next < 0 {
			end = len(raw)
		}
		if len(all) == mostEntries {
			return nil, errEntries
		}
		all = append(all, entry{right: raw[at] == '=', raw: strings.TrimSpace(raw[at+1 : end])})
		at = next
	}
	return all, nil
}

// pairs tells whether an entry joins a left side to a right one.
func (e entry) pairs() bool {
	said, _, _ := cut(e.raw, "#")
	return strings.Contains(said, "->")
}

var weightMark = regexp.MustCompile(`^%(-?[0-9]+[.,]?[0-9]*)%`)

// weight takes the weight off an entry; it is nil when the file gives none.
func weight(raw string) (*float64, string, error) {
	found := weightMark.FindStringSubmatch(raw)
	if found == nil {
		return nil, raw, nil
	}
	w, err := strconv.ParseFloat(strings.Replace(found[1], ",", ".", 1), 64)
	if err != nil || math.Abs(w) > 100 {
		return nil, "", fmt.Errorf("trọng số %s phải nằm trong khoảng từ -100 đến 100", shorten(found[0], longestExcerpt))
	}
	w = thousandths(w)
	return &w, raw[len(found[0]):], nil
}

// thousandths rounds to three decimals, and never to a negative nothing.
func thousandths(w float64) float64 { return math.Round(w*1000)/1000 + 0 }

// options are the entries of a choice.
type options struct {
	weights []float64
	told    bool  // the file gives weights
	full    []int // worth the full mark
	some    []int // worth something
	equals  bool  // some are marked right by = alone
}

func (b *block) choice(entries []entry) error {
	var o options
	remarks := make([]string, len(entries))
	for i, e := range entries {
		w, raw, err := weight(e.raw)
		if err != nil {
			return err
		}
		o.add(e.right, w)
		said, feedback, _ := cut(raw, "#")
		b.item.Options = append(b.item.Options, b.plain(said))
		remarks[i] = b.plain(feedback)
		if b.item.Options[i] == "" && len(entries) <= exchange.MaxOptions {
			b.item.Ask(exchange.TooFewOptions, fmt.Sprintf("Phương án %s không có chữ nào", exchange.Letter(i)))
		}
	}
	b.item.OptionFeedback = given(remarks)
	o.decide(b.item)
	return nil
}

func (o *options) add(right bool, given *float64) {
	w := 0.0
	switch {
	case given != nil:
		w, o.told = *given, true
	case right:
		w, o.equals = 100, true
	}
	i := len(o.weights)
	o.weights = append(o.weights, w)
	if w >= 100 {
		o.full = append(o.full, i)
	}
	if w > 0 {
		o.some = append(o.some, i)
	}
}

// decide tells one right option from several. With = there is one, and what
// is worth a part of the mark is still wrong.
func (o *options) decide(item *exchange.Item) {
	if o.told {
		item.Weights = o.weights
	}
	switch {
	case len(o.full) == 1 && (o.equals || len(o.some) == 1):
		item.Type, item.Key = exchange.Single, o.full
	case o.equals:
		item.Type, item.Key = exchange.Multiple, o.full
		item.Ask(exchange.MultipleKeys, fmt.Sprintf("%d phương án cùng được đánh dấu đúng", len(o.full)))
	case o.told:
		item.Type, item.Key = exchange.Multiple, o.some
		o.total(item)
	}
}

// total asks when the right options together do not make the full mark.
// Authors round thirds as they like, hence one per cent of grace.
func (o *options) total(item *exchange.Item) {
	sum := 0.0
	for _, i := range o.some {
		sum += o.weights[i]
	}
	if len(o.some) > 0 && math.Abs(sum-100) > 1 {
		item.Ask(exchange.KeyConflict, fmt.Sprintf("Trọng số của các phương án đúng cộng lại là %s%%, không phải 100%%", viet.Decimal(sum, 1)))
	}
}

// pairs reads a matching. Right sides with the same words are one target.
func (b *block) pairs(entries []entry) error {
	place := map[string]int{}
	for _, e := range entries {
		left, right, found := cut(e.raw, "->")
		if !found {
			return fmt.Errorf("“%s” không có dấu -> để ghép hai vế", excerpt(e.raw))
		}
		option, target := b.plain(left), exchange.Tidy(unescape(right))
		if target == "" && option == "" {
			continue
		}
		if target == "" {
			return fmt.Errorf("“%s” không có vế bên phải", excerpt(left))
		}
		i, known := place[target]
		if !known {
			i = len(b.item.Targets)
			place[target] = i
			b.item.Targets = append(b.item.Targets, target)
		}
		if option != "" {
			b.item.Options = append(b.item.Options, option)
			b.item.Key = append(b.item.Key, i)
		}
	}
	return nil
}

// typed reads accepted answers. Those worth nothing only carry feedback.
func (b *block) typed(entries []entry) error {
	for _, e := range entries {
		said, fraction, err := b.answer(e.raw)
		if err != nil {
			return err
		}
		text := exchange.Tidy(unescape(said))
		if fraction <= 0 {
			continue
		}
		if text == "" {
			return errors.New("có một đáp án để trống")
		}
		if wildcard.MatchString(text) {
			b.item.Ask(exchange.Unsupported, "Dấu * thay cho chữ bất kỳ trong đáp án không dùng được; xin ghi đủ từng đáp án")
		}
		b.item.Answers = append(b.item.Answers, exchange.Answer{Text: strings.ReplaceAll(text, `\*`, "*"), Fraction: fraction})
	}
	b.worthFull()
	return nil
}

// wildcard finds a star without the backslash that makes it a mere star.
var wildcard = regexp.MustCompile(`(?:^|[^\\])\*`)

// answer takes weight, format mark and feedback off an answer to be typed.
func (b *block) answer(raw string) (said string, fraction float64, err error) {
	w, raw, err := weight(strings.TrimSpace(raw))
	if err != nil {
		return "", 0, err
	}
	said, feedback, _ := cut(raw, "#")
	if strings.TrimSpace(feedback) != "" {
		b.remarks++
	}
	_, said = marked(said, asTyped)
	if w == nil {
		return said, 100, nil
	}
	return said, *w, nil
}

// worthFull asks when no answer earns the full mark.
func (b *block) worthFull() {
	best := 0.0
	for _, a := range b.item.Answers {
		best = max(best, a.Fraction)
	}
	if best > 0 && best < 100 {
		b.item.Ask(exchange.KeyConflict, fmt.Sprintf("Đáp án tốt nhất chỉ được %s%% điểm", viet.Decimal(best, 1)))
	}
}
