package assessment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sathach/internal/database"
	"sathach/itembank"
)

type correctionRow struct {
	RoundID    string
	Number     int
	RevisionID string
	Kind       string
	Correct    string
	Reason     string
	DecidedAt  time.Time
	DecidedBy  string
}

// insertCorrection writes a correction down; of two with one number the second is
// a conflict.
func insertCorrection(tx *database.Tx, round RoundID, c Correction) error {
	correct, err := json.Marshal(c.Right)
	if err != nil {
		return err
	}
	row := correctionRow{string(round), c.Number, string(c.Revision), string(c.Kind), string(correct), c.Reason, c.At, c.By}
	err = tx.Gorm().Table("correction").Create(&row).Error
	if errors.Is(err, database.ErrDuplicate) {
		return database.ErrConflict
	}
	return err
}

// lastCorrection asks for all corrections of a round.
const lastCorrection = 1 << 30

// correctionsOf are the corrections of a round up to a number, in their order.
func correctionsOf(h database.Handle, round RoundID, last int) ([]Correction, error) {
	var rows []struct {
		Correction correctionRow `gorm:"embedded"`
		Code       string
		Name       *string
	}
	err := h.Gorm().Raw(`
select c.*, i.code, a.display_name as name from correction c join item_revision r on r.id = c.revision_id join item i on i.id = r.item_id
left join account a on cast(a.id as text) = c.decided_by
where c.round_id = ? and c.number <= ? order by c.number`, string(round), last).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read corrections: %w", err)
	}
	all := make([]Correction, len(rows))
	for i, r := range rows {
		x := r.Correction
		all[i] = Correction{Number: x.Number, Revision: itembank.RevisionID(x.RevisionID), Code: r.Code, Kind: CorrectionKind(x.Kind), Reason: x.Reason, At: x.DecidedAt.UTC(), By: x.DecidedBy}
		if r.Name != nil {
			all[i].By = *r.Name
		}
		if all[i].Right, err = readRight(x.Correct); err != nil {
			return nil, fmt.Errorf("correction %d of round %s: %w", x.Number, round, err)
		}
	}
	return all, nil
}

// readRight reads what is right; of options alone, as corrections once were kept,
// their positions.
func readRight(text string) (r Right, err error) {
	if strings.HasPrefix(text, "{") {
		return r, json.Unmarshal([]byte(text), &r)
	}
	return r, json.Unmarshal([]byte(text), &r.Correct)
}

// askedRevision is the revision of an item that a round's forms hold.
func askedRevision(h database.Handle, round RoundID, code string) (itembank.RevisionID, error) {
	var ids []string
	err := h.Gorm().Raw(`
select t.revision_id from form f join form_item t on t.form_id = f.id join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id
where f.round_id = ? and i.code = ? limit 1`, string(round), code).Scan(&ids).Error
	if err != nil {
		return "", fmt.Errorf("find an asked item: %w", err)
	}
	if len(ids) == 0 {
		return "", ErrNotAsked
	}
	return itembank.RevisionID(ids[0]), nil
}

// fewestLeft is the smallest share of a form's items that count, without some.
func fewestLeft(h database.Handle, round RoundID, faulty []itembank.RevisionID) (share float64, err error) {
	if len(faulty) == 0 {
		return 1, nil
	}
	err = h.Gorm().Raw(`
select coalesce(min(left_share), 1) from (
  select 1.0 * sum(case when t.revision_id in ? then 0 else 1 end) / count(*) as left_share
  from form f join form_item t on t.form_id = f.id where f.round_id = ? and not t.pretest group by f.id) s`, faulty, string(round)).Scan(&share).Error
	return share, err
}

// unheeded is true of a round r whose newest finished run knows nothing of its
// newest correction, or, of a follow-up, of the newest published results before it.
const unheeded = `(exists (select 1 from correction c where c.round_id = r.id and c.number > (
  select coalesce(max(s.corrections), 0) from scoring_run s where s.round_id = r.id and s.finished_at is not null))
 or (select s.before_run_id from scoring_run s where s.round_id = r.id and s.finished_at is not null order by s.number desc limit 1) <>
  (select p.run_id from publication p where p.round_id = r.follows_id order by p.number desc limit 1))`

// correctedRounds are the marked rounds that are to be marked again.
func correctedRounds(h database.Handle) ([]Round, error) {
	return findRounds(h, "where r.state in ('scored', 'published') and "+unheeded+" order by r.due_at")
}

// correcting tells whether a round is to be marked, or marked again.
func correcting(h database.Handle, round RoundID) (bool, error) {
	var n int
	err := h.Gorm().Raw("select count(*) from round r where r.id = ? and "+unheeded, string(round)).Scan(&n).Error
	return n > 0, err
}

// heededBy is the number of the last correction that a run has heeded.
func heededBy(h database.Handle, run RunID) (last int, err error) {
	err = h.Gorm().Raw("select corrections from scoring_run where id = ?", string(run)).Scan(&last).Error
	return last, err
}

// releasedRun is the run of the newest publication of a round, and the newest
// finished run.
func releasedRun(h database.Handle, round RoundID) (released, newest RunID, err error) {
	err = h.Gorm().Raw("select run_id from publication where round_id = ? order by number desc limit 1", string(round)).Scan(&released).Error
	if err != nil {
		return "", "", fmt.Errorf("find the released run: %w", err)
	}
	newest, err = finishedRun(h, round)
	return released, newest, err
}

// effectOf compares the results that count in two runs.
func effectOf(h database.Handle, before, after RunID) (e Effect, err error) {
	sum := func(condition, name string) string {
		return "coalesce(sum(case when " + condition + " then 1 else 0 end), 0) as " + name
	}
	err = h.Gorm().Raw(`
select count(*) as people, `+sum("a.score <> b.score", "scores")+`, `+sum("a.band <> b.band", "bands")+`,
  `+sum("b.commended and not a.commended", "commended")+`, `+sum("a.commended and not b.commended", `"left"`)+`,
  `+sum("b.low_group <> '' and a.low_group = ''", "low")+`, `+sum("a.low_group <> '' and b.low_group = ''", "released")+`
from result a join result b on b.candidate_id = a.candidate_id and b.run_id = ? and b.counted
where a.run_id = ? and a.counted`, string(after), string(before)).Scan(&e).Error
	if err != nil {
		return e, fmt.Errorf("compare runs: %w", err)
	}
	return e, nil
}
