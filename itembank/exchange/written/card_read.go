package written

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
)

// cards reads the cards of a table of a page, label left and content right. It
// is not ok for any other table. Cards whose tables an editor has joined are
// parted again where the next one begins.
func cards(t Table) (found []*question, ok bool) {
	var fields []field
	stem := false
	for _, row := range t.Rows {
		f, filled := fieldOf(row)
		if !filled {
			continue
		}
		if len(fields) == 0 && !f.begins() {
			return nil, false
		}
		if len(fields) > 0 && f.begins() {
			found = append(found, readCard(fields))
			fields = nil
		}
		fields = append(fields, f)
		stem = stem || f.label.name == StemLabel
	}
	if !stem {
		return nil, false
	}
	return append(found, readCard(fields)), true
}

// field is a label with its content as it stands in a file.
type field struct {
	label
	printed string
	known   bool
	cell    Cell
}

func newField(printed string, c Cell) field {
	f := field{printed: printed, cell: c}
	f.label, f.known = understand(printed)
	return f
}

func (f field) begins() bool { return f.name == CardMark }

// fieldOf reads a row: the first cell is the label, the others the content.
// An empty row is no field.
func fieldOf(row []Cell) (f field, filled bool) {
	var cells []Cell
	for _, c := range row {
		if !c.Merged {
			cells = append(cells, c)
		}
	}
	if len(cells) == 0 {
		return field{}, false
	}
	content := Cell{Source: cells[0].Source}
	for i, c := range cells[1:] {
		if i == 0 {
			content.Source = c.Source
		}
		content.Lines = append(content.Lines, c.Lines...)
		content.Formula = content.Formula || c.Formula
	}
	f = newField(cells[0].plain(), content)
	return f, f.printed != "" || !content.empty()
}

// empty tells a cell that says nothing, not even in secret.
func (c Cell) empty() bool {
	if c.Formula || slices.ContainsFunc(c.Lines, func(l Line) bool { return l.Secret != "" }) {
		return false
	}
	for _, l := range c.Lines {
		if slices.ContainsFunc(l.Runs, func(r Run) bool { return strings.ContainsFunc(r.Text, unicode.IsLetter) }) {
			return false // as nearly all are
		}
	}
	return c.plain() == ""
}

// CardSheet reads a table of a workbook with one card a row; it is not ok when
// no row names the columns of cards.
func CardSheet(t Table) (exchange.Content, bool) {
	var content exchange.Content
	var columns []field
	for y, row := range t.Rows {
		switch {
		case columns == nil && y >= headerDepth:
			return content, false
		case columns == nil:
			columns = cardColumns(row)
		case repeats(columns, row):
			columns = cardColumns(row)
		default:
			if fields := rowFields(columns, row); len(fields) > 0 {
				content.Items = append(content.Items, *readCard(fields).ready)
			}
		}
	}
	return content, columns != nil
}

// cardColumns reads the labels of a sheet; nil when the row has none of a
// card.
func cardColumns(row []Cell) []field {
	var columns []field
	var mark, stem bool
	for _, c := range row {
		f := newField(c.plain(), Cell{})
		columns = append(columns, f)
		mark, stem = mark || f.begins(), stem || f.name == StemLabel
	}
	if !mark || !stem {
		return nil
	}
	return columns
}

// repeats tells the labels once more, as of two sheets that were copied into
// one: where others have their kind there stands the mark, which is no kind.
func repeats(columns []field, row []Cell) bool {
	at := slices.IndexFunc(columns, field.begins)
	return at < len(row) && words(row[at].plain()) == words(CardMark) && cardColumns(row) != nil
}

// rowFields are the filled cells of a row under their labels; none for a row
// that holds nothing but a number.
func rowFields(columns []field, row []Cell) (fields []field) {
	filled := false
	for x, c := range row {
		if c.Merged || c.empty() {
			continue
		}
		var f field
		if x < len(columns) {
			f = columns[x]
		}
		f.cell = c
		fields = append(fields, f)
		filled = filled || f.name != numberLabel
	}
	if !filled {
		return nil
	}
	return fields
}

// cardReader reads one card.
type cardReader struct {
	it     exchange.Item
	fields []field
	seen   question // what a person should know besides, as in other layouts
	unread []string // what is not understood

	letters []int // the letters of the options, by their places
	stem    rich
	options []rich
	targets []rich
	gaps    []rich // options of gaps
	why     rich
	remarks []rich // feedback, by options
}

// rich is a text with the pictures and formulas in it.
type rich struct {
	text   string
	assets []exchange.Asset
}

func readCard(fields []field) *question {
	c := &cardReader{fields: fields}
	c.sort()
	c.texts()
	c.kind()
	c.choices()
	c.readKey()
	c.readGaps()
	c.finish()
	return &question{source: c.it.Source, ready: &c.it}
}

// sort looks at every field once: what cannot be understood, what stands
// twice, and what should be known of its content.
func (c *cardReader) sort() {
	var known []field
	for _, f := range c.fields {
		if f.cell.Source != "" && (c.it.Source == "" || f.name == StemLabel) {
			c.it.Source = f.cell.Source
		}
		if f.cell.empty() {
			continue
		}
		twice := slices.ContainsFunc(known, func(other field) bool { return other.label == f.label })
		switch {
		case f.printed == "":
			c.misread("Có nội dung không có nhãn: “%.60s”", f.cell.plain())
		case !f.known:
			c.misread("Không có nhãn “%.40s” trong phiếu câu hỏi", f.printed)
		case twice && f.name == keyLabel:
			known = slices.DeleteFunc(known, func(other field) bool { return other.name == keyLabel })
			c.it.Ask(exchange.KeyConflict, "Phiếu có hai ô đáp án")
		case twice:
			c.misread("Nhãn “%s” có hai lần, chỉ dùng lần đầu", f.printed)
		default:
			known = append(known, f)
		}
		c.watch(f)
	}
	c.fields = known
}

func (c *cardReader) misread(format string, args ...any) {
	c.unread = append(c.unread, fmt.Sprintf(format, args...))
}

// watch notes old fonts, changes, hidden text, pictures outside the file and
// formulas, as the other layouts do.
func (c *cardReader) watch(f field) {
	bears := slices.Contains([]string{CardMark, keyLabel, weightsLabel, gapsPlace}, f.name)
	for _, l := range f.cell.Lines {
		c.seen.legacy = c.seen.legacy || slices.ContainsFunc(l.Runs, oldFont)
		c.seen.external = c.seen.external || l.External
		c.seen.tracked = c.seen.tracked || bears && l.Tracked
		c.seen.secret = c.seen.secret || l.Hidden && (bears || tellsKey(l.Secret))
	}
	if !f.cell.Formula || c.seen.formula != "" && f.name != keyLabel {
		return
	}
	switch f.name {
	case keyLabel:
		c.seen.hearKey(f.cell)
	case StemLabel:
		c.seen.formula = "Câu dẫn là công thức, không phải chữ"
	case optionsPlace:
		c.seen.formula = "Có phương án là công thức, cần người soạn xác nhận"
	default:
		c.seen.formula = fmt.Sprintf("Ô “%s” là công thức, cần người soạn xác nhận", f.printed)
	}
}

func oldFont(r Run) bool {
	_, legacy := fromLegacy(r.Text, r.Font)
	return legacy
}

// cell is the content of a label; empty when the card has none.
func (c *cardReader) cell(name string) Cell {
	for _, f := range c.fields {
		if f.name == name {
			return f.cell
		}
	}
	return Cell{}
}

// lines are a cell's lines that are not blank.
func (c Cell) lines() (lines []rich) {
	for _, l := range c.Lines {
		if text := l.said(); text != "" {
			lines = append(lines, rich{text, l.Assets})
		}
	}
	return lines
}

// said is a line's text; how it looks says nothing in a card.
func (l Line) said() string {
	var b strings.Builder
	if l.Label.Text != "" {
		b.WriteString(l.Label.Text + " ") // an editor has made a list of the lines
	}
	for _, r := range l.Runs {
		words, _ := fromLegacy(r.Text, r.Font)
		b.WriteString(words)
	}
	return exchange.Tidy(b.String())
}

// whole is a cell as one text.
func (c Cell) whole() rich {
	var r rich
	for i, l := range c.lines() {
		if i > 0 {
			r.text += " "
		}
		r.text += l.text
		r.assets = append(r.assets, l.assets...)
	}
	return r
}

// written is a cell as a text in Markdown: its lines as they stand.
func (c Cell) written() rich {
	var texts []string
	var r rich
	for _, l := range c.Lines {
		text := ""
		if l.Label.Text != "" {
			text = l.Label.Text + " " // an editor has made a list of the lines
		}
		for _, run := range l.Runs {
			words, _ := fromLegacy(run.Text, run.Font)
			text += words
		}
		texts = append(texts, apart.ReplaceAllString(text, "$1$2"))
		r.assets = append(r.assets, l.Assets...)
	}
	r.text = exchange.TidyLines(strings.Join(texts, "\n"))
	return r
}

// apart is the blank before the mark of a picture that begins a line: marks
// are set apart from the words around them.
var apart = regexp.MustCompile(`^( *) (` + regexp.QuoteMeta(exchange.ImageMark) + `)`)

// texts reads the fields that are a text as it stands.
func (c *cardReader) texts() {
	it := &c.it
	for name, into := range map[string]*string{
		nameLabel: &it.Name, topicLabel: &it.Topic, levelLabel: &it.Level, unitLabel: &it.Unit, citationLabel: &it.Citation,
		aboutLabel: &it.Situation,
	} {
		*into = c.cell(name).whole().text
	}
	c.stem, c.why = c.cell(StemLabel).whole(), c.cell(whyLabel).whole()
	c.format()
	it.Stem, it.Explanation = c.stem.text, c.why.text
	if section := c.cell(sectionLabel).whole().text; section != "" {
		it.Section = &section
	}
	c.number()
	c.caseSensitive()
}

// format reads how stem, options and explanation are written.
func (c *cardReader) format() {
	switch printed := c.cell(formatLabel).whole().text; words(printed) {
	case "":
	case "markdown":
		c.it.Format = exchange.Markdown
		c.stem, c.why = c.cell(StemLabel).written(), c.cell(whyLabel).written()
	default:
		c.misread("Ô “%s” chỉ nhận Markdown, không hiểu “%.20s”", formatLabel, printed)
	}
}

func (c *cardReader) number() {
	printed := c.cell(numberLabel).whole().text
	if printed == "" {
		return
	}
	n, err := strconv.Atoi(strings.Trim(printed, ".() "))
	if err != nil {
		c.misread("Số câu “%.20s” không phải một số", printed)
		return
	}
	c.it.Number = &n
}

func (c *cardReader) caseSensitive() {
	printed := c.cell(caseLabel).whole().text
	switch words(printed) {
	case "":
	case "co", "khong":
		sensitive := words(printed) == "co"
		c.it.CaseSensitive = &sensitive
	default:
		c.misread("Ô “%s” chỉ nhận Có hoặc Không, không hiểu “%.20s”", caseLabel, printed)
	}
}

// kind reads the first field. An unknown kind is kept as an essay, whose
// answers nobody marks, until a person has chosen.
func (c *cardReader) kind() {
	printed := c.cell(CardMark).whole().text
	kind, known := kindCalled(printed)
	switch {
	case known:
		c.it.Type = kind
		return
	case printed == "":
		c.it.Break(exchange.Unsupported, "Phiếu không ghi loại câu hỏi")
	default:
		c.it.Break(exchange.Unsupported, fmt.Sprintf("Không có loại câu hỏi “%.40s”; các loại là %s", printed, strings.Join(Kinds(), ", ")))
	}
	c.it.Type = exchange.Essay
}

// finish lists pictures and formulas in the order of the item's fields and
// tells what was seen.
func (c *cardReader) finish() {
	for _, r := range slices.Concat([]rich{c.stem}, c.options, c.targets, c.gaps, []rich{c.why}, c.remarks) {
		c.it.Assets = append(c.it.Assets, r.assets...)
	}
	if c.it.Format == exchange.Markdown {
		markdown.Detach(&c.it, nil)
	}
	if len(c.unread) > 0 {
		c.it.Ask(exchange.UnreadField, strings.Join(c.unread, "; "))
	}
	c.seen.remark(&c.it)
	if c.it.Status == "" {
		c.it.Status = exchange.OK
	}
}
