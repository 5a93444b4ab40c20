package itembank

import (
	"fmt"
	"slices"
	"time"

	"sathach/internal/database"
)

func signaturesOf(h database.Handle, id RevisionID) ([]Signature, error) {
	signed, err := signaturesIn(h, []RevisionID{id})
	return signed[id], err
}

// signaturesIn reads the signatures of revisions, in the order they were given.
func signaturesIn(h database.Handle, ids []RevisionID) (map[RevisionID][]Signature, error) {
	signed := map[RevisionID][]Signature{}
	for part := range slices.Chunk(ids, batch) {
		var rows []struct {
			RevisionID, Step, AccountID, DisplayName string
			SignedAt                                 time.Time
		}
		err := h.Gorm().Raw(`
select s.revision_id, s.step, s.account_id, a.display_name, s.signed_at from item_signature s join account a on a.id = s.account_id
where s.revision_id in ? order by s.signed_at`, part).Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read signatures: %w", err)
		}
		for _, r := range rows {
			id := RevisionID(r.RevisionID)
			signed[id] = append(signed[id], Signature{Step(r.Step), r.AccountID, r.DisplayName, r.SignedAt.UTC()})
		}
	}
	return signed, nil
}

func insertSignature(tx *database.Tx, id RevisionID, step Step, account string, at time.Time) error {
	return tx.Gorm().Exec("insert into item_signature (revision_id, step, account_id, signed_at) values (?, ?, ?, ?)", string(id), string(step), account, at).Error
}

// keepWriters lets every signature but the writers' fall.
func keepWriters(tx *database.Tx, id RevisionID) error {
	return tx.Gorm().Exec("delete from item_signature where revision_id = ? and step <> ?", string(id), string(Writing)).Error
}

// setState moves a revision that nobody moved or changed since it was read.
func setState(tx *database.Tx, r Revision, to State) error {
	return database.Touched(tx.Gorm().Exec("update item_revision set state = ?, version = version + 1 where id = ? and state = ? and version = ?",
		string(to), string(r.ID), string(r.State), r.Version))
}

// retireSettled ends the revision that another one takes the place of.
func retireSettled(tx *database.Tx, item ItemID) error {
	return tx.Gorm().Exec("update item_revision set state = ?, version = version + 1 where item_id = ? and state in ?", string(Retired), string(item), settled).Error
}

func insertLifeEvent(tx *database.Tx, r Revision, act Act, account string, at time.Time, text string) error {
	return tx.Gorm().Exec("insert into item_event (id, item_id, revision_id, verb, account_id, at, text) values (?, ?, ?, ?, ?, ?, ?)",
		database.NewID(), string(r.Item), string(r.ID), string(act), account, at, text).Error
}

func lifeOf(h database.Handle, item ItemID) ([]LifeEvent, error) {
	var rows []struct {
		Verb, AccountID, DisplayName, Text string
		Number                             int
		At                                 time.Time
	}
	err := h.Gorm().Raw(`
select e.verb, e.account_id, a.display_name, e.text, r.number, e.at
from item_event e join account a on a.id = e.account_id join item_revision r on r.id = e.revision_id
where e.item_id = ? order by e.at desc, e.id desc`, string(item)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the life of item %s: %w", item, err)
	}
	life := make([]LifeEvent, len(rows))
	for i, r := range rows {
		life[i] = LifeEvent{Act(r.Verb), r.Number, r.AccountID, r.DisplayName, r.At.UTC(), r.Text}
	}
	return life, nil
}

func documentsOf(h database.Handle) ([]Document, error) {
	var rows []documentRow
	if err := h.Gorm().Table("legal_document").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the register: %w", err)
	}
	documents := make([]Document, len(rows))
	for i, r := range rows {
		documents[i] = Document(r)
	}
	return documents, nil
}
