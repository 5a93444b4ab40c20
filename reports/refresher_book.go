package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// Refreshers is the list of people of the two low groups within the caller's
// scope, with the material recommended to each.
func (r *Reports) Refreshers(ctx context.Context, actor authz.Actor, id assessment.RoundID) (Book, error) {
	f, err := r.facts(ctx, actor, id)
	if err != nil {
		return Book{}, err
	}
	return f.Refreshers(), nil
}

// Refreshers makes the remediation workbook.
func (f Facts) Refreshers() Book {
	return f.newBook("khuyen-nghi-boi-duong", []Sheet{f.refresherSheet(), f.needSheet(), f.materialSheet()}, f.refresherRules())
}

// general names a recommendation that is not about one topic.
const general = "Ôn tập chung"

func (f Facts) refresherSheet() Sheet {
	s := f.newSheet("Danh sách", "DANH SÁCH KHUYẾN NGHỊ CẬP NHẬT, BỔ SUNG KIẾN THỨC CẢI CÁCH HÀNH CHÍNH")
	s.Prefix, s.Filter, s.FreezeColumns = "KN", true, 2
	s.Signatures[0].Role = "NGƯỜI LẬP DANH SÁCH"
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Chức vụ, chức danh", Width: 20}, {Heading: "Điểm", Width: 8, Kind: Score, Strong: true},
		{Heading: "Sai số đo (điểm)", Width: 8, Kind: Error}, {Heading: "Chuyên đề nên bổ sung", Width: 28}, {Heading: "Số câu đúng", Width: 7, Kind: ID}, {Heading: "Xác suất dưới ngưỡng", Width: 8, Kind: Score},
		{Heading: "Tài liệu khuyến nghị", Width: 32}, {Heading: "Số phút", Width: 7, Kind: Count}, {Heading: "Hạn đọc", Width: 10, Kind: Date},
		{Heading: "Tình trạng", Width: 10, Kind: Centered, Live: true}, {Heading: "Ngày đọc xong", Width: 10, Kind: Date, Live: true},
		{Heading: "Kiểm tra lại", Width: 9, Kind: Centered}, {Heading: "Mức tăng", Width: 6, Kind: Score},
	}
	s.Screen = []Column{{Heading: "Nhóm", Width: 16}, {Heading: "Mã đơn vị", Width: 12, Kind: ID}, {Heading: "Mã hồ sơ", Width: 10, Kind: ID}, {Heading: "Mã chuyên đề", Width: 12, Kind: ID}}
	running := 0
	for _, part := range []struct {
		letter string
		low    scoring.LowGroup
	}{{"A", scoring.Failed}, {"B", scoring.Low}} {
		people := f.lowPeople(part.low)
		s.Rows = append(s.Rows, partRow(len(s.Columns), part.letter, fmt.Sprintf("%s: %s người", upper(lowNames[part.low]), headcount(len(people)))))
		if len(people) == 0 {
			s.Rows = append(s.Rows, noneRow(len(s.Columns)))
			continue
		}
		for n, members := range byAgency(people) {
			s.Rows = append(s.Rows, groupRow(len(s.Columns), n+1, fmt.Sprintf("%s: %s người", members[0].Agency.Name, headcount(len(members)))))
			for _, p := range members {
				running++
				s.Rows = append(s.Rows, f.adviceRows(p, running)...)
			}
		}
	}
	s.Closing = fmt.Sprintf("Danh sách gồm %s người./.", headcount(running))
	s.Notes = []string{
		"Mỗi người có nhiều nhất ba chuyên đề, chuyên đề yếu nhất đứng trước; dòng lặp lại của cùng một người in mờ và giữ số thứ tự.",
		"Xác suất dưới ngưỡng: khả năng tỷ lệ điểm thật ở chuyên đề thấp hơn ngưỡng nên bổ sung. Kiểm tra lại: tự nguyện; mức tăng có sau khi kiểm tra lại.",
		f.certaintyWords(),
		"Danh sách chỉ gửi cho người có tên, bộ phận tổ chức cán bộ của đơn vị và cơ sở bồi dưỡng được giao.",
	}
	return s
}

// below is the probability that somebody's true share of a topic lies below
// the cut for topics, as its standing rests on it, shown at most as 0,99; absent
// for the general advice.
func (f Facts) below(p Person, topic string) any {
	for _, t := range p.Topics {
		if t.Topic != topic {
			continue
		}
		if t.Below > 0 {
			return min(0.99, float64(t.Below)/10_000)
		}
		// Results of engines before 4 do not hold it.
		above, ok := scoring.Total{Raw: t.Raw, Maximum: t.Maximum, Items: t.Items}.Among(ctt.Shares{}).Reaches(f.Round.Rules.Standard.WeakBelow)
		return known(min(0.99, 1-above), ok)
	}
	return "-"
}

func (f Facts) lowPeople(low scoring.LowGroup) []Person {
	var found []Person
	for _, p := range f.People {
		if p.Took() && p.Decision.Low == low {
			found = append(found, p)
		}
	}
	return found
}

func (f Facts) adviceRows(p Person, n int) []Row {
	advice := f.adviceFor(p)
	rows := make([]Row, len(advice))
	for i, a := range advice {
		mark := Plain
		if i > 0 {
			mark = Repeated
		}
		se, ok := p.Total.Error()
		cells := []Cell{{int64(n), mark}, {p.Name, mark}, {p.Title, mark}, {score(p.Decision.Score), mark}, {known(100*se, ok), mark}}
		cells = append(cells, Values(f.topicName(a.Topic), fmt.Sprintf("%d/%d", a.Right, a.Items), f.below(p, a.Topic), a.Material, int64(a.Minutes), dateValue(a.DueOn))...)
		cells = append(cells, a.status(), Cell{Value: dayOrNothing(a.FinishedAt)}, Cell{Value: "Tự nguyện"}, Cell{Value: "-"})
		rows[i] = Row{Cells: cells, Screen: Values(lowNames[p.Decision.Low], p.Agency.Code, p.Code, a.Topic)}
	}
	return rows
}

// adviceFor lists a person's recommendations, weakest topic first. Somebody
// for whom no material was found is listed all the same.
func (f Facts) adviceFor(p Person) []Advice {
	at, _ := slices.BinarySearchFunc(f.Advice, p.CandidateID, func(a Advice, id assessment.CandidateID) int { return cmp.Compare(a.Candidate, id) })
	var mine []Advice
	for ; at < len(f.Advice) && f.Advice[at].Candidate == p.CandidateID; at++ {
		mine = append(mine, f.Advice[at])
	}
	if len(mine) == 0 {
		return []Advice{{Candidate: p.CandidateID, Material: "-", Right: p.Total.Right, Items: p.Total.Items}}
	}
	slices.SortStableFunc(mine, func(a, b Advice) int { return cmp.Compare(a.Right*b.Items, b.Right*a.Items) })
	return mine
}

func (a Advice) status() Cell {
	switch {
	case !a.FinishedAt.IsZero():
		return Cell{"Đã xong", Done}
	case !a.OpenedAt.IsZero():
		return Cell{"Đã mở", Plain}
	}
	return Cell{"Chưa mở", Open}
}

func dayOrNothing(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func (f Facts) topicName(code string) string {
	if at := f.topicPlace(code); at >= 0 {
		return f.Topics[at].NameVi
	}
	return general
}

func (f Facts) needSheet() Sheet {
	s := f.newSheet("Tổng hợp", "TỔNG HỢP KHUYẾN NGHỊ THEO ĐƠN VỊ")
	s.Prefix, s.FreezeColumns = "KNTH", 2
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Đơn vị", Width: 34}, {Heading: "Số người dự", Width: 8, Kind: Count},
		{Heading: "Chưa đạt", Group: "Số người", Width: 8, Kind: Count}, {Heading: "Đạt thấp", Group: "Số người", Width: 8, Kind: Count}, {Heading: "Cộng", Group: "Số người", Formula: "(6)=(4)+(5)", Width: 8, Kind: Count},
		{Heading: "% người dự", Formula: "(7)=(6):(3)", Width: 8, Kind: Rate},
	}
	for _, t := range f.Topics {
		s.Columns = append(s.Columns, Column{Heading: shortTopic(t.Code), Group: "Số khuyến nghị theo chuyên đề", Width: 5.5, Kind: Count})
	}
	s.Columns = append(s.Columns, Column{Heading: "Ôn chung", Group: "Số khuyến nghị theo chuyên đề", Width: 7, Kind: Count}, Column{Heading: "Tất cả", Width: 7, Kind: Count, Strong: true}, Column{Heading: "Đã xong", Width: 7, Kind: Count, Live: true})
	for i, people := range byAgency(f.People) {
		s.Rows = append(s.Rows, Row{Cells: f.needCells(int64(i+1), people[0].Agency.Name, people)})
	}
	s.Rows = append(s.Rows, Row{Kind: Total, Cells: f.needCells(nil, "Tổng cộng", f.People)})
	s.Notes = []string{"Chuyên đề: " + f.topicLegend() + ".", "Một người có thể có nhiều khuyến nghị, nên tổng theo chuyên đề lớn hơn số người."}
	return s
}

func (f Facts) needCells(number any, name string, people []Person) []Cell {
	var took, failed, low, all, done int
	perTopic := make([]int, len(f.Topics)+1)
	mine := map[assessment.CandidateID]bool{}
	for _, p := range people {
		if !p.Took() {
			continue
		}
		took++
		mine[p.CandidateID] = true
		switch p.Decision.Low {
		case scoring.Failed:
			failed++
		case scoring.Low:
			low++
		}
	}
	for _, a := range f.Advice {
		if !mine[a.Candidate] {
			continue
		}
		at := f.topicPlace(a.Topic)
		if at < 0 {
			at = len(f.Topics)
		}
		perTopic[at]++
		all++
		if !a.FinishedAt.IsZero() {
			done++
		}
	}
	part, ok := share(failed+low, took)
	rate := known(part, ok)
	if took < suppressBelow {
		rate = tooFew
	}
	cells := Values(number, name, int64(took), int64(failed), int64(low), int64(failed+low), rate)
	for _, n := range perTopic {
		cell := Cell{Value: int64(n)}
		if number != nil && n >= 3 {
			cell.Mark = Under
		}
		cells = append(cells, cell)
	}
	return append(cells, Values(int64(all), int64(done))...)
}

func (f Facts) materialSheet() Sheet {
	s := f.newSheet("Tài liệu", "TÀI LIỆU KHUYẾN NGHỊ")
	s.Prefix, s.Signatures, s.PlaceAndDate = "KNTL", nil, ""
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Tài liệu", Width: 60}, {Heading: "Chuyên đề", Width: 46}, {Heading: "Số phút", Width: 8, Kind: Count},
		{Heading: "Số người được khuyến nghị", Width: 12, Kind: Count}, {Heading: "Số người đã xong", Width: 10, Kind: Count, Live: true},
	}
	type use struct {
		Advice
		people, done int
	}
	uses := map[string]*use{}
	var titles []string
	for _, a := range f.Advice {
		key := a.Topic + "|" + a.Material
		if uses[key] == nil {
			uses[key] = &use{Advice: a}
			titles = append(titles, key)
		}
		uses[key].people++
		if !a.FinishedAt.IsZero() {
			uses[key].done++
		}
	}
	slices.Sort(titles)
	for i, key := range titles {
		u := uses[key]
		s.Rows = append(s.Rows, Row{Cells: Values(int64(i+1), u.Material, f.topicName(u.Topic), int64(u.Minutes), int64(u.people), int64(u.done))})
	}
	if len(titles) == 0 {
		s.Rows = []Row{noneRow(len(s.Columns))}
	}
	return s
}
