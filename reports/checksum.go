package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Checksum is the SHA-256 of the book's canonical form, in lower-case
// hexadecimal. Each table's own checksum is taken over its data rows only
// (no group, part or total), print columns left to right but for those that
// change after the publication, TAB between cells, LF after each row; the book's over the lines "sheet name TAB checksum".
// Sheets without a Prefix (explanations) are left out.
func (b Book) Checksum() string {
	var lines []string
	for _, s := range b.Sheets {
		if s.Prefix == "" {
			continue
		}
		lines = append(lines, s.Name+"\t"+s.Checksum())
	}
	return digest(strings.Join(lines, "\n"))
}

// Checksum is the SHA-256 of the sheet's data rows in canonical form.
func (s Sheet) Checksum() string {
	var text strings.Builder
	for _, r := range s.Rows {
		if r.Kind != Data {
			continue
		}
		var cells []string
		for i, c := range r.Cells {
			if !s.Columns[i].Live {
				cells = append(cells, canonical(c.Value, s.Columns[i].Kind))
			}
		}
		text.WriteString(strings.Join(cells, "\t") + "\n")
	}
	return digest(text.String())
}

// Grouped shows a checksum in capitals, in groups of eight.
func Grouped(sum string) string {
	sum = strings.ToUpper(sum)
	var groups []string
	for len(sum) > 8 {
		groups, sum = append(groups, sum[:8]), sum[8:]
	}
	return strings.Join(append(groups, sum), " ")
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(norm.NFC.String(text)))
	return hex.EncodeToString(sum[:])
}

var oneLine = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ", "\r", " ")

// canonical writes a value without regard to how it is shown: plain decimals
// of at most six places, ISO dates, durations in whole milliseconds.
func canonical(value any, kind Kind) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return oneLine.Replace(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		s := strings.TrimRight(strconv.FormatFloat(v, 'f', 6, 64), "0")
		if s = strings.TrimSuffix(s, "."); s == "-0" {
			return "0"
		}
		return s
	case time.Duration:
		return strconv.FormatInt(v.Milliseconds(), 10)
	case time.Time:
		if kind == Date {
			return v.Format(time.DateOnly)
		}
		v = v.In(vietnam)
		if v.Nanosecond()/int(time.Millisecond) == 0 {
			return v.Format("2006-01-02T15:04:05")
		}
		return v.Format("2006-01-02T15:04:05.000")
	}
	panic("reports: a cell holds a type that no column kind shows")
}

// vietnam is the zone of every time a workbook shows. Vietnam has kept UTC+7
// without daylight saving since 1975.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)
