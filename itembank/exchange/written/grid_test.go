package written_test

import (
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/written"
)

func cell(text string) written.Cell {
	return written.Cell{Lines: []written.Line{{Runs: []written.Run{{Text: text}}}}}
}

// A table of data in a question is kept as a table; its words are where they
// were.
func TestRead_tablesInQuestions(t *testing.T) {
	t.Parallel()
	data := written.Table{Rows: [][]written.Cell{{cell("Năm"), cell("Số hồ sơ")}, {cell("2024"), cell("120")}, {cell("2025"), cell("150")}}}
	blocks := append(page("Câu 1. Cho bảng số liệu:"), written.Block{Table: &data})
	blocks = append(blocks, page("Năm 2025 tăng bao nhiêu?"+fourOptions+"\nĐáp án: B\nCâu 2. Ai ký?"+fourOptions+"\nĐáp án: A")...)
	items := written.Read(blocks).Items
	if len(items) != 2 || items[0].Status != exchange.OK || items[0].Stem != "Cho bảng số liệu: Năm Số hồ sơ 2024 120 2025 150 Năm 2025 tăng bao nhiêu?" {
		t.Fatalf("%d items, the first is %+v", len(items), items[0])
	}
	it := items[0]
	const want = "Cho bảng số liệu:\n\n| Năm | Số hồ sơ |\n|---|---|\n| 2024 | 120 |\n| 2025 | 150 |\n\nNăm 2025 tăng bao nhiêu?"
	if !markdown.Dress(&it) || it.Stem != want {
		t.Errorf("in Markdown it is\n%s", it.Stem)
	}
	if second := items[1]; markdown.Dress(&second) {
		t.Errorf("a question without a table is written in Markdown: %q", second.Stem)
	}
	inText := append(page("Tình huống 1 (câu 1): Bộ phận một cửa có số liệu sau."), written.Block{Table: &data})
	inText = append(inText, page("Câu 1. Năm nào nhiều hơn?"+fourOptions+"\nĐáp án: B")...)
	if s := written.Read(inText).Items[0]; s.Type != exchange.Situation || !markdown.Dress(&s) || s.Stem != "Bộ phận một cửa có số liệu sau.\n\n| Năm | Số hồ sơ |\n|---|---|\n| 2024 | 120 |\n| 2025 | 150 |" {
		t.Errorf("a situation with a table is %q", s.Stem)
	}
}
