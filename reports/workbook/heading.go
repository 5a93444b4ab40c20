package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

var (
	headingLook = look{size: 11, bold: true, fill: silver, align: "center", valign: "center", wrap: true, edge: boxed}
	numberLook  = look{size: 9, italic: true, align: "center", valign: "center", shrink: true, edge: boxed}
	outsideLook = look{size: 11, italic: true, colour: grey, align: "center", valign: "center", wrap: true}
)

// headings are one heading row, or two where a column has a group, and the
// column-number row.
func (b *builder) headings(s reports.Sheet) []row {
	spans := groupSpans(s.Columns)
	if spans == nil {
		one := row{cells: b.headingCells(s, func(c reports.Column) string { return c.Heading }), height: headingHeight(s, func(reports.Column) bool { return true })}
		return []row{one, b.numbers(s)}
	}
	upper := row{cells: b.headingCells(s, func(c reports.Column) string {
		if c.Group == "" {
			return c.Heading
		}
		return ""
	})}
	lower := row{cells: b.headingCells(s, func(c reports.Column) string {
		if c.Group == "" {
			return ""
		}
		return c.Heading
	})}
	upper.height = height(1, 11)
	for _, g := range spans {
		columns := s.Columns[g[0]-1 : g[1]]
		upper.cells[g[0]-1] = excelize.Cell{StyleID: b.style(headingLook), Value: clean(columns[0].Group)}
		upper.merges = append(upper.merges, merge{from: g[0], to: g[1]})
		upper.height = max(upper.height, height(headingLook.face().lines(columns[0].Group, span(columns)), 11))
	}
	overBoth(s, &upper)
	grouped := headingHeight(s, func(c reports.Column) bool { return c.Group != "" })
	single := headingHeight(s, func(c reports.Column) bool { return c.Group == "" })
	lower.height = max(grouped, single-upper.height)
	return []row{upper, lower, b.numbers(s)}
}

// headingCells are the cells of one heading row, screen columns included.
func (b *builder) headingCells(s reports.Sheet, text func(reports.Column) string) []any {
	cells := make([]any, 0, allColumns(s))
	add := func(c reports.Column, l look) {
		made := excelize.Cell{StyleID: b.style(l)}
		if words := clean(text(c)); words != "" {
			made.Value = words
		}
		cells = append(cells, made)
	}
	for _, c := range s.Columns {
		add(c, headingLook)
	}
	if len(s.Screen) == 0 {
		return cells
	}
	cells = append(cells, nil)
	for _, c := range s.Screen {
		c.Group = "" // screen columns have no groups
		add(c, outsideLook)
	}
	return cells
}

// overBoth lets the headings without a group stand over both heading rows.
func overBoth(s reports.Sheet, upper *row) {
	for i, c := range s.Columns {
		if c.Group == "" {
			upper.merges = append(upper.merges, merge{from: i + 1, to: i + 1, down: 1})
		}
	}
	first := len(s.Columns) + 2
	for i := range s.Screen {
		upper.merges = append(upper.merges, merge{from: first + i, to: first + i, down: 1})
	}
}

// headingHeight is the height that the headings of some columns need.
func headingHeight(s reports.Sheet, counts func(reports.Column) bool) float64 {
	tallest := height(1, headingLook.size)
	for _, c := range s.Columns {
		if counts(c) {
			tallest = max(tallest, height(headingLook.face().lines(clean(c.Heading), c.Width*digitPoints), headingLook.size))
		}
	}
	return tallest
}

// numbers is the row of column numbers; computed columns show their formula.
func (b *builder) numbers(s reports.Sheet) row {
	r := row{height: 13}
	for i, c := range s.Columns {
		text := c.Formula
		if text == "" {
			text = fmt.Sprintf("(%d)", i+1)
		}
		r.cells = append(r.cells, excelize.Cell{StyleID: b.style(numberLook), Value: clean(text)})
	}
	return r
}

// groupSpans are the first and last columns, counted from 1, of neighbours
// that share a group; nil where no column has one.
func groupSpans(columns []reports.Column) (spans [][2]int) {
	for i, c := range columns {
		if c.Group == "" {
			continue
		}
		if i > 0 && columns[i-1].Group == c.Group {
			spans[len(spans)-1][1] = i + 1
			continue
		}
		spans = append(spans, [2]int{i + 1, i + 1})
	}
	return spans
}
