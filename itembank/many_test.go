package itembank_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

// Two hundred items go from their writer to the pool in three goes, and the
// one who approves has read the sample that was drawn for him.
func TestSignMany_fromDraftsToThePool(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		var all []string
		for i := range 205 {
			all = append(all, d.write(t, func(d *itembank.Draft) { d.Stem = fmt.Sprintf("Câu %d?", i) }))
		}
		own := d.write(t, nil)
		if done, err := d.SignMany(ctx, d.writer, itembank.Submitted, showing(append(all, "T2-001"), nil)); err != nil || done.Signed != 205 || !slices.Equal(done.Barred, []string{"T2-001"}) {
			t.Fatalf("submitted %+v, %v", done, err)
		}
		if done, err := d.SignMany(ctx, d.reviewer, itembank.Reviewed, showing(all, all[5:])); err != nil || done.Signed != 200 {
			t.Fatalf("reviewed %+v, %v", done, err)
		}
		if done, err := d.SignMany(ctx, d.writer, itembank.Reviewed, showing(all[:5], all[:5])); err != nil || done.Signed != 0 || len(done.Barred) != 5 {
			t.Fatalf("the writer reviewed %+v, %v", done, err)
		}
		batch, err := d.Prepare(ctx, d.chief, itembank.Vouched, append(all, own))
		if err != nil || len(batch.Ready) != 200 || len(batch.Sample) != 20 || len(batch.Rest) != 180 || len(batch.Barred) != 6 {
			t.Fatalf("%d ready, %d in the sample, %d barred, %v", len(batch.Ready), len(batch.Sample), len(batch.Barred), err)
		}
		var sample []string
		for _, s := range batch.Sample {
			sample = append(sample, s.Code)
		}
		if _, err := d.SignMany(ctx, d.chief, itembank.Vouched, showing(all, sample[1:])); !errors.Is(err, itembank.ErrUnread) {
			t.Errorf("approved what was not read: %v", err)
		}
		if pool, err := d.Pool(ctx, today); err != nil || len(pool.Drawable) != 1 {
			t.Errorf("%d drawable before, %v", len(pool.Drawable), err)
		}
		if done, err := d.SignMany(ctx, d.chief, itembank.Vouched, showing(all, sample)); err != nil || done.Signed != 200 || len(done.Barred) != 5 {
			t.Errorf("approved %+v, %v", done, err)
		}
		if pool, err := d.Pool(ctx, today); err != nil || len(pool.Drawable) != 201 {
			t.Errorf("%d drawable after, %v", len(pool.Drawable), err)
		}
		if _, err := d.Prepare(ctx, d.chief, itembank.Vouched, make([]string, itembank.MostAtOnce+1)); !errors.Is(err, itembank.ErrTooManyAtOnce) {
			t.Errorf("501 at once: %v", err)
		}
	})
}

// showing is items as whoever signs saw them, some of them read.
func showing(codes, read []string) []itembank.Shown {
	shown := make([]itembank.Shown, len(codes))
	for i, code := range codes {
		shown[i] = itembank.Shown{Code: code, Read: slices.Contains(read, code)}
	}
	return shown
}

// Nobody signs a text that was changed after they read it, though it is in
// review again.
func TestDo_signsOnlyWhatWasRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		code := d.write(t, nil)
		d.do(t, d.writer, code, itembank.Submitted)
		read := d.see(t, code, 1).Seen()
		d.do(t, d.chief, code, itembank.Returned)
		if err := d.Revise(ctx, d.writer, code, d.see(t, code, 1).Version, draft(func(d *itembank.Draft) { d.Key = []int{2} })); err != nil {
			t.Fatal(err)
		}
		d.do(t, d.writer, code, itembank.Submitted)
		if err := d.Do(ctx, d.reviewer, code, itembank.Reviewed, read, ""); !errors.Is(err, database.ErrConflict) {
			t.Errorf("signed a key that was not read: %v", err)
		}
		done, err := d.SignMany(ctx, d.reviewer, itembank.Reviewed, []itembank.Shown{{Code: code, Seen: read, Read: true}})
		if err != nil || done.Signed != 0 || len(done.Barred) != 1 {
			t.Errorf("signed among many: %+v, %v", done, err)
		}
		if err := d.Do(ctx, d.reviewer, code, itembank.Reviewed, d.see(t, code, 1).Seen(), ""); err != nil {
			t.Errorf("read again: %v", err)
		}
	})
}

func TestSavedFilters_areTheirAuthorsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		for _, f := range []struct {
			name, query string
			want        error
		}{{"Câu khó", "level=application", nil}, {"Câu khó", "quality=too_hard", nil}, {" ", "x=1", itembank.ErrBadFilter}, {"B", "x\ny", itembank.ErrBadFilter}, {"B", "", nil}} {
			if err := d.SaveFilter(ctx, d.writer, f.name, f.query); !errors.Is(err, f.want) {
				t.Errorf("%q: %v, want %v", f.name, err, f.want)
			}
		}
		own, err := d.SavedFilters(ctx, d.writer)
		if err != nil || len(own) != 2 || own[1].Query != "quality=too_hard" {
			t.Fatalf("%+v, %v", own, err)
		}
		if err := d.DropFilter(ctx, d.reviewer, own[0].ID); err != nil {
			t.Error(err)
		}
		if err := d.DropFilter(ctx, d.writer, own[1].ID); err != nil {
			t.Error(err)
		}
		if own, err = d.SavedFilters(ctx, d.writer); err != nil || len(own) != 1 || own[0].Name != "B" {
			t.Errorf("after dropping one: %+v, %v", own, err)
		}
	})
}
