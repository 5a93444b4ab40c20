package reports

import (
	"fmt"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
)

const submitted = "exists (select 1 from attempt t where t.candidate_id = c.id and t.ended_at is not null)"

// working is in the first attempt: whoever submitted once counts as submitted
// also while trying again.
const working = "exists (select 1 from attempt t where t.candidate_id = c.id and t.ended_at is null) and not " + submitted

// roundLines lists the rounds that somebody within scope sits, and those
// without a roster yet whose series reaches an agency within planning.
func roundLines(h database.Handle, scope, planning authz.Scope) ([]RoundLine, error) {
	within, args := scope.Condition("s.agency_id")
	planned, more := planning.Condition("e.audience_id")
	var rows []struct {
		Line    RoundLine `gorm:"embedded"`
		Problem string
	}
	err := h.Gorm().Raw(`
select r.id, r.code, r.name, r.state, r.due_at, r.closes_at, r.problem, count(c.id) > 0 as seated, r.follows_id is not null as selective,
  count(c.id) as due,
  sum(case when c.id is not null and `+submitted+` then 1 else 0 end) as submitted,
  sum(case when c.id is not null and `+working+` then 1 else 0 end) as working
from round r
left join (candidate c join seating s on s.id = c.seating_id and `+within+`) on c.round_id = r.id
group by r.id, r.code, r.name, r.state, r.due_at, r.closes_at, r.problem, r.follows_id
having count(c.id) > 0 or (
  not exists (select 1 from seating x where x.round_id = r.id) and
  exists (select 1 from round y join series e on e.id = y.series_id where y.id = r.id and `+planned+`))
order by r.due_at desc limit 200`, append(args, more...)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list rounds: %w", err)
	}
	lines := make([]RoundLine, len(rows))
	for i, row := range rows {
		lines[i] = row.Line
		if lines[i].Problem, err = assessment.ParseProblem(row.Problem); err != nil {
			return nil, fmt.Errorf("problem of round %s: %w", row.Line.ID, err)
		}
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

func missingLines(h database.Handle, scope authz.Scope, round assessment.Round, offset, limit int) ([]MissingLine, error) {
	within, args := scope.Condition("s.agency_id")
	on := viet.DateOf(round.DueAt)
	args = append([]any{on, on, string(round.ID)}, args...)
	var lines []MissingLine
	err := h.Gorm().Raw(`
select o.full_name as name, o.code, v.name as agency, c.title, `+working+` as working
from candidate c
join seating s on s.id = c.seating_id
join official o on o.id = c.official_id
join agency_version v on v.agency_id = s.agency_id and v.valid_from <= ? and v.valid_to >= ?
where s.round_id = ? and not `+submitted+` and `+within+`
order by o.sort_key, o.code limit ? offset ?`, append(args, limit, offset)...).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("list who has not submitted: %w", err)
	}
	return lines, nil
}

type bandLine struct {
	Band, LowGroup string
	Commended      bool
	Doubt          string
	N              int
}

func bandLines(h database.Handle, scope authz.Scope, run assessment.RunID) ([]bandLine, error) {
	within, args := scope.Condition("s.agency_id")
	var lines []bandLine
	err := h.Gorm().Raw(`
select x.band, x.low_group, x.commended, x.doubt, count(*) as n
from result x join candidate c on c.id = x.candidate_id join seating s on s.id = c.seating_id
where x.run_id = ? and x.counted and `+within+`
group by x.band, x.low_group, x.commended, x.doubt`, append([]any{string(run)}, args...)...).Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("count bands: %w", err)
	}
	return lines, nil
}

func tallyOfRound(h database.Handle, id assessment.RoundID) (Tally, error) {
	var t Tally
	err := h.Gorm().Raw(`
select (select count(*) from round x where x.series_id = r.series_id) as rounds,
  (select count(*) from seating s where s.round_id = r.id) as seatings,
  (select count(*) from attempt t where t.round_id = r.id) as attempts
from round r where r.id = ?`, string(id)).Scan(&t).Error
	if err != nil {
		return Tally{}, fmt.Errorf("count the round: %w", err)
	}
	return t, nil
}
