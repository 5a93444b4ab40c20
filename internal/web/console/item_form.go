package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
)

// itemForm is an item as a person types it: a line for each option, letters
// for the key. The staging area and the bank share it.
type itemForm struct {
	Type, Stem, Options, Targets, Key, Pinned string
	Value, Tolerance, Unit                    string // of a numeric answer
	Answers                                   string // accepted words, or a line for each blank
	CaseSensitive, Told                       bool
	Explanation, Citations, Note              string
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

func readItemForm(c *gin.Context) itemForm {
	version, _ := strconv.Atoi(c.PostForm("version")) // 0 is a version nobody has read
	return itemForm{
		Type: c.PostForm("type"), Stem: c.PostForm("stem"), Options: c.PostForm("options"), Targets: c.PostForm("targets"), Key: c.PostForm("key"), Pinned: c.PostForm("pinned"),
		Value: c.PostForm("value"), Tolerance: c.PostForm("tolerance"), Unit: c.PostForm("unit"), Answers: c.PostForm("answers"), CaseSensitive: c.PostForm("case") != "", Told: c.PostForm("told") != "", Explanation: c.PostForm("explanation"),
		Citations: c.PostForm("citation"), Note: c.PostForm("note"), Topic: c.PostForm("topic"), Level: c.PostForm("level"), ValidTo: c.PostForm("valid_to"), Version: version,
	}
}

func linesOf(text string) (lines []string) {
	for _, line := range strings.Split(text, "\n") {
		if line = exchange.Tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// keyText writes a key as a person types it: letters, or pairs A-2.
func keyText(matching bool, key []int) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = exchange.Letter(k)
		if matching {
			parts[i] = fmt.Sprintf("%s-%d", exchange.Letter(i), k+1)
		}
	}
	return strings.Join(parts, ", ")
}

var errKey = errors.New("not a key of this question")

// letters reads letters ("A, C") as positions of options.
func letters(text string, options int) (positions []int, err error) {
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		if len(part) != 1 || int(part[0])-'A' < 0 || int(part[0])-'A' >= options {
			return nil, errKey
		}
		positions = append(positions, int(part[0])-'A')
	}
	return positions, nil
}

// key reads what was typed as key: letters, in order for an ordering question,
// or pairs ("A-2, B-1") of a matching one. A numeric question has none.
func (f itemForm) key() ([]int, error) {
	options := len(linesOf(f.Options))
	switch itembank.Kind(f.Type) {
	case itembank.Numeric, itembank.Short, itembank.GapText:
		return nil, nil
	case itembank.Matrix:
		return statements(f.Key, options)
	case itembank.Matching:
		return pairs(f.Key, options, len(linesOf(f.Targets)))
	case itembank.Ordering:
		return letters(f.Key, options)
	}
	key, err := letters(f.Key, options)
	slices.Sort(key)
	return key, err
}

func pairs(text string, options, targets int) ([]int, error) {
	key := make([]int, options)
	seen := 0
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		letter, target, _ := strings.Cut(part, "-")
		at, err := letters(letter, options)
		n, numberErr := strconv.Atoi(target)
		if err != nil || numberErr != nil || len(at) != 1 || n < 1 || n > targets {
			return nil, errKey
		}
		key[at[0]] = n - 1
		seen++
	}
	if seen != options {
		return nil, errKey
	}
	return key, nil
}

// statements reads what is said of each statement: Đ or S, in their order.
func statements(text string, options int) (key []int, err error) {
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		switch part {
		case "Đ", "ĐÚNG", "D", "T":
			key = append(key, 0)
		case "S", "SAI", "F":
			key = append(key, 1)
		default:
			return nil, errKey
		}
	}
	if len(key) != options {
		return nil, errKey
	}
	return key, nil
}

// statementText writes what is said of each statement as a person types it.
func statementText(key []int) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = string([]rune("ĐS")[min(k, 1)])
	}
	return strings.Join(parts, ", ")
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

// blanks reads what belongs in each blank, a line for each: accepted words with
// a slash between blanks, or options with a bar, a star before the right one.
// A mark that belongs to the words has a backslash before it.
func blanks(text string) (gaps, accepted [][]string, key []int, err error) {
	for _, line := range linesOf(text) {
		options := splitMarked(line, '|')
		if len(options) < 2 {
			gaps, accepted, key = append(gaps, []string{}), append(accepted, plainWords(splitMarked(line, '/'))), append(key, -1)
			continue
		}
		right := -1
		for i, o := range options {
			if !strings.HasPrefix(o, "*") {
				continue
			}
			if right >= 0 {
				return nil, nil, nil, errKey
			}
			options[i], right = exchange.Tidy(o[1:]), i
		}
		if right < 0 {
			return nil, nil, nil, errKey
		}
		gaps, accepted, key = append(gaps, plainWords(options)), append(accepted, []string{}), append(key, right)
	}
	return gaps, accepted, key, nil
}

// splitMarked cuts a line at a mark that stands between blanks.
func splitMarked(line string, mark rune) (parts []string) {
	for _, part := range strings.Split(" "+line+" ", " "+string(mark)+" ") {
		if part = exchange.Tidy(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

var (
	escaping   = strings.NewReplacer(`\`, `\\`, "/", `\/`, "|", `\|`, "*", `\*`)
	unescaping = strings.NewReplacer(`\\`, `\`, `\/`, "/", `\|`, "|", `\*`, "*")
)

func plainWords(parts []string) []string {
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = unescaping.Replace(part)
	}
	return words
}

// marked writes words so that nothing in them is taken for a mark: only what
// stands alone between blanks, or begins the words, could be.
func marked(words string) string {
	parts := strings.Split(words, " ")
	for i, part := range parts {
		if part == "/" || part == "|" || i == 0 && strings.HasPrefix(part, "*") || strings.Contains(part, `\`) {
			parts[i] = escaping.Replace(part)
		}
	}
	return strings.Join(parts, " ")
}

// blankLines writes blanks as a person types them.
func blankLines(gaps, accepted [][]string, key []int) string {
	lines := make([]string, len(gaps))
	for i, options := range gaps {
		words, by := accepted[i], " / "
		if len(options) > 0 {
			words, by = options, " | "
		}
		shown := make([]string, len(words))
		for n, w := range words {
			shown[n] = marked(w)
			if len(options) > 0 && i < len(key) && key[i] == n {
				shown[n] = "*" + shown[n]
			}
		}
		lines[i] = strings.Join(shown, by)
	}
	return strings.Join(lines, "\n")
}

// fieldsView is the fields of an item with what may be chosen in them.
type fieldsView struct {
	itemForm
	Topics []topicLine
	Levels []itembank.Level
	Types  []itembank.Kind
	InBank bool // the item is in the bank: its law is cited by lines
	Fixed  bool // its topic cannot change
}

func (p *Pages) fields(c *gin.Context, f itemForm) (fieldsView, error) {
	topics, err := p.leafTopics(c)
	return fieldsView{itemForm: f, Topics: topics, Levels: itembank.Levels, Types: itembank.Kinds}, err
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
		Type: string(d.Kind), Stem: d.Stem, Options: strings.Join(d.Options, "\n"), Targets: strings.Join(d.Targets, "\n"), Key: keyOf(d),
		Pinned: keyText(false, d.Pinned), Explanation: d.Explanation, Note: d.SourceNote, Topic: d.Topic, Level: string(d.Level), Version: version, Told: d.Told,
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
		f.Answers = blankLines(d.Gaps, d.Accepted, d.Key)
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

// Numbers are typed with a comma and kept with a point.
func commaOf(number string) string { return strings.Replace(number, ".", ",", 1) }
func pointOf(number string) string {
	return strings.Replace(strings.ReplaceAll(number, " ", ""), ",", ".", 1)
}

// draft reads the form; what cannot be read becomes problems.
func (p *Pages) draft(c *gin.Context, f *itemForm, register []itembank.Document) itembank.Draft {
	wrong := func(field, word string, args ...any) {
		f.Problems = append(f.Problems, problem{field, p.kit.T(c, word, args...)})
	}
	d := itembank.Draft{
		Topic: f.Topic, Level: levelOf(f.Level), Kind: itembank.Kind(f.Type), Stem: f.Stem, Options: linesOf(f.Options), Targets: linesOf(f.Targets),
		Explanation: f.Explanation, SourceNote: exchange.Tidy(f.Note), Told: f.Told,
	}
	var err error
	if d.Key, err = f.key(); err != nil {
		wrong("key", "staged.bad_key")
	}
	if d.Pinned, err = letters(f.Pinned, len(d.Options)); err != nil {
		wrong("pinned", "item.bad_pinned")
	}
	switch d.Kind {
	case itembank.Matrix:
		d.Targets = itembank.TrueOrFalse
	case itembank.Short:
		d.Options, d.Targets, d.Accepted, d.CaseSensitive = nil, nil, [][]string{linesOf(f.Answers)}, f.CaseSensitive
	case itembank.GapText:
		d.Options, d.Targets = nil, nil
		if d.Gaps, d.Accepted, d.Key, err = blanks(f.Answers); err != nil {
			wrong("answers", "item.bad_blanks")
		}
	case itembank.Numeric:
		d.Options, d.Targets = nil, nil
		d.Answer = &itembank.Answer{Value: pointOf(f.Value), Tolerance: pointOf(f.Tolerance), Unit: exchange.Tidy(f.Unit)}
		if d.Answer.Tolerance == "" {
			d.Answer.Tolerance = "0"
		}
	}
	var unknown []string
	if d.Citations, unknown = itembank.ReadCites(f.Citations, register); len(unknown) > 0 {
		wrong("citation", "item.unknown_law", "Line", unknown[0])
	}
	if text := strings.TrimSpace(f.ValidTo); text != "" {
		day, err := time.Parse("02/01/2006", text)
		if err != nil {
			wrong("valid_to", "item.bad_day")
		}
		d.ValidTo = day.Format(time.DateOnly)
	}
	return d
}

// fieldOf says at which field an error of a draft stands.
var fieldOf = []struct {
	err   error
	field string
}{
	{itembank.ErrNoStem, "stem"}, {itembank.ErrTooLong, "stem"}, {itembank.ErrNoLevel, "level"}, {itembank.ErrTooMany, "options"}, {itembank.ErrTwins, "options"}, {itembank.ErrNoSource, "citation"},
	{itembank.ErrUnknownKind, "type"}, {itembank.ErrBadKey, "key"}, {itembank.ErrNoTopic, "topic"},
}

// problemOf is an error of a draft as a problem of the form.
func (p *Pages) problemOf(c *gin.Context, f itemForm, err error) (problem, bool) {
	for _, known := range fieldOf {
		if errors.Is(err, known.err) {
			if typed := f.Type == string(itembank.Short) || f.Type == string(itembank.GapText); typed && known.field == "key" {
				return problem{"answers", p.kit.T(c, "item.bad_blanks")}, true
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

func (p *Pages) newItem(c *gin.Context) {
	p.showEdit(c, http.StatusOK, editView{Action: "/console/items/new", Number: 1, Fields: fieldsView{itemForm: itemForm{Type: string(exchange.Single), Topic: c.Query("topic")}}})
}

// showEdit shows the form of an item of the bank.
func (p *Pages) showEdit(c *gin.Context, status int, v editView) {
	if _, err := page.Actor(c).Scope(authz.WriteItems, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	fields, err := p.fields(c, v.Fields.itemForm)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	fields.InBank, fields.Fixed = true, v.Code != ""
	v.Fields = fields
	title := p.kit.T(c, "item.new")
	if v.Code != "" {
		title = p.kit.T(c, "item.edit_title", "Code", v.Code)
	}
	if len(fields.Problems) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "item_edit", page.View{Title: title, Section: "items", Body: v})
}

func (p *Pages) postItem(c *gin.Context) {
	p.saveItem(c, editView{Action: "/console/items/new", Number: 1}, func(d itembank.Draft) (string, error) {
		return p.Bank.Write(c.Request.Context(), page.Actor(c), d)
	})
}

// saveItem reads the form and saves what it says; what is wrong is shown in
// the form, with everything that was typed.
func (p *Pages) saveItem(c *gin.Context, v editView, save func(itembank.Draft) (code string, err error)) {
	register, err := p.Bank.Documents(c.Request.Context(), page.Actor(c))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	f := readItemForm(c)
	d := p.draft(c, &f, register)
	if len(f.Problems) == 0 {
		code, err := save(d)
		found, known := p.problemOf(c, f, err)
		switch {
		case err == nil:
			c.Redirect(http.StatusSeeOther, itemPath(code))
			return
		case !known:
			p.kit.Fail(c, err)
			return
		}
		f.Problems = append(f.Problems, found)
	}
	v.Fields.itemForm = f
	p.showEdit(c, http.StatusUnprocessableEntity, v)
}

func (p *Pages) editItem(c *gin.Context) {
	ctx, code, on := c.Request.Context(), c.Param("code"), viet.DateOf(p.Now())
	d, number, version, err := p.textToEdit(c, code, on)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	register, err := p.Bank.Documents(ctx, page.Actor(c))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.showEdit(c, http.StatusOK, editView{Code: code, Action: editPath(code), Number: number, Fields: fieldsView{itemForm: formOf(d.Draft(), register, version)}})
}

func editPath(code string) string { return itemPath(code) + "/edit" }

// textToEdit is the draft that is open, or else the text that a new draft
// begins with.
func (p *Pages) textToEdit(c *gin.Context, code string, on viet.Date) (d itembank.Detail, number, version int, err error) {
	ctx := c.Request.Context()
	all, err := p.Bank.Revisions(ctx, code)
	if err != nil {
		return d, 0, 0, err
	}
	if at := slices.IndexFunc(all, itembank.Revision.Open); at >= 0 {
		if all[at].State == itembank.InReview {
			return d, 0, 0, itembank.ErrInReview
		}
		d, err = p.Bank.Revision(ctx, code, all[at].Number, on)
		return d, d.Number, d.Version, err
	}
	d, err = p.Bank.Item(ctx, code, on)
	return d, all[0].Number + 1, 0, err
}

func (p *Pages) postEdit(c *gin.Context) {
	code := c.Param("code")
	number, _ := strconv.Atoi(c.PostForm("number")) // only shown
	p.saveItem(c, editView{Code: code, Action: editPath(code), Number: number}, func(d itembank.Draft) (string, error) {
		return code, p.Bank.Revise(c.Request.Context(), page.Actor(c), code, readItemForm(c).Version, d)
	})
}
