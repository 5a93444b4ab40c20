package roster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/viet"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// tree is a province whose department moves under a new province in July.
var tree = []Version{
	{Code: "P1", Name: "Tỉnh Mẫu Một", Kind: "tinh", ValidTo: "2025-06-30", SuccessorCodes: []string{"P2"}},
	{Code: "P2", Name: "Tỉnh Mẫu Hai", Kind: "tinh"},
	{Code: "S", Name: "Sở Mẫu tỉnh Một", Kind: "so", ParentCode: "P1", ValidTo: "2025-06-30"},
	{Code: "S", Name: "Sở Mẫu tỉnh Hai", Kind: "so", ParentCode: "P2", ValidFrom: "2025-07-01"},
	{Code: "X", Name: "Phòng Mẫu", Kind: "phong", ParentCode: "S"},
}

func newRoster(t *testing.T, db *database.DB) *Roster {
	t.Helper()
	r := &Roster{DB: db, Now: func() time.Time { return time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC) }}
	if err := r.LoadTree(context.Background(), tree); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestClosure_followsTheDates(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newRoster(t, db)
		ctx := context.Background()
		ids, err := r.Enrol(ctx, []Entrant{{Code: "0000001", FullName: " Nguyễn  Mẫu An ", AgencyCode: "X", Title: "Chuyên viên", Group: PartTime, From: "2025-01-01"}})
		if err != nil || len(ids) != 1 {
			t.Fatal(err)
		}
		for _, c := range []struct {
			under, on string
			want      int
		}{{"P1", "2025-06-30", 1}, {"P1", "2025-07-01", 0}, {"P2", "2025-06-30", 0}, {"P2", "2025-07-01", 1}, {RootCode, "2025-07-01", 1}, {"X", "2024-12-31", 0}} {
			ids, err := agencyIDs(db.Read(ctx))
			if err != nil {
				t.Fatal(err)
			}
			members, err := Members(db.Read(ctx), AgencyID(ids[c.under]), c.on)
			if err != nil || len(members) != c.want {
				t.Errorf("%s on %s: %d members, want %d, %v", c.under, c.on, len(members), c.want, err)
			}
			if len(members) == 1 && members[0].FullName != "Nguyễn Mẫu An" {
				t.Errorf("name %q", members[0].FullName)
			}
			scope := under(t, ids[c.under], c.on)
			seen, err := r.Audiences(ctx, scope, c.on)
			if whole, err := r.Agencies(ctx, scope, c.on); err != nil || (len(whole) > 0) != (c.want > 0) {
				t.Errorf("agencies under %s on %s: %+v, %v", c.under, c.on, whole, err)
			}
			if err != nil || len(seen) != c.want {
				t.Errorf("scope of %s on %s: %+v, %v", c.under, c.on, seen, err)
			}
		}
	})
}

func TestAgencyByCode_hasTheNameOfTheDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newRoster(t, db)
		for on, want := range map[string]string{"2025-06-30": "Sở Mẫu tỉnh Một", "2025-07-01": "Sở Mẫu tỉnh Hai"} {
			a, err := r.AgencyByCode(context.Background(), "S", on)
			if err != nil || a.Name != want {
				t.Errorf("on %s: %q, %v", on, a.Name, err)
			}
		}
		if _, err := r.AgencyByCode(context.Background(), "P1", "2025-07-01"); !errors.Is(err, ErrNoAgency) {
			t.Errorf("an ended agency: %v", err)
		}
	})
}

func TestClosure_refusesBrokenTrees(t *testing.T) {
	t.Parallel()
	for want, versions := range map[string][]Version{
		"stands under itself":  {{Code: "A", ParentCode: "B", ValidTo: "9"}, {Code: "B", ParentCode: "A", ValidTo: "9"}},
		"is named as a parent": {{Code: "A", ParentCode: "B", ValidTo: "9"}},
	} {
		if _, err := closure(versions); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("closure says %v, want %q", err, want)
		}
	}
}

// Somebody posted twice on a day sits a round once, in the newer posting.
func TestMembers_listsEverybodyOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newRoster(t, db)
		ctx := context.Background()
		ids, err := r.Enrol(ctx, []Entrant{
			{Code: "1", FullName: "Mẫu Một", AgencyCode: "S", Title: "cũ", From: "2025-01-01"},
			{Code: "2", FullName: "Mẫu Hai", AgencyCode: "X", Title: "khác", From: "2025-01-01"},
		})
		if err != nil {
			t.Fatal(err)
		}
		x, err := AgencyByCode(db.Read(ctx), "X", "2025-08-01")
		if err != nil {
			t.Fatal(err)
		}
		again := postingRow{database.NewID(), string(ids[0]), string(x.ID), "mới", PartTime, "2025-07-15", viet.Forever}
		if err := db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Table("posting").Create(&again).Error }); err != nil {
			t.Fatal(err)
		}
		p2, err := AgencyByCode(db.Read(ctx), "P2", "2025-08-01")
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		members, err := Members(db.Read(ctx), p2.ID, "2025-08-01")
		for _, m := range members {
			titles = append(titles, m.Title)
		}
		if got := strings.Join(titles, " "); err != nil || got != "khác mới" {
			t.Errorf("members %q, %v", got, err)
		}
	})
}

func TestTops_leavesOutWhatStandsUnderAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := newRoster(t, db)
		h := db.Read(context.Background())
		id := func(code string) string {
			a, err := r.AgencyByCode(context.Background(), code, "2025-08-01")
			if err != nil {
				t.Fatal(err)
			}
			return string(a.ID)
		}
		for want, codes := range map[string][]string{"": nil, "X": {"X"}, "S": {"X", "S"}, "P2": {"X", "P2", "S"}, "VN": {"P2", "VN"}} {
			var ids, got []string
			for _, code := range codes {
				ids = append(ids, id(code))
			}
			tops, err := Tops(h, ids, "2025-08-01")
			for _, a := range tops {
				got = append(got, a.Code)
			}
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("the tops of %v are %v, %v", codes, got, err)
			}
		}
	})
}

func TestZeroScope_seesNothing(t *testing.T) {
	t.Parallel()
	r := newRoster(t, dbtest.SQLite(t))
	if _, err := r.Enrol(context.Background(), []Entrant{{Code: "1", FullName: "Mẫu", AgencyCode: "X", From: "2025-01-01"}}); err != nil {
		t.Fatal(err)
	}
	for _, scope := range []authz.Scope{{}, under(t, "", "2025-07-01")} {
		if seen, err := r.Audiences(context.Background(), scope, "2025-07-01"); err != nil || len(seen) != 0 {
			t.Errorf("%s sees %v, %v", fmt.Sprint(scope), seen, err)
		}
	}
}

// under is what an officer of an agency sees.
func under(t *testing.T, agency, on string) authz.Scope {
	t.Helper()
	s, err := authz.Actor{Account: "hr", Grants: []authz.Grant{{Role: authz.HR, Agency: agency}}}.Scope(authz.ReadResults, on)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
