package itembank

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/picture"
)

// block makes a stem or an explanation canonical, lines the options.
func (f Format) block(text string) string {
	if f == Markdown {
		return markdown.Block.Tidy(text)
	}
	return viet.Clean(text)
}

// gaps counts the blanks that a reader of a stem sees.
func (f Format) gaps(stem string) int {
	if f == Markdown {
		return markdown.Block.Gaps(stem)
	}
	return strings.Count(stem, GapMark)
}

// canonical is a draft with its texts as the bank keeps them: what is checked
// is what is stored.
func (d Draft) canonical() Draft {
	d.Stem, d.Explanation, d.Options = d.Format.block(d.Stem), d.Format.block(d.Explanation), d.Format.lines(d.Options)
	return d
}

func (f Format) lines(texts []string) []string {
	clean := make([]string, len(texts))
	for i, t := range texts {
		if clean[i] = viet.Clean(t); f == Markdown {
			clean[i] = markdown.Line.Tidy(t)
		}
	}
	return clean
}

// Plain is the revision in plain words, for lists, search and comparison.
func (r Revision) Plain() Revision {
	r.Stem, r.Options = plainWords(r.Format, r.Stem, r.Options)
	r.Format = PlainWords
	return r
}

// plainWords are a stem and options without their looks.
func plainWords(f Format, stem string, options []string) (string, []string) {
	if f != Markdown {
		return stem, options
	}
	said := make([]string, len(options))
	for i, o := range options {
		said[i] = markdown.Line.Plain(o)
	}
	return markdown.Block.Plain(stem), said
}

// written lists the texts of a draft that are in its format.
func (d Draft) written() []string {
	return append([]string{d.Stem, d.Explanation}, d.Options...)
}

// checkWriting tells what keeps the texts of a draft out of the bank.
func (d Draft) checkWriting() error {
	switch d.Format {
	case PlainWords:
		return nil
	case Markdown:
	default:
		return fmt.Errorf("format %q: %w", d.Format, ErrFormat)
	}
	for _, text := range d.written() {
		switch err := markdown.Check(text); {
		case errors.Is(err, markdown.ErrNoAlt):
			return ErrNoAlt
		case err != nil:
			return ErrPicture
		}
	}
	return nil
}

// pictureNames are the pictures that a draft speaks of.
func (d Draft) pictureNames() (names []string) {
	if d.Format != Markdown {
		return nil
	}
	for _, text := range d.written() {
		for _, p := range markdown.Pictures(text) {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// settle turns an item of a file with looks, pictures or formulas beside its
// texts into one whose texts hold them, as the bank keeps it, and hands out the
// pictures. What cannot be kept leaves the words about it in its place, and a
// person is asked.
func settle(it exchange.Item, read pictureReader) (exchange.Item, []picture.Picture) {
	if len(it.Assets) == 0 {
		markdown.Dress(&it)
		return it, nil
	}
	var pictures []picture.Picture
	assets := slices.Clone(it.Assets)
	for i, a := range assets {
		if a.Kind == exchange.Math {
			continue
		}
		if len(a.Data) == 0 && markdown.InBank(a.Name) {
			continue // named in a file of ours; the bank knows whether it has it
		}
		p, err := read(a.Data)
		if assets[i].Name = p.Name; err != nil {
			it.Ask(exchange.ExternalImage, pictureProblem(err))
			continue
		}
		pictures = append(pictures, p)
	}
	it.Assets = assets
	markdown.Attach(&it)
	return it, pictures
}

// pictureReader makes pictures of files.
type pictureReader func(file []byte) (picture.Picture, error)

// mostDecoded is how many different pictures of one file of questions are read.
const mostDecoded = 500

var errManyPictures = errors.New("too many pictures in one file")

// eachOnce reads every picture once, however many questions show it.
func eachOnce() pictureReader {
	type result struct {
		picture picture.Picture
		err     error
	}
	read := map[[sha256.Size]byte]result{}
	return func(file []byte) (picture.Picture, error) {
		sum := sha256.Sum256(file)
		r, again := read[sum]
		if !again {
			if len(read) >= mostDecoded {
				return picture.Picture{}, errManyPictures
			}
			r.picture, r.err = picture.Read(file)
			read[sum] = r
		}
		return r.picture, r.err
	}
}

func pictureProblem(err error) string {
	if errors.Is(err, errManyPictures) {
		return fmt.Sprintf("Tệp có hơn %d hình khác nhau; hãy chia thành nhiều tệp", mostDecoded)
	}
	if errors.Is(err, picture.ErrTooBig) {
		return fmt.Sprintf("Có hình quá lớn: tệp hình được nặng nhất %d MB và không quá 12 triệu điểm ảnh (ảnh JPEG lũy tiến: 3 triệu)", picture.MostBytes>>20)
	}
	return "Có hình không giữ được (hình vẽ SVG, EMF, WMF hoặc tệp hình hỏng); hãy thay bằng hình PNG hoặc JPEG"
}
