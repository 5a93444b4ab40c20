package assessment

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/roster"
)

type attemptRow struct {
	ID          string
	CandidateID string
	SeatingID   string
	RoundID     string
	FormID      string
	Try         int
	StartedAt   time.Time
	Deadline    time.Time
	Epoch       int
	Seq         int
	Answers     string
	SavedAt     *time.Time
	EndedAt     *time.Time
	EndedBy     string
	Receipt     string
	Version     int
}

type ownedRow struct {
	Attempt    attemptRow `gorm:"embedded"`
	OfficialID string
}

type eventRow struct {
	AttemptID  string
	Epoch      int
	Seq        int
	Position   int
	Kind       string
	Value      string
	RecordedAt time.Time
}

func (r ownedRow) attempt() (Attempt, error) {
	a := r.Attempt
	attempt := Attempt{
		ID: AttemptID(a.ID), Candidate: CandidateID(a.CandidateID), Official: roster.OfficialID(r.OfficialID), Seating: SeatingID(a.SeatingID),
		Round: RoundID(a.RoundID), Form: FormID(a.FormID), Try: a.Try, StartedAt: a.StartedAt.UTC(), Deadline: a.Deadline.UTC(),
		Epoch: a.Epoch, Seq: a.Seq, EndedBy: Ending(a.EndedBy), Receipt: a.Receipt, Version: a.Version,
	}
	if a.SavedAt != nil {
		attempt.SavedAt = a.SavedAt.UTC()
	}
	if a.EndedAt != nil {
		attempt.EndedAt = a.EndedAt.UTC()
	}
	if err := json.Unmarshal([]byte(a.Answers), &attempt.Sheet); err != nil {
		return Attempt{}, fmt.Errorf("answers of attempt %s: %w", a.ID, err)
	}
	return attempt, nil
}

const selectAttempt = `select a.*, c.official_id from attempt a join candidate c on c.id = a.candidate_id `

func findAttempts(h database.Handle, where string, args ...any) ([]Attempt, error) {
	var rows []ownedRow
	if err := h.Gorm().Raw(selectAttempt+where, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	attempts := make([]Attempt, len(rows))
	for i, r := range rows {
		var err error
		if attempts[i], err = r.attempt(); err != nil {
			return nil, err
		}
	}
	return attempts, nil
}

// attemptOf reads an attempt of its own candidate; to anybody else it does
// not exist.
func attemptOf(h database.Handle, who roster.OfficialID, id AttemptID) (Attempt, error) {
	found, err := findAttempts(h, "where a.id = ? and c.official_id = ?", string(id), string(who))
	if err == nil && len(found) == 0 {
		err = ErrNoAttempt
	}
	if err != nil {
		return Attempt{}, err
	}
	return found[0], nil
}

// insertAttempt fills in the candidate and the form dealt to them.
func insertAttempt(tx *database.Tx, a Attempt) (Attempt, error) {
	var dealt struct{ CandidateID, FormID string }
	err := tx.Gorm().Raw(`
select c.id as candidate_id, f.id as form_id from candidate c
join form f on f.round_id = c.round_id and f.number = c.form_number
where c.round_id = ? and c.official_id = ?`, string(a.Round), string(a.Official)).Take(&dealt).Error
	if err != nil {
		return Attempt{}, fmt.Errorf("find the candidate's form: %w", err)
	}
	a.Candidate, a.Form = CandidateID(dealt.CandidateID), FormID(dealt.FormID)
	row := attemptRow{
		ID: string(a.ID), CandidateID: dealt.CandidateID, SeatingID: string(a.Seating), RoundID: string(a.Round), FormID: dealt.FormID, Try: a.Try,
		StartedAt: a.StartedAt, Deadline: a.Deadline, Epoch: a.Epoch, Seq: a.Seq, Answers: "{}", Version: a.Version,
	}
	return a, tx.Gorm().Table("attempt").Create(&row).Error
}

// updateAttempt writes an attempt that nobody changed since it was read.
func updateAttempt(tx *database.Tx, a Attempt) error {
	answers, err := json.Marshal(a.Sheet)
	if err != nil {
		return err
	}
	return database.Touched(tx.Gorm().Exec(
		"update attempt set epoch = ?, seq = ?, answers = ?, saved_at = ?, ended_at = ?, ended_by = ?, receipt = ?, version = version + 1 where id = ? and version = ?",
		a.Epoch, a.Seq, string(answers), instantOrNull(a.SavedAt), instantOrNull(a.EndedAt), string(a.EndedBy), a.Receipt, string(a.ID), a.Version))
}

func insertEvents(tx *database.Tx, id AttemptID, events []Event, at time.Time) error {
	rows := make([]eventRow, len(events))
	for i, e := range events {
		value, err := json.Marshal(e.Response)
		if err != nil {
			return err
		}
		rows[i] = eventRow{string(id), e.Epoch, e.Seq, e.Position, string(e.Kind), string(value), at}
	}
	return tx.Gorm().Table("attempt_event").CreateInBatches(rows, batch).Error
}

// Events reads an attempt's log in its order.
func Events(h database.Handle, id AttemptID) ([]Event, error) {
	return eventsUntil(h, id, Moment{Epoch: math.MaxInt32})
}

func eventsUntil(h database.Handle, id AttemptID, m Moment) ([]Event, error) {
	var rows []eventRow
	err := h.Gorm().Table("attempt_event").Where("attempt_id = ? and (epoch < ? or epoch = ? and seq <= ?)", string(id), m.Epoch, m.Epoch, m.Seq).
		Order("epoch, seq").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the log of attempt %s: %w", id, err)
	}
	events := make([]Event, len(rows))
	for i, r := range rows {
		events[i] = Event{Epoch: r.Epoch, Seq: r.Seq, Position: r.Position, Kind: EventKind(r.Kind)}
		if err := json.Unmarshal([]byte(r.Value), &events[i].Response); err != nil {
			return nil, fmt.Errorf("log of attempt %s: %w", id, err)
		}
	}
	return events, nil
}

// sheetAt is an attempt's sheet as it stood at a moment.
func sheetAt(h database.Handle, a Attempt, m Moment) (Sheet, error) {
	if m == a.Moment() {
		return a.Sheet, nil
	}
	events, err := eventsUntil(h, a.ID, m)
	return Replay(events), err
}

// formItems reads a form's texts in order, without keys.
func formItems(h database.Handle, id FormID) (formTexts, error) {
	var rows []formItemRow
	if err := h.Gorm().Table("form_item").Where("form_id = ?", string(id)).Order("position").Find(&rows).Error; err != nil {
		return formTexts{}, fmt.Errorf("read form %s: %w", id, err)
	}
	var ids []itembank.RevisionID
	for _, r := range rows {
		ids = append(ids, itembank.RevisionID(r.RevisionID))
		if r.SituationID != nil {
			ids = append(ids, itembank.RevisionID(*r.SituationID))
		}
	}
	texts, err := itembank.RevisionsByID(h, ids)
	if err != nil {
		return formTexts{}, err
	}
	form := formTexts{make([]itembank.Revision, len(rows)), make([]*itembank.Revision, len(rows)), make([]bool, len(rows))}
	for i, r := range rows {
		form.items[i], form.pretest[i] = texts[itembank.RevisionID(r.RevisionID)], r.Pretest
		if r.SituationID != nil {
			text := texts[itembank.RevisionID(*r.SituationID)]
			form.above[i] = &text
		}
	}
	return form, nil
}

// dutiesOf reads an official's rounds, or one of them, in two statements.
func dutiesOf(h database.Handle, who roster.OfficialID, only RoundID) ([]Duty, error) {
	where, args := "c.official_id = ?", []any{string(who)}
	if only != "" {
		where, args = where+" and c.round_id = ?", append(args, string(only))
	}
	var rows []struct {
		Round      roundRow `gorm:"embedded"`
		SeatingID  string
		SeatOpens  time.Time
		SeatCloses time.Time
		Released   bool
	}
	err := h.Gorm().Raw(`
select r.*, s.id as seating_id, s.opens_at as seat_opens, s.closes_at as seat_closes,
  exists (select 1 from publication p where p.round_id = r.id) as released
from candidate c join round r on r.id = c.round_id join seating s on s.id = c.seating_id
where `+where+` order by r.due_at desc`, args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read duties: %w", err)
	}
	attempts, err := findAttempts(h, "where "+where+" order by a.try", args...)
	if err != nil {
		return nil, err
	}
	duties := make([]Duty, len(rows))
	for i, row := range rows {
		r := row.Round
		d := Duty{Seating: SeatingID(row.SeatingID), Opens: row.SeatOpens.UTC(), Closes: row.SeatCloses.UTC(), Released: row.Released}
		d.Round = Round{ID: RoundID(r.ID), Series: SeriesID(r.SeriesID), Code: r.Code, Name: r.Name, DueAt: r.DueAt.UTC(), ClosesAt: r.ClosesAt.UTC(), State: State(r.State), Forms: r.Forms}
		if err := errors.Join(json.Unmarshal([]byte(r.Blueprint), &d.Round.Blueprint), json.Unmarshal([]byte(r.Rules), &d.Round.Rules)); err != nil {
			return nil, fmt.Errorf("round %s: %w", r.ID, err)
		}
		for _, a := range attempts {
			if a.Round == d.Round.ID {
				d.Attempts = append(d.Attempts, a)
			}
		}
		duties[i] = d
	}
	return duties, nil
}

// countQuestions fills in the lengths of an official's forms.
func countQuestions(h database.Handle, who roster.OfficialID, duties []Duty) error {
	rounds := make([]string, len(duties))
	for i, d := range duties {
		rounds[i] = string(d.Round.ID)
	}
	if len(rounds) == 0 {
		return nil
	}
	var rows []struct {
		RoundID             string
		Questions, Pretests int
	}
	err := h.Gorm().Raw(`
select c.round_id, count(*) as questions, sum(case when t.pretest then 1 else 0 end) as pretests
from candidate c join form f on f.round_id = c.round_id and f.number = c.form_number join form_item t on t.form_id = f.id
where c.official_id = ? and c.round_id in ? group by c.round_id`, string(who), rounds).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("count the questions of duties: %w", err)
	}
	for _, r := range rows {
		at := slices.IndexFunc(duties, func(d Duty) bool { return string(d.Round.ID) == r.RoundID })
		duties[at].Questions, duties[at].Pretests = r.Questions, r.Pretests
	}
	return nil
}

// overdue lists open attempts whose deadline and grace have passed.
func overdue(h database.Handle, round RoundID, before time.Time, limit int) ([]Attempt, error) {
	return findAttempts(h, "where a.round_id = ? and a.ended_at is null and a.deadline <= ? order by a.deadline limit ?", string(round), before, limit)
}

func unfinished(h database.Handle, round RoundID) (int64, error) {
	var n int64
	err := h.Gorm().Raw("select count(*) from attempt where round_id = ? and ended_at is null", string(round)).Scan(&n).Error
	return n, err
}
