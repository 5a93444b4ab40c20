package gift_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/gift"
)

// one reads a file of one question and says what came of it, in short.
func one(t *testing.T, file string) string {
	t.Helper()
	content := read(t, []byte(file))
	if len(content.Items) != 1 {
		t.Fatalf("%q gives %d items", file, len(content.Items))
	}
	return brief(content.Items[0])
}

func brief(it exchange.Item) string {
	parts := []string{string(it.Type), it.Stem}
	add := func(label string, value any, has bool) {
		if has {
			parts = append(parts, fmt.Sprintf("%s%v", label, value))
		}
	}
	add("", strings.Join(it.Options, " / "), len(it.Options) > 0)
	add("=> ", strings.Join(it.Targets, " / "), len(it.Targets) > 0)
	add("key ", it.Key, it.Key != nil)
	add("weights ", it.Weights, it.Weights != nil)
	for _, a := range it.Answers {
		if a.Text != "" {
			add("", fmt.Sprintf("%s %v%%", a.Text, a.Fraction), true)
			continue
		}
		add("", fmt.Sprintf("%s [%s, %s] %v%%", a.Value, a.Min, a.Max, a.Fraction), true)
	}
	for i, f := range it.OptionFeedback {
		if f != nil {
			add(fmt.Sprintf("#%d ", i), *f, true)
		}
	}
	add("#### ", it.Explanation, it.Explanation != "")
	add("", it.Status, it.Status != exchange.OK)
	add("", it.Flags, len(it.Flags) > 0)
	return strings.Join(parts, " | ")
}

func TestRead_everyKindOfQuestion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"single", "Luật nào? {~Một ~Hai =Ba}", "single | Luật nào? | Một / Hai / Ba | key [2]"},
		{"missing word", "Có {~hai =ba ~bốn} cấp.", "single | Có ____ cấp. | hai / ba / bốn | key [1]"},
		{"missing word before a full stop", "Năm nay là năm {#2025}.", "numeric | Năm nay là năm ____. | 2025 [2025, 2025] 100%"},
		{"block at the beginning", "{=Hà Nội ~Huế} là thủ đô.", "single | ____ là thủ đô. | Hà Nội / Huế | key [0]"},
		{"options on lines, block closed on the last", "Nước nào? {\n  ~Lào\n  =Việt Nam\n  ~Thái Lan}", "single | Nước nào? | Lào / Việt Nam / Thái Lan | key [1]"},
		{"blank lines inside the block", "Nước nào? {\n\n  ~Lào\n\n  =Việt Nam\n\n}", "single | Nước nào? | Lào / Việt Nam | key [1]"},
		{"stem of several lines", "::Tên::Dòng một\ndòng hai {=a ~b}", "single | Dòng một dòng hai | a / b | key [0]"},
		{"short answer", "Ai? {=không ai =chẳng ai}", "shortanswer | Ai? | không ai 100% | chẳng ai 100%"},
		{"short answers of different worth", "Ở {=Huế#Đúng! =%75%Hué#Sai dấu =%25%Thuận Hóa}.", "shortanswer | Ở ____. | Huế 100% | Hué 75% | Thuận Hóa 25%"},
		{"short answer worth nothing", "Ai? {=a =%0%b#Không phải}", "shortanswer | Ai? | a 100%"},
		{"short answer with a star", `Ai? {=a\*b =c}`, "shortanswer | Ai? | a*b 100% | c 100%"},
		{"short answer with a wildcard", "Ai? {=*a* =c}", "shortanswer | Ai? | *a* 100% | c 100% | review | [unsupported_type]"},
		{"no short answer worth the full mark", "Ai? {=%50%a}", "shortanswer | Ai? | a 50% | review | [key_conflict]"},
		{"true", "Mặt trời mọc ở đằng đông.{T}", "truefalse | Mặt trời mọc ở đằng đông. | Đúng / Sai | key [0]"},
		{"false", "Trái đất phẳng.{ FALSE }", "truefalse | Trái đất phẳng. | Đúng / Sai | key [1]"},
		{"true with feedback", "A.{TRUE#Nhầm rồi#Giỏi####Vì thế}", "truefalse | A. | Đúng / Sai | key [0] | #0 Giỏi | #1 Nhầm rồi | #### Vì thế"},
		{"false with feedback", "A.{F#Nhầm rồi#Giỏi}", "truefalse | A. | Đúng / Sai | key [1] | #0 Nhầm rồi | #1 Giỏi"},
		{"false with feedback for the right only", "A.{F##Giỏi}", "truefalse | A. | Đúng / Sai | key [1] | #1 Giỏi"},
		{"matching", "Nối. {\n =Pháp -> Pa-ri\n =Ý->Rô-ma\n = -> Luân Đôn\n}", "matching | Nối. | Pháp / Ý | => Pa-ri / Rô-ma / Luân Đôn | key [0 1]"},
		{"matching with a target for two", "Nối. {=a -> x =b -> x =c -> y}", "matching | Nối. | a / b / c | => x / y | key [0 0 1]"},
		{"ordering", "Xếp. {>2     none\nMột\nHai \\= 2\n\nBa\n####Vì thế}", "ordering | Xếp. | Một / Hai = 2 / Ba | key [0 1 2] | #### Vì thế"},
		{"ordering with settings", "Xếp. {>ALL VERTICAL ABSOLUTE_POSITION SHOW abc\nMột\nHai\n}", "ordering | Xếp. | Một / Hai | key [0 1]"},
		{"ordering without a line of settings", "Xếp. {> Một\nHai\nBa}", "ordering | Xếp. | error | [key_missing too_few_options]"},
		{"ordering whose first item stands with the settings", "Xếp. {>UBND\nHĐND\nBCA}", "ordering | Xếp. | error | [key_missing too_few_options]"},
		{"number", "Bao nhiêu? {#1822}", "numeric | Bao nhiêu? | 1822 [1822, 1822] 100%"},
		{"number and tolerance", "Pi? {#3.1415:0.0005}", "numeric | Pi? | 3.1415 [3.141, 3.142] 100%"},
		{"range", "Pi? {#3.141..3.142}", "numeric | Pi? |  [3.141, 3.142] 100%"},
		{"negative numbers", "Lạnh? {#-5:1}", "numeric | Lạnh? | -5 [-6, -4] 100%"},
		{"negative range", "Lạnh? {#-5..-3}", "numeric | Lạnh? |  [-5, -3] 100%"},
		{"numbers of different worth", "Năm? {#\n =1822:0 #Đúng\n =%50%1822:2 #Gần đúng,\n được nửa điểm\n ~#Chưa đúng\n}", "numeric | Năm? | 1822 [1822, 1822] 100% | 1822 [1820, 1824] 50%"},
		{"feedback", "Ai? {\n~sai#vì a\n~sai nữa\n=đúng#Tốt!\n####Chung}", "single | Ai? | sai / sai nữa / đúng | key [2] | #0 vì a | #2 Tốt! | #### Chung"},
		{"essay", "Viết. {}", "essay | Viết. | review | [unsupported_type]"},
		{"essay with feedback", "Viết. {####Gợi ý}", "essay | Viết. | #### Gợi ý | review | [unsupported_type]"},
	} {
		if got := one(t, c.file); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestRead_weightsDecideTheKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, block, want string }{
		{"= beside a part", "~a ~%50%b =c", "single | S | a / b / c | key [2] | weights [0 50 100]"},
		{"one full weight", "~%100%a ~b", "single | S | a / b | key [0] | weights [100 0]"},
		{"one full weight and a penalty", "~%100%a ~%-25%b", "single | S | a / b | key [0] | weights [100 -25]"},
		{"full weight after =", "=%100%a ~b", "single | S | a / b | key [0] | weights [100 0]"},
		{"two halves", "~a ~%50%b ~%50%c", "multiple | S | a / b / c | key [1 2] | weights [0 50 50]"},
		{"penalties", "~%-50%a ~%50%b ~%50%c ~%-50%d", "multiple | S | a / b / c / d | key [1 2] | weights [-50 50 50 -50]"},
		{"thirds", "~%33.33333%a ~%33,33333%b ~%33.33333%c ~%-0%d", "multiple | S | a / b / c / d | key [0 1 2] | weights [33.333 33.333 33.333 0]"},
		{"halves that miss one", "~%50%a ~b", "multiple | S | a / b | key [0] | weights [50 0] | review | [key_conflict]"},
		{"two full weights", "~%100%a ~%100%b ~c", "multiple | S | a / b / c | key [0 1] | weights [100 100 0] | review | [key_conflict]"},
		{"two marked right", "=a =b ~c", "multiple | S | a / b / c | key [0 1] | review | [multiple_keys]"},
		{"none marked right", "~a ~b", "single | S | a / b | review | [key_missing]"},
		{"only penalties", "~%-50%a ~b", "multiple | S | a / b | weights [-50 0] | review | [key_missing]"},
		{"a weight that is none", "=%x%a ~50% b", "single | S | %x%a / 50% b | key [0]"},
		{"a weight out of range", "~%150%a ~b", "single | S | error | [key_missing too_few_options]"},
		{"an option without words", "=a ~ ~c", "single | S | a /  / c | key [0] | review | [too_few_options]"},
		{"letters of other options", "=Cả B và C ~b ~c", "single | S | Cả B và C / b / c | key [0] | [letter_reference]"},
	} {
		if got := one(t, "S {"+c.block+"}"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestRead_escapesAndFormats(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"escapes", `Dấu \{nào\} \= 5\: a\nb? { ~ \= 2 + 2 = \= 2 + 3 # \#1 ~ \~ ~\\}`, `single | Dấu {nào} = 5: a b? | = 2 + 2 / = 2 + 3 / ~ / \ | key [1] | #1 #1`},
		{"an escaped backslash frees what follows", `S {=a\\=b ~c}`, `multiple | S | a\ / b / c | key [0 1] | review | [multiple_keys]`},
		{"other backslashes stay", `\(x\) là gì? {=\frac ~b}`, `single | \(x\) là gì? | \frac / b | key [0]`},
		{"plain texts keep markup", `Thẻ <b> hay &lt;? {=<i> ~[abc]}`, `single | Thẻ <b> hay &lt;? | <i> / [abc] | key [0]`},
		{"html in all texts", `[html]Theo <b>luật</b> {=<i>a</i>#<u>tốt</u> ~[plain]<i> ####<p>vì</p>}`, `single | Theo luật | a / <i> | key [0] | #0 tốt | #### vì`},
		{"html of one option", `S {=[html]<i>a</i> ~<i>}`, `single | S | a / <i> | key [0]`},
		{"html that runs", `[html]A<script>alert(1)</script> {=a ~b}`, `single | A | a / b | key [0] | review | [html_removed]`},
		{"html with a picture", `[html]<img src\="hinh/so-do.png"> A {=a ~b}`, `single | [[image]] A | a / b | key [0] | review | [external_image]`},
		{"html does not touch typed answers", `[html]<p>A {=a<b =c}`, `shortanswer | A | a<b 100% | c 100%`},
		{"markdown", `[markdown]Ai ở **Hà Nội** ____ 2 * 3? {=a ~b}`, `single | Ai ở Hà Nội ____ 2 * 3? | a / b | key [0]`},
		{"moodle", `[moodle]A {T}`, `truefalse | A | Đúng / Sai | key [0]`},
		{"an answer with two kinds of arrows", `S {=a \= b -> c}`, `matching | S | a = b | => c | key [0] | error | [too_few_options]`},
		{"an arrow in a choice", `S {=a -> b ~c}`, `single | S | a -> b / c | key [0]`},
	} {
		if got := one(t, c.file); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestRead_picturesAreListed(t *testing.T) {
	t.Parallel()
	file := `[html]<img src\="@@PLUGINFILE@@/a%20b.png" alt\="Sơ đồ"><math><mi>x</mi></math><img src\="data\:image/png;base64,AA\=\="> A {=a ~<img src\="/c.gif">}`
	it := read(t, []byte(file)).Items[0]
	want := []exchange.Asset{
		{Kind: exchange.Image, Name: "a b.png", Alt: "Sơ đồ"}, {Kind: exchange.Math, Data: []byte("<math><mi>x</mi></math>")},
		{Kind: exchange.Image}, {Kind: exchange.Image, Name: "c.gif"},
	}
	if diff := cmp.Diff(want, it.Assets); diff != "" {
		t.Error(diff)
	}
}

func TestRead_namesSectionsAndLines(t *testing.T) {
	t.Parallel()
	file := "\ufeff// đầu tệp\r\n\r\nLời dẫn không phải câu hỏi.\r\n\r\n$CATEGORY: $course$/top/Luật/Công chức\r\n// ghi chú\r\n:: C\\:1 ::Một {T}\r\n" +
		"::C2::Hai\r\n// giữa câu\r\ntiếp {\r\n// trong khối\r\n=a\r\n~b }\r\n\r\n$CATEGORY: top\r\n\r\nBa {F}\r\r$CATEGORY: Riêng\r\rBốn {F}"
	content := read(t, []byte(file))
	var got []string
	for _, it := range content.Items {
		section := "-"
		if it.Section != nil {
			section = *it.Section
		}
		got = append(got, strings.Join([]string{section, it.Name, it.Stem, it.Source}, " | "))
	}
	want := []string{"Luật/Công chức | C:1 | Một | dòng 7", "Luật/Công chức | C2 | Hai tiếp | dòng 8", "- |  | Ba | dòng 17", "Riêng |  | Bốn | dòng 21"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if want := []string{"1 đoạn không có khối đáp án { } nên không thành câu hỏi (dòng 3)"}; !slices.Equal(content.Warnings, want) {
		t.Errorf("warnings %q", content.Warnings)
	}
}

// Every question that cannot be read stands between two that can.
func TestRead_tellsTheLineAndReadsOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, question, note string }{
		{"block never closed", "::X::S {=a ~b", "Dòng 3: khối đáp án mở bằng dấu { không có dấu } đóng lại"},
		{"block never closed, text before", "Đoạn\ns {=a\n\n~b\n", "Dòng 4: khối đáp án mở bằng dấu { không có dấu } đóng lại"},
		{"no block opened", "S =a ~b}", `Dòng 3: dấu } không có dấu { mở trước đó; dấu } của nội dung phải viết là \}`},
		{"brace in the block", "S {=a {1} ~b}", `Dòng 3: dấu { nằm trong khối đáp án phải viết là \{`},
		{"brace in the block, blank lines", "S {\n\n=a {1}\n\n~b\n}", `Dòng 5: dấu { nằm trong khối đáp án phải viết là \{`},
		{"two blocks", "S {T}\nS2 {F}", "Dòng 4: câu hỏi có hai khối đáp án; giữa hai câu hỏi cần một dòng trống"},
		{"braces of the text", "Tập {1, 2} có mấy phần tử?", `Dòng 3: khối đáp án “1, 2” không có phương án nào bắt đầu bằng = hoặc ~; nếu { } thuộc nội dung thì phải viết là \{ \}`},
		{"words before the first option", "S {a =b ~c}", "Dòng 3: “a” đứng trước phương án đầu tiên mà không có = hoặc ~"},
		{"no number", "S {#chín tư}", "Dòng 3: “chín tư” không phải là số, số kèm sai số hoặc khoảng số"},
		{"three points", "S {#30...35}", "Dòng 3: “30...35” không phải là số, số kèm sai số hoặc khoảng số"},
		{"any number is right", "S {#=*}", "Dòng 3: “*” không phải là số, số kèm sai số hoặc khoảng số"},
		{"pair without an arrow", "S {=a -> b =c}", "Dòng 3: “c” không có dấu -> để ghép hai vế"},
		{"pair without a right side", "S {=a -> b =c ->}", "Dòng 3: “c” không có vế bên phải"},
		{"empty answer", "S {=}", "Dòng 3: có một đáp án để trống"},
		{"too many options", "S {" + strings.Repeat("~", 10_001) + "}", "Dòng 3: khối đáp án có hơn 10.000 phương án"},
	} {
		for _, last := range []string{"::Z::Cuối {T}", "Cuối {T}"} {
			content := read(t, []byte("Đầu {T}\n\n"+c.question+"\n\n"+last))
			if len(content.Items) != 3 || brief(content.Items[0]) != "truefalse | Đầu | Đúng / Sai | key [0]" || brief(content.Items[2]) != "truefalse | Cuối | Đúng / Sai | key [0]" {
				t.Errorf("%s: items %+v", c.name, content.Items)
				continue
			}
			if it := content.Items[1]; it.Note != c.note || it.Status != exchange.Broken || it.Key != nil {
				t.Errorf("%s: %s, note %q, want %q", c.name, it.Status, it.Note, c.note)
			}
		}
	}
}

func TestRead_saysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	for i := range 12 {
		fmt.Fprintf(&file, "Đoạn %d\n\n", i)
	}
	file.WriteString("S {=a#tốt =b}\n\nN {#5 ~#sai}")
	want := []string{
		"12 đoạn không có khối đáp án { } nên không thành câu hỏi (dòng 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, …)",
		"2 lời nhận xét riêng cho đáp án gõ vào không được giữ lại",
	}
	if diff := cmp.Diff(want, read(t, []byte(file.String())).Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestRead_refusesWhatIsNoGIFT(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"too large": strings.Repeat("a", 8<<20+1), "not UTF-8": "C\xe2u {T}", "UTF-16": "C\x00 \x00{\x00T\x00}\x00", "empty": "",
		"no question": "Chỉ là một đoạn văn.", "too many": strings.Repeat("A {T}\n\n", exchange.MaxItems+1),
	} {
		_, err := gift.Read([]byte(file))
		var rejected *exchange.Rejected
		if !errors.As(err, &rejected) || rejected.Reason == "" {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

// Large files that are written to hurt are read or refused in seconds.
func TestRead_isQuickWithHostileFiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads many megabytes")
	}
	fill := func(head, body, tail string) string {
		return head + strings.Repeat(body, (2<<20-len(head)-len(tail))/len(body)) + tail
	}
	bold := ""
	for i := range 400 {
		bold += fmt.Sprintf("<b %d>", i)
	}
	for name, file := range map[string]string{
		"open braces": fill("", "{", ""), "open braces on lines": fill("a {\n\n", "={\n\n", ""), "questions never closed": fill("", "a {\n\n", ""),
		"options": fill("a {", "~", "}"), "answers": fill("a {", "=a", "}"), "numbers": fill("a {#", "=1", "}"), "pairs": fill("a {", "=a->b", "}"),
		"number signs": fill("a {=a", "#", "}"), "colons": fill("::", ":a", "{T}"), "names": fill("", "::a\n", "{T}"), "backslashes": fill("a {=", `\`, "}"),
		"blank lines in a block": fill("a {", "\n", "}"), "comments": fill("a {", "//\n", "}"), "blanks": fill("a {\n\n=", " ", strings.Repeat("{", 1<<20)),
		"stars": fill("[markdown]", "**a", "{T}"), "digits": fill("a {#", "1", "}"), "weights": fill("a {~%", "1", "%a ~b}"),
		"open tags": fill("[html]", "<b><i>", "{T}"), "tags": fill("[html]", "<a><table>", "{T}"), "formatting left open": fill("[html]<p>"+bold+"</p>", "<p>x</p>", "{T}"),
		"much formatting left open": fill("", "[html]<p>"+bold+"</p>"+strings.Repeat("<p>x</p>", 400)+"{T}\n\n", ""), "dashes": fill("a {=", "-", ">b}"),
	} {
		begin := time.Now()
		_, _ = gift.Read([]byte(file))
		if spent := time.Since(begin); spent > 10*time.Second {
			t.Errorf("%s: %s", name, spent)
		}
	}
}
