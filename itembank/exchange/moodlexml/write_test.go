package moodlexml_test

import (
	"slices"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/moodlexml"
)

// Everything that does not survive is told, in a sentence, with the item's
// name.
func TestWrite_tellsWhatIsLost(t *testing.T) {
	t.Parallel()
	words, section := "Gần đúng.", "Một cửa"
	single := exchange.Item{Type: exchange.Single, Stem: "Câu?", Options: []string{"a", "b"}, Key: []int{0}, Section: &section}
	for name, c := range map[string]struct {
		change func(*exchange.Item)
		says   string
	}{
		"level":                         {func(it *exchange.Item) { it.Level = "Vận dụng" }, "Vận dụng"},
		"citation":                      {func(it *exchange.Item) { it.Citation = "Điều 1" }, "Điều 1"},
		"pinned":                        {func(it *exchange.Item) { it.Pinned = []int{1} }, "xáo trộn"},
		"no key":                        {func(it *exchange.Item) { it.Key = nil }, "chưa rõ đáp án"},
		"two keys of one":               {func(it *exchange.Item) { it.Key = []int{0, 1} }, "chưa rõ đáp án"},
		"no section after one":          {func(it *exchange.Item) { it.Section = nil }, "mục"},
		"a mark without a picture":      {func(it *exchange.Item) { it.Stem += " [[image]]" }, "Hình không kèm"},
		"a mark without a formula":      {func(it *exchange.Item) { it.Stem += " [[math]]" }, "Công thức"},
		"a picture without a mark":      {func(it *exchange.Item) { it.Assets = []exchange.Asset{{Kind: exchange.Image, Data: []byte(png)}} }, "không gắn"},
		"a share Moodle does not offer": {func(it *exchange.Item) { it.Weights = []float64{100, -37} }, "-37%"},
		"weights without a full mark":   {func(it *exchange.Item) { it.Weights = []float64{50, 0} }, "100%"},
		"weights beyond the mark": {func(it *exchange.Item) {
			it.Type, it.Weights = exchange.Multiple, []float64{100, 100}
		}, "khác 100%"},
		"a range": {func(it *exchange.Item) {
			it.Type, it.Answers = exchange.Numeric, []exchange.Answer{{Min: "30", Max: "35", Fraction: 100}}
		}, "32.5 ± 2.5"},
		"a number that is none": {func(it *exchange.Item) {
			it.Type, it.Answers = exchange.Numeric, []exchange.Answer{{Value: "1e99999999", Fraction: 100}}
		}, "không phải là số"},
		"no answer": {func(it *exchange.Item) { it.Type = exchange.ShortAnswer }, "100%"},
		"feedback without its option": {func(it *exchange.Item) {
			it.Type, it.Options, it.OptionFeedback = exchange.Essay, nil, []*string{&words}
		}, "phản hồi"},
		"other words for true":        {func(it *exchange.Item) { it.Type, it.Options = exchange.TrueFalse, []string{"Có", "Không"} }, "chọn một"},
		"a true or false without key": {func(it *exchange.Item) { it.Type, it.Options, it.Key = exchange.TrueFalse, nil, nil }, "Sai"},
		"an order that is none":       {func(it *exchange.Item) { it.Type, it.Key = exchange.Ordering, []int{1, 1} }, "thứ tự"},
		"a pair without a right side": {func(it *exchange.Item) { it.Type, it.Targets = exchange.Matching, []string{"c"} }, "vế phải"},
		"twins": {func(it *exchange.Item) {
			it.Type, it.Targets, it.Key = exchange.Matching, []string{"c", "c"}, []int{0, 1}
		}, "trùng"},
		"gaps that do not fit": {func(it *exchange.Item) { it.Type, it.Stem = exchange.GapText, "a [[gap]]" }, "chỗ trống"},
		"a gap without a key": {func(it *exchange.Item) {
			it.Type, it.Stem, it.Gaps = exchange.GapText, "a [[gap]]", []exchange.Gap{{Kind: exchange.Choice, Options: []string{"b", "c"}}}
		}, "chưa có đáp án"},
	} {
		it := single
		it.Name = "C-1"
		c.change(&it)
		data, losses, err := moodlexml.Write([]exchange.Item{single, it})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(losses) == 0 || !slices.ContainsFunc(losses, func(l exchange.Loss) bool { return l.Item == "C-1" && strings.Contains(l.What, c.says) }) {
			t.Errorf("%s: losses %v, want one with %q", name, losses, c.says)
		}
		read(t, data)
	}
}

func TestWrite_losesNothingOfAWholeItem(t *testing.T) {
	t.Parallel()
	data, losses, err := moodlexml.Write(read(t, file(t, "moodle-ngan-hang.xml")).Items)
	if err != nil || len(losses) != 0 {
		t.Fatalf("losses %v, error %v", losses, err)
	}
	exchangetest.Compare(t, read(t, data), "testdata/moodle-ngan-hang.expected.json")
}

func TestWrite_stopsShufflingWhereLettersAreNamed(t *testing.T) {
	t.Parallel()
	it := exchange.Item{Type: exchange.Single, Stem: "Câu?", Options: []string{"a", "b", "Cả A và B"}, Key: []int{2}}
	it.Mention(exchange.LetterReference, "")
	data, _, err := moodlexml.Write([]exchange.Item{it})
	if err != nil || !strings.Contains(string(data), "<shuffleanswers>false</shuffleanswers>") {
		t.Errorf("%v\n%s", err, data)
	}
}

func TestWrite_truthInEitherOrder(t *testing.T) {
	t.Parallel()
	it := exchange.Item{Type: exchange.TrueFalse, Stem: "Câu.", Options: []string{"Sai", "Đúng"}, Key: []int{0}}
	data, losses, err := moodlexml.Write([]exchange.Item{it})
	if err != nil || len(losses) != 0 {
		t.Fatalf("losses %v, error %v", losses, err)
	}
	if got := read(t, data).Items[0]; got.Options[got.Key[0]] != "Sai" {
		t.Errorf("key %v of %v", got.Key, got.Options)
	}
}

func TestWrite_picturesOfOneNameStayApart(t *testing.T) {
	t.Parallel()
	it := exchange.Item{Type: exchange.Essay, Stem: "[[image]] [[image]] [[image]]"}
	for _, data := range []string{png + "1", png + "2", png + "1"} {
		it.Assets = append(it.Assets, exchange.Asset{Kind: exchange.Image, Name: "a.png", Data: []byte(data)})
	}
	data, losses, err := moodlexml.Write([]exchange.Item{it})
	if err != nil || len(losses) != 0 || strings.Count(string(data), "<file ") != 2 {
		t.Fatalf("losses %v, error %v\n%s", losses, err, data)
	}
	for i, a := range read(t, data).Items[0].Assets {
		if string(a.Data) != string(it.Assets[i].Data) {
			t.Errorf("picture %d is %q", i, a.Data)
		}
	}
}

// Moodle's own matching shows no pictures on the right; they are written all
// the same, and told.
func TestWrite_picturesOnTheRightOfAPair(t *testing.T) {
	t.Parallel()
	it := exchange.Item{Type: exchange.Matching, Stem: "Ghép.", Options: []string{"a", "b"}, Targets: []string{"[[image]]", "c"}, Key: []int{1, 0},
		Assets: []exchange.Asset{{Kind: exchange.Image, Name: "a.png", Data: []byte(png)}}}
	data, losses, err := moodlexml.Write([]exchange.Item{it})
	if err != nil || len(losses) != 1 {
		t.Fatalf("losses %v, error %v", losses, err)
	}
	got := read(t, data).Items[0]
	if !slices.Equal(got.Targets, it.Targets) || !slices.Equal(got.Key, it.Key) || len(got.Assets) != 1 {
		t.Errorf("targets %q, key %v, assets %v\n%s", got.Targets, got.Key, got.Assets, data)
	}
}

func TestWrite_unknownType(t *testing.T) {
	t.Parallel()
	if _, _, err := moodlexml.Write([]exchange.Item{{Type: "hotspot"}}); err == nil {
		t.Error("a type that is not known gives no error")
	}
}
