package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// bodyCells makes one row of the table and of the screen columns beside it.
func bodyCells(st *styles, s reports.Sheet, r reports.Row, last bool) ([]any, error) {
	cells := make([]any, 0, allColumns(s))
	looks := bodyLooks(s, r, last)
	for i, c := range s.Columns {
		made, err := st.cell(looks[i], at(r.Cells, i).Value, c)
		if err != nil {
			return nil, err
		}
		cells = append(cells, made)
	}
	if len(r.Screen) == 0 {
		return cells, nil
	}
	cells = append(cells, nil)
	for i, v := range r.Screen {
		made, err := st.cell(screenLook(s.Screen[i], v), v.Value, s.Screen[i])
		if err != nil {
			return nil, err
		}
		cells = append(cells, made)
	}
	return cells, nil
}

// cell is a value in a look.
func (s *styles) cell(l look, v any, c reports.Column) (excelize.Cell, error) {
	content, err := stored(v, c.Kind)
	if err != nil {
		return excelize.Cell{}, fmt.Errorf("column %q: %w", c.Heading, err)
	}
	id, err := s.id(l)
	return excelize.Cell{StyleID: id, Value: content}, err
}

// at is the cell of a column; short rows end in empty cells.
func at(cells []reports.Cell, i int) reports.Cell {
	if i < len(cells) {
		return cells[i]
	}
	return reports.Cell{}
}

// bodyLooks are the looks of a row's print columns.
func bodyLooks(s reports.Sheet, r reports.Row, last bool) []look {
	looks := make([]look, len(s.Columns))
	start := runsFrom(r)
	for i, c := range s.Columns {
		v := at(r.Cells, i)
		l := rowLook(r.Kind, dataLook(c, v))
		if last && l.edge == inside {
			l.edge = closing
		}
		if text, ok := v.Value.(string); ok && start < 0 {
			l.size = fitted(s, c, v.Mark, clean(text), l.face()).size
		}
		looks[i] = l
	}
	if r.Kind == reports.Total {
		joinLabel(looks, r)
	}
	if start >= 0 {
		run(s, r, looks, start)
	}
	return looks
}

// fitted is the face in which a text fits its cell. Portrait sheets explain:
// there the row grows instead.
func fitted(s reports.Sheet, c reports.Column, m reports.Mark, text string, f face) face {
	if s.Portrait {
		return f
	}
	return f.shrunk(signs[m]+text, c.Width*digitPoints, mostLines)
}

// runsFrom is the column whose words run over the empty cells right of it, or
// -1 where a row has figures of its own. Such words are neither wrapped nor
// merged: a merged cell would break sorting and filtering.
func runsFrom(r reports.Row) int {
	if r.Kind == reports.Data || r.Kind == reports.Total {
		return -1
	}
	for i, c := range r.Cells {
		if i > 1 && c.Value != nil {
			return -1
		}
	}
	if r.Kind == reports.Part && at(r.Cells, 1).Value == nil {
		return 0
	}
	return 1
}

// run opens the borders between the cells over which words run, and shrinks
// words that are longer than the table is wide.
func run(s reports.Sheet, r reports.Row, looks []look, start int) {
	last := len(looks) - 1
	f := looks[start].face()
	if text, ok := at(r.Cells, start).Value.(string); ok {
		f = f.shrunk(clean(text), span(s.Columns[start:]), 1)
	}
	for i := start; i <= last; i++ {
		looks[i].size, looks[i].wrap, looks[i].align = f.size, false, "left"
		looks[i].edge = middle
	}
	looks[start].edge, looks[last].edge = opening, ending
	if start == 1 { // a long Roman numeral stays on its line
		looks[0].wrap, looks[0].shrink = false, true
	}
	if r.Kind == reports.Part && start == 1 { // "A." stands close to its words
		looks[0].align, looks[0].edge, looks[1].edge = "right", opening, middle
	}
	if start == last {
		looks[last].edge = ending
	}
}

// joinLabel lets the total's label stand over the empty number column.
func joinLabel(looks []look, r reports.Row) {
	if at(r.Cells, 0).Value != nil {
		return
	}
	looks[0].edge, looks[1].edge, looks[1].align = opening, ending, "center"
}

// bodyHeight is the height of a table row, from its fullest cell.
func bodyHeight(s reports.Sheet, r reports.Row) float64 {
	if runsFrom(r) >= 0 {
		return height(1, rowLook(r.Kind, look{size: dataSize}).size)
	}
	tallest := height(1, dataSize)
	for i, v := range r.Cells {
		text, ok := v.Value.(string)
		if !ok {
			continue
		}
		c := s.Columns[i]
		f := rowLook(r.Kind, dataLook(c, v)).face()
		text = clean(text)
		f = fitted(s, c, v.Mark, text, f)
		tallest = max(tallest, height(f.lines(signs[v.Mark]+text, c.Width*digitPoints), f.size))
	}
	return tallest
}

// span is the room of a text that runs over some columns.
func span(columns []reports.Column) (points float64) {
	for _, c := range columns {
		points += columnPoints(c.Width)
	}
	return points - margin
}
