package workbook

import (
	"strings"
	"time"

	"sathach/reports"
)

// formats of numbers; the escaped slash keeps "/" under any regional setting,
// and decimals are shown with the reader's own comma or point.
var formats = map[reports.Kind]string{
	reports.Count: "#,##0", reports.Score: "0.00_)", reports.Rate: "0.0_)", reports.Error: `"± "0.0`,
	reports.Change: `+0.0_);\-0.0_);0.0_)`, reports.Corr: `0.00_);\-0.00_)`,
	reports.Date: `dd\/mm\/yyyy`, reports.Minute: `dd\/mm hh:mm`, reports.Instant: `dd\/mm\/yyyy hh:mm`,
	reports.Elapsed: "[mm]:ss", reports.Millis: "[mm]:ss.000",
}

// plainText keeps a text a text even when somebody edits the cell.
const plainText = "@"

// format is how a value is shown in a column: as the column says if the value
// is of its kind, and never as a bare serial number.
func format(v any, kind reports.Kind) string {
	switch v := v.(type) {
	case string:
		// Some versions of Excel show longer texts in a text format as ####.
		if len([]rune(v)) > 255 && !formulaLike(v) {
			return ""
		}
		return plainText
	case time.Time:
		if kind != reports.Date && kind != reports.Minute {
			return formats[reports.Instant]
		}
	case time.Duration:
		if kind != reports.Millis {
			return formats[reports.Elapsed]
		}
	}
	return formats[kind]
}

// dataLook is the look of one cell of a table's body.
func dataLook(c reports.Column, cell reports.Cell) look {
	l := look{size: dataSize, bold: c.Strong, valign: "center", align: "center", wrap: true, edge: inside, numbers: format(cell.Value, c.Kind)}
	_, text := cell.Value.(string)
	switch c.Kind {
	case reports.Text:
		if cell.Value != "-" { // does not apply
			l.align = "left"
		}
	case reports.Score, reports.Rate, reports.Corr, reports.Change:
		if !text { // "-" and "n < 5" are centred
			l.align = "right"
		}
	}
	l.wrap = text
	return mark(l, cell.Mark)
}

// signs are put before marked values by the number format: the cell holds the
// bare word, and filters find it.
var signs = map[reports.Mark]string{
	reports.Top: "▲ ", reports.Fail: "▼ ", reports.Done: "● ", reports.Open: "○ ", reports.Look: "► ",
}

// signed puts a sign into every section of a number format.
func signed(numbers, sign string) string {
	if numbers == "" {
		numbers = plainText
	}
	quoted := `"` + sign + `"`
	return quoted + strings.ReplaceAll(numbers, ";", ";"+quoted)
}

// mark sets a cell apart so that it survives grey printing.
func mark(l look, m reports.Mark) look {
	if sign := signs[m]; sign != "" {
		l.numbers = signed(l.numbers, sign)
	}
	switch m {
	case reports.Top:
		l.bold, l.fill = true, mint
	case reports.Strong:
		l.bold = true
	case reports.Fail:
		l.bold, l.italic, l.fill = true, true, rose
	case reports.Low:
		l.italic, l.under = true, true
	case reports.Absent:
		l.italic, l.colour = true, grey
	case reports.Under:
		l.bold, l.italic, l.under, l.colour = true, true, true, red
	case reports.Over:
		l.bold, l.colour = true, green
	case reports.Done:
		l.bold, l.colour = true, green
	case reports.Open:
		l.italic, l.colour = true, red
	case reports.Look:
		l.bold = true
	case reports.Repeated:
		l.colour = faint
	case reports.Key:
		l.bold, l.under, l.fill = true, true, mint
	}
	return l
}

// rowLook changes the body's look for group, part, total and empty rows.
func rowLook(kind reports.RowKind, l look) look {
	switch kind {
	case reports.Group:
		l.bold, l.fill, l.edge = true, smoke, boxed
	case reports.Part:
		l.bold, l.size, l.fill, l.edge = true, 12, silver, boxed
	case reports.Total:
		l.bold, l.fill, l.edge = true, silver, boxed
	case reports.None:
		l.italic, l.edge = true, boxed
	}
	return l
}

// screenLook is the look of a screen column: for filters, not for print.
func screenLook(c reports.Column, cell reports.Cell) look {
	l := look{size: 10, colour: grey, align: "center", valign: "center", numbers: format(cell.Value, c.Kind)}
	if c.Kind == reports.Text || c.Kind == reports.ID {
		l.align = "left"
	}
	return l
}
