package itembank

import (
	"errors"
	"fmt"
	"slices"

	"sathach/internal/database"
)

// belonging is the id of the situation that a draft belongs to, nil for none.
func belonging(h database.Handle, d Draft) (*string, error) {
	if d.Situation == "" {
		return nil, nil
	}
	revisions, err := revisionsOf(h, d.Situation)
	if errors.Is(err, ErrNoItem) {
		err = ErrSituation
	}
	if err != nil {
		return nil, err
	}
	if r := speaker(revisions); r.Kind != Situation || r.Topic != d.Topic || r.State == Retired {
		return nil, ErrSituation
	}
	id := string(revisions[0].Item)
	return &id, nil
}

// situationsFor reads the situations that some revisions belong to, in no
// statement where none does.
func situationsFor(h database.Handle, revisions []Revision) (situations, error) {
	known := situations{}
	var codes []string
	for _, r := range revisions {
		if r.Situation != "" {
			codes = append(codes, r.Situation)
		}
	}
	slices.Sort(codes)
	for part := range slices.Chunk(slices.Compact(codes), batch) {
		found, err := findRevisions(h, selectRevision+" where i.code in ? and"+current, part)
		if err != nil {
			return nil, err
		}
		ids := make([]RevisionID, len(found))
		for i, r := range found {
			ids[i] = r.ID
		}
		citations, err := CitationsOf(h, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			known[r.Code] = grounded{r, citations[r.ID]}
		}
	}
	return known, nil
}

// situationsIn are the situations of a topic that are in use or in work.
func situationsIn(h database.Handle, topic string) ([]Revision, error) {
	where, args := " where r.kind = ? and r.state <> ?", []any{string(Situation), string(Retired)}
	if topic != "" {
		where, args = where+" and i.topic_code = ?", append(args, topic)
	}
	return findRevisions(h, selectRevision+where+" and"+current, args...)
}

// membersOf are the revisions in use and in review of the items of a situation.
func membersOf(h database.Handle, situation ItemID) ([]Revision, error) {
	return findRevisions(h, selectRevision+" where r.situation_id = ? and r.state in ? order by i.code", string(situation), append([]string{string(InReview)}, settled...))
}

func setUnder(tx *database.Tx, id, above RevisionID) error {
	return tx.Gorm().Exec("update item_revision set under_id = ? where id = ?", string(above), string(id)).Error
}

// askedAbout are the revisions that speak for the items of a situation.
func askedAbout(h database.Handle, situation ItemID) ([]Revision, error) {
	return findRevisions(h, selectRevision+" where r.situation_id = ? and"+current, string(situation))
}

// hold keeps other changes of some items waiting until this one has ended, and
// adds to them the items whose catalogue entries depend on theirs: those of a
// situation. Situations are held before the items that belong to them, whoever
// holds, so that two changes never wait for each other.
func hold(tx *database.Tx, items []ItemID) ([]ItemID, error) {
	var above, below []ItemID
	err := tx.Gorm().Raw(`
select item_id from item_revision where kind = ? and item_id in ?
union select situation_id from item_revision where situation_id is not null and item_id in ?`, string(Situation), items, items).Scan(&above).Error
	if err != nil {
		return nil, fmt.Errorf("find situations: %w", err)
	}
	if len(above) > 0 {
		if err := lock(tx, above); err != nil {
			return nil, err
		}
		err := tx.Gorm().Raw("select distinct item_id from item_revision where situation_id in ?", items).Scan(&below).Error
		if err != nil {
			return nil, fmt.Errorf("find the items of situations: %w", err)
		}
	}
	all := slices.Concat(items, below)
	slices.Sort(all)
	all = slices.Compact(all)
	return all, lock(tx, all)
}

// lock writes rows before they are read: of two changes of one item the later
// one sees what the earlier one has made of it.
func lock(tx *database.Tx, items []ItemID) error {
	return tx.Gorm().Exec("update item set code = code where id in (select id from item where id in ? order by id)", slices.Sorted(slices.Values(items))).Error
}
