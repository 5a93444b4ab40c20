package itembank_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
	"sathach/itembank/starter"
)

// What leaves the bank in Word, Excel or JSON comes back as it was: every item
// of the starter bank, with its key, its law and its level.
func TestItemOf_starterBankComesBack(t *testing.T) {
	t.Parallel()
	content, err := starter.Read()
	if err != nil {
		t.Fatal(err)
	}
	items := make([]exchange.Item, len(content.Items))
	for i, d := range content.Items {
		items[i], _ = itembank.ItemOf(d, content.Documents, nil)
	}
	for _, name := range []format.Name{format.Docx, format.Xlsx, format.JSON} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			var file strings.Builder
			losses, err := format.Write(&file, name, items)
			if err != nil || len(losses) > 0 {
				t.Fatalf("%v, %v", losses, err)
			}
			back := format.Read("a", []byte(file.String()), "")
			if len(back.Items) != len(items) {
				t.Fatalf("%d of %d items: %s", len(back.Items), len(items), back.Reason)
			}
			for i, it := range back.Items {
				got, hurdle := itembank.DraftOf(it, content.Documents)
				want := content.Items[i]
				got.Code, got.Topic = it.Name, it.Topic
				got.Citations, want.Citations = dated(got.Citations, content.Documents), dated(want.Citations, content.Documents)
				if it.Has(exchange.LetterReference) {
					want.Pinned = got.Pinned // such items keep every place on the way in
				}
				diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(itembank.Draft{}, "SourceNote", "ValidTo", "Facts", "Review"))
				if hurdle != "" || diff != "" {
					t.Errorf("%s: %s\n%s", want.Code, hurdle, diff)
				}
			}
		})
	}
}

// dated completes citations that named a document by its number alone.
func dated(cites []itembank.Cite, register []itembank.Document) []itembank.Cite {
	full := make([]itembank.Cite, len(cites))
	for i, c := range cites {
		full[i] = c
		for _, d := range register {
			if c.IssuedOn == "" && d.Number == c.Document {
				full[i].IssuedOn = d.IssuedOn
			}
		}
		full[i].Article = strings.TrimSpace(c.Article)
	}
	return full
}

func TestExport_tellsWhatNoFileHolds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		code := d.write(t, func(d *itembank.Draft) { d.ValidTo, d.SourceNote = "2027-01-01", "Sổ tay" })
		items, losses, err := d.Export(context.Background(), d.reviewer, []string{code, "T2-001", "none"})
		if err != nil || len(items) != 2 || items[0].Name != code || items[0].Citation != "118/2025/NĐ-CP: Điều 3" {
			t.Fatalf("%+v, %v", items, err)
		}
		if len(losses) != 2 || losses[0].Item != code {
			t.Errorf("%+v", losses)
		}
	})
}
