package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/xlsx"
)

// Whatever cells a workbook has, reading it ends with items or with a refusal,
// and what was read can be written and read again.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xlsx")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		sheet, shared := seed(f, load(f, file))
		f.Add(sheet, shared)
	}
	template, err := xlsx.Template()
	if err != nil {
		f.Fatal(err)
	}
	sheet, shared := seed(f, template)
	f.Add(sheet, shared)
	for _, sheet := range []string{
		inline("Phiếu câu hỏi|Câu dẫn|A|B|Đáp án", "Một đáp án đúng|=1+1|_x000D_|_x005F_|B", "|||C|", "Ghép cặp|x|y|z|A-1"),
		inline("STT|Câu hỏi|A|B|Đáp án", "1|Gì?|Một|Hai|A", "2|Gì thế?|Một|Hai|"),
	} {
		f.Add([]byte(sheet), []byte(nil))
	}
	f.Fuzz(func(t *testing.T, sheet, shared []byte) {
		content, err := xlsx.Read(pack(t, sheet, shared))
		var rejected *exchange.Rejected
		if err != nil && !errors.As(err, &rejected) {
			t.Fatalf("neither items nor a refusal: %v", err)
		}
		exchangetest.Again(t, content.Items, xlsx.Write, xlsx.Read)
	})
}

// inline makes a sheet of rows whose cells are parted by bars.
func inline(rows ...string) string {
	out := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	for y, row := range rows {
		out += fmt.Sprintf(`<row r="%d">`, y+1)
		for x, cell := range strings.Split(row, "|") {
			out += fmt.Sprintf(`<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+x, y+1, cell)
		}
		out += `</row>`
	}
	return out + `</sheetData></worksheet>`
}

// seed is the first sheet of a workbook with the strings it shares.
func seed(t testing.TB, data []byte) (sheet, shared []byte) {
	t.Helper()
	return part(t, data, "xl/worksheets/sheet1.xml"), part(t, data, "xl/sharedStrings.xml")
}

func part(t testing.TB, data []byte, name string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Open(name)
	if err != nil {
		return nil // a workbook may have its strings in its cells
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// pack makes a workbook of one sheet.
func pack(t testing.TB, sheet, shared []byte) []byte {
	t.Helper()
	const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const office = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", relations + `<Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets><sheet name="Câu hỏi" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", relations + `<Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", string(sheet)},
		{"xl/sharedStrings.xml", string(shared)},
	} {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = io.WriteString(w, f.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func load(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
