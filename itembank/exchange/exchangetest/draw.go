package exchangetest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
)

// Items draws items of every type, whole and sound, as no reader has asked
// anything about them. Their texts are made of what steers cards and other
// layouts; with pictures, some have pictures in them, and their marks stand
// between blanks.
func Items(pictures bool) *rapid.Generator[[]exchange.Item] {
	one := rapid.Custom(func(t *rapid.T) exchange.Item {
		d := &draw{T: t, pictures: pictures}
		d.all()
		return d.item
	})
	return rapid.SliceOfN(one, 1, 4)
}

type draw struct {
	*rapid.T
	item     exchange.Item
	pictures bool
}

var pieces = []string{
	"A.", "B)", "1.", "2)", "50 %:", "50%: ", "* ", "- ", "•", "±", "+-", "đến", "Câu 1.", "Câu hỏi 2:", "Đáp án: B", "Phiếu câu hỏi", "Câu dẫn", "Giải thích:", "Căn cứ:", "=1+1", "'", "\"", "+84", "-5", "@a",
	"[[image]]", "[[math]]", "[[", "_x000D_", "_x005F_", "_x0041_", "_x00zz_", "_", "x000D_", "&", "<b>", "]]>", "&#10;", "{", "\t", " ", "\n", "\r\n", "\u00a0", "à", "e\u0323\u0302", "\u200b", "\u0301", "Cả A và B", "Đúng", "Sai",
	"(14 đến 17)", "0,5", "1.500", ",", ";", "→", "\ufffe", "𝒙", "Phần I", "(đúng)", "[x]", "#", "đ",
}

// anyText is never blank.
var anyText = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.StringN(1, 2, -1)), 1, 6).Draw(t, "parts")
	return exchange.Tidy(strings.Join(parts, rapid.SampledFrom([]string{"", " "}).Draw(t, "glue")))
}).Filter(func(s string) bool { return s != "" && !strings.Contains(s, exchange.GapMark) })

func (d *draw) plain(label string) string { return anyText.Draw(d.T, label) }

func (d *draw) maybe(label string) string {
	if rapid.Bool().Draw(d.T, "has "+label) {
		return d.plain(label)
	}
	return ""
}

// rich is a text that may have a picture. A mark that is only text would be
// taken for the picture's place.
func (d *draw) rich(label string) string {
	s := d.plain(label)
	if !d.pictures {
		return s
	}
	s = exchange.Tidy(strings.ReplaceAll(s, exchange.ImageMark, " ") + " x")
	if rapid.IntRange(0, 3).Draw(d.T, "picture") > 0 {
		return s
	}
	d.item.Assets = append(d.item.Assets, exchange.Asset{Kind: exchange.Image, Name: d.maybe("name of picture"), Alt: d.maybe("alt"), Data: d.picture()})
	if rapid.Bool().Draw(d.T, "first") {
		return exchange.ImageMark + " " + s
	}
	return s + " " + exchange.ImageMark
}

func (d *draw) picture() []byte {
	side := rapid.IntRange(1, 40).Draw(d.T, "side")
	drawn := image.NewPaletted(image.Rect(0, 0, side, 1+side/2), color.Palette{color.White, color.Black})
	var out bytes.Buffer
	var err error
	switch rapid.IntRange(0, 2).Draw(d.T, "format") {
	case 0:
		err = png.Encode(&out, drawn)
	case 1:
		err = jpeg.Encode(&out, drawn, nil)
	default:
		err = gif.Encode(&out, drawn, nil)
	}
	if err != nil {
		d.Fatal(err)
	}
	return out.Bytes()
}

func (d *draw) riches(label string, least, most int) []string {
	out := make([]string, rapid.IntRange(least, most).Draw(d.T, label+"s"))
	for i := range out {
		out[i] = d.rich(label)
	}
	return out
}

// all draws the fields in the order in which pictures are listed.
func (d *draw) all() {
	it := &d.item
	if rapid.Bool().Draw(d.T, "numbered") {
		n := rapid.IntRange(0, 3000).Draw(d.T, "number")
		it.Number = &n
	}
	if section := d.maybe("section"); section != "" {
		it.Section = &section
	}
	it.Name, it.Topic, it.Level, it.Citation = d.maybe("code"), d.maybe("topic"), d.maybe("level"), d.maybe("citation")
	it.Stem = d.rich("stem")
	it.Situation = d.maybe("situation")
	rapid.SampledFrom([]func(){d.single, d.multiple, d.trueFalse, d.matching, d.ordering, d.numeric, d.short, d.gapText, d.essay, d.situation}).Draw(d.T, "kind")()
	if rapid.Bool().Draw(d.T, "explained") {
		it.Explanation = d.rich("explanation")
	}
	d.feedback()
	switch rapid.IntRange(0, 4).Draw(d.T, "format") {
	case 0:
		markdown.Write(it)
		it.Stem = "**Đọc** *bảng*:\n\n| Năm | Số |\n|---|--:|\n| 2025 | 1 |\n\n- một\n  - hai\n\n" + it.Stem
	case 1:
		d.formulas()
	}
}

// formulas adds some, where no mark in a text would be taken for the place of
// one.
func (d *draw) formulas() {
	it := &d.item
	if len(it.Assets) > 0 || strings.Contains(fmt.Sprint(*it), "[[") {
		return
	}
	add := func(text string) string {
		it.Assets = append(it.Assets, exchange.Asset{Kind: exchange.Math, Data: []byte("<math><mfrac><mi>a</mi><mn>2</mn></mfrac><mo>&lt;</mo></math>")})
		return text + " " + exchange.MathMark
	}
	it.Stem = add(it.Stem)
	if it.Type == exchange.Single {
		it.Options[0] = add(it.Options[0])
	}
}

func (d *draw) options(least int) int {
	d.item.Options = d.riches("option", least, 6)
	n := len(d.item.Options)
	if rapid.Bool().Draw(d.T, "pinned") {
		d.item.Pinned = d.some(n)
	}
	return n
}

// some draws at least one of n places.
func (d *draw) some(n int) []int {
	return slices.Sorted(slices.Values(rapid.Permutation(upTo(n)).Draw(d.T, "order")[:rapid.IntRange(1, n).Draw(d.T, "chosen")]))
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

func (d *draw) weights(n int) {
	if rapid.Bool().Draw(d.T, "weighted") {
		for range n {
			d.item.Weights = append(d.item.Weights, d.percent())
		}
	}
}

func (d *draw) percent() float64 {
	return rapid.SampledFrom([]float64{100, 50, 33.333, 0, -12.5, math.Round(1e9 / 7)}).Draw(d.T, "per cent")
}

func (d *draw) feedback() {
	all := make([]*string, len(d.item.Options))
	for i := range all {
		if rapid.IntRange(0, 3).Draw(d.T, "remarked") == 0 {
			remark := d.rich("remark")
			all[i], d.item.OptionFeedback = &remark, all
		}
	}
}

func (d *draw) single() {
	d.item.Type = exchange.Single
	n := d.options(2)
	d.item.Key = []int{rapid.IntRange(0, n-1).Draw(d.T, "key")}
	d.weights(n)
}

func (d *draw) multiple() {
	d.item.Type = exchange.Multiple
	n := d.options(2)
	d.item.Key = d.some(n)
	d.weights(n)
}

func (d *draw) trueFalse() {
	d.item.Type, d.item.Options = exchange.TrueFalse, []string{"Đúng", "Sai"}
	if rapid.Bool().Draw(d.T, "other words") {
		d.item.Options = d.riches("option", 2, 2)
	}
	d.item.Key = []int{rapid.IntRange(0, 1).Draw(d.T, "key")}
}

func (d *draw) matching() {
	d.item.Type = exchange.Matching
	n := d.options(2)
	d.item.Targets = d.riches("target", 2, 12)
	for range n {
		d.item.Key = append(d.item.Key, rapid.IntRange(0, len(d.item.Targets)-1).Draw(d.T, "target"))
	}
}

func (d *draw) ordering() {
	d.item.Type = exchange.Ordering
	d.item.Key = rapid.Permutation(upTo(d.options(2))).Draw(d.T, "key")
}

func (d *draw) numeric() {
	d.item.Type, d.item.Unit, d.item.Answers = exchange.Numeric, d.maybe("unit"), d.numbers()
}

var decimal = rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,6})?`)

func (d *draw) numbers() (answers []exchange.Answer) {
	for range rapid.IntRange(1, 3).Draw(d.T, "answers") {
		make := rapid.SampledFrom([]func(string, string, float64) (exchange.Answer, error){exchange.Around, exchange.Between}).Draw(d.T, "shape")
		a, err := make(decimal.Draw(d.T, "a"), decimal.Draw(d.T, "b"), d.percent())
		if err == nil && a.Value == "" && rapid.Bool().Draw(d.T, "aside") {
			var aim exchange.Answer
			aim, err = exchange.Around(decimal.Draw(d.T, "aim"), "0", 0)
			a.Value = aim.Value
		}
		if err != nil {
			d.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers
}

func (d *draw) typed() (answers []exchange.Answer) {
	for range rapid.IntRange(1, 3).Draw(d.T, "answers") {
		answers = append(answers, exchange.Answer{Text: d.plain("answer"), Fraction: d.percent()})
	}
	return answers
}

func (d *draw) sensitive() {
	if rapid.Bool().Draw(d.T, "case told") {
		sensitive := rapid.Bool().Draw(d.T, "case")
		d.item.CaseSensitive = &sensitive
	}
}

func (d *draw) short() {
	d.item.Type, d.item.Answers = exchange.ShortAnswer, d.typed()
	d.sensitive()
}

func (d *draw) gapText() {
	d.item.Type = exchange.GapText
	d.sensitive()
	for range rapid.IntRange(1, 4).Draw(d.T, "gaps") {
		d.item.Stem += " " + exchange.GapMark
		var g exchange.Gap
		switch rapid.IntRange(0, 2).Draw(d.T, "way") {
		case 0:
			g = exchange.Gap{Kind: exchange.Choice, Options: d.riches("option", 1, 4)}
			g.Key = d.some(len(g.Options))
		case 1:
			g = exchange.Gap{Kind: exchange.Typed, Answers: d.numbers()}
			for i := range g.Answers {
				g.Answers[i].Text = g.Answers[i].Value.String()
			}
		default:
			g = exchange.Gap{Kind: exchange.Typed, Answers: d.typed()}
		}
		d.item.Gaps = append(d.item.Gaps, g)
	}
}

func (d *draw) essay()     { d.item.Type = exchange.Essay }
func (d *draw) situation() { d.item.Type = exchange.Situation }

// WithoutSource copies items without the places they were read from.
func WithoutSource(items []exchange.Item) []exchange.Item {
	items = slices.Clone(items)
	for i := range items {
		items[i].Source, items[i].Printed = "", nil
	}
	return items
}

// Document draws a text in Markdown: paragraphs with stressed words, lists,
// tables, quotations.
func Document(t *rapid.T) string {
	word := rapid.SampledFrom([]string{"Điều", "hồ sơ", "5", "không", "1.204", "(a)", "a\\*b", "x < y", "\\_", "&", "c\\|d", "–"})
	phrase := func() string {
		var words []string
		for range rapid.IntRange(1, 4).Draw(t, "words") {
			w := word.Draw(t, "word")
			switch rapid.IntRange(0, 4).Draw(t, "look") {
			case 0:
				w = "**" + w + "**"
			case 1:
				w = "*" + w + "*"
			}
			words = append(words, w)
		}
		return strings.Join(words, " ")
	}
	var blocks []string
	for range rapid.IntRange(1, 4).Draw(t, "blocks") {
		switch rapid.IntRange(0, 4).Draw(t, "block") {
		case 0:
			blocks = append(blocks, "- "+phrase()+"\n- "+phrase()+"\n  1. "+phrase()+"\n  2. "+phrase())
		case 1:
			blocks = append(blocks, "| "+phrase()+" | "+phrase()+" |\n|---|--:|\n| "+phrase()+" |  |\n| "+phrase()+" | "+phrase()+" |")
		case 2:
			blocks = append(blocks, "> "+phrase()+"\n> "+phrase())
		case 3:
			blocks = append(blocks, phrase()+"\n"+phrase())
		default:
			blocks = append(blocks, phrase())
		}
	}
	return strings.Join(blocks, "\n\n")
}
