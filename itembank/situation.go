package itembank

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sathach/internal/authz"
	"sathach/internal/viet"
)

// A situation ("tình huống") is a text that several items ask about: an item
// of its own kind, written, vouched for, cited and reached by a change of the
// law like any other, but without options, key and level, and never drawn by
// itself. The items that belong to it are drawn together and asked in the order
// of their codes, under its text (ADR 23).
//
// An item is a situation for life, and belongs to one of its own topic. It may
// be drawn only while its situation may be used; an item that may not be drawn
// leaves the others of its situation together.

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
	if !ok || r.Situation == "" || s.usable(r.Situation, on) {
		return refusal, ok
	}
	return Refusal{Code: r.Code, Topic: r.Topic, Level: r.Level, State: r.State, Reason: NoSituation, Situation: r.Situation}, false
}

func (s situations) usable(code string, on viet.Date) bool {
	g, known := s[code]
	if !known {
		return false
	}
	_, ok := standing(g.Revision, g.citations, on)
	return ok
}

// compareCodes is the order of codes as people count: T2-99 before T2-100.
func compareCodes(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
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
