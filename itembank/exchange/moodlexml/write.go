package moodlexml

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"sathach/itembank/exchange"
)

// Write gives items as a Moodle XML file that Moodle, and Read, read back.
// What the format cannot hold of an item is listed; the numbers printed in the
// file an item came from, and what was asked about it, are no part of it. An
// error means an item of no known type.
func Write(items []exchange.Item) ([]byte, []exchange.Loss, error) {
	w := &writer{}
	w.out.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n")
	for i, it := range items {
		w.label = clean(it.Name)
		if w.label == "" {
			w.label = fmt.Sprintf("câu thứ %d", i+1)
		}
		if err := w.item(it); err != nil {
			return nil, nil, fmt.Errorf("write item %d: %w", i+1, err)
		}
	}
	w.out.WriteString("</quiz>\n")
	return w.out.Bytes(), w.losses, nil
}

// writer is a file being written.
type writer struct {
	out     bytes.Buffer
	losses  []exchange.Loss
	section string // of the questions that follow
	label   string // of the item at hand, for losses
}

// lose lists what an item loses, once.
func (w *writer) lose(format string, args ...any) {
	loss := exchange.Loss{Item: w.label, What: fmt.Sprintf(format, args...)}
	for i := len(w.losses) - 1; i >= 0 && w.losses[i].Item == w.label; i-- {
		if w.losses[i] == loss {
			return
		}
	}
	w.losses = append(w.losses, loss)
}

func (w *writer) item(it exchange.Item) error {
	kind, ok := map[exchange.Type]string{
		exchange.Single: "multichoice", exchange.Multiple: "multichoice", exchange.TrueFalse: "truefalse", exchange.Matching: "matching",
		exchange.Ordering: "ordering", exchange.Numeric: "numerical", exchange.ShortAnswer: "shortanswer", exchange.GapText: "cloze", exchange.Essay: "essay",
	}[it.Type]
	if !ok {
		return fmt.Errorf("type %q is not known", it.Type)
	}
	w.category(it.Section)
	s := newSheet(w, it)
	if kind == "truefalse" && !s.plainTruth() {
		w.lose("Câu đúng/sai có phương án khác “Đúng”, “Sai” nên được ghi thành câu chọn một")
		kind = "multichoice"
	}
	w.printf("  <question type=\"%s\">\n", kind)
	s.head(kind)
	s.body(kind)
	w.printf("  </question>\n")
	s.tell()
	return nil
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

// category begins a section. Moodle trims names, so a slash at either end
// keeps a blank beside it.
func (w *writer) category(section *string) {
	name := ""
	if section != nil {
		name = clean(*section)
	}
	if name == w.section {
		return
	}
	w.section = name
	path := "$course$/top"
	if name == "" {
		w.lose("Câu không thuộc mục nào: khi nhập, Moodle có thể xếp vào mục của câu đứng trước")
	} else {
		name = strings.ReplaceAll(tight(name), "/", "//")
		if strings.HasPrefix(name, "/") {
			name = " " + name
		}
		if strings.HasSuffix(name, "/") {
			name += " "
		}
		path += "/" + name
	}
	w.printf("  <question type=\"category\">\n    <category><text>%s</text></category>\n  </question>\n", escape(path))
}

// page is a text as Moodle holds it: HTML with the files that it shows.
type page struct {
	html  string
	files []picture
}

type picture struct {
	name string
	data []byte
}

// element writes a text in an element of its own.
func (w *writer) element(name string, p page) {
	w.printf("    <%s format=\"html\">", name)
	w.text(p)
	w.printf("</%s>\n", name)
}

// text writes HTML as a character section: it holds no ]]>, since > is always
// escaped.
func (w *writer) text(p page) {
	if p.html == "" {
		w.printf("<text></text>")
		return
	}
	w.printf("<text><![CDATA[%s]]></text>", p.html)
	for _, f := range p.files {
		w.printf("<file name=\"%s\" path=\"/\" encoding=\"base64\">%s</file>", escape(f.name), base64.StdEncoding.EncodeToString(f.data))
	}
}

// clean makes a text canonical and fit for XML.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, exchange.Tidy(text))
}
