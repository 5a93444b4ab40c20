package likeness

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// shown writes parts with the changed ones in brackets.
func shown(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Changed {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, left, right string }{
		{"", "", "", ""},
		{"", "một", "", "[một]"},
		{"thời hạn 15 ngày", "thời hạn 30 ngày", "thời hạn [15] ngày", "thời hạn [30] ngày"},
		{"được nộp phí", "không được nộp lệ phí.", "được nộp phí", "[không] được nộp [lệ] phí[.]"},
		{"số 1.204 người", "số 1.304 người", "số [1.204] người", "số [1.304] người"},
		{"Hoà bình", norm.NFD.String("Hoà  bình"), "Hoà bình", norm.NFD.String("Hoà  bình")},
		{"một hai ba bốn", "ba bốn một hai", "[một hai] ba bốn", "ba bốn [một hai]"},
		{"a b", "c d", "[a b]", "[c d]"},
	} {
		left, right := Diff(c.a, c.b)
		if shown(left) != c.left || shown(right) != c.right {
			t.Errorf("%q, %q: %s | %s, want %s | %s", c.a, c.b, shown(left), shown(right), c.left, c.right)
		}
	}
}

func joined(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// common is the words of the unchanged parts.
func common(parts []Part) []string {
	var out []string
	for _, p := range parts {
		if !p.Changed {
			out = append(out, strings.Fields(norm.NFC.String(p.Text))...)
		}
	}
	return out
}

func TestDiff_keepsTheTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		left, right := Diff(a, b)
		if joined(left) != a || joined(right) != b {
			t.Fatalf("%q, %q give %q, %q", a, b, joined(left), joined(right))
		}
	})
}

// What is unchanged is a common subsequence, and as long as any.
func TestDiff_sharesTheMost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom(strings.Fields("một hai ba bốn")), 0, 12)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		left, right := Diff(strings.Join(a, " "), strings.Join(b, " "))
		if diff := cmp.Diff(common(left), common(right)); diff != "" {
			t.Fatal(diff)
		}
		if got, want := len(common(left)), longest(a, b); got != want {
			t.Fatalf("%v and %v share %d words, want %d", a, b, got, want)
		}
	})
}

// longest is the length of a longest common subsequence, by the table.
func longest(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		last := slices.Clone(row)
		for i, y := range b {
			row[i+1] = max(last[i+1], row[i])
			if x == y {
				row[i+1] = last[i] + 1
			}
		}
	}
	return row[len(b)]
}

func TestDiff_longTexts(t *testing.T) {
	t.Parallel()
	text := func(word string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%s%d ", word, i)
		}
		return b.String()
	}
	same := text("chung", 50_000)
	left, _ := Diff(same+"một "+same, same+"hai "+same)
	if !slices.Contains(left, Part{"một", true}) || len(left) != 3 {
		t.Errorf("%d parts", len(left))
	}
	left, right := Diff("đầu "+text("x", 20_000)+"cuối", "đầu "+text("y", 20_000)+"cuối")
	if len(left) != 3 || len(right) != 3 || !left[1].Changed {
		t.Errorf("%d and %d parts", len(left), len(right))
	}
}
