package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
)

func (p *Pages) newItem(c *gin.Context) {
	kind := itembank.Kind(c.Query("type"))
	if !slices.Contains(itembank.Kinds, kind) {
		kind = itembank.Single
	}
	p.showEdit(c, http.StatusOK, editView{Action: newItemRoute, Number: 1, Fields: fieldsView{itemForm: itemForm{Type: string(kind), Topic: c.Query("topic"), Situation: exchange.Tidy(c.Query("situation"))}}})
}

// showEdit shows the form of an item of the bank.
func (p *Pages) showEdit(c *gin.Context, status int, v editView) {
	if _, err := page.Actor(c).Scope(authz.WriteItems, viet.DateOf(p.Now())); err != nil {
		p.kit.Fail(c, err)
		return
	}
	fields, err := p.fields(c, v.Fields.itemForm)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	fields.InBank, fields.Fixed = true, v.Code != ""
	v.Fields = fields
	title := p.kit.T(c, "item.new")
	if v.Code != "" {
		title = p.kit.T(c, "item.edit_title", "Code", v.Code)
	}
	if len(fields.Problems) > 0 {
		title = p.kit.T(c, "form.error_prefix") + " " + title
	}
	p.kit.HTML(c, status, "item_edit", page.View{Title: title, Section: "items", Body: v})
}

func (p *Pages) postItem(c *gin.Context) {
	p.saveItem(c, editView{Action: newItemRoute, Number: 1}, func(d itembank.Draft, _ int) (string, error) {
		return p.Bank.Write(c.Request.Context(), page.Actor(c), d)
	})
}

// saveItem reads the form and saves what it says; what is wrong is shown in
// the form, with everything that was typed.
func (p *Pages) saveItem(c *gin.Context, v editView, save func(d itembank.Draft, version int) (code string, err error)) {
	register, err := p.Bank.Documents(c.Request.Context(), page.Actor(c))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	f, err := readItemForm(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.Code != "" {
		v.Number, _ = strconv.Atoi(c.PostForm("number")) // only shown
	}
	if p.stays(c, &f) {
		if f.Preview != nil && len(f.Problems) == 0 {
			p.foresee(c, &f, register)
		}
		v.Fields.itemForm = f
		p.showEdit(c, http.StatusOK, v)
		return
	}
	d := p.draft(c, &f, register)
	if len(f.Problems) == 0 {
		code, err := save(d, f.Version)
		found, known := p.problemOf(c, f, err)
		if errors.Is(err, itembank.ErrChanged) && v.Code != "" {
			found, known = problem{"stem", p.kit.T(c, "item.saved_first")}, true
			f.Version = p.openVersion(c, v.Code)
		}
		switch {
		case err == nil:
			c.Redirect(http.StatusSeeOther, p.savedPath(c, code))
			return
		case !known:
			p.kit.Fail(c, err)
			return
		}
		f.Problems = append(f.Problems, found)
	}
	v.Fields.itemForm = f
	p.showEdit(c, http.StatusUnprocessableEntity, v)
}

// foresee tells what would keep the item from being saved.
func (p *Pages) foresee(c *gin.Context, f *itemForm, register []itembank.Document) {
	d := p.draft(c, f, register)
	d.Code = "preview"
	if found, known := p.problemOf(c, *f, d.Validate()); known && len(f.Problems) == 0 {
		f.Problems = append(f.Problems, found)
	}
}

// savedPath is the page of the draft that was just saved.
func (p *Pages) savedPath(c *gin.Context, code string) string {
	all, err := p.Bank.Revisions(c.Request.Context(), code)
	if err != nil || len(all) == 0 {
		return itemPath(code)
	}
	return fmt.Sprintf("%s?did=item_saved&r=%d", itemPath(code), all[0].Number)
}

// openVersion is the version of the draft that is open now, 0 where none is.
func (p *Pages) openVersion(c *gin.Context, code string) int {
	all, err := p.Bank.Revisions(c.Request.Context(), code)
	if at := slices.IndexFunc(all, itembank.Revision.Open); err == nil && at >= 0 {
		return all[at].Version
	}
	return 0
}

func (p *Pages) editItem(c *gin.Context) {
	ctx, code, on := c.Request.Context(), c.Param("code"), viet.DateOf(p.Now())
	d, number, version, err := p.textToEdit(c, code, on)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	register, err := p.Bank.Documents(ctx, page.Actor(c))
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.showEdit(c, http.StatusOK, editView{Code: code, Action: editPath(code), Number: number, Fields: fieldsView{itemForm: formOf(d.Draft(), register, version)}})
}

func editPath(code string) string { return itemPath(code) + "/edit" }

// textToEdit is the draft that is open, or else the text that a new draft
// begins with.
func (p *Pages) textToEdit(c *gin.Context, code string, on viet.Date) (d itembank.Detail, number, version int, err error) {
	ctx := c.Request.Context()
	all, err := p.Bank.Revisions(ctx, code)
	if err != nil {
		return d, 0, 0, err
	}
	if at := slices.IndexFunc(all, itembank.Revision.Open); at >= 0 {
		if all[at].State == itembank.InReview {
			return d, 0, 0, itembank.ErrInReview
		}
		d, err = p.Bank.Revision(ctx, code, all[at].Number, on)
		return d, d.Number, d.Version, err
	}
	d, err = p.Bank.Item(ctx, code, on)
	return d, all[0].Number + 1, 0, err
}

func (p *Pages) postEdit(c *gin.Context) {
	code := c.Param("code")
	p.saveItem(c, editView{Code: code, Action: editPath(code)}, func(d itembank.Draft, version int) (string, error) {
		return code, p.Bank.Revise(c.Request.Context(), page.Actor(c), code, version, d)
	})
}
