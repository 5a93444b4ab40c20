package scoring_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sathach/scoring"
)

func TestSameText_forgivesWhatTellsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given, accepted string
		want            bool
	}{
		{"một cửa", "Một cửa", true}, {"  một   cửa. ", "một cửa", true}, {norm.NFD.String("một cửa"), "một cửa", true},
		{"hoà giải", "hòa giải", true}, {"kĩ năng", "kỹ năng", true}, {"một-cửa", "một cửa", true},
		{"mot cua", "một cửa", true}, {"MOT CUA", "một cửa", true}, {"Dang", "Đảng", true}, // a keyboard without marks
		{"một của", "một cửa", false}, {"mốt cửa", "một cửa", false}, {"mot cửa", "một cửa", false}, // a wrong mark is wrong
		{"một cửa liên thông", "một cửa", false}, {"", "một cửa", false}, {"cửa một", "một cửa", false},
		{"1.204", "1204", true}, {"15 ngày", "30 ngày", false}, {"SIPAS", "sipas", true}, {"5", "-5", false}, {"−5 độ", "-5 độ", true}, {"2024-2025", "2024 2025", true}, {"%", "%", true}, {"?", "!", false},
	} {
		if got := scoring.SameText(c.given, c.accepted, false); got != c.want {
			t.Errorf("%q for %q: %v", c.given, c.accepted, got)
		}
	}
	if scoring.SameText("sipas", "SIPAS", true) || !scoring.SameText(" SIPAS ", "SIPAS", true) {
		t.Error("capitals that count")
	}
}

func TestSameText_acceptsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 20, -1).Draw(t, "text")
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if !scoring.SameText(form.String(text), text, rapid.Bool().Draw(t, "case")) {
				t.Errorf("%q is not itself", text)
			}
		}
	})
}

func TestRightGaps_earnsTheShare(t *testing.T) {
	t.Parallel()
	key := scoring.Key{Gaps: []scoring.Gap{{Options: 3, Correct: 1}, {Accepted: []string{"một cửa", "một cửa liên thông"}}, {Accepted: []string{"15"}}}}
	for name, c := range map[string]struct {
		r      scoring.Response
		state  scoring.State
		thirds scoring.Points
	}{
		"all right":           {scoring.Response{Chosen: []int{1, -1, -1}, Texts: []string{"", "Một cửa", "15"}}, scoring.Answered, 3},
		"the other way":       {scoring.Response{Chosen: []int{1, -1, -1}, Texts: []string{"", "một cửa liên thông", "30"}}, scoring.Answered, 2},
		"only what is chosen": {scoring.Response{Chosen: []int{1, -1, -1}}, scoring.Answered, 1},
		"all wrong":           {scoring.Response{Chosen: []int{0, -1, -1}, Texts: []string{"", "x", "y"}}, scoring.Answered, 0},
		"blank":               {scoring.Response{Chosen: []int{-1, -1, -1}, Texts: []string{"", " ", ""}}, scoring.Omitted, 0},
		"too many":            {scoring.Response{Texts: []string{"a", "b", "c", "d"}}, scoring.Unscorable, 0},
		"no such option":      {scoring.Response{Chosen: []int{3, -1, -1}}, scoring.Unscorable, 0},
	} {
		m := scoring.RightGaps.Mark(key, c.r, scoring.One)
		if m.State != c.state || m.Points != c.thirds*scoring.One/3 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if m := scoring.RightGaps.Mark(scoring.Key{}, scoring.Response{Texts: []string{"a"}}, scoring.One); m.State != scoring.Unscorable {
		t.Errorf("without a key: %+v", m)
	}
}
