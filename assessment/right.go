package assessment

import (
	"slices"

	"sathach/itembank"
	"sathach/scoring"
)

// Right is what is right of an item: options, their order or their targets, a number,
// what may be typed, what belongs in blanks, or what options are worth.
type Right struct {
	Correct   []int            `json:"correct,omitempty"` // as in itembank.Key
	Value     string           `json:"value,omitempty"`
	Tolerance string           `json:"tolerance,omitempty"`
	Accepted  []string         `json:"accepted,omitempty"` // of a short answer
	Blanks    *Blanks          `json:"blanks,omitempty"`
	Mapping   *scoring.Mapping `json:"mapping,omitempty"`
}

// Blanks are what belongs in the blanks of a text, as in itembank.Key.
type Blanks struct {
	Correct  []int             `json:"correct"`
	Accepted [][]string        `json:"accepted"`
	Numbers  []itembank.Number `json:"numbers,omitempty"`
}

// rightOf is what a key says of an item.
func rightOf(item itembank.Revision, key itembank.Key) Right {
	r := Right{Correct: key.Correct, Value: key.Value, Tolerance: key.Tolerance, Mapping: key.Mapping, Blanks: &Blanks{key.Correct, key.Accepted, key.Numbers}}
	if len(key.Accepted) == 1 {
		r.Accepted = key.Accepted[0]
	}
	return r.of(item)
}

// of keeps what an item can have.
func (r Right) of(item itembank.Revision) Right {
	switch {
	case item.Kind == itembank.Numeric:
		return Right{Value: r.Value, Tolerance: r.Tolerance}
	case item.Kind == itembank.Short:
		return Right{Accepted: r.Accepted}
	case item.Kind == itembank.GapText:
		return Right{Blanks: r.Blanks}
	case item.Rule == scoring.Mapped:
		return Right{Mapping: r.Mapping}
	}
	return Right{Correct: r.Correct}
}

// in puts it into a key.
func (r Right) in(key itembank.Key) itembank.Key {
	switch {
	case r.Value != "":
		key.Value, key.Tolerance = r.Value, r.Tolerance
	case len(r.Accepted) > 0:
		key.Accepted = [][]string{r.Accepted}
	case r.Blanks != nil:
		key.Correct, key.Accepted, key.Numbers = r.Blanks.Correct, r.Blanks.Accepted, r.Blanks.Numbers
	case r.Mapping != nil:
		key.Mapping, key.Correct = r.Mapping, r.Mapping.Worthy()
	default:
		key.Correct = r.Correct
	}
	return key
}

// fits refuses what cannot be right of an item.
func (r Right) fits(item itembank.Revision) error {
	switch {
	case item.Kind == itembank.Numeric:
		if !(itembank.Number{Value: r.Value, Tolerance: r.Tolerance}).Valid() {
			return ErrBadNumber
		}
	case item.Kind == itembank.Short:
		if !itembank.Acceptable(r.Accepted) || len(r.Accepted) > mostAccepted {
			return ErrBadAnswers
		}
	case oneChoice(item):
		if !r.options(item, len(item.Options)-1) { // all right would be a credit
			return ErrBadKey
		}
	case item.Kind == itembank.Multiple && item.Rule != scoring.Mapped:
		if !r.options(item, len(item.Options)) {
			return ErrBadKey
		}
	case !itembank.Answers(item, r.in(itembank.Key{})):
		return ErrBadLines
	}
	return nil
}

// same tells whether both say that the same is right of an item. The order of options
// counts where it is what they answer.
func (r Right) same(other Right, item itembank.Revision) bool {
	mine, others := r.in(itembank.Key{}), other.in(itembank.Key{})
	if item.Kind == itembank.Single || item.Kind == itembank.TrueFalse || item.Kind == itembank.Multiple {
		mine.Correct, others.Correct = slices.Sorted(slices.Values(mine.Correct)), slices.Sorted(slices.Values(others.Correct))
	}
	lines := func(a, b []string) bool { return slices.Equal(a, b) }
	worth := (mine.Mapping == nil) == (others.Mapping == nil) && (mine.Mapping == nil || mine.Mapping.Same(*others.Mapping))
	return mine.Value == others.Value && mine.Tolerance == others.Tolerance && slices.Equal(mine.Correct, others.Correct) &&
		slices.EqualFunc(mine.Accepted, others.Accepted, lines) && slices.Equal(mine.Numbers, others.Numbers) && worth
}

// mostAccepted bounds the answers that are taken for right.
const mostAccepted = 50

// options tells whether these, at most so many, can be the right options of an item.
func (r Right) options(item itembank.Revision, most int) bool {
	chosen := slices.Sorted(slices.Values(r.Correct))
	known := !slices.ContainsFunc(chosen, func(o int) bool { return o < 0 || o >= len(item.Options) })
	n := len(chosen)
	return n > 0 && n <= most && known && len(slices.Compact(chosen)) == n
}
