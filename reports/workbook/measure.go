package workbook

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The widths of the letters of Times New Roman from blank to ~, in thousandths
// of the size. Vietnamese letters are as wide as the letter without marks.
var regular = [...]float64{
	250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278,
	500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
	921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
	556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
	333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
	500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
}

var bold = [...]float64{
	250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278,
	500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500,
	930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778,
	611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500,
	333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500,
	556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520,
}

// others are the wide signs a workbook uses outside ASCII.
var others = map[rune]float64{
	'đ': 556, 'Đ': 722, '–': 500, '—': 1000, '…': 1000, '±': 549, '×': 570, '≥': 549, '≤': 549, '“': 500, '”': 500, '’': 333, '‘': 333,
	'●': 604, '○': 604, '►': 990, '▲': 990, '▼': 990, '─': 708, '\u00a0': 250,
}

// horn is what the horn of ơ and ư adds.
const horn = 40

// width of a text in thousandths of its size.
func width(text string, strong bool) float64 {
	widths := regular[:]
	if strong {
		widths = bold[:]
	}
	total := 0.0
	for _, r := range norm.NFD.String(text) {
		w, known := others[r]
		switch {
		case r >= ' ' && r <= '~':
			total += widths[r-' ']
		case known:
			total += w
		case r == '\u031b':
			total += horn
		case unicode.Is(unicode.Mn, r): // a mark stands over its letter
		default:
			total += 900 // unknown scripts: rather a line too many
		}
	}
	return total
}

// A face is Times New Roman in one size and weight.
type face struct {
	size   float64
	strong bool
}

// points is how wide a text is on paper. Screens round letters up to whole
// dots, hence the two per cent.
func (f face) points(text string) float64 { return width(text, f.strong) / 1000 * f.size * 1.02 }

// lines counts the lines a text takes in a room of so many points, broken at
// blanks, and inside words only where one word is wider than the room.
func (f face) lines(text string, room float64) int {
	room = math.Max(room, f.size)
	blank := f.points(" ")
	count := 0
	for paragraph := range strings.SplitSeq(text, "\n") {
		used := 0.0
		count++
		for word := range strings.FieldsSeq(paragraph) {
			w := f.points(word)
			if used > 0 && used+blank+w > room {
				count, used = count+1, 0
			}
			if used > 0 {
				used += blank
			}
			for used+w > room {
				w -= room
				count++
			}
			used += w
		}
	}
	return count
}

// Sizes of data text: a text that needs more than mostLines lines shrinks
// down to smallest before its row grows further.
const (
	dataSize  = 11.0
	smallest  = 7.0
	mostLines = 6
)

// shrunk is the largest face, down to smallest, in which the text is no
// higher than so many lines of the face itself.
func (f face) shrunk(text string, room float64, allowed int) face {
	most := float64(allowed) * f.size
	for f.size > smallest && float64(f.lines(text, room))*f.size > most {
		f.size--
	}
	return f
}

// height of a row of n lines, in points. Excel shows at most 409.
func height(n int, size float64) float64 {
	return math.Min(409, math.Max(17, float64(n)*14.4*size/11+3.5))
}

// digitPoints is how wide a digit of size 11 is on a sheet: seven dots of three
// quarters of a point. margin is what a column keeps free of text.
const (
	digitPoints = 5.25
	margin      = 3.75
)

// columnPoints is how wide a column of so many digits is drawn.
func columnPoints(digits float64) float64 { return digits*digitPoints + margin }
