package itembank_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/format"
	"sathach/scoring"
)

func matrix(d *itembank.Draft) {
	d.Kind, d.Targets, d.Key = itembank.Matrix, itembank.TrueOrFalse, []int{0, 1, 0}
}

func short(d *itembank.Draft) {
	d.Kind, d.Options, d.Key, d.Accepted = itembank.Short, nil, nil, [][]string{{"một cửa", "một cửa liên thông"}}
}

func gaps(d *itembank.Draft) {
	d.Kind, d.Options, d.Stem = itembank.GapText, nil, "Hồ sơ nộp tại [[gap]], trả trong [[gap]] ngày."
	d.Gaps, d.Key, d.Accepted = [][]string{{"bộ phận một cửa", "văn phòng"}, {}}, []int{0, -1}, [][]string{{}, {"15", "mười lăm"}}
}

func counted(d *itembank.Draft) {
	gaps(d)
	d.Accepted[1], d.Numbers = []string{}, []itembank.Number{{}, {Value: "15", Tolerance: "0.5"}}
}

// Every kind is kept, drawn and marked alike on both databases, and goes out
// to Word, Excel and JSON and back.
func TestKinds_areKeptMarkedAndTakenOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*itembank.Draft)
		right  scoring.Response
		half   scoring.Response
		earns  scoring.Points
	}{
		"matrix":  {matrix, scoring.Response{Chosen: []int{0, 1, 0}}, scoring.Response{Chosen: []int{0, 0, -1}}, scoring.One / 3},
		"short":   {short, scoring.Response{Texts: []string{"mot cua lien thong"}}, scoring.Response{Texts: []string{"hai cửa"}}, 0},
		"numbers": {counted, scoring.Response{Chosen: []int{0, -1}, Texts: []string{"", "15,5"}}, scoring.Response{Chosen: []int{0, -1}, Texts: []string{"", "mười lăm"}}, scoring.One / 2},
		"gaps":    {gaps, scoring.Response{Chosen: []int{0, -1}, Texts: []string{"", "15"}}, scoring.Response{Chosen: []int{0, -1}, Texts: []string{"", "30"}}, scoring.One / 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, db *database.DB) {
				d := newDesk(t, db)
				code := d.write(t, c.change)
				d.do(t, d.writer, code, itembank.Submitted)
				d.do(t, d.reviewer, code, itembank.Reviewed)
				d.do(t, d.chief, code, itembank.Vouched)
				r := d.see(t, code, 1)
				if m := itembank.Mark(r.Revision, r.Key, c.right); !m.Right() {
					t.Errorf("the right answer earns %+v", m)
				}
				if m := itembank.Mark(r.Revision, r.Key, c.half); m.State != scoring.Answered || m.Points != c.earns {
					t.Errorf("the other earns %+v, want %d", m, c.earns)
				}
				for _, to := range []format.Name{format.Docx, format.Xlsx, format.JSON} {
					it, losses := itembank.ItemOf(r.Draft(), register, nil)
					var file strings.Builder
					more, err := format.Write(&file, to, []exchange.Item{it})
					if err != nil || len(losses)+len(more) > 0 {
						t.Fatalf("%s: %v, %v, %v", to, losses, more, err)
					}
					back, hurdle := itembank.DraftOf(format.Read("a", []byte(file.String()), "").Items[0], register)
					want := r.Draft()
					back.Code, back.Topic = want.Code, want.Topic
					if diff := cmp.Diff(want, back, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(itembank.Draft{}, "SourceNote")); diff != "" || hurdle != "" {
						t.Errorf("%s: %s\n%s", to, hurdle, diff)
					}
				}
			})
		})
	}
}

// An author chooses among the rules that a kind of item has; what was chosen is kept
// with the text and marks it, and comes back as it was chosen.
func TestRules_areChosenKeptAndMark(t *testing.T) {
	t.Parallel()
	several := func(d *itembank.Draft) {
		d.Kind, d.Options, d.Key = itembank.Multiple, []string{"Một", "Hai", "Ba", "Bốn"}, []int{0, 1}
	}
	order := func(d *itembank.Draft) {
		d.Kind, d.Options, d.Key = itembank.Ordering, []string{"Một", "Hai", "Ba", "Bốn"}, []int{0, 1, 2, 3}
	}
	worth := func(d *itembank.Draft) {
		several(d)
		d.Mapping = &scoring.Mapping{Values: []string{"1", "0.5", "-0.5", "0"}}
	}
	cases := []struct {
		rule   scoring.Rule
		change func(*itembank.Draft)
		chosen []int
		earns  scoring.Points
	}{
		{"", several, []int{0, 2}, 0},
		{scoring.PlusMinusBalanced, several, []int{0}, scoring.One / 2},
		{scoring.TrueFalseGuarded, several, []int{0}, scoring.One / 2},
		{scoring.Ripkey, several, []int{0, 2}, scoring.One / 2},
		{scoring.HalfHitsOnly, several, []int{0, 2}, 0},
		{scoring.AllOrNothing, several, []int{0}, 0},
		{scoring.Mapped, worth, []int{0, 2}, scoring.One / 3},
		{"", order, []int{1, 0, 2, 3}, scoring.One * 5 / 6},
		{scoring.Kendall, order, []int{1, 0, 2, 3}, scoring.One * 2 / 3},
		{scoring.Neighbours, order, []int{1, 0, 2, 3}, scoring.One / 3},
		{scoring.LongestGuarded, order, []int{1, 0, 2, 3}, scoring.One * 2 / 3},
		{scoring.WholeOrder, order, []int{1, 0, 2, 3}, 0},
		{scoring.PairsGuarded, matrix, []int{0, 0, -1}, 0},
		{scoring.WholePairs, matrix, []int{0, 1, 1}, 0},
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db)
		for _, c := range cases {
			written := draft(c.change)
			written.Rule = c.rule
			code, err := d.Write(context.Background(), d.writer, written)
			if err != nil {
				t.Fatal(c.rule, err)
			}
			r := d.see(t, code, 1)
			if m := itembank.Mark(r.Revision, r.Key, scoring.Response{Chosen: c.chosen}); m.State != scoring.Answered || m.Points != c.earns {
				t.Errorf("%s earns %+v, want %d", c.rule, m, c.earns)
			}
			if back := r.Draft(); back.Rule != c.rule || cmp.Diff(written.Mapping, back.Mapping) != "" {
				t.Errorf("%s comes back as %s with %+v", c.rule, back.Rule, back.Mapping)
			}
			written.Rule, written.Mapping = "", nil
			if err := d.Revise(context.Background(), d.writer, code, 1, written); err != nil || d.see(t, code, 1).Draft().Rule != "" {
				t.Errorf("the draft is not marked the usual way again: %v", err)
			}
		}
	})
	for name, c := range map[string]struct {
		change func(*itembank.Draft)
		want   error
	}{
		"a rule of another kind":          {func(d *itembank.Draft) { several(d); d.Rule = scoring.Concordant }, itembank.ErrRule},
		"a rule that pays for everything": {func(d *itembank.Draft) { several(d); d.Rule = scoring.Hits }, itembank.ErrRule},
		"a worth that is not told":        {func(d *itembank.Draft) { several(d); d.Rule = scoring.Mapped }, itembank.ErrMapping},
		"a worth of another option":       {func(d *itembank.Draft) { worth(d); d.Rule, d.Key = scoring.Mapped, []int{0} }, itembank.ErrMapping},
		"a share that no point can hold":  {func(d *itembank.Draft) { worth(d); d.Rule, d.Mapping.Values[1] = scoring.Mapped, "0.7" }, itembank.ErrMapping},
		"nothing to be earned": {func(d *itembank.Draft) {
			worth(d)
			d.Rule, d.Mapping.Values, d.Key = scoring.Mapped, []string{"0", "0", "-1", "0"}, nil
		}, itembank.ErrBadKey},
		"words instead of numbers": {func(d *itembank.Draft) { worth(d); d.Rule, d.Mapping.Values[2] = scoring.Mapped, "ít" }, itembank.ErrMapping},
	} {
		if err := draft(c.change).Validate(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestValidate_keysOfTheOtherKinds(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*itembank.Draft){
		"matrix with other targets": func(d *itembank.Draft) { matrix(d); d.Targets = []string{"Có", "Không"} },
		"matrix, one key missing":   func(d *itembank.Draft) { matrix(d); d.Key = []int{0, 1} },
		"short without answers":     func(d *itembank.Draft) { short(d); d.Accepted = [][]string{{}} },
		"short with a blank answer": func(d *itembank.Draft) { short(d); d.Accepted[0] = append(d.Accepted[0], " ") },
		"short with options":        func(d *itembank.Draft) { short(d); d.Options = []string{"a", "b"} },
		"gaps without marks":        func(d *itembank.Draft) { gaps(d); d.Stem = "Không có chỗ trống" },
		"gaps, one choice":          func(d *itembank.Draft) { gaps(d); d.Gaps[0] = []string{"một"} },
		"gaps, key out of range":    func(d *itembank.Draft) { gaps(d); d.Key[0] = 2 },
		"gaps, typed with a key":    func(d *itembank.Draft) { gaps(d); d.Key[1] = 0 },
		"gaps, words and a number":  func(d *itembank.Draft) { counted(d); d.Accepted[1] = []string{"15"} },
		"gaps, no number":           func(d *itembank.Draft) { counted(d); d.Numbers[1].Value = "vài" },
		"gaps, a number to choose":  func(d *itembank.Draft) { counted(d); d.Numbers[0] = d.Numbers[1] },
		"gaps, nothing accepted":    func(d *itembank.Draft) { gaps(d); d.Accepted[1] = nil },
	} {
		if err := draft(change).Validate(); !errors.Is(err, itembank.ErrBadKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, change := range []func(*itembank.Draft){matrix, short, gaps} {
		if err := draft(change).Validate(); err != nil {
			t.Error(err)
		}
	}
}
