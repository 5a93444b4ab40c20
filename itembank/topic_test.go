package itembank_test

import (
	"context"
	"errors"
	"testing"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

// Items of a topic that an agency looks after are written, reviewed and
// approved by people within whose scope that agency lies.
func TestGiveTopic_boundsWhoWorksOnIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		elsewhere := d.writer
		elsewhere.Grants = []authz.Grant{{Role: authz.Author, Agency: database.NewID()}, {Role: authz.Ministry, Agency: database.NewID()}}
		code := d.write(t, nil)
		if err := d.Revise(ctx, elsewhere, code, 1, draft(nil)); err != nil {
			t.Errorf("a topic of the whole country: %v", err)
		}
		root := d.chief.Grants[0].Agency
		for _, c := range []struct {
			who           authz.Actor
			topic, agency string
			want          error
		}{
			{d.writer, "T2", root, authz.ErrForbidden}, {elsewhere, "T2", root, itembank.ErrNotYourTopic}, {d.chief, "none", root, itembank.ErrUnknownTopic},
			{d.chief, "T2", root, nil}, {elsewhere, "T2", "", itembank.ErrNotYourTopic},
		} {
			if err := d.GiveTopic(ctx, c.who, c.topic, c.agency); !errors.Is(err, c.want) {
				t.Errorf("give %s: %v, want %v", c.topic, err, c.want)
			}
		}
		if _, err := d.Write(ctx, elsewhere, draft(nil)); !errors.Is(err, itembank.ErrNotYourTopic) {
			t.Errorf("written from elsewhere: %v", err)
		}
		if err := d.Revise(ctx, elsewhere, code, 2, draft(nil)); !errors.Is(err, itembank.ErrNotYourTopic) {
			t.Errorf("revised from elsewhere: %v", err)
		}
		if err := d.Do(ctx, elsewhere, code, itembank.Submitted, itembank.Seen{}, ""); !errors.Is(err, itembank.ErrNotYourTopic) {
			t.Errorf("submitted from elsewhere: %v", err)
		}
		if err := d.Do(ctx, elsewhere, code, itembank.Commented, itembank.Seen{}, "Ý kiến"); err != nil {
			t.Errorf("anybody who reads may comment: %v", err)
		}
		batch, err := d.Prepare(ctx, elsewhere, itembank.Submitted, []string{code})
		if err != nil || len(batch.Ready) != 0 || len(batch.Barred) != 1 {
			t.Errorf("in a batch: %+v, %v", batch, err)
		}
		d.do(t, d.writer, code, itembank.Submitted)
		if err := d.GiveTopic(ctx, d.chief, "T2", ""); err != nil {
			t.Error(err)
		}
	})
}
