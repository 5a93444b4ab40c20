// Package console is the pages of staff: rounds with their workbooks for HR
// and Vụ CCHC, series with their previews for Vụ CCHC, items for authors.
//
// Every page asks its use case with the signed-in actor; the use case turns
// the actor's grants into a scope. Nothing here decides who may see what.
package console

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/fault"
	"sathach/internal/identity"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/reports"
	"sathach/roster"
)

// Pages is the pages of staff.
type Pages struct {
	Planner  *assessment.Planner
	Rounds   *assessment.Rounds
	Analyst  *analysis.Analyst
	Panels   *panel.Panels
	Bank     *itembank.Bank
	Roster   *roster.Roster
	Reports  *reports.Reports
	Identity *identity.Identity
	// Write turns a book into a file; the web knows nothing of formats.
	Write func(w io.Writer, b reports.Book) error
	Now   func() time.Time

	kit      *page.Kit
	readings *readings
}

// Routes adds the pages to a group that knows who is asking.
func (p *Pages) Routes(g *gin.RouterGroup, kit *page.Kit) {
	p.kit, p.readings = kit, newReadings()
	g.GET("/console", p.rounds)
	g.GET("/console/rounds/:round", p.round)
	g.GET("/console/rounds/:round/:book", p.workbook)
	g.GET("/console/rounds/:round/quality", p.quality)
	g.GET("/console/rounds/:round/forms", p.forms)
	g.GET("/console/rounds/:round/cases", p.cases)
	g.POST("/console/rounds/:round/cases", p.decideCase)
	g.POST("/console/rounds/:round/publish", p.publish)
	g.GET("/console/rounds/:round/follow-up", p.followUp)
	g.POST("/console/rounds/:round/follow-up", p.askFollowUp)
	g.GET("/console/rounds/:round/corrections", p.corrections)
	g.POST("/console/rounds/:round/corrections", p.correctItem)
	g.GET("/console/series", p.series)
	g.GET("/console/series/new", p.newSeries)
	g.POST("/console/series/new", p.postSeries)
	g.POST("/console/series/:series/pause", p.pause)
	g.GET("/console/panels", p.panels)
	g.POST("/console/panels", p.openPanel)
	g.GET("/console/panels/:panel", p.panel)
	g.POST("/console/panels/:panel", p.rate)
	g.GET("/console/panels/:panel/superiors", p.superiors)
	g.POST("/console/panels/:panel/superiors", p.hearSuperiors)
	g.POST("/console/panels/:panel/close", p.closePanel)
	g.GET("/console/links", p.links)
	g.POST("/console/links", p.makeLink)
	g.GET(uploadPath, p.imports)
	g.POST(uploadPath, p.upload)
	g.GET("/console/templates/:format", p.template)
	g.GET("/console/imports/reading/:reading", p.reading)
	g.GET("/console/imports/:import", p.oneImport)
	g.POST("/console/imports/:import", p.decide)
	g.GET(stagedRoute, p.staged)
	g.POST(stagedRoute, p.correct)
	g.GET("/console/topics", p.topics)
	g.POST("/console/topics", p.giveTopic)
	g.GET("/console/law", p.law)
	g.GET("/console/law/new", p.newLaw)
	g.POST("/console/law/new", p.postLaw)
	g.GET("/console/law/:document", p.document)
	g.GET("/console/items", p.items)
	g.GET("/console/items/duplicates", p.twins)
	g.POST("/console/items/duplicates", p.settle)
	g.POST("/console/items/filters", p.saveFilter)
	g.POST("/console/items/many", p.many)
	g.GET(newItemRoute, p.newItem)
	g.POST(newItemRoute, p.postItem)
	g.GET(editRoute, p.editItem)
	g.POST(editRoute, p.postEdit)
	g.GET("/console/items/:code/compare", p.compare)
	g.GET("/console/items/:code", p.item)
	g.POST("/console/items/:code", p.act)
}

// version reads which version of a thing its form was made of; a form that does
// not say is answered here.
func (p *Pages) version(c *gin.Context) (version int, ok bool) {
	version, err := strconv.Atoi(c.PostForm("version"))
	if err != nil {
		p.kit.Fail(c, errBadForm)
	}
	return version, err == nil
}

func roundID(c *gin.Context) (assessment.RoundID, error) {
	id, err := page.ID(c, "round", assessment.ErrNoRound)
	return assessment.RoundID(id), err
}

type roundLine struct {
	reports.RoundLine
	Problems []string // why its forms cannot be assembled, in sentences
}

type roundsView struct {
	Scope  string
	Rounds []roundLine
}

func (p *Pages) rounds(c *gin.Context) {
	actor := page.Actor(c)
	lines, err := p.Reports.Rounds(c.Request.Context(), actor)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	scope, err := p.scopeName(c.Request.Context(), actor)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	names, err := p.topicNames(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := roundsView{Scope: scope}
	for _, line := range lines {
		v.Rounds = append(v.Rounds, roundLine{line, p.problems(c, names, line)})
	}
	p.kit.HTML(c, http.StatusOK, "console_rounds", page.View{Title: p.kit.T(c, "rounds.title"), Section: "rounds", Body: v})
}

func (p *Pages) problems(c *gin.Context, names map[string]string, line reports.RoundLine) []string {
	switch {
	case line.Problem.NoOfficials:
		return []string{p.kit.T(c, "rounds.no_officials")}
	case line.Problem.TooMany > 0:
		return []string{p.kit.T(c, "rounds.too_many", "Officials", viet.Number(int64(line.Problem.TooMany)), "Each", viet.Number(assessment.MostEach))}
	}
	var lacks []lackOn
	for _, s := range line.Problem.Shortages {
		lacks = append(lacks, lackOn{s, line.DueAt})
	}
	return p.lackLines(c, names, lacks)
}

// scopeName names the agencies at the top of what an actor sees.
func (p *Pages) scopeName(ctx context.Context, actor authz.Actor) (string, error) {
	on := viet.DateOf(p.Now())
	scope, err := actor.Scope(authz.ReadResults, on)
	if err != nil {
		return "", err
	}
	var names []string
	for _, root := range scope.Roots() {
		a, err := roster.AgencyByID(p.Roster.DB.Read(ctx), roster.AgencyID(root), on)
		if err != nil {
			return "", err
		}
		names = append(names, a.Name)
	}
	return strings.Join(names, "; "), nil
}

type bandLine struct {
	Code        string
	N           int
	Share       string
	Shade       int
	From, Width string
}

type bookLine struct{ Kind, About string }

type boardView struct {
	reports.Board
	Now                         time.Time
	AgencyCount                 int
	SubmittedShare, AbsentShare string
	CanPublish, Published       bool
	MayLook                     bool // the reader may see what the whole round shows
	MayCorrect                  bool // and decide about items that turned out to be faulty
	Corrected                   assessment.Corrected
	Followed                    assessment.Followed
	Whole                       bool     // and there is something to see
	Alarms                      []string // in sentences
	AgencyPager, MissingPager   page.Pager
	Books                       []bookLine
	Bands                       []bandLine
}

func (p *Pages) round(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	actor := page.Actor(c)
	b, err := p.Reports.Board(c.Request.Context(), actor, id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	missing := page.NewPager(c, "missing", b.MissingTotal)
	if b.Missing, err = p.Reports.Missing(c.Request.Context(), actor, b.Round, missing.Offset, missing.Limit); err != nil {
		p.kit.Fail(c, err)
		return
	}
	may, err := p.Rounds.MayPublish(c.Request.Context(), actor, b.Round)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	alarms, err := p.Rounds.Alarms(c.Request.Context(), actor, b.Round)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := boardView{
		MayLook: may, Whole: may && (b.Round.State == assessment.Scored || b.Publication != ""), Alarms: p.alarmLines(c, alarms),
		Board: b, MayCorrect: may && b.Round.Begun() && actor.Can(authz.ReadItems), Now: p.Now(), AgencyCount: len(b.Agencies), MissingPager: missing, AgencyPager: page.NewPager(c, "agencies", len(b.Agencies)), Published: b.Publication != "",
		CanPublish:     b.Round.State == assessment.Scored && may,
		SubmittedShare: p.shareOf(c, b.Submitted, b.Due), AbsentShare: p.shareOf(c, b.Absent(), b.Due),
	}
	v.Agencies = page.Part(v.AgencyPager, b.Agencies)
	if v.Followed, err = p.Rounds.Followed(c.Request.Context(), actor, b.Round); err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.MayCorrect {
		if v.Corrected, err = p.Rounds.Corrected(c.Request.Context(), actor, id); err != nil {
			p.kit.Fail(c, err)
			return
		}
	}
	if v.Published {
		v.Books = []bookLine{
			{"so-diem", p.kit.T(c, "book.about_scores", "N", b.Due)},
			{"de-nghi-bieu-duong", p.kit.T(c, "book.about_commend", "N", b.Commended, "Unsure", b.Unsure)},
			{"khuyen-nghi-boi-duong", p.kit.T(c, "book.about_refresh", "N", b.Failed+b.Low, "Failed", b.Failed, "Low", b.Low)},
		}
		v.Bands = p.bandLines(c, b)
	}
	p.kit.HTML(c, http.StatusOK, "console_round", page.View{Title: b.Round.Name, Section: "rounds", Body: v})
}

// Over tells that nobody can begin any more.
func (v boardView) Over() bool { return v.Round.State != assessment.Open }

// shareOf is a percentage with its base; nothing of nobody.
func (p *Pages) shareOf(c *gin.Context, part, whole int) string {
	if whole == 0 {
		return ""
	}
	return p.kit.T(c, "round.percent_of", "Percent", viet.Decimal(100*float64(part)/float64(whole), 1), "Whole", viet.Number(int64(whole)))
}

func (p *Pages) bandLines(c *gin.Context, b reports.Board) []bandLine {
	total := 0
	for _, n := range b.Bands {
		total += n
	}
	var lines []bandLine
	at := 0.0
	bands := b.Round.Rules.Standard.Bands
	for i, band := range bands {
		n := b.Bands[band.Code]
		width := 0.0
		if total > 0 {
			width = 100 * float64(n) / float64(total)
		}
		shade := max(1, 5-i)
		if i == len(bands)-1 {
			shade = 1
		}
		lines = append(lines, bandLine{band.Code, n, viet.Decimal(width, 1) + "\u00a0%", shade, fmt.Sprintf("%.2f%%", at), fmt.Sprintf("%.2f%%", width)})
		at += width
	}
	return lines
}

var errNoBook = fault.New(fault.Missing, "error.missing", "no such workbook")

// workbook builds the asked file and sends it. It is built to the end before
// the first byte goes out, so that a failure is a page and not half a file.
func (p *Pages) workbook(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	build := map[string]func(context.Context, authz.Actor, assessment.RoundID) (reports.Book, error){
		"so-diem.xlsx": p.Reports.Scores, "de-nghi-bieu-duong.xlsx": p.Reports.Commendations, "khuyen-nghi-boi-duong.xlsx": p.Reports.Refreshers,
	}[c.Param("book")]
	if build == nil {
		p.kit.Fail(c, errNoBook)
		return
	}
	book, err := build(c.Request.Context(), page.Actor(c), id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if err := p.send(c, book); err != nil {
		p.kit.Fail(c, err)
	}
}

func (p *Pages) publish(c *gin.Context) {
	id, err := roundID(c)
	if err == nil {
		err = p.Rounds.PublishByHand(c.Request.Context(), page.Actor(c), id, assessment.RunID(c.PostForm("run")))
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/rounds/"+string(id))
}

func seriesID(c *gin.Context) (assessment.SeriesID, error) {
	id, err := page.ID(c, "series", assessment.ErrNoSeries)
	return assessment.SeriesID(id), err
}
