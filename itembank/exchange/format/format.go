// Package format knows every file format of question banks by its name and by
// its bytes, and hands a file to the reader that understands it.
//
// Names of files prove nothing: what a file is, its first bytes and the
// entries of its package say. Reading never fails: a file that may not be read
// is a rejected preview with a reason. Start reading at Read.
package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/aiken"
	"sathach/itembank/exchange/bankjson"
	"sathach/itembank/exchange/container"
	"sathach/itembank/exchange/docx"
	"sathach/itembank/exchange/gift"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/moodlexml"
	"sathach/itembank/exchange/qti"
	"sathach/itembank/exchange/xlsx"
)

// MaxFile is the largest file that is read, in bytes.
const MaxFile = container.MaxFile

// Name is a format's name on the command line and in addresses.
type Name string

const (
	Docx      Name = "docx"
	Xlsx      Name = "xlsx"
	GIFT      Name = "gift"
	Aiken     Name = "aiken"
	MoodleXML Name = "moodlexml"
	QTI21     Name = "qti21"
	QTI30     Name = "qti30"
	JSON      Name = "json"
)

// handler is one format: how it is read and written.
type handler struct {
	name      Name
	extension string
	mediaType string
	read      func([]byte) (exchange.Content, error)
	write     func([]exchange.Item) ([]byte, []exchange.Loss, error)
	template  func() ([]byte, error) // nil for a format that people do not fill by hand
	holds     holding
}

// holding says what a format holds besides words and keys.
type holding int

const (
	onlyWords  holding = iota // plain words, each question by itself
	looks                     // lists, tables and stress, each question by itself
	situations                // and texts that several questions ask about
)

const zipType = "application/zip"

var handlers = []handler{
	{JSON, ".json", "application/json", bankjson.Read, bankjson.Write, nil, situations},
	{Xlsx, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.Read, xlsx.Write, xlsx.Template, situations},
	{Docx, ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.Read, docx.Write, docx.Template, situations},
	{GIFT, ".gift.txt", "text/plain; charset=utf-8", gift.Read, gift.Write, nil, onlyWords},
	{Aiken, ".aiken.txt", "text/plain; charset=utf-8", aiken.Read, aiken.Write, nil, onlyWords},
	{MoodleXML, ".xml", "application/xml", moodlexml.Read, moodlexml.Write, nil, looks},
	{QTI21, ".zip", zipType, qti.Read, func(items []exchange.Item) ([]byte, []exchange.Loss, error) { return qti.Write(items, qti.V21) }, nil, looks},
	{QTI30, ".zip", zipType, qti.Read, func(items []exchange.Item) ([]byte, []exchange.Loss, error) { return qti.Write(items, qti.V30) }, nil, looks},
}

// Names lists the formats.
func Names() []Name {
	names := make([]Name, len(handlers))
	for i, h := range handlers {
		names[i] = h.name
	}
	return names
}

// ErrUnknown is returned for a name that is no format.
var ErrUnknown = errors.New("no such format")

func find(name Name) (handler, error) {
	at := slices.IndexFunc(handlers, func(h handler) bool { return h.name == name })
	if at < 0 {
		return handler{}, fmt.Errorf("%q: %w (there are %v)", name, ErrUnknown, Names())
	}
	return handlers[at], nil
}

// Known tells whether a name is a format's.
func Known(name Name) bool {
	_, err := find(name)
	return err == nil
}

// Extension is how file names of a format end, Type its media type.
func Extension(name Name) string { h, _ := find(name); return h.extension }

// Type is the media type of a format.
func Type(name Name) string { h, _ := find(name); return h.mediaType }

// Read previews a file. as names its format; empty finds it out.
func Read(file string, data []byte, as Name) exchange.Preview {
	p := exchange.Preview{File: file, Status: exchange.FileAccepted, Warnings: []string{}, Items: []exchange.Item{}}
	content, err := read(file, data, as)
	if err != nil {
		p.Status, p.Reason = exchange.FileRejected, reason(err)
		return p
	}
	if len(content.Items) > exchange.MaxItems {
		p.Status, p.Reason = exchange.FileRejected, fmt.Sprintf("Tệp có %d câu hỏi, nhiều hơn giới hạn %d của một lần nhập. Hãy chia thành nhiều tệp.", len(content.Items), exchange.MaxItems)
		return p
	}
	p.Items = append(p.Items, content.Items...)
	p.Warnings = append(p.Warnings, content.Warnings...)
	return p
}

// TooLarge is the preview of a file that is not even read.
func TooLarge(file string) exchange.Preview {
	return exchange.Preview{File: file, Status: exchange.FileRejected, Reason: tooLarge.Reason, Warnings: []string{}, Items: []exchange.Item{}}
}

var tooLarge = &exchange.Rejected{Reason: fmt.Sprintf("Tệp lớn hơn %d MB. Hãy chia thành nhiều tệp nhỏ hơn.", container.MaxFile>>20)}

func reason(err error) string {
	var rejected *exchange.Rejected
	if errors.As(err, &rejected) {
		return rejected.Reason
	}
	return "Không đọc được nội dung tệp. Hãy kiểm tra tệp còn mở được bằng phần mềm gốc hay không."
}

func read(file string, data []byte, as Name) (exchange.Content, error) {
	if len(data) > container.MaxFile {
		return exchange.Content{}, tooLarge
	}
	if as == "" {
		var err error
		if as, err = detectIn(file, data); err != nil {
			return exchange.Content{}, err
		}
	}
	h, err := find(as)
	if err != nil {
		return exchange.Content{}, err
	}
	return h.read(data)
}

// detectIn finds out the format of a file. What is called a Word or Excel file
// and is none is broken, whatever its bytes look like.
func detectIn(file string, data []byte) (Name, error) {
	name, err := Detect(data)
	if ending := strings.ToLower(path.Ext(file)); (ending == ".docx" || ending == ".xlsx") && (name == GIFT || name == Aiken) {
		return "", &exchange.Rejected{Reason: fmt.Sprintf("Tệp %s này bị hỏng hoặc không phải tệp Word, Excel. Hãy mở bằng phần mềm gốc rồi lưu lại.", ending)}
	}
	return name, err
}

// Template is a file with examples that people fill by hand; it is not ok for
// a format that has none.
func Template(name Name) (data []byte, ok bool) {
	h, err := find(name)
	if err != nil || h.template == nil {
		return nil, false
	}
	data, err = h.template()
	return data, err == nil
}

// Write exports items, and tells what the format cannot hold. The error is an
// *exchange.Rejected for more than a file of the format may hold.
func Write(w io.Writer, name Name, items []exchange.Item) ([]exchange.Loss, error) {
	h, err := find(name)
	if err != nil {
		return nil, err
	}
	var before []exchange.Loss
	if h.holds == onlyWords {
		items, before = plainly(items)
	}
	if h.holds != situations {
		var lost []exchange.Loss
		items, lost = aloneEach(items, h.holds)
		before = append(before, lost...)
	}
	data, losses, err := h.write(items)
	if err == nil {
		_, err = w.Write(data)
	}
	return append(before, losses...), err
}

// plainly writes items in plain words, and tells whose looks are lost.
func plainly(items []exchange.Item) (plain []exchange.Item, losses []exchange.Loss) {
	plain = make([]exchange.Item, len(items))
	for i, it := range items {
		var lost bool
		if it.Format == exchange.Markdown {
			markdown.Detach(&it, nil)
		}
		if plain[i], lost = markdown.Flat(it); lost {
			losses = append(losses, exchange.Loss{Item: calledHere(it, i), What: "Chữ đậm, danh sách, bảng và chỗ xuống dòng trở thành chữ thường trên một dòng"})
		}
	}
	return plain, losses
}

// Detect finds a file's format by what is in it.
func Detect(data []byte) (Name, error) {
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(head) == 0:
		return "", &exchange.Rejected{Reason: "Tệp trống."}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return detectPackage(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", &exchange.Rejected{Reason: "Tệp là định dạng cũ (.doc, .xls) hoặc có mật khẩu. Hãy lưu lại thành .docx hoặc .xlsx, không đặt mật khẩu."}
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "", &exchange.Rejected{Reason: "Tệp là PDF nên không còn định dạng để nhận ra đáp án. Hãy dùng tệp Word gốc."}
	case head[0] == '{' || head[0] == '[' && looksJSON(head):
		return JSON, nil
	case head[0] == '<':
		return detectXML(head)
	}
	return detectText(data)
}

func looksJSON(head []byte) bool {
	rest := bytes.TrimLeft(head[1:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '{' || rest[0] == ']')
}

func detectPackage(data []byte) (Name, error) {
	p, err := container.Open(data)
	if err != nil {
		return "", err
	}
	switch {
	case p.Has("word/document.xml"):
		return Docx, nil
	case p.Has("xl/workbook.xml"):
		return Xlsx, nil
	case p.Has("imsmanifest.xml"), slices.ContainsFunc(p.Names(), func(n string) bool { return strings.HasSuffix(n, "/imsmanifest.xml") }):
		return QTI21, nil // its reader knows the versions
	}
	return "", &exchange.Rejected{Reason: "Gói nén này không phải tệp Word, Excel hay gói câu hỏi QTI (thiếu imsmanifest.xml)."}
}

func detectXML(head []byte) (Name, error) {
	text := strings.ToLower(string(head))
	switch {
	case strings.Contains(text, "<quiz"):
		return MoodleXML, nil
	case strings.Contains(text, "assessmentitem"), strings.Contains(text, "qti-assessment-item"), strings.Contains(text, "questestinterop"):
		return QTI21, nil // of an old version: its reader says so
	case strings.Contains(text, "<html"), strings.Contains(text, "<!doctype html"):
		return "", &exchange.Rejected{Reason: "Nội dung là một trang web, không phải tệp câu hỏi. Hãy tải đúng tệp gốc."}
	case strings.Contains(text, "<!doctype"):
		return MoodleXML, nil // refused there, with the reason
	}
	return "", &exchange.Rejected{Reason: "Tệp XML này không phải ngân hàng câu hỏi Moodle XML hay QTI."}
}

// detectText tells GIFT, which has answers in braces, from Aiken, which has
// lines ANSWER: B.
func detectText(data []byte) (Name, error) {
	sample := data[:min(len(data), 1<<20)]
	if bytes.IndexByte(sample, 0) >= 0 {
		return "", &exchange.Rejected{Reason: "Không nhận ra định dạng tệp. Các định dạng đọc được: Word (.docx), Excel (.xlsx), GIFT, Aiken, Moodle XML, QTI 2.1/2.2/3.0, JSON."}
	}
	if bytes.Contains(bytes.ToUpper(sample), []byte("ANSWER:")) && !bytes.Contains(sample, []byte("{")) {
		return Aiken, nil
	}
	return GIFT, nil
}
