package qti

import (
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// gapClass marks, in files of Write, a gap at the end of a text, which would
// otherwise be taken for the field of a short answer.
const gapClass = "sathach-gap"

// entries reads fields and choices that stand in the text. One field after
// the whole stem is a short answer or a number; any other is a gap.
func (q *question) entries(list []*node) {
	var placed []*node
	stem := q.text(q.body.contents(), func(r *renderer, n *node) bool {
		if notEntry(n) {
			return false
		}
		placed = append(placed, n)
		r.out.WriteRune(place)
		return true
	})
	if len(placed) == 1 && alone(placed[0], stem) {
		q.Stem = strings.ReplaceAll(stem, string(place), " ")
		q.Look(exchange.Tidy(q.Stem), strings.ReplaceAll(q.Looks[stem], string(place), " "))
		q.field(placed[0])
		return
	}
	if len(placed) != len(list) || !q.gapped(stem, len(placed)) {
		q.unsupported("Không tách được các chỗ trống của câu")
		return
	}
	q.Gaps = make([]exchange.Gap, len(placed))
	if len(placed) > exchange.MaxOptions {
		return // Finish refuses it
	}
	for i, n := range placed {
		q.Gaps[i] = q.gap(n)
	}
	q.askGaps()
}

// alone tells whether nothing but pictures follows a field.
func alone(n *node, stem string) bool {
	_, after, found := strings.Cut(stem, string(place))
	after = strings.NewReplacer(exchange.ImageMark, "", exchange.MathMark, "").Replace(after)
	return found && strings.TrimSpace(after) == "" && n.name == "textentryinteraction" && !hasClass(n, gapClass)
}

// gapped takes over a stem with gaps. It is not ok when a gap was lost with
// something that had to be taken out.
func (q *question) gapped(stem string, count int) bool {
	if strings.Count(stem, string(place)) != count || count == 0 {
		q.unsupported("Không tách được các chỗ trống của câu")
		return false
	}
	q.Type, q.Stem = exchange.GapText, strings.ReplaceAll(stem, string(place), exchange.GapMark)
	q.Look(q.Stem, strings.ReplaceAll(q.Looks[stem], string(place), exchange.GapMark))
	return true
}

func (q *question) gap(n *node) exchange.Gap {
	id := n.attr("responseidentifier")
	r := q.responses[id]
	if n.name == "inlinechoiceinteraction" {
		list := n.children("inlinechoice")
		if len(list) > exchange.MaxOptions {
			q.Break(exchange.TooManyOptions, fmt.Sprintf("Một chỗ trống có %d lựa chọn, vượt giới hạn %d", len(list), exchange.MaxOptions))
			return exchange.Gap{Kind: exchange.Choice}
		}
		return exchange.Gap{Kind: exchange.Choice, Options: q.texts(list), Key: q.settle(r.key(identifiers(list), true))}
	}
	answers, cased := q.answers(id, r, 0)
	if cased != nil && (q.CaseSensitive == nil || *cased) {
		q.CaseSensitive = cased
	}
	return exchange.Gap{Kind: exchange.Typed, Answers: q.typed(answers)}
}

// typed turns numbers into the texts that a gap holds.
func (q *question) typed(answers []exchange.Answer) []exchange.Answer {
	for i, a := range answers {
		if a.Min == "" {
			continue
		}
		if a.Value == "" || a.Tolerance() != "0" {
			q.Ask(exchange.Unsupported, "Chỗ trống nhận một khoảng số; hãy xem lại đáp án hoặc đổi thành câu điền số")
		}
		answers[i] = exchange.Answer{Text: a.Value.String(), Fraction: a.Fraction}
	}
	return slices.DeleteFunc(answers, func(a exchange.Answer) bool { return a.Text == "" })
}

// askGaps asks for the keys that gaps do not have.
func (q *question) askGaps() {
	for i, g := range q.Gaps {
		if len(g.Key) == 0 && len(g.Answers) == 0 {
			q.Ask(exchange.KeyMissing, fmt.Sprintf("Chỗ trống thứ %d chưa có đáp án", i+1))
		}
	}
}

// field reads the one field of an item.
func (q *question) field(n *node) {
	id := n.attr("responseidentifier")
	r := q.responses[id]
	q.Type = exchange.ShortAnswer
	if r.numeric() {
		q.Type = exchange.Numeric
	}
	q.Answers, q.CaseSensitive = q.answers(id, r, q.full)
}

func (r response) numeric() bool { return r.baseType == "float" || r.baseType == "integer" }
