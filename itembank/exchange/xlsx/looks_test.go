package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"sathach/itembank/exchange/xlsx"
)

// LibreOffice writes no theme, and truth values as formulas.
func TestRead_asLibreOfficeSaves(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	yellow, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFF00"}}})
	err = errors.Join(err,
		f.SetSheetRow("Sheet1", "A1", &[]any{"STT", "Câu hỏi", "A", "B"}),
		f.SetSheetRow("Sheet1", "A2", &[]any{1, "Ai?", "x", "y"}),
		f.SetCellStyle("Sheet1", "D2", "D2", yellow))
	if err != nil {
		t.Fatal(err)
	}
	if content, err := xlsx.Read(withoutTheme(t, f)); err != nil || len(content.Items) != 1 || len(content.Items[0].Key) != 1 || content.Items[0].Key[0] != 1 {
		t.Errorf("fill: %+v, %v", content.Items, err)
	}
	f = excelize.NewFile()
	err = errors.Join(
		f.SetSheetRow("Sheet1", "A1", &[]any{"STT", "Câu hỏi", "Phương án", "Đúng"}),
		f.SetSheetRow("Sheet1", "A2", &[]any{1, "Ai?", "x", false}),
		f.SetSheetRow("Sheet1", "A3", &[]any{nil, nil, "y", true}),
		f.SetCellFormula("Sheet1", "D2", "FALSE()"),
		f.SetCellFormula("Sheet1", "D3", "TRUE()"))
	if err != nil {
		t.Fatal(err)
	}
	if content, err := xlsx.Read(withoutTheme(t, f)); err != nil || len(content.Items) != 1 || len(content.Items[0].Key) != 1 || content.Items[0].Key[0] != 1 {
		t.Errorf("truth values: %+v, %v", content.Items, err)
	}
}

// withoutTheme saves a workbook and takes its theme out.
func withoutTheme(t *testing.T, f *excelize.File) []byte {
	t.Helper()
	saved, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(saved.Bytes()), int64(saved.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range in.File {
		if part.Name == "xl/theme/theme1.xml" {
			continue
		}
		r, err1 := part.Open()
		w, err2 := z.Create(part.Name)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
