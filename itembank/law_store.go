package itembank

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"sathach/internal/database"
)

func edgesOf(h database.Handle) ([]Edge, error) {
	var rows []struct{ FromID, ToID, Kind, Extent, Articles, Note string }
	if err := h.Gorm().Raw("select from_id, to_id, kind, extent, articles, note from document_edge order by from_id, to_id, kind").Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read what documents do to each other: %w", err)
	}
	edges := make([]Edge, len(rows))
	for i, r := range rows {
		edges[i] = Edge{From: r.FromID, To: r.ToID, Relation: Relation(r.Kind), Extent: Extent(r.Extent), Articles: r.Articles, Note: r.Note}
	}
	return edges, nil
}

func insertEdge(tx *database.Tx, e Edge) error {
	return tx.Gorm().Exec("insert into document_edge (from_id, to_id, kind, extent, articles, note) values (?, ?, ?, ?, ?, ?)",
		e.From, e.To, string(e.Relation), string(e.Extent), e.Articles, e.Note).Error
}

func insertDocument(tx *database.Tx, d Document) error {
	row := documentRow(d)
	return tx.Gorm().Table("legal_document").Create(&row).Error
}

// endDocument writes a document's last day, unless somebody wrote another since
// it was read. by is what takes its place; empty leaves what is registered.
func endDocument(tx *database.Tx, e Ending, by string) error {
	return database.Touched(tx.Gorm().Exec("update legal_document set effective_to = ?, superseded_by = case when ? = '' then superseded_by else ? end where id = ? and effective_to = ?",
		e.LastDay, by, by, e.Document.ID, e.Document.EffectiveTo))
}

// citingRevision is a revision in use or in work that cites a document.
type citingRevision struct {
	revision          Revision
	document, article string
}

// citingAny finds the revisions that cite any of some documents and are not
// retired.
func citingAny(h database.Handle, touched map[string]touch) (citing []citingRevision, err error) {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(touched)), batch) {
		var rows []struct{ RevisionID, DocumentID, Article string }
		err := h.Gorm().Raw(`
select c.revision_id, c.document_id, c.article from citation c join item_revision r on r.id = c.revision_id
where c.document_id in ? and r.state <> 'retired' order by c.revision_id, c.position`, ids).Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read who cites: %w", err)
		}
		for part := range slices.Chunk(rows, batch) {
			revisions := make([]RevisionID, len(part))
			for i, r := range part {
				revisions[i] = RevisionID(r.RevisionID)
			}
			texts, err := RevisionsByID(h, revisions)
			if err != nil {
				return nil, err
			}
			for _, r := range part {
				citing = append(citing, citingRevision{texts[RevisionID(r.RevisionID)], r.DocumentID, r.Article})
			}
		}
	}
	return citing, nil
}

// insertRecheck asks somebody to read an item again; document is nil where no
// law is the cause.
func insertRecheck(tx *database.Tx, item ItemID, document *string, reason string, now time.Time) error {
	return tx.Gorm().Exec("insert into item_recheck (item_id, document_id, asked_at, reason) values (?, ?, ?, ?)",
		string(item), document, database.Truncate(now), reason).Error
}

// recheckDone closes what was asked about an item, and tells whether anything
// was.
func recheckDone(tx *database.Tx, item ItemID, account string, now time.Time) (bool, error) {
	done := tx.Gorm().Exec("update item_recheck set done_at = ?, done_by = ? where item_id = ? and done_at is null", database.Truncate(now), account, string(item))
	return done.RowsAffected > 0, done.Error
}

func openRechecks(h database.Handle, item ItemID) (open []Recheck, err error) {
	err = h.Gorm().Raw("select reason, asked_at as at from item_recheck where item_id = ? and done_at is null order by asked_at desc", string(item)).Scan(&open).Error
	return open, err
}

// rechecks are the items of some that wait to be read again.
func rechecks(h database.Handle, items []ItemID) (map[ItemID]bool, error) {
	var ids []string
	err := h.Gorm().Raw("select distinct item_id from item_recheck where done_at is null and item_id in ?", items).Scan(&ids).Error
	waiting := make(map[ItemID]bool, len(ids))
	for _, id := range ids {
		waiting[ItemID(id)] = true
	}
	return waiting, err
}

// citedCounts tells how many items cite documents; one document, or all.
func citedCounts(h database.Handle, id string) (map[string]int, error) {
	var rows []struct {
		DocumentID string
		N          int
	}
	query := h.Gorm().Table("citation c").Select("c.document_id, count(distinct r.item_id) as n").
		Joins("join item_revision r on r.id = c.revision_id").Where("r.state <> 'retired'").Group("c.document_id")
	if id != "" {
		query = query.Where("c.document_id = ?", id)
	}
	if err := query.Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("count citations: %w", err)
	}
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.DocumentID] = r.N
	}
	return counts, nil
}
