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
		"no column of keys, questions in cells": {
			"STT|Câu hỏi|Ghi chú\n" + `1|Ai?\nA. x\n*B. y|` + "\n" + `2|Gì?\nA. x\nB. y\nĐáp án: A|`,
			"1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y",
		},
		"a total in the stem's column": {
			"Câu hỏi|A|B|Đáp án\nAi?|x|y|B\nTổng số câu|||1",
			"- single/2 B ok: Ai? / x / y",
		},
		"F beside options that no column names": {
			"STT|Câu hỏi|I|II|Đáp án\n1|Ai?|x|y|F",
			"1 single/0 ? error key_unknown_letter too_few_options: Ai? / ",
		},
		"a key in figures with a comma": {
			"STT|Câu hỏi|A|B|Đáp án\n1|Mấy?|7.25%|8.50%|8,50%",
			"1 single/2 B ok: Mấy? / 7.25% / 8.50%",
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
		"remarks in the header":                               {"STT|Câu hỏi (nội dung)|A|B|Đáp án (A/B/C/D)|Căn cứ (số hiệu, điều)|Mức độ (NB/TH)\n1|Ai?|x|y|B|Điều 1|NB", "1 single/2 B ok: Ai? / x / y (|Điều 1)"},
		"longer names of columns":                             {"Câu hỏi số|Nội dung câu hỏi trắc nghiệm|Phương án trả lời A|Phương án trả lời B|Đáp án đúng nhất|Nguồn trích dẫn\n1|Ai?|x|y|B|Điều 1", "1 single/2 B ok: Ai? / x / y (|Điều 1)"},
		"other names of columns":                              {"TT|NỘI DUNG CÂU HỎI|PHƯƠNG ÁN A|PHƯƠNG ÁN B|PHƯƠNG ÁN ĐÚNG|VĂN BẢN CĂN CỨ|GIẢI THÍCH CHI TIẾT\n1|Ai?|x|y|B|Điều 1|Vì", "1 single/2 B ok: Ai? / x / y (Vì|Điều 1)"},
		"one option a row, the letter of the key beside them": {"STT|Câu hỏi|Phương án|Nội dung phương án|Đáp án\n1|Ai?|A|x|B\n^|^|B|y|^\n2|Gì?|A|x|A\n^|^|B|y|^", "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y"},
		"options in one cell":                                 {"STT|Câu hỏi|Các phương án|Đáp án\n1|Ai?|a) x\\nb) y|b", "1 single/2 B ok: Ai? / x / y"},
		"crosses under Đúng and Sai":                          {"STT|Câu hỏi|Đúng|Sai\n1|Cấp huyện đã kết thúc.|x|\n2|Cấp xã đã kết thúc.||x", "1 truefalse/2 A ok: Cấp huyện đã kết thúc. / Đúng / Sai\n2 truefalse/2 B ok: Cấp xã đã kết thúc. / Đúng / Sai"},
		"ditto marks":                                         {"STT|Chuyên đề|Câu hỏi|A|B|Đáp án\n1|Một|Ai?|x|y|B\n2|nt|Gì?|x|y|A", "[Một] 1 single/2 B ok: Ai? / x / y\n[Một] 2 single/2 A ok: Gì? / x / y"},
		"a key with words":                                    {"STT|Câu hỏi|A|B|Đáp án\n1|Ai?|x|y|B - y\n2|Gì?|x|y|A. y", "1 single/2 B ok: Ai? / x / y\n2 single/2 ? review key_conflict: Gì? / x / y"},
		"a header that is repeated":                           {"STT|Câu hỏi|A|B|Đáp án\n1|Ai?|x|y|B\nSTT|Câu hỏi|A|B|Đáp án\n2|Gì?|x|y|A", "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y"},
		"stars in cells":                                      {"STT|Câu hỏi|A|B\n1|Ai?|x|*y\n2|Gì?|x (đúng)|y", "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y"},
		"a number that is place or text":                      {"STT|Câu hỏi|A|B|C|Đáp án\n1|Mấy?|2|3|4|3\n2|Mấy nữa?|2|3|4|B\n3|Bao nhiêu?|5|6|7|6", "1 single/3 ? review key_conflict: Mấy? / 2 / 3 / 4\n2 single/3 B ok: Mấy nữa? / 2 / 3 / 4\n3 single/3 B ok: Bao nhiêu? / 5 / 6 / 7"},
		"an option's letter where questions have numbers": {
			"STT|Nội dung câu hỏi|Đáp án\n1|Ai?|b\na|x|\nb|y|\n2|Gì?|a\na|x|\nb|y|",
			"1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y",
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

// Tables of keys and of questions among the lines of a page.
func TestRead_tables(t *testing.T) {
	t.Parallel()
	const six = "Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nCâu 3. Đâu?\nA. x\nB. y\nĐÁP ÁN"
	const keyed = "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y\n3 single/2 B ok: Đâu? / x / y"
	const header = "STT|Câu hỏi|A|B|Đáp án\n"
	for name, c := range map[string]struct {
		page   string
		tables []string
		want   string
	}{
		"keys with citations": {six, []string{"Câu|Đáp án|Căn cứ\n1|B|Điều 1\n2|A|Điều 2\n3|B|Điều 3"}, strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(keyed, "\n2", " (|Điều 1)\n2"), "\n3", " (|Điều 2)\n3")+" (|Điều 3)", "  ", " ")},
		"keys of parts in one grid": {
			"PHẦN I\nCâu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nPHẦN II\nCâu 1. Đâu?\nA. x\nB. y\nCâu 2. Sao?\nA. x\nB. y\nĐÁP ÁN",
			[]string{"Phần I|<|<\nCâu|1|2\nĐA|B|A\nPhần II|<|<\nCâu|1|2\nĐA|A|B"},
			"[PHẦN I] 1 single/2 B ok: Ai? / x / y\n[PHẦN I] 2 single/2 A ok: Gì? / x / y\n[PHẦN II] 1 single/2 A ok: Đâu? / x / y\n[PHẦN II] 2 single/2 B ok: Sao? / x / y",
		},
		"a table that goes on":            {"", []string{header + "1|Ai?|x|y|B", "2|Gì?|x|y|A"}, "1 single/2 B ok: Ai? / x / y\n2 single/2 A ok: Gì? / x / y"},
		"letters in cells of their own":   {"Câu 1. Ai?", []string{"A|x|B|y\nC|z|D|t"}, "1 single/4 ? review key_missing: Ai? / x / y / z / t"},
		"a table of figures in a stem":    {"Câu 1. Cho bảng:", []string{"Năm|2023|2024\nTỷ lệ|80|90", "A|x\nB|y"}, "1 single/2 ? review key_missing: Cho bảng: Năm 2023 2024 Tỷ lệ 80 90 / x / y"},
		"letters left, crosses right":     {"", []string{"1|Ai?|\na|x|\nb|y|x\n2|Gì?|\na|x|x\nb|y|"}, keyed[:strings.Index(keyed, "\n3")]},
		"numbers and letters in a column": {"", []string{`1\na\nb|Ai?\nx\ny`}, "1 single/2 ? review key_missing: Ai? / x / y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blocks := page(c.page)
			for _, rows := range c.tables {
				grid := table(rows)
				blocks = append(blocks, written.Block{Table: &grid})
			}
			if got := wholes(written.Read(blocks).Items); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A letter that was changed with tracking on is asked, in a cell too.
func TestRead_changedLettersInCells(t *testing.T) {
	t.Parallel()
	grid := table("Câu|1|2\nĐáp án|B|A")
	grid.Rows[1][1].Lines[0].Tracked, grid.Rows[1][1].Lines[0].Secret = true, "A"
	blocks := append(page("Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN"), written.Block{Table: &grid})
	if got := wholes(written.Read(blocks).Items); got != "1 single/2 B review tracked_change: Ai? / x / y\n2 single/2 A ok: Gì? / x / y" {
		t.Errorf("grid: got %s", got)
	}
	sheet := table("STT|Câu hỏi|A|B|Đáp án\n1|Ai?|x|y|B")
	sheet.Rows[1][4].Lines[0].Tracked = true
	content, _ := written.Sheet(sheet)
	if got := wholes(exchange.Finish(content.Items)); got != "1 single/2 B review tracked_change: Ai? / x / y" {
		t.Errorf("sheet: got %s", got)
	}
}
