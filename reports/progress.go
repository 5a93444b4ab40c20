package reports

import (
	"context"
	"errors"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/scoring"
)

// Progress is how far people are with a round.
type Progress struct {
	Due       int // people on the frozen roster
	Submitted int
	Working   int
}

// Absent is how many have not begun.
func (p Progress) Absent() int { return p.Due - p.Submitted - p.Working }

// RoundLine is one round in a list.
type RoundLine struct {
	ID              assessment.RoundID
	Code, Name      string
	State           assessment.State
	DueAt, ClosesAt time.Time
	Problem         assessment.Problem `gorm:"-"`
	Seated          bool               // has a roster to look at
	Selective       bool               // assessment.Round.Selective
	Progress        `gorm:"embedded"`
}

// Rounds lists the rounds that touch the caller's scope, newest first. Those
// who manage series also see rounds that have no roster yet.
func (r *Reports) Rounds(ctx context.Context, actor authz.Actor) ([]RoundLine, error) {
	scope, err := actor.Scope(authz.ReadResults, viet.DateOf(r.Now()))
	if err != nil {
		return nil, err
	}
	// Who manages no series sees no planned rounds: the zero Scope is empty.
	planning, err := actor.Scope(authz.ManageSeries, viet.DateOf(r.Now()))
	if err != nil && !errors.Is(err, authz.ErrForbidden) {
		return nil, err
	}
	return roundLines(r.DB.Read(ctx), scope, planning)
}

// AgencyLine is one agency of a round.
type AgencyLine struct {
	Name     string
	Progress `gorm:"embedded"`
}

// MissingLine is somebody who has not submitted.
type MissingLine struct {
	Name, Code, Agency, Title string // Code is the record code
	Working                   bool
}

// Board is a round as staff follow it.
type Board struct {
	Round assessment.Round
	Progress
	Agencies     []AgencyLine
	Missing      []MissingLine // filled by who asks for a part of them
	MissingTotal int
	Publication  string // newest publication; empty before
	Bands        map[string]int
	Passed       int
	Commended    int
	Unsure       int // reach the mark of commendation without certainty
	Failed, Low  int
}

// Board shows a round within the caller's scope.
func (r *Reports) Board(ctx context.Context, actor authz.Actor, id assessment.RoundID) (Board, error) {
	h := r.DB.Read(ctx)
	round, err := assessment.RoundByID(h, id)
	if err != nil {
		return Board{}, err
	}
	scope, err := actor.Scope(authz.ReadResults, viet.DateOf(round.DueAt))
	if err != nil {
		return Board{}, err
	}
	b := Board{Round: round, Bands: map[string]int{}}
	if b.Agencies, err = agencyLines(h, scope, round); err != nil {
		return Board{}, err
	}
	if len(b.Agencies) == 0 {
		return Board{}, assessment.ErrNoRound
	}
	for _, a := range b.Agencies {
		b.Due, b.Submitted, b.Working = b.Due+a.Due, b.Submitted+a.Submitted, b.Working+a.Working
	}
	b.MissingTotal = b.Due - b.Submitted
	p, err := newestPublication(h, id)
	if errors.Is(err, ErrNotPublished) {
		return b, nil
	}
	if err != nil {
		return Board{}, err
	}
	b.Publication = p.Code
	return b, b.countBands(h, scope, p.RunID)
}

// Missing lists a part of those of a round who have not submitted, by name.
func (r *Reports) Missing(ctx context.Context, actor authz.Actor, round assessment.Round, offset, limit int) ([]MissingLine, error) {
	scope, err := actor.Scope(authz.ReadResults, viet.DateOf(round.DueAt))
	if err != nil {
		return nil, err
	}
	return missingLines(r.DB.Read(ctx), scope, round, offset, limit)
}

func (b *Board) countBands(h database.Handle, scope authz.Scope, run assessment.RunID) error {
	lines, err := bandLines(h, scope, run)
	if err != nil {
		return err
	}
	for _, l := range lines {
		b.Bands[l.Band] += l.N
		switch l.LowGroup {
		case "failed":
			b.Failed += l.N
		case "low":
			b.Low += l.N
		}
		if l.LowGroup != "failed" {
			b.Passed += l.N
		}
		if l.Commended {
			b.Commended += l.N
		}
		if l.Doubt == string(scoring.DoubtCommend) {
			b.Unsure += l.N
		}
	}
	return nil
}

// Tally counts what a round left behind.
type Tally struct{ Rounds, Seatings, Attempts int }

// Tally counts the rounds of the series so far, and one round's seatings and
// attempts.
func (r *Reports) Tally(ctx context.Context, id assessment.RoundID) (Tally, error) {
	return tallyOfRound(r.DB.Read(ctx), id)
}
