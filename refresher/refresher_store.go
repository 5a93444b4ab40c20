package refresher

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sathach/assessment"
	"sathach/internal/database"
	"sathach/internal/viet"
)

type materialRow struct {
	Code      string
	TopicCode string
	Title     string
	Kind      string
	Minutes   int
	Link      string
	Body      string
	Documents string
}

type recommendationRow struct {
	RunID        string
	CandidateID  string
	TopicCode    string
	MaterialCode string
	RightCount   int
	ItemCount    int
	DueOn        string
	OpenedAt     *time.Time
	FinishedAt   *time.Time
}

// Rows of one insert; both databases bound the number of parameters.
const batch = 500

func insertMaterials(tx *database.Tx, materials []Material) error {
	rows := make([]materialRow, len(materials))
	for i, m := range materials {
		if m.Documents == nil {
			m.Documents = []string{}
		}
		documents, err := json.Marshal(m.Documents)
		if err != nil {
			return err
		}
		rows[i] = materialRow{m.Code, m.Topic, m.Title, m.Kind, m.Minutes, m.Link, m.Body, string(documents)}
	}
	return tx.Gorm().Table("material").CreateInBatches(rows, batch).Error
}

func (r materialRow) material() (Material, error) {
	m := Material{Code: r.Code, Topic: r.TopicCode, Title: r.Title, Kind: r.Kind, Minutes: r.Minutes, Link: r.Link, Body: r.Body}
	if err := json.Unmarshal([]byte(r.Documents), &m.Documents); err != nil {
		return Material{}, fmt.Errorf("material %s: %w", r.Code, err)
	}
	return m, nil
}

// shelfOn reads the materials whose every document is in force on a date.
func shelfOn(h database.Handle, on viet.Date) (shelf, error) {
	var rows []materialRow
	if err := h.Gorm().Table("material").Order("case when kind = 'reading' then 0 else 1 end, code").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read materials: %w", err)
	}
	var ended []string
	if err := h.Gorm().Raw("select number from legal_document where effective_to < ?", on).Scan(&ended).Error; err != nil {
		return nil, fmt.Errorf("read the law register: %w", err)
	}
	dead := map[string]bool{}
	for _, number := range ended {
		dead[number] = true
	}
	s := shelf{}
	for _, r := range rows {
		m, err := r.material()
		if err != nil {
			return nil, err
		}
		if m.standsOn(dead) {
			continue
		}
		s[m.Topic] = append(s[m.Topic], m)
	}
	return s, nil
}

func (m Material) standsOn(dead map[string]bool) bool {
	for _, number := range m.Documents {
		if dead[number] {
			return true
		}
	}
	return false
}

func materialByCode(h database.Handle, code string) (Material, error) {
	var row materialRow
	err := h.Gorm().Table("material").Where("code = ?", code).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Material{}, ErrNoMaterial
	}
	if err != nil {
		return Material{}, fmt.Errorf("read material %s: %w", code, err)
	}
	return row.material()
}

// reader is somebody to whom a material was recommended.
type reader struct{ candidate, material string }

// readSoFar is what was read of a round's recommendations.
func readSoFar(h database.Handle, round assessment.RoundID) (map[reader]recommendationRow, error) {
	var rows []recommendationRow
	err := h.Gorm().Raw(`
select x.* from recommendation x join candidate c on c.id = x.candidate_id
where c.round_id = ? and (x.opened_at is not null or x.finished_at is not null)`, string(round)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what was read: %w", err)
	}
	read := map[reader]recommendationRow{}
	for _, r := range rows {
		read[reader{r.CandidateID, r.MaterialCode}] = r
	}
	return read, nil
}

func insertRecommendations(tx *database.Tx, advice []Recommendation, read map[reader]recommendationRow) error {
	if len(advice) == 0 {
		return nil
	}
	rows := make([]recommendationRow, len(advice))
	for i, a := range advice {
		before := read[reader{string(a.Candidate), a.Material}]
		rows[i] = recommendationRow{
			RunID: string(a.Run), CandidateID: string(a.Candidate), TopicCode: a.Topic, MaterialCode: a.Material, RightCount: a.Right, ItemCount: a.Items, DueOn: a.DueOn,
			OpenedAt: before.OpenedAt, FinishedAt: before.FinishedAt,
		}
	}
	return tx.Gorm().Table("recommendation").CreateInBatches(rows, batch).Error
}

func readingsOf(h database.Handle, official string) ([]Reading, error) {
	var rows []struct {
		Material    materialRow `gorm:"embedded"`
		CandidateID string
		WeakTopic   string
		DueOn       string
		OpenedAt    *time.Time
		FinishedAt  *time.Time
	}
	err := h.Gorm().Raw(`
select m.*, x.candidate_id, x.topic_code as weak_topic, x.due_on, x.opened_at, x.finished_at
from recommendation x
join candidate c on c.id = x.candidate_id and c.official_id = ?
join scoring_run s on s.id = x.run_id
join material m on m.code = x.material_code
where x.run_id = (select p.run_id from publication p where p.round_id = c.round_id order by p.number desc limit 1)
order by s.started_at desc, x.right_count, x.topic_code`, official).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read recommendations: %w", err)
	}
	readings := make([]Reading, len(rows))
	for i, r := range rows {
		m, err := r.Material.material()
		if err != nil {
			return nil, err
		}
		readings[i] = Reading{Candidate: assessment.CandidateID(r.CandidateID), Material: m, Topic: r.WeakTopic, DueOn: r.DueOn}
		if r.OpenedAt != nil {
			readings[i].OpenedAt = r.OpenedAt.UTC()
		}
		if r.FinishedAt != nil {
			readings[i].FinishedAt = r.FinishedAt.UTC()
		}
	}
	return readings, nil
}

func touchReading(tx *database.Tx, official, code, column string, at time.Time) error {
	return tx.Gorm().Exec("update recommendation set "+column+" = ? where "+column+" is null and material_code = ? and candidate_id in (select id from candidate where official_id = ?)",
		at, code, official).Error
}
