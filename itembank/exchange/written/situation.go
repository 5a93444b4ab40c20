package written

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// A situation is a text that several questions ask about: "Tình huống 1: …",
// "Đọc đoạn văn sau và trả lời các câu từ 5 đến 7". It stands between questions
// and goes on until the next one begins. Which questions belong to it is
// certain where the page says their numbers or how many they are; where it
// does not, the questions below it are asked about one by one.

var (
	situationTitle = regexp.MustCompile(`^(?i:tình huống)\s*(?i:số\s*)?(\d{1,3}|[IVX]{1,5})?\s*(\([^)]{1,60}\))?\s*(?:[:.\-–]\s*|$)`)
	// reading asks to read something and answer questions about it; of, in it,
	// is what stands behind "trả lời".
	reading      = regexp.MustCompile(`^(?:\(?(?:hay )?(?:doc|dua (?:vao|tren)|can cu(?: vao)?|nghien cuu|su dung|tu) )(?:.{0,40}?\b)?(?:tinh huong|doan van|doan trich|doan thong tin|thong tin|bai doc|van ban|du lieu|so lieu|bang)\b.{0,60}?\btra loi\b(.*)$`)
	numberSpan   = regexp.MustCompile(`(\d{1,4})\s*(?:-|–|đến|den|toi)\s*(?:cau(?: hoi)?(?: so)? )?(\d{1,4})`)
	anyNumber    = regexp.MustCompile(`\d{1,4}`)
	howMany      = regexp.MustCompile(`\b(\d{1,2}|hai|ba|bon|nam) cau(?: hoi)? (?:sau|duoi|tiep)`)
	saidOfAnswer = regexp.MustCompile(`\bcau\b`)
)

// situation is a text with what the page says of its questions.
type situation struct {
	question
	name    string
	numbers []int // of its questions
	count   int   // how many they are, where that is said instead
	met     int   // questions begun since
}

// opensSituation reads a line that begins a situation, or goes on with one.
func (r *reader) opensSituation(e entry) bool {
	title, asked := situationHead(e.plain)
	isTitle, isReading := title != nil, asked != ""
	ends := r.current == nil || len(r.current.options) >= 2 || len(r.current.sayings) > 0
	if !isTitle && !isReading || !ends || r.open == nil && isReading && !isTitle && strings.HasSuffix(e.plain, "?") {
		return false
	}
	if r.open == nil || isTitle {
		r.close()
		r.endSituation()
		r.open = &situation{question: question{section: r.section, source: e.Source}}
	}
	r.open.take(e)
	r.open.show(e.plain)
	if isReading && !isTitle {
		r.open.hear(asked)
		return true
	}
	if title[2] >= 0 {
		r.open.name = "Tình huống " + e.plain[title[2]:title[3]]
	}
	if title[4] >= 0 {
		r.open.hear(viet.Fold(e.plain[title[4]:title[5]]))
	}
	rest := trimLeft(e.text).cut(titleLength(e.text))
	r.open.stem = r.open.stem.add(rest)
	r.open.parts = append(r.open.parts, stemPart{plain: rest.plain()})
	return true
}

// situationHead tells whether a line is the title of a situation, and where its
// parts stand, or asks to read something; asked is what it says of the
// questions then.
func situationHead(plain string) (title []int, asked string) {
	title = situationTitle.FindStringSubmatchIndex(plain)
	if title != nil && title[2] < 0 && title[4] < 0 && title[1] == len(plain) {
		title = nil // the words alone
	}
	if m := reading.FindStringSubmatch(viet.Fold(plain)); m != nil && saidOfAnswer.MatchString(m[1]) {
		asked = m[1]
	}
	return title, asked
}

// titleLength is the length of the title in the text as it stands, whose
// blanks may be more than those of its plain words.
func titleLength(t text) int {
	m := situationTitle.FindStringIndex(trimLeft(t).String())
	if m == nil {
		return 0
	}
	return m[1]
}

// hear takes what is said of the questions: "câu 5, 6 và 7", "các câu từ 5 đến
// 7", "3 câu hỏi sau".
func (s *situation) hear(words string) {
	if m := howMany.FindStringSubmatch(words); m != nil {
		n, ok := numerals[m[1]]
		if !ok {
			n, _ = strconv.Atoi(m[1])
		}
		s.count = n
		return
	}
	for _, m := range numberSpan.FindAllStringSubmatch(words, -1) {
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		for n := from; n <= to && n < from+exchange.MaxOptions; n++ {
			s.numbers = append(s.numbers, n)
		}
	}
	for _, m := range anyNumber.FindAllString(numberSpan.ReplaceAllString(words, " "), -1) {
		n, _ := strconv.Atoi(m)
		s.numbers = append(s.numbers, n)
	}
}

// situationGoesOn adds a line to the situation that is being read.
func (r *reader) situationGoesOn(e entry) {
	r.open.take(e)
	r.open.show(e.plain)
	r.open.stem = r.open.stem.add(e.text)
	r.open.parts = append(r.open.parts, stemPart{e.text.plain(), e.grid})
}

// endSituation keeps the situation that was read: the questions that follow
// may belong to it.
func (r *reader) endSituation() {
	s := r.open
	if s == nil {
		return
	}
	r.open = nil
	s.name = r.situationName(s.name)
	it := exchange.Item{Type: exchange.Situation, Name: s.name, Section: s.section, Source: s.source, Stem: s.stem.plain(), Assets: s.assets, Printed: s.printed, Status: exchange.OK}
	s.remark(&it)
	if look := lookOf(s.parts); look != "" {
		it.Look(it.Stem, look)
	}
	s.ready = &it
	r.questions = append(r.questions, &s.question)
	r.above = s
}

// situationName is what questions call a situation: as it is printed, where
// that is not taken.
func (r *reader) situationName(printed string) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(r.questions, func(q *question) bool { return q.ready != nil && q.ready.Name == name })
	}
	if printed != "" && !taken(printed) {
		return printed
	}
	for n := 1; ; n++ {
		if name := fmt.Sprintf("Tình huống %d", n); !taken(name) {
			return name
		}
	}
}

// belongsTo tells which situation a question that begins now belongs to;
// perhaps it does where the page does not say.
func (r *reader) belongsTo(number *int) (name string, perhaps bool) {
	s := r.above
	if s == nil {
		return "", false
	}
	s.met++
	told := len(s.numbers) > 0 || s.count > 0
	numbered := number != nil && slices.Contains(s.numbers, *number)
	if told && !numbered && s.met > s.count {
		return "", false
	}
	return s.name, !told
}

// isQuestionItself makes a question of the situation that is being read: it has
// options of its own ("Tình huống 1: … Ông A phải làm gì? A. … B. …").
func (r *reader) isQuestionItself() {
	s := r.open
	r.open = nil
	r.current = &s.question
	r.last = bareStem
}
