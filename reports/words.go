package reports

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
)

// Workbooks are official Vietnamese documents: their words are fixed here and
// do not follow the reader's language.

var bandNames = map[string]string{
	scoring.Excellent: "Xuất sắc", scoring.Good: "Giỏi", scoring.Fair: "Khá", scoring.Pass: "Đạt", scoring.Fail: "Chưa đạt",
}

var bandMarks = map[string]Mark{scoring.Excellent: Top, scoring.Good: Strong, scoring.Fail: Fail}

var groupNames = map[string]string{
	roster.Leaders: "Lãnh đạo, quản lý", roster.Dedicated: "Chuyên trách", roster.OneStop: "Một cửa", roster.PartTime: "Kiêm nhiệm",
}

var lowNames = map[scoring.LowGroup]string{scoring.Failed: "Chưa đạt", scoring.Low: "Đạt kết quả thấp"}

var levelNames = map[itembank.Level]string{itembank.Recall: "Nhận biết", itembank.Understanding: "Thông hiểu", itembank.Application: "Vận dụng"}

// Blocks put agencies beside their like: they are compared and ranked inside.
const (
	blockCentral  = "Khối cơ quan trung ương"
	blockProvince = "Khối sở, ngành cấp tỉnh"
	blockCommune  = "Khối cấp xã"
)

var blocks = []string{blockCentral, blockProvince, blockCommune}

func blockOf(kind string) string {
	switch kind {
	case "so", "tinh", "thanh_pho_tw":
		return blockProvince
	case "xa", "phuong", "dac_khu":
		return blockCommune
	}
	return blockCentral
}

func upper(text string) string { return strings.Map(unicode.ToUpper, text) }

// people counts below ten carry a leading zero in official lists.
func headcount(n int) string { return fmt.Sprintf("%02d", n) }

func roman(n int) string {
	var b strings.Builder
	for _, r := range []struct {
		value int
		text  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.value {
			b.WriteString(r.text)
			n -= r.value
		}
	}
	return b.String()
}

// dayAndHour writes "08 giờ 00 ngày 05/10/2026".
func dayAndHour(t time.Time) string {
	return t.In(viet.Location).Format("15 giờ 04 ngày 02/01/2006")
}

// points writes a score in running text.
func points(h scoring.Hundredths) string {
	text := strings.TrimRight(strings.TrimRight(h.String(), "0"), ".")
	return strings.Replace(text, ".", ",", 1)
}

func letter(i int) string { return string(rune('A' + i)) }

// shortTopic is the code before the dash: T2-TTHC gives T2.
func shortTopic(code string) string {
	short, _, _ := strings.Cut(code, "-")
	return short
}
