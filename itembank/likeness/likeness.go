// Package likeness finds items that say nearly the same, and shows how two
// texts differ.
//
// What counts in a text is its words: lower case, tones kept wherever they are
// written, i and y unified where they sound alike, numbers whole, marks left
// out (words.go). A text's features are its words and its pairs of
// neighbouring words, stem and each option apart. Feature f weighs
//
//	w(f) = √ ln(1 + N / n(f))
//
// where n(f) of the N different texts have it, so openings that every other
// item has weigh little. Similarity is the weighted Jaccard coefficient: the
// weight of the features that two texts share, over that of the features that
// either has. Neither the order of options nor of the two texts matters.
//
// Pairs are found by prefix filtering (Chaudhuri, Ganti and Kaushik, ICDE
// 2006; Bayardo, Ma and Srikant, "Scaling Up All Pairs Similarity Search",
// WWW 2007) with the bound by position of PPJoin (Xiao, Wang, Lin and Yu, WWW
// 2008): nothing is sampled or hashed, so every pair of the threshold is found,
// in the same order each time. What bounds the answer: repeats are listed with
// the first of them only and then compared no further; an item has MaxPairs
// others; and comparing it may take only so long. Result.Crowded names the
// items of which more could be said.
//
// Threshold was chosen on items with rewritten copies among them (typos, a
// word replaced, left out or moved, an option rewritten, options shuffled;
// against: the same stem with other options, the same law or the same options
// with another question). Precision and recall, quality_test.go:
//
//	                        0.6            0.7            0.8
//	made up, 998 copies     0.959 0.999    0.997 0.986    1.000 0.939
//	starter bank, 74        0.974 1.000    1.000 0.973    1.000 0.892
//
// Without the root the best threshold, 0.65, gave 0.990 0.987. With all weights
// 1 the figures are as good, but items with one long stem and short options of
// their own are paired.
//
// Limits: meaning is not understood, so a paraphrase is not found; two typos
// in a short item can hide it; Roman numerals and numbers in words are words;
// 1,204 is a decimal. Weights, and so similarities, depend on what else is
// compared: the same pair can differ a little between two calls. Twenty
// thousand items take about 2 s of one core and 85 MB; sets made to be slow,
// 6 s and 140 MB. Nothing here has state; calls may run at once.
//
// Start reading at Against, then join.go.
package likeness

import (
	"cmp"
	"slices"
)

// Threshold is the similarity from which two items are probably one.
const Threshold = 0.7

// Item is what is compared. A matching item's targets may be given as further
// options.
type Item struct {
	ID      string
	Stem    string
	Options []string
	// About is the text that the item asks about, empty for none. Items about
	// different texts are not alike, whatever their words.
	About string
}

// Pair is two items that are alike; A is the one that was given first.
type Pair struct {
	A, B       string
	Similarity float64 // weighted Jaccard, 0 to 1
	// Exact: the same words and options, if case, marks and spelling styles
	// do not count. A pair can have similarity 1 and not be exact.
	Exact bool
	// Order: the same words, the options in another order.
	Order bool
	// Numbers and Negation: the same but for numbers, or for không, chưa,
	// chẳng, đúng, sai. Such items are often both wanted, so these pairs are
	// listed after all others.
	Numbers, Negation bool
}

// Result is what a comparison found.
type Result struct {
	// Pairs begin with the most alike. Pairs marked Numbers or Negation come
	// last.
	Pairs []Pair
	// Crowded items may have more pairs than are listed, because they have
	// MaxPairs or because comparing them took too long. A pair is missing only
	// if one of its items is here or repeats an earlier one.
	Crowded []string
}

// Among compares items with each other. The threshold is the similarity from
// which a pair is listed, at most 1; zero means Threshold. Below it are listed
// only items that are the same but for numbers and negations, each with the
// first of its kind. The lower it is, the longer it takes.
func Among(items []Item, threshold float64) Result { return Against(nil, items, threshold) }

// Against compares fresh items with existing ones and with each other, but not
// the existing ones among themselves. Weights come from all of them.
func Against(existing, fresh []Item, threshold float64) Result {
	if !(threshold > 0) {
		threshold = Threshold
	}
	items := slices.Concat(existing, fresh)
	texts := read(items)
	firsts, found := repeats(texts, len(existing))
	set := weigh(firsts)
	pairs, crowded := set.join(min(threshold, 1), len(existing))
	found = append(found, pairs...)
	found = append(found, set.twins(found, len(existing))...)
	return result(items, texts, found, crowded)
}

// found is a pair by the places of its items.
type found struct {
	a, b       int
	similarity float64
}

func result(items []Item, texts []text, all []found, crowded []int) Result {
	var r Result
	slices.SortFunc(all, func(x, y found) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	for _, f := range all {
		p := texts[f.a].differ(texts[f.b])
		p.A, p.B, p.Similarity = items[f.a].ID, items[f.b].ID, f.similarity
		r.Pairs = append(r.Pairs, p)
	}
	slices.SortStableFunc(r.Pairs, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(p.rank(), q.rank()), cmp.Compare(q.Similarity, p.Similarity))
	})
	slices.Sort(crowded)
	for _, c := range slices.Compact(crowded) {
		r.Crowded = append(r.Crowded, items[c].ID)
	}
	return r
}

// rank is lower for pairs more likely to be one item too many.
func (p Pair) rank() int {
	switch {
	case p.Exact:
		return 0
	case p.Numbers || p.Negation:
		return 2
	}
	return 1
}
