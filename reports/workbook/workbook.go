// Package workbook writes a reports.Book as an Excel file. It is the only
// importer of excelize.
//
// Sheets are streamed row by row: memory does not grow with the rows. What
// belongs to a sheet as a whole (page set-up, panes, filter, data bars) is set
// before the first row, because excelize loses it silently afterwards. Values
// only, no formulas: published figures are frozen. Text that begins with
// = + - @ stays text. The same book gives the same bytes.
//
// The look follows Vietnamese official tables: letterhead, title, headings,
// column-number row, Roman group rows, total, closing line, signatures that
// never stand alone on a page; Times New Roman, A4, repeated headings. Row
// heights are computed from the text, since LibreOffice does not grow streamed
// rows by itself.
//
// Start reading at Write.
package workbook

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// Write writes the book to w.
func Write(w io.Writer, b reports.Book) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetDefaultFont(font); err != nil {
		return fmt.Errorf("write %s: %w", b.File, err)
	}
	styles := newStyles(f)
	for i, s := range b.Sheets {
		if err := addSheet(f, i, s.Name); err != nil {
			return fmt.Errorf("write %s: %w", b.File, err)
		}
		if err := writeSheet(f, styles, b, s); err != nil {
			return fmt.Errorf("write %s, sheet %s: %w", b.File, s.Name, err)
		}
	}
	f.SetActiveSheet(0)
	if err := stamp(f, b); err != nil {
		return fmt.Errorf("write %s: %w", b.File, err)
	}
	return pack(w, f)
}

// addSheet names the file's first sheet or adds one.
func addSheet(f *excelize.File, i int, name string) error {
	if i == 0 {
		return f.SetSheetName(f.GetSheetName(0), name)
	}
	_, err := f.NewSheet(name)
	return err
}

// stamp writes the publication's time instead of the clock's, so that the
// same publication gives the same bytes.
func stamp(f *excelize.File, b reports.Book) error {
	at := b.Published.UTC().Format(time.RFC3339)
	return f.SetDocProps(&excelize.DocProperties{Creator: "Sát hạch", LastModifiedBy: "Sát hạch", Title: b.Kind, Created: at, Modified: at})
}

// clean makes text fit a cell: no control characters, not longer than Excel
// keeps.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
	const longest = 32_000
	if letters := []rune(text); len(letters) > longest {
		return string(letters[:longest]) + "…"
	}
	return text
}

// vietnam is the zone of every time shown.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// serial is Excel's count of days since 30 December 1899.
func serial(t time.Time) float64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return wall.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
}

// value is what excelize stores for a cell.
func value(v any, kind reports.Kind) any {
	switch v := v.(type) {
	case string:
		return clean(v)
	case time.Time:
		if kind != reports.Date {
			v = v.In(vietnam)
			return serial(v)
		}
		if !v.Equal(v.Truncate(24 * time.Hour)) {
			v = v.In(vietnam) // an instant in a column of days
		}
		return float64(int(serial(v)))
	case time.Duration:
		return v.Hours() / 24
	}
	return v
}
