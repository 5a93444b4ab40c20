package itembank

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sathach/internal/database"
	"sathach/internal/viet"
)

type entryRow struct {
	ItemID         string
	RevisionID     string
	Code           string
	TopicCode      string
	Level          string
	Kind           string
	State          string
	Work           string
	Recheck        bool
	LawFrom        string
	LawTo          string
	ValidTo        string
	Seen           int
	Facility       *int // thousandths
	Discrimination *int // thousandths
	Quality        string
	Facet          string // what the facets of a list are counted by
	Words          string
}

// facet joins everything that facets ask about. Counting one column by its
// index is many times faster than grouping by ten.
func (r entryRow) facet() string {
	recheck := ""
	if r.Recheck {
		recheck = "recheck"
	}
	return strings.Join([]string{r.TopicCode, r.Level, r.Kind, r.State, r.Work, recheck, r.Quality, r.LawFrom, r.LawTo, r.ValidTo}, "|")
}

// cellOf reads a facet back, as it stands on a date.
func cellOf(facet string, n int, on viet.Date) cell {
	f := strings.Split(facet, "|")
	return cell{
		Topic: f[0], Level: Level(f[1]), Kind: Kind(f[2]), State: State(f[3]), Work: State(f[4]), Recheck: f[5] != "", Quality: Quality(f[6]),
		NotYet: f[7] > on, LawEnded: f[8] < on, Over: f[9] < on, N: n,
	}
}

// itemsIn lists items by code.
func itemsIn(h database.Handle, where string) (ids []ItemID, err error) {
	if err := h.Gorm().Raw("select i.id from item i " + where + " order by i.code").Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("list items: %w", err)
	}
	return ids, nil
}

// reindex makes the entries of some items anew, in the change that touched
// them.
func reindex(tx *database.Tx, items ...ItemID) error {
	for part := range slices.Chunk(items, batch) {
		if err := reindexSome(tx, part); err != nil {
			return fmt.Errorf("index items: %w", err)
		}
	}
	return nil
}

func reindexSome(tx *database.Tx, items []ItemID) error {
	items, err := hold(tx, items)
	if err != nil {
		return err
	}
	revisions, err := findRevisions(tx, selectRevision+" where r.item_id in ? and"+current, items)
	if err != nil {
		return err
	}
	ids := make([]RevisionID, len(revisions))
	for i, r := range revisions {
		ids[i] = r.ID
	}
	citations, err := CitationsOf(tx, ids)
	if err != nil {
		return err
	}
	known, err := situationsFor(tx, revisions)
	if err != nil {
		return err
	}
	work, err := workOn(tx, items)
	if err != nil {
		return err
	}
	waiting, err := rechecks(tx, items)
	if err != nil {
		return err
	}
	stats, err := statisticsIn(tx, ids)
	if err != nil {
		return err
	}
	rows := make([]entryRow, len(revisions))
	for i, r := range revisions {
		rows[i] = entryOf(r, citations[r.ID])
		rows[i].under(r, known)
		rows[i].Recheck = waiting[r.Item]
		rows[i].note(stats[r.ID])
		if !r.Open() {
			rows[i].Work = work[r.Item]
		}
		rows[i].Facet = rows[i].facet()
	}
	if err := tx.Gorm().Exec("delete from item_entry where item_id in ?", items).Error; err != nil {
		return err
	}
	return tx.Gorm().Table("item_entry").CreateInBatches(rows, batch).Error
}

// entryOf is the entry of a revision by its text and its law alone.
func entryOf(r Revision, citations []Citation) entryRow {
	row := entryRow{
		ItemID: string(r.Item), RevisionID: string(r.ID), Code: r.Code, TopicCode: r.Topic, Level: string(r.Level), Kind: string(r.Kind), State: string(r.State),
		LawFrom: viet.Always, LawTo: viet.Forever, ValidTo: r.ValidTo, Quality: string(Unseen),
	}
	if r.Doubted {
		row.ValidTo = viet.Always // no day on which it may be drawn
	}
	r = r.Plain()
	text := []string{r.Code, r.Stem, r.Unit, r.Situation}
	for _, c := range citations {
		row.LawFrom, row.LawTo = max(row.LawFrom, c.Document.EffectiveFrom), min(row.LawTo, c.Document.EffectiveTo)
		text = append(text, c.Document.Number)
	}
	row.Words = strings.Join(foldedWords(strings.Join(slices.Concat(text, r.Options, r.Targets, slices.Concat(r.Gaps...)), " ")), " ")
	return row
}

// under narrows the days on which an item may be drawn to those of its
// situation; to none while that is not approved, or has another text than the
// one the item was approved with.
func (r *entryRow) under(item Revision, known situations) {
	if item.Situation == "" {
		return
	}
	g := known[item.Situation]
	if g.State != Approved || item.Under != g.ID {
		r.ValidTo = viet.Always
		return
	}
	s := entryOf(g.Revision, g.citations)
	r.LawFrom, r.LawTo, r.ValidTo = max(r.LawFrom, s.LawFrom), min(r.LawTo, s.LawTo), min(r.ValidTo, s.ValidTo)
}

// note adds what rounds have shown.
func (r *entryRow) note(rounds []RoundStatistic) {
	if len(rounds) == 0 {
		return
	}
	s := PoolStatistics(rounds)
	r.Seen, r.Quality = s.Seen, string(s.Quality)
	for _, x := range []struct {
		from *float64
		to   **int
	}{{s.Facility, &r.Facility}, {s.Discrimination, &r.Discrimination}} {
		if x.from != nil {
			n := inThousandths(*x.from)
			*x.to = &n
		}
	}
}

// workOn tells the state of the draft beside the settled revision.
func workOn(h database.Handle, items []ItemID) (map[ItemID]string, error) {
	var rows []struct{ ItemID, State string }
	err := h.Gorm().Raw("select item_id, state from item_revision where item_id in ? and state in ('draft', 'in_review')", items).Scan(&rows).Error
	work := make(map[ItemID]string, len(rows))
	for _, r := range rows {
		work[ItemID(r.ItemID)] = r.State
	}
	return work, err
}

// catalogue asks item_entry.
type catalogue struct {
	h       database.Handle
	dialect database.Dialect
}

// mostFound is how many items a search by words looks at: of more, the ones
// that changed last.
const mostFound = 2000

// found is the entries that hold the words and cite the document of a query,
// and meet one more condition, as a table e.
func (c catalogue) found(q Query, also string, more []any) (table string, args []any) {
	condition, args := also, more
	if q.Document != "" {
		condition, args = condition+" and e.revision_id in (select c.revision_id from citation c where c.document_id = ?)", append(slices.Clone(args), q.Document)
	}
	words := strings.Fields(q.Words)
	if len(words) == 0 {
		return "(select e.* from item_entry e where " + condition + ") e", args
	}
	from, newest := "item_words w join item_entry e on e.seq = w.rowid where item_words match ?", "w.rowid"
	if c.dialect == database.Postgres {
		from, newest = "item_entry e where e.terms @@ cast(? as tsquery)", "e.seq"
	}
	match := c.match(words[:min(len(words), longestSearch)])
	return "(select e.* from " + from + " and " + condition + " order by " + newest + " desc limit ?) e", slices.Concat([]any{match}, args, []any{mostFound})
}

// match looks for every word; the last may be the beginning of one. Words are
// letters and digits only, so they need no escaping in either language.
func (c catalogue) match(words []string) string {
	quote, and, prefix := `"`, " ", "*"
	if c.dialect == database.Postgres {
		quote, and, prefix = "'", " & ", ":*"
	}
	terms := make([]string, len(words))
	for i, w := range words {
		terms[i] = quote + viet.Fold(w) + quote
	}
	return strings.Join(terms, and) + prefix
}

// narrow adds to a query what its facets ask, as a condition.
func narrow(q Query) (narrowed Query, condition string, args []any) {
	condition = "1 = 1"
	add := func(more string, values ...any) { condition, args = condition+" and "+more, append(args, values...) }
	if len(q.Topics) > 0 {
		add("e.topic_code in ?", q.Topics)
	}
	if q.Level != "" {
		add("e.level = ?", string(q.Level))
	}
	if q.Kind != "" {
		add("e.kind = ?", string(q.Kind))
	}
	if q.Quality != "" {
		add("e.quality = ?", string(q.Quality))
	}
	const stands = "e.state = 'approved' and e.law_to >= ? and e.law_from <= ? and e.valid_to >= ?"
	switch q.Show {
	case ShowAll:
	case ShowDrawable:
		add(stands+" and e.kind <> ?", q.On, q.On, q.On, string(Situation))
	case ShowRefused:
		add("not ("+stands+")", q.On, q.On, q.On)
	case ShowLaw:
		add("e.law_to < ?", q.On)
	case ShowRecheck:
		add("e.recheck = true")
	case ShowDraft, ShowInReview:
		add("(e.state = ? or e.work = ?)", string(q.Show), string(q.Show))
	case ShowSuspended, ShowRetired:
		add("e.state = ?", string(q.Show))
	}
	return q, condition, args
}

// cells counts what the words and the document of a query leave.
func (c catalogue) cells(q Query) ([]cell, error) {
	table, args := c.found(q, "1 = 1", nil)
	var rows []struct {
		Facet string
		N     int
	}
	err := c.h.Gorm().Raw("select e.facet, count(*) as n from "+table+" group by e.facet", args...).Scan(&rows).Error
	cells := make([]cell, len(rows))
	for i, r := range rows {
		cells[i] = cellOf(r.Facet, r.N, q.On)
	}
	return cells, err
}

func (c catalogue) byCode(q Query, p Page) ([]Entry, error) {
	return c.entries(q, " order by e.code limit ? offset ?", p.Limit, p.Offset)
}

// ranked puts the newest of the found items in order.
func (c catalogue) ranked(q Query, p Page) (part []Entry, ranked int, err error) {
	found, err := c.entries(q, " order by e.seq desc limit ?", mostRanked)
	if err != nil {
		return nil, 0, err
	}
	byRank(found, strings.Fields(q.Words))
	return p.part(found), len(found), nil
}

func (c catalogue) entries(q Query, order string, bounds ...any) ([]Entry, error) {
	table, args := c.found(narrow(q))
	var rows []entryRow
	err := c.h.Gorm().Raw("select e.item_id, e.revision_id, e.code, e.work, e.recheck, e.seen, e.facility, e.discrimination, e.quality from "+table+order,
		slices.Concat(args, bounds)...).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(rows))
	for part := range slices.Chunk(rows, batch) {
		ids := make([]RevisionID, len(part))
		for i, r := range part {
			ids[i] = RevisionID(r.RevisionID)
		}
		texts, err := RevisionsByID(c.h, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range part {
			entries = append(entries, Entry{Revision: texts[RevisionID(r.RevisionID)].Plain(), Work: State(r.Work), Recheck: r.Recheck, Statistic: r.statistic()})
		}
	}
	return entries, nil
}

func (r entryRow) statistic() Statistic {
	return Statistic{Seen: r.Seen, Facility: thousandths(r.Facility), Discrimination: thousandths(r.Discrimination), Quality: cmp.Or(Quality(r.Quality), Unseen)}
}

func thousandths(n *int) *float64 {
	if n == nil {
		return nil
	}
	x := float64(*n) / 1000
	return &x
}

// refusals says of each entry why it may not be drawn.
func (c catalogue) refusals(entries []Entry, on viet.Date) error {
	ids := make([]RevisionID, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	citations, err := CitationsOf(c.h, ids)
	if err != nil {
		return err
	}
	revisions := make([]Revision, len(entries))
	for i, e := range entries {
		revisions[i] = e.Revision
	}
	known, err := situationsFor(c.h, revisions)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if refusal, ok := known.standing(e.Revision, citations[e.ID], on); !ok {
			entries[i].Refusal = &refusal
		}
	}
	return nil
}
