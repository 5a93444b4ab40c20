package itembank

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// Relation is what a document does to another.
type Relation string

const (
	Supersedes Relation = "supersedes"
	Details    Relation = "details"
)

// Extent says how much of a document another supersedes.
type Extent string

const (
	InFull      Extent = "full"
	InPart      Extent = "partial"  // the named articles, or some that are not named
	ForAudience Extent = "audience" // for some people or agencies only
)

// Extents lists them as pages do.
var Extents = []Extent{InFull, InPart, ForAudience}

// Edge joins two documents of the register.
type Edge struct {
	From, To string // ids
	Relation Relation
	Extent   Extent
	Articles string // of To, for a part
	Note     string
}

// LawChange is what somebody records about the law: a new document with what
// it does to others, or the day a known one ends.
type LawChange struct {
	Document Document // ID is empty for a new one
	Edges    []Edge   // From is the document
	LastDay  viet.Date
}

// Effect is what a change of the law does to the bank.
type Effect struct {
	Change LawChange
	Ends   []Ending // documents that end
	// Suspend are items drawn today that rest on a document that has ended;
	// Stop are items that the dates keep out of rounds from a day to come;
	// Recheck are items that somebody should read again.
	Suspend, Stop, Recheck []Affected
	// Print is the same for the same effect: what is confirmed is what was
	// previewed.
	Print string
}

// Ending is a document that ends, with its last day.
type Ending struct {
	Document Document
	LastDay  viet.Date
}

// Affected is an item under which the law changes.
type Affected struct {
	Revision Revision
	Document Document // through which
	Because  Because
	LastDay  viet.Date
}

// Because says why an item is affected.
type Because string

const (
	BasisEnds     Because = "ends"     // a cited document ends
	BasisChanges  Because = "changes"  // a cited document is superseded in part or for some
	ParentChanges Because = "parent"   // a cited document lays down details of one that changes
	DraftCites    Because = "draft"    // a draft cites a document that ends
	AlreadyOut    Because = "not_used" // the item is suspended: to be read before it is restored
)

// Errors about the law register.
var (
	ErrNoDocument    = fault.New(fault.Missing, "itembank.no_document", "no such document in the register")
	ErrBadDocument   = fault.New(fault.Invalid, "itembank.bad_document", "a document has a number, an issuer, a title and days")
	ErrKnownDocument = fault.New(fault.Conflict, "itembank.known_document", "the register has this document already")
	ErrTwiceJoined   = fault.New(fault.Invalid, "itembank.twice_joined", "a document is named twice: write its articles on one line")
	ErrStalePreview  = fault.New(fault.Conflict, "itembank.stale_preview", "the effect is no longer what was previewed")
)

// PreviewLaw tells what a change would do. Nothing is changed.
func (b *Bank) PreviewLaw(ctx context.Context, actor authz.Actor, c LawChange) (Effect, error) {
	if _, err := actor.Scope(authz.ApproveItems, viet.DateOf(b.Now())); err != nil {
		return Effect{}, err
	}
	return b.effect(b.DB.Read(ctx), c)
}

// RecordLaw makes a change that was previewed, in one commit: the document,
// what it does to others, and what that does to items. It is refused when the
// effect is no longer the previewed one.
func (b *Bank) RecordLaw(ctx context.Context, actor authz.Actor, c LawChange, print string) (Effect, error) {
	if _, err := actor.Scope(authz.ApproveItems, viet.DateOf(b.Now())); err != nil {
		return Effect{}, err
	}
	var e Effect
	err := b.DB.Write(ctx, func(tx *database.Tx) (err error) {
		if e, err = b.effect(tx, c); err != nil {
			return err
		}
		if e.Print != print {
			return ErrStalePreview
		}
		return b.sweep(tx, actor, e)
	})
	return e, err
}

// effect finds what a change does to the bank as it stands.
func (b *Bank) effect(h database.Handle, c LawChange) (Effect, error) {
	documents, err := documentsOf(h)
	if err != nil {
		return Effect{}, err
	}
	edges, err := edgesOf(h)
	if err != nil {
		return Effect{}, err
	}
	if c, err = c.checked(documents); err != nil {
		return Effect{}, err
	}
	e := Effect{Change: c}
	byID := map[string]Document{}
	for _, d := range documents {
		byID[d.ID] = d
	}
	if e.Ends, err = c.endings(byID); err != nil {
		return Effect{}, err
	}
	touched := reach(c, e.Ends, edges)
	citing, err := citingAny(h, touched)
	if err != nil {
		return Effect{}, err
	}
	e.sort(citing, touched, byID, viet.DateOf(b.Now()))
	e.Print = e.print()
	return e, nil
}

// checked tells what is missing in a change and completes its days.
func (c LawChange) checked(documents []Document) (LawChange, error) {
	d := c.Document
	d.Number, d.Issuer, d.Title, d.Kind = viet.Clean(d.Number), viet.Clean(d.Issuer), viet.Clean(d.Title), viet.Clean(d.Kind)
	if d.ID == "" {
		if d.Number == "" || d.Issuer == "" || d.Title == "" || !isDay(d.IssuedOn) || !isDay(d.EffectiveFrom) {
			return c, ErrBadDocument
		}
		for _, known := range documents {
			if known.Number == d.Number && known.Issuer == d.Issuer && known.IssuedOn == d.IssuedOn {
				return c, ErrKnownDocument
			}
		}
		d.EffectiveTo, d.Scope, d.Confidence = viet.Forever, "full", "recorded"
	} else {
		at := slices.IndexFunc(documents, func(known Document) bool { return known.ID == d.ID })
		if at < 0 {
			return c, ErrNoDocument
		}
		d = documents[at]
	}
	if c.LastDay != "" && (!isDay(c.LastDay) || c.LastDay < d.EffectiveFrom) {
		return c, ErrBadDocument
	}
	joined := map[Edge]bool{}
	for _, edge := range c.Edges {
		pair := Edge{To: edge.To, Relation: edge.Relation}
		if joined[pair] {
			return c, ErrTwiceJoined
		}
		joined[pair] = true
		if edge.To == d.ID || !slices.ContainsFunc(documents, func(known Document) bool { return known.ID == edge.To }) {
			return c, ErrNoDocument
		}
		if edge.Relation == Supersedes && !slices.Contains(Extents, edge.Extent) {
			return c, ErrBadDocument
		}
	}
	c.Document = d
	return c, nil
}

func isDay(d viet.Date) bool {
	_, err := viet.DayAfter(d)
	return err == nil
}

// endings are the documents that a change ends: those superseded in full end
// the day before the new one begins.
func (c LawChange) endings(byID map[string]Document) (ends []Ending, err error) {
	if c.LastDay != "" {
		ends = append(ends, Ending{c.Document, c.LastDay})
	}
	for _, edge := range c.Edges {
		if edge.Relation != Supersedes || edge.Extent != InFull {
			continue
		}
		last, err := viet.DayBefore(c.Document.EffectiveFrom)
		if err != nil {
			return nil, ErrBadDocument
		}
		if last < byID[edge.To].EffectiveTo {
			ends = append(ends, Ending{byID[edge.To], last})
		}
	}
	return ends, nil
}

// touch is how a change reaches a document.
type touch struct {
	because  Because
	lastDay  viet.Date
	articles string // only these, where they are named
}

// reach finds every document that a change touches: those that end, those
// changed in part, and those that lay down details of either, however far.
func reach(c LawChange, ends []Ending, edges []Edge) map[string]touch {
	touched := map[string]touch{}
	var front []string
	for _, end := range ends {
		touched[end.Document.ID] = touch{because: BasisEnds, lastDay: end.LastDay}
		front = append(front, end.Document.ID)
	}
	for _, edge := range c.Edges {
		if _, already := touched[edge.To]; edge.Relation == Supersedes && edge.Extent != InFull && !already {
			touched[edge.To] = touch{because: BasisChanges, articles: edge.Articles}
			front = append(front, edge.To)
		}
	}
	for len(front) > 0 {
		at := front[0]
		front = front[1:]
		for _, edge := range edges {
			if _, already := touched[edge.From]; edge.Relation == Details && edge.To == at && !already && edge.From != c.Document.ID {
				touched[edge.From] = touch{because: ParentChanges}
				front = append(front, edge.From)
			}
		}
	}
	return touched
}

// sort puts every citing revision where it belongs; an item stands once, at
// its gravest.
func (e *Effect) sort(citing []citingRevision, touched map[string]touch, byID map[string]Document, today viet.Date) {
	graver := map[Because]int{BasisEnds: 3, DraftCites: 2, BasisChanges: 2, ParentChanges: 1, AlreadyOut: 1}
	worst := map[ItemID]Affected{}
	for _, c := range citing {
		t := touched[c.document]
		if t.articles != "" && !sharesArticle(t.articles, c.article) {
			continue
		}
		a := Affected{Revision: c.revision, Document: byID[c.document], Because: t.because, LastDay: t.lastDay}
		if a.Because == BasisEnds && c.revision.State != Approved {
			a.Because = DraftCites
		}
		if c.revision.State == Suspended {
			a.Because = AlreadyOut
		}
		if have, known := worst[a.Revision.Item]; !known || graver[a.Because] > graver[have.Because] {
			worst[a.Revision.Item] = a
		}
	}
	for _, a := range worst {
		switch {
		case a.Because == BasisEnds && a.LastDay < today:
			e.Suspend = append(e.Suspend, a)
		case a.Because == BasisEnds:
			e.Stop = append(e.Stop, a)
		default:
			e.Recheck = append(e.Recheck, a)
		}
	}
	for _, list := range [][]Affected{e.Suspend, e.Stop, e.Recheck} {
		slices.SortFunc(list, func(a, b Affected) int { return strings.Compare(a.Revision.Code, b.Revision.Code) })
	}
}

var articleNumber = regexp.MustCompile(`dieu\s+(\d+[a-z]?)`)

// sharesArticle tells whether two places may be the same: they name the same
// article, or one of them names none.
func sharesArticle(changed, cited string) bool {
	numbers := func(text string) (found []string) {
		for _, m := range articleNumber.FindAllStringSubmatch(viet.Fold(text), -1) {
			found = append(found, m[1])
		}
		return found
	}
	a, b := numbers(changed), numbers(cited)
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(n string) bool { return slices.Contains(b, n) })
}

// print is a digest of everything the change does.
func (e Effect) print() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n%+v\n", e.Change, e.Ends)
	for _, list := range [][]Affected{e.Suspend, e.Stop, e.Recheck} {
		for _, a := range list {
			fmt.Fprintf(&b, "%s %s %s|", a.Revision.ID, a.Because, a.LastDay)
		}
		b.WriteByte('\n')
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:8])
}

// Revisions are the affected revisions that may stand on forms.
func (e Effect) Revisions() (ids []RevisionID) {
	for _, a := range slices.Concat(e.Suspend, e.Stop, e.Recheck) {
		if a.Revision.Settled() {
			ids = append(ids, a.Revision.ID)
		}
	}
	return ids
}

// Since is the first day on which results may rest on what has changed.
func (e Effect) Since() viet.Date {
	since := viet.Forever
	for _, end := range e.Ends {
		if next, err := viet.DayAfter(end.LastDay); err == nil {
			since = min(since, next)
		}
	}
	return min(since, e.Change.Document.EffectiveFrom)
}

// sweep writes an effect down.
func (b *Bank) sweep(tx *database.Tx, actor authz.Actor, e Effect) error {
	document, err := b.recordDocument(tx, e)
	if err != nil {
		return err
	}
	var items []ItemID
	for _, a := range e.Suspend {
		if err := setState(tx, a.Revision, Suspended); err != nil {
			return err
		}
		if err := b.tell(tx, actor, a.Revision, Withdrew, e.reason(a)); err != nil {
			return err
		}
		items = append(items, a.Revision.Item)
	}
	for _, a := range e.Recheck {
		if err := insertRecheck(tx, a, e.reason(a), b.Now()); err != nil {
			return err
		}
		if err := b.tell(tx, actor, a.Revision, AskedAgain, e.reason(a)); err != nil {
			return err
		}
		items = append(items, a.Revision.Item)
	}
	for _, a := range e.Stop {
		items = append(items, a.Revision.Item)
	}
	if len(items) > 0 {
		if err := reindex(tx, items...); err != nil {
			return err
		}
	}
	return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: "law.record", Subject: "document:" + document, Detail: map[string]any{
		"ends": len(e.Ends), "suspended": len(e.Suspend), "stop": len(e.Stop), "recheck": len(e.Recheck), "print": e.Print}})
}

func (b *Bank) recordDocument(tx *database.Tx, e Effect) (id string, err error) {
	d := e.Change.Document
	if d.ID == "" {
		d.ID = database.NewID()
		if err := insertDocument(tx, d); errors.Is(err, database.ErrDuplicate) {
			return "", ErrKnownDocument // recorded by somebody else a moment ago
		} else if err != nil {
			return "", err
		}
	}
	for _, end := range e.Ends {
		by := ""
		if end.Document.ID != d.ID {
			by = d.Number
		}
		if err := endDocument(tx, end, by); err != nil {
			return "", err
		}
	}
	for _, edge := range e.Change.Edges {
		edge.From = d.ID
		if err := insertEdge(tx, edge); errors.Is(err, database.ErrDuplicate) {
			return "", ErrTwiceJoined // by an earlier change
		} else if err != nil {
			return "", err
		}
	}
	return d.ID, nil
}

// reason tells an item's readers why it was touched.
func (e Effect) reason(a Affected) string {
	by := e.Change.Document.Number
	switch {
	case a.Because == BasisEnds, a.Because == DraftCites, a.Because == AlreadyOut && a.LastDay != "":
		return fmt.Sprintf("%s hết hiệu lực sau ngày %s (%s)", a.Document.Number, a.LastDay, by)
	case a.Because == ParentChanges:
		return fmt.Sprintf("%s hướng dẫn một văn bản vừa thay đổi (%s)", a.Document.Number, by)
	}
	return fmt.Sprintf("%s được %s thay thế một phần", a.Document.Number, by)
}

// Recheck is a question that a change of the law asked about an item.
type Recheck struct {
	Reason string
	At     time.Time
}

// Rechecks are the open questions about an item, newest first.
func (b *Bank) Rechecks(ctx context.Context, item ItemID) ([]Recheck, error) {
	return openRechecks(b.DB.Read(ctx), item)
}

// DocumentPage is a document with what it is joined to.
type DocumentPage struct {
	Document
	Out, In []EdgeLine
	Items   int // that cite it with a revision in use or in work
}

// EdgeLine is an edge as a page shows it.
type EdgeLine struct {
	Edge
	Other Document
}

// DocumentByID shows a document of the register.
func (b *Bank) DocumentByID(ctx context.Context, actor authz.Actor, id string) (DocumentPage, error) {
	documents, err := b.Documents(ctx, actor)
	if err != nil {
		return DocumentPage{}, err
	}
	byID := map[string]Document{}
	for _, d := range documents {
		byID[d.ID] = d
	}
	p := DocumentPage{Document: byID[id]}
	if p.ID == "" {
		return DocumentPage{}, ErrNoDocument
	}
	h := b.DB.Read(ctx)
	edges, err := edgesOf(h)
	if err != nil {
		return DocumentPage{}, err
	}
	for _, edge := range edges {
		switch id {
		case edge.From:
			p.Out = append(p.Out, EdgeLine{edge, byID[edge.To]})
		case edge.To:
			p.In = append(p.In, EdgeLine{edge, byID[edge.From]})
		}
	}
	counts, err := citedCounts(h, id)
	p.Items = counts[id]
	return p, err
}

// CitedCounts tells how many items cite each document.
func (b *Bank) CitedCounts(ctx context.Context, actor authz.Actor) (map[string]int, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return nil, err
	}
	return citedCounts(b.DB.Read(ctx), "")
}
