package itembank

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// A situation ("tình huống") is a text that several items ask about: an item
// of its own kind, written, vouched for, cited and reached by a change of the
// law like any other, but without options, key and level, and never drawn by
// itself. The items that belong to it are drawn together and asked in the order
// of their codes, under its text (ADR 23).
//
// An item is a situation for life, and belongs to one of its own topic. It is
// approved after its situation, with the text that has then; when that gets
// another, somebody reads the item again before it is drawn. It may be drawn
// only while its situation may be used; an item that may not be drawn leaves
// the others of its situation together.

// situations are the revisions that speak for situations, by code.
type situations map[string]grounded

// grounded is a revision with the law it rests on.
type grounded struct {
	Revision
	citations []Citation
}

// knownSituations finds the situations among the revisions that speak for
// their items.
func knownSituations(revisions []Revision, citations map[RevisionID][]Citation) situations {
	known := situations{}
	for _, r := range revisions {
		if r.Kind == Situation {
			known[r.Code] = grounded{r, citations[r.ID]}
		}
	}
	return known
}

// standing decides whether a revision may be drawn on a date, by itself and by
// its situation.
func (s situations) standing(r Revision, citations []Citation, on viet.Date) (Refusal, bool) {
	refusal, ok := standing(r, citations, on)
	if !ok || r.Situation == "" {
		return refusal, ok
	}
	refusal = Refusal{Code: r.Code, Topic: r.Topic, Level: r.Level, State: r.State, Situation: r.Situation}
	above := s[r.Situation]
	if _, usable := standing(above.Revision, above.citations, on); !usable {
		refusal.Reason = NoSituation
		return refusal, false
	}
	if r.Under != above.ID {
		refusal.Reason = NewerText
		return refusal, false
	}
	return Refusal{}, true
}

// compareCodes is the order of codes as people count: T2-99 before T2-100.
func compareCodes(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// ErrSituationFirst is returned for an item that is approved before its
// situation.
var ErrSituationFirst = fault.New(fault.Conflict, "itembank.situation_first", "approve the situation of the item first")

// lay puts an item that is approved, or confirmed, under the text that its
// situation has now: the one that was seen.
func (b *Bank) lay(tx *database.Tx, r Revision, seen Seen) error {
	if r.Situation == "" {
		return nil
	}
	revisions, err := revisionsOf(tx, r.Situation)
	if err != nil {
		return err
	}
	above := speaker(revisions)
	switch {
	case above.State != Approved:
		return ErrSituationFirst
	case seen != Seen{} && seen.Under != above.ID:
		return database.ErrConflict
	}
	return setUnder(tx, r.ID, above.ID)
}

// retold asks about the items of a situation whose text is another one now:
// reviews of them fall, and those in use are read again before they are drawn.
func (b *Bank) retold(tx *database.Tx, actor authz.Actor, situation Revision) error {
	members, err := membersOf(tx, situation.Item)
	if err != nil {
		return err
	}
	now := database.Truncate(b.Now())
	for _, m := range members {
		if m.State == InReview {
			if err := keepWriters(tx, m.ID); err != nil {
				return err
			}
			if err := b.tell(tx, actor, m, AskedAgain, "Tình huống "+situation.Code+" đã được sửa"); err != nil {
				return err
			}
		}
		if m.Settled() && situation.State == Approved && m.Under != situation.ID {
			if err := insertRecheck(tx, m.Item, nil, "Tình huống "+situation.Code+" có bản mới", now); err != nil {
				return err
			}
			if err := b.tell(tx, actor, m, AskedAgain, "Tình huống "+situation.Code+" có bản mới"); err != nil {
				return err
			}
		}
	}
	return nil
}

// SituationsOf lists the situations that an item of a topic may belong to: those
// in use or in work, by code. An empty topic stands for all.
func (b *Bank) SituationsOf(ctx context.Context, actor authz.Actor, topic string) ([]Revision, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return nil, err
	}
	found, err := situationsIn(b.DB.Read(ctx), topic)
	slices.SortFunc(found, func(a, b Revision) int { return compareCodes(a.Code, b.Code) })
	return found, err
}

// AskedAbout lists the items that belong to a situation, in plain words and in
// the order in which they are asked.
func (b *Bank) AskedAbout(ctx context.Context, actor authz.Actor, situation ItemID) ([]Revision, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return nil, err
	}
	members, err := askedAbout(b.DB.Read(ctx), situation)
	for i := range members {
		members[i] = members[i].Plain()
	}
	slices.SortFunc(members, func(a, b Revision) int { return compareCodes(a.Code, b.Code) })
	return members, err
}
