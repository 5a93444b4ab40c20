// Package qti reads and writes question packages of QTI 2.1, 2.2 and 3.0, the
// format of 1EdTech that assessment systems exchange.
//
// A package is a zip file: imsmanifest.xml lists its resources, each item is a
// file of its own, and a test, if there is one, gives their order and the
// titles of their sections. QTI 3.0 spells the same names in another way
// (qti-choice-interaction for choiceInteraction), so names are folded once, in
// parse, and one reader serves all versions.
//
// What it decides: which kind of question an interaction is; what a file
// declares as the right answer (correctResponse, mapping, and the tests of
// responseProcessing that compare a typed answer) and when that contradicts
// itself. It never runs a response processing: a key that only a run would
// show is not declared, so it stays empty and a person chooses.
//
// Files are untrusted: DOCTYPE is refused, sizes are bounded, pictures come
// from inside the package only, and nothing is fetched.
//
// Start reading at Read and Write.
package qti

import (
	"bytes"
	"errors"
	"fmt"

	"sathach/itembank/exchange"
)

// Version says which spelling Write uses. Read takes all of them, 2.2 too.
type Version string

const (
	V21 Version = "2.1"
	V30 Version = "3.0"
)

// Read reads a package or the file of a single item. Errors are
// *exchange.Rejected.
func Read(data []byte) (exchange.Content, error) {
	if !bytes.HasPrefix(data, []byte("PK")) {
		return readBare(data)
	}
	b, err := openBundle(data)
	if err != nil {
		return exchange.Content{}, err
	}
	return b.read()
}

func readBare(data []byte) (exchange.Content, error) {
	if len(data) > maxXML {
		return exchange.Content{}, rejected("Tệp XML lớn hơn %d MB, quá lớn cho một câu hỏi. Hãy xuất lại dưới dạng gói QTI (.zip).", maxXML>>20)
	}
	root, err := parse(data, maxTokens)
	if err != nil {
		return exchange.Content{}, asRejected(err)
	}
	if root.name != itemRoot {
		return exchange.Content{}, notAnItem(root)
	}
	return exchange.Content{Items: exchange.Finish([]exchange.Item{readItem(root, source{})})}, nil
}

// The roots of QTI files, folded.
const (
	itemRoot    = "assessmentitem"
	testRoot    = "assessmenttest"
	sectionRoot = "assessmentsection"
)

// notAnItem tells what was handed in instead of an item, and what to do.
func notAnItem(root *node) error {
	switch root.name {
	case testRoot, sectionRoot, "manifest":
		return rejected("Tệp này chỉ là phần mục lục của một gói QTI. Hãy nạp cả gói (.zip).")
	case "questestinterop":
		return rejected("%s", oldVersion)
	}
	return rejected("Tệp XML này không phải câu hỏi QTI. Hãy xuất ngân hàng câu hỏi theo chuẩn QTI 2.1 hoặc 3.0.")
}

const oldVersion = "Tệp theo chuẩn QTI 1.x đã cũ nên chưa đọc được. Hãy xuất lại theo chuẩn QTI 2.1 hoặc 3.0."

func rejected(format string, args ...any) error {
	return &exchange.Rejected{Reason: fmt.Sprintf(format, args...)}
}

// asRejected keeps a refusal and explains any other error of the XML.
func asRejected(err error) error {
	var refusal *exchange.Rejected
	if errors.As(err, &refusal) {
		return refusal
	}
	return rejected("Tệp không phải XML hợp lệ (có thể bị hỏng, hoặc không lưu theo bảng mã UTF-8). Hãy xuất lại từ phần mềm gốc.")
}
