package written_test

import (
	"fmt"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/written"
)

// page turns plain text into what a reader of a format hands in: one line a
// paragraph, <b>, <i>, <u> and <r> (red), <l> (blue) for looks, a backslash-n for a soft
// break, ~hidden~ and ^deleted^ text.
func page(text string) (blocks []written.Block) {
	for n, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n") {
		for i, soft := range strings.Split(strings.TrimSpace(paragraph), `\n`) {
			l := written.Line{Source: fmt.Sprint("đoạn ", n+1), Soft: i > 0}
			dress(&l, soft)
			blocks = append(blocks, written.Block{Line: &l})
		}
	}
	return blocks
}

func dress(l *written.Line, text string) {
	var look written.Look
	hidden, deleted := false, false
	for text != "" {
		at := strings.IndexAny(text, "<~^")
		if at < 0 {
			at = len(text)
		}
		switch words := text[:at]; {
		case words == "":
		case hidden:
			l.Hidden, l.Secret = true, l.Secret+words
		case deleted:
			l.Tracked, l.Secret = true, l.Secret+words
		default:
			l.Runs = append(l.Runs, written.Run{Text: words, Look: look})
		}
		if text = text[at:]; text == "" {
			return
		}
		switch {
		case text[0] == '~':
			hidden, text = !hidden, text[1:]
		case text[0] == '^':
			deleted, text = !deleted, text[1:]
		default:
			end := strings.Index(text, ">")
			on := text[1] != '/'
			switch strings.Trim(text[1:end], "/") {
			case "b":
				look.Bold = on
			case "i":
				look.Italic = on
			case "u":
				look.Underline = on
			case "r":
				look.Color = ""
				if on {
					look.Color = "FF0000"
				}
			case "l":
				look.Color = ""
				if on {
					look.Color = "0000FF"
				}
			}
			text = text[end+1:]
		}
	}
}

// brief is an item in one line: number, type, number of options, key, status,
// flags.
func brief(it exchange.Item) string {
	number := "-"
	if it.Number != nil {
		number = fmt.Sprint(*it.Number)
	}
	key := "?"
	if it.Key != nil {
		key = ""
		for _, k := range it.Key {
			key += exchange.Letter(k)
		}
	}
	out := fmt.Sprintf("%s %s/%d %s %s", number, it.Type, len(it.Options), key, it.Status)
	for _, f := range it.Flags {
		out += " " + string(f)
	}
	return out
}

func TestRead_keys(t *testing.T) {
	t.Parallel()
	const four = "\nA. Một\nB. Hai\nC. Ba\nD. Bốn\n"
	for name, c := range map[string]struct{ page, want string }{
		"a key line":                   {"Câu 1. Thế nào?" + four + "Đáp án: B", "1 single/4 B ok"},
		"a key line in other words":    {"Câu 1. Thế nào?" + four + "Đáp án đúng là: d.", "1 single/4 D ok"},
		"an arrow with words":          {"Câu 1. Thế nào?" + four + "=> Đáp án: C", "1 single/4 C ok"},
		"short for key":                {"Câu 1: Thế nào?" + four + "Đ/a: A", "1 single/4 A ok"},
		"the option's words":           {"Câu 1. Thế nào?" + four + "Đáp án: Ba", "1 single/4 C ok"},
		"letter and the same words":    {"Câu 1. Thế nào?" + four + "Đáp án: C. Ba", "1 single/4 C ok"},
		"letter and another's words":   {"Câu 1. Thế nào?" + four + "Đáp án: C. Hai", "1 single/4 ? review key_conflict"},
		"letter and a reason":          {"Câu 1. Thế nào?" + four + "Đáp án: C. Vì ba là số lẻ", "1 single/4 C ok"},
		"two letters, announced":       {"Câu 1. Những số nào? (Chọn nhiều đáp án)" + four + "Đáp án: A, C", "1 multiple/4 AC ok"},
		"two letters, not announced":   {"Câu 1. Số nào?" + four + "Đáp án: A, C", "1 multiple/4 AC review multiple_keys"},
		"glued letters, announced":     {"Câu 1. Chọn các phương án đúng" + four + "Đáp án: ABD", "1 multiple/4 ABD ok"},
		"wrong number of letters":      {"Câu 1. Số nào? (Chọn 03 phương án)" + four + "Đáp án: A, C", "1 multiple/4 ? review key_conflict"},
		"a letter without option":      {"Câu 1. Thế nào?" + four + "Đáp án: F", "1 single/4 ? error key_unknown_letter"},
		"two key lines that differ":    {"Câu 1. Thế nào?" + four + "Đáp án: A\nĐáp án: B", "1 single/4 ? review key_conflict"},
		"a key line against bold":      {"Câu 1. Thế nào?\nA. Một\n<b>B. Hai</b>\nC. Ba\nĐáp án: C", "1 single/3 ? review key_conflict"},
		"a key line and a bold word":   {"Câu 1. Thế nào?\nA. Một và <b>hai</b> và ba\nB. Hai\nC. Ba\nĐáp án: C", "1 single/3 C ok"},
		"bold, whole option":           {"Câu 1. Thế nào?\nA. Một\n<b>B. Hai</b>\nC. Ba", "1 single/3 B ok"},
		"bold, all options":            {"Câu 1. Thế nào?\n<b>A. Một</b>\n<b>B. Hai</b>\n<b>C. Ba</b>", "1 single/3 ? review key_missing"},
		"bold, two options":            {"Câu 1. Thế nào?\n<b>A. Một</b>\n<b>B. Hai</b>\nC. Ba", "1 single/3 ? review multiple_keys"},
		"bold and red disagree":        {"Câu 1. Thế nào?\n<b>A. Một</b>\n<r>B. Hai</r>\nC. Ba", "1 single/3 ? review key_conflict"},
		"bold and red agree":           {"Câu 1. Thế nào?\nA. Một\n<b><r>B. Hai</r></b>\nC. Ba", "1 single/3 B ok"},
		"underlined letter":            {"<u>Câu 1.</u> Thế nào?\nA. Một\n<u>B.</u> Hai\nC. Ba", "1 single/3 B ok"},
		"half a bold option":           {"Câu 1. Thế nào?\n<b>A. Một hai ba</b> bốn năm\nB. Hai\n<b>C. Ba</b>\nCâu 2. Sao?\n<b>A. Một</b>\nB. Hai", "1 single/3 ? review key_missing|2 single/2 A ok"},
		"a star before":                {"Câu 1. Thế nào?\nA. Một\n*B. Hai\nC. Ba", "1 single/3 B ok"},
		"a star behind":                {"Câu 1. Thế nào?\nA. Một\nB. Hai *\nC. Ba", "1 single/3 B ok"},
		"a tag":                        {"Câu 1. Thế nào?\nA. Một\nB. Hai (Đúng)\nC. Ba", "1 single/3 B ok"},
		"a box":                        {"Câu 1. Thế nào?\n[ ] A. Một\n[X] B. Hai\n[ ] C. Ba", "1 single/3 B ok"},
		"stars on two":                 {"Câu 1. Thế nào?\n*A. Một\n*B. Hai\nC. Ba", "1 multiple/3 AB review multiple_keys"},
		"nothing at all":               {"Câu 1. Thế nào?" + four, "1 single/4 ? review key_missing"},
		"hidden key":                   {"Câu 1. Thế nào?" + four + "~Đáp án: B~", "1 single/4 ? review hidden_text"},
		"a key that was changed":       {"Câu 1. Thế nào?" + four + "Đáp án: ^A^B", "1 single/4 B review tracked_change"},
		"a deleted key line":           {"Câu 1. Thế nào?" + four + "^Đáp án: B^", "1 single/4 ? review tracked_change key_missing"},
		"true or false by options":     {"Câu 1. Cấp huyện đã kết thúc.\nA. Đúng\nB. Sai\nĐáp án: A", "1 truefalse/2 A ok"},
		"true or false by words":       {"Câu 1. Cấp huyện đã kết thúc. (Đúng/Sai)\nĐáp án: Sai", "1 truefalse/2 B ok"},
		"place or text of an option":   {"Câu 1. Mấy?\nA. 2\nB. 3\nC. 4\nĐáp án: 3", "1 single/3 ? review key_conflict"},
		"letters in another alphabet":  {"Câu 1. Thế nào?\nА. Một\nВ. Hai\nС. Ba\nĐáp án: B", "1 single/3 B ok lookalike_letters"},
		"options that speak of others": {"Câu 1. Thế nào?\nA. Một\nB. Hai\nC. Cả A và B\nD. Tất cả đều sai\nĐáp án: C", "1 single/4 C ok letter_reference"},
		"letters that skip":            {"Câu 1. Thế nào?\nA. Một\nB. Hai\nD. Ba\nĐáp án: D", "1 single/3 C review letters_skip"},
		"a, b, c, d, đ":                {"Câu 1. Thế nào?\na) Một\nb) Hai\nc) Ba\nd) Bốn\nđ) Năm\nĐáp án: đ", "1 single/5 E ok"},
		"format only among worded":     {"Câu 1. Một?" + four + "Đáp án: B\nCâu 2. Hai?\nA. x\n<b>B. y</b>\nC. z", "1 single/4 B ok|2 single/3 ? review key_missing"},
		"asks the same twice":          {"Câu 1. Thế nào?" + four + "Đáp án: B\nCâu 2. Thế  nào ?\nA. Bốn\nB. Ba\nC. Hai\nD. Một\nĐáp án: C", "1 single/4 B ok|2 single/4 C review duplicate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, it := range written.Read(page(c.page)).Items {
				got = append(got, brief(it))
			}
			if joined := strings.Join(got, "|"); joined != c.want {
				t.Errorf("got  %s\nwant %s", joined, c.want)
			}
		})
	}
}

func TestRead_layouts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ page, want string }{
		"options on a line by tabs":       {"Câu 1. Tỉnh nào?\nA. Hà Giang\tB. Bắc Kạn\tC. Yên Bái\tD. Cao Bằng\nĐáp án: C", "1 single/4 C ok"},
		"options by single blanks":        {"Câu 1. Mấy?\nA. 9 B. 11 C. 13 D. 15\nĐáp án: C", "1 single/4 C ok"},
		"stem and options on one line":    {"Câu 1. Mấy? A. 9 B. 11 C. 13 D. 15\nĐáp án: C", "1 single/4 C ok"},
		"everything by soft breaks":       {`Câu 1. Mấy?\nA. 9\nB. 11\nC. 13\nĐáp án: B`, "1 single/3 B ok"},
		"key at the end of the options":   {"Câu 1. Mấy?\nA. 9\tB. 11\tC. 13\tĐáp án: B", "1 single/3 B ok"},
		"an option over two lines":        {`Câu 1. Sao?\nA. Một câu dài\nnối tiếp\nB. Hai\nĐáp án: A`, "1 single/2 A ok"},
		"bare numbers":                    {"1. Ai ký?\nA. Ông\nB. Bà\nĐáp án: A\n2. Khi nào?\nA. Nay\nB. Mai\nĐáp án: B", "1 single/2 A ok|2 single/2 B ok"},
		"bare numbers with brackets":      {"1) Ai ký?\na) Ông\nb) Bà\nĐáp án: a", "1 single/2 A ok"},
		"no numbers at all":               {"Ai ký văn bản?\nA. Ông\nB. Bà\nĐáp án: A\nKhi nào ký?\nA. Nay\nB. Mai\nĐáp án: B", "- single/2 A ok|- single/2 B ok"},
		"a numbered list in a stem":       {"Câu 1. Cho các bước:\n1. Tiếp nhận\n2. Trả kết quả\nBước nào trước?\nA. 1\nB. 2\nĐáp án: A\nCâu 2. Sao?\nA. x\nB. y\nĐáp án: B", "1 single/2 A ok|2 single/2 B ok"},
		"a lettered list in a stem":       {"Câu 1. Cho các ý:\na) Ý một\nb) Ý hai\nÝ nào đúng?\nA. Chỉ a\nB. Chỉ b\nĐáp án: A", "1 single/2 A ok"},
		"keys at the end, in a row":       {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nĐÁP ÁN\n1B 2A", "1 single/2 B ok|2 single/2 A ok"},
		"keys at the end, with dashes":    {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nBẢNG ĐÁP ÁN\n1-B; 2-A", "1 single/2 B ok|2 single/2 A ok"},
		"keys at the end, one a line":     {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nĐáp án:\nCâu 1: B\nCâu 2: A", "1 single/2 B ok|2 single/2 A ok"},
		"keys of parts, named":            {"PHẦN I\nCâu 1. Ai?\nA. x\nB. y\nPHẦN II\nCâu 1. Gì?\nA. x\nB. y\nĐÁP ÁN\nPhần I\n1. B\nPhần II\n1. A", "1 single/2 B ok|1 single/2 A ok"},
		"keys of parts, not named":        {"PHẦN I\nCâu 1. Ai?\nA. x\nB. y\nPHẦN II\nCâu 1. Gì?\nA. x\nB. y\nĐÁP ÁN\n1. B\n1. A", "1 single/2 ? review key_missing|1 single/2 ? review key_missing"},
		"a key missing in the table":      {"Câu 1. Ai?\nA. x\nB. y\nCâu 2. Gì?\nA. x\nB. y\nCâu 3. Đâu?\nA. x\nB. y\nĐÁP ÁN\n1B 3A", "1 single/2 B ok|2 single/2 ? review key_missing|3 single/2 A ok"},
		"questions after a key table":     {"Câu 1. Ai?\nA. x\nB. y\nĐÁP ÁN\n1B\nPHẦN II. MỚI\nCâu 1. Gì đây thế?\nA. x\nB. y\nĐÁP ÁN\n1A", "1 single/2 B ok|1 single/2 A ok"},
		"blocks without number, letter":   {"Ai ký?\n*Ông\nBà\n> Vì ông ký.\n\nKhi nào ký?\nNay\n*Mai\n\nỞ đâu?\nĐây\nĐó", "- single/2 A ok|- single/2 B ok|- single/2 ? review key_missing"},
		"letters of a question restart":   {"Câu 1. Ai?\nA. x\nB. y\nĐáp án: A\nCâu 2. Gì?\nA. x\nB. y\nĐáp án: B", "1 single/2 A ok|2 single/2 B ok"},
		"one option only":                 {"Câu 1. Ai?\nA. x\nĐáp án: A", "1 single/1 A error too_few_options"},
		"a question without anything":     {"Câu 1. Ai ký văn bản này?\nCâu 2. Gì?\nA. x\nB. y\nĐáp án: B", "1 single/0 ? error too_few_options key_missing|2 single/2 B ok"},
		"a line that chooses no key":      {"Câu 1. Ai?\nA. x\nB. y\nTrả lời câu hỏi này cần đọc kỹ Nghị định số 118/2025/NĐ-CP.\nĐáp án: B", "1 single/2 B ok"},
		"numbers of law at a line's head": {"Câu 1. Số nào?\nA. x\nB. y\nĐáp án: B\n118/2025/NĐ-CP là nghị định về một cửa.", "1 single/2 B ok"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, it := range written.Read(page(c.page)).Items {
				got = append(got, brief(it))
			}
			if joined := strings.Join(got, "|"); joined != c.want {
				t.Errorf("got  %s\nwant %s", joined, c.want)
			}
		})
	}
}

// What stands around the key: stem, section, explanation, citation.
func TestRead_words(t *testing.T) {
	t.Parallel()
	items := written.Read(page(`
NGÂN HÀNG CÂU HỎI
I. THỂ CHẾ
Câu 1. Ai ban hành
nghị quyết?
A. Quốc hội.
B. Chính phủ
Đáp án: B. Giải thích: theo ký hiệu. Căn cứ: Điều 1 Luật 64/2025/QH15
Câu 2 (NB). Gì?
A. x
B. y
Đáp án: A
Giải thích: Vì thế
Nguồn: NQ 76/NQ-CP
Một đoạn trích tự do.
II. BỘ MÁY
Câu 1. Đâu?
A. x
B. y
Đáp án: A`)).Items
	if len(items) != 3 {
		t.Fatalf("%d items", len(items))
	}
	for i, want := range []string{
		"I. THỂ CHẾ|Ai ban hành nghị quyết?|Quốc hội.,Chính phủ|theo ký hiệu.|Điều 1 Luật 64/2025/QH15",
		"I. THỂ CHẾ|Gì?|x,y|Vì thế Một đoạn trích tự do.|NQ 76/NQ-CP",
		"II. BỘ MÁY|Đâu?|x,y||",
	} {
		it := items[i]
		got := fmt.Sprintf("%s|%s|%s|%s|%s", *it.Section, it.Stem, strings.Join(it.Options, ","), it.Explanation, it.Citation)
		if got != want {
			t.Errorf("item %d\n got %s\nwant %s", i+1, got, want)
		}
	}
}

// Letters with marks typed in two runs belong together, and keep their look.
func TestRead_decomposedLettersOverRuns(t *testing.T) {
	t.Parallel()
	under := written.Look{Underline: true}
	blocks := page("Câu 1. Ai?")
	for _, runs := range [][]written.Run{
		{{Text: "A. ", Look: under}, {Text: "Ca"}, {Text: "\u0301n bo\u0323\u0302"}},
		{{Text: "B. Vie\u0302\u0323t"}},
	} {
		blocks = append(blocks, written.Block{Line: &written.Line{Runs: runs}})
	}
	it := written.Read(blocks).Items[0]
	if brief(it) != "1 single/2 A ok" || it.Options[0] != "Cán bộ" || it.Options[1] != "Việt" {
		t.Errorf("%s %q", brief(it), it.Options)
	}
}

func TestRead_oldFonts(t *testing.T) {
	t.Parallel()
	blocks := []written.Block{}
	for _, words := range []string{"C©u 1. C¬ quan nµo?", "A. ChÝnh phñ", "B. Bé Néi vô", "§¸p ¸n: B"} {
		blocks = append(blocks, written.Block{Line: &written.Line{Runs: []written.Run{{Text: words, Font: ".VnTime"}}}})
	}
	it := written.Read(blocks).Items[0]
	if brief(it) != "1 single/2 B review legacy_encoding" || it.Stem != "Cơ quan nào?" || it.Options[1] != "Bộ Nội vụ" {
		t.Errorf("%s %q %q", brief(it), it.Stem, it.Options)
	}
	vni := []written.Block{}
	for _, words := range []string{"Caâu 1. Cô quan naøo?", "A. Chính phuû", "B. Boä Noäi vuï", "Ñaùp aùn: A"} {
		vni = append(vni, written.Block{Line: &written.Line{Runs: []written.Run{{Text: words, Font: "VNI-Times"}}}})
	}
	it = written.Read(vni).Items[0]
	if brief(it) != "1 single/2 A review legacy_encoding" || it.Stem != "Cơ quan nào?" || it.Options[1] != "Bộ Nội vụ" {
		t.Errorf("%s %q %q", brief(it), it.Stem, it.Options)
	}
}
