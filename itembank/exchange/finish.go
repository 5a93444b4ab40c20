package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sathach/internal/viet"
)

// MaxOptions is how many options, targets or gaps an item may have.
const MaxOptions = 26

// MaxItems bounds one file.
const MaxItems = 20_000

// Finish is the last step of every reader: texts become canonical, and what
// no format knows better is checked once for all of them: too many or too few
// options, keys out of range, options that speak of letters, questions that
// the file holds twice.
func Finish(items []Item) []Item {
	seen := map[string]int{}
	for i := range items {
		it := &items[i]
		it.canonical()
		it.check()
		print := it.fingerprint()
		if first, twice := seen[print]; twice {
			it.Ask(Duplicate, "Trùng "+items[first].called(first))
		} else {
			seen[print] = i
		}
	}
	return items
}

// called names an item in a sentence.
func (it *Item) called(index int) string {
	switch {
	case it.Number != nil && it.Section != nil:
		return fmt.Sprintf("câu %d, mục “%s”", *it.Number, *it.Section)
	case it.Number != nil:
		return fmt.Sprintf("câu %d", *it.Number)
	case it.Name != "":
		return "câu " + it.Name
	}
	return fmt.Sprintf("câu thứ %d trong tệp", index+1)
}

func (it *Item) canonical() {
	if it.Status == "" {
		it.Status = OK
	}
	tidy := Tidy
	if it.Format == Markdown {
		tidy = TidyLines
	}
	it.Stem, it.Explanation, it.Citation = tidy(it.Stem), tidy(it.Explanation), Tidy(it.Citation)
	it.Name, it.Situation = Tidy(it.Name), Tidy(it.Situation)
	it.Options = tidyAll(it.Options)
	if it.Options == nil {
		it.Options = []string{}
	}
	it.Targets = tidyAll(it.Targets)
	for g := range it.Gaps {
		it.Gaps[g].Options = tidyAll(it.Gaps[g].Options)
	}
}

func tidyAll(texts []string) []string {
	for i := range texts {
		texts[i] = Tidy(texts[i])
	}
	return texts
}

// Tidy makes a text canonical: NFC, single blanks, no control or invisible
// characters, none that XML cannot hold, and no blank before a closing mark's
// place. What is tidy stays as it is: letters are composed last, because an
// invisible character may have kept a mark from its letter.
func Tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\u200b', r == '\u200c', r == '\u200d', r == '\u2060', r == '\ufeff', r == '\u00ad', r >= '\u202a' && r <= '\u202e', r == '\ufffe', r == '\uffff':
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
}

// TidyLines tidies line by line, and keeps how far lines are indented, up to a
// bound, and one empty line of several.
func TidyLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.ReplaceAll(line, "\t", "    ")
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if line = Tidy(line); line != "" {
			line = strings.Repeat(" ", min(indent, deepest)) + line
		} else if len(lines) == 0 || lines[len(lines)-1] == "" {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// deepest is how far a line may be indented, for lists within lists.
const deepest = 12

func (it *Item) check() {
	if len(it.Options) > MaxOptions || len(it.Targets) > MaxOptions || len(it.Gaps) > MaxOptions {
		it.Break(TooManyOptions, fmt.Sprintf("%s phương án, vượt giới hạn %d", viet.Number(int64(max(len(it.Options), len(it.Targets), len(it.Gaps)))), MaxOptions))
		it.Options, it.Targets, it.Key, it.Weights, it.OptionFeedback, it.Gaps = []string{}, nil, nil, nil, nil, nil
		return
	}
	if it.Type == Essay {
		it.Ask(Unsupported, "Câu tự luận không chấm tự động được")
		return
	}
	if it.Stem == "" {
		it.Status = Broken
		it.Note = join(it.Note, "Không tìm thấy nội dung câu hỏi")
	}
	it.checkOptions()
	it.checkKey()
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

func (it *Item) checkOptions() {
	if it.Type != Single && it.Type != Multiple && it.Type != TrueFalse && it.Type != Ordering && it.Type != Matching {
		return
	}
	if len(it.Options) < 2 {
		it.Break(TooFewOptions, fmt.Sprintf("Chỉ có %d phương án", len(it.Options)))
	}
	if it.Type != Single && it.Type != Multiple {
		return
	}
	for i, o := range it.Options {
		if letters := refersTo(o); letters != "" {
			it.Mention(LetterReference, fmt.Sprintf("Phương án %s nhắc lại %s: không xáo trộn", Letter(i), letters))
		}
	}
}

func (it *Item) checkKey() {
	limit := len(it.Options)
	switch it.Type {
	case Single, Multiple, TrueFalse, Ordering:
	case Matching:
		limit = len(it.Targets)
	default:
		if it.Type == Numeric || it.Type == ShortAnswer {
			if len(it.Answers) == 0 {
				it.Ask(KeyMissing, "Chưa có đáp án")
			}
		}
		return
	}
	if slices.ContainsFunc(it.Key, func(k int) bool { return k < 0 || k >= limit }) {
		it.Key = nil
		it.Ask(KeyUnknownLetter, "Đáp án không khớp phương án nào")
	}
	if len(it.Key) == 0 {
		it.Key = nil
		if !slices.ContainsFunc([]Flag{MultipleKeys, KeyUnknownLetter, KeyConflict, Formula, HiddenText}, it.Has) { // they say why
			it.Ask(KeyMissing, "Chưa rõ đáp án")
		}
	}
}

// Letter names an option by its place: A, B, C, …
func Letter(i int) string { return string(rune('A' + i)) }

// theOthers are more words for all the other options, or for none of them.
var theOthers = regexp.MustCompile(`^(?:(?:tat ca|ca (?:hai|ba|bon|nam|[2-5]))(?: cac)? (?:phuong an|dap an|y|cau|noi dung|truong hop|dieu|lua chon)(?: da)?(?: neu)?(?: o)? tren\b|(?:cac (?:y|cau|noi dung|lua chon)(?: neu)? tren|tat ca(?: cac)? (?:y|cau|phuong an|dap an)) deu\b|khong(?: co)? (?:phuong an|dap an|y|cau|lua chon) nao (?:dung|(?:neu )?(?:o )?tren(?: dung| deu sai)?)$)`)

// SpeakOfPlaces tells whether any option names the place of another ("Cả A và
// B", "Tất cả các phương án trên"): such options must not be shuffled.
func SpeakOfPlaces(options []string) bool {
	return slices.ContainsFunc(options, func(o string) bool { return refersTo(o) != "" })
}

// refersTo finds the letters that an option speaks of ("Cả A và B"), or says
// that it speaks of all the others ("Tất cả các phương án trên").
func refersTo(option string) string {
	folded := strings.Trim(viet.Fold(option), " .;:")
	for _, all := range []string{"tat ca cac phuong an", "tat ca phuong an", "tat ca cac dap an", "tat ca dap an", "ca ba phuong an", "ca 3 phuong an",
		"ca hai phuong an", "ca 2 phuong an", "ca bon phuong an", "ca 4 phuong an", "tat ca cac y", "ca ba y", "ca 3 y", "ca hai y", "ca 2 y", "tat ca deu", "cac phuong an tren", "cac phuong an deu", "cac dap an tren", "tat ca cac cau tren", "ca ba dap an", "ca 3 dap an", "ca hai dap an", "ca 2 dap an"} {
		if strings.HasPrefix(folded, all) || strings.HasPrefix(folded, "khong co") && strings.Contains(folded, " tren") {
			return "các phương án khác"
		}
	}
	if theOthers.MatchString(folded) {
		return "các phương án khác"
	}
	return letterList.find(option)
}

// fingerprint is the same for two questions with the same words about the same
// situation: case, marks, blanks and the order of options do not matter,
// numbers do.
func (it *Item) fingerprint() string {
	options := make([]string, len(it.Options))
	for i, o := range it.Options {
		options[i] = wordsOf(o)
	}
	slices.Sort(options)
	for _, g := range it.Gaps {
		options = append(options, wordsOf(strings.Join(g.Options, " / ")))
	}
	return string(it.Type) + "\x00" + it.Situation + "\x00" + wordsOf(it.Stem) + "\x00" + strings.Join(options, "\x00")
}

// wordsOf keeps letters with their tones and digits.
func wordsOf(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
