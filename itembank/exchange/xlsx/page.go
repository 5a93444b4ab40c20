package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"sathach/itembank/exchange/written"
)

// spareRows below the cards are ready to be filled.
const spareRows = 200

// formats sets what cells look like before they are written. All are in the
// format of text, so that what people type into them stays text as well.
func (w *writer) formats(cards int) error {
	border := []excelize.Border{{Type: "left", Color: "A6A6A6", Style: 1}, {Type: "right", Color: "A6A6A6", Style: 1}, {Type: "top", Color: "A6A6A6", Style: 1}, {Type: "bottom", Color: "A6A6A6", Style: 1}}
	font := excelize.Font{Family: "Times New Roman", Size: 11}
	body, err := w.file.NewStyle(&excelize.Style{Font: &font, NumFmt: 49, Border: border, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	font.Bold = true
	head, err := w.file.NewStyle(&excelize.Style{Font: &font, NumFmt: 49, Border: border, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9E2EC"}}})
	if err != nil {
		return err
	}
	last := len(w.columns) - 1
	if err := w.file.SetCellStyle(cardSheet, name(0, 0), name(last, 0), head); err != nil {
		return err
	}
	if err := w.file.SetCellStyle(cardSheet, name(0, 1), name(last, cards+spareRows), body); err != nil {
		return err
	}
	if err := w.file.SetRowHeight(cardSheet, 1, 36); err != nil {
		return err
	}
	return w.widths()
}

func (w *writer) widths() error {
	for x, label := range w.columns {
		column, err := excelize.ColumnNumberToName(x + 1)
		if err != nil {
			return err
		}
		if err := w.file.SetColWidth(cardSheet, column, column, width(label)); err != nil {
			return err
		}
	}
	return nil
}

// width of a column, in characters, by the length of what it usually holds.
func width(label string) float64 {
	switch label {
	case "Số câu", "Đơn vị":
		return 7
	case written.CardMark, "Đáp án", "Mức độ", "Mã câu hỏi", "Chủ đề", "Không xáo trộn", "Tỷ lệ điểm", "Phân biệt hoa thường":
		return 12
	case written.StemLabel:
		return 40
	case "Giải thích", "Vế phải":
		return 28
	}
	return 18
}

// page sets how the sheet is seen and printed: the header stays and is
// repeated, columns can be filtered, kinds are chosen from a list.
func (w *writer) page(cards int) error {
	last, err := excelize.ColumnNumberToName(len(w.columns))
	if err != nil {
		return err
	}
	yes, size, wide, tall, orientation := true, 9, 1, 0, "landscape"
	margin, edge := 0.5, 0.7
	kinds := excelize.NewDataValidation(true)
	kinds.Sqref = fmt.Sprintf("A2:A%d", cards+1+spareRows)
	if err := kinds.SetDropList(written.Kinds()); err != nil {
		return err
	}
	for _, set := range []func() error{
		func() error {
			return w.file.SetPanes(cardSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft", Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}}})
		},
		func() error { return w.file.AutoFilter(cardSheet, fmt.Sprintf("A1:%s%d", last, cards+1), nil) },
		func() error { return w.file.AddDataValidation(cardSheet, kinds) },
		func() error { return w.file.SetSheetProps(cardSheet, &excelize.SheetPropsOptions{FitToPage: &yes}) },
		func() error {
			return w.file.SetPageLayout(cardSheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall})
		},
		func() error {
			return w.file.SetPageMargins(cardSheet, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &edge, Bottom: &edge})
		},
		func() error {
			return w.file.SetHeaderFooter(cardSheet, &excelize.HeaderFooterOptions{OddFooter: "&C&\"Times New Roman\"&11Trang &P/&N"})
		},
		func() error {
			return w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + cardSheet + "'!$1:$1", Scope: cardSheet})
		},
		func() error {
			return w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", cardSheet, last, cards+1), Scope: cardSheet})
		},
	} {
		if err := set(); err != nil {
			return err
		}
	}
	return nil
}
