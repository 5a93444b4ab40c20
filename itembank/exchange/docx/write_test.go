package docx_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/docx"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/written"
)

// Whatever the texts are made of, what is written reads the same.
func TestWrite_readsTheSame(t *testing.T) {
	t.Parallel()
	for _, pictures := range []bool{false, true} {
		rapid.Check(t, func(t *rapid.T) {
			items := exchangetest.Items(pictures).Draw(t, "items")
			data, losses, err := docx.Write(items)
			if err != nil || losses != nil {
				t.Fatalf("losses %v, error %v", losses, err)
			}
			content, err := docx.Read(data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(exchange.Finish(items), exchangetest.WithoutSource(content.Items)); diff != "" || content.Warnings != nil {
				t.Fatalf("warnings %q\n%s", content.Warnings, diff)
			}
		})
	}
}

func TestTemplate_readsAsItsExamples(t *testing.T) {
	t.Parallel()
	data, err := docx.Template()
	if err != nil {
		t.Fatal(err)
	}
	content, err := docx.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written.Examples(), exchangetest.WithoutSource(content.Items)); diff != "" || content.Warnings != nil {
		t.Errorf("warnings %q\n%s", content.Warnings, diff)
	}
}

// cells are the texts of a file's tables, lines parted by bars.
func cells(t *testing.T, data []byte) string {
	t.Helper()
	var doc struct {
		Rows []struct {
			Cells []struct {
				Lines []struct {
					Texts []string `xml:"r>t"`
				} `xml:"p"`
			} `xml:"tc"`
		} `xml:"body>tbl>tr"`
	}
	if err := xml.Unmarshal(part(t, data, "word/document.xml"), &doc); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range doc.Rows {
		for i, cell := range row.Cells {
			var lines []string
			for _, l := range cell.Lines {
				lines = append(lines, strings.Join(l.Texts, ""))
			}
			b.WriteString([]string{"", ": "}[i] + strings.Join(lines, " | "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestWrite_theCellsOfAFile(t *testing.T) {
	t.Parallel()
	seven, section, good, yes := 7, "Một cửa", "Tốt", true
	data, losses, err := docx.Write([]exchange.Item{
		{Type: exchange.Multiple, Number: &seven, Name: "MC-7", Section: &section, Topic: "mc", Level: "Nhận biết", Stem: "Câu 1. Chọn?", Options: []string{"B. Hai", "=1+1", "Ba"}, Key: []int{2, 0},
			Pinned: []int{2}, Weights: []float64{50, -12.5, 50}, OptionFeedback: []*string{nil, &good, nil}, Explanation: "Vì thế.", Citation: "Điều 1"},
		{Type: exchange.Matching, Stem: "Ghép?", Options: []string{"a", "b"}, Targets: []string{"x", "y"}, Key: []int{1, 0}},
		{Type: exchange.Ordering, Stem: "Xếp?", Options: []string{"a", "b", "c"}, Key: []int{2, 0, 1}},
		{Type: exchange.Numeric, Stem: "Số?", Unit: "ngày", Answers: []exchange.Answer{{Value: "15", Min: "14.5", Max: "15.5", Fraction: 100}, {Min: "3", Max: "5", Fraction: 50}, {Value: "15", Min: "14", Max: "17", Fraction: 100}, {Value: "9", Fraction: 100}}},
		{Type: exchange.ShortAnswer, Stem: "Tên?", CaseSensitive: &yes, Answers: []exchange.Answer{{Text: "PAR", Fraction: 100}, {Text: "50 %: x", Fraction: 100}, {Text: "y", Fraction: 33.333}}},
		{Type: exchange.GapText, Stem: "Từ [[gap]] đến [[gap]] là [[gap]]", Gaps: []exchange.Gap{{Kind: exchange.Choice, Options: []string{"* a", "b"}, Key: []int{1}}, {Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "z", Fraction: 100}}},
			{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "5", Value: "5", Min: "4", Max: "6", Fraction: 100}}}}},
		{Type: exchange.Single, Stem: "Chưa có đáp án?", Options: []string{"a", "b"}},
		{Type: exchange.Essay, Stem: "Viết."},
	})
	if err != nil || losses != nil {
		t.Fatalf("losses %v, error %v", losses, err)
	}
	want := `Phiếu câu hỏi: Nhiều đáp án đúng
Số câu: 7
Mã câu hỏi: MC-7
Mục: Một cửa
Chủ đề: mc
Mức độ: Nhận biết
Câu dẫn: Câu 1. Chọn?
A: B. Hai
B: =1+1
C: Ba
Đáp án: A, C
Không xáo trộn: C
Tỷ lệ điểm: A. 50 % | B. -12,5 % | C. 50 %
Phản hồi phương án: B. Tốt
Giải thích: Vì thế.
Căn cứ: Điều 1
Phiếu câu hỏi: Ghép cặp
Câu dẫn: Ghép?
A: a
B: b
Vế phải: 1. x | 2. y
Đáp án: A-2, B-1
Giải thích: 
Căn cứ: 
Phiếu câu hỏi: Sắp xếp thứ tự
Câu dẫn: Xếp?
A: a
B: b
C: c
Đáp án: C, A, B
Giải thích: 
Căn cứ: 
Phiếu câu hỏi: Điền số
Câu dẫn: Số?
Đáp án: 15 ± 0,5 | 50 %: 3 đến 5 | 15 (14 đến 17) | 9
Đơn vị: ngày
Giải thích: 
Căn cứ: 
Phiếu câu hỏi: Trả lời ngắn
Câu dẫn: Tên?
Đáp án: PAR | 100 %: 50 %: x | 33,333 %: y
Phân biệt hoa thường: Có
Giải thích: 
Căn cứ: 
Phiếu câu hỏi: Điền chỗ trống
Câu dẫn: Từ [[gap]] đến [[gap]] là [[gap]]
Chỗ trống 1 (chọn): - * a | * b
Chỗ trống 2 (gõ): z
Chỗ trống 3 (số): 5 ± 1
Giải thích: 
Căn cứ: 
Phiếu câu hỏi: Một đáp án đúng
Câu dẫn: Chưa có đáp án?
A: a
B: b
Đáp án: 
Giải thích: 
Căn cứ: 
Phiếu câu hỏi: Tự luận
Câu dẫn: Viết.
Giải thích: 
Căn cứ: 
`
	if diff := cmp.Diff(want, cells(t, data)); diff != "" {
		t.Error(diff)
	}
}

// A picture keeps its bytes, name and description, lies in the file once, and
// is no wider than its column.
func TestWrite_pictures(t *testing.T) {
	t.Parallel()
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 1600, 400))); err != nil {
		t.Fatal(err)
	}
	picture := exchange.Asset{Kind: exchange.Image, Name: "sơ đồ 1/2.png", Alt: `Sơ đồ "một cửa" <1>`, Data: wide.Bytes()}
	items := []exchange.Item{{Type: exchange.Single, Stem: "Nhìn[[image]]chọn", Options: []string{"[[image]]", "[[image]] khác"}, Key: []int{0}, Assets: []exchange.Asset{picture, picture, picture}}}
	data, losses, err := docx.Write(items)
	if err != nil || losses != nil {
		t.Fatalf("losses %v, error %v", losses, err)
	}
	body := string(part(t, data, "word/document.xml"))
	if !strings.Contains(body, `<wp:extent cx="4542790" cy="1135697"/>`) || strings.Count(body, `r:embed="rIdP1"`) != 3 || strings.Contains(body, "rIdP2") {
		t.Error(body)
	}
	content, err := docx.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	it := content.Items[0]
	if diff := cmp.Diff(items[0].Assets, it.Assets); diff != "" || it.Stem != "Nhìn [[image]] chọn" || it.Options[1] != "[[image]] khác" {
		t.Errorf("%+v\n%s", it, diff)
	}
}

func TestWrite_tellsWhichPicturesAreLost(t *testing.T) {
	t.Parallel()
	for want, data := range map[string][]byte{"không có nội dung hình": nil, "không phải PNG": []byte("<svg/>"), "nặng hơn 4 MB": make([]byte, 4<<20+1)} {
		data, losses, err := docx.Write([]exchange.Item{{Type: exchange.Essay, Stem: "x [[image]]", Assets: []exchange.Asset{{Kind: exchange.Image, Alt: "hình A", Data: data}}}})
		if err != nil || len(losses) != 1 || !strings.Contains(losses[0].What, want) {
			t.Errorf("%s: %v, %v", want, losses, err)
		}
		if !strings.Contains(cells(t, data), "x [hình: hình A]") {
			t.Error(cells(t, data))
		}
	}
}

// What could not be read again is refused, in words.
func TestWrite_refusesAFileThatIsTooLarge(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Cải cách hành chính ", 40_000)
	_, _, err := docx.Write(slices.Repeat([]exchange.Item{{Type: exchange.Essay, Stem: long}}, 50))
	var rejected *exchange.Rejected
	if !errors.As(err, &rejected) || !strings.Contains(rejected.Reason, "quá lớn") {
		t.Errorf("%v", err)
	}
}
