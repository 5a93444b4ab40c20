// Package written understands question banks as people write them in
// Vietnam: Câu 1, A. B. C. D., Đáp án: B, keys in bold or underlined, stars,
// key tables at the end, tables with one question a row.
//
// A reader of a format (docx, xlsx) hands in what a person sees: Lines with
// their formatting, and Tables. Read turns them into items:
//
//  1. Every line is cut into tokens: question head, option, key line,
//     explanation, citation, heading, plain text (heads.go, token.go).
//  2. The tokens are put together to questions, each with everything the file
//     says about its key (question.go).
//  3. What is said about the key is weighed: words before formatting, and
//     formatting only where it sets one option apart from the others of the
//     same question. Two sayings that disagree leave the key empty (key.go,
//     look.go, keytable.go).
//
// Tables with a header row (STT, Câu hỏi, A, B, C, D, Đáp án) are read by
// columns (sheet.go). Nothing is guessed: what is not certain is asked.
//
// The layout that the bank itself writes is the card ("phiếu câu hỏi", card.go):
// a table of labelled fields that is read strictly and word for word.
package written

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sathach/itembank/exchange"
)

// Block is a line or a table, in the order of the page.
type Block struct {
	Line  *Line
	Table *Table
}

// Line is one printed line. A paragraph with soft breaks is several lines.
type Line struct {
	// Label is what automatic numbering prints before the line: "Câu 1.", "A.".
	Label Run
	Runs  []Run
	Soft  bool   // goes on after a soft break of the same paragraph
	Style string // paragraph style, for headings
	// Source tells a person where the line stands: "đoạn 12".
	Source string
	// Tracked and Hidden tell that the line also holds deleted or inserted
	// text, or text that is not printed; Secret is that hidden text.
	Tracked bool
	Hidden  bool
	Secret  string
	// External tells that a picture lies outside the file.
	External bool
	Assets   []exchange.Asset // in the order of their marks in Runs
}

// Run is text of one look. Texts in old Vietnamese fonts are handed in as
// typed, with the font's name.
type Run struct {
	Text string
	Font string
	Look Look
}

// Look is how a run is set off. The zero Look is plain black text.
type Look struct {
	Bold, Italic, Underline, Strike bool
	Color                           string // hexadecimal RGB; empty for black
	Highlight                       string // highlight or shading; empty for none
}

// Table is a grid of cells; a cell that others are merged into holds their
// text, the others are Merged.
type Table struct {
	Rows   [][]Cell
	Source string
}

// Cell is one cell of a table.
type Cell struct {
	Lines   []Line
	Merged  bool // covered by the cell left of or above it
	Span    int  // columns it covers; 0 counts as 1
	Formula bool // shows the result of a formula
	Source  string
}

// glyph is one character with its look.
type glyph struct {
	r    rune
	look Look
}

// text is a piece of a line.
type text []glyph

func (t text) String() string {
	var b strings.Builder
	for _, g := range t {
		b.WriteRune(g.r)
	}
	return b.String()
}

// textOf joins label and runs, converts old fonts and composes letters with
// marks that may stand in different runs; a letter keeps the look of its base.
func textOf(l Line) (t text, legacy bool) {
	runs := l.Runs
	if l.Label.Text != "" {
		runs = append([]Run{l.Label, {Text: " "}}, runs...)
	}
	for _, r := range runs {
		words, old := fromLegacy(r.Text, r.Font)
		legacy = legacy || old
		for _, c := range words {
			if unseen(c) {
				continue
			}
			if c != '\t' && unicode.IsSpace(c) {
				c = ' ' // blanks that do not break, too
			}
			t = append(t, glyph{c, r.Look})
		}
	}
	return compose(t), legacy
}

func compose(t text) text {
	out := t[:0:0]
	for i := 0; i < len(t); {
		j := i + 1
		for j < len(t) && isMark(t[j].r) {
			j++
		}
		if j == i+1 {
			out = append(out, t[i])
		} else {
			for _, r := range norm.NFC.String(t[i:j].String()) {
				out = append(out, glyph{r, t[i].look})
			}
		}
		i = j
	}
	return out
}

// unseen tells characters that take no room.
func unseen(r rune) bool {
	return r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad'
}

func isMark(r rune) bool { return r >= 0x0300 && r <= 0x036f }

// cut takes off the first n bytes of the text's string.
func (t text) cut(bytes int) text {
	n := 0
	for i, g := range t {
		if n >= bytes {
			return t[i:]
		}
		n += len(string(g.r))
	}
	return nil
}

// until keeps the first n bytes of the text's string.
func (t text) until(bytes int) text {
	n := 0
	for i, g := range t {
		if n >= bytes {
			return t[:i]
		}
		n += len(string(g.r))
	}
	return t
}

func (t text) blank() bool { return exchange.Tidy(t.String()) == "" }

// plain is the text without looks, tidied.
func (t text) plain() string { return exchange.Tidy(t.String()) }

// add joins two pieces with a blank.
func (t text) add(more text) text {
	if len(t) > 0 && len(more) > 0 {
		t = append(t[:len(t):len(t)], glyph{r: ' '})
	}
	return append(t[:len(t):len(t)], more...)
}
