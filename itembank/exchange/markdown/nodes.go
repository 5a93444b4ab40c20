package markdown

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"sathach/itembank/exchange/markup"
)

// Address is where pages find the pictures of the bank, before their names.
const Address = "/pictures/"

var (
	pictureKind = ast.NewNodeKind("Picture")
	formulaKind = ast.NewNodeKind("Formula")
)

// pictureNode is a picture in a text, formulaNode a formula.
type (
	pictureNode struct {
		ast.BaseInline
		Picture
	}
	formulaNode struct {
		ast.BaseInline
		mathML string
	}
)

func (*pictureNode) Kind() ast.NodeKind             { return pictureKind }
func (n *pictureNode) Dump(source []byte, deep int) { ast.DumpHelper(n, source, deep, nil, nil) }
func (*formulaNode) Kind() ast.NodeKind             { return formulaKind }
func (n *formulaNode) Dump(source []byte, deep int) { ast.DumpHelper(n, source, deep, nil, nil) }

type pictureParser struct{}

func (pictureParser) Trigger() []byte { return []byte{'!'} }

func (pictureParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	found := pictureAt.FindSubmatch(line)
	if found == nil {
		return nil
	}
	block.Advance(len(found[0]))
	return &pictureNode{Picture: pictureOf(string(found[1]), string(found[2]))}
}

type formulaParser struct{}

func (formulaParser) Trigger() []byte { return []byte{'<'} }

func (formulaParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	end := bytes.Index(line, []byte(formulaEnd))
	if !bytes.HasPrefix(line, []byte("<math>")) || end < 0 {
		return nil
	}
	found := line[:end+len(formulaEnd)]
	block.Advance(len(found))
	return &formulaNode{mathML: string(found)}
}

var (
	pictureAt = regexp.MustCompile(`^` + pictureText)
	// either also finds what a backslash makes text, so that it is passed over.
	either    = regexp.MustCompile(`\\[!<\\]|` + pictureText + `|<math>.*?</math>|` + marks.String())
	noFormula = regexp.MustCompile(`\\[!<\\]|` + pictureText + `|` + marks.String())
)

const formulaEnd = "</math>"

// eachEither replaces pictures, formulas and marks. Behind the last formula
// none is looked for, so that no text takes longer than it is long.
func eachEither(source string, with func(string) string) string {
	var out strings.Builder
	last := strings.LastIndex(source, formulaEnd)
	for at := 0; ; {
		what := noFormula
		if at <= last {
			what = either
		}
		found := what.FindStringIndex(source[at:])
		if found == nil {
			return out.String() + source[at:]
		}
		out.WriteString(source[at:at+found[0]] + with(source[at+found[0]:at+found[1]]))
		at += found[1]
	}
}

const pictureText = `!\[((?:[^\[\]\\]|\\[\[\]\\])*)\]\(([^()\s]*)\)`

// pictureOf reads the two parts of a picture in a text.
func pictureOf(alt, name string) Picture {
	return Picture{Name: name, Alt: strings.NewReplacer(`\\`, `\`, `\[`, `[`, `\]`, `]`).Replace(strings.TrimSpace(alt))}
}

// ownRenderer shows pictures and formulas.
type ownRenderer struct{}

func (ownRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(pictureKind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		_, err := w.WriteString(n.(*pictureNode).html())
		return ast.WalkContinue, err
	})
	r.Register(formulaKind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		_, err := w.WriteString(markup.Formula(n.(*formulaNode).mathML))
		return ast.WalkContinue, err
	})
}

// html shows a picture of the bank; of any other only what is said about it.
func (p Picture) html() string {
	size := named.FindStringSubmatch(p.Name)
	if size == nil {
		return html.EscapeString("[" + p.Alt + "]")
	}
	return `<img src="` + Address + p.Name + `" alt="` + html.EscapeString(p.Alt) + `" width="` + size[1] + `" height="` + size[2] + `">`
}

// InBank tells a name that a picture of the bank can have.
func InBank(name string) bool { return named.MatchString(name) }

// named are names of pictures of the bank: what they hold, hashed, and how
// wide and high they are.
var named = regexp.MustCompile(`^[0-9a-f]{24}-([1-9][0-9]{0,3})x([1-9][0-9]{0,3})\.(?:png|jpg)$`)

// fence lets through what the language can say, and nothing else.
var fence = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowNoAttrs().OnElements(append([]string{"math"}, markup.Presentation...)...)
	p.AllowAttrs("linethickness").Matching(regexp.MustCompile(`^0$`)).OnElements("mfrac")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^` + Address + `[0-9a-fx.pngj-]+$`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img")
	p.AllowRelativeURLs(true)
	return p
}()
