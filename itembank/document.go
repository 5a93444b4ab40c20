package itembank

import (
	"fmt"

	"sathach/internal/fault"
	"sathach/internal/viet"
)

// Topic is a node of the topic tree. Nodes that are parents carry no items.
type Topic struct {
	Code, Parent   string
	NameVi, NameEn string
	Owner          string // id of the agency that looks after it; empty for the whole country's
}

// Document is one legal text of the register. Its key is number, issuer and
// date together: numbers alone collide.
type Document struct {
	ID             string
	Number, Issuer string
	IssuedOn       viet.Date
	Kind, Title    string
	EffectiveFrom  viet.Date // viet.Always when unknown
	EffectiveTo    viet.Date // last day in force; viet.Forever while in force
	SupersededBy   string    // as registered, for readers
	Scope          string    // full, or partial:note
	Confidence     string
}

// Citation joins a revision to the article it rests on.
type Citation struct {
	Document Document
	Article  string
}

// Reason says why an item may not be drawn on a date.
type Reason string

const (
	NotApproved Reason = "not_approved" // waits for a reviewer, or was suspended
	LawEnded    Reason = "law_ended"    // a cited document is no longer in force
	LawNotYet   Reason = "law_not_yet"  // a cited document is not in force yet
	Expired     Reason = "expired"      // the item's own last day has passed
	NoSituation Reason = "no_situation" // its situation may not be used
	KeyDoubted  Reason = "key_doubted"  // a round made its key doubtful; somebody has to read it again
	NewerText   Reason = "newer_text"   // its situation has another text than the one it was approved with
)

// Refusal is an item that may not be drawn, with the reason.
type Refusal struct {
	Code     string
	Topic    string
	Level    Level
	State    State
	Reason   Reason
	Document string    // number of the document, for the law reasons
	Date     viet.Date // day the document or the item ended, or begins
	By       string    // what superseded the document
	// Situation is the code of the situation that may not be used.
	Situation string
}

// String is the refusal as an English sentence, for logs and the command line.
func (r Refusal) String() string {
	switch r.Reason {
	case LawEnded:
		return fmt.Sprintf("%s: %s ended on %s, superseded by %s", r.Code, r.Document, r.Date, r.By)
	case LawNotYet:
		return fmt.Sprintf("%s: %s is in force only from %s", r.Code, r.Document, r.Date)
	case Expired:
		return fmt.Sprintf("%s: the item was valid to %s", r.Code, r.Date)
	case NoSituation:
		return fmt.Sprintf("%s: its situation %s may not be used", r.Code, r.Situation)
	case NewerText:
		return fmt.Sprintf("%s: its situation %s has a newer text", r.Code, r.Situation)
	case KeyDoubted:
		return fmt.Sprintf("%s: a round made its key doubtful", r.Code)
	}
	return fmt.Sprintf("%s: its revision is %s", r.Code, r.State)
}

// Drawable is an item that may be drawn.
type Drawable struct {
	Revision RevisionID
	Code     string
	Topic    string
	Level    Level
	Stem     string // as it is written
	// Situation is the text that it is shown under, and drawn with all others
	// of; empty for an item that stands by itself.
	Situation RevisionID
	// Like names the items that somebody read and found to be two although they
	// ask nearly the same: no form should have both. Empty for most.
	Like string
}

// Pool is the bank as it may be drawn on one date. Items of one situation
// stand in Drawable in the order in which a paper asks them; a situation that
// may be used stands in neither list, since nobody is asked it.
type Pool struct {
	On       viet.Date
	Drawable []Drawable
	Refused  []Refusal
}

// Count tells how many items of a topic and level may be drawn.
func (p Pool) Count(topic string, level Level) (n int) {
	for _, d := range p.Drawable {
		if d.Topic == topic && d.Level == level {
			n++
		}
	}
	return n
}

// Superseded counts the items refused because their law has ended.
func (p Pool) Superseded() (n int) {
	for _, r := range p.Refused {
		if r.Reason == LawEnded {
			n++
		}
	}
	return n
}

// standing decides whether a revision may be drawn on a date. The law comes
// before the state, so that an author learns the harder reason.
func standing(r Revision, citations []Citation, on viet.Date) (Refusal, bool) {
	refusal := Refusal{Code: r.Code, Topic: r.Topic, Level: r.Level, State: r.State}
	for _, c := range citations {
		switch d := c.Document; {
		case d.EffectiveTo < on:
			refusal.Reason, refusal.Document, refusal.Date, refusal.By = LawEnded, d.Number, d.EffectiveTo, d.SupersededBy
			return refusal, false
		case d.EffectiveFrom > on:
			refusal.Reason, refusal.Document, refusal.Date = LawNotYet, d.Number, d.EffectiveFrom
			return refusal, false
		}
	}
	switch {
	case r.ValidTo < on:
		refusal.Reason, refusal.Date = Expired, r.ValidTo
		return refusal, false
	case r.State != Approved:
		refusal.Reason = NotApproved
		return refusal, false
	case r.Doubted:
		refusal.Reason = KeyDoubted
		return refusal, false
	}
	return Refusal{}, true
}

// ErrNoItem is returned for an id or code that names no item.
var ErrNoItem = fault.New(fault.Missing, "itembank.no_item", "no such item")
