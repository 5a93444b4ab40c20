package console

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/identity"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/roster"
)

// linkLife is how long a link made on the page works: a round's day.
const linkLife = 24 * time.Hour

type linksView struct {
	Hours   int
	Login   string
	Problem string
	Name    string // whose link was made
	URL     string
}

// links lets HR and administrators give an official a new way in, also while
// a round is running.
func (p *Pages) links(c *gin.Context) {
	if _, err := page.Actor(c).Scope(authz.MakeLinks, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.showLinks(c, http.StatusOK, linksView{})
}

func (p *Pages) makeLink(c *gin.Context) {
	v := linksView{Login: viet.Clean(c.PostForm("login"))}
	actor, on := page.Actor(c), viet.DateOf(p.Now())
	scope, err := actor.Scope(authz.MakeLinks, on)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	// Logins of officials are their record codes; nobody else is in a scope.
	name, err := p.Roster.NameWithin(c.Request.Context(), scope, v.Login, on)
	var token identity.Token
	if err == nil {
		token, err = p.Identity.LinkAs(c.Request.Context(), actor.Account, v.Login, linkLife)
	}
	switch {
	case errors.Is(err, roster.ErrNoOfficial), errors.Is(err, identity.ErrNoAccount):
		v.Problem = p.kit.T(c, "links.unknown")
		p.showLinks(c, http.StatusUnprocessableEntity, v)
		return
	case err != nil:
		p.kit.Fail(c, err)
		return
	}
	v.Name, v.Login = name, ""
	v.URL = page.BaseURL(c) + "/signin/link/" + string(token)
	p.showLinks(c, http.StatusOK, v)
}

func (p *Pages) showLinks(c *gin.Context, status int, v linksView) {
	v.Hours = int(linkLife.Hours())
	p.kit.HTML(c, status, "links", page.View{Title: p.kit.T(c, "links.title"), Section: "links", Body: v})
}
