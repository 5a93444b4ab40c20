package itembank

import (
	"slices"

	"sathach/internal/fault"
	"sathach/scoring"
)

// rules are those by which each kind of item may be marked, the usual one first. They
// are what METHODS of the field recommend or institutions ask for; rules that pay for
// choosing everything, or take everything for one slip, exist in package scoring to
// be compared with and cannot be chosen. Kinds that are not named have one rule.
var rules = map[Kind][]scoring.Rule{
	Multiple: {scoring.PlusMinus, scoring.PlusMinusBalanced, scoring.TrueFalseGuarded, scoring.Ripkey, scoring.HalfHitsOnly, scoring.AllOrNothing, scoring.Mapped},
	Ordering: {scoring.Concordant, scoring.Kendall, scoring.Neighbours, scoring.LongestGuarded, scoring.WholeOrder},
	Matching: {scoring.RightPairs, scoring.PairsGuarded, scoring.WholePairs},
	Matrix:   {scoring.RightPairs, scoring.PairsGuarded, scoring.WholePairs},
	Short:    {scoring.RightGaps},
	GapText:  {scoring.RightGaps},
	Numeric:  {scoring.Within},
}

// Rules are those that an author may choose for a kind of item, the usual one first.
func Rules(k Kind) []scoring.Rule {
	if of, special := rules[k]; special {
		return slices.Clone(of)
	}
	return []scoring.Rule{scoring.AllOrNothing}
}

// UsualRule is how a kind of item is marked where its author says nothing.
func UsualRule(k Kind) scoring.Rule { return Rules(k)[0] }

// SpecialRule tells a rule that is not the usual one of the item's kind.
func (r Revision) SpecialRule() bool { return r.Rule != UsualRule(r.Kind) }

// rule is that by which the draft is marked.
func (d Draft) rule() scoring.Rule {
	if d.Rule == "" {
		return UsualRule(d.Kind)
	}
	return d.Rule
}

// What is wrong with how an item is to be marked.
var (
	ErrRule    = fault.New(fault.Invalid, "draft.rule", "is marked by a rule that its type does not have")
	ErrMapping = fault.New(fault.Invalid, "draft.mapping", "needs what each option is worth: numbers, one above zero at least, of which every sum is an exact part of a point")
)

// checkRule refuses rules that do not fit.
func (d Draft) checkRule() error {
	switch {
	case !slices.Contains(Rules(d.Kind), d.rule()):
		return ErrRule
	case d.rule() != scoring.Mapped && d.Mapping != nil:
		return ErrMapping
	case d.rule() != scoring.Mapped:
		return nil
	case d.Mapping == nil || len(d.Mapping.Values) != len(d.Options) || !slices.Equal(d.Key, d.Mapping.Worthy()) || !d.Mapping.Exact():
		return ErrMapping
	}
	return nil
}

// Mark marks a response to a revision with its key: one item, one point.
func Mark(r Revision, k Key, response scoring.Response) scoring.Mark {
	return k.Rule.Mark(k.Scoring(r), response, scoring.One)
}
