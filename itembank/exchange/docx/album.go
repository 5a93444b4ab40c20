package docx

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	_ "image/gif"  // sizes of pictures
	_ "image/jpeg" // sizes of pictures
	_ "image/png"  // sizes of pictures
	"strings"

	"sathach/itembank/exchange"
)

// album holds the pictures of a file being written, each once.
type album struct {
	parts  []part
	places map[[sha256.Size]byte]int // of equal pictures, by content
	drawn  int                       // drawings so far
}

func newAlbum() *album { return &album{places: map[[sha256.Size]byte]int{}} }

// keeps tells why a picture cannot be written.
func (a *album) keeps(asset exchange.Asset) string {
	_, kind, err := image.DecodeConfig(bytes.NewReader(asset.Data))
	switch {
	case len(asset.Data) == 0:
		return "không có nội dung hình"
	case len(asset.Data) > longestPicture:
		return fmt.Sprintf("hình nặng hơn %d MB", longestPicture>>20)
	case err != nil || kind != "png" && kind != "jpeg" && kind != "gif":
		return "hình không phải PNG, JPEG hay GIF"
	}
	return ""
}

// namePrefix marks the name of a picture's file where editors keep the name of
// a drawing: they give the files in a package names of their own.
const namePrefix = "tệp:"

// place is the number of a picture, which is added where it is new.
func (a *album) place(data []byte, kind string) int {
	sum := sha256.Sum256(data)
	if n, known := a.places[sum]; known {
		return n
	}
	n := len(a.parts) + 1
	a.places[sum] = n
	a.parts = append(a.parts, part{fmt.Sprintf("word/media/image%d.%s", n, kind), data})
	return n
}

// emuPerPixel is a pixel at 96 to the inch; longestSide keeps a picture on its
// page.
const (
	emuPerPixel = 9525
	longestSide = 13 * 360_000
)

func (a *album) drawing(asset exchange.Asset) string {
	config, kind, err := image.DecodeConfig(bytes.NewReader(asset.Data))
	if err != nil {
		return "" // cannot be: keeps has let it pass
	}
	a.drawn++
	width, height := fit(config.Width, config.Height)
	return fmt.Sprintf(drawingForm, width, height, a.drawn, attribute(asset.Alt), attribute(namePrefix+" "+asset.Name), a.place(asset.Data, kind))
}

// fit gives a picture its natural size, or the largest that fits the column.
func fit(width, height int) (int, int) {
	w, h := max(1, width)*emuPerPixel, max(1, height)*emuPerPixel
	widest := (textWidth - 2*cellMargin) * emuPerTwip
	if w > widest {
		w, h = widest, max(1, int(float64(h)*float64(widest)/float64(w)))
	}
	if h > longestSide {
		w, h = max(1, int(float64(w)*float64(longestSide)/float64(h))), longestSide
	}
	return w, h
}

func (a *album) relations() []byte {
	var b strings.Builder
	b.WriteString(relationsHead)
	for i, p := range a.parts {
		fmt.Fprintf(&b, `<Relationship Id="rIdP%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="%s"/>`, i+1, strings.TrimPrefix(p.name, "word/"))
	}
	b.WriteString(`</Relationships>`)
	return []byte(b.String())
}
