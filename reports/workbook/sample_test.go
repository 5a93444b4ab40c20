package workbook_test

import (
	"fmt"
	"strings"
	"time"

	"sathach/reports"
)

var published = time.Date(2026, 12, 7, 3, 0, 0, 0, time.UTC)

// sample is a book with every kind of row, mark and value: a list of so many
// people, a summary with groups and a total, an empty list, an explanation.
func sample(people int) reports.Book {
	return reports.Book{
		Kind: "mau", File: "mau.xlsx", Published: published, Footer: "2026 & Công bố M-1",
		Sheets: []reports.Sheet{list(people), summary(), nobody(), explanation()},
	}
}

func framed(s reports.Sheet) reports.Sheet {
	s.Issuer = reports.Issuer{Parent: "ỦY BAN NHÂN DÂN TỈNH MẪU", Own: "SỞ NỘI VỤ"}
	s.Subtitle, s.Attached = "Đợt mẫu năm 2026", "(Kèm theo Thông báo số ...... ngày ... tháng ... năm 2026)"
	s.PlaceAndDate = "Tỉnh Mẫu, ngày ... tháng ... năm 2026"
	s.Signatures = []reports.Signature{{Role: "NGƯỜI LẬP BIỂU", Name: "Trần Mẫu Bình"}, {Role: "GIÁM ĐỐC", Name: "Nguyễn Mẫu An"}}
	return s
}

const (
	formulaName = "=1+1 Mẫu"
	words       = "Sở Mẫu: 02 người trong danh sách, 02 người dự"
)

// longName has 200 characters.
var longName = strings.Repeat("Nguyễn Mẫu Hoàng An ", 9) + "Nguyễn Mẫu Hoàng Anh"

func list(people int) reports.Sheet {
	s := framed(reports.Sheet{
		Name: "Kết quả", Draft: "KẾT QUẢ TẠM THỜI", Annex: "PHỤ LỤC I", Title: "BẢNG KẾT QUẢ MẪU", Unit: "Đơn vị tính: người", Filter: true, FreezeColumns: 2, Prefix: "KQ",
		Closing: "Danh sách gồm …", Notes: []string{"Một.", "Hai."},
		Columns: []reports.Column{
			{Heading: "STT", Width: 5, Kind: reports.Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Ngày sinh", Width: 10, Kind: reports.Date},
			{Heading: "Nộp bài", Width: 11, Kind: reports.Minute}, {Heading: "Thời gian", Width: 8, Kind: reports.Elapsed}, {Heading: "Điểm", Width: 8, Kind: reports.Score, Strong: true, Ref: "Diem"},
			{Heading: "Tỷ lệ", Width: 8, Kind: reports.Rate, Bar: true}, {Heading: "T1", Group: "Số câu đúng theo chuyên đề", Width: 5, Kind: reports.Count}, {Heading: "T2", Group: "Số câu đúng theo chuyên đề", Width: 5, Kind: reports.Count},
			{Heading: "Xếp loại", Width: 11, Kind: reports.Centered}, {Heading: "Mã", Width: 10, Kind: reports.ID}, {Heading: "Sai số", Width: 8, Kind: reports.Error}, {Heading: "Thay đổi", Width: 8, Kind: reports.Change},
			{Heading: "Thời gian chính xác", Width: 11, Kind: reports.Millis}, {Heading: "Ghi chú", Width: 18},
		},
		Screen: []reports.Column{{Heading: "Mã đơn vị", Width: 12, Kind: reports.ID, Ref: "MaDonVi"}, {Heading: "Bắt đầu", Width: 16, Kind: reports.Instant}},
	})
	s.Rows = []reports.Row{
		{Kind: reports.Part, Cells: reports.Values("A.", "CHƯA ĐẠT: 02 người")},
		{Kind: reports.Group, Cells: reports.Values("I", words), Screen: reports.Values("P-91-SNV")},
	}
	for i := range people {
		s.Rows = append(s.Rows, person(i))
	}
	return s
}

// everyMark is in the order of the marks' values.
var everyMark = []reports.Cell{
	{Value: "Khá"}, {Value: "Xuất sắc", Mark: reports.Top}, {Value: "Giỏi", Mark: reports.Strong}, {Value: "Chưa đạt", Mark: reports.Fail}, {Value: "Đạt thấp", Mark: reports.Low},
	{Value: "Không dự", Mark: reports.Absent}, {Value: "84,0", Mark: reports.Under}, {Value: "96,0", Mark: reports.Over}, {Value: "Đã xong", Mark: reports.Done},
	{Value: "Chưa mở", Mark: reports.Open}, {Value: "Điểm", Mark: reports.Look}, {Value: "Như trên", Mark: reports.Repeated}, {Value: "B", Mark: reports.Key},
}

func person(i int) reports.Row {
	name := fmt.Sprintf("Nguyễn Mẫu %d", i)
	switch i {
	case 0:
		name = formulaName
	case 1:
		name = longName
	}
	cells := reports.Values(int64(i+1), name, time.Date(1980, 2, 3, 0, 0, 0, 0, time.UTC), published, 25*time.Minute+30*time.Second, 87.5, 62.5, int64(3), nil)
	cells = append(cells, everyMark[i%len(everyMark)])
	cells = append(cells, reports.Values(fmt.Sprintf("%07d", i), 4.7, -1.2, 24*time.Minute+43*time.Second+977*time.Millisecond)...)
	cells = append(cells, reports.Cell{Value: "Cận ngưỡng đạt; hết giờ tự nộp"})
	return reports.Row{Cells: cells, Screen: reports.Values("P-91-SNV", published)}
}

func summary() reports.Sheet {
	s := framed(reports.Sheet{
		Name: "Tổng hợp", Title: "TỔNG HỢP MẪU", Prefix: "TH",
		Columns: []reports.Column{
			{Heading: "STT", Width: 6, Kind: reports.Count}, {Heading: "Đơn vị", Width: 50}, {Heading: "Phải dự", Width: 12, Kind: reports.Count}, {Heading: "Đã dự", Width: 12, Kind: reports.Count},
			{Heading: "Tỷ lệ dự (%)", Width: 14, Kind: reports.Rate, Formula: "(5)=(4):(3)", Bar: true, Ref: "TyLeDu"},
		},
		Notes: []string{"Đơn vị có dưới 05 người không tính tỷ lệ."},
	})
	s.Rows = []reports.Row{
		{Kind: reports.Group, Cells: reports.Values("I", "Khối sở, ngành mẫu (02 đơn vị)", int64(30), int64(27), 90.0)},
		{Cells: append(reports.Values(int64(1), "Sở Mẫu Một", int64(26), int64(20)), reports.Cell{Value: 76.9, Mark: reports.Under})},
		{Cells: reports.Values(int64(2), "Sở Mẫu Hai", int64(4), int64(4), "n < 5")},
		{Kind: reports.Total, Cells: reports.Values(nil, "Tổng cộng", int64(4440), int64(3999), 90.1)},
	}
	return s
}

func nobody() reports.Sheet {
	s := framed(reports.Sheet{Name: "Không dự", Title: "DANH SÁCH KHÔNG DỰ MẪU", Prefix: "KD", Filter: true, Closing: "Danh sách gồm 00 người./."})
	s.Columns = []reports.Column{{Heading: "STT", Width: 5, Kind: reports.Count}, {Heading: "Họ và tên", Width: 24, Ref: "HoTen"}, {Heading: "Tỷ lệ", Width: 60, Kind: reports.Rate, Bar: true}}
	s.Rows = []reports.Row{{Kind: reports.None, Cells: reports.Values(nil, "Không có trường hợp nào")}}
	return s
}

func explanation() reports.Sheet {
	return reports.Sheet{
		Name: "Căn cứ", Portrait: true, Title: "CĂN CỨ", Issuer: reports.Issuer{Own: "BỘ NỘI VỤ"},
		Columns: []reports.Column{{Heading: "STT", Width: 5, Kind: reports.Count}, {Heading: "Nội dung", Width: 30}, {Heading: "Giá trị", Width: 58}},
		Rows:    []reports.Row{{Cells: reports.Values(int64(1), "Cách chấm", strings.Repeat("Câu bỏ trống không điểm. ", 30))}},
	}
}
