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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wholes(written.Read(page(c.page)).Items); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
