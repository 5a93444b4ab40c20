package written

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// A card ("phiếu câu hỏi") is the layout in which the bank writes items for
// Word and Excel: every field of an item under a label of its own, every text
// word for word. It is read strictly: nothing but the labels says what a text
// is, so an option may begin with "B." and a stem with "Câu 1.".
//
// Texts of an item are one line each, so a field of several texts has one a
// line: targets "1. …", feedback "A. …", accepted answers, options of a gap.
// Stems and explanations in Markdown have several; formulas stand in them as
// MathML.
//
// card_write.go turns items into cards and tells what is lost; card_read.go
// and card_key.go turn cards, which people may have edited, into items.

// Card is an item as labelled fields, for docx and xlsx to lay out.
type Card struct {
	Item   string  // its name in a Loss
	Fields []Field // in the order of the labels; the first is the kind
}

// Field is a label with its texts, one a line. A field that people are
// expected to fill may have none.
type Field struct {
	Label string
	Lines [][]Part
}

// Part is a piece of a text, or a picture.
type Part struct {
	Text    string
	Picture *exchange.Asset
}

// Text is the field's texts parted by line feeds, with marks for its pictures.
func (f Field) Text() string {
	var b strings.Builder
	for i, line := range f.Lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		for n, part := range line {
			if part.Picture == nil {
				b.WriteString(part.Text)
				continue
			}
			if n > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(exchange.ImageMark)
			if n < len(line)-1 {
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

// Pictures are the field's pictures, in the order of their marks.
func (f Field) Pictures() (pictures []exchange.Asset) {
	for _, line := range f.Lines {
		for _, part := range line {
			if part.Picture != nil {
				pictures = append(pictures, *part.Picture)
			}
		}
	}
	return pictures
}

// Cut shortens a text for a cell of at most longest UTF-16 units, as Excel
// counts them; lost tells the sentence for the losses, empty when nothing is.
func (f Field) Cut(longest int) (text, lost string) {
	text = f.Text()
	units := 0
	for i, r := range text {
		if units++; r > 0xffff {
			units++
		}
		if units > longest {
			return text[:i], fmt.Sprintf("Ô “%s” dài hơn %s ký tự nên bị cắt", f.Label, viet.Number(int64(longest)))
		}
	}
	return text, ""
}

// CardMark is the label of a card's first field, the kind; no other layout has
// it. StemLabel is the label up to which a card says what the item is about.
const (
	CardMark  = "Phiếu câu hỏi"
	StemLabel = "Câu dẫn"
)

// The labels of a card besides its options, which are A to Z, and its gaps.
const (
	numberLabel   = "Số câu"
	nameLabel     = "Mã câu hỏi"
	sectionLabel  = "Mục"
	topicLabel    = "Chủ đề"
	levelLabel    = "Mức độ"
	formatLabel   = "Cách viết"
	aboutLabel    = "Thuộc tình huống"
	optionsPlace  = "A … Z" // where options stand among the labels
	targetsLabel  = "Vế phải"
	keyLabel      = "Đáp án"
	unitLabel     = "Đơn vị"
	caseLabel     = "Phân biệt hoa thường"
	pinnedLabel   = "Không xáo trộn"
	weightsLabel  = "Tỷ lệ điểm"
	feedbackLabel = "Phản hồi phương án"
	gapsPlace     = "Chỗ trống"
	whyLabel      = "Giải thích"
	citationLabel = "Căn cứ"
)

var labels = []string{CardMark, numberLabel, nameLabel, sectionLabel, topicLabel, levelLabel, formatLabel, aboutLabel, StemLabel, optionsPlace, targetsLabel, keyLabel, unitLabel,
	caseLabel, pinnedLabel, weightsLabel, feedbackLabel, gapsPlace, whyLabel, citationLabel}

// byWords finds labels that stand for themselves.
var byWords = func() map[string]string {
	m := map[string]string{}
	for _, l := range labels {
		if l != optionsPlace && l != gapsPlace {
			m[words(l)] = l
		}
	}
	return m
}()

// basicLabels are the columns of a sheet that holds no item yet.
var basicLabels = []string{CardMark, numberLabel, sectionLabel, levelLabel, StemLabel, "A", "B", "C", "D", keyLabel, whyLabel, citationLabel}

// kinds are the values of a card's first field.
var kinds = []struct {
	kind exchange.Type
	name string
}{
	{exchange.Single, "Một đáp án đúng"},
	{exchange.Multiple, "Nhiều đáp án đúng"},
	{exchange.TrueFalse, "Đúng hay sai"},
	{exchange.Matching, "Ghép cặp"},
	{exchange.Ordering, "Sắp xếp thứ tự"},
	{exchange.Numeric, "Điền số"},
	{exchange.ShortAnswer, "Trả lời ngắn"},
	{exchange.GapText, "Điền chỗ trống"},
	{exchange.Essay, "Tự luận"},
	{exchange.Situation, "Tình huống"},
}

// Kinds lists the names of kinds that a card may have.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

func kindName(kind exchange.Type) string {
	for _, k := range kinds {
		if k.kind == kind {
			return k.name
		}
	}
	return ""
}

func kindCalled(name string) (exchange.Type, bool) {
	for _, k := range kinds {
		if words(k.name) == words(name) {
			return k.kind, true
		}
	}
	return "", false
}

// words keeps letters without marks and digits, in small letters: what is left
// of a label whatever an editor's automatic correction does to it.
func words(label string) string {
	return strings.Join(wordForm.FindAllString(viet.Fold(exchange.Tidy(label)), -1), " ")
}

var wordForm = regexp.MustCompile(`[\pL\d]+`)

// The ways a gap is filled, as its label tells them.
const (
	chosenGap   = "chọn"
	typedGap    = "gõ"
	numberedGap = "số"
)

var gapWays = []string{chosenGap, typedGap, numberedGap}

func gapLabel(place int, way string) string {
	return fmt.Sprintf("%s %d (%s)", gapsPlace, place+1, way)
}

var (
	letterWords = regexp.MustCompile(`^(?:(?:phuong an|pa) )?([a-z])$`)
	gapWords    = regexp.MustCompile(`^cho trong (\d{1,2}) (chon|go|so)$`)
)

// label is a label as it was understood: one of labels, with the place of an
// option or a gap.
type label struct {
	name  string
	place int
	way   string
}

// understand reads a label, however it is spelt.
func understand(printed string) (label, bool) {
	folded := words(printed)
	if name, ok := byWords[folded]; ok {
		return label{name: name}, true
	}
	if m := letterWords.FindStringSubmatch(folded); m != nil && !strings.ContainsAny(printed, "đĐ") {
		return label{name: optionsPlace, place: int(m[1][0] - 'a')}, true
	}
	if m := gapWords.FindStringSubmatch(folded); m != nil {
		n, _ := strconv.Atoi(m[1])
		way := slices.IndexFunc(gapWays, func(w string) bool { return words(w) == m[2] })
		return label{gapsPlace, n - 1, gapWays[way]}, n >= 1 && n <= exchange.MaxOptions
	}
	return label{}, false
}

// order compares labels by their place in a card.
func (l label) order(other label) int {
	if by := slices.Index(labels, l.name) - slices.Index(labels, other.name); by != 0 {
		return by
	}
	if l.place != other.place {
		return l.place - other.place
	}
	return slices.Index(gapWays, l.way) - slices.Index(gapWays, other.way)
}

// Columns lists the labels of a sheet that holds all cards: those that every
// sheet has, and those that some card needs.
func Columns(cards []Card) []string {
	columns := slices.Clone(basicLabels)
	known := map[string]bool{}
	for _, c := range columns {
		known[c] = true
	}
	for _, c := range cards {
		for _, f := range c.Fields {
			if !known[f.Label] {
				known[f.Label] = true
				columns = append(columns, f.Label)
			}
		}
	}
	slices.SortFunc(columns, func(a, b string) int {
		x, _ := understand(a)
		y, _ := understand(b)
		return x.order(y)
	})
	return columns
}

// The forms of a card's texts that are more than a text. Dashes are those that
// automatic correction makes of a hyphen.
var (
	letterLine  = regexp.MustCompile(`^([A-Z])\s*[.):]\s*(.*)$`)
	numberLine  = regexp.MustCompile(`^(\d{1,2})\s*[.)]\s*(.*)$`)
	choiceLine  = regexp.MustCompile(`^([*\-–—−•])\s+(.*)$`)
	partialLine = regexp.MustCompile(`^([\-–−]?\d+(?:[.,]\d+)?)\s*%\s*:\s*(.*)$`)
)
