package assessment

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"sathach/internal/audit"
	"sathach/internal/database"
	"sathach/scheduler"
)

// Advisor is told of every publication in its own transaction, so that
// recommendations exist the moment results do.
type Advisor interface {
	Advise(tx *database.Tx, round Round, run RunID, at time.Time) error
}

// Rounds is the use cases of the due loop and of release.
type Rounds struct {
	DB      *database.DB
	Now     func() time.Time
	Log     *slog.Logger
	Advisor Advisor

	mu    sync.Mutex
	tried map[RoundID]time.Time // when a planned round was last tried
}

// Steps are what the due loop looks after, in the order of a round's life.
func (r *Rounds) Steps() []scheduler.Step {
	return []scheduler.Step{
		{Name: "plan due rounds", Run: r.Plan},
		{Name: "open rounds", Run: r.Open},
		{Name: "end overdue attempts", Run: r.EndOverdue},
		{Name: "close rounds", Run: r.Close},
		{Name: "publish scored rounds", Run: r.Publish},
	}
}

// Work is what a loop of its own looks after: it takes minutes for a national
// round, while others must open and close in time.
func (r *Rounds) Work() []scheduler.Step {
	return []scheduler.Step{
		{Name: "assemble forms", Run: r.Assemble},
		{Name: "score closed rounds", Run: r.Score},
		{Name: "mark corrected rounds again", Run: r.Rescore},
	}
}

// clock is the actor of what nobody asked for.
const clock = "clock"

// Plan makes the round of every due series and moves the series on, both in
// one commit: a crash or a second server changes nothing. A due time whose
// whole window has passed is skipped and noted in the audit log.
func (r *Rounds) Plan(ctx context.Context) (int, error) {
	now := database.Truncate(r.Now())
	due, err := dueSeries(r.DB.Read(ctx), now)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, s := range due {
		switch planErr := r.plan(ctx, s, now); {
		case planErr == nil:
			done++
		case errors.Is(planErr, database.ErrConflict), errors.Is(planErr, database.ErrDuplicate):
			// Another server planned it first.
		default:
			err = errors.Join(err, fmt.Errorf("series %s: %w", s.ID, planErr))
		}
	}
	return done, err
}

func (r *Rounds) plan(ctx context.Context, s Series, now time.Time) error {
	recurrence, err := scheduler.Parse(s.Cron, s.Zone)
	if err != nil {
		return err
	}
	round := roundOf(s, RoundID(database.NewID()), newSeed())
	next := s
	next.NextDue, _ = recurrence.Next(s.NextDue)
	return r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := updateSeriesSchedule(tx, next); err != nil {
			return err
		}
		detail := map[string]any{"due": round.DueAt, "next_due": next.NextDue}
		if !round.ClosesAt.After(now) {
			return audit.Append(tx, audit.Entry{At: now, Actor: clock, Verb: "series.missed", Subject: "series:" + string(s.ID), Detail: detail})
		}
		if err := insertRound(tx, round); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: clock, Verb: "round.plan", Subject: "round:" + string(round.ID), Detail: detail})
	})
}

func newSeed() string {
	seed := make([]byte, 16)
	_, _ = rand.Read(seed) // never fails
	return hex.EncodeToString(seed)
}

func upperTail(id string) string { return strings.ToUpper(id[len(id)-4:]) }

// Open opens assembled rounds whose time has come.
func (r *Rounds) Open(ctx context.Context) (int, error) {
	return r.each(ctx, Assembled, func(round Round) (bool, error) {
		if round.DueAt.After(r.Now()) {
			return false, nil
		}
		return true, r.move(ctx, round, Open, "round.open", nil)
	})
}

// Close closes open rounds whose window has ended. Their attempts end by the
// clock (EndOverdue), also those that a crash left open.
func (r *Rounds) Close(ctx context.Context) (int, error) {
	return r.each(ctx, Open, func(round Round) (bool, error) {
		if round.ClosesAt.Add(round.Rules.Grace).After(r.Now()) {
			return false, nil
		}
		return true, r.move(ctx, round, Closed, "round.close", nil)
	})
}

// each applies do to every round in a state.
func (r *Rounds) each(ctx context.Context, state State, do func(Round) (bool, error)) (done int, err error) {
	rounds, err := roundsInState(r.DB.Read(ctx), state)
	if err != nil {
		return 0, err
	}
	return r.all(rounds, do)
}

// all applies do to rounds. One failing round does not keep the others from
// theirs; a lost race is nobody's error.
func (r *Rounds) all(rounds []Round, do func(Round) (bool, error)) (done int, err error) {
	for _, round := range rounds {
		did, doErr := do(round)
		switch {
		case errors.Is(doErr, database.ErrConflict), errors.Is(doErr, database.ErrDuplicate):
		case doErr != nil:
			err = errors.Join(err, fmt.Errorf("round %s: %w", round.ID, doErr))
		case did:
			done++
		}
	}
	return done, err
}

// move changes a round's state, with whatever belongs to the change, in one
// commit that fails when anybody changed the round meanwhile.
func (r *Rounds) move(ctx context.Context, round Round, to State, verb string, detail map[string]any, also ...func(*database.Tx) error) error {
	return r.moveAs(ctx, clock, round, to, verb, detail, also...)
}

func (r *Rounds) moveAs(ctx context.Context, who string, round Round, to State, verb string, detail map[string]any, also ...func(*database.Tx) error) error {
	return r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := updateState(tx, round, to); err != nil {
			return err
		}
		for _, do := range also {
			if err := do(tx); err != nil {
				return err
			}
		}
		return audit.Append(tx, audit.Entry{At: r.Now(), Actor: who, Verb: verb, Subject: "round:" + string(round.ID), Detail: detail})
	})
}

// First is the oldest round of the oldest series: the one a demonstration
// plays.
func (r *Rounds) First(ctx context.Context) (Round, error) {
	rounds, err := findRounds(r.DB.Read(ctx), "join series s on s.id = r.series_id order by s.created_at, r.due_at limit 1")
	if err == nil && len(rounds) == 0 {
		err = ErrNoRound
	}
	if err != nil {
		return Round{}, err
	}
	return rounds[0], nil
}
