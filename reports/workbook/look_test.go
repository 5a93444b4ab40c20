package workbook_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// style is the part of a cell's style that a reader sees.
type style struct {
	Bold, Italic, Under bool
	Numbers             string
}

func styleOf(t *testing.T, f *excelize.File, sheet, cell string) style {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if s.Font.Family != "Times New Roman" {
		t.Errorf("%s!%s is set in %s", sheet, cell, s.Font.Family)
	}
	got := style{Bold: s.Font.Bold, Italic: s.Font.Italic, Under: s.Font.Underline != ""}
	switch {
	case s.CustomNumFmt != nil:
		got.Numbers = *s.CustomNumFmt
	case s.NumFmt != 0:
		got.Numbers = "built in " + strconv.Itoa(s.NumFmt)
	}
	return got
}

func TestWrite_marksWithoutChangingTheWord(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(len(everyMark))))
	want := []style{
		{Numbers: "@"}, {Bold: true, Numbers: `"▲ "@`}, {Bold: true, Numbers: "@"}, {Bold: true, Italic: true, Numbers: `"▼ "@`}, {Italic: true, Under: true, Numbers: "@"},
		{Italic: true, Numbers: "@"}, {Bold: true, Italic: true, Under: true, Numbers: "@"}, {Bold: true, Numbers: "@"}, {Bold: true, Numbers: `"● "@`},
		{Italic: true, Numbers: `"○ "@`}, {Bold: true, Numbers: `"► "@`}, {Numbers: "@"}, {Bold: true, Under: true, Numbers: "@"},
	}
	for i, w := range want {
		at := "J" + strconv.Itoa(17+i)
		if diff := cmp.Diff(w, styleOf(t, f, "Kết quả", at)); diff != "" {
			t.Errorf("mark %d: %s", i, diff)
		}
		text, err := f.GetCellValue("Kết quả", at, excelize.Options{RawCellValue: true})
		if err != nil || text != everyMark[i].Value {
			t.Errorf("mark %d holds %q, want %q, %v", i, text, everyMark[i].Value, err)
		}
	}
}

func TestWrite_formatsByKind(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(1)))
	for column, want := range map[string]string{
		"A": "#,##0", "B": "@", "C": `dd\/mm\/yyyy`, "D": `dd\/mm hh:mm`, "E": "[mm]:ss", "F": "0.00_)", "G": "0.0_)", "K": "@", "L": `"± "0.0`,
		"M": `+0.0_);\-0.0_);0.0_)`, "N": "[mm]:ss.000", "O": "@", "Q": "@", "R": `dd\/mm\/yyyy hh:mm`,
	} {
		if got := styleOf(t, f, "Kết quả", column+"17").Numbers; got != want && (want != "#,##0" || got != "built in 3") && (want != "@" || got != "built in 49") {
			t.Errorf("column %s has the format %q, want %q", column, got, want)
		}
	}
}

func TestWrite_showsFormulasOfColumnsAsText(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(1)))
	numbers, err := f.GetRows("Tổng hợp")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"(1)", "(2)", "(3)", "(4)", "(5)=(4):(3)"}, numbers[9]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "Tổng cộng", "4,440", "3,999", "90.1 "}, numbers[13]); diff != "" {
		t.Error(diff)
	}
	if got := styleOf(t, f, "Tổng hợp", "E12"); got != (style{Bold: true, Italic: true, Under: true, Numbers: "0.0_)"}) {
		t.Errorf("a marked number looks like %+v", got)
	}
}

func TestWrite_drawsNoBordersInsideWordsThatRunOn(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(1)))
	for cell, want := range map[string]int{"A16": 4, "B16": 3, "C16": 2, "N16": 2, "O16": 3} { // sides of the group row
		id, err := f.GetCellStyle("Kết quả", cell)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.GetStyle(id)
		if err != nil || len(s.Border) != want {
			t.Errorf("%s has %d borders, want %d, %v", cell, len(s.Border), want, err)
		}
	}
	text, err := f.GetCellValue("Kết quả", "B16")
	if err != nil || text != words {
		t.Errorf("the group row says %q, %v", text, err)
	}
}

func TestWrite_keepsAnEmptyListsFrame(t *testing.T) {
	t.Parallel()
	b := sample(1)
	b.Sheets = append(b.Sheets, reports.Sheet{Name: "Rỗng", Title: "RỖNG", Prefix: "R", Filter: true, Columns: b.Sheets[0].Columns[:2]})
	f := opened(t, written(t, b))
	for sheet, text := range map[string]string{"Không dự": "Không có trường hợp nào", "Rỗng": "(2)"} {
		find(t, f, sheet, text)
	}
	find(t, f, "Không dự", "Danh sách gồm 00 người./.")
	find(t, f, "Không dự", "GIÁM ĐỐC")
}
