package written

import "sathach/itembank/exchange"

// Examples are items for a file that shows people how to fill cards: one of
// each kind that the bank takes, about what no new law changes.
func Examples() []exchange.Item {
	section, number := "Giải quyết thủ tục hành chính", 0
	next := func(it exchange.Item) exchange.Item {
		number++
		n := number
		it.Number, it.Section, it.Citation = &n, &section, "Ghi số hiệu văn bản và điều, khoản"
		return it
	}
	return exchange.Finish([]exchange.Item{
		next(exchange.Item{
			Type: exchange.Single, Level: "Nhận biết", Stem: "Khi nhận đủ hồ sơ hợp lệ, công chức ở bộ phận một cửa giao cho người nộp giấy tờ nào?",
			Options: []string{"Phiếu yêu cầu bổ sung hồ sơ", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Phiếu từ chối tiếp nhận hồ sơ", "Phiếu xin lỗi"}, Key: []int{1},
			Explanation: "Giấy này ghi ngày hẹn trả kết quả; các phiếu còn lại dành cho trường hợp khác.",
		}),
		next(exchange.Item{
			Type: exchange.Multiple, Level: "Thông hiểu", Stem: "Người dân có thể nộp hồ sơ thủ tục hành chính bằng những cách nào? (Chọn nhiều đáp án)",
			Options: []string{"Nộp trực tiếp", "Nhắn tin cho người quen trong cơ quan", "Gửi qua dịch vụ bưu chính", "Nộp trực tuyến"}, Key: []int{0, 2, 3},
			Explanation: "Tin nhắn riêng không phải là một cách nộp hồ sơ.",
		}),
		next(exchange.Item{
			Type: exchange.TrueFalse, Level: "Nhận biết", Stem: "Công chức được yêu cầu người dân nộp thêm giấy tờ ngoài thành phần hồ sơ đã công khai. Đúng hay sai?",
			Options: []string{"Đúng", "Sai"}, Key: []int{1}, Explanation: "Thành phần hồ sơ đã công khai là đủ.",
		}),
		next(exchange.Item{
			Type: exchange.Ordering, Level: "Thông hiểu", Stem: "Sắp xếp các bước giải quyết một hồ sơ theo đúng thứ tự.",
			Options: []string{"Trả kết quả", "Tiếp nhận hồ sơ", "Thẩm định và trình ký"}, Key: []int{1, 2, 0}, Explanation: "Hồ sơ được tiếp nhận trước, kết quả được trả sau cùng.",
		}),
		next(exchange.Item{
			Type: exchange.Matching, Level: "Thông hiểu", Stem: "Ghép mỗi tình huống với cách xử lý phù hợp.",
			Options: []string{"Hồ sơ thiếu giấy tờ", "Hồ sơ không thuộc thẩm quyền", "Hồ sơ quá hạn do cơ quan"},
			Targets: []string{"Xin lỗi và hẹn lại", "Hướng dẫn bổ sung một lần, đầy đủ", "Hướng dẫn đến đúng cơ quan"}, Key: []int{1, 2, 0},
			Explanation: "Mỗi chữ cái ở vế trái đi với một số ở vế phải.",
		}),
		next(exchange.Item{
			Type: exchange.Numeric, Level: "Vận dụng", Unit: "%", Stem: "Một đơn vị trả đúng hạn 188 trong 200 hồ sơ. Tỷ lệ đúng hạn là bao nhiêu phần trăm?",
			Answers: []exchange.Answer{{Value: "94", Min: "93.5", Max: "94.5", Fraction: 100}}, Explanation: "188 chia 200 bằng 94%; sai số 0,5 được chấp nhận.",
		}),
		next(exchange.Item{
			Type: exchange.Matching, Level: "Thông hiểu", Stem: "Mỗi việc sau đây của công chức ở bộ phận một cửa đúng hay sai?",
			Options: []string{"Hướng dẫn bổ sung hồ sơ một lần, đầy đủ", "Nhận hồ sơ mà không giao giấy hẹn", "Xin lỗi khi trả kết quả trễ hẹn"}, Targets: []string{"Đúng", "Sai"}, Key: []int{0, 1, 0},
			Explanation: "Vế phải ghi đúng hai chữ Đúng và Sai thì câu hiện thành từng phát biểu đúng, sai.",
		}),
		next(exchange.Item{
			Type: exchange.ShortAnswer, Level: "Nhận biết", Stem: "Nơi tiếp nhận và trả kết quả thủ tục hành chính cho người dân thường được gọi là gì?",
			Answers: []exchange.Answer{{Text: "bộ phận một cửa", Fraction: 100}, {Text: "một cửa", Fraction: 100}}, Explanation: "Mỗi dòng ở ô đáp án là một cách trả lời được chấp nhận.",
		}),
		next(exchange.Item{
			Type: exchange.GapText, Level: "Vận dụng", Stem: "Trong 200 hồ sơ có 188 hồ sơ trả [[gap]] hạn và 12 hồ sơ trả [[gap]] hạn; tỷ lệ đúng hạn là [[gap]] phần trăm.",
			Gaps: []exchange.Gap{
				{Kind: exchange.Choice, Options: []string{"trước", "đúng", "quá"}, Key: []int{1}},
				{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "quá", Fraction: 100}, {Text: "trễ", Fraction: 100}}},
				{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "94", Value: "94", Min: "93.5", Max: "94.5", Fraction: 100}}},
			},
			Explanation: "Chỗ thứ nhất để chọn, chỗ thứ hai để gõ, chỗ thứ ba là số.",
		}),
		next(exchange.Item{
			Type: exchange.Situation, Name: "TH1", Stem: "Bộ phận một cửa của một phường nhận một hồ sơ lúc 10 giờ. Hồ sơ thiếu một giấy tờ, người nộp đang có mặt.",
		}),
		next(exchange.Item{
			Type: exchange.Single, Level: "Vận dụng", Situation: "TH1", Stem: "Công chức nên làm gì trước tiên?",
			Options: []string{"Hướng dẫn rõ giấy tờ còn thiếu", "Hẹn người nộp tuần sau quay lại", "Nhận hồ sơ rồi để chờ"}, Key: []int{0}, Explanation: "Mọi câu ghi “Thuộc tình huống: TH1” được hỏi liền nhau dưới tình huống đó.",
		}),
	})
}
