// Package aiken reads and writes Aiken, Moodle's plainest text format: a
// stem, options "A." or "A)" and a line "ANSWER: B".
//
// It decides which lines belong to one question. Moodle passes over blank
// lines; here one ends a question that has options but no answer yet, so that
// a forgotten ANSWER costs one key and not the next question. The key is found
// by the letter that is printed, not by counting. Whatever is not certain
// leaves the key empty.
//
// Beyond Moodle's rules, as typists here write it: "Đáp án: B" for the answer,
// "Câu 5:" before a stem (its number), options that run over several lines or
// have no blank after the letter. Aiken has one key and nothing but texts:
// Write tells each Loss.
//
// Format: https://docs.moodle.org/en/Aiken_format. The file reader.go finds
// questions, draft.go reads one. Start reading at Read.
package aiken

import (
	"bytes"
	"fmt"
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
	r := read(text)
	if len(r.items) > exchange.MaxItems {
		return exchange.Content{}, &exchange.Rejected{Reason: fmt.Sprintf("Tệp có hơn %s câu hỏi. Xin chia thành nhiều tệp nhỏ hơn rồi nhập lần lượt.", viet.Number(exchange.MaxItems))}
	}
	if len(r.items) == 0 {
		return exchange.Content{}, &exchange.Rejected{Reason: "Không tìm thấy câu hỏi nào viết theo định dạng Aiken trong tệp. Xin kiểm tra lại tệp hoặc chọn định dạng khác."}
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
