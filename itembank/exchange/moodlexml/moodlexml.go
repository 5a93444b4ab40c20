// Package moodlexml reads and writes the Moodle XML format of question banks,
// as Moodle's public documentation describes it.
//
// It decides what each kind of Moodle question is here: multichoice is single
// or multiple by its <single>, cloze, gapselect and ddwtos are gap texts,
// ddmatch is matching; a category is the section of what follows it; kinds
// that only Moodle can mark keep their text and are sent to a person. Keys come
// from fractions and are never guessed. HTML is reduced to text by markup;
// pictures come from the file itself or not at all.
//
// Pictures and formulas of an item are listed in the order of its fields:
// stem, options, targets, gaps, explanation, option feedback. Write expects
// them in that order too.
//
// A file is read question by question and everything about it is bounded: its
// size, the parts of a question, the length of a text, the pictures. Start
// reading at Read, then question.item; for the other way at Write.
package moodlexml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

// maxFile bounds a file; one of 2,000 questions with a picture in every tenth
// has about 10 MB.
const maxFile = 24 << 20

// Read turns a Moodle XML file into items. A question that cannot be
// understood is marked and the rest is read; an error is *exchange.Rejected
// and concerns the whole file.
func Read(data []byte) (exchange.Content, error) {
	if len(data) > maxFile {
		return exchange.Content{}, reject("Tệp lớn hơn %d MB. Hãy chia thành nhiều tệp nhỏ hơn rồi nhập lại.", maxFile>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return exchange.Content{}, reject("Tệp không dùng mã UTF-8. Hãy xuất lại từ Moodle hoặc lưu lại tệp với mã UTF-8.")
	}
	f := newFile(data)
	if err := f.open(); err != nil {
		return exchange.Content{}, f.rejected(err)
	}
	if err := f.questions(); err != nil {
		return exchange.Content{}, f.rejected(err)
	}
	return exchange.Content{Items: exchange.Finish(f.items), Warnings: f.warnings()}, nil
}

func reject(format string, args ...any) *exchange.Rejected {
	return &exchange.Rejected{Reason: fmt.Sprintf(format, args...)}
}

// file is a Moodle XML file being read.
type file struct {
	lines        *lineCounter
	d            *xml.Decoder
	section      *string
	items        []exchange.Item
	descriptions int
}

func newFile(data []byte) *file {
	lines := &lineCounter{r: bytes.NewReader(data), line: 1}
	return &file{lines: lines, d: markup.NewDecoder(lines), items: []exchange.Item{}}
}

// open reads up to the root element.
func (f *file) open() error {
	for {
		t, err := f.d.Token()
		if errors.Is(err, io.EOF) {
			return reject("Tệp trống, không có nội dung Moodle XML.")
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok {
			if start.Name.Local != "quiz" {
				return reject("Tệp không phải ngân hàng câu hỏi Moodle XML (thiếu thẻ <quiz> ở đầu tệp). Trong Moodle, hãy chọn Xuất, định dạng Moodle XML.")
			}
			return nil
		}
	}
}

// questions reads to the end of the root element.
func (f *file) questions() error {
	for {
		t, err := f.d.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := f.child(t); err != nil {
				return err
			}
		}
	}
}

func (f *file) child(start xml.StartElement) error {
	if start.Name.Local != "question" {
		return f.d.Skip()
	}
	parts := maxParts
	n, err := readNode(f.d, start, &parts)
	if err != nil {
		return err
	}
	switch kind := n.attr("type"); kind {
	case "category":
		f.section = section(n.first("category"))
	case "description":
		f.descriptions++
	default:
		if len(f.items) == exchange.MaxItems {
			return reject("Tệp có hơn %s câu hỏi. Hãy chia thành nhiều tệp nhỏ hơn rồi nhập lại.", viet.Number(exchange.MaxItems))
		}
		q := newQuestion(n, fmt.Sprintf("câu hỏi thứ %d trong tệp", len(f.items)+1), f.section)
		if parts < 0 {
			q.item.Break(exchange.TooManyOptions, "Câu hỏi có quá nhiều thành phần, chỉ đọc được phần đầu")
		}
		f.items = append(f.items, q.read(kind))
	}
	return nil
}

func (f *file) warnings() []string {
	var w []string
	if f.descriptions > 0 {
		w = append(w, fmt.Sprintf("Tệp có %s đoạn mô tả (description) không phải câu hỏi nên được bỏ qua.", viet.Number(int64(f.descriptions))))
	}
	if len(f.items) == 0 {
		w = append(w, "Tệp không có câu hỏi nào.")
	}
	return w
}

// rejected puts an error of the XML into words.
func (f *file) rejected(err error) error {
	var already *exchange.Rejected
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &already):
		return already
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return reject("Tệp XML có lỗi ở dòng %d nên không đọc được. Có thể tệp bị cắt ngắn hoặc đã bị sửa tay; hãy xuất lại từ Moodle.", f.lines.line)
	}
	return reject("Tệp XML không đọc được từ dòng %d (có thể không dùng mã UTF-8). Hãy xuất lại từ Moodle.", f.lines.line)
}

// lineCounter knows the line that is being read. It reads byte by byte, so
// that the decoder puts no buffer between.
type lineCounter struct {
	r    *bytes.Reader
	line int
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.line += bytes.Count(p[:n], []byte("\n"))
	return n, err
}

func (l *lineCounter) ReadByte() (byte, error) {
	b, err := l.r.ReadByte()
	if err == nil && b == '\n' {
		l.line++
	}
	return b, err
}

// A path begins with where Moodle keeps it and with the root of all
// categories, neither of which is a name.
var pathStart = regexp.MustCompile(`^\$[a-zA-Z]+\$(?:/|$)`)

// section is the path of a category, as a reader knows it; nil for the root.
// A slash in a name is doubled in the file.
func section(n *node) *string {
	path := strings.TrimSpace(n.content())
	path = pathStart.ReplaceAllString(path, "")
	if path == "top" {
		return nil
	}
	path = exchange.Tidy(strings.ReplaceAll(loose(strings.TrimPrefix(path, "top/")), "//", "/"))
	if path == "" {
		return nil
	}
	return &path
}
