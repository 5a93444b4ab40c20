package console

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sathach/itembank"
	"sathach/itembank/exchange"
)

// How options, keys and blanks are typed, and shown as they would be typed.

func linesOf(text string) (lines []string) {
	for _, line := range strings.Split(text, "\n") {
		if line = exchange.Tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// keyText writes a key as a person types it: letters, or pairs A-2.
func keyText(matching bool, key []int) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = exchange.Letter(k)
		if matching {
			parts[i] = fmt.Sprintf("%s-%d", exchange.Letter(i), k+1)
		}
	}
	return strings.Join(parts, ", ")
}

var errKey = errors.New("not a key of this question")

// letters reads letters ("A, C") as positions of options.
func letters(text string, options int) (positions []int, err error) {
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		if len(part) != 1 || int(part[0])-'A' < 0 || int(part[0])-'A' >= options {
			return nil, errKey
		}
		positions = append(positions, int(part[0])-'A')
	}
	return positions, nil
}

func pairs(text string, options, targets int) ([]int, error) {
	key := make([]int, options)
	seen := 0
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		letter, target, _ := strings.Cut(part, "-")
		at, err := letters(letter, options)
		n, numberErr := strconv.Atoi(target)
		if err != nil || numberErr != nil || len(at) != 1 || n < 1 || n > targets {
			return nil, errKey
		}
		key[at[0]] = n - 1
		seen++
	}
	if seen != options {
		return nil, errKey
	}
	return key, nil
}

// statements reads what is said of each statement: Đ or S, in their order.
func statements(text string, options int) (key []int, err error) {
	for _, part := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		switch part {
		case "Đ", "ĐÚNG", "D", "T":
			key = append(key, 0)
		case "S", "SAI", "F":
			key = append(key, 1)
		default:
			return nil, errKey
		}
	}
	if len(key) != options {
		return nil, errKey
	}
	return key, nil
}

// statementText writes what is said of each statement as a person types it.
func statementText(key []int) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = string([]rune("ĐS")[min(k, 1)])
	}
	return strings.Join(parts, ", ")
}

// filled is what belongs in the blanks of a text, blank by blank.
type filled struct {
	gaps, accepted [][]string
	key            []int
	numbers        []itembank.Number // none where no blank takes one
}

// blanks reads what belongs in each blank, a line for each: accepted words with
// a slash between blanks, or options with a bar, a star before the right one, or
// "= 15 ± 0,5" for a number. A mark that belongs to the words has a backslash
// before it.
func blanks(text string) (f filled, err error) {
	lines := linesOf(text)
	numbers := make([]itembank.Number, len(lines))
	for i, line := range lines {
		if figures, ok := strings.CutPrefix(line, "= "); ok {
			if numbers[i], err = numberOf(figures); err != nil {
				return filled{}, err
			}
			f.numbers = numbers
			f.gaps, f.accepted, f.key = append(f.gaps, []string{}), append(f.accepted, []string{}), append(f.key, -1)
			continue
		}
		options := splitMarked(line, '|')
		if len(options) < 2 {
			f.gaps, f.accepted, f.key = append(f.gaps, []string{}), append(f.accepted, plainWords(splitMarked(line, '/'))), append(f.key, -1)
			continue
		}
		right := -1
		for i, o := range options {
			if !strings.HasPrefix(o, "*") {
				continue
			}
			if right >= 0 {
				return filled{}, errKey
			}
			options[i], right = exchange.Tidy(o[1:]), i
		}
		if right < 0 {
			return filled{}, errKey
		}
		f.gaps, f.accepted, f.key = append(f.gaps, plainWords(options)), append(f.accepted, []string{}), append(f.key, right)
	}
	return f, nil
}

// numberOf reads "15" or "15 ± 0,5".
func numberOf(figures string) (n itembank.Number, err error) {
	value, tolerance, ranged := strings.Cut(figures, "±")
	if !ranged {
		tolerance = "0"
	}
	if n.Value, err = pointOf(value); err != nil {
		return n, err
	}
	n.Tolerance, err = pointOf(tolerance)
	return n, err
}

// numberText writes what numberOf reads.
func numberText(n itembank.Number) string {
	if n.Tolerance == "" || n.Tolerance == "0" {
		return commaOf(n.Value)
	}
	return commaOf(n.Value) + " ± " + commaOf(n.Tolerance)
}

// splitMarked cuts a line at a mark that stands between blanks.
func splitMarked(line string, mark rune) (parts []string) {
	for _, part := range strings.Split(" "+line+" ", " "+string(mark)+" ") {
		if part = exchange.Tidy(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

var (
	escaping   = strings.NewReplacer(`\`, `\\`, "/", `\/`, "|", `\|`, "*", `\*`, "=", `\=`)
	unescaping = strings.NewReplacer(`\\`, `\`, `\/`, "/", `\|`, "|", `\*`, "*", `\=`, "=")
)

func plainWords(parts []string) []string {
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = unescaping.Replace(part)
	}
	return words
}

// marked writes words so that nothing in them is taken for a mark: only what
// stands alone between blanks, or begins the words, could be.
func marked(words string) string {
	parts := strings.Split(words, " ")
	for i, part := range parts {
		if part == "/" || part == "|" || part == "=" && i == 0 || i == 0 && strings.HasPrefix(part, "*") || strings.Contains(part, `\`) {
			parts[i] = escaping.Replace(part)
		}
	}
	return strings.Join(parts, " ")
}

// lines writes blanks as a person types them.
func (f filled) lines() string {
	lines := make([]string, len(f.gaps))
	for i, options := range f.gaps {
		if i < len(f.numbers) && f.numbers[i] != (itembank.Number{}) {
			lines[i] = "= " + numberText(f.numbers[i])
			continue
		}
		words, by := f.accepted[i], " / "
		if len(options) > 0 {
			words, by = options, " | "
		}
		shown := make([]string, len(words))
		for n, w := range words {
			shown[n] = marked(w)
			if len(options) > 0 && i < len(f.key) && f.key[i] == n {
				shown[n] = "*" + shown[n]
			}
		}
		lines[i] = strings.Join(shown, by)
	}
	return strings.Join(lines, "\n")
}
