package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/itembank/likeness"
)

// diffLine is one part of an item in two revisions.
type diffLine struct {
	Label       string
	Left, Right []likeness.Part
}

type compareView struct {
	Code     string
	All      []itembank.Revision
	From, To itembank.Detail
	Lines    []diffLine
	Same     bool
}

// compare shows two revisions side by side: the one that is drawn against the
// newest, unless others are asked for.
func (p *Pages) compare(c *gin.Context) {
	ctx, code, on := c.Request.Context(), c.Param("code"), viet.DateOf(p.Now())
	if _, err := page.Actor(c).Scope(authz.ReadItems, on); err != nil {
		p.kit.Fail(c, err)
		return
	}
	v := compareView{Code: code}
	var err error
	if v.All, err = p.Bank.Revisions(ctx, code); err != nil {
		p.kit.Fail(c, err)
		return
	}
	to := asked(c, "to", v.All[0].Number)
	if v.To, err = p.Bank.Revision(ctx, code, to, on); err == nil {
		v.From, err = p.Bank.Revision(ctx, code, asked(c, "from", max(1, to-1)), on)
	}
	if err != nil {
		p.kit.Fail(c, err)
		return
	}
	v.Lines, v.Same = p.diff(c, v.From, v.To)
	p.kit.HTML(c, http.StatusOK, "item_compare", page.View{Title: p.kit.T(c, "compare.title", "Code", code), Section: "items", Body: v})
}

func asked(c *gin.Context, name string, otherwise int) int {
	if n, err := strconv.Atoi(c.Query(name)); err == nil {
		return n
	}
	return otherwise
}

// parts lists what an item consists of, in words.
func (p *Pages) parts(c *gin.Context, d itembank.Detail) (labels, texts []string) {
	add := func(label, text string) { labels, texts = append(labels, label), append(texts, text) }
	add(p.kit.T(c, "staged.type"), p.kit.T(c, "kind."+string(d.Kind)))
	level := ""
	if d.Level != "" {
		level = p.kit.T(c, "level."+string(d.Level))
	}
	add(p.kit.T(c, "items.level"), level)
	add(p.kit.T(c, "item.situation"), d.Situation)
	add(p.kit.T(c, "items.stem"), d.Stem)
	for i, o := range d.Options {
		add(string(rune('A'+i)), o)
	}
	for i, t := range d.Targets {
		add(strconv.Itoa(i+1), t)
	}
	add(p.kit.T(c, "item.key"), answerText(d))
	if d.Kind != itembank.Situation {
		add(p.kit.T(c, "item.rule"), p.kit.T(c, "rule."+string(d.Rule)))
	}
	add(p.kit.T(c, "item.pinned"), keyText(false, d.Pinned))
	add(p.kit.T(c, "item.explanation"), d.Key.Explanation)
	lines := make([]string, len(d.Citations))
	for i, cite := range d.Citations {
		lines[i] = cite.Document.Number + ": " + cite.Article
	}
	add(p.kit.T(c, "item.citations"), strings.Join(lines, "; "))
	add(p.kit.T(c, "item.note"), d.Note)
	return labels, texts
}

// answerText is what an item credits, as a person types it.
func answerText(d itembank.Detail) string {
	switch d.Kind {
	case itembank.Short, itembank.GapText:
		return formOf(d.Draft(), nil, 0).Answers
	case itembank.Numeric:
		return strings.TrimSpace(commaOf(d.Key.Value) + " ± " + commaOf(d.Key.Tolerance) + " " + d.Unit)
	}
	if d.Key.Mapping != nil {
		return strings.ReplaceAll(worthText(d.Key.Mapping), "\n", "; ")
	}
	return keyOf(d.Draft())
}

// diff lines up the parts of two revisions; parts that both lack are left out.
func (p *Pages) diff(c *gin.Context, from, to itembank.Detail) (lines []diffLine, same bool) {
	labels, left := p.parts(c, from)
	more, right := p.parts(c, to)
	for i, label := range more {
		if !slices.Contains(labels, label) {
			labels = slices.Insert(labels, min(i, len(labels)), label)
			left = slices.Insert(left, min(i, len(left)), "")
		}
	}
	same = true
	for i, label := range labels {
		there := ""
		if at := slices.Index(more, label); at >= 0 {
			there = right[at]
		}
		if left[i] == "" && there == "" {
			continue
		}
		l, r := likeness.Diff(left[i], there)
		lines = append(lines, diffLine{label, l, r})
		same = same && left[i] == there
	}
	return lines, same
}
