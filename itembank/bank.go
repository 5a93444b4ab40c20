package itembank

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
)

// Bank is the use cases of this package.
type Bank struct {
	DB  *database.DB
	Now func() time.Time

	twins twinCache
}

// Load enters topics, documents and items into the bank in one change. Items
// enter approved, or in review where their draft says so. Nothing enters when
// anything is wrong.
func (b *Bank) Load(ctx context.Context, topics []Topic, documents []Document, drafts []Draft) error {
	register := newRegister(documents)
	drafts = slices.Clone(drafts)
	for i, d := range drafts {
		d = d.canonical()
		drafts[i] = d
		if err := d.Validate(); err != nil {
			return err
		}
		for _, c := range d.Citations {
			if _, err := register.find(c); err != nil {
				return fmt.Errorf("item %s: %w", d.Code, err)
			}
		}
		if !loadedWith(d, drafts) {
			return fmt.Errorf("item %s: %w", d.Code, ErrSituation)
		}
	}
	err := b.DB.Write(ctx, func(tx *database.Tx) error {
		for _, d := range drafts {
			if err := hasPictures(tx, d.pictureNames()); err != nil {
				return fmt.Errorf("item %s: %w", d.Code, err)
			}
		}
		if err := insertBank(tx, topics, register, drafts, b.Now()); err != nil {
			return fmt.Errorf("load the bank: %w", err)
		}
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: "cli", Verb: "itembank.load", Subject: "itembank", Detail: map[string]any{"items": len(drafts)}})
	})
	if err != nil {
		return err
	}
	_, err = b.Complete(ctx)
	return err
}

// loadedWith tells whether the situation of a draft, if it has one, is among
// the drafts that are loaded together.
func loadedWith(d Draft, all []Draft) bool {
	return d.Situation == "" || slices.ContainsFunc(all, func(s Draft) bool { return s.Code == d.Situation && s.Kind == Situation && s.Topic == d.Topic })
}

// Pool lists what may be drawn on a date, and what may not and why.
func (b *Bank) Pool(ctx context.Context, on viet.Date) (Pool, error) {
	pools, err := PoolsOn(b.DB.Read(ctx), on)
	if err != nil {
		return Pool{}, err
	}
	return pools[0], nil
}

// PoolsOn is the pool of each date, in the caller's handle, from one reading
// of the bank.
func PoolsOn(h database.Handle, dates ...viet.Date) ([]Pool, error) {
	revisions, err := currentRevisions(h)
	if err != nil {
		return nil, fmt.Errorf("read the bank: %w", err)
	}
	citations, err := citationsOf(h)
	if err != nil {
		return nil, fmt.Errorf("read citations: %w", err)
	}
	alike, err := LikeGroups(h)
	if err != nil {
		return nil, err
	}
	known := knownSituations(revisions, citations)
	pools := make([]Pool, len(dates))
	for i, on := range dates {
		pools[i] = poolOn(on, revisions, citations, known)
		for n := range pools[i].Drawable {
			pools[i].Drawable[n].Like = alike[pools[i].Drawable[n].Code]
		}
	}
	return pools, nil
}

// Likeness tells which items are not to be on one form.
type Likeness struct {
	pairs  map[[2]string]bool
	groups map[string]string
}

// Likeness of the whole bank.
func (b *Bank) Likeness(ctx context.Context) (Likeness, error) {
	pairs, err := distinctPairs(b.DB.Read(ctx))
	return Likeness{pairs, groupsOf(pairs)}, err
}

// Noted tells whether somebody noted of these two, by code, that they are alike.
func (l Likeness) Noted(one, other string) bool {
	return l.pairs[[2]string{min(one, other), max(one, other)}]
}

// Group is of how many items a form takes one, if both of these are among them; else 0.
func (l Likeness) Group(one, other string) (n int) {
	if l.groups[one] == "" || l.groups[one] != l.groups[other] {
		return 0
	}
	for _, group := range l.groups {
		if group == l.groups[one] {
			n++
		}
	}
	return n
}

// LikeGroups names, by code, the groups of items that somebody read and found to be
// two although they ask nearly the same.
func LikeGroups(h database.Handle) (map[string]string, error) {
	distinct, err := distinctPairs(h)
	if err != nil {
		return nil, err
	}
	return groupsOf(distinct), nil
}

// groupsOf joins pairs of codes to groups, named by their first code.
func groupsOf(pairs map[[2]string]bool) map[string]string {
	group := map[string]string{}
	root := func(code string) string {
		for group[code] != "" && group[code] != code {
			code = group[code]
		}
		return code
	}
	for pair := range pairs {
		a, b := root(pair[0]), root(pair[1])
		group[max(a, b)] = min(a, b)
		group[min(a, b)] = min(a, b)
	}
	for code := range group {
		group[code] = root(code)
	}
	return group
}

func poolOn(on viet.Date, revisions []Revision, citations map[RevisionID][]Citation, known situations) Pool {
	pool := Pool{On: on}
	for _, r := range revisions {
		refusal, ok := known.standing(r, citations[r.ID], on)
		switch {
		case !ok:
			pool.Refused = append(pool.Refused, refusal)
		case r.Kind != Situation:
			pool.Drawable = append(pool.Drawable, Drawable{Revision: r.ID, Code: r.Code, Topic: r.Topic, Level: r.Level, Stem: r.Stem, Situation: known[r.Situation].ID})
		}
	}
	slices.SortStableFunc(pool.Drawable, func(a, b Drawable) int { return compareCodes(a.Code, b.Code) })
	return pool
}

// Topics lists the topic tree in its order.
func (b *Bank) Topics(ctx context.Context) ([]Topic, error) {
	return TopicsIn(b.DB.Read(ctx))
}

// Detail is a revision with everything known about it. It holds the key:
// never hand it to a taker.
type Detail struct {
	Revision
	Key       Key
	Citations []Citation
	Refusal   *Refusal // set when it may not be drawn on the asked date
	// Under is the situation that it belongs to: the text it is drawn under,
	// or the newest where none is settled.
	Under *Revision
}

// MergedWith tells into which item one was merged, empty for none, and which
// were merged into it.
func (b *Bank) MergedWith(ctx context.Context, item ItemID) (into string, from []string, err error) {
	return mergedWith(b.DB.Read(ctx), item)
}

// Credits tells whether an option is right.
func (d Detail) Credits(option int) bool { return slices.Contains(d.Key.Correct, option) }

// GapNumber is what a gap takes as a number, nil where it takes none.
func (d Detail) GapNumber(gap int) *Number {
	if gap >= len(d.Key.Numbers) || d.Key.Numbers[gap] == (Number{}) {
		return nil
	}
	return &d.Key.Numbers[gap]
}

// Item shows the revision that speaks for an item to staff: the one it is
// drawn by, or the newest where none is settled.
func (b *Bank) Item(ctx context.Context, code string, on viet.Date) (Detail, error) {
	h := b.DB.Read(ctx)
	revisions, err := revisionsOf(h, code)
	if err != nil {
		return Detail{}, err
	}
	return detailOf(h, speaker(revisions), on)
}

// speaker picks the revision that speaks for its item from all of them,
// newest first.
func speaker(revisions []Revision) Revision {
	if at := slices.IndexFunc(revisions, Revision.Settled); at >= 0 {
		return revisions[at]
	}
	return revisions[0]
}

// Settled tells whether an item is drawn by this revision, or would be if it
// were not suspended.
func (r Revision) Settled() bool { return slices.Contains(settled, string(r.State)) }

// Open tells whether the revision is being worked on.
func (r Revision) Open() bool { return r.State == InDraft || r.State == InReview }

// Revision shows one revision of an item by its number.
func (b *Bank) Revision(ctx context.Context, code string, number int, on viet.Date) (Detail, error) {
	h := b.DB.Read(ctx)
	revisions, err := revisionsOf(h, code)
	if err != nil {
		return Detail{}, err
	}
	at := slices.IndexFunc(revisions, func(r Revision) bool { return r.Number == number })
	if at < 0 {
		return Detail{}, fmt.Errorf("revision %d of item %s: %w", number, code, ErrNoItem)
	}
	return detailOf(h, revisions[at], on)
}

// Revisions lists all revisions of an item, newest first.
func (b *Bank) Revisions(ctx context.Context, code string) ([]Revision, error) {
	return revisionsOf(b.DB.Read(ctx), code)
}

func detailOf(h database.Handle, r Revision, on viet.Date) (Detail, error) {
	details, err := detailsOf(h, []Revision{r}, on)
	if err != nil {
		return Detail{}, err
	}
	return details[0], nil
}

// Documents lists the register, by number and date.
func (b *Bank) Documents(ctx context.Context, actor authz.Actor) ([]Document, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return nil, err
	}
	documents, err := documentsOf(b.DB.Read(ctx))
	slices.SortFunc(documents, func(a, b Document) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.IssuedOn, b.IssuedOn))
	})
	return documents, err
}

// Count tells how many items the bank holds.
func (b *Bank) Count(ctx context.Context) (int, error) { return countItems(b.DB.Read(ctx)) }

// register finds documents by number, and date where the number is not
// enough.
type register struct {
	documents []Document
	byNumber  map[string][]Document
}

func newRegister(documents []Document) register {
	r := register{byNumber: map[string][]Document{}}
	for _, d := range documents {
		d.ID = database.NewID()
		if d.EffectiveFrom == "" {
			d.EffectiveFrom = viet.Always
		}
		if d.EffectiveTo == "" {
			d.EffectiveTo = viet.Forever
		}
		r.documents = append(r.documents, d)
		r.byNumber[d.Number] = append(r.byNumber[d.Number], d)
	}
	return r
}

// existing is the register as the bank already holds it.
func existing(documents []Document) register {
	r := register{documents: documents, byNumber: map[string][]Document{}}
	for _, d := range documents {
		r.byNumber[d.Number] = append(r.byNumber[d.Number], d)
	}
	return r
}

func (r register) find(c Cite) (Document, error) {
	var found []Document
	for _, d := range r.byNumber[c.Document] {
		if c.IssuedOn == "" || c.IssuedOn == d.IssuedOn {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return Document{}, fmt.Errorf("citation of %q %s matches %d documents of the register, want one", c.Document, c.IssuedOn, len(found))
	}
	return found[0], nil
}

// key is a draft's key as the bank keeps it.
func (d Draft) key() Key {
	k := Key{Correct: d.Key, Rule: d.rule(), Mapping: d.Mapping, Explanation: d.Explanation, CaseSensitive: d.CaseSensitive}
	for _, answers := range d.Accepted {
		k.Accepted = append(k.Accepted, cleanAll(answers))
	}
	k.Numbers = d.Numbers
	if d.Answer != nil {
		k.Value, k.Tolerance = d.Answer.Value, d.Answer.Tolerance
	}
	return k
}
