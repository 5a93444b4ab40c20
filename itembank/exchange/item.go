// Package exchange holds what a file of questions says, before anybody has
// vouched for it.
//
// Each format has a package below this one that turns a file into a Content
// and, for the formats the bank exports, Items into a file: docx, xlsx, gift,
// aiken, moodlexml, qti, bankjson. What Vietnamese question banks look like on
// the page (Câu 1, A. B. C. D., Đáp án: B, keys in bold, key tables) is known
// by written, which docx and xlsx call. Package format finds the right one.
//
// The rule above all others: a key that is not certain is left empty and a
// person chooses. Readers never guess; they Ask. All packages here are pure:
// bytes in, values out, no storage, no clock, no network, and files only as
// they are handed in.
//
// The JSON of an Item is what `sathach items preview` prints. Start reading at
// Item and Content.
package exchange

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Type is the kind of a question as a file tells it. Essay is recognised but
// cannot be marked by a machine, so it never enters the bank.
type Type string

const (
	Single      Type = "single"
	Multiple    Type = "multiple"
	TrueFalse   Type = "truefalse"
	Matching    Type = "matching"
	Ordering    Type = "ordering"
	Numeric     Type = "numeric"
	ShortAnswer Type = "shortanswer"
	GapText     Type = "gap"
	Essay       Type = "essay"
	Situation   Type = "situation" // a text that other questions ask about
)

// Status says what may happen to a question next.
type Status string

const (
	OK     Status = "ok"     // nothing to ask
	Review Status = "review" // can be staged, a person must decide something
	Broken Status = "error"  // cannot be staged as it stands
)

// Flag names a reason why a person should look.
type Flag string

const (
	KeyMissing       Flag = "key_missing"
	MultipleKeys     Flag = "multiple_keys"
	KeyUnknownLetter Flag = "key_unknown_letter"
	KeyConflict      Flag = "key_conflict"
	LettersSkip      Flag = "letters_skip"
	LetterReference  Flag = "letter_reference"
	Duplicate        Flag = "duplicate"
	Lookalikes       Flag = "lookalike_letters"
	LegacyEncoding   Flag = "legacy_encoding"
	TrackedChange    Flag = "tracked_change"
	HiddenText       Flag = "hidden_text"
	HTMLRemoved      Flag = "html_removed"
	Formula          Flag = "formula"
	TooFewOptions    Flag = "too_few_options"
	TooManyOptions   Flag = "too_many_options"
	ExternalImage    Flag = "external_image"
	Unsupported      Flag = "unsupported_type"
	SituationUnclear Flag = "situation_unclear"
	UnreadField      Flag = "unread_field" // a card has a label or a value that is not understood
)

// Markdown is the Format of an item whose stem, options and explanation are
// written in the language of package markdown.
const Markdown = "markdown"

// Item is one question of a file. Texts are plain unless Format says
// otherwise: NFC, the place of a picture marked [[image]], of a formula
// [[math]], of a gap [[gap]].
type Item struct {
	Format  string   `json:"format,omitempty"`
	Number  *int     `json:"number"`  // as printed; nil when none is
	Section *string  `json:"section"` // nearest heading above, as printed
	Type    Type     `json:"type"`
	Stem    string   `json:"stem"`
	Options []string `json:"options"`
	// Key holds positions in Options from 0: the right ones; for Ordering the
	// right order; for Matching, the position in Targets of each option. Nil
	// when the file does not say, or contradicts itself.
	Key         []int  `json:"key"`
	Explanation string `json:"explanation,omitempty"`
	Citation    string `json:"citation,omitempty"`
	Status      Status `json:"status"`
	Note        string `json:"note"` // one sentence for the reviewer
	Flags       []Flag `json:"flags,omitempty"`
	Source      string `json:"source,omitempty"` // paragraph, line or cell
	// Printed is what stands there, line by line, for a person who compares:
	// only of files that people write by hand.
	Printed []string `json:"printed,omitempty"`

	Name           string    `json:"name,omitempty"`
	Situation      string    `json:"situation,omitempty"` // name of the one it belongs to
	Topic          string    `json:"topic,omitempty"`     // the bank's code, in its own formats
	Unit           string    `json:"unit,omitempty"`      // of a numeric answer
	Level          string    `json:"level,omitempty"`     // as printed
	Pinned         []int     `json:"pinned,omitempty"`
	Targets        []string  `json:"targets,omitempty"`
	Weights        []float64 `json:"weights,omitempty"` // per cent of the full mark
	OptionFeedback []*string `json:"option_feedback,omitempty"`
	Answers        []Answer  `json:"answers,omitempty"`
	CaseSensitive  *bool     `json:"case_sensitive,omitempty"`
	Gaps           []Gap     `json:"gaps,omitempty"`
	Assets         []Asset   `json:"assets,omitempty"`

	// Looks are texts of the item as HTML, by the plain text each was reduced
	// to, where the HTML may say more.
	Looks map[string]string `json:"-"`
}

// FormulaReduced is said of an item when something of a formula could not be
// kept.
const FormulaReduced = "Một công thức có phần không giữ được; cần so lại với tệp gốc"

// Answer is an accepted answer: Text of a short answer, or numbers from Min
// to Max; Value is the one aimed at, empty for a bare range. Numbers are
// decimals with a point, kept exact.
type Answer struct {
	Text     string      `json:"text,omitempty"`
	Value    json.Number `json:"value,omitempty"`
	Min      json.Number `json:"min,omitempty"`
	Max      json.Number `json:"max,omitempty"`
	Fraction float64     `json:"fraction"` // per cent of the full mark
}

// Gap is one blank of a gap text: a choice of options or a typed text.
type Gap struct {
	Kind    GapKind  `json:"kind"`
	Options []string `json:"options,omitempty"`
	Key     []int    `json:"key,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
}

// GapKind says how a gap is filled.
type GapKind string

const (
	Choice GapKind = "choice"
	Typed  GapKind = "text"
)

// Asset is a picture or a formula of an item, in the order of their marks.
type Asset struct {
	Kind AssetKind `json:"kind"`
	Name string    `json:"name,omitempty"`
	Alt  string    `json:"alt,omitempty"`
	Data []byte    `json:"-"` // the picture, or the formula as MathML
}

// AssetKind tells pictures from formulas.
type AssetKind string

const (
	Image AssetKind = "image"
	Math  AssetKind = "math"
)

// The marks that stand in a text for what is not text.
const (
	ImageMark = "[[image]]"
	MathMark  = "[[math]]"
	GapMark   = "[[gap]]"
)

// Content is a file that could be read.
type Content struct {
	Items    []Item
	Warnings []string // about the file as a whole, in Vietnamese
}

// Preview is what a person is shown of a file before anything is staged.
type Preview struct {
	File     string     `json:"file"`
	Status   FileStatus `json:"file_status"`
	Reason   string     `json:"reason"`
	Warnings []string   `json:"warnings"`
	Items    []Item     `json:"items"`
}

// FileStatus tells files that were read from those that may not be.
type FileStatus string

const (
	FileAccepted FileStatus = "accepted"
	FileRejected FileStatus = "rejected"
)

// Rejected is returned for a file that may not or cannot be read. Reason is a
// sentence a clerk understands, in Vietnamese.
type Rejected struct{ Reason string }

func (e *Rejected) Error() string { return e.Reason }

// Loss is something of an item that a format cannot hold.
type Loss struct {
	Item string `json:"item"` // its name, or its place in the list
	What string `json:"what"` // in Vietnamese
}

// Look keeps the HTML of a text, if it may say more than the text.
func (it *Item) Look(plain, html string) {
	if !looking.MatchString(strings.TrimSuffix(onlyParagraph.ReplaceAllString(html, ""), "</p>")) {
		return
	}
	if it.Looks == nil {
		it.Looks = map[string]string{}
	}
	it.Looks[plain] = html
}

// looking finds elements that set words off or apart.
var (
	looking       = regexp.MustCompile(`(?i)<(?:p|div|br|b|strong|i|em|ul|ol|table|blockquote|h[1-6])[\s/>]`)
	onlyParagraph = regexp.MustCompile(`(?i)^\s*<p[^>]*>`)
)

// Ask sends an item to a person: it adds the flag and the sentence. What was
// broken stays broken.
func (it *Item) Ask(f Flag, note string) {
	it.flag(f, note)
	if it.Status != Broken {
		it.Status = Review
	}
}

// Break marks an item that cannot be staged as it stands.
func (it *Item) Break(f Flag, note string) {
	it.flag(f, note)
	it.Status = Broken
}

// Answer takes a flag off that somebody has answered; when it was the only one
// there is nothing more to ask.
func (it *Item) Answer(f Flag) {
	it.Flags = slices.DeleteFunc(it.Flags, func(have Flag) bool { return have == f })
	if len(it.Flags) == 0 && it.Status == Review {
		it.Status, it.Note = OK, ""
	}
}

// Mention adds a flag and a sentence that ask for nothing.
func (it *Item) Mention(f Flag, note string) { it.flag(f, note) }

func (it *Item) flag(f Flag, note string) {
	if it.Has(f) {
		return
	}
	it.Flags = append(it.Flags, f)
	if it.Note != "" && note != "" {
		it.Note += "; "
	}
	it.Note += note
}

// Has tells whether an item carries a flag.
func (it *Item) Has(f Flag) bool {
	for _, have := range it.Flags {
		if have == f {
			return true
		}
	}
	return false
}
