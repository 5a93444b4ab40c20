package docx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/docx"
	"sathach/itembank/exchange/exchangetest"
)

// Whatever stands in a document's body, reading it ends with items or with a
// refusal, no item that asks for nothing has a key outside its options, and
// what was read can be written and read again.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/v*.docx")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(part(f, load(f, file), "word/document.xml"))
	}
	template, err := docx.Template()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(part(f, template, "word/document.xml"))
	f.Fuzz(func(t *testing.T, body []byte) {
		content, err := docx.Read(pack(t, body))
		var rejected *exchange.Rejected
		if err != nil && !errors.As(err, &rejected) {
			t.Fatalf("neither items nor a refusal: %v", err)
		}
		for _, it := range content.Items {
			for _, k := range it.Key {
				if k < 0 || k >= max(len(it.Options), len(it.Targets)) {
					t.Errorf("key %v of %d options", it.Key, len(it.Options))
				}
			}
			keyed := len(it.Key) > 0 || len(it.Answers) > 0 || len(it.Gaps) > 0 || it.Type == exchange.Situation
			if it.Status == exchange.OK && (it.Stem == "" || !keyed) {
				t.Errorf("an item without stem or key asks for nothing: %+v", it)
			}
		}
		exchangetest.Again(t, content.Items, docx.Write, docx.Read)
	})
}

func part(t testing.TB, data []byte, name string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// pack makes a package of a body alone.
func pack(t testing.TB, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("word/document.xml")
	if err == nil {
		_, err = w.Write(body)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
