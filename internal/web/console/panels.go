package console

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/reports"
)

type panelsView struct {
	Panels                  []panel.Panel
	Rounds                  []reports.RoundLine // that a panel may look at
	MayOpen                 bool
	Errors                  map[string]string
	Name, Borderline, Round string
}

func (p *Pages) panels(c *gin.Context) { p.showPanels(c, http.StatusOK, panelsView{}) }

func (p *Pages) showPanels(c *gin.Context, status int, v panelsView) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	var err error
	if v.Panels, err = p.Panels.List(ctx, actor); err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.MayOpen = actor.Can(authz.ManageSeries); v.MayOpen {
		rounds, err := p.Reports.Rounds(ctx, actor)
		if err != nil {
			p.kit.Fail(c, err)
			return
		}
		for _, r := range rounds {
			if !r.Selective && (r.State == assessment.Scored || r.State == assessment.Published) {
				v.Rounds = append(v.Rounds, r)
			}
		}
	}
	title := p.kit.T(c, "panel.title")
	if len(v.Errors) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "panels", page.View{Title: title, Section: "panels", Body: v})
}

func (p *Pages) openPanel(c *gin.Context) {
	v := panelsView{Name: c.PostForm("name"), Borderline: c.PostForm("borderline"), Round: c.PostForm("round")}
	var round assessment.RoundID
	if page.IsID(v.Round) {
		round = assessment.RoundID(v.Round)
	}
	id, err := p.Panels.Open(c.Request.Context(), page.Actor(c), v.Name, v.Borderline, round)
	if fields, is := p.kit.FieldErrors(c, err); is {
		v.Errors = fields
		p.showPanels(c, http.StatusUnprocessableEntity, v)
		return
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/panels/"+string(id))
}

// ratedItem is an item of the reference form with the judge's rating.
type ratedItem struct {
	panel.Item
	Detail itembank.Detail
	Value  string
}

type limitInput struct{ Name, Value string }

type panelView struct {
	Sheet  panel.Sheet
	Items  []ratedItem
	Limits []limitInput
	Result *panel.Result // for those who manage series
	Errors map[string]string
}

func panelID(c *gin.Context) (panel.ID, error) {
	id, err := page.ID(c, "panel", panel.ErrNoPanel)
	return panel.ID(id), err
}

func (p *Pages) panel(c *gin.Context) { p.showPanel(c, http.StatusOK, nil, nil) }

// limitInputs are the inputs of the limits, in the order of the form.
var limitInputs = []string{"low_cut", "high_cut", "low_fail", "high_fail"}

// showPanel shows a panel; what was typed is put back where there are problems.
func (p *Pages) showPanel(c *gin.Context, status int, problems map[string]string, putBack func(v *panelView)) {
	id, err := panelID(c)
	var v panelView
	if err == nil {
		v, err = p.panelView(c, id)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	title := v.Sheet.Panel.Name
	if v.Errors = problems; len(problems) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
		putBack(&v)
	}
	p.kit.HTML(c, status, "panel", page.View{Title: title, Section: "panels", Body: v})
}

func (p *Pages) panelView(c *gin.Context, id panel.ID) (v panelView, err error) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	if v.Sheet, err = p.Panels.Sheet(ctx, actor, id); err != nil {
		return v, err
	}
	for _, it := range v.Sheet.Items {
		one := ratedItem{Item: it}
		if one.Detail, err = p.Bank.Revision(ctx, it.Code, it.Number, viet.DateOf(p.Now())); err != nil {
			return v, err
		}
		if it.Rating != nil {
			one.Value = strconv.Itoa(*it.Rating)
		}
		v.Items = append(v.Items, one)
	}
	values := []string{"", "", "", ""}
	if l := v.Sheet.Limits; l != nil {
		for i, n := range []int{l.LowCut, l.HighCut, l.LowFail, l.HighFail} {
			values[i] = strconv.Itoa(n)
		}
	}
	for i, name := range limitInputs {
		v.Limits = append(v.Limits, limitInput{name, values[i]})
	}
	if actor.Can(authz.ManageSeries) {
		_, result, err := p.Panels.Standing(ctx, actor, id)
		if err != nil {
			return v, err
		}
		v.Result = &result
	}
	return v, nil
}

func (p *Pages) rate(c *gin.Context) {
	id, err := panelID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	ratings, limits, problems := p.readRatings(c)
	if len(problems) == 0 {
		err = p.Panels.Rate(c.Request.Context(), page.Actor(c), id, ratings, limits)
		if fields, is := p.kit.FieldErrors(c, err); is {
			problems, err = fields, nil
		}
	}
	switch {
	case err != nil:
		p.kit.Fail(c, err)
	case len(problems) > 0:
		p.showPanel(c, http.StatusUnprocessableEntity, problems, func(v *panelView) {
			for i := range v.Items {
				v.Items[i].Value = c.PostForm("i" + strconv.Itoa(v.Items[i].Position))
			}
			for i := range v.Limits {
				v.Limits[i].Value = c.PostForm(v.Limits[i].Name)
			}
		})
	default:
		c.Redirect(http.StatusSeeOther, "/console/panels/"+string(id))
	}
}

// readRatings reads what was typed; empty inputs say nothing.
func (p *Pages) readRatings(c *gin.Context) (ratings map[int]int, limits *panel.Limits, problems map[string]string) {
	ratings, problems = map[int]int{}, map[string]string{}
	for position := 1; position <= assessment.MaxItems; position++ {
		name := "i" + strconv.Itoa(position)
		text := strings.TrimSpace(c.PostForm(name))
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			problems[name] = p.kit.T(c, "panel.bad_rating", map[string]any{"N": position})
			continue
		}
		ratings[position] = n
	}
	var numbers []int
	for _, name := range limitInputs {
		if text := strings.TrimSpace(c.PostForm(name)); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				n = -1
			}
			numbers = append(numbers, n)
		}
	}
	switch len(numbers) {
	case 0:
	case len(limitInputs):
		limits = &panel.Limits{LowCut: numbers[0], HighCut: numbers[1], LowFail: numbers[2], HighFail: numbers[3]}
	default:
		problems["low_cut"] = p.kit.T(c, "panel.bad_limits")
	}
	return ratings, limits, problems
}

type superiorsView struct {
	Panel  panel.Panel
	Errors map[string]string
	// Opinions is what was pasted and could not be used.
	Opinions string
}

func (p *Pages) superiors(c *gin.Context) { p.showSuperiors(c, http.StatusOK, superiorsView{}) }

// showSuperiors shows where what superiors say is pasted; a closed panel shows itself.
func (p *Pages) showSuperiors(c *gin.Context, status int, v superiorsView) {
	id, err := panelID(c)
	if err == nil {
		v.Panel, _, err = p.Panels.Standing(c.Request.Context(), page.Actor(c), id)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.Panel.State == panel.Closed {
		c.Redirect(http.StatusSeeOther, "/console/panels/"+string(id))
		return
	}
	title := p.kit.T(c, "panel.superiors")
	if len(v.Errors) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "superiors", page.View{Title: title, Section: "panels", Body: v})
}

// hearSuperiors takes what superiors say of the people of the panel's round.
func (p *Pages) hearSuperiors(c *gin.Context) {
	id, err := panelID(c)
	if err == nil {
		_, err = p.Panels.Hear(c.Request.Context(), page.Actor(c), id, c.PostForm("opinions"))
	}
	if problems, is := p.kit.FieldErrors(c, err); is {
		p.showSuperiors(c, http.StatusUnprocessableEntity, superiorsView{Errors: problems, Opinions: c.PostForm("opinions")})
		return
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/panels/"+string(id)+"#sup")
}

func (p *Pages) closePanel(c *gin.Context) {
	id, err := panelID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	version, ok := p.version(c)
	if !ok {
		return
	}
	if err := p.Panels.Close(c.Request.Context(), page.Actor(c), id, version, panel.Method(c.PostForm("method"))); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/panels/"+string(id))
}
