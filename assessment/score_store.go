package assessment

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sathach/internal/database"
	"sathach/roster"
	"sathach/scoring"
)

type runRow struct {
	ID          string
	RoundID     string
	Number      int
	Engine      string
	StartedAt   time.Time
	FinishedAt  *time.Time
	Corrections int // the number of the last one it heeds
	BeforeRunID *string
}

type resultRow struct {
	RunID       string
	AttemptID   string
	CandidateID string
	Raw         int64
	Maximum     int64
	Score       int64
	RightCount  int
	ItemCount   int
	Band        string
	LowGroup    string
	Commended   bool
	Doubt       string
	Topics      string
	Counted     bool
	// How likely the true score reaches its cuts; nil where nothing is known.
	CommendChance, LowChance *int64
	// The score on the form that founded the scale; nil where abilities are not known.
	Reported, ReportedLow, ReportedHigh *int64
}

type markRow struct {
	RunID      string
	AttemptID  string
	Position   int
	RevisionID string
	State      string
	Points     int64
	Maximum    int64
	Chosen     string
	Pretest    bool
}

func unfinishedRun(h database.Handle, round RoundID) (id RunID, engine string, err error) {
	var runs []struct{ ID, Engine string }
	err = h.Gorm().Raw("select id, engine from scoring_run where round_id = ? and finished_at is null", string(round)).Scan(&runs).Error
	if err != nil || len(runs) == 0 {
		return "", "", err
	}
	return RunID(runs[0].ID), runs[0].Engine, nil
}

// restartRun takes back what an unfinished run has marked, to mark by these rules.
func restartRun(tx *database.Tx, run RunID) error {
	for _, statement := range []string{
		"delete from mark where run_id = ? and " + openRun, "delete from result where run_id = ? and " + openRun,
	} {
		if err := tx.Gorm().Exec(statement, string(run)).Error; err != nil {
			return fmt.Errorf("take back what run %s has marked: %w", run, err)
		}
	}
	return tx.Gorm().Exec("update scoring_run set engine = ? where id = ? and finished_at is null", scoring.Engine, string(run)).Error
}

// insertRun numbers the run, which heeds the corrections made so far; two
// servers that begin the same number collide on its unique key.
func insertRun(tx *database.Tx, id RunID, round Round, at time.Time) error {
	var last int
	if err := tx.Gorm().Raw("select coalesce(max(number), 0) from scoring_run where round_id = ?", string(round.ID)).Scan(&last).Error; err != nil {
		return err
	}
	row := runRow{ID: string(id), RoundID: string(round.ID), Number: last + 1, Engine: scoring.Engine, StartedAt: at}
	if err := tx.Gorm().Raw("select coalesce(max(number), 0) from correction where round_id = ?", string(round.ID)).Scan(&row.Corrections).Error; err != nil {
		return err
	}
	if round.Follows != "" {
		released, _, err := releasedRun(tx, round.Follows)
		if err != nil {
			return err
		}
		row.BeforeRunID = (*string)(&released)
	}
	return tx.Gorm().Table("scoring_run").Create(&row).Error
}

// unmarked lists attempts that a run has no result for.
func unmarked(h database.Handle, round RoundID, run RunID, limit int) ([]Attempt, error) {
	return findAttempts(h, `
where a.round_id = ? and not exists (select 1 from result x where x.run_id = ? and x.attempt_id = a.id)
order by a.id limit ?`, string(round), string(run), limit)
}

func insertResults(tx *database.Tx, run RunID, results []Result) error {
	var rows []resultRow
	var marks []markRow
	for _, r := range results {
		topics, err := json.Marshal(r.Topics)
		if err != nil {
			return err
		}
		commend, low := kept(r.Decision.Chances)
		reported := reportedKept(r.Decision.Reported)
		rows = append(rows, resultRow{
			RunID: string(run), AttemptID: string(r.Attempt), CandidateID: string(r.Candidate), Raw: int64(r.Total.Raw), Maximum: int64(r.Total.Maximum),
			Score: int64(r.Decision.Score), RightCount: r.Total.Right, ItemCount: r.Total.Items, Band: r.Decision.Band, LowGroup: string(r.Decision.Low),
			Commended: r.Decision.Commend, Doubt: string(r.Decision.Doubt), Topics: string(topics), Counted: true, CommendChance: commend, LowChance: low, Reported: reported[0], ReportedLow: reported[1], ReportedHigh: reported[2],
		})
		for i, m := range r.Marks {
			chosen, err := json.Marshal(r.Sheet[i+1].Response)
			if err != nil {
				return err
			}
			marks = append(marks, markRow{string(run), string(r.Attempt), i + 1, string(r.Form[i].ID), string(m.State), int64(m.Points), int64(m.Maximum), string(chosen), m.Pretest})
		}
	}
	return database.InTurn(
		func() error { return tx.Gorm().Table("result").CreateInBatches(rows, batch).Error },
		func() error { return tx.Gorm().Table("mark").CreateInBatches(marks, batch).Error })
}

// outdoneTries lists the attempts of candidates with several tries that do
// not count: all but the best, the earliest of equals.
func outdoneTries(h database.Handle, run RunID) ([]string, error) {
	var rows []struct {
		AttemptID, CandidateID string
		Raw, Maximum           int64
	}
	err := h.Gorm().Raw(`
select x.attempt_id, x.candidate_id, x.raw, x.maximum from result x join attempt a on a.id = x.attempt_id
where x.run_id = ? order by x.candidate_id, a.try`, string(run)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("compare tries: %w", err)
	}
	var outdone []string
	for i := 0; i < len(rows); {
		best, j := i, i+1
		for ; j < len(rows) && rows[j].CandidateID == rows[i].CandidateID; j++ {
			if rows[j].Raw*rows[best].Maximum > rows[best].Raw*rows[j].Maximum {
				outdone, best = append(outdone, rows[best].AttemptID), j
			} else {
				outdone = append(outdone, rows[j].AttemptID)
			}
		}
		i = j
	}
	return outdone, nil
}

// totalsOfForms adds up the first tries of every form.
func totalsOfForms(h database.Handle, run RunID) ([]formTotals, error) {
	var rows []formTotals
	err := h.Gorm().Raw(`
select f.number, count(*) as n, sum(case when x.raw = x.maximum then 1 else 0 end) as "full",
  sum(1.0 * x.raw / x.maximum) as sum, sum((1.0 * x.raw / x.maximum) * (1.0 * x.raw / x.maximum)) as squares
from result x join attempt a on a.id = x.attempt_id join form f on f.id = a.form_id
where x.run_id = ? and a.try = 1 and x.maximum > 0 group by f.number order by f.number`, string(run)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("add up forms: %w", err)
	}
	return rows, nil
}

// decision is what a result decided.
func (r resultRow) decision() scoring.Decision {
	return scoring.Decision{
		Score: scoring.Hundredths(r.Score), HasScore: r.Maximum > 0, Band: r.Band, Low: scoring.LowGroup(r.LowGroup), Commend: r.Commended, Doubt: scoring.Doubt(r.Doubt),
		Chances: ChancesKept(r.CommendChance, r.LowChance), Reported: ReportedKept(r.Reported, r.ReportedLow, r.ReportedHigh),
	}
}

// alarmsIn are the alarms of a round's newest finished run.
func alarmsIn(h database.Handle, round RoundID) (alarms []Alarm, err error) {
	var texts []string
	err = h.Gorm().Raw("select alarms from scoring_run where round_id = ? and finished_at is not null order by number desc limit 1", string(round)).Scan(&texts).Error
	if err != nil || len(texts) == 0 || texts[0] == "" {
		return nil, err
	}
	return alarms, json.Unmarshal([]byte(texts[0]), &alarms)
}

// closing is what a run is closed with.
type closing struct {
	outdone []string // attempts that another try of theirs outdid
	alarms  []Alarm
	learnt  Learnt
}

func closeRun(tx *database.Tx, run RunID, c closing, at time.Time) error {
	outdone := c.outdone
	for len(outdone) > 0 {
		n := min(batch, len(outdone))
		if err := tx.Gorm().Exec("update result set counted = ? where run_id = ? and attempt_id in ?", false, string(run), outdone[:n]).Error; err != nil {
			return err
		}
		outdone = outdone[n:]
	}
	alarms := ""
	if len(c.alarms) > 0 {
		text, err := json.Marshal(c.alarms)
		if err != nil {
			return err
		}
		alarms = string(text)
	}
	learnt, err := c.learnt.row()
	if err != nil {
		return err
	}
	return database.Touched(tx.Gorm().Exec("update scoring_run set finished_at = ?, alarms = ?, people = ?, abilities = ?, gates = ? where id = ? and finished_at is null", at, alarms, learnt.People, learnt.Abilities, learnt.Gates, string(run)))
}

// outcomeOf reads the newest published result of a candidate's attempt.
func outcomeOf(h database.Handle, who roster.OfficialID, id AttemptID) (Outcome, error) {
	a, err := attemptOf(h, who, id)
	if err != nil {
		return Outcome{}, err
	}
	round, err := RoundByID(h, a.Round)
	if err != nil {
		return Outcome{}, err
	}
	var row struct {
		Result              resultRow `gorm:"embedded"`
		Code                string
		Number              int
		PublishedAt         time.Time
		Withdrawn, Credited int
	}
	const invalidated = "(select count(*) from mark k where k.run_id = x.run_id and k.attempt_id = x.attempt_id and k.state = 'invalidated' and not k.pretest and "
	err = h.Gorm().Raw(`
select x.*, p.code, p.number, p.published_at, `+invalidated+`k.maximum = 0) as withdrawn, `+invalidated+`k.maximum > 0) as credited
from publication p join result x on x.run_id = p.run_id and x.attempt_id = ?
where p.round_id = ? order by p.number desc limit 1`, string(id), string(a.Round)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Outcome{Round: round, Attempt: a}, ErrNotReleased
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("read the result of attempt %s: %w", id, err)
	}
	x := row.Result
	o := Outcome{
		Round: round, Attempt: a, Publication: row.Code, Number: row.Number, PublishedAt: row.PublishedAt.UTC(), Withdrawn: row.Withdrawn, Credited: row.Credited,
		Total:    scoring.Total{Raw: scoring.Points(x.Raw), Maximum: scoring.Points(x.Maximum), Right: x.RightCount, Items: x.ItemCount},
		Decision: x.decision(),
	}
	return o, json.Unmarshal([]byte(x.Topics), &o.Topics)
}

// LowResult is a counted result of one of the two low groups.
type LowResult struct {
	Candidate CandidateID
	Low       scoring.LowGroup
	Topics    []scoring.TopicResult
}

// LowResults lists the counted results of a run that belong to a low group.
func LowResults(h database.Handle, run RunID) ([]LowResult, error) {
	var rows []resultRow
	err := h.Gorm().Table("result").Where("run_id = ? and low_group <> '' and counted = ?", string(run), true).Order("candidate_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read low results: %w", err)
	}
	low := make([]LowResult, len(rows))
	for i, r := range rows {
		low[i] = LowResult{Candidate: CandidateID(r.CandidateID), Low: scoring.LowGroup(r.LowGroup)}
		if err := json.Unmarshal([]byte(r.Topics), &low[i].Topics); err != nil {
			return nil, fmt.Errorf("topics of candidate %s: %w", r.CandidateID, err)
		}
	}
	return low, nil
}
