package written

import (
	"regexp"
	"unicode"
	"unicode/utf8"
)

// Options may stand side by side. A tab or two blanks part them by
// themselves; a single blank only when the letters follow one another.
var (
	wideOption   = regexp.MustCompile(`(?:\t|[\s\x{00a0}]{2,})([*#]*\[?[ xX]?\]?\s*[A-Ha-hĐđАВСЕ]\s*[.):/]\s*)`)
	narrowOption = regexp.MustCompile(`[\s\x{00a0}]([*#]*[A-HĐ]\s*[.)][\s\x{00a0}]+)`)
	narrowSmall  = regexp.MustCompile(`[\s\x{00a0}]([*#]*[a-hđ]\s*[.)][\s\x{00a0}]+)`)
	wideKey      = regexp.MustCompile(`(?:\t|[\s\x{00a0}]{2,}|[.;?]\s+)((?i:đáp án|đ/a|đa)(?:\s+đúng)?(?:\s+là)?\s*[:=]\s*[A-Ha-hđĐ])`)
)

// split cuts a line before every option head and key line that stands inside
// it. A line that begins with no option is cut only where A begins.
func split(t text) []text {
	s := t.String()
	first, began := optionOf(t)
	last := rune('A' - 1)
	if began {
		last = first.letter
	}
	cuts := optionCuts(s, last, wideOption, 1)
	if len(cuts) == 0 {
		// Without an A at the head of the line three letters in a row are
		// wanted: "kế hoạch A. " in a sentence is no option.
		least := 1
		if !began {
			least = 3
		}
		cuts = optionCuts(s, last, narrowOption, least)
		if began && smallLetter(first.at) {
			cuts = optionCuts(s, last, narrowSmall, 2) // "điểm b. khoản 2" is no option
		}
	}
	if m := wideKey.FindStringSubmatchIndex(s); m != nil && (began || len(cuts) > 0) {
		cuts = append(dropAfter(cuts, m[2]), m[2])
	}
	var parts []text
	from := 0
	for _, c := range cuts {
		if c > from {
			parts = append(parts, t.cut(from).until(c-from))
			from = c
		}
	}
	return append(parts, t.cut(from))
}

func dropAfter(cuts []int, limit int) []int {
	for i, c := range cuts {
		if c >= limit {
			return cuts[:i]
		}
	}
	return cuts
}

// optionCuts finds where options with growing letters begin; the first of a
// line without option head must be A.
func optionCuts(s string, last rune, form *regexp.Regexp, least int) (cuts []int) {
	narrow := form != wideOption
	for at := 0; at < len(s); {
		m := form.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		begins := at + m[2]
		letter := letterIn(s[begins:])
		follows := letter == next(last) || letter == 'Đ' && last == 'D'
		if follows || !narrow && last >= 'A' && letter > last && letter <= last+2 {
			cuts, last = append(cuts, begins), letter
		}
		at = begins + 1
		for at < len(s) && !utf8.RuneStart(s[at]) {
			at++
		}
	}
	if len(cuts) < least {
		return nil
	}
	return cuts
}

func next(letter rune) rune {
	if letter == 'Đ' {
		return 'E'
	}
	return letter + 1
}

func letterIn(s string) rune {
	for _, r := range s {
		if latin, ok := foreignLetters[r]; ok {
			return latin
		}
		if r != 'x' && r != 'X' && unicode.IsLetter(r) {
			return unicode.ToUpper(r)
		}
	}
	return 0
}
