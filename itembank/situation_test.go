package itembank_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
)

func situation(d *itembank.Draft) {
	d.Kind, d.Level, d.Stem, d.Options, d.Key = itembank.Situation, "", "Ông A nộp hồ sơ ngày 02/3.", nil, nil
}

func under(code, stem string) func(*itembank.Draft) {
	return func(d *itembank.Draft) { d.Situation, d.Stem = code, stem }
}

func (d *desk) approve(t *testing.T, codes ...string) {
	t.Helper()
	for _, code := range codes {
		d.do(t, d.writer, code, itembank.Submitted)
		d.do(t, d.reviewer, code, itembank.Reviewed)
		d.do(t, d.chief, code, itembank.Vouched)
	}
}

// set writes a situation with items and approves all.
func (d *desk) set(t *testing.T, stems ...string) (codes []string) {
	t.Helper()
	codes = append(codes, d.write(t, situation))
	for _, stem := range stems {
		codes = append(codes, d.write(t, under(codes[0], stem)))
	}
	d.approve(t, codes...)
	return codes
}

func (d *desk) drawable(t *testing.T) map[string]itembank.RevisionID {
	t.Helper()
	pool, err := d.Pool(context.Background(), today)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]itembank.RevisionID{}
	for _, item := range pool.Drawable {
		found[item.Code] = item.Situation
	}
	return found
}

// The items of a situation are drawable with it, and only with it; lists say
// the same as the pool, whatever happens to the situation.
func TestSituation_carriesItsItems(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		set := d.set(t, "Hạn trả kết quả là ngày nào?", "Ai ký giấy hẹn?")
		agree := func(when string, want ...string) {
			t.Helper()
			pool := d.drawable(t)
			delete(pool, "T2-001") // stands by itself
			var got []string
			for code := range pool {
				got = append(got, code)
			}
			slices.Sort(got)
			listed := slices.DeleteFunc(codes(d.find(t, itembank.Query{Show: itembank.ShowDrawable})), func(c string) bool { return c == "T2-001" })
			if !slices.Equal(got, want) || !slices.Equal(listed, want) {
				t.Errorf("%s: the pool has %v, the list %v, want %v", when, got, listed, want)
			}
		}
		agree("approved", set[1], set[2])
		if pool := d.drawable(t); pool[set[1]] != d.see(t, set[0], 1).ID || pool["T2-001"] != "" {
			t.Errorf("the pool shows items under %v", pool)
		}
		if l := d.find(t, itembank.Query{Kind: itembank.Situation}); l.Facets.Shows[itembank.ShowDrawable] != 0 || l.Facets.Shows[itembank.ShowRefused] != 0 || l.Facets.Total != 1 {
			t.Errorf("a situation in use is listed as %v", l.Facets.Shows)
		}
		d.do(t, d.chief, set[1], itembank.Withdrew)
		agree("one item suspended", set[2])
		d.do(t, d.chief, set[1], itembank.Restored)
		d.do(t, d.chief, set[0], itembank.Withdrew)
		agree("the situation suspended")
		if refusal := d.find(t, itembank.Query{Words: set[1]}).Entries[0].Refusal; refusal == nil || refusal.Reason != itembank.NoSituation || refusal.Situation != set[0] {
			t.Errorf("refused for %+v", refusal)
		}
		d.do(t, d.chief, set[0], itembank.Restored)
		agree("and restored", set[1], set[2])
		before := d.find(t, itembank.Query{})
		if err := d.Reindex(ctx); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, d.find(t, itembank.Query{})); diff != "" {
			t.Error(diff)
		}
		asked, err := d.AskedAbout(ctx, d.reviewer, d.see(t, set[0], 1).Item)
		if err != nil || len(asked) != 2 || asked[0].Code != set[1] {
			t.Errorf("asked about: %v, %v", asked, err)
		}
		if seen := d.see(t, set[1], 1); seen.Under == nil || seen.Under.Code != set[0] {
			t.Errorf("the item is shown under %+v", seen.Under)
		}
	})
}

// When the law under a situation ends, its items may not be drawn though their
// own law holds.
func TestSituation_lawBindsItsItems(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		old := d.write(t, func(s *itembank.Draft) {
			situation(s)
			s.Citations = []itembank.Cite{{Document: "61/2018/NĐ-CP", Article: "Điều 14"}}
		})
		member := d.write(t, under(old, "Ai ký giấy hẹn?"))
		d.approve(t, old, member)
		if _, drawable := d.drawable(t)[member]; drawable {
			t.Error("an item under ended law may be drawn")
		}
		l := d.find(t, itembank.Query{Show: itembank.ShowLaw})
		if !slices.Equal(codes(l), []string{old, member}) {
			t.Errorf("under ended law are listed %v", codes(l))
		}
	})
}

func TestSituation_refusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*itembank.Draft){
		"with options": func(d *itembank.Draft) { situation(d); d.Options = []string{"a", "b"} },
		"with a key":   func(d *itembank.Draft) { situation(d); d.Key = []int{0} },
	} {
		if err := draft(change).Validate(); !errors.Is(err, itembank.ErrBadKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := draft(situation).Validate(); err != nil {
		t.Error(err)
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		s, retired := d.write(t, situation), d.write(t, situation)
		d.do(t, d.writer, retired, itembank.Dropped)
		for name, change := range map[string]func(*itembank.Draft){
			"no such item":           under("T2-999", "Hỏi gì?"),
			"an item that asks":      under("T2-001", "Hỏi gì?"),
			"one that was dropped":   under(retired, "Hỏi gì?"),
			"situation in situation": func(x *itembank.Draft) { situation(x); x.Situation = s },
		} {
			if _, err := d.Write(ctx, d.writer, draft(change)); !errors.Is(err, itembank.ErrSituation) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := d.Revise(ctx, d.writer, s, 1, draft(nil)); !errors.Is(err, itembank.ErrSituation) {
			t.Errorf("a situation became a question: %v", err)
		}
		if err := d.Revise(ctx, d.writer, "T2-001", 0, draft(situation)); !errors.Is(err, itembank.ErrSituation) {
			t.Errorf("a question became a situation: %v", err)
		}
		if err := d.Revise(ctx, d.writer, "T2-001", 0, draft(under(s, "Hỏi gì?"))); err != nil {
			t.Errorf("a question joins a situation: %v", err)
		}
		if seen := d.see(t, "T2-001", 2); seen.Situation != s || d.see(t, "T2-001", 1).Situation != "" {
			t.Errorf("revision 2 belongs to %q", seen.Situation)
		}
	})
}

// A set leaves the bank whole, in the formats that hold it, and comes back as
// a set; in the others every question says what it is about.
func TestSituation_goesOutAndComesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		set := d.set(t, "Hạn trả kết quả là ngày nào?", "Ai ký giấy hẹn?")
		items, losses, err := d.Export(ctx, d.reviewer, []string{set[2], "T2-001", set[1]})
		if err != nil || len(losses) > 0 || len(items) != 4 || items[0].Name != set[0] {
			t.Fatalf("exported %d, %v, %v", len(items), losses, err)
		}
		for _, to := range format.Names() {
			var file strings.Builder
			if _, err := format.Write(&file, to, items); err != nil {
				t.Fatal(err)
			}
			p := format.Read("a", []byte(file.String()), "")
			if !slices.Contains([]format.Name{format.JSON, format.Docx, format.Xlsx}, to) {
				if len(p.Items) != 3 || !strings.HasPrefix(p.Items[0].Stem, "Ông A nộp hồ sơ") || strings.HasPrefix(p.Items[1].Stem, "Ông A") {
					t.Errorf("%s: %d questions, the first is %q", to, len(p.Items), p.Items[0].Stem)
				}
				continue
			}
			id, err := d.Stage(ctx, d.writer, p, "T2", itembank.Recall)
			if err != nil {
				t.Fatal(err)
			}
			staged, err := d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 10})
			if err != nil || staged[1].Item.Situation != set[0] {
				t.Fatalf("%s: %+v, %v", to, staged, err)
			}
			for _, s := range staged { // all are in the bank already; somebody wants them again
				c := itembank.Correction{Type: s.Item.Type, Stem: s.Item.Stem + " (" + string(to) + ")", Options: s.Item.Options, Key: s.Item.Key, Situation: s.Item.Situation, Citation: s.Item.Citation, Topic: s.Topic, Level: s.Level}
				if err := d.Correct(ctx, d.writer, id, s.Position, s.Version, c); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := d.Decide(ctx, d.writer, id, []int{2, 4}, itembank.Accepted); err != nil || n != 3 {
				t.Fatalf("%s: accepted %d with their situation, %v", to, n, err)
			}
			if n, _, err := d.Enter(ctx, d.writer, id); err != nil || n != 3 {
				t.Fatalf("%s: entered %d, %v", to, n, err)
			}
			staged, err = d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			got, want := d.see(t, staged[1].Code, 1), d.see(t, set[2], 1)
			if got.Situation != staged[0].Code || got.Situation == set[0] {
				t.Errorf("%s: the question belongs to %q, want the situation of the file, %q", to, got.Situation, staged[0].Code)
			}
			if diff := cmp.Diff(want.Draft(), got.Draft(), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(itembank.Draft{}, "Code", "Stem", "Explanation", "Situation", "SourceNote")); diff != "" {
				t.Errorf("%s:\n%s", to, diff)
			}
		}
	})
}

// A question enters with its situation or not at all.
func TestStaging_keepsSetsTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		text := exchange.Item{Type: exchange.Situation, Name: "TH1", Stem: "Bà B xin cấp phép."}
		first, second, lost, other := question("Nộp ở đâu?", 1), question("Trả khi nào?", 1), question("Ai ký?", 1), question("Mấy bản?", 1)
		first.Situation, second.Situation, lost.Situation, other.Situation = "TH1", "2", "TH9", "T2-001"
		id, err := d.Stage(ctx, d.writer, preview(first, text, second, lost, other), "T2", itembank.Recall)
		if err != nil {
			t.Fatal(err)
		}
		staged := func() []itembank.Staged {
			list, err := d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		for i, s := range staged() {
			if want := i >= 3; (s.Hurdle != "") != want {
				t.Errorf("question %d: hurdle %q", i+1, s.Hurdle)
			}
		}
		decide := func(what itembank.Decision, positions ...int) {
			t.Helper()
			if _, err := d.Decide(ctx, d.writer, id, positions, what); err != nil {
				t.Fatal(err)
			}
		}
		decisions := func() (all []itembank.Decision) {
			for _, s := range staged() {
				all = append(all, s.Decision)
			}
			return all
		}
		decide(itembank.Accepted, 1, 3, 4, 5)
		if diff := cmp.Diff([]itembank.Decision{itembank.Accepted, itembank.Accepted, itembank.Accepted, itembank.Undecided, itembank.Undecided}, decisions()); diff != "" {
			t.Errorf("accepted (-want +got):\n%s", diff)
		}
		decide(itembank.Rejected, 2)
		if diff := cmp.Diff([]itembank.Decision{itembank.Undecided, itembank.Rejected, itembank.Undecided, itembank.Undecided, itembank.Undecided}, decisions()); diff != "" {
			t.Errorf("the situation rejected (-want +got):\n%s", diff)
		}
		decide(itembank.Accepted, 1)
		if diff := cmp.Diff([]itembank.Decision{itembank.Undecided, itembank.Rejected, itembank.Undecided, itembank.Undecided, itembank.Undecided}, decisions()); diff != "" {
			t.Errorf("a question of a rejected situation accepted (-want +got):\n%s", diff)
		}
		decide(itembank.Accepted, 1, 2)
		if diff := cmp.Diff([]itembank.Decision{itembank.Accepted, itembank.Accepted, itembank.Undecided, itembank.Undecided, itembank.Undecided}, decisions()); diff != "" {
			t.Errorf("both accepted (-want +got):\n%s", diff)
		}
		decide(itembank.Undecided, 2)
		decide(itembank.Accepted, 1, 2, 3)
		decide(itembank.Undecided, 1, 2, 3)
		decide(itembank.Accepted, 1, 3)
		if n, _, err := d.Enter(ctx, d.writer, id); err != nil || n != 3 {
			t.Fatalf("entered %d, %v", n, err)
		}
		list := staged()
		for _, at := range []int{0, 2} {
			if got := d.see(t, list[at].Code, 1).Situation; got != list[1].Code || got == "" {
				t.Errorf("%s belongs to %q, want %q", list[at].Code, got, list[1].Code)
			}
		}
	})
}

// A situation of the file that the bank has already is rejected, and a new
// question joins the one of the bank; places are weaker than names.
func TestStaging_joinsSituationsOfTheBank(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		set := d.set(t, "Hạn trả kết quả là ngày nào?")
		text := exchange.Item{Type: exchange.Situation, Name: "Tình huống 1", Stem: "Ông A nộp hồ sơ ngày 02/3."}
		fresh := question("Ai ký giấy hẹn?", 1)
		fresh.Situation = "Tình huống 1"
		id, err := d.Stage(ctx, d.writer, preview(text, fresh), "T2", itembank.Recall)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			what     itembank.Decision
			position int
		}{{itembank.Rejected, 1}, {itembank.Accepted, 2}} {
			if n, err := d.Decide(ctx, d.writer, id, []int{step.position}, step.what); err != nil || n != 1 {
				t.Fatalf("%s: %d, %v", step.what, n, err)
			}
		}
		if n, back, err := d.Enter(ctx, d.writer, id); err != nil || n != 1 || back != 0 {
			t.Fatalf("entered %d, %d sent back, %v", n, back, err)
		}
		entered, err := d.StagedAt(ctx, d.writer, id, 2)
		if err != nil || d.see(t, entered.Code, 1).Situation != set[0] {
			t.Errorf("%s belongs to %q, want %s, %v", entered.Code, d.see(t, entered.Code, 1).Situation, set[0], err)
		}
		one, two := text, text
		one.Name, one.Stem, two.Name, two.Stem = "2", "Văn bản thứ hai.", "1", "Văn bản thứ nhất."
		a, b := question("Câu A?", 1), question("Câu B?", 1)
		a.Situation, b.Situation = "1", "2"
		if id, err = d.Stage(ctx, d.writer, preview(one, two, a, b), "T2", itembank.Recall); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Decide(ctx, d.writer, id, []int{3, 4}, itembank.Accepted); err != nil || n != 4 {
			t.Fatalf("accepted %d, %v", n, err)
		}
		if n, _, err := d.Enter(ctx, d.writer, id); err != nil || n != 4 {
			t.Fatalf("entered %d, %v", n, err)
		}
		list, err := d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 10})
		if err != nil || d.see(t, list[2].Code, 1).Situation != list[1].Code || d.see(t, list[3].Code, 1).Situation != list[0].Code {
			t.Errorf("questions joined the wrong texts: %v", err)
		}
	})
}

// Whoever knows which questions a text belongs to says so for many at once.
func TestBelong_answersForMany(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		text := exchange.Item{Type: exchange.Situation, Name: "Tình huống 1", Stem: "Bà B xin cấp phép."}
		var items []exchange.Item
		for _, stem := range []string{"Câu A?", "Câu B?", "Câu C?"} {
			it := question(stem, 1)
			it.Situation = text.Name
			it.Ask(exchange.SituationUnclear, "Chưa rõ")
			items = append(items, it)
		}
		items[2].Ask(exchange.KeyConflict, "Hai đáp án")
		id, err := d.Stage(ctx, d.writer, preview(append(items, text)...), "T2", itembank.Recall)
		if err != nil {
			t.Fatal(err)
		}
		for _, belongs := range []bool{true, false} {
			position := map[bool]int{true: 1, false: 2}[belongs]
			if n, err := d.Belong(ctx, d.writer, id, []int{position, 3, 4}, belongs); err != nil || n > 2 {
				t.Fatalf("answered for %d, %v", n, err)
			}
		}
		list, err := d.Staged(ctx, d.writer, id, itembank.StagedFilter{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if list[0].Item.Situation != text.Name || list[0].Hurdle != "" || list[1].Item.Situation != "" || list[1].Hurdle != "" {
			t.Errorf("after the answers: %+v, %+v", list[0], list[1])
		}
		if list[2].Item.Status != exchange.Review || list[2].Hurdle == "" {
			t.Errorf("what else was asked is answered, too: %+v", list[2])
		}
	})
}

// Items are never left with a situation that was merged away, and nothing is
// merged with what is of another kind; merging and withdrawing at the same
// moment wait for each other without a deadlock.
func TestMerge_situations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		set, other := d.set(t, "Câu A?", "Câu B?"), d.set(t)
		if err := d.Merge(ctx, d.chief, other[0], set[0], ""); !errors.Is(err, itembank.ErrHasItems) {
			t.Errorf("merged a situation with items: %v", err)
		}
		if err := d.Merge(ctx, d.chief, "T2-001", other[0], ""); !errors.Is(err, itembank.ErrSituation) {
			t.Errorf("merged a situation with a question: %v", err)
		}
		deadlocks := func() (n int) {
			if db.Dialect() == database.Postgres {
				if err := db.Read(ctx).Gorm().Raw("select sum(deadlocks) from pg_stat_database where datname = current_database()").Scan(&n).Error; err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		for range 5 {
			pair := []string{d.write(t, under(set[0], "Câu C?")), d.write(t, under(set[0], "Câu C?"))}
			act := itembank.Withdrew
			if d.state(t, set[0]) == itembank.Suspended {
				act = itembank.Restored
			}
			err := errors.Join(together(
				func() error { return d.Merge(ctx, d.chief, pair[0], pair[1], "") },
				func() error { return d.Do(ctx, d.chief, set[0], act, itembank.Seen{}, "vì vậy") })...)
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := deadlocks(); n > 0 {
			t.Errorf("%d deadlocks", n)
		}
		if err := d.Merge(ctx, d.chief, set[0], other[0], ""); err != nil {
			t.Errorf("a situation without items: %v", err)
		}
	})
}

// The same words under two texts are two questions.
func TestTwins_askAboutTheirSituation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		one := d.write(t, situation)
		other := d.write(t, func(s *itembank.Draft) {
			situation(s)
			s.Stem = "Một doanh nghiệp xin cấp giấy phép xây dựng."
		})
		d.write(t, under(one, "Bước đầu tiên cần làm là gì?"))
		d.write(t, under(other, "Bước đầu tiên cần làm là gì?"))
		if pairs := d.pairs(t); len(pairs) > 0 {
			t.Errorf("%v", pairs)
		}
		d.write(t, under(other, "Bước đầu tiên cần làm là gì?"))
		if pairs := d.pairs(t); len(pairs) != 1 {
			t.Errorf("%d pairs, want the two of one situation", len(pairs))
		}
	})
}

// Whoever changes a situation and its items at the same moment, lists agree
// with the pool.
func TestSituation_changedAtTheSameMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		do := func(code string, act itembank.Act) func() error {
			return func() error {
				err := d.Do(ctx, d.chief, code, act, itembank.Seen{}, "vì vậy")
				if errors.Is(err, itembank.ErrSituationFirst) {
					err = nil // the situation was withdrawn first
				}
				return err
			}
		}
		s := d.set(t)[0]
		for range 6 {
			member := d.write(t, under(s, "Ai ký giấy hẹn?"))
			d.do(t, d.writer, member, itembank.Submitted)
			d.do(t, d.reviewer, member, itembank.Reviewed)
			other := func() error {
				_, err := d.Write(ctx, d.writer, draft(under(s, "Nộp ở đâu?")))
				return err
			}
			if err := errors.Join(together(do(member, itembank.Vouched), do(s, itembank.Withdrew), other)...); err != nil {
				t.Fatal(err)
			}
			agree := func() {
				t.Helper()
				_, drawable := d.drawable(t)[member]
				if listed := slices.Contains(codes(d.find(t, itembank.Query{Show: itembank.ShowDrawable})), member); listed != drawable {
					t.Fatalf("%s is in the pool: %v, in the list: %v", member, drawable, listed)
				}
			}
			agree()
			if err := errors.Join(together(do(s, itembank.Restored), other)...); err != nil {
				t.Fatal(err)
			}
			agree()
		}
	})
}

// A new text of a situation reaches nobody before somebody has read the items
// under it again; what was reviewed under a draft that changes is reviewed
// again.
func TestSituation_newTextIsReadAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		ctx := context.Background()
		set := d.set(t, "Hạn trả kết quả là ngày nào?")
		if err := d.Revise(ctx, d.writer, set[0], 0, draft(func(s *itembank.Draft) { situation(s); s.Stem = "Ông A nộp hồ sơ ngày 20/12." })); err != nil {
			t.Fatal(err)
		}
		read := d.see(t, set[1], 1).Seen() // under the old text
		d.approve(t, set[0])
		refused := func() itembank.Reason {
			entry := d.find(t, itembank.Query{Words: set[1]}).Entries[0]
			if _, drawable := d.drawable(t)[set[1]]; drawable != (entry.Refusal == nil) {
				t.Errorf("in the pool: %v, in the list: %+v", drawable, entry.Refusal)
			}
			if entry.Refusal == nil {
				return ""
			}
			return entry.Refusal.Reason
		}
		if got := refused(); got != itembank.NewerText {
			t.Fatalf("under a new text the item is refused for %q", got)
		}
		if l := d.find(t, itembank.Query{Show: itembank.ShowRecheck}); !slices.Equal(codes(l), set[1:]) {
			t.Errorf("to be read again are %v", codes(l))
		}
		if err := d.Do(ctx, d.reviewer, set[1], itembank.Confirmed, read, ""); !errors.Is(err, database.ErrConflict) {
			t.Errorf("confirmed by who has read the old text: %v", err)
		}
		if err := d.Do(ctx, d.reviewer, set[1], itembank.Confirmed, d.see(t, set[1], 1).Seen(), ""); err != nil {
			t.Fatal(err)
		}
		if got := refused(); got != "" {
			t.Errorf("after it was confirmed the item is refused for %q", got)
		}
		text := d.write(t, situation)
		member := d.write(t, under(text, "Ai ký giấy hẹn?"))
		d.do(t, d.writer, member, itembank.Submitted)
		d.do(t, d.reviewer, member, itembank.Reviewed)
		if err := d.Revise(ctx, d.writer, text, d.see(t, text, 1).Version, draft(func(s *itembank.Draft) { situation(s); s.Stem = "Khác." })); err != nil {
			t.Fatal(err)
		}
		d.approve(t, text)
		if err := d.Do(ctx, d.chief, member, itembank.Vouched, itembank.Seen{}, ""); !errors.Is(err, itembank.ErrWrongState) {
			t.Errorf("approved with a review of another text: %v", err)
		}
		if signed, err := d.Signatures(ctx, d.see(t, member, 1).ID); err != nil || len(signed) != 1 {
			t.Errorf("%d signatures, want the writer's: %v", len(signed), err)
		}
	})
}
