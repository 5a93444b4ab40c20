package markdown_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/markup"
)

const name = "0123456789abcdef01234567-640x480.png"

func TestHTML(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, source, block, line string
	}{
		{"lines and stress", "Một **hai** *ba*\nbốn", "<p>Một <strong>hai</strong> <em>ba</em><br>\nbốn</p>", "Một <strong>hai</strong> <em>ba</em><br>\nbốn"},
		{"a list", "- một\n- hai", "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>", "- một<br>\n- hai"},
		{"numbers begin no list on a line", "5. Năm", "<ol start=\"5\">\n<li>Năm</li>\n</ol>", "5. Năm"},
		{"a picture", "Xem ![Sơ đồ <1>](" + name + ")", `<p>Xem <img src="/pictures/` + name + `" alt="Sơ đồ &lt;1&gt;" width="640" height="480"></p>`, `Xem <img src="/pictures/` + name + `" alt="Sơ đồ &lt;1&gt;" width="640" height="480">`},
		{"a picture from elsewhere", "![x](http://example.test/a.png)", "<p>[x]</p>", "[x]"},
		{"a formula", "Số <math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>.", "<p>Số <math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>.</p>", "Số <math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>."},
		{"HTML is text", "<b>x</b> <script>alert(1)</script>", "<p>&lt;b&gt;x&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>", "&lt;b&gt;x&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;"},
		{"links are text", "[x](javascript:alert(1)) <http://example.test>", "<p>[x](javascript:alert(1)) &lt;http://example.test&gt;</p>", "[x](javascript:alert(1)) &lt;http://example.test&gt;"},
		{"gaps stay marked", "Điều [[gap]] và **[[gap]]**", "<p>Điều [[gap]] và <strong>[[gap]]</strong></p>", "Điều [[gap]] và <strong>[[gap]]</strong>"},
		{"a formula that runs", `<math><mi onclick="x()">a</mi><script>alert(1)</script></math>`, "<p><math><mi>a</mi>alert(1)</math></p>", "<math><mi>a</mi>alert(1)</math>"},
	} {
		if got := markdown.Block.HTML(c.source); got != c.block {
			t.Errorf("%s, block:\n got %s\nwant %s", c.what, got, c.block)
		}
		if got := markdown.Line.HTML(c.source); got != c.line {
			t.Errorf("%s, line:\n got %s\nwant %s", c.what, got, c.line)
		}
	}
}

func TestHTML_tables(t *testing.T) {
	t.Parallel()
	got := markdown.Block.HTML("| Năm | Chỉ số |\n|---|--:|\n| 2024 | <math><mo>|</mo></math> |")
	for _, want := range []string{"<th>Năm</th>", `<th align="right">Chỉ số</th>`, "<td>2024</td>"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if got := markdown.Block.HTML(markdown.Block.Tidy("| a |\n|---|\n| <math><mo>|</mo></math> |")); !strings.Contains(got, "<td><math><mo>|</mo></math></td>") {
		t.Errorf("a stroke in a formula parts the cell:\n%s", got)
	}
}

func TestPlain_isWhatIsSaid(t *testing.T) {
	t.Parallel()
	source := "**Xem** ![Sơ đồ một cửa](" + name + "):\n\n| Năm | Số |\n|---|---|\n| 2024 | <math><mi>x</mi><mo>=</mo><mn>1</mn></math> |\n\n- một\n- 5 \\* 3"
	if got, want := markdown.Block.Plain(source), "Xem Sơ đồ một cửa : Năm Số 2024 x=1 một 5 * 3"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]error{
		"lời ![Sơ đồ](" + name + ")":    nil,
		"lời ![ ](" + name + ")":        markdown.ErrNoAlt,
		"lời ![Sơ đồ](so-do.png)":       markdown.ErrPicture,
		"lời ![a](http://x.test/a.png)": markdown.ErrPicture,
		"lời [[image]]":                 markdown.ErrMark,
	} {
		if got := markdown.Check(source); !errors.Is(got, want) {
			t.Errorf("%s gives %v, want %v", source, got, want)
		}
	}
}

// words are texts that look like Markdown here and there.
func words() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.SampledFrom([]string{"*", "_", "**", "____", "\\", "<", ">", "&lt;", "&#42;", "![", "](", "]", "[", "- ", "+ ", "1. ", "12) ", "> ", "|", "---", "# ", "`", "~~", "<math>", "</math>", "<b>", "[[gap]]", "[[image]]", "[[math]]", " ", "!"}),
		rapid.StringN(1, 6, -1))
	return rapid.Map(rapid.SliceOfN(part, 0, 9), func(parts []string) string { return exchange.Tidy(strings.Join(parts, "")) })
}

func TestEscape_wordsMeanThemselves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := words().Draw(t, "plain")
		for which, form := range map[string]markdown.Form{"block": markdown.Block, "line": markdown.Line} {
			escaped := form.Escape(plain)
			if got := form.Flatten(escaped); got != plain {
				t.Fatalf("%s: %q escaped is %q and reads %q", which, plain, escaped, got)
			}
			if got := form.Tidy(escaped); got != escaped {
				t.Fatalf("%s: %q escaped is %q, tidied %q", which, plain, escaped, got)
			}
		}
	})
}

func TestTidy_staysTidy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(words(), 0, 6).Draw(t, "lines")
		source := strings.Join(lines, rapid.SampledFrom([]string{"\n", "\n\n\n", "\r\n", "\n   "}).Draw(t, "between"))
		once := markdown.Block.Tidy(source)
		if twice := markdown.Block.Tidy(once); twice != once {
			t.Fatalf("%q tidied is %q, tidied again %q", source, once, twice)
		}
	})
}

func TestTakePut_areInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		marked := words().Draw(t, "marked")
		var assets []exchange.Asset
		for rest := marked; ; {
			at, math := strings.Index(rest, exchange.ImageMark), strings.Index(rest, exchange.MathMark)
			if at < 0 && math < 0 {
				break
			}
			if math < 0 || at >= 0 && at < math {
				assets, rest = append(assets, exchange.Asset{Kind: exchange.Image, Name: name, Alt: words().Draw(t, "alt")}), rest[at+len(exchange.ImageMark):]
			} else {
				assets, rest = append(assets, exchange.Asset{Kind: exchange.Math, Data: []byte("<math><mi>x</mi></math>")}), rest[math+len(exchange.MathMark):]
			}
		}
		escaped := markdown.Block.Escape(marked)
		source, left := markdown.Put(escaped, assets)
		if len(left) > 0 {
			t.Fatalf("%d assets left", len(left))
		}
		again, found, _ := markdown.Take(source, nil, nil)
		if diff := cmp.Diff(assets, found); diff != "" || again != escaped {
			t.Fatalf("%q became %q and %q; assets\n%s", escaped, source, again, diff)
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"**a**", "| a |\n|---|\n| b |", "![a](" + name + ")", "<math><mi>x</mi></math>", "<script>x</script>", "- a\n  - b\n> c", "&#0;\\<"} {
		f.Add(seed)
	}
	allowed := map[string]bool{"div": true, "p": true, "br": true, "strong": true, "em": true, "ul": true, "ol": true, "li": true, "blockquote": true, "math": true, "table": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true, "img": true}
	for _, m := range markup.Presentation {
		allowed[m] = true
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 5000 {
			t.Skip()
		}
		for _, form := range []markdown.Form{markdown.Block, markdown.Line} {
			tokens := html.NewTokenizer(strings.NewReader(form.HTML(form.Tidy(source))))
			for tokens.Next() != html.ErrorToken {
				token := tokens.Token()
				if (token.Type == html.StartTagToken || token.Type == html.SelfClosingTagToken) && !allowed[token.Data] {
					t.Fatalf("element %s of %q", token.Data, source)
				}
				for _, a := range token.Attr {
					if a.Key != "alt" && a.Key != "width" && a.Key != "height" && a.Key != "align" && a.Key != "start" && a.Key != "tabindex" && a.Key != "class" && (a.Key != "src" || !strings.HasPrefix(a.Val, markdown.Address)) {
						t.Fatalf("attribute %s=%q of %q", a.Key, a.Val, source)
					}
				}
			}
		}
	})
}
