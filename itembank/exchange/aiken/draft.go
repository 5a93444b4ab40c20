package aiken

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sathach/itembank/exchange"
)

// draft is a question of which not all lines have been seen.
type draft struct {
	line     int // where it begins
	stem     []string
	options  []string
	letters  []byte   // as printed, one for each option
	tail     []string // lines after the last option: the rest of it, or the next stem
	tailLine int
}

func (d *draft) empty() bool { return len(d.stem) == 0 && len(d.options) == 0 }

// takes tells whether a line that begins like an option is one. "C. Mác sinh
// năm nào?" begins a question, and a letter without a blank after it ("T.P")
// is believed only in its turn.
func (d *draft) takes(letter byte, parted bool) bool {
	if d.empty() {
		return letter == 'A' && parted
	}
	return parted || letter == d.expected()
}

func (d *draft) expected() byte {
	if len(d.letters) == 0 {
		return 'A'
	}
	return d.letters[len(d.letters)-1] + 1
}

// settle gives the lines after the last option to it.
func (d *draft) settle() {
	if len(d.tail) == 0 {
		return
	}
	last := &d.options[len(d.options)-1]
	*last = strings.TrimSpace(*last + " " + strings.Join(d.tail, " "))
	d.tail = nil
}

var numbered = regexp.MustCompile(`(?i)^câu(?: hỏi)? ([0-9]{1,6}) ?(?:[.:)] ?|$)`)

func (d *draft) item(answer string) exchange.Item {
	d.settle()
	it := exchange.Item{Type: exchange.Single, Options: d.options, Source: fmt.Sprintf("dòng %d", d.line)}
	if len(d.stem) > 0 {
		if found := numbered.FindStringSubmatch(d.stem[0]); found != nil {
			number, _ := strconv.Atoi(found[1]) // six digits
			it.Number, d.stem[0] = &number, d.stem[0][len(found[0]):]
		}
	}
	it.Stem = exchange.Tidy(strings.Join(d.stem, " "))
	d.checkLetters(&it)
	d.key(&it, strings.Trim(answer, " .;,"))
	return it
}

func (d *draft) checkLetters(it *exchange.Item) {
	for i, letter := range d.letters {
		if int(letter-'A') != i {
			shown := strings.Join(strings.Split(string(d.letters[:min(len(d.letters), exchange.MaxOptions)]), ""), ", ")
			it.Ask(exchange.LettersSkip, "Chữ cái phương án không liền nhau: "+shown)
			return
		}
	}
}

// key reads an answer: a letter, several letters, or a letter with the text
// of its option.
func (d *draft) key(it *exchange.Item, answer string) {
	if answer == "" {
		return
	}
	if found := worded.FindStringSubmatch(answer); found != nil {
		d.worded(it, strings.ToUpper(found[1])[0], found[2])
		return
	}
	letters, ok := lettersOf(answer)
	if !ok {
		it.Ask(exchange.KeyUnknownLetter, fmt.Sprintf("Đáp án ghi “%s”, không phải là chữ cái của phương án", excerpt(answer)))
		return
	}
	var key []int
	for _, letter := range letters {
		i, ok := d.place(it, letter)
		if !ok {
			return
		}
		key = append(key, i)
	}
	slices.Sort(key)
	it.Key = slices.Compact(key)
	if len(it.Key) > 1 {
		it.Type = exchange.Multiple
		it.Ask(exchange.MultipleKeys, fmt.Sprintf("Đáp án ghi nhiều chữ (%s) trong khi Aiken chỉ có câu chọn một", excerpt(answer)))
	}
}

var worded = regexp.MustCompile(`^([A-Za-z])[.)] ?(.*[^ .)].*)$`)

// worded is an answer like "B. Bộ Nội vụ": letter and text must agree.
func (d *draft) worded(it *exchange.Item, letter byte, text string) {
	i, ok := d.place(it, letter)
	if !ok {
		return
	}
	if strings.Trim(text, " .;,") != strings.Trim(d.options[i], " .;,") {
		it.Ask(exchange.KeyConflict, fmt.Sprintf("Đáp án ghi “%c. %s” nhưng phương án %c có nội dung khác", letter, excerpt(text), letter))
		return
	}
	it.Key = []int{i}
}

// place finds the option with a letter, or asks.
func (d *draft) place(it *exchange.Item, letter byte) (place int, ok bool) {
	first := slices.Index(d.letters, letter)
	switch {
	case first < 0:
		it.Ask(exchange.KeyUnknownLetter, fmt.Sprintf("Đáp án ghi %c nhưng không có phương án %c", letter, letter))
	case slices.Contains(d.letters[first+1:], letter):
		it.Ask(exchange.KeyConflict, fmt.Sprintf("Đáp án ghi %c nhưng có hơn một phương án %c", letter, letter))
	default:
		return first, true
	}
	return 0, false
}

// lettersOf reads "B", "b", "A, C", "A và C" and "ACD".
func lettersOf(answer string) (letters []byte, ok bool) {
	for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if strings.EqualFold(word, "và") || strings.EqualFold(word, "and") {
			continue
		}
		if len(word) == 1 {
			word = strings.ToUpper(word)
		}
		if strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(letters)+len(word) > exchange.MaxOptions {
			return nil, false
		}
		letters = append(letters, word...)
	}
	return letters, len(letters) > 0
}

// longestExcerpt is how many characters a sentence quotes.
const longestExcerpt = 40

func excerpt(text string) string {
	n := 0
	for i := range text {
		if n++; n > longestExcerpt {
			return text[:i] + "…"
		}
	}
	return text
}
