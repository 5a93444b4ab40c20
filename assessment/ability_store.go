package assessment

import (
	"fmt"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring"
)

// countedItems are the items that count of a round's forms that somebody took.
func countedItems(h database.Handle, round RoundID) (ids []itembank.RevisionID, err error) {
	err = h.Gorm().Raw(`
select distinct t.revision_id from form f join form_item t on t.form_id = f.id where f.round_id = ? and not t.pretest
  and exists (select 1 from attempt a where a.form_id = f.id) order by t.revision_id`, string(round)).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("list the items of round %s: %w", round, err)
	}
	return ids, nil
}

// firstLearnt is what the first finished run of a round has learnt.
func firstLearnt(h database.Handle, round RoundID) (l Learnt, marked bool, err error) {
	var ids []RunID
	err = h.Gorm().Raw("select id from scoring_run where round_id = ? and finished_at is not null order by number limit 1", string(round)).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return l, false, err
	}
	l, err = LearntIn(h, ids[0])
	return l, true, err
}

// totalOnForm is how many people had a total on a form.
type totalOnForm struct {
	form   FormID
	total  scoring.Total
	people int
}

// totalsOnForms are the totals of everybody's first tries, form by form.
func totalsOnForms(h database.Handle, run RunID) ([]totalOnForm, error) {
	var rows []struct {
		FormID            string
		Raw, Maximum      int64
		ItemCount, People int
	}
	err := h.Gorm().Raw(`
select a.form_id, x.raw, x.maximum, x.item_count, count(*) as people from result x join attempt a on a.id = x.attempt_id
where x.run_id = ? and a.try = 1 group by a.form_id, x.raw, x.maximum, x.item_count order by a.form_id, x.raw, x.maximum, x.item_count`, string(run)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count totals: %w", err)
	}
	totals := make([]totalOnForm, len(rows))
	for i, r := range rows {
		totals[i] = totalOnForm{FormID(r.FormID), scoring.Total{Raw: scoring.Points(r.Raw), Maximum: scoring.Points(r.Maximum), Items: r.ItemCount}, r.People}
	}
	return totals, nil
}

// shownForms are the items of some forms that show something.
func shownForms(h database.Handle, held corrections, ids []FormID) (map[FormID]shownForm, error) {
	var rows []struct{ FormID, RevisionID string }
	err := h.Gorm().Raw("select form_id, revision_id from form_item where form_id in ? and not pretest order by form_id, position", ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the items of forms: %w", err)
	}
	forms := map[FormID]shownForm{}
	for _, r := range rows {
		form, item := forms[FormID(r.FormID)], itembank.RevisionID(r.RevisionID)
		switch {
		case !held.invalidates(item):
			form.items = append(form.items, item)
		case held[item].Kind == Credit:
			form.credited++
		}
		forms[FormID(r.FormID)] = form
	}
	return forms, nil
}
