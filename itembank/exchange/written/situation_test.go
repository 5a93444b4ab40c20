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
			line := it.Name + " = " + it.Stem
			if it.Status != exchange.OK {
				line = "? " + line
			}
			all = append(all, line)
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
		"a question of its own with small letters": {
			"Tình huống 1: Ông A nộp hồ sơ. Cán bộ làm gì?\na) một\nb) hai\nc) ba\nd) bốn\nĐáp án: b" + ask(2, "Ai ký?"),
			[]string{"- ok", "2 ok"},
		},
		"a question of its own behind a reading": {
			"Đọc tình huống sau và trả lời câu hỏi: Ông A nộp chậm. Cán bộ sẽ:" + fourOptions + "\nĐáp án: B",
			[]string{"- ok"},
		},
		"answered in words": {
			"Tình huống 1: Ông A nộp hồ sơ. Cán bộ làm gì?\nGợi ý trả lời: Yêu cầu bổ sung.\nCăn cứ: Điều 3 Nghị định số 118/2025/NĐ-CP" + ask(2, "Ai ký?"),
			[]string{"? Tình huống 1 = Ông A nộp hồ sơ. Cán bộ làm gì?", "2 review < Tình huống 1"},
		},
		"a key behind a remark": {
			"Câu 1. Mấy ngày?" + fourOptions + "\nTình huống: ông A nộp chậm.\nĐáp án: B" + ask(2, "Ai ký?"),
			[]string{"1 ok (Tình huống: ông A nộp chậm.)", "2 ok"},
		},
		"how many and for how many points": {
			"Tình huống 1 (gồm 2 câu hỏi, mỗi câu 0,25 điểm): Năm 2025, ông A nộp hồ sơ." + ask(1, "Làm gì?") + ask(2, "Khi nào?") + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Năm 2025, ông A nộp hồ sơ.", "1 ok < Tình huống 1", "2 ok < Tình huống 1", "3 ok"},
		},
		"numbers that are no questions": {
			"Tình huống 1 (2,5 điểm, năm 2025, Nghị định 61/2018/NĐ-CP): Ông A." + ask(1, "Làm gì?"),
			[]string{"Tình huống 1 = Ông A.", "1 review < Tình huống 1"},
		},
		"points behind the numbers": {
			"Đọc đoạn văn sau và trả lời các câu từ 1 đến 2 (mỗi câu 3 điểm)\nÔng A nộp hồ sơ." + ask(1, "Làm gì?") + ask(2, "Khi nào?") + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Ông A nộp hồ sơ.", "1 ok < Tình huống 1", "2 ok < Tình huống 1", "3 ok"},
		},
		"the text behind the colon": {
			"Đọc đoạn văn sau và trả lời các câu hỏi từ 1 đến 2: Ngày 03/4, ông A nộp hồ sơ." + ask(1, "Làm gì?") + ask(2, "Khi nào?") + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Ngày 03/4, ông A nộp hồ sơ.", "1 ok < Tình huống 1", "2 ok < Tình huống 1", "3 ok"},
		},
		"numbers of no question": {
			"Tình huống 1 (câu 11, 12): Ông A." + ask(1, "Làm gì?"),
			[]string{"Tình huống 1 = Ông A.", "1 review < Tình huống 1"},
		},
		"more in an explanation": {
			ask(1, "Mấy ngày?") + "\nGiải thích: Điều 3.\nTình huống: nếu ông A nộp chậm thì áp dụng Điều 4.\nDựa vào thông tin ở Điều 5, người dân được trả lời bằng văn bản nên chọn câu B." + ask(2, "Ai ký?"),
			[]string{"1 ok (Điều 3. Tình huống: nếu ông A nộp chậm thì áp dụng Điều 4. Dựa vào thông tin ở Điều 5, người dân được trả lời bằng văn bản nên chọn câu B.)", "2 ok"},
		},
		"behind an explanation, set apart": {
			ask(1, "Mấy ngày?") + "\nGiải thích: Điều 3.\n\nTình huống 1 (câu 2): Ông A." + ask(2, "Ai ký?"),
			[]string{"1 ok (Điều 3.)", "Tình huống 1 = Ông A.", "2 ok < Tình huống 1"},
		},
		"a title in the text": {
			"Đọc đoạn văn sau và trả lời câu 2 đến câu 3:\nCẢI CÁCH HÀNH CHÍNH\n<b>Năm 2025 có 120 hồ sơ.</b>" + ask(2, "Mấy?") + ask(3, "Khi nào?"),
			[]string{"Tình huống 1 = CẢI CÁCH HÀNH CHÍNH Năm 2025 có 120 hồ sơ.", "2 ok < Tình huống 1", "3 ok < Tình huống 1"},
		},
		"texts before their questions": {
			"Tình huống 1 (câu 1): Ông A.\nTình huống 2 (câu 2): Bà B." + ask(1, "Làm gì?") + ask(2, "Khi nào?"),
			[]string{"Tình huống 1 = Ông A.", "Tình huống 2 = Bà B.", "1 ok < Tình huống 1", "2 ok < Tình huống 2"},
		},
		"a question of its own ends what came before": {
			"Tình huống 1: Ông A." + ask(1, "Làm gì?") + "\nTình huống 2: Bà B. Hạn mấy ngày?" + fourOptions + "\nĐáp án: C" + ask(3, "Ai ký?"),
			[]string{"Tình huống 1 = Ông A.", "1 review < Tình huống 1", "- ok", "3 ok"},
		},
		"a list of keys": {
			"Tình huống 1: Ông A làm gì?" + fourOptions + "\nĐÁP ÁN\nTình huống 1: B",
			[]string{"- review (Tình huống 1: B)"},
		},
		"the end of the paper": {
			"Tình huống 1 (câu 1): Ông A." + ask(1, "Làm gì?") + "\nTình huống 2 (câu 2): Bà B.\n--- HẾT ---\nNgười ra đề",
			[]string{"Tình huống 1 = Ông A.", "1 ok < Tình huống 1", "? Tình huống 2 = Bà B."},
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
	if own.Type != exchange.Single || !strings.HasPrefix(own.Stem, "Tình huống 1: Ông A") || len(own.Options) != 4 || len(own.Key) != 1 {
		t.Errorf("a question of its own is read as %+v", own)
	}
}

// The other ways in which papers announce a text.
func TestRead_situationHeads(t *testing.T) {
	t.Parallel()
	for _, head := range []string{
		"Tình huống dưới đây dùng cho câu 2 và câu 3:", "Cho tình huống sau, trả lời câu 2 và câu 3:", "Dùng thông tin sau để trả lời câu 2 và 3:",
		"Sử dụng tình huống sau cho câu 2 đến câu 3:", "Tình huống cho câu 2-3:", "Tình huống 1 dùng cho câu 2-3:", "TÌNH HUỐNG 1 (Dùng cho câu 2, 3)", "Tình huống số 1 (câu 2–3).",
		"Hãy đọc kỹ đoạn thông tin sau đây để trả lời các câu hỏi 2 và 3:", "Tình huống I (cho các câu 2; 3)",
	} {
		text := "Câu 1. Mấy ngày?" + fourOptions + "\nĐáp án: B\n" + head + "\nÔng A nộp hồ sơ.\nCâu 2. Làm gì?" + fourOptions + "\nĐáp án: B\nCâu 3. Khi nào?" + fourOptions + "\nĐáp án: B\nCâu 4. Ai ký?" + fourOptions + "\nĐáp án: B"
		items := written.Read(page(text)).Items
		if len(items) != 5 || items[1].Type != exchange.Situation || items[1].Stem != "Ông A nộp hồ sơ." {
			t.Errorf("%s: %q", head, about(items))
			continue
		}
		name := items[1].Name
		if diff := cmp.Diff([]string{"1 ok", name + " = Ông A nộp hồ sơ.", "2 ok < " + name, "3 ok < " + name, "4 ok"}, about(items)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", head, diff)
		}
	}
}
