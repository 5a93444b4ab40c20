// Package docx reads question banks written in Word or LibreOffice, and writes
// them as cards, one table an item, which it reads back unchanged: only the
// blanks around the mark of a picture are made to be one.
//
// It decides what a reader of the printed page sees: numbering that exists
// only as formatting is computed, soft breaks part lines, deleted and hidden
// text goes (and is remembered, in case it bears on a key), headers, footers,
// comments and text boxes are no part of the page, formulas become MathML. What
// the lines mean, and what a card holds, is decided by package written. A file
// takes about 6,000 items (container.MaxEntry). Start reading at Read and Write.
package docx

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/container"
	"sathach/itembank/exchange/markup"
	"sathach/itembank/exchange/written"
)

const (
	body = "word/document.xml"
	// longestPicture bounds one picture of an item.
	longestPicture = 4 << 20
)

// Read reads a .docx file.
func Read(data []byte) (exchange.Content, error) {
	p, err := container.Open(data)
	if err != nil {
		return exchange.Content{}, err
	}
	if !p.Has(body) {
		return exchange.Content{}, &exchange.Rejected{Reason: "Gói này không phải tệp Word (.docx): bên trong không có văn bản. Tệp .doc cũ cần được lưu lại thành .docx."}
	}
	r := &reader{pack: p}
	if err := r.prepare(); err != nil {
		return exchange.Content{}, refuse(err)
	}
	if err := r.read(); err != nil {
		return exchange.Content{}, refuse(err)
	}
	content := written.Read(r.blocks)
	if len(content.Items) == 0 {
		content.Warnings = append(content.Warnings, "Không tìm thấy câu hỏi nào trong tệp. Mỗi câu cần bắt đầu bằng “Câu 1.” hoặc số thứ tự, các phương án bằng A., B., C., D.")
	}
	return content, nil
}

// refuse keeps a refusal and turns everything else into one.
func refuse(err error) error {
	var rejected *exchange.Rejected
	if errors.As(err, &rejected) {
		return rejected
	}
	return &exchange.Rejected{Reason: "Nội dung tệp Word bị hỏng nên không đọc được. Hãy mở tệp bằng Word hoặc LibreOffice và lưu lại."}
}

// reader holds what the parts of the package say about the body.
type reader struct {
	pack     *container.Package
	styles   styles
	lists    lists
	targets  map[string]target // relationships of the body
	pictures map[string][]byte

	d      *xml.Decoder
	blocks []written.Block
	count  int // paragraphs so far
	tables int
	depth  int
}

// target is where a relationship leads.
type target struct {
	name     string
	external bool
}

func (r *reader) prepare() error {
	r.pictures = map[string][]byte{}
	return errors.Join(r.readRelations(), r.readStyles(), r.readLists())
}

// part decodes an optional part of the package.
func (r *reader) part(name string, into any) error {
	rc, err := r.pack.Open(name)
	if errors.Is(err, container.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	defer rc.Close()
	return markup.NewDecoder(rc).Decode(into)
}

func (r *reader) readRelations() error {
	var file struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err := r.part("word/_rels/document.xml.rels", &file); err != nil {
		return err
	}
	r.targets = map[string]target{}
	for _, rel := range file.Relations {
		name := rel.Target
		if !strings.HasPrefix(name, "/") {
			name = path.Join("word", name)
		}
		r.targets[rel.ID] = target{strings.TrimPrefix(name, "/"), strings.EqualFold(rel.Mode, "External")}
	}
	return nil
}

// picture finds the picture of a relationship; it is read once.
func (r *reader) picture(id, alt string) (a exchange.Asset, external bool) {
	t, ok := r.targets[id]
	a = exchange.Asset{Kind: exchange.Image, Name: path.Base(t.name), Alt: alt}
	if !ok {
		a.Name = ""
		return a, false
	}
	if t.external {
		a.Name = ""
		return a, true
	}
	if data, done := r.pictures[t.name]; done {
		a.Data = data
		return a, false
	}
	data, err := r.pack.Read(t.name, longestPicture)
	if err != nil {
		data = nil // a picture that is missing or too large: its place stays
	}
	r.pictures[t.name] = data
	a.Data = data
	return a, false
}

func (r *reader) read() error {
	rc, err := r.pack.Open(body)
	if err != nil {
		return err
	}
	defer rc.Close()
	r.d = markup.NewDecoder(rc)
	for {
		t, err := r.d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == "body" {
			blocks, err := r.content("")
			r.blocks = blocks
			if err != nil {
				return err
			}
		}
	}
}
