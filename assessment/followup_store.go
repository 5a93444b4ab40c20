package assessment

import (
	"encoding/json"
	"fmt"
	"time"

	"sathach/internal/database"
	"sathach/roster"
	"sathach/scoring"
)

// followUpOf is the follow-up of a round that was not cancelled, nil for none.
func followUpOf(h database.Handle, id RoundID) (*Round, error) {
	found, err := findRounds(h, "where r.follows_id = ? and r.state <> ?", string(id), string(Cancelled))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// freeDue is the first second from a moment on at which no round of the series is due.
func freeDue(h database.Handle, series SeriesID, from time.Time) (time.Time, error) {
	for due := from; due.Before(from.Add(time.Minute - time.Second)); due = due.Add(time.Second) {
		var n int64
		if err := h.Gorm().Raw("select count(*) from round where series_id = ? and due_at = ?", string(series), due).Scan(&n).Error; err != nil {
			return due, fmt.Errorf("look for a due time: %w", err)
		}
		if n == 0 {
			return due, nil
		}
	}
	return from, database.ErrConflict
}

// uncertainIn are the people whom the newest publication of a round leaves uncertain.
func uncertainIn(h database.Handle, id RoundID) (map[roster.OfficialID]bool, error) {
	var ids []string
	err := h.Gorm().Raw(`
select c.official_id from result x join candidate c on c.id = x.candidate_id
where x.counted and x.doubt <> '' and x.run_id = (select p.run_id from publication p where p.round_id = ? order by p.number desc limit 1)`, string(id)).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("read who is uncertain: %w", err)
	}
	uncertain := make(map[roster.OfficialID]bool, len(ids))
	for _, id := range ids {
		uncertain[roster.OfficialID(id)] = true
	}
	return uncertain, nil
}

// askedOn are the codes of the items that each form of a round holds, by its number.
func askedOn(h database.Handle, id RoundID) (map[int]map[string]bool, error) {
	var rows []struct {
		Number int
		Code   string
	}
	err := h.Gorm().Raw(`
select f.number, i.code from form f join form_item t on t.form_id = f.id join item_revision v on v.id = t.revision_id join item i on i.id = v.item_id
where f.round_id = ?`, string(id)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what a round has asked: %w", err)
	}
	asked := map[int]map[string]bool{}
	for _, r := range rows {
		if asked[r.Number] == nil {
			asked[r.Number] = map[string]bool{}
		}
		asked[r.Number][r.Code] = true
	}
	return asked, nil
}

// formsHadBy are the numbers of the forms that the people of a round had.
func formsHadBy(h database.Handle, id RoundID) (map[roster.OfficialID]int, error) {
	var rows []struct {
		OfficialID string
		FormNumber int
	}
	if err := h.Gorm().Raw("select official_id, form_number from candidate where round_id = ?", string(id)).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read who had which form: %w", err)
	}
	numbers := make(map[roster.OfficialID]int, len(rows))
	for _, r := range rows {
		numbers[roster.OfficialID(r.OfficialID)] = r.FormNumber
	}
	return numbers, nil
}

// beforeRun is the run whose results a run of a follow-up adds; empty for other rounds.
func beforeRun(h database.Handle, run RunID) (RunID, error) {
	var ids []string
	err := h.Gorm().Raw("select before_run_id from scoring_run where id = ? and before_run_id is not null", string(run)).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return RunID(ids[0]), nil
}

// earlierFor is what a run of a follow-up adds to the results of its round.
func earlierFor(h database.Handle, round Round, run RunID) (earlier, error) {
	if round.Follows == "" {
		return nil, nil
	}
	before, err := beforeRun(h, run)
	if err != nil {
		return nil, fmt.Errorf("find the results before a follow-up: %w", err)
	}
	var rows []struct {
		CandidateID           string
		Raw, Maximum          int64
		RightCount, ItemCount int
		Topics                string
	}
	err = h.Gorm().Raw(`
select n.id as candidate_id, x.raw, x.maximum, x.right_count, x.item_count, x.topics from candidate n
join candidate c on c.official_id = n.official_id and c.round_id = ? join result x on x.candidate_id = c.id and x.counted and x.run_id = ?
where n.round_id = ?`, string(round.Follows), string(before), string(round.ID)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the results before a follow-up: %w", err)
	}
	found := earlier{}
	for _, r := range rows {
		e := shownEarlier{total: scoring.Total{Raw: scoring.Points(r.Raw), Maximum: scoring.Points(r.Maximum), Right: r.RightCount, Items: r.ItemCount}}
		if err := json.Unmarshal([]byte(r.Topics), &e.topics); err != nil {
			return nil, fmt.Errorf("topics before a follow-up: %w", err)
		}
		found[CandidateID(r.CandidateID)] = e
	}
	return found, nil
}
