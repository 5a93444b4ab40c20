package itembank

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/itembank/likeness"
)

// Twins are two items that ask nearly the same, A with the lower code.
type Twins struct {
	A, B       Detail // revision and key
	Similarity float64
	Exact      bool // the same words
	Numbers    bool // the same but for numbers or a negation: perhaps both are wanted
}

// TwinReport lists twins, most alike first.
type TwinReport struct {
	Twins []Twins
	Items int // compared
	// Crowded is how many items are like so many others that not every pair
	// is listed.
	Crowded int
}

// Twin is an item that a staged question is like: of the bank by its code, or
// of the same file by its position.
type Twin struct {
	Code       string  `json:"code,omitempty"`
	Position   int     `json:"position,omitempty"`
	Similarity float64 `json:"similarity"`
	Exact      bool    `json:"exact,omitempty"`
	Numbers    bool    `json:"numbers,omitempty"`
}

// Errors about duplicates.
var (
	ErrSameItem = fault.New(fault.Invalid, "itembank.same_item", "an item is not its own duplicate")
	ErrHasItems = fault.New(fault.Conflict, "itembank.has_items", "the items of a situation are given another one before it is merged")
	ErrMerged   = fault.New(fault.Conflict, "itembank.merged", "one of the items is no longer in use")
)

// twinCache keeps the last comparison of the whole bank: comparing takes
// seconds, and the list is read page by page.
type twinCache struct {
	mu     sync.Mutex
	state  int64 // of the catalogue it was made from
	result likeness.Result
	items  int
}

// Twins compares every item in use or in work with every other.
func (b *Bank) Twins(ctx context.Context, actor authz.Actor) (TwinReport, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return TwinReport{}, err
	}
	h := b.DB.Read(ctx)
	result, items, err := b.compared(h)
	if err != nil {
		return TwinReport{}, err
	}
	distinct, err := distinctPairs(h)
	if err != nil {
		return TwinReport{}, err
	}
	report := TwinReport{Items: items, Crowded: len(result.Crowded)}
	for _, p := range result.Pairs {
		if a, b := min(p.A, p.B), max(p.A, p.B); !distinct[[2]string{a, b}] {
			report.Twins = append(report.Twins, Twins{A: Detail{Revision: Revision{Code: a}}, B: Detail{Revision: Revision{Code: b}}, Similarity: p.Similarity, Exact: p.Exact, Numbers: p.Numbers || p.Negation})
		}
	}
	return report, nil
}

// compared is the last comparison, or a new one if the bank has changed.
func (b *Bank) compared(h database.Handle) (likeness.Result, int, error) {
	b.twins.mu.Lock()
	defer b.twins.mu.Unlock()
	state, err := catalogueState(h)
	if err != nil {
		return likeness.Result{}, 0, err
	}
	if b.twins.items > 0 && b.twins.state == state {
		return b.twins.result, b.twins.items, nil
	}
	items, err := comparable(h)
	if err != nil {
		return likeness.Result{}, 0, err
	}
	b.twins.state, b.twins.items, b.twins.result = state, len(items), likeness.Among(items, 0)
	return b.twins.result, len(items), nil
}

// comparable are the items in use or in work, by code.
func comparable(h database.Handle) (items []likeness.Item, err error) {
	revisions, err := currentRevisions(h)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, r := range revisions {
		if r.Kind == Situation {
			texts[r.Code] = r.Plain().Stem
		}
	}
	for _, r := range revisions {
		if r.State != Retired {
			r = r.Plain()
			items = append(items, likeness.Item{ID: r.Code, About: texts[r.Situation], Stem: r.Stem, Options: slices.Concat(r.Options, r.Targets, slices.Concat(r.Gaps...))})
		}
	}
	return items, nil
}

// Texts fills in what the twins of a part of a report say, in plain words, with
// their keys.
func (b *Bank) Texts(ctx context.Context, part []Twins) ([]Twins, error) {
	var codes []string
	for _, t := range part {
		codes = append(codes, t.A.Code, t.B.Code)
	}
	h := b.DB.Read(ctx)
	revisions, err := revisionsIn(h, codes)
	if err != nil {
		return nil, err
	}
	var speakers []Revision
	for _, all := range revisions {
		speakers = append(speakers, speaker(all).Plain())
	}
	details, err := detailsOf(h, speakers, viet.DateOf(b.Now()))
	if err != nil {
		return nil, err
	}
	byCode := map[string]Detail{}
	for _, d := range details {
		byCode[d.Code] = d
	}
	filled := slices.Clone(part)
	for i, t := range part {
		if a, b := byCode[t.A.Code], byCode[t.B.Code]; a.Code != "" && b.Code != "" {
			filled[i].A, filled[i].B = a, b
		}
	}
	return filled, nil
}

// Distinct notes that two items that are alike are both wanted: they are not listed
// again, and no form takes both.
func (b *Bank) Distinct(ctx context.Context, actor authz.Actor, one, other string) error {
	return b.judgePair(ctx, actor, one, other, "item.distinct", func(tx *database.Tx, first, second ItemID) error {
		return insertDistinct(tx, first, second, actor.Account, b.Now())
	})
}

// Independent takes back that two items are alike.
func (b *Bank) Independent(ctx context.Context, actor authz.Actor, one, other string) error {
	return b.judgePair(ctx, actor, one, other, "item.independent", deleteDistinct)
}

func (b *Bank) judgePair(ctx context.Context, actor authz.Actor, one, other, verb string, write func(tx *database.Tx, first, second ItemID) error) error {
	if _, err := actor.Scope(authz.ReviewItems, viet.DateOf(b.Now())); err != nil {
		return err
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		first, second, err := twoItems(tx, one, other)
		if err != nil {
			return err
		}
		if err := write(tx, first.Item, second.Item); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: verb, Subject: "item:" + string(first.Item), Detail: map[string]any{"other": second.Item}})
	})
}

// Merge retires an item for another that asks the same. Nothing of either is
// lost: texts, signatures, statistics and what was said stay with their item,
// and each tells of the other.
func (b *Bank) Merge(ctx context.Context, actor authz.Actor, keep, drop, text string) error {
	if _, err := actor.Scope(authz.ApproveItems, viet.DateOf(b.Now())); err != nil {
		return err
	}
	text = viet.Clean(text)
	if len([]rune(text)) > longestText {
		return ErrNoReason
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		if err := holdItems(tx, keep, drop); err != nil {
			return err
		}
		kept, dropped, err := twoItems(tx, keep, drop)
		if err != nil {
			return err
		}
		if err := b.oversee(tx, actor, authz.ApproveItems, dropped.Topic); err != nil {
			return err
		}
		if kept.State == Retired || dropped.State == Retired || dropped.Settled() && !kept.Settled() {
			return ErrMerged
		}
		if err := mergeable(tx, kept, dropped); err != nil {
			return err
		}
		return database.InTurn(
			func() error { return mergeItem(tx, dropped.Item, kept.Item) },
			func() error { _, err := recheckDone(tx, dropped.Item, actor.Account, b.Now()); return err },
			func() error { return reindex(tx, dropped.Item) },
			func() error { return b.tell(tx, actor, dropped, Merged, strings.TrimSpace("→ "+keep+". "+text)) },
			func() error { return b.tell(tx, actor, kept, Merged, strings.TrimSpace("← "+drop+". "+text)) })
	})
}

// mergeable refuses to merge a situation with a question, or one that items
// still belong to.
func mergeable(tx *database.Tx, kept, dropped Revision) error {
	if (kept.Kind == Situation) != (dropped.Kind == Situation) {
		return ErrSituation
	}
	members, err := askedAbout(tx, dropped.Item)
	if err == nil && slices.ContainsFunc(members, func(m Revision) bool { return m.State != Retired }) {
		err = ErrHasItems
	}
	return err
}

func twoItems(tx *database.Tx, one, other string) (a, b Revision, err error) {
	if one == other {
		return a, b, ErrSameItem
	}
	first, err := revisionsOf(tx, one)
	if err != nil {
		return a, b, err
	}
	second, err := revisionsOf(tx, other)
	if err != nil {
		return a, b, err
	}
	return speaker(first), speaker(second), nil
}

// findTwins tells for each staged question what it is like, in the bank and
// in its own file.
func findTwins(h database.Handle, staged []Staged) error {
	existing, err := comparable(h)
	if err != nil {
		return err
	}
	texts := map[string]string{} // of situations, by what questions call them
	for _, it := range existing {
		texts[it.ID] = it.Stem
	}
	for i, s := range staged {
		if s.Item.Type == exchange.Situation {
			for _, name := range s.names() {
				texts[name] = likenessOf(s.Item, i).Stem
			}
		}
	}
	fresh := make([]likeness.Item, len(staged))
	position := map[string]int{} // of a fresh item's id; codes of the bank have no blank
	for i, s := range staged {
		fresh[i] = likenessOf(s.Item, i)
		if s.Item.Situation != "" {
			fresh[i].About = texts[s.Item.Situation]
		}
		position[fresh[i].ID] = i + 1
	}
	for _, p := range likeness.Against(existing, fresh, 0).Pairs {
		for _, side := range [][2]string{{p.A, p.B}, {p.B, p.A}} {
			mine, other := position[side[0]], position[side[1]]
			if mine == 0 || other > mine {
				continue // of the bank, or told at the later question
			}
			t := Twin{Position: other, Similarity: p.Similarity, Exact: p.Exact, Numbers: p.Numbers || p.Negation}
			if other == 0 {
				t.Code = side[1]
			}
			staged[mine-1].Twins = append(staged[mine-1].Twins, t)
		}
	}
	for i := range staged {
		staged[i].askAboutTwins()
	}
	return nil
}

// mostTwins is how many twins a question is shown with.
const mostTwins = 5

// askAboutTwins sends a question that the bank has word for word to a person.
func (s *Staged) askAboutTwins() {
	slices.SortStableFunc(s.Twins, func(a, b Twin) int { return cmp.Compare(b.Similarity, a.Similarity) })
	s.Twins = s.Twins[:min(len(s.Twins), mostTwins)]
	for _, t := range s.Twins {
		if t.Exact && t.Code != "" && s.Item.Status != exchange.Broken {
			s.Item.Ask(exchange.Duplicate, "Trùng câu "+t.Code+" trong ngân hàng")
		}
	}
}

func likenessOf(it exchange.Item, i int) likeness.Item {
	stem, options := plainWords(Format(it.Format), it.Stem, it.Options)
	return likeness.Item{ID: "câu " + viet.Number(int64(i+1)), Stem: stem, Options: slices.Concat(options, it.Targets)}
}
