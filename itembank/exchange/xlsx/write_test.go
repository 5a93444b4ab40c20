package xlsx_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
		items := exchangetest.Items(false).Draw(t, "items")
		data, losses, err := xlsx.Write(items)
		if err != nil || losses != nil {
			t.Fatalf("losses %v, error %v", losses, err)
		}
		content, err := xlsx.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(exchange.Finish(items), exchangetest.WithoutSource(content.Items)); diff != "" || content.Warnings != nil {
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
