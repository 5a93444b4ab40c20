package assessment

import (
	"context"
	"encoding/json"
	"fmt"

	"sathach/internal/database"
	"sathach/scoring"
)

// finishedRunAt is a finished run of a round by its number, or the newest.
func finishedRunAt(h database.Handle, round RoundID, number int) (runRow, error) {
	query := h.Gorm().Table("scoring_run").Where("round_id = ? and finished_at is not null", string(round)).Order("number desc")
	if number != newest {
		query = query.Where("number = ?", number)
	}
	var rows []runRow
	if err := query.Limit(1).Find(&rows).Error; err != nil {
		return runRow{}, fmt.Errorf("find a scoring run: %w", err)
	}
	if len(rows) == 0 {
		return runRow{}, ErrNotScored
	}
	return rows[0], nil
}

// markedIn are the results of a run.
func markedIn(h database.Handle, run RunID) (map[AttemptID]Marked, error) {
	var rows []resultRow
	if err := h.Gorm().Table("result").Where("run_id = ?", string(run)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	marked := make(map[AttemptID]Marked, len(rows))
	for _, r := range rows {
		m := Marked{Raw: scoring.Points(r.Raw), Maximum: scoring.Points(r.Maximum), Decision: r.decision()}
		if err := json.Unmarshal([]byte(r.Topics), &m.Topics); err != nil {
			return nil, fmt.Errorf("topics of attempt %s: %w", r.AttemptID, err)
		}
		marked[AttemptID(r.AttemptID)] = m
	}
	return marked, nil
}

// eachAttempt reads the attempts of a round a part at a time.
func eachAttempt(ctx context.Context, db *database.DB, round RoundID, do func(Attempt) error) error {
	where, args := "", []any{string(round)}
	for {
		attempts, err := findAttempts(db.Read(ctx), "where a.round_id = ? "+where+"order by a.id limit ?", append(args[:len(args):len(args)], attemptsPerCommit)...)
		if err != nil || len(attempts) == 0 {
			return err
		}
		for _, a := range attempts {
			if err := do(a); err != nil {
				return err
			}
		}
		where, args = "and a.id > ? ", []any{string(round), string(attempts[len(attempts)-1].ID)}
	}
}
