package qti

import (
	"html"
	"slices"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// place is the rune that stands for an interaction while the text around it
// is reduced. It is private to Unicode and taken out of the files' own text,
// so nothing an author types is mistaken for a gap.
const place = '\ue000'

// renderer writes the content of an item as the HTML that markup reduces.
type renderer struct {
	out strings.Builder
	// put writes what stands for an element and tells whether it did.
	put func(*renderer, *node) bool
}

// unseen elements are shown after the response, on request only (a hint), or
// to others than the taker, or are no text.
var unseen = []string{"feedbackinline", "feedbackblock", "infocontrol", "templateinline", "templateblock", "stylesheet", "cataloginfo", "annotation", "annotationxml"}

// isHidden tells text that is read aloud and not shown, as QTI 3.0 marks it,
// and text that TAO shows when a word is pointed at.
func isHidden(n *node) bool {
	return hasClass(n, "qti-visually-hidden") || n.attr("datarole") == "tooltip-content"
}

func (r *renderer) node(n *node) {
	switch {
	case n.name == "":
		r.out.WriteString(html.EscapeString(strings.ReplaceAll(n.text, string(place), "")))
	case r.put != nil && r.put(r, n):
	case slices.Contains(unseen, n.name), isInteraction(n), n.name == "rubricblock" && !forTaker(n), isHidden(n):
	case n.name == "printedvariable":
		r.out.WriteString("…")
	case n.name == "object" && isPicture(n):
		r.picture(n.attr("data"), n.content())
	default:
		r.element(n)
	}
}

func (r *renderer) nodes(list []*node) {
	for _, n := range list {
		r.node(n)
	}
}

func isInteraction(n *node) bool { return strings.HasSuffix(n.name, "interaction") }

func forTaker(n *node) bool { return slices.Contains(strings.Fields(n.attr("view")), "candidate") }

func hasClass(n *node, class string) bool {
	return slices.Contains(strings.Fields(n.attr("class")), class)
}

// isPicture tells an object that shows a picture, as QTI 2 often writes it,
// from one that could run.
func isPicture(n *node) bool {
	return strings.HasPrefix(n.attr("type"), "image/") && n.attr("type") != "image/svg+xml"
}

func (r *renderer) picture(source, alt string) {
	r.out.WriteString(`<img src="` + html.EscapeString(source) + `" alt="` + html.EscapeString(alt) + `">`)
}

// void elements of HTML have no end tag; swallowing ones would take the rest
// of the text for their own.
var (
	void       = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
	swallowing = []string{"plaintext", "xmp", "listing", "textarea", "title", "noembed", "noframes", "select"}
)

func (r *renderer) element(n *node) {
	tag := safeName(n.tag)
	if tag == "" || slices.Contains(swallowing, tag) {
		tag = "div"
	}
	r.out.WriteString("<" + tag)
	for _, name := range sortedNames(n.attrs) {
		if safe := safeName(name); safe != "" {
			r.out.WriteString(" " + safe + `="` + html.EscapeString(n.attrs[name]) + `"`)
		}
	}
	r.out.WriteString(">")
	r.nodes(n.kids)
	if !slices.Contains(void, tag) {
		r.out.WriteString("</" + tag + ">")
	}
}

func sortedNames(attrs map[string]string) []string {
	names := make([]string, 0, len(attrs))
	for name := range attrs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// safeName is a name in ASCII, or "".
func safeName(name string) string {
	name = strings.ToLower(name)
	if name == "" || name[0] < 'a' || name[0] > 'z' || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return name
}

// text reduces what stands in elements to plain text and takes in their
// pictures and formulas.
func (q *question) text(list []*node, put func(*renderer, *node) bool) string {
	r := &renderer{put: put}
	r.nodes(list)
	t := markup.FromHTML(r.out.String())
	if t.Removed {
		q.Ask(exchange.HTMLRemoved, "Đã bỏ phần mã hoặc hình vẽ không đưa vào được; cần so lại với tệp gốc")
	}
	if t.Reduced {
		q.Ask(exchange.Formula, exchange.FormulaReduced)
	}
	q.collect(t)
	plain := strings.ReplaceAll(t.Plain, exchange.GapMark, "[gap]")
	q.Look(plain, r.out.String())
	return plain
}

// inside reduces what an element holds.
func (q *question) inside(n *node) string { return q.text(n.kids, nil) }
