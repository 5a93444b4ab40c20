package written_test

import (
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/written"
)

// whole is an item with its words: brief, section, stem, options, explanation,
// citation.
func whole(it exchange.Item) string {
	section := ""
	if it.Section != nil {
		section = "[" + *it.Section + "] "
	}
	out := section + brief(it) + ": " + it.Stem + " / " + strings.Join(it.Options, " / ")
	if it.Explanation+it.Citation != "" {
		out += " (" + it.Explanation + "|" + it.Citation + ")"
	}
	return out
}

// fourOptions go below a question.
const fourOptions = "\nA. Một\nB. Hai\nC. Ba\nD. Bốn"

// wholes lists items, one a line.
func wholes(items []exchange.Item) string {
	var all []string
	for _, it := range items {
		all = append(all, whole(it))
	}
	return strings.Join(all, "\n")
}

// Other ways of naming the key, each below the same question.
func TestRead_keyLines(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"Chọn đáp án C", "Chọn phương án C.", "Đáp án câu 1: C", "Đ/án: C", "Đ.A: C", "(Đáp án: C)", "[Đáp án: C]", "- Đáp án: C", "* Đáp án: C", "⟶ C", "Đáp án： C",
		"Đáp án: (C)", `Đáp án:\nC`,
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			items := written.Read(page("Câu 1. Thế nào?" + fourOptions + "\n" + line + "\nCâu 2. Gì?" + fourOptions + "\nĐáp án: A")).Items
			if got := wholes(items); got != "1 single/4 C ok: Thế nào? / Một / Hai / Ba / Bốn\n2 single/4 A ok: Gì? / Một / Hai / Ba / Bốn" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestRead_hazards(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ page, want string }{
		"a key line nobody filled in": {
			"Câu 1. Ai?\nA. x\nB. y\nĐáp án:\nGiải thích đáp án: Vì thế\nCăn cứ: Điều 1\nCâu 2. Gì?\nA. x\nB. y\nĐáp án: B",
			"1 single/2 ? review key_missing: Ai? / x / y (Vì thế|Điều 1)\n2 single/2 B ok: Gì? / x / y",
		},
		"several letters in brackets": {
			"Câu 1. Ai? (Chọn nhiều đáp án)\nA. x\nB. y\nC. z\nĐáp án: (AC)",
			"1 multiple/3 AC ok: Ai? (Chọn nhiều đáp án) / x / y / z",
		},
		"an option's text that names letters": {
			"Câu 1. Cái nào?\nA. Ý a\nB. Ý a và b\nC. Ý b\nĐáp án: Ý a và b",
			"1 single/3 B ok: Cái nào? / Ý a / Ý a và b / Ý b",
		},
		"all in blue, one in red": {
			"Câu 1. Ai?\n<l>A. x</l>\n<r>B. y</r>\n<l>C. z</l>",
			"1 single/3 B ok: Ai? / x / y / z",
		},
		"all letters bold, one option whole": {
			"Câu 1. Ai?\n<b>A.</b> x\n<b>B. y</b>\n<b>C.</b> z",
			"1 single/3 B ok: Ai? / x / y / z",
		},
		"options in columns": {
			"Câu 1. Ai?\nA. x\tC. z\nB. y\tD. t\nĐáp án: C",
			"1 single/4 C ok: Ai? / x / y / z / t",
		},
		"a point of a list that sounds like a key": {
			"Câu 1. Nên làm gì?\n- Trả lời: có hẹn\n- Chọn: chờ\nA. x\nB. y\nĐáp án: B",
			"1 single/2 B ok: Nên làm gì? - Trả lời: có hẹn - Chọn: chờ / x / y",
		},
		"an option in capitals after a letter that is missing": {
			"Câu 1. Ai?\nA. GDP\nB. GNP\nD. CPI\nĐáp án: D\nCâu 2. Gì?\nA. x\nB. y\nĐáp án: A",
			"1 single/3 C review letters_skip: Ai? / GDP / GNP / CPI\n2 single/2 A ok: Gì? / x / y",
		},
		"a star in brackets": {
			"Câu 1. Ai?\nA. x (*)\nB. y",
			"1 single/2 A ok: Ai? / x / y",
		},
		"the paper ends": {
			"Câu 1. Ai?\nA. x\nB. y\nĐáp án: B\n--- HẾT ---\nNgười biên soạn\n(Ký, ghi rõ họ tên)\nTrần Thị Mẫu",
			"1 single/2 B ok: Ai? / x / y",
		},
		"headings with letters": {
			"NGÂN HÀNG CÂU HỎI\nA. PHẦN CHUNG\nCâu 1. Ai?\nA. x\nB. y\nC. z\nĐáp án: C\nB. PHẦN RIÊNG\nCâu 1. Gì?\nA. SIPAS\nB. PAPI\nĐáp án: B",
			"[A. PHẦN CHUNG] 1 single/3 C ok: Ai? / x / y / z\n[B. PHẦN RIÊNG] 1 single/2 B ok: Gì? / SIPAS / PAPI",
		},
		"keys of parts with letters": {
			"A. PHẦN CHUNG\nCâu 1. Ai?\nA. x\nB. y\nC. z\nB. PHẦN RIÊNG\nCâu 1. Gì?\nA. x\nB. y\nĐÁP ÁN\nA. PHẦN CHUNG\n1. C\nB. PHẦN RIÊNG\n1. A",
			"[A. PHẦN CHUNG] 1 single/3 C ok: Ai? / x / y / z\n[B. PHẦN RIÊNG] 1 single/2 A ok: Gì? / x / y",
		},
		"heads on lines of their own after a key table": {
			"PHẦN I\nCâu 1.\nAi?\nA. x\nB. y\nĐÁP ÁN\n1B\nPHẦN II\nCâu 1.\nGì?\nA. x\nB. y\nĐÁP ÁN\n1A",
			"[PHẦN I] 1 single/2 B ok: Ai? / x / y\n[PHẦN II] 1 single/2 A ok: Gì? / x / y",
		},
		"dots at the head of a stem": {
			"Câu 1........... là cơ quan nào?\nA. x\nB. y\nĐáp án: B",
			"1 single/2 B ok: .......... là cơ quan nào? / x / y",
		},
		"a list with brackets in a stem": {
			"Câu 1. Ghép:\n(a) lập pháp (b) hành pháp\nA. 1-a\nB. 1-b\nĐáp án: A",
			"1 single/2 A ok: Ghép: (a) lập pháp (b) hành pháp / 1-a / 1-b",
		},
		"a lettered list before lettered options": {
			`Câu 1. Cho các ý:\na) Một\nb) Hai\nÝ nào đúng?\na) Ý a\nb) Ý b` + "\nĐáp án: b\nCâu 2. Gì?\na) x\nb) y\nĐáp án: a",
			"1 single/2 B ok: Cho các ý: a) Một b) Hai Ý nào đúng? / Ý a / Ý b\n2 single/2 A ok: Gì? / x / y",
		},
		"a question that lost its number": {
			"Câu 1. Ai?\na) x\nb) y\nGì đây?\na) z\nb) t\nCâu 3. Đâu?\na) x\nb) y",
			"1 single/2 ? review key_missing: Ai? / x / y\n- single/2 ? review key_missing: Gì đây? / z / t\n3 single/2 ? review key_missing: Đâu? / x / y",
		},
		"a numbered list in a file of bare numbers": {
			"1. Cho các bước:\n1. Tiếp nhận\n2. Thẩm định\nBước nào trước?\nA. 1\nB. 2\nĐáp án: A\n2. Gì?\nA. x\nB. y\nĐáp án: B",
			"1 single/2 A ok: Cho các bước: 1. Tiếp nhận 2. Thẩm định Bước nào trước? / 1 / 2\n2 single/2 B ok: Gì? / x / y",
		},
		"an option over two paragraphs":               {"Câu 1. Ai?\nA. Một câu\nnối tiếp\nB. Hai\nC. Ba\nĐáp án: A", "1 single/3 A ok: Ai? / Một câu nối tiếp / Hai / Ba"},
		"a list in the explanation":                   {"1. Ai?\na) x\n<b>b) y</b>\nTrích Điều 3:\na) có phẩm chất;\nb) có năng lực.\n2. Gì?\n<b>a) x</b>\nb) y", "1 single/2 B ok: Ai? / x / y (Trích Điều 3: a) có phẩm chất; b) có năng lực.|)\n2 single/2 A ok: Gì? / x / y"},
		"a list in the explanation, letters as small": {"Câu 1. Ai?\nA. x\nB. y\nĐiều 3. Tiêu chuẩn:\na) có phẩm chất;\nb) có năng lực.\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN\n1B 2A", "1 single/2 B ok: Ai? / x / y (Điều 3. Tiêu chuẩn: a) có phẩm chất; b) có năng lực.|)\n2 single/2 A ok: Gì? / x / y"},
		"a numbered list in the explanation":          {"1. Ai?\na) x\n<b>b) y</b>\nĐiều 8. Nghĩa vụ\n1. Trung thành.\n2. Tận tụy.\n2. Gì?\n<b>a) x</b>\nb) y", "1 single/2 B ok: Ai? / x / y (Điều 8. Nghĩa vụ 1. Trung thành. 2. Tận tụy.|)\n2 single/2 A ok: Gì? / x / y"},
		"keys with the words of options":              {"Câu 1. Ai?\nA. Ông Một\nB. Bà Hai\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN\n1. B. Bà Hai\n2. A - Vì Điều 5 quy định", "1 single/2 B ok: Ai? / Ông Một / Bà Hai\n2 single/2 A ok: Gì? / x / y (Vì Điều 5 quy định|)"},
		"keys with words, Câu before each":            {"Câu 1. Ai?\nA. Ông Một\nB. Bà Hai\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN\nCâu 1: B. Bà Hai\nCâu 2: A. x", "1 single/2 B ok: Ai? / Ông Một / Bà Hai\n2 single/2 A ok: Gì? / x / y"},
		"key headings that name parts":                {"PHẦN I\nCâu 1. Ai?\nA. x\nB. y\nPHẦN II\nCâu 1. Gì?\nA. x\nB. y\nĐÁP ÁN PHẦN I\n1. B\nĐÁP ÁN PHẦN II\n1. A", "[PHẦN I] 1 single/2 B ok: Ai? / x / y\n[PHẦN II] 1 single/2 A ok: Gì? / x / y"},
		"a numbered key heading":                      {"Câu 1. Ai?\nA. x\nB. y\nIII. ĐÁP ÁN\n1. B", "1 single/2 B ok: Ai? / x / y"},
		"a long key heading":                          {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN VÀ HƯỚNG DẪN GIẢI\n1B, 2A", "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y"},
		"a number that stands twice":                  {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nCâu 2. Đâu?\nA. x\nB. y\nCâu 3. Khi nào?\nA. x\nB. y\nĐÁP ÁN\n1B 2A 3A", "1 single/2 B ok: Ai? / x / y\n2 single/2 ? review key_missing: Gì? / x / y\n2 single/2 ? review key_missing: Đâu? / x / y\n3 single/2 A ok: Khi nào? / x / y"},
		"a number twice in the key table":             {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN\n1B 2A 2B", "1 single/2 B ok: Ai? / x / y\n2 single/2 ? review key_conflict: Gì? / x / y"},
		"a key table against bold":                    {"Câu 1. Ai?\n<b>A. x</b>\nB. y\nC. z\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN\n1B 2A", "1 single/3 ? review key_conflict: Ai? / x / y / z\n2 single/2 A ok: Gì? / x / y"},
		"small letters in a row":                      {"Câu 1. Ai?\na. x b. y c. z d. t\nĐáp án: c", "1 single/4 C ok: Ai? / x / y / z / t"},
		"a letter in a sentence":                      {"Câu 1. Ai?\na) theo điểm b. khoản 2\nb) theo điểm c. khoản 3\nĐáp án: a", "1 single/2 A ok: Ai? / theo điểm b. khoản 2 / theo điểm c. khoản 3"},
		"instructions with numbers":                   {"HƯỚNG DẪN\n1. Thời gian 60 phút.\n2. Mỗi câu chọn một phương án.\n1. Ai?\nA. x\nB. y\nĐáp án: A\n2. Gì?\nA. x\nB. y\nĐáp án: B", "1 single/2 A ok: Ai? / x / y\n2 single/2 B ok: Gì? / x / y"},
		"a pinned line in a block":                    {"Ai ký?\n*Ông\nBà\n#Tất cả\n\nKhi nào?\nNay\n*Mai", "- single/3 A ok: Ai ký? / Ông / Bà / Tất cả\n- single/2 B ok: Khi nào? / Nay / Mai"},
		"other ticks":                                 {"Câu 1. Ai?\nA. x\nB. y ✅\nCâu 2. Gì?\nA. x √\nB. y", "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y"},
		"letters in circles":                          {"Câu 1. Ai?\nⒶ x\nⒷ y\nĐáp án: B", "1 single/2 B ok: Ai? / x / y"},
		"options that speak of small letters":         {"Câu 1. Ai?\na) x\nb) y\nc) Cả a và b\nd) Cả a, b và c\nĐáp án: c", "1 single/4 C ok letter_reference: Ai? / x / y / Cả a và b / Cả a, b và c"},
		"options that speak of others, in more words": {"Câu 1. Ai?\nA. x\nB. y\nC. Cả (A) và (B)\nD. A và B sai\nĐáp án: C\nCâu 2. Gì?\nA. x\nB. y\nC. Tất cả đáp án đều đúng\nĐáp án: C\nCâu 3. Sao?\nA. x\nB. y\nC. Tất cả đều đúng\nD. Các ý trên đều sai\nĐáp án: C\nCâu 4. Đâu?\nA. x\nB. y\nC. Không có đáp án nào đúng\nD. A hoặc B\nĐáp án: C", "1 single/4 C ok letter_reference: Ai? / x / y / Cả (A) và (B) / A và B sai\n2 single/3 C ok letter_reference: Gì? / x / y / Tất cả đáp án đều đúng\n3 single/4 C ok letter_reference: Sao? / x / y / Tất cả đều đúng / Các ý trên đều sai\n4 single/4 C ok letter_reference: Đâu? / x / y / Không có đáp án nào đúng / A hoặc B"},
		"letters that are no options":                 {"Câu 1. Ai?\nA. Nhóm máu A và B\nB. Vitamin A, B\nC. Hạng A và B\nĐáp án: C", "1 single/3 C ok: Ai? / Nhóm máu A và B / Vitamin A, B / Hạng A và B"},
		"deleted star":                                {"Câu 1. Ai?\n^*^A. x\n*B. y", "1 single/2 B review tracked_change: Ai? / x / y"},
		"deleted tag":                                 {"Câu 1. Ai?\nA. x^ (đúng)^\nB. y (đúng)", "1 single/2 B review tracked_change: Ai? / x / y"},
		"hidden star":                                 {"Câu 1. Ai?\n~*~A. x\nB. y", "1 single/2 ? review hidden_text: Ai? / x / y"},
		"hidden among keys":                           {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: ~A~B", "1 single/2 B review hidden_text: Ai? / x / y"},
		"zero width":                                  {"Câu\u200b 1\u200b. Ai?\nA.\u200b x\n\u200bB. y\n\ufeffĐáp\u00a0án\u200b: B", "1 single/2 B ok: Ai? / x / y"},
		"all soft with explanation":                   {`Câu 1. Ai?\nA. x\nB. y\nĐáp án: B\nGiải thích: Vì\nthế\nCăn cứ: Điều 1` + "\nCâu 2. Gì?\nA. x\nB. y\nĐáp án: A", "1 single/2 B ok: Ai? / x / y (Vì thế|Điều 1)\n2 single/2 A ok: Gì? / x / y"},
		"essay":                                       {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: A\nCâu 2. Trình bày các nội dung cải cách.\nCâu 3. Gì?\nA. x\nB. y\nĐáp án: B", "1 single/2 A ok: Ai? / x / y\n2 single/0 ? error too_few_options key_missing: Trình bày các nội dung cải cách. / \n3 single/2 B ok: Gì? / x / y"},
		"stem in capitals":                            {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: A\nCâu 2\nCƠ QUAN NÀO?\nA. x\nB. y\nĐáp án: B", "1 single/2 A ok: Ai? / x / y\n2 single/2 B ok: CƠ QUAN NÀO? / x / y"},
		"Đúng, Sai and a third":                       {"Câu 1. Ai?\nA. Đúng\nB. Sai\nC. Không xác định\nĐáp án: A", "1 single/3 A ok: Ai? / Đúng / Sai / Không xác định"},
		"a citation behind the key":                   {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: A (Căn cứ: Điều 5)\nCâu 2. Gì?\nA. x\nB. y\nĐáp án: B. Căn cứ: Điều 6", "1 single/2 A ok: Ai? / x / y (|Điều 5)\n2 single/2 B ok: Gì? / x / y (|Điều 6)"},
		"six options":                                 {"Câu 1. Ai?\nA. x\nB. y\nC. z\nD. t\nE. u\nF. v\nĐáp án: F", "1 single/6 F ok: Ai? / x / y / z / t / u / v"},
		"key before options":                          {"Câu 1. Ai?\nĐáp án: B\nA. x\nB. y\nC. z\nCâu 2. Gì?\nĐáp án: A\nA. x\nB. y", "1 single/3 B ok: Ai? / x / y / z\n2 single/2 A ok: Gì? / x / y"},
		"two keys lines":                              {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: A\nĐáp án: B", "1 single/2 ? review key_conflict: Ai? / x / y"},
		"many wanted 2 got 3":                         {"Câu 1. Ai? (Chọn 2 đáp án)\nA. x\nB. y\nC. z\nĐáp án: A, B, C", "1 multiple/3 ? review key_conflict: Ai? (Chọn 2 đáp án) / x / y / z"},
		"key with not":                                {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: không phải A", "1 single/2 ? review key_missing: Ai? / x / y"},
		"a key that leaves it open":                   {"Câu 1. Ai?\nA. x\nB. y\nC. z\nĐáp án: A hoặc B", "1 single/3 ? review key_conflict: Ai? / x / y / z"},
		"a key in doubt":                              {"Câu 1. Ai?\nA. x\nB. y\nC. z\nĐáp án: B (?)", "1 single/3 ? review key_missing: Ai? / x / y / z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wholes(written.Read(page(c.page)).Items); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
