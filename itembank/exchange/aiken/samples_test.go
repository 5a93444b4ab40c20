package aiken_test

import (
	"os"
	"path/filepath"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/aiken"
	"sathach/itembank/exchange/exchangetest"
)

func TestRead_theSample(t *testing.T) {
	t.Parallel()
	content := read(t, sample(t, "to-chuc-bo-may.aiken.txt"))
	exchangetest.Compare(t, content, "testdata/to-chuc-bo-may.aiken.expected.json")
	if len(content.Warnings) > 0 {
		t.Errorf("warnings %q", content.Warnings)
	}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, data []byte) exchange.Content {
	t.Helper()
	content, err := aiken.Read(data)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return content
}
