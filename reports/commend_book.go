package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/scoring"
)

// Commendations is the list proposed for commendation within the caller's
// scope. The program proposes; people decide.
func (r *Reports) Commendations(ctx context.Context, actor authz.Actor, id assessment.RoundID) (Book, error) {
	f, err := r.facts(ctx, actor, id)
	if err != nil {
		return Book{}, err
	}
	return f.Commendations(), nil
}

// Commendations makes the commendation workbook.
func (f Facts) Commendations() Book {
	return f.newBook("de-nghi-bieu-duong", f.commendSheets(), f.commendRules())
}

// commendSheets are those proposed and, where the round asks for certainty,
// those whose score alone does not give it.
func (f Facts) commendSheets() []Sheet {
	sheets := []Sheet{f.commendSheet()}
	if _, asked := f.certainty(); asked {
		sheets = append(sheets, f.doubtSheet())
	}
	return sheets
}

// better orders people by score, then time needed, then time of submission.
func better(a, b Person) int {
	return cmp.Or(
		cmp.Compare(int64(b.Total.Raw)*int64(a.Total.Maximum), int64(a.Total.Raw)*int64(b.Total.Maximum)),
		cmp.Compare(a.EndedAt.Sub(a.StartedAt), b.EndedAt.Sub(b.StartedAt)),
		a.EndedAt.Compare(b.EndedAt))
}

func (f Facts) commendSheet() Sheet {
	s := f.newSheet("Cá nhân", "DANH SÁCH CÁ NHÂN ĐỀ NGHỊ BIỂU DƯƠNG")
	s.Prefix, s.FreezeColumns, s.Filter = "BD", 2, true
	s.Signatures[0].Role = "NGƯỜI LẬP DANH SÁCH"
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Chức vụ, chức danh", Width: 22}, {Heading: "Đơn vị", Width: 30},
		{Heading: "Hình thức đề nghị", Width: 11, Kind: Centered}, {Heading: "Điểm (thang 100)", Width: 9, Kind: Score, Strong: true, Ref: "Diem"}, {Heading: "Xếp loại", Width: 11, Kind: Centered},
		{Heading: "Xác suất đạt mức (%)", Width: 8, Kind: Rate}, {Heading: "Thời gian làm bài", Width: 11, Kind: Millis}, {Heading: "Nộp bài", Width: 15, Kind: Instant}, {Heading: "Hạng trong khối", Width: 8, Kind: Count},
		{Heading: "Lý do xếp trên người kế tiếp", Width: 17}, {Heading: "Lý do đề nghị", Width: 25}, {Heading: "Ghi chú", Width: 10},
	}
	s.Screen = []Column{{Heading: "Mã đơn vị", Width: 12, Kind: ID}, {Heading: "Mã hồ sơ", Width: 10, Kind: ID}, {Heading: "Khối", Width: 22}}
	running, part := 0, 0
	for _, block := range blocks {
		chosen := f.eligible(block)
		if len(chosen) == 0 {
			continue
		}
		part++
		s.Rows = append(s.Rows, groupRow(len(s.Columns), part, fmt.Sprintf("%s: %s người đủ điều kiện", block, headcount(len(chosen)))))
		rank := 0
		for i, p := range chosen {
			running++
			if i == 0 || better(chosen[i-1], p) != 0 {
				rank = i + 1
			}
			s.Rows = append(s.Rows, f.commendRow(chosen, i, running, rank, block))
		}
	}
	if running == 0 {
		s.Rows = []Row{noneRow(len(s.Columns))}
	}
	s.Closing = fmt.Sprintf("Danh sách gồm %s người./.", headcount(running))
	s.Notes = []string{
		fmt.Sprintf("Điều kiện: %s, của lượt làm bài được tính. Thứ tự trong khối: điểm, thời gian làm bài ngắn hơn, nộp sớm hơn; bằng nhau cả ba thì đồng hạng.", lowerFirst(f.commendCondition())),
		"Xác suất đạt mức: khả năng điểm thật của người đó đạt mức đề nghị biểu dương, vì một đề chỉ đo được gần đúng. Không dùng để xếp hạng.",
		"Danh sách do phần mềm lập để cơ quan có thẩm quyền xem xét; quyết định biểu dương thuộc cơ quan có thẩm quyền.",
	}
	return s
}

// doubtSheet lists people whose score reaches the mark of commendation while
// the chance that their true score does is too small. They are not ranked.
func (f Facts) doubtSheet() Sheet {
	s := f.newSheet(uncertain, "DANH SÁCH CÁ NHÂN ĐẠT MỨC ĐIỂM, CHƯA CHẮC CHẮN")
	s.Prefix, s.FreezeColumns, s.Filter = "BDCC", 2, true
	s.Signatures[0].Role = "NGƯỜI LẬP DANH SÁCH"
	s.Columns = []Column{
		{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Họ và tên", Width: 26}, {Heading: "Chức vụ, chức danh", Width: 24}, {Heading: "Đơn vị", Width: 36},
		{Heading: "Điểm (thang 100)", Width: 9, Kind: Score, Strong: true}, {Heading: "Sai số đo (điểm)", Width: 8, Kind: Error}, {Heading: "Xác suất đạt mức (%)", Width: 9, Kind: Rate},
		{Heading: "Số câu", Width: 7, Kind: Count}, {Heading: "Ghi chú", Width: 16},
	}
	s.Screen = []Column{{Heading: "Mã đơn vị", Width: 12, Kind: ID}, {Heading: "Mã hồ sơ", Width: 10, Kind: ID}}
	for _, p := range f.People {
		if !p.Took() || p.Decision.Doubt != scoring.DoubtCommend {
			continue
		}
		se, measured := p.Total.Error()
		cells := Values(int64(len(s.Rows)+1), p.Name, p.Title, p.Agency.Name, score(p.Decision.Score), known(100*se, measured), sureness(p), int64(p.Total.Items), nil)
		s.Rows = append(s.Rows, Row{Cells: cells, Screen: Values(p.Agency.Code, p.Code)})
	}
	s.Closing = fmt.Sprintf("Danh sách gồm %s người./.", headcount(len(s.Rows)))
	if len(s.Rows) == 0 {
		s.Rows = []Row{noneRow(len(s.Columns))}
	}
	s.Notes = []string{
		"Những người này có điểm đạt mức đề nghị, nhưng bài làm chưa đủ để kết luận; nên có thêm kết quả khác trước khi xem xét. " + f.certaintyWords(),
		"Xếp theo đơn vị, không xếp hạng.",
	}
	return s
}

// eligible lists the people of a block who reach the commendation cut, best
// first.
func (f Facts) eligible(block string) []Person {
	var chosen []Person
	for _, p := range f.People {
		if p.Took() && p.Decision.Commend && blockOf(p.Agency.Kind) == block {
			chosen = append(chosen, p)
		}
	}
	slices.SortStableFunc(chosen, better)
	return chosen
}

func (f Facts) commendRow(chosen []Person, i, running, rank int, block string) Row {
	p := chosen[i]
	cells := append(Values(int64(running), p.Name, p.Title, p.Agency.Name, "Biểu dương", score(p.Decision.Score)), Cell{bandNames[p.Decision.Band], bandMarks[p.Decision.Band]})
	cells = append(cells, Values(sureness(p), p.EndedAt.Sub(p.StartedAt), p.EndedAt, int64(rank))...)
	cells = append(cells, ahead(chosen, i), Cell{Value: f.merit(p)}, Cell{})
	return Row{Cells: cells, Screen: Values(p.Agency.Code, p.Code, block)}
}

// sureness is how likely a true score reaches the mark of commendation, in per cent.
func sureness(p Person) any {
	return known(float64(p.Decision.Chances.Commend)/100, p.Decision.Chances.Known)
}

// merit is why a person is on the list, in words.
func (f Facts) merit(p Person) string {
	return fmt.Sprintf("Đạt %s điểm (mức đề nghị %s), đúng trọn %d/%d câu", points(p.Decision.Score), points(f.Round.Rules.Standard.CommendFrom), p.Total.Right, p.Total.Items)
}

// ahead says what put a person above the next one.
func ahead(chosen []Person, i int) Cell {
	if i == len(chosen)-1 {
		return Cell{Value: "-"}
	}
	p, next := chosen[i], chosen[i+1]
	switch {
	case p.Total.Raw*next.Total.Maximum != next.Total.Raw*p.Total.Maximum:
		return Cell{Value: "Điểm"}
	case p.EndedAt.Sub(p.StartedAt) != next.EndedAt.Sub(next.StartedAt):
		return Cell{"Thời gian làm bài", Look}
	case !p.EndedAt.Equal(next.EndedAt):
		return Cell{"Nộp sớm hơn", Look}
	}
	return Cell{"Đồng hạng", Look}
}

// lowerFirst is used where a sentence goes on.
func lowerFirst(text string) string {
	letters := []rune(text)
	return strings.ToLower(string(letters[:min(1, len(letters))])) + string(letters[min(1, len(letters)):])
}

// upperFirst is used where a name begins a sentence.
func upperFirst(text string) string {
	if text == "" {
		return text
	}
	letters := []rune(text)
	return strings.ToUpper(string(letters[:1])) + string(letters[1:])
}
