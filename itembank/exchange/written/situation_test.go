package written_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/written"
)

// about lists items with what they belong to: situations with their text,
// questions with their number, situation and status.
func about(items []exchange.Item) (all []string) {
	for _, it := range items {
		if it.Type == exchange.Situation {
			all = append(all, it.Name+" = "+it.Stem)
			continue
		}
		number := "-"
		if it.Number != nil {
			number = fmt.Sprint(*it.Number)
		}
		line := number + " " + string(it.Status)
		if it.Situation != "" {
			line += " < " + it.Situation
		}
		if it.Explanation != "" {
			line += " (" + it.Explanation + ")"
		}
		all = append(all, line)
	}
	return all
}

// Texts that several questions ask about, as papers print them. Nothing of
// them ends up in the question before, and a question that only perhaps
// belongs to one is asked about.
func TestRead_situations(t *testing.T) {
	t.Parallel()
	ask := func(n int, stem string) string {
		return fmt.Sprintf("\nCâu %d. %s%s\nĐáp án: B", n, stem, fourOptions)
	}
	for name, c := range map[string]struct {
		page string
		want []string
	}{
		"numbers behind the title": {
			ask(1, "Mấy ngày?") + "\nTình huống 1 (dùng cho câu 2 và câu 3): Ông A nộp hồ sơ.\nHồ sơ thiếu một giấy tờ." + ask(2, "Làm gì?") + ask(3, "Khi nào?") + ask(4, "Ai ký?"),
			[]string{"1 ok", "Tình huống 1 = Ông A nộp hồ sơ. Hồ sơ thiếu một giấy tờ.", "2 ok < Tình huống 1", "3 ok < Tình huống 1", "4 ok"},
		},
		"asked before the text": {
			ask(1, "Mấy ngày?") + "\nĐọc đoạn văn sau và trả lời các câu hỏi từ câu 2 đến câu 3:\nÔng A nộp hồ sơ." + ask(2, "Làm gì?") + ask(3, "Khi nào?") + ask(4, "Ai ký?"),
			[]string{"1 ok", "Tình huống 1 = Ông A nộp hồ sơ.", "2 ok < Tình huống 1", "3 ok < Tình huống 1", "4 ok"},
		},
		"asked behind the text": {
			"Tình huống: Ông A nộp hồ sơ.\nDựa vào tình huống trên, anh (chị) hãy trả lời câu 1-2." + ask(1, "Làm gì?") + ask(2, "Khi nào?") + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Ông A nộp hồ sơ.", "1 ok < Tình huống 1", "2 ok < Tình huống 1", "3 ok"},
		},
		"so many that follow": {
			"Sử dụng thông tin dưới đây để trả lời hai câu hỏi tiếp theo\nBộ phận một cửa nhận 120 hồ sơ." + ask(1, "Bao nhiêu?") + ask(2, "Khi nào?") + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Bộ phận một cửa nhận 120 hồ sơ.", "1 ok < Tình huống 1", "2 ok < Tình huống 1", "3 ok"},
		},
		"nothing said": {
			"Tình huống 1. Ông A nộp hồ sơ." + ask(1, "Làm gì?") + "\nTình huống 2. Bà B xin cấp phép." + ask(2, "Khi nào?") + "\nPHẦN II. LÝ THUYẾT" + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Ông A nộp hồ sơ.", "1 review < Tình huống 1", "Tình huống 2 = Bà B xin cấp phép.", "2 review < Tình huống 2", "3 ok"},
		},
		"a list in the text": {
			"Tình huống 1 (câu 1): Ông A có:\na) đơn đề nghị;\nb) bản sao căn cước.\n1. Nộp ngày 02/3." + ask(1, "Làm gì?"),
			[]string{"Tình huống 1 = Ông A có: a) đơn đề nghị; b) bản sao căn cước. 1. Nộp ngày 02/3.", "1 ok < Tình huống 1"},
		},
		"a question of its own": {
			"Tình huống 1: Ông A nộp hồ sơ. Cán bộ làm gì?" + fourOptions + "\nĐáp án: B" + "\nTình huống 2: Bà B xin cấp phép. Hạn mấy ngày?" + fourOptions + "\nĐáp án: C",
			[]string{"- ok", "- ok"},
		},
		"words in a stem": {
			ask(1, "Xử lý thế nào?\nTình huống: ông A nộp hồ sơ.") + ask(2, "Đọc đoạn văn sau và trả lời câu hỏi: ông A nộp hồ sơ, ai ký?"),
			[]string{"1 ok", "2 ok"},
		},
		"words in an explanation": {
			ask(1, "Mấy ngày?") + "\nGiải thích: Tình huống này theo Điều 3.\nTình huống này thường gặp." + ask(2, "Ai ký?"),
			[]string{"1 ok (Tình huống này theo Điều 3. Tình huống này thường gặp.)", "2 ok"},
		},
		"the same title twice": {
			"Tình huống 1 (câu 1): Ông A." + ask(1, "Làm gì?") + "\nTình huống 1 (câu 2): Bà B." + ask(2, "Khi nào?"),
			[]string{"Tình huống 1 = Ông A.", "1 ok < Tình huống 1", "Tình huống 2 = Bà B.", "2 ok < Tình huống 2"},
		},
	} {
		if diff := cmp.Diff(c.want, about(written.Read(page(c.page)).Items)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	own := written.Read(page("Tình huống 1: Ông A nộp hồ sơ. Cán bộ làm gì?" + fourOptions + "\nĐáp án: B")).Items[0]
	if own.Type != exchange.Single || !strings.HasPrefix(own.Stem, "Ông A") || len(own.Options) != 4 || len(own.Key) != 1 {
		t.Errorf("a question of its own is read as %+v", own)
	}
}
