package qti

import (
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

func (q *question) choice(n *node) {
	q.Stem = q.stem()
	q.choose(n, n.all("simplechoice"))
}

// hottext turns words to pick in a text into options: the text stays whole,
// but the taker is not led to the place of a word any more, so a person looks.
func (q *question) hottext(n *node) {
	words := n.all("hottext")
	if len(words) == 0 {
		q.unsupported("Câu chọn chữ trong đoạn văn không có chữ nào để chọn")
		return
	}
	q.Stem = q.stem()
	q.choose(n, words)
	q.Ask(exchange.Unsupported, "Câu chọn chữ trong đoạn văn đã được đổi thành câu chọn phương án; cần xem lại")
}

// choose reads a choice among a list of options.
func (q *question) choose(n *node, list []*node) {
	q.choices(list)
	r := q.responses[n.attr("responseidentifier")]
	one := r.cardinality == "single" || n.attr("maxchoices") == "1" || n.attr("maxchoices") == "" && r.cardinality != "multiple"
	q.Type = exchange.Multiple
	if one {
		q.Type = exchange.Single
	}
	if one && isTrueFalse(q.Options) {
		q.Type, q.Options = exchange.TrueFalse, []string{"Đúng", "Sai"}
	}
	q.Key = q.settle(r.key(q.ids, one))
	if one && len(q.Key) > 1 {
		q.Key = nil
		q.Ask(exchange.MultipleKeys, "Câu chỉ chọn một phương án nhưng tệp ghi nhiều đáp án")
	}
	if q.Key != nil {
		q.Weights = q.weights(r, q.ids, one)
	}
}

// choices reads options with their identifiers, pins and feedback.
func (q *question) choices(list []*node) {
	for i, c := range list {
		q.ids = append(q.ids, c.attr("identifier"))
		q.Options = append(q.Options, q.inside(c))
		if c.attr("fixed") == "true" {
			q.Pinned = append(q.Pinned, i)
		}
	}
	for i, c := range list {
		for _, f := range first(c.all("feedbackinline", "feedbackblock"), maxValues) {
			q.tell(i, q.inside(f))
		}
	}
}

func isTrueFalse(options []string) bool {
	if len(options) != 2 {
		return false
	}
	first, second := strings.ToLower(strings.Trim(options[0], " .")), strings.ToLower(strings.Trim(options[1], " ."))
	return first == "đúng" && second == "sai" || first == "true" && second == "false"
}

func (q *question) ordering(n *node) {
	q.Type, q.Stem = exchange.Ordering, q.stem()
	q.choices(n.all("simplechoice"))
	var key []int
	for _, value := range q.responses[n.attr("responseidentifier")].correct {
		i := slices.Index(q.ids, value)
		if i < 0 {
			q.settle(unknownChoice)
			return
		}
		key = append(key, i)
	}
	if key != nil && len(key) != len(q.Options) {
		q.Ask(exchange.KeyMissing, "Thứ tự đúng trong tệp không đủ các mục")
		return
	}
	q.Key = key
}
