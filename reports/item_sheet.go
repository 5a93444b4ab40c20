package reports

import (
	"cmp"
	"slices"
	"strings"

	"sathach/scoring/measure"
)

// letters is how many options of an item have a column.
const letters = 4

// itemSheet shows how the items did. Agencies get it without stems and
// without what each option drew, which tells the key.
func (f Facts) itemSheet() Sheet {
	s := f.newSheet("Câu hỏi", "PHÂN TÍCH CÂU HỎI CỦA KỲ KIỂM TRA")
	s.Prefix, s.Filter, s.FreezeColumns = "CH", true, 2
	s.Subtitle += " (tài liệu nội bộ)"
	s.Signatures, s.PlaceAndDate, s.Attached = nil, "", ""
	s.Columns = f.itemColumns()
	items := slices.Clone(f.Items)
	slices.SortFunc(items, func(a, b ItemFacts) int { return cmp.Compare(a.Code, b.Code) })
	for i, item := range items {
		s.Rows = append(s.Rows, Row{Cells: f.itemCells(int64(i+1), item)})
	}
	if len(items) == 0 {
		s.Rows = []Row{noneRow(len(s.Columns))}
	}
	s.Notes = []string{
		"Độ dễ: tỷ lệ điểm đạt được. Tương quan: giữa điểm của câu và điểm phần còn lại của đề (Pearson); \"-\" khi mọi người làm như nhau hoặc chỉ có một lượt.",
		"Chỉ tính lượt làm bài đầu của mỗi người; câu người làm chưa đọc tới không tính cho người đó. Dưới 30 lượt thì chưa nhận định gì. Khoảng 95%: con số thật thường nằm trong khoảng này; \"Rà soát\" khi cả khoảng tương quan dưới mức 0,20, \"Theo dõi\" khi mới có một phần dưới mức đó.",
	}
	if f.Internal {
		s.Notes[1] = "Ô in đậm là phương án đúng. " + s.Notes[1]
	}
	return s
}

func (f Facts) itemColumns() []Column {
	columns := []Column{{Heading: "STT", Width: 5, Kind: Count}, {Heading: "Mã câu", Width: 9, Kind: ID}, {Heading: "Chuyên đề", Width: 13, Kind: ID}, {Heading: "Mức độ", Width: 10}}
	if f.Internal {
		columns = append(columns, Column{Heading: "Câu dẫn (160 ký tự đầu)", Width: 48})
	}
	columns = append(columns,
		Column{Heading: "Căn cứ", Width: 18}, Column{Heading: "Số lượt", Width: 7, Kind: Count}, Column{Heading: "Độ dễ (%)", Width: 8, Kind: Rate, Bar: true},
		Column{Heading: "Từ", Group: "Khoảng 95%", Width: 6, Kind: Rate}, Column{Heading: "Đến", Group: "Khoảng 95%", Width: 6, Kind: Rate}, Column{Heading: "Nhận định", Width: 8, Kind: Centered},
		Column{Heading: "Tương quan với phần còn lại", Width: 9, Kind: Corr}, Column{Heading: "Từ", Group: "Khoảng 95%", Width: 7, Kind: Corr}, Column{Heading: "Đến", Group: "Khoảng 95%", Width: 7, Kind: Corr},
		Column{Heading: "Phân biệt", Width: 8, Kind: Centered})
	if f.Internal {
		for i := range letters {
			columns = append(columns, Column{Heading: letter(i), Group: "Tỷ lệ chọn (%)", Width: 6, Kind: Rate})
		}
	}
	return append(columns, Column{Heading: "Đề nghị", Width: 15})
}

func (f Facts) itemCells(number int64, i ItemFacts) []Cell {
	cells := Values(number, i.Code, i.Topic, levelNames[i.Level])
	if f.Internal {
		cells = append(cells, Cell{Value: excerpt(i.Plain().Stem)})
	}
	ease, power := measure.Wilson(i.Facility*float64(i.N), float64(i.N)), i.power()
	cells = append(cells, Values(i.Citation, int64(i.N), 100*i.Facility, perCent(ease.Low), perCent(ease.High), i.easeWord(), known(i.R, i.HasR), figure(power.Low), figure(power.High), i.powerWord())...)
	if f.Internal {
		cells = append(cells, i.shareCells()...)
	}
	return append(cells, i.proposal())
}

// power is the interval of how well the item tells who knows from who does not.
func (i ItemFacts) power() measure.Interval {
	if !i.HasR {
		return measure.No(measure.Constant)
	}
	return measure.Correlation(measure.Of(i.R), i.N)
}

// figure is a statistic in a cell, perCent one that is a share.
func figure(v measure.Value) any {
	x, ok := v.Get()
	return known(x, ok)
}

func perCent(share measure.Value) any {
	return figure(share.Map(func(x float64) float64 { return 100 * x }))
}

// shareCells show what each option drew; the credited one is marked.
func (i ItemFacts) shareCells() []Cell {
	cells := make([]Cell, letters)
	for option := range min(letters, len(i.Shares)) {
		cells[option].Value = 100 * i.Shares[option]
		if slices.Contains(i.Key, option) {
			cells[option].Mark = Key
		}
	}
	return cells
}

func excerpt(stem string) string {
	letters := []rune(stem)
	if len(letters) <= 160 {
		return stem
	}
	return strings.TrimSpace(string(letters[:159])) + "…"
}

// unsure is said of items that too few people met.
const unsure = "Chưa rõ"

func (i ItemFacts) easeWord() string {
	switch {
	case i.N < enoughResponses:
		return unsure
	case i.Facility >= 0.95:
		return "Rất dễ"
	case i.Facility >= 0.80:
		return "Dễ"
	case i.Facility >= 0.50:
		return "Vừa"
	case i.Facility >= 0.30:
		return "Khó"
	}
	return "Rất khó"
}

func (i ItemFacts) powerWord() string {
	switch {
	case !i.HasR:
		return "-"
	case i.N < enoughResponses:
		return unsure
	case i.R >= 0.30:
		return "Tốt"
	case i.R >= 0.20:
		return "Được"
	case i.R >= 0:
		return "Yếu"
	}
	return "Ngược"
}

// enoughResponses is how many people must have met an item before anything is
// said of it in words: below, a correlation swings by a third either way.
const enoughResponses = 30

// proposal goes by the whole interval of the correlation: a point below a limit may
// be chance.
func (i ItemFacts) proposal() Cell {
	most, known := i.power().High.Get()
	switch {
	case i.N < enoughResponses:
		return Cell{"Chưa đủ dữ liệu", Plain}
	case known && most < 0:
		return Cell{"Rà soát ngay", Look}
	case !known:
		return Cell{"Cân nhắc thay", Plain}
	case i.Facility >= 0.95:
		return Cell{"Cân nhắc thay", Plain}
	case most < 0.20:
		return Cell{"Rà soát", Plain}
	case i.R < 0.20:
		return Cell{"Theo dõi", Plain}
	}
	return Cell{"Giữ", Plain}
}
