package console

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scheduler"
	"sathach/scoring"
)

type cellView struct {
	Input, Value string
	Level        itembank.Level
	Have         int
	Short        bool
}

type rowView struct {
	Name  string
	Cells []cellView
}

type cutView struct{ Name, Label, Value, Hint string }

type newSeriesView struct {
	Form       seriesForm
	Errors     map[string]string
	Problems   []problem // the same, in the order of the page
	Agencies   []roster.Audience
	Levels     []itembank.Level
	Rows       []rowView
	Cuts       []cutView
	Panels     []panelChoice
	Releases   []assessment.Release
	Preview    *assessment.Preview
	Outlook    *outlookView
	Lacks      []string // cells that cannot be filled, each in a sentence
	BadDues    int
	Items      int
	Superseded int
	First      string // day of the first round
}

// seriesFields are the fields of the form in its order.
var seriesFields = slices.Concat([]string{"name", "audience", "cron", "zone", "window", "time_limit", "blueprint", "forms", "tries", "pretest", "rest", "standard"}, cutInputs, []string{"release"})

// inOrder are the problems of a form as its fields stand on the page, named as they
// are there.
func (p *Pages) inOrder(c *gin.Context, problems map[string]string) (ordered []problem) {
	place := func(name string) int {
		if at := slices.Index(seriesFields, name); at >= 0 {
			return at
		}
		return len(seriesFields)
	}
	names := slices.SortedFunc(maps.Keys(problems), func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	for _, name := range names {
		text := problems[name]
		if key := "series." + name; p.kit.Has(c, key) {
			text = p.kit.T(c, key) + ": " + text
		}
		ordered = append(ordered, problem{name, text})
	}
	return ordered
}

// MaxForms and MaxEach bound what may be asked for.
func (newSeriesView) MaxForms() int { return assessment.MaxForms }
func (newSeriesView) MaxEach() int  { return assessment.MostEach }

func (p *Pages) newSeries(c *gin.Context) {
	if _, err := page.Actor(c).Scope(authz.ManageSeries, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.showSeries(c, http.StatusOK, usualForm(), nil, nil)
}

func (p *Pages) postSeries(c *gin.Context) {
	actor := page.Actor(c)
	form := readSeriesForm(c)
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	source, err := p.passFrom(c, &form)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	series, problems := p.seriesOf(c, form, topics)
	series.Rules.PassFrom = source
	if err := series.Validate(); err != nil {
		fields, ok := p.kit.FieldErrors(c, err)
		if !ok {
			p.kit.Fail(c, err)
			return
		}
		for name, text := range fields {
			if problems[name] == "" {
				problems[name] = text
			}
		}
	}
	if len(problems) > 0 {
		p.showSeries(c, http.StatusUnprocessableEntity, form, problems, nil)
		return
	}
	if c.PostForm("act") == "create" {
		if _, err := p.Planner.Create(c.Request.Context(), actor, series); err != nil {
			p.kit.Fail(c, err)
			return
		}
		c.Redirect(http.StatusSeeOther, "/console/series")
		return
	}
	preview, err := p.Planner.Preview(c.Request.Context(), actor, series)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.showSeries(c, http.StatusOK, form, nil, &preview)
}

// panelChoice is a closed panel in words.
type panelChoice struct {
	ID   panel.ID
	Text string
}

// panelChoices are the closed panels whose cut a series may use.
func (p *Pages) panelChoices(c *gin.Context) (choices []panelChoice, err error) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	all, err := p.Panels.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.State != panel.Closed {
			continue
		}
		source, err := p.Panels.Source(ctx, actor, x.ID)
		if err != nil {
			return nil, err
		}
		se := ""
		if source.Error != nil {
			se = viet.Decimal(float64(*source.Error)/100, 1)
		}
		choices = append(choices, panelChoice{x.ID, p.kit.T(c, "series.pass_option", "Name", x.Name, "Cut", viet.Decimal(float64(source.Cut)/100, 1), "Error", se)})
	}
	return choices, nil
}

// cutHint explains the one rule that is no score.
func (p *Pages) cutHint(c *gin.Context, name string) string {
	if name == "certainty" {
		return p.kit.T(c, "series.certainty_hint", "N", scoring.CertainItems)
	}
	return ""
}

func (p *Pages) showSeries(c *gin.Context, status int, f seriesForm, problems map[string]string, preview *assessment.Preview) {
	ctx := c.Request.Context()
	now := p.Now()
	scope, err := page.Actor(c).Scope(authz.ManageSeries, viet.DateOf(now))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := newSeriesView{Form: f, Errors: problems, Problems: p.inOrder(c, problems), Levels: itembank.Levels, Preview: preview, Releases: []assessment.Release{assessment.AfterScoring, assessment.ByHand}}
	if v.Agencies, err = p.Roster.Agencies(ctx, scope, viet.DateOf(now)); err != nil {
		p.kit.Fail(c, err)
		return
	}
	pool, err := p.Bank.Pool(ctx, dayOfFirstRound(f, now))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	topics, err := p.Bank.Topics(ctx)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.Panels, err = p.panelChoices(c); err != nil {
		p.kit.Fail(c, err)
		return
	}
	v.Superseded = pool.Superseded()
	v.Rows, v.Items = blueprintRows(c, f, topics, pool)
	for _, name := range cutInputs {
		v.Cuts = append(v.Cuts, cutView{Name: name, Label: p.kit.T(c, "series."+name), Value: f.cuts[name], Hint: p.cutHint(c, name)})
	}
	if preview != nil {
		p.describeLacks(c, &v, topics)
		if preview.Outlook != nil {
			v.Outlook = newOutlook(*preview.Outlook)
		}
	}
	title := p.kit.T(c, "series.new")
	if len(problems) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "series_new", page.View{Title: title, Section: "series", Body: v})
}

// dayOfFirstRound is the day whose pool the form counts: that of the first
// round, or today while the expression cannot be read.
func dayOfFirstRound(f seriesForm, now time.Time) viet.Date {
	r, err := scheduler.Parse(f.Cron, f.Zone)
	if err != nil {
		return viet.DateOf(now)
	}
	if first, ok := r.Next(now); ok {
		return viet.DateOf(first)
	}
	return viet.DateOf(now)
}

func blueprintRows(c *gin.Context, f seriesForm, topics []itembank.Topic, pool itembank.Pool) (rows []rowView, items int) {
	parents := map[string]bool{}
	for _, t := range topics {
		parents[t.Parent] = true
	}
	for _, t := range topics {
		if parents[t.Code] {
			continue
		}
		row := rowView{Name: topicName(c, t)}
		for _, level := range itembank.Levels {
			input := countInput(t.Code, level)
			cell := cellView{Input: input, Value: f.counts[input], Level: level, Have: pool.Count(t.Code, level)}
			n, _ := strconv.Atoi(cell.Value)
			items += n
			cell.Short = n > cell.Have
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows, items
}

func topicName(c *gin.Context, t itembank.Topic) string { return page.Pick(c, t.NameVi, t.NameEn) }

// describeLacks puts each cell that cannot be filled into a sentence, once,
// with the first date on which it lacks items.
func (p *Pages) describeLacks(c *gin.Context, v *newSeriesView, topics []itembank.Topic) {
	if len(v.Preview.Dues) > 0 {
		v.First = v.Preview.Dues[0].Opens.In(viet.Location).Format("02/01/2006")
	}
	names := namesOf(c, topics)
	said := map[string]bool{}
	var lacks []lackOn
	for _, d := range v.Preview.Dues {
		if len(d.Shortages) > 0 {
			v.BadDues++
		}
		for _, s := range d.Shortages {
			if key := fmt.Sprint(s.Topic, s.Level); !said[key] {
				said[key] = true
				lacks = append(lacks, lackOn{s, d.Opens})
			}
		}
	}
	v.Lacks = p.lackLines(c, names, lacks)
}

// lackOn is a cell that cannot be filled on a day.
type lackOn struct {
	assessment.Shortage
	day time.Time
}

// mostLacks is how many cells a page names one by one.
const mostLacks = 8

// lackLines says of cells how many items they need and have, and once why.
func (p *Pages) lackLines(c *gin.Context, names map[string]string, lacks []lackOn) (lines []string) {
	resting := 0
	for n, s := range lacks {
		if s.Resting > 0 {
			resting++
		}
		if n >= mostLacks {
			continue
		}
		word := "series.lack"
		switch {
		case s.Tied > 0:
			word = "series.lack_tied"
		case s.Alike > 0:
			word = "series.lack_alike"
		}
		lines = append(lines, p.kit.T(c, word, "Topic", names[s.Topic], "Level", p.kit.T(c, "level."+string(s.Level)),
			"Need", s.Count, "Have", s.Have, "Tied", s.Tied, "Alike", s.Alike, "Day", s.day.In(viet.Location).Format("02/01/2006")))
	}
	if more := len(lacks) - mostLacks; more > 0 {
		lines = append(lines, p.kit.T(c, "series.lack_more", "N", more))
	}
	if resting > 0 {
		lines = append(lines, p.kit.T(c, "series.lack_rest", "N", resting))
	}
	return lines
}

func namesOf(c *gin.Context, topics []itembank.Topic) map[string]string {
	names := map[string]string{}
	for _, t := range topics {
		names[t.Code] = topicName(c, t)
	}
	return names
}

func (p *Pages) topicNames(c *gin.Context) (map[string]string, error) {
	topics, err := p.Bank.Topics(c.Request.Context())
	return namesOf(c, topics), err
}
