// Package itembank holds what may be asked: topics, items with their
// revisions and keys, and the register of legal documents they rest on.
//
// A published text never changes: an edit is a new Revision. Keys and
// explanations live apart from texts (Key, item_key), so that what a taker's
// page reads cannot leak them. A revision may be drawn on a date when it is
// approved and every document it cites is in force; Pool lists what may be
// drawn and says of everything else why not.
//
// It leaves to others: which items a form takes (assessment/assembly), what a
// response is worth (scoring). Start reading at Draft and Bank.
package itembank

import (
	"fmt"
	"slices"
	"strings"

	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/scoring"
)

// ItemID identifies an item through all its revisions; RevisionID one frozen
// text.
type (
	ItemID     string
	RevisionID string
)

// Kind says how an item is answered.
type Kind string

const (
	Single    Kind = "single"    // one option
	Multiple  Kind = "multiple"  // several options
	TrueFalse Kind = "truefalse" // Đúng or Sai
	Matrix    Kind = "matrix"    // each of several statements Đúng or Sai
	Ordering  Kind = "ordering"  // options brought into order
	Matching  Kind = "matching"  // each option to a target
	Numeric   Kind = "numeric"   // a number, with a tolerance
	Short     Kind = "shortanswer"
	GapText   Kind = "gap" // blanks in the stem, chosen or typed
	// Situation is a text that other items ask about; see situation.go.
	Situation Kind = "situation"
)

// Kinds lists them as pages do.
var Kinds = []Kind{Single, Multiple, TrueFalse, Matrix, Ordering, Matching, Numeric, Short, GapText, Situation}

// Level says what an item asks of the mind.
type Level string

const (
	Recall        Level = "recall"        // Nhận biết
	Understanding Level = "understanding" // Thông hiểu
	Application   Level = "application"   // Vận dụng
)

// Levels run from easy to hard.
var Levels = []Level{Recall, Understanding, Application}

// State is where a revision stands in its life.
type State string

const (
	InDraft   State = "draft"
	InReview  State = "in_review"
	Approved  State = "approved"
	Suspended State = "suspended"
	Retired   State = "retired"
)

// Format says how stem, options and explanation are written.
type Format string

const (
	PlainWords Format = "" // as they stand
	Markdown   Format = exchange.Markdown
)

// Revision is one frozen text of an item, without its key.
type Revision struct {
	ID      RevisionID
	Item    ItemID
	Code    string // the item's code, for example T2-014
	Topic   string // topic code
	Number  int
	State   State
	Kind    Kind
	Level   Level
	Format  Format
	Stem    string
	Options []string
	Targets []string // right sides of a matching item, Đúng and Sai of a matrix
	// Gaps are the blanks of a gap text, in the order of their marks in the
	// stem: what may be chosen there, nothing where it is typed.
	Gaps   [][]string
	Unit   string       // unit of a numeric answer
	Pinned []int        // options that keep their place
	Rule   scoring.Rule // by which responses are marked; papers tell it
	Told   int          // how many options are right, where the paper tells it; else 0
	// Situation is the code of the situation that the item belongs to, Under
	// its text with which the item was approved, or confirmed since.
	Situation string
	Under     RevisionID
	ValidTo   viet.Date
	Note      string
	Version   int // counts the changes of a draft
	// Doubted tells that a round made its key doubtful and nobody has answered yet.
	Doubted bool
}

// Key is what a revision credits and why.
type Key struct {
	Correct   []int  `json:"correct,omitempty"`
	Value     string `json:"value,omitempty"`
	Tolerance string `json:"tolerance,omitempty"`
	// Accepted are the answers of a short answer, or of each typed gap;
	// Correct has the option of each chosen gap, -1 for typed ones.
	Accepted      [][]string `json:"accepted,omitempty"`
	Numbers       []Number   `json:"numbers,omitempty"` // of each gap; empty where it takes none
	CaseSensitive bool       `json:"case_sensitive,omitempty"`
	// Mapping is what every option is worth, of an item that is marked by it.
	Mapping     *scoring.Mapping `json:"mapping,omitempty"`
	Rule        scoring.Rule     `json:"-"` // the revision's, unless a correction says another
	Explanation string           `json:"-"`
}

// Scoring joins the key with what it needs to know of the text.
func (k Key) Scoring(r Revision) scoring.Key {
	key := scoring.Key{Options: len(r.Options), Targets: len(r.Targets), Correct: k.Correct, Value: k.Value, Tolerance: k.Tolerance, CaseSensitive: k.CaseSensitive, Mapping: k.Mapping}
	for i, accepted := range k.Accepted {
		gap := scoring.Gap{Accepted: accepted}
		if i < len(r.Gaps) && i < len(k.Correct) {
			gap.Options, gap.Correct = len(r.Gaps[i]), k.Correct[i]
		}
		if i < len(k.Numbers) {
			gap.Value, gap.Tolerance = k.Numbers[i].Value, k.Numbers[i].Tolerance
		}
		key.Gaps = append(key.Gaps, gap)
	}
	return key
}

// Draft is an item as an author hands it in: the shape of the bank's own JSON.
type Draft struct {
	Code    string   `json:"code"`
	Topic   string   `json:"topic"`
	Level   Level    `json:"level"`
	Kind    Kind     `json:"type"`
	Format  Format   `json:"format,omitempty"` // of stem, options and explanation
	Stem    string   `json:"stem"`
	Options []string `json:"options"`
	Targets []string `json:"targets,omitempty"`
	Key     []int    `json:"key"`
	Answer  *Answer  `json:"answer,omitempty"`
	// Gaps, Accepted and Numbers have the meaning they have in Revision and Key.
	Gaps          [][]string       `json:"gaps,omitempty"`
	Accepted      [][]string       `json:"accepted,omitempty"`
	Numbers       []Number         `json:"numbers,omitempty"`
	CaseSensitive bool             `json:"case_sensitive,omitempty"`
	Rule          scoring.Rule     `json:"rule,omitempty"`    // empty: the usual one of its type
	Mapping       *scoring.Mapping `json:"mapping,omitempty"` // what options are worth, where that is the rule
	Told          bool             `json:"told,omitempty"`    // the paper tells how many options are right
	Pinned        []int            `json:"pinned,omitempty"`
	Situation     string           `json:"situation,omitempty"` // code of the one it belongs to
	Explanation   string           `json:"explanation"`
	Citations     []Cite           `json:"citations"`
	Facts         []string         `json:"facts,omitempty"`
	SourceNote    string           `json:"source_note,omitempty"`
	// Review keeps the item out of forms until a reviewer has opened its
	// sources.
	Review  bool      `json:"review"`
	ValidTo viet.Date `json:"valid_to"` // last day the item holds; empty: open
}

// Answer is the key of a numeric item: decimals with a point.
type Answer struct {
	Value     string `json:"value"`
	Tolerance string `json:"tolerance"`
	Unit      string `json:"unit"`
}

// Number is what a gap takes as a number: decimals with a point. The zero Number
// stands for a gap that takes none.
type Number struct {
	Value     string `json:"value"`
	Tolerance string `json:"tolerance"`
}

// Valid tells a number that could be answered.
func (n Number) Valid() bool {
	key := scoring.Key{Value: n.Value, Tolerance: n.Tolerance}
	return scoring.Within.Mark(key, scoring.Response{Number: n.Value}, scoring.One).Right()
}

// number is what the n-th gap takes as a number.
func (d Draft) number(gap int) Number {
	if gap < len(d.Numbers) {
		return d.Numbers[gap]
	}
	return Number{}
}

// Cite names a document of the register.
type Cite struct {
	Document string    `json:"document"`            // number
	IssuedOn viet.Date `json:"issued_on,omitempty"` // where the number is not enough
	Article  string    `json:"article"`
}

// Validate tells the first thing that keeps a draft out of the bank.
func (d Draft) Validate() error {
	if err := d.validate(); err != nil {
		return fmt.Errorf("item %s: %w", d.Code, err)
	}
	return nil
}

// What keeps a draft out of the bank.
var (
	ErrNoCode      = fault.New(fault.Invalid, "draft.no_code", "has no code")
	ErrNoStem      = fault.New(fault.Invalid, "draft.no_stem", "has no stem")
	ErrNoLevel     = fault.New(fault.Invalid, "draft.no_level", "has no level of the bank")
	ErrTooMany     = fault.New(fault.Invalid, "draft.too_many", "has too many options")
	ErrTooLong     = fault.New(fault.Invalid, "draft.too_long", "has a text that is too long, or too many accepted answers")
	ErrTwins       = fault.New(fault.Invalid, "draft.twins", "has an option twice")
	ErrNoSource    = fault.New(fault.Invalid, "draft.no_source", "cites nothing and is not marked for review")
	ErrUnknownKind = fault.New(fault.Invalid, "draft.unknown_kind", "is of a type that the bank does not know")
	ErrNoAlt       = fault.New(fault.Invalid, "draft.no_alt", "has a picture without words about it")
	ErrPicture     = fault.New(fault.Invalid, "draft.picture", "speaks of a picture that the bank does not have")
	ErrFormat      = fault.New(fault.Invalid, "draft.format", "is in a format that the bank does not know")
	ErrSituation   = fault.New(fault.Invalid, "draft.situation", "belongs to a situation that is not in use, or of another topic; or is one that belongs to another, or was none before")
	ErrBadKey      = fault.New(fault.Invalid, "draft.bad_key", "has a key that does not fit its options")
)

func (d Draft) validate() error {
	switch {
	case d.Code == "":
		return fmt.Errorf("with stem %.40q %w", d.Stem, ErrNoCode)
	case strings.TrimSpace(d.Stem) == "":
		return ErrNoStem
	case d.tooLong():
		return ErrTooLong
	case d.Kind != Situation && !slices.Contains(Levels, d.Level):
		return fmt.Errorf("level %q: %w", d.Level, ErrNoLevel)
	case len(d.Options) > scoring.MaxOptions || len(d.Targets) > scoring.MaxOptions || len(d.Gaps) > scoring.MaxOptions:
		return ErrTooMany
	case hasTwins(d.Options) || hasTwins(d.Targets):
		return ErrTwins
	case d.Kind == Situation && d.Situation != "":
		return ErrSituation
	case len(d.Citations) == 0 && d.SourceNote == "" && !d.Review:
		return ErrNoSource
	}
	if err := d.checkWriting(); err != nil {
		return err
	}
	fits, known := keyFits[d.Kind]
	switch {
	case !known:
		return fmt.Errorf("type %q: %w", d.Kind, ErrUnknownKind)
	case !fits(d):
		return fmt.Errorf("key %v of %d options, type %s: %w", d.Key, len(d.Options), d.Kind, ErrBadKey)
	}
	return d.checkRule()
}

// keyFits tells for every kind of item whether a draft's key answers it.
var keyFits = map[Kind]func(Draft) bool{
	Single:    func(d Draft) bool { return len(d.Options) >= 2 && len(d.Key) == 1 && d.keyWithin(len(d.Options)) },
	TrueFalse: func(d Draft) bool { return len(d.Options) == 2 && len(d.Key) == 1 && d.keyWithin(2) },
	Multiple: func(d Draft) bool {
		return len(d.Options) >= 3 && len(d.Key) >= 1 && d.keyWithin(len(d.Options)) && d.keyOnce()
	},
	Ordering: func(d Draft) bool {
		return len(d.Options) >= 2 && len(d.Key) == len(d.Options) && d.keyWithin(len(d.Options)) && d.keyOnce()
	},
	Matching: func(d Draft) bool {
		return len(d.Options) >= 2 && len(d.Key) == len(d.Options) && d.keyWithin(len(d.Targets))
	},
	Matrix: func(d Draft) bool {
		return len(d.Options) >= 2 && len(d.Key) == len(d.Options) && slices.Equal(d.Targets, TrueOrFalse) && d.keyWithin(len(d.Targets))
	},
	Situation: func(d Draft) bool {
		return len(d.Options)+len(d.Targets)+len(d.Key)+len(d.Gaps)+len(d.Accepted) == 0 && d.Answer == nil
	},
	Short:   func(d Draft) bool { return len(d.Accepted) == 1 && Acceptable(d.Accepted[0]) && len(d.Options) == 0 },
	GapText: Draft.gapsFit,
	Numeric: func(d Draft) bool {
		return d.Answer != nil && Number{d.Answer.Value, d.Answer.Tolerance}.Valid()
	},
}

// Answers tells whether a key answers what a revision asks.
func Answers(r Revision, k Key) bool {
	d := Draft{Kind: r.Kind, Format: r.Format, Stem: r.Stem, Options: r.Options, Targets: r.Targets, Gaps: r.Gaps, Key: k.Correct, Accepted: k.Accepted, Numbers: k.Numbers, CaseSensitive: k.CaseSensitive, Rule: r.Rule, Mapping: k.Mapping}
	if r.Kind == Numeric {
		d.Answer = &Answer{Value: k.Value, Tolerance: k.Tolerance, Unit: r.Unit}
	}
	fits, known := keyFits[r.Kind]
	return known && fits(d) && d.checkRule() == nil
}

// Bounds of an item's texts, in characters, and of the answers a blank accepts.
const (
	LongestStem   = 8000
	LongestOption = 2000
	mostAccepted  = 50
)

// tooLong tells texts that no paper could show.
func (d Draft) tooLong() bool {
	over := func(most int, texts ...string) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return len([]rune(t)) > most })
	}
	return over(LongestStem, d.Stem, d.Explanation, d.SourceNote) || over(LongestOption, slices.Concat(d.Options, d.Targets, slices.Concat(d.Gaps...))...) ||
		slices.ContainsFunc(d.Accepted, func(texts []string) bool { return len(texts) > mostAccepted })
}

// TrueOrFalse are the targets of a matrix.
var TrueOrFalse = []string{"Đúng", "Sai"}

// GapMark stands in a stem where a gap is.
const GapMark = exchange.GapMark

// gapsFit tells whether every mark in the stem has a gap, and every gap its
// answer.
func (d Draft) gapsFit() bool {
	n := len(d.Gaps)
	if n == 0 || len(d.Numbers) > n || d.Format.gaps(d.Stem) != n || len(d.Accepted) != n || len(d.Key) != n || len(d.Options) > 0 {
		return false
	}
	for i, options := range d.Gaps {
		chosen := len(options) >= 2 && len(options) <= scoring.MaxOptions && !hasTwins(options) && d.Key[i] >= 0 && d.Key[i] < len(options) && len(d.Accepted[i]) == 0
		number := d.number(i)
		typed := len(options) == 0 && d.Key[i] == -1 && Acceptable(d.Accepted[i]) && number == Number{}
		counted := len(options) == 0 && d.Key[i] == -1 && len(d.Accepted[i]) == 0 && number.Valid()
		if !typed && !counted && (!chosen || number != Number{}) {
			return false
		}
	}
	return true
}

// Acceptable tells answers that somebody could type.
func Acceptable(answers []string) bool {
	return len(answers) > 0 && !slices.ContainsFunc(answers, func(a string) bool { return strings.TrimSpace(a) == "" || len([]rune(a)) > scoring.LongestText })
}

func (d Draft) keyWithin(limit int) bool {
	return !slices.ContainsFunc(d.Key, func(p int) bool { return p < 0 || p >= limit })
}

func (d Draft) keyOnce() bool {
	return len(slices.Compact(slices.Sorted(slices.Values(d.Key)))) == len(d.Key)
}

func hasTwins(texts []string) bool {
	seen := map[string]bool{}
	for _, t := range texts {
		t = viet.Clean(t)
		if seen[t] {
			return true
		}
		seen[t] = true
	}
	return false
}
