package assessment

import (
	"errors"
	"strings"
	"testing"

	"sathach/itembank"
	"sathach/scoring"
)

// What may be typed is corrected by a list of answers, which marks responses anew.
func TestCorrection_ofTypedAnswers(t *testing.T) {
	t.Parallel()
	item := itembank.Revision{ID: "r", Kind: itembank.Short}
	key := itembank.Key{Accepted: [][]string{{"một cửa"}}, Rule: scoring.RightGaps}
	for name, c := range map[string]struct {
		accepted []string
		want     error
	}{
		"one more":   {[]string{"một cửa", "bộ phận một cửa"}, nil},
		"none":       {nil, ErrBadAnswers},
		"blank":      {[]string{"một cửa", " "}, ErrBadAnswers},
		"too long":   {[]string{strings.Repeat("a", scoring.LongestText+1)}, ErrBadAnswers},
		"too many":   {strings.Split(strings.Repeat("a,", mostAccepted)+"a", ","), ErrBadAnswers},
		"as it is":   {[]string{"một cửa"}, ErrNotCorrected},
		"all others": {[]string{"b", "a"}, nil},
	} {
		if err := (Correction{Kind: Rekey, Right: Right{Accepted: c.accepted}, Reason: "x"}).check(item, key, Correction{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	held := corrections{"r": {Kind: Rekey, Right: Right{Accepted: []string{"liên thông"}}}}
	for typed, want := range map[string]bool{"liên thông": true, "một cửa": false} {
		if got := held.mark(item, key, scoring.Response{Texts: []string{typed}}).Right(); got != want {
			t.Errorf("%q is right: %v", typed, got)
		}
	}
}

// Worths that differ in spelling alone, or in bounds, are told apart by what they are worth.
func TestRight_sameWorths(t *testing.T) {
	t.Parallel()
	was := scoring.Mapping{Values: []string{"1", "0.5", "-0.5"}, Lower: "0"}
	for name, c := range map[string]struct {
		now  scoring.Mapping
		same bool
	}{
		"spelt otherwise": {scoring.Mapping{Values: []string{"1.0", "0.50", "-0.5"}, Lower: "0.0"}, true},
		"worth otherwise": {scoring.Mapping{Values: []string{"1", "0.25", "-0.5"}, Lower: "0"}, false},
		"without bounds":  {scoring.Mapping{Values: was.Values}, false},
		"bounded above":   {scoring.Mapping{Values: was.Values, Lower: "0", Upper: "1"}, false},
	} {
		if got := (Right{Mapping: &c.now}).same(Right{Mapping: &was}, itembank.Revision{Kind: itembank.Multiple, Rule: scoring.Mapped}); got != c.same {
			t.Errorf("%s: the same %t", name, got)
		}
	}
	if (Right{Mapping: &was}).same(Right{}, itembank.Revision{Kind: itembank.Multiple, Rule: scoring.Mapped}) {
		t.Error("worths are the same as none")
	}
}

// Corrections that were kept as positions of options are read as such.
func TestReadRight(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Right{
		"null": {}, "[1,2]": {Correct: []int{1, 2}}, "{}": {}, `{"value":"8","tolerance":"0"}`: {Value: "8", Tolerance: "0"}, `{"accepted":["a"]}`: {Accepted: []string{"a"}},
	} {
		got, err := readRight(text)
		if err != nil || len(got.Correct) != len(want.Correct) || got.Value != want.Value || len(got.Accepted) != len(want.Accepted) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	if _, err := readRight(`"A"`); err == nil {
		t.Error("a text is read")
	}
}

// To mark by the key as it was asked takes back what was corrected, whatever it was.
func TestCorrection_backToWhatWasAsked(t *testing.T) {
	t.Parallel()
	item := itembank.Revision{ID: "r", Kind: itembank.Multiple, Options: []string{"a", "b", "c", "d"}}
	key := itembank.Key{Correct: []int{1, 3}}
	asIt := Correction{Kind: Rekey, Right: Right{Correct: []int{3, 1}}, Reason: "x"}
	for name, c := range map[string]struct {
		now  Correction
		kind CorrectionKind
		err  error
	}{
		"never corrected": {Correction{}, Rekey, ErrNotCorrected},
		"taken back":      {Correction{Kind: Restore}, Rekey, ErrNotCorrected},
		"withdrawn":       {Correction{Kind: Withdraw}, Restore, nil},
		"credited":        {Correction{Kind: Credit}, Restore, nil},
		"rekeyed":         {Correction{Kind: Rekey, Right: Right{Correct: []int{0}}}, Restore, nil},
	} {
		got := asIt.plain(Asked{Item: item, Key: key, Now: c.now})
		if err := got.check(item, key, c.now); got.Kind != c.kind || !errors.Is(err, c.err) {
			t.Errorf("%s: %s, %v; want %s, %v", name, got.Kind, err, c.kind, c.err)
		}
	}
	again := Correction{Kind: Rekey, Right: Right{Correct: []int{0}}, Reason: "x"}
	if err := again.check(item, key, Correction{Kind: Rekey, Right: Right{Correct: []int{0}}}); !errors.Is(err, ErrNotCorrected) {
		t.Errorf("the same key twice: %v", err)
	}
	if err := again.check(item, key, Correction{Kind: Withdraw}); err != nil {
		t.Errorf("another key for a withdrawn item: %v", err)
	}
}

// What is right of any kind of item can be corrected, and marks responses anew.
func TestCorrection_ofEveryKind(t *testing.T) {
	t.Parallel()
	three := []string{"a", "b", "c"}
	for name, c := range map[string]struct {
		item   itembank.Revision
		asked  itembank.Key
		right  Right
		wrong  Right
		answer scoring.Response // right by the correction only
	}{
		"ordering": {
			itembank.Revision{Kind: itembank.Ordering, Rule: scoring.Concordant, Options: three}, itembank.Key{Correct: []int{0, 1, 2}, Rule: scoring.Concordant},
			Right{Correct: []int{2, 0, 1}}, Right{Correct: []int{2, 2, 1}}, scoring.Response{Chosen: []int{2, 0, 1}},
		},
		"matching": {
			itembank.Revision{Kind: itembank.Matching, Rule: scoring.RightPairs, Options: three, Targets: []string{"x", "y"}}, itembank.Key{Correct: []int{0, 1, 0}, Rule: scoring.RightPairs},
			Right{Correct: []int{1, 1, 0}}, Right{Correct: []int{2, 1, 0}}, scoring.Response{Chosen: []int{1, 1, 0}},
		},
		"statements": {
			itembank.Revision{Kind: itembank.Matrix, Rule: scoring.WholePairs, Options: three, Targets: itembank.TrueOrFalse}, itembank.Key{Correct: []int{0, 1, 0}, Rule: scoring.WholePairs},
			Right{Correct: []int{1, 1, 0}}, Right{Correct: []int{1, 1}}, scoring.Response{Chosen: []int{1, 1, 0}},
		},
		"blanks": {
			itembank.Revision{Kind: itembank.GapText, Rule: scoring.RightGaps, Stem: "[[gap]] và [[gap]]", Gaps: [][]string{three, {}}},
			itembank.Key{Correct: []int{0, -1}, Accepted: [][]string{{}, {"x"}}, Rule: scoring.RightGaps},
			Right{Blanks: &Blanks{Correct: []int{1, -1}, Accepted: [][]string{{}, {"y"}}}}, Right{Blanks: &Blanks{Correct: []int{3, -1}, Accepted: [][]string{{}, {"y"}}}},
			scoring.Response{Chosen: []int{1, -1}, Texts: []string{"", "y"}},
		},
		"worths": {
			itembank.Revision{Kind: itembank.Multiple, Rule: scoring.Mapped, Options: three}, itembank.Key{Correct: []int{0}, Mapping: &scoring.Mapping{Values: []string{"1", "0", "0"}}, Rule: scoring.Mapped},
			Right{Mapping: &scoring.Mapping{Values: []string{"0", "1", "-1"}}}, Right{Mapping: &scoring.Mapping{Values: []string{"0", "0", "-1"}}}, scoring.Response{Chosen: []int{1}},
		},
	} {
		c.item.ID = "r"
		check := func(r Right) error {
			return (Correction{Kind: Rekey, Right: r, Reason: "x"}).check(c.item, c.asked, Correction{})
		}
		if err := check(c.right); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := check(c.wrong); !errors.Is(err, ErrBadLines) {
			t.Errorf("%s: what cannot be is %v", name, err)
		}
		if err := check(Right{}.of(c.item)); !errors.Is(err, ErrBadLines) {
			t.Errorf("%s: nothing is %v", name, err)
		}
		if err := check(rightOf(c.item, c.asked)); !errors.Is(err, ErrNotCorrected) {
			t.Errorf("%s: as it is: %v", name, err)
		}
		if before, after := (corrections{}).mark(c.item, c.asked, c.answer), (corrections{"r": {Kind: Rekey, Right: c.right}}).mark(c.item, c.asked, c.answer); before.Right() || !after.Right() {
			t.Errorf("%s: earns %+v, then %+v", name, before, after)
		}
	}
}
