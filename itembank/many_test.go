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
		if done, err := d.SignMany(ctx, d.writer, itembank.Submitted, append(all, "T2-001"), nil); err != nil || done.Signed != 205 || !slices.Equal(done.Barred, []string{"T2-001"}) {
			t.Fatalf("submitted %+v, %v", done, err)
		}
		if done, err := d.SignMany(ctx, d.reviewer, itembank.Reviewed, all, all[5:]); err != nil || done.Signed != 200 {
			t.Fatalf("reviewed %+v, %v", done, err)
		}
		if done, err := d.SignMany(ctx, d.writer, itembank.Reviewed, all[:5], all[:5]); err != nil || done.Signed != 0 || len(done.Barred) != 5 {
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
		if _, err := d.SignMany(ctx, d.chief, itembank.Vouched, all, sample[1:]); !errors.Is(err, itembank.ErrUnread) {
			t.Errorf("approved what was not read: %v", err)
		}
		if pool, err := d.Pool(ctx, today); err != nil || len(pool.Drawable) != 1 {
			t.Errorf("%d drawable before, %v", len(pool.Drawable), err)
		}
		if done, err := d.SignMany(ctx, d.chief, itembank.Vouched, all, sample); err != nil || done.Signed != 200 || len(done.Barred) != 5 {
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
