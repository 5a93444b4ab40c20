package assessment

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"sathach/assessment/assembly"
	"sathach/internal/audit"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/roster"
)

// Assemble gives every planned round its forms, seatings and candidates. A
// round that cannot be filled keeps its reason and is tried again until its
// window ends, so that an approved item or a new posting mends it.
func (r *Rounds) Assemble(ctx context.Context) (int, error) {
	return r.each(ctx, Planned, func(round Round) (bool, error) {
		if !round.ClosesAt.After(r.Now()) {
			return true, r.move(ctx, round, Cancelled, "round.cancel", nil)
		}
		if round.DueAt.After(r.Now()) || !r.worthTrying(round) { // a follow-up is planned ahead
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
	stock    []byte // what they were drawn from
}

// draw reads and computes outside any transaction. A problem is something
// people must mend.
func (r *Rounds) draw(ctx context.Context, round Round) (drawn, Problem, error) {
	h := r.DB.Read(ctx)
	on := viet.DateOf(round.DueAt)
	members, problem, err := membersOf(h, round, on)
	if err != nil || !problem.None() {
		return drawn{}, problem, err
	}
	o, err := orderOn(h, on, round.Blueprint, round.Rules, round.ID)
	if err != nil {
		return drawn{}, Problem{}, err
	}
	o.seed, o.forms = round.Seed, round.Forms
	if round.Forms == FormEach {
		o.forms, o.names = len(members), namesOf(members)
	}
	var numbers map[roster.OfficialID]int // of the forms that people had before
	if round.Follows != "" {
		if numbers, err = o.follow(h, round, members); err != nil {
			return drawn{}, Problem{}, err
		}
	}
	forms, err := o.drawFor(round, len(members))
	var infeasible *assembly.Infeasible
	if errors.As(err, &infeasible) {
		return drawn{}, Problem{Shortages: o.resting.tell(shortages(infeasible.Lacks))}, nil
	}
	if err != nil {
		return drawn{}, Problem{}, err
	}
	seatings := seat(round, members, len(forms))
	if round.Follows != "" {
		deal(seatings, o.after, numbers)
	}
	kept, err := o.stock(len(members)).pack()
	return drawn{forms, seatings, kept}, Problem{}, err
}

// membersOf are the people whom a round asks, or why it can ask nobody.
func membersOf(h database.Handle, round Round, on viet.Date) ([]roster.Member, Problem, error) {
	audience, err := audienceOf(h, round.Series)
	if err != nil {
		return nil, Problem{}, err
	}
	members, err := roster.Members(h, audience, on)
	if err == nil && round.Follows != "" {
		members, err = uncertainAmong(h, round, members)
	}
	switch {
	case err != nil:
		return nil, Problem{}, err
	case len(members) == 0:
		return nil, Problem{NoOfficials: true}, nil
	case round.Forms == FormEach && len(members) > MostEach:
		return nil, Problem{TooMany: len(members)}, nil
	}
	return members, Problem{}, nil
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
	if err := write(func(tx *database.Tx) error { return insertStock(tx, round.ID, d.stock) }); err != nil {
		return err
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
