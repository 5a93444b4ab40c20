package workbook_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
	"sathach/reports/workbook"
)

var published = time.Date(2026, 12, 7, 3, 0, 0, 0, time.UTC)

// sample is a book with every kind of row, mark and value.
func sample(people int) reports.Book {
	s := reports.Sheet{
		Name: "Kết quả", Issuer: reports.Issuer{Parent: "ỦY BAN NHÂN DÂN TỈNH MẪU", Own: "SỞ NỘI VỤ"}, Title: "BẢNG KẾT QUẢ MẪU", Subtitle: "Đợt mẫu",
		Attached: "(Kèm theo …)", Unit: "Đơn vị tính: người", Filter: true, FreezeColumns: 2, Prefix: "KQ", Closing: "Danh sách gồm …", Notes: []string{"Một.", "Hai."},
		PlaceAndDate: "…, ngày … tháng … năm …", Signatures: []reports.Signature{{Role: "NGƯỜI LẬP BIỂU"}, {Role: "GIÁM ĐỐC", Name: "Nguyễn Mẫu An"}},
		Columns: []reports.Column{
			{Heading: "STT", Width: 5, Kind: reports.Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Ngày sinh", Width: 10, Kind: reports.Date},
			{Heading: "Nộp bài", Width: 11, Kind: reports.Minute}, {Heading: "Thời gian", Width: 8, Kind: reports.Elapsed}, {Heading: "Điểm", Width: 8, Kind: reports.Score, Strong: true},
			{Heading: "Tỷ lệ", Width: 8, Kind: reports.Rate, Bar: true}, {Heading: "T1", Group: "Chuyên đề", Width: 5, Kind: reports.Count}, {Heading: "T2", Group: "Chuyên đề", Width: 5, Kind: reports.Count},
			{Heading: "Xếp loại", Width: 11, Kind: reports.Centered}, {Heading: "Mã", Width: 10, Kind: reports.ID},
		},
		Screen: []reports.Column{{Heading: "Mã đơn vị", Width: 12, Kind: reports.ID, Ref: "MaDonVi"}},
	}
	group := make([]reports.Cell, len(s.Columns))
	group[0], group[1] = reports.Cell{Value: "I"}, reports.Cell{Value: "Sở Mẫu: 02 người trong danh sách, 02 người dự"}
	s.Rows = append(s.Rows, reports.Row{Kind: reports.Group, Cells: group})
	for i := range people {
		name := fmt.Sprintf("Nguyễn Mẫu %d", i)
		if i == 0 {
			name = "=1+1 Mẫu"
		}
		if i == 1 {
			name = strings.Repeat("Nguyễn Mẫu ", 20)
		}
		cells := reports.Values(int64(i+1), name, time.Date(1980, 2, 3, 0, 0, 0, 0, time.UTC), published, 25*time.Minute+30*time.Second, 87.5, 62.5, int64(3), nil)
		cells = append(cells, reports.Cell{Value: "Xuất sắc", Mark: reports.Top}, reports.Cell{Value: fmt.Sprintf("%07d", i)})
		s.Rows = append(s.Rows, reports.Row{Cells: cells, Screen: reports.Values("P-91-SNV")})
	}
	return reports.Book{Kind: "mau", File: "mau.xlsx", Published: published, Footer: "Công bố M-1", Sheets: []reports.Sheet{s, {
		Name: "Căn cứ", Portrait: true, Title: "CĂN CỨ", Columns: []reports.Column{{Heading: "STT", Width: 5, Kind: reports.Count}, {Heading: "Nội dung", Width: 40}},
		Rows: []reports.Row{{Kind: reports.None, Cells: reports.Values(nil, "Không có trường hợp nào")}},
	}}}
}

func written(t testing.TB, b reports.Book) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := workbook.Write(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func opened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// find is the first cell of a sheet that shows a text.
func find(t *testing.T, f *excelize.File, sheet, text string) string {
	t.Helper()
	found, err := f.SearchSheet(sheet, text)
	if err != nil || len(found) == 0 {
		t.Fatalf("sheet %s does not show %q: %v", sheet, text, err)
	}
	return found[0]
}

func TestWrite_keepsKindsOfValues(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(3)))
	at := find(t, f, "Kết quả", "Nguyễn Mẫu 2")
	row := strings.TrimLeft(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	for column, want := range map[string][2]string{ // shown, stored
		"C": {"03/02/1980", "29254"}, "D": {"07/12 10:00", ""}, "E": {"25:30", ""}, "F": {"87.50 ", "87.5"}, "K": {"0000002", "0000002"}, "M": {"P-91-SNV", "P-91-SNV"},
	} {
		shown, err := f.GetCellValue("Kết quả", column+row)
		if err != nil || strings.TrimSpace(shown) != strings.TrimSpace(want[0]) {
			t.Errorf("%s%s shows %q, want %q, %v", column, row, shown, want[0], err)
		}
		stored, err := f.GetCellValue("Kết quả", column+row, excelize.Options{RawCellValue: true})
		if err != nil || want[1] != "" && stored != want[1] {
			t.Errorf("%s%s stores %q, want %q, %v", column, row, stored, want[1], err)
		}
	}
	kind, err := f.GetCellType("Kết quả", "C"+row)
	if err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("a date is stored as text (%v), %v", kind, err)
	}
}

func TestWrite_leavesTextThatLooksLikeAFormulaText(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(2)))
	at := find(t, f, "Kết quả", "=1+1 Mẫu")
	if formula, err := f.GetCellFormula("Kết quả", at); err != nil || formula != "" {
		t.Errorf("%s has the formula %q, %v", at, formula, err)
	}
}

func TestWrite_setsThePageUp(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(300)))
	layout, err := f.GetPageLayout("Kết quả")
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("layout %+v, %v", layout, err)
	}
	if layout, err := f.GetPageLayout("Căn cứ"); err != nil || *layout.Orientation != "portrait" {
		t.Errorf("layout of Căn cứ %+v, %v", layout, err)
	}
	props, err := f.GetSheetProps("Kết quả")
	if err != nil || !*props.FitToPage {
		t.Errorf("the sheet is not fitted to a page: %v", err)
	}
	panes, err := f.GetPanes("Kết quả")
	if err != nil || !panes.Freeze || panes.XSplit != 2 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name+"|"+n.Scope] = n.RefersTo
	}
	for _, want := range []string{"_xlnm.Print_Titles|Kết quả", "_xlnm.Print_Area|Kết quả", "KQ_Bang|Workbook", "KQ_HoTen|Workbook", "KQ_MaDonVi|Workbook"} {
		if names[want] == "" {
			t.Errorf("no defined name %s in %v", want, names)
		}
	}
	if strings.Contains(names["_xlnm.Print_Area|Kết quả"], "M") {
		t.Errorf("screen columns are printed: %s", names["_xlnm.Print_Area|Kết quả"])
	}
}

func TestWrite_mergesNothingInsideTheTable(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(5)))
	merged, err := f.GetMergeCells("Kết quả")
	if err != nil {
		t.Fatal(err)
	}
	number := find(t, f, "Kết quả", "(1)")
	_, first, err := excelize.CellNameToCoordinates(number)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range merged {
		_, top, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		if err != nil || top > first && top <= first+6 {
			t.Errorf("cells %s:%s are merged inside the table, %v", m.GetStartAxis(), m.GetEndAxis(), err)
		}
	}
}

func TestWrite_givesTheSameBytes(t *testing.T) {
	t.Parallel()
	first := written(t, sample(20))
	for range 20 {
		if !bytes.Equal(first, written(t, sample(20))) {
			t.Fatal("the same book gave different bytes")
		}
	}
}

func TestWrite_growsRowsOfLongNames(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(3)))
	at := find(t, f, "Kết quả", "Nguyễn Mẫu 2")
	_, row, err := excelize.CellNameToCoordinates(at)
	if err != nil {
		t.Fatal(err)
	}
	plain, err1 := f.GetRowHeight("Kết quả", row)
	long, err2 := f.GetRowHeight("Kết quả", row-1)
	if err1 != nil || err2 != nil || plain < 17 || plain > 20 || long < 80 {
		t.Errorf("a short name's row is %v high, a long one's %v (%v, %v)", plain, long, err1, err2)
	}
}

func TestWrite_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := sample(1)
	b.Sheets[0].Name = "một tên trang tính dài hơn ba mươi mốt ký tự"
	if err := workbook.Write(&bytes.Buffer{}, b); err == nil || !strings.Contains(err.Error(), "mau.xlsx") {
		t.Errorf("a sheet name that Excel refuses: %v", err)
	}
}

func BenchmarkWrite_100000Rows(b *testing.B) {
	book := sample(100_000)
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := workbook.Write(&out, book); err != nil {
			b.Fatal(err)
		}
	}
}
