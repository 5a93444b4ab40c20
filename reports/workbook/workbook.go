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
// heights are computed from the width of the letters, since LibreOffice does
// not grow streamed rows by itself.
//
// Start reading at Write; layOut says what stands where on a sheet.
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

// Write writes the book to w. It refuses a book that Excel could not show as
// meant, naming the sheet, and the row where there is one.
func Write(w io.Writer, b reports.Book) error {
	if err := write(w, b); err != nil {
		return fmt.Errorf("write %s: %w", b.File, err)
	}
	return nil
}

func write(w io.Writer, b reports.Book) (err error) {
	if err := check(b); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetDefaultFont(font); err != nil {
		return err
	}
	styles := newStyles(f)
	for i, s := range b.Sheets {
		if err := addSheet(f, i, s.Name); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
		if err := writeSheet(f, styles, b, s); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	f.SetActiveSheet(0)
	if err := stamp(f, b); err != nil {
		return err
	}
	return pack(w, f)
}

// Excel's limits of a sheet.
const (
	mostRows    = 1_048_576
	mostColumns = 16_384
	// outside is the room kept for the rows above and below a table.
	outside = 100
)

// check finds what excelize would write without complaint and Excel would
// show wrongly or not at all.
func check(b reports.Book) error {
	if len(b.Sheets) == 0 {
		return errors.New("no sheets")
	}
	seen := map[string]bool{}
	for _, s := range b.Sheets {
		name := strings.ToLower(s.Name)
		if seen[name] {
			return fmt.Errorf("sheet %q: the name is taken", s.Name)
		}
		seen[name] = true
		if err := checkSheet(s); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	return nil
}

func checkSheet(s reports.Sheet) error {
	if len(s.Columns) < 2 {
		return fmt.Errorf("%d columns, want at least two", len(s.Columns))
	}
	if n := allColumns(s); n > mostColumns {
		return fmt.Errorf("%d columns, Excel keeps %d", n, mostColumns)
	}
	if n := len(s.Rows) + len(s.Notes); n > mostRows-outside {
		return fmt.Errorf("%d rows, Excel keeps %d", n, mostRows-outside)
	}
	for i, r := range s.Rows {
		if len(r.Cells) > len(s.Columns) || len(r.Screen) > len(s.Screen) {
			return fmt.Errorf("row %d: %d and %d cells for %d and %d columns", i+1, len(r.Cells), len(r.Screen), len(s.Columns), len(s.Screen))
		}
	}
	return nil
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
