package analysis

import (
	"context"
	"encoding/json"
	"fmt"

	"sathach/assessment"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
)

type sittingRow struct {
	AttemptID, OfficialID, SeatingID, AgencyID, PositionGroup, Level string
	FormNumber                                                       int
}

// read adds the first tries that a finished run has marked.
func (c *cut) read(ctx context.Context, h database.Handle, round assessment.Round, run assessment.RunID) error {
	on := string(viet.DateOf(round.DueAt))
	var people []sittingRow
	err := h.Gorm().WithContext(ctx).Raw(`
select a.id as attempt_id, c.official_id, c.seating_id, s.agency_id, c.position_group, coalesce(v.level, '') as level, f.number as form_number
from result x join attempt a on a.id = x.attempt_id join candidate c on c.id = a.candidate_id join seating s on s.id = c.seating_id join form f on f.id = a.form_id
left join agency_version v on v.agency_id = s.agency_id and v.valid_from <= ? and v.valid_to >= ?
where x.run_id = ? and a.try = 1 order by a.id`, on, on, string(run)).Scan(&people).Error
	if err != nil {
		return fmt.Errorf("read sittings: %w", err)
	}
	place := map[string]int{}
	for _, p := range people {
		place[p.AttemptID] = len(c.people)
		c.people = append(c.people, sitting{
			attempt: assessment.AttemptID(p.AttemptID), official: roster.OfficialID(p.OfficialID), seating: assessment.SeatingID(p.SeatingID),
			agency: roster.AgencyID(p.AgencyID), group: p.PositionGroup, level: p.Level, form: p.FormNumber, round: c.rounds,
		})
	}
	c.rounds++
	c.runs = append(c.runs, run)
	if err := c.readItems(ctx, h, run); err != nil {
		return err
	}
	return c.readMarks(ctx, h, run, place)
}

// readItems adds the items of a run that are not known yet.
func (c *cut) readItems(ctx context.Context, h database.Handle, run assessment.RunID) error {
	var rows []struct {
		ID, Code, TopicCode, Kind, Options string
		SituationID                        *string
	}
	err := h.Gorm().WithContext(ctx).Raw(`
select r.id, i.code, i.topic_code, r.kind, r.options, r.situation_id from item_revision r join item i on i.id = r.item_id
where r.id in (select distinct k.revision_id from mark k where k.run_id = ?) order by i.code, r.id`, string(run)).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("read items: %w", err)
	}
	for _, r := range rows {
		id := itembank.RevisionID(r.ID)
		if _, known := c.place[id]; known {
			continue
		}
		it := item{revision: id, code: r.Code, topic: r.TopicCode}
		if r.SituationID != nil {
			it.situation = itembank.ItemID(*r.SituationID)
		}
		if kind := itembank.Kind(r.Kind); kind == itembank.Single || kind == itembank.TrueFalse {
			var options []string
			if err := json.Unmarshal([]byte(r.Options), &options); err != nil {
				return fmt.Errorf("options of revision %s: %w", r.ID, err)
			}
			it.options = len(options)
		}
		c.place[id] = int32(len(c.items))
		c.items = append(c.items, it)
	}
	return nil
}

func (c *cut) readMarks(ctx context.Context, h database.Handle, run assessment.RunID, place map[string]int) error {
	rows, err := h.Gorm().WithContext(ctx).Raw(`
select k.attempt_id, k.revision_id, k.position, k.state, k.points, k.maximum, k.chosen, k.pretest from mark k where k.run_id = ? and k.state <> ? and k.maximum > 0
order by k.attempt_id, k.position`, string(run), string(scoring.Invalidated)).Rows()
	if err != nil {
		return fmt.Errorf("read marks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var attempt, revision, state, chosen string
		var position int16
		var points, maximum int64
		var pretest bool
		if err := rows.Scan(&attempt, &revision, &position, &state, &points, &maximum, &chosen, &pretest); err != nil {
			return fmt.Errorf("read marks: %w", err)
		}
		at, first := place[attempt]
		if !first {
			continue
		}
		a := answer{item: c.place[itembank.RevisionID(revision)], position: position, option: -1, state: scoring.State(state), points: scoring.Points(points) * scoring.One / scoring.Points(maximum)}
		if c.items[a.item].options > 0 && a.state == scoring.Answered {
			var r scoring.Response
			if err := json.Unmarshal([]byte(chosen), &r); err != nil {
				return fmt.Errorf("read a mark: %w", err)
			}
			if len(r.Chosen) == 1 {
				a.option = int8(r.Chosen[0])
			}
		}
		if p := &c.people[at]; pretest {
			p.pretests = append(p.pretests, a)
		} else {
			p.answers = append(p.answers, a)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read marks: %w", err)
	}
	return nil
}
