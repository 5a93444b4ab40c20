package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
)

// doneWith is what became of many items, and what was done with them.
type doneWith struct {
	itembank.Done
	Act itembank.Act
}

type manyView struct {
	Batch   itembank.Batch
	Topics  map[string]string
	On      viet.Date
	Query   string
	Share   int // per cent of wrong items that a sample without one still allows
	Problem string
	Read    []string // what the person has ticked so far
	Signed  int      // on the parts before this one
}

// readAtATime is how many items a reviewer reads on one page.
const readAtATime = 25

// Shown are the items of this page, Later those of the pages after it: a
// review goes on part by part, an approval is one.
func (v manyView) Shown() []itembank.Detail {
	if v.Batch.Act == itembank.Vouched {
		return v.Batch.Ready
	}
	return v.Batch.Ready[:min(len(v.Batch.Ready), readAtATime)]
}

func (v manyView) Later() []itembank.Detail { return v.Batch.Ready[len(v.Shown()):] }

// WasRead tells whether an item was ticked before; Missing lists those of the
// sample that were not.
func (v manyView) WasRead(code string) bool { return slices.Contains(v.Read, code) }

func (v manyView) Missing() (codes []string) {
	if v.Problem == "" || v.Batch.Act != itembank.Vouched {
		return nil
	}
	for _, d := range v.Batch.Sample {
		if !v.WasRead(d.Code) {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// Baseless counts the items that cite no document of the register.
func (v manyView) Baseless() (n int) {
	for _, d := range v.Batch.Ready {
		if len(d.Citations) == 0 {
			n++
		}
	}
	return n
}

// ToRead is what the person who signs reads here: what is under review, the
// sample of what is approved.
func (v manyView) ToRead() []itembank.Detail {
	if v.Batch.Act == itembank.Vouched {
		return v.Batch.Sample
	}
	return v.Shown()
}

// many does one thing with many items: submits them at once, or shows what is
// to be read and then signs.
func (p *Pages) many(c *gin.Context) {
	act, query := itembank.Act(c.PostForm("act")), filterOf(c.Request.URL.Query())
	most := itembank.MostAtOnce
	if act == export {
		most = itembank.MostExported
	}
	codes, err := p.chosen(c, most)
	switch {
	case err != nil:
		p.kit.Fail(c, err)
	case len(codes) == 0:
		p.showItems(c, http.StatusUnprocessableEntity, nil, p.kit.T(c, "many.nothing"))
	case act == export:
		p.export(c, codes, query)
	case c.PostForm("step") == "sign" && c.PostForm("which") == "all":
		p.kit.Fail(c, errBadForm) // what is signed is what was shown
	case act == itembank.Submitted || c.PostForm("step") == "sign":
		p.sign(c, act, codes, query)
	case act == itembank.Reviewed || act == itembank.Vouched:
		p.showMany(c, http.StatusOK, act, codes, query, "")
	default:
		p.kit.Fail(c, errBadForm)
	}
}

// chosen are the ticked items, or all that the filter finds.
func (p *Pages) chosen(c *gin.Context, most int) ([]string, error) {
	if c.PostForm("which") != "all" {
		return c.PostFormArray("c"), nil
	}
	q, err := p.query(c, viet.DateOf(p.Now()))
	if err != nil {
		return nil, err
	}
	return p.Bank.Codes(c.Request.Context(), page.Actor(c), q, most)
}

func (p *Pages) sign(c *gin.Context, act itembank.Act, codes []string, query string) {
	read, later := c.PostFormArray("read"), c.PostFormArray("later")
	if act == itembank.Reviewed && len(read) == 0 {
		p.showMany(c, http.StatusUnprocessableEntity, act, append(codes, later...), query, p.kit.T(c, "many.none_read"))
		return
	}
	done, err := p.Bank.SignMany(c.Request.Context(), page.Actor(c), act, shownOf(codes, c.PostFormArray("seen"), read))
	done.Signed += before(c)
	switch {
	case errors.Is(err, itembank.ErrUnread):
		p.showMany(c, http.StatusUnprocessableEntity, act, codes, query, p.kit.T(c, "many.unread"))
	case err != nil:
		p.kit.Fail(c, err)
	case len(later) > 0:
		c.Request.PostForm.Set("signed", strconv.Itoa(done.Signed))
		p.showMany(c, http.StatusOK, act, later, query, "")
	default:
		p.showItems(c, http.StatusOK, &doneWith{done, act}, "")
	}
}

// before is how many items were signed on the parts before this one.
func before(c *gin.Context) int {
	n, err := strconv.Atoi(c.PostForm("signed"))
	if err != nil || n < 0 || n > itembank.MostAtOnce {
		return 0
	}
	return n
}

// shownOf joins the posted items with the revisions that were shown and what
// the person says to have read.
func shownOf(codes, seen, read []string) []itembank.Shown {
	wasRead := make(map[string]bool, len(read))
	for _, code := range read {
		wasRead[code] = true
	}
	shown := make([]itembank.Shown, len(codes))
	for i, code := range codes {
		shown[i] = itembank.Shown{Code: code, Read: wasRead[code]}
		if i < len(seen) {
			shown[i].Seen = readSeen(seen[i])
		}
	}
	return shown
}

// Seen names the shown revision of an item.
func (v manyView) Seen(d itembank.Detail) string { return seenText(d) }

func (p *Pages) showMany(c *gin.Context, status int, act itembank.Act, codes []string, query, problem string) {
	batch, err := p.Bank.Prepare(c.Request.Context(), page.Actor(c), act, codes)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	names, err := p.topicNames(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := manyView{Batch: batch, Topics: names, On: viet.DateOf(p.Now()), Query: query, Problem: problem, Read: c.PostFormArray("read"), Signed: before(c)}
	if n := len(batch.Sample); n > 0 {
		v.Share = (300 + n - 1) / n // the rule of three
	}
	p.kit.HTML(c, status, "items_many", page.View{Title: p.kit.T(c, "many."+string(act)), Section: "items", Body: v})
}

// itemPath is the address of an item's page.
func itemPath(code string) string { return "/console/items/" + url.PathEscape(code) }
