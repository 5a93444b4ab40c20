package workbook_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

func TestWrite_setsThePageUp(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(300)))
	for sheet, want := range map[string]string{"Kết quả": "landscape", "Tổng hợp": "landscape", "Căn cứ": "portrait"} {
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Orientation != want || *layout.Size != 9 || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
			t.Errorf("layout of %s: %+v, %v", sheet, layout, err)
		}
		props, err := f.GetSheetProps(sheet)
		if err != nil || !*props.FitToPage {
			t.Errorf("%s is not fitted to a page: %v", sheet, err)
		}
		view, err := f.GetSheetView(sheet, 0)
		if err != nil || *view.ShowGridLines || *view.ZoomScale != 90 {
			t.Errorf("view of %s: %+v, %v", sheet, view, err)
		}
		foot, err := f.GetHeaderFooter(sheet)
		if err != nil || !foot.DifferentFirst || foot.FirstHeader != "" || !strings.HasSuffix(foot.OddHeader, "&P") || !strings.Contains(foot.FirstFooter, "&8 2026 && Công bố M-1") {
			t.Errorf("header and footer of %s: %+v, %v", sheet, foot, err)
		}
	}
	margins, err := f.GetPageMargins("Căn cứ")
	if err != nil || *margins.Left < 1.18 || *margins.Left > 1.19 || !*margins.Horizontally {
		t.Errorf("margins %+v, %v", margins, err)
	}
	if f.GetActiveSheetIndex() != 0 {
		t.Error("the first sheet is not active")
	}
}

func TestWrite_freezesAndNamesTheTable(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(300)))
	panes, err := f.GetPanes("Kết quả")
	if err != nil || !panes.Freeze || panes.XSplit != 2 || panes.YSplit != 14 || panes.TopLeftCell != "C15" {
		t.Errorf("panes %+v, %v", panes, err)
	}
	got := map[string]string{}
	for _, n := range f.GetDefinedName() {
		if n.Scope == "Workbook" || n.Scope == "Kết quả" {
			got[n.Name] = n.RefersTo
		}
	}
	want := map[string]string{ // 14 rows above; a part, a group and 300 people; 12 below
		"_xlnm.Print_Titles": "'Kết quả'!$12:$14", "_xlnm.Print_Area": "'Kết quả'!$A$1:$O$327", "_xlnm._FilterDatabase": "'Kết quả'!$A$14:$R$316",
		"KQ_Bang": "'Kết quả'!$A$14:$O$316", "KQ_HoTen": "'Kết quả'!$B$15:$B$316", "KQ_Diem": "'Kết quả'!$F$15:$F$316", "KQ_MaDonVi": "'Kết quả'!$Q$15:$Q$316",
		"TH_Bang": "'Tổng hợp'!$A$10:$E$14", "TH_TyLeDu": "'Tổng hợp'!$E$11:$E$14", "KD_Bang": "'Không dự'!$A$10:$C$11", "KD_HoTen": "'Không dự'!$B$11:$B$11",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// sheetXML is what excelize has no question for.
type sheetXML struct {
	Filter struct {
		Ref string `xml:"ref,attr"`
	} `xml:"autoFilter"`
	Breaks []struct {
		After int `xml:"id,attr"`
	} `xml:"rowBreaks>brk"`
	Bars []struct {
		Area string    `xml:"sqref,attr"`
		Bar  *struct{} `xml:"cfRule>dataBar"`
	} `xml:"conditionalFormatting"`
	Formulas []string `xml:"sheetData>row>c>f"`
}

func sheet(t *testing.T, data []byte, name string) (s sheetXML) {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := in.Open("xl/worksheets/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := xml.NewDecoder(file).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWrite_keepsFilterAndBarsOfStreamedSheets(t *testing.T) {
	t.Parallel()
	data := written(t, sample(40))
	people := sheet(t, data, "sheet1.xml")
	if people.Filter.Ref != "$A$14:$R$56" || len(people.Bars) != 1 || people.Bars[0].Area != "G15:G56" || people.Bars[0].Bar == nil || people.Formulas != nil {
		t.Errorf("%+v", people)
	}
	if s := sheet(t, data, "sheet2.xml"); s.Filter.Ref != "" || len(s.Bars) != 1 {
		t.Errorf("%+v", s)
	}
}

// TestWrite_neverLeavesSignaturesAlone walks the tail over the end of a page.
func TestWrite_neverLeavesSignaturesAlone(t *testing.T) {
	t.Parallel()
	broken, whole := 0, 0
	for people := 1; people < 60; people++ {
		b := sample(people)
		last := 14 + len(b.Sheets[0].Rows)
		breaks := sheet(t, written(t, b), "sheet1.xml").Breaks
		switch {
		case len(breaks) == 0:
			whole++
		case len(breaks) > 1 || breaks[0].After+2 > last:
			t.Errorf("%d people: breaks %v, the table ends in row %d", people, breaks, last)
		default:
			broken++
		}
	}
	if broken == 0 || whole == 0 {
		t.Errorf("%d books with a break, %d without", broken, whole)
	}
}

func TestWrite_keepsAGroupsTitleWithItsRows(t *testing.T) {
	t.Parallel()
	for people := 20; people < 40; people++ {
		b := sample(people)
		s := &b.Sheets[0]
		at := len(s.Rows) - 2
		s.Rows = append(s.Rows[:at:at], append([]reports.Row{{Kind: reports.Group, Cells: reports.Values("II", words)}}, s.Rows[at:]...)...)
		for _, br := range sheet(t, written(t, b), "sheet1.xml").Breaks {
			if br.After == 14+at+1 {
				t.Errorf("%d people: the break after row %d parts a title from its rows", people, br.After)
			}
		}
	}
}

func TestWrite_showsTheCountryBesideTheAgency(t *testing.T) {
	t.Parallel()
	f := opened(t, written(t, sample(1)))
	for sheet, own := range map[string]string{"Kết quả": "A2", "Căn cứ": "A1"} {
		text, err := f.GetCellValue(sheet, own)
		if err != nil || !strings.Contains(text, "NỘI VỤ") {
			t.Errorf("%s!%s is %q, %v", sheet, own, text, err)
		}
		_, row, err := excelize.CellNameToCoordinates(find(t, f, sheet, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
		if err != nil || row != 1 {
			t.Errorf("%s: the country stands in row %d, %v", sheet, row, err)
		}
	}
}
