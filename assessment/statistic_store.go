package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// gathered is one item's statistics while marks stream by: of its marks, and
// of having chosen each option.
type gathered struct {
	item    ctt.Item
	options map[int]*ctt.Item
	credit  map[int]bool // options of those who got the whole mark
	rests   []float64    // of everybody, for options that are met late
	oneOf   bool         // one option is chosen, so each can be looked at alone
}

// itemStatistics is what a run shows about every revision, from the attempts
// that count. Marks are streamed; items that were not administered to somebody
// are not counted for them, omitted ones earn nothing.
func itemStatistics(ctx context.Context, h database.Handle, run RunID, outdone []string) ([]itembank.RoundStatistic, error) {
	rows, err := h.Gorm().WithContext(ctx).Raw(`
select k.attempt_id, k.revision_id, r.kind, k.points, k.maximum, k.chosen, x.raw, x.maximum
from mark k join result x on x.run_id = k.run_id and x.attempt_id = k.attempt_id join item_revision r on r.id = k.revision_id
where k.run_id = ? order by k.revision_id, k.attempt_id`, string(run)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	defer rows.Close()
	outdone = slices.Sorted(slices.Values(outdone))
	var stats []itembank.RoundStatistic
	var g gathered
	var current string
	finish := func() {
		if g.item.N() > 0 {
			stats = append(stats, g.statistic(itembank.RevisionID(current)))
		}
	}
	for rows.Next() {
		var attempt, revision, kind, chosen string
		var points, maximum, raw, whole int64
		if err := rows.Scan(&attempt, &revision, &kind, &points, &maximum, &chosen, &raw, &whole); err != nil {
			return nil, fmt.Errorf("read marks: %w", err)
		}
		if _, skipped := slices.BinarySearch(outdone, attempt); skipped || maximum == 0 {
			continue
		}
		if revision != current {
			finish()
			g, current = gathered{options: map[int]*ctt.Item{}, credit: map[int]bool{}}, revision
		}
		g.oneOf = kind == string(itembank.Single) || kind == string(itembank.TrueFalse)
		var response scoring.Response
		if err := json.Unmarshal([]byte(chosen), &response); err != nil {
			return nil, fmt.Errorf("read a mark: %w", err)
		}
		g.add(points, maximum, raw, whole, response)
	}
	finish()
	return stats, rows.Err()
}

func (g *gathered) add(points, maximum, raw, whole int64, response scoring.Response) {
	rest := 0.0
	if whole > maximum {
		rest = float64(raw-points) / float64(whole-maximum)
	}
	g.item.Add(float64(points)/float64(maximum), rest)
	if !g.oneOf {
		return
	}
	if len(response.Chosen) == 1 {
		option := response.Chosen[0]
		if g.options[option] == nil {
			g.options[option] = &ctt.Item{}
			for _, r := range g.rests {
				g.options[option].Add(0, r)
			}
		}
		if points == maximum {
			g.credit[option] = true
		}
	}
	for option, s := range g.options {
		share := 0.0
		if len(response.Chosen) == 1 && response.Chosen[0] == option {
			share = 1
		}
		s.Add(share, rest)
	}
	g.rests = append(g.rests, rest)
}

// statistic sums up. A rival is an option, chosen alone and not credited, that
// goes with the rest of the form better than the key does, and positively.
func (g *gathered) statistic(id itembank.RevisionID) itembank.RoundStatistic {
	s := itembank.RoundStatistic{Revision: id, N: g.item.N()}
	s.Facility, _ = g.item.Facility()
	r, ok := g.item.Discrimination()
	if !ok {
		return s
	}
	s.Discrimination = &r
	best := max(r, 0)
	for option, o := range g.options {
		if with, ok := o.Discrimination(); ok && !g.credit[option] && len(g.credit) > 0 && with > best {
			best, s.Rival = with, &option
		}
	}
	return s
}

func exposures(h database.Handle, item itembank.ItemID) ([]Exposure, error) {
	var rows []struct {
		AgencyID, Name string
		OpensAt        time.Time
		Attempts       int
	}
	err := h.Gorm().Raw(`
select s.agency_id, v.name, s.opens_at, count(*) as attempts
from attempt a join seating s on s.id = a.seating_id
join agency_version v on v.agency_id = s.agency_id and v.valid_from = (select max(n.valid_from) from agency_version n where n.agency_id = s.agency_id)
where exists (select 1 from form_item i join item_revision r on r.id = i.revision_id where i.form_id = a.form_id and r.item_id = ?)
group by s.agency_id, v.name, s.opens_at order by s.opens_at desc, count(*) desc, v.name`, string(item)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read exposure: %w", err)
	}
	var met []Exposure
	for _, r := range rows {
		e := Exposure{Week: monday(r.OpensAt), Agency: roster.AgencyID(r.AgencyID), Name: r.Name, Attempts: r.Attempts}
		at := slices.IndexFunc(met, func(have Exposure) bool { return have.Agency == e.Agency && have.Week.Equal(e.Week) })
		if at < 0 {
			met = append(met, e)
		} else {
			met[at].Attempts += e.Attempts
		}
	}
	return met, nil
}
