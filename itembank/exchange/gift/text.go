package gift

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// special are the characters that steer; a backslash takes that away.
const special = `~=#{}:\`

var (
	unescape = strings.NewReplacer(`\~`, `~`, `\=`, `=`, `\#`, `#`, `\{`, `{`, `\}`, `}`, `\:`, `:`, `\\`, `\`, `\n`, "\n").Replace
	escape   = strings.NewReplacer(`~`, `\~`, `=`, `\=`, `#`, `\#`, `{`, `\{`, `}`, `\}`, `:`, `\:`, `\`, `\\`).Replace
)

// escaped tells whether an escape stands at i, two bytes long.
func escaped(raw string, i int) bool {
	return raw[i] == '\\' && i+1 < len(raw) && strings.IndexByte(special, raw[i+1]) >= 0
}

// find is the place of the first unescaped byte of chars from a place on, or
// -1.
func find(raw string, from int, chars string) int {
	for i := from; i < len(raw); i++ {
		if escaped(raw, i) {
			i++
		} else if strings.IndexByte(chars, raw[i]) >= 0 {
			return i
		}
	}
	return -1
}

// cut parts a text at the first unescaped mark.
func cut(raw, mark string) (before, after string, found bool) {
	for i := find(raw, 0, mark[:1]); i >= 0; i = find(raw, i+1, mark[:1]) {
		if strings.HasPrefix(raw[i:], mark) {
			return raw[:i], raw[i+len(mark):], true
		}
	}
	return raw, "", false
}

// A format says what the characters of a text mean.
type format string

const (
	asTyped  format = ""
	html     format = "html"
	markdown format = "markdown"
)

var formats = map[string]format{"[html]": html, "[markdown]": markdown, "[plain]": asTyped, "[moodle]": asTyped}

// marked takes the format mark off a text.
func marked(raw string, inherited format) (format, string) {
	raw = strings.TrimSpace(raw)
	if end := strings.IndexByte(raw[:min(len(raw), len("[markdown]"))], ']'); end > 0 {
		if f, known := formats[raw[:end+1]]; known {
			return f, raw[end+1:]
		}
	}
	return inherited, raw
}

// texts reads the texts of one question. What it finds beside text goes into
// the item, so texts are to be read in the order in which they are shown.
type texts struct {
	item   *exchange.Item
	format format // of the stem; the others inherit it
	work   *int   // what may still be spent on HTML in this file
}

// mostWork bounds the HTML of a file. A parser has to open formatting anew in
// every block that follows one where it stayed open, so its work and memory
// grow with the square of the tags of a text.
const mostWork = 20_000_000

// plain is a text as it is shown.
func (t *texts) plain(raw string) string { return t.shown(marked(raw, t.format)) }

func (t *texts) shown(f format, raw string) string {
	switch text := unescape(raw); f {
	case html:
		return t.fromHTML(text)
	case markdown:
		return exchange.Tidy(bold.ReplaceAllString(text, "$1"))
	default:
		return exchange.Tidy(text)
	}
}

// bold is the one mark of Markdown that is taken off. Others could be blanks
// to fill (____), numbers or signs that belong to the question.
var bold = regexp.MustCompile(`\*\*([^\s*](?:[^*]*[^\s*])?)\*\*`)

func (t *texts) fromHTML(text string) string {
	tags := strings.Count(text, "<")
	if tags*tags > *t.work {
		t.item.Break(exchange.HTMLRemoved, "Phần HTML của câu này có quá nhiều thẻ nên không được đọc")
		return ""
	}
	*t.work -= tags * tags
	got := markup.FromHTML(text)
	if got.Removed {
		t.item.Ask(exchange.HTMLRemoved, "Đã bỏ phần mã HTML không phải là chữ; xin đọc lại câu hỏi")
	}
	if len(got.Images) > 0 {
		t.item.Ask(exchange.ExternalImage, "Hình của câu hỏi không nằm trong tệp GIFT, cần đính kèm lại")
	}
	t.item.Assets = append(t.item.Assets, assets(got)...)
	return got.Plain
}

var assetMark = regexp.MustCompile(regexp.QuoteMeta(exchange.ImageMark) + "|" + regexp.QuoteMeta(exchange.MathMark))

// assets lists pictures and formulas in the order of their marks.
func assets(text markup.Text) []exchange.Asset {
	var all []exchange.Asset
	images, formulas := text.Images, text.Formulas
	for _, mark := range assetMark.FindAllString(text.Plain, len(images)+len(formulas)) {
		switch {
		case mark == exchange.ImageMark && len(images) > 0:
			all = append(all, exchange.Asset{Kind: exchange.Image, Name: fileName(images[0].Source), Alt: images[0].Alt})
			images = images[1:]
		case mark == exchange.MathMark && len(formulas) > 0:
			all = append(all, exchange.Asset{Kind: exchange.Math, Data: []byte(formulas[0])})
			formulas = formulas[1:]
		}
	}
	return all
}

// fileName is the last part of a picture's address; a picture written into
// the address has none.
func fileName(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Opaque != "" || u.Path == "" {
		return ""
	}
	return exchange.Tidy(path.Base(u.Path))
}
