package itembank_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
)

func (d *desk) find(t *testing.T, q itembank.Query) itembank.Listing {
	t.Helper()
	q.On = today
	l, err := d.Find(context.Background(), d.reviewer, q, itembank.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func codes(l itembank.Listing) []string {
	found := []string{}
	for _, e := range l.Entries {
		found = append(found, e.Code)
	}
	return found
}

func (d *desk) write(t *testing.T, change func(*itembank.Draft)) string {
	t.Helper()
	code, err := d.Write(context.Background(), d.writer, draft(change))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Words are found whatever diacritics they are typed with; what is nearer to
// the search comes first, on both databases.
func TestFind_foldsAndRanks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		option := d.write(t, func(d *itembank.Draft) {
			d.Stem, d.Options = "Hồ sơ gồm những gì?", []string{"Bàn giao kết quả", "Đơn", "Tờ khai"}
		})
		skill := d.write(t, func(d *itembank.Draft) { d.Stem = "Kỹ năng hoà giải, 1.204 vụ?" })
		other := d.write(t, func(d *itembank.Draft) { d.Stem = "Ban nào giao nhiệm vụ?" })
		exact := d.write(t, func(d *itembank.Draft) { d.Stem = "Thời hạn bàn giao là bao lâu?" })
		scattered := d.write(t, func(d *itembank.Draft) { d.Stem = "Giao cho ai trước khi bàn?" })
		for search, want := range map[string][]string{
			"bàn giao":      {exact, scattered, other, option},
			"BAN GIAO":      {exact, other, scattered, option},
			"bàn gia":       {exact, scattered, other, option}, // the last word is cut short
			"ho so":         {option},
			"kĩ năng":       {skill}, // the other spelling
			"hòa giải":      {skill},
			"1204":          {skill},
			"1,5 %":         {},
			"thời hạn ba":   {exact},
			exact:           {exact},
			"118 2025":      {"T2-001", option, skill, other, exact, scattered}, // the document they cite
			"không có":      {},
			"'; drop \" )(": {},
			"  …?! ":        {"T2-001", option, skill, other, exact, scattered},
		} {
			got := codes(d.find(t, itembank.Query{Words: search}))
			if search == "118 2025" {
				slices.Sort(got)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q:\n%s", search, diff)
			}
		}
	})
}

// A facet counts what choosing it would show.
func TestFind_countsWhatAChoiceWouldShow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		hard := d.write(t, func(d *itembank.Draft) { d.Level, d.Stem = itembank.Application, "Khó?" })
		d.write(t, func(d *itembank.Draft) { d.Stem = "Dễ?" })
		d.do(t, d.writer, hard, itembank.Submitted)
		if err := d.Revise(context.Background(), d.writer, "T2-001", 0, draft(nil)); err != nil {
			t.Fatal(err)
		}
		all := d.find(t, itembank.Query{})
		for show, n := range all.Facets.Shows {
			if got := d.find(t, itembank.Query{Show: show}); got.Facets.Total != n || len(got.Entries) != n || !cmp.Equal(got.Facets.Shows, all.Facets.Shows) {
				t.Errorf("%q counts %d, shows %d of %d", show, n, len(got.Entries), got.Facets.Total)
			}
		}
		if got := all.Facets.Shows; got[itembank.ShowDraft] != 2 || got[itembank.ShowInReview] != 1 || got[itembank.ShowDrawable] != 1 || got[itembank.ShowRefused] != 2 {
			t.Errorf("%+v", got)
		}
		narrow := d.find(t, itembank.Query{Level: itembank.Application, Show: itembank.ShowInReview})
		if diff := cmp.Diff([]string{hard}, codes(narrow)); diff != "" || narrow.Facets.Levels[itembank.Application] != 1 || narrow.Facets.Levels[draft(nil).Level] != 0 || narrow.Facets.Shows[itembank.ShowDraft] != 0 {
			t.Errorf("%s%+v", diff, narrow.Facets)
		}
		if e := d.find(t, itembank.Query{Show: itembank.ShowDrawable}).Entries; len(e) != 1 || e[0].Work != itembank.InDraft || e[0].Refusal != nil {
			t.Errorf("%+v", e)
		}
	})
}

// What lists show is what the bank holds: making every entry anew changes
// nothing.
func TestReindex_changesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		code := d.write(t, nil)
		d.do(t, d.writer, code, itembank.Submitted)
		d.do(t, d.reviewer, code, itembank.Reviewed)
		d.do(t, d.chief, code, itembank.Vouched, itembank.Withdrew)
		before := d.find(t, itembank.Query{})
		if err := d.Reindex(context.Background()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, d.find(t, itembank.Query{})); diff != "" {
			t.Error(diff)
		}
	})
}

// What was in the bank before lists had a table is listed after an upgrade.
func TestComplete_listsWhatIsMissing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		d.write(t, nil)
		ctx := context.Background()
		before := d.find(t, itembank.Query{})
		if err := db.Write(ctx, func(tx *database.Tx) error { return tx.Gorm().Exec("delete from item_entry").Error }); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Complete(ctx); err != nil || n != 2 {
			t.Fatalf("%d listed, %v", n, err)
		}
		if diff := cmp.Diff(before, d.find(t, itembank.Query{})); diff != "" {
			t.Error(diff)
		}
		if n, err := d.Complete(ctx); err != nil || n != 0 {
			t.Errorf("again: %d listed, %v", n, err)
		}
	})
}

// BenchmarkFind asks a bank of 100,000 items for its first page, the way
// people do: by words rare and common, by facets, by both. It reports the
// 95th percentile over the searches.
func BenchmarkFind(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *database.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			bank := &itembank.Bank{DB: open(b), Now: func() time.Time { return time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) }}
			topics, drafts := manyDrafts(100_000)
			if err := bank.Load(context.Background(), topics, register, drafts); err != nil {
				b.Fatal(err)
			}
			if bank.DB.Dialect() == database.Postgres { // what autovacuum does within a minute
				if pool, err := bank.DB.SQL(); err != nil {
					b.Fatal(err)
				} else if _, err := pool.Exec("vacuum analyze"); err != nil {
					b.Fatal(err)
				}
			}
			reader := authz.Actor{Account: "x", Grants: []authz.Grant{{Role: authz.Author, Agency: "a"}}}
			searches := searchesFor(drafts)
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				q := searches[i%len(searches)]
				q.On = today
				start := time.Now()
				if _, err := bank.Find(context.Background(), reader, q, itembank.Page{Limit: 50}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
		})
	}
}

// manyDrafts makes items of words that come as often as words do: the n-th
// most frequent one as often as 1/n.
func manyDrafts(n int) ([]itembank.Topic, []itembank.Draft) {
	random := rand.New(rand.NewPCG(905, 1))
	onsets, rimes := strings.Fields("b c ch d đ g gi h kh l m n ng nh ph qu s t th tr v x"), strings.Fields("a ác ải ang ánh ao ay ăn ầm ân ậy e ếu ệnh i ích iên o òng ô ộc ơi u ủng ưa ước ương y")
	var vocabulary []string
	for range 3000 {
		vocabulary = append(vocabulary, onsets[random.IntN(len(onsets))]+rimes[random.IntN(len(rimes))])
	}
	zipf := rand.NewZipf(random, 1.07, 4, uint64(len(vocabulary)-1))
	say := func(words int) string {
		parts := make([]string, words)
		for i := range parts {
			parts[i] = vocabulary[zipf.Uint64()]
		}
		return strings.Join(parts, " ")
	}
	topics := make([]itembank.Topic, 12)
	for i := range topics {
		topics[i] = itembank.Topic{Code: fmt.Sprintf("T%d", i), NameVi: "Chuyên đề", NameEn: "Topic"}
	}
	drafts := make([]itembank.Draft, n)
	for i := range drafts {
		drafts[i] = draft(func(d *itembank.Draft) {
			d.Code, d.Topic, d.Level = fmt.Sprintf("T%d-%06d", i%12, i), topics[i%12].Code, itembank.Levels[random.IntN(3)]
			d.Stem, d.Review = say(18)+fmt.Sprintf(" số %d?", i), random.IntN(50) == 0
			d.Options = []string{say(9) + " một", say(9) + " hai", say(9) + " ba"}
		})
	}
	return topics, drafts
}

func searchesFor(drafts []itembank.Draft) (searches []itembank.Query) {
	random := rand.New(rand.NewPCG(905, 2))
	for i := range 200 {
		words := strings.Fields(drafts[random.IntN(len(drafts))].Stem)
		at := random.IntN(len(words) - 4)
		q := itembank.Query{}
		switch i % 8 {
		case 0: // the bank as it opens
		case 1:
			q.Show = itembank.Shows[1+random.IntN(len(itembank.Shows)-1)]
		case 2:
			q.Topics, q.Level = []string{fmt.Sprintf("T%d", random.IntN(12))}, itembank.Application
		case 3:
			q.Words = words[at]
		case 4:
			q.Words, q.Show = words[at], itembank.ShowInReview
		case 5:
			q.Words = strings.Join(words[at:at+2], " ")
		case 6:
			q.Words = strings.Join(words[at:at+4], " ")
		case 7:
			q.Words = words[len(words)-1] + " " + words[at]
		}
		searches = append(searches, q)
	}
	return searches
}
