package itembank

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// ErrInReview is returned for a change of what reviewers are reading.
var ErrInReview = fault.New(fault.Conflict, "itembank.in_review", "the revision is in review: it is returned before it is changed")

// ErrChanged is returned when somebody else saved first.
var ErrChanged = database.ErrConflict

// Write enters an item as a draft, with the actor as its writer, and returns
// its code.
func (b *Bank) Write(ctx context.Context, actor authz.Actor, d Draft) (code string, err error) {
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(b.Now())); err != nil {
		return "", err
	}
	err = b.DB.Write(ctx, func(tx *database.Tx) error {
		register, err := documentsOf(tx)
		if err != nil {
			return err
		}
		_, code, err = b.write(tx, actor, d, existing(register))
		return err
	})
	return code, err
}

// write numbers a draft within its topic and enters it.
func (b *Bank) write(tx *database.Tx, actor authz.Actor, d Draft, documents register) (ItemID, string, error) {
	code, err := nextCode(tx, d.Topic)
	if err != nil {
		return "", "", err
	}
	if err := b.oversee(tx, actor, authz.WriteItems, d.Topic); err != nil {
		return "", "", err
	}
	d.Code = code
	d = d.canonical()
	if err := d.Validate(); err != nil {
		return "", "", err
	}
	if err := hasPictures(tx, d.pictureNames()); err != nil {
		return "", "", err
	}
	r, err := insertItem(tx, d, documents, b.Now())
	if err != nil {
		return "", "", err
	}
	return r.Item, code, b.sign(tx, actor, r)
}

// sign writes the actor into a draft's writers and the item's life.
func (b *Bank) sign(tx *database.Tx, actor authz.Actor, r Revision) error {
	signed, err := signaturesOf(tx, r.ID)
	if err != nil {
		return err
	}
	if !hasSigned(signed, Writing, actor.Account) {
		if err := insertSignature(tx, r.ID, Writing, actor.Account, database.Truncate(b.Now())); err != nil {
			return err
		}
	}
	if err := reindex(tx, r.Item); err != nil {
		return err
	}
	return b.tell(tx, actor, r, Wrote, "")
}

// Revise gives an item a new text. Where a draft is open it becomes that text,
// if version is the one that was read; else a new revision begins beside the
// one that is drawn, which stays until the new one is approved. Whoever
// changes a draft is one of its writers from then on.
func (b *Bank) Revise(ctx context.Context, actor authz.Actor, code string, version int, d Draft) error {
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(b.Now())); err != nil {
		return err
	}
	d.Code = code
	d = d.canonical()
	if err := d.Validate(); err != nil {
		return err
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		documents, err := documentsOf(tx)
		if err != nil {
			return err
		}
		t, err := textOf(d, existing(documents))
		if err != nil {
			return err
		}
		if err := hasPictures(tx, d.pictureNames()); err != nil {
			return err
		}
		revisions, err := revisionsOf(tx, code)
		if err != nil {
			return err
		}
		if err := b.oversee(tx, actor, authz.WriteItems, revisions[0].Topic); err != nil {
			return err
		}
		if into, _, err := mergedWith(tx, revisions[0].Item); err != nil || into != "" {
			return cmp.Or(err, error(ErrMerged))
		}
		if (revisions[0].Kind == Situation) != (d.Kind == Situation) {
			return fmt.Errorf("revise item %s: %w", code, ErrSituation)
		}
		d.Topic = revisions[0].Topic
		if t.revision.SituationID, err = belonging(tx, d); err != nil {
			return fmt.Errorf("revise item %s: %w", code, err)
		}
		r, err := b.revise(tx, revisions, version, t)
		if err != nil {
			return fmt.Errorf("revise item %s: %w", code, err)
		}
		if d.Kind == Situation && !slices.ContainsFunc(revisions, Revision.Settled) { // its draft is what is read above its items
			r.Code = code
			if err := b.retold(tx, actor, r); err != nil {
				return err
			}
		}
		return b.sign(tx, actor, r)
	})
}

func (b *Bank) revise(tx *database.Tx, revisions []Revision, version int, t text) (Revision, error) {
	at := slices.IndexFunc(revisions, Revision.Open)
	switch {
	case at < 0 && version != 0:
		return Revision{}, database.ErrConflict
	case at < 0:
		r, err := insertRevision(tx, revisions[0], t, b.Now())
		if errors.Is(err, database.ErrDuplicate) {
			err = database.ErrConflict // somebody else began one at the same moment
		}
		return r, err
	case revisions[at].State == InReview:
		return Revision{}, ErrInReview
	case version != revisions[at].Version:
		return Revision{}, database.ErrConflict
	}
	return revisions[at], replaceText(tx, revisions[at], t)
}

// Draft is the revision as its author would hand it in.
func (d Detail) Draft() Draft {
	draft := Draft{
		Code: d.Code, Topic: d.Topic, Level: d.Level, Kind: d.Kind, Format: d.Format, Stem: d.Stem, Options: d.Options, Targets: d.Targets, Key: d.Key.Correct, Pinned: d.Pinned,
		Explanation: d.Key.Explanation, SourceNote: d.Note, Gaps: d.Gaps, Accepted: d.Key.Accepted, Numbers: d.Key.Numbers, CaseSensitive: d.Key.CaseSensitive, Told: d.Told > 0, Mapping: d.Key.Mapping, Situation: d.Situation,
	}
	if d.SpecialRule() {
		draft.Rule = d.Rule
	}
	if d.ValidTo != viet.Forever {
		draft.ValidTo = d.ValidTo
	}
	if d.Kind == Numeric {
		draft.Answer = &Answer{Value: d.Key.Value, Tolerance: d.Key.Tolerance, Unit: d.Unit}
	}
	for _, c := range d.Citations {
		draft.Citations = append(draft.Citations, Cite{Document: c.Document.Number, IssuedOn: c.Document.IssuedOn, Article: c.Article})
	}
	return draft
}

// CiteLine writes a citation as a person types it: the number, the date where
// several documents of the register carry that number, and the place.
func CiteLine(c Cite, register []Document) string {
	line := c.Document
	same := 0
	for _, d := range register {
		if d.Number == c.Document {
			same++
		}
	}
	if same > 1 {
		line += " (" + c.IssuedOn + ")"
	}
	if c.Article != "" {
		line += ": " + c.Article
	}
	return line
}

// ReadCites reads lines of citations: the number of a document of the
// register, with its date in brackets where the number is not enough, a colon
// and the place. A line that names a document in running words ("Điều 5 Nghị
// định 118/2025/NĐ-CP") is understood, too. The lines that name none are
// returned.
func ReadCites(text string, register []Document) (cites []Cite, unknown []string) {
	for _, line := range strings.Split(text, "\n") {
		if line = viet.Clean(line); line == "" {
			continue
		}
		c, ok := readCite(line, register)
		if !ok {
			unknown = append(unknown, line)
			continue
		}
		if !slices.Contains(cites, c) {
			cites = append(cites, c)
		}
	}
	return cites, unknown
}

func readCite(line string, register []Document) (Cite, bool) {
	if c, ok := exactCite(line, register); ok {
		return c, true
	}
	loose := looseCites(line, register)
	if len(loose) != 1 {
		return Cite{}, false
	}
	return loose[0], true
}

// exactCite reads what CiteLine writes.
func exactCite(line string, register []Document) (Cite, bool) {
	head, article, _ := strings.Cut(line, ": ")
	number, date, dated := strings.Cut(strings.TrimSuffix(head, ")"), " (")
	var found []Document
	for _, d := range register {
		if d.Number == number && (!dated || d.IssuedOn == date) {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return Cite{}, false
	}
	return Cite{Document: number, IssuedOn: found[0].IssuedOn, Article: strings.TrimSpace(article)}, true
}
