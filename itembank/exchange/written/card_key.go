package written

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sathach/itembank/exchange"
)

// readKey reads what is right, by the kind of the card. A key that is not
// certain is left empty; that there is none is asked of every item alike, when
// it is finished.
func (c *cardReader) readKey() {
	key := c.cell(keyLabel)
	printed := key.whole().text
	if key.Formula || printed == "" {
		return
	}
	switch c.it.Type {
	case exchange.Single, exchange.Multiple, exchange.TrueFalse:
		c.readLetters(printed)
	case exchange.Ordering:
		c.readOrder(printed)
	case exchange.Matching:
		if !c.it.Has(exchange.LettersSkip) { // else the key's numbers may mean other targets
			c.readPairs(printed)
		}
	case exchange.Numeric:
		c.it.Answers = c.readNumbers(key)
	case exchange.ShortAnswer:
		c.it.Answers = c.readTyped(key)
	default:
		if !c.it.Has(exchange.Unsupported) {
			c.misread("Câu %s không có ô đáp án, không dùng “%.40s”", strings.ToLower(kindName(c.it.Type)), printed)
		}
	}
}

func (c *cardReader) unclear(printed, wanted string) {
	c.it.Ask(exchange.KeyMissing, fmt.Sprintf("Không hiểu đáp án “%.60s”; %s", printed, wanted))
}

var (
	andWord      = regexp.MustCompile(`(?i)(^|\s)và(\s|$)`)
	listMark     = regexp.MustCompile(`[\s,;/&+().]+`)
	sequenceMark = regexp.MustCompile(`[→>\-–—−]+`)
)

// lettersIn reads a list of single letters; it is not ok for anything else.
func lettersIn(printed string) (letters []rune, ok bool) {
	for keyPrefix.MatchString(printed) {
		printed = keyPrefix.ReplaceAllString(printed, "")
	}
	printed = andWord.ReplaceAllString(printed, "$1,$2")
	for _, one := range listMark.Split(printed, -1) {
		if one == "" {
			continue
		}
		letter := []rune(one)
		if len(letter) != 1 || !unicode.IsLetter(letter[0]) {
			return nil, false
		}
		if latin, foreign := foreignLetters[letter[0]]; foreign {
			letter[0] = latin
		}
		letters = append(letters, unicode.ToUpper(letter[0]))
	}
	return letters, len(letters) > 0
}

// places finds the options of letters; it complains of a letter that no option
// has.
func (c *cardReader) places(letters []rune) (places []int, ok bool) {
	for _, l := range letters {
		place := c.option(l)
		if place < 0 {
			c.it.Break(exchange.KeyUnknownLetter, fmt.Sprintf("Ô đáp án ghi %c nhưng câu %s", l, c.span()))
			return nil, false
		}
		places = append(places, place)
	}
	return places, true
}

func (c *cardReader) span() string {
	names := make([]string, len(c.letters))
	for i, l := range c.letters {
		names[i] = exchange.Letter(l)
	}
	if len(names) == 0 {
		return "không có phương án"
	}
	return "chỉ có phương án " + strings.Join(names, ", ")
}

func (c *cardReader) readLetters(printed string) {
	if truth := isTruth(printed); c.it.Type == exchange.TrueFalse && truth != 0 && len([]rune(printed)) > 1 {
		c.readTruth(truth, printed)
		return
	}
	letters, ok := lettersIn(printed)
	if !ok {
		c.unclear(printed, "hãy ghi chữ cái, ví dụ A hoặc A, C")
		return
	}
	key, ok := c.places(letters)
	if !ok {
		return
	}
	slices.Sort(key)
	if key = slices.Compact(key); len(key) > 1 && c.it.Type != exchange.Multiple {
		c.it.Ask(exchange.MultipleKeys, fmt.Sprintf("Ô đáp án ghi %s nhưng phiếu ghi “%s”", printed, kindName(c.it.Type)))
		return
	}
	c.it.Key = key
}

// readTruth reads the words Đúng and Sai.
func (c *cardReader) readTruth(truth int, printed string) {
	var key []int
	for i, o := range c.it.Options {
		if isTruth(o) == truth {
			key = append(key, i)
		}
	}
	if len(key) != 1 {
		c.unclear(printed, "hãy ghi chữ cái")
		return
	}
	c.it.Key = key
}

func (c *cardReader) readOrder(printed string) {
	letters, ok := lettersIn(sequenceMark.ReplaceAllString(printed, ","))
	if !ok {
		c.unclear(printed, "hãy ghi thứ tự đúng, ví dụ C, A, B")
		return
	}
	key, ok := c.places(letters)
	if !ok {
		return
	}
	if slices.Equal(slices.Sorted(slices.Values(key)), everyPlace(len(c.it.Options))) {
		c.it.Key = key
		return
	}
	c.it.Ask(exchange.KeyConflict, fmt.Sprintf("Thứ tự %s không có đủ mỗi phương án một lần", printed))
}

var pairForm = regexp.MustCompile(`^([\pL])\s*[\-–—−:=→>.]+\s*(\d{1,2})\.?$`)

// readPairs reads "A-2, B-1": every option with the number of its target.
func (c *cardReader) readPairs(printed string) {
	key := make([]int, len(c.it.Options))
	told := map[int]bool{}
	for _, one := range strings.FieldsFunc(printed, func(r rune) bool { return r == ',' || r == ';' }) {
		m := pairForm.FindStringSubmatch(strings.TrimSpace(one))
		if m == nil {
			c.unclear(printed, "hãy ghi từng cặp, ví dụ A-2, B-1")
			return
		}
		letters, _ := lettersIn(m[1])
		places, ok := c.places(letters)
		if !ok {
			return
		}
		n, _ := strconv.Atoi(m[2])
		switch {
		case n < 1 || n > len(c.it.Targets):
			c.it.Break(exchange.KeyUnknownLetter, fmt.Sprintf("Ô đáp án ghi %s nhưng chỉ có %d vế phải", strings.TrimSpace(one), len(c.it.Targets)))
			return
		case told[places[0]] && key[places[0]] != n-1:
			c.it.Ask(exchange.KeyConflict, fmt.Sprintf("Đáp án ghép %s với hai vế phải", m[1]))
			return
		}
		key[places[0]], told[places[0]] = n-1, true
	}
	if len(told) != len(key) {
		c.it.Ask(exchange.KeyMissing, fmt.Sprintf("Đáp án “%.60s” chưa ghép đủ các phương án", printed))
		return
	}
	c.it.Key = key
}

// partial takes "50 %: " off an answer.
func partial(text string) (rest string, fraction float64, ok bool) {
	m := partialLine.FindStringSubmatch(text)
	if m == nil {
		return text, 100, true
	}
	fraction, ok = percentOf(m[1])
	return m[2], fraction, ok && m[2] != ""
}

var percentForm = regexp.MustCompile(`^-?\d+(?:\.\d+)?$`)

func percentOf(text string) (float64, bool) {
	text = decimalPoint.Replace(strings.TrimSpace(text))
	if !percentForm.MatchString(text) {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil
}

// decimalPoint undoes what writing and automatic correction do to a number.
var decimalPoint = strings.NewReplacer(",", ".", "–", "-", "−", "-")

func (c *cardReader) readTyped(cell Cell) (answers []exchange.Answer) {
	for _, l := range cell.lines() {
		text, fraction, ok := partial(l.text)
		if !ok {
			c.unclear(l.text, "sau “50 %:” cần có đáp án")
			return nil
		}
		answers = append(answers, exchange.Answer{Text: text, Fraction: fraction})
	}
	return answers
}

func (c *cardReader) readNumbers(cell Cell) (answers []exchange.Answer) {
	for _, l := range cell.lines() {
		text, fraction, ok := partial(l.text)
		answer, isNumber := numberOf(text)
		if !ok || !isNumber {
			c.unclear(l.text, "hãy ghi số như 15, 15 ± 0,5 hoặc 3 đến 5; phần lẻ viết sau dấu phẩy, hàng nghìn không chấm")
			return nil
		}
		answer.Fraction = fraction
		answers = append(answers, answer)
	}
	return answers
}

const oneNumber = `([+\-–−]?\s?\d+(?:[.,]\d+)?)`

var (
	bareForm   = regexp.MustCompile(`^` + oneNumber + `$`)
	aroundForm = regexp.MustCompile(`^` + oneNumber + `\s*(?:±|\+\s*/?\s*[\-–−])\s*` + oneNumber + `$`)
	rangeForm  = regexp.MustCompile(`(?i)^(?:từ\s+)?` + oneNumber + `\s*(?:đến|tới)\s*` + oneNumber + `$`)
	asideForm  = regexp.MustCompile(`(?i)^` + oneNumber + `\s*\(\s*(?:từ\s+)?` + oneNumber + `\s*(?:đến|tới)\s*` + oneNumber + `\s*\)$`)
	// thousand may be a thousand or one and no thousandths.
	thousand = regexp.MustCompile(`^[+\-–−]?\s?[1-9]\d{0,2}\.\d{3}$`)
)

// numberOf reads an accepted number. The fraction is left to the caller.
func numberOf(text string) (a exchange.Answer, ok bool) {
	var err error
	switch {
	case bareForm.MatchString(text):
		a, err = around(text, "0")
	case aroundForm.MatchString(text):
		m := aroundForm.FindStringSubmatch(text)
		a, err = around(m[1], m[2])
	case rangeForm.MatchString(text):
		m := rangeForm.FindStringSubmatch(text)
		a, err = between(m[1], m[2])
	case asideForm.MatchString(text):
		m := asideForm.FindStringSubmatch(text)
		var value exchange.Answer
		value, err = around(m[1], "0")
		if err == nil {
			a, err = between(m[2], m[3])
		}
		a.Value = value.Value
	default:
		return a, false
	}
	return a, err == nil
}

func around(value, tolerance string) (exchange.Answer, error) {
	value, err := plainNumber(value)
	if err != nil {
		return exchange.Answer{}, err
	}
	if tolerance, err = plainNumber(tolerance); err != nil {
		return exchange.Answer{}, err
	}
	return exchange.Around(value, tolerance, 100)
}

func between(low, high string) (exchange.Answer, error) {
	low, err := plainNumber(low)
	if err != nil {
		return exchange.Answer{}, err
	}
	if high, err = plainNumber(high); err != nil {
		return exchange.Answer{}, err
	}
	return exchange.Between(low, high, 100)
}

var errThousand = errors.New("a point before three digits")

// plainNumber refuses a number that may be a thousand times another.
func plainNumber(text string) (string, error) {
	if thousand.MatchString(text) {
		return "", fmt.Errorf("%q: %w", text, errThousand)
	}
	return strings.ReplaceAll(decimalPoint.Replace(text), " ", ""), nil
}

// readGaps reads one field for each gap. The stem must have as many marks.
func (c *cardReader) readGaps() {
	var found []field
	for _, f := range c.fields {
		if f.name == gapsPlace && f.cell.plain() != "" {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b field) int { return a.order(b.label) })
	for i, f := range found {
		if f.place != i {
			c.it.Ask(exchange.KeyConflict, fmt.Sprintf("Chỗ trống không được ghi lần lượt từ 1, mỗi chỗ một ô: xem ô “%s”", f.printed))
			c.it.Gaps, c.gaps = nil, nil
			return
		}
		c.it.Gaps = append(c.it.Gaps, c.gap(f))
	}
	marks := strings.Count(c.it.Stem, exchange.GapMark)
	if c.it.Type == exchange.GapText && marks != len(c.it.Gaps) {
		c.it.Ask(exchange.KeyConflict, fmt.Sprintf("Câu dẫn có %d chỗ trống %s nhưng phiếu có đáp án cho %d chỗ", marks, exchange.GapMark, len(c.it.Gaps)))
	}
}

func (c *cardReader) gap(f field) exchange.Gap {
	switch f.way {
	case chosenGap:
		return c.chosen(f)
	case numberedGap:
		answers := c.readNumbers(f.cell)
		for i := range answers {
			answers[i].Text = answers[i].Value.String()
		}
		return exchange.Gap{Kind: exchange.Typed, Answers: answers}
	}
	return exchange.Gap{Kind: exchange.Typed, Answers: c.readTyped(f.cell)}
}

// chosen reads the options of a gap, a star before the right ones and a dash
// before the others. An option with neither leaves the key empty.
func (c *cardReader) chosen(f field) exchange.Gap {
	g := exchange.Gap{Kind: exchange.Choice}
	sure := true
	for _, l := range f.cell.lines() {
		m := choiceLine.FindStringSubmatch(l.text)
		if m == nil || m[1] == "•" {
			sure = false
			m = []string{"", "-", strings.TrimLeft(l.text, "• ")}
		}
		if m[1] == "*" {
			g.Key = append(g.Key, len(g.Options))
		}
		g.Options = append(g.Options, m[2])
		c.gaps = append(c.gaps, rich{m[2], l.assets})
	}
	if !sure {
		g.Key = nil
		c.it.Ask(exchange.KeyMissing, fmt.Sprintf("Ô “%s” cần dấu * trước phương án đúng và dấu - trước phương án sai", f.printed))
	} else if len(g.Key) == 0 {
		c.it.Ask(exchange.KeyMissing, fmt.Sprintf("Ô “%s” không có phương án nào mang dấu *", f.printed))
	}
	return g
}
