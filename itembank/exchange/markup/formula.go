package markup

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"sathach/itembank/exchange"
)

// Presentation is the MathML that is kept inside a formula.
var Presentation = []string{"mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder", "munderover",
	"mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "mmultiscripts", "mprescripts"}

// transparent are elements that say nothing themselves; what is in them stays.
var transparent = []string{"math", "semantics", "mfenced", "menclose", "maction", "merror", "none"}

// Formula writes a formula with the elements of Presentation, their text and
// no attribute but the one that takes the bar off a fraction, as in a binomial
// coefficient; empty where there is none. What is written so stays as
// it is.
func Formula(mathML string) string {
	root, err := Nodes(mathML)
	if err != nil {
		return ""
	}
	for _, n := range root {
		if n.Type == html.ElementNode && n.Data == "math" {
			written, _ := writeFormula(n)
			return written
		}
	}
	return ""
}

// FormulaText is the signs of a formula.
func FormulaText(mathML string) string {
	root, err := Nodes(mathML)
	if err != nil {
		return ""
	}
	var out strings.Builder
	for _, n := range root {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				out.WriteString(d.Data)
			}
		}
	}
	return exchange.Tidy(out.String())
}

// signs are written as references, so that a formula can stand anywhere in a
// text: in the cell of a table, too.
var signs = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;")

// writeFormula also tells whether an element was left out that is not known.
func writeFormula(n *html.Node) (written string, reduced bool) {
	var w formulaWriter
	w.node(n, 0)
	return "<math>" + w.out.String() + "</math>", w.reduced
}

type formulaWriter struct {
	out     strings.Builder
	reduced bool
}

func (w *formulaWriter) node(n *html.Node, depth int) {
	name := strings.ToLower(n.Data)
	switch {
	case depth > nesting:
		return
	case n.Type == html.TextNode:
		w.out.WriteString(signs.Replace(exchange.Tidy(n.Data)))
		return
	case name == "annotation" || name == "annotation-xml":
		return
	case name == "mfenced":
		w.fenced(n, depth)
		return
	}
	known := n.Type == html.ElementNode && slices.Contains(Presentation, name)
	switch {
	case name == "mfrac" && hasNoBar(n):
		w.out.WriteString(`<mfrac linethickness="0">`)
	case known:
		w.out.WriteString("<" + name + ">")
	case n.Type == html.ElementNode && !slices.Contains(transparent, name), name == "menclose":
		w.reduced = true
	case name == "none": // an empty place of mmultiscripts
		w.out.WriteString("<mrow></mrow>")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth+1)
	}
	if known {
		w.out.WriteString("</" + name + ">")
	}
}

// hasNoBar tells a fraction whose bar has no thickness.
func hasNoBar(n *html.Node) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "linethickness" && noThickness.MatchString(a.Val) })
}

var noThickness = regexp.MustCompile(`^\s*0(?:\.0*)?\s*(?:[a-z]{2}|%)?\s*$`)

// fenced writes brackets as signs: browsers no longer draw those of mfenced.
func (w *formulaWriter) fenced(n *html.Node, depth int) {
	open, shut, between := "(", ")", ","
	for _, a := range n.Attr {
		switch a.Key {
		case "open":
			open = a.Val
		case "close":
			shut = a.Val
		case "separators":
			between = a.Val
		}
	}
	sign := func(s string) {
		if s = exchange.Tidy(s); s != "" {
			w.out.WriteString("<mo>" + signs.Replace(s) + "</mo>")
		}
	}
	w.out.WriteString("<mrow>")
	sign(open)
	first := true
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && !first {
			sign(string([]rune(between + " ")[:1]))
		}
		first = first && c.Type != html.ElementNode
		w.node(c, depth+1)
	}
	sign(shut)
	w.out.WriteString("</mrow>")
}
