package itembank

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

type statisticRow struct {
	RevisionID     string
	RoundID        string
	MetAt          time.Time
	N              int
	Facility       int
	Discrimination *int
	Rival          *int
	Shift          int // thousandths of a logit
	Options        string
	RunID          *string
	LeftOut        int
}

// optionText is what is kept of an option as JSON; the rest follows from it.
type optionText struct {
	Count int           `json:"n"`
	Upper measure.Value `json:"u"`
	Lower measure.Value `json:"l"`
	Rest  measure.Value `json:"r"`
}

func optionsText(options []ctt.OptionStatistics) (string, error) {
	if len(options) == 0 {
		return "", nil
	}
	kept := make([]optionText, len(options))
	for k, o := range options {
		kept[k] = optionText{o.Count, o.Upper, o.Lower, o.Rest}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

// optionsFrom reads what optionsText wrote of n people.
func optionsFrom(text string, n int) ([]ctt.OptionStatistics, error) {
	if text == "" {
		return nil, nil
	}
	var kept []optionText
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return nil, fmt.Errorf("options of an item: %w", err)
	}
	options := make([]ctt.OptionStatistics, len(kept))
	for k, o := range kept {
		options[k] = ctt.OptionOf(o.Count, n, o.Upper, o.Lower, o.Rest)
	}
	return options, nil
}

func inThousandths(x float64) int { return int(math.Round(x * 1000)) }

// RecordStatistics writes down what a round has shown; what the same round
// had shown before, by another scoring run, is replaced. Lists show it after
// Show.
func RecordStatistics(tx *database.Tx, round string, stats []RoundStatistic) error {
	shift, err := shiftFrom(tx, round, stats)
	if err != nil {
		return err
	}
	rows := make([]statisticRow, len(stats))
	for i, s := range stats {
		options, err := optionsText(s.Options)
		if err != nil {
			return err
		}
		rows[i] = statisticRow{
			RevisionID: string(s.Revision), RoundID: round, MetAt: database.Truncate(s.At), N: s.N, Facility: inThousandths(s.Facility), Rival: s.Rival, Shift: inThousandths(shift), Options: options, LeftOut: s.LeftOut,
		}
		if s.Run != "" {
			rows[i].RunID = &s.Run
		}
		if s.Discrimination != nil {
			r := inThousandths(*s.Discrimination)
			rows[i].Discrimination = &r
		}
	}
	if err := tx.Gorm().Exec("delete from item_statistic where round_id = ?", round).Error; err != nil || len(rows) == 0 {
		return err
	}
	return tx.Gorm().Table("item_statistic").CreateInBatches(rows, batch).Error
}

// Doubts are questions about the items whose key what is recorded of a round makes
// doubtful.
func Doubts(h database.Handle, round string) (questions []Question, err error) {
	stats, err := findStatistics(h, "s.round_id = ?", round)
	for _, s := range stats {
		if reason := s.doubt(); reason != "" {
			questions = append(questions, Question{s.Revision, reason, true})
		}
	}
	return questions, err
}

// Ask asks somebody to read revisions again that may be drawn, and of which nobody
// was asked the like. A person's answer stands, whatever later rounds show of the
// same text. Lists show it after Show.
func Ask(tx *database.Tx, round string, questions []Question) error {
	for _, q := range questions {
		err := tx.Gorm().Exec(`
insert into item_recheck (item_id, revision_id, held, asked_at, reason) select r.item_id, r.id, ?, d.due_at, d.name || ': ' || ?
from item_revision r join round d on d.id = ?
where r.id = ? and r.state = ? and not exists (select 1 from item_recheck k where k.revision_id = r.id and k.held = ?)`,
			q.Held, q.Reason, round, string(q.Revision), string(Approved), q.Held).Error
		if err != nil {
			return fmt.Errorf("ask about an item: %w", err)
		}
	}
	return nil
}

// shiftFrom is how people of a round differ from those whom its items met before.
func shiftFrom(h database.Handle, round string, stats []RoundStatistic) (float64, error) {
	ids := make([]RevisionID, len(stats))
	for i, s := range stats {
		ids[i] = s.Revision
	}
	before := map[RevisionID]Facility{}
	for part := range slices.Chunk(ids, batch) {
		some, err := findFacilities(h, "s.revision_id in ? and s.round_id <> ? and s.met_at < ?", part, round, database.Truncate(stats[0].At))
		if err != nil {
			return 0, err
		}
		maps.Copy(before, some)
	}
	return shiftOf(stats, before), nil
}

// itemsWith are the items of some revisions.
func itemsWith(h database.Handle, revisions []RevisionID) (items []ItemID, err error) {
	for part := range slices.Chunk(revisions, batch) {
		var ids []ItemID
		if err := h.Gorm().Raw("select distinct item_id from item_revision where id in ?", part).Scan(&ids).Error; err != nil {
			return nil, fmt.Errorf("find items: %w", err)
		}
		items = append(items, ids...)
	}
	return items, nil
}

type statisticFound struct {
	Statistic statisticRow `gorm:"embedded"`
	Number    int
	Name      string
}

func (r statisticFound) value() (RoundStatistic, error) {
	s := r.Statistic
	options, err := optionsFrom(s.Options, s.N)
	run := ""
	if s.RunID != nil {
		run = *s.RunID
	}
	return RoundStatistic{
		Run: run, LeftOut: s.LeftOut, Options: options, Revision: RevisionID(s.RevisionID), Number: r.Number, Round: s.RoundID, RoundName: r.Name, At: s.MetAt.UTC(), N: s.N, Facility: float64(s.Facility) / 1000,
		Discrimination: thousandths(s.Discrimination), Rival: s.Rival, Shift: float64(s.Shift) / 1000,
	}, err
}

func findStatistics(h database.Handle, where string, args ...any) ([]RoundStatistic, error) {
	var rows []statisticFound
	err := h.Gorm().Raw(`
select s.*, r.number, d.name from item_statistic s join item_revision r on r.id = s.revision_id join round d on d.id = s.round_id
where `+where+` order by s.met_at, s.round_id`, args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read statistics: %w", err)
	}
	stats := make([]RoundStatistic, len(rows))
	for i, r := range rows {
		if stats[i], err = r.value(); err != nil {
			return nil, err
		}
	}
	return stats, nil
}

func statisticsOf(h database.Handle, item ItemID) ([]RoundStatistic, error) {
	return findStatistics(h, "r.item_id = ?", string(item))
}

// facilitiesInTopic are those of the items of a topic that were asked, all revisions
// of one together, but for the item of a revision.
func facilitiesInTopic(h database.Handle, topic string, but RevisionID) ([]Facility, error) {
	var rows []struct{ N, Shares int64 } // thousandths, by person
	err := h.Gorm().Raw(`
select sum(s.n) as n, sum(s.n * s.facility) as shares from item_statistic s join item_revision r on r.id = s.revision_id join item i on i.id = r.item_id
where i.topic_code = ? and i.id <> (select o.item_id from item_revision o where o.id = ?) group by i.id order by i.id`, topic, string(but)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read facilities: %w", err)
	}
	found := make([]Facility, len(rows))
	for n, r := range rows {
		found[n] = Facility{int(r.N), float64(r.Shares) / 1000 / float64(r.N)}
	}
	return found, nil
}

// statisticsIn reads the statistics of some revisions, oldest first.
func statisticsIn(h database.Handle, ids []RevisionID) (map[RevisionID][]RoundStatistic, error) {
	found, err := findStatistics(h, "s.revision_id in ?", ids)
	byRevision := map[RevisionID][]RoundStatistic{}
	for _, s := range found {
		byRevision[s.Revision] = append(byRevision[s.Revision], s)
	}
	return byRevision, err
}
