package assessment

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/itembank"
	"sathach/roster"
)

// Taking is the use cases of candidates. It never reads a key.
type Taking struct {
	DB  *database.DB
	Now func() time.Time

	mu    sync.Mutex
	exams map[RoundID]*exam
}

// exam is what never changes once a round is assembled: its rules and forms.
type exam struct {
	round Round
	forms map[FormID]formTexts
}

// formTexts are the items of a form, with the situation above each, nil for
// none, and whether it does not count.
type formTexts struct {
	items   []itembank.Revision
	above   []*itembank.Revision
	pretest []bool
}

// examsKept bounds the memory of rounds; a cleared cache only reads again.
const examsKept = 64

// Duty is one round from an official's point of view.
type Duty struct {
	Round    Round
	Seating  SeatingID
	Opens    time.Time
	Closes   time.Time
	Attempts []Attempt // in order of tries
	Released bool
	// Questions are the items of the official's form, Pretests those that do not
	// count.
	Questions, Pretests int
}

// Current is the attempt that is still open, if any.
func (d Duty) Current() (Attempt, bool) {
	if n := len(d.Attempts); n > 0 && d.Attempts[n-1].EndedAt.IsZero() {
		return d.Attempts[n-1], true
	}
	return Attempt{}, false
}

// CanTake tells whether the official can start or go on with an attempt now.
func (d Duty) CanTake(now time.Time) bool {
	_, working := d.Current()
	return d.Round.State == Open && now.Before(d.Closes) && (working || d.TriesLeft() > 0)
}

// TriesLeft is how many attempts may still be started.
func (d Duty) TriesLeft() int { return max(0, d.Round.Rules.Tries-len(d.Attempts)) }

// Deadline is when an attempt started now would end.
func (d Duty) Deadline(now time.Time) time.Time {
	end := now.Add(d.Round.Rules.TimeLimit)
	if end.After(d.Closes) {
		return d.Closes
	}
	return end
}

func official(actor authz.Actor) (roster.OfficialID, error) {
	switch {
	case actor.Account == "":
		return "", authz.ErrUnauthenticated
	case actor.OfficialID == "" || !actor.Holds(authz.Official):
		return "", ErrNotCandidate
	}
	return roster.OfficialID(actor.OfficialID), nil
}

// Duties lists an official's rounds, newest first.
func (t *Taking) Duties(ctx context.Context, actor authz.Actor) ([]Duty, error) {
	who, err := official(actor)
	if err != nil {
		return nil, err
	}
	h := t.DB.Read(ctx)
	duties, err := dutiesOf(h, who, "")
	if err != nil {
		return nil, err
	}
	return duties, countQuestions(h, who, duties)
}

// Duty shows one round to an official on its roster.
func (t *Taking) Duty(ctx context.Context, actor authz.Actor, id RoundID) (Duty, error) {
	who, err := official(actor)
	if err != nil {
		return Duty{}, err
	}
	h := t.DB.Read(ctx)
	duty, err := dutyOf(h, who, id)
	if err != nil {
		return Duty{}, err
	}
	one := []Duty{duty}
	err = countQuestions(h, who, one)
	return one[0], err
}

func dutyOf(h database.Handle, who roster.OfficialID, id RoundID) (Duty, error) {
	duties, err := dutiesOf(h, who, id)
	if err == nil && len(duties) == 0 {
		err = ErrNotCandidate
	}
	if err != nil {
		return Duty{}, err
	}
	return duties[0], nil
}

// Start begins an attempt, or returns the one that is still open. However
// often and wherever it is asked, there is one attempt per try.
func (t *Taking) Start(ctx context.Context, actor authz.Actor, id RoundID) (Attempt, error) {
	who, err := official(actor)
	if err != nil {
		return Attempt{}, err
	}
	var started Attempt
	start := func(tx *database.Tx) (err error) {
		started, err = t.start(tx, who, id)
		return err
	}
	err = t.DB.WriteShared(ctx, start)
	if errors.Is(err, database.ErrDuplicate) {
		// Another server started this try in the same instant: show its.
		err = t.DB.WriteShared(ctx, start)
	}
	return started, err
}

func (t *Taking) start(tx *database.Tx, who roster.OfficialID, id RoundID) (Attempt, error) {
	now := database.Truncate(t.Now())
	duty, err := dutyOf(tx, who, id)
	if err != nil {
		return Attempt{}, err
	}
	if current, ok := duty.Current(); ok {
		return current, nil
	}
	switch {
	case now.Before(duty.Opens) || duty.Round.State == Assembled || duty.Round.State == Planned:
		return Attempt{}, ErrRoundEarly
	case !now.Before(duty.Closes) || duty.Round.State != Open:
		return Attempt{}, ErrRoundClosed
	case duty.TriesLeft() == 0:
		return Attempt{}, ErrNoTryLeft
	}
	a := Attempt{
		ID: AttemptID(database.NewID()), Official: who, Seating: duty.Seating, Round: id, Try: len(duty.Attempts) + 1,
		StartedAt: now, Deadline: duty.Deadline(now), Epoch: 1, Sheet: Sheet{}, Version: 1,
	}
	return insertAttempt(tx, a)
}

// Paper shows an attempt to its candidate.
func (t *Taking) Paper(ctx context.Context, actor authz.Actor, id AttemptID) (Paper, error) {
	who, err := official(actor)
	if err != nil {
		return Paper{}, err
	}
	h := t.DB.Read(ctx)
	a, err := attemptOf(h, who, id)
	if err != nil {
		return Paper{}, err
	}
	round, form, err := t.exam(h, a)
	if err != nil {
		return Paper{}, err
	}
	return paper(a, round, form), nil
}

// TakeOver makes the caller's page the one that may write, and returns the
// attempt as it stands.
func (t *Taking) TakeOver(ctx context.Context, actor authz.Actor, id AttemptID) (Attempt, error) {
	return t.change(ctx, actor, id, func(tx *database.Tx, a *Attempt) error {
		if err := a.TakeOver(); err != nil {
			return err
		}
		return updateAttempt(tx, *a)
	})
}

// Record saves a batch of events and returns once they are durable. A batch
// may be sent again: what is already saved is skipped.
func (t *Taking) Record(ctx context.Context, actor authz.Actor, id AttemptID, epoch int, events []Event) (Attempt, error) {
	return t.change(ctx, actor, id, func(tx *database.Tx, a *Attempt) error {
		return t.record(tx, a, epoch, events)
	})
}

func (t *Taking) record(tx *database.Tx, a *Attempt, epoch int, events []Event) error {
	round, form, err := t.exam(tx, *a)
	if err != nil {
		return err
	}
	now := database.Truncate(t.Now())
	fresh, err := a.Record(form.items, epoch, events, now, round.Rules.Grace)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if err := insertEvents(tx, a.ID, fresh, now); err != nil {
		return err
	}
	return updateAttempt(tx, *a)
}

// SavePage saves a page that was posted whole, by somebody whose browser runs
// no script. The page was made from the sheet of the moment seen; changes
// tells what the person changed since. Only that is recorded, so that an old
// page, or two at once, clear nothing that was saved meanwhile. The post takes
// the attempt over, as any page that writes does.
func (t *Taking) SavePage(ctx context.Context, actor authz.Actor, id AttemptID, seen Moment, changes func(Sheet) []Event) (Attempt, error) {
	return t.change(ctx, actor, id, func(tx *database.Tx, a *Attempt) error {
		sheet, err := sheetAt(tx, *a, seen)
		if err != nil {
			return err
		}
		events := changes(sheet)
		if len(events) == 0 {
			return nil
		}
		if err := a.TakeOver(); err != nil {
			return err
		}
		for i := range events {
			events[i].Seq = i + 1
		}
		return t.record(tx, a, a.Epoch, events)
	})
}

// Submit ends an attempt for its candidate. Submitting again returns the same
// receipt.
func (t *Taking) Submit(ctx context.Context, actor authz.Actor, id AttemptID) (Attempt, error) {
	return t.change(ctx, actor, id, func(tx *database.Tx, a *Attempt) error {
		if !a.EndedAt.IsZero() {
			return nil
		}
		a.End(ByCandidate, database.Truncate(t.Now()))
		return updateAttempt(tx, *a)
	})
}

// change reads the caller's attempt, changes it and writes it, sharing the
// commit with other candidates.
func (t *Taking) change(ctx context.Context, actor authz.Actor, id AttemptID, do func(*database.Tx, *Attempt) error) (Attempt, error) {
	who, err := official(actor)
	if err != nil {
		return Attempt{}, err
	}
	var changed Attempt
	once := func(tx *database.Tx) error {
		a, err := attemptOf(tx, who, id)
		if err != nil {
			return err
		}
		err = do(tx, &a)
		changed = a
		return err
	}
	err = t.DB.WriteShared(ctx, once)
	if errors.Is(err, database.ErrConflict) {
		// The clock or another server changed the attempt in between.
		err = t.DB.WriteShared(ctx, once)
	}
	if err != nil {
		return changed, fmt.Errorf("attempt %s: %w", id, err)
	}
	return changed, nil
}

// exam reads a round's rules and a form's items, which never change, once.
func (t *Taking) exam(h database.Handle, a Attempt) (Round, formTexts, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.exams[a.Round]
	if e == nil {
		round, err := RoundByID(h, a.Round)
		if err != nil {
			return Round{}, formTexts{}, err
		}
		if t.exams == nil || len(t.exams) >= examsKept {
			t.exams = map[RoundID]*exam{}
		}
		e = &exam{round: round, forms: map[FormID]formTexts{}}
		t.exams[a.Round] = e
	}
	form, known := e.forms[a.Form]
	if !known {
		var err error
		if form, err = formItems(h, a.Form); err != nil {
			return Round{}, formTexts{}, err
		}
		e.forms[a.Form] = form
	}
	return e.round, form, nil
}

// Outcome shows a candidate the published result of an attempt. Before
// publication it returns ErrNotReleased, with round and attempt filled in.
func (t *Taking) Outcome(ctx context.Context, actor authz.Actor, id AttemptID) (Outcome, error) {
	who, err := official(actor)
	if err != nil {
		return Outcome{}, err
	}
	return outcomeOf(t.DB.Read(ctx), who, id)
}
