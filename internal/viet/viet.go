// Package viet knows how Vietnamese text is folded, ordered and dated.
//
// Databases disagree about diacritics and about đ, so folding and order are
// made here once and stored beside the text. Start reading at SortKey.
package viet

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Zone is Vietnam's time zone name.
const Zone = "Asia/Ho_Chi_Minh"

// Location is Vietnam's zone: UTC+7 without daylight saving since 1975.
var Location = time.FixedZone(Zone, 7*60*60)

// Clean makes text canonical on input: NFC, single blanks, no control
// characters.
func Clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(text), " ")
}

// Fold drops case and diacritics: "Đỗ Quốc Đạt" gives "do quoc dat".
func Fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// A collator is not safe for concurrent use.
var collators = sync.Pool{New: func() any { return collate.New(language.Vietnamese) }}

// SortKey orders persons the Vietnamese way: by given name (the last word),
// then family name and middle names. Keys compare as plain text in both
// databases.
func SortKey(fullName string) string {
	words := strings.Fields(norm.NFC.String(fullName))
	if len(words) == 0 {
		return ""
	}
	given, rest := words[len(words)-1], strings.Join(words[:len(words)-1], " ")
	return textKey(given) + "00" + textKey(rest)
}

// textKey is the collation key of text in hexadecimal.
func textKey(text string) string {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	var buf collate.Buffer
	return hex.EncodeToString(c.KeyFromString(&buf, text))
}

// Date is a calendar date as ISO text, which compares as text.
type Date = string

// Open dates of an interval without a known beginning or end.
const (
	Always  Date = "0001-01-01"
	Forever Date = "9999-12-31"
)

// DateOf is the calendar date of an instant in Vietnam.
func DateOf(t time.Time) Date { return t.In(Location).Format(time.DateOnly) }

// DayBefore and DayAfter are a date's neighbours.
func DayBefore(d Date) (Date, error) { return neighbour(d, -1) }

// DayAfter is the first day on which a text is no longer in force, given the
// last on which it was.
func DayAfter(d Date) (Date, error) { return neighbour(d, 1) }

func neighbour(d Date, days int) (Date, error) {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return "", fmt.Errorf("date %q: %w", d, err)
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly), nil
}

var weekdays = [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}

// Weekday names a day of the week as in running text.
func Weekday(t time.Time) string { return weekdays[t.In(Location).Weekday()] }

// Number writes a whole number with dots: 1204 gives "1.204".
func Number(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return sign + digits
}

// Decimal writes a number with a comma, a minus sign and the given number of places;
// halves are rounded away from zero, as people do.
func Decimal(x float64, places int) string {
	unit := math.Pow10(places)
	x = math.Round(x*unit) / unit
	if x == 0 {
		x = 0 // not less than nothing
	}
	return strings.NewReplacer(".", ",", "-", "−").Replace(fmt.Sprintf("%.*f", places, x))
}
