package workbook_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
	"sathach/reports/workbook"
)

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
		"C": {"03/02/1980", "29254"}, "D": {"07/12 10:00", ""}, "E": {"25:30", ""}, "F": {"87.50 ", "87.5"}, "K": {"0000002", "0000002"}, "L": {"± 4.7", "4.7"}, "M": {"-1.2", "-1.2"}, "Q": {"P-91-SNV", "P-91-SNV"}, "R": {"07/12/2026 10:00", ""},
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
	at := find(t, f, "Kết quả", formulaName)
	if formula, err := f.GetCellFormula("Kết quả", at); err != nil || formula != "" {
		t.Errorf("%s has the formula %q, %v", at, formula, err)
	}
}

func TestWrite_mergesNothingInsideTheTable(t *testing.T) {
	t.Parallel()
	b := sample(5)
	f := opened(t, written(t, b))
	for _, s := range b.Sheets {
		merged, err := f.GetMergeCells(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		_, number, err := excelize.CellNameToCoordinates(find(t, f, s.Name, "(1)"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range merged {
			_, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
			_, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
			if err1 != nil || err2 != nil || bottom >= number && top <= number+len(s.Rows) {
				t.Errorf("%s: cells %s:%s are merged inside the table (%v, %v)", s.Name, m.GetStartAxis(), m.GetEndAxis(), err1, err2)
			}
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
	if err1 != nil || err2 != nil || plain < 17 || plain > 35 || long < 66 || long > 90 {
		t.Errorf("a short name's row is %v high, a long one's %v (%v, %v)", plain, long, err1, err2)
	}
}

func TestWrite_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*reports.Book){
		"no sheets":            func(b *reports.Book) { b.Sheets = nil },
		"a long sheet name":    func(b *reports.Book) { b.Sheets[0].Name = "một tên trang tính dài hơn ba mươi mốt ký tự" },
		"a slash in a name":    func(b *reports.Book) { b.Sheets[1].Name = "Kết quả/Mẫu" },
		"a name twice":         func(b *reports.Book) { b.Sheets[1].Name = "KẾT QUẢ" },
		"a name without sense": func(b *reports.Book) { b.Sheets[0].Prefix = "1 2" },
		"one column":           func(b *reports.Book) { b.Sheets[0].Columns = b.Sheets[0].Columns[:1] },
		"too many cells":       func(b *reports.Book) { b.Sheets[0].Rows[2].Cells = make([]reports.Cell, 99) },
		"not a number":         func(b *reports.Book) { b.Sheets[0].Rows[2].Cells[5].Value = math.NaN() },
		"a time before Excel":  func(b *reports.Book) { b.Sheets[0].Rows[2].Cells[3].Value = time.Time{} },
		"a type no cell holds": func(b *reports.Book) { b.Sheets[0].Rows[2].Cells[3].Value = []int{1} },
		"many signatures":      func(b *reports.Book) { b.Sheets[1].Signatures = make([]reports.Signature, 9) },
	} {
		b := sample(1)
		spoil(&b)
		if err := workbook.Write(&bytes.Buffer{}, b); err == nil || !strings.Contains(err.Error(), "mau.xlsx") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrite_passesOnTheErrorOfItsWriter(t *testing.T) {
	t.Parallel()
	if err := workbook.Write(full{}, sample(1)); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func BenchmarkWrite_100000Rows(b *testing.B) {
	book := sample(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := workbook.Write(io.Discard, book); err != nil {
			b.Fatal(err)
		}
	}
}
