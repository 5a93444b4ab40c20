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
