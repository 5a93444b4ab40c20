package reports

import (
	"slices"

	"sathach/scoring"
	"sathach/scoring/ctt"
)

func (f Facts) topicSheet() Sheet {
	s := f.newSheet("Chuyên đề", "BẢNG KẾT QUẢ THEO CHUYÊN ĐỀ")
	s.Prefix = "CD"
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Mã", Width: 7, Kind: ID}, {Heading: "Chuyên đề", Width: 38}, {Heading: "Số câu mỗi đề", Width: 8, Kind: Count},
		{Heading: "Số lượt trả lời", Width: 9, Kind: Count}, {Heading: "Tỷ lệ điểm đạt được (%)", Width: 12, Kind: Rate, Bar: true, Ref: "TyLeDung"},
		{Heading: "Từ", Group: "Khoảng 95%", Width: 7, Kind: Rate}, {Heading: "Đến", Group: "Khoảng 95%", Width: 7, Kind: Rate},
		{Heading: "Điểm", Group: "So với kỳ trước", Width: 6, Kind: Change}, {Heading: "Xu hướng", Group: "So với kỳ trước", Width: 11, Kind: Centered},
		{Heading: "Số người nên bổ sung", Width: 8, Kind: Count}, {Heading: "% người dự", Formula: "(12)=(11):n", Width: 7, Kind: Rate}, {Heading: "Đơn vị thấp nhất (n ≥ 5)", Width: 26},
		{Heading: "Thứ tự nhu cầu", Width: 7, Kind: Count},
	}
	total := topicFigures{}
	figures := make([]topicFigures, len(f.Topics))
	for i, t := range f.Topics {
		figures[i] = f.topicFigures(t.Code)
	}
	for i, t := range f.Topics {
		g := figures[i]
		g.need = needRank(figures, i)
		total.items += g.items
		total.responses += g.responses
		s.Rows = append(s.Rows, Row{Cells: g.cells(int64(i+1), shortTopic(t.Code), t.NameVi)})
	}
	for _, p := range f.People {
		if p.Took() {
			total.shares.Add(score(p.Decision.Score))
			if p.Decision.Low != scoring.NotLow {
				total.weak++
			}
		}
	}
	total.weakest = "-"
	row := total.cells(nil, nil, "Cả bài (cột 11: người thuộc hai nhóm khuyến nghị)")
	s.Rows = append(s.Rows, Row{Kind: Total, Cells: row})
	s.Notes = []string{
		"Nên bổ sung là " + f.weakWords() + ".",
		"Khoảng 95%: trung bình theo người, lấy người làm đơn vị.",
		"So với kỳ trước: câu của chuyên đề mỗi kỳ một khác, điểm chuyên đề chưa đưa về một thang chung, nên không so sánh được.",
		"Thứ tự nhu cầu: theo số người nên bổ sung; chuyên đề bằng nhau thì cùng thứ tự.",
	}
	return s
}

type topicFigures struct {
	items, responses, weak int
	shares                 ctt.Mean
	weakest                any
	need                   any
}

// needRank is a topic's place by the number of people who should refresh it;
// topics that nobody needs have none.
func needRank(figures []topicFigures, i int) any {
	if figures[i].weak == 0 {
		return "-"
	}
	place := int64(1)
	for _, g := range figures {
		if g.weak > figures[i].weak {
			place++
		}
	}
	return place
}

func (f Facts) topicFigures(code string) topicFigures {
	g := topicFigures{items: f.topicItems(code), weakest: "-"}
	perAgency := map[string]*ctt.Mean{}
	names := map[string]string{}
	for _, p := range f.People {
		for _, t := range p.Topics {
			if t.Topic != code || t.Maximum == 0 {
				continue
			}
			part := 100 * float64(t.Raw) / float64(t.Maximum)
			g.responses += t.Items
			g.shares.Add(part)
			if t.Standing == scoring.Weak {
				g.weak++
			}
			if perAgency[p.Agency.Code] == nil {
				perAgency[p.Agency.Code], names[p.Agency.Code] = &ctt.Mean{}, p.Agency.Name
			}
			perAgency[p.Agency.Code].Add(part)
		}
	}
	lowest := 101.0
	codes := make([]string, 0, len(perAgency))
	for c := range perAgency {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	for _, c := range codes {
		if mean, ok := perAgency[c].Value(); ok && perAgency[c].N() >= suppressBelow && mean < lowest {
			lowest, g.weakest = mean, names[c]
		}
	}
	return g
}

func (g topicFigures) cells(number, code any, name string) []Cell {
	mean, ok := g.shares.Value()
	low, high, interval := g.shares.Interval(0, 100)
	weak, weakOK := share(g.weak, g.shares.N())
	return Values(number, code, name, int64(g.items), int64(g.responses), known(mean, ok), known(low, interval), known(high, interval),
		"-", "Không so sánh được", int64(g.weak), known(weak, weakOK), g.weakest, g.need)
}
