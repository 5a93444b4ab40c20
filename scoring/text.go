package scoring

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sathach/internal/viet"
)

// LongestText bounds what may be typed as an answer, in characters.
const LongestText = 200

// SameText tells whether what was typed is an accepted answer.
//
// Capitals (unless they count), blanks, punctuation, the way letters are
// composed, the place of the tone (hòa, hoà) and y for i (kỹ, kĩ) tell
// nothing. Tones and marks tell words apart, so a wrong one is wrong; but what
// was typed without any, as on a keyboard that has none, is accepted for the
// words it can stand for.
func SameText(given, accepted string, caseSensitive bool) bool {
	if caseSensitive && !sameCase(given, accepted) || negatives(given) != negatives(accepted) {
		return false
	}
	typed, want := viet.Words(given), viet.Words(accepted)
	if len(want) == 0 {
		return norm.NFC.String(strings.TrimSpace(given)) == norm.NFC.String(strings.TrimSpace(accepted))
	}
	if slices.Equal(typed, want) {
		return true
	}
	return bare(given) && slices.Equal(viet.Toneless(typed), viet.Toneless(want))
}

// negatives counts the numbers with a minus before them: −5 is not 5. A dash
// between words or numbers is no minus.
func negatives(text string) (n int) {
	for _, word := range strings.Fields(text) {
		letters := []rune(word)
		if len(letters) > 1 && strings.ContainsRune("-−–", letters[0]) && unicode.IsDigit(letters[1]) {
			n++
		}
	}
	return n
}

// bare tells a text without any tone or mark.
func bare(text string) bool {
	return strings.IndexFunc(norm.NFC.String(text), func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) < 0
}

// sameCase compares which letters are capitals, letter by letter.
func sameCase(a, b string) bool {
	capitals := func(text string) string {
		var out strings.Builder
		for _, r := range norm.NFC.String(text) {
			switch {
			case unicode.IsUpper(r):
				out.WriteByte('A')
			case unicode.IsLetter(r):
				out.WriteByte('a')
			}
		}
		return out.String()
	}
	return capitals(a) == capitals(b)
}

// rightGaps counts the gaps that are right. A blank gap is not.
func rightGaps(key Key, r Response) (Share, bool) {
	n := len(key.Gaps)
	if n == 0 || n > MaxOptions || len(r.Texts) != 0 && len(r.Texts) != n || len(r.Chosen) != 0 && len(r.Chosen) != n {
		return Share{}, false
	}
	earned := 0
	for i, gap := range key.Gaps {
		right, fits := gap.right(r, i, key.CaseSensitive)
		if !fits {
			return Share{}, false
		}
		earned += truth(right)
	}
	return Share{earned, n}, true
}

func (g Gap) right(r Response, i int, caseSensitive bool) (right, fits bool) {
	if g.Options == 0 {
		if i >= len(r.Texts) {
			return false, true
		}
		given := r.Texts[i]
		if g.Value != "" { // what is no number is wrong
			share, _ := within(Key{Value: g.Value, Tolerance: g.Tolerance}, Response{Number: given})
			return share.Part == 1, true
		}
		return slices.ContainsFunc(g.Accepted, func(a string) bool { return SameText(given, a, caseSensitive) }), true
	}
	if i >= len(r.Chosen) {
		return false, true
	}
	chosen := r.Chosen[i]
	return chosen == g.Correct, chosen >= -1 && chosen < g.Options
}
