package moodlexml_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sathach/itembank/exchange"
	"sathach/itembank/exchange/moodlexml"
)

// Whatever the bytes, Read ends with items or a sentence; what it gives can be
// printed and written, and marks and assets are in step.
func FuzzRead(f *testing.F) {
	f.Add(file(f, "moodle-ngan-hang.xml"))
	f.Add(file(f, "moodle-ma-doc.xml"))
	f.Add(quiz(ask("cloze", "{1:SA:=a~%50%b#c}{2:MR:=a~b~=c}{1:NM:=7:0.5} [[image]] <math><mi>x</mi></math>", "")))
	f.Add(quiz(ask("ddwtos", "[[2]] [[1]] [[9]]", "<dragbox><text>a</text><group>1</group></dragbox><dragbox><text>b</text></dragbox>")))
	f.Add(quiz(ask("multichoice", `<img src="data:image/png;base64,iVBORw0KGgo="><img src="http://a.test/">`, option("100", "[[<b></b>image]]")+option("-50", "{~}"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		content, err := moodlexml.Read(data)
		if err != nil {
			var rejected *exchange.Rejected
			if !errors.As(err, &rejected) || rejected.Reason == "" {
				t.Fatalf("error %v", err)
			}
			return
		}
		if _, err := json.Marshal(content); err != nil {
			t.Fatal(err)
		}
		for _, it := range content.Items {
			inStep(t, it)
		}
		written, _, err := moodlexml.Write(content.Items)
		if err != nil {
			t.Fatal(err)
		}
		again, err := moodlexml.Read(written)
		if err != nil || len(again.Items) != len(content.Items) {
			t.Fatalf("%d items come back as %d, %v:\n%s", len(content.Items), len(again.Items), err, written)
		}
	})
}

func inStep(t *testing.T, it exchange.Item) {
	t.Helper()
	if it.Has(exchange.TooManyOptions) {
		return // Finish took the options away
	}
	texts := append(append([]string{it.Stem, it.Explanation}, it.Options...), it.Targets...)
	gaps := 0
	for _, g := range it.Gaps {
		texts = append(texts, g.Options...)
	}
	for _, f := range it.OptionFeedback {
		if f != nil {
			texts = append(texts, *f)
		}
	}
	all := strings.Join(texts, "\n")
	images, formulas := 0, 0
	for _, a := range it.Assets {
		if a.Kind == exchange.Math {
			formulas++
		} else {
			images++
		}
	}
	if it.Type == exchange.GapText {
		gaps = strings.Count(it.Stem, exchange.GapMark)
	}
	if strings.Count(all, exchange.ImageMark) != images || strings.Count(all, exchange.MathMark) != formulas || gaps != len(it.Gaps) {
		t.Fatalf("marks and assets differ: %+v", it)
	}
}
