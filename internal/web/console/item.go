package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
)

type itemView struct {
	Item    itembank.Detail
	Topic   string
	On      viet.Date
	Signed  []itembank.Signature
	Life    []itembank.LifeEvent
	Acts    []itembank.Act // without a reason
	Reasons []itembank.Act // with one
	Problem string
	Typed   string // what was typed when something was wrong
	// Returned is why the shown draft was sent back, nil when it was not.
	Returned *itembank.LifeEvent
	Number   int                   // of the revision that is asked for; 0 for the one that speaks for the item
	All      []itembank.Revision   // newest first
	Open     *itembank.Revision    // the draft beside it
	Edit     bool                  // may be given a new text
	Recheck  []itembank.Recheck    // why somebody should read it again
	Into     string                // the item it was merged into
	From     []string              // those merged into it
	Chart    *chart                // what rounds have shown; nil before the first
	Corrects bool                  // the reader may correct what rounds have asked
	Scale    *itembank.Parameters  // on the scale of the bank; nil before it was calibrated
	Pooled   itembank.Statistic    // of the shown revision
	Ease     *itembank.Ease        // of the shown revision; nil where nobody met it
	Options  []itembank.OptionUse  // who chose what of the shown revision
	Met      []assessment.Exposure // the newest of MetIn
	MetIn    int
	Asked    []itembank.Revision // the items of a situation, in plain words
}

// InUse is the revision that the item is drawn by, when another is shown.
func (v itemView) InUse() *itembank.Revision {
	at := slices.IndexFunc(v.All, func(r itembank.Revision) bool { return r.State == itembank.Approved })
	if at < 0 || v.All[at].ID == v.Item.ID {
		return nil
	}
	return &v.All[at]
}

// Places tells that options speak of each other's places while some of them
// may be shuffled.
func (v itemView) Places() bool {
	shuffled := len(v.Item.Pinned) < len(v.Item.Options) && v.Item.Kind != itembank.TrueFalse
	return shuffled && exchange.SpeakOfPlaces(v.Item.Options)
}

func (p *Pages) item(c *gin.Context) { p.showItem(c, http.StatusOK, "") }

// act does something with an item: submit, review, approve, return, suspend,
// restore, retire, comment.
func (p *Pages) act(c *gin.Context) {
	err := p.Bank.Do(c.Request.Context(), page.Actor(c), c.Param("code"), itembank.Act(c.PostForm("act")), readSeen(c.PostForm("seen")), c.PostForm("text"))
	switch {
	case errors.Is(err, itembank.ErrNoReason):
		p.showItem(c, http.StatusUnprocessableEntity, p.kit.T(c, "item.no_reason"))
	case err != nil:
		p.kit.Fail(c, err)
	default:
		c.Redirect(http.StatusSeeOther, itemPath(c.Param("code"))+shownAgain(c.PostForm("r"), p.doneWith(c)))
	}
}

// doneWith is what was done, for the words that tell it: a situation goes into
// no form itself.
func (p *Pages) doneWith(c *gin.Context) string {
	act := c.PostForm("act")
	if act == string(itembank.Vouched) {
		if d, err := p.Bank.Item(c.Request.Context(), c.Param("code"), viet.DateOf(p.Now())); err == nil && d.Kind == itembank.Situation {
			return act + "_situation"
		}
	}
	return act
}

// shownAgain keeps the reader on the revision that was shown, and says what was
// done.
func shownAgain(number, act string) string {
	query := url.Values{"did": {"item_" + act}}
	if n, err := strconv.Atoi(number); err == nil && n > 0 {
		query.Set("r", strconv.Itoa(n))
	}
	return "?" + query.Encode()
}

// seenText names what a page shows, for the form that acts on it.
func seenText(d itembank.Detail) string {
	seen := d.Seen()
	return strings.Join([]string{string(seen.ID), strconv.Itoa(seen.Version), string(seen.Under), strconv.FormatBool(seen.Doubted)}, ":")
}

// readSeen reads what seenText wrote. Anything else names a revision that
// nobody has read.
func readSeen(text string) itembank.Seen {
	parts := strings.Split(text, ":")
	if len(parts) != 4 {
		return itembank.Seen{Version: -1}
	}
	n, err := strconv.Atoi(parts[1])
	doubted, wrong := strconv.ParseBool(parts[3])
	if err != nil || wrong != nil {
		return itembank.Seen{Version: -1}
	}
	return itembank.Seen{ID: itembank.RevisionID(parts[0]), Version: n, Under: itembank.RevisionID(parts[2]), Doubted: doubted}
}

// Seen names the shown revision.
func (v itemView) Seen() string { return seenText(v.Item) }

func (p *Pages) showItem(c *gin.Context, status int, problem string) {
	on := viet.DateOf(p.Now())
	if _, err := page.Actor(c).Scope(authz.ReadItems, on); err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := itemView{On: on, Problem: problem, Typed: c.PostForm("text")}
	d, err := p.askedRevision(c, &v)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v.Item = d
	names, err := p.topicNames(c)
	if err == nil {
		v.Signed, err = p.Bank.Signatures(c.Request.Context(), d.ID)
	}
	if err == nil {
		v.Life, err = p.Bank.Life(c.Request.Context(), d.Item)
	}
	if err == nil {
		v.Recheck, err = p.Bank.Rechecks(c.Request.Context(), d.Item)
	}
	if err == nil {
		v.Into, v.From, err = p.Bank.MergedWith(c.Request.Context(), d.Item)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if d.Kind == itembank.Situation {
		if v.Asked, err = p.Bank.AskedAbout(c.Request.Context(), page.Actor(c), d.Item); err != nil {
			p.kit.Fail(c, err)
			return
		}
	}
	if err := p.measure(c, &v); err != nil {
		p.kit.Fail(c, err)
		return
	}
	v.Topic = names[d.Topic]
	v.Returned = sentBack(v.Life, d.Revision)
	v.offer(page.Actor(c), func(verb authz.Verb) bool {
		return p.Bank.Oversees(c.Request.Context(), page.Actor(c), verb, d.Topic)
	})
	p.kit.HTML(c, status, "item", page.View{Title: d.Code, Section: "items", Body: v})
}

// askedRevision is the revision that the address names (?r=2), or the one that
// speaks for the item.
func (p *Pages) askedRevision(c *gin.Context, v *itemView) (d itembank.Detail, err error) {
	ctx, code := c.Request.Context(), c.Param("code")
	if v.All, err = p.Bank.Revisions(ctx, code); err != nil {
		return d, err
	}
	if v.Number, err = strconv.Atoi(cmp.Or(c.Query("r"), c.PostForm("r"))); err == nil {
		return p.Bank.Revision(ctx, code, v.Number, v.On)
	}
	if d, err = p.Bank.Item(ctx, code, v.On); err != nil {
		return d, err
	}
	if at := slices.IndexFunc(v.All, itembank.Revision.Open); at >= 0 && v.All[at].ID != d.ID {
		v.Open = &v.All[at]
	}
	return d, nil
}

// sentBack is the return after which nobody has written the draft anew.
func sentBack(life []itembank.LifeEvent, r itembank.Revision) *itembank.LifeEvent {
	for i, e := range life { // newest first
		switch {
		case r.State != itembank.InDraft || e.Revision != r.Number:
		case e.Act == itembank.Returned:
			return &life[i]
		case e.Act == itembank.Wrote:
			return nil
		}
	}
	return nil
}

// mostMet is how many lines of exposure the page shows.
const mostMet = 30

// measure adds what rounds have shown about the item, and who met it.
func (p *Pages) measure(c *gin.Context, v *itemView) error {
	ctx := c.Request.Context()
	rounds, err := p.Bank.Statistics(ctx, v.Item.Item)
	if err != nil {
		return err
	}
	if v.Met, err = p.Rounds.Exposures(ctx, page.Actor(c), v.Item.Item); err != nil {
		return err
	}
	v.MetIn, v.Met = len(v.Met), v.Met[:min(len(v.Met), mostMet)]
	own := slices.DeleteFunc(slices.Clone(rounds), func(s itembank.RoundStatistic) bool { return s.Revision != v.Item.ID })
	v.Pooled = itembank.PoolStatistics(own)
	if v.Pooled.Facility != nil { // enough people
		v.Options = itembank.OptionUses(v.Item, own)
	}
	ease, met, err := p.Bank.Ease(ctx, v.Item.ID, v.Item.Topic)
	if err != nil {
		return err
	}
	if met {
		v.Ease = &ease
	}
	if len(rounds) > 0 {
		v.Chart, v.Corrects = newChart(rounds), page.Actor(c).Can(authz.Publish)
	}
	parameters, err := p.Bank.Parameters(ctx, v.Item.Item)
	if err != nil {
		return err
	}
	for _, known := range parameters { // the newest of the shown revision
		if known.Revision == v.Item.ID {
			v.Scale = &known
		}
	}
	return nil
}

// offer lists what the actor may do with the shown revision.
func (v *itemView) offer(actor authz.Actor, oversees func(authz.Verb) bool) {
	for _, a := range append(itembank.MayDo(actor, v.Item.Revision, v.Signed), itembank.Commented) {
		if a != itembank.Commented && !oversees(a.Verb()) {
			continue
		}
		if a.NeedsReason() {
			v.Reasons = append(v.Reasons, a)
		} else {
			v.Acts = append(v.Acts, a)
		}
	}
	wrote := slices.ContainsFunc(v.Signed, func(s itembank.Signature) bool { return s.Step == itembank.Writing && s.Account == actor.Account })
	if len(v.Recheck) > 0 && oversees(itembank.Confirmed.Verb()) && !(v.Item.Doubted && wrote) {
		v.Acts = append(v.Acts, itembank.Confirmed)
	}
	inReview := slices.ContainsFunc(v.All, func(r itembank.Revision) bool { return r.State == itembank.InReview })
	v.Edit = actor.Can(authz.WriteItems) && oversees(authz.WriteItems) && !inReview
}
