package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange/format"
	"sathach/roster"
)

type topicLine struct{ Code, Name string }

// choice is one option of a facet, with how many items it would show.
type choice struct {
	Value, Label string
	N            int
	Chosen       bool
}

// facet is a property to narrow a list by.
type facet struct {
	Name, Label, All string
	Choices          []choice
}

type entryView struct {
	itembank.Entry
	TopicName string
	Signed    string // how far a review is, and whether the reader has signed
}

type itemsView struct {
	On        viet.Date
	Listing   itembank.Listing
	Drawable  int
	Waiting   int
	Ended     int
	Words     string
	Facets    []facet
	Documents []choice
	Entries   []entryView
	Pager     page.Pager
	Query     string // the list's address without its page
	Narrowed  bool
	Saved     []itembank.SavedFilter
	Signs     []itembank.Act // what may be done with many
	Formats   []format.Name
	MayWrite  bool
	Done      *doneWith // what was just done with many
	Problem   string
}

// DoneAct is what was just done with many.
func (v itemsView) DoneAct() itembank.Act { return v.Done.Act }

// Capped tells that only some of the found items are listed.
func (v itemsView) Capped() bool {
	return v.Listing.Ranked > 0 && v.Listing.Ranked < v.Listing.Facets.Total
}

// readQuery takes the filter of the list from its address.
func readQuery(values url.Values, on viet.Date) itembank.Query {
	q := itembank.Query{Words: values.Get("q"), Show: itembank.Show(values.Get("show")), Quality: itembank.Quality(values.Get("quality")), Level: levelOf(values.Get("level")), Kind: itembank.Kind(values.Get("kind")), On: on}
	if topic := values.Get("topic"); topic != "" {
		q.Topics = []string{topic}
	}
	if id := values.Get("law"); page.IsID(id) {
		q.Document = id
	}
	if !slices.Contains(itembank.Shows, q.Show) {
		q.Show = itembank.ShowAll
	}
	if letters := []rune(q.Words); len(letters) > 200 {
		q.Words = string(letters[:200])
	}
	return q
}

// filterOf is the address of a list, without what does not narrow it.
func filterOf(values url.Values) string {
	kept := url.Values{}
	for _, name := range []string{"q", "topic", "owner", "level", "kind", "show", "quality", "law"} {
		if v := values.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	return kept.Encode()
}

// query is the filter of the list's address. Topics of an owner are known to
// the bank, not to the address.
func (p *Pages) query(c *gin.Context, on viet.Date) (itembank.Query, error) {
	q := readQuery(c.Request.URL.Query(), on)
	owner := c.Query("owner")
	if owner == "" || len(q.Topics) > 0 {
		return q, nil
	}
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		return q, err
	}
	q.Topics = []string{"-"} // no topic: an owner of none has no items
	for _, t := range topics {
		if t.Owner == owner {
			q.Topics = append(q.Topics, t.Code)
		}
	}
	return q, nil
}

func (p *Pages) items(c *gin.Context) { p.showItems(c, http.StatusOK, nil, "") }

func (p *Pages) showItems(c *gin.Context, status int, done *doneWith, problem string) {
	ctx, actor, on := c.Request.Context(), page.Actor(c), viet.DateOf(p.Now())
	q, err := p.query(c, on)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	at := page.NewPager(c, "page", 1<<30) // how many there are is known with the list
	l, err := p.Bank.Find(ctx, actor, q, itembank.Page{Offset: at.Offset, Limit: at.Limit})
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	total := l.Facets.Total
	if q.Words != "" {
		total = l.Ranked
	}
	v := itemsView{On: on, Listing: l, Words: q.Words, Query: filterOf(c.Request.URL.Query()), Pager: page.NewPager(c, "page", total), Done: done, Problem: problem, MayWrite: actor.Can(authz.WriteItems), Formats: format.Names()}
	v.Narrowed = v.Query != ""
	v.Drawable, v.Ended = l.Facets.Shows[itembank.ShowDrawable], l.Facets.Shows[itembank.ShowLaw]
	v.Waiting = l.Facets.Shows[itembank.ShowInReview]
	if v.Saved, err = p.Bank.SavedFilters(ctx, actor); err == nil {
		err = p.fillFacets(c, &v, q)
	}
	if err == nil {
		err = p.fillOwners(c, &v, on)
	}
	if err == nil {
		err = p.fillSigned(c, &v)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	for _, sign := range []itembank.Act{itembank.Submitted, itembank.Reviewed, itembank.Vouched} {
		if actor.Can(sign.Verb()) {
			v.Signs = append(v.Signs, sign)
		}
	}
	p.kit.HTML(c, status, "items", page.View{Title: p.kit.T(c, "items.title"), Section: "items", Body: v})
}

// fillSigned tells of items in review who has to sign next.
func (p *Pages) fillSigned(c *gin.Context, v *itemsView) error {
	var ids []itembank.RevisionID
	for _, e := range v.Entries {
		if e.State == itembank.InReview {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	signed, err := p.Bank.SignaturesIn(c.Request.Context(), ids)
	for i, e := range v.Entries {
		for _, s := range signed[e.ID] {
			if s.Step == itembank.Reviewing {
				v.Entries[i].Signed = "items.reviewed"
			}
		}
		for _, s := range signed[e.ID] {
			if s.Account == page.Actor(c).Account {
				v.Entries[i].Signed = "items.signed_" + string(s.Step)
			}
		}
	}
	return err
}

func (p *Pages) fillFacets(c *gin.Context, v *itemsView, q itembank.Query) error {
	topics, err := p.leafTopics(c)
	if err != nil {
		return err
	}
	documents, err := p.Bank.Documents(c.Request.Context(), page.Actor(c))
	if err != nil {
		return err
	}
	names := map[string]string{}
	topic := facet{Name: "topic", Label: p.kit.T(c, "result.topic"), All: p.kit.T(c, "items.all_topics")}
	for _, t := range topics {
		names[t.Code] = t.Name
		topic.Choices = append(topic.Choices, choice{t.Code, t.Name, v.Listing.Facets.Topics[t.Code], slices.Contains(q.Topics, t.Code)})
	}
	v.Facets = []facet{
		topic,
		facetOf(p, c, "show", "items.show", "items.show_all", "items.show_", itembank.Shows[1:], v.Listing.Facets.Shows, q.Show),
		facetOf(p, c, "level", "items.level", "items.any", "level.", itembank.Levels, v.Listing.Facets.Levels, q.Level),
		facetOf(p, c, "kind", "items.kind", "items.any", "kind.", itembank.Kinds, v.Listing.Facets.Kinds, q.Kind),
		facetOf(p, c, "quality", "items.quality", "items.any", "quality.", itembank.Qualities, v.Listing.Facets.Qualities, q.Quality),
	}
	for _, d := range documents {
		v.Documents = append(v.Documents, choice{Value: d.ID, Label: d.Number, Chosen: d.ID == q.Document})
	}
	for _, e := range v.Listing.Entries {
		v.Entries = append(v.Entries, entryView{Entry: e, TopicName: names[e.Topic]})
	}
	return nil
}

// fillOwners adds the agencies that look after topics, where any does.
func (p *Pages) fillOwners(c *gin.Context, v *itemsView, on viet.Date) error {
	topics, err := p.Bank.Topics(c.Request.Context())
	if err != nil {
		return err
	}
	owners := facet{Name: "owner", Label: p.kit.T(c, "topics.owner"), All: p.kit.T(c, "items.any")}
	for _, t := range topics {
		if t.Owner == "" {
			continue
		}
		at := slices.IndexFunc(owners.Choices, func(o choice) bool { return o.Value == t.Owner })
		if at < 0 {
			agency, err := roster.AgencyByID(p.Roster.DB.Read(c.Request.Context()), roster.AgencyID(t.Owner), on)
			if err != nil {
				return err
			}
			at = len(owners.Choices)
			owners.Choices = append(owners.Choices, choice{Value: t.Owner, Label: agency.Name, Chosen: t.Owner == c.Query("owner")})
		}
		owners.Choices[at].N += v.Listing.Facets.Topics[t.Code]
	}
	if len(owners.Choices) > 0 {
		v.Facets = append(v.Facets, owners)
	}
	return nil
}

// facetOf lists the values of a facet with their counts and words.
func facetOf[T ~string](p *Pages, c *gin.Context, name, label, all, prefix string, values []T, counts map[T]int, chosen T) facet {
	f := facet{Name: name, Label: p.kit.T(c, label), All: p.kit.T(c, all)}
	for _, v := range values {
		f.Choices = append(f.Choices, choice{string(v), p.kit.T(c, prefix+string(v)), counts[v], v == chosen})
	}
	return f
}

// saveFilter keeps the shown filter, or forgets a kept one.
func (p *Pages) saveFilter(c *gin.Context) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	values, err := url.ParseQuery(c.PostForm("query"))
	if err != nil {
		p.kit.Fail(c, errBadForm)
		return
	}
	filter := filterOf(values)
	did := "filter_saved"
	if id := c.PostForm("drop"); page.IsID(id) {
		did = "filter_dropped"
		err = p.Bank.DropFilter(ctx, actor, id)
	} else {
		err = p.Bank.SaveFilter(ctx, actor, c.PostForm("name"), filter)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, strings.TrimSuffix("/console/items?did="+did+"&"+filter, "&"))
}
