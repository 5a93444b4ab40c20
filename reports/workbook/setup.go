package workbook

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// manyRows is the length above which data bars are left out: they cost more
// time on the screen than they give, and nobody prints such a list whole.
const manyRows = 20_000

// setUp gives a sheet its page, view, filter and data bars. It runs before
// the first row: excelize drops these settings afterwards without a word.
func setUp(f *excelize.File, b reports.Book, s reports.Sheet, p plan) error {
	var errs []error
	if s.Filter { // first: it resets the sheet's properties
		errs = append(errs, f.AutoFilter(s.Name, cell(1, p.numberRow)+":"+cell(allColumns(s), p.lastRow), nil))
	}
	errs = append(errs, setPage(f, s), setView(f, s), f.SetHeaderFooter(s.Name, headerFooter(b)))
	for i, c := range s.Columns {
		if c.Bar && len(s.Rows) > 0 && len(s.Rows) <= manyRows {
			errs = append(errs, dataBar(f, s.Name, cell(i+1, p.numberRow+1)+":"+cell(i+1, p.lastRow)))
		}
	}
	if p.breakAt > 0 {
		errs = append(errs, f.InsertPageBreak(s.Name, cell(1, p.breakAt)))
	}
	return errors.Join(errs...)
}

// A4 and its margins, in millimetres. Portrait sheets keep room for binding.
const (
	shortSide, longSide        = 210.0, 297.0
	topMargin, bottomMargin    = 20.0, 15.0
	rightMargin, leftMargin    = 15.0, 20.0
	bindingMargin              = 30.0
	headerMargin, footerMargin = 10.0, 7.0
)

// setPage makes a sheet A4, one page wide and any number high.
func setPage(f *excelize.File, s reports.Sheet) error {
	orientation, paper, wide, high, first := "landscape", 9, 1, 0, uint(1)
	left := leftMargin
	if s.Portrait {
		orientation, left = "portrait", bindingMargin
	}
	inch := func(mm float64) *float64 { v := mm / 25.4; return &v }
	yes := true
	return errors.Join(
		f.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Orientation: &orientation, Size: &paper, FitToWidth: &wide, FitToHeight: &high, FirstPageNumber: &first}),
		f.SetPageMargins(s.Name, &excelize.PageLayoutMarginsOptions{
			Left: inch(left), Right: inch(rightMargin), Top: inch(topMargin), Bottom: inch(bottomMargin),
			Header: inch(headerMargin), Footer: inch(footerMargin), Horizontally: &yes,
		}),
		f.SetSheetProps(s.Name, &excelize.SheetPropsOptions{FitToPage: &yes}))
}

func setView(f *excelize.File, s reports.Sheet) error {
	no, zoom := false, 90.0
	return f.SetSheetView(s.Name, 0, &excelize.ViewOptions{ShowGridLines: &no, ZoomScale: &zoom})
}

// headerFooter numbers every page but the first at the top, and says at the
// bottom which publication and sheet it is.
func headerFooter(b reports.Book) *excelize.HeaderFooterOptions {
	// The blank after the size keeps a text that begins with a digit apart.
	const small = `&"Times New Roman,Italic"&8 `
	const sheet = "&R" + small + `Bảng "&A", trang &P`
	footer := "&L" + small + footerText(b.Footer, 255-utf8.RuneCountInString("&L"+small+sheet)) + sheet
	return &excelize.HeaderFooterOptions{
		DifferentFirst: true, OddHeader: `&C&"Times New Roman,Regular"&13 &P`, OddFooter: footer, FirstFooter: footer,
	}
}

// footerText doubles & (a code in footers) and cuts what Excel would refuse.
func footerText(text string, room int) string {
	var out strings.Builder
	for _, r := range strings.ReplaceAll(clean(text), "\n", " ") {
		piece := string(r)
		if r == '&' {
			piece = "&&"
		}
		if room -= utf8.RuneCountInString(piece); room < 0 {
			break
		}
		out.WriteString(piece)
	}
	return out.String()
}

// dataBar draws from 0 to 100. Solid bars would need an extension that a
// streamed sheet loses, so the bars are shaded.
func dataBar(f *excelize.File, sheet, area string) error {
	return f.SetConditionalFormat(sheet, area, []excelize.ConditionalFormatOptions{{
		Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "num", MaxValue: "100", BarColor: "#9DB7D5",
	}})
}
