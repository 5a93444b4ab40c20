package docx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"sathach/itembank/exchange/docx"
)

// A bold character style inside a bold paragraph style switches bold off, as
// Word prints it.
func TestRead_switchesBoldOff(t *testing.T) {
	t.Parallel()
	const ns = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	var body strings.Builder
	for _, p := range []struct{ style, run, words string }{
		{"", "", "Câu 1. Ai?"}, {"Dam", "Manh", "A. x"}, {"", "Manh", "B. y"}, {"", "", "C. z"},
	} {
		body.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + p.style + `"/></w:pPr><w:r><w:rPr><w:rStyle w:val="` + p.run + `"/></w:rPr><w:t>` + p.words + `</w:t></w:r></w:p>`)
	}
	content, err := docx.Read(packParts(t, map[string]string{
		"word/document.xml": `<w:document` + ns + `><w:body>` + body.String() + `</w:body></w:document>`,
		"word/styles.xml": `<w:styles` + ns + `><w:style w:type="paragraph" w:styleId="Dam"><w:rPr><w:b/></w:rPr></w:style>` +
			`<w:style w:type="character" w:styleId="Manh"><w:rPr><w:b/></w:rPr></w:style></w:styles>`,
	}))
	if err != nil || len(content.Items) != 1 || !slices.Equal(content.Items[0].Key, []int{1}) {
		t.Errorf("%+v, %v", content.Items, err)
	}
}

func packParts(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	var err error
	for name, words := range parts {
		w, failed := z.Create(name)
		if failed == nil {
			_, failed = w.Write([]byte(words))
		}
		err = errors.Join(err, failed)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
