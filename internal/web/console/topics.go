package console

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/roster"
)

// ownedTopic is a topic with the name of the agency that looks after it.
type ownedTopic struct{ Code, Name, Owner string }

type topicsView struct {
	Topics   []ownedTopic
	Agencies []roster.Audience
	MayGive  bool
}

// topics shows who looks after which topic.
func (p *Pages) topics(c *gin.Context) {
	ctx, actor, on := c.Request.Context(), page.Actor(c), viet.DateOf(p.Now())
	if _, err := actor.Scope(authz.ReadItems, on); err != nil {
		p.kit.Fail(c, err)
		return
	}
	topics, err := p.Bank.Topics(ctx)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := topicsView{MayGive: actor.Can(authz.ApproveItems)}
	if scope, err := actor.Scope(authz.ApproveItems, on); err == nil {
		if v.Agencies, err = p.Roster.Agencies(ctx, scope, on); err != nil {
			p.kit.Fail(c, err)
			return
		}
	}
	for _, t := range topics {
		line := ownedTopic{Code: t.Code, Name: topicName(c, t)}
		if t.Owner != "" {
			owner, err := roster.AgencyByID(p.Roster.DB.Read(ctx), roster.AgencyID(t.Owner), on)
			if err != nil {
				p.kit.Fail(c, err)
				return
			}
			line.Owner = owner.Name
		}
		v.Topics = append(v.Topics, line)
	}
	p.kit.HTML(c, http.StatusOK, "topics", page.View{Title: p.kit.T(c, "topics.title"), Section: "items", Body: v})
}

func (p *Pages) giveTopic(c *gin.Context) {
	agency := c.PostForm("agency")
	if agency != "" && !page.IsID(agency) {
		p.kit.Fail(c, errBadForm)
		return
	}
	if err := p.Bank.GiveTopic(c.Request.Context(), page.Actor(c), c.PostForm("topic"), agency); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/topics?did=topic_given")
}
