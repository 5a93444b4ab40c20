package likeness

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"sathach/internal/viet"
)

// text is an item as numbered words. Words without number are left out: an
// item without any is never compared.
type text struct {
	item    int // place among the items given
	stem    []int32
	options [][]int32
	about   int32  // number of the text it asks about
	masks   []mask // by word: one vocabulary for all texts
}

// mask says which words may differ in a pair that is marked.
type mask uint8

const (
	isNumber mask = 1 << iota
	isNegation
	mayFollow // belongs to a negation before it: không phải
)

var maskedWords = func() map[string]mask {
	masks := map[string]mask{}
	for _, w := range viet.Words("không chưa chẳng đúng sai") {
		masks[w] = isNegation
	}
	masks[viet.Words("phải")[0]] = mayFollow
	return masks
}()

// read numbers the words of all items, in the order in which they first occur.
func read(items []Item) []text {
	v := vocabulary{numbers: map[string]int32{}}
	texts := make([]text, len(items))
	abouts := map[string]int32{}
	for i, it := range items {
		about := strings.Join(viet.Words(it.About), " ")
		if _, known := abouts[about]; !known {
			abouts[about] = int32(len(abouts))
		}
		texts[i] = text{item: i, stem: v.read(it.Stem), about: abouts[about]}
		for _, o := range unlettered(it.Options) {
			texts[i].options = append(texts[i].options, v.read(o))
		}
	}
	for i := range texts {
		texts[i].masks = v.masks
	}
	return texts
}

type vocabulary struct {
	numbers map[string]int32
	masks   []mask
}

func (v *vocabulary) read(s string) []int32 {
	split := viet.Words(s)
	out := make([]int32, len(split))
	for i, w := range split {
		n, known := v.numbers[w]
		if !known {
			n = int32(len(v.masks))
			v.numbers[strings.Clone(w)] = n
			v.masks = append(v.masks, maskOf(w))
		}
		out[i] = n
	}
	return out
}

func maskOf(word string) mask {
	if isDigit(rune(word[0])) {
		return isNumber
	}
	return maskedWords[word]
}

// print is equal for texts about the same that are the same but for masked
// words and, if sorted, but for the order of options.
func (t text) print(masked mask, sorted bool) string {
	options := make([]string, len(t.options))
	for i, o := range t.options {
		options[i] = t.encode(o, masked)
	}
	if sorted {
		slices.Sort(options)
	}
	const end = "\xff\xff\xff\xff" // no word has this number
	return string(binary.BigEndian.AppendUint32(nil, uint32(t.about))) + t.encode(t.stem, masked) + end + strings.Join(options, end)
}

// encode writes words as bytes: a masked number as a blank to be filled, a
// masked negation as nothing.
func (t text) encode(words []int32, masked mask) string {
	out := make([]byte, 0, 4*len(words))
	negated := false
	for _, w := range words {
		m := t.masks[w]
		follows := negated && m == mayFollow
		negated = m&masked == isNegation
		switch {
		case negated || follows:
		case m&masked == isNumber:
			out = append(out, 0xff, 0xff, 0xff, 0xfe)
		default:
			out = binary.BigEndian.AppendUint32(out, uint32(w))
		}
	}
	return string(out)
}

// differ tells what two texts differ in.
func (t text) differ(other text) Pair {
	same := func(masked mask, sorted bool) bool { return t.print(masked, sorted) == other.print(masked, sorted) }
	switch {
	case same(0, false):
		return Pair{Exact: true}
	case same(0, true):
		return Pair{Order: true}
	case !same(isNumber|isNegation, true):
		return Pair{}
	}
	numbers, negations := !same(isNegation, true), !same(isNumber, true)
	if !numbers && !negations { // one changed places with the other
		numbers, negations = true, true
	}
	return Pair{Numbers: numbers, Negation: negations}
}

// repeats keeps the first of all texts with the same words, in whatever order
// of options, and pairs the others with it. Only a fresh text is paired.
func repeats(texts []text, existing int) (firsts []text, pairs []found) {
	seen := map[string]int{}
	for _, t := range texts {
		if t.empty() {
			continue
		}
		print := t.print(0, true)
		first, again := seen[print]
		if !again {
			seen[print] = t.item
			firsts = append(firsts, t)
		} else if t.item >= existing {
			pairs = append(pairs, found{a: first, b: t.item, similarity: 1})
		}
	}
	return firsts, pairs
}

func (t text) empty() bool {
	return len(t.stem) == 0 && !slices.ContainsFunc(t.options, func(o []int32) bool { return len(o) > 0 })
}

// unlettered drops the letters before options ("A. ", "b) ") if every option
// has one: a lone "C. Mác" keeps its C.
func unlettered(options []string) []string {
	out := make([]string, len(options))
	for i, o := range options {
		text, ok := afterLetter(o)
		if !ok || len(options) < 2 {
			return options
		}
		out[i] = text
	}
	return out
}

func afterLetter(option string) (string, bool) {
	text := []rune(strings.TrimLeft(strings.TrimSpace(option), "("))
	if len(text) < 3 || !unicode.IsLetter(text[0]) || !strings.ContainsRune(".):/", text[1]) {
		return "", false
	}
	return string(text[2:]), true
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
