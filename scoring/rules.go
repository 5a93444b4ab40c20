package scoring

import (
	"math/big"
	"strings"
)

// A Rule says how a response to an item is marked. With n options, the key
// set K (k = |K|) and the chosen set S: h = |S∩K| hits, w = |S|−h wrong
// choices.
type Rule string

const (
	// AllOrNothing earns the whole mark if S = K.
	AllOrNothing Rule = "all_or_nothing"
	// PlusMinus earns max(0, (h−w)/k). Betts et al. (2022) found it among the
	// most informative rules for "select all that apply".
	PlusMinus Rule = "plus_minus"
	// Concordant earns the share of pairs of options that stand in the right
	// order, of n(n−1)/2. Unlike the rule that compares positions it does not
	// give nothing for one option moved to the front.
	Concordant Rule = "concordant_pairs"
	// RightPairs earns the share of options matched to the right target.
	RightPairs Rule = "right_pairs"
	// Within earns the whole mark if |number − value| ≤ tolerance.
	Within Rule = "within_tolerance"
	// RightGaps earns the share of gaps that are right; of a short answer,
	// which is one gap, the whole mark or nothing. How typed text is compared
	// SameText tells.
	RightGaps Rule = "right_gaps"
)

// Mark marks one response that is worth maximum. A blank earns nothing and
// keeps the state Omitted; use States to tell those not reached.
func (rule Rule) Mark(key Key, r Response, maximum Points) Mark {
	if r.Blank() {
		return Mark{State: Omitted, Maximum: maximum}
	}
	share, of, ok := rule.share(key, r)
	if !ok {
		return Mark{State: Unscorable, Maximum: maximum}
	}
	return Mark{State: Answered, Points: maximum * Points(share) / Points(of), Maximum: maximum}
}

// share is the part earned, as a fraction. It is not ok when the response
// cannot belong to the item or the key is not complete.
func (rule Rule) share(key Key, r Response) (share, of int, ok bool) {
	switch rule {
	case AllOrNothing:
		hits, wrong, ok := compareSets(key, r)
		return truth(hits == len(key.Correct) && wrong == 0), 1, ok
	case PlusMinus:
		hits, wrong, ok := compareSets(key, r)
		return max(0, hits-wrong), len(key.Correct), ok
	case Concordant:
		return concordant(key, r)
	case RightPairs:
		return rightPairs(key, r)
	case Within:
		return within(key, r)
	case RightGaps:
		return rightGaps(key, r)
	}
	return 0, 0, false
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareSets counts hits and wrong choices.
func compareSets(key Key, r Response) (hits, wrong int, ok bool) {
	if len(key.Correct) == 0 || !distinct(r.Chosen, key.Options) || !distinct(key.Correct, key.Options) {
		return 0, 0, false
	}
	credited := make([]bool, key.Options)
	for _, c := range key.Correct {
		credited[c] = true
	}
	for _, c := range r.Chosen {
		if credited[c] {
			hits++
		} else {
			wrong++
		}
	}
	return hits, wrong, true
}

func concordant(key Key, r Response) (share, of int, ok bool) {
	n := key.Options
	if n < 2 || len(r.Chosen) != n || len(key.Correct) != n || !distinct(r.Chosen, n) || !distinct(key.Correct, n) {
		return 0, 0, false
	}
	place := make([]int, n)
	for i, option := range key.Correct {
		place[option] = i
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			if place[r.Chosen[i]] < place[r.Chosen[j]] {
				share++
			}
		}
	}
	return share, n * (n - 1) / 2, true
}

func rightPairs(key Key, r Response) (share, of int, ok bool) {
	if key.Options == 0 || len(key.Correct) != key.Options || len(r.Chosen) != key.Options {
		return 0, 0, false
	}
	for i, target := range r.Chosen {
		if target < -1 || target >= key.Targets {
			return 0, 0, false
		}
		share += truth(target == key.Correct[i])
	}
	return share, key.Options, true
}

// within reads the number as people type it: "88,37" and "88.37" are the
// same, blanks between digits are dropped. "1.204" is read as 1.204: a
// thousands dot cannot be told from a decimal point, so stems ask for whole
// numbers without separators.
func within(key Key, r Response) (share, of int, ok bool) {
	value, valueOK := decimal(key.Value)
	tolerance, toleranceOK := decimal(key.Tolerance)
	given, givenOK := decimal(r.Number)
	if !valueOK || !toleranceOK || !givenOK {
		return 0, 0, false
	}
	gap := new(big.Rat).Sub(given, value)
	return truth(gap.Abs(gap).Cmp(tolerance) <= 0), 1, true
}

// IsNumber tells whether a typed answer can be marked as a number: digits with
// a sign, one comma or point, blanks and a per cent sign.
func IsNumber(typed string) bool {
	_, ok := decimal(typed)
	return ok
}

// Long inputs are refused before big.Rat sees them.
const longestNumber = 24

func decimal(text string) (*big.Rat, bool) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "%", "").Replace(text)
	text = strings.Replace(text, ",", ".", 1)
	if text == "" || len(text) > longestNumber || strings.Trim(text, "+-.0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// distinct tells whether every position lies in 0…n−1 and none comes twice.
func distinct(positions []int, n int) bool {
	if len(positions) > n || n > MaxOptions {
		return false
	}
	seen := 0
	for _, p := range positions {
		if p < 0 || p >= n || seen&(1<<p) != 0 {
			return false
		}
		seen |= 1 << p
	}
	return true
}
