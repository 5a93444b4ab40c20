package itembank_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/scoring"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func draft(change func(*itembank.Draft)) itembank.Draft {
	d := itembank.Draft{
		Code: "T2-001", Topic: "T2", Level: itembank.Recall, Kind: itembank.Single, Stem: "Câu dẫn?", Options: []string{"Một", "Hai", "Ba"}, Key: []int{1},
		Explanation: "Vì vậy.", Citations: []itembank.Cite{{Document: "118/2025/NĐ-CP", Article: "Điều 3"}},
	}
	if change != nil {
		change(&d)
	}
	return d
}

func TestValidate_namesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want   error
		change func(*itembank.Draft)
	}{
		{itembank.ErrNoStem, func(d *itembank.Draft) { d.Stem = " " }},
		{itembank.ErrNoLevel, func(d *itembank.Draft) { d.Level = "hard" }},
		{itembank.ErrTwins, func(d *itembank.Draft) { d.Options = []string{"Một", " Một", "Ba"} }},
		{itembank.ErrNoSource, func(d *itembank.Draft) { d.Citations = nil }},
		{itembank.ErrUnknownKind, func(d *itembank.Draft) { d.Kind = "essay" }},
		{itembank.ErrTooMany, func(d *itembank.Draft) { d.Options = strings.Split("abcdefghijklm", "") }},
		{itembank.ErrBadKey, func(d *itembank.Draft) { d.Key = []int{3} }},
		{itembank.ErrBadKey, func(d *itembank.Draft) { d.Key = []int{0, 1} }},
		{itembank.ErrBadKey, func(d *itembank.Draft) { d.Kind, d.Key = itembank.Ordering, []int{0, 0, 1} }},
		{itembank.ErrBadKey, func(d *itembank.Draft) {
			d.Kind, d.Key, d.Targets = itembank.Matching, []int{0, 1, 2}, []string{"x", "y"}
		}},
		{itembank.ErrBadKey, func(d *itembank.Draft) {
			d.Kind, d.Answer = itembank.Numeric, &itembank.Answer{Value: "ba", Tolerance: "0"}
		}},
	} {
		if err := draft(c.change).Validate(); !errors.Is(err, c.want) {
			t.Errorf("Validate says %v, want %q", err, c.want)
		}
	}
	if err := draft(nil).Validate(); err != nil {
		t.Error(err)
	}
}

var register = []itembank.Document{
	{Number: "118/2025/NĐ-CP", Issuer: "Chính phủ", IssuedOn: "2025-06-09", EffectiveFrom: "2025-07-01"},
	{Number: "61/2018/NĐ-CP", Issuer: "Chính phủ", IssuedOn: "2018-04-23", EffectiveFrom: "2018-06-21", EffectiveTo: "2025-06-30", SupersededBy: "118/2025/NĐ-CP"},
	{Number: "27-NQ/TW", Issuer: "Trung ương", IssuedOn: "2018-05-21"}, {Number: "27-NQ/TW", Issuer: "Trung ương", IssuedOn: "2022-11-09"},
}

func loaded(t *testing.T, db *database.DB, drafts ...itembank.Draft) (*itembank.Bank, error) {
	t.Helper()
	bank := &itembank.Bank{DB: db, Now: func() time.Time { return time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) }}
	return bank, bank.Load(context.Background(), []itembank.Topic{{Code: "T2", NameVi: "Thủ tục"}}, register, drafts)
}

func TestPool_refusesAndSaysWhy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		code := func(c string, change func(*itembank.Draft)) itembank.Draft {
			d := draft(change)
			d.Code = c
			return d
		}
		bank, err := loaded(t, db,
			code("A", nil),
			code("B", func(d *itembank.Draft) { d.Citations[0].Document = "61/2018/NĐ-CP" }),
			code("C", func(d *itembank.Draft) { d.Review = true }),
			code("D", func(d *itembank.Draft) { d.ValidTo = "2026-12-31" }))
		if err != nil {
			t.Fatal(err)
		}
		for on, want := range map[string]string{
			"2026-11-24": "drawable [A D]; B: 61/2018/NĐ-CP ended on 2025-06-30, superseded by 118/2025/NĐ-CP; C: its revision is in_review",
			"2027-01-01": "drawable [A]; B: 61/2018/NĐ-CP ended on 2025-06-30, superseded by 118/2025/NĐ-CP; C: its revision is in_review; D: the item was valid to 2026-12-31",
			"2025-06-30": "drawable [B]; A: 118/2025/NĐ-CP is in force only from 2025-07-01; C: 118/2025/NĐ-CP is in force only from 2025-07-01; D: 118/2025/NĐ-CP is in force only from 2025-07-01",
		} {
			pool, err := bank.Pool(context.Background(), on)
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, d := range pool.Drawable {
				codes = append(codes, d.Code)
			}
			got := fmt.Sprint("drawable ", codes)
			for _, r := range pool.Refused {
				got += "; " + r.String()
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("on %s (-want +got):\n%s", on, diff)
			}
		}
	})
}

func TestLoad_entersNothingWhenAnythingIsWrong(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		bank, err := loaded(t, db, draft(nil), draft(func(d *itembank.Draft) { d.Code, d.Citations[0].Document = "X", "27-NQ/TW" }))
		if err == nil || !strings.Contains(err.Error(), "matches 2 documents") {
			t.Errorf("a citation that names two documents: %v", err)
		}
		if n, err := bank.Count(context.Background()); n != 0 || err != nil {
			t.Errorf("%d items entered, %v", n, err)
		}
	})
}

func TestItem_keepsEverythingAnAuthorWrote(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		bank, err := loaded(t, db, draft(func(d *itembank.Draft) {
			d.Kind, d.Targets, d.Key, d.Options = itembank.Matching, []string{"x", "y", "z"}, []int{2, 0}, []string{"Một", "Hai"}
		}))
		if err != nil {
			t.Fatal(err)
		}
		item, err := bank.Item(context.Background(), "T2-001", "2026-11-24")
		if err != nil || item.Stem != "Câu dẫn?" || fmt.Sprint(item.Targets, item.Key.Correct) != "[x y z] [2 0]" || item.Key.Rule != scoring.RightPairs ||
			item.Key.Explanation != "Vì vậy." || item.Citations[0].Article != "Điều 3" || item.Refusal != nil {
			t.Errorf("read back %+v, %v", item, err)
		}
		if _, err := bank.Item(context.Background(), "none", "2026-11-24"); !errors.Is(err, itembank.ErrNoItem) {
			t.Errorf("an unknown code: %v", err)
		}
	})
}
