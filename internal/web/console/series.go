package console

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/roster"
)

type seriesLine struct {
	assessment.Series
	Audience string
}

var errBadForm = fault.New(fault.Invalid, "error.invalid", "the form is not complete")

type seriesView struct{ Series []seriesLine }

func (p *Pages) series(c *gin.Context) {
	list, err := p.Planner.Series(c.Request.Context(), page.Actor(c))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	var v seriesView
	on := viet.DateOf(p.Now())
	for _, s := range list {
		audience, err := roster.AgencyByID(p.Roster.DB.Read(c.Request.Context()), s.Audience, on)
		if err != nil && !errors.Is(err, roster.ErrNoAgency) { // an agency that ended has no name today
			p.kit.Fail(c, err)
			return
		}
		v.Series = append(v.Series, seriesLine{s, audience.Name})
	}
	p.kit.HTML(c, http.StatusOK, "series", page.View{Title: p.kit.T(c, "series.title"), Section: "series", Body: v})
}

func (p *Pages) pause(c *gin.Context) {
	id, err := seriesID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	version, ok := p.version(c)
	if !ok {
		return
	}
	if err := p.Planner.Pause(c.Request.Context(), page.Actor(c), id, version, c.PostForm("pause") == "true"); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/series")
}
