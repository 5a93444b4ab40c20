package reports

import (
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

// uncertain is shown where a score reaches a cut without the certainty that
// the round asks for.
const uncertain = "Chưa chắc chắn"

// tooFew is shown instead of a mean or share of fewer people.
const tooFew = "n < 5"

func (f Facts) resultSheet() Sheet {
	s := f.newSheet("Kết quả", "BẢNG KẾT QUẢ KIỂM TRA KIẾN THỨC CẢI CÁCH HÀNH CHÍNH")
	s.Prefix, s.Filter, s.FreezeColumns = "KQ", true, 2
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Ngày sinh", Width: 10, Kind: Date},
		{Heading: "Chức vụ, chức danh", Width: 21}, {Heading: "Nhóm vị trí", Width: 11},
		{Heading: "Nộp bài", Width: 11, Kind: Minute}, {Heading: "Thời gian làm bài", Width: 8, Kind: Elapsed},
		{Heading: f.outOf("Số câu đúng / ", f.Round.Blueprint.Items()), Width: 7, Kind: Count},
		{Heading: "Điểm (thang 100)", Width: 8, Kind: Score, Strong: true, Ref: "Diem"}, {Heading: "Sai số đo (điểm)", Width: 7.5, Kind: Error},
		{Heading: "Xếp loại", Width: 11, Kind: Centered, Ref: "XepLoai"},
	}
	for _, t := range f.Topics {
		s.Columns = append(s.Columns, Column{Heading: f.outOf(shortTopic(t.Code)+" /", f.topicItems(t.Code)), Group: "Số câu đúng theo chuyên đề", Width: 4.6, Kind: Count})
	}
	s.Columns = append(s.Columns, Column{Heading: "Nhóm khuyến nghị", Width: 11, Kind: Centered}, Column{Heading: "Ghi chú", Width: 15})
	s.Screen = []Column{
		{Heading: "Mã đơn vị", Width: 12, Kind: ID, Ref: "MaDonVi"}, {Heading: "Đơn vị", Width: 30}, {Heading: "Khối", Width: 22}, {Heading: "Mã hồ sơ", Width: 10, Kind: ID},
		{Heading: "Lần thi", Width: 7, Kind: Count}, {Heading: "Bắt đầu", Width: 16, Kind: Instant}, {Heading: "Thứ tự dòng", Width: 8, Kind: Count},
	}
	reported := slices.ContainsFunc(f.People, func(p Person) bool { return p.Decision.Reported.Known })
	if reported {
		s.Screen = append(s.Screen, Column{Heading: "Quy về đề chuẩn", Width: 10, Kind: Score, Ref: "DiemDeChuan"}, Column{Heading: "Thấp nhất (95%)", Width: 9, Kind: Score}, Column{Heading: "Cao nhất (95%)", Width: 9, Kind: Score})
	}
	running := 0
	for n, people := range byAgency(f.People) {
		first := people[0].Agency
		group := groupRow(len(s.Columns), n+1, first.Name+": "+tallyOf(people).words())
		group.Screen = Values(first.Code, first.Name)
		s.Rows = append(s.Rows, group)
		for _, p := range people {
			running++
			row := f.resultRow(p, running)
			if r := p.Decision.Reported; r.Known {
				row.Screen = append(row.Screen, Values(score(r.Score), score(r.Low), score(r.High))...)
			} else if reported {
				row.Screen = append(row.Screen, make([]Cell, 3)...)
			}
			s.Rows = append(s.Rows, row)
		}
	}
	s.Closing = fmt.Sprintf("Danh sách gồm %s người./.", headcount(running))
	s.Notes = append([]string{
		"Chuyên đề: " + f.topicLegend() + ".",
		"Cột (8) đếm câu được trọn điểm; điểm tính từ điểm từng câu, kể cả phần điểm của câu nhiều lựa chọn, nối cặp, sắp thứ tự.",
		"Sai số đo: độ lệch chuẩn của điểm nếu làm một đề tương đương.",
		f.certaintyWords(),
	}, s.Notes...)
	if reported {
		s.Notes = append(s.Notes, "Quy về đề chuẩn: điểm tương ứng nếu làm đề đã đặt ra thang đo của ngân hàng, kèm khoảng chứa điểm thật với mức tin cậy 95 %. Dùng để so các kỳ với nhau; xếp loại theo cột (9).")
	}
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
	se, ok := p.Total.Error()
	cells = append(cells, Values(p.EndedAt, p.EndedAt.Sub(p.StartedAt), int64(p.Total.Right), score(d.Score), known(100*se, ok))...)
	cells = append(cells, Cell{bandNames[d.Band], bandMarks[d.Band]})
	for _, t := range f.Topics {
		cells = append(cells, Cell{Value: rightIn(p, t.Code)})
	}
	low := Cell{}
	if d.Low != scoring.NotLow {
		low = Cell{lowNames[d.Low], map[scoring.LowGroup]Mark{scoring.Failed: Fail, scoring.Low: Low}[d.Low]}
	} else if d.Doubt == scoring.DoubtLow {
		low = Cell{uncertain, Look}
	}
	cells = append(cells, low, Cell{Value: f.remark(p)})
	screen = append(screen, Values(int64(p.Try), p.StartedAt, int64(n))...)
	return Row{Cells: cells, Screen: screen}
}

// outOf is the heading of a count of right items, with of how many it is; where
// some were corrected, forms differ, and it does not say.
func (f Facts) outOf(heading string, items int) string {
	if len(f.Corrections) > 0 || f.Round.Follows != "" { // a follow-up counts both forms
		return strings.TrimRight(heading, " /")
	}
	return fmt.Sprint(heading, items)
}

// remark says what a reader should know about one result.
func (f Facts) remark(p Person) any {
	var parts []string
	if p.Decision.Doubt == scoring.DoubtCommend {
		parts = append(parts, "Chưa chắc chắn đạt mức biểu dương")
	}
	if se, ok := p.Total.Error(); ok {
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
