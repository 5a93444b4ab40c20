package itembank_test

import (
	"context"
	"errors"
	"testing"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/exchange"
)

func question(stem string, key ...int) exchange.Item {
	n, section := 1, "Chuyên đề 1: Thủ tục"
	return exchange.Item{Number: &n, Section: &section, Type: exchange.Single, Stem: stem, Options: []string{"Một", "Hai", "Ba"}, Key: key, Citation: "Điều 3 Nghị định số 118/2025/NĐ-CP", Source: "đoạn 1"}
}

func preview(items ...exchange.Item) exchange.Preview {
	return exchange.Preview{File: "mau.docx", Status: exchange.FileAccepted, Warnings: []string{"Một cảnh báo"}, Items: exchange.Finish(items)}
}

// A file's questions wait, are mended and decided; only what was accepted
// enters, as drafts of whoever accepted it, once.
func TestStaging_nothingEntersUnlessAccepted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		id, err := d.Stage(ctx, d.writer, preview(question("Câu một?", 1), question("Câu hai?"), question("Câu ba?", 2)), "", itembank.Recall)
		if err != nil {
			t.Fatal(err)
		}
		list, err := d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 10})
		if err != nil || len(list) != 3 || list[0].Topic != "T2" || list[0].Hurdle != "" || list[1].Hurdle == "" {
			t.Fatalf("%d staged, %v: %+v", len(list), err, list)
		}
		if n, err := d.Decide(ctx, d.writer, id, []int{1, 2}, itembank.Accepted); err != nil || n != 1 {
			t.Errorf("accepted %d, %v; the second has no key", n, err)
		}
		if n, err := d.Decide(ctx, d.writer, id, []int{3}, itembank.Rejected); err != nil || n != 1 {
			t.Errorf("rejected %d, %v", n, err)
		}
		if n, err := d.Assign(ctx, d.writer, id, []int{2, 3}, "", itembank.Understanding); err != nil || n != 2 {
			t.Errorf("assigned a level to %d, %v", n, err)
		}
		second, err := d.StagedAt(ctx, d.writer, id, 2)
		if err != nil || second.Level != itembank.Understanding || second.Topic != "T2" {
			t.Fatalf("%+v, %v", second, err)
		}
		c := itembank.Correction{Type: exchange.Single, Stem: "Câu hai, đã sửa?", Options: []string{"Một", "Hai"}, Key: []int{0}, Topic: "T2", Level: itembank.Application}
		if err := d.Correct(ctx, d.writer, id, 2, second.Version, c); err != nil {
			t.Fatal(err)
		}
		if err := d.Correct(ctx, d.writer, id, 2, second.Version, c); !errors.Is(err, database.ErrConflict) {
			t.Errorf("corrected from an old page: %v", err)
		}
		if n, err := d.Decide(ctx, d.writer, id, []int{2}, itembank.Accepted); err != nil || n != 1 {
			t.Errorf("accepted after correction: %d, %v", n, err)
		}
		for _, want := range []int{2, 0} { // again enters nothing
			if n, _, err := d.Enter(ctx, d.writer, id); err != nil || n != want {
				t.Errorf("entered %d, %v, want %d", n, err, want)
			}
		}
		item, err := d.Item(ctx, "T2-003", "2026-11-24")
		if err != nil || item.State != itembank.InDraft || item.Stem != "Câu hai, đã sửa?" || item.Level != itembank.Application || len(item.Key.Correct) != 1 {
			t.Errorf("%+v, %v", item, err)
		}
		first, err := d.Item(ctx, "T2-002", "2026-11-24")
		if err != nil || len(first.Citations) != 1 || first.Citations[0].Article != "Điều 3" {
			t.Errorf("citations %+v, %v", first.Citations, err)
		}
		imports, err := d.Imports(ctx, d.writer)
		if err != nil || len(imports) != 1 || imports[0].Counts != (itembank.ImportCounts{Total: 3, OK: 3, Accepted: 2, Rejected: 1, Entered: 2}) || len(imports[0].Warnings) != 1 {
			t.Errorf("%+v, %v", imports, err)
		}
		if err := d.Correct(ctx, d.writer, id, 2, 4, c); !errors.Is(err, itembank.ErrEntered) {
			t.Errorf("corrected after it entered: %v", err)
		}
	})
}

func TestStaging_isOnesOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	ctx := context.Background()
	id, err := d.Stage(ctx, d.writer, preview(question("Câu một?", 1)), "T2", itembank.Recall)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Import(ctx, d.reviewer, id); !errors.Is(err, itembank.ErrNoImport) {
		t.Errorf("another author's import: %v", err)
	}
	if _, _, err := d.Enter(ctx, d.reviewer, id); !errors.Is(err, itembank.ErrNoImport) {
		t.Errorf("entering another author's import: %v", err)
	}
	if _, err := d.Stage(ctx, d.writer, exchange.Preview{Status: exchange.FileRejected}, "", ""); !errors.Is(err, itembank.ErrRejected) {
		t.Errorf("staging a rejected file: %v", err)
	}
}
