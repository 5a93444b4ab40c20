package reports

import (
	"fmt"

	"sathach/scoring/ctt"
)

// agencyFigures is one agency's line of the summary.
type agencyFigures struct {
	agency Agency
	tally
	takers, due ctt.Mean // due counts the absent as 0
}

func figuresOf(people []Person) agencyFigures {
	g := agencyFigures{agency: people[0].Agency, tally: tallyOf(people)}
	for _, p := range people {
		if p.Took() {
			g.takers.Add(score(p.Decision.Score))
			g.due.Add(score(p.Decision.Score))
		} else {
			g.due.Add(0)
		}
	}
	return g
}

func (f Facts) agencySheet() Sheet {
	s := f.newSheet("Tổng hợp đơn vị", "BẢNG TỔNG HỢP KẾT QUẢ KIỂM TRA THEO ĐƠN VỊ")
	s.Prefix, s.FreezeColumns = "TH", 2
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Đơn vị", Width: 34}, {Heading: "Danh sách", Group: "Số người", Width: 7.5, Kind: Count}, {Heading: "Được miễn", Group: "Số người", Width: 6.5, Kind: Count},
		{Heading: "Phải dự", Group: "Số người", Formula: "(5)=(3)-(4)", Width: 7.5, Kind: Count}, {Heading: "Dự", Group: "Số người", Width: 7, Kind: Count},
		{Heading: "Tỷ lệ dự (%)", Formula: "(7)=(6):(5)", Width: 7.5, Kind: Rate, Ref: "TyLeDu"},
	}
	bands := f.Round.Rules.Standard.Bands
	for _, b := range bands {
		s.Columns = append(s.Columns, Column{Heading: "Số", Group: bandNames[b.Code], Width: 5.5, Kind: Count}, Column{Heading: "%", Group: bandNames[b.Code], Width: 6, Kind: Rate})
	}
	s.Columns = append(s.Columns,
		Column{Heading: "Số đạt", Width: 7, Kind: Count}, Column{Heading: "Điểm TB người dự", Width: 8, Kind: Score},
		Column{Heading: "Từ", Group: "Khoảng 95%", Width: 7, Kind: Score}, Column{Heading: "Đến", Group: "Khoảng 95%", Width: 7, Kind: Score},
		Column{Heading: "Điểm TB tính cả vắng", Width: 8, Kind: Score, Strong: true}, Column{Heading: "Hạng trong khối", Width: 7, Kind: Count})
	s.Screen = []Column{
		{Heading: "Mã đơn vị", Width: 12, Kind: ID}, {Heading: "Khối", Width: 22}, {Heading: "Điểm TB so được giữa các đơn vị", Width: 12, Kind: Score},
		{Heading: "Từ (95%)", Width: 9, Kind: Score}, {Heading: "Đến (95%)", Width: 9, Kind: Score},
	}
	perBlock := map[string][]agencyFigures{}
	for _, people := range byAgency(f.People) {
		block := blockOf(people[0].Agency.Kind)
		perBlock[block] = append(perBlock[block], figuresOf(people))
	}
	n, running := 0, 0
	for _, block := range blocks {
		agencies := perBlock[block]
		if len(agencies) == 0 {
			continue
		}
		n++
		var members []Person
		for _, p := range f.People {
			if blockOf(p.Agency.Kind) == block {
				members = append(members, p)
			}
		}
		s.Rows = append(s.Rows, f.figuresRow(Group, roman(n), fmt.Sprintf("%s: %s đơn vị", block, headcount(len(agencies))), figuresOf(members), nil))
		ranks := rankAgencies(agencies)
		for i, g := range agencies {
			running++
			row := f.figuresRow(Data, int64(running), g.agency.Name, g, ranks[i])
			row.Screen = append(Values(g.agency.Code, block), f.estimateOf(g)...)
			s.Rows = append(s.Rows, row)
		}
	}
	s.Rows = append(s.Rows, f.figuresRow(Total, nil, "Tổng cộng", figuresOf(f.People), nil))
	s.Notes = []string{
		"Đơn vị có dưới 5 người dự không nêu tỷ lệ, điểm trung bình và hạng (n < 5); số người vẫn tính vào tổng.",
		"Điểm trung bình tính cả vắng: người không dự tính 0 điểm. Hạng xếp trong khối theo cột này.",
		"Hạng theo con số, chưa xét may rủi: hai đơn vị có khoảng 95% chồng lên nhau thì chưa thể nói đơn vị nào cao hơn.",
		"Điểm TB so được giữa các đơn vị: điểm trung bình người dự, kéo về mức chung của cả kỳ, càng ít người càng kéo nhiều, để may rủi không đưa đơn vị nhỏ lên đầu hay xuống cuối; kèm khoảng 95%.",
	}
	return s
}

func (f Facts) figuresRow(kind RowKind, number any, name string, g agencyFigures, rank any) Row {
	rate, ok := share(g.took, g.roster)
	const excused = 0 // nobody can be excused yet: the whole roster is due
	cells := Values(number, name, int64(g.roster), int64(excused), int64(g.roster-excused), int64(g.took), known(rate, ok))
	if ok && rate < 90 {
		cells[6].Mark = Under
	}
	hidden := g.took < suppressBelow
	shown := func(v float64, ok bool) any {
		if hidden {
			return tooFew
		}
		return known(v, ok)
	}
	for _, b := range f.Round.Rules.Standard.Bands {
		part, ok := share(g.bands[b.Code], g.took)
		cells = append(cells, Cell{Value: int64(g.bands[b.Code])}, Cell{Value: shown(part, ok)})
	}
	mean, meanOK := g.takers.Value()
	low, high, ok := g.takers.Interval(0, 100)
	all, allOK := g.due.Value()
	cells = append(cells, Cell{Value: int64(g.passed)}, Cell{Value: shown(mean, meanOK)}, Cell{Value: shown(low, ok)}, Cell{Value: shown(high, ok)}, Cell{Value: shown(all, allOK)}, Cell{Value: rank})
	return Row{Kind: kind, Cells: cells}
}

// estimateOf is an agency's mean by empirical Bayes with its interval: nothing where
// too few took part.
func (f Facts) estimateOf(g agencyFigures) []Cell {
	e, of := f.Agencies[g.agency.ID]
	mean, ok := e.Mean.Get()
	if !of || g.took < suppressBelow || !ok {
		why := any(nil)
		if g.took < suppressBelow {
			why = tooFew
		}
		return Values(why, why, why)
	}
	low, _ := e.Interval.Low.Get()
	high, _ := e.Interval.High.Get()
	return Values(mean, max(0, low), min(100, high))
}

// rankAgencies gives each agency its place by the mean over those due; equal
// means share a place, and agencies with fewer than five takers have none.
func rankAgencies(agencies []agencyFigures) []any {
	ranks := make([]any, len(agencies))
	for i, g := range agencies {
		if g.took < suppressBelow {
			ranks[i] = tooFew
			continue
		}
		mine, _ := g.due.Value()
		place := int64(1)
		for _, o := range agencies {
			if theirs, _ := o.due.Value(); o.took >= suppressBelow && theirs > mine {
				place++
			}
		}
		ranks[i] = place
	}
	return ranks
}
