package qti

import (
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// question is an item while it is read.
type question struct {
	exchange.Item
	from      source
	root      *node
	body      *node
	rules     *node // responseProcessing
	responses map[string]response
	full      float64            // mark that counts as full, when the item says so
	addends   map[string]bool    // outcomes that the mark is the sum of
	defaults  map[string]float64 // of the outcomes
	ids       []string           // identifiers of the options
}

func readItem(root *node, from source) exchange.Item {
	q := &question{from: from, root: root, body: root.child("itembody"), rules: root.child("responseprocessing")}
	q.Name, q.Source = exchange.Tidy(root.attr("identifier")), from.entry
	q.declare()
	q.sums()
	q.interact()
	q.feedback()
	q.doubt()
	return q.Item
}

// interact reads the item's interactions into its type, stem, options and key.
func (q *question) interact() {
	q.setAside("mediainteraction", "Phần âm thanh hoặc phim của câu không được đưa vào")
	found := q.body.where(func(n *node) bool {
		return isInteraction(n) && n.name != "endattemptinteraction" && n.name != "mediainteraction"
	})
	switch {
	case len(found) == 0:
		q.unsupported("Mục này không có phần trả lời")
	case !slices.ContainsFunc(found, notEntry):
		q.entries(found)
	case len(found) > 1:
		q.unsupported("Câu gồm nhiều phần trả lời khác nhau: " + namesOf(found))
	case crowd(found[0]) > exchange.MaxOptions:
		q.Type, q.Stem, q.Options = exchange.Multiple, q.stem(), make([]string, crowd(found[0]))
	default:
		q.block(found[0])
	}
}

// crowd counts the options of an interaction, before any of them is read:
// Finish refuses too many of them anyway.
func crowd(n *node) int {
	most := len(n.all("simplechoice", "hottext", "gaptext", "gap"))
	for _, set := range append(n.children("simplematchset"), n) {
		most = max(most, len(set.children("simpleassociablechoice")))
	}
	return most
}

func notEntry(n *node) bool {
	return n.name != "textentryinteraction" && n.name != "inlinechoiceinteraction"
}

func namesOf(found []*node) string {
	var names []string
	for _, n := range found {
		if !slices.Contains(names, n.tag) {
			names = append(names, n.tag)
		}
	}
	return strings.Join(names, ", ")
}

// block reads an item of one interaction that stands apart from the text.
func (q *question) block(n *node) {
	switch n.name {
	case "choiceinteraction":
		q.choice(n)
	case "hottextinteraction":
		q.hottext(n)
	case "orderinteraction":
		q.ordering(n)
	case "matchinteraction":
		q.match(n)
	case "associateinteraction":
		q.associate(n)
	case "gapmatchinteraction":
		q.gapMatch(n)
	case "extendedtextinteraction":
		q.unsupported("Câu tự luận không chấm tự động được")
	default:
		q.unsupported(fmt.Sprintf("Chưa hỗ trợ kiểu câu %s (%s)", kindOf(n), n.tag))
	}
}

// unsupported keeps the text of an item that no kind of the bank fits. Essay
// is the only type that never enters the bank.
func (q *question) unsupported(note string) {
	q.Type, q.Assets = exchange.Essay, nil
	q.Stem = q.stem()
	q.Ask(exchange.Unsupported, note)
}

// kinds of interactions that only a screen can show.
var kinds = map[string]string{
	"hotspotinteraction": "chọn vùng trên hình", "selectpointinteraction": "chọn điểm trên hình", "graphicorderinteraction": "xếp thứ tự trên hình",
	"graphicassociateinteraction": "ghép đôi trên hình", "graphicgapmatchinteraction": "kéo thả vào hình", "positionobjectinteraction": "đặt vật lên hình",
	"sliderinteraction": "kéo thanh trượt", "drawinginteraction": "vẽ hình", "uploadinteraction": "nộp tệp",
	"custominteraction": "riêng của phần mềm gốc", "portablecustominteraction": "riêng của phần mềm gốc",
}

func kindOf(n *node) string {
	if kind, ok := kinds[n.name]; ok {
		return kind
	}
	return "lạ"
}

// stem is the text of the body; where an interaction stands, its prompt, the
// text that it is about, or a blank. Other interactions with gaps never come
// here unless the item is not supported.
func (q *question) stem() string {
	return q.text(q.body.contents(), func(r *renderer, n *node) bool {
		switch {
		case n.name == "gap", isInteraction(n) && !notEntry(n):
			r.out.WriteString(blank)
			return true
		case n.name == "gaptext", n.name == "gapimg":
			return true
		case !isInteraction(n):
			return false
		}
		r.out.WriteString("<div>")
		if n.name == "hottextinteraction" || n.name == "gapmatchinteraction" {
			r.nodes(n.kids)
		} else {
			r.nodes(n.child("prompt").contents())
		}
		r.out.WriteString("</div>")
		return true
	})
}

// blank stands in the text of an item that is not supported where something
// is to be filled in.
const blank = "____"

func (n *node) contents() []*node {
	if n == nil {
		return nil
	}
	return n.kids
}

func (q *question) setAside(name, note string) {
	if q.body.first(name) != nil {
		q.Ask(exchange.HTMLRemoved, note)
	}
}

// doubt takes back the key of items whose text or key the other system makes
// up anew for every taker.
func (q *question) doubt() {
	if q.root.child("templatedeclaration") == nil && q.root.child("templateprocessing") == nil && !prints(q.body) {
		q.doubtStimulus()
		return
	}
	q.Key, q.Weights, q.Answers = nil, nil, nil
	for g := range q.Gaps {
		q.Gaps[g].Key, q.Gaps[g].Answers = nil, nil
	}
	q.Ask(exchange.Unsupported, "Số liệu của câu do phần mềm gốc sinh ra mỗi lần làm nên chưa đọc được đáp án")
}

// prints tells whether a value that the other system works out is part of what
// the taker sees before the response. Feedback may well print the marks.
func prints(n *node) bool {
	return slices.ContainsFunc(n.children(), func(k *node) bool {
		return k.name == "printedvariable" || !slices.Contains(unseen, k.name) && prints(k)
	})
}

func (q *question) doubtStimulus() {
	if q.root.child("assessmentstimulusref") != nil {
		q.Ask(exchange.Unsupported, "Câu dùng chung một đoạn dẫn nằm ở tệp khác; hãy chép đoạn dẫn vào nội dung câu")
	}
}
