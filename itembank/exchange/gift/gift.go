// Package gift reads and writes GIFT, the text format of Moodle.
//
// It decides where one question ends and the next begins, what kind of
// question an answer block makes, and which option is right. A question that
// cannot be read becomes a broken item that tells its line, and the rest of
// the file is read. Two readings that differ from Moodle's are on purpose: a
// block without any mark ("tập hợp {1, 2}") is an error, not a short answer,
// because a key would be guessed; and two options marked right with "=" make
// a question for several answers that a person has to confirm.
//
// An ordering, as Moodle adds it to GIFT, is read and not written.
//
// Texts keep < and > as typed unless the question says [html]. GIFT has no
// case of letters, levels, pinned options or pictures: Write tells each Loss.
// The number of a question is its place in the file and is not written.
//
// Format: https://docs.moodle.org/en/GIFT_format. The file split.go cuts a
// file into questions, question.go reads one, block.go and numeric.go its
// answers. Start reading at Read.
package gift

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// largest is the size of a file that is still read, in bytes.
const largest = 8 << 20

// Read reads a file. What could not be read is told in the items' notes and
// in the warnings; an error is always an *exchange.Rejected.
func Read(data []byte) (exchange.Content, error) {
	text, err := decode(data)
	if err != nil {
		return exchange.Content{}, err
	}
	r := reader{work: mostWork}
	split(text, r.read)
	if len(r.items) > exchange.MaxItems {
		return exchange.Content{}, &exchange.Rejected{Reason: fmt.Sprintf("Tệp có hơn %s câu hỏi. Xin chia thành nhiều tệp nhỏ hơn rồi nhập lần lượt.", viet.Number(exchange.MaxItems))}
	}
	if len(r.items) == 0 {
		return exchange.Content{}, &exchange.Rejected{Reason: "Tệp văn bản này không có câu hỏi viết theo định dạng GIFT hay Aiken. Nếu đề được soạn trong Word hoặc Excel, hãy chọn tệp .docx hoặc .xlsx."}
	}
	return exchange.Content{Items: exchange.Finish(r.items), Warnings: r.warnings()}, nil
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// decode refuses what is not a text in UTF-8 and gives it lines that end the
// same way.
func decode(data []byte) (string, error) {
	if len(data) > largest {
		return "", &exchange.Rejected{Reason: "Tệp lớn hơn 8 MB nên không được mở. Xin chia thành nhiều tệp nhỏ hơn rồi nhập lần lượt."}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return "", &exchange.Rejected{Reason: "Tệp không phải là văn bản mã UTF-8. Xin mở tệp bằng Notepad, chọn Lưu thành (Save as), ở ô Mã hóa (Encoding) chọn UTF-8 rồi nhập lại."}
	}
	return newlines.Replace(string(data)), nil
}

// reader gathers the items of a file.
type reader struct {
	items   []exchange.Item
	section *string
	skipped []int // the first lines of texts without an answer block
	others  int   // more of them
	work    int   // what may still be spent on HTML
	remarks int   // typed answers whose feedback has no place in an item
}

// listed is how many lines a warning names.
const listed = 10

func (r *reader) read(p paragraph) {
	switch {
	case len(r.items) > exchange.MaxItems:
	case p.kind == category:
		r.section = section(p.text)
	case p.fault == "" && find(p.text, 0, "{") < 0:
		r.skip(p.line)
	default:
		r.items = append(r.items, r.question(p))
	}
}

func (r *reader) skip(line int) {
	if len(r.skipped) < listed {
		r.skipped = append(r.skipped, line)
		return
	}
	r.others++
}

func (r *reader) warnings() []string {
	var all []string
	if n := len(r.skipped); n > 0 {
		lines := strings.Trim(strings.ReplaceAll(fmt.Sprint(r.skipped), " ", ", "), "[]")
		if r.others > 0 {
			lines += ", …"
		}
		all = append(all, fmt.Sprintf("%d đoạn không có khối đáp án { } nên không thành câu hỏi (dòng %s)", n+r.others, lines))
	}
	if r.remarks > 0 {
		all = append(all, fmt.Sprintf("%d lời nhận xét riêng cho đáp án gõ vào không được giữ lại", r.remarks))
	}
	return all
}

// place is what Moodle writes before the name of a category.
var place = regexp.MustCompile(`^(?:\$(?:course|system|module|coursecat|cat1)\$(?:/|$))?(?:top(?:/|$))?`)

// section is the name of a category, nil for the one above all.
func section(path string) *string {
	path = exchange.Tidy(path)
	path = exchange.Tidy(path[len(place.FindString(path)):])
	if path == "" {
		return nil
	}
	return &path
}
