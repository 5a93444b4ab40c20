package itembank

import (
	"fmt"
	"time"

	"sathach/internal/database"
)

// catalogueState is another number after every change of an item.
func catalogueState(h database.Handle) (state int64, err error) {
	err = h.Gorm().Raw("select cast(coalesce(sum(seq), 0) as bigint) from item_entry").Scan(&state).Error
	return state, err
}

// distinctPairs are the pairs of codes that somebody found to be two items.
func distinctPairs(h database.Handle) (map[[2]string]bool, error) {
	var rows []struct{ A, B string }
	err := h.Gorm().Raw("select a.code as a, b.code as b from distinct_pair d join item a on a.id = d.first_id join item b on b.id = d.second_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read distinct pairs: %w", err)
	}
	pairs := make(map[[2]string]bool, len(rows))
	for _, r := range rows {
		pairs[[2]string{min(r.A, r.B), max(r.A, r.B)}] = true
	}
	return pairs, nil
}

func deleteDistinct(tx *database.Tx, one, other ItemID) error {
	return tx.Gorm().Exec("delete from distinct_pair where first_id = ? and second_id = ?", string(min(one, other)), string(max(one, other))).Error
}

func insertDistinct(tx *database.Tx, one, other ItemID, account string, now time.Time) error {
	first, second := min(one, other), max(one, other)
	return database.InTurn(
		func() error { return deleteDistinct(tx, one, other) },
		func() error {
			return tx.Gorm().Exec("insert into distinct_pair (first_id, second_id, account_id, at) values (?, ?, ?, ?)", string(first), string(second), account, database.Truncate(now)).Error
		})
}

// holdItems keeps others from changing some items until the transaction ends,
// before anything of them is read.
func holdItems(tx *database.Tx, codes ...string) error {
	var items []ItemID
	if err := tx.Gorm().Raw("select id from item where code in ?", codes).Scan(&items).Error; err != nil {
		return fmt.Errorf("hold items: %w", err)
	}
	_, err := hold(tx, items)
	return err
}

// mergeItem retires whatever is in use or in work of an item, and tells into
// which it was merged.
func mergeItem(tx *database.Tx, from, into ItemID) error {
	return database.InTurn(
		func() error {
			return tx.Gorm().Exec("update item_revision set state = ?, version = version + 1 where item_id = ? and state <> ?", string(Retired), string(from), string(Retired)).Error
		},
		func() error {
			return database.Touched(tx.Gorm().Exec("update item set merged_into = ? where id = ? and merged_into is null", string(into), string(from)))
		})
}

// mergedWith tells into which item one was merged, and which were merged into
// it.
func mergedWith(h database.Handle, item ItemID) (into string, from []string, err error) {
	err = h.Gorm().Raw("select coalesce((select k.code from item i join item k on k.id = i.merged_into where i.id = ?), '')", string(item)).Scan(&into).Error
	if err != nil {
		return "", nil, fmt.Errorf("read merges: %w", err)
	}
	err = h.Gorm().Raw("select code from item where merged_into = ? order by code", string(item)).Scan(&from).Error
	return into, from, err
}
