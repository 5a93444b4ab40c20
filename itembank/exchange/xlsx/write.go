package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // pictures that a sheet holds
	_ "image/jpeg" // pictures that a sheet holds
	_ "image/png"  // pictures that a sheet holds
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/container"
	"sathach/itembank/exchange/written"
)

// longestCell is how many UTF-16 units Excel keeps in a cell.
const longestCell = excelize.TotalCellChars

const cardSheet = written.CardMark

// Write writes items as cards, one a row; pictures lie on the cells of their
// texts, which have their marks. What a card cannot hold is told. The error is an *exchange.Rejected for a file that would
// be too large to be read again.
func Write(items []exchange.Item) ([]byte, []exchange.Loss, error) {
	cards, losses := written.Cards(items, keeps)
	w := &writer{file: excelize.NewFile(), columns: written.Columns(cards), losses: losses}
	defer w.file.Close()
	if len(cards) >= mostRows || len(w.columns) > mostColumns || (len(cards)+1)*len(w.columns) > mostCells {
		return nil, nil, tooLarge
	}
	if err := w.write(cards); err != nil {
		return nil, nil, fmt.Errorf("write workbook: %w", err)
	}
	data, err := w.pack()
	if err != nil {
		return nil, nil, fmt.Errorf("write workbook: %w", err)
	}
	if _, err := container.Open(data); err != nil {
		return nil, nil, tooLarge
	}
	return data, w.losses, nil
}

// Template is a file with one example of each kind, for people to fill.
func Template() ([]byte, error) {
	data, _, err := Write(written.Examples())
	return data, err
}

var tooLarge = &exchange.Rejected{Reason: "Tệp Excel của các câu này sẽ quá lớn để đọc lại. Hãy ghi ít câu hơn vào một tệp."}

type writer struct {
	file    *excelize.File
	columns []string
	losses  []exchange.Loss
}

func (w *writer) write(cards []written.Card) error {
	if err := w.file.SetSheetName("Sheet1", cardSheet); err != nil {
		return err
	}
	if err := w.formats(len(cards)); err != nil {
		return err
	}
	for x, label := range w.columns {
		if err := w.set(x, 0, label); err != nil {
			return err
		}
	}
	places := map[string]int{}
	for x, label := range w.columns {
		places[label] = x
	}
	for y, c := range cards {
		if err := w.card(y+1, c, places); err != nil {
			return err
		}
	}
	return w.page(len(cards))
}

func (w *writer) card(y int, c written.Card, places map[string]int) error {
	height := lineHeight
	var laid []placed
	for _, f := range c.Fields {
		text, lost := f.Cut(longestCell - grown(f.Text()))
		if lost != "" {
			w.losses = append(w.losses, exchange.Loss{Item: c.Item, What: lost})
		}
		if text == "" {
			continue
		}
		if err := w.set(places[f.Label], y, text); err != nil {
			return err
		}
		below := float64(printedLines(text, width(f.Label))) * lineHeight
		pictures := f.Pictures()
		for i, p := range pictures[:min(len(pictures), strings.Count(text, exchange.ImageMark))] {
			laid = append(laid, placed{p, name(places[f.Label], y), below + float64(i)*(pictureHeight+4), width(f.Label)})
			height = max(height, below+float64(i+1)*(pictureHeight+4))
		}
		height = max(height, below)
	}
	height = min(excelize.MaxRowHeight, height+4)
	if err := w.file.SetRowHeight(cardSheet, y+1, height); err != nil {
		return err
	}
	for _, p := range laid {
		if err := w.picture(p, height); err != nil {
			return err
		}
	}
	return nil
}

// placed is a picture with the cell on which it lies, how far below its top, in
// points, and how many characters wide the cell is.
type placed struct {
	exchange.Asset
	cell  string
	below float64
	width float64
}

// pictureHeight is how high a picture is shown, in points; the file holds it
// whole.
const pictureHeight = 90.0

// pixels are how many there are to a point, and to a character of a column.
const (
	pixelsPerPoint  = 96.0 / 72
	pixelsPerLetter = 7
)

func (w *writer) picture(p placed, height float64) error {
	size, kind, err := image.DecodeConfig(bytes.NewReader(p.Data))
	if err != nil {
		return err // cannot be: keeps has decoded it
	}
	scale := min(1, pictureHeight*pixelsPerPoint/float64(size.Height), (p.width*pixelsPerLetter-8)/float64(size.Width))
	return w.file.AddPictureFromBytes(cardSheet, p.cell, &excelize.Picture{
		Extension: "." + kind, File: p.Data,
		Format: &excelize.GraphicOptions{
			AltText: p.Alt, Name: p.Name, ScaleX: scale, ScaleY: scale, LockAspectRatio: true, Positioning: "oneCell",
			OffsetX: 4, OffsetY: int(min(p.below, height-4) * pixelsPerPoint),
		},
	})
}

// keeps tells why a picture cannot lie on a sheet.
func keeps(a exchange.Asset) string {
	_, kind, err := image.DecodeConfig(bytes.NewReader(a.Data))
	switch {
	case err != nil || kind != "png" && kind != "jpeg" && kind != "gif":
		return "không có dữ liệu PNG, JPEG hay GIF"
	case len(utf16.Encode([]rune(a.Alt))) > excelize.MaxGraphicAltTextLength || len(utf16.Encode([]rune(a.Name))) > excelize.MaxGraphicNameLength:
		return "lời tả hoặc tên quá dài"
	}
	return ""
}

// lineHeight is of a line of 11 points, in points.
const lineHeight = 14.5

// printedLines guesses how many lines a text takes in a column.
func printedLines(text string, width float64) (lines int) {
	for line := range strings.SplitSeq(text, "\n") {
		lines += 1 + int(float64(utf8.RuneCountInString(line))/(width*1.25))
	}
	return lines
}

// set writes text. It is text whatever it looks like: no cell is ever given a
// formula or a number.
func (w *writer) set(x, y int, text string) error {
	return w.file.SetCellStr(cardSheet, name(x, y), escape(text))
}

var escapeForm = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)

// escape keeps Excel from reading _x000D_ as a character. Excelize undoes the
// escape when it reads, but does not make it when it writes.
func escape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		b.WriteByte(text[i])
		if text[i] == '_' && escapeForm.MatchString(text[i:min(len(text), i+7)]) {
			b.WriteString("x005F_")
		}
	}
	return b.String()
}

// grown is by how much escaping makes a text longer; Excelize counts it.
func grown(text string) int { return len(escape(text)) - len(text) }

func name(x, y int) string {
	ref, err := excelize.CoordinatesToCellName(x+1, y+1)
	if err != nil {
		return "" // cannot be: columns and rows are bounded
	}
	return ref
}

// fixedHeight is what excelize adds to every row that has a height.
var fixedHeight = []byte(` customHeight="true"`)

// pack makes the file. Heights are a first guess, for LibreOffice, which fits
// no rows when it opens a file; they must not be fixed, or rows would not grow
// with what people type into them.
func (w *writer) pack() ([]byte, error) {
	packed, err := w.file.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	r, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range r.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			err = z.Copy(f)
		} else {
			err = loosen(z, f)
		}
		if err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

func loosen(z *zip.Writer, f *zip.File) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	sheet, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	to, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified})
	if err != nil {
		return err
	}
	_, err = to.Write(bytes.ReplaceAll(sheet, fixedHeight, nil))
	return err
}
