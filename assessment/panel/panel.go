// Package panel lets judges set a cut score: modified Angoff on the items of a
// reference form, and the limits of Hofstee on the whole. The mathematics is
// in scoring/cutscore; here is who judges, on what, and what becomes of it.
//
// A panel looks at one form of a scored round. Judges are staff who may read
// items, which nobody may who takes rounds. Each says of every item how many
// of a hundred officials who are only just sufficient would be right; who has
// rated all is shown what the round's people earned, and may rate anew, until
// whoever manages series closes the panel. Its Result stands then: a cut in
// per cent of the form with its standard error, and the ability on the scale
// of the bank at which people earn it. The program computes; people decide,
// and put the cut into the rules of a series. What the superiors of the round's
// people say of them gives a second cut, by borderline regression.
package panel

import (
	"context"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"sathach/assessment"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
)

// ID identifies a panel.
type ID string

// Panel is judges at work, or their result.
type Panel struct {
	ID         ID
	Name       string
	Borderline string // who is only just sufficient, in words
	Round      assessment.RoundID
	RoundName  string
	State      State
	OpenedAt   time.Time
	OpenedBy   string // name
	ClosedAt   time.Time
	Judges     int     // who rated anything
	Result     *Result // of a closed panel
	Version    int
	form       assessment.FormID
	openedBy   string // account
}

// State is where a panel stands.
type State string

const (
	Open   State = "open"
	Closed State = "closed"
)

// Item is an item of the reference form as a judge sees it.
type Item struct {
	Position int
	Revision itembank.RevisionID
	Code     string
	Number   int // of the revision
	// Rating is the judge's own, in per cent; nil for none yet.
	Rating *int
	// Facility is the share that people of rounds earned; shown to who has
	// rated everything.
	Facility *itembank.Facility
}

// Limits are what a judge could live with, in per cent: of the form for the
// cut, of people for those below it.
type Limits struct{ LowCut, HighCut, LowFail, HighFail int }

// Sheet is a judge's own work.
type Sheet struct {
	Panel  Panel
	Items  []Item
	Limits *Limits // nil for none yet
	Rated  int
}

// Complete tells whether the judge rated everything.
func (s Sheet) Complete() bool { return s.Rated == len(s.Items) }

// Errors about panels.
var (
	ErrNoPanel = fault.New(fault.Missing, "panel.not_found", "no such panel")
	ErrClosed  = fault.New(fault.Closed, "panel.closed", "the panel is closed")
	ErrEmpty   = fault.New(fault.Conflict, "panel.empty", "no judge has rated every item yet")
)

// Panels is the use cases of this package.
type Panels struct {
	DB     *database.DB
	Now    func() time.Time
	Rounds *assessment.Rounds
}

// Open begins a panel on the first form of a scored round, for those who
// manage series and publish to the round's whole audience.
func (p *Panels) Open(ctx context.Context, actor authz.Actor, name, borderline string, id assessment.RoundID) (ID, error) {
	if _, err := actor.Scope(authz.ManageSeries, viet.DateOf(p.Now())); err != nil {
		return "", err
	}
	name, borderline = viet.Clean(name), strings.TrimSpace(borderline)
	var fields []fault.Field
	if name == "" || utf8.RuneCountInString(name) > 300 {
		fields = append(fields, fault.Field{Name: "name", Key: "panel.name_missing"})
	}
	if borderline == "" || utf8.RuneCountInString(borderline) > 4000 {
		fields = append(fields, fault.Field{Name: "borderline", Key: "panel.borderline_missing"})
	}
	round, form, err := p.reference(ctx, actor, id)
	switch kind := fault.KindOf(err); {
	case err != nil && kind != fault.Missing && kind != fault.Conflict:
		return "", err
	case err != nil:
		fields = append(fields, fault.Field{Name: "round", Key: "panel.round_missing"})
	}
	if len(fields) > 0 {
		return "", &fault.Error{Kind: fault.Invalid, Key: "form.wrong", Text: "the panel is not complete", Fields: fields}
	}
	now := database.Truncate(p.Now())
	x := Panel{ID: ID(database.NewID()), Name: name, Borderline: borderline, Round: round, State: Open, OpenedAt: now, Version: 1, form: form, openedBy: actor.Account}
	return x.ID, p.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertPanel(tx, x); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "panel.open", Subject: "panel:" + string(x.ID), Detail: map[string]any{"round": round, "form": form}})
	})
}

// reference is the round that a panel looks at, and its first form.
func (p *Panels) reference(ctx context.Context, actor authz.Actor, id assessment.RoundID) (assessment.RoundID, assessment.FormID, error) {
	h := p.DB.Read(ctx)
	round, err := assessment.RoundByID(h, id)
	if err != nil {
		return "", "", err
	}
	may, err := p.Rounds.MayPublish(ctx, actor, round)
	if err != nil {
		return "", "", err
	}
	if !may || round.Selective() || round.State != assessment.Scored && round.State != assessment.Published {
		return "", "", assessment.ErrNotScored
	}
	form, err := firstForm(h, id)
	return id, form, err
}

// List shows all panels, newest first, to whoever may read items or manage
// series; it holds no item.
func (p *Panels) List(ctx context.Context, actor authz.Actor) ([]Panel, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(p.Now())); err != nil && !actor.Can(authz.ManageSeries) {
		return nil, err
	}
	return findPanels(p.DB.Read(ctx), "")
}

// Sheet is the actor's own work in a panel.
func (p *Panels) Sheet(ctx context.Context, actor authz.Actor, id ID) (Sheet, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(p.Now())); err != nil {
		return Sheet{}, err
	}
	h := p.DB.Read(ctx)
	x, err := panelByID(h, id)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{Panel: x}
	if s.Items, err = itemsOf(h, x.form); err != nil {
		return Sheet{}, err
	}
	own, err := ratingsOf(h, id, actor.Account)
	if err != nil {
		return Sheet{}, err
	}
	for i := range s.Items {
		if percent, rated := own[s.Items[i].Position]; rated {
			s.Items[i].Rating = &percent
			s.Rated++
		}
	}
	if s.Limits, err = limitsOf(h, id, actor.Account); err != nil {
		return Sheet{}, err
	}
	if s.Complete() || x.State == Closed {
		err = s.tell(h)
	}
	return s, err
}

// tell adds what rounds have shown of the items.
func (s *Sheet) tell(h database.Handle) error {
	ids := make([]itembank.RevisionID, len(s.Items))
	for i, it := range s.Items {
		ids[i] = it.Revision
	}
	found, err := itembank.FacilitiesOf(h, ids)
	if err != nil {
		return err
	}
	for i, it := range s.Items {
		if f, met := found[it.Revision]; met {
			s.Items[i].Facility = &f
		}
	}
	return nil
}

// Rate keeps a judge's ratings, in per cent by position; what is not among
// them stays as it is. Limits may be nil.
func (p *Panels) Rate(ctx context.Context, actor authz.Actor, id ID, ratings map[int]int, limits *Limits) error {
	s, err := p.Sheet(ctx, actor, id)
	if err != nil {
		return err
	}
	if s.Panel.State == Closed {
		return ErrClosed
	}
	var fields []fault.Field
	for position, percent := range ratings {
		if position < 1 || position > len(s.Items) || percent < 0 || percent > 100 {
			fields = append(fields, fault.Field{Name: inputOf(position), Key: "panel.bad_rating", Args: map[string]any{"N": position}})
		}
	}
	if limits != nil && !limits.sound() {
		fields = append(fields, fault.Field{Name: "low_cut", Key: "panel.bad_limits"})
	}
	if len(fields) > 0 {
		return &fault.Error{Kind: fault.Invalid, Key: "form.wrong", Text: "some ratings are not numbers of 0 to 100", Fields: fields}
	}
	now := database.Truncate(p.Now())
	return p.DB.Write(ctx, func(tx *database.Tx) error {
		return database.InTurn(
			func() error { return stillOpen(tx, id) },
			func() error { return saveRatings(tx, id, actor.Account, ratings, now) },
			func() error { return saveLimits(tx, id, actor.Account, limits) })
	})
}

// inputOf names the input of a rating, for forms.
func inputOf(position int) string { return "i" + itoa(position) }

func (l Limits) sound() bool {
	return 0 <= l.LowCut && l.LowCut < l.HighCut && l.HighCut <= 100 && 0 <= l.LowFail && l.LowFail < l.HighFail && l.HighFail <= 100
}

// Standing is what the ratings say so far, or what a closed panel said, for
// those who manage series.
func (p *Panels) Standing(ctx context.Context, actor authz.Actor, id ID) (Panel, Result, error) {
	if _, err := actor.Scope(authz.ManageSeries, viet.DateOf(p.Now())); err != nil {
		return Panel{}, Result{}, err
	}
	h := p.DB.Read(ctx)
	x, err := panelByID(h, id)
	if err != nil {
		return Panel{}, Result{}, err
	}
	if x.Result != nil {
		return x, *x.Result, nil
	}
	r, err := resultOf(h, x)
	return x, r, err
}

// Close ends a panel with a method that has a cut: by Angoff, at least one judge
// must have rated everything.
func (p *Panels) Close(ctx context.Context, actor authz.Actor, id ID, version int, by Method) error {
	x, r, err := p.Standing(ctx, actor, id)
	if err != nil {
		return err
	}
	if x.State == Closed {
		return ErrClosed
	}
	cut, _, of, ok := r.PassMark(by)
	if !ok {
		return ErrEmpty
	}
	r.Method = by
	now := database.Truncate(p.Now())
	return p.DB.Write(ctx, func(tx *database.Tx) error {
		if err := closePanel(tx, id, version, r, now); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "panel.close", Subject: "panel:" + string(id), Detail: map[string]any{"cut": cut, "method": by, "people": of}})
	})
}

// Source is what the rules of a series keep of a panel whose cut they use.
func (p *Panels) Source(ctx context.Context, actor authz.Actor, id ID) (assessment.CutSource, error) {
	x, r, err := p.Standing(ctx, actor, id)
	if err != nil {
		return assessment.CutSource{}, err
	}
	mark, se, of, _ := r.PassMark(r.Method)
	cut, ok := mark.Get()
	if x.State != Closed || !ok {
		return assessment.CutSource{}, ErrNoPanel
	}
	hundredths := func(percent float64) scoring.Hundredths { return scoring.Hundredths(math.Round(percent * 100)) }
	s := assessment.CutSource{Panel: string(id), Name: x.Name, Cut: hundredths(cut), Judges: of, Borderline: r.Method == Borderline, Compromise: r.Method == Compromise}
	if x, ok := se.Get(); ok {
		e := hundredths(x)
		s.Error = &e
	}
	theta, known := r.Theta.Get()
	thetaError, also := r.ThetaError.Get()
	if known && also && !s.Borderline && !s.Compromise { // theta is of the ratings
		s.Theta, s.ThetaError = &theta, &thetaError
	}
	return s, nil
}
