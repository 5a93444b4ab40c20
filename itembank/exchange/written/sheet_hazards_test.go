package written_test

import (
	"fmt"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/written"
)

// table is a grid written with | between cells and a backslash-n inside them;
// ^ is a cell that the one above covers, < one that the left one covers.
func table(rows string) (t written.Table) {
	for y, row := range strings.Split(strings.Trim(rows, "\n"), "\n") {
		var cells []written.Cell
		for _, words := range strings.Split(row, "|") {
			c := written.Cell{Source: fmt.Sprint("dòng ", y+1)}
			switch words = strings.TrimSpace(words); words {
			case "^", "<":
				c.Merged = true
			case "":
			default:
				for i, line := range strings.Split(words, `\n`) {
					c.Lines = append(c.Lines, written.Line{Runs: []written.Run{{Text: line}}, Soft: i > 0})
				}
			}
			cells = append(cells, c)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func TestSheet_hazards(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ rows, want string }{
		"a header of two rows": {
			"NGÂN HÀNG\nSTT|Câu hỏi|Phương án trả lời|<|Đáp án\n^|^|A|B|^\n1|Ai?|x|y|B",
			"1 single/2 B ok: Ai? / x / y",
		},
		"topics merged or told once": {
			"Chuyên đề|Câu hỏi|A|B|Đáp án\nMột|Ai?|x|y|B\n^|Gì?|x|y|A\n|Đâu?|x|y|A\nHai|Khi nào?|x|y|A",
			"[Một] - single/2 B ok: Ai? / x / y\n[Một] - single/2 A ok: Gì? / x / y\n[Một] - single/2 A ok: Đâu? / x / y\n[Hai] - single/2 A ok: Khi nào? / x / y",
		},
		"a total": {
			"STT|Câu hỏi|A|B|Đáp án\n1|Ai?|x|y|B\nTổng số câu|1|||",
			"1 single/2 B ok: Ai? / x / y",
		},
		"signatures under the options": {
			"Câu hỏi|A|B|Đáp án\nAi?|x|y|B\n\nNgười lập||THỦ TRƯỞNG|\nTrần Văn A||Lê Thị B|",
			"- single/2 B ok: Ai? / x / y",
		},
		"Đ beside no options": {
			"STT|Câu hỏi|A|B|Đáp án\n1|Cấp huyện đã kết thúc.|||Đ\n2|Ai?|x|y|B",
			"1 truefalse/2 A ok: Cấp huyện đã kết thúc. / Đúng / Sai\n2 single/2 B ok: Ai? / x / y",
		},
		"questions in cells, without numbers or keys beside them": {
			`Nội dung câu hỏi và các phương án|Đáp án` + "\n" + `Câu 4: Ai?\nA. x\nB. y\nĐáp án: B|` + "\n" + `Gì?\nA. x\nB. y|A`,
			"4 single/2 B ok: Ai? / x / y\n- single/2 A ok: Gì? / x / y",
		},
		"one option a row, the stem repeated": {
			"STT|Câu hỏi|Phương án|Nội dung phương án|Đúng\n1|Ai?|A|x|\n|Ai?|B|y|x\n2|Gì?|A|x|x\n|Gì?|B|y|",
			"1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y",
		},
		"one option a row, signatures below": {
			"STT|Câu hỏi|Phương án|Đúng\n1|Ai?|x|\n||y|x\n\n||THỦ TRƯỞNG ĐƠN VỊ|",
			"1 single/2 B ok: Ai? / x / y",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, ok := written.Sheet(table(c.rows))
			if got := wholes(exchange.Finish(content.Items)); !ok || got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
