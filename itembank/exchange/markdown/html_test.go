package markdown_test

import (
	"testing"

	"pgregory.net/rapid"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/exchangetest"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/markup"
)

// dressed is an item with one text read from HTML.
func dressed(html string) exchange.Item {
	it := exchange.Item{Stem: markup.FromHTML(html).Plain}
	it.Look(it.Stem, html)
	markdown.Dress(&it)
	return it
}

func TestDress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, html, want string }{
		{"nothing more than words", "<p>Một câu hỏi &amp; *dấu sao*</p>", "Một câu hỏi & *dấu sao*"},
		{"two paragraphs", "<p>Một</p><p>hai</p>", "Một\n\nhai"},
		{"a line break", "<p>Một<br>hai</p>", "Một\nhai"},
		{"stress", "<p>Việc nào <b>không</b> đúng, <em> hay </em>sai?</p>", "Việc nào **không** đúng, *hay* sai?"},
		{"stress that cannot be written", "<p><b>Hỏi:</b>gì?</p><p>a</p>", "Hỏi:gì?\n\na"},
		{"a list", "<p>Gồm:</p><ul><li>đơn;</li><li>bản sao<ol><li>một</li><li>hai</li></ol></li></ul>", "Gồm:\n\n- đơn;\n- bản sao\n  1. một\n  2. hai"},
		{"a list that begins later", "<ol start='3'><li>ba</li><li>bốn</li></ol>", "3. ba\n4. bốn"},
		{"a table", "<table><tr><th>Năm</th><th style='text-align: right'>Số</th></tr><tr><td>2024</td><td>1 | 2</td></tr></table>", "| Năm | Số |\n|---|--:|\n| 2024 | 1 \\| 2 |"},
		{"a table whose cells cover others", "<table><tr><td colspan='2'>a</td></tr><tr><td>b</td><td>c</td></tr></table><p>x</p>", "a\n\nb\n\nc\n\nx"},
		{"a quotation", "<blockquote><p>Điều 5</p><p>Khoản 1</p></blockquote>", "> Điều 5\n>\n> Khoản 1"},
		{"a heading", "<h3>Tình huống</h3><p>Ông A</p>", "**Tình huống**\n\nÔng A"},
		{"signs of the language", "<p>a * b</p><p>- c</p><p># d &lt;b&gt; 5. e</p><p>5. f</p>", "a \\* b\n\n\\- c\n\n# d \\<b> 5. e\n\n5\\. f"},
		{"pictures and formulas", "<p>Xem</p><p><img src='a.png' alt='x'> và <math><mi>x</mi></math></p>", "Xem\n\n[[image]] và [[math]]"},
		{"what runs", "<p>a</p><script>alert(1)</script><p>b</p>", "a\n\nb"},
	} {
		if it := dressed(c.html); it.Stem != c.want || (it.Format == exchange.Markdown) != (it.Stem != markup.FromHTML(c.html).Plain) {
			t.Errorf("%s (%q):\n got %q\nwant %q", c.what, it.Format, it.Stem, c.want)
		}
	}
}

// What Markdown shows as HTML comes back to Markdown that shows the same.
func TestDress_bringsBackWhatWasShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := markdown.Block.Tidy(exchangetest.Document(t))
		html := markdown.Block.Fragment(source)
		it := dressed(html)
		if it.Format == "" {
			it.Stem = markdown.Block.Escape(it.Stem)
		}
		if got := markdown.Block.Fragment(it.Stem); got != html {
			t.Fatalf("%q\nis shown as %q\ncomes back as %q\nshown as %q", source, html, it.Stem, got)
		}
	})
}

// Whatever HTML a file holds, its words stay what they were.
func FuzzDress(f *testing.F) {
	for _, seed := range []string{"<p>a<br>b</p>", "<ul><li>a<ul><li>b</li></ul></li></ul>", "<table><tr><td>a|b</td></tr></table>", "<b>a</b><i>b</i>", "<p>- *a*</p><p>1. b</p>", "<blockquote>&gt; a</blockquote>", "<h1><img src=x></h1>", "<math><mi>x</mi></math>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, html string) {
		if len(html) > 5000 {
			t.Skip()
		}
		plain := markup.FromHTML(html).Plain
		it := dressed(html)
		if it.Format == "" && it.Stem != plain || it.Format != "" && markdown.Block.Flatten(it.Stem) != plain {
			t.Fatalf("%q says %q and became %q", html, plain, it.Stem)
		}
	})
}
