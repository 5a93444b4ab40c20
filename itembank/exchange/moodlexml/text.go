package moodlexml

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// maxText bounds the markup of one text, without its pictures.
const maxText = 256 << 10

// rich is a text with what its marks stand for.
type rich struct {
	plain  string
	assets []exchange.Asset
}

// identity is the same for texts that look the same.
func (t rich) identity() string {
	all := t.plain
	for _, a := range t.assets {
		all += "\x00" + string(a.Data)
	}
	return all
}

func plains(texts []rich) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = t.plain
	}
	return out
}

// typedFormats are the formats of Moodle in which < and > are kept as typed.
var typedFormats = []string{"plain_text", "plain", "markdown", "moodle_auto_format", "wiki_like", "0", "2", "3", "4"}

// rich reads the text of an element with its pictures.
func (q *question) rich(n *node) rich {
	return q.parse(n, n.content())
}

// parse reads raw as if it stood in element n.
func (q *question) parse(n *node, raw string) rich {
	if n.first("text") != nil && len(n.first("text").kids) > 0 {
		q.broken("Phần chữ có thẻ HTML không bọc trong CDATA nên không đọc đủ")
	}
	if q.asTyped(n) {
		return rich{plain: unmark(exchange.Tidy(raw))}
	}
	return q.fromHTML(n, raw)
}

// asTyped tells whether an element's format keeps < and >. An element that
// does not say has the format of the question text.
func (q *question) asTyped(n *node) bool {
	format := n.attr("format")
	if format == "" {
		format = q.node.first("questiontext").attr("format")
	}
	return slices.Contains(typedFormats, format)
}

func (q *question) fromHTML(n *node, raw string) rich {
	raw, inlined := takeInlined(raw)
	if len(raw) > maxText {
		q.broken(fmt.Sprintf("Một đoạn dài hơn %d KB nên bị bỏ", maxText>>10))
		return rich{}
	}
	text := markup.FromHTML(unmark(raw))
	q.removed = q.removed || text.Removed
	if text.Reduced {
		q.item.Ask(exchange.Formula, exchange.FormulaReduced)
	}
	if strings.Count(text.Plain, exchange.ImageMark) != len(text.Images) || strings.Count(text.Plain, exchange.MathMark) != len(text.Formulas) {
		// A mark put together from pieces of markup: nobody can tell any more
		// which mark is a picture.
		q.broken("Không xác định được chỗ đặt hình trong câu")
		return rich{plain: unmark(text.Plain)}
	}
	r := q.withAssets(n, text, inlined)
	q.item.Look(r.plain, unmark(raw))
	return r
}

var anyMark = regexp.MustCompile(`\[\[(?:image|math)\]\]`)

// withAssets puts the pictures and formulas of a text beside it. The mark of a
// picture that cannot be had is taken out, so that marks and assets stay in
// step.
func (q *question) withAssets(n *node, text markup.Text, inlined []string) rich {
	var assets []exchange.Asset
	images, formulas := text.Images, text.Formulas
	plain := anyMark.ReplaceAllStringFunc(text.Plain, func(mark string) string {
		if mark == exchange.MathMark {
			assets = append(assets, exchange.Asset{Kind: exchange.Math, Data: []byte(formulas[0])})
			formulas = formulas[1:]
			return mark
		}
		a, ok := q.picture(n, images[0], inlined)
		images = images[1:]
		if !ok {
			return ""
		}
		assets = append(assets, a)
		return mark
	})
	return rich{plain: typedGap.ReplaceAllString(exchange.Tidy(plain), "[gap]"), assets: assets}
}

var typedGap = regexp.MustCompile(`\[{2,}gap\]{2,}`)

// A bracket can be typed or be an entity.
var typedMark = regexp.MustCompile(`(?:\[|&#0*91;|&#[xX]0*5[bB];|&lsqb;|&lbrack;){2,}(image|math|gap)(?:\]|&#0*93;|&#[xX]0*5[dD];|&rsqb;|&rbrack;){2,}`)

// unmark loosens marks that an author typed: only readers may set them.
func unmark(raw string) string { return typedMark.ReplaceAllString(raw, "[$1]") }

var (
	wholeTag = regexp.MustCompile(`</?([a-zA-Z][a-zA-Z0-9]*)(?:[\s/][^<>]*)?>`)
	entity   = regexp.MustCompile(`&(?:[a-zA-Z][a-zA-Z0-9]*|#[0-9]+|#[xX][0-9a-fA-F]+);`)
)

// loose reads a text for which the format names no format, such as a name or
// the right side of a pair: Moodle shows entities and drops tags, but most
// such texts are simply typed.
func loose(raw string) string {
	if len(raw) > maxText || !looksLikeHTML(raw) {
		return exchange.Tidy(raw)
	}
	return markup.FromHTML(raw).Plain
}

func looksLikeHTML(raw string) bool { return wholeTag.MatchString(raw) || entity.MatchString(raw) }

// tight is the other way: a text that loose, and Moodle, read back as it is.
func tight(text string) string {
	if strings.ContainsAny(text, "<>") || looksLikeHTML(text) {
		return escape(text)
	}
	return text
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escape(text string) string { return escaper.Replace(text) }

// looseRich is loose for a text that may hold pictures all the same, as the
// right sides of ddmatch do.
func (q *question) looseRich(n *node) rich {
	raw := n.content()
	if n.attr("format") != "" {
		return q.rich(n)
	}
	if !looksLikeHTML(raw) {
		return rich{plain: unmark(exchange.Tidy(raw))}
	}
	return q.fromHTML(n, raw)
}
