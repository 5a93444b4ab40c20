package xlsx_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/written"
	"sathach/itembank/exchange/xlsx"
)

// Whatever the texts are made of, what is written reads the same.
func TestWrite_readsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := exchangetest.Items(rapid.Bool().Draw(t, "pictures")).Draw(t, "items")
		data, losses, err := xlsx.Write(items)
		if err != nil || losses != nil {
			t.Fatalf("losses %v, error %v", losses, err)
		}
		content, err := xlsx.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(exchange.Finish(items), exchangetest.WithoutSource(content.Items), cmpopts.IgnoreFields(exchange.Asset{}, "Name")); diff != "" || content.Warnings != nil {
			t.Fatalf("warnings %q\n%s", content.Warnings, diff)
		}
	})
}

func TestTemplate_readsAsItsExamples(t *testing.T) {
	t.Parallel()
	data, err := xlsx.Template()
	if err != nil {
		t.Fatal(err)
	}
	content, err := xlsx.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written.Examples(), exchangetest.WithoutSource(content.Items)); diff != "" || content.Warnings != nil {
		t.Errorf("warnings %q\n%s", content.Warnings, diff)
	}
}

// Only columns that some item needs are there, and every cell is text.
func TestWrite_theCellsOfAFile(t *testing.T) {
	t.Parallel()
	seven, section := 7, "Một cửa"
	data, losses, err := xlsx.Write([]exchange.Item{
		{Type: exchange.Single, Number: &seven, Section: &section, Stem: "=1+1", Options: []string{"+84", "-5", "@a", "'b", "_x000D_"}, Key: []int{4}, Explanation: "Vì [[image]]", Assets: []exchange.Asset{{Kind: exchange.Image, Alt: "sơ đồ"}}},
		{Type: exchange.Matching, Stem: "Ghép?", Options: []string{"a", "b"}, Targets: []string{"x", "y"}, Key: []int{1, 0}, Citation: "Điều 1"},
		{Type: exchange.Numeric, Stem: "Số?", Answers: []exchange.Answer{{Value: "15", Min: "14", Max: "16", Fraction: 100}, {Min: "3", Max: "5", Fraction: 50}}},
		{Type: exchange.GapText, Stem: "[[gap]]", Gaps: []exchange.Gap{{Kind: exchange.Choice, Options: []string{"a", "b"}, Key: []int{1}}}},
	})
	if err != nil || len(losses) != 1 || losses[0].What != "Hình được thay bằng lời tả: không có dữ liệu PNG, JPEG hay GIF" {
		t.Fatalf("losses %v, error %v", losses, err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Phiếu câu hỏi")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, strings.ReplaceAll(strings.Join(row, "¦"), "\n", "|"))
	}
	want := []string{
		"Phiếu câu hỏi¦Số câu¦Mục¦Mức độ¦Câu dẫn¦A¦B¦C¦D¦E¦Vế phải¦Đáp án¦Chỗ trống 1 (chọn)¦Giải thích¦Căn cứ",
		"Một đáp án đúng¦7¦Một cửa¦¦=1+1¦+84¦-5¦@a¦'b¦_x000D_¦¦E¦¦Vì [hình: sơ đồ]",
		"Ghép cặp¦¦¦¦Ghép?¦a¦b¦¦¦¦1. x|2. y¦A-2, B-1¦¦¦Điều 1",
		"Điền số¦¦¦¦Số?¦¦¦¦¦¦¦15 ± 1|50 %: 3 đến 5",
		"Điền chỗ trống¦¦¦¦[[gap]]¦¦¦¦¦¦¦¦- a|* b",
	}
	if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
		t.Error(diff)
	}
	for _, ref := range []string{"B2", "E2", "F2", "G2", "H2"} {
		kind, err1 := f.GetCellType("Phiếu câu hỏi", ref)
		formula, err2 := f.GetCellFormula("Phiếu câu hỏi", ref)
		if kind != excelize.CellTypeSharedString || formula != "" || err1 != nil || err2 != nil {
			t.Errorf("%s is %v with formula %q", ref, kind, formula)
		}
	}
}

func TestWrite_cutsWhatNoCellHolds(t *testing.T) {
	t.Parallel()
	for _, long := range []string{strings.Repeat("𝒙", 20_000), strings.Repeat("_x000D_ ", 5_000)} {
		data, losses, err := xlsx.Write([]exchange.Item{{Type: exchange.Essay, Stem: "Ngắn"}, {Type: exchange.Essay, Name: "TL-2", Stem: long}})
		if err != nil || len(losses) != 1 || losses[0].Item != "TL-2" || !strings.Contains(losses[0].What, "“Câu dẫn” dài hơn") {
			t.Fatalf("losses %v, error %v", losses, err)
		}
		content, err := xlsx.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if stem := content.Items[1].Stem; !strings.HasPrefix(long, stem) || len(stem) < 2_000 {
			t.Errorf("%d bytes of %d", len(stem), len(long))
		}
	}
}

// People add titles, columns and rows, and fill cells as spreadsheets do.
func TestRead_cardsThatWereEdited(t *testing.T) {
	t.Parallel()
	data, _, err := xlsx.Write([]exchange.Item{{Type: exchange.Single, Stem: "Gì?", Options: []string{"a", "b"}, Key: []int{0}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := "Phiếu câu hỏi"
	errs := []error{
		f.SetSheetRow(sheet, "A4", &[]any{"Điền số", 12, "", "", "Mấy?", "", "", "", "", 7.5}), // a number, not text
		f.SetSheetRow(sheet, "A5", &[]any{"", 13}),                                             // numbered beforehand
		f.SetSheetRow(sheet, "A6", &[]any{"Một đáp án đúng", "", "", "", "Công thức?", "a", "b"}),
		f.SetCellStr(sheet, "J6", "A"), // what the formula gave when the file was saved
		f.SetCellFormula(sheet, "J6", `="A"`),
		f.SetCellStr(sheet, "N6", "Nhớ hỏi lại"),
		f.InsertRows(sheet, 1, 2),
		f.SetCellStr(sheet, "A1", "Ngân hàng của xã"),
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	edited, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	content, err := xlsx.Read(edited.Bytes())
	if err != nil || len(content.Items) != 3 {
		t.Fatalf("%+v, %v", content, err)
	}
	if it := content.Items[0]; it.Status != exchange.OK || it.Key[0] != 0 || it.Source != "Phiếu câu hỏi!E4" {
		t.Errorf("%+v", it)
	}
	if it := content.Items[1]; it.Status != exchange.OK || *it.Number != 12 || it.Answers[0].Value != "7.5" {
		t.Errorf("%+v", it)
	}
	if it := content.Items[2]; it.Key != nil || !it.Has(exchange.Formula) || !it.Has(exchange.UnreadField) || !strings.Contains(it.Note, "Nhớ hỏi lại") {
		t.Errorf("%+v", it)
	}
}
