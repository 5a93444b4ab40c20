package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/exchange"
)

type stagedPageView struct {
	itembank.Staged
	Import itembank.ImportID
	Fields fieldsView
}

func (p *Pages) staged(c *gin.Context) {
	v, ok := p.stagedOf(c)
	if !ok {
		return
	}
	it := v.Item
	p.showStaged(c, http.StatusOK, v, itemForm{
		Type: string(it.Type), Format: itembank.Format(it.Format), Stem: it.Stem, Options: strings.Join(it.Options, "\n"), Targets: strings.Join(it.Targets, "\n"), Key: keyText(it.Type == exchange.Matching, it.Key),
		Pinned: keyText(false, it.Pinned), Situation: it.Situation, Explanation: it.Explanation, Citations: it.Citation, Topic: v.Topic, Level: string(v.Level), Version: v.Version,
		Value: answerOf(it).Value, Tolerance: answerOf(it).Tolerance, Unit: it.Unit, Answers: typedOf(it), CaseSensitive: it.CaseSensitive != nil && *it.CaseSensitive,
	})
}

// answerOf is the one numeric answer of a question, as typed.
func answerOf(it exchange.Item) (a itembank.Answer) {
	if len(it.Answers) != 1 {
		return a
	}
	return itembank.Answer{Value: commaOf(it.Answers[0].Value.String()), Tolerance: commaOf(it.Answers[0].Tolerance())}
}

// typedOf is what may be typed or chosen in blanks, as a person types it.
func typedOf(it exchange.Item) string {
	texts := func(answers []exchange.Answer) (list []string) {
		for _, a := range answers {
			if a.Fraction == 100 {
				list = append(list, a.Text)
			}
		}
		return list
	}
	if it.Type == exchange.ShortAnswer {
		return strings.Join(texts(it.Answers), "\n")
	}
	f := filled{numbers: make([]itembank.Number, len(it.Gaps))}
	for i, g := range it.Gaps {
		if g.Kind == exchange.Typed && len(g.Answers) == 1 && g.Answers[0].Tolerance() != "" {
			f.numbers[i] = itembank.Number{Value: g.Answers[0].Value.String(), Tolerance: g.Answers[0].Tolerance()}
		}
		right := -1
		if len(g.Key) == 1 {
			right = g.Key[0]
		}
		f.gaps, f.accepted, f.key = append(f.gaps, g.Options), append(f.accepted, texts(g.Answers)), append(f.key, right)
	}
	return f.lines()
}

// Partial lists the answers of a file that earn a part of the mark: they are
// not in the form, so that saving it does not make them whole.
func (v stagedPageView) Partial() string {
	answers := slices.Clone(v.Item.Answers)
	for _, g := range v.Item.Gaps {
		answers = append(answers, g.Answers...)
	}
	var texts []string
	for _, a := range answers {
		if a.Fraction != 100 && a.Text != "" {
			texts = append(texts, a.Text)
		}
	}
	return strings.Join(texts, "; ")
}

func (p *Pages) stagedOf(c *gin.Context) (v stagedPageView, ok bool) {
	id, err := importID(c)
	if err != nil {
		p.kit.Fail(c, err)
		return v, false
	}
	position, err := strconv.Atoi(c.Param("position"))
	if err != nil {
		p.kit.Fail(c, itembank.ErrNoStaged)
		return v, false
	}
	s, err := p.Bank.StagedAt(c.Request.Context(), page.Actor(c), id, position)
	if err != nil {
		p.kit.Fail(c, err)
		return v, false
	}
	return stagedPageView{Staged: s, Import: id}, true
}

func (p *Pages) showStaged(c *gin.Context, status int, v stagedPageView, f itemForm) {
	var err error
	if v.Fields, err = p.fields(c, f); err != nil {
		p.kit.Fail(c, err)
		return
	}
	p.kit.HTML(c, status, "staged", page.View{Title: p.kit.T(c, "staged.title", "N", v.Position), Section: "imports", Body: v})
}

func (p *Pages) correct(c *gin.Context) {
	v, ok := p.stagedOf(c)
	if !ok {
		return
	}
	f, err := readItemForm(c)
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	if f.Version == 0 || !slices.Contains(itembank.Kinds, itembank.Kind(f.Type)) {
		p.kit.Fail(c, errBadForm)
		return
	}
	if p.stays(c, &f) {
		p.showStaged(c, http.StatusOK, v, f)
		return
	}
	correction := p.correction(c, &f)
	if len(f.Problems) > 0 {
		p.showStaged(c, http.StatusUnprocessableEntity, v, f)
		return
	}
	if err := p.Bank.Correct(c.Request.Context(), page.Actor(c), v.Import, v.Position, f.Version, correction); err != nil {
		p.kit.Fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, p.afterMending(c, v))
}

// afterMending is where the reader goes on: the next question that waits for
// somebody, if that was asked for and there is one, or the mended one's place
// in the list.
func (p *Pages) afterMending(c *gin.Context, v stagedPageView) string {
	if next := p.nextUnclear(c, v); c.PostForm("then") == "next" && next > 0 {
		return fmt.Sprintf("%s/%d?did=staged_saved", importPath(v.Import), next)
	}
	return fmt.Sprintf("%s?page=%d&did=staged_saved#p%d", importPath(v.Import), (v.Position-1)/page.PerPage+1, v.Position)
}

// nextUnclear is the place of the next question that somebody must look at,
// from the beginning again after the last; 0 where there is no other.
func (p *Pages) nextUnclear(c *gin.Context, v stagedPageView) int {
	first, after := 0, 0
	for _, status := range []exchange.Status{exchange.Review, exchange.Broken} {
		list, err := p.Bank.Staged(c.Request.Context(), page.Actor(c), v.Import, itembank.StagedFilter{Status: status, Undecided: true, Limit: mostLookedThrough})
		if err != nil {
			return 0
		}
		for _, s := range list {
			switch {
			case s.Position > v.Position && (after == 0 || s.Position < after):
				after = s.Position
			case s.Position < v.Position && (first == 0 || s.Position < first):
				first = s.Position
			}
		}
	}
	return cmp.Or(after, first)
}

// mostLookedThrough bounds the questions among which the next one is looked
// for.
const mostLookedThrough = 300

// correction reads what a person made of a staged question.
func (p *Pages) correction(c *gin.Context, f *itemForm) itembank.Correction {
	wrong := func(field, word string) { f.Problems = append(f.Problems, problem{field, p.kit.T(c, word)}) }
	correction := itembank.Correction{
		Type: exchange.Type(f.Type), Format: f.Format, Stem: f.Stem, Options: linesOf(f.Options), Targets: linesOf(f.Targets), Unit: f.Unit, Explanation: f.Explanation,
		Situation: f.Situation, Citation: f.Citations, Topic: f.Topic, Level: levelOf(f.Level),
	}
	var err error
	if correction.Key, err = f.key(); err != nil {
		wrong("key", "staged.bad_key")
	}
	if correction.Pinned, err = letters(f.Pinned, len(correction.Options)); err != nil {
		wrong("pinned", "item.bad_pinned")
	}
	if itembank.Kind(f.Type) == itembank.Matrix {
		correction.Type, correction.Targets = exchange.Matching, itembank.TrueOrFalse
	}
	switch correction.Type {
	case exchange.Situation:
		correction.Options, correction.Targets, correction.Key, correction.Pinned, correction.Situation = nil, nil, nil, nil, ""
	case exchange.ShortAnswer:
		correction.Options, correction.Accepted, correction.CaseSensitive = nil, [][]string{linesOf(f.Answers)}, f.CaseSensitive
	case exchange.GapText:
		correction.Options = nil
		typed, err := blanks(f.Answers)
		if correction.Gaps, correction.Accepted, correction.Key, correction.Numbers = typed.gaps, typed.accepted, typed.key, typed.numbers; err != nil {
			wrong("answers", "item.bad_blanks")
		}
	}
	if correction.Type == exchange.Numeric && strings.TrimSpace(f.Value) != "" {
		correction.Answer = p.typedNumber(f, wrong)
	}
	return correction
}

// typedNumber reads the answer of a numeric question.
func (p *Pages) typedNumber(f *itemForm, wrong func(field, word string)) *exchange.Answer {
	value, err := pointOf(f.Value)
	tolerance, err2 := pointOf(cmp.Or(strings.TrimSpace(f.Tolerance), "0"))
	if err != nil || err2 != nil {
		wrong("value", "item.ambiguous")
		return nil
	}
	answer, err := exchange.Around(value, tolerance, 100)
	if err != nil {
		wrong("value", "item.wrong_value")
	}
	return &answer
}
