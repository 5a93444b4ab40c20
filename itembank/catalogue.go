package itembank

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
)

// Quality says what the answers of officials have shown about a revision.
type Quality string

const (
	Unseen   Quality = "unseen"   // too few answers to say anything
	Good     Quality = "good"     // tells those who know from those who do not
	TooEasy  Quality = "too_easy" // nearly everybody is right
	TooHard  Quality = "too_hard" // nearly nobody is
	Weak     Quality = "weak"     // surely tells little who knows
	Doubtful Quality = "doubtful" // seems to tell little, perhaps by chance
	Negative Quality = "negative" // those who know less do better, or an option goes with knowing better than the key, beyond chance: look at the key
	Leaked   Quality = "leaked"   // suddenly easier than in all rounds before
)

// Qualities run from what needs somebody's eyes to what does not.
var Qualities = []Quality{Negative, Leaked, Weak, Doubtful, TooHard, TooEasy, Good, Unseen}

// Entry is an item as lists show it.
type Entry struct {
	Revision        // in plain words
	Work      State // of the draft beside the revision that is drawn, or empty
	Recheck   bool  // the law under it changed; somebody should read it again
	Refusal   *Refusal
	Statistic Statistic
}

// Statistic is what is known of a revision from all rounds together; Seen is
// the number of answers, the others are absent while it is too small.
type Statistic struct {
	Seen           int
	Facility       *float64
	Discrimination *float64
	Low, High      *float64 // 95 % interval of the discrimination; not kept in lists
	Quality        Quality
}

// Show says which items a list is about, by what may be done with them.
type Show string

const (
	ShowAll       Show = ""
	ShowDrawable  Show = "drawable"
	ShowRefused   Show = "refused"
	ShowLaw       Show = "law"
	ShowDraft     Show = "draft"
	ShowInReview  Show = "in_review"
	ShowSuspended Show = "suspended"
	ShowRetired   Show = "retired"
	ShowRecheck   Show = "recheck"
)

// Shows lists them as pages do.
var Shows = []Show{ShowAll, ShowDrawable, ShowRefused, ShowLaw, ShowRecheck, ShowDraft, ShowInReview, ShowSuspended, ShowRetired}

// Query asks for items. Its zero value is all of them; every field narrows.
type Query struct {
	Words    string // found with and without diacritics, all of them, the last may be cut short
	Topics   []string
	Level    Level
	Kind     Kind
	Show     Show
	Quality  Quality
	Document string // id
	On       viet.Date
}

// Page is a part of a list.
type Page struct{ Offset, Limit int }

// Facets count items by each property, with every other property of the query
// held.
type Facets struct {
	Topics    map[string]int
	Levels    map[Level]int
	Kinds     map[Kind]int
	Shows     map[Show]int
	Qualities map[Quality]int
	Total     int  // items that match the whole query
	Capped    bool // the words are found in more items than were counted
}

// Listing is the answer to a query.
type Listing struct {
	Entries []Entry
	Facets  Facets
	// Ranked is how many of the found items could be put in order of
	// likeness to the words; 0 when there were none and the order is by code.
	Ranked int
}

// mostRanked is how many found items are put in order; of more, the ones that
// changed last.
const mostRanked = 200

// Find lists items.
func (b *Bank) Find(ctx context.Context, actor authz.Actor, q Query, p Page) (Listing, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(b.Now())); err != nil {
		return Listing{}, err
	}
	h := b.DB.Read(ctx)
	store := catalogue{h, b.DB.Dialect()}
	q.Words = strings.Join(wordsIn(q.Words), " ")
	cells, err := store.cells(q)
	if err != nil {
		return Listing{}, fmt.Errorf("count items: %w", err)
	}
	l := Listing{Facets: facetsOf(cells, q)}
	l.Facets.Capped = q.Words != "" && countOf(cells) >= mostFound
	if q.Words == "" {
		l.Entries, err = store.byCode(q, p)
	} else {
		l.Entries, l.Ranked, err = store.ranked(q, p)
	}
	if err != nil {
		return Listing{}, fmt.Errorf("list items: %w", err)
	}
	return l, store.refusals(l.Entries, q.On)
}

// cell counts the items that agree in everything a facet asks about.
type cell struct {
	Topic                  string
	Level                  Level
	Kind                   Kind
	State, Work            State
	Recheck                bool
	Quality                Quality
	LawEnded, NotYet, Over bool
	N                      int
}

// stands tells that nothing keeps the items out of papers, drawable that they
// are asked there, as situations are not.
func (c cell) stands() bool   { return c.State == Approved && !c.LawEnded && !c.NotYet && !c.Over }
func (c cell) drawable() bool { return c.stands() && c.Kind != Situation }

func (c cell) shows(s Show) bool {
	switch s {
	case ShowDrawable:
		return c.drawable()
	case ShowRefused:
		return !c.stands()
	case ShowLaw:
		return c.LawEnded
	case ShowRecheck:
		return c.Recheck
	case ShowDraft, ShowInReview:
		return c.State == State(s) || c.Work == State(s)
	case ShowSuspended, ShowRetired:
		return c.State == State(s)
	}
	return true
}

func countOf(cells []cell) (n int) {
	for _, c := range cells {
		n += c.N
	}
	return n
}

// facetsOf sums cells. A facet is counted over what the others leave.
func facetsOf(cells []cell, q Query) Facets {
	f := Facets{Topics: map[string]int{}, Levels: map[Level]int{}, Kinds: map[Kind]int{}, Shows: map[Show]int{}, Qualities: map[Quality]int{}}
	for _, c := range cells {
		fits := [...]bool{
			len(q.Topics) == 0 || slices.Contains(q.Topics, c.Topic), q.Level == "" || q.Level == c.Level, q.Kind == "" || q.Kind == c.Kind,
			c.shows(q.Show), q.Quality == "" || q.Quality == c.Quality,
		}
		misses, missed := 0, -1
		for i, ok := range fits {
			if !ok {
				misses, missed = misses+1, i
			}
		}
		if misses > 1 {
			continue
		}
		add := func(facet int) bool { return misses == 0 || missed == facet }
		if misses == 0 {
			f.Total += c.N
		}
		if add(0) {
			f.Topics[c.Topic] += c.N
		}
		if add(1) {
			f.Levels[c.Level] += c.N
		}
		if add(2) {
			f.Kinds[c.Kind] += c.N
		}
		if add(3) {
			for _, s := range Shows {
				if c.shows(s) {
					f.Shows[s] += c.N
				}
			}
		}
		if add(4) {
			f.Qualities[c.Quality] += c.N
		}
	}
	return f
}

// wordsIn are the words of a text, each once.
func wordsIn(text string) []string { return once(wordsInOrder(text)) }

// wordsInOrder parts a text as viet.Words reads it, into words of letters and
// of digits only: signs are not looked for, and neither database takes them.
func wordsInOrder(text string) (words []string) {
	for _, w := range viet.Words(text) {
		for _, part := range strings.Split(w, ",") { // the comma of a decimal
			if first := []rune(part); len(first) > 0 && (unicode.IsLetter(first[0]) || unicode.IsDigit(first[0])) {
				words = append(words, part)
			}
		}
	}
	return words
}

func once(words []string) []string {
	seen := make(map[string]bool, len(words))
	return slices.DeleteFunc(words, func(w string) bool {
		twice := seen[w]
		seen[w] = true
		return twice
	})
}

// longestSearch bounds how many words of a search are looked for.
const longestSearch = 12

// foldedWords is what is stored and looked for: words without diacritics.
func foldedWords(text string) []string {
	words := wordsIn(text)
	for i := range words {
		words[i] = viet.Fold(words[i])
	}
	return once(words)
}

// search is the words somebody looks for, and the folded forms of the words
// met so far: the same few words come again and again.
type search struct {
	words, folded []string
	seen          map[string]string
}

func newSearch(words []string) *search {
	s := &search{words: words, seen: map[string]string{}}
	for _, w := range words {
		s.folded = append(s.folded, s.fold(w))
	}
	return s
}

func (s *search) fold(word string) string {
	folded, known := s.seen[word]
	if !known {
		folded = viet.Fold(word)
		s.seen[word] = folded
	}
	return folded
}

// How well a word of a text answers a word of a search.
const (
	notAtAll = iota
	folded
	exact
)

// rank says how well an item answers a search. A word in the stem counts more
// than one in an option, a word with the same diacritics more than one
// without, and words in the order of the search more than scattered ones.
// Nothing else is weighed: the same search gives the same order on every
// database.
func (s *search) rank(r Revision) int {
	stem := wordsInOrder(r.Stem)
	inStem, run, likeness := s.hear(stem)
	inRest, _, _ := s.hear(wordsInOrder(strings.Join(slices.Concat(r.Options, r.Targets), " ")))
	score := 0
	for i := range s.words {
		score += max([...]int{0, 5, 8}[inStem[i]], [...]int{0, 2, 3}[inRest[i]])
	}
	if run {
		score += 4 * likeness * len(s.words)
	}
	if slices.Equal(wordsIn(r.Code), s.words) {
		score += 1000
	}
	return score
}

// hear tells how well each word of the search is answered by a text, and
// whether, and how well, all of them stand there in a row.
func (s *search) hear(text []string) (answers []int, run bool, likeness int) {
	answers = make([]int, len(s.words))
	for at := range text {
		row := exact
		for i := range s.words {
			answers[i] = max(answers[i], s.like(text[at], i))
			if at+i < len(text) && row > notAtAll {
				row = min(row, s.like(text[at+i], i))
			} else {
				row = notAtAll
			}
		}
		likeness = max(likeness, row)
	}
	return answers, likeness > notAtAll && len(s.words) > 1, likeness
}

func (s *search) like(word string, i int) int {
	switch {
	case word == s.words[i]:
		return exact
	case strings.HasPrefix(s.fold(word), s.folded[i]):
		return folded
	}
	return notAtAll
}

// byRank orders found items, best first.
func byRank(found []Entry, words []string) {
	s := newSearch(words)
	scores := make(map[RevisionID]int, len(found))
	for _, e := range found {
		scores[e.ID] = s.rank(e.Revision)
	}
	slices.SortFunc(found, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(scores[b.ID], scores[a.ID]), strings.Compare(a.Code, b.Code))
	})
}

// part is the entries of a page.
func (p Page) part(all []Entry) []Entry {
	from := min(max(p.Offset, 0), len(all))
	return all[from:min(from+max(p.Limit, 0), len(all))]
}

// Reindex makes every entry anew from the tables it is made of, some items a
// commit.
func (b *Bank) Reindex(ctx context.Context) error {
	items, err := itemsIn(b.DB.Read(ctx), "")
	if err != nil {
		return err
	}
	return b.reindexAll(ctx, items)
}

// Complete makes the entries that are missing, as after an upgrade, and tells
// how many.
func (b *Bank) Complete(ctx context.Context) (int, error) {
	missing, err := itemsIn(b.DB.Read(ctx), "where not exists (select 1 from item_entry e where e.item_id = i.id)")
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	return len(missing), b.reindexAll(ctx, missing)
}

// reindexedPerCommit keeps takers' saves from waiting.
const reindexedPerCommit = 100

func (b *Bank) reindexAll(ctx context.Context, items []ItemID) error {
	for part := range slices.Chunk(items, reindexedPerCommit) {
		if err := b.DB.Write(ctx, func(tx *database.Tx) error { return reindex(tx, part...) }); err != nil {
			return err
		}
	}
	return nil
}
