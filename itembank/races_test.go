package itembank_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

// together runs things at the same moment and returns their errors.
func together(things ...func() error) []error {
	errs := make([]error, len(things))
	var start, done sync.WaitGroup
	start.Add(1)
	for i, thing := range things {
		done.Go(func() {
			start.Wait()
			errs[i] = thing()
		})
	}
	start.Done()
	done.Wait()
	return errs
}

// Authors who write in one topic at the same moment wait for each other's
// codes; none of them is turned away.
func TestWrite_byManyAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		var things []func() error
		for i := range 24 {
			things = append(things, func() error {
				_, err := d.Write(context.Background(), d.writer, draft(func(d *itembank.Draft) { d.Stem = fmt.Sprintf("Câu %d?", i) }))
				return err
			})
		}
		if err := errors.Join(together(things...)...); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Count(context.Background()); err != nil || n != 25 {
			t.Errorf("%d items, %v", n, err)
		}
	})
}

// Two who resolve the same pair, each the other way, keep one of the items.
func TestMerge_bothWaysAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		for range 5 {
			one, other := d.write(t, nil), d.write(t, nil)
			errs := together(
				func() error { return d.Merge(ctx, d.chief, one, other, "") },
				func() error { return d.Merge(ctx, d.chief, other, one, "") })
			a, b := d.state(t, one), d.state(t, other)
			if (a == itembank.Retired) == (b == itembank.Retired) || (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("%s is %s, %s is %s: %v", one, a, other, b, errs)
			}
		}
	})
}

// Whatever touches an item at the same moment, lists show what it is then.
func TestReindex_followsWhatCameLast(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		for range 10 {
			code := d.write(t, nil)
			d.do(t, d.writer, code, itembank.Submitted)
			d.do(t, d.reviewer, code, itembank.Reviewed)
			shown := []itembank.RevisionID{d.see(t, code, 1).ID}
			errs := together(
				func() error { return d.Do(ctx, d.chief, code, itembank.Vouched, itembank.Seen{}, "") },
				func() error { return d.Show(ctx, shown) },
				func() error { return d.Show(ctx, shown) })
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
		}
		if l := d.find(t, itembank.Query{Show: itembank.ShowInReview}); l.Facets.Total != 0 {
			t.Errorf("%d approved items are listed as in review", l.Facets.Total)
		}
	})
}

// Of two who end the same document at the same moment one is told that the
// other was first.
func TestLaw_endedByTwoAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newLawDesk(t, db)
		ctx := context.Background()
		end := func(on string) func() error {
			c := itembank.LawChange{Document: itembank.Document{ID: d.id["4/2024/TT-BNV"]}, LastDay: on}
			preview, err := d.PreviewLaw(ctx, d.chief, c)
			if err != nil {
				t.Fatal(err)
			}
			return func() error {
				_, err := d.RecordLaw(ctx, d.chief, c, preview.Print)
				return err
			}
		}
		errs := together(end("2027-12-31"), end("2026-12-31"))
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("both or neither: %v", errs)
		}
	})
}
