package itembank_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

const today = "2026-11-24"

// see is one revision of an item.
func (d *desk) see(t *testing.T, code string, number int) itembank.Detail {
	t.Helper()
	r, err := d.Revision(context.Background(), code, number, today)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (d *desk) do(t *testing.T, who authz.Actor, code string, acts ...itembank.Act) {
	t.Helper()
	for _, act := range acts {
		if err := d.Do(context.Background(), who, code, act, itembank.Seen{}, "Vì cần"); err != nil {
			t.Fatalf("%s: %v", act, err)
		}
	}
}

// An approved item is drawn by its approved text until a newer one is
// approved, whatever happens to the draft beside it.
func TestRevise_beginsBesideWhatIsDrawn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		newer := draft(func(d *itembank.Draft) { d.Stem = "Câu đã sửa?" })
		if err := d.Revise(ctx, d.writer, "T2-001", 0, newer); err != nil {
			t.Fatal(err)
		}
		drawn := func() string {
			t.Helper()
			pool, err := d.Pool(ctx, today)
			if err != nil || len(pool.Drawable) != 1 {
				t.Fatalf("%d drawable, %v", len(pool.Drawable), err)
			}
			return pool.Drawable[0].Stem
		}
		old := draft(nil).Stem
		if got := drawn(); got != old {
			t.Errorf("with a draft open %q is drawn", got)
		}
		d.do(t, d.writer, "T2-001", itembank.Submitted)
		if err := d.Revise(ctx, d.writer, "T2-001", 1, newer); !errors.Is(err, itembank.ErrInReview) {
			t.Errorf("changed in review: %v", err)
		}
		d.do(t, d.reviewer, "T2-001", itembank.Reviewed)
		if got := drawn(); got != old {
			t.Errorf("before approval %q is drawn", got)
		}
		d.do(t, d.chief, "T2-001", itembank.Vouched)
		if got := drawn(); got != "Câu đã sửa?" {
			t.Errorf("after approval %q is drawn", got)
		}
		if first := d.see(t, "T2-001", 1); first.State != itembank.Retired || first.Stem != old {
			t.Errorf("the first revision is %s: %s", first.State, first.Stem)
		}
		d.do(t, d.chief, "T2-001", itembank.Withdrew, itembank.Restored, itembank.RetiredIt)
		if pool, err := d.Pool(ctx, today); err != nil || len(pool.Drawable) != 0 {
			t.Errorf("a retired item is drawn, %v", err)
		}
	})
}

// A draft is gone on with by any writer; then neither may review it. Two who
// save at once do not overwrite each other.
func TestRevise_aDraftStrandsNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		for i, c := range []struct {
			who     authz.Actor
			version int
			want    error
		}{
			{d.writer, 5, database.ErrConflict}, // read before somebody dropped the draft
			{d.writer, 0, nil},
			{d.reviewer, 0, database.ErrConflict}, // both began at once
			{d.reviewer, 1, nil},
			{d.writer, 1, database.ErrConflict},
			{d.writer, 2, nil},
		} {
			stem := string(rune('a' + i))
			if err := d.Revise(ctx, c.who, "T2-001", c.version, draft(func(d *itembank.Draft) { d.Stem = stem })); !errors.Is(err, c.want) {
				t.Errorf("%d: %v, want %v", i, err, c.want)
			}
		}
		if now := d.see(t, "T2-001", 2); now.Stem != "f" || now.Version != 3 {
			t.Errorf("the draft is %q, version %d", now.Stem, now.Version)
		}
		d.do(t, d.writer, "T2-001", itembank.Submitted)
		if err := d.Do(ctx, d.reviewer, "T2-001", itembank.Reviewed, itembank.Seen{}, ""); !errors.Is(err, itembank.ErrSamePerson) {
			t.Errorf("one of two writers reviews: %v", err)
		}
		d.do(t, d.chief, "T2-001", itembank.Returned)
		d.do(t, d.reviewer, "T2-001", itembank.Dropped)
		if err := d.Revise(ctx, d.writer, "T2-001", 0, draft(nil)); err != nil {
			t.Errorf("a new draft after one was dropped: %v", err)
		}
		if third := d.see(t, "T2-001", 3); third.State != itembank.InDraft {
			t.Errorf("the third revision is %s", third.State)
		}
	})
}

func TestDetail_comesBackAsItsDraft(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	for _, want := range []itembank.Draft{
		draft(func(d *itembank.Draft) {
			d.Options, d.Targets, d.Pinned, d.ValidTo, d.SourceNote = append(d.Options, "Bốn"), []string{}, []int{3}, "2027-01-01", "Sổ tay"
		}),
		draft(func(d *itembank.Draft) {
			d.Kind, d.Options, d.Key, d.Targets, d.Pinned = itembank.Numeric, []string{}, nil, []string{}, []int{}
			d.Answer = &itembank.Answer{Value: "15", Tolerance: "0.5", Unit: "ngày"}
		}),
	} {
		code, err := d.Write(context.Background(), d.writer, want)
		if err != nil {
			t.Fatal(err)
		}
		got := d.see(t, code, 1).Draft()
		want.Code, want.Citations = code, got.Citations
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestReadCites_understandsWhatItWrites(t *testing.T) {
	t.Parallel()
	twin := itembank.Document{Number: "12/QĐ-X", IssuedOn: "2024-01-01"}
	documents := []itembank.Document{{Number: "905/QĐ-BNV", IssuedOn: "2025-09-01"}, twin, {Number: "12/QĐ-X", IssuedOn: "2025-02-02"}, {Number: "Hiến pháp 2013", IssuedOn: "2013-11-28"}}
	cites := []itembank.Cite{{"905/QĐ-BNV", "2025-09-01", "khoản 1 Điều 2"}, {"12/QĐ-X", "2024-01-01", "Điều 3"}, {"Hiến pháp 2013", "2013-11-28", ""}}
	lines := ""
	for _, c := range cites {
		lines += itembank.CiteLine(c, documents) + "\n"
	}
	got, unknown := itembank.ReadCites(lines, documents)
	if diff := cmp.Diff(cites, got); diff != "" || unknown != nil {
		t.Errorf("from\n%s%s unknown %q", lines, diff, unknown)
	}
	got, unknown = itembank.ReadCites("Điều 5 Quyết định số 905/QĐ-BNV\n\n12/QĐ-X: Điều 1\nsổ tay", documents)
	if len(got) != 1 || got[0].Article != "Điều 5" || len(unknown) != 2 {
		t.Errorf("loose lines give %+v, unknown %q", got, unknown)
	}
}
