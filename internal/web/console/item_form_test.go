package console

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sathach/itembank"
	"sathach/itembank/exchange"
	"sathach/scoring"
)

// What is shown of blanks reads back as it was, whatever the words are made of.
func TestBlanks_readWhatIsShown(t *testing.T) {
	t.Parallel()
	word := rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"905/QĐ-BNV", "/", "|", "*", "*a", "=", "= 15", `\\`, `\\/`, "a;b", " ", "một cửa", "15"}), 1, 4).Draw(t, "pieces")
		return exchange.Tidy(strings.Join(pieces, rapid.SampledFrom([]string{"", " "}).Draw(t, "by")))
	}).Filter(func(s string) bool { return s != "" })
	rapid.Check(t, func(t *rapid.T) {
		var f filled
		var numbers []itembank.Number
		counted := false
		for range rapid.IntRange(1, 4).Draw(t, "gaps") {
			words := rapid.SliceOfN(word, 2, 4).Draw(t, "words")
			number := itembank.Number{}
			switch rapid.IntRange(0, 2).Draw(t, "way") {
			case 0:
				f.gaps, f.accepted, f.key = append(f.gaps, words), append(f.accepted, []string{}), append(f.key, rapid.IntRange(0, len(words)-1).Draw(t, "key"))
			case 1:
				f.gaps, f.accepted, f.key = append(f.gaps, []string{}), append(f.accepted, words), append(f.key, -1)
			default:
				f.gaps, f.accepted, f.key = append(f.gaps, []string{}), append(f.accepted, []string{}), append(f.key, -1)
				number, counted = rapid.SampledFrom([]itembank.Number{{Value: "15", Tolerance: "0"}, {Value: "-3.5", Tolerance: "0.25"}}).Draw(t, "number"), true
			}
			numbers = append(numbers, number)
		}
		if counted {
			f.numbers = numbers
		}
		text := f.lines()
		again, err := blanks(text)
		if diff := cmp.Diff(f, again, cmpopts.EquateEmpty(), cmp.AllowUnexported(filled{})); diff != "" || err != nil {
			t.Fatalf("%q: %v\n%s", text, err, diff)
		}
	})
}

// Revisions are compared by what their options are worth, not only by which are worth
// something.
func TestAnswerText_saysWhatOptionsAreWorth(t *testing.T) {
	t.Parallel()
	d := itembank.Detail{Revision: itembank.Revision{Kind: itembank.Multiple, Options: []string{"Một", "Hai"}}, Key: itembank.Key{Correct: []int{0}, Mapping: &scoring.Mapping{Values: []string{"1", "-0.5"}}}}
	if got := answerText(d); got != "1; -0,5" {
		t.Errorf("%q", got)
	}
}

// A comma begins decimals, points group thousands; what could be either is asked.
func TestPointOf_doesNotGuess(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"1,5": "1.5", "1204": "1204", "1.204,5": "1204.5", "1.204.000": "1204000", "0.125": "0.125", "-3,25": "-3.25", "−0,5": "-0.5", "1.5": "1.5", " 12 ": "12", "1.204": "?", "12.34,5": "?"} {
		got, err := pointOf(typed)
		if (err != nil) != (want == "?") || err == nil && got != want {
			t.Errorf("%q reads %q, %v, want %s", typed, got, err, want)
		}
	}
}
