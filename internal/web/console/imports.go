package console

import (
	"errors"
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
	preview := format.Read(name, data, "")
	switch {
	case preview.Status == exchange.FileRejected:
		p.showImports(c, http.StatusUnprocessableEntity, name, preview.Reason)
		return
	case len(preview.Items) == 0:
		p.showImports(c, http.StatusUnprocessableEntity, name, strings.Join(append(preview.Warnings, p.kit.T(c, "imports.nothing")), " "))
		return
	}
	id, err := p.Bank.Stage(c.Request.Context(), actor, preview, p.knownTopic(c), levelOf(c.PostForm("level")))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, importPath(id))
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
	var positions []int
	for _, text := range c.PostFormArray("p") {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			positions = append(positions, n)
		}
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

// correctable are the types a person can choose while mending a question.
var correctable = []exchange.Type{exchange.Single, exchange.Multiple, exchange.TrueFalse, exchange.Ordering, exchange.Matching, exchange.Numeric}

type correctView struct {
	itembank.Staged
	Import        itembank.ImportID
	Topics        []topicLine
	Levels        []itembank.Level
	Types         []exchange.Type
	Options, Key  string // as typed: a line for each option, letters
	Targets       string
	Problem       string
	Level, TopicC string
}

func (p *Pages) staged(c *gin.Context) {
	v, ok := p.stagedOf(c)
	if !ok {
		return
	}
	it := v.Item
	v.Options, v.Targets, v.Key = strings.Join(it.Options, "\n"), strings.Join(it.Targets, "\n"), keyText(it)
	p.showStaged(c, http.StatusOK, v)
}

// keyText writes a key as a person types it: letters, or pairs A-2.
func keyText(it exchange.Item) string {
	parts := make([]string, len(it.Key))
	for i, k := range it.Key {
		parts[i] = exchange.Letter(k)
		if it.Type == exchange.Matching {
			parts[i] = fmt.Sprintf("%s-%d", exchange.Letter(i), k+1)
		}
	}
	return strings.Join(parts, ", ")
}

func (p *Pages) stagedOf(c *gin.Context) (v correctView, ok bool) {
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
	topics, err := p.leafTopics(c)
	if err != nil {
		p.kit.Fail(c, err)
		return v, false
	}
	return correctView{Staged: s, Import: id, Topics: topics, Levels: itembank.Levels, Types: correctable, Level: string(s.Level), TopicC: s.Topic}, true
}

func (p *Pages) showStaged(c *gin.Context, status int, v correctView) {
	p.kit.HTML(c, status, "staged", page.View{Title: p.kit.T(c, "staged.title", "N", v.Position), Section: "imports", Body: v})
}

func (p *Pages) correct(c *gin.Context) {
	v, ok := p.stagedOf(c)
	if !ok {
		return
	}
	version, err := strconv.Atoi(c.PostForm("version"))
	if err != nil {
		p.kit.Fail(c, errBadForm)
		return
	}
	v.Item.Type, v.Item.Stem = exchange.Type(c.PostForm("type")), c.PostForm("stem")
	v.Item.Explanation, v.Item.Citation = c.PostForm("explanation"), c.PostForm("citation")
	v.Options, v.Targets, v.Key = c.PostForm("options"), c.PostForm("targets"), c.PostForm("key")
	v.TopicC, v.Level = c.PostForm("topic"), c.PostForm("level")
	correction := itembank.Correction{
		Type: v.Item.Type, Stem: v.Item.Stem, Options: linesOf(v.Options), Targets: linesOf(v.Targets), Explanation: v.Item.Explanation,
		Citation: v.Item.Citation, Topic: v.TopicC, Level: levelOf(v.Level),
	}
	if !slices.Contains(correctable, correction.Type) {
		p.kit.Fail(c, errBadForm)
		return
	}
	if correction.Key, err = readKey(v.Key, correction); err != nil {
		v.Problem = p.kit.T(c, "staged.bad_key")
		p.showStaged(c, http.StatusUnprocessableEntity, v)
		return
	}
	if err := p.Bank.Correct(c.Request.Context(), page.Actor(c), v.Import, v.Position, version, correction); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, fmt.Sprintf("%s#p%d", importPath(v.Import), v.Position))
}

func linesOf(text string) (lines []string) {
	for _, line := range strings.Split(text, "\n") {
		if line = exchange.Tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

var errKey = errors.New("not a key of this question")

// readKey reads letters ("A, C"), or pairs ("A-2, B-1") of a matching
// question. A numeric question keeps its answer.
func readKey(text string, c itembank.Correction) ([]int, error) {
	if c.Type == exchange.Numeric {
		return nil, nil
	}
	pairs := make([]int, len(c.Options))
	var key []int
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		letter, target, paired := strings.Cut(part, "-")
		at := -1
		if len(letter) == 1 {
			at = int(letter[0]) - 'A'
		}
		if at < 0 || at >= len(c.Options) || paired != (c.Type == exchange.Matching) {
			return nil, errKey
		}
		key = append(key, at)
		if paired {
			n, err := strconv.Atoi(target)
			if err != nil || n < 1 || n > len(c.Targets) {
				return nil, errKey
			}
			pairs[at] = n - 1
		}
	}
	if c.Type == exchange.Matching {
		if len(key) != len(c.Options) {
			return nil, errKey
		}
		return pairs, nil
	}
	if c.Type != exchange.Ordering {
		slices.Sort(key)
	}
	return key, nil
}
