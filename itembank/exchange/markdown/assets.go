package markdown

import (
	"errors"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// Picture is a picture that a text speaks of: its name in the bank, and what
// it shows for those who cannot see it.
type Picture struct{ Name, Alt string }

// What keeps a text out of the bank.
var (
	ErrNoAlt   = errors.New("markdown: a picture without words about it")
	ErrPicture = errors.New("markdown: a picture that the bank does not have")
	ErrMark    = errors.New("markdown: the mark of a picture or formula, and nothing for its place")
)

// Check tells the first thing that keeps a text out of the bank, of what can
// be told without the bank.
func Check(source string) error {
	if marks.MatchString(source) {
		return ErrMark
	}
	for _, p := range Pictures(source) {
		switch {
		case p.Alt == "":
			return ErrNoAlt
		case !named.MatchString(p.Name):
			return ErrPicture
		}
	}
	return nil
}

// Pictures lists the pictures of a text.
func Pictures(source string) (list []Picture) {
	eachEither(source, func(found string) string {
		if parts := pictureAt.FindStringSubmatch(found); parts != nil {
			list = append(list, pictureOf(parts[1], parts[2]))
		}
		return found
	})
	return list
}

// Write is a picture as a text speaks of it.
func (p Picture) Write() string {
	alt := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(exchange.Tidy(p.Alt))
	return "![" + alt + "](" + p.Name + ")"
}

// Take puts marks where pictures and formulas stand, and hands them out in
// the order of their marks; data has the contents of pictures by their names.
// Marks that stand in the text already take what lies beside it, in turn; what
// nothing has taken is returned.
func Take(source string, beside []exchange.Asset, data map[string][]byte) (marked string, assets, left []exchange.Asset) {
	marked = eachEither(source, func(found string) string {
		switch {
		case found == exchange.ImageMark, found == exchange.MathMark:
			if len(beside) > 0 {
				assets, beside = append(assets, beside[0]), beside[1:]
			}
			return found
		case found[0] == '!':
			parts := pictureAt.FindStringSubmatch(found)
			p := pictureOf(parts[1], parts[2])
			assets = append(assets, exchange.Asset{Kind: exchange.Image, Name: p.Name, Alt: p.Alt, Data: data[p.Name]})
			return exchange.ImageMark
		case found[0] == '<':
			assets = append(assets, exchange.Asset{Kind: exchange.Math, Data: []byte(found)})
			return exchange.MathMark
		}
		return found
	})
	return marked, assets, beside
}

// Put writes pictures and formulas where their marks stand, each kind in its
// order, and returns those that are left. Names of pictures are those of the
// bank.
func Put(marked string, assets []exchange.Asset) (source string, left []exchange.Asset) {
	left = slices.Clone(assets)
	source = marks.ReplaceAllStringFunc(marked, func(mark string) string {
		kind := exchange.Image
		if mark == exchange.MathMark {
			kind = exchange.Math
		}
		at := slices.IndexFunc(left, func(a exchange.Asset) bool { return a.Kind == kind })
		if at < 0 {
			return mark
		}
		a := left[at]
		left = slices.Delete(left, at, at+1)
		if kind == exchange.Math {
			return string(a.Data)
		}
		return Picture{Name: a.Name, Alt: a.Alt}.Write()
	})
	return source, left
}

// Attach puts the pictures and formulas of an item into its texts, as the bank
// keeps them; names of pictures are those of the bank. Targets and what is
// chosen in gaps are shown in lists, where words stand for them.
func Attach(it *exchange.Item) {
	assets := it.Assets
	Dress(it)
	Write(it)
	put := func(form Form, text string) string {
		text, assets = Put(text, assets)
		return form.Tidy(text)
	}
	describe := func(text string) string {
		if !marks.MatchString(text) {
			return text
		}
		if strings.Contains(text, exchange.MathMark) {
			it.Ask(exchange.Formula, "Công thức ở vế phải hoặc ở chỗ trống chỉ giữ được chữ; cần viết lại")
		}
		text, assets = Put(Line.Escape(text), assets)
		return Line.Plain(text)
	}
	it.Stem = put(Block, it.Stem)
	it.Options = each(it.Options, func(o string) string { return put(Line, o) })
	it.Targets = each(it.Targets, describe)
	it.Gaps = slices.Clone(it.Gaps)
	for g := range it.Gaps {
		it.Gaps[g].Options = each(it.Gaps[g].Options, describe)
	}
	it.Explanation = put(Block, it.Explanation)
	if len(assets) > 0 {
		it.Ask(exchange.Formula, "Có hình hoặc công thức không đặt được vào câu (ở lời phản hồi hoặc không có chỗ đánh dấu)")
	}
	it.Assets = nil
}

// Write turns plain words into Markdown that says the same.
func Write(it *exchange.Item) {
	if it.Format == exchange.Markdown {
		return
	}
	it.Format = exchange.Markdown
	it.Stem, it.Explanation, it.Options = Block.Escape(it.Stem), Block.Escape(it.Explanation), each(it.Options, Line.Escape)
}

// Detach is the other way: it takes pictures and formulas out of the texts of
// an item in Markdown and lays them beside it; data has the contents of
// pictures by their names. Texts that say no more than plain words with marks
// are plain again.
func Detach(it *exchange.Item, data map[string][]byte) {
	beside, plain := it.Assets, true
	it.Assets = nil
	take := func(form Form, text string) string {
		marked, assets, left := Take(text, beside, data)
		it.Assets, beside = append(it.Assets, assets...), left
		plain = plain && form.Escape(form.Flatten(marked)) == marked
		return marked
	}
	pass := func(text string) {
		n := min(len(marks.FindAllString(text, -1)), len(beside))
		it.Assets, beside = append(it.Assets, beside[:n]...), beside[n:]
	}
	it.Stem = take(Block, it.Stem)
	it.Options = each(it.Options, func(o string) string { return take(Line, o) })
	for _, t := range it.Targets {
		pass(t)
	}
	for _, g := range it.Gaps {
		for _, o := range g.Options {
			pass(o)
		}
	}
	it.Explanation = take(Block, it.Explanation)
	it.Assets = append(it.Assets, beside...)
	if plain && len(it.Assets) > 0 {
		flatten(it)
	}
}

// Flat is an item in plain words with marks, for files that know no more; lost
// tells whether looks are lost.
func Flat(it exchange.Item) (flat exchange.Item, lost bool) {
	if it.Format != exchange.Markdown {
		return it, false
	}
	flat = it
	flatten(&flat)
	return flat, Block.Escape(flat.Stem) != it.Stem || Block.Escape(flat.Explanation) != it.Explanation ||
		!slices.Equal(each(flat.Options, Line.Escape), it.Options)
}

func flatten(it *exchange.Item) {
	it.Format = ""
	it.Stem, it.Explanation = Block.Flatten(it.Stem), Block.Flatten(it.Explanation)
	it.Options = each(it.Options, Line.Flatten)
}

// each makes a list anew; nil stays nil.
func each(texts []string, with func(string) string) []string {
	if texts == nil {
		return nil
	}
	made := make([]string, len(texts))
	for i, t := range texts {
		made[i] = with(t)
	}
	return made
}
