package workbook

import (
	"cmp"

	"github.com/xuri/excelize/v2"
)

const font = "Times New Roman"

// Colours of a workbook. All of them are told apart by weight, slant, line or
// sign as well, so that they survive grey printing.
const (
	black  = "000000"
	grey   = "606060" // absent people, screen columns
	faint  = "808080" // a person repeated
	red    = "9E231B"
	green  = "1B6238"
	rose   = "F3D0CC" // fill: a failed result
	mint   = "DDEBD9" // fill: an excellent result
	silver = "EDEDED" // fill: headings, parts, totals
	smoke  = "F7F7F7" // fill: groups
)

// look is everything that tells two cells apart.
type look struct {
	size                  float64
	bold, italic, under   bool
	colour, fill, numbers string
	align, valign         string
	wrap, shrink          bool
	edge                  edge
}

func (l look) face() face { return face{l.size, l.bold} }

// edge says which borders a cell has.
type edge int

const (
	none    edge = iota
	boxed        // thin all round
	inside       // hair above and below, thin at the sides
	closing      // inside, but thin below: the table's last row
	opening      // thin, open at the right: text runs over
	middle       // thin above and below, open at both sides
	ending       // thin, open at the left
)

// Excel's border styles.
const (
	thin = 1
	hair = 7
)

// sides are left, right, top and bottom of every edge.
var sides = map[edge][4]int{
	boxed: {thin, thin, thin, thin}, inside: {thin, thin, hair, hair}, closing: {thin, thin, hair, thin},
	opening: {thin, 0, thin, thin}, middle: {0, 0, thin, thin}, ending: {0, thin, thin, thin},
}

func borders(e edge) (all []excelize.Border) {
	for i, name := range []string{"left", "right", "top", "bottom"} {
		if style := sides[e][i]; style > 0 {
			all = append(all, excelize.Border{Type: name, Color: black, Style: style})
		}
	}
	return all
}

// styles makes each look once per file.
type styles struct {
	f    *excelize.File
	made map[look]int
}

func newStyles(f *excelize.File) *styles { return &styles{f, map[look]int{}} }

// id is the number under which the file keeps a look.
func (s *styles) id(l look) (int, error) {
	if id, ok := s.made[l]; ok {
		return id, nil
	}
	style := &excelize.Style{
		Font:      &excelize.Font{Family: font, Size: l.size, Bold: l.bold, Italic: l.italic, Color: cmp.Or(l.colour, black)},
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
	if err != nil {
		return 0, err
	}
	s.made[l] = id
	return id, nil
}
