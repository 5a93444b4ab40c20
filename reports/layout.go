package reports

import (
	"fmt"
	"slices"

	"sathach/scoring"
)

// newSheet fills in what every sheet of a publication shares.
func (f Facts) newSheet(name, title string) Sheet {
	return Sheet{
		Name: name, Issuer: f.Issuer, Title: title,
		Subtitle:     fmt.Sprintf("%s, từ %s đến %s", f.Round.Name, dayAndHour(f.Round.DueAt), dayAndHour(f.Round.ClosesAt)),
		Attached:     "(Kèm theo văn bản số ............ ngày ...... tháng ...... năm ......)",
		PlaceAndDate: "..................., ngày ...... tháng ...... năm ......",
		Signatures:   []Signature{{Role: "NGƯỜI LẬP BIỂU"}, {Role: "THỦ TRƯỞNG CƠ QUAN"}},
	}
}

// newBook closes a list of sheets with the sheet that explains them.
func (f Facts) newBook(kind string, sheets []Sheet, rules []fact) Book {
	b := Book{Kind: kind, Published: f.Publication.PublishedAt, Sheets: sheets}
	b.File = kind + "_" + f.Publication.Code
	if f.ScopeCode != "" {
		b.File += "_" + f.ScopeCode
	}
	b.File += ".xlsx"
	sum := b.Checksum()
	b.Footer = fmt.Sprintf("Công bố %s, mã kiểm %s", f.Publication.Code, Grouped(sum[:12]))
	b.Sheets = append(b.Sheets, f.basis(b, rules))
	return b
}

// byAgency splits people into runs of one agency, keeping their order.
func byAgency(people []Person) [][]Person {
	var runs [][]Person
	for i, p := range people {
		if i == 0 || people[i-1].Agency.ID != p.Agency.ID {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], p)
	}
	return runs
}

// groupRow is a Roman row: numeral, words running over empty cells.
func groupRow(columns, n int, words string) Row {
	cells := make([]Cell, columns)
	cells[0], cells[1] = Cell{Value: roman(n)}, Cell{Value: words}
	return Row{Kind: Group, Cells: cells}
}

func partRow(columns int, letter, words string) Row {
	cells := make([]Cell, columns)
	cells[0], cells[1] = Cell{Value: letter + "."}, Cell{Value: words}
	return Row{Kind: Part, Cells: cells}
}

// noneRow stands in an empty list.
func noneRow(columns int) Row {
	cells := make([]Cell, columns)
	cells[1] = Cell{Value: "Không có trường hợp nào"}
	return Row{Kind: None, Cells: cells}
}

// score is a number a spreadsheet can add: 8750 hundredths are 87.5.
func score(h scoring.Hundredths) float64 { return float64(h) / 100 }

// known is the value, or "-" where it is undefined.
func known(value float64, ok bool) any {
	if !ok {
		return "-"
	}
	return value
}

// tally counts the people of a list.
type tally struct {
	roster, took, passed int
	bands                map[string]int
}

func tallyOf(people []Person) tally {
	t := tally{bands: map[string]int{}}
	for _, p := range people {
		t.roster++
		if !p.Took() {
			continue
		}
		t.took++
		t.bands[p.Decision.Band]++
		if p.Decision.Low != scoring.Failed {
			t.passed++
		}
	}
	return t
}

// share is a percentage; undefined of nothing.
func share(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return 100 * float64(part) / float64(whole), true
}

// topicPlace is the place of a topic among those of the round, or -1.
func (f Facts) topicPlace(code string) int {
	return slices.IndexFunc(f.Topics, func(t topic) bool { return t.Code == code })
}
