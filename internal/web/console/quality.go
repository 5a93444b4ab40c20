package console

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring/measure"
)

// qualityView is what a round shows as a measurement, for people who are no
// statisticians: every figure has its interval, how many people are behind
// it, and a sentence that says how to read it.
type qualityView struct {
	Round assessment.Round
	analysis.Report
	Alarms      []string
	Reliable    string // how to read the reliability
	ScaleText   string
	Chart       histogram
	TopicNames  map[string]string
	AgencyNames map[roster.AgencyID]string
	Agencies    []analysis.Agency // shown
	Small       int               // agencies of too few people for a figure
	AgencyPager page.Pager
	GroupsText  string // groups of people that were compared
	GroupNames  map[string]string
	MayPart     bool // keep items off each other's forms
	Like        itembank.Likeness
}

// Weighs tells whether the round decided by certainty.
func (v qualityView) Weighs() bool {
	return v.Round.Rules.Standard.Weighs(v.Round.Blueprint.Items())
}

// CutPeople is how many people stand behind the figures of the cuts, 0 in reports
// that did not say.
func (v qualityView) CutPeople() (n int) {
	for _, at := range v.Cuts {
		n = max(n, at.Accuracy.N)
	}
	return n
}

// HeldToModel tells whether the report looked at the fit of items: from method 4 on.
func (v qualityView) HeldToModel() bool {
	method, err := strconv.Atoi(v.Method)
	return err == nil && method >= 4
}

func (p *Pages) quality(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	ctx, actor := c.Request.Context(), page.Actor(c)
	round, report, err := p.Analyst.Report(ctx, actor, id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	alarms, err := p.Rounds.Alarms(ctx, actor, round)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := qualityView{Round: round, Report: report, Alarms: p.alarmLines(c, alarms), Chart: newHistogram(report.Scores.Tens()), GroupNames: map[string]string{}}
	v.Reliable = p.kit.T(c, "quality.reliable_"+reliable(report.Reliability.Value))
	v.ScaleText = p.scaleText(c, report.Scale)
	if v.TopicNames, err = p.topicNames(c); err != nil {
		p.kit.Fail(c, err)
		return
	}
	v.MayPart = actor.Can(authz.ReviewItems)
	if v.Like, err = p.Bank.Likeness(ctx); err != nil {
		p.kit.Fail(c, err)
		return
	}
	if err := p.nameAgencies(c, &v); err != nil {
		p.kit.Fail(c, err)
		return
	}
	var groups []string
	for _, g := range report.Groups {
		v.GroupNames[g] = p.groupName(c, g)
		groups = append(groups, v.GroupNames[g])
	}
	v.GroupsText = strings.Join(groups, ", ")
	p.kit.HTML(c, http.StatusOK, "quality", page.View{Title: p.kit.T(c, "quality.title"), Section: "rounds", Body: v})
}

// reliable says how a reliability is read (Nunnally and Bernstein, 1994): from
// .9 it is enough for decisions about a person, from .8 for most of them.
func reliable(v measure.Value) string {
	x, ok := v.Get()
	switch {
	case !ok:
		return "unknown"
	case x >= 0.9:
		return "very"
	case x >= 0.8:
		return "well"
	case x >= 0.7:
		return "fairly"
	}
	return "little"
}

// nameAgencies shows the agencies that have a figure, by name.
func (p *Pages) nameAgencies(c *gin.Context, v *qualityView) error {
	var ids []roster.AgencyID
	for _, a := range v.Report.Agencies {
		if _, ok := a.Estimate.Value.Get(); !ok {
			v.Small++
			continue
		}
		v.Agencies, ids = append(v.Agencies, a), append(ids, a.ID)
	}
	names, err := roster.Names(p.Roster.DB.Read(c.Request.Context()), ids, viet.DateOf(v.Round.DueAt))
	if err != nil {
		return err
	}
	v.AgencyNames = names
	slices.SortStableFunc(v.Agencies, func(a, b analysis.Agency) int { return cmp.Compare(names[a.ID], names[b.ID]) })
	v.AgencyPager = page.NewPager(c, "agencies", len(v.Agencies))
	v.Agencies = page.Part(v.AgencyPager, v.Agencies)
	return nil
}

// groupName names a group of people that was compared with the rest.
func (p *Pages) groupName(c *gin.Context, group string) string {
	kind, name, _ := strings.Cut(group, ":")
	if key := "group." + kind + "." + name; p.kit.Has(c, key) {
		return p.kit.T(c, key)
	}
	return name
}

// scaleText says in sentences how the round stands on the scale of the bank.
func (p *Pages) scaleText(c *gin.Context, s analysis.Scale) string {
	if s.Why != "" {
		return p.kit.T(c, "quality.scale_none")
	}
	text := p.kit.T(c, "quality.scale_items", "Fixed", s.Fixed, "Estimated", s.Estimated, "Operational", s.Operational, "Left", s.Left, "Earlier", s.Earlier, "People", viet.Number(int64(s.People)))
	if s.Thin {
		return text + " " + p.kit.T(c, "quality.scale_thin")
	}
	mean, _ := s.Mean.Get()
	se, _ := s.Error.Get()
	return text + " " + p.kit.T(c, "quality.scale_mean", "Mean", signed(mean), "Low", signed(mean-1.96*se), "High", signed(mean+1.96*se))
}

// signed writes a number with its sign, two decimals.
func signed(x float64) string {
	text := viet.Decimal(math.Abs(x), 2)
	switch {
	case x <= -0.005:
		return "−" + text
	case x >= 0.005:
		return "+" + text
	}
	return text
}

// alarmLines puts alarms into sentences.
func (p *Pages) alarmLines(c *gin.Context, alarms []assessment.Alarm) (lines []string) {
	for _, a := range alarms {
		low, high := min(math.Abs(a.Low), math.Abs(a.High)), max(math.Abs(a.Low), math.Abs(a.High))
		places, value := 1, math.Abs(a.Value)
		if a.Kind == assessment.Ceiling {
			places, value, low, high = 0, 100*value, 100*low, 100*high
		}
		lines = append(lines, p.kit.T(c, "alarm."+string(a.Kind), "Form", a.Form, "People", viet.Number(int64(a.N)),
			"Value", viet.Decimal(value, places), "Low", viet.Decimal(low, places), "High", viet.Decimal(high, places)))
	}
	return lines
}

// histogram is how many people, or what part of them, have each score, as a
// picture.
type histogram struct {
	Bars          []histogramBar
	Width, Height int
	Base          int // where the bars stand
}

// histogramBar is those in a range of scores.
type histogramBar struct {
	X, Y, W, H int
	From       int
	Value      string
	Some       bool
}

// Measures of the picture, in its own units: ten bars fit a phone.
const (
	barWide, barGap = 26, 4
	barTall         = 120
	histogramTop    = 18
)

// newHistogram draws amounts of equal ranges of the scale of 100.
func newHistogram(amounts []float64) histogram {
	h := histogram{Width: len(amounts)*(barWide+barGap) + barGap, Height: histogramTop + barTall + 24, Base: histogramTop + barTall}
	most := max(1e-9, slices.Max(amounts))
	for i, n := range amounts {
		tall := int(math.Round(n / most * barTall))
		value := viet.Number(int64(math.Round(n)))
		h.Bars = append(h.Bars, histogramBar{X: barGap + i*(barWide+barGap), Y: h.Base - tall, W: barWide, H: tall, From: 100 * i / len(amounts), Value: value, Some: math.Round(n) > 0})
	}
	return h
}
