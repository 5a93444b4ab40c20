package itembank

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sathach/internal/database"
	"sathach/internal/viet"
)

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
	if err := e.follow(h); err != nil {
		return Effect{}, err
	}
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
		a := Affected{Revision: c.revision.Plain(), Document: byID[c.document], Because: t.because, LastDay: t.lastDay}
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

// follow adds the items that are kept out with their situations.
func (e *Effect) follow(h database.Handle) error {
	known := map[ItemID]bool{}
	for _, a := range slices.Concat(e.Suspend, e.Stop) {
		known[a.Revision.Item] = true
	}
	for _, a := range slices.Concat(e.Suspend, e.Stop) {
		if a.Revision.Kind != Situation {
			continue
		}
		members, err := membersOf(h, a.Revision.Item)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.State == Approved && !known[m.Item] {
				known[m.Item] = true
				e.Stop = append(e.Stop, Affected{Revision: m.Plain(), Document: a.Document, Because: WithSituation, LastDay: a.LastDay})
			}
		}
	}
	return nil
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
