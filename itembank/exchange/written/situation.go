package written

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// A situation is a text that several questions ask about: "Tình huống 1: …",
// "Đọc đoạn văn sau và trả lời các câu từ 5 đến 7: …". It stands between
// questions and goes on until the next one begins. Which questions belong to it
// is certain where the page names them or says how many they are; where it
// does not, the questions below are asked about one by one.

// situationLine is what a line says of a situation.
type situationLine struct {
	title string // "Tình huống 1", or "" for one that is not numbered
	named bool   // it is a title; otherwise it asks to read something
	told  told
	rest  string // the words behind it
}

// told is what the page says of the questions of a situation: their numbers,
// or how many follow.
type told struct {
	numbers []int
	count   int
}

func (t told) nothing() bool { return len(t.numbers) == 0 && t.count == 0 }

// These are matched against folded words.
var (
	numberedTitle = regexp.MustCompile(`^tinh huong(?: so)? (\d{1,3}|[ivx]{1,5})\b\s*(\([^)]{1,80}\))?\s*((?:duoc |dung |ap dung |su dung )*cho (?:cac )?cau\b[^:]{0,60})?\s*(?:[:.]|[-–](?:\s|$)|$)\s*`)
	toldTitle     = regexp.MustCompile(`^tinh huong(?: sau| duoi day| nay)?(?: day)?\s*(\([^)]{0,40}\bcau\b[^)]{0,40}\)|(?:duoc |dung |ap dung |su dung )*cho (?:cac )?cau\b[^:]{0,60})\s*(?:[:.]|$)\s*`)
	bareTitle     = regexp.MustCompile(`^tinh huong\s*:\s*`)
	// reading asks to read something and to answer questions about it.
	reading = regexp.MustCompile(`^\(?(?:hay )?(?:doc|dua|can cu|nghien cuu|su dung|dung|cho|xem|quan sat|tu)\b[^:?]{0,60}?\b(?:tinh huong|doan van|doan trich|doan thong tin|thong tin|bai doc|van ban|du lieu|so lieu|bang)\b[^:?]{0,60}?\b(?:tra loi|lam|cho)\s+((?:cac |nhung )?(?:(?:\d{1,2}|mot|hai|ba|bon|nam) )?cau\b[^:]{0,80})(:?)\s*`)
)

// situationHead reads a line that begins a situation, or speaks of one that is
// being read.
func situationHead(plain string) (l situationLine, ok bool) {
	folded := viet.Fold(plain)
	letters := []rune(plain)
	if utf8.RuneCountInString(folded) != len(letters) {
		return l, false // letters that no keyboard types
	}
	rest := func(at int) string { return exchange.Tidy(string(letters[utf8.RuneCountInString(folded[:at]):])) }
	part := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return folded[m[2*i]:m[2*i+1]]
	}
	if m := numberedTitle.FindStringSubmatchIndex(folded); m != nil {
		l = situationLine{title: "Tình huống " + strings.ToUpper(part(m, 1)), named: true, told: hear(part(m, 2) + " " + part(m, 3)), rest: rest(m[1])}
		return l, !plainKey(l.rest) // else a list of keys
	}
	if m := toldTitle.FindStringSubmatchIndex(folded); m != nil {
		return situationLine{named: true, told: hear(part(m, 1)), rest: rest(m[1])}, true
	}
	if m := bareTitle.FindStringIndex(folded); m != nil && m[1] < len(folded) {
		return situationLine{named: true, rest: rest(m[1])}, true
	}
	if m := reading.FindStringSubmatchIndex(folded); m != nil {
		l = situationLine{told: hear(part(m, 1))}
		if part(m, 2) != "" {
			l.rest = rest(m[1])
		}
		return l, true
	}
	return l, false
}

var (
	// besides are numbers that are no question's: points, times, documents.
	besides    = regexp.MustCompile(`moi cau[^;,)]*|\d+(?:[.,]\d+)?\s*(?:diem|phut|gio|ngay)\b|\d+(?:/\d+)+\S*|nam \d{4}`)
	ofQuestion = regexp.MustCompile(`\bcau\b(?: hoi)?(?: so)?(?: tu)?(?: cau)?\s*(\d{1,4}(?:\s*(?:,|;|&|-|–|va|den|toi)\s*(?:cau(?: hoi)?(?: so)?\s*)?\d{1,4})*)`)
	spans      = regexp.MustCompile(`(\d{1,4})(?:\s*(?:-|–|den|toi)\s*(?:cau(?: hoi)?(?: so)?\s*)?(\d{1,4}))?`)
	howMany    = regexp.MustCompile(`\b(\d{1,2}|mot|hai|ba|bon|nam) cau\b`)
)

// mostAsked bounds how many questions ask about one text.
const mostAsked = 120

// hear reads folded words: "câu 5, 6 và 7", "các câu từ 5 đến 7", "3 câu hỏi".
func hear(words string) (t told) {
	words = besides.ReplaceAllString(words, " ")
	for _, m := range ofQuestion.FindAllStringSubmatch(words, -1) {
		for _, span := range spans.FindAllStringSubmatch(m[1], -1) {
			from, _ := strconv.Atoi(span[1])
			to := from
			if span[2] != "" {
				to, _ = strconv.Atoi(span[2])
			}
			for n := from; n <= to && len(t.numbers) < mostAsked; n++ {
				t.numbers = append(t.numbers, n)
			}
		}
	}
	if m := howMany.FindStringSubmatch(words); len(t.numbers) == 0 && m != nil {
		var known bool
		if t.count, known = numerals[m[1]]; !known {
			t.count, _ = strconv.Atoi(m[1])
		}
		if m[1] == "mot" {
			t.count = 1
		}
	}
	return t
}

// situation is a text while its lines come in.
type situation struct {
	question
	title string
	told  told
	lines []text // as they are printed
	asks  string // why a person should look
}

// situation reads a line that speaks of one. It is not ok for a line that could
// as well belong to the question before it.
func (r *reader) situation(i int) bool {
	e := r.lines[i]
	l, ok := situationHead(e.plain)
	if !ok || r.open == nil && !r.mayBegin(i, l) {
		return false
	}
	if r.open == nil || l.named {
		r.close()
		r.endSituation()
		r.open = &situation{question: question{section: r.section, source: e.Source}, title: l.title}
	}
	s := r.open
	if !l.told.nothing() {
		s.told = l.told
	}
	s.takeLine(e)
	s.say(l.rest, nil)
	return true
}

// mayBegin tells whether a situation can begin at a line: where a question can
// end, and not inside its explanation unless something sets it apart.
func (r *reader) mayBegin(i int, l situationLine) bool {
	q := r.current
	if q == nil {
		return true
	}
	if len(q.options) < 2 && len(q.sayings) == 0 || len(q.sayings) == 0 && r.keyFollows(i) {
		return false
	}
	explained := r.last == bareWhy || len(q.explanation) > 0 || len(q.later) > 0
	e := r.lines[i]
	apart := r.lines[i-1].plain == "" || e.Style != "" || e.text.until(len("Tình huống")).wholly(func(k Look) bool { return k.Bold || k.Underline })
	return !explained || !l.told.nothing() || apart
}

// keyFollows tells whether a key comes before the next question: then it is
// that of the question before.
func (r *reader) keyFollows(i int) bool {
	for _, e := range r.lines[i+1:] {
		_, option := optionOf(e.text)
		if option || isQuestion(e.text) {
			return false
		}
		if saidKey(e.plain) != "" {
			return true
		}
	}
	return false
}

// say adds words to a situation.
func (s *situation) say(words string, g *grid) {
	if words == "" {
		return
	}
	s.stem = s.stem.add(textOfWords(words))
	s.parts = append(s.parts, stemPart{words, g})
}

func textOfWords(words string) (t text) {
	for _, c := range words {
		t = append(t, glyph{r: c})
	}
	return t
}

// inSituation reads a line below the head of a situation.
func (r *reader) inSituation(e entry) {
	s := r.open
	s.takeLine(e)
	switch {
	case citeLine.MatchString(e.plain):
		s.cite(citeLine.ReplaceAllString(e.plain, ""))
	case levelLine.MatchString(e.plain):
	case saidKey(e.plain) != "", emptyKey.MatchString(e.plain), whyLine.MatchString(e.plain), solution.MatchString(e.plain):
		s.asks = "Dưới tình huống có dòng đáp án hoặc hướng dẫn, không đưa vào lời tình huống; hãy xem đây là tình huống hay câu hỏi"
	case s.asks != "": // of the answer
	default:
		s.say(e.plain, e.grid)
	}
}

// solution begins the answer of a question that is answered in words.
var solution = regexp.MustCompile(`^(?i:gợi ý(?: trả lời| đáp án)?|hướng dẫn chấm|trả lời|đáp án|yêu cầu)\s*:`)

// endsSituation tells headings that a text cannot have in itself.
func endsSituation(e entry) bool {
	set := e.text.wholly(func(l Look) bool { return l.Bold || l.Underline }) || e.Style != ""
	return numberedHeading.MatchString(e.plain) || namedHeading.MatchString(e.plain) || romanHeading.MatchString(e.plain) && (set || shouted(e.plain))
}

// endSituation keeps the situation that was read.
func (r *reader) endSituation() {
	if s := r.open; s != nil {
		r.open = nil
		r.questions = append(r.questions, &s.question)
		r.situations = append(r.situations, s)
	}
}

// hasOwnOptions tells whether options that begin at a line are those of the
// situation itself, which is a question then ("Tình huống 1: … Ông A phải làm
// gì? A. … B. …"), and not a list in its text: that goes on to a question.
func (r *reader) hasOwnOptions(i int, small bool) bool {
	if !small {
		return true
	}
	for j, e := range r.lines[i+1:] {
		_, head := situationHead(e.plain)
		switch {
		case saidKey(e.plain) != "", whyLine.MatchString(e.plain), head, endsSituation(e):
			return true
		}
		_, worded := questionHead(e.text)
		if _, bare := bareNumber(e.text); worded || bare && r.optionsFollow(i+1+j) {
			return false
		}
	}
	return true
}

// takeLine keeps a line of a situation as it is printed.
func (s *situation) takeLine(e entry) {
	s.take(e)
	s.show(e.plain)
	s.lines = append(s.lines, e.text)
}

// isQuestionItself makes a question of the situation that is being read.
func (r *reader) isQuestionItself() {
	s := r.open
	r.open = nil
	q := s.question
	q.stem, q.own = nil, true
	for _, line := range s.lines {
		q.stem = q.stem.add(line)
	}
	r.start(&q)
}

// settleSituations names the situations and tells the questions which one they
// belong to.
func (r *reader) settleSituations() {
	names := map[string]bool{}
	for _, s := range r.situations {
		s.title = freeTitle(s.title, names)
		s.ready = s.asItem()
		if !r.settle(s) || s.asks != "" {
			if s.asks == "" {
				s.asks = "Không thấy câu nào thuộc tình huống này"
			}
			s.ready.Ask(exchange.SituationUnclear, s.asks)
		}
	}
}

func (s *situation) asItem() *exchange.Item {
	it := exchange.Item{
		Type: exchange.Situation, Name: s.title, Section: s.section, Source: s.source, Stem: s.stem.plain(), Citation: strings.Join(s.citation, " "),
		Assets: s.assets, Printed: s.printed, Status: exchange.OK,
	}
	s.remark(&it)
	if look := lookOf(s.parts); look != "" {
		it.Look(it.Stem, look)
	}
	return &it
}

// freeTitle is what questions call a situation: as it is printed, where that is
// not taken.
func freeTitle(printed string, taken map[string]bool) string {
	title := printed
	for n := 1; title == "" || taken[title]; n++ {
		title = fmt.Sprintf("Tình huống %d", n)
	}
	taken[title] = true
	return title
}

// settle tells the questions below a situation, up to the next heading, that
// they belong to it. Where the page does not say which do, those up to the next
// situation perhaps do. It tells whether any does.
func (r *reader) settle(s *situation) bool {
	below := r.questions[slices.Index(r.questions, &s.question)+1:]
	var named, near []*question
	reached := true
	for _, q := range below {
		if q.section != s.section {
			break
		}
		_, other := r.situationOf(q)
		if reached = reached && !other && !q.own; q.ready != nil || other || q.own {
			continue
		}
		if q.number != nil && slices.Contains(s.told.numbers, *q.number) {
			named = append(named, q)
		}
		if reached {
			near = append(near, q)
		}
	}
	perhaps := false
	switch {
	case len(named) > 0:
		near = named
	case s.told.count > 0 && len(near) >= s.told.count:
		near = near[:s.told.count]
	default:
		perhaps = true
	}
	for _, q := range near {
		q.about, q.perhaps = s.title, perhaps
	}
	return len(near) > 0
}

func (r *reader) situationOf(q *question) (*situation, bool) {
	for _, s := range r.situations {
		if &s.question == q {
			return s, true
		}
	}
	return nil, false
}
