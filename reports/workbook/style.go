package workbook

import (
	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

const font = "Times New Roman"

// styles makes each look once per file.
type styles struct {
	f    *excelize.File
	made map[look]int
}

func newStyles(f *excelize.File) *styles { return &styles{f, map[look]int{}} }

// look is everything that tells two cells apart.
type look struct {
	size                  float64
	bold, italic, under   bool
	colour, fill, numbers string
	align, valign         string
	wrap, shrink          bool
	edge                  edge
}

// edge says which borders a cell has.
type edge int

const (
	none    edge = iota
	boxed        // thin all round
	inside       // hair above and below, thin at the sides
	open         // thin above and below, none at the sides: text runs over
	openEnd      // the same, closed at the right
)

func (s *styles) id(l look) (int, error) {
	if id, ok := s.made[l]; ok {
		return id, nil
	}
	style := &excelize.Style{
		Font:      &excelize.Font{Family: font, Size: l.size, Bold: l.bold, Italic: l.italic, Color: l.colour},
		Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: l.valign, WrapText: l.wrap, ShrinkToFit: l.shrink},
		Border:    borders(l.edge),
	}
	if l.under {
		style.Font.Underline = "single"
	}
	if l.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.numbers != "" {
		style.CustomNumFmt = &l.numbers
	}
	id, err := s.f.NewStyle(style)
	if err == nil {
		s.made[l] = id
	}
	return id, err
}

// Excel's border styles.
const (
	thin = 1
	hair = 7
)

func borders(e edge) []excelize.Border {
	side := func(name string, style int) excelize.Border {
		return excelize.Border{Type: name, Color: "000000", Style: style}
	}
	switch e {
	case boxed:
		return []excelize.Border{side("left", thin), side("right", thin), side("top", thin), side("bottom", thin)}
	case inside:
		return []excelize.Border{side("left", thin), side("right", thin), side("top", hair), side("bottom", hair)}
	case open:
		return []excelize.Border{side("top", thin), side("bottom", thin)}
	case openEnd:
		return []excelize.Border{side("right", thin), side("top", thin), side("bottom", thin)}
	}
	return nil
}

// formats of numbers; the escaped slash keeps "/" under any regional setting.
var formats = map[reports.Kind]string{
	reports.Count: "#,##0", reports.Score: "0.00_)", reports.Rate: "0.0_)", reports.Error: `"± "0.0`, reports.Change: `+0.0_);\-0.0_)`, reports.Corr: `0.00_);\-0.00_)`,
	reports.Date: `dd\/mm\/yyyy`, reports.Minute: `dd\/mm hh:mm`, reports.Instant: `dd\/mm\/yyyy hh:mm`, reports.Elapsed: "[mm]:ss", reports.Millis: "[mm]:ss.000",
	reports.ID: "@", reports.Text: "@", reports.Centered: "@",
}

// dataLook is the look of one cell of a table's body.
func dataLook(c reports.Column, cell reports.Cell) look {
	l := look{size: 11, bold: c.Strong, valign: "center", align: "center", wrap: true, edge: inside, numbers: formats[c.Kind]}
	switch c.Kind {
	case reports.Text:
		l.align = "left"
	case reports.Score, reports.Rate, reports.Corr, reports.Change:
		l.align, l.wrap = "right", false
	}
	if _, ok := cell.Value.(string); ok {
		l.numbers = "@"
		if c.Kind != reports.Text {
			l.align = "center"
		}
	}
	return mark(l, cell.Mark)
}

// prefix puts a sign before a text without changing the text itself.
func prefix(sign string) string { return `"` + sign + ` "@` }

// mark sets a cell apart so that it survives grey printing.
func mark(l look, m reports.Mark) look {
	switch m {
	case reports.Top:
		l.bold, l.fill, l.numbers = true, "DDEBD9", prefix("▲")
	case reports.Strong, reports.Key:
		l.bold = true
	case reports.Fail:
		l.bold, l.italic, l.fill, l.numbers = true, true, "F3D0CC", prefix("▼")
	case reports.Low:
		l.italic, l.under = true, true
	case reports.Absent:
		l.italic, l.colour = true, "808080"
	case reports.Under:
		l.bold, l.italic, l.under, l.colour = true, true, true, "9E231B"
	case reports.Over:
		l.bold, l.colour = true, "1B6238"
	case reports.Done:
		l.bold, l.colour, l.numbers = true, "1B6238", prefix("●")
	case reports.Open:
		l.italic, l.colour, l.numbers = true, "9E231B", prefix("○")
	case reports.Look:
		l.bold, l.numbers = true, prefix("►")
	case reports.Repeated:
		l.colour = "808080"
	}
	if m == reports.Key && l.align == "right" {
		l.under = true
	}
	return l
}

// rowLook changes the body's look for group, part, total and empty rows.
func rowLook(kind reports.RowKind, l look) look {
	switch kind {
	case reports.Group:
		l.bold, l.fill, l.edge = true, "F7F7F7", boxed
	case reports.Part:
		l.bold, l.size, l.edge = true, 12, boxed
	case reports.Total:
		l.bold, l.fill, l.edge = true, "EDEDED", boxed
	case reports.None:
		l.italic, l.edge = true, boxed
	}
	return l
}
