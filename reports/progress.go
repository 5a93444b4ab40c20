package reports

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
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
	Problem         string
	Seated          bool // has a roster to look at
	Progress
}

// Rounds lists the rounds that touch the caller's scope, newest first. Those
// who manage series also see rounds that have no roster yet.
func (r *Reports) Rounds(ctx context.Context, actor authz.Actor) ([]RoundLine, error) {
	scope, err := actor.Scope(authz.ReadResults, viet.DateOf(r.Now()))
	if err != nil {
		return nil, err
	}
	return roundLines(r.DB.Read(ctx), scope, actor.Can(authz.ManageSeries))
}

// AgencyLine is one agency of a round.
type AgencyLine struct {
	Name string
	Progress
}

// MissingLine is somebody who has not submitted.
type MissingLine struct {
	Name, Agency, Title string
	Working             bool
}

// Board is a round as staff follow it.
type Board struct {
	Round assessment.Round
	Progress
	Agencies     []AgencyLine
	Missing      []MissingLine // the first of them
	MissingTotal int
	Publication  string // newest publication; empty before
	Bands        map[string]int
	Passed       int
	Commended    int
	Failed, Low  int
}

// missingShown bounds the list on the page; the workbook has everybody.
const missingShown = 200

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
	if b.Missing, err = missingLines(h, scope, round, missingShown); err != nil {
		return Board{}, err
	}
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
	}
	return nil
}

const submitted = "exists (select 1 from attempt t where t.candidate_id = c.id and t.ended_at is not null)"
const working = "exists (select 1 from attempt t where t.candidate_id = c.id and t.ended_at is null)"

func roundLines(h database.Handle, scope authz.Scope, planned bool) ([]RoundLine, error) {
	within, args := scope.Condition("s.agency_id")
	var lines []RoundLine
	err := h.Gorm().Raw(`
select r.id, r.code, r.name, r.state, r.due_at, r.closes_at, r.problem, count(c.id) > 0 as seated,
  count(c.id) as due,
  sum(case when c.id is not null and `+submitted+` then 1 else 0 end) as submitted,
  sum(case when c.id is not null and `+working+` then 1 else 0 end) as working
from round r
left join (candidate c join seating s on s.id = c.seating_id and `+within+`) on c.round_id = r.id
group by r.id, r.code, r.name, r.state, r.due_at, r.closes_at, r.problem
having count(c.id) > 0 or ?
order by r.due_at desc limit 200`, append(args, planned)...).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("list rounds: %w", err)
	}
	return lines, nil
}

func agencyLines(h database.Handle, scope authz.Scope, round assessment.Round) ([]AgencyLine, error) {
	within, args := scope.Condition("s.agency_id")
	on := viet.DateOf(round.DueAt)
	var lines []AgencyLine
	err := h.Gorm().Raw(`
select v.name, count(c.id) as due,
  sum(case when `+submitted+` then 1 else 0 end) as submitted,
  sum(case when `+working+` then 1 else 0 end) as working
from seating s
join candidate c on c.seating_id = s.id
join agency a on a.id = s.agency_id
join agency_version v on v.agency_id = a.id and v.valid_from <= ? and v.valid_to >= ?
where s.round_id = ? and `+within+`
group by a.code, v.name order by a.code`, append([]any{on, on, string(round.ID)}, args...)...).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("count agencies: %w", err)
	}
	return lines, nil
}

func missingLines(h database.Handle, scope authz.Scope, round assessment.Round, limit int) ([]MissingLine, error) {
	within, args := scope.Condition("s.agency_id")
	on := viet.DateOf(round.DueAt)
	args = append([]any{on, on, string(round.ID)}, args...)
	var lines []MissingLine
	err := h.Gorm().Raw(`
select o.full_name as name, v.name as agency, c.title, `+working+` as working
from candidate c
join seating s on s.id = c.seating_id
join official o on o.id = c.official_id
join agency_version v on v.agency_id = s.agency_id and v.valid_from <= ? and v.valid_to >= ?
where s.round_id = ? and not `+submitted+` and `+within+`
order by o.sort_key, o.code limit ?`, append(args, limit)...).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("list who has not submitted: %w", err)
	}
	return lines, nil
}

type bandLine struct {
	Band, LowGroup string
	Commended      bool
	N              int
}

func bandLines(h database.Handle, scope authz.Scope, run assessment.RunID) ([]bandLine, error) {
	within, args := scope.Condition("s.agency_id")
	var lines []bandLine
	err := h.Gorm().Raw(`
select x.band, x.low_group, x.commended, count(*) as n
from result x join candidate c on c.id = x.candidate_id join seating s on s.id = c.seating_id
where x.run_id = ? and x.counted and `+within+`
group by x.band, x.low_group, x.commended`, append([]any{string(run)}, args...)...).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("count bands: %w", err)
	}
	return lines, nil
}

// Tally counts what a round left behind.
type Tally struct{ Rounds, Seatings, Attempts int }

// Tally counts the rounds of the series so far, and one round's seatings and
// attempts.
func (r *Reports) Tally(ctx context.Context, id assessment.RoundID) (Tally, error) {
	var t Tally
	err := r.DB.Read(ctx).Gorm().Raw(`
select (select count(*) from round x where x.series_id = r.series_id) as rounds,
  (select count(*) from seating s where s.round_id = r.id) as seatings,
  (select count(*) from attempt t where t.round_id = r.id) as attempts
from round r where r.id = ?`, string(id)).Scan(&t).Error
	if err != nil {
		return Tally{}, fmt.Errorf("count the round: %w", err)
	}
	return t, nil
}
