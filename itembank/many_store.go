package itembank

import (
	"fmt"
	"slices"

	"sathach/internal/database"
	"sathach/internal/viet"
)

// revisionsIn reads all revisions of some items, newest first.
func revisionsIn(h database.Handle, codes []string) (map[string][]Revision, error) {
	byCode := map[string][]Revision{}
	for part := range slices.Chunk(codes, batch) {
		found, err := findRevisions(h, selectRevision+" where i.code in ? order by r.number desc", part)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			byCode[r.Code] = append(byCode[r.Code], r)
		}
	}
	return byCode, nil
}

// detailsOf joins revisions with their keys and law.
func detailsOf(h database.Handle, revisions []Revision, on viet.Date) ([]Detail, error) {
	details := make([]Detail, 0, len(revisions))
	known, err := situationsFor(h, revisions)
	if err != nil {
		return nil, fmt.Errorf("read situations: %w", err)
	}
	for part := range slices.Chunk(revisions, batch) {
		ids := make([]RevisionID, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		keys, err := KeysOf(h, ids)
		if err != nil {
			return nil, err
		}
		citations, err := CitationsOf(h, ids)
		if err != nil {
			return nil, fmt.Errorf("read citations: %w", err)
		}
		for _, r := range part {
			d := Detail{Revision: r, Key: keys[r.ID], Citations: citations[r.ID]}
			if g, belongs := known[r.Situation]; belongs {
				d.Under = &g.Revision
			}
			if refusal, ok := known.standing(r, d.Citations, on); !ok {
				d.Refusal = &refusal
			}
			details = append(details, d)
		}
	}
	return details, nil
}

func savedFilters(h database.Handle, account string) (filters []SavedFilter, err error) {
	err = h.Gorm().Raw("select id, name, query from saved_filter where account_id = ? order by name", account).Scan(&filters).Error
	return filters, err
}

func saveFilter(tx *database.Tx, account, name, query string) error {
	return database.InTurn(
		func() error {
			return tx.Gorm().Exec("delete from saved_filter where account_id = ? and name = ?", account, name).Error
		},
		func() error {
			return tx.Gorm().Exec("insert into saved_filter (id, account_id, name, query) values (?, ?, ?, ?)", database.NewID(), account, name, query).Error
		})
}

func dropFilter(tx *database.Tx, account, id string) error {
	return tx.Gorm().Exec("delete from saved_filter where account_id = ? and id = ?", account, id).Error
}
