package itembank

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/scoring"
)

type topicRow struct {
	Code       string
	ParentCode string
	NameVi     string
	NameEn     string
	Position   int
	OwnerID    *string
}

type documentRow struct {
	ID            string
	Number        string
	Issuer        string
	IssuedOn      string
	Kind          string
	Title         string
	EffectiveFrom string
	EffectiveTo   string
	SupersededBy  string
	Scope         string
	Confidence    string
}

type itemRow struct {
	ID        string
	Code      string
	TopicCode string
}

type revisionRow struct {
	ID        string
	ItemID    string
	Number    int
	State     string
	Kind      string
	Level     string
	Stem      string
	Options   string
	Targets   string
	Unit      string
	Pinned    string
	ValidTo   string
	Note      string
	CreatedAt time.Time
	Version   int
	Gaps      string
	Told      int
	Format    string
	Rule      string

	SituationID *string
	UnderID     *string
}

type keyRow struct {
	RevisionID  string
	Key         string
	Explanation string
}

type citationRow struct {
	RevisionID string
	Position   int
	DocumentID string
	Article    string
}

// Rows of one insert; both databases bound the number of parameters.
const batch = 300

func insertBank(tx *database.Tx, topics []Topic, documents register, drafts []Draft, now time.Time) error {
	var topicRows []topicRow
	for i, t := range topics {
		topicRows = append(topicRows, topicRow{Code: t.Code, ParentCode: t.Parent, NameVi: t.NameVi, NameEn: t.NameEn, Position: i})
	}
	var documentRows []documentRow
	for _, d := range documents.documents {
		documentRows = append(documentRows, documentRow(d))
	}
	var items []itemRow
	var revisions []revisionRow
	var keys []keyRow
	var citations []citationRow
	ids := map[string]string{}
	for _, d := range drafts {
		ids[d.Code] = database.NewID()
	}
	drafts = slices.Clone(drafts)
	slices.SortStableFunc(drafts, func(a, b Draft) int { return cmp.Compare(len(a.Situation), len(b.Situation)) }) // those that others belong to first
	for _, d := range drafts {
		item := itemRow{ids[d.Code], d.Code, d.Topic}
		state := Approved
		if d.Review {
			state = InReview
		}
		text, err := textOf(d, documents)
		if err != nil {
			return err
		}
		if id, belongs := ids[d.Situation]; belongs {
			text.revision.SituationID = &id
		}
		text.begin(item.ID, 1, state, now)
		items, revisions, keys, citations = append(items, item), append(revisions, text.revision), append(keys, text.key), append(citations, text.cites...)
	}
	layUnder(revisions)
	g := tx.Gorm()
	return database.InTurn(
		func() error { return g.Table("topic").CreateInBatches(topicRows, batch).Error },
		func() error { return g.Table("legal_document").CreateInBatches(documentRows, batch).Error },
		func() error { return g.Table("item").CreateInBatches(items, batch).Error },
		func() error { return g.Table("item_revision").CreateInBatches(revisions, batch).Error },
		func() error { return g.Table("item_key").CreateInBatches(keys, batch).Error },
		func() error { return g.Table("citation").CreateInBatches(citations, batch).Error })
}

// layUnder puts items that are loaded with their situations under their texts.
func layUnder(revisions []revisionRow) {
	texts := map[string]string{}
	for _, r := range revisions {
		texts[r.ItemID] = r.ID
	}
	for i, r := range revisions {
		if r.SituationID != nil {
			id := texts[*r.SituationID]
			revisions[i].UnderID = &id
		}
	}
}

// text is a draft as storage keeps it.
type text struct {
	revision revisionRow
	key      keyRow
	cites    []citationRow
}

func textOf(d Draft, documents register) (text, error) {
	t := text{revision: revisionRow{
		Kind: string(d.Kind), Level: string(d.Level), Format: string(d.Format), Stem: d.Stem, Options: encode(d.Options), Targets: encode(cleanAll(d.Targets)),
		Gaps: encodeGaps(d.Gaps), Pinned: encode(d.Pinned), Rule: string(d.rule()), ValidTo: cmp.Or(d.ValidTo, viet.Forever), Note: d.SourceNote, Version: 1,
	}}
	if d.Kind == Situation {
		t.revision.Level = "" // a text asks nothing of the mind
	}
	if d.Answer != nil {
		t.revision.Unit = d.Answer.Unit
	}
	if d.Told && d.Kind == Multiple {
		t.revision.Told = len(d.Key)
	}
	k := d.key()
	t.key = keyRow{Key: encode(k), Explanation: k.Explanation}
	for i, c := range d.Citations {
		document, err := documents.find(c)
		if err != nil {
			return text{}, err
		}
		t.cites = append(t.cites, citationRow{Position: i, DocumentID: document.ID, Article: c.Article})
	}
	return t, nil
}

// begin makes the text a revision of its own.
func (t *text) begin(item string, number int, state State, now time.Time) {
	t.revision.ID, t.revision.ItemID, t.revision.Number, t.revision.State, t.revision.CreatedAt = database.NewID(), item, number, string(state), database.Truncate(now)
	t.belongTo(t.revision.ID)
}

func (t *text) belongTo(id string) {
	t.key.RevisionID = id
	for i := range t.cites {
		t.cites[i].RevisionID = id
	}
}

func cleanAll(texts []string) []string {
	clean := []string{}
	for _, t := range texts {
		clean = append(clean, viet.Clean(t))
	}
	return clean
}

// encodeGaps writes what may be chosen in each gap.
func encodeGaps(gaps [][]string) string {
	clean := make([][]string, len(gaps))
	for i, options := range gaps {
		clean[i] = cleanAll(options)
	}
	return encode(clean)
}

// encode writes a list or a key as JSON; nil lists become [].
func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("itembank: " + err.Error()) // lists of strings and numbers always encode
	}
	if string(text) == "null" {
		return "[]"
	}
	return string(text)
}

// TopicsIn lists the topic tree in its order.
func TopicsIn(h database.Handle) ([]Topic, error) {
	var rows []topicRow
	if err := h.Gorm().Table("topic").Order("position").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read topics: %w", err)
	}
	topics := make([]Topic, len(rows))
	for i, r := range rows {
		topics[i] = Topic{Code: r.Code, Parent: r.ParentCode, NameVi: r.NameVi, NameEn: r.NameEn}
		if r.OwnerID != nil {
			topics[i].Owner = *r.OwnerID
		}
	}
	return topics, nil
}

func countItems(h database.Handle) (int, error) {
	var n int64
	err := h.Gorm().Table("item").Count(&n).Error
	return int(n), err
}

type fullRevisionRow struct {
	Revision  revisionRow `gorm:"embedded"`
	Code      string
	TopicCode string
	Situation string
	Doubted   bool
}

const selectRevision = `
select r.*, i.code, i.topic_code, coalesce(s.code, '') as situation,
  exists (select 1 from item_recheck k where k.revision_id = r.id and k.held and k.done_at is null) as doubted
from item_revision r join item i on i.id = r.item_id left join item s on s.id = r.situation_id`

// settled are the states of the revision that an item is drawn by; an item
// has at most one in them.
var settled = []string{string(Approved), string(Suspended)}

// current picks the revision that speaks for its item: the settled one, or the
// newest where none is.
const current = ` (r.state in ('approved', 'suspended') or r.number = (select max(n.number) from item_revision n where n.item_id = r.item_id)
  and not exists (select 1 from item_revision s where s.item_id = r.item_id and s.state in ('approved', 'suspended')))`

func currentRevisions(h database.Handle) ([]Revision, error) {
	return findRevisions(h, selectRevision+" where"+current+" order by i.code")
}

// revisionsOf reads all revisions of an item, newest first.
func revisionsOf(h database.Handle, code string) ([]Revision, error) {
	found, err := findRevisions(h, selectRevision+" where i.code = ? order by r.number desc", code)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("item %s: %w", code, ErrNoItem)
	}
	return found, err
}

// RevisionsByID reads texts without keys.
func RevisionsByID(h database.Handle, ids []RevisionID) (map[RevisionID]Revision, error) {
	found, err := findRevisions(h, selectRevision+" where r.id in ?", ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[RevisionID]Revision, len(found))
	for _, r := range found {
		byID[r.ID] = r
	}
	return byID, nil
}

func findRevisions(h database.Handle, sql string, args ...any) ([]Revision, error) {
	var rows []fullRevisionRow
	if err := h.Gorm().Raw(sql, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	revisions := make([]Revision, len(rows))
	for i, row := range rows {
		r := row.Revision
		revisions[i] = Revision{
			ID: RevisionID(r.ID), Item: ItemID(r.ItemID), Code: row.Code, Topic: row.TopicCode, Number: r.Number, State: State(r.State),
			Kind: Kind(r.Kind), Level: Level(r.Level), Stem: r.Stem, Unit: r.Unit, ValidTo: r.ValidTo, Note: r.Note, Version: r.Version, Told: r.Told, Rule: scoring.Rule(r.Rule), Format: Format(r.Format), Situation: row.Situation, Doubted: row.Doubted,
		}
		if r.UnderID != nil {
			revisions[i].Under = RevisionID(*r.UnderID)
		}
		err := errors.Join(
			json.Unmarshal([]byte(r.Options), &revisions[i].Options),
			json.Unmarshal([]byte(r.Targets), &revisions[i].Targets),
			json.Unmarshal([]byte(r.Gaps), &revisions[i].Gaps),
			json.Unmarshal([]byte(r.Pinned), &revisions[i].Pinned))
		if err != nil {
			return nil, fmt.Errorf("revision %s: %w", r.ID, err)
		}
	}
	return revisions, nil
}

// KeysOf reads keys. Only marking and staff pages call it; the pages of
// takers never do.
func KeysOf(h database.Handle, ids []RevisionID) (map[RevisionID]Key, error) {
	var rows []struct {
		RevisionID, Key, Rule, Explanation string
	}
	for part := range slices.Chunk(ids, batch) {
		some := rows[:0:0]
		if err := h.Gorm().Raw("select k.revision_id, k.key, r.rule, k.explanation from item_key k join item_revision r on r.id = k.revision_id where k.revision_id in ?", part).Scan(&some).Error; err != nil {
			return nil, fmt.Errorf("read keys: %w", err)
		}
		rows = append(rows, some...)
	}
	keys := make(map[RevisionID]Key, len(rows))
	for _, r := range rows {
		k := Key{Rule: scoring.Rule(r.Rule), Explanation: r.Explanation}
		if err := json.Unmarshal([]byte(r.Key), &k); err != nil {
			return nil, fmt.Errorf("key of revision %s: %w", r.RevisionID, err)
		}
		keys[RevisionID(r.RevisionID)] = k
	}
	return keys, nil
}

// CitationsOf reads what revisions rest on.
func CitationsOf(h database.Handle, ids []RevisionID) (map[RevisionID][]Citation, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return citationsOf(h, ids...)
}

// citationsOf reads the citations of some revisions, or of all.
func citationsOf(h database.Handle, ids ...RevisionID) (map[RevisionID][]Citation, error) {
	var rows []struct {
		Document   documentRow `gorm:"embedded"`
		RevisionID string
		Article    string
	}
	query := h.Gorm().Table("citation c").Select("d.*, c.revision_id, c.article").
		Joins("join legal_document d on d.id = c.document_id").Order("c.revision_id, c.position")
	if len(ids) > 0 {
		query = query.Where("c.revision_id in ?", ids)
	}
	if err := query.Scan(&rows).Error; err != nil {
		return nil, err
	}
	found := map[RevisionID][]Citation{}
	for _, r := range rows {
		id := RevisionID(r.RevisionID)
		found[id] = append(found[id], Citation{Document(r.Document), r.Article})
	}
	return found, nil
}
