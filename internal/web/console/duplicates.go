package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/likeness"
)

// twinView is a pair side by side, with what differs marked.
type twinView struct {
	itembank.Twins
	Percent             int
	LeftStem, RightStem []likeness.Part
	Left, Right         []optionLine
	LeftKey, RightKey   string // as a person types them
}

// Apart tells that the keys are not the same.
func (v twinView) Apart() bool { return v.LeftKey != v.RightKey }

// optionLine is an option beside the one of the other item that is like it.
type optionLine struct{ Parts []likeness.Part }

type twinsView struct {
	Report     itembank.TwinReport
	Pairs      []twinView
	Pager      page.Pager
	MayMerge   bool
	MayDismiss bool
}

func (p *Pages) twins(c *gin.Context) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	report, err := p.Bank.Twins(ctx, actor)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := twinsView{Report: report, Pager: page.NewPager(c, "page", len(report.Twins)), MayMerge: actor.Can(authz.ApproveItems), MayDismiss: actor.Can(authz.ReviewItems)}
	part, err := p.Bank.Texts(ctx, page.Part(v.Pager, report.Twins))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	for _, t := range part {
		v.Pairs = append(v.Pairs, sideBySide(t))
	}
	p.kit.HTML(c, http.StatusOK, "twins", page.View{Title: p.kit.T(c, "twins.title"), Section: "items", Body: v})
}

func sideBySide(t itembank.Twins) twinView {
	v := twinView{Twins: t, Percent: int(t.Similarity*100 + 0.5)}
	v.LeftStem, v.RightStem = likeness.Diff(t.A.Stem, t.B.Stem)
	left, right := slices.Concat(t.A.Options, t.A.Targets), slices.Concat(t.B.Options, t.B.Targets)
	for i := range max(len(left), len(right)) {
		a, b := "", ""
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		l, r := likeness.Diff(a, b)
		v.Left, v.Right = append(v.Left, optionLine{l}), append(v.Right, optionLine{r})
	}
	v.LeftKey, v.RightKey = answerText(t.A), answerText(t.B)
	return v
}

// settle merges one of a pair into the other, or notes that both are wanted.
func (p *Pages) settle(c *gin.Context) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	a, b, text := c.PostForm("a"), c.PostForm("b"), c.PostForm("text")
	var err error
	switch c.PostForm("act") {
	case "keep_a":
		err = p.Bank.Merge(ctx, actor, a, b, text)
	case "keep_b":
		err = p.Bank.Merge(ctx, actor, b, a, text)
	case "distinct":
		err = p.Bank.Distinct(ctx, actor, a, b)
	case "independent":
		err = p.Bank.Independent(ctx, actor, a, b)
	default:
		err = errBadForm
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if round := c.PostForm("round"); page.IsID(round) { // from a round that has shown the pair
		c.Redirect(http.StatusSeeOther, "/console/rounds/"+round+"/quality#q10")
		return
	}
	query := url.Values{"did": {"twins_" + c.PostForm("act")}}
	if at, found := strings.CutPrefix(c.PostForm("query"), "?page="); found {
		query.Set("page", at)
	}
	c.Redirect(http.StatusSeeOther, "/console/items/duplicates?"+query.Encode())
}
