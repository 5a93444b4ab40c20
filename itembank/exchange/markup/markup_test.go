package markup_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/markup"
)

func TestFromHTML_keepsTextAndNothingThatRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		html, plain string
		removed     bool
	}{
		{"<p>Theo <b>Nghị định</b> số 63</p>", "Theo Nghị định số 63", false},
		{"Thẻ &lt;script&gt; là thẻ HTML", "Thẻ <script> là thẻ HTML", false},
		{"một<br>hai<p>ba</p>", "một hai ba", false},
		{"<ruby><rb>南</rb><rp>(</rp><rt>Nam</rt><rp>)</rp></ruby>國", "南(Nam)國", false},
		{"<p onclick=\"x()\">a</p>", "a", true},
		{"a<script>alert(1)</script>b", "ab", true},
		{"hình <svg><script>alert(2)</script><text>hình</text></svg> và", "hình và", true},
		{`<a href=" java&#10;script:alert(3)">mở</a>`, "mở", true},
		{`<img src="@@PLUGINFILE@@/a.png" alt="Sơ đồ">x`, "[[image]] x", false},
		{`<iframe src="https://example.test"></iframe>`, "", true},
		{"<math><mi>x</mi><mo>=</mo><mn>1</mn></math> đúng", "[[math]] đúng", false},
	} {
		got := markup.FromHTML(c.html)
		if got.Plain != c.plain || got.Removed != c.removed {
			t.Errorf("%s\n gives %q, removed %v; want %q, %v", c.html, got.Plain, got.Removed, c.plain, c.removed)
		}
	}
}

func TestFromHTML_formulasKeepNoAttribute(t *testing.T) {
	t.Parallel()
	got := markup.FromHTML(`<math onclick="x()"><mfrac href="javascript:1"><mi>a</mi><mi>b</mi></mfrac></math>`)
	if len(got.Formulas) != 1 || got.Formulas[0] != "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>" {
		t.Errorf("formulas %q", got.Formulas)
	}
}

func TestNewDecoder_refusesDocumentTypes(t *testing.T) {
	t.Parallel()
	d := markup.NewDecoder(strings.NewReader(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`))
	var err error
	for err == nil {
		_, err = d.Token()
	}
	var rejected *exchange.Rejected
	if !errors.As(err, &rejected) {
		t.Errorf("a document type gives %v, want a refusal", err)
	}
}

func TestNewDecoder_refusesEndlessNesting(t *testing.T) {
	t.Parallel()
	d := markup.NewDecoder(strings.NewReader(strings.Repeat("<a>", 10_000)))
	var err error
	for err == nil {
		_, err = d.Token()
	}
	if !errors.Is(err, markup.ErrDeep) {
		t.Errorf("10,000 open elements give %v", err)
	}
}

func TestNewDecoder_readsNamespaces(t *testing.T) {
	t.Parallel()
	var v struct {
		B string `xml:"urn:x b"`
	}
	if err := markup.NewDecoder(strings.NewReader(`<a xmlns="urn:x"><b>&amp;1</b></a>`)).Decode(&v); err != nil || v.B != "&1" {
		t.Errorf("decoded %q, %v", v.B, err)
	}
	if _, err := markup.NewDecoder(strings.NewReader("")).Token(); !errors.Is(err, io.EOF) {
		t.Errorf("nothing gives %v", err)
	}
}
