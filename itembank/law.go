package itembank

import (
	"context"
	"errors"
	"fmt"
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
	// WithSituation is said of an item that is kept out with its situation.
	WithSituation Because = "situation"
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
		if err := insertRecheck(tx, a.Revision.Item, &a.Document.ID, e.reason(a), b.Now()); err != nil {
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
		return fmt.Sprintf("%s hết hiệu lực sau ngày %s (%s)", a.Document.Number, dayText(a.LastDay), by)
	case a.Because == ParentChanges:
		return fmt.Sprintf("%s hướng dẫn một văn bản vừa thay đổi (%s)", a.Document.Number, by)
	}
	return fmt.Sprintf("%s được %s thay thế một phần", a.Document.Number, by)
}

// Recheck is a question that a change of the law, a new text of a situation or the
// results of a round asked about an item.
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
