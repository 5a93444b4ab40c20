package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/scoring"
)

// itemForm is an item as a person types it: a line for each option, letters
// for the key. The staging area and the bank share it.
type itemForm struct {
	Type, Stem, Options, Targets, Key, Pinned string
	Value, Tolerance, Unit                    string // of a numeric answer
	Answers                                   string // accepted words, or a line for each blank
	CaseSensitive, Told                       bool
	Rule                                      scoring.Rule // by which it is marked
	Worth                                     string       // of every option, a line each, where that is the rule
	Situation                                 string       // that it belongs to
	Explanation, Citations, Note              string
	Format                                    itembank.Format
	Alt                                       string // of the picture that is being added
	Preview                                   *previewView
	Notice                                    string // what was done without saving
	Topic, Level, ValidTo                     string
	Version                                   int
	Problems                                  []problem
}

// problem is something a person must mend, at a field.
type problem struct{ Field, Text string }

// Wrong tells whether a field has a problem.
func (f itemForm) Wrong(field string) bool {
	return slices.ContainsFunc(f.Problems, func(p problem) bool { return p.Field == field })
}

// needs are the fields in which each kind of item has its answer.
var needs = map[itembank.Kind][]string{
	itembank.Numeric: {"value"}, itembank.Short: {"answers"}, itembank.GapText: {"answers"}, itembank.Matching: {"options", "targets", "key"},
	itembank.Situation: {},
}

// Needs tells whether the chosen kind of item has a field; the others keep
// what was typed in them, out of sight.
func (f itemForm) Needs(field string) bool {
	fields, special := needs[itembank.Kind(f.Type)]
	if !special {
		fields = []string{"options", "key"}
	}
	return slices.Contains(fields, field)
}

// readItemForm reads what was typed; a picture may come with it.
func readItemForm(c *gin.Context) (itemForm, error) {
	takeTime(c)
	if err := c.Request.ParseMultipartForm(formMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return itemForm{}, fmt.Errorf("%w: %w", errBadForm, err)
	}
	for _, values := range c.Request.PostForm {
		if slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) || strings.ContainsRune(v, 0) }) {
			return itemForm{}, errBadForm
		}
	}
	version, _ := strconv.Atoi(c.PostForm("version")) // 0 is a version nobody has read
	f := itemForm{
		Type: c.PostForm("type"), Stem: c.PostForm("stem"), Options: c.PostForm("options"), Targets: c.PostForm("targets"), Key: c.PostForm("key"), Pinned: c.PostForm("pinned"),
		Value: c.PostForm("value"), Tolerance: c.PostForm("tolerance"), Unit: c.PostForm("unit"), Answers: c.PostForm("answers"), CaseSensitive: c.PostForm("case") != "", Told: c.PostForm("told") != "", Rule: scoring.Rule(c.PostForm("rule")), Worth: c.PostForm("worth"), Situation: exchange.Tidy(c.PostForm("situation")), Explanation: c.PostForm("explanation"),
		Format: itembank.Format(c.PostForm("format")), Alt: c.PostForm("alt"), Citations: c.PostForm("citation"), Note: c.PostForm("note"), Topic: c.PostForm("topic"), Level: c.PostForm("level"), ValidTo: c.PostForm("valid_to"), Version: version,
	}
	if f.Rich() {
		f.Options = markdown.Formulas(f.Options) // each option is a line
	}
	f.keepLines()
	return f, nil
}

// formMemory is how much of a form is held before it goes to disk.
const formMemory = 4 << 20

// key reads what was typed as key: letters, in order for an ordering question,
// or pairs ("A-2, B-1") of a matching one. A numeric question has none.
func (f itemForm) key() ([]int, error) {
	options := len(linesOf(f.Options))
	switch itembank.Kind(f.Type) {
	case itembank.Numeric, itembank.Short, itembank.GapText, itembank.Situation:
		return nil, nil
	case itembank.Matrix:
		return statements(f.Key, options)
	case itembank.TrueFalse:
		if key, err := statements(f.Key, 1); err == nil {
			return key, nil
		}
	case itembank.Matching:
		return pairs(f.Key, options, len(linesOf(f.Targets)))
	case itembank.Ordering:
		return letters(f.Key, options)
	}
	key, err := letters(f.Key, options)
	slices.Sort(key)
	return key, err
}

// keyOf writes the key of a draft as a person types it.
func keyOf(d itembank.Draft) string {
	switch d.Kind {
	case itembank.Matrix:
		return statementText(d.Key)
	case itembank.GapText:
		return ""
	}
	return keyText(d.Kind == itembank.Matching, d.Key)
}

// fieldsView is the fields of an item with what may be chosen in them.
type fieldsView struct {
	itemForm
	Topics []topicLine
	Levels []itembank.Level
	Types  []itembank.Kind
	// Situations are those of the bank that the item may belong to.
	Situations []situationChoice
	// Above is the situation that the item belongs to.
	Above  *itembank.Revision
	InBank bool // the item is in the bank: its law is cited by lines
	Fixed  bool // its topic cannot change
}

// situationChoice is a situation that somebody may name.
type situationChoice struct{ Code, Text string }

func (p *Pages) fields(c *gin.Context, f itemForm) (fieldsView, error) {
	v := fieldsView{itemForm: f, Levels: itembank.Levels, Types: itembank.Kinds}
	var err error
	if v.Topics, err = p.leafTopics(c); err != nil {
		return v, err
	}
	found, err := p.Bank.SituationsOf(c.Request.Context(), page.Actor(c), f.Topic)
	for i, s := range found {
		if s.Code == f.Situation {
			v.Above = &found[i]
		}
		v.Situations = append(v.Situations, situationChoice{s.Code, page.Excerpt(s.Plain().Stem)})
	}
	return v, err
}

type editView struct {
	Fields fieldsView
	Code   string // empty for a new item
	Action string
	Number int // of the revision that is written
}

// formOf shows a draft in the form.
func formOf(d itembank.Draft, register []itembank.Document, version int) itemForm {
	f := itemForm{
		Type: string(d.Kind), Format: d.Format, Stem: d.Stem, Options: strings.Join(d.Options, "\n"), Targets: strings.Join(d.Targets, "\n"), Key: keyOf(d),
		Pinned: keyText(false, d.Pinned), Explanation: d.Explanation, Note: d.SourceNote, Topic: d.Topic, Level: string(d.Level), Version: version, Told: d.Told, Rule: d.Rule, Situation: d.Situation,
	}
	if d.Mapping != nil {
		f.Worth = worthText(d.Mapping)
	}
	if t, err := time.Parse(time.DateOnly, d.ValidTo); err == nil {
		f.ValidTo = t.Format("02/01/2006")
	}
	switch d.Kind {
	case itembank.Matrix:
		f.Targets = ""
	case itembank.Short:
		f.Answers, f.CaseSensitive = strings.Join(d.Accepted[0], "\n"), d.CaseSensitive
	case itembank.GapText:
		f.Answers = filled{d.Gaps, d.Accepted, d.Key, d.Numbers}.lines()
	}
	if d.Answer != nil {
		f.Value, f.Tolerance, f.Unit = commaOf(d.Answer.Value), commaOf(d.Answer.Tolerance), d.Answer.Unit
	}
	lines := make([]string, len(d.Citations))
	for i, cite := range d.Citations {
		lines[i] = itembank.CiteLine(cite, register)
	}
	f.Citations = strings.Join(lines, "\n")
	return f
}

// commaOf shows a number that is kept with a point as it is typed here.
func commaOf(number string) string { return strings.Replace(number, ".", ",", 1) }

var errAmbiguous = errors.New("a point before three digits can be a decimal point or group thousands")

// pointOf reads a number as it is typed here: a comma begins the decimals,
// points group thousands. What could be either is refused, not guessed.
func pointOf(typed string) (string, error) {
	text := strings.NewReplacer(" ", "", "−", "-").Replace(exchange.Tidy(typed))
	whole, decimals, hasComma := strings.Cut(text, ",")
	groups := strings.Split(whole, ".")
	grouped := len(groups) > 1
	for _, g := range groups[1:] {
		grouped = grouped && len(g) == 3
	}
	switch {
	case grouped && (hasComma || len(groups) > 2):
		whole = strings.Join(groups, "")
	case grouped && strings.Trim(groups[0], "0+-") != "":
		return "", errAmbiguous
	case hasComma && len(groups) > 1:
		return "", errAmbiguous
	}
	if hasComma {
		return whole + "." + decimals, nil
	}
	return whole, nil
}

// draft reads the form; what cannot be read becomes problems.
func (p *Pages) draft(c *gin.Context, f *itemForm, register []itembank.Document) itembank.Draft {
	wrong := func(field, word string, args ...any) {
		f.Problems = append(f.Problems, problem{field, p.kit.T(c, word, args...)})
	}
	d := itembank.Draft{
		Topic: f.Topic, Level: levelOf(f.Level), Kind: itembank.Kind(f.Type), Format: f.Format, Stem: f.Stem, Options: linesOf(f.Options), Targets: linesOf(f.Targets),
		Explanation: f.Explanation, SourceNote: exchange.Tidy(f.Note), Told: f.Told, Rule: f.rule(), Situation: f.Situation,
	}
	var err error
	if d.Key, err = f.key(); err != nil && !f.Mapped() {
		wrong("key", "staged.bad_key")
	}
	if d.Pinned, err = letters(f.Pinned, len(d.Options)); err != nil {
		wrong("pinned", "item.bad_pinned")
	}
	p.takeKind(f, &d, wrong)
	p.takeWorth(f, &d, wrong)
	var unknown []string
	if d.Citations, unknown = itembank.ReadCites(f.Citations, register); len(unknown) > 0 {
		wrong("citation", "item.unknown_law", "Line", unknown[0])
	}
	if text := strings.TrimSpace(f.ValidTo); text != "" {
		day, err := time.Parse("2/1/2006", text)
		if err != nil {
			wrong("valid_to", "item.bad_day")
		}
		d.ValidTo = day.Format(time.DateOnly)
	}
	return d
}

// takeKind reads what a kind of item has besides its options and letters.
func (p *Pages) takeKind(f *itemForm, d *itembank.Draft, wrong func(field, word string, args ...any)) {
	var err error
	switch d.Kind {
	case itembank.TrueFalse:
		if len(d.Options) == 0 {
			d.Options = itembank.TrueOrFalse
		}
	case itembank.Matrix:
		d.Targets = itembank.TrueOrFalse
	case itembank.Situation:
		d.Options, d.Targets, d.Key, d.Pinned, d.Situation = nil, nil, nil, nil, ""
	case itembank.Short:
		d.Options, d.Targets, d.Accepted, d.CaseSensitive = nil, nil, [][]string{linesOf(f.Answers)}, f.CaseSensitive
	case itembank.GapText:
		d.Options, d.Targets = nil, nil
		typed, err := blanks(f.Answers)
		if d.Gaps, d.Accepted, d.Key, d.Numbers = typed.gaps, typed.accepted, typed.key, typed.numbers; err != nil {
			wrong("answers", "item.bad_blanks")
		}
	case itembank.Numeric:
		d.Options, d.Targets = nil, nil
		d.Answer = &itembank.Answer{Unit: exchange.Tidy(f.Unit)}
		if d.Answer.Value, err = pointOf(f.Value); err != nil {
			wrong("value", "item.ambiguous")
		}
		if d.Answer.Tolerance, err = pointOf(f.Tolerance); err != nil {
			wrong("tolerance", "item.ambiguous")
		}
		if d.Answer.Tolerance == "" {
			d.Answer.Tolerance = "0"
		}
	}
}

// Rules are those that the chosen kind of item may be marked by.
func (f itemForm) Rules() []scoring.Rule { return itembank.Rules(itembank.Kind(f.Type)) }

// Mapped tells that every option has a worth of its own.
func (f itemForm) Mapped() bool { return f.rule() == scoring.Mapped }

// rule is the rule that was chosen: the usual one where it was chosen for another kind.
func (f itemForm) rule() scoring.Rule {
	if !slices.Contains(f.Rules(), f.Rule) {
		return itembank.UsualRule(itembank.Kind(f.Type))
	}
	return f.Rule
}

// takeWorth reads what every option is worth, which tells what is right as well.
func (p *Pages) takeWorth(f *itemForm, d *itembank.Draft, wrong func(field, word string, args ...any)) {
	if d.Rule != scoring.Mapped {
		return
	}
	d.Mapping = &scoring.Mapping{}
	for _, line := range linesOf(f.Worth) {
		value, err := pointOf(line)
		if err != nil {
			wrong("worth", "item.ambiguous")
		}
		d.Mapping.Values = append(d.Mapping.Values, value)
	}
	d.Key = d.Mapping.Worthy()
}

// worthText writes what every option is worth as a person types it, a line each.
func worthText(m *scoring.Mapping) string {
	return strings.ReplaceAll(strings.Join(m.Values, "\n"), ".", ",")
}

// fieldOf says at which field an error of a draft stands.
var fieldOf = []struct {
	err   error
	field string
}{
	{itembank.ErrNoStem, "stem"}, {itembank.ErrTooLong, "stem"}, {itembank.ErrNoLevel, "level"}, {itembank.ErrTooMany, "options"}, {itembank.ErrTwins, "options"}, {itembank.ErrNoSource, "citation"},
	{itembank.ErrUnknownKind, "type"}, {itembank.ErrNoAlt, "alt"}, {itembank.ErrPicture, "picture"}, {itembank.ErrBadKey, "key"}, {itembank.ErrNoTopic, "topic"}, {itembank.ErrSituation, "situation"}, {itembank.ErrRule, "rule"}, {itembank.ErrMapping, "worth"},
}

// problemOf is an error of a draft as a problem of the form.
func (p *Pages) problemOf(c *gin.Context, f itemForm, err error) (problem, bool) {
	for _, known := range fieldOf {
		if errors.Is(err, known.err) {
			if typed := f.Type == string(itembank.Short) || f.Type == string(itembank.GapText); typed && known.field == "key" {
				return problem{"answers", p.kit.T(c, "item.bad_blanks")}, true
			}
			if f.Mapped() && known.field == "key" {
				return problem{"worth", p.kit.T(c, "item.wrong_worth")}, true
			}
			if known.field == "situation" && f.Situation == "" {
				return problem{"type", p.kit.T(c, "item.wrong_for_life")}, true
			}
			if errors.Is(err, itembank.ErrTooLong) {
				return problem{"stem", p.kit.T(c, "item.too_long")}, true
			}
			if f.Type == string(itembank.Numeric) && known.field == "key" {
				return problem{"value", p.kit.T(c, "item.wrong_value")}, true
			}
			return problem{known.field, p.kit.T(c, "item.wrong_"+known.field)}, true
		}
	}
	return problem{}, false
}
