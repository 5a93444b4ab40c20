package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Vụ CCHC records a law that supersedes another: the page tells which items
// and rounds it touches before anything changes, and what was confirmed is
// what was shown.
func TestLaw_previewThenOneChange(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	list := x.ask("ministry", "GET", "/console/law", "").Body.String()
	found := regexp.MustCompile(`<a href="/console/law/([0-9a-f-]{36})">([^<]+)</a>`).FindStringSubmatch(list)
	if found == nil {
		t.Fatalf("no document in %.500s", list)
	}
	old, number := found[1], found[2]
	form := url.Values{
		"number": {"7/2026/QH16"}, "issuer": {"Quốc hội"}, "title": {"Luật mẫu"}, "issued_on": {"01/06/2026"}, "effective_from": {"01/07/2026"}, "to": {old}, "relation": {"supersedes"}, "extent": {"full"},
		"articles": {""}, "remark": {""}, "last_day": {""}, "step": {"preview"},
	}
	bad := url.Values{"number": {" "}, "issued_on": {"2026-06-01"}, "step": {"preview"}}
	if status, body, _ := x.post("ministry", "/console/law/new", bad); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Hãy ghi số hiệu") || !strings.Contains(body, "01/09/2026") {
		t.Errorf("%d %.400s", status, body)
	}
	status, body, _ := x.post("ministry", "/console/law/new", form)
	if status != http.StatusOK || !strings.Contains(body, number+" hết hiệu lực sau ngày 30/06/2026") || !strings.Contains(body, "Câu đang dùng, căn cứ đã hết hiệu lực") || !strings.Contains(body, `href="/console/rounds/`+string(x.round.ID)) {
		t.Fatalf("preview: %d %.3000s", status, body[max(0, strings.Index(body, "<main")):])
	}
	if l := x.ask("ministry", "GET", "/console/items?show=suspended", "").Body.String(); !strings.Contains(l, "Không có câu nào khớp") {
		t.Error("the preview has suspended something")
	}
	form.Set("step", "record")
	if status, _, _ := x.post("ministry", "/console/law/new", form); status != http.StatusConflict {
		t.Errorf("recorded without a preview: %d", status)
	}
	form.Set("print", regexp.MustCompile(`name="print" value="([^"]+)"`).FindStringSubmatch(body)[1])
	if status, body, _ := x.post("ministry", "/console/law/new", form); status != http.StatusSeeOther {
		t.Fatalf("record: %d %.500s", status, body)
	}
	if l := x.ask("ministry", "GET", "/console/items?show=suspended", "").Body.String(); strings.Contains(l, "Không có câu nào khớp") {
		t.Error("nothing is suspended")
	}
	if page := x.ask("author", "GET", "/console/law/"+old, "").Body.String(); !strings.Contains(page, "thay thế văn bản này") || !strings.Contains(page, "Hết hiệu lực từ 01/07/2026") {
		t.Errorf("the old law's page: %.2000s", page[max(0, strings.Index(page, "<main")):])
	}
	if status, _, _ := x.post("ministry", "/console/law/new", form); status != http.StatusConflict {
		t.Errorf("recorded twice: %d", status)
	}
}
