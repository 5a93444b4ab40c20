package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
)

// followUpView asks for a follow-up of a round.
type followUpView struct {
	Round  assessment.Round
	Stands assessment.Followed
	Typed  followUpForm
	Errors map[string]string
}

// followUpForm is what was typed: days, on which it opens at 8 and closes at 17 hours.
type followUpForm struct{ Opens, Closes, Items string }

// Hours of a follow-up's first and last day.
const (
	opensAt  = 8
	closesAt = 17
)

// asked reads what was typed; what is no day or number is nothing, and is refused.
func (f followUpForm) asked() assessment.FollowUp {
	at := func(typed string, hour int) time.Time {
		day, err := time.ParseInLocation("2/1/2006", strings.TrimSpace(typed), viet.Location)
		if err != nil {
			return time.Time{}
		}
		return day.Add(time.Duration(hour) * time.Hour)
	}
	items, _ := strconv.Atoi(strings.TrimSpace(f.Items)) // 0 is refused
	return assessment.FollowUp{Opens: at(f.Opens, opensAt), Closes: at(f.Closes, closesAt), Items: items}
}

// followUp shows the form, filled in with what is usual.
func (p *Pages) followUp(c *gin.Context) {
	round, ok := p.followable(c)
	if !ok {
		return
	}
	usual := p.Rounds.UsualFollowUp(round)
	day := func(t time.Time) string { return t.In(viet.Location).Format("02/01/2006") }
	p.showFollowUp(c, followUpView{Round: round, Typed: followUpForm{day(usual.Opens), day(usual.Closes), strconv.Itoa(usual.Items)}})
}

// followable is the round of the address, for who may publish it.
func (p *Pages) followable(c *gin.Context) (round assessment.Round, ok bool) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return round, false
	}
	board, err := p.Reports.Board(c.Request.Context(), page.Actor(c), id)
	if err != nil {
		p.kit.Fail(c, err)
		return round, false
	}
	may, err := p.Rounds.MayPublish(c.Request.Context(), page.Actor(c), board.Round)
	if err == nil && !may {
		err = authz.ErrForbidden
	}
	if err != nil {
		p.kit.Fail(c, err)
		return round, false
	}
	return board.Round, true
}

func (p *Pages) showFollowUp(c *gin.Context, v followUpView) {
	var err error
	if v.Stands, err = p.Rounds.Followed(c.Request.Context(), page.Actor(c), v.Round); err != nil {
		p.kit.Fail(c, err)
		return
	}
	title, status := p.kit.T(c, "followup.title"), http.StatusOK
	if len(v.Errors) > 0 {
		title, status = p.kit.T(c, "form.error_prefix")+" "+title, http.StatusUnprocessableEntity
	}
	p.kit.HTML(c, status, "followup", page.View{Title: title, Section: "rounds", Body: v})
}

func (p *Pages) askFollowUp(c *gin.Context) {
	round, ok := p.followable(c)
	if !ok {
		return
	}
	form := followUpForm{c.PostForm("opens"), c.PostForm("closes"), c.PostForm("items")}
	_, err := p.Rounds.FollowUp(c.Request.Context(), page.Actor(c), round.ID, form.asked())
	if fields, is := p.kit.FieldErrors(c, err); is {
		p.showFollowUp(c, followUpView{Round: round, Typed: form, Errors: fields})
		return
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	// The new round has no page of its own before it is assembled.
	c.Redirect(http.StatusSeeOther, "/console/rounds/"+string(round.ID))
}
