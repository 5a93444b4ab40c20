package itembank

import (
	"fmt"

	"sathach/internal/authz"
	"sathach/internal/database"
)

// ownerOf is the agency that looks after a topic: its own, or the nearest of
// the topics above it; empty for the whole country's.
func ownerOf(h database.Handle, topic string) (owner string, known bool, err error) {
	for range 8 { // a topic tree is not deeper
		var row []struct {
			ParentCode string
			OwnerID    *string
		}
		if err := h.Gorm().Raw("select parent_code, owner_id from topic where code = ?", topic).Scan(&row).Error; err != nil {
			return "", false, fmt.Errorf("read topic %s: %w", topic, err)
		}
		if len(row) == 0 {
			return "", known, nil
		}
		known = true
		if row[0].OwnerID != nil {
			return *row[0].OwnerID, true, nil
		}
		if row[0].ParentCode == "" {
			return "", true, nil
		}
		topic = row[0].ParentCode
	}
	return "", known, nil
}

// within tells whether an agency lies in a scope. What belongs to the whole
// country lies in every scope that is not empty.
func within(h database.Handle, scope authz.Scope, agency string) (bool, error) {
	if agency == "" {
		return true, nil
	}
	condition, args := scope.Condition("a.id")
	var n int64
	err := h.Gorm().Raw("select count(*) from agency a where a.id = ? and "+condition, append([]any{agency}, args...)...).Scan(&n).Error
	return n > 0, err
}

func setOwner(tx *database.Tx, topic, agency string) error {
	var owner *string
	if agency != "" {
		owner = &agency
	}
	return tx.Gorm().Exec("update topic set owner_id = ? where code = ?", owner, topic).Error
}
