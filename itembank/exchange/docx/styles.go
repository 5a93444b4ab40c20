package docx

import (
	"encoding/xml"
	"strings"

	"sathach/itembank/exchange/written"
)

// toggle is a property such as <w:b/>, <w:b w:val="0"/>.
type toggle struct {
	Val string `xml:"val,attr"`
}

func (t *toggle) on() bool {
	return t != nil && t.Val != "0" && t.Val != "false" && t.Val != "off" && t.Val != "none"
}

// runProps is w:rPr.
type runProps struct {
	Style     *toggle `xml:"rStyle"`
	Bold      *toggle `xml:"b"`
	Italic    *toggle `xml:"i"`
	Underline *toggle `xml:"u"`
	Strike    *toggle `xml:"strike"`
	Vanish    *toggle `xml:"vanish"`
	Color     *toggle `xml:"color"`
	Highlight *toggle `xml:"highlight"`
	Shade     *struct {
		Fill string `xml:"fill,attr"`
	} `xml:"shd"`
	Fonts *struct {
		ASCII string `xml:"ascii,attr"`
		High  string `xml:"hAnsi,attr"`
	} `xml:"rFonts"`
}

// face is a resolved look: what a run looks like, its font, whether it is
// printed.
type face struct {
	look   written.Look
	font   string
	hidden bool
}

// over lays properties over a face.
func (f face) over(p *runProps) face {
	if p == nil {
		return f
	}
	set := func(field *bool, t *toggle) {
		if t != nil {
			*field = t.on()
		}
	}
	set(&f.look.Bold, p.Bold)
	set(&f.look.Italic, p.Italic)
	set(&f.look.Underline, p.Underline)
	set(&f.look.Strike, p.Strike)
	set(&f.hidden, p.Vanish)
	if p.Color != nil {
		f.look.Color = written.Color(p.Color.Val)
		if strings.EqualFold(p.Color.Val, "FFFFFF") && p.Highlight == nil && p.Shade == nil {
			f.hidden = true // white on white is not seen
		}
	}
	if p.Highlight != nil {
		f.look.Highlight = p.Highlight.Val
		if !p.Highlight.on() || strings.EqualFold(p.Highlight.Val, "white") {
			f.look.Highlight = ""
		}
	}
	if p.Shade != nil {
		f.look.Highlight = shade(p.Shade.Fill)
	}
	if p.Fonts != nil && p.Fonts.ASCII+p.Fonts.High != "" {
		f.font = p.Fonts.ASCII
		if f.font == "" {
			f.font = p.Fonts.High
		}
	}
	return f
}

func shade(fill string) string {
	if fill == "" || strings.EqualFold(fill, "auto") || strings.EqualFold(fill, "FFFFFF") {
		return ""
	}
	return fill
}

// paragraphProps is w:pPr.
type paragraphProps struct {
	Style  *toggle   `xml:"pStyle"`
	Number *numProps `xml:"numPr"`
	Mark   *runProps `xml:"rPr"`
	Shade  *struct {
		Fill string `xml:"fill,attr"`
	} `xml:"shd"`
}

type numProps struct {
	Level *intVal `xml:"ilvl"`
	ID    *intVal `xml:"numId"`
}

type intVal struct {
	Val int `xml:"val,attr"`
}

// style is a paragraph or character style with what it is based on.
type style struct {
	Type   string         `xml:"type,attr"`
	ID     string         `xml:"styleId,attr"`
	First  string         `xml:"default,attr"`
	Name   toggle         `xml:"name"`
	Based  *toggle        `xml:"basedOn"`
	Run    *runProps      `xml:"rPr"`
	Format paragraphProps `xml:"pPr"`
}

// styles resolves styles by their id.
type styles struct {
	base     face
	byID     map[string]style
	standard string // the paragraph style of paragraphs without one
}

func (r *reader) readStyles() error {
	var file struct {
		XMLName  xml.Name  `xml:"styles"`
		Defaults *runProps `xml:"docDefaults>rPrDefault>rPr"`
		Styles   []style   `xml:"style"`
	}
	r.styles.byID = map[string]style{}
	if err := r.part("word/styles.xml", &file); err != nil {
		return err
	}
	r.styles.base = face{}.over(file.Defaults)
	for _, s := range file.Styles {
		r.styles.byID[s.ID] = s
		if s.Type == "paragraph" && (s.First == "1" || s.First == "true") {
			r.styles.standard = s.ID
		}
	}
	return nil
}

// longestChain bounds styles that are based on one another.
const longestChain = 20

// chain lists a style and those it is based on, the most general first.
func (s styles) chain(id string) []style {
	var chain []style
	for range longestChain {
		one, ok := s.byID[id]
		if !ok {
			break
		}
		chain = append([]style{one}, chain...)
		if one.Based == nil {
			break
		}
		id = one.Based.Val
	}
	return chain
}

// apply lays a style over a face.
func (s styles) apply(f face, id string) face {
	for _, one := range s.chain(id) {
		f = f.over(one.Run)
	}
	return f
}

// paragraph is the face of a paragraph's runs, its list and whether its style
// is a heading's.
func (s styles) paragraph(p *paragraphProps) (f face, number *numProps, heading string) {
	id := s.standard
	if p != nil && p.Style != nil {
		id = p.Style.Val
	}
	f = s.base
	for _, one := range s.chain(id) {
		f = f.over(one.Run)
		if one.Format.Number != nil {
			number = one.Format.Number
		}
		if name := strings.ToLower(one.Name.Val); strings.HasPrefix(name, "heading") || name == "title" || name == "subtitle" {
			heading = one.Name.Val
		}
	}
	if p != nil && p.Number != nil {
		number = p.Number
	}
	if p != nil && p.Shade != nil && f.look.Highlight == "" {
		f.look.Highlight = shade(p.Shade.Fill)
	}
	return f, number, heading
}

// run is the face of a run inside a paragraph.
func (s styles) run(paragraph face, p *runProps) face {
	if p != nil && p.Style != nil {
		before, own := paragraph, s.apply(face{}, p.Style.Val)
		paragraph = s.apply(paragraph, p.Style.Val)
		// These switch: a bold style inside a bold paragraph style is not bold.
		paragraph.look.Bold = before.look.Bold != own.look.Bold
		paragraph.look.Italic = before.look.Italic != own.look.Italic
		paragraph.look.Strike = before.look.Strike != own.look.Strike
		paragraph.hidden = before.hidden != own.hidden
	}
	return paragraph.over(p)
}
