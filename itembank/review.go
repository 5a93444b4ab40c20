package itembank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// Step is one of the three things that different persons do for a revision
// before it may be drawn.
type Step string

const (
	Writing   Step = "write"
	Reviewing Step = "review"
	Approving Step = "approve"
)

// Act is something that is done with an item.
type Act string

const (
	Wrote     Act = "write"
	Submitted Act = "submit"
	Reviewed  Act = "review"
	Vouched   Act = "approve"
	Returned  Act = "return"
	Dropped   Act = "drop"
	Withdrew  Act = "suspend"
	Restored  Act = "restore"
	RetiredIt Act = "retire"
	Commented Act = "comment"
	Merged    Act = "merge"
	// AskedAgain is done by a change of the law, Confirmed by who read the
	// item again and found that it still holds.
	AskedAgain Act = "recheck"
	Confirmed  Act = "confirm"
)

// Signature is one person vouching for a revision.
type Signature struct {
	Step    Step
	Account string
	Name    string
	At      time.Time
}

// LifeEvent is one thing that happened to an item.
type LifeEvent struct {
	Act      Act
	Revision int // number
	Account  string
	Name     string
	At       time.Time
	Text     string
}

// Errors about review.
var (
	ErrSamePerson = fault.New(fault.Conflict, "itembank.same_person", "the same person has already signed this revision")
	ErrWrongState = fault.New(fault.Conflict, "itembank.wrong_state", "the revision's state does not allow this")
	ErrNoReason   = fault.New(fault.Invalid, "itembank.no_reason", "say why")
	ErrNotWriter  = fault.New(fault.Forbidden, "itembank.not_writer", "only one of its writers submits a draft")
)

// longestText bounds a comment, in characters.
const longestText = 4000

// move is what an act needs and what it leads to.
type move struct {
	verb   authz.Verb
	from   []State
	to     State
	signs  Step // the signature it adds
	after  Step // the signature that must be there
	wipes  bool // signatures fall: the text will change
	reason bool // a text is needed
}

// moves is the whole life of a revision: draft → in review → approved ⇄
// suspended → retired. Who wrote, who reviewed and who approved are different
// persons; storage holds that. An item has at most one revision in draft or
// review and one approved or suspended, so the states a move starts from name
// the revision it is about; storage holds that, too. Nobody locks anything: a
// draft whose writer has left is gone on with, or dropped, by any other.
var moves = map[Act]move{
	Submitted: {verb: authz.WriteItems, from: []State{InDraft}, to: InReview, after: Writing},
	Reviewed:  {verb: authz.ReviewItems, from: []State{InReview}, to: InReview, signs: Reviewing, after: Writing},
	Vouched:   {verb: authz.ApproveItems, from: []State{InReview}, to: Approved, signs: Approving, after: Reviewing},
	Returned:  {verb: authz.ReviewItems, from: []State{InReview}, to: InDraft, wipes: true, reason: true},
	Dropped:   {verb: authz.WriteItems, from: []State{InDraft}, to: Retired, reason: true},
	Withdrew:  {verb: authz.ApproveItems, from: []State{Approved}, to: Suspended, reason: true},
	Restored:  {verb: authz.ApproveItems, from: []State{Suspended}, to: Approved, reason: true},
	RetiredIt: {verb: authz.ApproveItems, from: []State{Approved, Suspended}, to: Retired, reason: true},
}

// remarks are what can be said about an item without moving it.
var remarks = map[Act]move{
	Commented: {verb: authz.ReadItems, reason: true},
	Confirmed: {verb: authz.ReviewItems},
}

// remark notes what was said. Confirming answers what a change of the law
// asked.
func (b *Bank) remark(tx *database.Tx, actor authz.Actor, r Revision, act Act, seen Seen, text string) error {
	if act == Confirmed {
		if err := b.stands(tx, actor, r, seen); err != nil {
			return err
		}
		if err := b.lay(tx, r, seen); err != nil {
			return err
		}
		asked, err := recheckDone(tx, r.Item, actor.Account, b.Now())
		if err != nil {
			return err
		}
		if !asked {
			return ErrWrongState
		}
		if err := reindex(tx, r.Item); err != nil {
			return err
		}
	}
	return b.tell(tx, actor, r, act, text)
}

// stands refuses to confirm a doubtful key unread, or by who wrote it.
func (b *Bank) stands(tx *database.Tx, actor authz.Actor, r Revision, seen Seen) error {
	if !r.Doubted {
		return nil
	}
	if seen != (Seen{}) && !seen.Doubted {
		return database.ErrConflict
	}
	signed, err := signaturesOf(tx, r.ID)
	if err == nil && hasSigned(signed, Writing, actor.Account) {
		err = ErrSamePerson
	}
	return err
}

// Do does something with the revision of an item that the act is about. The
// text is a comment, or the reason where one is needed.
//
// seen is the revision as whoever acts has read it; when it was changed or
// moved since, nothing is done: nobody vouches for what they have not read.
// The zero Seen acts on what stands there.
func (b *Bank) Do(ctx context.Context, actor authz.Actor, code string, act Act, seen Seen, text string) error {
	m, known := moves[act]
	if more, ok := remarks[act]; ok {
		m, known = more, true
	}
	if !known {
		return ErrWrongState
	}
	if _, err := actor.Scope(m.verb, viet.DateOf(b.Now())); err != nil {
		return err
	}
	text = viet.Clean(text)
	if m.reason && text == "" || len([]rune(text)) > longestText {
		return ErrNoReason
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		revisions, err := revisionsOf(tx, code)
		if err != nil {
			return err
		}
		if err := b.oversee(tx, actor, m.verb, revisions[0].Topic); err != nil && act != Commented {
			return err
		}
		if _, remark := remarks[act]; remark {
			return b.remark(tx, actor, remarked(revisions, seen), act, seen, text)
		}
		r, ok := m.about(revisions)
		if ok && !seen.is(r) {
			return fmt.Errorf("%s item %s: %w", act, code, database.ErrConflict)
		}
		if !ok {
			return fmt.Errorf("%s item %s: %w", act, code, ErrWrongState)
		}
		if err := b.apply(tx, actor, r, m, seen); err != nil {
			return fmt.Errorf("%s item %s: %w", act, code, err)
		}
		if err := reindex(tx, r.Item); err != nil {
			return err
		}
		return b.tell(tx, actor, r, act, text)
	})
}

// remarked is the revision a remark is about: the one that was read, or the one
// that speaks for the item.
func remarked(revisions []Revision, seen Seen) Revision {
	for _, r := range revisions {
		if r.ID == seen.ID {
			return r
		}
	}
	return speaker(revisions)
}

// Seen names a revision in the state in which somebody has read it, and the
// text of its situation above it.
type Seen struct {
	ID      RevisionID
	Version int
	Under   RevisionID
	Doubted bool // it was held for a doubtful key
}

// Seen is what somebody who reads the detail now has read.
func (d Detail) Seen() Seen {
	seen := Seen{ID: d.ID, Version: d.Version, Doubted: d.Doubted}
	if d.Under != nil {
		seen.Under = d.Under.ID
	}
	return seen
}

func (s Seen) is(r Revision) bool { return s == Seen{} || s.ID == r.ID && s.Version == r.Version }

// about is the revision that a move is made with.
func (m move) about(revisions []Revision) (Revision, bool) {
	at := slices.IndexFunc(revisions, func(r Revision) bool { return slices.Contains(m.from, r.State) })
	if at < 0 {
		return Revision{}, false
	}
	return revisions[at], true
}

func (b *Bank) apply(tx *database.Tx, actor authz.Actor, r Revision, m move, seen Seen) error {
	if m.signs == Approving {
		if err := b.lay(tx, r, seen); err != nil {
			return err
		}
		if err := b.makeRoom(tx, actor, r.Item); err != nil {
			return err
		}
	}
	// Moved first: from here on no other transaction moves this revision, so
	// the signatures that are read next are those that count.
	if err := setState(tx, r, m.to); err != nil {
		return err
	}
	signed, err := signaturesOf(tx, r.ID)
	if err != nil {
		return err
	}
	if err := m.permits(r.State, signed); err != nil {
		return err
	}
	if m.to == InReview && m.signs == "" && !hasSigned(signed, Writing, actor.Account) {
		return ErrNotWriter
	}
	if m.wipes {
		return keepWriters(tx, r.ID)
	}
	if m.signs == "" {
		return nil
	}
	err = insertSignature(tx, r.ID, m.signs, actor.Account, database.Truncate(b.Now()))
	switch {
	case errors.Is(err, database.ErrDuplicate):
		return ErrSamePerson
	case err == nil && m.signs == Approving && r.Kind == Situation:
		r.State = Approved
		return b.retold(tx, actor, r)
	}
	return err
}

// makeRoom retires the revision that a newly approved one takes the place of.
// Whoever approves it has answered what a change of the law asked.
func (b *Bank) makeRoom(tx *database.Tx, actor authz.Actor, item ItemID) error {
	if _, err := recheckDone(tx, item, actor.Account, b.Now()); err != nil {
		return err
	}
	return retireSettled(tx, item)
}

// permits tells whether a move may be made from a state with some signatures.
func (m move) permits(state State, signed []Signature) error {
	if !slices.Contains(m.from, state) || m.after != "" && !hasStep(signed, m.after) {
		return ErrWrongState
	}
	return nil
}

func hasStep(signed []Signature, step Step) bool {
	for _, s := range signed {
		if s.Step == step {
			return true
		}
	}
	return false
}

func hasSigned(signed []Signature, step Step, account string) bool {
	for _, s := range signed {
		if s.Step == step && s.Account == account {
			return true
		}
	}
	return false
}

// SetAside takes a revision, if items are drawn by it, out of the pool until
// somebody has mended or restored it.
func SetAside(tx *database.Tx, actor authz.Actor, id RevisionID, reason string, now time.Time) error {
	found, err := RevisionsByID(tx, []RevisionID{id})
	if err != nil {
		return err
	}
	r := found[id]
	if r.State != Approved {
		return nil
	}
	if err := setState(tx, r, Suspended); err != nil {
		return err
	}
	if err := reindex(tx, r.Item); err != nil {
		return err
	}
	return tell(tx, actor, r, Withdrew, reason, now)
}

// tell writes an act into the item's life and the audit log.
func (b *Bank) tell(tx *database.Tx, actor authz.Actor, r Revision, act Act, text string) error {
	return tell(tx, actor, r, act, text, database.Truncate(b.Now()))
}

func tell(tx *database.Tx, actor authz.Actor, r Revision, act Act, text string, now time.Time) error {
	if err := insertLifeEvent(tx, r, act, actor.Account, now, text); err != nil {
		return err
	}
	return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "item." + string(act), Subject: "item:" + string(r.Item), Detail: map[string]any{"revision": r.Number}})
}

// MayDo lists what an actor may do with a revision as it stands.
func MayDo(actor authz.Actor, r Revision, signed []Signature) (acts []Act) {
	for _, act := range []Act{Submitted, Reviewed, Vouched, Returned, Dropped, Withdrew, Restored, RetiredIt} {
		m := moves[act]
		if !actor.Can(m.verb) || m.permits(r.State, signed) != nil {
			continue
		}
		if act == Submitted && !hasSigned(signed, Writing, actor.Account) {
			continue
		}
		if m.signs != "" && (hasStep(signed, m.signs) || signedAny(signed, actor.Account)) {
			continue
		}
		acts = append(acts, act)
	}
	return acts
}

func signedAny(signed []Signature, account string) bool {
	for _, s := range signed {
		if s.Account == account {
			return true
		}
	}
	return false
}

// Verb is what somebody must be allowed to do this.
func (a Act) Verb() authz.Verb {
	if m, ok := remarks[a]; ok {
		return m.verb
	}
	return moves[a].verb
}

// NeedsReason tells whether an act is done with a reason.
func (a Act) NeedsReason() bool { return moves[a].reason || remarks[a].reason }

// Life is everything that happened to an item, newest first.
func (b *Bank) Life(ctx context.Context, item ItemID) ([]LifeEvent, error) {
	return lifeOf(b.DB.Read(ctx), item)
}

// SignaturesIn are who vouched for some revisions, by revision.
func (b *Bank) SignaturesIn(ctx context.Context, ids []RevisionID) (map[RevisionID][]Signature, error) {
	return signaturesIn(b.DB.Read(ctx), ids)
}

// Signatures are who vouched for a revision.
func (b *Bank) Signatures(ctx context.Context, id RevisionID) ([]Signature, error) {
	return signaturesOf(b.DB.Read(ctx), id)
}
