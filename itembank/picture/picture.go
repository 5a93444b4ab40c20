// Package picture makes files of pictures fit for a question.
//
// A picture is read, turned upright, made small enough for a poor line and
// written anew, so that nothing but its points is left of the file that came:
// no place where it was taken, no script, no second file behind it. What was
// written here before stays as it is, byte for byte, so that a question goes
// out of the bank and comes back with the same pictures.
//
// Its name is what it holds, hashed, with its width and height, so a page can
// keep its place before it arrives, and a name can always be kept.
//
// PNG, JPEG, GIF (its first picture), WebP, BMP and TIFF can be read. Drawings
// (SVG, EMF, WMF) cannot: they are programs.
package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // formats that are read
	"image/jpeg"
	"image/png"
	"slices"

	"github.com/bep/imagemeta"
	_ "golang.org/x/image/bmp" // formats that are read
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff" // formats that are read
	_ "golang.org/x/image/webp" // formats that are read
)

// Picture is a picture of the bank.
type Picture struct {
	Name  string // 24 hexadecimal digits, width, height and ending
	Media string // "image/png" or "image/jpeg"
	Data  []byte
}

// Bounds of pictures.
const (
	MostBytes  = 8 << 20 // of a file that is read
	mostPoints = 12_000_000
	mostMemory = 48 << 20  // that its points may take
	longest    = 1200      // points of the longer side that are kept
	weight     = 300 << 10 // bytes that are kept
	smallest   = 200       // points below which no picture is made smaller
	goodEnough = 85        // quality of a JPEG
)

// What keeps a picture out.
var (
	ErrTooBig  = errors.New("picture: the file or its picture is too big")
	ErrUnknown = errors.New("picture: not a picture of a kind that can be read")
)

// Read makes a picture of a file.
func Read(file []byte) (Picture, error) {
	if len(file) > MostBytes {
		return Picture{}, ErrTooBig
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case err != nil:
		return Picture{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	case config.Width < 1 || config.Height < 1:
		return Picture{}, ErrUnknown
	case config.Width > min(mostPoints, mostMemory/pointSize(config.ColorModel, file))/config.Height:
		return Picture{}, ErrTooBig
	}
	points, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return Picture{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if isOurs(file, kind, points) {
		return named(file, kind, points.Bounds().Size()), nil
	}
	return lighten(upright(within(points, longest), orientation(file, kind)), kind)
}

// pointSize is how many bytes a point takes in memory while a file is read.
func pointSize(m color.Model, file []byte) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.GrayModel, color.AlphaModel:
		return 1
	case color.YCbCrModel, color.CMYKModel:
		if markers, _ := segments(file); slices.Contains(markers, progressive) {
			return 15 // all of it is held until the last pass
		}
		return 3
	}
	if _, listed := m.(color.Palette); listed {
		return 1
	}
	return 4
}

// isOurs tells a file that could have been written here.
func isOurs(file []byte, kind string, points image.Image) bool {
	size := points.Bounds().Size()
	if max(size.X, size.Y) > longest || len(file) > weight {
		return false
	}
	switch kind {
	case "jpeg":
		return bare(file)
	case "png":
		again, err := encodePNG(points)
		return err == nil && bytes.Equal(again, file)
	}
	return false
}

// bare tells a JPEG that holds its points and nothing about them.
func bare(file []byte) bool {
	markers, whole := segments(file)
	other := func(marker byte) bool { return !bytes.Contains([]byte{0xc0, 0xc4, 0xda, 0xdb, 0xdd}, []byte{marker}) }
	return whole && !slices.ContainsFunc(markers, other)
}

// progressive is the segment that begins a JPEG of several passes.
const progressive = 0xc2

// segments lists the parts of a JPEG (ITU-T T.81, annex B); whole tells that
// nothing else stands between or behind them.
func segments(file []byte) (markers []byte, whole bool) {
	whole = true
	for at := 2; at+1 < len(file); {
		if file[at] != 0xff {
			return markers, false
		}
		marker := file[at+1]
		switch {
		case marker == 0xff: // a fill byte
			whole = false
			at++
			continue
		case marker == 0xd9:
			return markers, whole && at+2 == len(file)
		case at+3 >= len(file):
			return markers, false
		}
		markers = append(markers, marker)
		at += 2 + int(file[at+2])<<8 + int(file[at+3])
		if marker == 0xda {
			at = behindPoints(file, at)
		}
	}
	return markers, false
}

// behindPoints is where the points that begin at a place end: at a marker that
// is none of theirs.
func behindPoints(file []byte, at int) int {
	for ; at+1 < len(file); at++ {
		if next := file[at+1]; file[at] == 0xff && next != 0 && (next < 0xd0 || next > 0xd7) {
			return at
		}
	}
	return len(file)
}

// orientation is how a camera was held: 1 to 8, as EXIF numbers it.
func orientation(file []byte, kind string) int {
	formats := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP, "tiff": imagemeta.TIFF}
	format, ok := formats[kind]
	if !ok {
		return 1
	}
	held := 1
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(file), ImageFormat: format, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && n >= 1 && n <= 8 {
				held = int(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	if err != nil {
		return 1 // what a camera says about a picture it took is not worth losing the picture
	}
	return held
}

// upright turns a picture as its camera was held.
func upright(from image.Image, held int) image.Image {
	if held == 1 {
		return from
	}
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if held >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch held {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			to.Set(tx, ty, from.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return to
}

// lighten writes a picture that is light enough: photographs as JPEG, others
// as PNG while that is light or they can be seen through.
func lighten(points image.Image, kind string) (Picture, error) {
	for side := longest; ; side = side * 3 / 4 {
		small := within(points, side)
		data, written, err := lightest(small, kind)
		if err != nil {
			return Picture{}, err
		}
		if len(data) <= weight || side < smallest {
			return named(data, written, small.Bounds().Size()), nil
		}
	}
}

func lightest(points image.Image, kind string) (data []byte, written string, err error) {
	if kind != "jpeg" {
		data, err = encodePNG(points)
		if err != nil || len(data) <= weight || !opaque(points) {
			return data, "png", err
		}
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, points, &jpeg.Options{Quality: goodEnough})
	return out.Bytes(), "jpeg", err
}

func opaque(points image.Image) bool {
	o, ok := points.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// within makes a picture smaller until its longer side fits, by half at most
// in one step, so that every point counts and no step takes much memory.
func within(points image.Image, side int) image.Image {
	size := points.Bounds().Size()
	long := max(size.X, size.Y)
	if long <= side {
		return points
	}
	next := max(side, (long+1)/2)
	small := image.NewRGBA(image.Rect(0, 0, max(1, size.X*next/long), max(1, size.Y*next/long)))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), points, points.Bounds(), draw.Src, nil)
	return within(small, side)
}

func encodePNG(points image.Image) ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&out, points)
	return out.Bytes(), err
}

func named(data []byte, kind string, size image.Point) Picture {
	ending := map[string]string{"png": "png", "jpeg": "jpg"}[kind]
	sum := sha256.Sum256(data)
	return Picture{Name: fmt.Sprintf("%s-%dx%d.%s", hex.EncodeToString(sum[:12]), size.X, size.Y, ending), Media: "image/" + kind, Data: data}
}
