// Package xlsx reads question banks kept in Excel, and writes them as cards,
// one item a row of one wide sheet, which it reads back unchanged, with its
// pictures.
//
// It decides what a person who opens the workbook sees: what number formats
// show, merged cells, fonts, line breaks in a cell. Hidden sheets, rows and
// columns are left out and reported. A formula is never evaluated; what rests on
// one is asked. What columns and cells mean is decided by package written. What
// is written is text, however much it looks like a formula or a number. Start
// reading at Read and Write.
package xlsx

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/itembank/exchange/container"
	"sathach/itembank/exchange/written"
)

// Bounds of a sheet; a bank of 20,000 items has 20,000 rows, or four times as
// many with one option a row.
const (
	mostRows    = 80_000
	mostColumns = 100
	mostCells   = 1_000_000
)

// Read reads a .xlsx file.
func Read(data []byte) (exchange.Content, error) {
	p, err := container.Open(data)
	if err != nil {
		return exchange.Content{}, err
	}
	if !p.Has("xl/workbook.xml") {
		return exchange.Content{}, &exchange.Rejected{Reason: "Gói này không phải tệp Excel (.xlsx): bên trong không có bảng tính. Tệp .xls cũ cần được lưu lại thành .xlsx."}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: container.MaxTotal, UnzipXMLSizeLimit: container.MaxEntry})
	if err != nil {
		return exchange.Content{}, &exchange.Rejected{Reason: "Nội dung tệp Excel bị hỏng hoặc có mật khẩu nên không đọc được. Hãy mở tệp và lưu lại, không đặt mật khẩu."}
	}
	defer f.Close()
	b := &book{file: f, looks: map[int]face{}}
	var content exchange.Content
	var sheets []string
	for _, name := range f.GetSheetList() {
		one, err := b.sheet(name)
		if err != nil {
			return exchange.Content{}, err
		}
		content.Warnings = append(content.Warnings, one.Warnings...)
		for range one.Items {
			sheets = append(sheets, name)
		}
		content.Items = append(content.Items, one.Items...)
	}
	nameSections(content.Items, sheets)
	content.Items = exchange.Finish(content.Items)
	if len(content.Items) == 0 {
		content.Warnings = append(content.Warnings, "Không tìm thấy câu hỏi nào. Bảng cần một dòng tiêu đề có cột câu hỏi, các phương án và đáp án.")
	}
	return content, nil
}

// nameSections puts items without a topic under their sheet's name, where the
// workbook has several.
func nameSections(items []exchange.Item, sheets []string) {
	several := false
	for _, s := range sheets {
		several = several || s != sheets[0]
	}
	for i := range items {
		if several && items[i].Section == nil {
			items[i].Section = &sheets[i]
		}
	}
}

type book struct {
	file  *excelize.File
	looks map[int]face // by style
}

// face is a cell's look and font.
type face struct {
	look written.Look
	font string
}

func (b *book) sheet(name string) (exchange.Content, error) {
	var content exchange.Content
	if visible, err := b.file.GetSheetVisible(name); err == nil && !visible {
		return exchange.Content{Warnings: []string{fmt.Sprintf("Bỏ qua trang tính ẩn “%s”", name)}}, nil
	}
	t, hidden, err := b.table(name)
	if err != nil {
		return exchange.Content{}, err
	}
	if hidden > 0 {
		content.Warnings = append(content.Warnings, fmt.Sprintf("Trang tính “%s”: bỏ qua %d dòng hoặc cột ẩn", name, hidden))
	}
	found, ok := written.CardSheet(t)
	if !ok {
		found, ok = written.Sheet(t)
	}
	if !ok {
		found = written.Read(lines(t)) // no header: read it as a page
	}
	content.Items, content.Warnings = found.Items, append(content.Warnings, found.Warnings...)
	return content, nil
}

// lines turns rows into lines, cells parted by tabs.
func lines(t written.Table) (blocks []written.Block) {
	for _, row := range t.Rows {
		var parts []written.Line
		for _, c := range row {
			if len(c.Lines) > 0 {
				parts = append(parts, c.Lines...)
			}
		}
		if len(parts) == 0 {
			blocks = append(blocks, written.Block{Line: &written.Line{}})
			continue
		}
		for i := range parts {
			blocks = append(blocks, written.Block{Line: &parts[i]})
		}
	}
	return blocks
}

// table reads a sheet's visible cells.
func (b *book) table(name string) (t written.Table, hidden int, err error) {
	rows, err := b.file.Rows(name)
	if err != nil {
		return t, 0, &exchange.Rejected{Reason: fmt.Sprintf("Trang tính “%s” bị hỏng nên không đọc được.", name)}
	}
	defer rows.Close()
	merged := b.merged(name)
	gone := b.hiddenColumns(name)
	pictures := b.pictures(name)
	cells := 0
	for y := 1; rows.Next(); y++ {
		values, err := rows.Columns()
		if err != nil {
			return t, 0, &exchange.Rejected{Reason: fmt.Sprintf("Trang tính “%s”, dòng %d bị hỏng nên không đọc được.", name, y)}
		}
		if cells += len(values); y > mostRows || len(values) > mostColumns*8 || cells > mostCells {
			return t, 0, &exchange.Rejected{Reason: fmt.Sprintf("Trang tính “%s” quá lớn so với một ngân hàng câu hỏi (nhiều hơn %s dòng hoặc %d cột).", name, viet.Number(mostRows), mostColumns)}
		}
		if rows.GetRowOpts().Hidden {
			hidden++
			continue
		}
		t.Rows = append(t.Rows, b.row(name, y, values, merged, gone, pictures))
	}
	return t, hidden + len(gone), nil
}

func (b *book) row(sheet string, y int, values []string, merged, gone map[[2]int]bool, pictures map[string]bool) []written.Cell {
	row := make([]written.Cell, min(len(values), mostColumns))
	for x := range row {
		row[x] = written.Cell{Merged: merged[[2]int{x + 1, y}]}
		if gone[[2]int{x + 1, 0}] || row[x].Merged {
			continue
		}
		ref, err := excelize.CoordinatesToCellName(x+1, y)
		if err != nil || values[x] == "" && !pictures[ref] {
			continue
		}
		row[x] = b.cell(sheet, ref, values[x], pictures[ref])
	}
	return row
}

func (b *book) cell(sheet, ref, value string, picture bool) written.Cell {
	c := written.Cell{Source: sheet + "!" + ref}
	if formula, err := b.file.GetCellFormula(sheet, ref); err == nil && formula != "" {
		c.Formula = !constant[strings.ToUpper(formula)]
	}
	f := b.face(sheet, ref)
	runs := []written.Run{{Text: value, Font: f.font, Look: f.look}}
	if rich, err := b.file.GetCellRichText(sheet, ref); err == nil && len(rich) > 1 {
		runs = richRuns(rich, f)
	}
	c.Lines = split(runs, c.Source)
	if picture {
		c.Lines = b.addPictures(c.Lines, sheet, ref, c.Source)
	}
	return c
}

// constant formulas are how LibreOffice saves a cell that holds a truth value.
var constant = map[string]bool{"TRUE()": true, "FALSE()": true}

func richRuns(rich []excelize.RichTextRun, base face) (runs []written.Run) {
	for _, r := range rich {
		f := base
		if r.Font != nil {
			f = faceOf(r.Font)
		}
		runs = append(runs, written.Run{Text: r.Text, Font: f.font, Look: f.look})
	}
	return runs
}

// split parts runs into lines at line breaks.
func split(runs []written.Run, source string) []written.Line {
	lines := []written.Line{{Source: source}}
	for _, r := range runs {
		for i, piece := range strings.Split(strings.ReplaceAll(r.Text, "\r\n", "\n"), "\n") {
			if i > 0 {
				lines = append(lines, written.Line{Source: source, Soft: true})
			}
			last := &lines[len(lines)-1]
			last.Runs = append(last.Runs, written.Run{Text: piece, Font: r.Font, Look: r.Look})
		}
	}
	return lines
}

func (b *book) face(sheet, ref string) face {
	id, err := b.file.GetCellStyle(sheet, ref)
	if err != nil {
		return face{}
	}
	if f, known := b.looks[id]; known {
		return f
	}
	var f face
	if style, err := b.file.GetStyle(id); err == nil {
		f = faceOf(style.Font)
		f.look.Highlight = b.fill(id, style.Fill)
	}
	b.looks[id] = f
	return f
}

// fill is the colour behind a cell, empty for none and for white. The library
// tells colours only where the workbook has a theme; LibreOffice writes none.
func (b *book) fill(id int, fill excelize.Fill) string {
	if fill.Type != "pattern" || fill.Pattern <= 0 || len(fill.Color) == 0 {
		return ""
	}
	colour := strings.TrimPrefix(fill.Color[0], "#")
	if s := b.file.Styles; colour == "" && s != nil && s.CellXfs != nil && id < len(s.CellXfs.Xf) && s.Fills != nil {
		if n := s.CellXfs.Xf[id].FillID; n != nil && *n < len(s.Fills.Fill) && s.Fills.Fill[*n].PatternFill != nil && s.Fills.Fill[*n].PatternFill.FgColor != nil {
			colour = s.Fills.Fill[*n].PatternFill.FgColor.RGB
		}
	}
	if len(colour) == 8 {
		colour = colour[2:]
	}
	if strings.EqualFold(colour, "FFFFFF") {
		return ""
	}
	return colour
}

func faceOf(font *excelize.Font) (f face) {
	if font == nil {
		return f
	}
	f.font = font.Family
	f.look = written.Look{Bold: font.Bold, Italic: font.Italic, Underline: font.Underline != "" && font.Underline != "none", Strike: font.Strike, Color: written.Color(font.Color)}
	return f
}

// merged lists the cells that others cover.
func (b *book) merged(sheet string) map[[2]int]bool {
	covered := map[[2]int]bool{}
	areas, err := b.file.GetMergeCells(sheet)
	if err != nil {
		return covered
	}
	for _, a := range areas {
		left, top, err1 := excelize.CellNameToCoordinates(a.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(a.GetEndAxis())
		if err1 != nil || err2 != nil {
			continue
		}
		for y := top; y <= bottom && y <= mostRows; y++ {
			for x := left; x <= right && x <= mostColumns; x++ {
				if x != left || y != top {
					covered[[2]int{x, y}] = true
				}
			}
		}
		if len(covered) > mostCells {
			break
		}
	}
	return covered
}

// hiddenColumns lists columns that are not shown, as (column, 0).
func (b *book) hiddenColumns(sheet string) map[[2]int]bool {
	gone := map[[2]int]bool{}
	for x := 1; x <= mostColumns; x++ {
		name, err := excelize.ColumnNumberToName(x)
		if err != nil {
			break
		}
		if visible, err := b.file.GetColVisible(sheet, name); err == nil && !visible {
			gone[[2]int{x, 0}] = true
		}
	}
	return gone
}

func (b *book) pictures(sheet string) map[string]bool {
	found := map[string]bool{}
	cells, err := b.file.GetPictureCells(sheet)
	if err != nil {
		return found
	}
	for _, ref := range cells {
		found[ref] = true
	}
	return found
}

// addPictures puts a mark for every picture that lies on a cell.
func (b *book) addPictures(lines []written.Line, sheet, ref, source string) []written.Line {
	pictures, err := b.file.GetPictures(sheet, ref)
	if err != nil {
		return lines
	}
	if len(lines) == 0 {
		lines = []written.Line{{Source: source}}
	}
	assets := make([]exchange.Asset, len(pictures))
	for i, p := range pictures {
		assets[i] = exchange.Asset{Kind: exchange.Image, Name: path.Base(fmt.Sprintf("%s-%d%s", ref, i+1, p.Extension)), Data: p.File}
		if p.Format != nil {
			assets[i].Alt = exchange.Tidy(p.Format.AltText)
			if !given.MatchString(p.Format.Name) {
				assets[i].Name = p.Format.Name
			}
		}
	}
	if atMarks(lines, assets) {
		return lines
	}
	last := &lines[len(lines)-1]
	for range assets {
		last.Runs = append(last.Runs, written.Run{Text: " " + exchange.ImageMark})
	}
	last.Assets = append(last.Assets, assets...)
	return lines
}

// given are names that a program gives a picture by itself.
var given = regexp.MustCompile(`^(?:(?:Picture|Image|Hình(?: ảnh)?|Ảnh) ?\d*|)$`)

// atMarks puts pictures at the marks that a text has for them, as in a file of
// ours; it does nothing where there are more or fewer.
func atMarks(lines []written.Line, assets []exchange.Asset) bool {
	marks := make([]int, len(lines))
	sum := 0
	for i, l := range lines {
		for _, r := range l.Runs {
			marks[i] += strings.Count(r.Text, exchange.ImageMark)
		}
		sum += marks[i]
	}
	if sum != len(assets) {
		return false
	}
	for i := range lines {
		lines[i].Assets, assets = assets[:marks[i]:marks[i]], assets[marks[i]:]
	}
	return true
}
