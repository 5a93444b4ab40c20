package workbook

import (
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// A4 in points.
const (
	shortSide  = 595.0
	longSide   = 842.0
	millimetre = 72 / 25.4
)

// setUp gives a sheet its page, view, filter and data bars. It runs before
// the first row: excelize drops these settings afterwards without a word.
func setUp(f *excelize.File, b reports.Book, s reports.Sheet, p plan) error {
	orientation, paper, fit, tall := "landscape", 9, 1, 0
	left, right, top, bottom := 20.0, 15.0, 20.0, 15.0
	if s.Portrait {
		orientation, left = "portrait", 30
	}
	inch := func(mm float64) *float64 { v := mm / 25.4; return &v }
	yes, no, zoom, first := true, false, 90.0, uint(1)
	var errs []error
	if s.Filter { // first: it resets the sheet's properties
		errs = append(errs, f.AutoFilter(s.Name, fmt.Sprintf("A%d:%s", p.numberRow, cell(p.allColumns(), p.lastRow)), nil))
	}
	errs = append(errs,
		f.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Orientation: &orientation, Size: &paper, FitToWidth: &fit, FitToHeight: &tall, FirstPageNumber: &first}),
		f.SetPageMargins(s.Name, &excelize.PageLayoutMarginsOptions{Left: inch(left), Right: inch(right), Top: inch(top), Bottom: inch(bottom), Header: inch(8), Footer: inch(7), Horizontally: &yes}),
		f.SetSheetProps(s.Name, &excelize.SheetPropsOptions{FitToPage: &yes}),
		f.SetSheetView(s.Name, 0, &excelize.ViewOptions{ShowGridLines: &no, ZoomScale: &zoom}),
		f.SetHeaderFooter(s.Name, headerFooter(b, s)))
	for i, c := range s.Columns {
		if c.Bar {
			errs = append(errs, dataBar(f, s.Name, fmt.Sprintf("%s:%s", cell(i+1, p.numberRow+1), cell(i+1, p.lastRow))))
		}
	}
	if p.breakAt > 0 {
		errs = append(errs, f.InsertPageBreak(s.Name, cell(1, p.breakAt)))
	}
	return errors.Join(errs...)
}

func headerFooter(b reports.Book, s reports.Sheet) *excelize.HeaderFooterOptions {
	small := `&"Times New Roman,Italic"&8`
	footer := "&L" + small + b.Footer + "&R" + small + `Bảng "` + s.Name + `", trang &P`
	return &excelize.HeaderFooterOptions{
		DifferentFirst: true, OddHeader: `&C&"Times New Roman,Regular"&13&P`, OddFooter: footer, FirstFooter: footer,
	}
}

func dataBar(f *excelize.File, sheet, area string) error {
	return f.SetConditionalFormat(sheet, area, []excelize.ConditionalFormatOptions{{
		Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "num", MaxValue: "100", BarColor: "#9FC5C4", BarSolid: true,
	}})
}

// nameAreas defines what repeats, what prints and the names of the table.
func nameAreas(f *excelize.File, s reports.Sheet, p plan) error {
	quoted := "'" + s.Name + "'!"
	absolute := func(col, row int) string {
		name, err := excelize.CoordinatesToCellName(col, row, true)
		if err != nil {
			return "$A$1"
		}
		return name
	}
	last := len(s.Columns)
	names := []excelize.DefinedName{
		{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s$%d:$%d", quoted, p.headRow, p.numberRow), Scope: s.Name},
		{Name: "_xlnm.Print_Area", RefersTo: quoted + absolute(1, 1) + ":" + absolute(last, p.endRow), Scope: s.Name},
	}
	if s.Prefix != "" {
		names = append(names, excelize.DefinedName{Name: s.Prefix + "_Bang", RefersTo: quoted + absolute(1, p.numberRow) + ":" + absolute(last, p.lastRow)})
		for i, c := range append(append([]reports.Column{}, s.Columns...), s.Screen...) {
			if c.Ref == "" {
				continue
			}
			col := i + 1
			if i >= last {
				col++ // the empty column before the screen columns
			}
			names = append(names, excelize.DefinedName{Name: s.Prefix + "_" + c.Ref, RefersTo: quoted + absolute(col, p.numberRow+1) + ":" + absolute(col, max(p.lastRow, p.numberRow+1))})
		}
	}
	for i := range names {
		if err := f.SetDefinedName(&names[i]); err != nil {
			return err
		}
	}
	return nil
}

func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1"
	}
	return name
}
