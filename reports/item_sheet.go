package reports

import (
	"cmp"
	"slices"
	"strings"
)

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
