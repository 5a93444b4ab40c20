package written

import (
	"regexp"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// question is one question while its lines come in.
type question struct {
	number      *int
	section     *string
	source      string
	stem        text
	parts       []stemPart // of the stem
	listed      int        // last number of a list inside the stem
	options     []option
	explanation []string
	citation    []string
	level       string
	name        string
	sayings     []saying // what words say of the key
	kind        string   // what a column says of the type
	assets      []exchange.Asset
	legacy      bool
	answered    bool // its key was told after its options
	told        bool // a list has begun after its options
	tracked     bool // a change was tracked in a line of its key
	secret      bool // hidden text bears on its key
	external    bool // a picture lies outside the file
	formula     string
	later       []text // paragraphs after the options, not yet understood
	laterGap    int    // how many of them stood before the last blank line
	namesake    bool   // another question of its section bears its number
	keyless     string // why a key table has nothing for it
	printed     []string
	own         bool   // a situation with options of its own
	about       string // name of the situation it belongs to
	perhaps     bool   // the page does not say that it does

	ready *exchange.Item // from a card: nothing is left to decide
}

// option is one choice with what marks it.
type option struct {
	letter  rune
	body    text
	line    text // with its letter, as typed
	at      text // the letter itself
	marked  bool // by a star, a tag or a cross
	pinned  bool
	foreign bool
	small   bool // its letter is a small one
}

// keyCell is where a saying of a sheet stands.
const keyCell = "cột đáp án"

// saying is something that names the key in words.
type saying struct {
	text string
	from string // "dòng đáp án", "bảng đáp án", "cột đáp án"
}

func (q *question) letters() []rune {
	letters := make([]rune, len(q.options))
	for i, o := range q.options {
		letters[i] = o.letter
	}
	return letters
}

func (q *question) texts() []string {
	texts := make([]string, len(q.options))
	for i, o := range q.options {
		texts[i] = o.body.plain()
	}
	return texts
}

// explain takes the paragraphs after the options as explanation.
func (q *question) explain() {
	for _, p := range q.later {
		if s := p.plain(); s != "" {
			q.explanation = append(q.explanation, s)
		}
	}
	q.later, q.laterGap = nil, 0
}

// why adds an explanation, and the citation that may stand in the same line.
func (q *question) why(words string) {
	if m := citeWithin.FindStringIndex(words); m != nil {
		q.cite(words[m[1]:])
		words = words[:m[0]] + strings.TrimSpace(words[m[0]:m[0]+1])
	}
	if words = exchange.Tidy(words); words != "" {
		q.explanation = append(q.explanation, words)
	}
}

func (q *question) cite(words string) {
	if m := whyWithin.FindStringIndex(words); m != nil {
		q.why(words[m[1]:])
		words = words[:m[0]]
	}
	if words = exchange.Tidy(words); words != "" {
		q.citation = append(q.citation, words)
	}
}

// inOrder sorts options that stand in columns, A and C beside each other: all
// letters are there, only not in a row.
func (q *question) inOrder() {
	letters := q.letters()
	slices.Sort(letters)
	for i, l := range letters {
		if l != rune('A'+i) {
			return
		}
	}
	slices.SortFunc(q.options, func(a, b option) int { return int(a.letter - b.letter) })
}

// item puts the question into its final shape; looks tells how this file sets
// keys off by formatting.
func (q *question) item(looks fileLooks) exchange.Item {
	if q.ready != nil {
		return *q.ready
	}
	q.explain()
	it := exchange.Item{
		Number: q.number, Section: q.section, Source: q.source, Type: exchange.Single, Stem: q.stem.plain(), Options: q.texts(), Status: exchange.OK,
		Level: q.level, Name: q.name, Situation: q.about, Assets: q.assets, Printed: q.printed,
	}
	for i, o := range q.options {
		if o.pinned {
			it.Pinned = append(it.Pinned, i)
		}
	}
	q.decideType(&it)
	q.decideKey(&it, looks)
	// A key line may go on with an explanation, so these come last.
	it.Explanation, it.Citation = strings.Join(q.explanation, " "), strings.Join(q.citation, " ")
	q.remark(&it)
	if look := lookOf(q.parts); look != "" {
		it.Look(it.Stem, look)
	}
	return it
}

// mostPrinted bounds the lines that are kept of what a question looks like in
// its file.
const mostPrinted = 40

// show keeps a line of the file as it is printed.
func (q *question) show(line string) {
	if line != "" && len(q.printed) < mostPrinted {
		q.printed = append(q.printed, line)
	}
}

// remark says what a person should know besides the key.
func (q *question) remark(it *exchange.Item) {
	if skips := q.skips(); skips != "" {
		it.Ask(exchange.LettersSkip, "Chữ cái phương án nhảy cóc: "+skips)
	}
	for _, o := range q.options {
		if o.foreign {
			it.Mention(exchange.Lookalikes, "Chữ cái phương án gõ bằng bảng chữ Kirin, trông giống A, B, C; đã đổi")
			break
		}
	}
	for i, o := range q.options {
		if o.small && smallReference.MatchString(o.body.plain()) {
			it.Mention(exchange.LetterReference, "Phương án "+exchange.Letter(i)+" nhắc lại các phương án khác: không xáo trộn")
		}
	}
	if q.legacy {
		it.Ask(exchange.LegacyEncoding, "Gõ bằng phông chữ cũ (.VnTime, VNI), đã chuyển mã; cần đọc lại")
	}
	if q.tracked {
		it.Ask(exchange.TrackedChange, "Đáp án nằm ở đoạn có theo dõi sửa đổi")
	}
	if q.secret {
		it.Ask(exchange.HiddenText, "Có chữ ẩn liên quan đến đáp án, chữ ẩn không được dùng")
	}
	if q.external {
		it.Ask(exchange.ExternalImage, "Hình ảnh nằm ngoài tệp nên không lấy được; cần chèn hình vào tệp")
	}
	if q.about != "" && q.perhaps {
		it.Ask(exchange.SituationUnclear, "Tệp không ghi câu này có thuộc “"+q.about+"” không; hãy xác nhận hoặc bỏ trống ô tình huống")
	}
	if q.formula != "" {
		it.Ask(exchange.Formula, q.formula)
	}
}

// smallReference is an option that speaks of others by their small letters.
var smallReference = regexp.MustCompile(`^(?i:cả|chỉ)\s+\(?[a-hđ]\)?(?:\s*(?:,|;|và|hoặc|&)\s*\(?[a-hđ]\)?)+(?:\s+(?i:đều)?\s*(?i:đúng|sai))?\s*[.;]?$`)

// skips lists the letters when they do not run A, B, C, D without a hole.
// Some lists run a, b, c, d, đ, e.
func (q *question) skips() string {
	want, bad := 'A', false
	names := make([]string, len(q.options))
	for i, o := range q.options {
		if o.letter == 0 {
			return ""
		}
		names[i] = string(o.letter)
		if o.letter == 'Đ' && want == 'E' {
			continue
		}
		bad = bad || o.letter != want
		want = next(o.letter)
	}
	if !bad {
		return ""
	}
	return strings.Join(names, ", ")
}
