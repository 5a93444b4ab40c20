package itembank_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/identity"
	"sathach/itembank"
	"sathach/roster"
)

// desk is a bank with people who write, review and approve.
type desk struct {
	*itembank.Bank
	writer, reviewer, chief authz.Actor
}

func newDesk(t *testing.T, db *database.DB) *desk {
	t.Helper()
	bank, err := loaded(t, db, draft(nil))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	agencies := &roster.Roster{DB: db, Now: bank.Now}
	if err := agencies.LoadTree(ctx, nil); err != nil {
		t.Fatal(err)
	}
	root, err := agencies.AgencyByCode(ctx, roster.RootCode, "2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	people := &identity.Identity{DB: db, Now: bank.Now}
	grants := [][]authz.Grant{{{Role: authz.Author, Agency: string(root.ID)}}, {{Role: authz.Author, Agency: string(root.ID)}}, {{Role: authz.Ministry, Agency: string(root.ID)}, {Role: authz.Author, Agency: string(root.ID)}}}
	var actors []authz.Actor
	for i, g := range grants {
		ids, err := people.Open(ctx, []identity.Newcomer{{Login: string(rune('a' + i)), Name: "Người Mẫu " + string(rune('A'+i)), Grants: g}})
		if err != nil {
			t.Fatal(err)
		}
		actors = append(actors, authz.Actor{Account: ids[0], Grants: g})
	}
	return &desk{bank, actors[0], actors[1], actors[2]}
}

func (d *desk) state(t *testing.T, code string) itembank.State {
	t.Helper()
	item, err := d.Item(context.Background(), code, "2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	return item.State
}

// A draft becomes drawable through three persons, and through no fewer.
func TestDo_threePersonsVouchForAnItem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		code, err := d.Write(ctx, d.chief, draft(func(d *itembank.Draft) { d.Code, d.Stem = "", "Câu mới?" }))
		if err != nil || code != "T2-002" {
			t.Fatalf("written as %q, %v", code, err)
		}
		for _, step := range []struct {
			who  authz.Actor
			act  itembank.Act
			want error
		}{
			{d.reviewer, itembank.Reviewed, itembank.ErrWrongState}, // not submitted yet
			{d.writer, itembank.Submitted, itembank.ErrNotWriter},
			{d.chief, itembank.Submitted, nil},
			{d.chief, itembank.Vouched, itembank.ErrWrongState}, // nobody has reviewed it
			{d.chief, itembank.Reviewed, itembank.ErrSamePerson},
			{d.reviewer, itembank.Vouched, authz.ErrForbidden},
			{d.reviewer, itembank.Reviewed, nil},
			{d.writer, itembank.Reviewed, database.ErrDuplicate}, // already reviewed
			{d.chief, itembank.Vouched, itembank.ErrSamePerson},  // wrote it
		} {
			err := d.Do(ctx, step.who, code, step.act, itembank.Seen{}, "")
			if step.want == database.ErrDuplicate {
				if err == nil {
					t.Errorf("%s twice went through", step.act)
				}
				continue
			}
			if !errors.Is(err, step.want) {
				t.Errorf("%s: %v, want %v", step.act, err, step.want)
			}
		}
		if pool, err := d.Pool(ctx, "2026-11-24"); err != nil || len(pool.Drawable) != 1 {
			t.Errorf("%d drawable before approval, %v", len(pool.Drawable), err)
		}
		other := d.chief
		other.Account = d.writer.Account // somebody else with the right to approve
		if err := d.Do(ctx, other, code, itembank.Vouched, itembank.Seen{}, ""); err != nil {
			t.Fatal(err)
		}
		if pool, err := d.Pool(ctx, "2026-11-24"); err != nil || len(pool.Drawable) != 2 {
			t.Errorf("%d drawable after approval, %v", len(pool.Drawable), err)
		}
	})
}

func TestDo_returnsSuspendsAndRetiresWithAReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		code, err := d.Write(ctx, d.writer, draft(func(d *itembank.Draft) { d.Code, d.Stem = "", "Câu mới?" }))
		if err != nil {
			t.Fatal(err)
		}
		do := func(who authz.Actor, act itembank.Act, text string, want itembank.State) {
			t.Helper()
			if err := d.Do(ctx, who, code, act, itembank.Seen{}, text); err != nil || d.state(t, code) != want {
				t.Fatalf("%s: %v, state %s, want %s", act, err, d.state(t, code), want)
			}
		}
		do(d.writer, itembank.Submitted, "", itembank.InReview)
		if err := d.Do(ctx, d.reviewer, code, itembank.Returned, itembank.Seen{}, " "); !errors.Is(err, itembank.ErrNoReason) {
			t.Errorf("returned without a reason: %v", err)
		}
		do(d.reviewer, itembank.Reviewed, "", itembank.InReview)
		do(d.reviewer, itembank.Returned, "Câu dẫn hai ý", itembank.InDraft)
		do(d.writer, itembank.Submitted, "", itembank.InReview)
		do(d.reviewer, itembank.Reviewed, "", itembank.InReview) // its first review fell
		do(d.chief, itembank.Vouched, "", itembank.Approved)
		do(d.chief, itembank.Withdrew, "Nghi lộ đề", itembank.Suspended)
		do(d.chief, itembank.Restored, "Đã kiểm tra", itembank.Approved)
		do(d.chief, itembank.RetiredIt, "Luật mới", itembank.Retired)
		do(d.writer, itembank.Commented, "Nên viết câu thay thế", itembank.Retired)
		item, err := d.Item(ctx, code, "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		life, err := d.Life(ctx, item.Revision.Item)
		if err != nil || len(life) != 11 || life[0].Text != "Nên viết câu thay thế" || life[10].Act != itembank.Wrote || life[10].Name != "Người Mẫu A" {
			t.Errorf("%d events, %v: %+v", len(life), err, life)
		}
		if acts := itembank.MayDo(d.chief, item.Revision, nil); len(acts) != 0 {
			t.Errorf("a retired item may still: %v", acts)
		}
	})
}

// Nobody, not even somebody with the database in hand, changes what was
// vouched for.
func TestRevisions_areFrozenByStorage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		code, err := d.Write(context.Background(), d.writer, draft(func(d *itembank.Draft) { d.Code, d.Stem = "", "Câu mới?" }))
		if err != nil {
			t.Fatal(err)
		}
		run := func(sql string, args ...any) error {
			return db.Write(context.Background(), func(tx *database.Tx) error { return tx.Gorm().Exec(sql, args...).Error })
		}
		ofCode := "(select r.id from item_revision r join item i on i.id = r.item_id where i.code = ?)"
		for _, sql := range []string{
			"update item_revision set stem = 'x' where id = " + ofCode, "update item_key set explanation = 'x' where revision_id = " + ofCode,
		} {
			if err := run(sql, code); err != nil {
				t.Errorf("a draft: %s: %v", sql, err)
			}
			if err := run(sql, "T2-001"); err == nil || !strings.Contains(err.Error(), "frozen") {
				t.Errorf("an approved revision: %s: %v", sql, err)
			}
		}
		if err := run("delete from item_key where revision_id = "+ofCode, "T2-001"); err == nil || !strings.Contains(err.Error(), "frozen") {
			t.Errorf("removing a key: %v", err)
		}
		if err := run("update item_event set text = 'x'"); err == nil {
			t.Error("an item's life was rewritten")
		}
	})
}

func TestWrite_isForAuthorsWhoTakeNoRounds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	taker := d.writer
	taker.OfficialID = "x"
	if _, err := d.Write(context.Background(), taker, draft(nil)); !errors.Is(err, authz.ErrTaker) {
		t.Errorf("a taker writes: %v", err)
	}
	if _, err := d.Write(context.Background(), d.writer, draft(func(d *itembank.Draft) { d.Topic = "none" })); !errors.Is(err, itembank.ErrNoTopic) {
		t.Errorf("an unknown topic: %v", err)
	}
	code, err := d.Write(context.Background(), d.writer, draft(func(d *itembank.Draft) { d.Stem = "Khác?" }))
	if err != nil {
		t.Fatal(err)
	}
	item, err := d.Item(context.Background(), code, "2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	signed, err := d.Signatures(context.Background(), item.ID)
	if err != nil || len(signed) != 1 || !slices.Equal(itembank.MayDo(d.writer, item.Revision, signed), []itembank.Act{itembank.Submitted, itembank.Dropped}) {
		t.Errorf("signed %+v, may %v, %v", signed, itembank.MayDo(d.writer, item.Revision, signed), err)
	}
}
