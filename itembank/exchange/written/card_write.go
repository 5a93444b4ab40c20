package written

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/markup"
)

// Keeps tells, in Vietnamese, why a file cannot hold a picture; it is empty
// when the file can.
type Keeps func(exchange.Asset) string

// Cards turns items into cards and tells what of them is lost. An item of no
// known type is left out. A picture that the file cannot hold leaves its
// description in brackets, and so does every formula; a mark without a picture
// or formula is text like any other.
func Cards(items []exchange.Item, keeps Keeps) ([]Card, []exchange.Loss) {
	var cards []Card
	var losses []exchange.Loss
	for i := range items {
		w := newCardWriter(i, items[i], keeps)
		if kindName(w.it.Type) == "" {
			w.lose("Không ghi câu này vào tệp: không có loại câu này")
		} else {
			w.fields()
			cards = append(cards, w.card)
		}
		for _, what := range w.lost {
			losses = append(losses, exchange.Loss{Item: w.card.Item, What: what})
		}
	}
	return cards, losses
}

// cardWriter writes one item.
type cardWriter struct {
	it       exchange.Item
	card     Card
	lost     []string
	keeps    Keeps
	images   []exchange.Asset // not yet at their marks
	formulas []exchange.Asset
	inline   bool // formulas stand in the text that is being written
}

func newCardWriter(index int, it exchange.Item, keeps Keeps) *cardWriter {
	w := &cardWriter{it: it, keeps: keeps, card: Card{Item: exchange.Tidy(it.Name)}}
	if w.card.Item == "" {
		w.card.Item = fmt.Sprintf("câu thứ %d", index+1)
	}
	for _, a := range it.Assets {
		if a.Kind == exchange.Math {
			w.formulas = append(w.formulas, a)
		} else {
			w.images = append(w.images, a)
		}
	}
	if len(w.formulas) > 0 && slices.ContainsFunc(slices.Concat([]string{it.Stem, it.Explanation}, it.Options), hasFormula) {
		markdown.Write(&w.it)
	}
	if len(it.Options) > exchange.MaxOptions || len(it.Targets) > exchange.MaxOptions || len(it.Gaps) > exchange.MaxOptions {
		w.lose("Có hơn %d phương án nên không ghi phương án nào", exchange.MaxOptions)
		w.it.Options, w.it.Targets, w.it.Key, w.it.Weights, w.it.OptionFeedback, w.it.Gaps = nil, nil, nil, nil, nil, nil
	}
	return w
}

func hasFormula(text string) bool { return strings.Contains(text, exchange.MathMark) }

// lose adds a sentence, once.
func (w *cardWriter) lose(format string, args ...any) {
	if what := fmt.Sprintf(format, args...); !slices.Contains(w.lost, what) {
		w.lost = append(w.lost, what)
	}
}

// add adds a field even if it is empty, put only if it is not.
func (w *cardWriter) add(label string, lines ...[]Part) {
	w.card.Fields = append(w.card.Fields, Field{label, lines})
}

func (w *cardWriter) put(label string, lines ...[]Part) {
	if len(lines) > 0 {
		w.add(label, lines...)
	}
}

// line is a text as lines of a field: one, or none when it is blank.
func line(text string) [][]Part {
	if text = exchange.Tidy(text); text == "" {
		return nil
	}
	return [][]Part{{{Text: text}}}
}

// fields writes all fields. Texts with pictures come first, in the order in
// which an item lists its pictures.
func (w *cardWriter) fields() {
	it := &w.it
	stem, options, targets := w.written(it.Stem), make([][]Part, len(it.Options)), [][]Part(nil)
	for i, o := range it.Options {
		options[i] = w.written(o)
	}
	targets = w.riches(it.Targets)
	gaps := make([][][]Part, len(it.Gaps))
	for i, g := range it.Gaps {
		gaps[i] = w.riches(g.Options)
	}
	why, feedback := w.written(it.Explanation), w.feedback()
	if left := len(w.images) + len(w.formulas); left > 0 {
		w.lose("Có %d hình hoặc công thức không gắn với chỗ nào trong câu nên không ghi được", left)
	}

	w.add(CardMark, line(kindName(it.Type))...)
	w.head()
	w.add(StemLabel, lines(stem)...)
	w.options(options)
	w.targets(targets)
	w.key()
	w.put(unitLabel, line(it.Unit)...)
	w.caseSensitive()
	w.pinned()
	w.weights()
	w.put(feedbackLabel, feedback...)
	w.gaps(gaps)
	w.add(whyLabel, lines(why)...)
	w.add(citationLabel, line(it.Citation)...)
}

// written is a text that may be in Markdown.
func (w *cardWriter) written(text string) []Part {
	w.inline = w.it.Format == exchange.Markdown
	defer func() { w.inline = false }()
	return w.rich(text)
}

// lines parts a text where its lines end.
func lines(text []Part) (parted [][]Part) {
	if len(text) == 0 {
		return nil
	}
	parted = [][]Part{nil}
	for _, part := range text {
		for i, piece := range strings.Split(part.Text, "\n") {
			if i > 0 {
				parted = append(parted, nil)
			}
			if piece != "" || part.Picture != nil {
				last := len(parted) - 1
				parted[last] = append(parted[last], Part{Text: piece, Picture: part.Picture})
			}
		}
	}
	return parted
}

func nonEmpty(text []Part) [][]Part {
	if len(text) == 0 {
		return nil
	}
	return [][]Part{text}
}

func (w *cardWriter) head() {
	if w.it.Number != nil {
		w.put(numberLabel, line(strconv.Itoa(*w.it.Number))...)
	}
	w.put(nameLabel, line(w.it.Name)...)
	if w.it.Section != nil {
		w.put(sectionLabel, line(*w.it.Section)...)
	}
	w.put(topicLabel, line(w.it.Topic)...)
	w.put(levelLabel, line(w.it.Level)...)
	if w.it.Format == exchange.Markdown {
		w.put(formatLabel, line("Markdown")...)
	}
	w.put(aboutLabel, line(w.it.Situation)...)
}

func (w *cardWriter) riches(texts []string) [][]Part {
	out := make([][]Part, len(texts))
	for i, t := range texts {
		out[i] = w.rich(t)
	}
	return out
}

// rich parts a text at the marks of its pictures and formulas.
func (w *cardWriter) rich(text string) (parts []Part) {
	if w.inline {
		text = exchange.TidyLines(text)
	} else {
		text = exchange.Tidy(text)
	}
	plain := ""
	for text != "" {
		at, mark := len(text), ""
		for _, m := range []string{exchange.ImageMark, exchange.MathMark} {
			if i := strings.Index(text, m); i >= 0 && i < at {
				at, mark = i, m
			}
		}
		plain, text = plain+text[:at], text[at+len(mark):]
		words, picture := w.asset(mark)
		if plain += words; picture == nil {
			continue
		}
		if plain != "" {
			parts = append(parts, Part{Text: plain})
		}
		parts, plain = append(parts, Part{Picture: picture}), ""
	}
	if plain != "" {
		parts = append(parts, Part{Text: plain})
	}
	return parts
}

// asset is what stands at a mark: the next picture, or words for it.
func (w *cardWriter) asset(mark string) (words string, picture *exchange.Asset) {
	switch {
	case mark == exchange.ImageMark && len(w.images) > 0:
		a := w.images[0]
		w.images = w.images[1:]
		why := w.keeps(a)
		if why == "" {
			return "", &a
		}
		w.lose("Hình được thay bằng lời tả: %s", why)
		return bracketed("hình", a.Alt), nil
	case mark == exchange.MathMark && len(w.formulas) > 0:
		a := w.formulas[0]
		w.formulas = w.formulas[1:]
		if w.inline {
			return markup.Formula(string(a.Data)), nil
		}
		w.lose("Công thức được thay bằng chữ")
		return bracketed("công thức", markup.FormulaText(string(a.Data))), nil
	}
	return mark, nil
}

// bracketed describes what is lost. The description must not hold a mark,
// which would be taken for the place of another picture.
func bracketed(what, words string) string {
	if words = exchange.Tidy(strings.ReplaceAll(words, "[[", "[")); words == "" {
		return "[" + what + "]"
	}
	return "[" + what + ": " + words + "]"
}

func (w *cardWriter) options(texts [][]Part) {
	for i, t := range texts {
		if len(t) == 0 {
			w.lose("Phương án %s để trống nên khi đọc lại sẽ không còn", exchange.Letter(i))
		}
		w.put(exchange.Letter(i), nonEmpty(t)...)
	}
}

func (w *cardWriter) targets(texts [][]Part) {
	lines := make([][]Part, len(texts))
	for i, t := range texts {
		if len(t) == 0 {
			w.lose("Vế phải %d để trống", i+1)
		}
		lines[i] = prefixed(strconv.Itoa(i+1)+". ", t)
	}
	w.put(targetsLabel, lines...)
}

func prefixed(prefix string, text []Part) []Part {
	return append([]Part{{Text: prefix}}, text...)
}

func (w *cardWriter) feedback() (lines [][]Part) {
	for i, remark := range w.it.OptionFeedback {
		if remark == nil || exchange.Tidy(*remark) == "" {
			continue
		}
		if i >= len(w.it.Options) {
			w.lose("Có phản hồi cho phương án không tồn tại nên không được ghi")
			return lines
		}
		lines = append(lines, prefixed(exchange.Letter(i)+". ", w.rich(*remark)))
	}
	return lines
}

func (w *cardWriter) caseSensitive() {
	if w.it.CaseSensitive == nil {
		return
	}
	answer := "Không"
	if *w.it.CaseSensitive {
		answer = "Có"
	}
	w.put(caseLabel, line(answer)...)
}

func (w *cardWriter) pinned() {
	places := w.it.Pinned
	if slices.ContainsFunc(places, w.outside) {
		w.lose("Có vị trí cố định không thuộc phương án nào nên không được ghi")
		places = slices.DeleteFunc(slices.Clone(places), w.outside)
	}
	w.put(pinnedLabel, line(lettersOf(slices.Compact(slices.Sorted(slices.Values(places)))))...)
}

func (w *cardWriter) outside(place int) bool { return place < 0 || place >= len(w.it.Options) }

func (w *cardWriter) weights() {
	if len(w.it.Weights) == 0 {
		return
	}
	if len(w.it.Weights) != len(w.it.Options) || slices.ContainsFunc(w.it.Weights, notANumber) {
		w.lose("Tỷ lệ điểm không khớp với các phương án nên không được ghi")
		return
	}
	lines := make([][]Part, len(w.it.Weights))
	for i, weight := range w.it.Weights {
		lines[i] = []Part{{Text: fmt.Sprintf("%s. %s %%", exchange.Letter(i), percent(weight))}}
	}
	w.put(weightsLabel, lines...)
}

func notANumber(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }

// percent writes every digit, with a comma.
func percent(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), ".", ",", 1)
}
