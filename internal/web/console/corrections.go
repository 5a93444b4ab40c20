package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/scoring"
)

// correctionsView is what was decided about the items of a round, and the form
// for one more decision.
type correctionsView struct {
	assessment.Corrected
	Code   string // asked for
	Item   *itembank.Detail
	Kinds  []assessment.CorrectionKind // that the item can have
	Chosen correctionForm
	Errors map[string]string
}

// correctionForm is what was typed.
type correctionForm struct {
	Kind             assessment.CorrectionKind
	Correct          []int
	Value, Tolerance string
	Accepted         string // an answer a line
	Key              string // as the form of an item takes it: an order, pairs, statements, blanks, or worths
	Reason           string
}

// Right tells whether an option is chosen as right.
func (f correctionForm) Right(option int) bool { return slices.Contains(f.Correct, option) }

// right is what was typed as right of an item. What cannot be read stays as it is, or
// is nothing, and is refused.
func (f correctionForm) right(asked assessment.Asked) assessment.Right {
	item := asked.Item
	number := func(typed string) string {
		if text, err := pointOf(typed); err == nil {
			return text
		}
		return typed
	}
	r := assessment.Right{Correct: slices.Clone(f.Correct), Value: number(f.Value), Tolerance: cmp.Or(number(f.Tolerance), "0")}
	for line := range strings.Lines(f.Accepted) {
		if line = viet.Clean(line); line != "" {
			r.Accepted = append(r.Accepted, line)
		}
	}
	switch {
	case item.Rule == scoring.Mapped:
		r.Mapping = &scoring.Mapping{}
		if asked.Key.Mapping != nil { // its bounds stay
			*r.Mapping = *asked.Key.Mapping
		}
		r.Mapping.Values = nil
		for _, line := range linesOf(f.Key) {
			r.Mapping.Values = append(r.Mapping.Values, number(line))
		}
	case item.Kind == itembank.GapText:
		typed, err := blanks(f.Key)
		if same := slices.EqualFunc(typed.gaps, item.Gaps, func(a, b []string) bool { return slices.Equal(a, b) }); err == nil && same {
			r.Blanks = &assessment.Blanks{Correct: typed.key, Accepted: typed.accepted, Numbers: typed.numbers}
		}
	case inLine(item):
		typed := itemForm{Type: string(item.Kind), Options: strings.Repeat("x\n", len(item.Options)), Targets: strings.Repeat("x\n", len(item.Targets)), Key: f.Key}
		key, err := typed.key()
		if err == nil {
			r.Correct = key
		}
	}
	return r
}

// inLine tells an item whose key is typed in one line.
func inLine(item itembank.Revision) bool {
	return item.Kind == itembank.Ordering || item.Kind == itembank.Matching || item.Kind == itembank.Matrix
}

// correctionOf shows what is right of an item now.
func correctionOf(item itembank.Revision, r assessment.Right) correctionForm {
	return correctionForm{Correct: r.Correct, Value: commaOf(r.Value), Tolerance: commaOf(r.Tolerance), Accepted: strings.Join(r.Accepted, "\n"), Key: rightLines(item, r)}
}

// Words are what was decided to be right of an item.
func (v correctionsView) Words(c assessment.Correction) string {
	item := v.Items[c.Revision]
	if lines := rightLines(item, c.Right); lines != "" {
		return strings.ReplaceAll(lines, "\n", "; ")
	}
	switch {
	case c.Right.Value != "":
		return numberText(itembank.Number{Value: c.Right.Value, Tolerance: c.Right.Tolerance})
	case len(c.Right.Accepted) > 0:
		return strings.Join(c.Right.Accepted, "; ")
	}
	return keyText(false, c.Right.Correct)
}

// rightLines is what is right of an item whose key is typed.
func rightLines(item itembank.Revision, r assessment.Right) string {
	switch {
	case r.Mapping != nil:
		return worthText(r.Mapping)
	case r.Blanks != nil:
		return filled{item.Gaps, r.Blanks.Accepted, r.Blanks.Correct, r.Blanks.Numbers}.lines()
	case inLine(item):
		return keyOf(itembank.Draft{Kind: item.Kind, Key: r.Correct})
	}
	return ""
}

func (p *Pages) corrections(c *gin.Context) {
	p.showCorrections(c, correctionsView{Code: c.Query("item")})
}

func (p *Pages) showCorrections(c *gin.Context, v correctionsView) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.Corrected, err = p.Rounds.Corrected(c.Request.Context(), page.Actor(c), id); err != nil {
		p.kit.Fail(c, err)
		return
	}
	if v.Code != "" {
		if err := p.pickItem(c, &v); err != nil {
			p.kit.Fail(c, err)
			return
		}
	}
	title, status := p.kit.T(c, "correction.title"), http.StatusOK
	if len(v.Errors) > 0 {
		title, status = p.kit.T(c, "form.error_prefix")+" "+title, http.StatusUnprocessableEntity
	}
	p.kit.HTML(c, status, "corrections", page.View{Title: title, Section: "rounds", Body: v})
}

// pickItem shows the item that was asked for, with the options that are right now
// unless something was typed.
func (p *Pages) pickItem(c *gin.Context, v *correctionsView) error {
	ctx := c.Request.Context()
	asked, err := p.Rounds.Asked(ctx, page.Actor(c), v.Round.ID, v.Code)
	if fields, is := p.kit.FieldErrors(c, err); is {
		v.Errors = fields
		return nil
	}
	if err != nil {
		return err
	}
	item, err := p.Bank.Revision(ctx, v.Code, asked.Item.Number, viet.DateOf(v.Round.DueAt))
	if err != nil {
		return err
	}
	v.Item = &item
	v.Kinds = []assessment.CorrectionKind{assessment.Withdraw, assessment.Credit, assessment.Rekey}
	if asked.Now.Kind != "" && asked.Now.Kind != assessment.Restore {
		v.Kinds = append(v.Kinds, assessment.Restore)
	}
	if v.Errors == nil {
		v.Chosen = correctionOf(asked.Item, asked.Right())
	}
	return nil
}

func (p *Pages) correctItem(c *gin.Context) {
	id, err := roundID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	code := c.PostForm("item")
	form := correctionForm{Kind: assessment.CorrectionKind(c.PostForm("kind")), Value: c.PostForm("value"), Tolerance: c.PostForm("tolerance"), Accepted: c.PostForm("accepted"), Key: c.PostForm("key"), Reason: c.PostForm("reason")}
	for _, option := range c.PostFormArray("correct") {
		n, err := strconv.Atoi(option)
		if err != nil {
			p.kit.Fail(c, errBadForm)
			return
		}
		form.Correct = append(form.Correct, n)
	}
	asked, err := p.Rounds.Asked(c.Request.Context(), page.Actor(c), id, code)
	if err == nil {
		err = p.Rounds.Correct(c.Request.Context(), page.Actor(c), id, assessment.Correction{Code: code, Kind: form.Kind, Right: form.right(asked), Reason: form.Reason})
	}
	if fields, is := p.kit.FieldErrors(c, err); is {
		p.showCorrections(c, correctionsView{Code: code, Chosen: form, Errors: fields})
		return
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/console/rounds/"+string(id)+"/corrections")
}
