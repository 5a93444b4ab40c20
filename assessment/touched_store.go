package assessment

import (
	"fmt"
	"time"

	"sathach/internal/database"
	"sathach/itembank"
)

// mostTouched bounds the revisions asked about; a change of the law that
// touches more is a matter for the whole bank.
const mostTouched = 10_000

func touchedBy(h database.Handle, revisions []itembank.RevisionID, since time.Time) ([]TouchedRound, error) {
	revisions = revisions[:min(len(revisions), mostTouched)]
	var rows []struct {
		ID, Name, State string
		DueAt           time.Time
		Items, Attempts int
	}
	err := h.Gorm().Raw(`
select r.id, r.name, r.state, r.due_at, count(distinct i.revision_id) as items,
  (select count(*) from attempt a where a.round_id = r.id and exists (select 1 from form_item x where x.form_id = a.form_id and (x.revision_id in ? or x.situation_id in ?))) as attempts
from round r join form f on f.round_id = r.id join (
  select form_id, revision_id from form_item where revision_id in ? union select form_id, revision_id from form_item where situation_id in ?) i on i.form_id = f.id
where (r.state in ('assembled', 'open') or r.due_at >= ?)
group by r.id, r.name, r.state, r.due_at order by r.due_at desc`, revisions, revisions, revisions, revisions, since.UTC()).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read touched rounds: %w", err)
	}
	touched := make([]TouchedRound, len(rows))
	for i, t := range rows {
		touched[i] = TouchedRound{RoundID(t.ID), t.Name, State(t.State), t.DueAt.UTC(), t.Items, t.Attempts}
	}
	return touched, nil
}
