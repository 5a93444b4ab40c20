package console

import (
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

// uploadPath takes files of questions.
const uploadPath = "/console/imports"

// The routes that take an item.
const (
	newItemRoute = "/console/items/new"
	editRoute    = "/console/items/:code/edit"
	stagedRoute  = uploadPath + "/:import/:position"
)

// Uploads are the routes that take files, with how many bytes a request may
// have; all others take less.
var Uploads = map[string]int64{uploadPath: format.MaxFile + 1<<20, newItemRoute: itembank.MostPicture + 1<<20, editRoute: itembank.MostPicture + 1<<20, stagedRoute: itembank.MostPicture + 1<<20}

// uploadTime lets a slow line bring a large file.
const uploadTime = 10 * time.Minute

// takeTime gives a request that time. A recorder in tests keeps no deadline;
// the server then has its own.
func takeTime(c *gin.Context) {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(uploadTime))
}

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
	takeTime(c)
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

func importPath(id itembank.ImportID) string { return uploadPath + "/" + string(id) }

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

// KeyText is the key of a question whose options cannot carry it.
func (v stagedView) KeyText() string {
	switch v.Item.Type {
	case exchange.Ordering:
		return keyText(false, v.Item.Key)
	case exchange.Numeric:
		var numbers []string
		for _, a := range v.Item.Answers {
			text := commaOf(a.Value.String())
			if text == "" || a.Tolerance() != "0" {
				text = strings.TrimSpace(text + " (" + commaOf(a.Min.String()) + " – " + commaOf(a.Max.String()) + ")")
			}
			numbers = append(numbers, strings.TrimSpace(text+" "+v.Item.Unit))
		}
		return strings.Join(numbers, "; ")
	case exchange.ShortAnswer, exchange.GapText:
		return strings.ReplaceAll(typedOf(v.Item), "\n", "; ")
	}
	return ""
}

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
	Said      *said
}

// Unclear tells that a question on the page may belong to a situation.
func (v importView) Unclear() bool {
	return slices.ContainsFunc(v.Questions, func(q stagedView) bool {
		return q.Item.Type != exchange.Situation && q.Item.Has(exchange.SituationUnclear)
	})
}

var stagedShows = []string{"all", "waiting", "ok", "review", "error"}

func (p *Pages) oneImport(c *gin.Context) {
	id, err := importID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	ctx, actor := c.Request.Context(), page.Actor(c)
	v := importView{Said: saidIn(c), Show: c.Query("show"), Shows: stagedShows, Levels: itembank.Levels}
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
	v.Pager = page.NewPager(c, "page", v.total())
	f.Offset, f.Limit = v.Pager.Offset, v.Pager.Limit
	list, err := p.Bank.Staged(ctx, actor, id, f)
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

// total is how many questions are shown, on all pages.
func (v importView) total() int {
	switch v.Show {
	case "waiting":
		return v.Counts.Waiting()
	case "ok":
		return v.Counts.OK
	case "review":
		return v.Counts.Review
	case "error":
		return v.Counts.Broken
	}
	return v.Counts.Total
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
	did, n, back := c.PostForm("act"), 0, 0
	switch did {
	case "accept":
		n, err = p.Bank.Decide(ctx, actor, id, positions, itembank.Accepted)
	case "reject":
		n, err = p.Bank.Decide(ctx, actor, id, positions, itembank.Rejected)
	case "assign":
		topic, level := p.knownTopic(c), levelOf(c.PostForm("level"))
		if topic == "" && level == "" {
			positions = nil // nothing is assigned
		}
		n, err = p.Bank.Assign(ctx, actor, id, positions, topic, level)
	case "enter":
		n, back, err = p.Bank.Enter(ctx, actor, id)
	case "belong", "alone":
		n, err = p.Bank.Belong(ctx, actor, id, positions, did == "belong")
	default:
		err = errBadForm
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	query := localQuery(c.PostForm("query"))
	if query == "" {
		query = "?show=all"
	}
	c.Redirect(http.StatusSeeOther, fmt.Sprintf("%s%s&did=%s&n=%d&of=%d", importPath(id), query, did, n, max(len(positions), n+back)))
}

// said is what the last press of a button did, told on the page that follows.
type said struct {
	Did   string
	N, Of int
}

// Left is how many of the chosen questions nothing was done with.
func (s said) Left() int { return s.Of - s.N }

// saidIn reads it from the address; anything else says nothing.
func saidIn(c *gin.Context) *said {
	n, err1 := strconv.Atoi(c.Query("n"))
	of, err2 := strconv.Atoi(c.Query("of"))
	did := c.Query("did")
	if err1 != nil || err2 != nil || n < 0 || of < 0 || !slices.Contains([]string{"accept", "reject", "assign", "enter", "belong", "alone"}, did) {
		return nil
	}
	return &said{did, n, of}
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
