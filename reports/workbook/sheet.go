package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// line is one row outside the table's body: its text runs over merged cells.
type line struct {
	from, to int // columns
	text     string
	look     look
}

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
	sheet      reports.Sheet
	top        []row // letterhead and titles
	heads      []row
	tail       []row // closing, notes, signatures
	signFrom   int   // index in tail where the signatures begin
	headRow    int   // first heading row
	numberRow  int
	lastRow    int // last row of the table
	endRow     int
	breakAt    int // row before which a page ends, or 0
	bodyHeight []float64
}

func (p plan) allColumns() int {
	n := len(p.sheet.Columns)
	if len(p.sheet.Screen) > 0 {
		n += 1 + len(p.sheet.Screen)
	}
	return n
}

func writeSheet(f *excelize.File, st *styles, b reports.Book, s reports.Sheet) error {
	if len(s.Columns) < 2 {
		return fmt.Errorf("%d columns, want at least two", len(s.Columns))
	}
	p, err := layOut(st, s)
	if err != nil {
		return err
	}
	if err := setUp(f, b, s, p); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	if err := setColumns(w, s, p); err != nil {
		return err
	}
	next := 1
	if next, err = writeRows(w, next, append(append([]row{}, p.top...), p.heads...)); err != nil {
		return err
	}
	for i, r := range s.Rows {
		body, err := bodyRow(st, s, r, p.bodyHeight[i])
		if err != nil {
			return err
		}
		if next, err = writeRows(w, next, []row{body}); err != nil {
			return err
		}
	}
	if _, err := writeRows(w, next, p.tail); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return nameAreas(f, s, p)
}

func setColumns(w *excelize.StreamWriter, s reports.Sheet, p plan) error {
	for i, c := range s.Columns {
		if err := w.SetColWidth(i+1, i+1, c.Width+0.7); err != nil {
			return err
		}
	}
	if len(s.Screen) > 0 {
		at := len(s.Columns) + 1
		if err := w.SetColWidth(at, at, 2); err != nil {
			return err
		}
		for i, c := range s.Screen {
			if err := w.SetColWidth(at+1+i, at+1+i, c.Width+0.7); err != nil {
				return err
			}
		}
	}
	pane := "bottomLeft"
	if s.FreezeColumns > 0 {
		pane = "bottomRight"
	}
	return w.SetPanes(&excelize.Panes{Freeze: true, XSplit: s.FreezeColumns, YSplit: p.numberRow, TopLeftCell: cell(s.FreezeColumns+1, p.numberRow+1), ActivePane: pane})
}

func writeRows(w *excelize.StreamWriter, next int, rows []row) (int, error) {
	for _, r := range rows {
		if err := w.SetRow(cell(1, next), r.cells, excelize.RowOpts{Height: r.height}); err != nil {
			return next, err
		}
		for _, m := range r.merges {
			if m.to > m.from || m.down > 0 {
				if err := w.MergeCell(cell(m.from, next), cell(m.to, next+m.down)); err != nil {
					return next, err
				}
			}
		}
		next++
	}
	return next, nil
}

// layOut decides every row and height before anything is written.
func layOut(st *styles, s reports.Sheet) (plan, error) {
	p := plan{sheet: s}
	b := builder{st: st, columns: s.Columns}
	p.top = b.head(s)
	p.heads = b.headings(s)
	p.tail, p.signFrom = b.tail(s)
	if b.err != nil {
		return plan{}, b.err
	}
	for _, r := range s.Rows {
		p.bodyHeight = append(p.bodyHeight, bodyHeight(s, r))
	}
	p.headRow = len(p.top) + 1
	p.numberRow = len(p.top) + len(p.heads)
	p.lastRow = p.numberRow + len(s.Rows)
	p.endRow = p.lastRow + len(p.tail)
	p.breakAt = p.signatureBreak()
	return p, nil
}

// bodyRow makes one row of the table.
func bodyRow(st *styles, s reports.Sheet, r reports.Row, h float64) (row, error) {
	out := row{height: h, cells: make([]any, len(s.Columns))}
	over := runsOver(r)
	for i, c := range s.Columns {
		var v reports.Cell
		if i < len(r.Cells) {
			v = r.Cells[i]
		}
		l := rowLook(r.Kind, dataLook(c, v))
		if over && i > 0 {
			l.wrap, l.edge, l.align, l.numbers = false, open, "left", "@"
		}
		if over && i == len(s.Columns)-1 {
			l.edge = openEnd
		}
		if over && i == 0 {
			l.align = "center"
		}
		id, err := st.id(l)
		if err != nil {
			return row{}, err
		}
		out.cells[i] = excelize.Cell{StyleID: id, Value: value(v.Value, c.Kind)}
	}
	if len(s.Screen) == 0 || len(r.Screen) == 0 {
		return out, nil
	}
	out.cells = append(out.cells, nil)
	for i, v := range r.Screen {
		if i >= len(s.Screen) {
			break
		}
		l := look{size: 10, italic: true, colour: "808080", valign: "center", numbers: formats[s.Screen[i].Kind]}
		if _, ok := v.Value.(string); ok {
			l.numbers = "@"
		}
		id, err := st.id(l)
		if err != nil {
			return row{}, err
		}
		out.cells = append(out.cells, excelize.Cell{StyleID: id, Value: value(v.Value, s.Screen[i].Kind)})
	}
	return out, nil
}

// runsOver tells whether a row's words run from the second column over empty
// cells: then they are neither wrapped nor merged.
func runsOver(r reports.Row) bool {
	if r.Kind == reports.Data || r.Kind == reports.Total {
		return false
	}
	for i, c := range r.Cells {
		if i > 1 && c.Value != nil {
			return false
		}
	}
	return true
}

func bodyHeight(s reports.Sheet, r reports.Row) float64 {
	if runsOver(r) {
		if r.Kind == reports.Part {
			return height(1, 12)
		}
		return height(1, 11)
	}
	most := 1
	for i, c := range r.Cells {
		text, ok := c.Value.(string)
		if !ok || i >= len(s.Columns) {
			continue
		}
		if c.Mark == reports.Top || c.Mark == reports.Fail || c.Mark == reports.Done || c.Mark == reports.Open || c.Mark == reports.Look {
			text = "▲ " + text
		}
		bold := r.Kind != reports.Data || s.Columns[i].Strong
		most = max(most, lines(clean(text), s.Columns[i].Width, 11, bold))
	}
	return height(most, 11)
}

// signatureBreak finds where a page must end so that the signatures do not
// stand alone: two data rows go with them.
func (p plan) signatureBreak() int {
	if p.signFrom >= len(p.tail) || len(p.sheet.Rows) < 3 {
		return 0
	}
	page := (shortSide - 35*millimetre) / p.scale()
	if p.sheet.Portrait {
		page = (longSide - 35*millimetre) / p.scale()
	}
	used, repeated := 0.0, 0.0
	for _, r := range p.top {
		used += r.height
	}
	for _, r := range p.heads {
		used, repeated = used+r.height, repeated+r.height
	}
	pageOf := 1
	place := func(h float64) int {
		if used+h > page {
			pageOf, used = pageOf+1, repeated
		}
		used += h
		return pageOf
	}
	lastData := 1
	for _, h := range p.bodyHeight {
		lastData = place(h)
	}
	signs := 1
	for _, r := range p.tail {
		signs = place(r.height)
	}
	if signs == lastData {
		return 0
	}
	return p.lastRow - 1
}

// scale is how far the page is shrunk to be one page wide.
func (p plan) scale() float64 {
	total := 0.0
	for _, c := range p.sheet.Columns {
		total += (c.Width + 0.7) * 5.6
	}
	room := longSide - 35*millimetre
	if p.sheet.Portrait {
		room = shortSide - 45*millimetre
	}
	return min(1, room/total)
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }
