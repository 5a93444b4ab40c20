package written

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

// table is a key table: numbers with letters, for the questions that stand
// before it and after the table before.
type table struct {
	label    string // the section it names
	pairs    []pair
	from, to int // questions it may speak of
}

// pair is one number with what the table says of it.
type pair struct {
	number  int
	said    string
	tracked bool // the table's letter was changed
	secret  bool // hidden words stand beside it

	why, cite string // what stands beside it
}

var (
	labelOnly  = regexp.MustCompile(`^(?:(?i:câu)\s*)?(?:\d{1,4}|[A-Ha-hĐđ]|)\s*[.):]?$`)
	letterOnly = regexp.MustCompile(`^[A-Ha-hĐđ]\s*[.):]?$`)
	numberCell = regexp.MustCompile(`^(?:(?i:câu)\s*)?(\d{1,4})\s*[.):]?$`)
	letterCell = regexp.MustCompile(`^[A-Ha-hĐđ](?:\s*[,;/&+]?\s*[A-Ha-hĐđ])*\.?$`)
	truthCell  = regexp.MustCompile(`^(?i:đúng|sai|đ|s)$`)
	pairCell   = regexp.MustCompile(`^(?:(?i:câu)\s*)?(\d{1,4})\s*[.):\-–=]?\s*([A-HĐa-hđ](?:\s*[,;]\s*[A-HĐa-hđ])*)\.?$`)
	labelCell  = regexp.MustCompile(`^(?i:câu|câu số|câu hỏi|stt|tt|đáp án|đ/a|đa|đáp án đúng|trả lời|số câu|key|)$`)
	// pairWithWords goes on after the letter: "1. B. Bộ Nội vụ", "2. A - Vì …".
	pairWithWords = regexp.MustCompile(`^(?:(?i:câu)\s*)?(\d{1,4})\s*[.):\-–]\s*([A-HĐa-hđ]\s*[.):,;\-–(]\s*\S.*)$`)
	pairInLine    = regexp.MustCompile(`(?:(?i:câu)\s*)?(\d{1,4})\s*[.):\-–=]?\s*([A-HĐ](?:\s*,\s*[A-HĐ])*|[a-hđ]|(?i:đúng|sai))(?:\s*[;,.|/]|\s|$)+`)
)

// pairsInTable reads a grid of keys; nil for any other table. Numbers stand
// over or left of their letters, or in the same cell.
func pairsInTable(t Table) []pair {
	var grid [][]string
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, c.plain())
		}
		grid = append(grid, cells)
	}
	var found []pair
	other, used := 0, map[[2]int]bool{}
	for y, row := range grid {
		for x, cell := range row {
			switch {
			case used[[2]int{y, x}] || labelCell.MatchString(cell):
			case pairCell.MatchString(cell):
				m := pairCell.FindStringSubmatch(cell)
				found = append(found, newPair(m[1], m[2]).watch(t.Rows[y][x].Lines))
			case numberCell.MatchString(cell):
				n := numberCell.FindStringSubmatch(cell)[1]
				if y+1 < len(grid) && x < len(grid[y+1]) && isKeyCell(grid[y+1][x]) {
					found = append(found, newPair(n, grid[y+1][x]).watch(t.Rows[y+1][x].Lines))
					used[[2]int{y + 1, x}] = true
				} else if x+1 < len(row) && isKeyCell(row[x+1]) {
					found = append(found, newPair(n, row[x+1]).watch(t.Rows[y][x+1].Lines))
					used[[2]int{y, x + 1}] = true
				}
			case isKeyCell(cell):
			default:
				other++
			}
		}
	}
	if len(found) < 2 || other > len(found)/4 {
		return nil
	}
	return found
}

func isKeyCell(s string) bool { return letterCell.MatchString(s) || truthCell.MatchString(s) }

func newPair(number, said string) pair {
	n, _ := strconv.Atoi(number)
	return pair{number: n, said: said}
}

// watch notes changes and hidden words in the cell of a key.
func (p pair) watch(lines []Line) pair {
	for _, l := range lines {
		p.tracked = p.tracked || l.Tracked
		p.secret = p.secret || l.Hidden && tellsKey(l.Secret)
	}
	return p
}

func (c Cell) plain() string {
	var parts []string
	for _, l := range c.Lines {
		t, _ := textOf(l)
		parts = append(parts, t.plain())
	}
	return exchange.Tidy(strings.Join(parts, " "))
}

// openKeys begins to read a key table.
func (r *reader) openKeys(label string) {
	from := 0
	if n := len(r.tables); n > 0 {
		from = r.tables[n-1].to
		if label != "" || len(r.questions) == from {
			from = r.tables[n-1].from // another part of the same keys
		}
	}
	r.tables = append(r.tables, table{label: label, from: from, to: len(r.questions)})
	r.keys = &r.tables[len(r.tables)-1]
}

// takePairs takes a grid of keys; one without heading opens its own table.
func (r *reader) takePairs(found []pair) {
	if r.keys == nil {
		r.close()
		r.openKeys("")
	}
	r.keys.pairs = append(r.keys.pairs, found...)
	r.title = nil
}

// keyArea reads a line below the heading of a key table. It gives lines that
// are no keys back.
func (r *reader) keyArea(i int) bool {
	e := r.lines[i]
	found := pairsInLine(e.plain)
	if m := pairWithWords.FindStringSubmatch(e.plain); m != nil && found == nil {
		found = []pair{newPair(m[1], m[2])}
	}
	if found != nil {
		for n := range found {
			found[n] = found[n].watch([]Line{e.Line})
		}
		r.takePairs(found)
		return true
	}
	if h, ok := r.questionAt(i); ok && (len([]rune(h.rest.plain())) > 8 || r.optionsFollow(i)) {
		return false
	}
	if keyHeading.MatchString(e.plain) {
		return false
	}
	if r.isHeading(e) {
		words := e.plain
		if len(r.keys.pairs) == 0 && r.keys.label == "" {
			r.keys.label = words
		} else {
			r.openKeys(words)
		}
		r.title = &words
		return true
	}
	return true // remarks between keys
}

// pairsInLine reads "1B 2C 3A", "1-B; 2-C" or "1. B"; nil when anything else
// stands in the line.
func pairsInLine(s string) []pair {
	rest := strings.TrimSpace(pairInLine.ReplaceAllString(s+" ", ""))
	if rest != "" {
		return nil
	}
	var found []pair
	for _, m := range pairInLine.FindAllStringSubmatch(s+" ", -1) {
		found = append(found, newPair(m[1], m[2]))
	}
	return found
}

// matchTables gives every number of a key table to the question that carries
// it in the table's section. What finds no partner is reported; nothing is
// shifted.
func (r *reader) matchTables() (warnings []string) {
	keyed := map[*question]bool{}
	for _, t := range r.tables {
		if len(t.pairs) == 0 {
			continue
		}
		scope := r.questions[t.from:t.to]
		if t.label != "" {
			if named := inSection(scope, t.label); named != nil {
				scope = named
			}
		}
		byNumber, restarts := number(scope)
		if restarts {
			warnings = append(warnings, "Bảng đáp án không cho biết thuộc phần nào trong khi số câu lặp lại ở nhiều phần; không dùng bảng này")
			for _, q := range scope {
				q.keyless = "Bảng đáp án không cho biết thuộc phần nào"
			}
			continue
		}
		warnings = append(warnings, t.hand(byNumber, keyed, r.partOf(scope))...)
		for _, q := range scope {
			if q.number != nil && !keyed[q] && !q.namesake {
				q.keyless = fmt.Sprintf("Bảng đáp án không có câu %d", *q.number)
			}
		}
	}
	return warnings
}

func (t table) hand(byNumber map[int]*question, keyed map[*question]bool, part string) (warnings []string) {
	for _, p := range t.pairs {
		q := byNumber[p.number]
		if q != nil && q.namesake {
			continue
		}
		if q == nil {
			warnings = append(warnings, fmt.Sprintf("%sbảng đáp án có số %d nhưng không có câu %d", part, p.number, p.number))
			continue
		}
		keyed[q] = true
		q.keyless = ""
		q.sayings = append(q.sayings, saying{p.said, "bảng đáp án"})
		q.why(p.why)
		q.cite(p.cite)
		q.tracked, q.secret = q.tracked || p.tracked, q.secret || p.secret
	}
	return warnings
}

// number indexes questions. One number that stands twice in a section is a
// slip, and neither question is keyed; numbers that restart tell that the scope
// holds several parts.
func number(scope []*question) (byNumber map[int]*question, restarts bool) {
	byNumber = map[int]*question{}
	slips := 0
	for _, q := range scope {
		if q.number == nil {
			continue
		}
		if first := byNumber[*q.number]; first != nil {
			slips++
			first.namesake, q.namesake = true, true
			first.keyless = fmt.Sprintf("Có nhiều câu %d nên không rõ đáp án của câu nào", *q.number)
			q.keyless = first.keyless
			restarts = restarts || slips > 1 || *q.number == 1 || !sameSection(first, q)
			continue
		}
		byNumber[*q.number] = q
	}
	return byNumber, restarts
}

func sameSection(a, b *question) bool {
	return a.section == b.section || a.section != nil && b.section != nil && *a.section == *b.section
}

// inSection finds the questions of the section that a label names, in whole
// or by its number ("Phần B", "Chuyên đề 2").
func inSection(scope []*question, label string) []*question {
	want := sectionName(label)
	var found []*question
	for _, q := range scope {
		if q.section != nil && (sectionName(*q.section) == want || viet.Fold(*q.section) == viet.Fold(label)) {
			found = append(found, q)
		}
	}
	return found
}

// sectionName is the numbered beginning of a heading.
func sectionName(heading string) string {
	folded := viet.Fold(exchange.Tidy(heading))
	if m := numberedName.FindString(folded); m != "" {
		return m
	}
	return strings.Trim(folded, " .:")
}

var numberedName = regexp.MustCompile(`^(?:(?:phan|chuong|chuyen de|muc|noi dung|chu de|bai|de)\s+(?:[ivxlc]+|\d+|[a-h])|[ivx]+)\b`)

// partOf names the section of questions in a warning.
func (r *reader) partOf(scope []*question) string {
	if len(scope) == 0 || scope[0].section == nil {
		return ""
	}
	place, last := 0, ""
	for _, q := range r.questions {
		if q.section != nil && *q.section != last {
			place, last = place+1, *q.section
		}
		if q == scope[0] {
			break
		}
	}
	return fmt.Sprintf("Phần %d (%s): ", place, *scope[0].section)
}
