package aiken_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/aiken"
)

// brief says what a file holds, a question a line.
func brief(content exchange.Content) string {
	var all []string
	for _, it := range content.Items {
		parts := []string{it.Stem, strings.Join(it.Options, " / "), fmt.Sprint(it.Key), it.Source}
		if it.Number != nil {
			parts[0] = fmt.Sprintf("(%d) %s", *it.Number, it.Stem)
		}
		if it.Type != exchange.Single {
			parts = append(parts, string(it.Type))
		}
		if it.Status != exchange.OK {
			parts = append(parts, string(it.Status))
		}
		if it.Flags != nil {
			parts = append(parts, fmt.Sprint(it.Flags))
		}
		all = append(all, strings.Join(parts, " | "))
	}
	return strings.Join(append(all, content.Warnings...), "\n")
}

func TestRead_findsTheQuestions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"dots", "Q?\nA. a\nB. b\nANSWER: B\n", "Q? | a / b | [1] | dòng 1"},
		{"brackets, CRLF, BOM", "\ufeffQ?\r\nA) a\r\nB) b\r\nC) c\r\nANSWER: C\r\n", "Q? | a / b / c | [2] | dòng 1"},
		{"lone CR", "Q?\rA. a\rB. b\rANSWER: A", "Q? | a / b | [0] | dòng 1"},
		{"lower case, without blank", "Q?\nA.a\nB)b\nanswer:b", "Q? | a / b | [1] | dòng 1"},
		{"stem of two lines", "Một\nhai?\nA. a\nB. b\nANSWER: A", "Một hai? | a / b | [0] | dòng 1"},
		{"option of two lines", "Q?\nA. a\nvà nữa\nB. b\nvà nữa\nANSWER: A", "Q? | a và nữa / b và nữa | [0] | dòng 1"},
		{"blank lines within", "Q?\n\nA. a\n\nB. b\n \nANSWER: A", "Q? | a / b | [0] | dòng 1"},
		{"no blank line between", "Q1?\nA. a\nB. b\nANSWER: A\nQ2?\nA. c\nB. d\nANSWER: B", "Q1? | a / b | [0] | dòng 1\nQ2? | c / d | [1] | dòng 5"},
		{"answer in Vietnamese", "Q?\nA. a\nB. b\nĐáp án: B.", "Q? | a / b | [1] | dòng 1"},
		{"numbered", "Câu 5: Q?\nA. a\nB. b\nANSWER: B\n\nCâu hỏi 6\nQ2?\nA. a\nB. b\nANSWER: A", "(5) Q? | a / b | [1] | dòng 1\n(6) Q2? | a / b | [0] | dòng 6"},
		{"a stem like an option", "C. Mác sinh năm nào?\nA. 1818\nB. 1820\nANSWER: A", "C. Mác sinh năm nào? | 1818 / 1820 | [0] | dòng 1"},
		{"an abbreviation in the stem", "Q?\nT.P nào\nA. a\nB. b\nANSWER: A", "Q? T.P nào | a / b | [0] | dòng 1"},
		{"a heading", "NGÂN HÀNG CÂU HỎI\n\nQ?\nA. a\nB. b\nANSWER: A",
			"Q? | a / b | [0] | dòng 3\n1 đoạn không có phương án A, B, … đi liền nên không thành câu hỏi (dòng 1)"},
		{"an answer twice", "Q?\nA. a\nB. b\nANSWER: A\nANSWER: B", "Q? | a / b | [0] | dòng 1\n1 dòng đáp án không đi với câu hỏi nào (dòng 5)"},
		{"no stem", "A. a\nB. b\nANSWER: B", " | a / b | [1] | dòng 1 | error"},
		{"no options", "Q?\nANSWER: B", "Q? |  | [] | dòng 1 | error | [key_unknown_letter too_few_options]"},
	} {
		if got := brief(read(t, []byte(c.file))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestRead_asksWhenTheKeyIsNotCertain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rest, want string }{
		{"no answer", "", "[] | dòng 1 | review | [key_missing]"},
		{"empty answer", "ANSWER:", "[] | dòng 1 | review | [key_missing]"},
		{"several", "ANSWER: C, A", "[0 2] | dòng 1 | multiple | review | [multiple_keys]"},
		{"several in words", "ANSWER: a và b", "[0 1] | dòng 1 | multiple | review | [multiple_keys]"},
		{"several together", "ANSWER: AC", "[0 2] | dòng 1 | multiple | review | [multiple_keys]"},
		{"the same twice", "ANSWER: B, b", "[1] | dòng 1"},
		{"unknown letter", "ANSWER: D", "[] | dòng 1 | review | [key_unknown_letter]"},
		{"one known, one not", "ANSWER: A, D", "[] | dòng 1 | review | [key_unknown_letter]"},
		{"Cyrillic letter", "ANSWER: В", "[] | dòng 1 | review | [key_unknown_letter]"},
		{"number", "ANSWER: 2", "[] | dòng 1 | review | [key_unknown_letter]"},
		{"letter and its text", "ANSWER: B. hai", "[1] | dòng 1"},
		{"letter and bracket", "ANSWER: B)", "[1] | dòng 1"},
		{"letter and another text", "ANSWER: B. ba", "[] | dòng 1 | review | [key_conflict]"},
		{"signs only", "ANSWER: ?!", "[] | dòng 1 | review | [key_unknown_letter]"},
	} {
		want := "Q? | một / hai / ba | " + c.want
		if got := brief(read(t, []byte("Q?\nA. một\nB. hai\nC. ba\n"+c.rest))); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

func TestRead_lettersThatSkip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, want string }{
		{"Q?\nA. a\nB. b\nD. d\nANSWER: D", "Q? | a / b / d | [2] | dòng 1 | review | [letters_skip]"},
		{"Q?\nA. a\nB. b\nD. d\nANSWER: C", "Q? | a / b / d | [] | dòng 1 | review | [letters_skip key_unknown_letter]"},
		{"Q?\nA. a\nB. b\nB. c\nANSWER: B", "Q? | a / b / c | [] | dòng 1 | review | [letters_skip key_conflict]"},
		{"Q?\nA. a\nB. b\nB. c\nANSWER: A", "Q? | a / b / c | [0] | dòng 1 | review | [letters_skip]"},
	} {
		if got := brief(read(t, []byte(c.file))); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.file, got, c.want)
		}
	}
}

// A forgotten answer costs one key and not the next question.
func TestRead_aForgottenAnswer(t *testing.T) {
	t.Parallel()
	want := "Q1? | a / b | [] | dòng 1 | review | [key_missing]\nQ2? | c / d | [1] | dòng %d"
	for between, line := range map[string]int{"\n": 5, "": 4} {
		got := brief(read(t, []byte("Q1?\nA. a\nB. b\n"+between+"Q2?\nA. c\nB. d\nANSWER: B")))
		if want := fmt.Sprintf(want, line); got != want {
			t.Errorf("between %q:\n got %s\nwant %s", between, got, want)
		}
	}
}

func TestRead_refusesWhatIsNoAiken(t *testing.T) {
	t.Parallel()
	question := "Q?\nA. a\nB. b\nANSWER: A\n"
	for name, file := range map[string]string{
		"too large": strings.Repeat("a", 8<<20+1), "not UTF-8": "C\xe2u\n" + question, "NUL": "C\x00u\n" + question, "empty": "",
		"no question": "Chỉ là một đoạn văn.", "too many": strings.Repeat(question, exchange.MaxItems+1),
	} {
		_, err := aiken.Read([]byte(file))
		var rejected *exchange.Rejected
		if !errors.As(err, &rejected) || rejected.Reason == "" {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

func TestRead_isQuickWithHostileFiles(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"one line": "a", "lines": "a\n", "options": "A. a\n", "options that go on": "B. a\na\n", "answers": "ANSWER: A\n", "paragraphs": "a\n\n", "blank lines": "\n",
		"letters of the answer": "A, ", "stem like numbers": "Câu 1", "long answer": "ANSWER: B. ",
	} {
		begin := time.Now()
		_, _ = aiken.Read([]byte("Q?\nA. a\nB. b\nANSWER: " + strings.Repeat(body, 2<<20/len(body))))
		if spent := time.Since(begin); spent > 10*time.Second {
			t.Errorf("%s: %s", name, spent)
		}
	}
}

func TestWrite_aFile(t *testing.T) {
	t.Parallel()
	data, losses, err := aiken.Write([]exchange.Item{
		{Type: exchange.Single, Stem: "Q1?", Options: []string{"a", "A. b"}, Key: []int{1}},
		{Type: exchange.Single, Stem: "Q2?", Options: []string{"c", "d", "e"}, Key: []int{0}},
	})
	want := "Q1?\nA. a\nB. A. b\nANSWER: B\n\nQ2?\nA. c\nB. d\nC. e\nANSWER: A\n\n"
	if string(data) != want || losses != nil || err != nil {
		t.Errorf("losses %v, error %v\n%s", losses, err, cmp.Diff(want, string(data)))
	}
}

// What Aiken cannot hold is left out or reduced, and told either way.
func TestWrite_tellsEveryLoss(t *testing.T) {
	t.Parallel()
	ab, section, remark := []string{"a", "b"}, "Luật", "Tốt"
	for _, c := range []struct {
		name string
		item exchange.Item
		left bool // out
		want exchange.Loss
	}{
		{"several keys", exchange.Item{Type: exchange.Multiple, Stem: "S", Options: ab, Key: []int{0, 1}}, true,
			exchange.Loss{Item: "câu thứ 1", What: "Không ghi câu này vào tệp: Aiken chỉ có câu chọn một đáp án"}},
		{"essay", exchange.Item{Type: exchange.Essay, Stem: "S", Name: "N1"}, true, exchange.Loss{Item: "N1", What: "Không ghi câu này vào tệp: Aiken chỉ có câu chọn một đáp án"}},
		{"one option", exchange.Item{Type: exchange.Single, Stem: "S", Options: []string{"a"}, Key: []int{0}}, true,
			exchange.Loss{Item: "câu thứ 1", What: "Không ghi câu này vào tệp: câu phải có từ 2 đến 26 phương án"}},
		{"no stem", exchange.Item{Type: exchange.Single, Options: ab, Key: []int{0}}, true, exchange.Loss{Item: "câu thứ 1", What: "Không ghi câu này vào tệp: câu hỏi hoặc phương án để trống"}},
		{"no key", exchange.Item{Type: exchange.Single, Stem: "S", Options: ab}, true, exchange.Loss{Item: "câu thứ 1", What: "Không ghi câu này vào tệp: câu chưa có đúng một đáp án"}},
		{"like Aiken's marks", exchange.Item{Type: exchange.Single, Stem: "A. Anh-xtanh sinh năm nào?", Options: ab, Key: []int{0}}, true,
			exchange.Loss{Item: "câu thứ 1", What: "Không ghi câu này vào tệp: nội dung có chỗ giống ký hiệu của Aiken (như “A.”, “Câu 1:” hoặc “ANSWER:” ở đầu) nên sẽ bị đọc sai"}},
		{"true or false", exchange.Item{Type: exchange.TrueFalse, Stem: "S", Key: []int{1}}, false, exchange.Loss{Item: "câu thứ 1", What: "Không ghi được loại câu Đúng/Sai"}},
		{"all that has no place", exchange.Item{Type: exchange.Single, Stem: "S", Options: ab, Key: []int{0}, Name: "N", Section: &section, Explanation: "x", Citation: "x", Level: "x",
			Weights: []float64{100, 0}, OptionFeedback: []*string{&remark, nil}, Pinned: []int{1}, Assets: []exchange.Asset{{Kind: exchange.Math}}}, false,
			exchange.Loss{Item: "N", What: "Không ghi được tên, mục, giải thích, căn cứ, mức độ, trọng số, lời nhận xét của từng phương án, phương án cố định vị trí, hình và công thức"}},
	} {
		data, losses, err := aiken.Write([]exchange.Item{c.item})
		if diff := cmp.Diff([]exchange.Loss{c.want}, losses); diff != "" || err != nil || (len(data) == 0) != c.left {
			t.Errorf("%s: error %v\n%s\n%s", c.name, err, diff, data)
		}
	}
}

// Whatever the texts are made of, an item is left out or reads the same.
func TestWrite_readsTheSame(t *testing.T) {
	t.Parallel()
	pieces := []string{"A.", "B)", "C. ", "ANSWER:", "Đáp án: A", "Câu 1:", "Câu 2", " ", "\n", "a", "à", "1", ".", "D"}
	text := rapid.Custom(func(t *rapid.T) string {
		all := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.StringN(1, 3, -1)), 1, 5).Draw(t, "pieces")
		return exchange.Tidy(exchange.Tidy(strings.Join(all, ""))) // a hidden character may keep a mark from its letter the first time
	}).Filter(func(text string) bool { return text != "" })
	rapid.Check(t, func(t *rapid.T) {
		var items []exchange.Item
		for range rapid.IntRange(1, 5).Draw(t, "items") {
			options := rapid.SliceOfN(text, 2, exchange.MaxOptions).Draw(t, "options")
			items = append(items, exchange.Item{Type: exchange.Single, Stem: text.Draw(t, "stem"), Options: options, Key: []int{rapid.IntRange(0, len(options)-1).Draw(t, "key")}})
		}
		data, losses, err := aiken.Write(items)
		if err != nil {
			t.Fatal(err)
		}
		var want []exchange.Item
		for i, it := range items {
			if !slices.ContainsFunc(losses, func(l exchange.Loss) bool { return l.Item == fmt.Sprintf("câu thứ %d", i+1) }) {
				want = append(want, it)
			}
		}
		if want == nil {
			return
		}
		content, err := aiken.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		for i := range content.Items {
			content.Items[i].Source = ""
		}
		if diff := cmp.Diff(exchange.Finish(want), content.Items); diff != "" || content.Warnings != nil {
			t.Fatalf("warnings %q\n%s\n%s", content.Warnings, diff, data)
		}
	})
}

// Only texts that look like Aiken's marks are left out.
func TestWrite_keepsUsualTexts(t *testing.T) {
	t.Parallel()
	text := rapid.StringMatching(`[a-zđàạệ][a-zA-Zđàạệ .,:)?0-9]{0,30}[a-z?]`)
	rapid.Check(t, func(t *rapid.T) {
		_, losses, err := aiken.Write([]exchange.Item{{Type: exchange.Single, Stem: "Theo " + text.Draw(t, "stem"), Options: rapid.SliceOfN(text, 2, 6).Draw(t, "options"), Key: []int{1}}})
		if losses != nil || err != nil {
			t.Fatal(losses, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f, "to-chuc-bo-may.aiken.txt"))
	for _, file := range []string{
		"Câu 1:\nA. a\nb\nC) c\nANSWER: A, C\nd\n\nA.e", "A.\nB.\nANSWER: B. x\nANSWER:", "C. Mác\n\nx\nA. b\nc\nA. d\nĐáp án: a và b", "x\rA) \rB)\ranswer： AB",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		content, err := aiken.Read(data)
		if err != nil {
			return
		}
		for _, it := range content.Items {
			if slices.ContainsFunc(it.Key, func(k int) bool { return k < 0 || k >= len(it.Options) }) || it.Type == exchange.Single && len(it.Key) > 1 {
				t.Errorf("key %v: %+v", it.Key, it)
			}
			if it.Options == nil || it.Status == "" || it.Source == "" || it.Status != exchange.OK && it.Note == "" {
				t.Errorf("not finished: %+v", it)
			}
		}
		text, losses, err := aiken.Write(content.Items)
		if err != nil || len(text) == 0 {
			return
		}
		again, err := aiken.Read(text)
		if err != nil || again.Warnings != nil {
			t.Fatalf("%v %q %v\n%s", err, again.Warnings, losses, text)
		}
	})
}
