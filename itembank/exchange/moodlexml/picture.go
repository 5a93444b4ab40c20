package moodlexml

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

const (
	maxPicture  = 4 << 20
	maxPictures = 100 // of one question
)

// attached is a <file> of a question. It is decoded when a text refers to it.
type attached struct {
	owner *node
	path  string // with its folder, from the root
	data  []byte
	fault string // why there is no data, in Vietnamese
	ready bool
}

// attachments finds the files of a question wherever they stand.
func attachments(n *node) []*attached {
	var found []*attached
	for _, kid := range n.kids {
		if kid.name == "file" {
			found = append(found, newAttached(n, kid))
			continue
		}
		found = append(found, attachments(kid)...)
	}
	return found
}

func newAttached(owner, n *node) *attached {
	a := &attached{owner: owner, path: path.Join("/", n.attr("path"), n.attr("name")), data: n.text}
	if encoding := n.attr("encoding"); encoding != "" && encoding != "base64" {
		a.data, a.fault = nil, "dùng cách mã hóa không rõ"
	}
	return a
}

// bytes decodes once, however often a text refers to the file.
func (a *attached) bytes() ([]byte, string) {
	if !a.ready && a.fault == "" {
		a.data, a.fault = decode(a.data)
	}
	a.ready = true
	return a.data, a.fault
}

const corrupt = "bị hỏng (mã base64 không hợp lệ)"

// decode gives the picture, or why not.
func decode(encoded []byte) ([]byte, string) {
	encoded = withoutBlanks(encoded)
	if base64.StdEncoding.DecodedLen(len(encoded)) > maxPicture+3 {
		return nil, fmt.Sprintf("nặng hơn %d MB", maxPicture>>20)
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(encoded)))
	n, err := base64.StdEncoding.Decode(data, encoded)
	switch {
	case err != nil:
		return nil, corrupt
	case n > maxPicture:
		return nil, fmt.Sprintf("nặng hơn %d MB", maxPicture>>20)
	case extension(data[:n]) == "":
		return nil, "không phải PNG, JPEG hay GIF"
	}
	return data[:n], ""
}

func withoutBlanks(text []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, text)
}

// extension tells the kinds of pictures that are taken, by their first bytes:
// what a file calls itself proves nothing.
func extension(data []byte) string {
	for start, ext := range map[string]string{"\x89PNG\r\n\x1a\n": "png", "\xff\xd8\xff": "jpg", "GIF87a": "gif", "GIF89a": "gif"} {
		if bytes.HasPrefix(data, []byte(start)) {
			return ext
		}
	}
	return ""
}

var inlineSource = regexp.MustCompile(`(?i)(\bsrc\s*=\s*["']?\s*)data:image/(?:png|jpe?g|gif);base64,([a-z0-9+/=]*)`)

const inlinePrefix = "@@INLINED@@/"

// takeInlined takes pictures that stand in the text as data: addresses out of
// it, so that the length of a text can be bounded without them.
func takeInlined(raw string) (string, []string) {
	var taken []string
	if !strings.Contains(raw, "base64,") {
		return raw, nil
	}
	raw = inlineSource.ReplaceAllStringFunc(raw, func(found string) string {
		parts := inlineSource.FindStringSubmatch(found)
		taken = append(taken, parts[2])
		return parts[1] + inlinePrefix + strconv.Itoa(len(taken)-1)
	})
	return raw, taken
}

// picture finds what an <img> of element n shows. What is not in the file is
// never fetched.
func (q *question) picture(n *node, img markup.Image, inlined []string) (exchange.Asset, bool) {
	if q.pictures++; q.pictures > maxPictures {
		q.note(fmt.Sprintf("Chỉ đọc %d hình đầu của câu", maxPictures))
		return exchange.Asset{}, false
	}
	source := strings.TrimSpace(img.Source)
	if outside(source) {
		q.external = true
		return exchange.Asset{}, false
	}
	var name, fault string
	var data []byte
	if index, ok := strings.CutPrefix(source, inlinePrefix); ok {
		data, fault = fromInlined(index, inlined)
	} else {
		name, data, fault = q.fromFile(n, strings.TrimPrefix(source, "@@PLUGINFILE@@/"))
	}
	if fault != "" {
		q.lostPicture(name, fault)
		return exchange.Asset{}, false
	}
	if name == "" {
		name = fmt.Sprintf("hinh-%d.%s", q.pictures, extension(data))
	}
	return exchange.Asset{Kind: exchange.Image, Name: name, Alt: img.Alt, Data: data}, true
}

// oldPicture reads the one picture that a question of Moodle 1.9 has beside its
// text. Moodle shows it after the text.
func (q *question) oldPicture() {
	address := strings.TrimSpace(q.node.first("image").content())
	encoded := bytes.TrimSpace([]byte(q.node.first("image_base64").content()))
	if address == "" && len(encoded) == 0 {
		return
	}
	if len(encoded) == 0 && outside(address) {
		q.external = true
		return
	}
	name, data, fault := fileName(path.Base("/"+address)), []byte(nil), missing
	if len(encoded) > 0 {
		data, fault = decode(encoded)
	}
	if fault != "" {
		q.lostPicture(name, fault)
		return
	}
	if q.pictures++; name == "" {
		name = fmt.Sprintf("hinh-%d.%s", q.pictures, extension(data))
	}
	q.stem.plain = exchange.Tidy(q.stem.plain + " " + exchange.ImageMark)
	q.stem.assets = append(q.stem.assets, exchange.Asset{Kind: exchange.Image, Name: name, Data: data})
}

func outside(source string) bool {
	source = strings.ToLower(source)
	return strings.HasPrefix(source, "http:") || strings.HasPrefix(source, "https:") || strings.HasPrefix(source, "//")
}

const missing = "không có trong tệp"

func fromInlined(index string, inlined []string) (data []byte, fault string) {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(inlined) {
		return nil, missing
	}
	return decode([]byte(inlined[i]))
}

// fromFile looks for a file beside the text first, then anywhere in the
// question.
func (q *question) fromFile(n *node, source string) (name string, data []byte, fault string) {
	source, _, _ = strings.Cut(source, "?")
	if unescaped, err := url.PathUnescape(source); err == nil {
		source = unescaped
	}
	source = path.Clean("/" + source)
	name = fileName(path.Base(source))
	var found *attached
	for _, a := range q.files {
		if a.path == source && (found == nil || a.owner == n) {
			found = a
		}
	}
	if found == nil {
		return name, nil, missing
	}
	data, fault = found.bytes()
	return name, data, fault
}

// plainName are names that can be shown and kept; any other is made up, since
// a name may hold anything.
var plainName = regexp.MustCompile(`^[\p{L}\p{M}\p{N} ._()+,-]{1,120}$`)

func fileName(name string) string {
	name = exchange.Tidy(name)
	if !plainName.MatchString(name) {
		return ""
	}
	return name
}

// lostPicture tells that a picture is missing. A damaged one makes the
// question unusable: nobody meant it to be without.
func (q *question) lostPicture(name, fault string) {
	sentence := "Một hình " + fault
	if name != "" {
		sentence = fmt.Sprintf("Hình “%s” %s", name, fault)
	}
	if fault == corrupt {
		q.broken(sentence)
		return
	}
	q.note(sentence)
}
