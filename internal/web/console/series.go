package console

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"sathach/assessment"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scheduler"
	"sathach/scoring"
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

// seriesForm is the form as typed: what cannot be read is shown again, never
// replaced.
type seriesForm struct {
	// ID is made with the empty form, so that a form posted twice makes one
	// series.
	ID                                                                                  string
	Name, Audience, Cron, Zone, Window, TimeLimit, Forms, Pretest, Rest, Tries, Release string
	Hold                                                                                bool
	Panel                                                                               string // whose cut is the pass mark; empty for the score typed
	cuts                                                                                map[string]string
	counts                                                                              map[string]string
}

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

// MaxForms and MaxEach bound what may be asked for.
func (newSeriesView) MaxForms() int { return assessment.MaxForms }
func (newSeriesView) MaxEach() int  { return assessment.MostEach }

// cutInputs are the scores of the rules, in the order of the form.
var cutInputs = []string{"cut_excellent", "cut_good", "cut_fair", "cut_pass", "low_below", "commend_from", "certainty", "weak_below"}

func usualForm() seriesForm {
	s := scoring.Usual()
	return seriesForm{
		ID: uuid.NewString(), Cron: "0 8 1 3,6,9,12 *", Zone: viet.Zone, Window: "5 ngày", TimeLimit: "30", Forms: "8", Pretest: "0", Rest: "0", Tries: "1", Release: string(assessment.AfterScoring), Hold: true,
		cuts: map[string]string{
			"cut_excellent": "90", "cut_good": "80", "cut_fair": "65", "cut_pass": "50",
			"low_below": plain(s.LowBelow), "commend_from": plain(s.CommendFrom), "certainty": plain(s.Certainty), "weak_below": plain(s.WeakBelow),
		},
		counts: map[string]string{},
	}
}

func plain(h scoring.Hundredths) string {
	return strings.TrimSuffix(strings.TrimSuffix(h.String(), "0"), ".0")
}

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

func readSeriesForm(c *gin.Context) seriesForm {
	f := seriesForm{
		ID: c.PostForm("id"), Name: c.PostForm("name"), Audience: c.PostForm("audience"), Cron: viet.Clean(c.PostForm("cron")), Zone: viet.Clean(c.PostForm("zone")),
		Window: c.PostForm("window"), TimeLimit: c.PostForm("time_limit"), Forms: c.PostForm("forms"), Pretest: c.DefaultPostForm("pretest", "0"), Rest: c.DefaultPostForm("rest", "0"), Tries: c.PostForm("tries"), Release: c.PostForm("release"), Hold: c.PostForm("hold") != "", Panel: c.PostForm("panel"),
		cuts: map[string]string{}, counts: map[string]string{},
	}
	for _, name := range cutInputs {
		f.cuts[name] = c.PostForm(name)
	}
	for name, values := range c.Request.PostForm {
		if strings.HasPrefix(name, "n.") && len(values) > 0 {
			f.counts[name] = values[0]
		}
	}
	return f
}

// seriesOf reads the form. Inputs that are not numbers are named; the rules
// of the series itself are checked by the domain.
func (p *Pages) seriesOf(c *gin.Context, f seriesForm, topics []itembank.Topic) (assessment.Series, map[string]string) {
	problems := map[string]string{}
	whole := func(name, text string) int {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 || n > largestWhole {
			n = 0
			problems[name] = p.kit.T(c, "form.whole_number")
		}
		return n
	}
	s := assessment.Series{ID: assessment.SeriesID(f.ID), Name: viet.Clean(f.Name), Cron: f.Cron, Zone: f.Zone, Audience: roster.AgencyID(f.Audience), Forms: whole("forms", f.Forms), Rules: assessment.UsualRules()}
	s.Rules.TimeLimit = time.Duration(whole("time_limit", f.TimeLimit)) * time.Minute
	s.Rules.Tries = whole("tries", f.Tries)
	s.Rules.Pretest = whole("pretest", f.Pretest)
	s.Rules.Rest = whole("rest", f.Rest)
	s.Rules.Release = assessment.Release(f.Release)
	s.Rules.Hold = f.Hold
	var err error
	if s.Window, err = parseWindow(f.Window); err != nil {
		problems["window"] = p.kit.T(c, "series.bad_window")
	}
	cut := func(name string) scoring.Hundredths {
		h, err := parseScore(f.cuts[name])
		if err != nil {
			problems[name] = p.kit.T(c, "form.score")
		}
		return h
	}
	s.Rules.Standard = scoring.Standard{
		Bands: []scoring.Band{
			{Code: scoring.Excellent, From: cut("cut_excellent")}, {Code: scoring.Good, From: cut("cut_good")},
			{Code: scoring.Fair, From: cut("cut_fair")}, {Code: scoring.Pass, From: cut("cut_pass")}, {Code: scoring.Fail, From: 0},
		},
		PassMark: cut("cut_pass"), LowBelow: cut("low_below"), CommendFrom: cut("commend_from"), Certainty: cut("certainty"), WeakBelow: cut("weak_below"), TopicItems: scoring.Usual().TopicItems,
	}
	if s.Blueprint, err = f.blueprint(topics); err != nil {
		problems["blueprint"] = p.kit.T(c, "form.whole_number")
	}
	if uuid.Validate(f.ID) != nil {
		s.ID = ""
	}
	if uuid.Validate(f.Audience) != nil {
		s.Audience = ""
	}
	return s, problems
}

// passFrom is the panel that sets the pass mark, whose cut then stands in the
// form; nil for the score that was typed.
func (p *Pages) passFrom(c *gin.Context, f *seriesForm) (*assessment.CutSource, error) {
	if f.Panel == "" {
		return nil, nil
	}
	if !page.IsID(f.Panel) {
		return nil, errBadForm
	}
	source, err := p.Panels.Source(c.Request.Context(), page.Actor(c), panel.ID(f.Panel))
	if err != nil {
		return nil, err
	}
	f.cuts["cut_pass"] = plain(source.Cut)
	return &source, nil
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

// blueprint reads the counts in the order of the topics, which is the order of
// the items on every form.
func (f seriesForm) blueprint(topics []itembank.Topic) (b assessment.Blueprint, err error) {
	for _, t := range topics {
		for _, level := range itembank.Levels {
			text := strings.TrimSpace(f.counts[countInput(t.Code, level)])
			if text == "" || text == "0" {
				continue
			}
			n, bad := strconv.Atoi(text)
			if bad != nil || n < 0 || n > assessment.MaxItems {
				err = fmt.Errorf("%q is no number of items", text)
				continue
			}
			b = append(b, assessment.Cell{Topic: t.Code, Level: level, Count: n})
		}
	}
	return b, err
}

// countInput names the input of one cell of the blueprint.
func countInput(topic string, level itembank.Level) string { return "n." + topic + "." + string(level) }

// largestWhole bounds what is typed into a number's box, in minutes a hundred
// weeks, so that lengths of time cannot overflow. The domain has tighter
// bounds of its own.
const largestWhole = 1_000_000

var errWindow = errors.New("not a length of time")

// parseWindow reads "5 ngày", "36 giờ", "90 phút" or the English words.
func parseWindow(text string) (time.Duration, error) {
	number, unit, _ := strings.Cut(strings.ToLower(viet.Clean(text)), " ")
	n, err := strconv.Atoi(number)
	if err != nil || n <= 0 || n > largestWhole/10 {
		return 0, errWindow
	}
	switch strings.TrimSuffix(unit, "s") {
	case "ngày", "day":
		return time.Duration(n) * 24 * time.Hour, nil
	case "giờ", "hour":
		return time.Duration(n) * time.Hour, nil
	case "phút", "minute":
		return time.Duration(n) * time.Minute, nil
	}
	return 0, errWindow
}

// parseScore reads a score of 0 to 100 with at most two decimals.
func parseScore(text string) (scoring.Hundredths, error) {
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	if err != nil || x < 0 || x > 100 || math.IsNaN(x) {
		return 0, fmt.Errorf("%q is not a score", text)
	}
	return scoring.Hundredths(math.Round(x * 100)), nil
}

func (p *Pages) showSeries(c *gin.Context, status int, f seriesForm, problems map[string]string, preview *assessment.Preview) {
	ctx := c.Request.Context()
	now := p.Now()
	scope, err := page.Actor(c).Scope(authz.ManageSeries, viet.DateOf(now))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := newSeriesView{Form: f, Errors: problems, Levels: itembank.Levels, Preview: preview, Releases: []assessment.Release{assessment.AfterScoring, assessment.ByHand}}
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
	for _, d := range v.Preview.Dues {
		if len(d.Shortages) > 0 {
			v.BadDues++
		}
		for _, s := range d.Shortages {
			key := fmt.Sprint(s.Topic, s.Level)
			if said[key] {
				continue
			}
			said[key] = true
			v.Lacks = append(v.Lacks, p.lack(c, names, s, d.Opens))
		}
	}
}

// lack says of one cell how many items it needs and has on a day.
func (p *Pages) lack(c *gin.Context, names map[string]string, s assessment.Shortage, on time.Time) string {
	word := "series.lack"
	if s.Tied > 0 {
		word = "series.lack_tied"
	}
	sentence := p.kit.T(c, word, "Topic", names[s.Topic], "Level", p.kit.T(c, "level."+string(s.Level)),
		"Need", s.Count, "Have", s.Have, "Tied", s.Tied, "Day", on.In(viet.Location).Format("02/01/2006"))
	if s.Resting > 0 {
		sentence += " " + p.kit.T(c, "series.lack_resting", "N", s.Resting)
	}
	return sentence
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
