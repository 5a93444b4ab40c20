package workbook

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"sathach/reports"
)

// vietnam is the zone of every time shown.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// stored is what a cell keeps for a value: text, a number, or nothing. Times
// are Excel's days, durations fractions of a day.
func stored(v any, kind reports.Kind) (any, error) {
	switch v := v.(type) {
	case nil, int64:
		return v, nil
	case string:
		return clean(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is not a number a cell can hold", v)
		}
		return v, nil
	case time.Time:
		return date(v, kind)
	case time.Duration:
		return float64(v.Milliseconds()) / float64((24 * time.Hour).Milliseconds()), nil
	}
	return nil, fmt.Errorf("a cell cannot hold a %T", v)
}

// date is Excel's number of a time. A column of days shows the day as it is
// written if the value is a bare date, and Vietnam's day if it is an instant.
func date(t time.Time, kind reports.Kind) (float64, error) {
	bare := kind == reports.Date && t.Equal(t.Truncate(24*time.Hour))
	if !bare {
		t = t.In(vietnam)
	}
	if t.Year() < 1900 || t.Year() > 9999 {
		return 0, fmt.Errorf("the year %d is outside Excel's calendar", t.Year())
	}
	days := serial(t)
	if kind == reports.Date {
		days = math.Floor(days)
	}
	return days, nil
}

// serial counts days since 30 December 1899, Excel's day 0, on the wall clock
// of the time's zone, to the millisecond.
func serial(t time.Time) float64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return float64(wall.UnixMilli()-epoch.UnixMilli()) / float64((24 * time.Hour).Milliseconds())
}

// longest is what Excel keeps of a cell's text, in UTF-16 units. excelize cuts
// there without a word; clean cuts before it and shows the cut.
const longest = 32_767

// clean makes text fit a cell: composed letters, no control characters, not
// longer than Excel keeps.
func clean(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = norm.NFC.String(strings.Map(visible, text))
	if units(text) <= longest {
		return text
	}
	kept := 0
	for i, r := range text {
		if kept += utf16.RuneLen(r); kept > longest-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// units counts as Excel does: letters outside the basic plane are two.
func units(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// visible drops what XML or a reader cannot show; blanks stay blanks, so that
// words are not joined.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\r', r == '\u2028', r == '\u2029':
		return '\n'
	case r == '\t':
		return ' '
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
		return -1
	}
	return r
}

// formulaLike tells whether a spreadsheet would read the text as a formula if
// somebody edited the cell.
func formulaLike(text string) bool {
	return text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0]))
}
