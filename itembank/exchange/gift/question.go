package gift

import (
	"fmt"
	"strings"

	"sathach/itembank/exchange"
)

// blank stands in a stem where its answer block stood.
const blank = "____"

// question reads one question.
func (r *reader) question(p paragraph) exchange.Item {
	item := exchange.Item{Type: exchange.Single, Section: r.section, Source: fmt.Sprintf("dòng %d", p.line)}
	name, text := named(p.text)
	item.Name = exchange.Tidy(unescape(name))
	t := &texts{item: &item, work: &r.work}
	if p.fault != "" {
		before, _, _ := cut(text, "{")
		item.Stem = t.plain(shorten(before, longestStem))
		spoil(&item, p.fault)
		return item
	}
	before, rest, _ := cut(text, "{")
	raw, after, _ := cut(rest, "}")
	if strings.TrimSpace(after) != "" {
		before += blank + after
	}
	t.format, before = marked(before, asTyped)
	item.Stem = t.shown(t.format, before)

	b := block{texts: t}
	raw, general := cutGeneral(raw)
	if err := b.read(strings.TrimSpace(raw)); err != nil {
		item.Options, item.Targets, item.Key, item.OptionFeedback, item.Answers = nil, nil, nil, nil, nil
		spoil(&item, fmt.Sprintf("Dòng %d: %v", p.line, err))
	}
	item.Explanation = t.plain(general)
	r.remarks += b.remarks
	return item
}

// named takes the name off a question.
func named(text string) (name, rest string) {
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "::") {
		return "", trimmed
	}
	name, rest, found := cut(trimmed[2:], "::")
	if !found || find(name, 0, "{") >= 0 {
		return "", trimmed
	}
	return name, rest
}

// spoil marks a question that could not be read: its key is not known, and
// nobody needs to hear that it has no options either.
func spoil(item *exchange.Item, why string) {
	item.Break(exchange.KeyMissing, why)
	if item.Type != exchange.Numeric && item.Type != exchange.ShortAnswer {
		item.Mention(exchange.TooFewOptions, "")
	}
}

// longestStem bounds what is shown of a question that could not be read, and
// longestExcerpt what a sentence quotes. Both count characters.
const (
	longestStem    = 400
	longestExcerpt = 40
)

func shorten(text string, longest int) string {
	n := 0
	for i := range text {
		if n++; n > longest {
			return text[:i] + "…"
		}
	}
	return text
}

func excerpt(raw string) string { return shorten(exchange.Tidy(raw), longestExcerpt) }

// cutGeneral takes the feedback for everybody off a block: what follows the
// last four number signs.
func cutGeneral(raw string) (block, general string) {
	at, run := -1, 0
	for i := 0; i < len(raw); i++ {
		switch {
		case escaped(raw, i):
			i++
			run = 0
		case raw[i] == '#':
			if run++; run >= 4 {
				at = i - 3
			}
		default:
			run = 0
		}
	}
	if at < 0 {
		return raw, ""
	}
	return raw[:at], raw[at+4:]
}
