package console

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/viet"
	"sathach/internal/web/page"
)

// outlookView is what forms promise, with its pictures.
type outlookView struct {
	assessment.Outlook
	Chart                  histogram
	Curve                  string
	CurveHeight, CurveBase int
	Marks                  []curveMark
	Shown                  []assessment.PointOutlook
}

// curveMark is an ability under the curve of errors, with the error there.
type curveMark struct {
	X, Y         int
	Label, Value string
}

// Measures of the curve of errors, in its own units.
const (
	curveWide, curveTall = 280, 110
	curveLeft, curveTop  = 12, 18
	// The errors drawn at the top: 1 tells nothing more than the population, and
	// so large a one that no form measures there.
	leastTop, mostTop = 1.0, 4.0
)

func newOutlook(o assessment.Outlook) *outlookView {
	shares := make([]float64, len(o.Tens))
	for i, x := range o.Tens {
		shares[i] = 100 * x
	}
	v := &outlookView{Outlook: o, Chart: newHistogram(shares), CurveHeight: curveTop + curveTall + 24, CurveBase: curveTop + curveTall}
	top := leastTop
	for _, p := range o.Points {
		top = min(mostTop, max(top, p.Error))
	}
	var points []string
	for i, p := range o.Points {
		x := curveLeft + i*curveWide/(len(o.Points)-1)
		y := curveTop + int(math.Round(curveTall*(1-min(top, p.Error)/top)))
		points = append(points, fmt.Sprintf("%d,%d", x, y))
		if i%2 == 0 { // whole abilities
			v.Marks = append(v.Marks, curveMark{x, y, signedWhole(p.Theta), viet.Decimal(p.Error, 2)})
			v.Shown = append(v.Shown, p)
		}
	}
	v.Curve = strings.Join(points, " ")
	return v
}

func signedWhole(x float64) string {
	switch {
	case x < 0:
		return fmt.Sprintf("−%.0f", -x)
	case x > 0:
		return fmt.Sprintf("+%.0f", x)
	}
	return "0"
}

// Known counts the items of which so much is known.
func (v outlookView) Known(from string) int { return v.Evidence[assessment.Evidence(from)] }

// Lowest and Highest are the expected means of the hardest and easiest form.
func (v outlookView) Lowest() float64  { return v.edge(math.Min) }
func (v outlookView) Highest() float64 { return v.edge(math.Max) }

func (v outlookView) edge(of func(a, b float64) float64) float64 {
	x := v.Forms[0].Mean
	for _, f := range v.Forms {
		x = of(x, f.Mean)
	}
	return x
}

// Length is the number of items on a form.
func (v outlookView) Length() int { return v.Forms[0].Items }

type formsView struct {
	Round   assessment.Round
	Outlook *outlookView
}

// forms shows a round's forms before they are taken.
func (p *Pages) forms(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	round, outlook, err := p.Rounds.Outlook(c.Request.Context(), page.Actor(c), id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.kit.HTML(c, http.StatusOK, "forms", page.View{Title: p.kit.T(c, "outlook.page"), Section: "rounds", Body: formsView{round, newOutlook(outlook)}})
}
