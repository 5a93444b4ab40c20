package assessment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"sathach/internal/database"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// shownByAll adds up the first tries of a run, without what was credited to
// everybody (scoring.Total.Shown).
func shownByAll(h database.Handle, run RunID) (s ctt.Sums, err error) {
	one := float64(scoring.One)
	err = h.Gorm().Raw(`
select count(*) as n, coalesce(sum(item_count), 0) as items, coalesce(sum(share), 0) as sum, coalesce(sum(share * share), 0) as squares from (
  select x.item_count, (1.0 * (x.raw - x.maximum) + ? * x.item_count) / (? * x.item_count) as share
  from result x join attempt a on a.id = x.attempt_id where x.run_id = ? and a.try = 1 and x.item_count > 0) t`, one, one, string(run)).Scan(&s).Error
	if err != nil {
		return s, fmt.Errorf("add up what people showed: %w", err)
	}
	return s, nil
}

// storedResult is one result as a run has stored it.
type storedResult struct {
	attempt  AttemptID
	form     FormID
	total    scoring.Total
	decision scoring.Decision
	topics   []scoring.TopicResult
}

// storedResults reads results of a run, by attempt.
func storedResults(h database.Handle, run RunID, after AttemptID, limit int) ([]storedResult, error) {
	var rows []struct {
		Result resultRow `gorm:"embedded"`
		FormID string
	}
	args, beyond := []any{string(run)}, ""
	if after != "" {
		beyond, args = "and a.id > ?", append(args, string(after))
	}
	err := h.Gorm().Raw(`
select x.*, a.form_id from result x join attempt a on a.id = x.attempt_id where x.run_id = ? `+beyond+` order by a.id limit ?`, append(args, limit)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	results := make([]storedResult, len(rows))
	for i, r := range rows {
		x := r.Result
		results[i] = storedResult{
			attempt: AttemptID(x.AttemptID), form: FormID(r.FormID), decision: x.decision(),
			total: scoring.Total{Raw: scoring.Points(x.Raw), Maximum: scoring.Points(x.Maximum), Right: x.RightCount, Items: x.ItemCount},
		}
		if err := json.Unmarshal([]byte(x.Topics), &results[i].topics); err != nil {
			return nil, fmt.Errorf("topics of attempt %s: %w", x.AttemptID, err)
		}
	}
	return results, nil
}

// openRun is true of a result whose run is not finished.
const openRun = "exists (select 1 from scoring_run s where s.id = run_id and s.finished_at is null)"

// updateDecisions writes what an unfinished run decides about some results, in
// one statement. The scores never depend on others and stay.
func updateDecisions(tx *database.Tx, run RunID, results []storedResult) error {
	if len(results) == 0 {
		return nil
	}
	rows, ids, args := make([]string, len(results)), make([]string, len(results)), []any{}
	for i, x := range results {
		commend, low := kept(x.decision.Chances)
		reported := reportedKept(x.decision.Reported)
		rows[i] = "(cast(? as text), cast(? as text), cast(? as boolean), cast(? as text), cast(? as integer), cast(? as integer), cast(? as integer), cast(? as integer), cast(? as integer))"
		ids[i] = string(x.attempt)
		args = append(args, ids[i], string(x.decision.Low), x.decision.Commend, string(x.decision.Doubt), commend, low, reported[0], reported[1], reported[2])
	}
	return tx.Gorm().Exec(`
update result set low_group = v.column2, commended = v.column3, doubt = v.column4, commend_chance = v.column5, low_chance = v.column6, reported = v.column7, reported_low = v.column8, reported_high = v.column9
from (values `+strings.Join(rows, ", ")+`) v where run_id = ? and attempt_id in ? and cast(attempt_id as text) = v.column1 and `+openRun,
		append(args, string(run), ids)...).Error
}

// updateTopics writes what an unfinished run says of the topics of some results.
func updateTopics(tx *database.Tx, run RunID, results []storedResult) error {
	for _, x := range results {
		text, err := json.Marshal(x.topics)
		if err != nil {
			return err
		}
		if err := tx.Gorm().Exec("update result set topics = ? where run_id = ? and attempt_id = ? and "+openRun, string(text), string(run), string(x.attempt)).Error; err != nil {
			return err
		}
	}
	return nil
}

// kept are chances as columns, null where nothing is known.
func kept(c scoring.Chances) (commend, low *int64) {
	if !c.Known {
		return nil, nil
	}
	x, y := int64(c.Commend), int64(c.Low)
	return &x, &y
}

// ChancesKept are the chances that columns hold.
func ChancesKept(commend, low *int64) scoring.Chances {
	if commend == nil || low == nil {
		return scoring.Chances{}
	}
	return scoring.Chances{Commend: scoring.Hundredths(*commend), Low: scoring.Hundredths(*low), Known: true}
}

// reportedKept are a reported score and its limits as columns, null where it is not known.
func reportedKept(r scoring.Reported) (kept [3]*int64) {
	if !r.Known {
		return kept
	}
	for i, x := range []scoring.Hundredths{r.Score, r.Low, r.High} {
		kept[i] = new(int64)
		*kept[i] = int64(x)
	}
	return kept
}

// ReportedKept is the reported score that columns hold.
func ReportedKept(score, low, high *int64) scoring.Reported {
	if score == nil || low == nil || high == nil {
		return scoring.Reported{}
	}
	return scoring.Reported{Score: scoring.Hundredths(*score), Low: scoring.Hundredths(*low), High: scoring.Hundredths(*high), Known: true}
}

// learntRow is what a run has learnt as columns, empty where it learnt nothing.
type learntRow struct{ People, Abilities, Gates string }

func (l Learnt) row() (learntRow, error) {
	text := func(v any, none bool) (string, error) {
		if none {
			return "", nil
		}
		text, err := json.Marshal(v)
		return string(text), err
	}
	people, err := text(l.People, l.People == (ctt.Shares{}))
	abilities, also := text(l.Abilities, l.Abilities == nil)
	gates, too := text(l.Gates, len(l.Gates) == 0)
	return learntRow{people, abilities, gates}, errors.Join(err, also, too)
}

// LearntIn is what a run has learnt.
func LearntIn(h database.Handle, run RunID) (l Learnt, err error) {
	if run == "" {
		return l, nil
	}
	var rows []learntRow
	if err := h.Gorm().Raw("select people, abilities, gates from scoring_run where id = ?", string(run)).Scan(&rows).Error; err != nil {
		return l, fmt.Errorf("read what run %s has learnt: %w", run, err)
	}
	if len(rows) == 0 {
		return l, nil
	}
	read := func(text string, into any) error {
		if text == "" {
			return nil
		}
		return json.Unmarshal([]byte(text), into)
	}
	r := rows[0]
	return l, errors.Join(read(r.People, &l.People), read(r.Abilities, &l.Abilities), read(r.Gates, &l.Gates))
}
