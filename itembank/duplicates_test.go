package itembank_test

import (
	"context"
	"errors"
	"testing"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/exchange"
)

func (d *desk) pairs(t *testing.T) []itembank.Twins {
	t.Helper()
	report, err := d.Twins(context.Background(), d.reviewer)
	if err != nil {
		t.Fatal(err)
	}
	return report.Twins
}

// Of two items that ask the same one is retired for the other; nothing that
// was known of either is lost.
func TestMerge_keepsWhatIsKnownOfBoth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		long := func(stem string) func(*itembank.Draft) {
			return func(d *itembank.Draft) {
				d.Stem, d.Options = stem, []string{"Bộ phận một cửa của cơ quan", "Văn phòng của cơ quan", "Thanh tra của cơ quan"}
			}
		}
		one := d.write(t, long("Hồ sơ thủ tục hành chính của công dân được nộp và nhận kết quả tại bộ phận nào?"))
		twin := d.write(t, long("Hồ sơ thủ tục hành chính của công dân được nộp, nhận kết quả tại bộ phận nào"))
		d.write(t, long("Ai giám sát việc trả hồ sơ chậm?"))
		found := d.pairs(t)
		if len(found) != 1 || found[0].A.Code != one || found[0].B.Code != twin {
			t.Fatalf("%+v", found)
		}
		for _, c := range []struct {
			who        authz.Actor
			keep, drop string
			want       error
		}{
			{d.reviewer, one, twin, authz.ErrForbidden}, {d.chief, one, one, itembank.ErrSameItem}, {d.chief, one, "none", itembank.ErrNoItem},
			{d.chief, one, twin, nil}, {d.chief, one, twin, itembank.ErrMerged},
		} {
			if err := d.Merge(ctx, c.who, c.keep, c.drop, "Trùng ý"); !errors.Is(err, c.want) {
				t.Errorf("merge %s into %s: %v, want %v", c.drop, c.keep, err, c.want)
			}
		}
		dropped := d.see(t, twin, 1)
		into, _, err := d.MergedWith(ctx, dropped.Item)
		if err != nil || into != one || dropped.State != itembank.Retired || dropped.Stem == "" {
			t.Errorf("%s is %s, merged into %q, %v", twin, dropped.State, into, err)
		}
		if _, from, err := d.MergedWith(ctx, d.see(t, one, 1).Item); err != nil || len(from) != 1 || from[0] != twin {
			t.Errorf("merged from %v, %v", from, err)
		}
		life, err := d.Life(ctx, dropped.Item)
		if err != nil || len(life) != 2 || life[0].Act != itembank.Merged || life[1].Act != itembank.Wrote {
			t.Errorf("its life: %+v, %v", life, err)
		}
		if left := d.pairs(t); len(left) != 0 {
			t.Errorf("still listed: %+v", left)
		}
	})
}

func TestDistinct_isNotListedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		d.write(t, nil)
		if got := d.pairs(t); len(got) != 1 || !got[0].Exact {
			t.Fatalf("%+v", got)
		}
		for range 2 { // noted twice is noted once
			if err := d.Distinct(context.Background(), d.reviewer, "T2-002", "T2-001"); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.pairs(t); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// A file tells of what the bank has already, and of what it holds twice.
func TestStage_tellsOfDuplicates(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		same := draft(nil)
		long := "Khi tiếp nhận hồ sơ chưa hợp lệ, công chức hướng dẫn người dân như thế nào để bổ sung một lần"
		items := exchange.Finish([]exchange.Item{
			{Type: exchange.Single, Stem: same.Stem, Options: same.Options, Key: same.Key},
			{Type: exchange.Single, Stem: long + "?", Options: []string{"Bằng phiếu hướng dẫn", "Bằng lời nói"}, Key: []int{0}},
			{Type: exchange.Single, Stem: long + " đầy đủ?", Options: []string{"Bằng phiếu hướng dẫn", "Bằng lời nói"}, Key: []int{0}},
			{Type: exchange.Single, Stem: "Việc nào khác hẳn?", Options: []string{"Việc này", "Việc kia"}, Key: []int{0}},
		})
		id, err := d.Stage(context.Background(), d.writer, exchange.Preview{File: "a.docx", Status: exchange.FileAccepted, Items: items}, "T2", itembank.Recall)
		if err != nil {
			t.Fatal(err)
		}
		list, err := d.Staged(context.Background(), d.writer, id, itembank.StagedFilter{Limit: 10})
		if err != nil || len(list) != 4 {
			t.Fatal(list, err)
		}
		if s := list[0]; len(s.Twins) != 1 || s.Twins[0].Code != "T2-001" || !s.Twins[0].Exact || s.Item.Status != exchange.Review {
			t.Errorf("the bank has the first: %+v, %s", s.Twins, s.Item.Status)
		}
		if s := list[2]; len(s.Twins) != 1 || s.Twins[0].Position != 2 || s.Item.Status != exchange.OK {
			t.Errorf("the third is like the second: %+v, %s", s.Twins, s.Item.Status)
		}
		if len(list[1].Twins)+len(list[3].Twins) != 0 {
			t.Errorf("the others: %+v, %+v", list[1].Twins, list[3].Twins)
		}
	})
}
