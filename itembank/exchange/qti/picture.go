package qti

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"path"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// Limits of pictures.
const (
	maxPicture  = 8 << 20
	maxPictures = 64 << 20 // of a package
	maxAssets   = 60       // of an item
)

// source says where an item's file lies, so that its pictures can be found.
type source struct {
	pack  *bundle // nil for a file of one item
	entry string
}

// collect takes in pictures and formulas in the order of their marks.
func (q *question) collect(t markup.Text) {
	images, formulas := t.Images, t.Formulas
	for rest := t.Plain; len(images)+len(formulas) > 0; {
		i, m := strings.Index(rest, exchange.ImageMark), strings.Index(rest, exchange.MathMark)
		switch {
		case len(q.Assets) >= maxAssets:
			q.Ask(exchange.ExternalImage, "Câu có quá nhiều hình và công thức nên không lấy hết được")
			return
		case i >= 0 && len(images) > 0 && (m < 0 || i < m || len(formulas) == 0):
			q.Assets = append(q.Assets, q.picture(images[0]))
			images, rest = images[1:], rest[i+len(exchange.ImageMark):]
		case m >= 0 && len(formulas) > 0:
			q.Assets = append(q.Assets, exchange.Asset{Kind: exchange.Math, Data: []byte(formulas[0])})
			formulas, rest = formulas[1:], rest[m+len(exchange.MathMark):]
		default:
			return
		}
	}
}

// picture finds a picture; when it cannot, the mark stays and a person is
// asked.
func (q *question) picture(img markup.Image) exchange.Asset {
	a := exchange.Asset{Kind: exchange.Image, Alt: img.Alt}
	data, problem := []byte(nil), ""
	if strings.HasPrefix(img.Source, "data:") {
		a.Name = fmt.Sprintf("hinh-%d", len(q.Assets)+1)
		data, problem = embedded(img.Source)
	} else {
		a.Name = baseName(img.Source)
		data, problem = q.from.find(img.Source)
	}
	if problem == "" && !known(data) {
		problem = "không phải hình PNG, JPEG, GIF, BMP hay WebP"
	}
	if problem != "" {
		q.Ask(exchange.ExternalImage, fmt.Sprintf("Hình “%s” %s", a.Name, problem))
		return a
	}
	a.Data = data
	return a
}

// baseName is the last part of a reference, decoded.
func baseName(reference string) string {
	if u, err := url.Parse(reference); err == nil {
		reference = u.Path
	}
	if name := path.Base(strings.ReplaceAll(reference, `\`, "/")); name != "." && name != "/" {
		return exchange.Tidy(name)
	}
	return "hinh"
}

// find reads a picture of the package. What it tells of a problem completes
// a sentence.
func (s source) find(reference string) (data []byte, problem string) {
	if u, err := url.Parse(strings.TrimSpace(reference)); err == nil && (u.IsAbs() || u.Host != "") {
		return nil, "nằm ở địa chỉ bên ngoài, không được tải về"
	}
	if s.pack == nil {
		return nil, "không đi kèm tệp này"
	}
	entry, ok := resolve(path.Dir(s.entry), reference)
	if !ok {
		return nil, "nằm ngoài gói nên không được đọc"
	}
	return s.pack.picture(entry)
}

func (b *bundle) picture(entry string) (data []byte, problem string) {
	const bad = "bị hỏng hoặc quá lớn"
	if data, ok := b.pictures[entry]; ok && data != nil {
		return data, ""
	} else if ok || b.held > maxPictures {
		return nil, bad
	}
	if !b.Has(entry) {
		return nil, "không có trong gói"
	}
	data, err := b.Read(entry, maxPicture)
	if b.held += len(data); err != nil || len(data) == 0 {
		b.pictures[entry] = nil // unpacked once, however often it is asked for
		return nil, bad
	}
	b.pictures[entry] = data
	return data, ""
}

// embedded decodes a picture that is written in the text itself.
func embedded(reference string) (data []byte, problem string) {
	head, body, _ := strings.Cut(reference, ",")
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
	if err != nil || !strings.HasSuffix(head, ";base64") || len(data) > maxPicture {
		return nil, "ghi trong câu không đọc được"
	}
	return data, ""
}

// known tells pictures of points by their first bytes. Drawings (SVG) can
// hold scripts and are not taken.
func known(data []byte) bool {
	for _, magic := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "BM"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}
