package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/container"
	"sathach/itembank/exchange/written"
)

// Write writes items as cards, one table each. What a card cannot hold is
// told. The error is an *exchange.Rejected for a file that would be too large
// to be read again.
func Write(items []exchange.Item) ([]byte, []exchange.Loss, error) {
	return document("Phiếu câu hỏi", items)
}

// Template is a file with one example of each kind, for people to fill.
func Template() ([]byte, error) {
	data, _, err := document("Mẫu phiếu câu hỏi", written.Examples())
	return data, err
}

// hint stands under the title. It must read as no question and no heading.
const hint = "Mỗi bảng là một câu hỏi. Sửa chữ ở cột phải, giữ nguyên nhãn ở cột trái; thêm câu bằng cách chép cả bảng rồi dán xuống dưới, thêm phương án bằng cách thêm dòng."

func document(title string, items []exchange.Item) ([]byte, []exchange.Loss, error) {
	w := &writer{album: newAlbum()}
	cards, losses := written.Cards(items, w.album.keeps)
	w.out.WriteString(documentHead)
	w.paragraph("CardTitle", title)
	w.paragraph("CardHint", hint)
	for _, c := range cards {
		w.card(c)
	}
	w.out.WriteString(documentTail)
	data, err := w.pack()
	return data, losses, err
}

// writer writes the body.
type writer struct {
	out   bytes.Buffer
	album *album
}

// text writes a run of text.
func (w *writer) text(words string) {
	if words == "" {
		return
	}
	open := `<w:r><w:t>`
	if strings.TrimSpace(words) != words {
		open = `<w:r><w:t xml:space="preserve">` // else Word drops the blanks
	}
	w.out.WriteString(open)
	_ = xml.EscapeText(&w.out, []byte(words)) // a buffer takes everything
	w.out.WriteString(`</w:t></w:r>`)
}

func (w *writer) paragraph(style, words string) {
	w.open(style)
	w.text(words)
	w.out.WriteString(`</w:p>`)
}

func (w *writer) open(style string) {
	w.out.WriteString(`<w:p>`)
	if style != "" {
		w.out.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
}

// card writes a table, and the blank paragraph that keeps it apart from the
// next one.
func (w *writer) card(c written.Card) {
	w.out.WriteString(tableHead)
	head := true // up to the stem
	for i, f := range c.Fields {
		w.row(f, i == 0, head)
		head = head && f.Label != written.StemLabel
	}
	w.out.WriteString(`</w:tbl><w:p/>`)
}

// longRow is from how many characters on a row may break across pages.
const longRow = 900

func (w *writer) row(f written.Field, first, head bool) {
	label, value, fill := "CardLabel", "", lightFill
	if head {
		label = "CardHead" // stays with the next row
	}
	w.out.WriteString(`<w:tr>`)
	if first {
		value, fill = "CardHead", darkFill
		w.out.WriteString(`<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	} else if utf8.RuneCountInString(f.Text()) < longRow {
		w.out.WriteString(`<w:trPr><w:cantSplit/></w:trPr>`)
	}
	w.cell(labelWidth, fill)
	w.paragraph(label, f.Label)
	if !first {
		fill = ""
	}
	w.out.WriteString(`</w:tc>`)
	w.cell(textWidth, fill)
	w.lines(value, f.Lines)
	w.out.WriteString(`</w:tc></w:tr>`)
}

func (w *writer) cell(width int, fill string) {
	fmt.Fprintf(&w.out, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if fill != "" {
		w.out.WriteString(`<w:shd w:val="clear" w:color="auto" w:fill="` + fill + `"/>`)
	}
	w.out.WriteString(`</w:tcPr>`)
}

// lines writes a paragraph for each line; a cell has at least one.
func (w *writer) lines(style string, lines [][]written.Part) {
	if len(lines) == 0 {
		w.paragraph(style, "")
	}
	for _, line := range lines {
		w.open(style)
		for _, part := range line {
			w.text(part.Text)
			if part.Picture != nil {
				w.out.WriteString(w.album.drawing(*part.Picture))
			}
		}
		w.out.WriteString(`</w:p>`)
	}
}

// pack makes the package, and makes sure that it is small enough to be read.
func (w *writer) pack() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range append([]part{
		{"[Content_Types].xml", []byte(contentTypes)},
		{"_rels/.rels", []byte(packageRelations)},
		{body, w.out.Bytes()},
		{"word/_rels/document.xml.rels", w.album.relations()},
		{"word/styles.xml", []byte(stylesPart)},
		{"word/settings.xml", []byte(settingsPart)},
		{"word/footer1.xml", []byte(footerPart)},
	}, w.album.parts...) {
		e, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
		if _, err := e.Write(f.data); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if _, err := container.Open(out.Bytes()); err != nil {
		return nil, &exchange.Rejected{Reason: "Tệp Word của các câu này sẽ quá lớn để mở và đọc lại. Hãy ghi ít câu hơn vào một tệp, hoặc ghi thành tệp Excel."}
	}
	return out.Bytes(), nil
}

type part struct {
	name string
	data []byte
}

// attribute escapes a text for an attribute.
func attribute(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
