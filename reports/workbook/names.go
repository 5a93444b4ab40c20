package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"sathach/reports"
)

// nameAreas defines what repeats on every page, what prints, and the names by
// which other workbooks find the table and its columns.
func nameAreas(f *excelize.File, s reports.Sheet, p plan) error {
	quoted := "'" + strings.ReplaceAll(s.Name, "'", "''") + "'!"
	area := func(fromCol, fromRow, toCol, toRow int) string {
		return quoted + absolute(fromCol, fromRow) + ":" + absolute(toCol, toRow)
	}
	last := len(s.Columns)
	names := []excelize.DefinedName{
		{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s$%d:$%d", quoted, p.headRow, p.numberRow), Scope: s.Name},
		{Name: "_xlnm.Print_Area", RefersTo: area(1, 1, last, p.endRow), Scope: s.Name},
	}
	if s.Prefix != "" {
		names = append(names, excelize.DefinedName{Name: s.Prefix + "_Bang", RefersTo: area(1, p.numberRow, last, p.lastRow)})
		for col, ref := range refs(s) {
			names = append(names, excelize.DefinedName{Name: s.Prefix + "_" + ref, RefersTo: area(col, p.numberRow+1, col, max(p.lastRow, p.numberRow+1))})
		}
	}
	for i := range names {
		if err := f.SetDefinedName(&names[i]); err != nil {
			return fmt.Errorf("name %s: %w", names[i].Name, err)
		}
	}
	return nil
}

// refs yields the columns that have a name, counted from 1.
func refs(s reports.Sheet) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for i, c := range s.Columns {
			if c.Ref != "" && !yield(i+1, c.Ref) {
				return
			}
		}
		for i, c := range s.Screen {
			if c.Ref != "" && !yield(len(s.Columns)+2+i, c.Ref) {
				return
			}
		}
	}
}

func absolute(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row, true)
	if err != nil {
		return "" // refused by SetDefinedName
	}
	return name
}
