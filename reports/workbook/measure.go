package workbook

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Widths of Times New Roman in widths of a digit, by class of letter. Columns are measured in digits of size 11.
func letterWidth(r rune) float64 {
	switch {
	case r == ' ':
		return 0.5
	case strings.ContainsRune("iljtfrI.,:;'|!()[]-/", r):
		return 0.62
	case strings.ContainsRune("mMWw—–…%@", r):
		return 1.6
	case unicode.IsUpper(r):
		return 1.38
	case strings.ContainsRune("▲▼●○►±", r):
		return 1.5
	case unicode.IsDigit(r):
		return 1
	}
	return 0.95
}

// width of a text at size 11, in digits; Vietnamese marks add nothing.
func width(text string) (w float64) {
	for _, r := range norm.NFD.String(text) {
		if !unicode.Is(unicode.Mn, r) {
			w += letterWidth(r)
		}
	}
	return w
}

// lines counts the lines a text takes in a column, broken at blanks.
func lines(text string, column, size float64, bold bool) int {
	scale := size / 11
	if bold {
		scale *= 1.07
	}
	room := math.Max(column-0.2, 1)
	count := 0
	for _, paragraph := range strings.Split(text, "\n") {
		used := 0.0
		count++
		for _, word := range strings.Fields(paragraph) {
			w := width(word) * scale
			switch {
			case used == 0:
			case used+0.5*scale+w > room:
				count++
				used = 0
			default:
				used += 0.5 * scale
			}
			for w > room { // a word longer than the column breaks inside
				w -= room
				count++
			}
			used += w
		}
	}
	return count
}

// height of a row whose fullest cell takes n lines, in points. Names of up to
// six lines grow the row; longer ones shrink.
func height(n int, size float64) float64 {
	return math.Max(17, float64(min(n, 6))*14.4*size/11+3.5)
}
