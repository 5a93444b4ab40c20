package analysis

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"sathach/assessment"
	"sathach/internal/database"
)

type caseRow struct {
	ID        string
	RoundID   string
	RunID     string
	AttemptID string
	OtherID   *string
	Pair      string
	Signals   string
	State     string
	OpenedAt  time.Time
	DecidedAt *time.Time
	DecidedBy string
	Reason    string
	Version   int
}

// openCases opens the cases of a run. Open ones get its signals, or are cleared where
// it does not find them any more, and those that the program cleared come back where
// it does; those that people decided stay as they are.
func openCases(tx *database.Tx, round assessment.RoundID, run assessment.RunID, found []suspicion, at time.Time) error {
	var known []caseRow
	if err := tx.Gorm().Raw("select * from integrity_case where round_id = ?", string(round)).Scan(&known).Error; err != nil {
		return err
	}
	pairs, seen := map[string]suspicion{}, map[string]bool{}
	for _, s := range found {
		pairs[s.pair()] = s
	}
	for _, c := range known {
		seen[c.Pair] = true
		s, again := pairs[c.Pair]
		var err error
		switch open := c.State == string(CaseOpen); {
		case again && (open || c.DecidedBy == clock):
			err = refreshCase(tx, c, run, s)
		case open:
			err = updateCase(tx, round, CaseID(c.ID), c.Version, CaseCleared, unfounded, clock, at)
		}
		if err != nil {
			return err
		}
	}
	var rows []caseRow
	for _, s := range found {
		if seen[s.pair()] {
			continue
		}
		signals, err := json.Marshal(s.signals)
		if err != nil {
			return err
		}
		row := caseRow{
			ID: database.NewID(), RoundID: string(round), RunID: string(run), AttemptID: string(s.attempt), Pair: s.pair(), Signals: string(signals),
			State: string(CaseOpen), OpenedAt: at, Version: 1,
		}
		if s.other != "" {
			other := string(s.other)
			row.OtherID = &other
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Gorm().Table("integrity_case").CreateInBatches(rows, batch).Error
}

// clock is who decides what the program decides itself.
const clock = "clock"

// refreshCase puts the signals of a newer run into a case, which is open then. A case
// that somebody decides at this moment is a conflict.
func refreshCase(tx *database.Tx, c caseRow, run assessment.RunID, s suspicion) error {
	signals, err := json.Marshal(s.signals)
	if err != nil {
		return err
	}
	if c.State != string(CaseOpen) { // what the program decided is taken back; what people said when they opened it stays
		c.State, c.Reason, c.DecidedBy, c.DecidedAt = string(CaseOpen), "", "", nil
	}
	return database.Touched(tx.Gorm().Exec(
		"update integrity_case set run_id = ?, signals = ?, state = ?, reason = ?, decided_by = ?, decided_at = ?, version = version + 1 where id = ? and version = ?",
		string(run), string(signals), c.State, c.Reason, c.DecidedBy, c.DecidedAt, c.ID, c.Version))
}

// unfounded is the reason of the program itself, for the readers of a case.
const unfounded = "Sau khi chấm lại theo đính chính, dấu hiệu này không còn."

// Rows of one insert; both databases bound the number of parameters.
const batch = 500

func updateCase(tx *database.Tx, round assessment.RoundID, id CaseID, version int, to CaseState, reason, who string, at time.Time) error {
	var n int64
	if err := tx.Gorm().Raw("select count(*) from integrity_case where id = ? and round_id = ?", string(id), string(round)).Scan(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return ErrNoCase
	}
	return database.Touched(tx.Gorm().Exec(
		"update integrity_case set state = ?, reason = ?, decided_by = ?, decided_at = ?, version = version + 1 where id = ? and round_id = ? and version = ? and (state = 'open') = ?",
		string(to), reason, who, at, string(id), string(round), version, to != CaseOpen))
}

type sitterRow struct {
	AttemptID, Name, Code, Agency string
	Form                          int
	StartedAt                     time.Time
	EndedAt                       *time.Time
	Score                         int64
}

func (r sitterRow) value() Sitter {
	s := Sitter{Attempt: assessment.AttemptID(r.AttemptID), Name: r.Name, Code: r.Code, Agency: r.Agency, Form: r.Form, Began: r.StartedAt.UTC(), Score: r.Score}
	if r.EndedAt != nil {
		s.Ended = r.EndedAt.UTC()
	}
	return s
}

func casesOf(h database.Handle, round assessment.RoundID) ([]Case, error) {
	var sitters []sitterRow
	err := h.Gorm().Raw(`
select a.id as attempt_id, o.full_name as name, o.code, v.name as agency, f.number as form, a.started_at, a.ended_at, x.score
from integrity_case i join attempt a on a.id = i.attempt_id or a.id = i.other_id
join candidate c on c.id = a.candidate_id join official o on o.id = c.official_id join form f on f.id = a.form_id join seating s on s.id = a.seating_id
join agency_version v on v.agency_id = s.agency_id and v.valid_from = (select max(n.valid_from) from agency_version n where n.agency_id = s.agency_id)
join result x on x.run_id = i.run_id and x.attempt_id = a.id where i.round_id = ?`, string(round)).Scan(&sitters).Error
	if err != nil {
		return nil, fmt.Errorf("read who cases are about: %w", err)
	}
	byAttempt := map[string]Sitter{}
	for _, s := range sitters {
		byAttempt[s.AttemptID] = s.value()
	}
	cases, err := findCases(h, byAttempt, "round_id = ?", string(round))
	slices.SortStableFunc(cases, func(a, b Case) int { // open ones first, the two of a pair after each other
		return cmp.Or(cmp.Compare(b.rank(), a.rank()), a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.couple(), b.couple()))
	})
	return cases, err
}

// rank is how much a case asks for somebody.
func (c Case) rank() int {
	if c.State == CaseOpen {
		return 1
	}
	return 0
}

// couple names both attempts of a pair, in one order.
func (c Case) couple() string {
	if c.Other == nil {
		return string(c.Attempt.Attempt)
	}
	return string(min(c.Attempt.Attempt, c.Other.Attempt) + " " + max(c.Attempt.Attempt, c.Other.Attempt))
}

// noticed are the cases of an attempt, or of another try of the same candidate,
// without who else they are about.
func noticed(h database.Handle, attempt assessment.AttemptID) ([]Case, error) {
	const tries = "(select o.id from attempt o join attempt a on a.candidate_id = o.candidate_id where a.id = ?)"
	return findCases(h, nil, "attempt_id in "+tries, string(attempt))
}

func findCases(h database.Handle, sitters map[string]Sitter, where string, args ...any) ([]Case, error) {
	var rows []caseRow
	if err := h.Gorm().Raw("select * from integrity_case where "+where+" order by opened_at, id", args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	cases := make([]Case, len(rows))
	for i, r := range rows {
		c := Case{
			ID: CaseID(r.ID), Round: assessment.RoundID(r.RoundID), Attempt: sitters[r.AttemptID], State: CaseState(r.State), OpenedAt: r.OpenedAt.UTC(),
			DecidedBy: r.DecidedBy, Reason: r.Reason, Version: r.Version,
		}
		if r.OtherID != nil {
			other := sitters[*r.OtherID]
			c.Other = &other
		}
		if r.DecidedAt != nil {
			c.DecidedAt = r.DecidedAt.UTC()
		}
		if err := json.Unmarshal([]byte(r.Signals), &c.Signals); err != nil {
			return nil, fmt.Errorf("signals of case %s: %w", r.ID, err)
		}
		cases[i] = c
	}
	return cases, nil
}
