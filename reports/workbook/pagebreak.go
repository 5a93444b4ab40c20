package workbook

import (
	"math"

	"sathach/reports"
)

const millimetre = 72 / 25.4

// Widths of a digit of size 11 in points: Excel rounds to seven dots on the
// screen and prints alike, LibreOffice does not round. They shrink a sheet
// differently to be one page wide, and so fill pages differently.
var programs = []float64{5.5, digitPoints}

// signatureBreak is the row before which a page must end so that what stands
// under the table, signatures above all, is not alone on a page; 0 if no
// program needs one. The break goes where a page ends anyway if that helps,
// else two data rows up.
func (p plan) signatureBreak() int {
	if len(p.sheet.Rows) < 3 {
		return 0
	}
	alone, smallest := false, math.Inf(1)
	var starts []int
	for _, digit := range programs {
		page := p.pageHeight(digit)
		start, stays := p.lastPage(page)
		alone, smallest = alone || !stays, min(smallest, page)
		starts = append(starts, start)
	}
	if !alone {
		return 0
	}
	last := len(p.sheet.Rows) - 2
	at := p.withTitles(last)
	for _, start := range starts {
		if start = p.withTitles(start); start > 0 && start <= last && p.heightFrom(start) <= smallest {
			at = start
			break
		}
	}
	if at == 0 {
		return 0
	}
	return p.numberRow + 1 + at
}

// lastPage is the first table row of the table's last page, and whether what
// stands under the table stays on that page.
func (p plan) lastPage(page float64) (start int, stays bool) {
	repeated := sum(p.heads)
	used := sum(p.top) + repeated
	for i, h := range p.heights {
		if used+h > page {
			start, used = i, repeated
		}
		used += h
	}
	return start, used+sum(p.tail) <= page
}

// heightFrom is what a page from a table row to the sheet's end needs.
func (p plan) heightFrom(start int) float64 {
	total := sum(p.heads) + sum(p.tail)
	for _, h := range p.heights[start:] {
		total += h
	}
	return total
}

func sum(rows []row) (total float64) {
	for _, r := range rows {
		total += r.height
	}
	return total
}

// withTitles goes up to the titles of a row's group: they may not end a page.
func (p plan) withTitles(i int) int {
	for i > 0 && (p.sheet.Rows[i-1].Kind == reports.Group || p.sheet.Rows[i-1].Kind == reports.Part) {
		i--
	}
	return i
}

// pageHeight is how many points of rows fit a page, given how far a program
// shrinks the sheet to be one page wide.
func (p plan) pageHeight(digit float64) float64 {
	wide, high := longSide-leftMargin-rightMargin, shortSide-topMargin-bottomMargin
	if p.sheet.Portrait {
		wide, high = shortSide-bindingMargin-rightMargin, longSide-topMargin-bottomMargin
	}
	columns := 0.0
	for _, c := range p.sheet.Columns {
		columns += c.Width*digit + margin
	}
	scale := min(1, wide*millimetre/columns)
	scale = math.Floor(scale*100) / 100 // programs shrink by whole per cents
	const doubt = 0.99                  // row heights are rounded to dots
	return high * millimetre / scale * doubt
}
