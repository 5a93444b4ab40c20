package moodlexml

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"path"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/markup"
)

// sheet is an item on its way to a <question>: its texts as pages, its
// pictures and formulas given out to their marks.
type sheet struct {
	w        *writer
	item     exchange.Item
	images   []exchange.Asset
	formulas []exchange.Asset

	stem        page
	options     []page
	targets     []page
	gaps        [][]string // HTML of the options; their files are the stem's
	explanation page
	feedback    []page
}

// newSheet makes the pages in the order in which an item lists its pictures.
func newSheet(w *writer, it exchange.Item) *sheet {
	s := &sheet{w: w, item: it}
	for _, a := range it.Assets {
		if a.Kind == exchange.Math {
			s.formulas = append(s.formulas, a)
		} else {
			s.images = append(s.images, a)
		}
	}
	block, line := paragraph, paragraph
	if it.Format == exchange.Markdown {
		block, line = markdown.Block.Fragment, func(text string) string { return "<p>" + markdown.Line.Fragment(text) + "</p>" }
	}
	s.stem = s.page(it.Stem, block)
	s.options, s.targets = s.pages(it.Options, line), s.pages(it.Targets, paragraph)
	for _, g := range it.Gaps {
		s.gaps = append(s.gaps, s.inner(g.Options))
	}
	s.explanation = s.page(it.Explanation, block)
	for _, f := range it.OptionFeedback {
		if f == nil {
			f = new(string)
		}
		s.feedback = append(s.feedback, s.page(*f, paragraph))
	}
	if len(s.images)+len(s.formulas) > 0 {
		w.lose("Có hình hoặc công thức không gắn với chỗ nào trong câu nên không ghi được")
	}
	return s
}

func (s *sheet) pages(texts []string, html func(string) string) []page {
	var out []page
	for _, t := range texts {
		out = append(out, s.page(t, html))
	}
	return out
}

// page makes a page of a text; html tells how the text is written.
func (s *sheet) page(text string, html func(string) string) page {
	var p page
	if exchange.Tidy(text) != "" {
		p.html = s.shown(html(text), &p.files)
	}
	return p
}

// paragraph is a plain text in HTML.
func paragraph(text string) string { return "<p>" + escape(clean(text)) + "</p>" }

func (s *sheet) inner(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, s.shown(escape(clean(t)), &s.stem.files))
	}
	return out
}

// shown puts pictures and formulas in the place of their marks.
func (s *sheet) shown(html string, files *[]picture) string {
	return anyMark.ReplaceAllStringFunc(html, func(mark string) string {
		if mark == exchange.ImageMark {
			return s.image(files)
		}
		return s.formula()
	})
}

func (s *sheet) image(files *[]picture) string {
	a := exchange.Asset{}
	if len(s.images) > 0 {
		a, s.images = s.images[0], s.images[1:]
	}
	ext := extension(a.Data)
	if ext == "" {
		s.w.lose("Hình không kèm dữ liệu PNG, JPEG hay GIF nên chỉ ghi được chữ “[hình]”")
		return "[hình]"
	}
	name := fileName(path.Base("/" + a.Name))
	if name == "" {
		name = "hinh." + ext
	}
	name = place(files, name, a.Data)
	return fmt.Sprintf(`<img src="@@PLUGINFILE@@/%s" alt="%s"/>`, url.PathEscape(name), html.EscapeString(clean(a.Alt)))
}

// place puts a file beside a text under a name of its own.
func place(files *[]picture, name string, data []byte) string {
	ext := path.Ext(name)
	for n, try := 2, name; ; n++ {
		taken := false
		for _, f := range *files {
			if f.name != try {
				continue
			}
			if bytes.Equal(f.data, data) {
				return try
			}
			taken = true
		}
		if !taken {
			*files = append(*files, picture{try, data})
			return try
		}
		try = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n, ext)
	}
}

// formula writes MathML anew: only what is known of it leaves this package.
func (s *sheet) formula() string {
	if len(s.formulas) > 0 {
		a := s.formulas[0]
		s.formulas = s.formulas[1:]
		if known := markup.FromHTML(string(a.Data)).Formulas; len(known) == 1 {
			return known[0]
		}
	}
	s.w.lose("Công thức không kèm dữ liệu nên chỉ ghi được chữ “[công thức]”")
	return "[công thức]"
}

// head writes what all kinds of questions have.
func (s *sheet) head(kind string) {
	w := s.w
	w.printf("    <name><text>%s</text></name>\n", escape(tight(clean(s.item.Name))))
	if kind == "cloze" {
		s.stem.html = s.cloze()
	}
	w.element("questiontext", s.stem)
	w.element("generalfeedback", s.explanation)
	if kind != "cloze" {
		w.printf("    <defaultgrade>1.0000000</defaultgrade>\n")
	}
	w.printf("    <penalty>0.3333333</penalty>\n    <hidden>0</hidden>\n    <idnumber></idnumber>\n")
}

func (s *sheet) body(kind string) {
	switch kind {
	case "multichoice":
		s.choice()
	case "truefalse":
		s.trueFalse()
	case "matching":
		s.matching()
	case "ordering":
		s.ordering()
	case "numerical":
		s.numerical()
	case "shortanswer":
		s.shortAnswer()
	case "essay":
		s.w.printf("    <responseformat>editor</responseformat>\n    <responserequired>1</responserequired>\n    <responsefieldlines>10</responsefieldlines>\n    <attachments>0</attachments>\n")
	}
}

// tell lists what no kind of question in Moodle holds.
func (s *sheet) tell() {
	it, w := s.item, s.w
	if it.Level != "" {
		w.lose("Moodle XML không có chỗ ghi mức độ (“%s”)", clean(it.Level))
	}
	if it.Citation != "" {
		w.lose("Moodle XML không có chỗ ghi căn cứ (“%s”)", clean(it.Citation))
	}
	if len(it.Pinned) > 0 {
		w.lose("Moodle không giữ cố định từng phương án: đã tắt xáo trộn cho cả câu")
	}
	if len(it.OptionFeedback) > 0 && (len(it.Options) == 0 || it.Type == exchange.Matching) {
		w.lose("Loại câu này trong Moodle XML không giữ lời phản hồi cho từng phương án")
	}
}
