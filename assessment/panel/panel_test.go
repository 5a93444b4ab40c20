package panel_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/fault"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/irt"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// bench is a scored round, its organiser and two judges with accounts.
type bench struct {
	*assessmenttest.World
	*panel.Panels
	round             assessment.Round
	chair, one, other authz.Actor
}

func newBench(t *testing.T, db *database.DB) *bench {
	t.Helper()
	w := assessmenttest.New(t, db)
	b := &bench{World: w, Panels: &panel.Panels{DB: db, Now: w.Now, Rounds: w.Rounds}}
	b.round = w.OpenRound()
	for i, who := range w.Officials {
		w.Take(who, func(position int) bool { return position > i/2 })
	}
	w.Pass(5 * time.Hour)
	w.Settle()
	b.chair = b.Account("chair", w.Ministry.Grants)
	judges := []authz.Grant{{Role: authz.Author, Agency: w.Ministry.Grants[0].Agency}}
	b.one, b.other = b.Account("one", judges), b.Account("other", judges)
	return b
}

func (b *bench) begin(t *testing.T) panel.ID {
	t.Helper()
	id, err := b.Panels.Open(context.Background(), b.chair, "Hội đồng mẫu", "Biết việc thường ngày.", b.round.ID)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// rate rates every item, the first so and each next so much more.
func (b *bench) rate(t *testing.T, id panel.ID, who authz.Actor, first, step int) {
	t.Helper()
	ratings := map[int]int{}
	for position := 1; position <= 8; position++ {
		ratings[position] = first + step*(position-1)
	}
	if err := b.Panels.Rate(context.Background(), who, id, ratings, nil); err != nil {
		t.Fatal(err)
	}
}

// A panel's life: opened, rated by two, closed; its cut is the mean, with the
// error of two judges, and stays.
func TestPanel_wholeLife(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := newBench(t, db)
		ctx := context.Background()
		id := b.begin(t)
		if err := b.Panels.Close(ctx, b.chair, id, 1, panel.Angoff); !errors.Is(err, panel.ErrEmpty) {
			t.Errorf("closed without ratings: %v", err)
		}
		s, err := b.Panels.Sheet(ctx, b.one, id)
		if err != nil || len(s.Items) != 8 || s.Rated != 0 || s.Items[0].Facility != nil {
			t.Fatalf("a new sheet %+v, %v", s, err)
		}
		if err := b.Panels.Rate(ctx, b.one, id, map[int]int{1: 30, 2: 55}, nil); err != nil {
			t.Fatal(err)
		}
		b.rate(t, id, b.one, 40, 5) // 40 … 75, mean 57.5
		b.rate(t, id, b.other, 60, 0)
		if s, err = b.Panels.Sheet(ctx, b.one, id); err != nil || !s.Complete() || *s.Items[1].Rating != 45 || s.Items[0].Facility == nil {
			t.Errorf("a complete sheet %+v, %v", s, err)
		}
		x, r, err := b.Panels.Standing(ctx, b.chair, id)
		cut, _ := r.Cut.Get()
		se, _ := r.Error.Get()
		if err != nil || math.Abs(cut-58.75) > 1e-9 || math.Abs(se-1.25) > 1e-9 || len(r.Judges) != 2 || x.Judges != 2 {
			t.Errorf("standing %+v, %v", r, err)
		}
		if _, ok := r.Theta.Get(); ok {
			t.Error("items without parameters have a place on the scale")
		}
		if _, _, err := b.Panels.Standing(ctx, b.one, id); !errors.Is(err, authz.ErrForbidden) {
			t.Errorf("a judge sees what others say: %v", err)
		}
		if err := b.Panels.Close(ctx, b.chair, id, x.Version-1, panel.Angoff); !errors.Is(err, database.ErrConflict) {
			t.Errorf("closed over newer ratings: %v", err)
		}
		if err := b.Panels.Close(ctx, b.chair, id, x.Version, panel.Angoff); err != nil {
			t.Fatal(err)
		}
		if err := b.Panels.Rate(ctx, b.one, id, map[int]int{1: 0}, nil); !errors.Is(err, panel.ErrClosed) {
			t.Errorf("rated after the end: %v", err)
		}
		source, err := b.Panels.Source(ctx, b.chair, id)
		if err != nil || source.Cut != 5875 || source.Error == nil || *source.Error != 125 || source.Judges != 2 {
			t.Errorf("source %+v, %v", source, err)
		}
		s1 := b.Series()
		s1.Rules.PassFrom = &source
		if err := s1.Validate(); err == nil {
			t.Error("the pass mark differs from the panel's cut")
		}
		s1.Rules.Standard.PassMark, s1.Rules.Standard.LowBelow = source.Cut, scoring.Hundredths(6500)
		s1.Rules.Standard.Bands[3].From = source.Cut
		if err := s1.Validate(); err != nil {
			t.Errorf("a series with the panel's cut: %v", err)
		}
		list, err := b.Panels.List(ctx, b.one)
		if err != nil || len(list) != 1 || list[0].State != panel.Closed || list[0].Result == nil {
			t.Errorf("list %+v, %v", list, err)
		}
	})
}

// With parameters the cut has a place on the scale, and judges who see which
// items are hard correlate with it.
func TestStanding_onTheScaleOfTheBank(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := newBench(t, db)
		ctx := context.Background()
		id := b.begin(t)
		s, err := b.Panels.Sheet(ctx, b.one, id)
		if err != nil {
			t.Fatal(err)
		}
		const theta = -0.5
		var known []itembank.Parameters
		ratings := map[int]int{}
		for i, it := range s.Items {
			p := itembank.Parameters{
				Revision: it.Revision, Standing: itembank.Operational, N: 300, Curve: itembank.RightOrWrong(irt.Dichotomous(1, float64(i)/3-1.5, 0)), At: b.World.Now(),
			}
			known, ratings[it.Position] = append(known, p), int(math.Round(100*p.ShareAt(theta)))
		}
		var run string
		if err := db.Read(ctx).Gorm().Raw("select id from scoring_run where round_id = ?", string(b.round.ID)).Scan(&run).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Write(ctx, func(tx *database.Tx) error { return itembank.RecordParameters(tx, run, known) }); err != nil {
			t.Fatal(err)
		}
		if err := b.Panels.Rate(ctx, b.one, id, ratings, &panel.Limits{LowCut: 10, HighCut: 95, LowFail: 5, HighFail: 95}); err != nil {
			t.Fatal(err)
		}
		_, r, err := b.Panels.Standing(ctx, b.chair, id)
		at, _ := r.Theta.Get()
		c, _ := r.Judges[0].Consistent.Get()
		if err != nil || math.Abs(at-theta) > 0.02 || c < 0.999 {
			t.Errorf("standing %+v, %v", r, err)
		}
		cut, ok := r.Hofstee.Cut.Get()
		if !ok || cut < 10 || cut > 95 || r.Hofstee.Judges != 1 {
			t.Errorf("compromise %+v", r.Hofstee)
		}
		if err := b.Panels.Rate(ctx, b.one, id, nil, &panel.Limits{LowCut: 1, HighCut: 2, LowFail: 98, HighFail: 99}); err != nil {
			t.Fatal(err)
		}
		if _, r, err = b.Panels.Standing(ctx, b.chair, id); err != nil || !r.Hofstee.Excluded {
			t.Errorf("limits that the results exclude: %+v, %v", r.Hofstee, err)
		}
		for position := range ratings { // a second judge, for whom people know a little more
			ratings[position] = min(100, ratings[position]+8)
		}
		if err := b.Panels.Rate(ctx, b.other, id, ratings, nil); err != nil {
			t.Fatal(err)
		}
		x, _, err := b.Panels.Standing(ctx, b.chair, id)
		if err == nil {
			err = b.Panels.Close(ctx, b.chair, id, x.Version, panel.Angoff)
		}
		if err != nil {
			t.Fatal(err)
		}
		source, err := b.Panels.Source(ctx, b.chair, id)
		if err != nil || source.Theta == nil || source.ThetaError == nil || *source.Theta <= theta || *source.Theta > theta+0.5 || *source.ThetaError <= 0 {
			t.Errorf("the rules of a series would keep %+v, %v", source, err)
		}
	})
}

func TestPanels_refuse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := newBench(t, db)
		ctx := context.Background()
		id := b.begin(t)
		taker := authz.Actor{Account: b.one.Account, OfficialID: b.World.Officials[0].OfficialID, Grants: append([]authz.Grant{{Role: authz.Official}}, b.one.Grants...)}
		for name, c := range map[string]struct {
			do   func() error
			want fault.Kind
		}{
			"a judge opens": {func() error { _, err := b.Panels.Open(ctx, b.one, "x", "y", b.round.ID); return err }, fault.Forbidden},
			"no name":       {func() error { _, err := b.Panels.Open(ctx, b.chair, " ", "y", b.round.ID); return err }, fault.Invalid},
			"no round": {func() error {
				_, err := b.Panels.Open(ctx, b.chair, "x", "y", assessment.RoundID(database.NewID()))
				return err
			}, fault.Invalid},
			"HR rates":      {func() error { return b.Panels.Rate(ctx, b.World.HR, id, map[int]int{1: 1}, nil) }, fault.Forbidden},
			"a taker rates": {func() error { return b.Panels.Rate(ctx, taker, id, map[int]int{1: 1}, nil) }, fault.Forbidden},
			"beyond 100":    {func() error { return b.Panels.Rate(ctx, b.one, id, map[int]int{1: 101}, nil) }, fault.Invalid},
			"no such item":  {func() error { return b.Panels.Rate(ctx, b.one, id, map[int]int{9: 50}, nil) }, fault.Invalid},
			"crossed limits": {func() error {
				return b.Panels.Rate(ctx, b.one, id, nil, &panel.Limits{LowCut: 60, HighCut: 50, HighFail: 1})
			}, fault.Invalid},
			"no such panel": {func() error { return b.Panels.Rate(ctx, b.one, panel.ID(database.NewID()), nil, nil) }, fault.Missing},
		} {
			if err := c.do(); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := db.Write(ctx, func(tx *database.Tx) error {
			return tx.Gorm().Exec("update round set follows_id = id where id = ?", string(b.round.ID)).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Panels.Open(ctx, b.chair, "x", "y", b.round.ID); fault.KindOf(err) != fault.Invalid {
			t.Errorf("of people who were chosen: %v", err)
		}
	})
}

// A panel may rest on what its judges can accept, held against what people earned; the
// limits of judges alone are enough for it.
func TestPanel_restsOnTheCompromise(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		b := newBench(t, db)
		ctx := context.Background()
		id := b.begin(t)
		if err := b.Panels.Close(ctx, b.chair, id, 1, panel.Compromise); !errors.Is(err, panel.ErrEmpty) {
			t.Errorf("without limits: %v", err)
		}
		for who, limits := range map[*authz.Actor]panel.Limits{&b.one: {LowCut: 10, HighCut: 95, LowFail: 5, HighFail: 95}, &b.other: {LowCut: 20, HighCut: 90, LowFail: 5, HighFail: 90}} {
			if err := b.Panels.Rate(ctx, *who, id, nil, &limits); err != nil {
				t.Fatal(err)
			}
		}
		x, r, err := b.Panels.Standing(ctx, b.chair, id)
		if err == nil {
			err = b.Panels.Close(ctx, b.chair, id, x.Version, panel.Compromise)
		}
		if err != nil {
			t.Fatal(err)
		}
		cut, _ := r.Hofstee.Cut.Get()
		source, err := b.Panels.Source(ctx, b.chair, id)
		if err != nil || !source.Compromise || source.Borderline || source.Judges != 2 || source.Error == nil || source.Theta != nil || source.Cut != scoring.Hundredths(math.Round(100*cut)) {
			t.Errorf("the rules of a series would keep %+v, %v; the cut is %v", source, err, cut)
		}
	})
}
