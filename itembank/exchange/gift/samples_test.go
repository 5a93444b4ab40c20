package gift_test

import (
	"os"
	"path/filepath"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/gift"
)

func TestRead_theSample(t *testing.T) {
	t.Parallel()
	content := read(t, sample(t, "cau-hoi.gift.txt"))
	exchangetest.Compare(t, content, "testdata/cau-hoi.gift.expected.json")
	if len(content.Warnings) > 0 {
		t.Errorf("warnings %q", content.Warnings)
	}
}

// One question has 5,000 options: it is broken, and the others are read.
func TestRead_aQuestionOf5000Options(t *testing.T) {
	t.Parallel()
	content := read(t, sample(t, "5000-phuong-an.gift.txt"))
	exchangetest.Compare(t, content, "testdata/5000-phuong-an.gift.expected.json")
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
	content, err := gift.Read(data)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return content
}
