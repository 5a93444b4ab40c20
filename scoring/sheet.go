package scoring

import (
	"slices"

	"sathach/scoring/ctt"
)

// Sheet is the marks of people on one form as whole scores, for statistics.
type Sheet struct {
	Table  *ctt.Table
	Unit   Points // what one of the scores is worth
	Totals []int  // of every person
}

// NewSheet makes a sheet of marks that are worth One: a row for every person,
// with as many marks as the first has. Marks are rounded to its unit (Unit).
func NewSheet(points [][]Points) (Sheet, error) {
	s := Sheet{Unit: Unit(points)}
	items := 0
	if len(points) > 0 {
		items = len(points[0])
	}
	table, err := ctt.NewTable(slices.Repeat([]int{int(One / s.Unit)}, items))
	if err != nil {
		return Sheet{}, err
	}
	for _, marks := range points {
		row, total := make([]int, len(marks)), 0
		for j, p := range marks {
			row[j] = int((p + s.Unit/2) / s.Unit)
			total += row[j]
		}
		if err := table.Add(row); err != nil {
			return Sheet{}, err
		}
		s.Totals = append(s.Totals, total)
	}
	s.Table = table
	return s, nil
}
