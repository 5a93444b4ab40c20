package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
)

// itemLine is a refusal, or an item that may be drawn: then Reason is empty.
type itemLine = itembank.Refusal

type topicLine struct{ Code, Name string }

type itemsView struct {
	On                                   viet.Date
	Total, Drawable, Waiting, Superseded int
	Topics                               []topicLine
	Topic, Show                          string
	Shows                                []string
	Items                                []itemLine
	Pager                                page.Pager
}

var shows = []string{"all", "drawable", "refused", "law"}

func (p *Pages) items(c *gin.Context) {
	on := viet.DateOf(p.Now())
	if _, err := page.Actor(c).Scope(authz.ReadItems, on); err != nil {
		p.kit.Fail(c, err)
		return
	}
	pool, err := p.Bank.Pool(c.Request.Context(), on)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := itemsView{On: on, Total: len(pool.Drawable) + len(pool.Refused), Drawable: len(pool.Drawable), Superseded: pool.Superseded(), Shows: shows, Topic: c.Query("topic"), Show: c.Query("show")}
	if !slices.Contains(shows, v.Show) {
		v.Show = "all"
	}
	for _, t := range topics {
		v.Topics = append(v.Topics, topicLine{t.Code, topicName(c, t)})
	}
	v.list(pool)
	v.Pager = page.NewPager(c, "page", len(v.Items))
	v.Items = page.Part(v.Pager, v.Items)
	p.kit.HTML(c, http.StatusOK, "items", page.View{Title: p.kit.T(c, "items.title"), Section: "items", Body: v})
}

func (v *itemsView) list(pool itembank.Pool) {
	for _, r := range pool.Refused {
		if r.Reason == itembank.NotApproved {
			v.Waiting++
		}
		wanted := v.Show == "all" || v.Show == "refused" || v.Show == "law" && r.Reason == itembank.LawEnded
		if wanted && (v.Topic == "" || v.Topic == r.Topic) {
			v.Items = append(v.Items, r)
		}
	}
	for _, d := range pool.Drawable {
		if (v.Show == "all" || v.Show == "drawable") && (v.Topic == "" || v.Topic == d.Topic) {
			v.Items = append(v.Items, itemLine{Code: d.Code, Stem: d.Stem, Level: d.Level})
		}
	}
	slices.SortFunc(v.Items, func(a, b itemLine) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
}

type itemView struct {
	Item    itembank.Detail
	Topic   string
	On      viet.Date
	Signed  []itembank.Signature
	Life    []itembank.LifeEvent
	Acts    []itembank.Act // without a reason
	Reasons []itembank.Act // with one
	Problem string
}

// Right tells whether an option is credited.
func (v itemView) Right(option int) bool { return slices.Contains(v.Item.Key.Correct, option) }

func (p *Pages) item(c *gin.Context) { p.showItem(c, http.StatusOK, "") }

// act does something with an item: submit, review, approve, return, suspend,
// restore, retire, comment.
func (p *Pages) act(c *gin.Context) {
	err := p.Bank.Do(c.Request.Context(), page.Actor(c), c.Param("code"), itembank.Act(c.PostForm("act")), c.PostForm("text"))
	switch {
	case errors.Is(err, itembank.ErrNoReason):
		p.showItem(c, http.StatusUnprocessableEntity, p.kit.T(c, "item.no_reason"))
	case err != nil:
		p.kit.Fail(c, err)
	default:
		c.Redirect(http.StatusSeeOther, "/console/items/"+url.PathEscape(c.Param("code")))
	}
}

func (p *Pages) showItem(c *gin.Context, status int, problem string) {
	on := viet.DateOf(p.Now())
	if _, err := page.Actor(c).Scope(authz.ReadItems, on); err != nil {
		p.kit.Fail(c, err)
		return
	}
	d, err := p.Bank.Item(c.Request.Context(), c.Param("code"), on)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := itemView{Item: d, On: on, Problem: problem}
	if v.Signed, err = p.Bank.Signatures(c.Request.Context(), d.Revision.ID); err == nil {
		v.Life, err = p.Bank.Life(c.Request.Context(), d.Revision.Item)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	for _, a := range append(itembank.MayDo(page.Actor(c), d.Revision, v.Signed), itembank.Commented) {
		if a.NeedsReason() {
			v.Reasons = append(v.Reasons, a)
		} else {
			v.Acts = append(v.Acts, a)
		}
	}
	for _, t := range topics {
		if t.Code == d.Topic {
			v.Topic = topicName(c, t)
		}
	}
	p.kit.HTML(c, status, "item", page.View{Title: d.Code, Section: "items", Body: v})
}
