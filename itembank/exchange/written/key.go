package written

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
)

var theTwo = []string{"Đúng", "Sai"}

// decideType tells true/false items, by their options or because they have
// none and speak of Đúng and Sai, and items with several keys.
func (q *question) decideType(it *exchange.Item) {
	kind := viet.Fold(q.kind)
	told := strings.Contains(kind, "dung") && strings.Contains(kind, "sai")
	switch {
	case len(it.Options) == 2 && isTruth(it.Options[0]) != 0 && isTruth(it.Options[1]) == -isTruth(it.Options[0]):
		it.Type = exchange.TrueFalse
	case len(it.Options) == 0 && (told || trueOrFalse.MatchString(viet.Fold(it.Stem)) || q.speaksOfTruth()):
		it.Type, it.Options = exchange.TrueFalse, slices.Clone(theTwo)
	case q.many():
		it.Type = exchange.Multiple
	}
}

// many tells whether stem, section or column announce several keys.
func (q *question) many() bool {
	_, many := declared(q.stem.plain())
	if !many && q.section != nil {
		_, many = declared(*q.section)
	}
	kind := viet.Fold(q.kind)
	return many || strings.Contains(kind, "nhieu dap an") || strings.Contains(kind, "nhieu phuong an") || strings.Contains(kind, "multiple")
}

// speaksOfTruth tells a key that is Đúng or Sai; Đ or S alone only in a column
// of keys, beside cells without options.
func (q *question) speaksOfTruth() bool {
	return len(q.sayings) > 0 && !slices.ContainsFunc(q.sayings, func(s saying) bool {
		return isTruth(s.text) == 0 || len([]rune(s.text)) < 2 && (s.from != keyCell || !strings.ContainsAny(s.text, "ĐđSs"))
	})
}

// isTruth is 1 for Đúng, -1 for Sai, 0 for anything else.
func isTruth(s string) int {
	switch strings.Trim(strings.ToLower(exchange.Tidy(s)), ".;: ") {
	case "đúng", "đ", "true", "t":
		return 1
	case "sai", "s", "false", "f":
		return -1
	}
	return 0
}

// verdict is what one voice says: positions of options, or why it cannot be
// heard.
type verdict struct {
	key     []int
	flag    exchange.Flag
	problem string
	note    string
	rest    string // words after the letters: an explanation
}

// decideKey weighs everything that is said about the key. Words come first;
// formatting speaks where there are none, and against them where it differs.
func (q *question) decideKey(it *exchange.Item, looks fileLooks) {
	voices := q.words(it)
	shape := q.shape(looks)
	if len(voices) == 0 {
		voices = append(voices, shape)
		if shape.flag == "" && looks.wordy && len(shape.key) > 0 {
			voices = []verdict{{flag: exchange.KeyMissing, problem: "Câu không ghi đáp án như các câu khác trong tệp, chỉ thấy " + shape.note}}
		}
	} else if shape.flag == "" && len(shape.key) > 0 {
		voices = append(voices, shape)
	}
	var key []int
	for i, v := range voices {
		switch {
		case v.flag == exchange.KeyUnknownLetter:
			it.Key = nil
			it.Break(v.flag, v.problem)
			return
		case v.flag != "":
			it.Key = nil
			it.Ask(v.flag, v.problem)
			return
		case i > 0 && !slices.Equal(key, v.key):
			it.Key = nil
			it.Ask(exchange.KeyConflict, fmt.Sprintf("Tệp ghi đáp án khác nhau: %s và %s", lettersOf(key), lettersOf(v.key)))
			return
		}
		key = v.key
		if v.note != "" && it.Note == "" && i == 0 && len(q.sayings) > 0 {
			it.Note = v.note
		}
	}
	it.Key = key
	q.settle(it)
}

// settle brings the type and the number of keys together.
func (q *question) settle(it *exchange.Item) {
	if len(it.Key) == 0 {
		it.Key = nil
		if q.keyless != "" {
			it.Ask(exchange.KeyMissing, q.keyless)
		}
		return
	}
	n, many := declared(it.Stem)
	switch {
	case n > 1 && n != len(it.Key):
		it.Ask(exchange.KeyConflict, fmt.Sprintf("Câu yêu cầu chọn %d nhưng đáp án có %d", n, len(it.Key)))
		it.Key = nil
	case len(it.Key) > 1 && it.Type == exchange.TrueFalse:
		it.Ask(exchange.KeyConflict, "Câu đúng/sai có hai đáp án")
		it.Key = nil
	case len(it.Key) > 1 && it.Type != exchange.Multiple:
		it.Type = exchange.Multiple
		it.Ask(exchange.MultipleKeys, fmt.Sprintf("Đáp án ghi %s nhưng câu không nói chọn nhiều", lettersOf(it.Key)))
	case len(it.Key) == 1 && it.Type == exchange.Multiple && (many || n > 1):
		it.Status = exchange.Review
		it.Note = "Câu nói chọn nhiều nhưng chỉ có một đáp án"
	case len(it.Key) == 1 && it.Type == exchange.Multiple:
		it.Type = exchange.Single
	}
}

func lettersOf(key []int) string {
	names := make([]string, len(key))
	for i, k := range key {
		names[i] = exchange.Letter(k)
	}
	return strings.Join(names, ", ")
}

// words hears stars and sayings.
func (q *question) words(it *exchange.Item) (voices []verdict) {
	var starred []int
	for i, o := range q.options {
		if o.marked {
			starred = append(starred, i)
		}
	}
	if len(starred) == len(q.options) && len(starred) > 1 {
		starred = nil // marks on all say nothing
		if !q.many() {
			voices = append(voices, verdict{flag: exchange.MultipleKeys, problem: "Mọi phương án đều được đánh dấu"})
		}
	}
	if len(starred) > 1 && !q.many() && it.Type != exchange.TrueFalse {
		voices = append(voices, verdict{key: starred})
	} else if len(starred) > 0 {
		voices = append(voices, verdict{key: starred})
	}
	for _, s := range q.sayings {
		v := q.hear(s, it)
		q.explainKey(v.rest)
		voices = append(voices, v)
	}
	return voices
}

// explainKey takes the words after the letters of a key.
func (q *question) explainKey(words string) {
	if strings.Count(words, ")") > strings.Count(words, "(") {
		words = strings.TrimRight(words, ".) ")
	}
	switch {
	case words == "":
	case citeLine.MatchString(words):
		q.cite(citeLine.ReplaceAllString(words, ""))
	default:
		q.why(words)
	}
}

var (
	lettersOnly = regexp.MustCompile(`^\(?([A-Ha-hĐđАВСЕавсе](?:\s*(?:[,;/&+\-]|và|hoặc|\s)\s*[A-Ha-hĐđАВСЕавсе])*)\)?\s*[.;)]*\s*$`)
	gluedOnly   = regexp.MustCompile(`^\(?([A-HĐ]{2,8})\)?\s*[.;]?$`)
	lettersThen = regexp.MustCompile(`^\(?([A-Ha-hĐđ](?:\s*(?:[,;&]|và)\s*[A-Ha-hĐđ])*)\)?(?:\s*[.):;,\-–]\s*|\s+\()(\S.*)$`)
	digitsOnly  = regexp.MustCompile(`^\(?(\d{1,2}(?:\s*(?:[,;&]|và)\s*\d{1,2})*)\)?\s*[.;)]*$`)
	keyPrefix   = regexp.MustCompile(`^(?i:(?:đáp án|phương án|đ/a|đa|câu|ý|chọn|là)(?:\s+đúng)?(?:\s+là)?)\s*[:.]?\s+`)
	eitherOr    = regexp.MustCompile(`^\(?[A-Ha-hĐđ]\)?\s+(?i:hoặc|hay)\s+\(?[A-Ha-hĐđ]\)?\s*[.?]*$`)
	letterOne   = regexp.MustCompile(`[A-Ha-hĐđАВСЕавсе]`)
	numberOne   = regexp.MustCompile(`\d{1,2}`)
)

// hear understands one saying: letters, numbers of options, the text of an
// option, Đúng or Sai.
func (q *question) hear(s saying, it *exchange.Item) verdict {
	said := exchange.Tidy(s.text)
	if at := q.named(said); at >= 0 && len(strings.Fields(said)) > 2 {
		return verdict{key: []int{at}, note: "Đáp án ghi bằng nội dung phương án"}
	}
	for keyPrefix.MatchString(said) {
		said = keyPrefix.ReplaceAllString(said, "")
	}
	if it.Type == exchange.TrueFalse {
		if truth := isTruth(said); truth != 0 && (len([]rune(said)) > 1 || !slices.Contains(q.letters(), []rune(strings.ToUpper(said))[0])) {
			return verdict{key: []int{slices.IndexFunc(it.Options, func(o string) bool { return isTruth(o) == truth })}}
		}
	}
	if at := q.named(said); at >= 0 {
		return q.sure(verdict{key: []int{at}, note: "Đáp án ghi bằng nội dung phương án"}, said)
	}
	if eitherOr.MatchString(said) {
		return verdict{flag: exchange.KeyConflict, problem: fmt.Sprintf("%s để ngỏ: “%.60s”", capital(s.from), said)}
	}
	if m := lettersOnly.FindStringSubmatch(said); m != nil {
		return q.byLetters(letterOne.FindAllString(m[1], -1), s)
	}
	if m := gluedOnly.FindStringSubmatch(said); m != nil {
		return q.byLetters(strings.Split(m[1], ""), s)
	}
	if m := digitsOnly.FindStringSubmatch(said); m != nil {
		return q.byPlaces(numberOne.FindAllString(m[1], -1), s)
	}
	if m := lettersThen.FindStringSubmatch(said); m != nil {
		return q.withWords(q.byLetters(letterOne.FindAllString(m[1], -1), s), m[2])
	}
	return verdict{flag: exchange.KeyMissing, problem: fmt.Sprintf("Không hiểu %s “%.60s”", s.from, said)}
}

// sure refuses an option's text that could be a place or a letter as well.
func (q *question) sure(v verdict, said string) verdict {
	if n, err := strconv.Atoi(said); err == nil && n >= 1 && n <= len(q.options) && n-1 != v.key[0] {
		return verdict{flag: exchange.KeyConflict, problem: fmt.Sprintf("Đáp án ghi %s: không rõ là số thứ tự hay nội dung phương án", said)}
	}
	if letter := []rune(said); len(letter) == 1 {
		if at := slices.Index(q.letters(), unicode.ToUpper(letter[0])); at >= 0 && at != v.key[0] {
			return verdict{flag: exchange.KeyConflict, problem: fmt.Sprintf("Đáp án ghi %s: không rõ là chữ cái hay nội dung phương án", said)}
		}
	}
	return v
}

// named finds the one option whose text is said.
func (q *question) named(said string) int {
	found := -1
	for i, o := range q.options {
		if sameWords(o.body.plain(), said) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// sameWords compares without case and marks at the ends; figures with a decimal
// comma or point are the same.
func sameWords(a, b string) bool {
	clean := func(s string) string {
		s = strings.ToLower(strings.Trim(exchange.Tidy(s), " .;:,\"“”"))
		if !strings.ContainsFunc(s, unicode.IsLetter) {
			s = strings.ReplaceAll(s, ",", ".")
		}
		return s
	}
	return clean(a) == clean(b) && clean(a) != ""
}

func (q *question) byLetters(said []string, s saying) verdict {
	var key []int
	for _, l := range said {
		letter := unicode.ToUpper([]rune(l)[0])
		if latin, ok := foreignLetters[[]rune(l)[0]]; ok {
			letter = latin
		}
		at := slices.Index(q.letters(), letter)
		if at < 0 && len(q.options) > 0 && q.options[0].letter == 0 {
			at = int(letter - 'A')
		}
		if at < 0 || at >= len(q.options) {
			return verdict{flag: exchange.KeyUnknownLetter, problem: fmt.Sprintf("%s ghi %c nhưng %s", capital(s.from), letter, q.span())}
		}
		if !slices.Contains(key, at) {
			key = append(key, at)
		}
	}
	slices.Sort(key)
	return verdict{key: key}
}

func (q *question) span() string {
	if len(q.options) == 0 {
		return "câu không có phương án"
	}
	last := q.options[len(q.options)-1].letter
	if last == 0 {
		last = rune('A' + len(q.options) - 1)
	}
	return fmt.Sprintf("câu chỉ có phương án A - %c", last)
}

func (q *question) byPlaces(said []string, s saying) verdict {
	var key []int
	for _, n := range said {
		at, err := strconv.Atoi(n)
		if err != nil || at < 1 || at > len(q.options) {
			return verdict{flag: exchange.KeyUnknownLetter, problem: fmt.Sprintf("%s ghi %s nhưng câu chỉ có %d phương án", capital(s.from), n, len(q.options))}
		}
		if !slices.Contains(key, at-1) {
			key = append(key, at-1)
		}
	}
	slices.Sort(key)
	return verdict{key: key, note: "Đáp án ghi bằng số thứ tự phương án"}
}

// withWords hears "B. Quyết định số 905" and "B vì …": words that repeat the
// option confirm it, words of another option contradict it.
func (q *question) withWords(v verdict, words string) verdict {
	if v.flag != "" {
		return v
	}
	if strings.Trim(words, "?!.() ") == "" && strings.Contains(words, "?") {
		return verdict{flag: exchange.KeyMissing, problem: "Đáp án ghi kèm dấu hỏi"}
	}
	if at := q.named(words); at >= 0 && len(v.key) == 1 && at != v.key[0] {
		return verdict{flag: exchange.KeyConflict, problem: fmt.Sprintf("Đáp án ghi %s nhưng kèm nội dung của phương án %s", lettersOf(v.key), exchange.Letter(at))}
	} else if at < 0 {
		v.rest = whyLine.ReplaceAllString(words, "")
	}
	return v
}

func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}
