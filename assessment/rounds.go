package assessment

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"sathach/assessment/assembly"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/roster"
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

// Assemble gives every planned round its forms, seatings and candidates. A
// round that cannot be filled keeps its reason and is tried again until its
// window ends, so that an approved item or a new posting mends it.
func (r *Rounds) Assemble(ctx context.Context) (int, error) {
	return r.each(ctx, Planned, func(round Round) (bool, error) {
		if !round.ClosesAt.After(r.Now()) {
			return true, r.move(ctx, round, Cancelled, "round.cancel", nil)
		}
		if !r.worthTrying(round) {
			return false, nil
		}
		assembled := false
		_, err := r.DB.Exclusive(ctx, "assemble "+string(round.ID), func() (err error) {
			assembled, err = r.assemble(ctx, round)
			return err
		})
		return assembled, err
	})
}

func (r *Rounds) assemble(ctx context.Context, round Round) (bool, error) {
	if same, err := unchanged(r.DB.Read(ctx), round); err != nil || !same {
		return false, err // another server has assembled it meanwhile
	}
	draft, problem, err := r.draw(ctx, round)
	if err != nil {
		return false, err
	}
	if !problem.None() {
		return false, r.note(ctx, round, problem)
	}
	return true, r.keep(ctx, round, draft)
}

// tryAgain is how often a round that could not be assembled is tried: people
// mend banks and rosters in minutes, and reading a large bank takes a while.
const tryAgain = time.Minute

// worthTrying tells whether a round was not tried lately.
func (r *Rounds) worthTrying(round Round) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	if !round.Problem.None() && now.Sub(r.tried[round.ID]) < tryAgain {
		return false
	}
	maps.DeleteFunc(r.tried, func(_ RoundID, at time.Time) bool { return now.Sub(at) >= tryAgain })
	if r.tried == nil {
		r.tried = map[RoundID]time.Time{}
	}
	r.tried[round.ID] = now
	return true
}

// drawn is everything a round gets when it is assembled.
type drawn struct {
	forms    []Form
	seatings []Seating
}

// draw reads and computes outside any transaction. A problem is something
// people must mend.
func (r *Rounds) draw(ctx context.Context, round Round) (drawn, Problem, error) {
	h := r.DB.Read(ctx)
	on := viet.DateOf(round.DueAt)
	audience, err := audienceOf(h, round.Series)
	if err != nil {
		return drawn{}, Problem{}, err
	}
	members, err := roster.Members(h, audience, on)
	switch {
	case err != nil:
		return drawn{}, Problem{}, err
	case len(members) == 0:
		return drawn{}, Problem{NoOfficials: true}, nil
	case round.Forms == FormEach && len(members) > MostEach:
		return drawn{}, Problem{TooMany: len(members)}, nil
	}
	o, err := orderOn(h, on, round.Blueprint, round.Rules.Rest, round.ID)
	if err != nil {
		return drawn{}, Problem{}, err
	}
	o.seed, o.forms = round.Seed, round.Forms
	if round.Forms == FormEach {
		o.forms, o.names = len(members), namesOf(members)
	}
	forms, err := o.draw()
	var infeasible *assembly.Infeasible
	if errors.As(err, &infeasible) {
		return drawn{}, Problem{Shortages: o.resting.tell(shortages(infeasible.Lacks))}, nil
	}
	if err != nil {
		return drawn{}, Problem{}, err
	}
	o.addPretests(forms, round.Rules.Pretest, len(members))
	return drawn{forms, seat(round, members, len(forms))}, Problem{}, nil
}

// namesOf are the people for whom forms are drawn, in the order of the roster,
// which the round keeps as the numbers of its forms.
func namesOf(members []roster.Member) []string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = string(m.ID)
	}
	return names
}

// seat makes one seating per agency and deals the form numbers round in each,
// so that neighbours in a list rarely share a form.
func seat(round Round, members []roster.Member, forms int) []Seating {
	var seatings []Seating
	for i, m := range members {
		if len(seatings) == 0 || seatings[len(seatings)-1].Agency != m.AgencyID {
			seatings = append(seatings, Seating{ID: SeatingID(database.NewID()), Agency: m.AgencyID, Opens: round.DueAt, Closes: round.ClosesAt})
		}
		last := &seatings[len(seatings)-1]
		last.candidates = append(last.candidates, Candidate{
			ID: CandidateID(database.NewID()), Official: m.ID, Title: m.Title, Group: m.Group, Form: i%forms + 1,
		})
	}
	return seatings
}

// Forms and candidates of one commit, so that takers of other rounds, whose
// saves wait for it, hardly notice.
const (
	formsPerCommit      = 100
	candidatesPerCommit = 2000
)

// keep writes the draw down in short commits and then moves the round on. The
// first commit claims the round and clears what a crash left; each of the others
// fails when somebody else has claimed it since, which only a broken connection
// lets happen.
func (r *Rounds) keep(ctx context.Context, round Round, d drawn) error {
	claimed, err := r.claim(ctx, round)
	if err != nil {
		return err
	}
	write := func(insert func(tx *database.Tx) error) error {
		return r.DB.Write(ctx, func(tx *database.Tx) error {
			return database.InTurn(func() error { return stillAt(tx, claimed) }, func() error { return insert(tx) })
		})
	}
	for part := range slices.Chunk(d.forms, formsPerCommit) {
		if err := write(func(tx *database.Tx) error { return insertForms(tx, round.ID, part) }); err != nil {
			return err
		}
	}
	candidates := 0
	for _, part := range seatingsBy(candidatesPerCommit, d.seatings) {
		if err := write(func(tx *database.Tx) error { return insertSeatings(tx, round.ID, part) }); err != nil {
			return err
		}
		for _, s := range part {
			candidates += len(s.candidates)
		}
	}
	detail := map[string]any{"forms": len(d.forms), "seatings": len(d.seatings), "candidates": candidates}
	return r.move(ctx, claimed, Assembled, "round.assemble", detail)
}

// claim takes a planned round for this server alone.
func (r *Rounds) claim(ctx context.Context, round Round) (Round, error) {
	err := r.DB.Write(ctx, func(tx *database.Tx) error {
		return database.InTurn(func() error { return claimRound(tx, round) }, func() error { return clearDraw(tx, round.ID) })
	})
	round.Version++
	return round, err
}

// seatingsBy divides seatings into parts of about so many candidates.
func seatingsBy(most int, seatings []Seating) (parts [][]Seating) {
	n := most
	for _, s := range seatings {
		if n+len(s.candidates) > most {
			parts, n = append(parts, nil), 0
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], s)
		n += len(s.candidates)
	}
	return parts
}

// note writes down why a round cannot go on, once per reason.
func (r *Rounds) note(ctx context.Context, round Round, problem Problem) error {
	if round.Problem.text() == problem.text() {
		return nil
	}
	r.Log.Warn("round cannot be assembled", "round", round.ID, "problem", problem.String())
	return r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := updateProblem(tx, round, problem); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: r.Now(), Actor: clock, Verb: "round.problem", Subject: "round:" + string(round.ID), Detail: map[string]any{"problem": problem.String()}})
	})
}

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

// Publish releases scored rounds whose rules say so, and which nothing holds.
func (r *Rounds) Publish(ctx context.Context) (int, error) {
	return r.each(ctx, Scored, func(round Round) (bool, error) {
		wait, err := held(r.DB.Read(ctx), round)
		if err != nil || wait {
			return false, err
		}
		return true, r.publish(ctx, round, clock)
	})
}

// MayPublish tells whether a person may release a round: their scope must
// hold its whole audience, since a publication reaches everybody.
func (r *Rounds) MayPublish(ctx context.Context, actor authz.Actor, round Round) (bool, error) {
	scope, err := actor.Scope(authz.Publish, viet.DateOf(round.DueAt))
	if errors.Is(err, authz.ErrForbidden) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return audienceWithin(r.DB.Read(ctx), scope, round.Series)
}

// PublishByHand releases a scored round for a person who may.
func (r *Rounds) PublishByHand(ctx context.Context, actor authz.Actor, id RoundID) error {
	scope, err := actor.Scope(authz.Publish, viet.DateOf(r.Now()))
	if err != nil {
		return err
	}
	round, err := roundIn(r.DB.Read(ctx), scope, id)
	if err != nil {
		return err
	}
	if may, err := r.MayPublish(ctx, actor, round); err != nil || !may {
		return cmp.Or(err, error(authz.ErrForbidden))
	}
	if round.State == Published {
		return r.republish(ctx, actor.Account, round)
	}
	if round.State != Scored {
		return ErrNotScored
	}
	return r.publish(ctx, round, actor.Account)
}

func (r *Rounds) publish(ctx context.Context, round Round, who string) error {
	now := database.Truncate(r.Now())
	run, err := finishedRun(r.DB.Read(ctx), round.ID)
	if err != nil {
		return err
	}
	if waiting, err := correcting(r.DB.Read(ctx), round.ID); err != nil || waiting {
		return cmp.Or(err, error(ErrMarkingAgain))
	}
	return r.moveAs(ctx, who, round, Published, "round.publish", map[string]any{"run": run}, func(tx *database.Tx) error {
		if err := insertPublication(tx, round, run, who, now); err != nil {
			return err
		}
		return r.Advisor.Advise(tx, round, run, now)
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
