package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// gathered is one item's statistics while marks stream by: of its marks, and
// of having chosen each option.
type gathered struct {
	revision itembank.RevisionID
	item     ctt.Item
	oneOf    bool // one option is chosen, so each can be looked at alone
	leftOut  int  // attempts that were hurried through
	// What everybody chose, a blank first and then the options, and the share they
	// earned of the rest of their form.
	chosen []int
	rests  []float64
	// options sums them up.
	options []ctt.OptionStatistics
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
			g.sumUp()
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
		if revision != current {
			finish()
			g, current = gathered{}, revision
		}
		if left[attempt] {
			g.leftOut++
			continue
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
	stats, err := withKeys(h, all, held, round.DueAt)
	for i := range stats {
		stats[i].Run, stats[i].LeftOut = string(run), all[i].leftOut
	}
	return stats, err
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
	option := -1
	if len(response.Chosen) == 1 {
		option = response.Chosen[0]
	}
	g.chosen, g.rests = append(g.chosen, option+1), append(g.rests, rest)
}

// sumUp forgets single answers.
func (g *gathered) sumUp() {
	if g.oneOf {
		g.options = ctt.OptionsByRest(g.rests, g.chosen, slices.Max(g.chosen)+1)
	}
	g.chosen, g.rests = nil, nil
}

// beyondChance is the standard normal quantile of a 95 % interval.
const beyondChance = 1.96

// statistic sums up. A rival is an option, chosen alone and not credited, that the
// best choose more often than the key beyond chance (ctt.OptionStatistics.Beats), or
// that goes with the rest of the form better than the key does: by Fisher's z the
// difference of the two correlations is more than 1.96 standard errors of
// independent ones (a cautious measure: they share their people). Where nobody
// chose the key, its correlation counts as none.
func (g *gathered) statistic(credited []int) itembank.RoundStatistic {
	s := itembank.RoundStatistic{Revision: g.revision, N: g.item.N(), Options: g.options}
	s.Facility, _ = g.item.Facility()
	if r, ok := g.item.Discrimination(); ok {
		s.Discrimination = &r
	}
	if s.N > 3 && len(g.options) > 0 {
		s.Rival = rivalOf(g.options[1:], credited, s.Discrimination)
	}
	return s
}

// rivalOf is the one of the options that goes with knowing most, of those that do
// so better than the credited ones.
func rivalOf(options []ctt.OptionStatistics, credited []int, discrimination *float64) (rival *int) {
	least, best := 0.0, math.Inf(-1)
	if discrimination != nil {
		least = measure.Fisher(max(0, *discrimination))
	}
	var key ctt.OptionStatistics // the credited one that the best choose most
	for _, option := range credited {
		if option < len(options) && atLeast(options[option].Upper, key.Upper) {
			key = options[option]
		}
	}
	for option, o := range options {
		r, ok := o.Rest.Get()
		if !ok || slices.Contains(credited, option) || measure.Fisher(r) <= best {
			continue
		}
		beyond := measure.Fisher(r) > least+beyondChance*math.Sqrt(2/float64(o.Of-3))
		if beyond || o.Beats(key) {
			best, rival = measure.Fisher(r), &option
		}
	}
	return rival
}

func atLeast(a, b measure.Value) bool {
	x, _ := a.Get()
	y, _ := b.Get()
	return x >= y
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
