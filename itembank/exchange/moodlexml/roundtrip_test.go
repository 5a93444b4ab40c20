package moodlexml_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/moodlexml"
)

// What Moodle can hold comes back as it was, and nothing is reported lost.
func TestWrite_readsBackEqual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var items []exchange.Item
		for i := range rapid.IntRange(1, 6).Draw(t, "items") {
			items = append(items, anyItem(t, i))
		}
		slices.SortStableFunc(items, func(a, b exchange.Item) int { return strings.Compare(sectionOf(a), sectionOf(b)) })
		data, losses, err := moodlexml.Write(items)
		if err != nil || len(losses) != 0 {
			t.Fatalf("losses %v, error %v", losses, err)
		}
		content, err := moodlexml.Read(data)
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		for i := range items {
			items[i] = inOrder(items[i])
		}
		if diff := cmp.Diff(items, content.Items, cmpopts.IgnoreFields(exchange.Item{}, "Source", "Looks"), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s in\n%s", diff, data)
		}
	})
}

func sectionOf(it exchange.Item) string {
	if it.Section == nil {
		return ""
	}
	return *it.Section
}

// inOrder is an ordering item as Moodle keeps it: options in the right order.
func inOrder(it exchange.Item) exchange.Item {
	if it.Type != exchange.Ordering {
		return it
	}
	options, feedback := it.Options, it.OptionFeedback
	it.Options, it.OptionFeedback = nil, nil
	for place, k := range it.Key {
		it.Options = append(it.Options, options[k])
		if feedback != nil {
			it.OptionFeedback = append(it.OptionFeedback, feedback[k])
		}
		it.Key[place] = place
	}
	return it
}

// draw makes texts of one item; pictures are listed as their marks are made.
type draw struct {
	*rapid.T
	item *exchange.Item
	n    int
}

var pieces = []string{"Nghị định", "số 118/2025/NĐ-CP", "a<b", "x > y", "AT&T", "&lt;p&gt;", "<b>đậm</b>", "{1:SA:=x}", "50%", "~", "#", "=", `\`, `"`, "'", "*", "[1]", "]]>", "//", "$x$", "%50%", "&", "}", "@@PLUGINFILE@@", "->", "&#35;"}

func (d *draw) words(label string) string {
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 5).Draw(d.T, label), rapid.SampledFrom([]string{" ", ""}).Draw(d.T, "glue"))
	d.n++
	return exchange.Tidy(fmt.Sprintf("%s %d", text, d.n))
}

func (d *draw) rich(label string) string {
	text := d.words(label)
	switch rapid.IntRange(0, 5).Draw(d.T, "asset") {
	case 0:
		d.item.Assets = append(d.item.Assets, exchange.Asset{Kind: exchange.Image, Name: fmt.Sprintf("sơ đồ %d.png", d.n), Alt: d.words("alt"), Data: []byte("\x89PNG\r\n\x1a\n" + fmt.Sprint(d.n))})
		return text + " " + exchange.ImageMark + " hết"
	case 1:
		d.item.Assets = append(d.item.Assets, exchange.Asset{Kind: exchange.Math, Data: []byte("<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>")})
		return exchange.MathMark + " " + text
	}
	return text
}

func (d *draw) texts(label string, least int, one func(string) string) []string {
	out := make([]string, rapid.IntRange(least, 6).Draw(d.T, label))
	for i := range out {
		out[i] = one(label)
	}
	return out
}

func anyItem(t *rapid.T, place int) exchange.Item {
	it := exchange.Item{Status: exchange.OK}
	d := &draw{T: t, item: &it, n: place * 1000}
	if rapid.Bool().Draw(t, "has section") {
		section := rapid.SampledFrom([]string{"Một cửa", "Nghị định 118/2025/NĐ-CP", "/đầu", "cuối/", "a//b", "R&D <x>", "top", "&amp;"}).Draw(t, "section")
		it.Section = &section
	}
	it.Name = d.words("name")
	it.Stem = d.rich("stem")
	makers := []func(*draw){single, multiple, trueFalse, matching, ordering, numeric, short, gaps}
	rapid.SampledFrom(makers).Draw(t, "type")(d)
	return it
}

// rest draws what comes after the options.
func (d *draw) rest(feedback int) {
	d.item.Explanation = d.rich("explanation")
	if feedback == 0 || !rapid.Bool().Draw(d.T, "feedback") {
		return
	}
	d.item.OptionFeedback = make([]*string, feedback)
	for i := range d.item.OptionFeedback {
		if i == 0 || rapid.Bool().Draw(d.T, "this feedback") {
			text := d.rich("feedback")
			d.item.OptionFeedback[i] = &text
		}
	}
}

func single(d *draw) {
	d.item.Type, d.item.Options = exchange.Single, d.texts("options", 2, d.rich)
	key := rapid.IntRange(0, len(d.item.Options)-1).Draw(d.T, "key")
	d.item.Key = []int{key}
	if rapid.Bool().Draw(d.T, "part marks") {
		d.item.Weights = make([]float64, len(d.item.Options))
		for i := range d.item.Weights {
			d.item.Weights[i] = rapid.SampledFrom([]float64{0, 50, -33.333, 16.667}).Draw(d.T, "weight")
		}
		d.item.Weights[key] = 100
		d.item.Weights[(key+1)%len(d.item.Weights)] = -50
	}
	d.rest(len(d.item.Options))
}

func multiple(d *draw) {
	d.item.Type, d.item.Options = exchange.Multiple, d.texts("options", 3, d.rich)
	d.item.Key = chosen(d.T, len(d.item.Options), rapid.IntRange(1, len(d.item.Options)).Draw(d.T, "right"))
	if len(d.item.Key) == 2 && rapid.Bool().Draw(d.T, "deductions") {
		d.item.Weights = make([]float64, len(d.item.Options))
		for i := range d.item.Weights {
			d.item.Weights[i] = -33.333
		}
		d.item.Weights[d.item.Key[0]], d.item.Weights[d.item.Key[1]] = 66.667, 33.333
	}
	d.rest(len(d.item.Options))
}

func chosen(t *rapid.T, n, k int) []int {
	picked := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Perm(n)[:k]
	slices.Sort(picked)
	return picked
}

func trueFalse(d *draw) {
	d.item.Type, d.item.Options = exchange.TrueFalse, []string{"Đúng", "Sai"}
	d.item.Key = []int{rapid.IntRange(0, 1).Draw(d.T, "key")}
	d.rest(2)
}

func matching(d *draw) {
	d.item.Type, d.item.Options, d.item.Targets = exchange.Matching, d.texts("options", 2, d.rich), d.texts("targets", 2, d.words)
	for range d.item.Options {
		d.item.Key = append(d.item.Key, rapid.IntRange(0, len(d.item.Targets)-1).Draw(d.T, "target"))
	}
	d.rest(0)
}

func ordering(d *draw) {
	d.item.Type, d.item.Options = exchange.Ordering, d.texts("options", 2, d.words)
	d.item.Key = rand.New(rand.NewSource(rapid.Int64().Draw(d.T, "seed"))).Perm(len(d.item.Options))
	d.item.Explanation = d.rich("explanation")
	if rapid.Bool().Draw(d.T, "feedback") {
		text := d.words("feedback")
		d.item.OptionFeedback = make([]*string, len(d.item.Options))
		d.item.OptionFeedback[0] = &text
	}
}

func numeric(d *draw) {
	d.item.Type = exchange.Numeric
	for i := range rapid.IntRange(1, 3).Draw(d.T, "answers") {
		a, err := exchange.Around(rapid.SampledFrom([]string{"0", "30", "-59.5", "0.00001", "12345678.25"}).Draw(d.T, "value"),
			rapid.SampledFrom([]string{"0", "0.05", "2"}).Draw(d.T, "tolerance"), []float64{100, 50, 33.333}[i])
		if err != nil {
			d.Fatal(err)
		}
		d.item.Answers = append(d.item.Answers, a)
	}
	d.rest(0)
}

func short(d *draw) {
	d.item.Type = exchange.ShortAnswer
	sensitive := rapid.Bool().Draw(d.T, "case")
	d.item.CaseSensitive = &sensitive
	d.item.Answers = d.answers()
	d.rest(0)
}

func (d *draw) answers() []exchange.Answer {
	out := []exchange.Answer{{Text: d.words("answer"), Fraction: 100}}
	if rapid.Bool().Draw(d.T, "second") {
		out = append(out, exchange.Answer{Text: d.words("answer"), Fraction: 50})
	}
	return out
}

func gaps(d *draw) {
	d.item.Type = exchange.GapText
	if rapid.Bool().Draw(d.T, "case") {
		sensitive := true
		d.item.CaseSensitive = &sensitive
	}
	for i := range rapid.IntRange(1, 4).Draw(d.T, "gaps") {
		d.item.Stem += " " + exchange.GapMark + " và"
		if i == 0 || rapid.Bool().Draw(d.T, "typed") {
			d.item.Gaps = append(d.item.Gaps, exchange.Gap{Kind: exchange.Typed, Answers: d.answers()})
			continue
		}
		options := d.texts("options", 2, d.words)
		d.item.Gaps = append(d.item.Gaps, exchange.Gap{Kind: exchange.Choice, Options: options, Key: chosen(d.T, len(options), rapid.IntRange(1, len(options)).Draw(d.T, "right"))})
	}
	d.rest(0)
}
