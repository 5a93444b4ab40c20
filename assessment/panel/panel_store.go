package panel

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"sathach/assessment"
	"sathach/internal/database"
	"sathach/itembank"
)

type panelRow struct {
	ID         string
	Name       string
	Borderline string
	RoundID    string
	FormID     string
	State      string
	OpenedAt   time.Time
	OpenedBy   string
	ClosedAt   *time.Time
	Result     string
	Version    int
}

type limitRow struct {
	PanelID   string
	AccountID string
	LowCut    int
	HighCut   int
	LowFail   int
	HighFail  int
}

type opinionRow struct {
	PanelID     string
	CandidateID string
	Level       int
}

func insertPanel(tx *database.Tx, x Panel) error {
	row := panelRow{
		ID: string(x.ID), Name: x.Name, Borderline: x.Borderline, RoundID: string(x.Round), FormID: string(x.form), State: string(x.State), OpenedAt: x.OpenedAt,
		OpenedBy: x.openedBy, Result: "{}", Version: x.Version,
	}
	return tx.Gorm().Table("panel").Create(&row).Error
}

// firstForm is the first form of a round.
func firstForm(h database.Handle, round assessment.RoundID) (assessment.FormID, error) {
	var ids []string
	err := h.Gorm().Raw("select id from form where round_id = ? order by number limit 1", string(round)).Scan(&ids).Error
	if err == nil && len(ids) == 0 {
		err = assessment.ErrNoForms
	}
	if err != nil {
		return "", err
	}
	return assessment.FormID(ids[0]), nil
}

func panelByID(h database.Handle, id ID) (Panel, error) {
	found, err := findPanels(h, "where p.id = ?", string(id))
	if err == nil && len(found) == 0 {
		err = ErrNoPanel
	}
	if err != nil {
		return Panel{}, err
	}
	return found[0], nil
}

func findPanels(h database.Handle, where string, args ...any) ([]Panel, error) {
	var rows []struct {
		Panel     panelRow `gorm:"embedded"`
		RoundName string
		OpenedBy  string `gorm:"column:opener"`
		Judges    int
	}
	err := h.Gorm().Raw(`
select p.*, d.name as round_name, a.display_name as opener, (select count(distinct r.account_id) from panel_rating r where r.panel_id = p.id) as judges
from panel p join round d on d.id = p.round_id join account a on a.id = p.opened_by `+where+` order by p.opened_at desc, p.id`, args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read panels: %w", err)
	}
	panels := make([]Panel, len(rows))
	for i, r := range rows {
		p := r.Panel
		panels[i] = Panel{
			ID: ID(p.ID), Name: p.Name, Borderline: p.Borderline, Round: assessment.RoundID(p.RoundID), RoundName: r.RoundName, State: State(p.State), OpenedAt: p.OpenedAt.UTC(),
			OpenedBy: r.OpenedBy, Judges: r.Judges, Version: p.Version, form: assessment.FormID(p.FormID),
		}
		if p.ClosedAt == nil {
			continue
		}
		panels[i].ClosedAt, panels[i].Result = p.ClosedAt.UTC(), &Result{}
		if err := json.Unmarshal([]byte(p.Result), panels[i].Result); err != nil {
			return nil, fmt.Errorf("result of panel %s: %w", p.ID, err)
		}
	}
	return panels, nil
}

func itemsOf(h database.Handle, form assessment.FormID) ([]Item, error) {
	var rows []struct {
		Position, Number int
		RevisionID, Code string
	}
	err := h.Gorm().Raw(`
select t.position, t.revision_id, i.code, r.number from form_item t join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where t.form_id = ? and not t.pretest order by t.position`, string(form)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the items of form %s: %w", form, err)
	}
	items := make([]Item, len(rows))
	for i, r := range rows {
		items[i] = Item{Position: r.Position, Revision: itembank.RevisionID(r.RevisionID), Code: r.Code, Number: r.Number}
	}
	return items, nil
}

// ratingsOf are a judge's, by position.
func ratingsOf(h database.Handle, id ID, account string) (map[int]int, error) {
	var rows []struct{ Position, Percent int }
	err := h.Gorm().Raw("select position, percent from panel_rating where panel_id = ? and account_id = ?", string(id), account).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read ratings: %w", err)
	}
	own := map[int]int{}
	for _, r := range rows {
		own[r.Position] = r.Percent
	}
	return own, nil
}

// judge is everything one judge rated.
type judge struct {
	name    string
	ratings map[int]int
}

// judgesOf are the judges of a panel in the order of their accounts.
func judgesOf(h database.Handle, id ID) (judges []judge, err error) {
	var rows []struct {
		AccountID, DisplayName string
		Position, Percent      int
	}
	err = h.Gorm().Raw(`
select r.account_id, a.display_name, r.position, r.percent from panel_rating r join account a on a.id = r.account_id where r.panel_id = ? order by r.account_id, r.position`,
		string(id)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read ratings: %w", err)
	}
	last := ""
	for _, r := range rows {
		if r.AccountID != last {
			last = r.AccountID
			judges = append(judges, judge{r.DisplayName, map[int]int{}})
		}
		judges[len(judges)-1].ratings[r.Position] = r.Percent
	}
	return judges, nil
}

func limitsOf(h database.Handle, id ID, account string) (*Limits, error) {
	var row limitRow
	err := h.Gorm().Table("panel_limit").Where("panel_id = ? and account_id = ?", string(id), account).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read limits: %w", err)
	}
	return &Limits{row.LowCut, row.HighCut, row.LowFail, row.HighFail}, nil
}

func allLimits(h database.Handle, id ID) ([]Limits, error) {
	var rows []limitRow
	if err := h.Gorm().Table("panel_limit").Where("panel_id = ?", string(id)).Order("account_id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read limits: %w", err)
	}
	limits := make([]Limits, len(rows))
	for i, r := range rows {
		limits[i] = Limits{r.LowCut, r.HighCut, r.LowFail, r.HighFail}
	}
	return limits, nil
}

// newestRun is the newest finished run of a round.
const newestRun = "(select s.id from scoring_run s where s.round_id = ? and s.finished_at is not null order by s.number desc limit 1)"

// candidatesWithScore are those of a round whose first try has a score, by the
// record code of the person.
func candidatesWithScore(h database.Handle, round assessment.RoundID) (map[string]assessment.CandidateID, error) {
	var rows []struct{ Code, ID string }
	err := h.Gorm().Raw(`
select o.code, c.id from candidate c join official o on o.id = c.official_id join result x on x.candidate_id = c.id join attempt a on a.id = x.attempt_id
where x.maximum > 0 and a.try = 1 and x.run_id = `+newestRun, string(round)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read who has a score: %w", err)
	}
	found := map[string]assessment.CandidateID{}
	for _, r := range rows {
		found[r.Code] = assessment.CandidateID(r.ID)
	}
	return found, nil
}

// opinion is somebody's level with their score, of 100.
type opinion struct {
	Level int
	Score float64
}

func opinionsOf(h database.Handle, id ID, round assessment.RoundID) (heard []opinion, err error) {
	err = h.Gorm().Raw(`
select p.level, 100.0 * x.raw / x.maximum as score from panel_opinion p join result x on x.candidate_id = p.candidate_id join attempt a on a.id = x.attempt_id
where p.panel_id = ? and x.maximum > 0 and a.try = 1 and x.run_id = `+newestRun+` order by p.candidate_id`, string(id), string(round)).Scan(&heard).Error
	if err != nil {
		return nil, fmt.Errorf("read what superiors say: %w", err)
	}
	return heard, nil
}

func saveOpinions(tx *database.Tx, id ID, levels map[assessment.CandidateID]int) error {
	if err := tx.Gorm().Exec("delete from panel_opinion where panel_id = ?", string(id)).Error; err != nil {
		return err
	}
	rows := make([]opinionRow, 0, len(levels))
	for _, candidate := range slices.Sorted(maps.Keys(levels)) {
		rows = append(rows, opinionRow{string(id), string(candidate), levels[candidate]})
	}
	return tx.Gorm().Table("panel_opinion").CreateInBatches(rows, 500).Error
}

// scoresOf are the scores, of 100, of the first tries of a round's newest
// finished run.
func scoresOf(h database.Handle, round assessment.RoundID) (scores []float64, err error) {
	err = h.Gorm().Raw(`
select 100.0 * x.raw / x.maximum from result x join attempt a on a.id = x.attempt_id where x.maximum > 0 and a.try = 1
and x.run_id = `+newestRun, string(round)).Scan(&scores).Error
	if err != nil {
		return nil, fmt.Errorf("read scores: %w", err)
	}
	return scores, nil
}

// stillOpen refuses a panel that was closed meanwhile. It takes part in the
// race through the version: closing reads it first.
func stillOpen(tx *database.Tx, id ID) error {
	changed := tx.Gorm().Exec("update panel set version = version + 1 where id = ? and state = ?", string(id), string(Open))
	if changed.Error == nil && changed.RowsAffected == 0 {
		return ErrClosed
	}
	return changed.Error
}

func saveRatings(tx *database.Tx, id ID, account string, ratings map[int]int, at time.Time) error {
	for _, position := range slices.Sorted(maps.Keys(ratings)) {
		err := tx.Gorm().Exec(`
insert into panel_rating (panel_id, account_id, position, percent, rated_at) values (?, ?, ?, ?, ?)
on conflict (panel_id, account_id, position) do update set percent = excluded.percent, rated_at = excluded.rated_at`,
			string(id), account, position, ratings[position], at).Error
		if err != nil {
			return fmt.Errorf("save a rating: %w", err)
		}
	}
	return nil
}

func saveLimits(tx *database.Tx, id ID, account string, l *Limits) error {
	if l == nil {
		return nil
	}
	return tx.Gorm().Exec(`
insert into panel_limit (panel_id, account_id, low_cut, high_cut, low_fail, high_fail) values (?, ?, ?, ?, ?, ?)
on conflict (panel_id, account_id) do update set low_cut = excluded.low_cut, high_cut = excluded.high_cut, low_fail = excluded.low_fail, high_fail = excluded.high_fail`,
		string(id), account, l.LowCut, l.HighCut, l.LowFail, l.HighFail).Error
}

func closePanel(tx *database.Tx, id ID, version int, r Result, at time.Time) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return database.Touched(tx.Gorm().Exec(
		"update panel set state = ?, closed_at = ?, result = ?, version = version + 1 where id = ? and version = ? and state = ?",
		string(Closed), at, string(text), string(id), version, string(Open)))
}
