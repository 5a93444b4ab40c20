package docx_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/docx"
	"sathach/itembank/exchange/exchangetest"
)

// The Word layouts, one file each: every item with its number, section, key,
// explanation and what is to be asked.
func TestRead_layouts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/v*.docx")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d sample files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			content, err := docx.Read(load(t, file))
			if err != nil {
				t.Fatal(err)
			}
			exchangetest.Compare(t, content, strings.TrimSuffix(file, ".docx")+".expected.json")
		})
	}
}

func TestRead_reportsWhatTheKeyTableHasTooMuch(t *testing.T) {
	t.Parallel()
	content, err := docx.Read(load(t, "testdata/v6-bang-dap-an-cuoi-phan.docx"))
	if err != nil {
		t.Fatal(err)
	}
	if len(content.Warnings) != 1 || !strings.Contains(content.Warnings[0], "số 10 nhưng không có câu 10") {
		t.Errorf("warnings %q", content.Warnings)
	}
}

func TestRead_takesPicturesAndFormulas(t *testing.T) {
	t.Parallel()
	content, err := docx.Read(load(t, "testdata/v1-dap-an-tung-cau.docx"))
	if err != nil {
		t.Fatal(err)
	}
	picture := content.Items[7].Assets[0]
	if picture.Kind != exchange.Image || len(picture.Data) < 100 || !strings.HasSuffix(picture.Name, ".png") {
		t.Errorf("picture %q of %d bytes", picture.Name, len(picture.Data))
	}
	content, err = docx.Read(load(t, "testdata/v10-dien-cho-trong.docx"))
	if err != nil {
		t.Fatal(err)
	}
	if formula := string(content.Items[10].Assets[0].Data); !strings.HasPrefix(formula, "<math>") || !strings.Contains(formula, "<mfrac>") {
		t.Errorf("formula %s", formula)
	}
}

func TestRead_refuses(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{"bom-nen.docx": "quá lớn", "trang-web-gia-dang.docx": "không phải gói nén"} {
		_, err := docx.Read(load(t, "testdata/"+file))
		var rejected *exchange.Rejected
		if !errors.As(err, &rejected) || !strings.Contains(rejected.Reason, want) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func load(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
