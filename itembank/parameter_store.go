package itembank

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/scoring"
	"sathach/scoring/irt"
)

type parameterRow struct {
	RevisionID string
	RunID      string
	MadeAt     time.Time
	Standing   string
	N          int
	Parameters string
}

// parameterText is what is kept as JSON.
type parameterText struct {
	Slope      float64   `json:"a"`
	Intercepts []float64 `json:"d"`
	Asymptote  float64   `json:"c,omitempty"`
	SE         []float64 `json:"se,omitempty"`
	// Of the difficulties.
	DifficultySE []float64        `json:"b_se,omitempty"`
	From         []scoring.Points `json:"from"`
	Worth        []float64        `json:"worth"`
	Drift        float64          `json:"drift,omitempty"`
}

// difficultySE are the errors of the difficulties; of parameters that were kept
// without them, what the errors of slope and intercepts give without covariance,
// which is more rather than less.
func (t parameterText) difficultySE() (errors []float64) {
	if len(t.DifficultySE) > 0 || len(t.SE) != len(t.Intercepts)+1 {
		return t.DifficultySE
	}
	for k, d := range t.Intercepts {
		errors = append(errors, math.Hypot(t.SE[k+1], d/t.Slope*t.SE[0])/t.Slope)
	}
	return errors
}

// RecordParameters writes down what the answers up to a scoring run show.
// Done twice it changes nothing.
func RecordParameters(tx *database.Tx, run string, all []Parameters) error {
	rows := make([]parameterRow, len(all))
	for i, p := range all {
		text, err := json.Marshal(parameterText{p.A, p.D, p.C, p.SE, p.DifficultySE, p.From, p.Worth, p.Drift})
		if err != nil {
			return err
		}
		rows[i] = parameterRow{string(p.Revision), run, database.Truncate(p.At), string(p.Standing), p.N, string(text)}
	}
	if err := tx.Gorm().Exec("delete from item_parameter where run_id = ?", run).Error; err != nil || len(rows) == 0 {
		return err
	}
	return tx.Gorm().Table("item_parameter").CreateInBatches(rows, batch).Error
}

// ParametersOf are the newest parameters of some revisions, of those that have
// any; provisional ones do not take the place of those that stand.
func ParametersOf(h database.Handle, ids []RevisionID) (map[RevisionID]Parameters, error) {
	found := map[RevisionID]Parameters{}
	for part := range slices.Chunk(ids, batch) {
		history, err := parametersIn(h, "p.revision_id in ? and not p.forgotten", part)
		if err != nil {
			return nil, err
		}
		for _, p := range history { // oldest first
			if found[p.Revision].Standing != Operational || p.Standing == Operational {
				found[p.Revision] = p
			}
		}
	}
	return found, nil
}

// ForgetParameters puts the parameters of a revision aside: answers to it were
// marked otherwise than they are now. Only Reference goes on using them.
func ForgetParameters(tx *database.Tx, id RevisionID) error {
	return tx.Gorm().Exec("update item_parameter set forgotten = ? where revision_id = ?", true, string(id)).Error
}

// HasScale tells whether the bank has a scale: some item's parameters stand.
func HasScale(h database.Handle) (bool, error) {
	var n int64
	err := h.Gorm().Raw("select count(*) from (select 1 from item_parameter where standing = ? and not forgotten limit 1) s", string(Operational)).Scan(&n).Error
	return n > 0, err
}

// Reference are the parameters that founded the scale of the bank: those that
// stand of the first run that has any. What is expected of these items brings an
// ability to a score that everybody understands, the same in all rounds, whatever
// becomes of the items. Before there is a scale there are none.
func Reference(h database.Handle) ([]Parameters, error) {
	return parametersIn(h, `p.standing = ? and p.run_id = (
  select f.run_id from item_parameter f where f.standing = ? order by f.made_at, f.run_id limit 1)`, string(Operational), string(Operational))
}

// parametersOfItem are those of all revisions of an item, oldest first.
func parametersOfItem(h database.Handle, item ItemID) ([]Parameters, error) {
	return parametersIn(h, "p.revision_id in (select id from item_revision where item_id = ?) and not p.forgotten", string(item))
}

func parametersIn(h database.Handle, where string, args ...any) ([]Parameters, error) {
	var rows []parameterRow
	err := h.Gorm().Raw("select p.* from item_parameter p where "+where+" order by p.made_at, p.run_id, p.revision_id", args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read item parameters: %w", err)
	}
	all := make([]Parameters, len(rows))
	for i, r := range rows {
		var t parameterText
		if err := json.Unmarshal([]byte(r.Parameters), &t); err != nil {
			return nil, fmt.Errorf("parameters of revision %s: %w", r.RevisionID, err)
		}
		if n := len(t.Intercepts); n == 0 || len(t.From) != n || len(t.Worth) != n+1 {
			return nil, fmt.Errorf("parameters of revision %s have %d intercepts, %d limits and %d worths", r.RevisionID, n, len(t.From), len(t.Worth))
		}
		all[i] = Parameters{
			Revision: RevisionID(r.RevisionID), Standing: ParameterStanding(r.Standing), N: r.N, Curve: Curve{irt.Item{A: t.Slope, D: t.Intercepts, C: t.Asymptote}, t.From, t.Worth},
			SE: t.SE, DifficultySE: t.difficultySE(), Drift: t.Drift, At: r.MadeAt.UTC(),
		}
	}
	return all, nil
}

// FacilitiesOf are how many people met some revisions, in all rounds, and the
// mean share of the mark they earned.
func FacilitiesOf(h database.Handle, ids []RevisionID) (map[RevisionID]Facility, error) {
	found := map[RevisionID]Facility{}
	for part := range slices.Chunk(ids, batch) {
		some, err := findFacilities(h, "s.revision_id in ?", part)
		if err != nil {
			return nil, err
		}
		maps.Copy(found, some)
	}
	return found, nil
}

func findFacilities(h database.Handle, where string, args ...any) (map[RevisionID]Facility, error) {
	var rows []struct {
		RevisionID string
		N          int
		Shares     int64 // thousandths, by person
	}
	err := h.Gorm().Raw(`
select s.revision_id, sum(s.n) as n, sum(s.n * s.facility) as shares from item_statistic s where `+where+` group by s.revision_id order by s.revision_id`, args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read facilities: %w", err)
	}
	found := map[RevisionID]Facility{}
	for _, r := range rows {
		found[RevisionID(r.RevisionID)] = Facility{r.N, float64(r.Shares) / 1000 / float64(r.N)}
	}
	return found, nil
}

// Facility is the mean share of a mark that so many people earned.
type Facility struct {
	N     int
	Share float64
}

// UsualsIn are what is usual of items by topic, from the newest parameters that stand;
// none before usualFrom items have any.
func UsualsIn(h database.Handle) (map[string]Usual, error) {
	var rows []struct{ RevisionID, TopicCode, Parameters string }
	err := h.Gorm().Raw(`
select p.revision_id, i.topic_code, p.parameters from item_parameter p join item_revision r on r.id = p.revision_id join item i on i.id = r.item_id
where p.standing = ? and not p.forgotten order by p.made_at, p.run_id`, string(Operational)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read parameters of all items: %w", err)
	}
	newest := map[string]ofTopic{}
	for _, r := range rows {
		var t parameterText
		if err := json.Unmarshal([]byte(r.Parameters), &t); err != nil {
			return nil, fmt.Errorf("parameters of revision %s: %w", r.RevisionID, err)
		}
		newest[r.RevisionID] = ofTopic{r.TopicCode, irt.Item{A: t.Slope, D: t.Intercepts, C: t.Asymptote}}
	}
	all := make([]ofTopic, 0, len(newest))
	for _, id := range slices.Sorted(maps.Keys(newest)) { // sums in one order
		all = append(all, newest[id])
	}
	return usualsOf(all), nil
}
