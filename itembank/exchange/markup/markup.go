// Package markup reduces the HTML and XHTML of question files to text, and
// reads XML without letting it reach outside.
//
// Blocks become blanks, pictures and formulas become their marks, everything
// that could run (script, style, frames, objects, drawings, event attributes,
// javascript: addresses) goes. Only text comes out, so nothing can be left in
// an attribute. Whether something was taken out is told, so that a person is
// asked.
package markup

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"sathach/itembank/exchange"
)

// Text is what HTML says to a reader.
type Text struct {
	Plain    string
	Images   []Image  // in the order of their marks
	Formulas []string // MathML, in the order of their marks
	Removed  bool     // something that could run, or could not be shown, was taken out
	Reduced  bool     // something of a formula was left out
}

// Image is a picture that the text refers to.
type Image struct{ Source, Alt string }

// dropped are elements that go with all they hold; they make a person look.
var dropped = []atom.Atom{atom.Script, atom.Style, atom.Iframe, atom.Frame, atom.Object, atom.Embed, atom.Applet, atom.Svg, atom.Link, atom.Meta,
	atom.Form, atom.Input, atom.Button, atom.Template, atom.Noscript, atom.Audio, atom.Video, atom.Base}

var inline = []atom.Atom{atom.B, atom.I, atom.U, atom.S, atom.Em, atom.Strong, atom.Span, atom.Sub, atom.Sup, atom.A, atom.Font, atom.Small, atom.Big,
	atom.Mark, atom.Code, atom.Abbr, atom.Cite, atom.Q, atom.Label, atom.Strike, atom.Del, atom.Ins, atom.Tt, atom.Kbd, atom.Var, atom.Bdi, atom.Bdo, atom.Wbr, atom.Nobr,
	atom.Ruby, atom.Rb, atom.Rt, atom.Rtc, atom.Rp}

// Dropped tells elements that go with all they hold, Inline those that join
// words; all others part them.
func Dropped(n *html.Node) bool { return slices.Contains(dropped, n.DataAtom) }
func Inline(n *html.Node) bool  { return slices.Contains(inline, n.DataAtom) }

// Nodes reads HTML as it may stand in the body of a page.
func Nodes(fragment string) ([]*html.Node, error) {
	return html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
}

// nesting bounds how deep elements may stand in each other.
const nesting = 200

// FromHTML reduces a fragment of HTML.
func FromHTML(fragment string) Text {
	root, err := Nodes(fragment)
	if err != nil {
		return Text{Plain: "", Removed: true}
	}
	var w writer
	for _, n := range root {
		w.node(n, 0)
	}
	w.text.Plain = exchange.Tidy(w.out.String())
	return w.text
}

type writer struct {
	out  strings.Builder
	text Text
}

func (w *writer) node(n *html.Node, depth int) {
	if depth > nesting {
		w.text.Removed = true
		return
	}
	switch n.Type {
	case html.TextNode:
		w.out.WriteString(n.Data)
	case html.ElementNode:
		w.element(n, depth)
	}
}

func (w *writer) element(n *html.Node, depth int) {
	if slices.ContainsFunc(n.Attr, risky) {
		w.text.Removed = true
	}
	switch {
	case n.DataAtom == atom.Math || n.Data == "math":
		written, reduced := writeFormula(n)
		w.text.Formulas, w.text.Reduced = append(w.text.Formulas, written), w.text.Reduced || reduced
		w.out.WriteString(exchange.MathMark)
		return
	case n.DataAtom == atom.Img || n.DataAtom == atom.Image:
		w.image(n)
		return
	case Dropped(n):
		w.text.Removed = true
		return
	}
	parts := !Inline(n)
	if parts {
		w.out.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth+1)
	}
	if parts {
		w.out.WriteByte(' ')
	}
}

func (w *writer) image(n *html.Node) {
	img := Image{}
	for _, a := range n.Attr {
		switch strings.ToLower(a.Key) {
		case "src":
			img.Source = a.Val
		case "alt":
			img.Alt = exchange.Tidy(a.Val)
		}
	}
	if img.Source == "" || strings.HasPrefix(strings.ToLower(strings.TrimSpace(img.Source)), "javascript:") {
		w.text.Removed = true
		return
	}
	w.text.Images = append(w.text.Images, img)
	w.out.WriteString(" " + exchange.ImageMark + " ")
}

func risky(a html.Attribute) bool {
	value := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, a.Val))
	return strings.HasPrefix(strings.ToLower(a.Key), "on") || strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") ||
		strings.HasPrefix(value, "data:text/html")
}

// NewDecoder reads XML strictly. Declarations of document types are refused
// by Token: they are how XML reaches outside and grows without bound. Go's
// decoder knows the five entities of XML and expands no others.
func NewDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewTokenDecoder(&guarded{d: xml.NewDecoder(r)})
	d.Strict = true
	return d
}

type guarded struct {
	d     *xml.Decoder
	depth int
}

// ErrDoctype is why a file with a document type is refused.
var ErrDoctype = &exchange.Rejected{Reason: "Tệp có khai báo DOCTYPE, cách thường dùng để chèn nội dung từ bên ngoài, nên không được mở. Hãy xuất lại tệp từ phần mềm gốc."}

// ErrDeep is why a file with elements without end is refused.
var ErrDeep = &exchange.Rejected{Reason: "Các thẻ trong tệp lồng nhau quá sâu so với một ngân hàng câu hỏi nên không được mở."}

func (g *guarded) Token() (xml.Token, error) {
	t, err := g.d.RawToken()
	if err != nil {
		return t, err
	}
	switch t := t.(type) {
	case xml.Directive:
		if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(string(t))), "DOCTYPE") {
			return nil, ErrDoctype
		}
	case xml.StartElement:
		if g.depth++; g.depth > 2*nesting {
			return nil, ErrDeep
		}
	case xml.EndElement:
		g.depth--
	}
	return xml.CopyToken(t), nil
}
