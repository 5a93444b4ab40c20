package viet

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Words cuts a text into the words that count: lower case, tones kept but
// written in one place, i and y unified where they sound alike, numbers whole
// (1.204 is 1204), the signs that change a meaning (<, ≥, %), nothing else.
// Words are in NFD with the tone after the vowels: "hòa" and "hoà" are both
// "hoa" followed by the grave accent.
func Words(text string) []string {
	rest := []rune(strings.ToLower(norm.NFD.String(strings.Map(plain, text))))
	out := make([]string, 0, len(rest)/4)
	for len(rest) > 0 {
		n := 1
		switch r := rest[0]; {
		case unicode.IsLetter(r):
			n = runOf(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) })
			out = append(out, syllable(rest[:n]))
		case isDigit(r):
			n = numeral(rest)
			out = append(out, numbers(rest[:n])...)
		case unicode.IsNumber(r), strings.ContainsRune(signs, r):
			out = append(out, string(r))
		}
		rest = rest[n:]
	}
	return out
}

// signs are marks that a text is not the same without.
const signs = "<>≤≥≠±%‰"

// plain drops what is not seen and reads the Icelandic and African letters
// that old fonts show as đ.
func plain(r rune) rune {
	switch {
	case strings.ContainsRune("ÐðƉɖ", r):
		return 'đ'
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

func runOf(text []rune, in func(rune) bool) int {
	for i, r := range text {
		if !in(r) {
			return i
		}
	}
	return len(text)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isVowel(r rune) bool { return strings.ContainsRune("aeiouy", r) }

// isTone knows grave, acute, tilde, hook above and dot below. Breve, circumflex
// and horn belong to the letter.
func isTone(r rune) bool { return strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", r) }

// syllable writes a run of letters the one way.
//
// A syllable has one group of vowels and at most one tone, so where in the
// group the tone stands tells nothing: the old style (hòa, thủy), the new
// (hoà, thuỷ), the misplaced (gìa, qúy, cuả) are one. The tone is moved behind
// its group. A group with two tones is no Vietnamese and stays.
func syllable(run []rune) string {
	out := make([]rune, 0, len(run))
	for len(run) > 0 {
		n := runOf(run, func(r rune) bool { return isVowel(r) || unicode.Is(unicode.Mn, r) })
		if n == 0 || !isVowel(run[0]) {
			out, run = append(out, run[0]), run[1:]
			continue
		}
		out, run = append(out, toneLast(run[:n])...), run[n:]
	}
	return string(shortI(out))
}

func toneLast(group []rune) []rune {
	out := make([]rune, 0, len(group))
	var tones []rune
	for _, r := range group {
		if isTone(r) {
			tones = append(tones, r)
		} else {
			out = append(out, r)
		}
	}
	if len(tones) > 1 {
		return group
	}
	return append(out, tones...)
}

// shortI writes i for y where both spellings are one word: as the only vowel
// after consonants (kỹ, lý, ty), after qu (quý, quýt), and alone under a tone
// (ý). It leaves y where it tells words apart (tay and tai, thúy and thúi) and
// the bare letter y.
func shortI(s []rune) []rune {
	at := runOf(s, func(r rune) bool { return unicode.IsLetter(r) && !isVowel(r) })
	if at == 1 && s[0] == 'q' && len(s) > 2 && s[1] == 'u' {
		at = 2
	}
	if at >= len(s) || s[at] != 'y' {
		return s
	}
	tail := s[at+1:]
	toned := len(tail) == 1 && isTone(tail[0])
	afterQu := at == 2 && s[0] == 'q' && s[1] == 'u'
	if afterQu || toned || at > 0 && len(tail) == 0 {
		s[at] = 'i'
	}
	return s
}

// numeral is the length of digits with points and commas between them.
func numeral(text []rune) int {
	n := runOf(text, isDigit)
	for n+1 < len(text) && (text[n] == '.' || text[n] == ',') && isDigit(text[n+1]) {
		n += 1 + runOf(text[n+1:], isDigit)
	}
	return n
}

// numbers reads a numeral the Vietnamese way: points group thousands, a comma
// begins the decimals. One point that cannot group is a decimal point, two
// commas that can group do; anything else (01.7.2025, 1,2,3) is several
// numbers. Zeros in front and at the end of decimals do not count.
func numbers(numeral []rune) []string {
	text := string(numeral)
	whole, decimals, _ := strings.Cut(text, ",")
	switch {
	case !strings.Contains(decimals, ",") && !strings.Contains(decimals, ".") && grouped(whole, "."):
		return []string{number(strings.ReplaceAll(whole, ".", ""), decimals)}
	case strings.Count(text, ",") > 1 && grouped(text, ","):
		return []string{number(strings.ReplaceAll(text, ",", ""), "")}
	case strings.Count(text, ".") == 1 && !strings.Contains(text, ","):
		whole, decimals, _ = strings.Cut(text, ".")
		return []string{number(whole, decimals)}
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == ',' })
	for i, p := range parts {
		parts[i] = number(p, "")
	}
	return parts
}

// grouped says whether a whole number stands in groups of three, or in one.
func grouped(text, by string) bool {
	groups := strings.Split(text, by)
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return false
		}
	}
	return len(groups) == 1 || len(groups[0]) <= 3 && strings.Trim(groups[0], "0") != ""
}

func number(whole, decimals string) string {
	whole, decimals = strings.TrimLeft(whole, "0"), strings.TrimRight(decimals, "0")
	if whole == "" {
		whole = "0"
	}
	if decimals == "" {
		return whole
	}
	return whole + "," + decimals
}

// Toneless drops the tones and marks of words: "hòa" and "hoa" become one.
func Toneless(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = Fold(w)
	}
	return out
}
