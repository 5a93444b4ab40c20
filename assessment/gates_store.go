package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring"
)

// formsTakenBy are the forms that so many people or more took for the first
// time.
func formsTakenBy(h database.Handle, run RunID, people int) (forms []FormID, err error) {
	err = h.Gorm().Raw(`
select a.form_id from result x join attempt a on a.id = x.attempt_id where x.run_id = ? and a.try = 1 group by a.form_id having count(*) >= ? order by a.form_id`,
		string(run), people).Scan(&forms).Error
	if err != nil {
		return nil, fmt.Errorf("count who took forms: %w", err)
	}
	return forms, nil
}

// topicSheet reads the marks of a form's first tries, of the items that show
// something. People whose marks are not all there, which does not happen, are
// left out.
func topicSheet(ctx context.Context, h database.Handle, run RunID, held corrections, form FormID) (sheet, error) {
	var s sheet
	var items []struct{ RevisionID, TopicCode string }
	err := h.Gorm().Raw(`
select t.revision_id, i.topic_code from form_item t join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where t.form_id = ? and not t.pretest order by t.position`, string(form)).Scan(&items).Error
	if err != nil {
		return s, fmt.Errorf("read topics of form %s: %w", form, err)
	}
	for _, i := range items {
		if !held.invalidates(itembank.RevisionID(i.RevisionID)) {
			s.topics = append(s.topics, i.TopicCode)
		}
	}
	rows, err := h.Gorm().WithContext(ctx).Raw(`
select k.attempt_id, k.points, k.maximum from mark k join attempt a on a.id = k.attempt_id
where k.run_id = ? and a.form_id = ? and a.try = 1 and k.state <> ? and k.maximum > 0 and not k.pretest order by k.attempt_id, k.position`, string(run), string(form), string(scoring.Invalidated)).Rows()
	if err != nil {
		return s, fmt.Errorf("read marks of form %s: %w", form, err)
	}
	defer rows.Close()
	var current string
	var row []scoring.Points
	finish := func() {
		if len(row) == len(s.topics) && len(row) > 0 {
			s.points = append(s.points, row)
		}
	}
	for rows.Next() {
		var attempt string
		var points, maximum scoring.Points
		if err := rows.Scan(&attempt, &points, &maximum); err != nil {
			return s, fmt.Errorf("read marks of form %s: %w", form, err)
		}
		if attempt != current {
			finish()
			current, row = attempt, make([]scoring.Points, 0, len(s.topics))
		}
		row = append(row, points*scoring.One/maximum)
	}
	finish()
	return s, rows.Err()
}

// profilesOf reads what first tries have on their topics, of those people whose forms
// ask as many items of each topic as most forms do, not counting what is withdrawn or credited.
func profilesOf(ctx context.Context, h database.Handle, run RunID) (profiles, error) {
	rows, err := h.Gorm().WithContext(ctx).Raw("select x.topics from result x join attempt a on a.id = x.attempt_id where x.run_id = ? and a.try = 1 order by a.id", string(run)).Rows()
	if err != nil {
		return profiles{}, fmt.Errorf("read topics of results: %w", err)
	}
	defer rows.Close()
	kinds := map[string]*profiles{} // by topics and their items
	for rows.Next() {
		var text string
		var topics []scoring.TopicResult
		if err := rows.Scan(&text); err != nil {
			return profiles{}, fmt.Errorf("read topics of results: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &topics); err != nil {
			return profiles{}, fmt.Errorf("topics of results: %w", err)
		}
		if len(topics) == 0 {
			continue
		}
		slices.SortFunc(topics, func(a, b scoring.TopicResult) int { return strings.Compare(a.Topic, b.Topic) })
		var kind strings.Builder
		one := profiles{}
		row := make([]scoring.Points, len(topics))
		for k, t := range topics {
			fmt.Fprintln(&kind, t.Topic, t.Items)
			one.topics, one.items, row[k] = append(one.topics, t.Topic), append(one.items, t.Items), t.Raw
		}
		if kinds[kind.String()] == nil {
			kinds[kind.String()] = &one
		}
		of := kinds[kind.String()]
		of.points = append(of.points, row)
	}
	var most profiles
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if len(kinds[kind].points) > len(most.points) {
			most = *kinds[kind]
		}
	}
	return most, rows.Err()
}
