package likeness

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Part is a piece of one side of a Diff.
type Part struct {
	Text    string
	Changed bool
}

// Diff marks what two texts do not share, for showing them side by side. The
// parts of a side, joined, are its text. Words, numbers and marks are compared
// as they stand, but NFC and NFD are one; blanks are not compared.
//
// It finds a longest common subsequence by Myers' greedy algorithm ("An O(ND)
// Difference Algorithm and Its Variations", Algorithmica 1, 1986), whose time
// and memory grow with the number of differences. Texts with more than
// maxEdits of them are held to share only their beginning and end.
func Diff(a, b string) (left, right []Part) {
	l, r := cut(a), cut(b)
	lineUp(l, r)
	return parts(a, l), parts(b, r)
}

// maxEdits bounds a Diff to some 4 MB and a few milliseconds.
const maxEdits = 1000

// token is a number with its points and commas, a word or a mark, or blanks.
type token struct {
	text, key string
	common    bool
}

var tokens = regexp.MustCompile(`(?s)[0-9]+(?:[.,][0-9]+)*|[\pL\pM\pN]+|[\s\p{Z}\x{85}]+|.`)

func cut(s string) []token {
	pieces := tokens.FindAllString(s, -1)
	out := make([]token, len(pieces))
	for i, p := range pieces {
		out[i] = token{text: p, key: norm.NFC.String(p)}
	}
	return out
}

func (t token) blank() bool { return strings.TrimSpace(t.text) == "" }

// lineUp marks the tokens that both sides share.
func lineUp(l, r []token) {
	a, b := solid(l), solid(r)
	for len(a) > 0 && len(b) > 0 && a[0].key == b[0].key {
		share(a[0], b[0])
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1].key == b[len(b)-1].key {
		share(a[len(a)-1], b[len(b)-1])
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	trace(a, b, furthest(a, b))
}

func share(a, b *token) { a.common, b.common = true, true }

// solid leaves blanks out.
func solid(all []token) []*token {
	var out []*token
	for i := range all {
		if !all[i].blank() {
			out = append(out, &all[i])
		}
	}
	return out
}

// furthest holds, for every number of edits d up to the fewest that make b of
// a, how far in a one gets with them on each diagonal k = -d, -d+2, …, d: at
// (k+d)/2. It is nil if there are too many edits.
func furthest(a, b []*token) [][]int32 {
	var all [][]int32
	for d := 0; d <= min(len(a)+len(b), maxEdits); d++ {
		reach := make([]int32, d+1)
		all = append(all, reach)
		for i := range reach {
			k := 2*i - d
			x := step(all, d, k)
			for x < len(a) && x-k < len(b) && a[x].key == b[x-k].key {
				x++
			}
			reach[i] = int32(x)
			if x >= len(a) && x-k >= len(b) {
				return all
			}
		}
	}
	return nil
}

// step is where in a the d-th edit leads on diagonal k: down from the diagonal
// above, if that reaches further, or right from the one below.
func step(all [][]int32, d, k int) int {
	if d == 0 {
		return 0
	}
	before, i := all[d-1], (k+d)/2
	if down(before, i) {
		return int(before[i])
	}
	return int(before[i-1]) + 1
}

// down says whether the edit that leads to place i takes a token of b.
func down(before []int32, i int) bool {
	return i == 0 || i < len(before) && before[i] > before[i-1]
}

// trace walks the way back and marks the tokens on the diagonals.
func trace(a, b []*token, all [][]int32) {
	x, k := len(a), len(a)-len(b)
	for d := len(all) - 1; d >= 0; d-- {
		for from := step(all, d, k); x > from; x-- {
			share(a[x-1], b[x-1-k])
		}
		if d == 0 {
			return
		}
		if down(all[d-1], (k+d)/2) {
			k++
		} else {
			x, k = x-1, k-1
		}
	}
}

// parts joins neighbours. Blanks are changed if both neighbours are; at an end,
// if the one is.
func parts(text string, all []token) []Part {
	var out []Part
	begin, end := 0, 0
	for i, t := range all {
		changed := !t.common
		if t.blank() {
			changed = (i == 0 || !all[i-1].common) && (i == len(all)-1 || !all[i+1].common)
		}
		if n := len(out); n == 0 || out[n-1].Changed != changed {
			begin, out = end, append(out, Part{Changed: changed})
		}
		end += len(t.text)
		out[len(out)-1].Text = text[begin:end]
	}
	return out
}
