package written

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// head is what a line begins with.
type head struct {
	number  int  // of a question
	letter  rune // of an option, in capitals
	rest    text
	at      text // the letter or number itself, for its look
	marked  bool // a star or a tag says that the option is right
	pinned  bool // # keeps the option in its place
	foreign bool // the letter was typed in another alphabet
}

var (
	// One mark after the number, or two before a blank ("Câu 1.-"); more dots
	// are a gap at the head of the stem.
	wordHead = regexp.MustCompile(`^(?i:câu hỏi số|câu hỏi|câu số|câu|bài|question|ques)\s*(\d{1,4})\s*(?:\([^)]{1,24}\)|\[[^\]]{1,24}\])?\s*(?:[.:)/\-–]{2}\s|[.:)/\-–]|\s|$)\s*`)
	bareHead = regexp.MustCompile(`^(\d{1,4})\s*(?:[.)]\s*(?:\s|$|\p{L})|[/:\-–]\s+)`)
	// An option's head: star or box, letter, mark. A dash or a slash counts
	// only before a blank: "B-52" is no option.
	optionHead = regexp.MustCompile(`^([*#]*)\s*(\[\s*[xX✓✔*]?\s*\]|[☑✔✓✅☒☐□■])?\s*([*#]*)\s*[(\[]?([A-Ha-hĐđАВСЕНавсе])\s*(?:[.):\]]|[/\-–]\s)\s*([*]?)\s*`)
	// rightTag stands after an option.
	rightTag  = regexp.MustCompile(`\s*(?:\*+|(?i:\((?:\*|đúng|đ|đáp án|đáp án đúng|correct)\)|\[(?:đúng|x|đáp án)\])|[✓✔☑✅√])\s*[.;]?\s*$`)
	wrongTag  = regexp.MustCompile(`\s*(?i:\((?:sai)\)|\[(?:sai|\s*)\])\s*$`)
	boxMark   = regexp.MustCompile(`[xX✓✔☑☒✅*]`)
	starStart = regexp.MustCompile(`^(?:\*+|\[\s*[xX]\s*\]|[☑✔✓✅])\s*`)
	openBox   = regexp.MustCompile(`^(?:\[\s*\]|☐|□)\s*`)
)

// foreignLetters are the Cyrillic letters that look like an option's letter.
var foreignLetters = map[rune]rune{'А': 'A', 'В': 'B', 'С': 'C', 'Е': 'E', 'Н': 'H', 'а': 'A', 'в': 'B', 'с': 'C', 'е': 'E'}

// questionHead reads "Câu 12." at the start of a line.
func questionHead(t text) (head, bool) { return numberHead(t, wordHead) }

// bareNumber reads "12." at the start of a line.
func bareNumber(t text) (head, bool) {
	s := trimLeft(t)
	m := bareHead.FindStringSubmatchIndex(s.String())
	if m == nil {
		return head{}, false
	}
	n, _ := strconv.Atoi(s.String()[m[2]:m[3]])
	rest := s.cut(m[3])
	return head{number: n, at: s.until(m[3]), rest: trimLeft(rest.cut(markLength(rest)))}, true
}

// markLength is the length of the blank and mark after a number.
func markLength(t text) int {
	s := t.String()
	cut := strings.TrimLeft(s, " \t\u00a0")
	_, size := utf8.DecodeRuneInString(cut)
	return len(s) - len(cut) + size
}

func numberHead(t text, form *regexp.Regexp) (head, bool) {
	t = trimLeft(t)
	s := t.String()
	m := form.FindStringSubmatchIndex(s)
	if m == nil {
		return head{}, false
	}
	n, err := strconv.Atoi(s[m[2]:m[3]])
	if err != nil {
		return head{}, false
	}
	return head{number: n, at: t.until(m[3]), rest: t.cut(m[1])}, true
}

// optionOf reads "A." at the start of a line, with stars and tags around it.
func optionOf(t text) (head, bool) {
	t = uncircled(trimLeft(t))
	s := t.String()
	m := optionHead.FindStringSubmatchIndex(s)
	if m == nil {
		return head{}, false
	}
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	letter, _ := utf8.DecodeRuneInString(part(4))
	h := head{at: t.cut(m[8]).until(len(part(4))), rest: t.cut(m[1])}
	if latin, ok := foreignLetters[letter]; ok {
		letter, h.foreign = latin, true
	}
	h.letter = unicode.ToUpper(letter)
	h.marked = strings.Contains(part(1)+part(3)+part(5), "*") || boxMark.MatchString(part(2))
	h.pinned = strings.Contains(part(1)+part(3), "#")
	h.rest, h.marked = tagged(h.rest, h.marked)
	return h, true
}

// uncircled writes Ⓐ and ⓐ at the head of a line as "A." and "a.".
func uncircled(t text) text {
	if len(t) == 0 {
		return t
	}
	var letter rune
	switch r := t[0].r; {
	case r >= 'Ⓐ' && r <= 'Ⓗ':
		letter = 'A' + r - 'Ⓐ'
	case r >= 'ⓐ' && r <= 'ⓗ':
		letter = 'a' + r - 'ⓐ'
	default:
		return t
	}
	return append(text{{letter, t[0].look}, {'.', t[0].look}}, t[1:]...)
}

// tagged takes the tag off the end of an option.
func tagged(t text, marked bool) (text, bool) {
	s := t.String()
	if m := rightTag.FindStringIndex(s); m != nil && m[0] > 0 {
		return t.until(m[0]), true
	}
	if m := wrongTag.FindStringIndex(s); m != nil && m[0] > 0 {
		return t.until(m[0]), marked
	}
	return t, marked
}

func trimLeft(t text) text {
	for len(t) > 0 && (unicode.IsSpace(t[0].r) || t[0].r == '\ufeff' || t[0].r == '\u200b') {
		t = t[1:]
	}
	return t
}

// Lines that are not options say what they are by their first words.
var (
	keyLine    = regexp.MustCompile(`^(?i:(?:đáp án|đ\s*[./]?\s*(?:án|[aá])|đa|phương án đúng|phương án trả lời đúng|câu trả lời đúng|trả lời đúng|trả lời|chọn(?: (?:đáp án|phương án|câu|ý))?|key|answer|ans)(?:\s+(?:đúng nhất|chính xác|đúng))?(?:\s+(?:của )?câu(?: hỏi)?(?: số)? \d+)?(?:\s+là)?)(\s*[:：.=\-–→]+\s*|\s+)(\S.*)$`)
	arrowLine  = regexp.MustCompile(`^(?:→|⇒|⟶|⟹|=+>|-+>|–>|➔|➜|➤|►)\s*(\S.*)$`)
	whyLine    = regexp.MustCompile(`^(?i:giải thích(?: đáp án)?|lời giải|hướng dẫn giải|hướng dẫn trả lời|hướng dẫn|phân tích|lý giải|vì sao)\s*(?:[:.]\s*|$)|^>\s*`)
	citeLine   = regexp.MustCompile(`^(?i:căn cứ pháp lý|căn cứ|nguồn|trích dẫn|cơ sở pháp lý|tham chiếu|tài liệu tham khảo|trích nguồn)\s*[:.\-–]\s*`)
	citeWithin = regexp.MustCompile(`[.;]?\s+(?:Căn cứ|Nguồn)\s*:\s*`)
	whyWithin  = regexp.MustCompile(`[.;]?\s+(?:Giải thích)\s*:\s*`)
	levelLine  = regexp.MustCompile(`^(?i:mức độ|độ khó)\s*:\s*`)
)

// A key line may be dressed: "- Đáp án: B", "(Đáp án: B)".
var (
	dressing = regexp.MustCompile(`^(?:[*+•\-–]\s*)?[(\[]?\s*`)
	// emptyKey is a key line that nobody filled in.
	emptyKey = regexp.MustCompile(`^(?i:đáp án|đa|đ/a|trả lời)(?i: đúng)?\s*[:.]?$`)
	// shortKey could be taken for an option Đ.
	shortKey = regexp.MustCompile(`^(?i:đ\s*\.\s*a)\s*[:.=\-–]`)
)

// endLine stands after the last question: the mark that the paper ends, or
// who signs it.
var endLine = regexp.MustCompile(`^(?i:[-–—_.*=\s]*hết[-–—_.*=\s]*|nơi nhận\s*:.*|người (?:lập|soạn|biên soạn|ra đề|duyệt|thẩm định|phản biện|tổng hợp)(?: (?:đề|biểu|bảng|câu hỏi))?|\(ký[^)]*\))$`)

// keyTable is the heading of a key table.
var keyHeading = regexp.MustCompile(`^(?i:(?:bảng\s+|phần\s+|phụ lục\s*:?\s*|[ivx]+[.)]\s*)?(?:đáp án|ma trận đáp án|key)(?:\s+(?:trắc nghiệm|chi tiết|tham khảo|bộ câu hỏi|các câu hỏi|câu hỏi|ngân hàng câu hỏi|và (?:hướng dẫn|giải thích|lời giải)(?: giải| chấm| trả lời| chi tiết)?))*((?:\s*[:\-–]?\s*(?:phần|chuyên đề|chương|mục|nội dung|đề)\b.*)?))\s*:?\s*$`)

// Headings that are numbered open a section wherever they stand; others only
// between questions.
var (
	numberedHeading = regexp.MustCompile(`^(?i)(?:phần|chương|chuyên đề|mục|nội dung|chủ đề|lĩnh vực|bài|đề)\s+(?:thứ\s+)?(?:[ivxlc]+|\d{1,3}|[a-hđ]|nhất|hai|ba|tư|năm|sáu)(?:[\s.:)\-–]|$)`)
	romanHeading    = regexp.MustCompile(`^[IVX]{1,6}\s*[.):\-–]\s*\S`)
	letterHead      = regexp.MustCompile(`^[A-HĐ]\s*[.)]\s*\S`)
	namedHeading    = regexp.MustCompile(`^(?i:phần|chương|chuyên đề|chủ đề|lĩnh vực|nội dung|mục)\s*:\s*\S`)
)

// shouted tells a line in capitals: at least four letters, none small.
func shouted(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 4
}

// wholly tells whether every letter of a text has a property.
func (t text) wholly(is func(Look) bool) bool {
	any := false
	for _, g := range t {
		if unicode.IsLetter(g.r) || unicode.IsDigit(g.r) {
			if !is(g.look) {
				return false
			}
			any = true
		}
	}
	return any
}

// Several right options are told in the stem: "(Chọn nhiều đáp án)", "(Chọn
// 02 phương án)". "Nhiều lựa chọn" alone is the usual name of items with one
// key.
var (
	several  = regexp.MustCompile(`chon (?:cac|nhung|nhieu|tat ca|nhieu hon)|nhieu (?:dap an|phuong an)|co the chon|(?:mot hoac nhieu|nhieu) (?:dap an|phuong an)|chon \d+ va`)
	chooseN  = regexp.MustCompile(`(?:chon|co) (?:dung |it nhat )?(\d{1,2}|hai|ba|bon|nam) (?:phuong an|dap an|y|noi dung|cau)\b`)
	numerals = map[string]int{"hai": 2, "ba": 3, "bon": 4, "nam": 5}
)

// declared tells how many right options a stem asks for: 0 for an unknown
// number of several, 1 for one.
func declared(stem string) (n int, many bool) {
	folded := viet.Fold(exchange.Tidy(stem))
	if m := chooseN.FindStringSubmatch(folded); m != nil && strings.Contains(folded, "chon") {
		n, ok := numerals[m[1]]
		if !ok {
			n, _ = strconv.Atoi(m[1])
		}
		if n > 1 {
			return n, true
		}
	}
	return 0, several.MatchString(folded)
}

var trueOrFalse = regexp.MustCompile(`dung (?:hay|hoac) sai|\(dung[/ ]*sai\)|chon dung (?:hoac|hay) sai|dung/sai`)
