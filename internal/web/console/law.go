package console

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
)

type lawLine struct {
	itembank.Document
	Items int
}

type lawView struct {
	On       viet.Date
	Words    string
	Lines    []lawLine
	Pager    page.Pager
	MayWrite bool
}

func (p *Pages) law(c *gin.Context) {
	ctx, actor := c.Request.Context(), page.Actor(c)
	documents, err := p.Bank.Documents(ctx, actor)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	counts, err := p.Bank.CitedCounts(ctx, actor)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := lawView{On: viet.DateOf(p.Now()), Words: c.Query("q"), MayWrite: actor.Can(authz.ApproveItems)}
	wanted := viet.Fold(viet.Clean(v.Words))
	for _, d := range documents {
		if strings.Contains(viet.Fold(d.Number+" "+d.Title+" "+d.Issuer), wanted) {
			v.Lines = append(v.Lines, lawLine{d, counts[d.ID]})
		}
	}
	v.Pager = page.NewPager(c, "page", len(v.Lines))
	v.Lines = page.Part(v.Pager, v.Lines)
	p.kit.HTML(c, http.StatusOK, "law", page.View{Title: p.kit.T(c, "law.title"), Section: "law", Body: v})
}

type documentView struct {
	itembank.DocumentPage
	On       viet.Date
	MayWrite bool
}

func (p *Pages) document(c *gin.Context) {
	id, err := page.ID(c, "document", itembank.ErrNoDocument)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	actor := page.Actor(c)
	d, err := p.Bank.DocumentByID(c.Request.Context(), actor, id)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.kit.HTML(c, http.StatusOK, "law_document", page.View{Title: d.Number, Section: "law", Body: documentView{d, viet.DateOf(p.Now()), actor.Can(authz.ApproveItems)}})
}

// lawForm is a change of the law as a person types it.
type lawForm struct {
	ID                                   string // of a known document; empty for a new one
	Number, Issuer, Kind, Title          string
	IssuedOn, EffectiveFrom, LastDay     string // 31/12/2027
	To                                   []string
	Relations, Extents, Articles, Remark []string
	Problems                             []problem
	Stale                                bool // the effect is not the one that was confirmed
}

// Wrong tells whether a field has a problem.
func (f lawForm) Wrong(field string) bool {
	return slices.ContainsFunc(f.Problems, func(p problem) bool { return p.Field == field })
}

// edgeRows is how many documents one change may be joined to on the page.
const edgeRows = 6

// row is one line of the form's edges.
type edgeRow struct {
	N                                      int
	To, Relation, Extent, Articles, Remark string
}

// Rows are the lines of edges, filled and empty ones.
func (f lawForm) Rows() []edgeRow {
	rows := make([]edgeRow, edgeRows)
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	for i := range rows {
		rows[i] = edgeRow{i + 1, at(f.To, i), at(f.Relations, i), at(f.Extents, i), at(f.Articles, i), at(f.Remark, i)}
	}
	return rows
}

type changeView struct {
	Form      lawForm
	Documents []itembank.Document
	Extents   []itembank.Extent
	Known     *itembank.Document
	Effect    *itembank.Effect
	Rounds    []assessment.TouchedRound
	On        viet.Date
}

func (p *Pages) newLaw(c *gin.Context) {
	f := lawForm{}
	if id := c.Query("document"); page.IsID(id) {
		f.ID = id
	}
	p.showLaw(c, http.StatusOK, f, nil)
}

// postLaw previews a change, or records the one that was previewed.
func (p *Pages) postLaw(c *gin.Context) {
	f := lawForm{
		ID: c.PostForm("id"), Number: c.PostForm("number"), Issuer: c.PostForm("issuer"), Kind: c.PostForm("kind"), Title: c.PostForm("title"),
		IssuedOn: c.PostForm("issued_on"), EffectiveFrom: c.PostForm("effective_from"), LastDay: c.PostForm("last_day"),
		To: c.PostFormArray("to"), Relations: c.PostFormArray("relation"), Extents: c.PostFormArray("extent"), Articles: c.PostFormArray("articles"), Remark: c.PostFormArray("remark"),
	}
	ctx, actor := c.Request.Context(), page.Actor(c)
	change := p.lawChange(c, &f)
	if len(f.Problems) > 0 {
		p.showLaw(c, http.StatusUnprocessableEntity, f, nil)
		return
	}
	if print := c.PostForm("print"); c.PostForm("step") == "record" {
		_, err := p.Bank.RecordLaw(ctx, actor, change, print)
		switch {
		case errors.Is(err, itembank.ErrStalePreview):
			f.Stale = true // shown again below, with what it would do now
		case err != nil:
			p.kit.Fail(c, err)
			return
		default:
			c.Redirect(http.StatusSeeOther, "/console/law?did=law_recorded&q="+url.QueryEscape(cmp.Or(change.Document.Number, f.Number)))
			return
		}
	}
	effect, err := p.Bank.PreviewLaw(ctx, actor, change)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	status := http.StatusOK
	if f.Stale {
		status = http.StatusConflict
	}
	p.showLaw(c, status, f, &effect)
}

// lawChange reads the form; what cannot be read becomes problems.
func (p *Pages) lawChange(c *gin.Context, f *lawForm) itembank.LawChange {
	day := func(field, text string, needed bool) viet.Date {
		t, err := time.Parse("2/1/2006", strings.TrimSpace(text))
		if err != nil && (needed || strings.TrimSpace(text) != "") {
			f.Problems = append(f.Problems, problem{field, p.kit.T(c, "law.bad_"+field)})
		}
		if err != nil {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	change := itembank.LawChange{Document: itembank.Document{ID: f.ID}, LastDay: day("last_day", f.LastDay, false)}
	if f.ID == "" {
		change.Document = itembank.Document{Number: f.Number, Issuer: f.Issuer, Kind: f.Kind, Title: f.Title, IssuedOn: day("issued_on", f.IssuedOn, true), EffectiveFrom: day("effective_from", f.EffectiveFrom, true)}
		for field, text := range map[string]string{"number": f.Number, "issuer": f.Issuer, "title": f.Title} {
			if viet.Clean(text) == "" {
				f.Problems = append(f.Problems, problem{field, p.kit.T(c, "law.bad_"+field)})
			}
		}
		order := []string{"number", "issuer", "issued_on", "effective_from", "title", "last_day"}
		slices.SortStableFunc(f.Problems, func(a, b problem) int {
			return cmp.Compare(slices.Index(order, a.Field), slices.Index(order, b.Field))
		})
	}
	for _, row := range f.Rows() {
		if row.To == "" {
			continue
		}
		edge := itembank.Edge{To: row.To, Relation: itembank.Relation(row.Relation), Articles: viet.Clean(row.Articles), Note: viet.Clean(row.Remark)}
		if edge.Relation != itembank.Details {
			edge.Relation, edge.Extent = itembank.Supersedes, itembank.Extent(row.Extent)
		}
		change.Edges = append(change.Edges, edge)
	}
	return change
}

func (p *Pages) showLaw(c *gin.Context, status int, f lawForm, effect *itembank.Effect) {
	ctx, actor, on := c.Request.Context(), page.Actor(c), viet.DateOf(p.Now())
	if _, err := actor.Scope(authz.ApproveItems, on); err != nil {
		p.kit.Fail(c, err)
		return
	}
	documents, err := p.Bank.Documents(ctx, actor)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := changeView{Form: f, Documents: documents, Extents: itembank.Extents, Effect: effect, On: on}
	if at := slices.IndexFunc(documents, func(d itembank.Document) bool { return d.ID == f.ID }); at >= 0 {
		v.Known = &documents[at]
	}
	if effect != nil {
		if v.Rounds, err = p.Rounds.Touched(ctx, actor, effect.Revisions(), effect.Since()); err != nil {
			p.kit.Fail(c, err)
			return
		}
	}
	title := p.kit.T(c, "law.record")
	if len(f.Problems) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "law_change", page.View{Title: title, Section: "law", Body: v})
}
