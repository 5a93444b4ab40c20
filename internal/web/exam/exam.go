// Package exam is the pages of takers: what is due, the start page, the
// paper, saving, review, receipt, result and reading.
//
// Every page works by plain form posts; the player (web/player) saves each
// change by POST …/events and adds comfort. A save is acknowledged only after
// the commit that holds it. Nothing here can reach a key: the pages read
// through assessment.Taking, which has none.
package exam

import (
	"errors"
	"html/template"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/internal/authz"
	"sathach/internal/fault"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange/markdown"
	"sathach/refresher"
)

// Pages is the pages of takers.
type Pages struct {
	Taking    *assessment.Taking
	Analyst   *analysis.Analyst
	Bank      *itembank.Bank
	Refresher *refresher.Refresher
	Now       func() time.Time

	kit *page.Kit
}

// Routes adds the pages to a group that knows who is asking.
func (p *Pages) Routes(g *gin.RouterGroup, kit *page.Kit) {
	p.kit = kit
	g.GET("/", p.home)
	g.GET("/rounds/:round", p.startPage)
	g.POST("/rounds/:round/start", p.start)
	g.GET("/attempts/:attempt", p.paper)
	g.POST("/attempts/:attempt/takeover", p.takeOver)
	g.POST("/attempts/:attempt/events", p.events)
	g.POST("/attempts/:attempt/save", p.save)
	g.GET("/attempts/:attempt/review", p.review)
	g.POST("/attempts/:attempt/submit", p.submit)
	g.GET("/attempts/:attempt/receipt", p.receipt)
	g.GET("/attempts/:attempt/result", p.result)
	g.GET("/materials/:code", p.material)
	g.POST("/materials/:code/finished", p.finished)
	g.GET(markdown.Address+":name", p.picture)
}

// picture serves a picture of the bank to whoever is signed in and knows its
// name, which only texts tell that were shown to them. Browsers keep it for the
// time of a sitting: offices share computers.
func (p *Pages) picture(c *gin.Context) {
	if page.Actor(c).Account == "" {
		p.kit.Fail(c, authz.ErrUnauthenticated)
		return
	}
	found, err := p.Bank.Picture(c.Request.Context(), c.Param("name"))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Header("Cache-Control", "private, max-age=21600")
	c.Data(http.StatusOK, found.Media, found.Data)
}

func attemptID(c *gin.Context) (assessment.AttemptID, error) {
	id, err := page.ID(c, "attempt", assessment.ErrNoAttempt)
	return assessment.AttemptID(id), err
}

func roundID(c *gin.Context) (assessment.RoundID, error) {
	id, err := page.ID(c, "round", assessment.ErrNoRound)
	return assessment.RoundID(id), err
}

// dutyView is one round on the home page.
type dutyView struct {
	assessment.Duty
	Working bool
	Attempt assessment.AttemptID
	Left    time.Duration // of the attempt that runs, or of the window
	Ends    time.Time     // the deadline of the attempt that runs
}

type homeView struct {
	Due, Coming, Past []dutyView
	Readings          []refresher.Reading
	Done, Total       int
}

func (p *Pages) home(c *gin.Context) {
	actor := page.Actor(c)
	if actor.Account == "" {
		p.kit.Fail(c, authz.ErrUnauthenticated)
		return
	}
	var v homeView
	if actor.OfficialID != "" {
		var err error
		if v, err = p.homeOf(c, actor); err != nil {
			p.kit.Fail(c, err)
			return
		}
	}
	p.kit.HTML(c, http.StatusOK, "home", page.View{Title: p.kit.T(c, "home.title"), Wide: true, Body: v})
}

func (p *Pages) homeOf(c *gin.Context, actor authz.Actor) (homeView, error) {
	duties, err := p.Taking.Duties(c.Request.Context(), actor)
	if err != nil {
		return homeView{}, err
	}
	var v homeView
	now := p.Now()
	for _, d := range duties {
		view := dutyView{Duty: d, Left: d.Closes.Sub(now)}
		if n := len(d.Attempts); n > 0 {
			view.Attempt = d.Attempts[n-1].ID
		}
		if current, ok := d.Current(); ok {
			view.Working, view.Ends, view.Left = true, current.Deadline, max(0, current.Deadline.Sub(now))
		}
		switch {
		case d.CanTake(now):
			v.Due = append(v.Due, view)
		case d.Round.State == assessment.Planned, d.Round.State == assessment.Assembled:
			v.Coming = append(v.Coming, view)
		case d.Round.State != assessment.Cancelled:
			v.Past = append(v.Past, view)
		}
	}
	v.Readings, err = p.Refresher.Readings(c.Request.Context(), actor)
	v.Total = len(v.Readings)
	for _, r := range v.Readings {
		if !r.FinishedAt.IsZero() {
			v.Done++
		}
	}
	return v, err
}

type startView struct {
	assessment.Duty
	Used     int
	Working  bool
	CanStart bool
	Why      string // message key when it cannot be started
	Deadline time.Time
	Allowed  time.Duration
	Short    bool // less than the whole time is left
	Latest   time.Time
}

func (p *Pages) startPage(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	d, err := p.Taking.Duty(c.Request.Context(), page.Actor(c), id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	now := p.Now()
	v := startView{Duty: d, Used: len(d.Attempts), Deadline: d.Deadline(now), Latest: d.Closes.Add(-d.Round.Rules.TimeLimit)}
	current, working := d.Current()
	v.Working, v.Allowed = working, v.Deadline.Sub(now)
	if working {
		v.Deadline, v.Allowed = current.Deadline, current.Deadline.Sub(now)
	}
	v.Short = !working && v.Allowed < d.Round.Rules.TimeLimit
	switch {
	case d.Round.State == assessment.Planned, d.Round.State == assessment.Assembled, now.Before(d.Opens):
		v.Why, v.Short = "round.not_open", false
	case d.Round.State != assessment.Open, !now.Before(d.Closes):
		v.Why, v.Short = "round.closed", false
	case !working && d.TriesLeft() == 0:
		v.Why, v.Short = "attempt.no_try_left", false
	default:
		v.CanStart = true
	}
	p.kit.HTML(c, http.StatusOK, "start", page.View{Title: p.kit.T(c, "start.title"), Body: v})
}

func (p *Pages) start(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	a, err := p.Taking.Start(c.Request.Context(), page.Actor(c), id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, attemptPath(a.ID, ""))
}

func attemptPath(id assessment.AttemptID, rest string) string {
	return "/attempts/" + string(id) + rest
}

type receiptView struct {
	assessment.Paper
	Answered, Items int
	Digest          string
	ByHand          bool
	Closes          time.Time
}

func (p *Pages) submit(c *gin.Context) {
	id, err := attemptID(c)
	if err == nil {
		_, err = p.Taking.Submit(c.Request.Context(), page.Actor(c), id)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, attemptPath(id, "/receipt"))
}

func (p *Pages) receipt(c *gin.Context) {
	sheet, ok := p.ownPaper(c)
	if !ok {
		return
	}
	a := sheet.Attempt
	switch {
	case !a.EndedAt.IsZero():
	case p.Now().Before(a.Deadline):
		c.Redirect(http.StatusSeeOther, attemptPath(a.ID, ""))
		return
	default:
		p.ending(c)
		return
	}
	v := receiptView{
		Paper: sheet, Answered: a.Sheet.Answered(), Items: len(sheet.Questions), Digest: spaced(a.Sheet.Digest()),
		ByHand: sheet.Round.Rules.Release == assessment.ByHand, Closes: sheet.Round.ClosesAt,
	}
	p.kit.HTML(c, http.StatusOK, "receipt", page.View{Title: p.kit.T(c, "receipt.title"), Body: v})
}

// spaced writes a fingerprint in groups of four.
func spaced(hex string) string {
	out := ""
	for i := 0; i < len(hex); i += 4 {
		if i > 0 {
			out += " "
		}
		out += hex[i:min(i+4, len(hex))]
	}
	return out
}

// ownPaper reads the attempt of the address, or answers with the failure.
func (p *Pages) ownPaper(c *gin.Context) (assessment.Paper, bool) {
	id, err := attemptID(c)
	var sheet assessment.Paper
	if err == nil {
		sheet, err = p.Taking.Paper(c.Request.Context(), page.Actor(c), id)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return assessment.Paper{}, false
	}
	return sheet, true
}

type materialView struct {
	refresher.Material
	Topic string
	Text  template.HTML
}

func (p *Pages) material(c *gin.Context) {
	actor := page.Actor(c)
	if actor.Account == "" {
		p.kit.Fail(c, authz.ErrUnauthenticated)
		return
	}
	m, err := p.Refresher.Material(c.Request.Context(), c.Param("code"))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if err := p.Refresher.Opened(c.Request.Context(), actor, m.Code); err != nil {
		p.kit.Fail(c, err)
		return
	}
	names, err := p.topicNames(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	text, err := readingHTML(m.Body)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.kit.HTML(c, http.StatusOK, "material", page.View{Title: m.Title, Body: materialView{m, names[m.Topic], text}})
}

func (p *Pages) finished(c *gin.Context) {
	actor := page.Actor(c)
	if actor.Account == "" {
		p.kit.Fail(c, authz.ErrUnauthenticated)
		return
	}
	if err := p.Refresher.Finished(c.Request.Context(), actor, c.Param("code")); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/")
}

// topicNames maps topic codes to names in the reader's language.
func (p *Pages) topicNames(c *gin.Context) (map[string]string, error) {
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, t := range topics {
		names[t.Code] = page.Pick(c, t.NameVi, t.NameEn)
	}
	return names, nil
}

// ended tells whether an error says that the attempt is over.
func ended(err error) bool {
	return errors.Is(err, assessment.ErrEnded) || errors.Is(err, assessment.ErrTooLate)
}

var errBadRequest = fault.New(fault.Invalid, "error.invalid", "the request cannot be read")
