package xlsx_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/xlsx"
)

// The Excel layouts and a sheet with formulas.
func TestRead_layouts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.xlsx")
	if err != nil || len(files) != 5 {
		t.Fatalf("%d sample files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			content, err := xlsx.Read(data)
			if err != nil {
				t.Fatal(err)
			}
			exchangetest.Compare(t, content, strings.TrimSuffix(file, ".xlsx")+".expected.json")
		})
	}
}
