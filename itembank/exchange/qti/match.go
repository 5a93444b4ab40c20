package qti

import (
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// pair is two identifiers that belong together.
type pair struct{ left, right string }

func pairOf(value string) pair {
	left, right, _ := strings.Cut(value, " ")
	return pair{left, right}
}

// pairs are the ones credited: declared correct, or paid by the mapping. Nil
// when the file does not say or contradicts itself.
func (q *question) pairs(r response) []pair {
	var declared, paid []pair
	for _, value := range r.correct {
		declared = append(declared, pairOf(value))
	}
	for _, e := range r.mapping {
		if p := pairOf(e.key); e.value > 0 && !slices.Contains(paid, p) {
			paid = append(paid, p)
		}
	}
	if declared == nil || paid == nil {
		return append(declared, paid...)
	}
	if len(declared) != len(paid) || slices.ContainsFunc(paid, func(p pair) bool { return !slices.Contains(declared, p) }) {
		q.settle(contradiction)
		return nil
	}
	return declared
}

func (q *question) match(n *node) {
	sets := n.children("simplematchset")
	if len(sets) != 2 {
		q.unsupported("Câu nối không có đủ hai vế")
		return
	}
	q.Type, q.Stem = exchange.Matching, q.stem()
	pairs := q.pairs(q.responses[n.attr("responseidentifier")])
	left, right := sets[0].children("simpleassociablechoice"), sets[1].children("simpleassociablechoice")
	if !isFunction(pairs) && isFunction(swapped(pairs)) {
		// Each target belongs to one option, not the other way round: the
		// sides have changed places.
		left, right, pairs = right, left, swapped(pairs)
	}
	q.choices(left)
	q.Targets = q.texts(right)
	q.Key = q.settle(matched(pairs, q.ids, identifiers(right)))
}

func swapped(pairs []pair) []pair {
	other := make([]pair, len(pairs))
	for i, p := range pairs {
		other[i] = pair{p.right, p.left}
	}
	return other
}

// isFunction tells whether every left side belongs to one right side.
func isFunction(pairs []pair) bool {
	seen := map[string]bool{}
	for _, p := range pairs {
		if seen[p.left] {
			return false
		}
		seen[p.left] = true
	}
	return true
}

// matched is the place in right of each left side's partner.
func matched(pairs []pair, left, right []string) verdict {
	if len(pairs) == 0 {
		return verdict{}
	}
	key := slices.Repeat([]int{-1}, len(left))
	for _, p := range pairs {
		l, r := slices.Index(left, p.left), slices.Index(right, p.right)
		switch {
		case l < 0 || r < 0:
			return unknownChoice
		case key[l] >= 0 && key[l] != r:
			return verdict{flag: exchange.MultipleKeys, note: "Một mục ở vế trái được nối với nhiều mục ở vế phải"}
		}
		key[l] = r
	}
	if slices.Contains(key, -1) {
		return verdict{flag: exchange.KeyMissing, note: "Có mục ở vế trái không được nối với mục nào"}
	}
	return verdict{key: key}
}

func (q *question) texts(list []*node) []string {
	var texts []string
	for _, n := range list {
		texts = append(texts, q.inside(n))
	}
	return texts
}

func identifiers(list []*node) []string {
	var ids []string
	for _, n := range list {
		ids = append(ids, n.attr("identifier"))
	}
	return ids
}

// associate turns free pairing into matching: the first of each pair to the
// left. That makes it easier, so a person looks.
func (q *question) associate(n *node) {
	list := n.children("simpleassociablechoice")
	pairs := q.pairs(q.responses[n.attr("responseidentifier")])
	if len(pairs) == 0 || !isFunction(pairs) {
		q.unsupported("Câu ghép đôi tự do (associateInteraction) không đổi được thành câu nối")
		return
	}
	q.Type, q.Stem = exchange.Matching, q.stem()
	var left, right []*node
	for _, c := range list {
		if slices.ContainsFunc(pairs, func(p pair) bool { return p.left == c.attr("identifier") }) {
			left = append(left, c)
		} else {
			right = append(right, c)
		}
	}
	q.choices(left)
	q.Targets = q.texts(right)
	q.Key = q.settle(matched(pairs, q.ids, identifiers(right)))
	q.Ask(exchange.Unsupported, "Câu ghép đôi tự do đã được đổi thành câu nối; cần xem lại hai vế")
}

// gapMatch reads words that are dragged into a text: every gap offers all of
// them.
func (q *question) gapMatch(n *node) {
	words := n.children("gaptext")
	if len(words) == 0 || n.child("gapimg") != nil {
		q.unsupported("Chưa hỗ trợ kiểu câu kéo hình vào chỗ trống (gapMatchInteraction)")
		return
	}
	var gaps []string
	stem := q.text(q.body.contents(), func(r *renderer, k *node) bool {
		switch k.name {
		case "gapmatchinteraction":
			r.nodes(k.kids)
		case "gaptext":
		case "prompt":
			r.out.WriteString("<div>")
			r.nodes(k.kids)
			r.out.WriteString("</div>")
		case "gap":
			gaps = append(gaps, k.attr("identifier"))
			r.out.WriteRune(place)
		default:
			return false
		}
		return true
	})
	if !q.gapped(stem, len(gaps)) {
		return
	}
	texts, pairs := q.texts(words), q.pairs(q.responses[n.attr("responseidentifier")])
	for _, gap := range gaps {
		q.Gaps = append(q.Gaps, exchange.Gap{Kind: exchange.Choice, Options: slices.Clone(texts), Key: q.filling(pairs, identifiers(words), gap)})
	}
	q.askGaps()
}

// filling is the word that belongs into a gap.
func (q *question) filling(pairs []pair, words []string, gap string) []int {
	var key []int
	for _, p := range pairs {
		if p.right != gap {
			continue
		}
		i := slices.Index(words, p.left)
		if i < 0 {
			return q.settle(unknownChoice)
		}
		key = append(key, i)
	}
	if len(key) > 1 {
		q.Ask(exchange.MultipleKeys, "Một chỗ trống có nhiều từ đúng")
		return nil
	}
	return key
}
