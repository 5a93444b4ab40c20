package itembank_test

import (
	"fmt"
	"testing"

	"sathach/itembank"
	"sathach/itembank/exchange"
)

func TestCiting_findsDocumentsAndArticles(t *testing.T) {
	t.Parallel()
	known := append([]itembank.Document{{Number: "905/QĐ-BNV"}, {Number: "64/2025/QH15"}, {Number: "66.7/2025/NQ-CP"}, {Number: "57-NQ/TW"}}, register...)
	for text, want := range map[string]string{
		"Điều 1 Quyết định số 905/QĐ-BNV":                                   "[{905/QĐ-BNV  Điều 1}]",
		"Khoản 2 Điều 57 Luật 64/2025/QH15":                                 "[{64/2025/QH15  Khoản 2 Điều 57}]",
		"Điều 1, mục I.2 Quyết định số 905/QĐ-BNV":                          "[{905/QĐ-BNV  Điều 1, mục I.2}]",
		"NĐ 118/2025/NĐ-CP":                                                 "[{118/2025/NĐ-CP  }]",
		"Nghị quyết số 66.7/2025/NQ-CP; Điều 3 Nghị định số 118/2025/NĐ-CP": "[{66.7/2025/NQ-CP  } {118/2025/NĐ-CP  Điều 3}]",
		"27-NQ/TW":                    "[]", // two documents carry the number
		"Nghị định số 999/2025/NĐ-CP": "[]",
		"Phương pháp SIPAS":           "[]",
		"Nghị quyết số 57-NQ/TW":      "[{57-NQ/TW  }]",
	} {
		if got := fmt.Sprint(itembank.Citing(text, known)); got != want {
			t.Errorf("%s\n gives %s\n  want %s", text, got, want)
		}
	}
}

func TestDraftOf_saysWhatKeepsAQuestionOut(t *testing.T) {
	t.Parallel()
	base := exchange.Item{Type: exchange.Single, Stem: "Câu?", Options: []string{"a", "b"}, Key: []int{0}, Level: "Vận dụng cao"}
	d, hurdle := itembank.DraftOf(base, nil)
	if hurdle != "" || d.Kind != itembank.Single || d.Level != itembank.Application {
		t.Errorf("%+v, %q", d, hurdle)
	}
	for name, change := range map[string]func(*exchange.Item){
		"essay":   func(it *exchange.Item) { it.Type = exchange.Essay },
		"no key":  func(it *exchange.Item) { it.Key = nil },
		"picture": func(it *exchange.Item) { it.Assets = []exchange.Asset{{Kind: exchange.Image}} },
		"numeric": func(it *exchange.Item) { it.Type = exchange.Numeric },
	} {
		it := base
		change(&it)
		if _, hurdle := itembank.DraftOf(it, nil); hurdle == "" {
			t.Errorf("%s: nothing keeps it out", name)
		}
	}
	numeric := exchange.Item{Type: exchange.Numeric, Stem: "Mấy?", Answers: []exchange.Answer{{Min: "30", Max: "35", Fraction: 100}}}
	if d, hurdle := itembank.DraftOf(numeric, nil); hurdle != "" || d.Answer.Value != "32.5" || d.Answer.Tolerance != "2.5" {
		t.Errorf("%+v, %q", d.Answer, hurdle)
	}
}
