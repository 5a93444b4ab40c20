package moodlexml

import (
	"fmt"
	"regexp"
	"strconv"

	"sathach/itembank/exchange"
)

// gapSelect reads gapselect and ddwtos: [[2]] in the text is a gap whose right
// word is the second of the words, and whose options are the words of the same
// group.
func (q *question) gapSelect(word string) {
	q.item.Type = exchange.GapText
	words := q.words(word)
	marks := numbered.FindAllString(q.stem.plain, -1)
	switch {
	case len(marks) == 0:
		q.item.Break(exchange.KeyMissing, "Không tìm thấy chỗ trống trong câu")
		return
	case len(marks) > exchange.MaxOptions:
		q.item.Break(exchange.TooManyOptions, fmt.Sprintf("Có hơn %d chỗ trống", exchange.MaxOptions))
		return
	}
	look := numbered.ReplaceAllString(q.item.Looks[q.stem.plain], exchange.GapMark)
	q.stem.plain = numbered.ReplaceAllStringFunc(q.stem.plain, func(mark string) string {
		q.selected(words, numbered.FindStringSubmatch(mark)[1])
		return exchange.GapMark
	})
	q.item.Look(q.stem.plain, look)
}

var numbered = regexp.MustCompile(`\[\[([0-9]{1,4})\]\]`)

// words are the words of all gaps with their groups.
type words struct {
	texts  []rich
	groups []string
}

func (q *question) words(name string) words {
	var w words
	for _, n := range q.node.all(name) {
		w.texts = append(w.texts, q.looseRich(n))
		group := n.value("group")
		if group == "" {
			group = "1"
		}
		w.groups = append(w.groups, group)
	}
	return w
}

// selected adds the gap whose right word has a number, counted from 1.
func (q *question) selected(w words, number string) {
	right, err := strconv.Atoi(number)
	gap, options := exchange.Gap{Kind: exchange.Choice}, []rich(nil)
	if err != nil || right < 1 || right > len(w.texts) {
		q.item.Break(exchange.KeyUnknownLetter, fmt.Sprintf("Chỗ trống [[%s]] không có phương án tương ứng", number))
	} else {
		for i, group := range w.groups {
			if group != w.groups[right-1] {
				continue
			}
			if i == right-1 {
				gap.Key = []int{len(options)}
			}
			options = append(options, w.texts[i])
		}
	}
	q.addGap(gap, options)
}

// addGap bounds what one gap may hold and asks about a gap without a key.
func (q *question) addGap(gap exchange.Gap, options []rich) {
	if len(options) > exchange.MaxOptions {
		q.item.Break(exchange.TooManyOptions, fmt.Sprintf("Một chỗ trống có hơn %d phương án", exchange.MaxOptions))
		gap.Key, options = nil, nil
	}
	q.item.Gaps = append(q.item.Gaps, gap)
	q.gaps = append(q.gaps, options)
}
