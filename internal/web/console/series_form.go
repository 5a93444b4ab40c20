package console

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"sathach/assessment"
	"sathach/assessment/panel"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
)

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
