package exchangetest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/itembank/exchange"
)

// Again writes what was read and reads it again. It must not fail, and where
// nothing is reported lost nothing may differ, but what a reader asks and the
// blanks around a picture's mark.
func Again(t *testing.T, items []exchange.Item, write func([]exchange.Item) ([]byte, []exchange.Loss, error), read func([]byte) (exchange.Content, error)) {
	t.Helper()
	data, losses, err := write(items)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	content, err := read(data)
	if err != nil {
		t.Fatalf("read again: %v", err)
	}
	if losses != nil {
		return
	}
	if diff := cmp.Diff(items, content.Items, cmpopts.EquateEmpty(), cmp.Transformer("marks", apart), cmpopts.IgnoreFields(exchange.Item{}, "Status", "Note", "Flags", "Source", "Printed", "Looks")); diff != "" {
		t.Errorf("nothing was reported lost, but:\n%s", diff)
	}
}

func apart(text string) apartText {
	return apartText(exchange.Tidy(strings.ReplaceAll(text, exchange.ImageMark, " "+exchange.ImageMark+" ")))
}

type apartText string
