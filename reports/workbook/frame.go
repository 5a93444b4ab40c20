package workbook

import (
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

// line is a text outside the table's body, over the merged columns from to to.
type line struct {
	from, to int
	text     string
	look     look
}

func (b *builder) style(l look) int {
	id, err := b.st.id(l)
	if err != nil && b.err == nil {
		b.err = err
	}
	return id
}

// row makes a row of lines, as high as the fullest needs but at least h.
func (b *builder) row(h float64, lines ...line) row {
	r := row{height: h, cells: make([]any, len(b.columns))}
	for _, l := range lines {
		id, text := b.style(l.look), clean(l.text)
		for c := l.from; c <= l.to; c++ {
			r.cells[c-1] = excelize.Cell{StyleID: id}
		}
		if text != "" {
			r.cells[l.from-1] = excelize.Cell{StyleID: id, Value: text}
		}
		if n := l.look.face().lines(text, span(b.columns[l.from-1:l.to])); n > 1 {
			r.height = max(r.height, height(n, l.look.size))
		}
		r.merges = append(r.merges, merge{from: l.from, to: l.to})
	}
	return r
}

// gap is an empty row.
func (b *builder) gap(h float64) row { return row{height: h, cells: []any{nil}} }

// whole is a line over all print columns.
func (b *builder) whole(text string, l look) line { return line{1, len(b.columns), text, l} }

func centred(size float64) look {
	return look{size: size, align: "center", valign: "center", wrap: true}
}

func (l look) strong() look  { l.bold = true; return l }
func (l look) slanted() look { l.italic = true; return l }
func (l look) left() look    { l.align = "left"; return l }

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }
