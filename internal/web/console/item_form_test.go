package console

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
)

// What is shown of blanks reads back as it was, whatever the words are made of.
func TestBlanks_readWhatIsShown(t *testing.T) {
	t.Parallel()
	word := rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"905/QĐ-BNV", "/", "|", "*", "*a", `\\`, `\\/`, "a;b", " ", "một cửa", "15"}), 1, 4).Draw(t, "pieces")
		return exchange.Tidy(strings.Join(pieces, rapid.SampledFrom([]string{"", " "}).Draw(t, "by")))
	}).Filter(func(s string) bool { return s != "" })
	rapid.Check(t, func(t *rapid.T) {
		var gaps, accepted [][]string
		var key []int
		for range rapid.IntRange(1, 4).Draw(t, "gaps") {
			words := rapid.SliceOfN(word, 2, 4).Draw(t, "words")
			if rapid.Bool().Draw(t, "chosen") {
				gaps, accepted, key = append(gaps, words), append(accepted, []string{}), append(key, rapid.IntRange(0, len(words)-1).Draw(t, "key"))
			} else {
				gaps, accepted, key = append(gaps, []string{}), append(accepted, words), append(key, -1)
			}
		}
		text := blankLines(gaps, accepted, key)
		g, a, k, err := blanks(text)
		if diff := cmp.Diff([]any{gaps, accepted, key}, []any{g, a, k}, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("%q: %v\n%s", text, err, diff)
		}
	})
}

// A comma begins decimals, points group thousands; what could be either is
// asked.
func TestPointOf_doesNotGuess(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"1,5": "1.5", "1204": "1204", "1.204,5": "1204.5", "1.204.000": "1204000", "0.125": "0.125", "-3,25": "-3.25", "1.5": "1.5", " 12 ": "12", "1.204": "?", "12.34,5": "?"} {
		got, err := pointOf(typed)
		if (err != nil) != (want == "?") || err == nil && got != want {
			t.Errorf("%q reads %q, %v, want %s", typed, got, err, want)
		}
	}
}
