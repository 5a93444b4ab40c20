package assessment

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"sathach/internal/audit"
	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// Result is what one attempt is worth in one scoring run.
type Result struct {
	Attempt   AttemptID
	Candidate CandidateID
	Total     scoring.Total
	Decision  scoring.Decision
	Topics    []scoring.TopicResult
	Marks     []scoring.Mark
	Form      []itembank.Revision
	Sheet     Sheet
}

// attemptsPerCommit keeps scoring transactions short.
const attemptsPerCommit = 100

// EndOverdue ends attempts whose deadline and grace have passed, in rounds
// that are open or closed.
func (r *Rounds) EndOverdue(ctx context.Context) (int, error) {
	ended := 0
	end := func(round Round) (bool, error) {
		n, err := r.endOverdue(ctx, round)
		ended += n
		return false, err
	}
	_, openErr := r.each(ctx, Open, end)
	_, closedErr := r.each(ctx, Closed, end)
	return ended, errors.Join(openErr, closedErr)
}

func (r *Rounds) endOverdue(ctx context.Context, round Round) (int, error) {
	now := database.Truncate(r.Now())
	late, err := overdue(r.DB.Read(ctx), round.ID, now.Add(-round.Rules.Grace), attemptsPerCommit)
	if err != nil || len(late) == 0 {
		return 0, err
	}
	ended := 0
	err = r.DB.Write(ctx, func(tx *database.Tx) error {
		ended = 0
		for _, a := range late {
			a.End(ByClock, now)
			switch err := updateAttempt(tx, a); {
			case errors.Is(err, database.ErrConflict): // its candidate was quicker
			case err != nil:
				return err
			default:
				ended++
			}
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: clock, Verb: "attempt.end_overdue", Subject: "round:" + string(round.ID), Detail: map[string]any{"attempts": ended}})
	})
	return ended, err
}

// Score marks every attempt of closed rounds. A run that a crash interrupts
// goes on where it was; a finished one is never changed. Should two servers come
// to mark one round, they share its run: a result that the other one stored first
// is a lost race (each).
func (r *Rounds) Score(ctx context.Context) (int, error) {
	return r.each(ctx, Closed, func(round Round) (bool, error) {
		left, err := unfinished(r.DB.Read(ctx), round.ID)
		if err != nil || left > 0 {
			return false, err
		}
		return r.score(ctx, round)
	})
}

// score marks a round unless another server does so at this moment.
func (r *Rounds) score(ctx context.Context, round Round) (bool, error) {
	return r.DB.Exclusive(ctx, "mark "+string(round.ID), func() error { return r.mark(ctx, round) })
}

func (r *Rounds) mark(ctx context.Context, round Round) error {
	run, err := r.beginRun(ctx, round)
	if err != nil {
		return err
	}
	held, err := heldBy(r.DB.Read(ctx), round.ID, run)
	if err != nil {
		return err
	}
	before, err := earlierFor(r.DB.Read(ctx), round, run)
	if err != nil {
		return err
	}
	marker := newMarker(r.DB.Read(ctx), round, held, before)
	for {
		attempts, err := unmarked(r.DB.Read(ctx), round.ID, run, attemptsPerCommit)
		if err != nil {
			return err
		}
		if len(attempts) == 0 {
			break
		}
		results := make([]Result, len(attempts))
		for i, a := range attempts {
			if results[i], err = marker.mark(a); err != nil {
				return err
			}
		}
		if err := r.DB.Write(ctx, func(tx *database.Tx) error { return insertResults(tx, run, results) }); err != nil {
			return err
		}
	}
	return r.finishRun(ctx, round, run, held)
}

func (r *Rounds) beginRun(ctx context.Context, round Round) (RunID, error) {
	run, engine, err := unfinishedRun(r.DB.Read(ctx), round.ID)
	if err != nil || run != "" && engine == scoring.Engine {
		return run, err
	}
	if run != "" { // begun by another version of the rules, which nobody will go on with
		return run, r.DB.Write(ctx, func(tx *database.Tx) error { return restartRun(tx, run) })
	}
	run = RunID(database.NewID())
	return run, r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertRun(tx, run, round, database.Truncate(r.Now())); err != nil {
			return err
		}
		// Looked at after the insert: a server that finished the round in
		// between has either moved it on, which is seen here, or still holds
		// its unfinished run, which the insert collides with.
		return stillAt(tx, round)
	})
}

// finishRun decides which try of each candidate counts and moves the round
// on, in one commit. A round that is marked again stays where it is.
func (r *Rounds) finishRun(ctx context.Context, round Round, run RunID, held corrections) error {
	now := database.Truncate(r.Now())
	outdone, err := outdoneTries(r.DB.Read(ctx), run)
	if err != nil {
		return err
	}
	var stats []itembank.RoundStatistic
	if !round.Selective() {
		if stats, err = ItemStatistics(ctx, r.DB.Read(ctx), round, run, nil); err != nil {
			return err
		}
	}
	forms, err := totalsOfForms(r.DB.Read(ctx), run)
	if err != nil {
		return err
	}
	learnt, err := learn(ctx, r.DB.Read(ctx), round, run, held, stats)
	if err != nil {
		return err
	}
	if err := r.settle(ctx, run, newJudge(r.DB.Read(ctx), round.Rules.Standard, held, learnt)); err != nil {
		return err
	}
	var alarms []Alarm
	if !round.Selective() { // totals of a follow-up are of two forms
		alarms = alarmsOf(forms)
	}
	if len(alarms) > 0 {
		r.Log.Warn("a scored round should be looked at before its results go out", "round", round.ID, "alarms", len(alarms), "held", round.Rules.Hold)
	}
	to, verb := Scored, "round.score"
	if round.State != Closed {
		to, verb = round.State, "round.rescore"
	}
	err = r.move(ctx, round, to, verb, map[string]any{"run": run, "engine": scoring.Engine, "alarms": len(alarms)}, func(tx *database.Tx) error {
		if err := closeRun(tx, run, closing{outdone, alarms, learnt}, now); err != nil {
			return err
		}
		return itembank.RecordStatistics(tx, string(round.ID), stats)
	})
	if err != nil {
		return err
	}
	// After the commit, in small ones: a crash here only leaves lists behind
	// what the item's page shows, until the item's next change.
	bank := itembank.Bank{DB: r.DB, Now: r.Now}
	return bank.Show(ctx, slices.Concat(RevisionsOf(stats), slices.Collect(maps.Keys(held))))
}

// mostCachedForms is how many forms a marker keeps.
const mostCachedForms = 2 * MaxForms

// marker marks attempts of one round. It holds keys: it never leaves the due
// loop.
type marker struct {
	h      database.Handle
	round  Round
	held   corrections
	before earlier
	forms  map[FormID]formTexts
	keys   map[itembank.RevisionID]itembank.Key
}

func newMarker(h database.Handle, round Round, held corrections, before earlier) *marker {
	return &marker{h, round, held, before, map[FormID]formTexts{}, map[itembank.RevisionID]itembank.Key{}}
}

func (m *marker) mark(a Attempt) (Result, error) {
	form, err := m.form(a.Form)
	if err != nil {
		return Result{}, err
	}
	x := m.before.join(m.round.Rules.Standard, markSheet(m.round.Rules.Standard, form, m.keys, m.held, a))
	return x, nil
}

func (m *marker) form(id FormID) (formTexts, error) {
	if form, known := m.forms[id]; known {
		return form, nil
	}
	form, err := formItems(m.h, id)
	if err != nil {
		return formTexts{}, err
	}
	var ids []itembank.RevisionID
	for _, item := range form.items {
		ids = append(ids, item.ID)
	}
	keys, err := itembank.KeysOf(m.h, ids)
	if err != nil {
		return formTexts{}, err
	}
	for id, k := range keys {
		m.keys[id] = k
	}
	if len(m.forms) >= mostCachedForms { // where everybody has one, each is needed once
		clear(m.forms)
	}
	m.forms[id] = form
	return form, nil
}

// markSheet is the whole arithmetic of one attempt: the same sheet, form,
// keys, corrections and standard give the same result for ever.
func markSheet(standard scoring.Standard, form formTexts, keys map[itembank.RevisionID]itembank.Key, held corrections, a Attempt) Result {
	responses := make([]scoring.Response, len(form.items))
	for i := range form.items {
		responses[i] = a.Sheet[i+1].Response
	}
	states := scoring.States(responses)
	marks, topics := make([]scoring.Mark, len(form.items)), make([]string, len(form.items))
	for i, item := range form.items {
		marks[i] = held.mark(item, keys[item.ID], responses[i])
		if marks[i].State == scoring.Omitted {
			marks[i].State = states[i]
		}
		marks[i].Pretest = form.pretest[i]
		topics[i] = item.Topic
	}
	total := scoring.Sum(marks)
	return Result{
		Attempt: a.ID, Candidate: a.Candidate, Total: total, Decision: standard.Decide(total, total.Among(ctt.Shares{})),
		Topics: standard.Topics(topics, marks), Marks: marks, Form: form.items, Sheet: a.Sheet,
	}
}

// Outcome is a published result as its candidate may see it.
type Outcome struct {
	Round       Round
	Attempt     Attempt
	Publication string
	Number      int // of the publication: from 2 it takes the place of another
	PublishedAt time.Time
	Total       scoring.Total
	Decision    scoring.Decision
	Topics      []scoring.TopicResult
	// Withdrawn and Credited are how many items of the form count for nobody,
	// and for everybody.
	Withdrawn, Credited int
}
