package written_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/written"
)

// cardOf makes a table of label, content, label, content…; a content may have
// several lines.
func cardOf(cells ...string) written.Table {
	t := written.Table{Source: "bảng 1"}
	for i := 0; i < len(cells); i += 2 {
		t.Rows = append(t.Rows, []written.Cell{cellOf(cells[i]), cellOf(cells[i+1])})
	}
	return t
}

func cellOf(text string) written.Cell {
	c := written.Cell{Span: 1}
	for line := range strings.SplitSeq(text, "\n") {
		c.Lines = append(c.Lines, written.Line{Runs: []written.Run{{Text: line}}})
	}
	return c
}

func readCards(t *testing.T, tables ...written.Table) []exchange.Item {
	t.Helper()
	var blocks []written.Block
	for i := range tables {
		blocks = append(blocks, written.Block{Table: &tables[i]}, written.Block{Line: &written.Line{}})
	}
	content := written.Read(blocks)
	if len(content.Warnings) > 0 {
		t.Errorf("warnings %q", content.Warnings)
	}
	return content.Items
}

func oneCard(t *testing.T, cells ...string) exchange.Item {
	t.Helper()
	items := readCards(t, cardOf(cells...))
	if len(items) != 1 {
		t.Fatalf("%d items", len(items))
	}
	return items[0]
}

// What people do to a card without changing what it says.
func TestCards_bearEditing(t *testing.T) {
	t.Parallel()
	want := oneCard(t, "Phiếu câu hỏi", "Nhiều đáp án đúng", "Mục", "Luật", "Câu dẫn", "Chọn hai?", "A", "Một", "B", "Hai", "C", "Ba", "Đáp án", "A, C", "Giải thích", "Vì thế")
	if want.Status != exchange.OK || len(want.Key) != 2 || want.Type != exchange.Multiple {
		t.Fatalf("%+v", want)
	}
	for name, cells := range map[string][]string{
		"letter case and blanks":     {" PHIẾU CÂU HỎI ", "nhiều đáp án đúng", "mục", " Luật", "CÂU  DẪN", "Chọn hai?", "a", "Một", "B.", "Hai", "Phương án C", "Ba", "đáp án:", "a,c", "Giải thích:", "Vì thế"},
		"another order":              {"Phiếu câu hỏi", "Nhiều đáp án đúng", "Đáp án", "C và A", "C", "Ba", "Giải thích", "Vì thế", "B", "Hai", "A", "Một", "Câu dẫn", "Chọn hai?", "Mục", "Luật"},
		"empty rows and labels":      {"", "", "Phiếu câu hỏi", "Nhiều đáp án đúng", "Số câu", "", "Mục", "Luật", "Câu dẫn", "Chọn\nhai?", "A", "Một", "B", "Hai", "C", "Ba", "D", "", "", "", "Đáp án", "A; C.", "Giải thích", "Vì thế", "Căn cứ", " "},
		"look-alike letters in keys": {"Phiếu câu hỏi", "Nhiều đáp án đúng", "Mục", "Luật", "Câu dẫn", "Chọn hai?", "A", "Một", "B", "Hai", "C", "Ba", "Đáp án", "А, С", "Giải thích", "Vì thế"},
		"no diacritics in labels":    {"Phieu cau hoi", "Nhieu dap an dung", "Muc", "Luật", "Cau dan", "Chọn hai?", "A", "Một", "B", "Hai", "C", "Ba", "Dap an", "Đáp án: A, C", "Giai thich", "Vì thế"},
	} {
		got := oneCard(t, cells...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// Editors join tables between which a blank paragraph was deleted.
func TestCards_arePartedInOneTable(t *testing.T) {
	t.Parallel()
	items := readCards(t, cardOf("Phiếu câu hỏi", "Đúng hay sai", "Câu dẫn", "Một?", "Đáp án", "Sai", "Phiếu câu hỏi", "Tự luận", "Câu dẫn", "Hai?"))
	if len(items) != 2 || items[0].Key[0] != 1 || items[0].Options[1] != "Sai" || items[1].Type != exchange.Essay {
		t.Errorf("%+v", items)
	}
}

// A card says strictly what its labels say; a table without them is none.
func TestCards_areNothingElse(t *testing.T) {
	t.Parallel()
	it := oneCard(t, "Phiếu câu hỏi", "Một đáp án đúng", "Câu dẫn", "Câu 1. Chọn A. Một B. Hai Đáp án: B", "A", "B. Đúng *", "B", "1) (đúng)", "Đáp án", "A")
	if it.Stem != "Câu 1. Chọn A. Một B. Hai Đáp án: B" || it.Options[0] != "B. Đúng *" || it.Options[1] != "1) (đúng)" || it.Key[0] != 0 {
		t.Errorf("%+v", it)
	}
	if content := written.Read([]written.Block{{Table: &written.Table{Rows: cardOf("Phiếu câu hỏi", "khảo sát", "Họ tên", "").Rows}}}); len(content.Items) > 0 {
		t.Errorf("%+v", content.Items)
	}
}

func TestCards_askWhatTheyCannotTell(t *testing.T) {
	t.Parallel()
	card := func(kind string, more ...string) []string {
		return append([]string{"Phiếu câu hỏi", kind, "Câu dẫn", "Gì?", "A", "Một", "B", "Hai", "C", "Ba"}, more...)
	}
	one, many, order, match := "Một đáp án đúng", "Nhiều đáp án đúng", "Sắp xếp thứ tự", "Ghép cặp"
	for _, c := range []struct {
		name   string
		cells  []string
		status exchange.Status
		flag   exchange.Flag
		note   string
	}{
		{"unknown kind", card("Trắc nghiệm", "Đáp án", "A"), exchange.Broken, exchange.Unsupported, "“Trắc nghiệm”"},
		{"no kind", card("", "Đáp án", "A"), exchange.Broken, exchange.Unsupported, "không ghi loại"},
		{"no key", card(one, "Đáp án", ""), exchange.Review, exchange.KeyMissing, "Chưa rõ đáp án"},
		{"no row of a key", card(many), exchange.Review, exchange.KeyMissing, "Chưa rõ đáp án"},
		{"unknown letter", card(one, "Đáp án", "E"), exchange.Broken, exchange.KeyUnknownLetter, "ghi E nhưng câu chỉ có phương án A, B, C"},
		{"letter with a stroke", card(one, "Đáp án", "Đ"), exchange.Broken, exchange.KeyUnknownLetter, "ghi Đ"},
		{"two keys of one", card(one, "Đáp án", "A, B"), exchange.Review, exchange.MultipleKeys, "A, B nhưng phiếu ghi “Một đáp án đúng”"},
		{"words for a key", card(one, "Đáp án", "A hoặc B"), exchange.Review, exchange.KeyMissing, "Không hiểu đáp án"},
		{"two rows of keys", card(one, "Đáp án", "A", "Đáp án", "B"), exchange.Review, exchange.KeyConflict, "hai ô đáp án"},
		{"order of too few", card(order, "Đáp án", "A, B"), exchange.Review, exchange.KeyConflict, "đủ mỗi phương án"},
		{"order with one twice", card(order, "Đáp án", "A, B, B"), exchange.Review, exchange.KeyConflict, "đủ mỗi phương án"},
		{"pairs of too few", card(match, "Vế phải", "1. x\n2. y", "Đáp án", "A-1, B-2"), exchange.Review, exchange.KeyMissing, "chưa ghép đủ"},
		{"pairs with two targets", card(match, "Vế phải", "1. x\n2. y", "Đáp án", "A-1, A-2, B-1, C-1"), exchange.Review, exchange.KeyConflict, "hai vế phải"},
		{"pairs with no target", card(match, "Vế phải", "1. x\n2. y", "Đáp án", "A-1, B-3, C-1"), exchange.Broken, exchange.KeyUnknownLetter, "chỉ có 2 vế phải"},
		{"targets that skip", card(match, "Vế phải", "1. x\n3. y", "Đáp án", "A-1, B-2, C-1"), exchange.Review, exchange.LettersSkip, "số 3"},
		{"letters that skip", []string{"Phiếu câu hỏi", one, "Câu dẫn", "Gì?", "A", "Một", "C", "Ba", "Đáp án", "C"}, exchange.Review, exchange.LettersSkip, "A, C"},
		{"unknown label", card(one, "Đáp án", "A", "Ghi chú", "xem lại"), exchange.Review, exchange.UnreadField, "“Ghi chú”"},
		{"no label", card(one, "Đáp án", "A", "", "xem lại"), exchange.Review, exchange.UnreadField, "“xem lại”"},
		{"a label twice", card(one, "Đáp án", "A", "Câu dẫn", "Khác?"), exchange.Review, exchange.UnreadField, "hai lần"},
		{"number in words", card(one, "Đáp án", "A", "Số câu", "ba"), exchange.Review, exchange.UnreadField, "“ba”"},
		{"weights of some", card(one, "Đáp án", "A", "Tỷ lệ điểm", "A. 100 %"), exchange.Review, exchange.UnreadField, "mỗi phương án"},
		{"pinned nothing", card(one, "Đáp án", "A", "Không xáo trộn", "cuối"), exchange.Review, exchange.UnreadField, "“cuối”"},
		{"feedback without letter", card(one, "Đáp án", "A", "Phản hồi phương án", "Tốt"), exchange.Review, exchange.UnreadField, "“Tốt”"},
		{"case", card("Trả lời ngắn", "Đáp án", "x", "Phân biệt hoa thường", "đôi khi"), exchange.Review, exchange.UnreadField, "Có hoặc Không"},
		{"number of words", card("Điền số", "Đáp án", "mười"), exchange.Review, exchange.KeyMissing, "“mười”"},
		{"a thousand or one", card("Điền số", "Đáp án", "1.500"), exchange.Review, exchange.KeyMissing, "“1.500”"},
		{"nothing for half", card("Trả lời ngắn", "Đáp án", "50 %:"), exchange.Review, exchange.KeyMissing, "cần có đáp án"},
		{"gaps that do not fit", card("Điền chỗ trống", "Chỗ trống 1 (gõ)", "x"), exchange.Review, exchange.KeyConflict, "0 chỗ trống"},
		{"gaps that skip", card("Điền chỗ trống", "Chỗ trống 2 (gõ)", "x"), exchange.Review, exchange.KeyConflict, "lần lượt"},
		{"gap without star", card("Điền chỗ trống", "Chỗ trống 1 (chọn)", "- x\n- y"), exchange.Review, exchange.KeyMissing, "dấu *"},
		{"gap without marks", card("Điền chỗ trống", "Chỗ trống 1 (chọn)", "x\ny"), exchange.Review, exchange.KeyMissing, "dấu *"},
		{"key of an essay", card("Tự luận", "Đáp án", "x"), exchange.Review, exchange.UnreadField, "không có ô đáp án"},
	} {
		it := oneCard(t, c.cells...)
		if it.Status != c.status || !it.Has(c.flag) || !strings.Contains(it.Note, c.note) {
			t.Errorf("%s: %s %v %q", c.name, it.Status, it.Flags, it.Note)
		}
		if it.Has(exchange.KeyMissing) || it.Has(exchange.KeyConflict) || it.Has(exchange.KeyUnknownLetter) || it.Has(exchange.MultipleKeys) {
			if it.Key != nil || it.Answers != nil {
				t.Errorf("%s: the key is guessed: %v %v", c.name, it.Key, it.Answers)
			}
		}
	}
}

// Changes, hidden text, old fonts and formulas are watched as elsewhere.
func TestCards_watchWhatIsBehindTheText(t *testing.T) {
	t.Parallel()
	for flag, change := range map[exchange.Flag]func(key, stem *written.Cell){
		exchange.TrackedChange:  func(key, _ *written.Cell) { key.Lines[0].Tracked = true },
		exchange.HiddenText:     func(key, _ *written.Cell) { key.Lines[0].Hidden, key.Lines[0].Secret = true, "B" },
		exchange.LegacyEncoding: func(_, stem *written.Cell) { stem.Lines[0].Runs[0].Font = ".VnTime" },
		exchange.ExternalImage:  func(_, stem *written.Cell) { stem.Lines[0].External = true },
		exchange.Formula:        func(key, _ *written.Cell) { key.Formula = true },
	} {
		table := cardOf("Phiếu câu hỏi", "Một đáp án đúng", "Câu dẫn", "Gì?", "A", "Một", "B", "Hai", "Đáp án", "A")
		change(&table.Rows[4][1], &table.Rows[1][1])
		it := readCards(t, table)[0]
		if it.Status != exchange.Review || !it.Has(flag) || flag == exchange.Formula && it.Key != nil {
			t.Errorf("%s: %+v", flag, it)
		}
	}
}

func TestCards_readNumbersAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]exchange.Answer{
		"15": {Value: "15", Min: "15", Max: "15"}, "15 ± 0,5": {Value: "15", Min: "14.5", Max: "15.5"}, "15 +/- 1": {Value: "15", Min: "14", Max: "16"},
		"–3,5": {Value: "-3.5", Min: "-3.5", Max: "-3.5"}, "từ 3 đến 5": {Min: "3", Max: "5"}, "0.125": {Value: "0.125", Min: "0.125", Max: "0.125"},
		"15 (14 đến 17)": {Value: "15", Min: "14", Max: "17"}, "50 %: −1 đến 1,25": {Min: "-1", Max: "1.25", Fraction: 50},
	} {
		if want.Fraction == 0 {
			want.Fraction = 100
		}
		it := oneCard(t, "Phiếu câu hỏi", "Điền số", "Câu dẫn", "Bao nhiêu?", "Đáp án", text)
		if diff := cmp.Diff([]exchange.Answer{want}, it.Answers); diff != "" || it.Status != exchange.OK {
			t.Errorf("%s: %s\n%s", text, it.Note, diff)
		}
	}
}

func keepNone(exchange.Asset) string { return "không giữ được hình" }

// Every loss has a sentence of its own.
func TestCards_tellEveryLoss(t *testing.T) {
	t.Parallel()
	two := []string{"a", "b"}
	remark, image := "Tốt", []exchange.Asset{{Kind: exchange.Image, Alt: "sơ đồ"}}
	for _, c := range []struct {
		name string
		item exchange.Item
		want []string
	}{
		{"unknown kind", exchange.Item{Type: "x"}, []string{"Không ghi câu này vào tệp: không có loại câu này"}},
		{"too many", exchange.Item{Type: exchange.Single, Options: make([]string, 27)}, []string{"Có hơn 26 phương án nên không ghi phương án nào"}},
		{"blank option", exchange.Item{Type: exchange.Single, Options: []string{"a", " ", "c"}}, []string{"Phương án B để trống nên khi đọc lại sẽ không còn"}},
		{"blank target", exchange.Item{Type: exchange.Matching, Options: two, Targets: []string{"x", ""}, Key: []int{0, 0}}, []string{"Vế phải 2 để trống"}},
		{"key out of range", exchange.Item{Type: exchange.Multiple, Options: two, Key: []int{2}}, []string{"Đáp án không khớp phương án nào nên để trống"}},
		{"two keys", exchange.Item{Type: exchange.Single, Options: two, Key: []int{0, 1}}, []string{"Câu chọn một nhưng có nhiều đáp án nên ô đáp án để trống"}},
		{"half an order", exchange.Item{Type: exchange.Ordering, Options: two, Key: []int{1}}, []string{"Thứ tự đúng không đủ các phương án nên ô đáp án để trống"}},
		{"half the pairs", exchange.Item{Type: exchange.Matching, Options: two, Targets: two, Key: []int{1}}, []string{"Đáp án chưa ghép đủ các vế nên ô đáp án để trống"}},
		{"answers of a choice", exchange.Item{Type: exchange.Single, Options: two, Key: []int{1}, Answers: []exchange.Answer{{Text: "a"}}}, []string{"Bỏ đáp án không thuộc loại câu này"}},
		{"blank answer", exchange.Item{Type: exchange.ShortAnswer, Answers: []exchange.Answer{{Fraction: 100}}}, []string{"Bỏ đáp án để trống hoặc có số điểm không hợp lệ"}},
		{"a text with bounds", exchange.Item{Type: exchange.ShortAnswer, Answers: []exchange.Answer{{Text: "5", Min: "1", Fraction: 100}}}, []string{"Chỉ ghi chữ của đáp án gõ, không ghi khoảng số"}},
		{"huge number", exchange.Item{Type: exchange.Numeric, Answers: []exchange.Answer{{Min: "1e9", Max: "1e9"}}}, []string{"Bỏ đáp án số quá dài hoặc không hợp lệ"}},
		{"a number with words", exchange.Item{Type: exchange.Numeric, Answers: []exchange.Answer{{Text: "năm", Value: "5", Fraction: 100}}}, []string{"Chỉ ghi số của đáp án, không ghi chữ kèm theo"}},
		{"weights of some", exchange.Item{Type: exchange.Single, Options: two, Weights: []float64{1}}, []string{"Tỷ lệ điểm không khớp với các phương án nên không được ghi"}},
		{"pinned outside", exchange.Item{Type: exchange.Single, Options: two, Pinned: []int{4}}, []string{"Có vị trí cố định không thuộc phương án nào nên không được ghi"}},
		{"feedback outside", exchange.Item{Type: exchange.Single, Options: two, OptionFeedback: []*string{nil, nil, &remark}}, []string{"Có phản hồi cho phương án không tồn tại nên không được ghi"}},
		{"gap without answers", exchange.Item{Type: exchange.GapText, Gaps: []exchange.Gap{{Kind: exchange.Typed}}}, []string{"Chỗ trống 1 chưa có đáp án"}},
		{"gap with blank options", exchange.Item{Type: exchange.GapText, Gaps: []exchange.Gap{{Kind: exchange.Choice, Options: []string{"a", ""}, Key: []int{3}, Answers: []exchange.Answer{{Text: "x"}}}}},
			[]string{"Đáp án của một chỗ trống không khớp phương án nào", "Bỏ đáp án gõ của chỗ trống chọn sẵn", "Bỏ phương án để trống của một chỗ trống"}},
		{"picture", exchange.Item{Type: exchange.Essay, Stem: "x [[image]]", Assets: image}, []string{"Hình được thay bằng lời tả: không giữ được hình"}},
		{"picture without a place", exchange.Item{Type: exchange.Essay, Stem: "x [[math]]", Assets: image}, []string{"Có 1 hình hoặc công thức không gắn với chỗ nào trong câu nên không ghi được"}},
		{"formula", exchange.Item{Type: exchange.Matching, Options: two, Targets: []string{"x", "[[math]]"}, Key: []int{0, 1}, Assets: []exchange.Asset{{Kind: exchange.Math}}}, []string{"Công thức được thay bằng chữ"}},
		{"nothing", exchange.Item{Type: exchange.Essay, Stem: "[[image]]"}, nil},
	} {
		if c.item.Stem == "" {
			c.item.Stem = "S"
		}
		_, losses := written.Cards([]exchange.Item{{Type: exchange.Essay, Stem: "Trước", Name: "M-1"}, c.item}, keepNone)
		var got []string
		for _, l := range losses {
			if l.Item != "câu thứ 2" {
				t.Errorf("%s: the loss is of %q", c.name, l.Item)
			}
			got = append(got, l.What)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

// What stands in the place of a picture that is not kept; a formula stands in
// the text, and a mark without either is text.
func TestCards_describeWhatTheyCannotShow(t *testing.T) {
	t.Parallel()
	cards, _ := written.Cards([]exchange.Item{{Type: exchange.Essay, Stem: "a [[image]] b [[math]] c [[image]] d [[image]] e", Assets: []exchange.Asset{
		{Kind: exchange.Image, Alt: "sơ đồ [[image]]"}, {Kind: exchange.Math, Data: []byte("<math><mfrac><mi>a</mi><mn>2</mn></mfrac><mo>&lt;</mo></math>")}, {Kind: exchange.Image},
	}}}, keepNone)
	for _, f := range cards[0].Fields {
		if want := "a [hình: sơ đồ [image]]] b <math><mfrac><mi>a</mi><mn>2</mn></mfrac><mo>&lt;</mo></math> c [hình] d [[image]] e"; f.Label == "Câu dẫn" && f.Text() != want {
			t.Errorf("%q, want %q", f.Text(), want)
		}
	}
}
