package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// row is one sheet row, ready to be written.
type row struct {
	height float64
	cells  []any // excelize.Cell or nil
	merges []merge
}

// merge joins columns from to to, over this row and down more.
type merge struct{ from, to, down int }

// plan is where everything of a sheet stands.
type plan struct {
	sheet     reports.Sheet
	top       []row     // letterhead and titles
	heads     []row     // headings and column numbers
	heights   []float64 // of the table's rows
	tail      []row     // closing line, notes, signatures
	headRow   int       // first heading row
	numberRow int       // row of column numbers
	lastRow   int       // last row of the table
	endRow    int       // last row of the sheet
	breakAt   int       // row before which a page ends, or 0
}

// allColumns counts the print columns, the empty one and the screen columns.
func allColumns(s reports.Sheet) int {
	if len(s.Screen) == 0 {
		return len(s.Columns)
	}
	return len(s.Columns) + 1 + len(s.Screen)
}

// layOut decides every row and height before anything is written: what
// belongs to the whole sheet must be known before the first row.
func layOut(st *styles, s reports.Sheet) (plan, error) {
	p := plan{sheet: s}
	b := builder{st: st, columns: s.Columns}
	p.top = b.head(s)
	p.heads = b.headings(s)
	p.tail = b.tail(s)
	if b.err != nil {
		return plan{}, b.err
	}
	p.heights = make([]float64, len(s.Rows))
	for i, r := range s.Rows {
		p.heights[i] = bodyHeight(s, r)
	}
	p.headRow = len(p.top) + 1
	p.numberRow = len(p.top) + len(p.heads)
	p.lastRow = p.numberRow + len(s.Rows)
	p.endRow = p.lastRow + len(p.tail)
	p.breakAt = p.signatureBreak()
	return p, nil
}

func writeSheet(f *excelize.File, st *styles, b reports.Book, s reports.Sheet) error {
	p, err := layOut(st, s)
	if err != nil {
		return err
	}
	if err := setUp(f, b, s, p); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	w := writer{stream: sw, next: 1}
	if err := setColumns(sw, s); err != nil {
		return err
	}
	if err := sw.SetPanes(panes(s, p)); err != nil {
		return err
	}
	if err := w.write(p.top...); err != nil {
		return err
	}
	if err := w.write(p.heads...); err != nil {
		return err
	}
	if err := w.body(st, s, p); err != nil {
		return err
	}
	if err := w.write(p.tail...); err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return nameAreas(f, s, p)
}

// setColumns sets widths; the column before the screen columns stays empty
// and narrow, so that the filter reaches both halves but print only one.
func setColumns(w *excelize.StreamWriter, s reports.Sheet) error {
	const margin = 0.71 // what Excel adds to a width in digits
	at := 0
	set := func(digits float64) error {
		at++
		return w.SetColWidth(at, at, digits+margin)
	}
	for _, c := range s.Columns {
		if err := set(c.Width); err != nil {
			return err
		}
	}
	if len(s.Screen) == 0 {
		return nil
	}
	if err := set(2); err != nil {
		return err
	}
	for _, c := range s.Screen {
		if err := set(c.Width); err != nil {
			return err
		}
	}
	return nil
}

// panes stay below the column numbers and right of the name.
func panes(s reports.Sheet, p plan) *excelize.Panes {
	active := "bottomLeft"
	if s.FreezeColumns > 0 {
		active = "bottomRight"
	}
	corner := cell(s.FreezeColumns+1, p.numberRow+1)
	return &excelize.Panes{
		Freeze: true, XSplit: s.FreezeColumns, YSplit: p.numberRow, TopLeftCell: corner, ActivePane: active,
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: active}},
	}
}

// writer streams rows one under the other.
type writer struct {
	stream *excelize.StreamWriter
	next   int
}

func (w *writer) write(rows ...row) error {
	for _, r := range rows {
		if err := w.stream.SetRow(cell(1, w.next), r.cells, excelize.RowOpts{Height: r.height}); err != nil {
			return err
		}
		for _, m := range r.merges {
			if m.to == m.from && m.down == 0 {
				continue
			}
			if err := w.stream.MergeCell(cell(m.from, w.next), cell(m.to, w.next+m.down)); err != nil {
				return err
			}
		}
		w.next++
	}
	return nil
}

func (w *writer) body(st *styles, s reports.Sheet, p plan) error {
	for i, r := range s.Rows {
		cells, err := bodyCells(st, s, r, i == len(s.Rows)-1)
		if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		if err := w.write(row{height: p.heights[i], cells: cells}); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return nil
}

// cell is the name of a cell inside Excel's limits, which check has seen to.
func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "" // refused by whatever call it is passed to
	}
	return name
}
