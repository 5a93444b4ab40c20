package scoring

import (
	"math/big"
	"strings"
)

// A Rule says how a response to an item is marked. With n options, the key
// set K (k = |K|) and the chosen set S: h = |S∩K| hits, w = |S|−h wrong
// choices, f = n−k−w distractors rightly left alone.
type Rule string

const (
	// AllOrNothing earns the whole mark if S = K.
	AllOrNothing Rule = "all_or_nothing"
	// OneOf earns the whole mark if one option is chosen and K holds it: for an
	// item with one choice that turned out to have several right options.
	OneOf Rule = "one_of"
	// PlusMinus earns max(0, (h−w)/k). Betts et al. (2022) found it among the
	// most informative rules for "select all that apply".
	PlusMinus Rule = "plus_minus"
	// PlusMinusBalanced earns max(0, h/k − w/(n−k)): choosing a random part of
	// the options earns nothing on average, whatever the part.
	PlusMinusBalanced Rule = "plus_minus_balanced"
	// Hits earns h/k without deduction (PS1/m of Bauer et al., 2011). Choosing
	// everything earns the whole mark: it is for comparison, and for items
	// that bound the number of choices.
	Hits Rule = "hits"
	// Ripkey earns h/k if no more than k options are chosen, otherwise nothing
	// (Ripkey, Case and Swanson, 1996).
	Ripkey Rule = "ripkey"
	// TrueFalseEach takes every option as a decision: (h+f)/n. Blind guessing
	// earns half.
	TrueFalseEach Rule = "true_false_each"
	// TrueFalseGuarded is TrueFalseEach without what guessing earns:
	// max(0, 2(h+f)/n − 1).
	TrueFalseGuarded Rule = "true_false_guarded"
	// HalfHits earns the whole mark if h = k and half of it if h ≥ k/2 (PS50 of
	// Bauer et al., 2011).
	HalfHits Rule = "half_hits"
	// HalfHitsOnly is HalfHits for responses without a wrong choice; others
	// earn nothing.
	HalfHitsOnly Rule = "half_hits_only"
	// HalfDecisions earns the whole mark if all n decisions are right and half
	// of it if more than half of them are.
	HalfDecisions Rule = "half_decisions"

	// Concordant earns the share of pairs of options that stand in the right
	// order, of n(n−1)/2. Unlike the rule that compares positions it does not
	// give nothing for one option moved to the front.
	Concordant Rule = "concordant_pairs"
	// WholeOrder earns the whole mark if every option stands where it belongs.
	WholeOrder Rule = "whole_order"
	// Positions earns the share of options that stand where they belong. One
	// option moved to the front can cost everything.
	Positions Rule = "positions"
	// Neighbours earns the share of the n−1 right neighbours, in their order.
	Neighbours Rule = "neighbours"
	// Kendall earns max(0, τ), τ = 2·concordant/(n(n−1)/2) − 1.
	Kendall Rule = "kendall"
	// Longest earns L/n, L the length of the longest run of options in the
	// right order, others between them or not. One option always is a run.
	Longest Rule = "longest"
	// LongestGuarded is Longest without what one option earns: (L−1)/(n−1).
	LongestGuarded Rule = "longest_guarded"
	// Footrule earns 1 − Σ|dᵢ|/⌊n²/2⌋, dᵢ how far option i stands from its
	// place (Spearman's footrule).
	Footrule Rule = "footrule"
	// Spearman earns max(0, ρ), ρ = 1 − 6Σdᵢ²/(n(n²−1)).
	Spearman Rule = "spearman"

	// RightPairs earns the share of options matched to the right target.
	RightPairs Rule = "right_pairs"
	// PairsGuarded is RightPairs less the wrong ones, pairs left open being neither:
	// max(0, (right−wrong)/n).
	PairsGuarded Rule = "right_pairs_less_wrong"
	// WholePairs earns the whole mark if every pair is right.
	WholePairs Rule = "whole_pairs"
	// Mapped earns what the key's Mapping says of the chosen options, as QTI does.
	Mapped Rule = "mapped"
	// Within earns the whole mark if |number − value| ≤ tolerance.
	Within Rule = "within_tolerance"
	// RightGaps earns the share of gaps that are right; of a short answer,
	// which is one gap, the whole mark or nothing. How typed text is compared
	// SameText tells.
	RightGaps Rule = "right_gaps"
)

// Mark marks one response that is worth maximum. A blank earns nothing and
// keeps the state Omitted; use States to tell those not reached. A share that
// Points cannot hold exactly (Footrule of ten options or more is one) is
// Unscorable rather than rounded.
func (rule Rule) Mark(key Key, r Response, maximum Points) Mark {
	if r.Blank() {
		return Mark{State: Omitted, Maximum: maximum}
	}
	share, ok := rule.Share(key, r)
	if !ok || int64(maximum)*int64(share.Part)%int64(share.Of) != 0 {
		return Mark{State: Unscorable, Maximum: maximum}
	}
	return Mark{State: Answered, Points: maximum * Points(share.Part) / Points(share.Of), Maximum: maximum}
}

// Share is an exact part of an item's worth, from 0 to 1. Of is never zero.
type Share struct{ Part, Of int }

// Float is the share as a number.
func (s Share) Float() float64 { return float64(s.Part) / float64(s.Of) }

// Share is the part that a response earns by the rule, taken literally: a
// blank response rejects every distractor. It is not ok when the response
// cannot belong to the item or the key is not complete.
func (rule Rule) Share(key Key, r Response) (share Share, ok bool) {
	switch rule {
	case Concordant, WholeOrder, Positions, Neighbours, Kendall, Longest, LongestGuarded, Footrule, Spearman:
		return rule.order(key, r)
	case RightPairs, PairsGuarded, WholePairs:
		return rule.pairs(key, r)
	case Mapped:
		return mapped(key, r)
	case Within:
		return within(key, r)
	case RightGaps:
		return rightGaps(key, r)
	}
	return rule.choice(key, r)
}

// choice is the share of a set of chosen options.
func (rule Rule) choice(key Key, r Response) (Share, bool) {
	h, w, ok := compareSets(key, r)
	if !ok {
		return Share{}, false
	}
	n, k := key.Options, len(key.Correct)
	decisions := n - (k - h) - w // h+f
	switch rule {
	case AllOrNothing:
		return whole(h == k && w == 0), true
	case OneOf:
		return whole(h == 1 && w == 0), true
	case PlusMinus:
		return Share{max(0, h-w), k}, true
	case PlusMinusBalanced:
		if n == k { // nothing wrong can be chosen
			return Share{h, k}, true
		}
		return Share{max(0, h*(n-k)-w*k), k * (n - k)}, true
	case Hits:
		return Share{h, k}, true
	case Ripkey:
		if h+w > k {
			return Share{0, k}, true
		}
		return Share{h, k}, true
	case TrueFalseEach:
		return Share{decisions, n}, true
	case TrueFalseGuarded:
		return Share{max(0, 2*decisions-n), n}, true
	case HalfHits:
		return halves(h == k, 2*h >= k), true
	case HalfHitsOnly:
		return halves(h == k && w == 0, 2*h >= k && w == 0), true
	case HalfDecisions:
		return halves(decisions == n, 2*decisions > n), true
	}
	return Share{}, false
}

func whole(earned bool) Share { return Share{truth(earned), 1} }

// halves is the whole mark, half of it or nothing.
func halves(all, half bool) Share { return Share{truth(all) + truth(all || half), 2} }

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

// pairs is the share of options that are matched to their targets.
func (rule Rule) pairs(key Key, r Response) (Share, bool) {
	if key.Options == 0 || len(key.Correct) != key.Options || len(r.Chosen) != key.Options {
		return Share{}, false
	}
	right, wrong := 0, 0
	for i, target := range r.Chosen {
		if target < -1 || target >= key.Targets {
			return Share{}, false
		}
		right += truth(target == key.Correct[i])
		wrong += truth(target >= 0 && target != key.Correct[i])
	}
	switch rule {
	case PairsGuarded:
		return Share{max(0, right-wrong), key.Options}, true
	case WholePairs:
		return whole(right == key.Options), true
	}
	return Share{right, key.Options}, true
}

// within reads the number as people type it: "88,37" and "88.37" are the
// same, blanks between digits are dropped. "1.204" is read as 1.204: a
// thousands dot cannot be told from a decimal point, so stems ask for whole
// numbers without separators.
func within(key Key, r Response) (Share, bool) {
	value, valueOK := decimal(key.Value)
	tolerance, toleranceOK := decimal(key.Tolerance)
	given, givenOK := decimal(r.Number)
	if !valueOK || !toleranceOK || !givenOK {
		return Share{}, false
	}
	gap := new(big.Rat).Sub(given, value)
	return whole(gap.Abs(gap).Cmp(tolerance) <= 0), true
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
