package qti

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/markup"
)

// draft is an item while it is written.
type draft struct {
	exchange.Item
	version  Version
	code     string // number of its file
	label    string // names it in a Loss
	pictures []entry
	losses   []exchange.Loss
	used     int // assets whose marks have been passed

	declarations []*elem // of responses
	processing   []*elem
	template     string  // names the processing when it is a common one
	full         float64 // the highest mark
}

func newDraft(index int, it exchange.Item, v Version) *draft {
	d := &draft{Item: it, version: v, code: fmt.Sprintf("%04d", index+1), label: it.Name, full: 1}
	if d.label == "" {
		d.label = "câu thứ " + strconv.Itoa(index+1)
	}
	return d
}

func (d *draft) entry() string { return "items/" + d.code + ".xml" }

func (d *draft) section() string {
	if d.Section == nil {
		return ""
	}
	return *d.Section
}

func (d *draft) lose(format string, args ...any) {
	d.losses = append(d.losses, exchange.Loss{Item: d.label, What: fmt.Sprintf(format, args...)})
}

// item writes the item, or nil with a loss when the format has no shape for
// it.
func (d *draft) item() *elem {
	content := d.content()
	if content == nil {
		return nil
	}
	d.leaveBehind()
	said := d.remarks()
	name := d.Name
	if name == "" {
		name = "cau-" + d.code
	}
	root := tag("assessmentItem", []string{"identifier", name, "title", name, "adaptive", "false", "timeDependent", "false", "xml:lang", "vi", "toolName", "sathach"})
	root.kids = append(d.declarations, scoreDeclaration(d.full))
	root.kids = append(root.kids, said.outcomes...)
	root.kids = append(root.kids, tag("itemBody", nil, content...), d.rules(said.rules))
	root.kids = append(root.kids, said.feedback...)
	if len(d.Assets) > d.used {
		d.lose("%d hình hoặc công thức không có chỗ đánh dấu trong nội dung nên không được ghi", len(d.Assets)-d.used)
	}
	return root
}

// rules is the response processing: the name of a common one when nothing has
// to be added to it.
func (d *draft) rules(more []*elem) *elem {
	if d.template == "" || len(more) > 0 {
		return tag("responseProcessing", nil, append(d.processing, more...)...)
	}
	address := "http://www.imsglobal.org/question/qti_v2p1/rptemplates/" + d.template
	if d.version == V30 {
		address = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/" + d.template + ".xml"
	}
	return tag("responseProcessing", []string{"template", address})
}

// content is the body by the item's type.
func (d *draft) content() []*elem {
	switch d.Type {
	case exchange.Single, exchange.Multiple, exchange.TrueFalse:
		return d.choice()
	case exchange.Ordering:
		return d.ordering()
	case exchange.Matching:
		return d.matching()
	case exchange.Numeric:
		return d.numeric()
	case exchange.ShortAnswer:
		return d.short()
	case exchange.GapText:
		return d.gapped()
	case exchange.Essay:
		d.declare("RESPONSE", "single", "string", nil)
		return []*elem{d.stem(), tag("extendedTextInteraction", []string{"responseIdentifier", "RESPONSE"})}
	}
	d.lose("không ghi được kiểu câu “%s”", d.Type)
	return nil
}

// leaveBehind tells what an item has and its type cannot hold in this format.
func (d *draft) leaveBehind() {
	if d.OptionFeedback != nil && !isChoice(d.Type) {
		d.lose("phản hồi riêng cho từng phương án")
	}
	if d.Weights != nil && !isChoice(d.Type) {
		d.lose("trọng số của từng phương án")
	}
	if d.Type == exchange.TrueFalse && !isTrueFalse(d.Options) {
		d.lose("câu đúng/sai có phương án khác “Đúng”, “Sai” được ghi thành câu chọn một")
	}
}

func (d *draft) stem() *elem { return d.block(d.Stem, nil) }

// block writes a stem or an explanation, option an option.
func (d *draft) block(text string, gap func() *elem) *elem {
	if d.Format != exchange.Markdown {
		return plain("p", nil, d.flow(text, gap)...)
	}
	return plain("div", nil, d.shown(markdown.Block.Fragment(text), gap)...)
}

func (d *draft) option(text string) []*elem {
	if d.Format != exchange.Markdown {
		return d.flow(text, nil)
	}
	return d.shown(markdown.Line.Fragment(text), nil)
}

// shown writes HTML that Markdown became, with pictures and formulas at their
// marks.
func (d *draft) shown(fragment string, gap func() *elem) (list []*elem) {
	nodes, err := markup.Nodes(fragment)
	if err != nil {
		d.lose("một đoạn có định dạng không ghi được")
		return nil
	}
	for _, n := range nodes {
		list = append(list, d.copied(n, gap)...)
	}
	return list
}

func (d *draft) copied(n *html.Node, gap func() *elem) []*elem {
	if n.Type == html.TextNode {
		if strings.TrimSpace(n.Data) == "" && strings.Contains(n.Data, "\n") {
			return nil // between blocks
		}
		return d.flow(n.Data, gap)
	}
	e := plain(n.Data, nil)
	for _, a := range n.Attr {
		switch a.Key {
		case "align":
			e.attrs = append(e.attrs, "class", "qti-align-"+a.Val)
		case "start":
			d.lose("danh sách không bắt đầu từ 1 được đánh số lại từ 1")
		}
	}
	for c := range n.ChildNodes() {
		e.kids = append(e.kids, d.copied(c, gap)...)
	}
	return []*elem{e}
}

// flow writes a text with its pictures and formulas, and at its gap marks
// what gap gives.
func (d *draft) flow(text string, gap func() *elem) []*elem {
	var out []*elem
	for text != "" {
		at, mark := nextMark(text, gap != nil)
		if before := text[:at]; before != "" {
			out = append(out, words(before))
		}
		text = text[at+len(mark):]
		switch mark {
		case exchange.GapMark:
			out = append(out, gap())
		case exchange.ImageMark, exchange.MathMark:
			if e := d.asset(mark); e != nil {
				out = append(out, e)
			}
		}
	}
	return out
}

// nextMark finds the nearest mark; without one, the end of the text.
func nextMark(text string, gaps bool) (int, string) {
	at, found := len(text), ""
	for _, mark := range []string{exchange.ImageMark, exchange.MathMark, exchange.GapMark} {
		if i := strings.Index(text, mark); i >= 0 && i < at && (gaps || mark != exchange.GapMark) {
			at, found = i, mark
		}
	}
	return at, found
}

// asset writes the next picture or formula.
func (d *draft) asset(mark string) *elem {
	if d.used >= len(d.Assets) {
		d.lose("chỗ đánh dấu %s không có nội dung kèm theo", mark)
		return nil
	}
	a := d.Assets[d.used]
	d.used++
	switch {
	case a.Kind == exchange.Math && mark == exchange.MathMark:
		if e := formula(a.Data); e != nil {
			return e
		}
		d.lose("một công thức không ghi được")
	case a.Kind == exchange.Image && mark == exchange.ImageMark && len(a.Data) > 0:
		return d.picture(a)
	case a.Kind == exchange.Image:
		d.lose("hình “%s” không có dữ liệu", a.Name)
	default:
		d.lose("chỗ đánh dấu %s không khớp nội dung kèm theo", mark)
	}
	return nil
}

// picture packs a picture in a folder of its own, so that it keeps its name.
func (d *draft) picture(a exchange.Asset) *elem {
	name := fmt.Sprintf("images/%s-%d/%s", d.code, d.used, fileName(a.Name))
	d.pictures = append(d.pictures, entry{name, a.Data})
	return plain("img", []string{"src", "../" + reference(name), "alt", a.Alt})
}

// fileName keeps a name from leading anywhere.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\/:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
	if name = path.Base(name); strings.Trim(name, ". ") == "" {
		return "hinh.png"
	}
	return name
}

// formula writes MathML, or nil when it is not well formed.
func formula(data []byte) *elem {
	n, err := parse(data, maxTokens)
	if err != nil || n.name != "math" {
		return nil
	}
	e := rewrite(n)
	e.attrs = []string{"xmlns", "http://www.w3.org/1998/Math/MathML"}
	return e
}

// rewrite copies a tree without its attributes.
func rewrite(n *node) *elem {
	if n.name == "" {
		return words(n.text)
	}
	e := plain(n.tag, nil)
	for _, k := range n.kids {
		e.kids = append(e.kids, rewrite(k))
	}
	return e
}

// metadata holds what an item file has no place for.
func (d *draft) metadata() []*elem {
	var parts []*elem
	if d.Number != nil {
		parts = append(parts, lom("general", lom("identifier", lom("catalog", words(numberCatalog)), lom("entry", words(strconv.Itoa(*d.Number))))))
	}
	if d.Level != "" {
		parts = append(parts, lom("educational", lom("difficulty", lom("source", words("sathach")), lom("value", words(d.Level)))))
	}
	if d.Citation != "" {
		text := plain("lom:string", []string{"language", "vi"}, words(d.Citation))
		parts = append(parts, lom("relation", lom("kind", lom("source", words("LOMv1.0")), lom("value", words(basedOn))), lom("resource", lom("description", text))))
	}
	if parts == nil {
		return nil
	}
	return []*elem{plain("metadata", nil, plain("lom:lom", []string{"xmlns:lom", "http://ltsc.ieee.org/xsd/LOM"}, parts...))}
}

func lom(name string, kids ...*elem) *elem { return plain("lom:"+name, nil, kids...) }
