package written

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// Read turns a page into items.
func Read(blocks []Block) exchange.Content {
	r := &reader{}
	r.lay(blocks)
	r.survey()
	for i := range r.lines {
		r.read(i)
	}
	r.close()
	r.endSituation()
	r.settleSituations()
	warnings := r.matchTables()
	items := make([]exchange.Item, len(r.questions))
	looks := looksOf(r.questions)
	for i, q := range r.questions {
		items[i] = q.item(looks)
	}
	return exchange.Content{Items: exchange.Finish(items), Warnings: append(r.warnings, warnings...)}
}

// entry is one line as the reader meets it, a grid of keys, or a table whose
// rows are questions.
type entry struct {
	Line
	text   text
	plain  string
	legacy bool
	cut    bool // the rest of a line that was cut at an option
	bare   role // what the line is in a block without numbers and letters
	pairs  []pair
	rows   []*question
	grid   *grid // the table of data that it is a line of
}

// role is what a line of a bare block is.
type role int

const (
	none role = iota
	bareStem
	bareOption
	bareWhy
	bareKey
)

type reader struct {
	lines      []entry
	sheets     sheets // tables of questions met so far
	at         int    // the line being read
	questions  []*question
	section    *string
	current    *question
	last       role       // what the last line gave the current question
	loose      []entry    // text before any question
	open       *situation // the one being read
	situations []*situation
	tables     []table  // key tables, in order
	keys       *table   // the one being read
	title      *string  // last heading met while reading keys
	lettered   bool     // the file has options with letters
	worded     bool     // the file numbers its questions with a word
	named      bool     // headings without numbers come between questions
	warnings   []string // about the file
}

// lay puts blocks in a row: tables of options become lines, tables of keys
// and of questions stay whole, letterheads go.
func (r *reader) lay(blocks []Block) {
	seen := false
	for _, b := range blocks {
		if b.Line != nil {
			r.add(*b.Line)
			last := r.lines[len(r.lines)-1]
			_, situation := situationHead(last.plain)
			seen = seen || isQuestion(last.text) || situation
			continue
		}
		t := b.Table
		if found, ok := cards(*t); ok {
			r.lines = append(r.lines, entry{rows: found})
			continue
		}
		if rows, ok := r.sheets.read(*t); ok {
			r.lines = append(r.lines, entry{rows: rows})
			continue
		}
		if keys := keysInTable(*t); keys != nil {
			r.lines = append(r.lines, keys...)
			continue
		}
		lines, first := t.lines(), len(r.lines)
		if seen || slices.ContainsFunc(lines, func(l Line) bool { return begins(l) }) {
			for _, l := range lines {
				r.add(l)
				seen = seen || begins(l)
			}
			r.grids(*t, r.lines[first:])
		}
	}
}

func begins(l Line) bool {
	t, _ := textOf(l)
	_, option := optionOf(t)
	return option || isQuestion(t)
}

func isQuestion(t text) bool {
	_, word := questionHead(t)
	_, bare := bareNumber(t)
	return word || bare
}

// add cuts a line at the options inside it.
func (r *reader) add(l Line) {
	t, legacy := textOf(l)
	parts := split(t)
	for i, part := range parts {
		e := entry{Line: l, text: part, plain: part.plain(), legacy: legacy, cut: i > 0}
		e.Assets = assetsIn(part, &l.Assets)
		r.lines = append(r.lines, e)
	}
}

// assetsIn hands out as many assets as the part has marks.
func assetsIn(part text, left *[]exchange.Asset) []exchange.Asset {
	s := part.String()
	n := min(len(*left), strings.Count(s, exchange.ImageMark)+strings.Count(s, exchange.MathMark))
	mine := (*left)[:n]
	*left = (*left)[n:]
	return mine
}

// survey looks at the whole file before reading it: whether questions are
// numbered by a word, whether plain headings come between questions, and
// where blocks without numbers and letters are.
func (r *reader) survey() {
	words, begun := 0, false
	named := map[string]int{} // first word of a plain heading → where: 1 before, 2 after a question
	for _, e := range r.lines {
		if _, ok := questionHead(e.text); ok {
			words, begun = words+1, true
		}
		if h, ok := optionOf(e.text); ok && h.letter == 'A' {
			r.lettered = true
		}
		if m := namedHeading.FindString(e.plain); m != "" {
			bit := 1
			if begun {
				bit = 2
			}
			named[strings.ToLower(strings.SplitN(m, ":", 2)[0])] |= bit
		}
	}
	r.worded = words >= 2
	for _, where := range named {
		r.named = r.named || where&2 != 0
	}
	r.surveyBare()
}

// surveyBare finds blocks between blank lines that have a starred line and no
// number or letter: a stem and its options.
func (r *reader) surveyBare() {
	var blocks [][]int
	var block []int
	for i, e := range r.lines {
		if e.plain == "" || e.pairs != nil || e.rows != nil {
			blocks, block = append(blocks, block), nil
			continue
		}
		block = append(block, i)
	}
	blocks = append(blocks, block)
	starred := false
	for _, b := range blocks {
		starred = starred || r.isBare(b, true)
	}
	for _, b := range blocks {
		if !starred || !r.isBare(b, false) {
			continue
		}
		for n, i := range b {
			switch {
			case n == 0:
				r.lines[i].bare = bareStem
			case whyLine.MatchString(r.lines[i].plain):
				r.lines[i].bare = bareWhy
			default:
				r.lines[i].bare = bareOption
			}
		}
	}
}

func (r *reader) isBare(block []int, wantStar bool) bool {
	if len(block) < 3 {
		return false
	}
	star := false
	for n, i := range block {
		e := r.lines[i]
		_, option := optionOf(e.text)
		if option || isQuestion(e.text) || keyLine.MatchString(e.plain) || keyHeading.MatchString(e.plain) {
			return false
		}
		star = star || n > 0 && (starStart.MatchString(e.plain) || rightTag.MatchString(e.plain))
	}
	stem := r.lines[block[0]].plain
	return star || !wantStar && strings.ContainsAny(stem[len(stem)-1:], "?:.…_")
}

// read reads one line and keeps it with the question that it belongs to.
func (r *reader) read(i int) {
	r.line(i)
	if r.current != nil {
		r.current.show(r.lines[i].plain)
	}
}

// line reads one line.
func (r *reader) line(i int) {
	e := r.lines[i]
	r.at = i
	switch {
	case e.rows != nil:
		r.close()
		r.endSituation()
		r.takeRows(e.rows)
	case e.pairs != nil:
		r.takePairs(e.pairs)
	case e.plain == "":
		r.secret(e)
		if r.current != nil {
			r.current.laterGap = len(r.current.later)
		}
	case e.bare != none:
		r.bareLine(e)
	case r.keys != nil && r.keyArea(i):
	default:
		r.plainLine(i)
	}
}

// takeRows takes the questions of a table; those without a topic of their own
// stand under the heading above it.
func (r *reader) takeRows(rows []*question) {
	for _, q := range rows {
		if q.section == nil {
			q.section = r.section
		}
		r.questions = append(r.questions, q)
	}
}

func (r *reader) plainLine(i int) {
	e := r.lines[i]
	if h, ok := r.questionAt(i); ok {
		r.begin(e, &h.number, h.rest)
		return
	}
	if h, ok := optionOf(e.text); ok && !shortKey.MatchString(e.plain) && !r.letterHeading(i, h) && r.option(i, h) {
		return
	}
	r.other(i)
}

// questionAt tells whether a question begins: "Câu 5" always; a bare number
// when the file uses no word, or when options follow it.
func (r *reader) questionAt(i int) (head, bool) {
	e := r.lines[i]
	if h, ok := questionHead(e.text); ok {
		return h, true
	}
	h, ok := bareNumber(e.text)
	if !ok || e.cut {
		return head{}, false
	}
	waiting := r.current != nil && len(r.current.options) == 0
	switch {
	case !r.worded && !waiting && !r.standsAlone(i, h.number):
		return head{}, false // a list below the options, or before all questions
	case waiting && h.number == r.current.listed+1 && (r.current.listed > 0 || r.current.number != nil && h.number != *r.current.number+1):
		return head{}, false // a list inside a stem that counts from 1
	case r.worded && (waiting || !r.optionsFollow(i)):
		return head{}, false // a list inside a stem
	case waiting && (r.current.number == nil || h.number != *r.current.number+1) && !r.optionsFollow(i):
		return head{}, false
	}
	return h, true
}

// optionsFollow looks ahead for an option A before the next number.
func (r *reader) optionsFollow(i int) bool {
	for j := i + 1; j < len(r.lines) && j < i+8; j++ {
		e := r.lines[j]
		if h, ok := optionOf(e.text); ok {
			return h.letter == 'A'
		}
		if isQuestion(e.text) {
			return false
		}
	}
	return false
}

// begin starts a question.
func (r *reader) begin(e entry, number *int, stem text) {
	r.close()
	r.endSituation()
	q := &question{number: number, source: e.Source, stem: stem, parts: []stemPart{{plain: stem.plain()}}}
	q.take(e)
	r.start(q)
}

// start makes a question the current one.
func (r *reader) start(q *question) {
	if r.title != nil {
		r.section, r.title = r.title, nil
	}
	r.keys, r.loose = nil, nil
	q.section = r.section
	r.current, r.last = q, bareStem
}

// take keeps what a line says besides its words.
func (q *question) take(e entry) {
	q.assets = append(q.assets, e.Assets...)
	q.legacy = q.legacy || e.legacy
	q.external = q.external || e.External
}

// close ends the current question. Paragraphs after its options are its
// explanation.
func (r *reader) close() {
	if q := r.current; q != nil {
		q.explain()
		q.inOrder()
		r.questions = append(r.questions, q)
	}
	r.current, r.last = nil, none
}

// option adds an option to the current question, or begins a question whose
// stem had no number. It refuses heads that cannot be options.
func (r *reader) option(i int, h head) bool {
	e, q := r.lines[i], r.current
	small := smallLetter(h.at)
	switch {
	case q == nil && r.open != nil && h.letter == 'A' && r.hasOwnOptions(i, small):
		r.isQuestionItself()
		q = r.current
	case q != nil && q.told:
		return false
	case q == nil && h.letter == 'A' && len(r.loose) > 0 && !r.isHeading(r.loose[len(r.loose)-1]):
		stem := r.loose[len(r.loose)-1]
		r.begin(stem, nil, stem.text)
		q = r.current
	case q == nil:
		return false
	case h.letter == 'A' && len(q.options) > 0 && q.options[0].letter == 'A' && len(q.sayings) == 0 && (len(q.options) == 1 || q.options[0].small && (!small || r.goesOn())):
		q.listIntoStem()
	case h.letter == 'A' && len(q.options) >= 2 && small && r.numbersRunOn():
		q.told = true // a list in the explanation
		return false
	case h.letter == 'A' && len(q.options) >= 2 && len(q.later) > q.laterGap:
		r.unnumbered(e)
		q = r.current
	case h.letter == 'A' && len(q.options) >= 2:
		return false
	case q.answered && len(q.options) >= 2:
		return false
	}
	q.goOn(h.letter)
	q.explain()
	q.options = append(q.options, option{letter: h.letter, body: h.rest, line: e.text, at: h.at, marked: h.marked, pinned: h.pinned, foreign: h.foreign, small: small})
	q.take(e)
	q.watch(e, h.marked)
	r.last = bareOption
	return true
}

func smallLetter(at text) bool {
	return len(at) > 0 && strings.ToLower(at.String()) == at.String()
}

// listIntoStem takes a list a), b), c) that stood before the options A, B, C
// back into the stem, with the sentence between them.
func (q *question) listIntoStem() {
	for _, o := range q.options {
		q.stem = q.stem.add(o.line)
	}
	for _, p := range q.later {
		q.stem = q.stem.add(p)
	}
	q.options, q.later, q.laterGap = nil, nil, 0
}

// unnumbered begins the question whose stem is the last paragraph after the
// current one's options.
func (r *reader) unnumbered(e entry) {
	q := r.current
	stem := q.later[len(q.later)-1]
	q.later = q.later[:len(q.later)-1]
	r.begin(e, nil, stem)
}

// watch notes changes that were tracked, and hidden words, where they bear on
// the key.
func (q *question) watch(e entry, marked bool) {
	q.tracked = q.tracked || e.Tracked && (marked || rightTag.MatchString(e.Secret) || starStart.MatchString(e.Secret))
	q.secret = q.secret || e.Hidden && tellsKey(e.Secret)
}

// tellsKey tells words that could be a key.
func tellsKey(s string) bool {
	s = exchange.Tidy(s)
	return keyLine.MatchString(s) || arrowLine.MatchString(s) || strings.ContainsAny(s, "*✓✔☑") || lettersOnly.MatchString(s) || strings.Contains(strings.ToLower(s), "đúng")
}

// secret hears a line that is not printed at all.
func (r *reader) secret(e entry) {
	if r.current != nil && e.Hidden && tellsKey(e.Secret) {
		r.current.secret = true
	}
	if r.current != nil && e.Tracked && tellsKey(e.Secret) {
		r.current.tracked = true
	}
}

// other reads a line that begins neither question nor option.
func (r *reader) other(i int) {
	e := r.lines[i]
	q := r.current
	if r.situation(i) || q != nil && r.belongs(e, q) {
		return
	}
	if q != nil && len(q.options) >= 2 && emptyKey.MatchString(e.plain) && !r.keysFollow(i) {
		q.explain()
		q.take(e)
		r.last = bareKey
		return
	}
	if endLine.MatchString(e.plain) && (q == nil || len(q.options) >= 2) {
		r.close()
		r.endSituation()
		return
	}
	if m := keyHeading.FindStringSubmatch(e.plain); m != nil {
		r.close()
		r.endSituation()
		r.openKeys(strings.Trim(m[1], " :-–"))
		return
	}
	if r.open != nil && !endsSituation(e) {
		r.inSituation(e)
		return
	}
	if r.isHeading(e) {
		r.heading(e)
		return
	}
	if q == nil {
		r.loose = append(r.loose, e)
		return
	}
	r.more(e, q)
}

// belongs reads lines that speak of the current question.
func (r *reader) belongs(e entry, q *question) bool {
	if len(q.options) == 0 && saidKey(e.plain) == "" {
		return false
	}
	m := saidKey(e.plain)
	if r.last == bareKey && plainKey(e.plain) {
		m = e.plain
	}
	if m != "" && !keyHeading.MatchString(e.plain) {
		q.sayings = append(q.sayings, saying{m, "dòng đáp án"})
		q.answered = q.answered || len(q.options) > 0
		q.tracked = q.tracked || e.Tracked
		q.secret = q.secret || e.Hidden && tellsKey(e.Secret)
		q.take(e)
		r.last = none
		return true
	}
	switch {
	case citeLine.MatchString(e.plain):
		q.explain()
		q.cite(citeLine.ReplaceAllString(e.plain, ""))
	case whyLine.MatchString(e.plain):
		q.explain()
		q.why(whyLine.ReplaceAllString(e.plain, ""))
	case levelLine.MatchString(e.plain):
		q.level = levelLine.ReplaceAllString(e.plain, "")
	default:
		return false
	}
	q.take(e)
	r.last = bareWhy
	return true
}

// saidKey is what a key line says after its first words.
func saidKey(plain string) string {
	if bare := undressed(plain); bare != "" {
		plain = bare
	}
	if m := arrowLine.FindStringSubmatch(plain); m != nil {
		if inner := keyLine.FindStringSubmatch(m[1]); inner != nil {
			return inner[2]
		}
		return m[1]
	}
	m := keyLine.FindStringSubmatch(plain)
	switch {
	case m == nil || looksLikeStem(m[2]):
		return ""
	case strings.TrimSpace(m[1]) == "" && !plainKey(m[2]):
		return "" // "Trả lời câu hỏi này cần …" is a sentence
	}
	return m[2]
}

// undressed takes bullet and brackets off a key line; of a line that names no
// letter or number nothing is left, for it may be a point of a list.
func undressed(plain string) string {
	d := dressing.FindString(plain)
	bare := plain[len(d):]
	if strings.ContainsAny(d, "([") {
		bare = strings.TrimRight(bare, ")] ")
	}
	if m := keyLine.FindStringSubmatch(bare); d != "" && m != nil && (plainKey(m[2]) || lettersThen.MatchString(m[2])) {
		return bare
	}
	return ""
}

// plainKey tells letters, numbers, Đúng or Sai and nothing else.
func plainKey(said string) bool {
	return lettersOnly.MatchString(said) || gluedOnly.MatchString(said) || digitsOnly.MatchString(said) || isTruth(said) != 0
}

// looksLikeStem keeps sentences that begin with "Chọn" or "Trả lời" apart
// from key lines.
func looksLikeStem(said string) bool {
	folded := viet.Fold(said)
	return strings.HasSuffix(strings.TrimSpace(said), "?") || len([]rune(said)) > 400 ||
		strings.HasPrefix(folded, "cau tra loi") || strings.HasPrefix(folded, "phuong an ") && len(folded) > 24 || strings.HasPrefix(folded, "dap an ") && len(folded) > 24
}

// more adds a line of text to the current question.
func (r *reader) more(e entry, q *question) {
	q.take(e)
	n := len(q.options)
	switch {
	case n == 0:
		if h, ok := bareNumber(e.text); ok {
			q.listed = h.number
		}
		q.stem = q.stem.add(e.text)
		q.parts = append(q.parts, stemPart{e.text.plain(), e.grid})
	case r.last == bareOption && (e.Soft || q.options[n-1].body.blank()):
		body, marked := tagged(e.text, q.options[n-1].marked)
		q.options[n-1].body, q.options[n-1].marked = q.options[n-1].body.add(body), marked
		q.options[n-1].line = q.options[n-1].line.add(e.text)
	case r.last == bareWhy && e.Soft && len(q.explanation) > 0:
		q.explanation[len(q.explanation)-1] += " " + e.plain
	default:
		q.later = append(q.later, e.text)
		r.last = none
	}
}

// isHeading tells lines that open a section: numbered ones wherever a
// question could end, others only in capitals or by name.
func (r *reader) isHeading(e entry) bool {
	if len([]rune(e.plain)) > 200 || strings.HasSuffix(e.plain, "?") || e.cut {
		return false
	}
	if r.current != nil && len(r.current.options) < 2 && len(r.current.sayings) == 0 {
		// A stem may run over several lines; only what no stem looks like ends it.
		return shouted(e.plain) && numberedHeading.MatchString(e.plain)
	}
	set := e.text.wholly(func(l Look) bool { return l.Bold || l.Underline }) || e.Style != ""
	switch {
	case numberedHeading.MatchString(e.plain), romanHeading.MatchString(e.plain) && (set || shouted(e.plain)), namedHeading.MatchString(e.plain):
		return true
	case strings.HasPrefix(e.plain, "("):
		return false
	}
	return shouted(e.plain) || set && r.begun() && len([]rune(e.plain)) <= 120 && !strings.HasSuffix(e.plain, ".")
}

func (r *reader) begun() bool { return r.current != nil || len(r.questions) > 0 }

// heading opens a section. Before the first question a heading without number
// is the title of the file, unless others of its kind follow.
func (r *reader) heading(e entry) {
	begun := r.begun()
	r.close()
	r.endSituation()
	numbered := numberedHeading.MatchString(e.plain) || romanHeading.MatchString(e.plain) || letterHead.MatchString(e.plain)
	if begun || numbered || r.named && namedHeading.MatchString(e.plain) {
		words := e.plain
		r.section = &words
	}
	r.loose = nil
}

// bareLine reads a line of a block without numbers and letters.
func (r *reader) bareLine(e entry) {
	switch e.bare {
	case bareStem:
		r.begin(e, nil, e.text)
	case bareWhy:
		r.current.why(whyLine.ReplaceAllString(e.plain, ""))
		r.current.take(e)
	case bareOption:
		body, marked := trimLeft(e.text), false
		pinned := len(body) > 0 && body[0].r == '#'
		if pinned {
			body = trimLeft(body[1:])
		}
		if m := starStart.FindStringIndex(body.String()); m != nil {
			body, marked = body.cut(m[1]), true
		} else if m := openBox.FindStringIndex(body.String()); m != nil {
			body = body.cut(m[1])
		}
		body, marked = tagged(body, marked)
		r.current.options = append(r.current.options, option{body: body, marked: marked, pinned: pinned})
		r.current.take(e)
		r.current.watch(e, marked)
	}
}

// lines flattens a table: its cells in reading order, and a column of numbers
// or letters joined to the texts beside it.
func (t Table) lines() []Line {
	var lines []Line
	for _, row := range t.Rows {
		var cells []Cell
		for _, c := range row {
			if !c.Merged && len(c.Lines) > 0 {
				cells = append(cells, c)
			}
		}
		cells, star := ticked(cells)
		for i := 0; i < len(cells); i++ {
			if i+1 < len(cells) && labelled(cells, i) {
				lines = append(lines, cells[i+1].under(cells[i], star)...)
				i++
				continue
			}
			lines = append(lines, cells[i].Lines...)
		}
	}
	return lines
}

// labelled tells a cell of numbers and letters beside a cell of texts. In a
// row of more cells only a letter that another follows is a label.
func labelled(cells []Cell, at int) bool {
	if len(cells[at].Lines) != len(cells[at+1].Lines) {
		return false
	}
	form := labelOnly
	if len(cells) > 2 {
		form = letterOnly
	}
	for i, l := range cells[at].Lines {
		t, _ := textOf(l)
		beside, _ := textOf(cells[at+1].Lines[i])
		figures := bareFigure.MatchString(t.plain()) && !strings.ContainsFunc(beside.plain(), unicode.IsLetter)
		if !form.MatchString(t.plain()) || figures {
			return false
		}
	}
	return true
}

// bareFigure is a number without a mark: beside another number it is data.
var bareFigure = regexp.MustCompile(`^\d+$`)
