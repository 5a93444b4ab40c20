package console

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/internal/web/page"
)

// casesView is the cases of a round for a person to judge.
type casesView struct {
	Round  assessment.Round
	Report analysis.Report
	Open   int
	Cases  []analysis.Case
	Pager  page.Pager
	// Wrong is the case whose decision lacks something, with what was typed.
	Wrong         analysis.CaseID
	Error, Reason string
}

func (p *Pages) cases(c *gin.Context) { p.showCases(c, http.StatusOK, casesView{}) }

func (p *Pages) showCases(c *gin.Context, status int, v casesView) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	ctx, actor := c.Request.Context(), page.Actor(c)
	if v.Round, v.Report, err = p.Analyst.Report(ctx, actor, id); err != nil {
		p.kit.Fail(c, err)
		return
	}
	all, err := p.Analyst.Cases(ctx, actor, id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	for _, x := range all {
		if x.State == analysis.CaseOpen {
			v.Open++
		}
	}
	v.Pager = page.NewPager(c, "cases", len(all))
	v.Cases = page.Part(v.Pager, all)
	title := p.kit.T(c, "cases.title")
	if v.Error != "" {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "cases", page.View{Title: title, Section: "rounds", Body: v})
}

func (p *Pages) decideCase(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	version, ok := p.version(c)
	if !ok {
		return
	}
	about, reason := analysis.CaseID(c.PostForm("case")), c.PostForm("reason")
	err = p.Analyst.Decide(c.Request.Context(), page.Actor(c), id, about, version, analysis.CaseState(c.PostForm("act")), reason)
	if fields, is := p.kit.FieldErrors(c, err); is {
		p.showCases(c, http.StatusUnprocessableEntity, casesView{Wrong: about, Error: fields["reason"], Reason: reason})
		return
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/rounds/"+string(id)+"/cases")
}
