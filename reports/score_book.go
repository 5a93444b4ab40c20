package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

type topic = itembank.Topic

// Scores is the score workbook of a round for the caller's scope: people,
// agencies, topics, items, and what they rest on.
func (r *Reports) Scores(ctx context.Context, actor authz.Actor, id assessment.RoundID) (Book, error) {
	f, err := r.facts(ctx, actor, id)
	if err != nil {
		return Book{}, err
	}
	return f.Scores(), nil
}

// Scores makes the score workbook.
func (f Facts) Scores() Book {
	sheets := []Sheet{f.resultSheet(), f.agencySheet(), f.topicSheet(), f.itemSheet()}
	return f.newBook("so-diem", sheets, f.scoreRules())
}

// suppressBelow is the smallest group whose means and shares are shown.
const suppressBelow = 5

// tooFew is shown instead of a mean or share of fewer people.
const tooFew = "n < 5"

func (f Facts) resultSheet() Sheet {
	s := f.newSheet("Kết quả", "BẢNG KẾT QUẢ KIỂM TRA KIẾN THỨC CẢI CÁCH HÀNH CHÍNH")
	s.Prefix, s.Filter, s.FreezeColumns = "KQ", true, 2
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Ngày sinh", Width: 10, Kind: Date},
		{Heading: "Chức vụ, chức danh", Width: 21}, {Heading: "Nhóm vị trí", Width: 11},
		{Heading: "Nộp bài", Width: 11, Kind: Minute}, {Heading: "Thời gian làm bài", Width: 8, Kind: Elapsed},
		{Heading: fmt.Sprintf("Số câu đúng / %d", f.Round.Blueprint.Items()), Width: 7, Kind: Count},
		{Heading: "Điểm (thang 100)", Width: 8, Kind: Score, Strong: true, Ref: "Diem"}, {Heading: "Sai số đo (điểm)", Width: 7.5, Kind: Error},
		{Heading: "Xếp loại", Width: 11, Kind: Centered, Ref: "XepLoai"},
	}
	for _, t := range f.Topics {
		s.Columns = append(s.Columns, Column{Heading: fmt.Sprintf("%s /%d", shortTopic(t.Code), f.topicItems(t.Code)), Group: "Số câu đúng theo chuyên đề", Width: 4.6, Kind: Count})
	}
	s.Columns = append(s.Columns, Column{Heading: "Nhóm khuyến nghị", Width: 11, Kind: Centered}, Column{Heading: "Ghi chú", Width: 15})
	s.Screen = []Column{
		{Heading: "Mã đơn vị", Width: 12, Kind: ID, Ref: "MaDonVi"}, {Heading: "Đơn vị", Width: 30}, {Heading: "Khối", Width: 22}, {Heading: "Mã hồ sơ", Width: 10, Kind: ID},
		{Heading: "Lần thi", Width: 7, Kind: Count}, {Heading: "Bắt đầu", Width: 16, Kind: Instant}, {Heading: "Thứ tự dòng", Width: 8, Kind: Count},
	}
	running := 0
	for n, people := range byAgency(f.People) {
		first := people[0].Agency
		group := groupRow(len(s.Columns), n+1, first.Name+": "+tallyOf(people).words())
		group.Screen = Values(first.Code, first.Name)
		s.Rows = append(s.Rows, group)
		for _, p := range people {
			running++
			s.Rows = append(s.Rows, f.resultRow(p, running))
		}
	}
	s.Closing = fmt.Sprintf("Danh sách gồm %s người./.", headcount(running))
	s.Notes = append([]string{
		"Chuyên đề: " + f.topicLegend() + ".",
		"Cột (8) đếm câu được trọn điểm; điểm tính từ điểm từng câu, kể cả phần điểm của câu nhiều lựa chọn, nối cặp, sắp thứ tự.",
		"Sai số đo: độ lệch chuẩn của điểm nếu làm một đề tương đương.",
	}, s.Notes...)
	return s
}

func (f Facts) resultRow(p Person, n int) Row {
	cells := Values(int64(n), p.Name, dateValue(p.BirthDate), p.Title, groupNames[p.Group])
	screen := Values(p.Agency.Code, p.Agency.Name, blockOf(p.Agency.Kind), p.Code)
	if !p.Took() {
		cells = append(cells, make([]Cell, 5)...)
		cells = append(cells, Cell{"Không dự", Absent})
		cells = append(cells, make([]Cell, len(f.Topics)+1)...)
		cells = append(cells, Cell{})
		screen = append(screen, Cell{}, Cell{}, Cell{Value: int64(n)})
		return Row{Cells: cells, Screen: screen}
	}
	d := p.Decision
	se, ok := scoreError(p.Total)
	cells = append(cells, Values(p.EndedAt, p.EndedAt.Sub(p.StartedAt), int64(p.Total.Right), score(d.Score), known(100*se, ok))...)
	cells = append(cells, Cell{bandNames[d.Band], bandMarks[d.Band]})
	for _, t := range f.Topics {
		cells = append(cells, Cell{Value: rightIn(p, t.Code)})
	}
	low := Cell{}
	if d.Low != scoring.NotLow {
		low = Cell{lowNames[d.Low], map[scoring.LowGroup]Mark{scoring.Failed: Fail, scoring.Low: Low}[d.Low]}
	}
	cells = append(cells, low, Cell{Value: f.remark(p)})
	screen = append(screen, Values(int64(p.Try), p.StartedAt, int64(n))...)
	return Row{Cells: cells, Screen: screen}
}

// remark says what a reader should know about one result.
func (f Facts) remark(p Person) any {
	var parts []string
	if se, ok := scoreError(p.Total); ok {
		gap := score(p.Decision.Score) - score(f.Round.Rules.Standard.PassMark)
		if max(gap, -gap) <= 100*se {
			parts = append(parts, "Cận ngưỡng đạt")
		}
	}
	if p.EndedBy == assessment.ByClock {
		parts = append(parts, "Hết giờ tự nộp")
	}
	if p.Try > 1 {
		parts = append(parts, fmt.Sprintf("Lần thi %d", p.Try))
	}
	if len(parts) == 0 {
		return nil
	}
	return strings.Join(parts, "; ")
}

func scoreError(t scoring.Total) (float64, bool) {
	if t.Maximum == 0 {
		return 0, false
	}
	return ctt.ScoreError(float64(t.Raw)/float64(t.Maximum), t.Items)
}

func rightIn(p Person, code string) any {
	for _, t := range p.Topics {
		if t.Topic == code {
			return int64(t.Right)
		}
	}
	return nil
}

func (f Facts) topicItems(code string) (n int) {
	for _, c := range f.Round.Blueprint {
		if c.Topic == code {
			n += c.Count
		}
	}
	return n
}

func (f Facts) topicLegend() string {
	parts := make([]string, len(f.Topics))
	for i, t := range f.Topics {
		parts[i] = shortTopic(t.Code) + " " + t.NameVi
	}
	return strings.Join(parts, "; ")
}

// words is a tally in a group row: "18 người trong danh sách, 17 người dự; …".
func (t tally) words() string {
	text := fmt.Sprintf("%s người trong danh sách, %s người dự", headcount(t.roster), headcount(t.took))
	var parts []string
	for _, band := range []string{scoring.Excellent, scoring.Good, scoring.Fair, scoring.Pass, scoring.Fail} {
		if t.bands[band] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", bandNames[band], t.bands[band]))
		}
	}
	if len(parts) > 0 {
		text += "; " + strings.Join(parts, ", ")
	}
	return text
}

func dateValue(d viet.Date) any {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return nil
	}
	return t
}

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
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Đơn vị", Width: 34}, {Heading: "Số người phải dự", Width: 8, Kind: Count}, {Heading: "Số người dự", Width: 8, Kind: Count},
		{Heading: "Tỷ lệ dự (%)", Formula: "(5)=(4):(3)", Width: 8, Kind: Rate, Ref: "TyLeDu"},
	}
	bands := f.Round.Rules.Standard.Bands
	for _, b := range bands {
		s.Columns = append(s.Columns, Column{Heading: "Số", Group: bandNames[b.Code], Width: 5.5, Kind: Count}, Column{Heading: "%", Group: bandNames[b.Code], Width: 6, Kind: Rate})
	}
	s.Columns = append(s.Columns,
		Column{Heading: "Số đạt", Width: 7, Kind: Count}, Column{Heading: "Điểm TB người dự", Width: 8, Kind: Score},
		Column{Heading: "Từ", Group: "Khoảng 95%", Width: 7, Kind: Score}, Column{Heading: "Đến", Group: "Khoảng 95%", Width: 7, Kind: Score},
		Column{Heading: "Điểm TB tính cả vắng", Width: 8, Kind: Score, Strong: true}, Column{Heading: "Hạng trong khối", Width: 7, Kind: Count})
	s.Screen = []Column{{Heading: "Mã đơn vị", Width: 12, Kind: ID}, {Heading: "Khối", Width: 22}}
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
			row.Screen = Values(g.agency.Code, block)
			s.Rows = append(s.Rows, row)
		}
	}
	s.Rows = append(s.Rows, f.figuresRow(Total, nil, "Tổng cộng", figuresOf(f.People), nil))
	s.Notes = []string{
		"Đơn vị có dưới 5 người dự không nêu tỷ lệ, điểm trung bình và hạng (n < 5); số người vẫn tính vào tổng.",
		"Điểm trung bình tính cả vắng: người không dự tính 0 điểm. Hạng xếp trong khối theo cột này.",
	}
	return s
}

func (f Facts) figuresRow(kind RowKind, number any, name string, g agencyFigures, rank any) Row {
	rate, ok := share(g.took, g.roster)
	cells := []Cell{{Value: number}, {Value: name}, {Value: int64(g.roster)}, {Value: int64(g.took)}, {Value: known(rate, ok)}}
	if ok && rate < 90 {
		cells[4].Mark = Under
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

func (f Facts) topicSheet() Sheet {
	s := f.newSheet("Chuyên đề", "BẢNG KẾT QUẢ THEO CHUYÊN ĐỀ")
	s.Prefix = "CD"
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Mã", Width: 13, Kind: ID}, {Heading: "Chuyên đề", Width: 46}, {Heading: "Số câu mỗi đề", Width: 8, Kind: Count},
		{Heading: "Số lượt trả lời", Width: 9, Kind: Count}, {Heading: "Tỷ lệ điểm đạt được (%)", Width: 12, Kind: Rate, Bar: true, Ref: "TyLeDung"},
		{Heading: "Từ", Group: "Khoảng 95%", Width: 7, Kind: Rate}, {Heading: "Đến", Group: "Khoảng 95%", Width: 7, Kind: Rate},
		{Heading: "Số người nên bổ sung", Width: 9, Kind: Count}, {Heading: "% người dự", Formula: "(10)=(9):n", Width: 8, Kind: Rate}, {Heading: "Đơn vị thấp nhất (n ≥ 5)", Width: 32},
	}
	total := topicFigures{}
	for i, t := range f.Topics {
		g := f.topicFigures(t.Code)
		total.items += g.items
		total.responses += g.responses
		s.Rows = append(s.Rows, Row{Cells: g.cells(int64(i+1), t.Code, t.NameVi)})
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
	row := total.cells(nil, nil, "Cả bài (cột 9: người thuộc hai nhóm khuyến nghị)")
	s.Rows = append(s.Rows, Row{Kind: Total, Cells: row})
	s.Notes = []string{
		fmt.Sprintf("Chuyên đề nên bổ sung: người đạt dưới %s%% điểm của chuyên đề có từ %d câu trở lên.", points(f.Round.Rules.Standard.WeakBelow), f.Round.Rules.Standard.TopicItems),
		"Khoảng 95%: trung bình theo người, lấy người làm đơn vị.",
	}
	return s
}

type topicFigures struct {
	items, responses, weak int
	shares                 ctt.Mean
	weakest                any
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
	return Values(number, code, name, int64(g.items), int64(g.responses), known(mean, ok), known(low, interval), known(high, interval), int64(g.weak), known(weak, weakOK), g.weakest)
}

func (f Facts) itemSheet() Sheet {
	s := f.newSheet("Câu hỏi", "PHÂN TÍCH CÂU HỎI CỦA KỲ KIỂM TRA")
	s.Prefix, s.Filter, s.FreezeColumns = "CH", true, 2
	s.Subtitle += " (tài liệu nội bộ)"
	s.Signatures, s.PlaceAndDate, s.Attached = nil, "", ""
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Mã câu", Width: 9, Kind: ID}, {Heading: "Chuyên đề", Width: 13, Kind: ID}, {Heading: "Mức độ", Width: 10},
		{Heading: "Câu dẫn (160 ký tự đầu)", Width: 48}, {Heading: "Căn cứ", Width: 18}, {Heading: "Số lượt", Width: 7, Kind: Count}, {Heading: "Độ dễ (%)", Width: 8, Kind: Rate, Bar: true},
		{Heading: "Nhận định", Width: 8, Kind: Centered}, {Heading: "Tương quan với phần còn lại", Width: 9, Kind: Corr}, {Heading: "Phân biệt", Width: 8, Kind: Centered},
	}
	const letters = 4
	for i := range letters {
		s.Columns = append(s.Columns, Column{Heading: letter(i), Group: "Tỷ lệ chọn (%)", Width: 6, Kind: Rate})
	}
	s.Columns = append(s.Columns, Column{Heading: "Đề nghị", Width: 15})
	items := slices.Clone(f.Items)
	slices.SortFunc(items, func(a, b ItemFacts) int { return cmp.Compare(a.Code, b.Code) })
	for i, item := range items {
		s.Rows = append(s.Rows, Row{Cells: item.cells(int64(i+1), letters)})
	}
	if len(items) == 0 {
		s.Rows = []Row{noneRow(len(s.Columns))}
	}
	s.Notes = []string{
		"Độ dễ: tỷ lệ điểm đạt được. Tương quan: giữa điểm của câu và điểm phần còn lại của đề (Pearson); \"-\" khi mọi người làm như nhau hoặc chỉ có một lượt.",
		"Ô in đậm là phương án đúng. Số liệu dưới 30 lượt chỉ để tham khảo.",
	}
	return s
}

func (i ItemFacts) cells(number int64, letters int) []Cell {
	r := Cell{Value: known(i.R, i.HasR)}
	cells := append(Values(number, i.Code, i.Topic, levelNames[i.Level], excerpt(i.Stem), i.Citation, int64(i.N), 100*i.Facility, easeWord(i.Facility)), r, Cell{Value: i.powerWord()})
	for option := range letters {
		cell := Cell{}
		if option < len(i.Shares) {
			cell.Value = 100 * i.Shares[option]
			if slices.Contains(i.Key, option) {
				cell.Mark = Key
			}
		}
		cells = append(cells, cell)
	}
	return append(cells, i.proposal())
}

func excerpt(stem string) string {
	letters := []rune(stem)
	if len(letters) <= 160 {
		return stem
	}
	return strings.TrimSpace(string(letters[:159])) + "…"
}

func easeWord(share float64) string {
	switch {
	case share >= 0.95:
		return "Rất dễ"
	case share >= 0.80:
		return "Dễ"
	case share >= 0.50:
		return "Vừa"
	case share >= 0.30:
		return "Khó"
	}
	return "Rất khó"
}

func (i ItemFacts) powerWord() string {
	switch {
	case !i.HasR:
		return "-"
	case i.R >= 0.30:
		return "Tốt"
	case i.R >= 0.20:
		return "Được"
	case i.R >= 0:
		return "Yếu"
	}
	return "Ngược"
}

func (i ItemFacts) proposal() Cell {
	switch {
	case i.HasR && i.R < 0:
		return Cell{"Rà soát ngay", Look}
	case !i.HasR:
		return Cell{"Cân nhắc thay", Plain}
	case i.Facility >= 0.95:
		return Cell{"Cân nhắc thay", Plain}
	case i.R < 0.20:
		return Cell{"Rà soát", Plain}
	}
	return Cell{"Giữ", Plain}
}
