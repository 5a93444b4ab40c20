package reports

import (
	"fmt"
	"strconv"
	"strings"

	"sathach/assessment"
	"sathach/internal/viet"
	"sathach/scoring"
)

// fact is one line of a "Căn cứ" sheet.
type fact struct{ name, value string }

// basis is the sheet that explains a workbook: the rule, the data cut, the
// scoring run, the publication and the checksums.
func (f Facts) basis(b Book, rules []fact) Sheet {
	s := Sheet{
		Name: "Căn cứ", Portrait: true, Issuer: f.Issuer, Title: "CĂN CỨ LẬP BẢNG", Subtitle: f.Round.Name,
		Columns: []Column{{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Nội dung", Width: 30}, {Heading: "Giá trị", Width: 58}},
	}
	lines := append(f.common(), rules...)
	for _, sheet := range b.Sheets {
		lines = append(lines, fact{"Mã kiểm bảng \"" + sheet.Name + "\" (SHA-256)", Grouped(sheet.Checksum())})
	}
	lines = append(lines, fact{"Mã kiểm của tệp (SHA-256)", Grouped(b.Checksum())})
	for i, l := range lines {
		s.Rows = append(s.Rows, Row{Cells: Values(int64(i+1), l.name, l.value)})
	}
	s.Notes = []string{
		"Mã kiểm tính trên các dòng dữ liệu của từng bảng (không tính dòng nhóm và dòng tổng): ô cách nhau bằng ký tự TAB, mỗi dòng kết thúc bằng ký tự LF, mã UTF-8 NFC.",
		"Tải lại cùng một lần công bố cho cùng số liệu và cùng mã kiểm. Bản công bố mới thay bản cũ; bản cũ không bị sửa.",
	}
	return s
}

func (f Facts) common() []fact {
	p := f.Publication
	rules := f.Round.Rules
	facts := []fact{
		{"Kỳ kiểm tra", f.Round.Name}, {"Mã kỳ", f.Round.Code},
		{"Thời gian mở", dayAndHour(f.Round.DueAt) + " đến " + dayAndHour(f.Round.ClosesAt) + " (giờ Việt Nam)"},
		{"Phạm vi bản này", upperFirst(f.ScopeName)},
		{"Số câu, thời gian, số lượt", fmt.Sprintf("%s, %d phút, %d lượt; tính lượt có điểm cao nhất", f.itemWords(), int(rules.TimeLimit.Minutes()), rules.Tries)},
		{"Ma trận đề", f.blueprintWords()},
		{"Cách chấm", "Một câu một điểm thô. Một lựa chọn, đúng/sai: đúng hoàn toàn. Nhiều lựa chọn: (số chọn đúng trừ số chọn sai) chia số phương án đúng, không âm. Sắp thứ tự: tỷ lệ cặp đúng thứ tự. Nối cặp, phát biểu đúng/sai, chỗ trống: tỷ lệ đúng. Điền số: trong dung sai. Câu bỏ trống 0 điểm. Câu có cách chấm riêng thì cách chấm ghi ngay dưới câu trong đề."},
		{"Điểm", "Tổng điểm thô chia điểm tối đa, nhân 100, làm tròn hai chữ số thập phân; so với ngưỡng bằng số chính xác trước khi làm tròn."},
		{"Xếp loại", f.bandWords()}, {"Nguồn của mức đạt", f.passWords()},
		{"Lần chấm", fmt.Sprintf("Lần %d, phiên bản cách chấm %s, xong lúc %s", p.RunNumber, p.Engine, dayAndHour(p.ScoredAt))},
		{"Chốt số liệu", dayAndHour(p.ScoredAt)},
		{"Số công bố", fmt.Sprintf("%s (lần %d), lúc %s", p.Code, p.Number, dayAndHour(p.PublishedAt))},
		{"Danh sách", "Cán bộ có vị trí công tác tại đơn vị trong ngày mở kỳ; đơn vị và chức danh giữ nguyên như ngày đó."},
	}
	if f.Before != "" {
		facts = append(facts, fact{"Kỳ bổ sung", fmt.Sprintf("Của kỳ %s: người chưa chắc chắn ở kỳ đó làm thêm bài này; điểm, xếp loại và danh sách tính trên cả hai bài", f.Before)})
	}
	for _, c := range f.Corrections {
		facts = append(facts, fact{fmt.Sprintf("Đính chính số %d", c.Number), f.correctionWords(c)})
	}
	return facts
}

// correctionWords tell what was decided about an item after it was asked, and
// why where keys may be seen: the reason can give one away.
func (f Facts) correctionWords(c assessment.Correction) string {
	words := fmt.Sprintf("Câu %s, lúc %s: %s", c.Code, dayAndHour(c.At), map[assessment.CorrectionKind]string{
		assessment.Withdraw: "không tính câu này vào điểm của ai", assessment.Credit: "tính đủ điểm câu này cho mọi người có câu này trong đề",
		assessment.Rekey: "chấm theo đáp án đã sửa", assessment.Restore: "chấm như đề ban đầu",
	}[c.Kind])
	if f.Internal {
		words += ". Lý do: " + c.Reason
	}
	return words
}

// itemWords are how many items of a form count, and how many do not.
func (f Facts) itemWords() string {
	words := fmt.Sprintf("%d câu", f.Round.Blueprint.Items())
	if n := f.Round.Rules.Pretest; n > 0 {
		words += fmt.Sprintf(" tính điểm và nhiều nhất %d câu thử nghiệm không tính điểm", n)
	}
	return words
}

func (f Facts) blueprintWords() string {
	var parts []string
	for _, t := range f.Topics {
		parts = append(parts, fmt.Sprintf("%s %d câu", t.NameVi, f.topicItems(t.Code)))
	}
	return strings.Join(parts, "; ")
}

func (f Facts) bandWords() string {
	var parts []string
	for _, b := range f.Round.Rules.Standard.Bands {
		if b.From == 0 {
			parts = append(parts, bandNames[b.Code]+" dưới "+points(f.Round.Rules.Standard.PassMark))
			continue
		}
		parts = append(parts, bandNames[b.Code]+" từ "+points(b.From))
	}
	return strings.Join(parts, "; ") + "."
}

// passWords tell who set the pass mark, and how sure it is.
func (f Facts) passWords() string {
	from := f.Round.Rules.PassFrom
	if from == nil {
		return "Do Vụ Cải cách hành chính quy định trong quy tắc của kỳ"
	}
	way := fmt.Sprintf("%d người chấm theo phương pháp Angoff", from.Judges)
	switch {
	case from.Compromise:
		way = fmt.Sprintf("%d người nêu giới hạn theo phương pháp Hofstee", from.Judges)
	case from.Borderline:
		way = fmt.Sprintf("hồi quy theo nhận xét của người quản lý trực tiếp về %d người (nhóm giáp ranh)", from.Judges)
	}
	words := fmt.Sprintf("Hội đồng \"%s\", %s: %s", from.Name, way, points(from.Cut))
	if from.Error != nil {
		words += fmt.Sprintf(", sai số chuẩn %s", points(*from.Error))
	}
	if from.Theta != nil && from.ThetaError != nil {
		words += fmt.Sprintf("; trên thang đo chung của ngân hàng %s, sai số chuẩn %s", viet.Decimal(*from.Theta, 2), viet.Decimal(*from.ThetaError, 2))
	}
	return words
}

func (f Facts) scoreRules() []fact {
	standard := f.Round.Rules.Standard
	items := "Không có câu dẫn và tỷ lệ chọn từng phương án, vì câu hỏi còn dùng"
	if f.Internal {
		items = "Bản đầy đủ, có phương án đúng; chỉ dùng nội bộ Vụ CCHC"
	}
	return []fact{
		{"Bảng \"Câu hỏi\"", items},
		{"Nhóm \"Chưa đạt\"", "Điểm dưới " + points(standard.PassMark)},
		{"Nhóm \"Đạt kết quả thấp\"", f.lowWords()},
		{"Mức chắc chắn", f.certaintyWords()},
		{"Sai số đo", "Độ lệch chuẩn của phân phối beta với tiên nghiệm Jeffreys theo tỷ lệ điểm và số câu"},
	}
}

// lowWords tell who passed with a low score.
func (f Facts) lowWords() string {
	standard := f.Round.Rules.Standard
	words := fmt.Sprintf("Điểm từ %s đến dưới %s", points(standard.PassMark), points(standard.LowBelow))
	if _, asked := f.certainty(); asked && standard.LowBelow > standard.PassMark {
		sure := standard.Certainty
		if f.Learnt.Basis() != assessment.ByAbility { // rough errors: half the doubt (scoring.Belief)
			sure = 10_000 - (10_000-standard.Certainty)/2
		}
		words += fmt.Sprintf(", hoặc khả năng điểm thật dưới %s từ %s%% trở lên", points(standard.LowBelow), points(sure))
	}
	return words
}

// certainty is whether the round decides by certainty, and the percentage it
// asks for.
func (f Facts) certainty() (percent string, asked bool) {
	standard := f.Round.Rules.Standard
	return points(standard.Certainty) + "%", standard.Weighs(f.Round.Blueprint.Items())
}

// certaintyWords tells in plain words how a score near a cut is decided.
func (f Facts) certaintyWords() string {
	percent, asked := f.certainty()
	if !asked {
		return "Quyết định theo điểm so với ngưỡng; không xét khả năng điểm thật ở bên kia ngưỡng."
	}
	return fmt.Sprintf("Một đề chỉ đo được gần đúng. Đề nghị biểu dương khi khả năng điểm thật đạt mức đề nghị từ %s trở lên; khuyến nghị bồi dưỡng khi điểm dưới ngưỡng; điểm đạt ngưỡng mà khả năng điểm thật đạt chưa tới %s thì ghi \"%s\", nên có thêm kết quả khác trước khi kết luận; điểm đạt ngưỡng mà gần như chắc chắn điểm thật dưới ngưỡng thì vẫn khuyến nghị bồi dưỡng. %s", percent, percent, uncertain, f.chanceWords())
}

// chanceWords tell what the chances rest on.
func (f Facts) chanceWords() string {
	spread := f.Learnt.People
	switch f.Learnt.Basis() {
	case assessment.ByAbility:
		people := f.Learnt.Abilities.People
		return fmt.Sprintf("Khả năng tính theo năng lực: mọi câu tính điểm của kỳ đã được định cỡ qua các kỳ trước (mô hình IRT), nên điểm thật là điểm trung bình người ấy đạt nếu làm mọi đề của kỳ; suy ra từ tổng điểm trên đề và từ năng lực của mọi người trong kỳ, không phân biệt đơn vị (trung bình %s, độ lệch chuẩn %s trên thang chung). Cùng đề, cùng điểm thì cùng kết luận.",
			viet.Decimal(people.Mean, 2), viet.Decimal(people.SD, 2))
	case assessment.ByOneself:
		return "Khả năng tính theo bài làm của từng người (phân phối beta với tiên nghiệm Jeffreys), vì kỳ chưa đủ 100 người, hoặc mọi người làm quá giống nhau, để xét theo kết quả chung."
	}
	mean := 100 * spread.A / (spread.A + spread.B)
	return fmt.Sprintf("Khả năng tính theo bài làm của từng người và theo kết quả của mọi người trong kỳ, không phân biệt đơn vị (mô hình beta-nhị thức: điểm thật trung bình %s, tham số %s và %s).",
		viet.Decimal(mean, 1), viet.Decimal(spread.A, 2), viet.Decimal(spread.B, 2))
}

func (f Facts) commendCondition() string {
	words := "Điểm từ " + points(f.Round.Rules.Standard.CommendFrom) + " trở lên"
	if percent, asked := f.certainty(); asked {
		words += " và khả năng điểm thật đạt mức đó từ " + percent + " trở lên"
	}
	return words
}

func (f Facts) commendRules() []fact {
	return []fact{
		{"Điều kiện đề nghị", f.commendCondition()},
		{"Mức chắc chắn", f.certaintyWords()},
		{"Thứ tự trong khối", "Điểm cao hơn; thời gian làm bài ngắn hơn; nộp sớm hơn (giờ máy chủ); còn bằng nhau thì đồng hạng"},
		{"Khối", strings.Join(blocks, "; ")},
		{"Thẩm quyền", "Phần mềm chỉ đề nghị; việc biểu dương do cơ quan có thẩm quyền quyết định"},
	}
}

func (f Facts) refresherRules() []fact {
	standard := f.Round.Rules.Standard
	return []fact{
		{"Nhóm A, chưa đạt", "Điểm dưới " + points(standard.PassMark)},
		{"Nhóm B, đạt kết quả thấp", f.lowWords()},
		{"Mức chắc chắn", f.certaintyWords()},
		{"Chuyên đề nên bổ sung", "Là " + f.weakWords() + "; nhiều nhất ba chuyên đề. Không có chuyên đề nào đủ điều kiện thì khuyến nghị ôn tập chung."},
		{"Tài liệu", "Tài liệu của chuyên đề, không dựa trên văn bản đã hết hiệu lực tại ngày công bố"},
		{"Hạn đọc", fmt.Sprintf("%d ngày kể từ ngày công bố", f.Round.Rules.ReadBy)},
		{"Tình trạng đọc", "Chốt lúc " + dayAndHour(f.ReadAt) + "; thay đổi theo việc đọc nên không tính vào mã kiểm"},
	}
}

// topicsByShare tells of results that were decided before every round asked for
// evidence of weak topics (ADR 43).
func (f Facts) topicsByShare() bool {
	engine, err := strconv.Atoi(f.Publication.Engine)
	return err == nil && engine < 7
}

// weakWords tell when a topic is said to be weak.
func (f Facts) weakWords() string {
	standard := f.Round.Rules.Standard
	sure := fmt.Sprintf(" và khả năng tỷ lệ thật dưới mức đó từ %s%% trở lên", points(scoring.WeakCertainty))
	switch {
	case f.topicsByShare() && standard.Certainty == 0:
		sure = ""
	case f.topicsByShare():
		sure += "; khi từ 100 người làm cùng mã đề thì chỉ xét chuyên đề mà kết quả cho biết nhiều hơn tổng điểm"
	case len(f.Learnt.Gates) > 0:
		sure += "; chỉ xét chuyên đề mà bài làm của mọi người cho thấy nó cho biết nhiều hơn tổng điểm, riêng bài có số câu khác số đông thì xét theo cả bài của chính người đó"
	default:
		sure += ", xét theo cả bài của chính người đó"
	}
	return fmt.Sprintf("chuyên đề có từ %d câu, đạt dưới %s%% điểm%s", standard.TopicItems, points(standard.WeakBelow), sure)
}

// Summary counts what a publication holds, for the command line.
type Summary struct {
	Scored, Commended, Recommended int
	Unsure                         int // reach the mark of commendation without certainty
}

// Summary counts the people of the publication.
func (f Facts) Summary() Summary {
	var s Summary
	for _, p := range f.People {
		if !p.Took() {
			continue
		}
		s.Scored++
		if p.Decision.Commend {
			s.Commended++
		}
		if p.Decision.Doubt == scoring.DoubtCommend {
			s.Unsure++
		}
		if p.Decision.Low != scoring.NotLow {
			s.Recommended++
		}
	}
	return s
}

// Books are the three workbooks of a publication.
func (f Facts) Books() []Book { return []Book{f.Scores(), f.Commendations(), f.Refreshers()} }
