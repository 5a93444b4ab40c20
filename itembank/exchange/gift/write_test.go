package gift_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/gift"
)

func write(t testing.TB, items ...exchange.Item) (string, []exchange.Loss) {
	t.Helper()
	data, losses, err := gift.Write(items)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return string(data), losses
}

func TestWrite_theWholeOfAFile(t *testing.T) {
	t.Parallel()
	good, section := "Tốt", "Luật"
	text, losses := write(t,
		exchange.Item{Type: exchange.Multiple, Name: "C:1", Section: &section, Stem: "Chọn {ba} đơn vị", Options: []string{"Xã", "Phường", "Đặc khu", "Quận"},
			Key: []int{0, 1, 2}, Weights: []float64{33.333, 33.333, 33.333, 0}, Explanation: "Hai cấp"},
		exchange.Item{Type: exchange.Single, Stem: "Thẻ <b>?", Options: []string{"a = b", "%50%c"}, Key: []int{1}, OptionFeedback: []*string{&good, nil}},
		exchange.Item{Type: exchange.TrueFalse, Section: &section, Stem: "Đúng không", Options: []string{"Sai", "Đúng"}, Key: []int{0}, OptionFeedback: []*string{&good, nil}},
		exchange.Item{Type: exchange.Numeric, Section: &section, Stem: "Số", Answers: []exchange.Answer{{Value: "94", Min: "93.5", Max: "94.5", Fraction: 100}, {Min: "90", Max: "98", Fraction: 50}}},
	)
	want := `[plain]Thẻ <b>? {
	~a \= b#Tốt
	=[plain]%50%c
}

$CATEGORY: Luật

::C\:1::Chọn \{ba\} đơn vị {
	~%33.33333%Xã
	~%33.33333%Phường
	~%33.33333%Đặc khu
	~Quận
	####Hai cấp
}

Đúng không {FALSE##Tốt}

Số {#
	=94:0.5
	=%50%90..98
}

`
	if diff := cmp.Diff(want, text); diff != "" || losses != nil {
		t.Errorf("losses %v\n%s", losses, diff)
	}
}

// What GIFT cannot hold is left out or reduced, and told either way.
func TestWrite_tellsEveryLoss(t *testing.T) {
	t.Parallel()
	sensitive, remark := true, "Tốt"
	for _, c := range []struct {
		name string
		item exchange.Item
		left bool // out
		want []string
	}{
		{"ordering", exchange.Item{Type: exchange.Ordering}, true, []string{"Không ghi câu này vào tệp: GIFT không có câu sắp xếp thứ tự"}},
		{"gaps", exchange.Item{Type: exchange.GapText}, true, []string{"Không ghi câu này vào tệp: GIFT không có câu điền nhiều chỗ trống"}},
		{"unknown kind", exchange.Item{Type: "x"}, true, []string{"Không ghi câu này vào tệp: GIFT không có loại câu này"}},
		{"no stem", exchange.Item{Type: exchange.Essay, Stem: " "}, true, []string{"Không ghi câu này vào tệp: câu hỏi không có nội dung"}},
		{"no key", exchange.Item{Type: exchange.Single, Options: []string{"a", "b"}}, true, []string{"Không ghi câu này vào tệp: câu chưa có đáp án"}},
		{"key out of range", exchange.Item{Type: exchange.Multiple, Options: []string{"a", "b"}, Key: []int{2}}, true, []string{"Không ghi câu này vào tệp: câu chưa có đáp án"}},
		{"two keys", exchange.Item{Type: exchange.Single, Options: []string{"a", "b"}, Key: []int{0, 1}}, true, []string{"Không ghi câu này vào tệp: câu chọn một nhưng có nhiều đáp án"}},
		{"one option", exchange.Item{Type: exchange.Single, Options: []string{"a"}, Key: []int{0}}, true, []string{"Không ghi câu này vào tệp: câu có ít hơn hai phương án"}},
		{"blank option", exchange.Item{Type: exchange.Single, Options: []string{"a", " "}, Key: []int{0}}, true, []string{"Không ghi câu này vào tệp: có phương án để trống"}},
		{"unmatched", exchange.Item{Type: exchange.Matching, Options: []string{"a", "b"}, Targets: []string{"x"}, Key: []int{0}}, true, []string{"Không ghi câu này vào tệp: câu chưa có đủ đáp án"}},
		{"no answer", exchange.Item{Type: exchange.ShortAnswer}, true, []string{"Không ghi câu này vào tệp: câu chưa có đáp án"}},
		{"huge number", exchange.Item{Type: exchange.Numeric, Answers: []exchange.Answer{{Min: "1e9", Max: "1e9", Fraction: 100}}}, true, []string{"Không ghi câu này vào tệp: đáp án số quá dài hoặc không hợp lệ"}},
		{"weights missing", exchange.Item{Type: exchange.Multiple, Options: []string{"a", "b", "c"}, Key: []int{0, 2}}, false, []string{"Ghi mỗi phương án đúng 50% điểm, mỗi phương án sai trừ 50%"}},
		{"weights against the key", exchange.Item{Type: exchange.Multiple, Options: []string{"a", "b", "c", "d"}, Key: []int{0, 1, 2}, Weights: []float64{0, 0, 0, 100}}, false,
			[]string{"Ghi mỗi phương án đúng 33,33333% điểm, mỗi phương án sai trừ 33,33333%"}},
		{"weights of a single against the key", exchange.Item{Type: exchange.Single, Options: []string{"a", "b"}, Key: []int{0}, Weights: []float64{50, 0}}, false, []string{"Trọng số không khớp với đáp án nên không được ghi"}},
		{"several with one key", exchange.Item{Type: exchange.Multiple, Options: []string{"a", "b"}, Key: []int{0}, Weights: []float64{100, 0}}, false, []string{"Chỉ có một đáp án nên khi đọc lại sẽ thành câu chọn một"}},
		{"other words than true and false", exchange.Item{Type: exchange.TrueFalse, Options: []string{"Có", "Không"}, Key: []int{0}}, false, []string{"Hai phương án không phải là Đúng và Sai nên ghi thành câu chọn một"}},
		{"arrows", exchange.Item{Type: exchange.Matching, Options: []string{"a->b", "c->d"}, Targets: []string{"x->y"}, Key: []int{0, 0}}, false, []string{"Dấu -> được thay bằng →"}},
		{"answers worth nothing", exchange.Item{Type: exchange.ShortAnswer, Answers: []exchange.Answer{{Text: "a", Fraction: 100}, {Text: "b"}, {Text: "c", Fraction: math.NaN()}}}, false,
			[]string{"Bỏ đáp án không được điểm hoặc có số điểm không hợp lệ"}},
		{"value beside the middle", exchange.Item{Type: exchange.Numeric, Answers: []exchange.Answer{{Value: "1", Min: "0", Max: "5", Fraction: 100}}}, false, []string{"Chỉ ghi khoảng được chấp nhận, không ghi được số đứng giữa"}},
		{"all that has no place", exchange.Item{Type: exchange.ShortAnswer, Answers: []exchange.Answer{{Text: "a", Fraction: 100}}, Citation: "Điều 1", Level: "Nhận biết", Pinned: []int{1},
			Assets: []exchange.Asset{{Kind: exchange.Image}}, CaseSensitive: &sensitive, Weights: []float64{1}, OptionFeedback: []*string{&remark}}, false,
			[]string{"Căn cứ được ghi vào cuối phần giải thích", "Không ghi được mức độ", "Không ghi được phương án cố định vị trí", "Không ghi được hình và công thức",
				"Không ghi được yêu cầu phân biệt chữ hoa, chữ thường", "Không ghi được trọng số", "Không ghi được lời nhận xét của từng phương án"}},
	} {
		if c.item.Stem == "" {
			c.item.Stem = "S"
		}
		text, losses := write(t, exchange.Item{Type: exchange.Essay, Stem: "Trước"}, c.item)
		if left := !strings.Contains(text, "S {"); left != c.left {
			t.Errorf("%s: left out %v\n%s", c.name, left, text)
		}
		var got []string
		for _, l := range losses {
			if l.Item != "câu thứ 2" {
				t.Errorf("%s: the loss is of %q", c.name, l.Item)
			}
			got = append(got, l.What)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func TestWrite_ofWhatTheSampleHoldsLosesNothing(t *testing.T) {
	t.Parallel()
	items := read(t, sample(t, "cau-hoi.gift.txt")).Items
	text, losses := write(t, items...)
	again := read(t, []byte(text)).Items
	if diff := cmp.Diff(withoutSource(items), withoutSource(again)); diff != "" || losses != nil {
		t.Errorf("losses %v\n%s\n%s", losses, diff, text)
	}
}

func withoutSource(items []exchange.Item) []exchange.Item {
	items = slices.Clone(items)
	for i := range items {
		items[i].Source = ""
	}
	return items
}

// Whatever the texts are made of, what is written reads the same.
func TestWrite_readsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(anyItem, 1, 6).Draw(t, "items")
		slices.SortStableFunc(items, func(a, b exchange.Item) int { return len(sectionOf(a)) - len(sectionOf(b)) })
		data, losses, err := gift.Write(items)
		if err != nil || losses != nil {
			t.Fatalf("losses %v, error %v", losses, err)
		}
		content, err := gift.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(exchange.Finish(items), withoutSource(content.Items)); diff != "" || content.Warnings != nil {
			t.Fatalf("warnings %q\n%s\n%s", content.Warnings, diff, data)
		}
	})
}

func sectionOf(it exchange.Item) string {
	if it.Section == nil {
		return ""
	}
	return "x" // only whether there is one matters
}

// anyText is made of what steers a file, and tidy: no two blanks, no control
// characters.
var anyText = rapid.Custom(func(t *rapid.T) string {
	pieces := []string{"~", "=", "#", "{", "}", ":", `\`, "n", "->", "<b>", "&lt;", "[html]", "[plain]", "%50%", "//", "$CATEGORY:", "$course$/", "top/", "::", "####", "*", " ", "\n", "à", "e\u0323\u0302", "TRUE", "1", "."}
	text := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.StringN(1, 2, -1)), 1, 8).Draw(t, "pieces"), "")
	return exchange.Tidy(exchange.Tidy(text)) // a hidden character may keep a mark from its letter the first time
}).Filter(func(text string) bool { return text != "" })

var plainText = anyText.Filter(func(text string) bool { return !strings.Contains(text, "->") })

var anyItem = rapid.Custom(func(t *rapid.T) exchange.Item {
	it := exchange.Item{Stem: anyText.Draw(t, "stem")}
	if rapid.Bool().Draw(t, "named") {
		it.Name = anyText.Draw(t, "name")
	}
	if rapid.Bool().Draw(t, "sectioned") {
		section := anyText.Draw(t, "section")
		it.Section = &section
	}
	if rapid.Bool().Draw(t, "explained") {
		it.Explanation = anyText.Draw(t, "explanation")
	}
	rapid.SampledFrom([]func(*rapid.T, *exchange.Item){single, multiple, trueFalse, shortAnswer, numeric, matching, essay}).Draw(t, "kind")(t, &it)
	return it
})

func choices(t *rapid.T, it *exchange.Item) {
	it.Options = rapid.SliceOfN(anyText, 2, 6).Draw(t, "options")
	feedback(t, it)
}

func feedback(t *rapid.T, it *exchange.Item) {
	all := make([]*string, len(it.Options))
	for i := range all {
		if rapid.Bool().Draw(t, "remarked") {
			remark := anyText.Draw(t, "remark")
			all[i], it.OptionFeedback = &remark, all
		}
	}
}

func single(t *rapid.T, it *exchange.Item) {
	choices(t, it)
	it.Type = exchange.Single
	it.Key = []int{rapid.IntRange(0, len(it.Options)-1).Draw(t, "key")}
	if rapid.Bool().Draw(t, "weighted") {
		for i := range it.Options {
			w := float64(rapid.IntRange(-100_000, 99_999).Draw(t, "weight")) / 1000
			if i == it.Key[0] {
				w = 100
			}
			it.Weights = append(it.Weights, w)
		}
	}
}

func multiple(t *rapid.T, it *exchange.Item) {
	choices(t, it)
	it.Type = exchange.Multiple
	it.Weights = make([]float64, len(it.Options))
	right := rapid.IntRange(2, len(it.Options)).Draw(t, "right")
	for i, place := range rapid.Permutation(order(len(it.Options))).Draw(t, "places") {
		if i < right {
			it.Weights[place] = math.Round(100_000/float64(right)) / 1000
			it.Key = append(it.Key, place)
		} else {
			it.Weights[place] = -float64(rapid.IntRange(0, 100_000).Draw(t, "penalty"))/1000 + 0
		}
	}
	slices.Sort(it.Key)
}

func order(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func trueFalse(t *rapid.T, it *exchange.Item) {
	it.Type, it.Options = exchange.TrueFalse, []string{"Đúng", "Sai"}
	it.Key = []int{rapid.IntRange(0, 1).Draw(t, "key")}
	feedback(t, it)
}

func fraction(t *rapid.T, first bool) float64 {
	if first {
		return 100
	}
	return float64(rapid.IntRange(1, 100_000).Draw(t, "fraction")) / 1000
}

func shortAnswer(t *rapid.T, it *exchange.Item) {
	it.Type = exchange.ShortAnswer
	for i, text := range rapid.SliceOfN(plainText, 1, 4).Draw(t, "answers") {
		it.Answers = append(it.Answers, exchange.Answer{Text: text, Fraction: fraction(t, i == 0)})
	}
}

func numeric(t *rapid.T, it *exchange.Item) {
	it.Type = exchange.Numeric
	decimal := rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,6})?`)
	for i := range rapid.IntRange(1, 3).Draw(t, "answers") {
		make := rapid.SampledFrom([]func(string, string, float64) (exchange.Answer, error){exchange.Around, exchange.Between}).Draw(t, "shape")
		answer, err := make(decimal.Draw(t, "a"), decimal.Draw(t, "b"), fraction(t, i == 0))
		if err != nil {
			t.Fatal(err)
		}
		it.Answers = append(it.Answers, answer)
	}
}

// matching has its targets in the order of their first use, then the unused.
func matching(t *rapid.T, it *exchange.Item) {
	it.Type = exchange.Matching
	it.Options = rapid.SliceOfN(plainText, 2, 5).Draw(t, "left")
	it.Targets = rapid.SliceOfNDistinct(anyText, 2, 7, func(s string) string { return s }).Draw(t, "targets")
	used := 0
	for range it.Options {
		k := rapid.IntRange(0, min(used, len(it.Targets)-1)).Draw(t, "key")
		used = max(used, k+1)
		it.Key = append(it.Key, k)
	}
}

func essay(_ *rapid.T, it *exchange.Item) { it.Type = exchange.Essay }

func FuzzRead(f *testing.F) {
	f.Add(sample(f, "cau-hoi.gift.txt"))
	// Only the ends of the large sample: the fuzzer would spend its time on
	// making a hundred kilobytes smaller.
	large := sample(f, "5000-phuong-an.gift.txt")
	f.Add(slices.Concat(large[:1200], large[len(large)-400:]))
	for _, file := range []string{
		"::a::b {\n\n=c {\n\nd {T}\n", "[html]<p>a<img src\\=\"x\"></p>{=a#b ~%50%c####d}", "$CATEGORY: top/a\n// b\nc {#1:2 =%50%3..4 ~#5}",
		"a {=b -> c =d->e = -> f} g", "a {F#b#c####d}", "a {=*b* =%0%c}", "a\n\nb } c\n\n{}{}",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		content, err := gift.Read(data)
		if err != nil {
			return
		}
		for _, it := range content.Items {
			sound(t, it)
		}
		// What was read can be written, and what was written can be read.
		text, losses, err := gift.Write(content.Items)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) == 0 {
			return
		}
		again, err := gift.Read(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, it := range again.Items {
			if it.Status == exchange.Broken {
				t.Fatalf("%+v\n%+v\n%s", it, losses, text)
			}
		}
	})
}

func sound(t *testing.T, it exchange.Item) {
	t.Helper()
	limit := len(it.Options)
	if it.Type == exchange.Matching {
		limit = len(it.Targets)
	}
	for _, k := range it.Key {
		if k < 0 || k >= limit {
			t.Errorf("key %v of %d: %+v", it.Key, limit, it)
		}
	}
	if it.Weights != nil && len(it.Weights) != len(it.Options) || it.OptionFeedback != nil && len(it.OptionFeedback) != len(it.Options) {
		t.Errorf("weights or feedback do not fit the options: %+v", it)
	}
	if it.Options == nil || it.Status == "" || it.Source == "" || it.Status != exchange.OK && it.Note == "" || len(it.Options) > exchange.MaxOptions {
		t.Errorf("not finished: %+v", it)
	}
}
