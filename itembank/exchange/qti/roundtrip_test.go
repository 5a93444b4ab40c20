package qti_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/qti"
)

var versions = []qti.Version{qti.V21, qti.V30}

// What Write packs Read reads back: the same items, nothing lost.
func TestWriteThenRead_givesTheSameItems(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(1, 6).Draw(t, "items")
			items := make([]exchange.Item, n)
			for i := range items {
				items[i] = drawItem(t, i)
			}
			data, losses, err := qti.Write(items, v)
			if err != nil || len(losses) > 0 {
				t.Fatalf("write: %v, losses %v", err, losses)
			}
			content, err := qti.Read(data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(items, content.Items, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(exchange.Item{}, "Looks")); diff != "" {
				t.Fatalf("QTI %s (-written +read):\n%s", v, diff)
			}
		})
	}
}

func TestWrite_givesTheSameBytes(t *testing.T) {
	t.Parallel()
	items := []exchange.Item{rapid.Custom(func(t *rapid.T) exchange.Item { return drawItem(t, 0) }).Example(1)}
	for _, v := range versions {
		first, _, err1 := qti.Write(items, v)
		second, _, err2 := qti.Write(items, v)
		if err1 != nil || err2 != nil || !bytes.Equal(first, second) {
			t.Errorf("QTI %s: two packages of the same items differ (%v, %v)", v, err1, err2)
		}
	}
}

var words = []string{"công chức", "Nghị định", "số 63/2010/NĐ-CP", "<b>", "&amp;", "\"trích\"", "thủ tục", "5 > 3", "đúng hạn", "…………", "[1]", "100%", "PAR INDEX,"}

func drawText(t *rapid.T, label string, index int) string {
	n := rapid.IntRange(1, 4).Draw(t, label+" length")
	parts := make([]string, n)
	for i := range parts {
		parts[i] = rapid.SampledFrom(words).Draw(t, label)
	}
	return fmt.Sprintf("%s %d", strings.Join(parts, " "), index)
}

func drawTexts(t *rapid.T, label string, low, high int) []string {
	list := make([]string, rapid.IntRange(low, high).Draw(t, label+" count"))
	for i := range list {
		list[i] = drawText(t, label, i)
	}
	return list
}

func pointer[T any](v T) *T { return &v }

func drawItem(t *rapid.T, index int) exchange.Item {
	it := exchange.Item{Name: fmt.Sprintf("CH-%d", index), Status: exchange.OK, Options: []string{}, Source: fmt.Sprintf("items/%04d.xml", index+1)}
	it.Stem = drawText(t, "stem", index)
	if rapid.Bool().Draw(t, "section") {
		it.Section = pointer(rapid.SampledFrom([]string{"Đề án 905", "Kỹ năng & thái độ"}).Draw(t, "title"))
	}
	if rapid.Bool().Draw(t, "described") {
		it.Number, it.Level, it.Citation = pointer(rapid.IntRange(1, 999).Draw(t, "number")), "Vận dụng", "khoản 2 Điều 5 <NĐ>"
	}
	if rapid.Bool().Draw(t, "explained") {
		it.Explanation = drawText(t, "explanation", index)
	}
	drawAssets(t, &it)
	kind := rapid.SampledFrom([]func(*rapid.T, *exchange.Item){drawChoice, drawTrueFalse, drawMatching, drawOrdering, drawNumeric, drawShort, drawGaps})
	kind.Draw(t, "kind")(t, &it)
	return it
}

func drawAssets(t *rapid.T, it *exchange.Item) {
	for range rapid.IntRange(0, 2).Draw(t, "assets") {
		if rapid.Bool().Draw(t, "formula") {
			it.Stem += " [[math]]"
			it.Assets = append(it.Assets, exchange.Asset{Kind: exchange.Math, Data: []byte("<math><mfrac><mi>a</mi><mn>2</mn></mfrac><mo>&lt;</mo></math>")})
			continue
		}
		it.Stem += " [[image]] xem hình"
		name := rapid.SampledFrom([]string{"bieu-do.png", "Sơ đồ 1 #2%.png"}).Draw(t, "picture")
		it.Assets = append(it.Assets, exchange.Asset{Kind: exchange.Image, Name: name, Alt: "Hình “1” & 2", Data: []byte("\x89PNG\r\n\x1a\n" + name)})
	}
}

func drawPinned(t *rapid.T, it *exchange.Item) {
	for i := range it.Options {
		if rapid.IntRange(0, 4).Draw(t, "pin") == 0 {
			it.Pinned = append(it.Pinned, i)
		}
	}
}

func drawChoice(t *rapid.T, it *exchange.Item) {
	it.Options = drawTexts(t, "option", 3, 6)
	it.Type, it.Key = exchange.Single, []int{rapid.IntRange(0, len(it.Options)-1).Draw(t, "key")}
	if rapid.Bool().Draw(t, "several") {
		it.Type, it.Key = exchange.Multiple, nil
		for i := range it.Options {
			if i == 0 || rapid.Bool().Draw(t, "right") {
				it.Key = append(it.Key, i)
			}
		}
		drawWeights(t, it)
	}
	drawPinned(t, it)
	if rapid.Bool().Draw(t, "feedback") {
		it.OptionFeedback = make([]*string, len(it.Options))
		it.OptionFeedback[rapid.IntRange(0, len(it.Options)-1).Draw(t, "said to")] = pointer("Chưa đúng, xem [[image]] nhé")
		it.Assets = append(it.Assets, exchange.Asset{Kind: exchange.Image, Name: "x.gif", Data: []byte("GIF89a")})
	}
}

func drawWeights(t *rapid.T, it *exchange.Item) {
	if rapid.Bool().Draw(t, "unweighted") {
		return
	}
	it.Weights = make([]float64, len(it.Options))
	for i := range it.Weights {
		it.Weights[i] = rapid.SampledFrom([]float64{0, -33.333, -100, -66.667}).Draw(t, "lost")
	}
	for _, k := range it.Key {
		it.Weights[k] = rapid.SampledFrom([]float64{33.333, 66.667, 50, 100, 14.286}).Draw(t, "earned")
	}
}

func drawTrueFalse(t *rapid.T, it *exchange.Item) {
	it.Type, it.Options, it.Key = exchange.TrueFalse, []string{"Đúng", "Sai"}, []int{rapid.IntRange(0, 1).Draw(t, "key")}
}

func drawMatching(t *rapid.T, it *exchange.Item) {
	it.Type, it.Options, it.Targets = exchange.Matching, drawTexts(t, "left", 2, 5), drawTexts(t, "right", 2, 6)
	for range it.Options {
		it.Key = append(it.Key, rapid.IntRange(0, len(it.Targets)-1).Draw(t, "partner"))
	}
	drawPinned(t, it)
}

func drawOrdering(t *rapid.T, it *exchange.Item) {
	it.Type, it.Options = exchange.Ordering, drawTexts(t, "step", 2, 6)
	for i := range it.Options {
		it.Key = append(it.Key, i)
	}
	it.Key = rapid.Permutation(it.Key).Draw(t, "order")
	drawPinned(t, it)
}

func drawNumeric(t *rapid.T, it *exchange.Item) {
	it.Type = exchange.Numeric
	for i := range rapid.IntRange(1, 3).Draw(t, "answers") {
		fraction := rapid.SampledFrom([]float64{100, 50, 33.333}).Draw(t, "fraction")
		value := fmt.Sprintf("%d.%d", rapid.IntRange(-200, 200).Draw(t, "whole")+1000*i, rapid.IntRange(0, 99).Draw(t, "places"))
		a, err := exchange.Around(value, rapid.SampledFrom([]string{"0", "0.5", "0.005", "3"}).Draw(t, "tolerance"), fraction)
		if rapid.IntRange(0, 3).Draw(t, "range") == 0 {
			a, err = exchange.Between(value, value+"7", fraction)
		} else if rapid.IntRange(0, 3).Draw(t, "lopsided") == 0 {
			a.Min = a.Value
		}
		if err != nil {
			t.Fatal(err)
		}
		it.Answers = append(it.Answers, a)
	}
}

func drawShort(t *rapid.T, it *exchange.Item) {
	it.Type = exchange.ShortAnswer
	it.Answers = drawAnswers(t, false)
	it.CaseSensitive = drawCased(t)
}

func drawCased(t *rapid.T) *bool {
	return rapid.SampledFrom([]*bool{nil, pointer(true), pointer(false)}).Draw(t, "cased")
}

func drawAnswers(t *rapid.T, full bool) []exchange.Answer {
	var answers []exchange.Answer
	for i, text := range drawTexts(t, "answer", 1, 3) {
		fraction := rapid.SampledFrom([]float64{100, 50, 33.333}).Draw(t, "fraction")
		if full && i == 0 {
			fraction = 100
		}
		answers = append(answers, exchange.Answer{Text: text, Fraction: fraction})
	}
	return answers
}

func drawGaps(t *rapid.T, it *exchange.Item) {
	it.Type = exchange.GapText
	for i := range rapid.IntRange(1, 3).Draw(t, "gaps") {
		it.Stem += rapid.SampledFrom([]string{" [[gap]]", " ([[gap]])", " [[gap]], và"}).Draw(t, "gap")
		if rapid.Bool().Draw(t, "typed") {
			it.Gaps = append(it.Gaps, exchange.Gap{Kind: exchange.Typed, Answers: drawAnswers(t, true)})
			continue
		}
		options := drawTexts(t, "offer", 2, 4)
		key := []int{i % len(options)}
		if rapid.IntRange(0, 4).Draw(t, "two keys") == 0 {
			key = []int{0, 1}
		}
		it.Gaps = append(it.Gaps, exchange.Gap{Kind: exchange.Choice, Options: options, Key: key})
	}
	for _, g := range it.Gaps {
		if g.Kind == exchange.Typed {
			it.CaseSensitive = drawCased(t)
			return
		}
	}
}

func TestWrite_tellsWhatIsLost(t *testing.T) {
	t.Parallel()
	feedback := []*string{pointer("a"), nil}
	for _, c := range []struct {
		name string
		item exchange.Item
		kept bool
	}{
		{"no options", exchange.Item{Type: exchange.Single, Stem: "a"}, false},
		{"gaps without marks", exchange.Item{Type: exchange.GapText, Stem: "a", Gaps: []exchange.Gap{{Kind: exchange.Typed}}}, false},
		{"unknown type", exchange.Item{Type: "hotspot", Stem: "a"}, false},
		{"matching without targets", exchange.Item{Type: exchange.Matching, Stem: "a", Options: []string{"a", "b"}}, false},
		{"feedback of a matching item", exchange.Item{Type: exchange.Matching, Stem: "a", Options: []string{"a", "b"}, Targets: []string{"c", "d"}, Key: []int{0, 1}, OptionFeedback: feedback}, true},
		{"weights of an ordering item", exchange.Item{Type: exchange.Ordering, Stem: "a", Options: []string{"a", "b"}, Key: []int{0, 1}, Weights: []float64{50, 50}}, true},
		{"weights against the key", exchange.Item{Type: exchange.Multiple, Stem: "a", Options: []string{"a", "b"}, Key: []int{0, 1}, Weights: []float64{100, 0}}, true},
		{"key out of range", exchange.Item{Type: exchange.Single, Stem: "a", Options: []string{"a", "b"}, Key: []int{2}}, true},
		{"picture without data", exchange.Item{Type: exchange.Single, Stem: "[[image]]", Options: []string{"a", "b"}, Key: []int{1}, Assets: []exchange.Asset{{Kind: exchange.Image, Name: "a.png"}}}, true},
		{"mark without a picture", exchange.Item{Type: exchange.Single, Stem: "a [[image]]", Options: []string{"a", "b"}, Key: []int{1}}, true},
		{"formula that is no XML", exchange.Item{Type: exchange.Single, Stem: "a [[math]]", Options: []string{"a", "b"}, Key: []int{1}, Assets: []exchange.Asset{{Kind: exchange.Math, Data: []byte("<math>")}}}, true},
		{"asset without a mark", exchange.Item{Type: exchange.Single, Stem: "a", Options: []string{"a", "b"}, Key: []int{1}, Assets: []exchange.Asset{{Kind: exchange.Math, Data: []byte("<math/>")}}}, true},
		{"gap without a full answer", exchange.Item{Type: exchange.GapText, Stem: "[[gap]]", Gaps: []exchange.Gap{{Kind: exchange.Typed, Answers: []exchange.Answer{{Text: "a", Fraction: 50}}}}}, true},
		{"value outside its range", exchange.Item{Type: exchange.Numeric, Stem: "a", Answers: []exchange.Answer{{Value: "5", Min: "1", Max: "2", Fraction: 100}}}, true},
	} {
		for _, v := range versions {
			other := exchange.Item{Type: exchange.Single, Name: "khác", Stem: "b", Options: []string{"a", "b"}, Key: []int{1}}
			data, losses, err := qti.Write([]exchange.Item{c.item, other}, v)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if len(losses) != 1 || losses[0].Item != "câu thứ 1" {
				t.Errorf("%s: losses %v, want one of the first item", c.name, losses)
			}
			content, err := qti.Read(data)
			if want := map[bool]int{true: 2, false: 1}[c.kept]; err != nil || len(content.Items) != want {
				t.Errorf("%s: read %d items, %v", c.name, len(content.Items), err)
			}
		}
	}
	if _, _, err := qti.Write(nil, "1.2"); err == nil {
		t.Error("an unknown version is written")
	}
}

func TestWrite_keepsEssays(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		data, losses, err := qti.Write([]exchange.Item{{Type: exchange.Essay, Stem: "Trình bày", Explanation: "Gợi ý"}}, v)
		if err != nil || len(losses) > 0 {
			t.Fatal(err, losses)
		}
		content, err := qti.Read(data)
		if err != nil || content.Items[0].Type != exchange.Essay || content.Items[0].Explanation != "Gợi ý" {
			t.Errorf("QTI %s: %v, %v", v, content, err)
		}
	}
}

func ExampleWrite() {
	item := exchange.Item{Name: "CCHC-1", Type: exchange.Numeric, Stem: "336 trên 400 phiếu là bao nhiêu phần trăm?",
		Answers: []exchange.Answer{{Value: "84", Min: "83.5", Max: "84.5", Fraction: 100}}}
	data, losses, err := qti.Write([]exchange.Item{item}, qti.V30)
	if err != nil {
		fmt.Println(err)
		return
	}
	content, err := qti.Read(data)
	if err != nil {
		fmt.Println(err)
		return
	}
	answers, _ := json.Marshal(content.Items[0].Answers)
	fmt.Println(len(losses), string(answers))
	// Output: 0 [{"value":84,"min":83.5,"max":84.5,"fraction":100}]
}
