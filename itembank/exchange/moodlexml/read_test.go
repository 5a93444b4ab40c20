package moodlexml_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/moodlexml"
)

func quiz(questions ...string) []byte {
	return []byte("<quiz>\n" + strings.Join(questions, "\n") + "\n</quiz>")
}

// ask is a question with a stem.
func ask(kind, stem, rest string) string {
	return fmt.Sprintf(`<question type="%s"><name><text>N</text></name><questiontext format="html"><text><![CDATA[%s]]></text></questiontext>%s</question>`, kind, stem, rest)
}

func option(fraction, text string) string {
	return fmt.Sprintf(`<answer fraction="%s" format="html"><text><![CDATA[%s]]></text></answer>`, fraction, text)
}

// one reads a file of one question.
func one(t *testing.T, question string) exchange.Item {
	t.Helper()
	items := read(t, quiz(question)).Items
	if len(items) != 1 {
		t.Fatalf("%d items", len(items))
	}
	return items[0]
}

func TestRead_choices(t *testing.T) {
	t.Parallel()
	single, multi := "<single>true</single>", "<single>false</single>"
	for _, c := range []struct {
		name    string
		answers string
		kind    exchange.Type
		key     []int
		weights []float64
		flags   []exchange.Flag
	}{
		{"one full mark", single + option("0", "a") + option("100", "b"), exchange.Single, []int{1}, nil, nil},
		{"no <single>", option("100", "a") + option("0", "b"), exchange.Single, []int{0}, nil, nil},
		{"part marks and deductions", single + option("100.00000", "a") + option("50", "b") + option("-33.33333", "c"), exchange.Single, []int{0}, []float64{100, 50, -33.333}, nil},
		{"two full marks", single + option("100", "a") + option("100", "b"), exchange.Single, nil, nil, []exchange.Flag{exchange.MultipleKeys}},
		{"no full mark", single + option("90", "a") + option("0", "b"), exchange.Single, nil, []float64{90, 0}, []exchange.Flag{exchange.KeyMissing}},
		{"no mark at all", single + option("0", "a") + option("0", "b"), exchange.Single, nil, nil, []exchange.Flag{exchange.KeyMissing}},
		{"a fraction that is none", single + option("đúng", "a") + option("0", "b"), exchange.Single, nil, nil, []exchange.Flag{exchange.KeyMissing}},
		{"a fraction without end", single + option("1e999", "a") + option("NaN", "b"), exchange.Single, nil, nil, []exchange.Flag{exchange.KeyMissing}},
		{"equal shares", multi + option("33.33333", "a") + option("33.33333", "b") + option("33.33333", "c") + option("0", "d"), exchange.Multiple, []int{0, 1, 2}, nil, nil},
		{"shares with a comma", multi + option("33,33333", "a") + option("33,33333", "b") + option("33,33333", "c"), exchange.Multiple, []int{0, 1, 2}, nil, nil},
		{"unequal shares", multi + option("66.66667", "a") + option("33.33333", "b") + option("0", "c"), exchange.Multiple, []int{0, 1}, []float64{66.667, 33.333, 0}, nil},
		{"shares beyond the full mark", multi + option("100", "a") + option("100", "b") + option("0", "c"), exchange.Multiple, []int{0, 1}, []float64{100, 100, 0}, nil},
		{"nothing right", multi + option("0", "a") + option("0", "b"), exchange.Multiple, nil, nil, []exchange.Flag{exchange.KeyMissing}},
		{"blank answers of the form", single + option("0", " ") + option("100", "b") + option("0", "c") + option("0", ""), exchange.Single, []int{0}, nil, nil},
		{"one option", single + option("100", "a"), exchange.Single, []int{0}, nil, []exchange.Flag{exchange.TooFewOptions}},
		{"no options", single, exchange.Single, nil, nil, []exchange.Flag{exchange.TooFewOptions, exchange.KeyMissing}},
		{"27 options", single + option("100", "a") + strings.Repeat(option("0", "b"), 26), exchange.Single, nil, nil, []exchange.Flag{exchange.TooManyOptions}},
	} {
		got := one(t, ask("multichoice", "Câu?", c.answers))
		if got.Type != c.kind || !slices.Equal(got.Key, c.key) || !slices.Equal(got.Weights, c.weights) || !slices.Equal(got.Flags, c.flags) {
			t.Errorf("%s: %s key %v weights %v flags %v, want %s %v %v %v", c.name, got.Type, got.Key, got.Weights, got.Flags, c.kind, c.key, c.weights, c.flags)
		}
	}
}

func TestRead_trueFalse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answers string
		key     []int
		flag    exchange.Flag
	}{
		{option("0", "false") + option("100", "true"), []int{0}, ""},
		{option("100", "Sai") + option("0", "Đúng"), []int{1}, ""},
		{option("100", "true") + option("100", "false"), nil, exchange.KeyConflict},
		{option("0", "true") + option("0", "false"), nil, exchange.KeyMissing},
		{option("100", "vrai") + option("0", "faux"), nil, exchange.KeyMissing},
		{"", nil, exchange.KeyMissing},
	} {
		got := one(t, ask("truefalse", "Câu.", c.answers))
		if !slices.Equal(got.Key, c.key) || c.flag != "" && !got.Has(c.flag) || c.flag == "" && got.Status != exchange.OK || !slices.Equal(got.Options, []string{"Đúng", "Sai"}) {
			t.Errorf("%s gives %v %v %v", c.answers, got.Key, got.Options, got.Flags)
		}
	}
}

func TestRead_otherTypes(t *testing.T) {
	t.Parallel()
	sensitive, insensitive, idle := true, false, "Gần đúng."
	for _, c := range []struct {
		name, question string
		want           exchange.Item
	}{
		{"matching: right sides shared and left over",
			ask("matching", "Ghép.", `<subquestion format="html"><text>a</text><answer><text>X &amp; Y</text></answer></subquestion>`+
				`<subquestion format="html"><text></text><answer><text>Z</text></answer></subquestion><subquestion format="html"><text>b &lt; c</text><answer><text>X &amp; Y</text></answer></subquestion>`),
			exchange.Item{Type: exchange.Matching, Stem: "Ghép.", Options: []string{"a", "b < c"}, Targets: []string{"X & Y", "Z"}, Key: []int{0, 0}}},
		{"ddmatch: right sides in HTML",
			ask("ddmatch", "Ghép.", `<subquestion format="html"><text>a</text><answer format="html"><text><![CDATA[<p>X</p>]]></text></answer></subquestion><subquestion format="html"><text>b</text><answer format="html"><text>Y</text></answer></subquestion>`),
			exchange.Item{Type: exchange.Matching, Stem: "Ghép.", Options: []string{"a", "b"}, Targets: []string{"X", "Y"}, Key: []int{0, 1}}},
		{"ordering: the file's order, whatever the fractions",
			ask("ordering", "Xếp.", option("2", "một")+option("1", "hai")),
			exchange.Item{Type: exchange.Ordering, Stem: "Xếp.", Options: []string{"một", "hai"}, Key: []int{0, 1}}},
		{"numerical: powers, commas, worthless answers",
			ask("numerical", "Số?", `<answer fraction="100"><text>59,5</text><tolerance>5.0E-2</tolerance></answer><answer fraction="50"><text>1.0E+2</text></answer><answer fraction="0"><text>7</text><tolerance>1</tolerance></answer><answer fraction="0"><text>*</text></answer>`),
			exchange.Item{Type: exchange.Numeric, Stem: "Số?", Answers: []exchange.Answer{
				{Value: "59.5", Min: "59.45", Max: "59.55", Fraction: 100}, {Value: "100", Min: "100", Max: "100", Fraction: 50}}}},
		{"short answer: case, an escaped star, worthless answers, feedback without an option",
			ask("shortanswer", "Viết?", `<usecase>1</usecase><answer fraction="100" format="moodle_auto_format"><text>a &lt; b \* c</text><feedback><text>Tốt.</text></feedback></answer><answer fraction="0"><text>khác</text></answer>`),
			exchange.Item{Type: exchange.ShortAnswer, Stem: "Viết?", CaseSensitive: &sensitive, Note: "Lời phản hồi riêng cho từng đáp án không được giữ", Answers: []exchange.Answer{{Text: "a < b * c", Fraction: 100}}}},
		{"gapselect: groups",
			ask("gapselect", "[[2]] rồi [[3]].", "<selectoption><text>a</text><group>1</group></selectoption><selectoption><text>b</text><group>1</group></selectoption><selectoption><text>c</text><group>2</group></selectoption>"),
			exchange.Item{Type: exchange.GapText, Stem: "[[gap]] rồi [[gap]].", Gaps: []exchange.Gap{{Kind: exchange.Choice, Options: []string{"a", "b"}, Key: []int{1}}, {Kind: exchange.Choice, Options: []string{"c"}, Key: []int{0}}}}},
		{"ddwtos",
			ask("ddwtos", "<ol><li>[[2]]</li><li>[[1]]</li></ol>", "<dragbox><text>a</text><group>1</group></dragbox><dragbox><text>b</text><group>1</group><infinite/></dragbox>"),
			exchange.Item{Type: exchange.GapText, Stem: "[[gap]] [[gap]]", Gaps: []exchange.Gap{{Kind: exchange.Choice, Options: []string{"a", "b"}, Key: []int{1}}, {Kind: exchange.Choice, Options: []string{"a", "b"}, Key: []int{0}}}}},
		{"plain text keeps < and names an option's feedback",
			`<question type="multichoice"><name><text></text></name><idnumber>id-7</idnumber><questiontext format="plain_text"><text>Thẻ &lt;b&gt; là gì?</text></questiontext>` +
				`<answer fraction="100"><text>&lt;i&gt;</text></answer><answer fraction="0"><text>b</text><feedback format="html"><text>&lt;p&gt;Gần đúng.&lt;/p&gt;</text></feedback></answer></question>`,
			exchange.Item{Name: "id-7", Type: exchange.Single, Stem: "Thẻ <b> là gì?", Options: []string{"<i>", "b"}, Key: []int{0}, OptionFeedback: []*string{nil, &idle}}},
		{"short answer without <usecase>",
			ask("shortanswer", "Viết?", option("100", "a")),
			exchange.Item{Type: exchange.ShortAnswer, Stem: "Viết?", CaseSensitive: &insensitive, Answers: []exchange.Answer{{Text: "a", Fraction: 100}}}},
	} {
		if c.want.Name == "" {
			c.want.Name = "N"
		}
		c.want.Status, c.want.Source = exchange.OK, "câu hỏi thứ 1 trong tệp"
		if diff := cmp.Diff(c.want, one(t, c.question), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(exchange.Item{}, "Looks")); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestRead_cloze(t *testing.T) {
	t.Parallel()
	choice := func(key []int, options ...string) exchange.Gap {
		return exchange.Gap{Kind: exchange.Choice, Options: options, Key: key}
	}
	text := func(answers ...exchange.Answer) exchange.Gap {
		return exchange.Gap{Kind: exchange.Typed, Answers: answers}
	}
	full := func(text string) exchange.Answer { return exchange.Answer{Text: text, Fraction: 100} }
	for _, c := range []struct {
		name, stem, plain string
		gaps              []exchange.Gap
		flags             []exchange.Flag
	}{
		{"short, long and empty weights", "a {1:SA:=x} b {:MW:=y} c {1:SHORTANSWER:%100%z~%50%t#gần}", "a [[gap]] b [[gap]] c [[gap]]",
			[]exchange.Gap{text(full("x")), text(full("y")), text(full("z"), exchange.Answer{Text: "t", Fraction: 50})}, nil},
		{"all choices", "{1:MC:=a~b}{1:MCV:a~=b}{1:MULTICHOICE_HS:a~%100%b#đúng}{1:MCS:=a~b}", "[[gap]][[gap]][[gap]][[gap]]",
			[]exchange.Gap{choice([]int{0}, "a", "b"), choice([]int{1}, "a", "b"), choice([]int{1}, "a", "b"), choice([]int{0}, "a", "b")}, nil},
		{"several right", "{1:MULTIRESPONSE:=a~b~=c} {1:MR:%50%a~%50%b~c}", "[[gap]] [[gap]]", []exchange.Gap{choice([]int{0, 2}, "a", "b", "c"), choice([]int{0, 1}, "a", "b", "c")}, nil},
		{"escapes and references", `<b>{1:SA:=a\}b\~c\#d &lt;e&gt; &#126; 50%}</b> &#123;1:SA:=x}`, "[[gap]] {1:SA:=x}", []exchange.Gap{text(full("a}b~c#d <e> ~ 50%"))}, nil},
		{"an escaped sign is not the key's", `{1:MC:\=a~=b}`, "[[gap]]", []exchange.Gap{choice([]int{1}, "=a", "b")}, nil},
		{"lines inside a gap", "{1:MC:\n=a\n~b\n}", "[[gap]]", []exchange.Gap{choice([]int{0}, "a", "b")}, nil},
		{"a number", "{1:NM:=7}", "[[gap]]", []exchange.Gap{text(exchange.Answer{Text: "7", Value: "7", Min: "7", Max: "7", Fraction: 100})}, nil},
		{"a number with tolerance", "{1:NUMERICAL:=7:0.5~%50%8}", "[[gap]]",
			[]exchange.Gap{text(exchange.Answer{Text: "7", Value: "7", Min: "6.5", Max: "7.5", Fraction: 100}, exchange.Answer{Text: "8", Value: "8", Min: "8", Max: "8", Fraction: 50})}, nil},
		{"part marks of a choice", "{1:MC:=a~%50%b~c}", "[[gap]]", []exchange.Gap{choice([]int{0}, "a", "b", "c")}, []exchange.Flag{exchange.Unsupported}},
		{"two full marks", "{1:MC:=a~=b}", "[[gap]]", []exchange.Gap{choice(nil, "a", "b")}, []exchange.Flag{exchange.MultipleKeys}},
		{"no key", "{1:MC:a~b} {1:SA:a}", "[[gap]] [[gap]]", []exchange.Gap{choice(nil, "a", "b"), text()}, []exchange.Flag{exchange.KeyMissing}},
		{"gaps that count differently", "{1:SA:=a} {2:SA:=b}", "[[gap]] [[gap]]", []exchange.Gap{text(full("a")), text(full("b"))}, []exchange.Flag{exchange.Unsupported}},
		{"nothing to choose from", "{1:MC:=a#đúng}", "[[gap]]", []exchange.Gap{choice([]int{0}, "a")}, []exchange.Flag{exchange.TooFewOptions}},
		{"a star for anything", "{1:SA:=a*}", "[[gap]]", []exchange.Gap{text(full("a*"))}, []exchange.Flag{exchange.Unsupported}},
		{"markup in an option", "{1:MC:=<b>a</b>~&lt;script&gt;x&lt;/script&gt;b}", "[[gap]]", []exchange.Gap{choice([]int{0}, "a", "b")}, []exchange.Flag{exchange.HTMLRemoved}},
		{"no gap", "a {1:FOO:=b} {1:SA:=x", "a {1:FOO:=b} {1:SA:=x", nil, []exchange.Flag{exchange.KeyMissing}},
		{"a gap in what is taken out", "a {1:SA:=x} <style>{1:SA:=y}</style>", "a [[gap]]", []exchange.Gap{text(full("x"))}, []exchange.Flag{exchange.HTMLRemoved}},
		{"a typed mark", "a [[gap]] {1:SA:=x}", "a [gap] [[gap]]", []exchange.Gap{text(full("x"))}, nil},
	} {
		got := one(t, ask("cloze", c.stem, ""))
		if got.Type != exchange.GapText || got.Stem != c.plain || !slices.Equal(got.Flags, c.flags) {
			t.Errorf("%s: %s %q %v, want %q %v", c.name, got.Type, got.Stem, got.Flags, c.plain, c.flags)
		}
		if diff := cmp.Diff(c.gaps, got.Gaps, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestRead_clozeKeepsCase(t *testing.T) {
	t.Parallel()
	if got := one(t, ask("multianswer", "{1:SAC:=x}", "")); got.CaseSensitive == nil || !*got.CaseSensitive || got.Status != exchange.OK {
		t.Errorf("case %v, status %s", got.CaseSensitive, got.Status)
	}
	if got := one(t, ask("cloze", "{1:SAC:=x} {1:SA:=y}", "")); !got.Has(exchange.Unsupported) {
		t.Error("gaps of both kinds are not asked about")
	}
}

// Whatever Moodle alone can mark is kept as text, has no key and is asked
// about.
func TestRead_unknownKindsAreAskedAbout(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]exchange.Type{"calculated": exchange.Numeric, "calculatedmulti": exchange.Single, "stack": exchange.ShortAnswer,
		"coderunner": exchange.Essay, "": exchange.Essay, "<i>": exchange.Essay} {
		kind := strings.ReplaceAll(kind, "<", "&lt;")
		got := one(t, ask(kind, "Câu?", option("100", "{=x}")+option("0", "b")))
		if got.Type != want || got.Status != exchange.Review || !got.Has(exchange.Unsupported) || got.Key != nil || got.Answers != nil || got.Stem != "Câu?" {
			t.Errorf("%q: %+v", kind, got)
		}
		if fits := strings.Contains(got.Note, "“"+kind+"”"); fits != (kind != "" && kind != "&lt;i>") {
			t.Errorf("%q: note %q", kind, got.Note)
		}
	}
}

func TestRead_sections(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"$course$/top/Một cửa": "Một cửa", "$system$/Một cửa": "Một cửa", "top/Một cửa": "Một cửa", "Một cửa": "Một cửa", "$course$/top/Cha/Con": "Cha/Con",
		"$course$/top/Nghị định 118//2025//NĐ-CP": "Nghị định 118/2025/NĐ-CP", "$course$/top/top": "top", "$course$/top": "", "$course$": "", "top": "",
		"$module$/top/ R&amp;amp;D &amp;lt;x&amp;gt; ": "R&D <x>", "$course$/top/A &amp; B": "A & B",
	} {
		got := read(t, quiz(`<question type="category"><category><text>`+path+`</text></category></question>`, ask("essay", "a", ""))).Items[0]
		if section := sectionOf(got); section != want || (got.Section == nil) != (want == "") {
			t.Errorf("%s gives %q, want %q", path, section, want)
		}
	}
}

const (
	png    = "\x89PNG\r\n\x1a\n"
	plugin = "@@PLUGINFILE@@/"
)

func attach(name, data string) string {
	return fmt.Sprintf(`<file name="%s" path="/" encoding="base64">%s</file>`, name, base64.StdEncoding.EncodeToString([]byte(data)))
}

func TestRead_pictures(t *testing.T) {
	t.Parallel()
	inline := func(kind, data string) string {
		return `<img src="data:image/` + kind + ";base64," + base64.StdEncoding.EncodeToString([]byte(data)) + `">`
	}
	for _, c := range []struct {
		name, html, files, plain string
		pictures                 []string
		status                   exchange.Status
		flag                     exchange.Flag
	}{
		{"beside the text", `x <img src="` + plugin + `a%20b.png"> y`, attach("a b.png", png), "x [[image]] y", []string{"a b.png"}, exchange.OK, ""},
		{"twice", `<img src="` + plugin + `a.png"><img src="` + plugin + `a.png?forcedownload=1">`, attach("a.png", png), "[[image]] [[image]]", []string{"a.png", "a.png"}, exchange.OK, ""},
		{"in the text", "x " + inline("png", png) + inline("gif", "GIF89a"), "", "x [[image]] [[image]]", []string{"hinh-1.png", "hinh-2.gif"}, exchange.OK, ""},
		{"not attached", `x <img src="` + plugin + `b.png"> y`, attach("a.png", png), "x y", nil, exchange.Review, exchange.HTMLRemoved},
		{"on the network", `x <img src="https://example.test/a.png"> y <img src="` + plugin + `a.png">`, attach("a.png", png), "x y [[image]]", []string{"a.png"}, exchange.Review, exchange.ExternalImage},
		{"on the network, without a scheme", `x <img src="//example.test/a.png">`, "", "x", nil, exchange.Review, exchange.ExternalImage},
		{"not a picture", `x <img src="` + plugin + `a.png">`, attach("a.png", "<svg onload=alert(1)>"), "x", nil, exchange.Review, exchange.HTMLRemoved},
		{"a drawing in the text", `x <img src="data:image/svg+xml;base64,PHN2Zz4=">`, "", "x", nil, exchange.Review, exchange.HTMLRemoved},
		{"damaged", `x <img src="` + plugin + `a.png">`, `<file name="a.png" encoding="base64">iVBO!!</file>`, "x", nil, exchange.Broken, exchange.HTMLRemoved},
		{"too large", `x <img src="` + plugin + `a.png">`, attach("a.png", png+strings.Repeat("x", 4<<20)), "x", nil, exchange.Review, exchange.HTMLRemoved},
		{"just small enough", `x <img src="` + plugin + `a.png">`, attach("a.png", png+strings.Repeat("x", 4<<20-8)), "x [[image]]", []string{"a.png"}, exchange.OK, ""},
		{"damaged, but not shown", `x`, `<file name="a.png" encoding="base64">iVBO!!</file>`, "x", nil, exchange.OK, ""},
		{"a name that is none", `x <img src="` + plugin + `&lt;script&gt;">`, attach("&lt;script&gt;", png), "x [[image]]", []string{"hinh-1.png"}, exchange.OK, ""},
		{"a typed mark", `x [[image]] [[<b></b>math]] &#91;&#x5B;image]] <img src="` + plugin + `a.png">`, attach("a.png", png), "x [image] [math] [image] [image]", nil, exchange.Broken, exchange.HTMLRemoved},
	} {
		got := one(t, fmt.Sprintf(`<question type="multichoice"><questiontext format="html"><text><![CDATA[%s]]></text>%s</questiontext>%s</question>`, c.html, c.files, option("100", "a")+option("0", "b")))
		var names []string
		for _, a := range got.Assets {
			names = append(names, a.Name)
		}
		if got.Stem != c.plain || !slices.Equal(names, c.pictures) || got.Status != c.status || c.flag != "" && !got.Has(c.flag) {
			t.Errorf("%s: %q %v %s %v (%s)", c.name, got.Stem, names, got.Status, got.Flags, got.Note)
		}
	}
}

// A question of Moodle 1.9 has one picture beside its text.
func TestRead_picturesOfOldQuestions(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte(png))
	for _, c := range []struct {
		name, kind, stem, picture, plain, file string
		status                                 exchange.Status
	}{
		{"with its data", "multichoice", "Hình gì?", "<image>so-do.png</image><image_base64>\n" + encoded + "\n</image_base64>", "Hình gì? [[image]]", "so-do.png", exchange.OK},
		{"beside gaps", "cloze", "Có {1:SA:=ba} cấp.", "<image>a.png</image><image_base64>" + encoded + "</image_base64>", "Có [[gap]] cấp. [[image]]", "a.png", exchange.OK},
		{"without a name", "multichoice", "Hình gì?", "<image_base64>" + encoded + "</image_base64>", "Hình gì? [[image]]", "hinh-1.png", exchange.OK},
		{"empty", "multichoice", "Hình gì?", "<image></image>", "Hình gì?", "", exchange.OK},
		{"the name alone", "multichoice", "Hình gì?", "<image>1/so-do.png</image>", "Hình gì?", "", exchange.Review},
		{"on the network", "multichoice", "Hình gì?", "<image>http://example.test/a.png</image>", "Hình gì?", "", exchange.Review},
		{"damaged", "multichoice", "Hình gì?", "<image>a.png</image><image_base64>iVBO!!</image_base64>", "Hình gì?", "", exchange.Broken},
	} {
		got := one(t, ask(c.kind, c.stem, c.picture+option("100", "a")+option("0", "b")))
		file := ""
		for _, a := range got.Assets {
			file += a.Name
		}
		if got.Stem != c.plain || file != c.file || got.Status != c.status {
			t.Errorf("%s: %q, picture %q, %s (%s)", c.name, got.Stem, file, got.Status, got.Note)
		}
	}
}

// Some kinds only say which options are right.
func TestRead_choiceSets(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"multichoiceset", "oumultiresponse"} {
		got := one(t, ask(kind, "Chọn?", option("100", "a")+option("0", "b")+option("100", "c")))
		if got.Type != exchange.Multiple || !slices.Equal(got.Key, []int{0, 2}) || got.Weights != nil || got.Status != exchange.OK || got.Note == "" {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	if got := one(t, ask("multichoiceset", "Chọn?", option("50", "a")+option("50", "b")+option("0", "c"))); got.Key != nil || !got.Has(exchange.KeyConflict) {
		t.Errorf("half right: %+v", got)
	}
}

func TestRead_picturesFollowTheFields(t *testing.T) {
	t.Parallel()
	img := func(name string) string {
		return `<text><![CDATA[<img src="` + plugin + name + `">]]></text>` + attach(name, png)
	}
	got := one(t, `<question type="multichoice"><generalfeedback format="html">`+img("4.png")+`</generalfeedback>`+
		`<answer fraction="100" format="html">`+img("2.png")+`<feedback format="html">`+img("5.png")+`</feedback></answer><answer fraction="0" format="html">`+img("3.png")+`</answer>`+
		`<questiontext format="html"><text><![CDATA[<math><mi>x</mi></math> <img src="`+plugin+`1.png">]]></text>`+attach("1.png", png)+`</questiontext></question>`)
	var order []string
	for _, a := range got.Assets {
		order = append(order, string(a.Kind)+a.Name)
	}
	if want := []string{"math", "image1.png", "image2.png", "image3.png", "image4.png", "image5.png"}; !slices.Equal(order, want) || got.Status != exchange.OK {
		t.Errorf("assets %v, want %v; %s %s", order, want, got.Status, got.Note)
	}
	if string(got.Assets[0].Data) != "<math><mi>x</mi></math>" {
		t.Errorf("formula %s", got.Assets[0].Data)
	}
}

// A question that is not whole is marked; its neighbours are read.
func TestRead_damagedQuestionsDoNotSpoilOthers(t *testing.T) {
	t.Parallel()
	whole := ask("multichoice", "Câu nguyên vẹn?", option("100", "a")+option("0", "b"))
	for name, damaged := range map[string]string{
		"no stem":                 `<question type="multichoice">` + option("100", "a") + option("0", "b") + `</question>`,
		"nothing at all":          `<question type="matching"/>`,
		"markup without CDATA":    `<question type="essay"><questiontext format="html"><text><p>Câu?</p></text></questiontext></question>`,
		"a pair without right":    ask("matching", "Ghép", `<subquestion><text>a</text></subquestion><subquestion><text>b</text><answer><text>c</text></answer></subquestion>`),
		"a gap that is not there": ask("gapselect", "a [[3]]", "<selectoption><text>a</text></selectoption>"),
		"no gaps":                 ask("ddwtos", "a", ""),
		"too many gaps":           ask("gapselect", strings.Repeat("[[1]] ", 5000), strings.Repeat("<selectoption><text>a</text></selectoption>", 5000)),
		"too many cloze gaps":     ask("cloze", strings.Repeat("{1:SA:=a} ", 5000), ""),
		"too many cloze options":  ask("cloze", "{1:MC:=a"+strings.Repeat("~b", 5000)+"}", ""),
		"too many parts":          ask("multichoice", "Câu?", strings.Repeat(option("0", "a"), 30_000)),
		"too long a text":         ask("multichoice", strings.Repeat("<b>a", 100_000), option("100", "a")+option("0", "b")),
	} {
		items := read(t, quiz(whole, damaged, ask("truefalse", "Cả câu này.", option("100", "true")+option("0", "false")))).Items
		if len(items) != 3 || items[0].Status != exchange.OK || items[2].Status != exchange.OK {
			t.Errorf("%s: the neighbours suffer", name)
			continue
		}
		if items[1].Status != exchange.Broken || items[1].Note == "" || items[1].Source != "câu hỏi thứ 2 trong tệp" {
			t.Errorf("%s: %s %q (%s)", name, items[1].Status, items[1].Note, items[1].Source)
		}
	}
}

func TestRead_numbersThatAreAskedAbout(t *testing.T) {
	t.Parallel()
	answer := func(fraction, text, rest string) string {
		return `<answer fraction="` + fraction + `"><text>` + text + `</text>` + rest + `</answer>`
	}
	for name, c := range map[string]struct {
		answers string
		flag    exchange.Flag
	}{
		"words":                {answer("100", "ba mươi", ""), exchange.KeyMissing},
		"none":                 {"", exchange.KeyMissing},
		"a huge power":         {answer("100", "1E+99", ""), exchange.KeyMissing},
		"anything":             {answer("100", "*", ""), exchange.KeyMissing},
		"units":                {answer("100", "30", "") + "<unitgradingtype>1</unitgradingtype>", exchange.Unsupported},
		"worthless before":     {answer("0", "30", "") + answer("100", "31", "<tolerance>2</tolerance>"), exchange.KeyConflict},
		"a tolerance of words": {answer("100", "30", "<tolerance>ít</tolerance>"), exchange.KeyMissing},
	} {
		if got := one(t, ask("numerical", "Số?", c.answers)); got.Status != exchange.Review || !got.Has(c.flag) {
			t.Errorf("%s: %s %v", name, got.Status, got.Flags)
		}
	}
}

func TestRead_warnings(t *testing.T) {
	t.Parallel()
	content := read(t, quiz(ask("description", "Đọc đoạn sau.", "")))
	if len(content.Items) != 0 || content.Items == nil || len(content.Warnings) != 2 {
		t.Errorf("items %v, warnings %q", content.Items, content.Warnings)
	}
}

// The sentence is for a clerk and says where to look.
func TestRead_rejects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":             {nil, "trống"},
		"a text":              {[]byte("Câu 1. Một?"), "trống"},
		"another XML":         {[]byte("<assessmentItem/>"), "Moodle XML"},
		"an end that differs": {[]byte("<quiz>\n<question type=\"essay\">\n</quiz>"), "dòng 3"},
		"cut short":           {[]byte("<quiz>\n\n<question type=\"essay\"><name>"), "dòng 3"},
		"an unknown entity":   {[]byte("<quiz>\n<question>&nbsp;</question></quiz>"), "dòng 2"},
		"a document type":     {[]byte(`<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>`), "DOCTYPE"},
		"bytes of no text":    {[]byte("<quiz>\xff\xfe</quiz>"), "UTF-8"},
		"another encoding":    {[]byte("<?xml version=\"1.0\" encoding=\"windows-1258\"?><quiz/>"), "UTF-8"},
		"depth":               {[]byte("<quiz>" + strings.Repeat("<question>", 1000)), "lồng nhau"},
		"size":                {make([]byte, 24<<20+1), "24 MB"},
		"too many questions":  {[]byte("<quiz>" + strings.Repeat(`<question type="essay"/>`, exchange.MaxItems+1) + "</quiz>"), "20.000"},
	} {
		_, err := moodlexml.Read(c.data)
		var rejected *exchange.Rejected
		if !errors.As(err, &rejected) || !strings.Contains(rejected.Reason, c.says) {
			t.Errorf("%s: %v, want a sentence with %q", name, err, c.says)
		}
	}
}

func TestRead_byteOrderMark(t *testing.T) {
	t.Parallel()
	if items := read(t, append([]byte("\ufeff"), quiz(ask("essay", "a", ""))...)).Items; len(items) != 1 {
		t.Errorf("%d items", len(items))
	}
}
