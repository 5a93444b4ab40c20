package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"sathach/itembank/picture"
)

// drawn is a picture with a red corner, the rest noise or one colour.
func drawn(w, h int, noisy bool) *image.NRGBA {
	rnd := rand.New(rand.NewPCG(1, 2))
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{40, 90, 200, 255}
			if noisy {
				c = color.NRGBA{byte(rnd.IntN(256)), byte(rnd.IntN(256)), byte(rnd.IntN(256)), 255}
			}
			if x < w/4 && y < h/4 {
				c = color.NRGBA{220, 20, 20, 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// held puts a remark of a camera into a JPEG: how it was held, and where.
func held(t testing.TB, file []byte, how uint16) []byte {
	t.Helper()
	var tiff bytes.Buffer
	tiff.WriteString("MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	for _, part := range []any{uint16(0x0112), uint16(3), uint32(1), how, uint16(0), uint32(0)} {
		if err := binary.Write(&tiff, binary.BigEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	tiff.WriteString("secret place")
	segment := append([]byte("Exif\x00\x00"), tiff.Bytes()...)
	with := append([]byte{0xff, 0xd8, 0xff, 0xe1, byte((len(segment) + 2) >> 8), byte(len(segment) + 2)}, segment...)
	return append(with, file[2:]...)
}

func TestRead_keepsWhatItWrote(t *testing.T) {
	t.Parallel()
	var moving bytes.Buffer
	if err := gif.Encode(&moving, drawn(300, 200, false), nil); err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray16(image.Rect(0, 0, 50, 40))
	for what, file := range map[string][]byte{
		"PNG": asPNG(t, drawn(300, 200, false)), "JPEG": asJPEG(t, drawn(300, 200, false)), "GIF": moving.Bytes(), "grey": asPNG(t, grey),
		"noise": asPNG(t, drawn(900, 700, true)), "big": asJPEG(t, drawn(3000, 1000, false)), "see-through": asPNG(t, image.NewNRGBA(image.Rect(0, 0, 40, 30))), "held": held(t, asJPEG(t, drawn(300, 200, false)), 6),
	} {
		once, err := picture.Read(file)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if !regexp.MustCompile(`^[0-9a-f]{24}-\d+x\d+\.(png|jpg)$`).MatchString(once.Name) {
			t.Errorf("%s is named %s", what, once.Name)
		}
		twice, err := picture.Read(once.Data)
		if err != nil || twice.Name != once.Name || !bytes.Equal(once.Data, twice.Data) {
			t.Errorf("%s: read again it is %s, was %s, %v", what, twice.Name, once.Name, err)
		}
		if len(once.Data) > 300<<10 {
			t.Errorf("%s weighs %d bytes", what, len(once.Data))
		}
	}
}

func TestRead_leavesOutWhatIsNoPicture(t *testing.T) {
	t.Parallel()
	for what, file := range map[string][]byte{
		"a remark of a camera":    held(t, asJPEG(t, drawn(30, 20, false)), 1),
		"a file behind a picture": append(asPNG(t, drawn(30, 20, false)), "secret place"...),
		"a file behind a JPEG":    append(asJPEG(t, drawn(30, 20, false)), "secret place\xff\xd9"...),
	} {
		p, err := picture.Read(file)
		if err != nil || bytes.Contains(p.Data, []byte("secret")) {
			t.Errorf("%s: kept %v, %v", what, bytes.Contains(p.Data, []byte("secret")), err)
		}
	}
}

func TestRead_turnsPicturesUpright(t *testing.T) {
	t.Parallel()
	plain := asJPEG(t, drawn(80, 40, false))
	corner := map[uint16]image.Point{1: {5, 3}, 2: {75, 3}, 3: {75, 37}, 4: {5, 37}, 5: {3, 5}, 6: {37, 5}, 7: {37, 75}, 8: {3, 75}}
	for how, at := range corner {
		p, err := picture.Read(held(t, plain, how))
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := image.Decode(bytes.NewReader(p.Data))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, b, _ := m.At(at.X, at.Y).RGBA(); r < b {
			t.Errorf("held %d: no red corner at %v of %v", how, at, m.Bounds())
		}
	}
}

func TestRead_refuses(t *testing.T) {
	t.Parallel()
	bomb := asPNG(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(bomb[16:], 60_000) // width and height, as the head tells them
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	for what, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing": {nil, picture.ErrUnknown}, "words": {[]byte("<svg onload='x()'/>"), picture.ErrUnknown}, "half a picture": {asPNG(t, drawn(50, 50, true))[:200], picture.ErrUnknown},
		"a heavy file": {make([]byte, picture.MostBytes+1), picture.ErrTooBig}, "a bomb": {refreshed(bomb), picture.ErrTooBig},
	} {
		if _, err := picture.Read(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s gives %v, want %v", what, err, c.want)
		}
	}
}

// refreshed writes the checksum of a PNG's head anew.
func refreshed(file []byte) []byte {
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func FuzzRead(f *testing.F) {
	f.Add(asPNG(f, drawn(9, 7, true)))
	f.Add(asJPEG(f, drawn(9, 7, true)))
	f.Add(held(f, asJPEG(f, drawn(9, 7, true)), 6))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := picture.Read(file)
		if err != nil {
			return
		}
		if again, err := picture.Read(p.Data); err != nil || again.Name != p.Name {
			t.Fatalf("written as %s, read again as %s, %v", p.Name, again.Name, err)
		}
	})
}

// A file is kept as it is only when nothing but points is in it: no remark
// before, between or behind them.
func TestRead_findsWhatIsHiddenInAFile(t *testing.T) {
	t.Parallel()
	clean := asJPEG(t, drawn(80, 40, true))
	first, err := picture.Read(clean)
	if err != nil || !bytes.Equal(first.Data, clean) {
		t.Fatalf("a clean file is written anew: %v", err)
	}
	remark := append([]byte{0xff, 0xfe, 0, 14}, "secret place"...)
	for what, file := range map[string][]byte{
		"behind a fill byte": slices.Concat(clean[:2], []byte{0xff}, remark, clean[2:]),
		"before the points":  slices.Concat(clean[:2], remark, clean[2:]),
		"behind the points":  slices.Concat(clean[:len(clean)-2], remark, clean[len(clean)-2:]),
		"behind the end":     slices.Concat(clean, []byte("secret place\xff\xd9")),
	} {
		p, err := picture.Read(file)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if bytes.Contains(p.Data, []byte("secret place")) {
			t.Errorf("%s: the remark is kept", what)
		}
	}
}

// However little memory a point takes, a picture of very many is refused before
// it is decoded.
func TestRead_boundsPoints(t *testing.T) {
	t.Parallel()
	for _, m := range []image.Image{image.NewGray(image.Rect(0, 0, 4000, 3100)), image.NewPaletted(image.Rect(0, 0, 4000, 3100), color.Palette{color.White, color.Black})} {
		if _, err := picture.Read(asPNG(t, m)); !errors.Is(err, picture.ErrTooBig) {
			t.Errorf("%T of 12.4 million points: %v", m, err)
		}
	}
}
