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
