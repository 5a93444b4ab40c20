// Package markdown is how questions are written that need more than plain
// words.
//
// The language is a small part of CommonMark: paragraphs, line breaks, strong
// and stressed words, lists, quotations and tables, and two things of our own:
//
//	![what the picture shows](NAME)   a picture of the bank, by its name
//	<math>…</math>                    a formula, in presentation MathML
//
// There are no links, no headings and no HTML: what looks like them is text.
// So nothing an author writes can run, and what comes out passes bluemonday
// once more. Block is for stems and explanations; Line is for options, which
// stand on one line and have no lists, quotations or tables.
//
// In a file of questions the places of pictures and formulas are marked, and
// what stands there lies beside the text (exchange.Asset): Take and Put change
// between the two ways. Start reading at Form.
package markdown

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	xhtml "golang.org/x/net/html"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// Form is one of the two ways of writing.
type Form struct{ md goldmark.Markdown }

// Block is for texts of several lines, Line for texts of one.
var (
	Block = Form{newMarkdown(
		util.Prioritized(parser.NewListParser(), 300), util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewBlockquoteParser(), 800), util.Prioritized(parser.NewParagraphParser(), 1000))}
	Line = Form{newMarkdown(util.Prioritized(parser.NewParagraphParser(), 1000))}
)

func newMarkdown(blocks ...util.PrioritizedValue) goldmark.Markdown {
	md := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(blocks...),
			parser.WithInlineParsers(util.Prioritized(pictureParser{}, 100), util.Prioritized(formulaParser{}, 200), util.Prioritized(parser.NewEmphasisParser(), 500)))),
		goldmark.WithRendererOptions(goldhtml.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(ownRenderer{}, 100))))
	if len(blocks) > 1 {
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)).Extend(md)
	}
	return md
}

// HTML shows a text on a page. The places of gaps stay marked.
func (f Form) HTML(source string) string { return wide.Replace(f.Fragment(source)) }

// Fragment is a text in HTML without what only our pages need.
func (f Form) Fragment(source string) string {
	if tooMuch(source) {
		return strings.ReplaceAll(html.EscapeString(source), "\n", "<br>\n")
	}
	var out bytes.Buffer
	if err := f.md.Convert([]byte(source), &out); err != nil {
		return html.EscapeString(source) // a buffer takes everything; better shown as typed than not at all
	}
	shown := strings.TrimSpace(fence.Sanitize(out.String()))
	if f == Line {
		shown = strings.NewReplacer("<p>", "", "</p>", "").Replace(shown)
	}
	return shown
}

// Bounds of what is read as Markdown: longer texts, and tables of more cells,
// are shown as they are typed.
const (
	longestSource = 64 << 10 // bytes
	mostCells     = 2000
)

// tooMuch tells a text that would become many times its size: a table has as
// many cells in every row as in its first.
func tooMuch(source string) bool {
	rows, wide := 0, 0
	for line := range strings.Lines(source) {
		if strokes := strings.Count(line, "|"); strokes > 0 {
			rows, wide = rows+1, max(wide, strokes+1)
		}
	}
	return len(source) > longestSource || rows*wide > mostCells
}

// EachGap replaces the marks of gaps that a reader sees in HTML: not those in
// an attribute or a formula.
func EachGap(shown string, with func(n int) string) string {
	var out strings.Builder
	tokens := xhtml.NewTokenizer(strings.NewReader(shown))
	formulas, n := 0, 0
	for tokens.Next() != xhtml.ErrorToken {
		raw := string(tokens.Raw())
		token := tokens.Token()
		switch {
		case token.Data == "math" && token.Type == xhtml.StartTagToken:
			formulas++
		case token.Data == "math" && token.Type == xhtml.EndTagToken:
			formulas--
		case token.Type == xhtml.TextToken && formulas == 0:
			parts := strings.Split(raw, exchange.GapMark)
			for i, part := range parts {
				if i > 0 {
					out.WriteString(with(n))
					n++
				}
				out.WriteString(part)
			}
			continue
		}
		out.WriteString(raw)
	}
	return out.String()
}

// Gaps counts the gaps that a reader of a text sees.
func (f Form) Gaps(source string) (n int) {
	EachGap(f.Fragment(source), func(int) string { n++; return "" })
	return n
}

// wide lets tables scroll sideways, with the keyboard too, on narrow screens.
var wide = strings.NewReplacer("<table>", `<div class="scroll" tabindex="0"><table>`, "</table>", "</table></div>")

// Plain is what a text says without its looks, on one line: a picture is what
// is written about it, a formula its signs. For lists, search and comparison.
func (f Form) Plain(source string) string {
	text := markup.FromHTML(f.HTML(source))
	said := make([]string, 0, len(text.Images)+len(text.Formulas))
	images, formulas := text.Images, text.Formulas
	for _, mark := range marks.FindAllString(text.Plain, -1) {
		if mark == exchange.ImageMark && len(images) > 0 {
			said, images = append(said, images[0].Alt), images[1:]
		} else if len(formulas) > 0 {
			said, formulas = append(said, markup.FormulaText(formulas[0])), formulas[1:]
		}
	}
	return exchange.Tidy(replaceMarks(text.Plain, func(n int) string {
		if n < len(said) {
			return said[n]
		}
		return ""
	}))
}

// Flatten is a text with marks without its looks, on one line, with the same
// marks.
func (f Form) Flatten(marked string) string { return markup.FromHTML(f.HTML(marked)).Plain }

// Escape writes plain words so that they mean themselves: as they are where
// they do already.
func (f Form) Escape(plain string) string {
	if !strings.Contains(strings.ToLower(plain), "<math") && f.Flatten(plain) == plain {
		return plain
	}
	return leading.ReplaceAllString(escape(plain), `$1\$2`)
}

// escape lets every sign inside a line mean itself.
func escape(plain string) string {
	return strings.ReplaceAll(special.ReplaceAllString(plain, `\$0`), "![", `\![`)
}

var (
	special = regexp.MustCompile(`[\\*_<&]`)
	// leading are the signs at which lists and quotations begin.
	leading = regexp.MustCompile(`^(\d*)([-+>.)])`)
	marks   = regexp.MustCompile(regexp.QuoteMeta(exchange.ImageMark) + "|" + regexp.QuoteMeta(exchange.MathMark))
)

// replaceMarks replaces the marks of pictures and formulas one after the
// other.
func replaceMarks(text string, with func(n int) string) string {
	n := -1
	return marks.ReplaceAllStringFunc(text, func(string) string {
		n++
		return with(n)
	})
}

// Tidy makes a text canonical: composed letters, single blanks inside lines,
// one empty line between paragraphs, formulas on one line and without
// attributes.
func (f Form) Tidy(source string) string {
	source = Formulas(source)
	if f == Line {
		return exchange.Tidy(source)
	}
	return exchange.TidyLines(source)
}

// Formulas makes the formulas of a text canonical: each on one line, without
// attributes.
func Formulas(source string) string {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	last := max(strings.LastIndex(source, "</math"), strings.LastIndex(source, "</MATH")) // behind it there is none
	if last < 0 || len(source) > longestSource {
		return source
	}
	if end := strings.IndexByte(source[last:], '>'); end >= 0 {
		last += end + 1
	}
	return formula.ReplaceAllStringFunc(source[:last], func(found string) string {
		if found[0] == '\\' {
			return found
		}
		return markup.Formula(found)
	}) + source[last:]
}

// formula also finds a backslash and the sign it makes text.
var formula = regexp.MustCompile(`(?is)\\[!<\\]|<math\b.*?</math\s*>`)
