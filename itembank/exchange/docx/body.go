package docx

import (
	"encoding/xml"
	"fmt"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/written"
)

// content reads blocks until the element around them ends. where names the
// cell that holds them, empty for the page itself.
func (r *reader) content(where string) (blocks []written.Block, err error) {
	err = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "p":
			lines, err := r.paragraph(e, where)
			for i := range lines {
				blocks = append(blocks, written.Block{Line: &lines[i]})
			}
			return err
		case "tbl":
			t, err := r.table()
			blocks = append(blocks, written.Block{Table: &t})
			return err
		case "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo":
			more, err := r.content(where)
			blocks = append(blocks, more...)
			return err
		}
		return r.d.Skip() // section properties, deleted blocks, what is unknown
	})
	return blocks, err
}

// children calls do for every element inside the current one.
func (r *reader) children(do func(xml.StartElement) error) error {
	for {
		t, err := r.d.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

func (r *reader) table() (written.Table, error) {
	r.tables++
	number := r.tables
	t := written.Table{Source: fmt.Sprintf("bảng %d", number)}
	err := r.children(func(e xml.StartElement) error {
		if e.Name.Local != "tr" {
			if e.Name.Local == "sdt" || e.Name.Local == "sdtContent" || e.Name.Local == "ins" {
				return nil // its children follow in this loop's place
			}
			return r.d.Skip()
		}
		row, err := r.row(fmt.Sprintf("bảng %d, dòng %d", number, len(t.Rows)+1))
		t.Rows = append(t.Rows, row)
		return err
	})
	return t, err
}

func (r *reader) row(where string) (cells []written.Cell, err error) {
	err = r.children(func(e xml.StartElement) error {
		if e.Name.Local != "tc" {
			return r.d.Skip()
		}
		c, err := r.cell(fmt.Sprintf("%s, ô %d", where, len(cells)+1))
		cells = append(cells, c)
		for range c.Span - 1 {
			cells = append(cells, written.Cell{Merged: true})
		}
		return err
	})
	return cells, err
}

// widest bounds how many columns one cell may claim to cover.
const widest = 63

func (r *reader) cell(where string) (written.Cell, error) {
	c := written.Cell{Span: 1, Source: where}
	err := r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tcPr":
			var p struct {
				Span  *intVal `xml:"gridSpan"`
				Merge *toggle `xml:"vMerge"`
			}
			if err := r.d.DecodeElement(&p, &e); err != nil {
				return err
			}
			if p.Span != nil {
				c.Span = min(max(1, p.Span.Val), widest)
			}
			c.Merged = p.Merge != nil && p.Merge.Val != "restart"
			return nil
		case "p":
			lines, err := r.paragraph(e, where)
			c.Lines = append(c.Lines, lines...)
			return err
		case "tbl":
			inner, err := r.table()
			for _, row := range inner.Rows {
				for _, cell := range row {
					c.Lines = append(c.Lines, cell.Lines...)
				}
			}
			return err
		case "sdt", "sdtContent":
			more, err := r.content(where)
			for _, b := range more {
				if b.Line != nil {
					c.Lines = append(c.Lines, *b.Line)
				}
			}
			return err
		}
		return r.d.Skip()
	})
	for len(c.Lines) > 1 && blank(c.Lines[len(c.Lines)-1]) {
		c.Lines = c.Lines[:len(c.Lines)-1]
	}
	return c, err
}

func blank(l written.Line) bool {
	for _, r := range l.Runs {
		if strings.TrimSpace(r.Text) != "" {
			return false
		}
	}
	return l.Label.Text == ""
}

// paragraph is being read: its lines and what its runs inherit.
type paragraph struct {
	r       *reader
	lines   []written.Line
	face    face
	deleted int // inside deleted text
	added   int // inside inserted text
}

// paragraph reads one paragraph: a line, or several where breaks part it.
func (r *reader) paragraph(start xml.StartElement, where string) ([]written.Line, error) {
	r.count++
	if where == "" {
		where = fmt.Sprintf("đoạn %d", r.count)
	}
	p := &paragraph{r: r, lines: []written.Line{{Source: where}}}
	p.face, _, _ = r.styles.paragraph(nil)
	err := p.inside()
	return p.lines, err
}

func (p *paragraph) line() *written.Line { return &p.lines[len(p.lines)-1] }

func (p *paragraph) inside() error {
	return p.r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pPr":
			return p.props(e)
		case "r":
			return p.run()
		case "ins", "moveTo":
			p.added++
			defer func() { p.added-- }()
			return p.inside()
		case "del", "moveFrom":
			p.deleted++
			defer func() { p.deleted-- }()
			return p.inside()
		case "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo":
			return p.inside()
		case "oMath", "oMathPara":
			return p.formula(e)
		}
		return p.r.d.Skip()
	})
}

func (p *paragraph) props(e xml.StartElement) error {
	var props paragraphProps
	if err := p.r.d.DecodeElement(&props, &e); err != nil {
		return err
	}
	f, number, heading := p.r.styles.paragraph(&props)
	p.face = f
	p.line().Style = heading
	p.line().Label = p.r.lists.label(number, f, p.r.styles, props.Mark)
	return nil
}

func (p *paragraph) formula(e xml.StartElement) error {
	mathML, err := p.r.mathML(e)
	if err != nil || p.deleted > 0 {
		return err
	}
	p.say(exchange.MathMark, p.face)
	l := p.line()
	l.Assets = append(l.Assets, exchange.Asset{Kind: exchange.Math, Data: []byte(mathML)})
	return nil
}

// run reads one run: its text, breaks and pictures.
func (p *paragraph) run() error {
	f := p.face
	return p.r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "rPr":
			var props runProps
			if err := p.r.d.DecodeElement(&props, &e); err != nil {
				return err
			}
			f = p.r.styles.run(p.face, &props)
			return nil
		case "t", "delText":
			var words string
			if err := p.r.d.DecodeElement(&words, &e); err != nil {
				return err
			}
			if e.Name.Local == "delText" {
				p.hide(words, true)
			} else {
				p.say(words, f)
			}
			return nil
		case "tab", "ptab":
			p.say("\t", f)
		case "noBreakHyphen":
			p.say("-", f)
		case "sym":
			p.symbol(e, f)
		case "br", "cr":
			p.lineBreak()
		case "drawing", "pict", "object":
			return p.drawing(f)
		case "AlternateContent":
			return p.alternate(f)
		}
		return p.r.d.Skip()
	})
}

// alternate takes the first of several forms of a drawing.
func (p *paragraph) alternate(f face) error {
	done := false
	return p.r.children(func(e xml.StartElement) error {
		if done || e.Name.Local != "Choice" {
			return p.r.d.Skip()
		}
		done = true
		return p.drawing(f)
	})
}

// say adds visible text; text that is not printed is kept apart.
func (p *paragraph) say(words string, f face) {
	if p.deleted > 0 || f.hidden {
		p.hide(words, p.deleted > 0)
		return
	}
	l := p.line()
	l.Tracked = l.Tracked || p.added > 0
	l.Runs = append(l.Runs, written.Run{Text: words, Font: f.font, Look: f.look})
}

func (p *paragraph) hide(words string, deleted bool) {
	if strings.TrimSpace(words) == "" {
		return
	}
	l := p.line()
	l.Secret += words
	l.Tracked = l.Tracked || deleted
	l.Hidden = l.Hidden || !deleted
}

func (p *paragraph) lineBreak() {
	if p.deleted > 0 {
		return
	}
	last := p.line()
	p.lines = append(p.lines, written.Line{Source: last.Source, Soft: true, Style: last.Style})
}

// symbols are the ticks and arrows that Word keeps as places in symbol fonts.
var symbols = map[string]string{
	"F0FC": "✓", "F0FE": "☑", "F0A8": "☐", "F06F": "☐", "F0FD": "☒", "F078": "☒", "F0E0": "→", "F0E8": "→", "F0AE": "→", "F0DE": "⇒", "F052": "☑", "F0A3": "☐", "F02A": "*",
}

func (p *paragraph) symbol(e xml.StartElement, f face) {
	for _, a := range e.Attr {
		if a.Name.Local == "char" {
			if sign, ok := symbols[strings.ToUpper(a.Value)]; ok {
				p.say(sign, f)
			}
		}
	}
}

// drawing finds the picture in a drawing. The text of text boxes is no part
// of the line.
func (p *paragraph) drawing(f face) error {
	alt, id, label := "", "", ""
	err := p.pictureIn(&alt, &id, &label)
	if err != nil || id == "" || p.deleted > 0 || f.hidden {
		return err
	}
	asset, external := p.r.picture(id, exchange.Tidy(alt))
	if name, ours := strings.CutPrefix(label, namePrefix); ours {
		asset.Name = exchange.Tidy(name)
	}
	p.say(" "+exchange.ImageMark+" ", f)
	l := p.line()
	l.Assets = append(l.Assets, asset)
	l.External = l.External || external
	return nil
}

func (p *paragraph) pictureIn(alt, id, label *string) error {
	return p.r.children(func(e xml.StartElement) error {
		for _, a := range e.Attr {
			switch {
			case e.Name.Local == "docPr" && a.Name.Local == "descr":
				*alt = a.Value
			case e.Name.Local == "docPr" && a.Name.Local == "name":
				*label = a.Value
			case *id == "" && (e.Name.Local == "blip" && (a.Name.Local == "embed" || a.Name.Local == "link") || e.Name.Local == "imagedata" && a.Name.Local == "id"):
				*id = a.Value
			}
		}
		if e.Name.Local == "txbxContent" {
			return p.r.d.Skip()
		}
		return p.pictureIn(alt, id, label)
	})
}
