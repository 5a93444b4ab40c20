package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
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
	revision itembank.RevisionID
	item     ctt.Item
	options  map[int]*ctt.Item
	rests    []float64 // of everybody, for options that are met late
	oneOf    bool      // one option is chosen, so each can be looked at alone
}

// ItemStatistics is what a run shows about every revision, from the first try
// of everybody: who tries again has seen items before. Some attempts may be left
// out, which say nothing of items. Marks are streamed; items that were not
// administered to somebody, or not reached, are not counted for them (Lord,
// 1974), omitted ones earn nothing. Invalidated items have none.
func ItemStatistics(ctx context.Context, h database.Handle, round Round, run RunID, without []AttemptID) ([]itembank.RoundStatistic, error) {
	held, err := heldBy(h, round.ID, run)
	if err != nil {
		return nil, err
	}
	left := map[string]bool{}
	for _, id := range without {
		left[string(id)] = true
	}
	rows, err := h.Gorm().WithContext(ctx).Raw(`
select k.attempt_id, k.revision_id, r.kind, k.points, k.maximum, k.chosen, k.pretest, x.raw, x.maximum
from mark k join result x on x.run_id = k.run_id and x.attempt_id = k.attempt_id join attempt t on t.id = k.attempt_id join item_revision r on r.id = k.revision_id
where k.run_id = ? and t.try = 1 and k.state not in ? and k.maximum > 0 order by k.revision_id, k.attempt_id`, string(run), scoring.Unshown).Rows()
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	defer rows.Close()
	var g gathered
	var current string
	var all []gathered
	finish := func() {
		if g.item.N() > 0 {
			g.revision = itembank.RevisionID(current)
			all = append(all, g)
		}
	}
	for rows.Next() {
		var attempt, revision, kind, chosen string
		var points, maximum, raw, whole int64
		var pretest bool
		if err := rows.Scan(&attempt, &revision, &kind, &points, &maximum, &chosen, &pretest, &raw, &whole); err != nil {
			return nil, fmt.Errorf("read marks: %w", err)
		}
		if left[attempt] {
			continue
		}
		if revision != current {
			finish()
			g, current = gathered{}, revision
			g.begin()
		}
		g.oneOf = kind == string(itembank.Single) || kind == string(itembank.TrueFalse)
		var response scoring.Response
		if err := json.Unmarshal([]byte(chosen), &response); err != nil {
			return nil, fmt.Errorf("read a mark: %w", err)
		}
		if !pretest { // the rest of the form is without the item
			raw, whole = raw-points, whole-maximum
		}
		g.add(float64(points)/float64(maximum), part(raw, whole), response)
	}
	finish()
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	return withKeys(h, all, held, round.DueAt)
}

// withKeys sums up what was gathered, with the options that are credited.
func withKeys(h database.Handle, all []gathered, held corrections, at time.Time) ([]itembank.RoundStatistic, error) {
	ids := make([]itembank.RevisionID, len(all))
	for i, g := range all {
		ids[i] = g.revision
	}
	keys, err := itembank.KeysOf(h, ids)
	if err != nil {
		return nil, err
	}
	held.rekey(keys)
	stats := make([]itembank.RoundStatistic, len(all))
	for i, g := range all {
		stats[i] = g.statistic(keys[g.revision].Correct)
		stats[i].At = at
	}
	return stats, nil
}

// RevisionsOf are what statistics are about.
func RevisionsOf(stats []itembank.RoundStatistic) []itembank.RevisionID {
	ids := make([]itembank.RevisionID, len(stats))
	for i, s := range stats {
		ids[i] = s.Revision
	}
	return ids
}

func (g *gathered) begin() { g.options = map[int]*ctt.Item{} }

// part is a share of what could be earned; 0 of nothing.
func part(earned, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(earned) / float64(whole)
}

// add adds somebody who earned a share of the item, and of the rest of the form.
func (g *gathered) add(share, rest float64, response scoring.Response) {
	g.item.Add(share, rest)
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

// beyondChance is the standard normal quantile of a 95 % interval.
const beyondChance = 1.96

// statistic sums up. A rival is an option, chosen alone and not credited, that
// goes with the rest of the form better than the key does: by Fisher's z the
// difference of the two correlations is more than 1.96 standard errors of
// independent ones (a cautious measure: they share their people). Where nobody
// chose the key, its correlation counts as none.
func (g *gathered) statistic(credited []int) itembank.RoundStatistic {
	s := itembank.RoundStatistic{Revision: g.revision, N: g.item.N()}
	s.Facility, _ = g.item.Facility()
	if r, ok := g.item.Discrimination(); ok {
		s.Discrimination = &r
	}
	if s.N <= 3 {
		return s
	}
	se := math.Sqrt(2 / float64(s.N-3))
	best := 0.0
	if s.Discrimination != nil {
		best = fisher(max(0, *s.Discrimination))
	}
	best += beyondChance * se
	for _, option := range slices.Sorted(maps.Keys(g.options)) {
		with, ok := g.options[option].Discrimination()
		if ok && !slices.Contains(credited, option) && fisher(with) > best {
			best, s.Rival = fisher(with), &option
		}
	}
	return s
}

// fisher is Fisher's z of a correlation; certainty counts as nearly certain.
func fisher(r float64) float64 { return math.Atanh(max(-0.999, min(0.999, r))) }

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
where a.form_id in (
  select i.form_id from form_item i join item_revision r on r.id = i.revision_id where r.item_id = ?
  union select i.form_id from form_item i join item_revision r on r.id = i.situation_id where r.item_id = ?)
group by s.agency_id, v.name, s.opens_at order by s.opens_at desc, count(*) desc, v.name`, string(item), string(item)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read exposure: %w", err)
	}
	type line struct {
		week   time.Time
		agency string
	}
	var met []Exposure
	place := map[line]int{}
	for _, r := range rows {
		l := line{monday(r.OpensAt), r.AgencyID}
		at, known := place[l]
		if !known {
			at, place[l] = len(met), len(met)
			met = append(met, Exposure{Week: l.week, Agency: roster.AgencyID(r.AgencyID), Name: r.Name})
		}
		met[at].Attempts += r.Attempts
	}
	return met, nil
}
