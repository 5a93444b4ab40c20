package markdown

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// Dress writes the texts of an item in Markdown where their looks
// (exchange.Item.Looks) say more than their words; it tells whether they do.
// Words are never changed by it: a look that does not read as the text it
// belongs to is left out.
func Dress(it *exchange.Item) bool {
	if it.Format == exchange.Markdown || len(it.Looks) == 0 {
		return false
	}
	more := false
	written := func(form Form, plain string) string {
		escaped := form.Escape(plain)
		dressed := form.dressed(it.Looks[plain], plain, escaped)
		if dressed == escaped || form.HTML(dressed) == form.HTML(escaped) {
			return escaped
		}
		more = true
		return dressed
	}
	stem, why := written(Block, it.Stem), written(Block, it.Explanation)
	options := each(it.Options, func(o string) string { return written(Line, o) })
	if more {
		it.Format, it.Stem, it.Explanation, it.Options = exchange.Markdown, stem, why, options
	}
	return more
}

// dressed is a text with the looks of its HTML, or as much of them as can be
// kept; otherwise what it is without.
func (f Form) dressed(fragment, plain, otherwise string) string {
	if fragment == "" || plain == "" {
		return otherwise
	}
	for _, stress := range []bool{true, false} {
		if source := f.Tidy(f.fromHTML(fragment, stress)); f.Flatten(source) == plain {
			return source
		}
	}
	return otherwise
}

// fromHTML writes HTML in Markdown, with marks for pictures and formulas.
func (f Form) fromHTML(fragment string, stress bool) string {
	root, err := markup.Nodes(fragment)
	if err != nil {
		return ""
	}
	w := dresser{stress: stress, line: f == Line}
	return strings.Join(w.blocks(root, 0), "\n\n")
}

// dresser writes one text.
type dresser struct {
	stress bool // strong and stressed words are set off
	line   bool // everything stands on one line
}

// nesting bounds how deep elements may stand in each other: deeper ones are
// left out, and with them the look.
const nesting = 30

// blocks are the paragraphs, lists and tables of some nodes.
func (w dresser) blocks(nodes []*html.Node, depth int) (blocks []string) {
	if depth > nesting {
		return nil
	}
	var run []*html.Node
	flush := func() {
		if text := w.paragraph(run); text != "" {
			blocks = append(blocks, text)
		}
		run = nil
	}
	for _, n := range nodes {
		if w.line || !isBlock(n) {
			run = append(run, n)
			continue
		}
		flush()
		blocks = append(blocks, w.block(n, depth)...)
	}
	flush()
	return blocks
}

// isBlock tells elements that stand on lines of their own.
func isBlock(n *html.Node) bool {
	return n.Type == html.ElementNode && !markup.Inline(n) && !markup.Dropped(n) && n.DataAtom != atom.Br && n.DataAtom != atom.Img && n.Data != "math"
}

func (w dresser) block(n *html.Node, depth int) []string {
	switch n.DataAtom {
	case atom.Ul, atom.Ol:
		if list := w.list(n, depth); list != "" {
			return []string{list}
		}
		return nil
	case atom.Blockquote:
		if inner := w.blocks(kids(n), depth+1); len(inner) > 0 {
			return []string{prefixed(strings.Join(inner, "\n\n"), "> ", "> ")}
		}
		return nil
	case atom.Table:
		if table, ok := w.table(n); ok {
			return []string{table}
		}
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if text := w.paragraph(kids(n)); text != "" {
			return []string{w.set("**", text)}
		}
		return nil
	}
	return w.blocks(kids(n), depth+1)
}

func kids(n *html.Node) (list []*html.Node) {
	for c := range n.ChildNodes() {
		list = append(list, c)
	}
	return list
}

// list writes a list; what of an item is not its first paragraph stands below
// it, set in.
func (w dresser) list(n *html.Node, depth int) string {
	var items [][]string
	between := "\n"
	for c := range n.ChildNodes() {
		if c.DataAtom != atom.Li {
			continue
		}
		inner := w.blocks(kids(c), depth+1)
		for i, b := range inner {
			if i > 0 && !listed.MatchString(b) {
				between = "\n\n"
			}
		}
		if slices.ContainsFunc(kids(c), func(k *html.Node) bool { return k.DataAtom == atom.P }) {
			between = "\n\n" // as paragraphs
		}
		items = append(items, inner)
	}
	lines := make([]string, len(items))
	marker, number := "- ", startOf(n)
	for i, inner := range items {
		if n.DataAtom == atom.Ol {
			marker = strconv.Itoa(number+i) + ". "
		}
		lines[i] = prefixed(strings.Join(inner, between), marker, strings.Repeat(" ", len(marker)))
	}
	return strings.Join(lines, between)
}

var listed = regexp.MustCompile(`^(?:- |\d+\. )`)

func startOf(n *html.Node) int {
	for _, a := range n.Attr {
		if start, err := strconv.Atoi(a.Val); a.Key == "start" && err == nil && start >= 0 && start < 1e6 {
			return start
		}
	}
	return 1
}

// prefixed puts first before the first line of a text and then before the
// others.
func prefixed(text, first, then string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		if i == 0 {
			lines[i] = first + lines[i]
		} else if lines[i] != "" || strings.TrimSpace(then) != "" {
			lines[i] = then + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// table writes a table whose rows have single cells with words in them; it is
// not ok for any other.
func (w dresser) table(n *html.Node) (source string, ok bool) {
	var rows [][]string
	var aligned []string
	wide := 0
	for d := range n.Descendants() {
		if d.DataAtom != atom.Tr {
			continue
		}
		var row []string
		for c := range d.ChildNodes() {
			if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
				continue
			}
			text, fits := w.cell(c)
			if !fits {
				return "", false
			}
			if row = append(row, text); len(rows) == 0 {
				aligned = append(aligned, ruleOf(c))
			}
		}
		rows, wide = append(rows, row), max(wide, len(row))
	}
	if len(rows) == 0 || len(rows[0]) != wide {
		return "", false
	}
	lines := []string{"| " + strings.Join(rows[0], " | ") + " |", "|" + strings.Join(aligned, "|") + "|"}
	for _, row := range rows[1:] {
		for len(row) < wide {
			row = append(row, "")
		}
		lines = append(lines, "| "+strings.Join(row, " | ")+" |")
	}
	return strings.Join(lines, "\n"), true
}

// cell is what a cell of a table says; fits is false for cells that cover
// others or hold tables or pictures.
func (w dresser) cell(c *html.Node) (text string, fits bool) {
	for _, a := range c.Attr {
		if (a.Key == "colspan" || a.Key == "rowspan") && a.Val != "1" {
			return "", false
		}
	}
	for d := range c.Descendants() {
		if d.DataAtom == atom.Table || d.DataAtom == atom.Img {
			return "", false
		}
	}
	one := dresser{stress: w.stress, line: true}
	return strings.ReplaceAll(strings.Join(one.blocks(kids(c), 0), " "), "|", `\|`), true
}

// ruleOf is the line below a column's head; it tells how the column is aligned.
func ruleOf(c *html.Node) string {
	for _, a := range c.Attr {
		value := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
		switch {
		case a.Key == "align" && value == "right", a.Key == "style" && strings.Contains(value, "text-align:right"), a.Key == "class" && strings.Contains(value, "qti-align-right"):
			return "--:"
		case a.Key == "align" && value == "center", a.Key == "style" && strings.Contains(value, "text-align:center"), a.Key == "class" && strings.Contains(value, "qti-align-center"):
			return ":-:"
		case a.Key == "align" && value == "left", a.Key == "style" && strings.Contains(value, "text-align:left"), a.Key == "class" && strings.Contains(value, "qti-align-left"):
			return ":--"
		}
	}
	return "---"
}

// paragraph writes words that follow each other.
func (w dresser) paragraph(nodes []*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(w.inline(n, 0))
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = leading.ReplaceAllString(strings.Join(strings.Fields(line), " "), `$1\$2`)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// inline writes a node within a line; blanks may be more than are needed.
func (w dresser) inline(n *html.Node, depth int) string {
	switch {
	case depth > nesting:
		return ""
	case n.Type == html.TextNode:
		return escape(oneLine.Replace(n.Data))
	case n.Type != html.ElementNode || markup.Dropped(n):
		return ""
	case n.Data == "math":
		return exchange.MathMark
	case n.DataAtom == atom.Img || n.DataAtom == atom.Image:
		return " " + exchange.ImageMark + " "
	case n.DataAtom == atom.Br && !w.line:
		return "\n"
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(w.inline(c, depth+1))
	}
	switch n.DataAtom {
	case atom.B, atom.Strong:
		return w.set("**", b.String())
	case atom.I, atom.Em:
		return w.set("*", b.String())
	}
	if !markup.Inline(n) {
		return " " + b.String() + " "
	}
	return b.String()
}

var oneLine = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// set sets words off; the blanks at their ends stay outside.
func (w dresser) set(sign, text string) string {
	words := strings.Trim(text, " \u00a0")
	if !w.stress || words == "" || strings.Contains(words, "\n") {
		return text
	}
	at := strings.Index(text, words)
	return text[:at] + sign + words + sign + text[at+len(words):]
}
