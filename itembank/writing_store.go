package itembank

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sathach/internal/database"
	"sathach/internal/fault"
)

// ErrNoTopic is returned for a topic that holds no items.
var ErrNoTopic = fault.New(fault.Invalid, "itembank.no_topic", "choose a topic that holds items")

// nextCode is the next code of a topic: the part before the dash, and a number
// that counts up. Two writers at once wait for each other at the topic's row.
func nextCode(tx *database.Tx, topic string) (string, error) {
	var parents int64
	if err := tx.Gorm().Raw("select count(*) from topic where parent_code = ?", topic).Scan(&parents).Error; err != nil {
		return "", err
	}
	var last []int
	if err := tx.Gorm().Raw("update topic set last_number = last_number + 1 where code = ? returning last_number", topic).Scan(&last).Error; err != nil {
		return "", err
	}
	if len(last) == 0 || parents > 0 {
		return "", ErrNoTopic
	}
	prefix, _, _ := strings.Cut(topic, "-")
	if last[0] == 1 { // the first since codes are counted: go on after those there are
		highest, err := highestNumber(tx, topic, prefix)
		if err != nil {
			return "", err
		}
		last[0] = highest + 1
		if err := tx.Gorm().Exec("update topic set last_number = ? where code = ?", last[0], topic).Error; err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s-%03d", prefix, last[0]), nil
}

// highestNumber is the largest number among the codes of a topic, or of
// others with the same beginning.
func highestNumber(h database.Handle, topic, prefix string) (highest int, err error) {
	var codes []string
	if err := h.Gorm().Raw("select code from item where topic_code = ? or code like ?", topic, prefix+"-%").Scan(&codes).Error; err != nil {
		return 0, err
	}
	for _, code := range codes {
		if n, err := strconv.Atoi(strings.TrimPrefix(code, prefix+"-")); err == nil {
			highest = max(highest, n)
		}
	}
	return highest, nil
}

// insertItem enters an item with its first revision, as a draft.
func insertItem(tx *database.Tx, d Draft, documents register, now time.Time) (Revision, error) {
	t, err := textOf(d, documents)
	if err != nil {
		return Revision{}, err
	}
	if t.revision.SituationID, err = belonging(tx, d); err != nil {
		return Revision{}, err
	}
	item := itemRow{database.NewID(), d.Code, d.Topic}
	if err := tx.Gorm().Table("item").Create(&item).Error; err != nil {
		return Revision{}, err
	}
	return insertRevision(tx, Revision{Item: ItemID(item.ID), Code: d.Code}, t, now)
}

// insertRevision enters a text as a draft that follows the newest revision of
// its item.
func insertRevision(tx *database.Tx, last Revision, t text, now time.Time) (Revision, error) {
	t.begin(string(last.Item), last.Number+1, InDraft, now)
	err := database.InTurn(
		func() error { return tx.Gorm().Table("item_revision").Create(&t.revision).Error },
		func() error { return tx.Gorm().Table("item_key").Create(&t.key).Error },
		func() error { return insertCitations(tx, t) })
	return Revision{ID: RevisionID(t.revision.ID), Item: last.Item, Code: last.Code, Number: t.revision.Number, State: InDraft}, err
}

func insertCitations(tx *database.Tx, t text) error {
	if len(t.cites) == 0 {
		return nil
	}
	return tx.Gorm().Table("citation").Create(&t.cites).Error
}

// replaceText changes a draft that nobody changed since it was read.
func replaceText(tx *database.Tx, r Revision, t text) error {
	t.belongTo(string(r.ID))
	to := t.revision
	return database.InTurn(
		func() error {
			return database.Touched(tx.Gorm().Exec(`
update item_revision set kind = ?, level = ?, stem = ?, options = ?, targets = ?, unit = ?, pinned = ?, gaps = ?, told = ?, rule = ?, format = ?, valid_to = ?, note = ?, situation_id = ?, version = version + 1
where id = ? and version = ? and state = 'draft'`,
				to.Kind, to.Level, to.Stem, to.Options, to.Targets, to.Unit, to.Pinned, to.Gaps, to.Told, to.Rule, to.Format, to.ValidTo, to.Note, to.SituationID, string(r.ID), r.Version))
		},
		func() error {
			return tx.Gorm().Exec("update item_key set key = ?, explanation = ? where revision_id = ?", t.key.Key, t.key.Explanation, t.key.RevisionID).Error
		},
		func() error { return tx.Gorm().Exec("delete from citation where revision_id = ?", string(r.ID)).Error },
		func() error { return insertCitations(tx, t) })
}
