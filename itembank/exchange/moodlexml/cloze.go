package moodlexml

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sathach/itembank/exchange"
)

// blankKind is how a gap of a cloze is answered.
type blankKind int

const (
	shortText blankKind = iota
	exactText           // case matters
	number
	oneOf
	someOf
)

// blankKinds are the words of the public documentation, long and short.
var blankKinds = map[string]blankKind{
	"SHORTANSWER": shortText, "SA": shortText, "MW": shortText,
	"SHORTANSWER_C": exactText, "SAC": exactText, "MWC": exactText,
	"NUMERICAL": number, "NM": number,
	"MULTICHOICE": oneOf, "MC": oneOf, "MULTICHOICE_V": oneOf, "MCV": oneOf, "MULTICHOICE_H": oneOf, "MCH": oneOf,
	"MULTICHOICE_S": oneOf, "MCS": oneOf, "MULTICHOICE_VS": oneOf, "MCVS": oneOf, "MULTICHOICE_HS": oneOf, "MCHS": oneOf,
	"MULTIRESPONSE": someOf, "MR": someOf, "MULTIRESPONSE_H": someOf, "MRH": someOf,
	"MULTIRESPONSE_S": someOf, "MRS": someOf, "MULTIRESPONSE_HS": someOf, "MRHS": someOf,
}

// embedded is one {1:SHORTANSWER:=a~%50%b} of a cloze.
type embedded struct {
	kind   blankKind
	weight string
	alts   []alternative
}

// alternative is one answer of a gap, as the file writes it.
type alternative struct {
	raw      string // without its escapes
	credit   float64
	feedback bool
}

var blankStart = regexp.MustCompile(`\{\s*([0-9]{0,4})\s*:\s*([A-Z_]{2,16})\s*:`)

// Where a gap stood while the text around it is reduced: two characters for
// private use around the gap's place in the list.
var (
	placeholder  = regexp.MustCompile("\ue000([0-9]+)\ue001")
	placeholders = strings.NewReplacer("\ue000", "", "\ue001", "")
)

// cloze reads the gaps out of the text first, since they are not HTML, and the
// text around them after.
func (q *question) cloze(stem *node) {
	q.item.Type = exchange.GapText
	raw, blanks := takeBlanks(placeholders.Replace(stem.content()))
	switch {
	case len(blanks) == 0:
		q.item.Break(exchange.KeyMissing, "Không tìm thấy chỗ trống trong câu")
	case len(blanks) > exchange.MaxOptions:
		q.item.Break(exchange.TooManyOptions, fmt.Sprintf("Có hơn %d chỗ trống", exchange.MaxOptions))
		blanks = nil
	}
	q.stem = q.parse(stem, raw)
	look := placeholder.ReplaceAllString(q.item.Looks[q.stem.plain], exchange.GapMark)
	placed := 0
	q.stem.plain = placeholder.ReplaceAllStringFunc(q.stem.plain, func(mark string) string {
		i, err := strconv.Atoi(placeholder.FindStringSubmatch(mark)[1])
		if err != nil || i >= len(blanks) || placed == exchange.MaxOptions {
			return "…"
		}
		placed++
		q.blank(stem, blanks[i])
		return exchange.GapMark
	})
	q.item.Look(q.stem.plain, look)
	if placed != len(blanks) {
		q.broken("Có chỗ trống nằm trong phần HTML bị bỏ")
	}
	q.compare(blanks)
}

// takeBlanks puts placeholders where the gaps are.
func takeBlanks(raw string) (string, []embedded) {
	var out strings.Builder
	var found []embedded
	for {
		at := blankStart.FindStringSubmatchIndex(raw)
		if at == nil {
			break
		}
		kind, known := blankKinds[raw[at[4]:at[5]]]
		if !known {
			out.WriteString(raw[:at[1]])
			raw = raw[at[1]:]
			continue
		}
		alts, rest, closed := alternatives(raw[at[1]:])
		if !closed {
			break // then no later one is closed either
		}
		fmt.Fprintf(&out, "%s\ue000%d\ue001", raw[:at[0]], len(found))
		found = append(found, embedded{kind: kind, weight: raw[at[2]:at[3]], alts: alts})
		raw = rest
	}
	return out.String() + raw, found
}

// alternatives reads up to the closing brace. ~ parts answers, # begins
// feedback, a backslash takes the next sign as it is; # may also belong to a
// character reference.
func alternatives(raw string) (alts []alternative, rest string, closed bool) {
	var text strings.Builder
	feedback := false
	end := func() {
		alts = append(alts, newAlternative(text.String(), feedback))
		text.Reset()
		feedback = false
	}
	for i := 0; i < len(raw) && i <= maxText; i++ {
		c := raw[i]
		switch {
		case c == '\\' && i+1 < len(raw) && strings.IndexByte(`}~#/"\=%{`, raw[i+1]) >= 0:
			i++
			if !feedback {
				text.WriteString(reference(raw[i]))
			}
		case c == '}':
			end()
			return alts, raw[i+1:], true
		case c == '~':
			end()
		case c == '#' && !strings.HasSuffix(raw[:i], "&") && !strings.HasSuffix(raw[:i], "&amp;"):
			feedback = true
		case !feedback:
			text.WriteByte(c)
		}
	}
	return nil, raw, false
}

// reference keeps an escaped sign from being taken for one that means
// something.
func reference(c byte) string { return "&#" + strconv.Itoa(int(c)) + ";" }

var share = regexp.MustCompile(`^%(-?[0-9]{1,4}(?:[.,][0-9]*)?)%`)

func newAlternative(raw string, feedback bool) alternative {
	raw = strings.TrimSpace(raw)
	if answer, ok := strings.CutPrefix(raw, "="); ok {
		return alternative{raw: answer, credit: 100, feedback: feedback}
	}
	if found := share.FindStringSubmatch(raw); found != nil {
		if credit, err := percent(found[1]); err == nil {
			return alternative{raw: raw[len(found[0]):], credit: credit, feedback: feedback}
		}
	}
	return alternative{raw: raw, feedback: feedback}
}

// blank adds one gap to the item.
func (q *question) blank(stem *node, e embedded) {
	for _, a := range e.alts {
		q.lostFeedback = q.lostFeedback || a.feedback
	}
	switch e.kind {
	case oneOf, someOf:
		q.choiceBlank(stem, e)
	default:
		q.typedBlank(e)
	}
}

func (q *question) choiceBlank(stem *node, e embedded) {
	if len(e.alts) > exchange.MaxOptions {
		q.addGap(exchange.Gap{Kind: exchange.Choice}, make([]rich, len(e.alts)))
		return
	}
	if len(e.alts) < 2 {
		q.item.Ask(exchange.TooFewOptions, "Có chỗ trống chọn mà chỉ có một phương án")
	}
	credits := make([]float64, len(e.alts))
	options := make([]rich, len(e.alts))
	for i, a := range e.alts {
		credits[i] = a.credit
		// Moodle undoes the escaping of an option once more before it shows
		// it as HTML.
		options[i] = q.parse(stem, html.UnescapeString(a.raw))
	}
	q.addGap(exchange.Gap{Kind: exchange.Choice, Key: q.blankKey(e.kind, credits)}, options)
}

// blankKey asks when a gap gives part marks: gaps here are right or wrong.
func (q *question) blankKey(kind blankKind, credits []float64) []int {
	positive := indexes(credits, func(c float64) bool { return c > 0 })
	key := indexes(credits, func(c float64) bool { return c == 100 })
	if kind == someOf {
		key = positive // Moodle scales these to the full mark
	}
	parts := len(key) != len(positive) || slices.ContainsFunc(credits, func(c float64) bool { return c < 0 }) ||
		slices.ContainsFunc(positive, func(i int) bool { return credits[i] != credits[positive[0]] })
	if parts {
		q.item.Ask(exchange.Unsupported, "Có chỗ trống cho điểm từng phần hoặc trừ điểm, phần mềm chỉ chấm đúng hoặc sai")
	}
	switch {
	case len(key) == 0:
		q.item.Ask(exchange.KeyMissing, "Có chỗ trống chưa rõ đáp án")
	case kind == oneOf && len(key) > 1:
		q.item.Ask(exchange.MultipleKeys, "Có chỗ trống chọn một mà nhiều phương án cùng đúng")
		return nil
	}
	return key
}

// typedBlank keeps the answers that earn something.
func (q *question) typedBlank(e embedded) {
	gap := exchange.Gap{Kind: exchange.Typed}
	for _, a := range e.alts {
		if a.credit <= 0 {
			continue
		}
		answer := exchange.Answer{Text: q.pattern(loose(a.raw)), Fraction: a.credit}
		if e.kind == number {
			answer = q.numberBlank(loose(a.raw), a.credit)
		}
		gap.Answers = append(gap.Answers, answer)
	}
	if len(gap.Answers) == 0 {
		q.item.Ask(exchange.KeyMissing, "Có chỗ trống chưa rõ đáp án")
	}
	q.addGap(gap, nil)
}

// numberBlank reads value:tolerance. The text of the answer is the value.
func (q *question) numberBlank(text string, credit float64) exchange.Answer {
	value, margin, ok := strings.Cut(text, ":")
	if !ok {
		margin = "0"
	}
	answer, err := exchange.Around(decimal(strings.TrimSpace(value)), decimal(strings.TrimSpace(margin)), credit)
	if err != nil {
		q.item.Ask(exchange.KeyMissing, "Đáp án của một chỗ trống không phải là số")
		return exchange.Answer{Text: text, Fraction: credit}
	}
	answer.Text = answer.Value.String()
	return answer
}

// compare asks when gaps differ in what an item holds only once.
func (q *question) compare(blanks []embedded) {
	text, exact := 0, 0
	for _, e := range blanks {
		if weight(e) != weight(blanks[0]) {
			q.item.Ask(exchange.Unsupported, "Các chỗ trống có điểm khác nhau, phần mềm chấm mọi chỗ trống như nhau")
		}
		switch e.kind {
		case shortText:
			text++
		case exactText:
			exact++
		}
	}
	if exact > 0 {
		sensitive := true
		q.item.CaseSensitive = &sensitive
	}
	if exact > 0 && text > 0 {
		q.item.Ask(exchange.Unsupported, "Các chỗ trống khác nhau về phân biệt chữ hoa, chữ thường")
	}
}

func weight(e embedded) string {
	if e.weight == "" {
		return "1"
	}
	return e.weight
}
