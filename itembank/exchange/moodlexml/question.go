package moodlexml

import (
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// question is one <question> on its way to an item.
type question struct {
	node  *node
	files []*attached
	item  exchange.Item

	// Texts with what their marks stand for, laid into the item at the end in
	// the order in which its pictures are listed.
	stem        rich
	options     []rich
	targets     []rich
	gaps        [][]rich
	explanation rich
	feedback    []rich

	pictures int // met so far, found or not
	troubles
}

// troubles are what reading the texts met. They are told once, at the end.
type troubles struct {
	removed  bool // markup that could run was taken out
	external bool // a picture lies on the network
	unusable bool // something is missing that the question needs
	// feedback stood with answers that are no options
	lostFeedback bool
	notes        []string // sentences without a full stop
}

func (t *troubles) note(sentence string) {
	if !slices.Contains(t.notes, sentence) {
		t.notes = append(t.notes, sentence)
	}
}

func (t *troubles) broken(sentence string) {
	t.note(sentence)
	t.unusable = true
}

func newQuestion(n *node, source string, section *string) *question {
	q := &question{node: n, files: attachments(n), item: exchange.Item{Section: section, Source: source, Status: exchange.OK}}
	q.item.Name = loose(n.first("name").content())
	if q.item.Name == "" {
		q.item.Name = exchange.Tidy(n.value("idnumber"))
	}
	return q
}

// read gives the item of a question of Moodle's kind.
func (q *question) read(kind string) exchange.Item {
	stem := q.node.first("questiontext")
	if stem == nil {
		q.broken("Câu hỏi thiếu phần câu dẫn")
	}
	if kind == "cloze" || kind == "multianswer" {
		q.cloze(stem)
	} else {
		q.stem = q.rich(stem)
		q.kind(kind)
	}
	q.oldPicture()
	q.explanation = q.rich(q.node.first("generalfeedback"))
	return q.finish()
}

func (q *question) kind(kind string) {
	switch kind {
	case "multichoice":
		q.choice()
	case "multichoiceset", "oumultiresponse":
		q.choiceSet()
	case "truefalse":
		q.trueFalse()
	case "matching", "match", "ddmatch":
		q.matching()
	case "ordering":
		q.ordering()
	case "numerical":
		q.numerical()
	case "shortanswer":
		q.shortAnswer()
	case "gapselect":
		q.gapSelect("selectoption")
	case "ddwtos":
		q.gapSelect("dragbox")
	case "essay":
		q.item.Type = exchange.Essay
	default:
		q.unknown(kind)
	}
}

// nearest is what a kind that Moodle alone can mark looks like to a candidate.
var nearest = map[string]exchange.Type{
	"calculated": exchange.Numeric, "calculatedsimple": exchange.Numeric, "formulas": exchange.Numeric, "varnumeric": exchange.Numeric,
	"calculatedmulti": exchange.Single, "kprime": exchange.Multiple, "mtf": exchange.Multiple,
	"stack": exchange.ShortAnswer, "pmatch": exchange.ShortAnswer, "regexp": exchange.ShortAnswer, "algebra": exchange.ShortAnswer,
	"randomsamatch": exchange.Matching,
}

// unknown keeps the text of a question and, where options can be seen, the
// options. What Moodle credits is not read: it cannot be told without Moodle.
func (q *question) unknown(kind string) {
	q.item.Type = exchange.Essay
	if t, ok := nearest[kind]; ok {
		q.item.Type = t
	}
	if q.item.Type == exchange.Single || q.item.Type == exchange.Multiple {
		for _, a := range q.node.all("answer") {
			q.options = append(q.options, q.rich(a))
		}
	}
	q.item.Ask(exchange.Unsupported, named(kind)+": chỉ giữ nội dung, chưa có đáp án")
}

// named says what is wrong with a kind; a name that could be anything is not
// repeated.
func named(kind string) string {
	switch {
	case kind == "":
		return "Tệp không ghi loại của câu này"
	case fileName(kind) == "":
		return "Phần mềm không biết loại câu này của Moodle"
	}
	return fmt.Sprintf("Loại câu “%s” của Moodle phần mềm chưa chấm được", kind)
}

// finish lays the texts into the item and tells what was met.
func (q *question) finish() exchange.Item {
	it := &q.item
	it.Stem, it.Explanation = q.stem.plain, q.explanation.plain
	it.Options, it.Targets = plains(q.options), plains(q.targets)
	if len(it.Targets) == 0 {
		it.Targets = nil
	}
	for g, options := range q.gaps {
		if it.Gaps[g].Kind == exchange.Choice {
			it.Gaps[g].Options = plains(options)
		}
	}
	it.OptionFeedback = feedback(q.feedback)
	q.gather()
	q.tell()
	return *it
}

// gather lists the pictures and formulas in the order of the item's fields.
func (q *question) gather() {
	texts := slices.Concat([]rich{q.stem}, q.options, q.targets)
	for _, options := range q.gaps {
		texts = append(texts, options...)
	}
	for _, t := range slices.Concat(texts, []rich{q.explanation}, q.feedback) {
		q.item.Assets = append(q.item.Assets, t.assets...)
	}
}

// feedback is nil where an option has none, and nil when no option has.
func feedback(texts []rich) []*string {
	out := make([]*string, len(texts))
	some := false
	for i := range texts {
		if texts[i].plain != "" {
			out[i], some = &texts[i].plain, true
		}
	}
	if !some {
		return nil
	}
	return out
}

// remark adds a sentence that asks for nothing and for which there is no flag.
func (q *question) remark(sentence string) {
	if q.item.Note != "" {
		sentence = q.item.Note + "; " + sentence
	}
	q.item.Note = sentence
}

func (q *question) tell() {
	if q.lostFeedback {
		q.remark("Lời phản hồi riêng cho từng đáp án không được giữ")
	}
	if q.external {
		q.item.Ask(exchange.ExternalImage, "Hình lấy từ địa chỉ trên mạng không được tải về; hãy chèn hình vào câu hỏi")
	}
	sentences := q.notes
	if q.removed {
		sentences = append([]string{"Đã bỏ phần HTML có thể chạy được hoặc không hiển thị được (mã lệnh, khung, hình vẽ SVG…)"}, sentences...)
	}
	if len(sentences) == 0 {
		return
	}
	if q.unusable {
		q.item.Break(exchange.HTMLRemoved, strings.Join(sentences, "; "))
		return
	}
	q.item.Ask(exchange.HTMLRemoved, strings.Join(sentences, "; "))
}
