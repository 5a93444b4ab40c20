package console

import (
	"cmp"
	"context"
	"fmt"
	"io"
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
	"sathach/itembank/exchange/format"
)

// UploadPath takes files of questions; its requests may be larger than any
// other's, up to UploadLimit.
const (
	UploadPath  = "/console/imports"
	UploadLimit = format.MaxFile + 1<<20
	// uploadTime lets a slow line bring a large file.
	uploadTime = 10 * time.Minute
)

type importsView struct {
	Imports []itembank.Import
	Topics  []topicLine
	Levels  []itembank.Level
	Problem string // why the file was not taken
	File    string
}

func (p *Pages) imports(c *gin.Context) { p.showImports(c, http.StatusOK, "", "") }

func (p *Pages) showImports(c *gin.Context, status int, file, problem string) {
	list, err := p.Bank.Imports(c.Request.Context(), page.Actor(c))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	topics, err := p.leafTopics(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	title := p.kit.T(c, "imports.title")
	if problem != "" {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "imports", page.View{Title: title, Section: "imports", Body: importsView{list, topics, itembank.Levels, problem, file}})
}

// leafTopics are the topics that hold items.
func (p *Pages) leafTopics(c *gin.Context) ([]topicLine, error) {
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		return nil, err
	}
	parents := map[string]bool{}
	for _, t := range topics {
		parents[t.Parent] = true
	}
	var lines []topicLine
	for _, t := range topics {
		if !parents[t.Code] {
			lines = append(lines, topicLine{t.Code, topicName(c, t)})
		}
	}
	return lines, nil
}

// upload previews a file and puts its questions into the staging area.
func (p *Pages) upload(c *gin.Context) {
	actor := page.Actor(c)
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	// A recorder in tests keeps no deadline; the server then has its own.
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(uploadTime))
	name, data, err := readUpload(c)
	if err != nil {
		p.showImports(c, http.StatusUnprocessableEntity, "", p.kit.T(c, "imports.no_file"))
		return
	}
	topic, level := p.knownTopic(c), levelOf(c.PostForm("level"))
	r := p.readings.begin(actor.Account, name)
	// What the person waits for goes on when the browser does not.
	go p.read(context.WithoutCancel(c.Request.Context()), actor, r, data, topic, level)
	if p.readings.wait(r, readAtOnce) {
		p.afterReading(c, r)
		return
	}
	c.Redirect(http.StatusSeeOther, readingPath(r.id))
}

func readUpload(c *gin.Context) (name string, data []byte, err error) {
	file, header, err := c.Request.FormFile("file")
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	data, err = io.ReadAll(io.LimitReader(file, format.MaxFile+1))
	name = exchange.Tidy(header.Filename)
	if letters := []rune(name); len(letters) > 200 {
		name = string(letters[len(letters)-200:])
	}
	return name, data, err
}

func levelOf(text string) itembank.Level {
	if l := itembank.Level(text); slices.Contains(itembank.Levels, l) {
		return l
	}
	return ""
}

func importPath(id itembank.ImportID) string { return UploadPath + "/" + string(id) }

func importID(c *gin.Context) (itembank.ImportID, error) {
	id, err := page.ID(c, "import", itembank.ErrNoImport)
	return itembank.ImportID(id), err
}

type stagedView struct {
	itembank.Staged
	Topic string // its name
}

// Right tells whether an option is credited.
func (v stagedView) Right(option int) bool { return slices.Contains(v.Item.Key, option) }

// Target is what an option of a matching question belongs to.
func (v stagedView) Target(option int) string {
	if option < len(v.Item.Key) && v.Item.Key[option] < len(v.Item.Targets) {
		return v.Item.Targets[v.Item.Key[option]]
	}
	return ""
}

type importView struct {
	itembank.Import
	Show      string
	Shows     []string
	Questions []stagedView
	Pager     page.Pager
	Topics    []topicLine
	Levels    []itembank.Level
}

var stagedShows = []string{"all", "waiting", "ok", "review", "error"}

func (p *Pages) oneImport(c *gin.Context) {
	id, err := importID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	ctx, actor := c.Request.Context(), page.Actor(c)
	v := importView{Show: c.Query("show"), Shows: stagedShows, Levels: itembank.Levels}
	if !slices.Contains(stagedShows, v.Show) {
		v.Show = "all"
	}
	if v.Import, err = p.Bank.Import(ctx, actor, id); err != nil {
		p.kit.Fail(c, err)
		return
	}
	f := itembank.StagedFilter{Undecided: v.Show == "waiting"}
	if v.Show != "all" && v.Show != "waiting" {
		f.Status = exchange.Status(v.Show)
	}
	_, total, err := p.Bank.Staged(ctx, actor, id, f)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v.Pager = page.NewPager(c, "page", total)
	f.Offset, f.Limit = v.Pager.Offset, v.Pager.Limit
	list, _, err := p.Bank.Staged(ctx, actor, id, f)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	names, err := p.topicNames(c)
	if err == nil {
		v.Topics, err = p.leafTopics(c)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	for _, s := range list {
		v.Questions = append(v.Questions, stagedView{s, names[s.Topic]})
	}
	p.kit.HTML(c, http.StatusOK, "import", page.View{Title: v.File, Section: "imports", Body: v})
}

// decide accepts or rejects the ticked questions, or enters what is accepted.
func (p *Pages) decide(c *gin.Context) {
	id, err := importID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	ctx, actor := c.Request.Context(), page.Actor(c)
	positions, err := p.chosenPositions(c, id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	switch c.PostForm("act") {
	case "accept":
		_, err = p.Bank.Decide(ctx, actor, id, positions, itembank.Accepted)
	case "reject":
		_, err = p.Bank.Decide(ctx, actor, id, positions, itembank.Rejected)
	case "assign":
		_, err = p.Bank.Assign(ctx, actor, id, positions, p.knownTopic(c), levelOf(c.PostForm("level")))
	case "enter":
		_, err = p.Bank.Enter(ctx, actor, id)
	default:
		err = errBadForm
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, importPath(id)+localQuery(c.PostForm("query")))
}

// chosenPositions are the ticked questions, or all of the file.
func (p *Pages) chosenPositions(c *gin.Context, id itembank.ImportID) (positions []int, err error) {
	if c.PostForm("which") == "all" {
		imported, err := p.Bank.Import(c.Request.Context(), page.Actor(c), id)
		for n := range imported.Counts.Total {
			positions = append(positions, n+1)
		}
		return positions, err
	}
	for _, text := range c.PostFormArray("p") {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			positions = append(positions, n)
		}
	}
	return positions, nil
}

// knownTopic is the posted topic, if it holds items.
func (p *Pages) knownTopic(c *gin.Context) string {
	topics, err := p.leafTopics(c)
	if err != nil {
		return ""
	}
	posted := c.PostForm("topic")
	if slices.ContainsFunc(topics, func(t topicLine) bool { return t.Code == posted }) {
		return posted
	}
	return ""
}

// localQuery keeps the reader on the part of the list that was shown.
func localQuery(query string) string {
	if strings.HasPrefix(query, "?") && !strings.ContainsAny(query, "\r\n#") {
		return query
	}
	return ""
}

type stagedPageView struct {
	itembank.Staged
	Import itembank.ImportID
	Fields fieldsView
}

func (p *Pages) staged(c *gin.Context) {
	v, ok := p.stagedOf(c)
	if !ok {
		return
	}
	it := v.Item
	p.showStaged(c, http.StatusOK, v, itemForm{
		Type: string(it.Type), Stem: it.Stem, Options: strings.Join(it.Options, "\n"), Targets: strings.Join(it.Targets, "\n"), Key: keyText(it.Type == exchange.Matching, it.Key),
		Pinned: keyText(false, it.Pinned), Explanation: it.Explanation, Citations: it.Citation, Topic: v.Topic, Level: string(v.Level), Version: v.Version,
		Value: answerOf(it).Value, Tolerance: answerOf(it).Tolerance, Unit: it.Unit, Answers: typedOf(it), CaseSensitive: it.CaseSensitive != nil && *it.CaseSensitive,
	})
}

// answerOf is the one numeric answer of a question, as typed.
func answerOf(it exchange.Item) (a itembank.Answer) {
	if len(it.Answers) != 1 {
		return a
	}
	return itembank.Answer{Value: commaOf(it.Answers[0].Value.String()), Tolerance: commaOf(it.Answers[0].Tolerance())}
}

// typedOf is what may be typed or chosen in blanks, as a person types it.
func typedOf(it exchange.Item) string {
	texts := func(answers []exchange.Answer) (list []string) {
		for _, a := range answers {
			if a.Fraction == 100 {
				list = append(list, a.Text)
			}
		}
		return list
	}
	if it.Type == exchange.ShortAnswer {
		return strings.Join(texts(it.Answers), "\n")
	}
	var gaps, accepted [][]string
	var key []int
	for _, g := range it.Gaps {
		right := -1
		if len(g.Key) == 1 {
			right = g.Key[0]
		}
		gaps, accepted, key = append(gaps, g.Options), append(accepted, texts(g.Answers)), append(key, right)
	}
	return blankLines(gaps, accepted, key)
}

// Partial lists the answers of a file that earn a part of the mark: they are
// not in the form, so that saving it does not make them whole.
func (v stagedPageView) Partial() string {
	answers := slices.Clone(v.Item.Answers)
	for _, g := range v.Item.Gaps {
		answers = append(answers, g.Answers...)
	}
	var texts []string
	for _, a := range answers {
		if a.Fraction != 100 && a.Text != "" {
			texts = append(texts, a.Text)
		}
	}
	return strings.Join(texts, "; ")
}

func (p *Pages) stagedOf(c *gin.Context) (v stagedPageView, ok bool) {
	id, err := importID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return v, false
	}
	position, err := strconv.Atoi(c.Param("position"))
	if err != nil {
		p.kit.Fail(c, itembank.ErrNoStaged)
		return v, false
	}
	s, err := p.Bank.StagedAt(c.Request.Context(), page.Actor(c), id, position)
	if err != nil {
		p.kit.Fail(c, err)
		return v, false
	}
	return stagedPageView{Staged: s, Import: id}, true
}

func (p *Pages) showStaged(c *gin.Context, status int, v stagedPageView, f itemForm) {
	var err error
	if v.Fields, err = p.fields(c, f); err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.kit.HTML(c, status, "staged", page.View{Title: p.kit.T(c, "staged.title", "N", v.Position), Section: "imports", Body: v})
}

func (p *Pages) correct(c *gin.Context) {
	v, ok := p.stagedOf(c)
	if !ok {
		return
	}
	f := readItemForm(c)
	if f.Version == 0 || !slices.Contains(itembank.Kinds, itembank.Kind(f.Type)) {
		p.kit.Fail(c, errBadForm)
		return
	}
	correction := p.correction(c, &f)
	if len(f.Problems) > 0 {
		p.showStaged(c, http.StatusUnprocessableEntity, v, f)
		return
	}
	if err := p.Bank.Correct(c.Request.Context(), page.Actor(c), v.Import, v.Position, f.Version, correction); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, fmt.Sprintf("%s#p%d", importPath(v.Import), v.Position))
}

// correction reads what a person made of a staged question.
func (p *Pages) correction(c *gin.Context, f *itemForm) itembank.Correction {
	wrong := func(field, word string) { f.Problems = append(f.Problems, problem{field, p.kit.T(c, word)}) }
	correction := itembank.Correction{
		Type: exchange.Type(f.Type), Stem: f.Stem, Options: linesOf(f.Options), Targets: linesOf(f.Targets), Unit: f.Unit, Explanation: f.Explanation,
		Citation: f.Citations, Topic: f.Topic, Level: levelOf(f.Level),
	}
	var err error
	if correction.Key, err = f.key(); err != nil {
		wrong("key", "staged.bad_key")
	}
	if correction.Pinned, err = letters(f.Pinned, len(correction.Options)); err != nil {
		wrong("pinned", "item.bad_pinned")
	}
	if itembank.Kind(f.Type) == itembank.Matrix {
		correction.Type, correction.Targets = exchange.Matching, itembank.TrueOrFalse
	}
	switch correction.Type {
	case exchange.ShortAnswer:
		correction.Options, correction.Accepted, correction.CaseSensitive = nil, [][]string{linesOf(f.Answers)}, f.CaseSensitive
	case exchange.GapText:
		correction.Options = nil
		if correction.Gaps, correction.Accepted, correction.Key, err = blanks(f.Answers); err != nil {
			wrong("answers", "item.bad_blanks")
		}
	}
	if correction.Type == exchange.Numeric && strings.TrimSpace(f.Value) != "" {
		answer, err := exchange.Around(f.Value, cmp.Or(strings.TrimSpace(f.Tolerance), "0"), 100)
		if err != nil {
			wrong("value", "item.wrong_value")
		}
		correction.Answer = &answer
	}
	return correction
}
