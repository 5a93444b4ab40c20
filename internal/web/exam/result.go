package exam

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/refresher"
	"sathach/scoring"
)

// bandView is one band on the scale from 0 to 100; positions are percentages.
type bandView struct {
	Code        string
	Shade       int
	From, Width string
	Cut         scoring.Hundredths // zero for the lowest
}

type topicView struct {
	scoring.TopicResult
	Name     string
	Standing string
	Cells    []bool // one per item: full marks or not
}

type resultView struct {
	assessment.Outcome
	Bands             []bandView
	Scale             string // the picture in words
	HasError          bool
	Low, High         string // positions
	LowText, HighText string
	Anchor            string
	Topics            []topicView
	Materials         []refresher.Material
	Noticed           []analysis.Case // about these answers
}

func (p *Pages) result(c *gin.Context) {
	id, err := attemptID(c)
	var o assessment.Outcome
	if err == nil {
		o, err = p.Taking.Outcome(c.Request.Context(), page.Actor(c), id)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := resultView{Outcome: o, Bands: scale(o.Round.Rules.Standard), Anchor: "middle"}
	v.Scale = p.scaleWords(c, o)
	if score := o.Decision.Score; score > 9500 {
		v.Anchor = "end"
	} else if score < 500 {
		v.Anchor = "start"
	}
	v.interval()
	names, err := p.topicNames(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	var weak []string
	for _, t := range o.Topics {
		view := topicView{TopicResult: t, Name: names[t.Topic], Standing: string(t.Standing)}
		for i := range t.Items {
			view.Cells = append(view.Cells, i < t.Right)
		}
		v.Topics = append(v.Topics, view)
		if t.Standing == scoring.Weak {
			weak = append(weak, t.Topic)
		}
	}
	if v.Materials, err = p.Refresher.ForResult(c.Request.Context(), page.Actor(c), o.Attempt.Candidate, weak); err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.Noticed, err = p.Analyst.Noticed(c.Request.Context(), o.Attempt.ID); err != nil {
		p.kit.Fail(c, err)
		return
	}
	title := p.kit.T(c, "result.title", "Band", p.kit.T(c, "band."+o.Decision.Band))
	p.kit.HTML(c, http.StatusOK, "result", page.View{Title: title, Body: v})
}

// interval is where the score of an equivalent form lies two times in three: both
// scores have an error of measurement, so √2 of them to both sides.
func (v *resultView) interval() {
	se, ok := v.Total.Error()
	if !ok {
		return
	}
	share, half := float64(v.Total.Raw)/float64(v.Total.Maximum), math.Sqrt2*se
	low, high := max(0, 100*(share-half)), min(100, 100*(share+half))
	v.HasError, v.Low, v.High = true, percent(low), percent(high)
	v.LowText, v.HighText = viet.Decimal(low, 0), viet.Decimal(high, 0)
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }

// scale lays the bands out from left (lowest) to right.
func scale(s scoring.Standard) []bandView {
	views := make([]bandView, 0, len(s.Bands))
	top := scoring.Hundredths(10000)
	for i, b := range s.Bands {
		shade := max(1, 5-i)
		if b.From == 0 {
			shade = 1
		}
		views = append(views, bandView{b.Code, shade, percent(float64(b.From) / 100), percent(float64(top-b.From) / 100), b.From})
		top = b.From
	}
	return views
}

func (p *Pages) scaleWords(c *gin.Context, o assessment.Outcome) string {
	var parts []string
	for _, b := range o.Round.Rules.Standard.Bands {
		parts = append(parts, p.kit.T(c, "band."+b.Code)+" "+b.From.String())
	}
	return strings.Join(parts, ", ") + ". " + p.kit.T(c, "result.score") + " " + o.Decision.Score.String()
}
