package console

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

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

// blanks reads what belongs in each blank, a line for each: accepted words with
// a slash between blanks, or options with a bar, a star before the right one.
// A mark that belongs to the words has a backslash before it.
func blanks(text string) (gaps, accepted [][]string, key []int, err error) {
	for _, line := range linesOf(text) {
		options := splitMarked(line, '|')
		if len(options) < 2 {
			gaps, accepted, key = append(gaps, []string{}), append(accepted, plainWords(splitMarked(line, '/'))), append(key, -1)
			continue
		}
		right := -1
		for i, o := range options {
			if !strings.HasPrefix(o, "*") {
				continue
			}
			if right >= 0 {
				return nil, nil, nil, errKey
			}
			options[i], right = exchange.Tidy(o[1:]), i
		}
		if right < 0 {
			return nil, nil, nil, errKey
		}
		gaps, accepted, key = append(gaps, plainWords(options)), append(accepted, []string{}), append(key, right)
	}
	return gaps, accepted, key, nil
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
	escaping   = strings.NewReplacer(`\`, `\\`, "/", `\/`, "|", `\|`, "*", `\*`)
	unescaping = strings.NewReplacer(`\\`, `\`, `\/`, "/", `\|`, "|", `\*`, "*")
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
		if part == "/" || part == "|" || i == 0 && strings.HasPrefix(part, "*") || strings.Contains(part, `\`) {
			parts[i] = escaping.Replace(part)
		}
	}
	return strings.Join(parts, " ")
}

// blankLines writes blanks as a person types them.
func blankLines(gaps, accepted [][]string, key []int) string {
	lines := make([]string, len(gaps))
	for i, options := range gaps {
		words, by := accepted[i], " / "
		if len(options) > 0 {
			words, by = options, " | "
		}
		shown := make([]string, len(words))
		for n, w := range words {
			shown[n] = marked(w)
			if len(options) > 0 && i < len(key) && key[i] == n {
				shown[n] = "*" + shown[n]
			}
		}
		lines[i] = strings.Join(shown, by)
	}
	return strings.Join(lines, "\n")
}
