package markdown_test

import (
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markdown"
	"sathach/itembank/exchange/markup"
)

// No text becomes many times its size, and none takes longer than its length.
func TestHTML_boundsWhatATextBecomes(t *testing.T) {
	t.Parallel()
	wide := "|" + strings.Repeat("a|", 2000) + "\n|" + strings.Repeat("-|", 2000) + strings.Repeat("\n|", 2000)
	for what, source := range map[string]string{
		"a wide table": wide, "formulas without an end": strings.Repeat("<math>\\!", 20_000), "many formulas": strings.Repeat("<math>", 20_000) + "</math>",
		"quotations": strings.Repeat("> ", 30_000), "lists": strings.Repeat("- ", 30_000), "stress": strings.Repeat("*a _", 15_000), "brackets": strings.Repeat("![", 30_000),
	} {
		shown := markdown.Block.HTML(markdown.Block.Tidy(source))
		if len(shown) > 40*len(source) {
			t.Errorf("%s: %d bytes become %d", what, len(source), len(shown))
		}
		_ = markdown.Check(source)
	}
	if got := markdown.Block.HTML("| a | b |\n|---|---|\n| c | d |"); !strings.Contains(got, "<table>") {
		t.Errorf("a small table is shown as %s", got)
	}
}

func TestEscape_picturesAreWords(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"![a](b)", "Cú pháp ![tên](tệp) là gì?", "![a](" + name + ")", `\![a](b)`, "!"} {
		for _, form := range []markdown.Form{markdown.Block, markdown.Line} {
			if got := form.Flatten(form.Escape(plain)); got != plain {
				t.Errorf("%q escaped reads %q", plain, got)
			}
		}
	}
}

func TestEachGap_numbersWhatIsSeen(t *testing.T) {
	t.Parallel()
	source := `![hình \[\[gap\]\]](` + name + `) [[gap]] **[[gap]]** <math><mi>[[gap]]</mi></math>`
	if n := markdown.Block.Gaps(source); n != 2 {
		t.Errorf("%d gaps are seen", n)
	}
	shown := markdown.EachGap(markdown.Block.HTML(source), func(n int) string { return "(" + string(rune('1'+n)) + ")" })
	if !strings.Contains(shown, `alt="hình [[gap]]"`) || !strings.Contains(shown, "(1) <strong>(2)</strong>") {
		t.Errorf("shown as %s", shown)
	}
}

func TestFormula_keepsWhatItMeans(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`<math><mfrac linethickness="0px"><mi>n</mi><mi>k</mi></mfrac></math>`:                                  `<math><mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac></math>`,
		`<math><mfrac linethickness="0.5"><mi>n</mi><mi>k</mi></mfrac></math>`:                                  `<math><mfrac><mi>n</mi><mi>k</mi></mfrac></math>`,
		`<math><mmultiscripts><mi>C</mi><mprescripts/><none/><mi>k</mi></mmultiscripts></math>`:                 `<math><mmultiscripts><mi>C</mi><mprescripts></mprescripts><mrow></mrow><mi>k</mi></mmultiscripts></math>`,
		`<math><mfenced open="[" close="]"><mi>a</mi><mi>b</mi></mfenced></math>`:                               `<math><mrow><mo>[</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>]</mo></mrow></math>`,
		`<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math>`: `<math><mi>x</mi></math>`,
	} {
		if got := markup.Formula(source); got != want {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
		if got := markdown.Line.HTML(want); got != want {
			t.Errorf("%s is shown as %s", want, got)
		}
	}
	for source, reduced := range map[string]bool{`<math><mi>x</mi></math>`: false, `<math><mlongdiv><mn>3</mn></mlongdiv></math>`: true, `<math><menclose notation="longdiv"><mn>3</mn></menclose></math>`: true} {
		if got := markup.FromHTML(source).Reduced; got != reduced {
			t.Errorf("%s reduced: %v", source, got)
		}
	}
}

// What cannot be put into the texts is asked about, never dropped.
func TestAttach_asksAboutWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	formula := exchange.Asset{Kind: exchange.Math, Data: []byte("<math><msup><mn>10</mn><mn>2</mn></msup></math>")}
	for what, it := range map[string]exchange.Item{
		"a formula in a target": {Stem: "a", Options: []string{"b"}, Targets: []string{"[[math]]"}, Assets: []exchange.Asset{formula}},
		"one without a place":   {Stem: "a", Assets: []exchange.Asset{formula}},
	} {
		it.Status = exchange.OK
		if markdown.Attach(&it); it.Status != exchange.Review || !it.Has(exchange.Formula) {
			t.Errorf("%s: %+v", what, it)
		}
	}
}
