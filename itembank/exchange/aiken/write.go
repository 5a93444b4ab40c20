package aiken

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sathach/itembank/exchange"
)

// Write writes the questions with one right option; others are left out. The
// number of a question is its place in the file and is not written.
// Every loss is told; the error is always nil.
func Write(items []exchange.Item) ([]byte, []exchange.Loss, error) {
	var out bytes.Buffer
	var losses []exchange.Loss
	for i := range items {
		text, refused := question(&items[i])
		what := lost(&items[i])
		if refused != "" {
			what = "Không ghi câu này vào tệp: " + refused
		}
		if what != "" {
			losses = append(losses, exchange.Loss{Item: called(i, &items[i]), What: what})
		}
		out.WriteString(text)
	}
	return out.Bytes(), losses, nil
}

func called(index int, it *exchange.Item) string {
	if name := exchange.Tidy(it.Name); name != "" {
		return name
	}
	return fmt.Sprintf("câu thứ %d", index+1)
}

// question is the text of an item, or why there is none.
func question(it *exchange.Item) (text, refused string) {
	options := optionsOf(it)
	blank := func(option string) bool { return exchange.Tidy(option) == "" }
	switch {
	case it.Type != exchange.Single && it.Type != exchange.TrueFalse:
		return "", "Aiken chỉ có câu chọn một đáp án"
	case len(options) < 2 || len(options) > exchange.MaxOptions:
		return "", fmt.Sprintf("câu phải có từ 2 đến %d phương án", exchange.MaxOptions)
	case blank(it.Stem) || slices.ContainsFunc(options, blank):
		return "", "câu hỏi hoặc phương án để trống"
	case len(it.Key) != 1 || it.Key[0] < 0 || it.Key[0] >= len(options):
		return "", "câu chưa có đúng một đáp án"
	}
	text = compose(exchange.Tidy(it.Stem), options, it.Key[0])
	if !readsAs(text, it) {
		return "", "nội dung có chỗ giống ký hiệu của Aiken (như “A.”, “Câu 1:” hoặc “ANSWER:” ở đầu) nên sẽ bị đọc sai"
	}
	return text, ""
}

// optionsOf gives true/false items that only imply their options the usual
// words.
func optionsOf(it *exchange.Item) []string {
	if it.Type == exchange.TrueFalse && len(it.Options) == 0 {
		return []string{"Đúng", "Sai"}
	}
	options := make([]string, len(it.Options))
	for i := range options {
		options[i] = exchange.Tidy(it.Options[i])
	}
	return options
}

func compose(stem string, options []string, key int) string {
	var b strings.Builder
	b.WriteString(stem + "\n")
	for i, option := range options {
		b.WriteString(exchange.Letter(i) + ". " + option + "\n")
	}
	b.WriteString("ANSWER: " + exchange.Letter(key) + "\n\n")
	return b.String()
}

// readsAs tells whether a text reads as the item. Aiken has no escapes, so
// trying is the only way to know.
func readsAs(text string, it *exchange.Item) bool {
	again := read(text).items
	return len(again) == 1 && again[0].Stem == exchange.Tidy(it.Stem) && slices.Equal(again[0].Options, optionsOf(it)) &&
		slices.Equal(again[0].Key, it.Key)
}

// lost tells what an item has beside stem, options and key.
func lost(it *exchange.Item) string {
	var all []string
	for _, c := range []struct {
		what string
		has  bool
	}{
		{"tên", it.Name != ""},
		{"mục", it.Section != nil && *it.Section != ""},
		{"giải thích", it.Explanation != ""},
		{"căn cứ", it.Citation != ""},
		{"mức độ", it.Level != ""},
		{"loại câu Đúng/Sai", it.Type == exchange.TrueFalse},
		{"trọng số", len(it.Weights) > 0},
		{"lời nhận xét của từng phương án", len(it.OptionFeedback) > 0},
		{"phương án cố định vị trí", len(it.Pinned) > 0},
		{"hình và công thức", len(it.Assets) > 0},
	} {
		if c.has {
			all = append(all, c.what)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "Không ghi được " + strings.Join(all, ", ")
}
