package written

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// column is what a column of a table holds.
type column int

const (
	noColumn column = iota
	numberColumn
	sectionColumn
	stemColumn
	optionColumn // one option; its letter stands in the header
	letterColumn // letters of options, one a row
	choiceColumn // options, one a row, or all in one cell
	keyColumn
	wrongColumn // crosses for Sai, beside a column of crosses for Đúng
	levelColumn
	citationColumn
	whyColumn
	kindColumn
	codeColumn
)

// header is the row that names the columns.
type header struct {
	row     int // the last row it takes
	columns []column
	letters map[int]rune // of option columns
}

var headerWords = []struct {
	is    column
	words *regexp.Regexp
}{
	{kindColumn, regexp.MustCompile(`^(?:loai|dang|hinh thuc|kieu)(?: cau(?: hoi)?)?$`)},
	{numberColumn, regexp.MustCompile(`^(?:stt|tt|so tt|so thu tu|thu tu|no|cau|cau so|so cau|cau hoi so|so cau hoi|stt cau|#)$`)},
	{codeColumn, regexp.MustCompile(`^(?:ma|ma cau|ma cau hoi|ma so|ma so cau hoi|id)$`)},
	{keyColumn, regexp.MustCompile(`^(?:dap an(?: dung(?: nhat)?)?|d/a|da|phuong an dung|lua chon dung|key|answer|dung|dung/sai|chon|tra loi dung|cau tra loi dung|ket qua|dap an chinh xac)$`)},
	{wrongColumn, regexp.MustCompile(`^sai$`)},
	{whyColumn, regexp.MustCompile(`^(?:giai thich|huong dan|loi giai|dien giai|phan tich)(?: (?:dap an|tra loi|chi tiet|giai))*$`)},
	{citationColumn, regexp.MustCompile(`^(?:can cu(?: phap ly)?|nguon|trich dan|co so phap ly|tham chieu|van ban(?: can cu| trich dan)?|tai lieu tham khao|can cu, nguon|nguon trich dan|trich dan nguon|can cu, trich dan)$`)},
	{levelColumn, regexp.MustCompile(`^(?:muc do|do kho|cap do|muc|muc do nhan thuc)$`)},
	{letterColumn, regexp.MustCompile(`^(?:ky hieu|chu cai)$`)},
	{choiceColumn, regexp.MustCompile(`^(?:noi dung )?(?:cac )?(?:phuong an(?: tra loi)?|lua chon|dap an lua chon|cau tra loi|tra loi|phuong an lua chon)$`)},
	{stemColumn, regexp.MustCompile(`^(?:noi dung(?: cau hoi.*)?|cau hoi.*|cau dan|de bai|noi dung hoi|question)$`)},
	{sectionColumn, regexp.MustCompile(`^(?:chuyen de|chu de|linh vuc|phan|nhom(?: cau hoi)?|chuong|mang|noi dung chuyen de|nhom linh vuc)$`)},
}

var optionHeader = regexp.MustCompile(`^(?:phuong an(?: tra loi| lua chon)?|pa|dap an|lua chon|tra loi|option|y|cau tra loi)?\s*[(]?([a-h1-8]|đ)[)]?$`)

// sheet reads a table with a header row, one question (or one option) a row.
// It is not ok for any other table.
func sheet(t Table) ([]*question, bool) {
	h, ok := findHeader(t)
	if !ok {
		return nil, false
	}
	return h.rows(t.Rows[h.row+1:]), true
}

// rows reads the rows below a header.
func (h header) rows(rows [][]Cell) []*question {
	s := &sheetReader{header: h}
	for _, row := range rows {
		s.row(row)
	}
	s.close()
	return s.questions
}

// Sheet reads a table of a workbook; it is not ok when no row names the
// columns.
func Sheet(t Table) (exchange.Content, bool) {
	questions, ok := sheet(t)
	if !ok {
		return exchange.Content{}, false
	}
	looks := looksOf(questions)
	items := make([]exchange.Item, len(questions))
	for i, q := range questions {
		items[i] = q.item(looks)
	}
	return exchange.Content{Items: items}, true
}

// headerDepth is how far down a header may stand below letterhead and title.
const headerDepth = 20

func findHeader(t Table) (header, bool) {
	for i := 0; i < len(t.Rows) && i < headerDepth; i++ {
		h, ok := headerOf(i, foldRow(t.Rows[i]), nil)
		// A header may take two rows: "Phương án" above A, B, C, D.
		if two, also := twoRows(t, i); also && (!ok || lettersBelow(foldRow(t.Rows[i+1]))) {
			return two, true
		}
		if ok || h.blockBelow(t) {
			return h, true
		}
	}
	return header{}, false
}

// blockBelow tells that a header names no key, but the cell below its stem
// holds a question with its options.
func (h header) blockBelow(t Table) bool {
	x := slices.Index(h.columns, stemColumn)
	return x >= 0 && h.row+1 < len(t.Rows) && x < len(t.Rows[h.row+1]) && holdsOptions(t.Rows[h.row+1][x])
}

// twoRows reads a row and the one below it as one header; a row that is a
// header by itself needs none above it.
func twoRows(t Table, i int) (header, bool) {
	if i+1 >= len(t.Rows) {
		return header{}, false
	}
	if _, alone := headerOf(i+1, foldRow(t.Rows[i+1]), nil); alone {
		return header{}, false
	}
	return headerOf(i+1, foldRow(t.Rows[i+1]), foldRow(t.Rows[i]))
}

// lettersBelow tells a row that holds nothing but the letters of options.
func lettersBelow(words []string) bool {
	letters := 0
	for _, w := range words {
		if w == "" {
			continue
		}
		if m := optionHeader.FindStringSubmatch(w); m == nil || m[1] != string(rune('a'+letters)) && m[1] != strconv.Itoa(letters+1) {
			return false
		}
		letters++
	}
	return letters >= 2
}

var remark = regexp.MustCompile(`\s*\([^()]{3,}\)$`)

func foldRow(row []Cell) []string {
	words := make([]string, len(row))
	for i, c := range row {
		words[i] = strings.Trim(viet.Fold(c.plain()), " .:*")
		if m := remark.FindStringIndex(words[i]); m != nil && m[0] > 0 {
			words[i] = words[i][:m[0]] // "Đáp án (ghi A, B, C hoặc D)"
		}
	}
	return words
}

// headerOf reads names of columns; above are the names in the row over them.
func headerOf(row int, words, above []string) (header, bool) {
	h := header{row: row, columns: make([]column, max(len(words), len(above))), letters: map[int]rune{}}
	count := map[column]int{}
	for x := range h.columns {
		for _, names := range [][]string{words, above} {
			if x < len(names) && h.columns[x] == noColumn {
				h.name(x, names[x])
			}
		}
		count[h.columns[x]]++
	}
	h.settle(count)
	enough := len(h.letters) >= 2 || count[keyColumn] > 0 || count[choiceColumn] > 0
	return h, count[stemColumn] > 0 && enough
}

func (h *header) name(x int, words string) {
	if m := optionHeader.FindStringSubmatch(words); m != nil {
		h.columns[x] = optionColumn
		letter := unicode.ToUpper([]rune(m[1])[0])
		if letter >= '1' && letter <= '8' {
			letter = 'A' + letter - '1'
		}
		h.letters[x] = letter
		return
	}
	for _, w := range headerWords {
		if w.words.MatchString(words) {
			h.columns[x] = w.is
			return
		}
	}
}

// settle tells columns of the same name apart: of two columns "Phương án" the
// first holds the letters; a second stem column is not one.
func (h *header) settle(count map[column]int) {
	if count[choiceColumn] == 2 && len(h.letters) == 0 {
		h.columns[slices.Index(h.columns, choiceColumn)] = letterColumn
		count[choiceColumn]--
	}
	for x := slices.Index(h.columns, stemColumn) + 1; count[stemColumn] > 1 && x < len(h.columns); x++ {
		if h.columns[x] == stemColumn {
			h.columns[x] = noColumn
		}
	}
}

type sheetReader struct {
	header
	questions []*question
	current   *question
	section   *string // the last row that is a heading
	ended     bool    // signatures have begun
	topic     *string // the last filled cell of the topic column
}

// get is the cell of a kind of column.
func (s *sheetReader) get(row []Cell, kind column) Cell {
	for x, c := range s.columns {
		if c == kind && x < len(row) && !row[x].Merged {
			return row[x]
		}
	}
	return Cell{}
}

func (s *sheetReader) row(row []Cell) {
	switch {
	case s.skip(row):
	case s.tall():
		s.tallRow(row)
	case s.letterRow(row):
	default:
		s.wideRow(row)
	}
}

// tall tells a sheet with one option a row.
func (s *sheetReader) tall() bool {
	return slices.Contains(s.columns, choiceColumn) && len(s.letters) == 0
}

var countRow = regexp.MustCompile(`^\(?\d{1,2}\)?$`)

// skip passes over empty rows, the row of column numbers and a header that is
// repeated, and takes rows with one text as headings.
func (s *sheetReader) skip(row []Cell) bool {
	var texts []string
	counts := 0
	stem := s.get(row, stemColumn).plain()
	for x, c := range row {
		words := c.plain()
		if words == "" || c.Merged {
			continue
		}
		if countRow.MatchString(words) && strings.Trim(words, "()") == strconv.Itoa(x+1) {
			counts++
		}
		texts = append(texts, words)
	}
	switch {
	case len(texts) == 0:
		if s.tall() {
			s.close() // what follows without a stem is a signature
		}
		return true
	case counts >= 3 && counts == len(texts):
		return true
	case s.repeated(row):
		return true
	}
	if s.tall() && s.current != nil && s.get(row, choiceColumn).plain() != "" {
		return false
	}
	if len(texts) == 1 || len(texts) == 2 && labelOrRoman.MatchString(texts[0]) && stem == "" {
		heading := texts[len(texts)-1]
		if holdsOptions(s.get(row, stemColumn)) {
			return false
		}
		if !s.tall() || stem == "" || s.get(row, choiceColumn).plain() == "" {
			s.section = &heading
			return true
		}
	}
	return false
}

var labelOrRoman = regexp.MustCompile(`^(?:[IVX]+|[A-H]|\d{1,3})[.)]?$`)

func (s *sheetReader) repeated(row []Cell) bool {
	again, ok := headerOf(0, foldRow(row), nil)
	return ok && slices.Equal(again.columns, s.columns)
}

// start makes the question of a row and reads the columns that are not
// options.
func (s *sheetReader) start(row []Cell) *question {
	stem := s.get(row, stemColumn)
	q := &question{source: stem.Source, section: s.section, kind: s.get(row, kindColumn).plain(), level: s.get(row, levelColumn).plain(), name: s.get(row, codeColumn).plain()}
	if n, err := strconv.Atoi(strings.Trim(s.get(row, numberColumn).plain(), ".()")); err == nil {
		q.number = &n
	}
	if topic := s.get(row, sectionColumn).plain(); topic != "" && !ditto.MatchString(topic) {
		s.topic = &topic
	}
	if s.topic != nil {
		q.section = s.topic // the topic above, too, where the cell is merged or blank
	}
	if cite := s.get(row, citationColumn).plain(); cite != "" {
		q.citation = []string{cite}
	}
	if why := s.get(row, whyColumn).plain(); why != "" {
		q.explanation = []string{why}
	}
	if stem.Formula {
		q.formula = "Câu dẫn là công thức, không phải chữ"
	}
	return q
}

// ditto marks repeat the cell above.
var ditto = regexp.MustCompile(`^(?i:[-–]*\s*nt\s*[-–]*|["”“]+|//)$`)

var totals = regexp.MustCompile(`^(?i:tổng|tổng cộng|tổng số(?: câu(?: hỏi)?)?|cộng)\s*:?$`)

func (s *sheetReader) wideRow(row []Cell) {
	stem := s.get(row, stemColumn)
	key := s.get(row, keyColumn)
	if stem.plain() == "" {
		return
	}
	if totals.MatchString(stem.plain()) && len(s.options(&question{}, row)) == 0 {
		return
	}
	q := s.start(row)
	q.show(printed(row))
	q.setStem(stem)
	options := s.options(q, row)
	if len(options) == 0 {
		q = s.block(q, stem)
	} else {
		q.options = options
	}
	if (len(q.options) == 0 || s.signed(row)) && key.plain() == "" && s.get(row, wrongColumn).plain() == "" && q.number == nil {
		return // totals, signatures
	}
	if slices.Contains(s.columns, wrongColumn) && len(q.options) == 0 {
		q.hearCross("Đúng", key)
		q.hearCross("Sai", s.get(row, wrongColumn))
	} else {
		q.hearKey(key)
	}
	q.note(row, s.columns)
	s.questions = append(s.questions, q)
}

// options are the cells of the option columns; empty ones at the end are
// none, an empty one between others is a hole.
func (s *sheetReader) options(q *question, row []Cell) (options []option) {
	for x, c := range s.columns {
		if c != optionColumn || x >= len(row) || row[x].plain() == "" {
			continue
		}
		body, legacy := row[x].text()
		if h, ok := optionOf(body); ok && h.letter == s.letters[x] {
			body = h.rest // the letter is repeated in the cell
		}
		q.legacy = q.legacy || legacy
		body, marked := tagged(body, false)
		if m := starStart.FindStringIndex(body.String()); m != nil {
			body, marked = body.cut(m[1]), true
		}
		options = append(options, option{letter: s.letters[x], body: body, marked: marked})
		q.takeCell(row[x], marked)
	}
	return options
}

// takeCell keeps what a cell of an option says besides its words.
func (q *question) takeCell(c Cell, marked bool) {
	for _, l := range c.Lines {
		e := entry{Line: l}
		q.take(e)
		q.watch(e, marked)
	}
}

// text joins a cell's lines.
func (c Cell) text() (t text, legacy bool) {
	for i, l := range c.Lines {
		line, old := textOf(l)
		legacy = legacy || old
		if i > 0 {
			t = append(t, glyph{r: ' '})
		}
		t = append(t, line...)
	}
	return t, legacy
}

// setStem takes the stem's cell; "Câu 2:" before it is its number again.
func (q *question) setStem(c Cell) {
	t, legacy := c.text()
	if h, ok := questionHead(t); ok {
		t = h.rest
		if q.number == nil {
			q.number = &h.number
		}
	}
	q.stem, q.legacy = t, q.legacy || legacy
	for _, l := range c.Lines {
		q.assets = append(q.assets, l.Assets...)
	}
}

// block reads a cell that holds stem and options, as if it were a page.
func (s *sheetReader) block(q *question, c Cell) *question {
	r := &reader{}
	numbered := true
	for i, l := range c.Lines {
		if i == 0 {
			if t, _ := textOf(l); !isQuestion(t) {
				l.Label, numbered = Run{Text: "Câu 1."}, false
			}
		}
		r.add(l)
	}
	r.survey()
	for i := range r.lines {
		r.read(i)
	}
	r.close()
	if len(r.questions) != 1 {
		q.setStem(c)
		return q
	}
	inner := r.questions[0]
	inner.source, inner.kind, inner.name, inner.printed = q.source, q.kind, q.name, q.printed
	inner.section, inner.level = q.section, q.level
	if q.number != nil || !numbered {
		inner.number = q.number
	}
	inner.citation = append(q.citation, inner.citation...)
	inner.explanation = append(q.explanation, inner.explanation...)
	inner.formula = q.formula
	return inner
}

// hearKey takes what the key's column says; the result of a formula is not
// somebody's word.
func (q *question) hearKey(c Cell) {
	words := c.plain()
	for _, l := range c.Lines {
		q.tracked = q.tracked || l.Tracked
		q.secret = q.secret || l.Hidden && tellsKey(l.Secret)
	}
	switch {
	case c.Formula:
		q.formula = "Đáp án là công thức, cần người soạn xác nhận"
	case words != "":
		q.sayings = append(q.sayings, saying{words, keyCell})
	case len(q.sayings) == 0:
		q.keyless = "Ô đáp án để trống"
	}
}

// note tells of formulas among the options.
func (q *question) note(row []Cell, columns []column) {
	for x, c := range row {
		if x < len(columns) && columns[x] == optionColumn && c.Formula && q.formula == "" {
			q.formula = "Có phương án là công thức, cần người soạn xác nhận"
		}
	}
}

// tallRow adds the option of a row to the question that the stem's cell
// begins.
func (s *sheetReader) tallRow(row []Cell) {
	stem, choice := s.get(row, stemColumn), s.get(row, choiceColumn)
	if stem.plain() != "" && !s.sameAgain(row) {
		s.close()
		if choice.plain() == "" {
			return // signatures
		}
		s.current = s.start(row)
		s.current.setStem(stem)
	}
	q := s.current
	if q == nil || choice.plain() == "" {
		return
	}
	q.show(printed(row))
	body, legacy := choice.text()
	q.legacy = q.legacy || legacy
	if inner, ok := manyOptions(choice); ok {
		q.options = append(q.options, inner...)
		q.hearKey(s.get(row, keyColumn))
		return
	}
	letter := rune('A' + len(q.options))
	named := []rune(s.get(row, letterColumn).plain())
	if len(named) == 0 && slices.Contains(s.columns, letterColumn) {
		return // a signature below the last option
	}
	if len(named) > 0 {
		letter = unicode.ToUpper(named[0])
	} else if h, ok := optionOf(body); ok {
		letter, body = h.letter, h.rest
	}
	mark := s.get(row, keyColumn)
	if words := mark.plain(); !mark.Formula && !isTick(words) && isTruth(words) == 0 && words != "0" && plainKey(words) {
		q.hearKey(mark) // the letter, beside the first option or all of them
	}
	if mark.Formula {
		q.formula = "Dấu đáp án là công thức, cần người soạn xác nhận"
	}
	body, marked := tagged(body, !mark.Formula && isTick(mark.plain()))
	q.options = append(q.options, option{letter: letter, body: body, marked: marked})
	q.takeCell(choice, marked)
	q.takeCell(Cell{Lines: mark.Lines}, marked)
}

// sameAgain tells a row that repeats the stem of the question above instead
// of leaving the cell empty.
func (s *sheetReader) sameAgain(row []Cell) bool {
	if s.current == nil || !sameWords(s.get(row, stemColumn).plain(), s.current.stem.plain()) {
		return false
	}
	letter := s.get(row, letterColumn).plain()
	n, err := strconv.Atoi(strings.Trim(s.get(row, numberColumn).plain(), ".()"))
	return !strings.EqualFold(letter, "A") && (err != nil || s.current.number != nil && n == *s.current.number)
}

// holdsOptions tells a cell in which options stand below or beside a stem.
func holdsOptions(c Cell) bool {
	for _, l := range c.Lines {
		t, _ := textOf(l)
		for _, part := range split(t) {
			if h, ok := optionOf(part); ok && h.letter == 'B' {
				return true
			}
		}
	}
	return false
}

// manyOptions reads a cell that holds all options of a question.
func manyOptions(c Cell) (options []option, ok bool) {
	for _, l := range c.Lines {
		t, _ := textOf(l)
		for _, part := range split(t) {
			h, is := optionOf(part)
			if !is {
				return nil, false
			}
			options = append(options, option{letter: h.letter, body: h.rest, at: h.at, marked: h.marked, foreign: h.foreign})
		}
	}
	return options, len(options) >= 2
}

// isTick tells a cell that marks the right option.
func isTick(s string) bool {
	switch strings.ToLower(strings.Trim(s, " .()[]")) {
	case "x", "1", "true", "đúng", "đ", "✓", "✔", "v", "+", "yes", "*", "có", "☑":
		return true
	}
	return false
}

func (s *sheetReader) close() {
	if s.current != nil {
		if q := s.current; len(q.sayings) == 0 && !slices.ContainsFunc(q.options, func(o option) bool { return o.marked }) {
			q.keyless = "Không dòng nào được đánh dấu"
		}
		s.questions = append(s.questions, s.current)
	}
	s.current = nil
}

// printed is a row as a person reads it.
func printed(row []Cell) string {
	var cells []string
	for _, c := range row {
		if words := c.plain(); words != "" && !c.Merged {
			cells = append(cells, words)
		}
	}
	return strings.Join(cells, " | ")
}
