package itembank

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// MostAtOnce is how many items one person signs in one go.
const MostAtOnce = 500

// Errors about signing many items.
var (
	ErrTooManyAtOnce = fault.New(fault.Invalid, "itembank.too_many_at_once", "too many items for one go")
	ErrUnread        = fault.New(fault.Invalid, "itembank.unread", "the sample has not been read")
)

// Batch is items somebody wants to do one thing with.
type Batch struct {
	Act    Act
	Ready  []Detail // those the actor may do it with, by code
	Sample []Detail // of them, those to be read before all are approved
	Rest   []Detail // of them, the others
	Barred []string // codes of those that cannot: another state, or the actor has signed them
}

// Prepare sorts items into those an actor may do something with and those not,
// and draws the sample that is read before approving.
func (b *Bank) Prepare(ctx context.Context, actor authz.Actor, act Act, codes []string) (Batch, error) {
	on := viet.DateOf(b.Now())
	if _, err := actor.Scope(moves[act].verb, on); err != nil {
		return Batch{}, err
	}
	if len(codes) > MostAtOnce {
		return Batch{}, ErrTooManyAtOnce
	}
	h := b.DB.Read(ctx)
	revisions, err := revisionsIn(h, codes)
	if err != nil {
		return Batch{}, err
	}
	batch, err := b.ready(h, actor, act, revisions, on)
	if err != nil {
		return Batch{}, err
	}
	picked := sampled(batch.Ready, actor.Account)
	for _, d := range batch.Ready {
		if picked[d.Code] {
			batch.Sample = append(batch.Sample, d)
		} else {
			batch.Rest = append(batch.Rest, d)
		}
	}
	return batch, nil
}

func (b *Bank) ready(h database.Handle, actor authz.Actor, act Act, revisions map[string][]Revision, on viet.Date) (Batch, error) {
	batch := Batch{Act: act}
	var about []Revision
	var ids []RevisionID
	yours := map[string]bool{}
	for code, all := range revisions {
		topic := all[0].Topic
		if _, asked := yours[topic]; !asked {
			yours[topic] = b.oversee(h, actor, moves[act].verb, topic) == nil
		}
		if r, ok := moves[act].about(all); ok && yours[topic] {
			about, ids = append(about, r), append(ids, r.ID)
		} else {
			batch.Barred = append(batch.Barred, code)
		}
	}
	signed, err := signaturesIn(h, ids)
	if err != nil {
		return Batch{}, err
	}
	details, err := detailsOf(h, about, on)
	if err != nil {
		return Batch{}, err
	}
	for _, d := range details {
		if slices.Contains(MayDo(actor, d.Revision, signed[d.ID]), act) {
			batch.Ready = append(batch.Ready, d)
		} else {
			batch.Barred = append(batch.Barred, d.Code)
		}
	}
	slices.SortFunc(batch.Ready, func(a, b Detail) int { return cmp.Compare(a.Code, b.Code) })
	slices.Sort(batch.Barred)
	return batch, nil
}

// sampleSize is how many of n items are read before all are approved: every
// one of up to 20, then a tenth, at least 20. When none of k read items is
// wrong, the share of wrong ones is below 3/k with 95 % confidence.
func sampleSize(n int) int { return min(n, max(20, (n+9)/10)) }

// sampled draws the sample: the same items for the same person whichever page
// asks, others for another person.
func sampled(ready []Detail, account string) map[string]bool {
	order := slices.Clone(ready)
	lot := func(d Detail) uint64 {
		sum := sha256.Sum256([]byte(account + "\x00" + string(d.ID)))
		return binary.BigEndian.Uint64(sum[:])
	}
	slices.SortFunc(order, func(a, b Detail) int { return cmp.Compare(lot(a), lot(b)) })
	picked := map[string]bool{}
	for _, d := range order[:sampleSize(len(order))] {
		picked[d.Code] = true
	}
	return picked
}

// Done tells what became of a batch.
type Done struct {
	Signed int
	Barred []string // moved on meanwhile
}

// Shown names an item of a batch with the revision that was shown.
type Shown struct {
	Code string
	Seen Seen
	Read bool // the person who signs says so
}

// SignMany submits, reviews or approves many items. A review needs each of its
// items read, an approval its sample. Every item is a change of its own; items
// that were changed or moved since they were shown are left.
func (b *Bank) SignMany(ctx context.Context, actor authz.Actor, act Act, shown []Shown) (Done, error) {
	if act != Submitted && act != Reviewed && act != Vouched {
		return Done{}, ErrWrongState
	}
	if act == Reviewed {
		shown = slices.DeleteFunc(slices.Clone(shown), func(s Shown) bool { return !s.Read })
	}
	byCode := make(map[string]Shown, len(shown))
	codes := make([]string, len(shown))
	for i, s := range shown {
		codes[i], byCode[s.Code] = s.Code, s
	}
	batch, err := b.Prepare(ctx, actor, act, codes)
	if err != nil {
		return Done{}, err
	}
	unread := func(d Detail) bool { return !byCode[d.Code].Read }
	if act == Vouched && slices.ContainsFunc(batch.Sample, unread) {
		return Done{}, ErrUnread
	}
	// Noted before: what was read is on record whatever comes after.
	if err := b.noteBatch(ctx, actor, batch); err != nil {
		return Done{}, err
	}
	done := Done{Barred: batch.Barred}
	for _, d := range batch.Ready {
		switch err := b.Do(ctx, actor, d.Code, act, byCode[d.Code].Seen, ""); fault.KindOf(err) {
		case fault.Conflict:
			done.Barred = append(done.Barred, d.Code)
		default:
			if err != nil {
				return done, err
			}
			done.Signed++
		}
	}
	return done, nil
}

// noteBatch writes into the audit log what was signed together and what of it
// was read.
func (b *Bank) noteBatch(ctx context.Context, actor authz.Actor, batch Batch) error {
	if len(batch.Ready) == 0 {
		return nil
	}
	sample := make([]string, len(batch.Sample))
	for i, d := range batch.Sample {
		sample[i] = d.Code
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: "item." + string(batch.Act) + "_many", Subject: "itembank", Detail: map[string]any{"items": len(batch.Ready), "read": sample}})
	})
}

// Codes lists the items that a query finds, at most some.
func (b *Bank) Codes(ctx context.Context, actor authz.Actor, q Query, most int) ([]string, error) {
	l, err := b.Find(ctx, actor, q, Page{Limit: most})
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(l.Entries))
	for i, e := range l.Entries {
		codes[i] = e.Code
	}
	return codes, nil
}

// SavedFilter is a search its author goes back to.
type SavedFilter struct {
	ID, Name string
	Query    string // of the list's address
}

// Bounds of saved filters.
const (
	mostFilters   = 50
	longestFilter = 80 // characters of a name
	longestQuery  = 1000
)

// ErrBadFilter is returned for a filter without a name, or one too many.
var ErrBadFilter = fault.New(fault.Invalid, "itembank.bad_filter", "a filter has a name of up to 80 characters, and there are up to 50")

// SavedFilters lists the actor's own, by name.
func (b *Bank) SavedFilters(ctx context.Context, actor authz.Actor) ([]SavedFilter, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return nil, err
	}
	return savedFilters(b.DB.Read(ctx), actor.Account)
}

// SaveFilter keeps a search under a name; the same name replaces.
func (b *Bank) SaveFilter(ctx context.Context, actor authz.Actor, name, query string) error {
	own, err := b.SavedFilters(ctx, actor)
	if err != nil {
		return err
	}
	name = viet.Clean(name)
	again := slices.ContainsFunc(own, func(f SavedFilter) bool { return f.Name == name })
	if name == "" || len([]rune(name)) > longestFilter || len(query) > longestQuery || len(own) >= mostFilters && !again || strings.ContainsAny(query, "\r\n") {
		return ErrBadFilter
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error { return saveFilter(tx, actor.Account, name, query) })
}

// DropFilter forgets one of the actor's filters.
func (b *Bank) DropFilter(ctx context.Context, actor authz.Actor, id string) error {
	if _, err := b.SavedFilters(ctx, actor); err != nil {
		return err
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error { return dropFilter(tx, actor.Account, id) })
}
