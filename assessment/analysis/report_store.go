package analysis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"sathach/assessment"
	"sathach/internal/database"
	"sathach/itembank"
)

type analysisRow struct {
	RunID   string
	RoundID string
	Method  string
	MadeAt  time.Time
	Report  string
}

type abilityRow struct {
	RunID     string
	AttemptID string
	Eap       int
	EapSd     int
	Wle       *int
	WleSe     *int
}

func tenThousandths(x float64) int { return int(math.Round(x * 10_000)) }

// newest is true of a finished scoring run s that no other run of its round, and
// no correction, has overtaken.
const newest = `s.finished_at is not null
and not exists (select 1 from scoring_run n where n.round_id = s.round_id and n.number > s.number)
and not exists (select 1 from correction c where c.round_id = s.round_id and c.number > s.corrections)`

// overtaken tells whether a run is not the newest any more: what it shows would
// take back what a correction has forgotten.
func overtaken(h database.Handle, run assessment.RunID) (bool, error) {
	var n int
	err := h.Gorm().Raw("select count(*) from scoring_run s where s.id = ? and "+newest, string(run)).Scan(&n).Error
	return n == 0, err
}

// waitingRuns are the newest runs of their rounds that were not analysed and are
// to be by now, oldest first.
func waitingRuns(h database.Handle, now time.Time) ([]waitingRun, error) {
	var rows []struct {
		ID, RoundID   string
		AnalysisTries int
	}
	err := h.Gorm().Raw(`
select s.id, s.round_id, s.analysis_tries from scoring_run s where `+newest+` and (s.analysis_after is null or s.analysis_after <= ?)
and not exists (select 1 from analysis a where a.run_id = s.id) order by s.finished_at, s.id`, now).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find runs to analyse: %w", err)
	}
	runs := make([]waitingRun, len(rows))
	for i, r := range rows {
		runs[i] = waitingRun{assessment.RunID(r.ID), assessment.RoundID(r.RoundID), r.AnalysisTries}
	}
	return runs, nil
}

// earlierRun is the run of an earlier round and how many answers it has.
type earlierRun struct {
	waitingRun
	answers int
}

// earlierRuns are the analysed runs of earlier rounds that met some items,
// newest first, each round's newest run.
func earlierRuns(h database.Handle, items []itembank.RevisionID, run assessment.RunID) ([]earlierRun, error) {
	met := map[string]bool{}
	for part := range slices.Chunk(items, batch) {
		var rounds []string
		err := h.Gorm().Raw("select distinct round_id from item_statistic where revision_id in ?", part).Scan(&rounds).Error
		if err != nil {
			return nil, fmt.Errorf("find earlier rounds: %w", err)
		}
		for _, id := range rounds {
			met[id] = true
		}
	}
	var rows []struct {
		ID, RoundID string
		Answers     int
	}
	err := h.Gorm().Raw(`
select s.id, s.round_id, (select coalesce(sum(t.n), 0) from item_statistic t where t.round_id = s.round_id) as answers
from scoring_run s join round r on r.id = s.round_id join scoring_run this on this.id = ? join round own on own.id = this.round_id
where s.round_id <> this.round_id and r.due_at < own.due_at
and s.number = (select max(n.number) from scoring_run n where n.round_id = s.round_id and n.finished_at is not null)
order by r.due_at desc, s.id`, string(run)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find earlier rounds: %w", err)
	}
	var runs []earlierRun
	for _, r := range rows {
		if met[r.RoundID] {
			runs = append(runs, earlierRun{waitingRun{run: assessment.RunID(r.ID), round: assessment.RoundID(r.RoundID)}, r.Answers})
		}
	}
	return runs, nil
}

// before are the newest earlier abilities of the people of a cut.
func (c *cut) before(h database.Handle, run assessment.RunID) ([]before, error) {
	var rows []struct {
		OfficialID string
		Wle, WleSe int
	}
	err := h.Gorm().Raw(`
select c.official_id, b.wle, b.wle_se from ability b join attempt t on t.id = b.attempt_id join candidate c on c.id = t.candidate_id
join scoring_run s on s.id = b.run_id join round r on r.id = s.round_id join scoring_run this on this.id = ? join round own on own.id = this.round_id
where b.wle is not null and b.wle_se is not null and s.round_id <> this.round_id and r.due_at < own.due_at
and c.official_id in (select n.official_id from candidate n where n.round_id = this.round_id)
order by r.due_at, s.number, s.id`, string(run)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read earlier abilities: %w", err)
	}
	newest := map[string]before{}
	for _, r := range rows {
		newest[r.OfficialID] = before{float64(r.Wle) / 10_000, float64(r.WleSe) / 10_000}
	}
	out := make([]before, len(c.people))
	for i, p := range c.people {
		out[i] = newest[string(p.official)]
	}
	return out, nil
}

func insertReport(tx *database.Tx, w waitingRun, r Report, at time.Time) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.Gorm().Table("analysis").Create(&analysisRow{string(w.run), string(w.round), Method, at, string(text)}).Error
}

func insertAbilities(tx *database.Tx, run assessment.RunID, rows []abilityRow) error {
	if len(rows) == 0 {
		return nil
	}
	for i := range rows {
		rows[i].RunID = string(run)
	}
	return tx.Gorm().Table("ability").CreateInBatches(rows, batch).Error
}

// noteSuccess forgets why an analysis failed before.
func noteSuccess(tx *database.Tx, run assessment.RunID) error {
	return tx.Gorm().Exec("update scoring_run set analysis_error = '', analysis_after = null where id = ?", string(run)).Error
}

// carelessIn are the attempts that the analysis of a run left out.
func carelessIn(h database.Handle, run assessment.RunID) ([]assessment.AttemptID, error) {
	var texts []string
	if err := h.Gorm().Raw("select report from analysis where run_id = ?", string(run)).Scan(&texts).Error; err != nil || len(texts) == 0 {
		return nil, err
	}
	var r struct{ Careless []assessment.AttemptID }
	if err := json.Unmarshal([]byte(texts[0]), &r); err != nil {
		return nil, fmt.Errorf("analysis of run %s: %w", run, err)
	}
	return r.Careless, nil
}

// longestFailure bounds what is kept of an error, which may hold a whole stack.
const longestFailure = 2000

func noteFailure(tx *database.Tx, run assessment.RunID, why string, again time.Time) error {
	why = strings.ToValidUTF8(why[:min(len(why), longestFailure)], "")
	return tx.Gorm().Exec("update scoring_run set analysis_tries = analysis_tries + 1, analysis_after = ?, analysis_error = ? where id = ?", again, why, string(run)).Error
}

// notAnalysed tells why a round has no report.
func notAnalysed(h database.Handle, round assessment.RoundID) error {
	var failed int
	err := h.Gorm().Raw("select count(*) from scoring_run where round_id = ? and analysis_error <> ''", string(round)).Scan(&failed).Error
	switch {
	case err != nil:
		return err
	case failed > 0:
		return ErrFailed
	}
	return ErrNotAnalysed
}

// newestReport is that of the round's newest analysed run.
func newestReport(h database.Handle, round assessment.RoundID) (Report, error) {
	var row struct {
		Analysis analysisRow `gorm:"embedded"`
		Newer    int
	}
	err := h.Gorm().Raw(`
select a.*, (select count(*) from scoring_run n where n.round_id = a.round_id and n.number > s.number and n.finished_at is not null) as newer
from analysis a join scoring_run s on s.id = a.run_id where a.round_id = ? order by s.number desc limit 1`, string(round)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Report{}, notAnalysed(h, round)
	}
	if err != nil {
		return Report{}, fmt.Errorf("read the analysis of round %s: %w", round, err)
	}
	made := row.Analysis
	r := Report{Run: assessment.RunID(made.RunID), Method: made.Method, At: made.MadeAt.UTC(), Overtaken: row.Newer > 0}
	if err := json.Unmarshal([]byte(made.Report), &r); err != nil {
		return Report{}, fmt.Errorf("analysis of run %s: %w", made.RunID, err)
	}
	return r, nil
}

// seconds are the times of everybody's first answers to every item, in the
// order of the form, 0 where they are not known: answers that came in one
// message hide how long each took.
func (c *cut) seconds(ctx context.Context, h database.Handle, round assessment.RoundID) ([][]float64, error) {
	place := map[string]int{}
	out := make([][]float64, len(c.people))
	for i, p := range c.people {
		place[string(p.attempt)] = i
		out[i] = make([]float64, len(p.answers))
	}
	rows, err := h.Gorm().WithContext(ctx).Raw(`
select e.attempt_id, e.position, e.recorded_at, a.started_at from attempt_event e join attempt a on a.id = e.attempt_id
where a.round_id = ? and a.try = 1 and e.kind = 'answer' order by e.attempt_id, e.epoch, e.seq`, string(round)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read times: %w", err)
	}
	defer rows.Close()
	var w watch
	for rows.Next() {
		var attempt string
		var position int
		var recorded, started time.Time
		if err := rows.Scan(&attempt, &position, &recorded, &started); err != nil {
			return nil, fmt.Errorf("read times: %w", err)
		}
		i, known := place[attempt]
		if !known {
			continue
		}
		if w.times == nil || w.attempt != attempt {
			w.stop()
			w = watch{attempt: attempt, sitting: c.people[i], times: out[i], last: started, answered: map[int]bool{}}
		}
		w.answer(position, recorded)
	}
	w.stop()
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read times: %w", err)
	}
	return out, nil
}

// watch times one attempt.
type watch struct {
	attempt  string
	sitting  sitting
	times    []float64
	last, at time.Time // of the message before, and of this one
	late     bool      // the message before had waited, so its time tells nothing
	fresh    []int     // positions first answered in this message
	answered map[int]bool
}

// answer takes one answer of a message.
func (w *watch) answer(position int, recorded time.Time) {
	if !recorded.Equal(w.at) {
		w.stop()
		w.at = recorded
	}
	if !w.answered[position] {
		w.answered[position] = true
		w.fresh = append(w.fresh, position)
	}
}

// stop ends a message: alone in it, an answer took the time since the one
// before. Several came together because the line was cut: neither they nor the
// next one, which may have been begun long before they arrived, are timed.
func (w *watch) stop() {
	if w.at.IsZero() {
		return
	}
	if took := w.at.Sub(w.last).Seconds(); len(w.fresh) == 1 && !w.late && took > 0 {
		if place, counts := w.sitting.at(w.fresh[0]); counts {
			w.times[place] = took
		}
	}
	w.last, w.late, w.fresh = w.at, len(w.fresh) > 1, nil
}
