package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// builder makes the rows around a table. It keeps the first error.
type builder struct {
	st      *styles
	columns []reports.Column
	err     error
}

func (b *builder) style(l look) int {
	id, err := b.st.id(l)
	if err != nil && b.err == nil {
		b.err = err
	}
	return id
}

// of makes a row of lines, each over its own columns.
func (b *builder) of(h float64, lines ...line) row {
	r := row{height: h, cells: make([]any, len(b.columns))}
	for _, l := range lines {
		id := b.style(l.look)
		for c := l.from; c <= l.to; c++ {
			r.cells[c-1] = excelize.Cell{StyleID: id}
		}
		r.cells[l.from-1] = excelize.Cell{StyleID: id, Value: clean(l.text)}
		r.merges = append(r.merges, merge{from: l.from, to: l.to})
	}
	return r
}

func centred(size float64, bold, italic bool) look {
	return look{size: size, bold: bold, italic: italic, align: "center", valign: "center", wrap: true}
}

// middle is the column after which the right half of the letterhead begins.
func (b *builder) middle() int {
	total, used := 0.0, 0.0
	for _, c := range b.columns {
		total += c.Width
	}
	for i, c := range b.columns {
		used += c.Width
		if used >= total*0.42 {
			return min(i+1, len(b.columns)-1)
		}
	}
	return 1
}

func (b *builder) span(from, to int) (w float64) {
	for _, c := range b.columns[from-1 : to] {
		w += c.Width + 0.7
	}
	return w
}

const (
	country = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto   = "Độc lập - Tự do - Hạnh phúc"
)

// rule is a row of box-drawing dashes: it keeps its length at any width.
func rule(n int) string { return strings.Repeat("─", n) }

// head is the letterhead and the titles.
func (b *builder) head(s reports.Sheet) []row {
	split, last := b.middle(), len(b.columns)
	left, right := [2]int{1, split}, [2]int{split + 1, last}
	leftWidth, rightWidth := b.span(1, split), b.span(split+1, last)
	pair := func(a, c string, la, lc look) row {
		n := max(lines(a, leftWidth, la.size, la.bold), lines(c, rightWidth, lc.size, lc.bold))
		return b.of(height(n, 12), line{left[0], left[1], a, la}, line{right[0], right[1], c, lc})
	}
	rows := []row{
		pair(s.Issuer.Parent, country, centred(12, false, false), centred(12, true, false)),
		pair(s.Issuer.Own, motto, centred(12, true, false), centred(13, true, false)),
		b.of(9, line{left[0], left[1], rule(max(6, int(width(s.Issuer.Own)/3))), centred(6, false, false)}, line{right[0], right[1], rule(26), centred(6, false, false)}),
		b.of(8),
	}
	whole := func(text string, l look) {
		if isBlank(text) {
			return
		}
		rows = append(rows, b.of(height(lines(text, b.span(1, last), l.size, l.bold), l.size), line{1, last, text, l}))
	}
	whole(s.Draft, centred(12, true, true))
	whole(s.Annex, centred(13, true, false))
	whole(s.Title, centred(14, true, false))
	whole(s.Subtitle, centred(13, true, false))
	whole(s.Attached, centred(12, false, true))
	rows = append(rows, b.of(8))
	if !isBlank(s.Unit) {
		l := centred(11, false, true)
		l.align = "right"
		rows = append(rows, b.of(17, line{1, last, s.Unit, l}))
	}
	return rows
}

// headings are one or two heading rows and the column-number row.
func (b *builder) headings(s reports.Sheet) []row {
	headLook := look{size: 11, bold: true, fill: "EDEDED", align: "center", valign: "center", wrap: true, edge: boxed}
	number := look{size: 9, italic: true, align: "center", valign: "center", shrink: true, edge: boxed}
	screen := look{size: 10, italic: true, colour: "808080", valign: "center", align: "center", wrap: true}
	grouped := false
	for _, c := range s.Columns {
		grouped = grouped || c.Group != ""
	}
	upper, lower, numbers := row{height: 18}, row{}, row{height: 15}
	most := 1
	for i, c := range s.Columns {
		most = max(most, lines(c.Heading, c.Width, 11, true))
		top := c.Heading
		if c.Group != "" {
			top = c.Group
		}
		upper.cells = append(upper.cells, excelize.Cell{StyleID: b.style(headLook), Value: top})
		lower.cells = append(lower.cells, excelize.Cell{StyleID: b.style(headLook), Value: c.Heading})
		formula := c.Formula
		if formula == "" {
			formula = fmt.Sprintf("(%d)", i+1)
		}
		numbers.cells = append(numbers.cells, excelize.Cell{StyleID: b.style(number), Value: formula})
	}
	lower.height = height(most, 11)
	lower.cells = append(lower.cells, screenHeads(b.style(screen), s)...)
	if !grouped {
		return []row{lower, numbers}
	}
	upper.height = height(groupLines(s), 11)
	for _, span := range groupSpans(s.Columns) {
		m := merge{from: span[0], to: span[1]}
		if at := span[0] - 1; s.Columns[at].Group == "" {
			m.down = 1 // a heading without a group stands over both rows
			lower.cells[at] = excelize.Cell{StyleID: b.style(headLook)}
		}
		upper.merges = append(upper.merges, m)
	}
	return []row{upper, lower, numbers}
}

func screenHeads(style int, s reports.Sheet) []any {
	if len(s.Screen) == 0 {
		return nil
	}
	cells := []any{nil}
	for _, c := range s.Screen {
		cells = append(cells, excelize.Cell{StyleID: style, Value: c.Heading})
	}
	return cells
}

func groupSpans(columns []reports.Column) [][2]int {
	var spans [][2]int
	for i := 0; i < len(columns); {
		j := i + 1
		for j < len(columns) && columns[i].Group != "" && columns[j].Group == columns[i].Group {
			j++
		}
		spans = append(spans, [2]int{i + 1, j})
		i = j
	}
	return spans
}

func groupLines(s reports.Sheet) int {
	most := 1
	for _, span := range groupSpans(s.Columns) {
		w := 0.0
		for _, c := range s.Columns[span[0]-1 : span[1]] {
			w += c.Width + 0.7
		}
		most = max(most, lines(s.Columns[span[0]-1].Group, w, 11, true))
	}
	return most
}

// tail is everything under the table; signFrom is where signatures begin.
func (b *builder) tail(s reports.Sheet) (rows []row, signFrom int) {
	last := len(b.columns)
	left := func(size float64, bold, italic bool) look {
		l := centred(size, bold, italic)
		l.align = "left"
		return l
	}
	if !isBlank(s.Closing) {
		rows = append(rows, b.of(20, line{1, last, s.Closing, left(11, false, true)}))
	}
	if len(s.Notes) > 0 {
		rows = append(rows, b.of(6))
	}
	for i, note := range s.Notes {
		text := "- " + note
		if i == 0 {
			text = "Ghi chú:\n" + text
		}
		rows = append(rows, b.of(height(lines(text, b.span(1, last), 10, false), 10.5), line{1, last, text, left(10, false, true)}))
	}
	signFrom = len(rows)
	if len(s.Signatures) == 0 {
		return rows, signFrom
	}
	split := b.middle()
	rows = append(rows, b.of(8))
	if !isBlank(s.PlaceAndDate) {
		rows = append(rows, b.of(18, line{split + 1, last, s.PlaceAndDate, centred(12, false, true)}))
	}
	spans := [][2]int{{1, split}, {split + 1, last}}
	var roles, names []line
	for i, sign := range s.Signatures {
		if i >= len(spans) {
			break
		}
		roles = append(roles, line{spans[i][0], spans[i][1], sign.Role, centred(13, true, false)})
		names = append(names, line{spans[i][0], spans[i][1], sign.Name, centred(13, true, false)})
	}
	return append(rows, b.of(20, roles...), b.of(60), b.of(20, names...)), signFrom
}
