package web

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sathach/internal/identity"
	"sathach/itembank"
)

// post sends a form as a role.
func (x *town) post(role, path string, form url.Values) (status int, body, location string) {
	x.t.Helper()
	w := x.ask(role, "POST", path, form.Encode())
	return w.Code, w.Body.String(), w.Header().Get("Location")
}

// place is an address without what is said there.
func place(location string) string {
	path, _, _ := strings.Cut(location, "?")
	return path
}

func whole(change ...string) url.Values {
	form := url.Values{
		"type": {"single"}, "stem": {"Thời hạn là bao lâu?"}, "options": {"Ba ngày\r\nNăm ngày\r\nBảy ngày"}, "key": {"b"}, "pinned": {"C"}, "explanation": {"Vì vậy."},
		"note": {"Sổ tay"}, "topic": {"T2-TTHC"}, "level": {"recall"}, "version": {"0"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

// A person writes an item in the browser and mends what is wrong; nothing that
// was typed is lost on the way.
func TestItemForm_writesAndRevises(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	for field, bad := range map[string]string{"stem": " ", "key": "D", "options": "Một\nMột\nHai", "level": "", "topic": "none", "pinned": "Q", "citation": "999/QĐ-KHÔNG", "valid_to": "2027-12-31"} {
		status, body, _ := x.post("author", "/console/items/new", whole(field, bad))
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+field+`"`) || !strings.Contains(body, "Năm ngày") && field != "options" || !strings.Contains(body, "Sổ tay") {
			t.Errorf("%s %q: %d %.300s", field, bad, status, body)
		}
	}
	status, body, path := x.post("author", "/console/items/new", whole())
	if status != http.StatusSeeOther || !strings.HasPrefix(path, "/console/items/T2-") {
		t.Fatalf("%d %.300s", status, body)
	}
	if said := x.ask("author", "GET", path, "").Body.String(); !strings.Contains(said, "Đã lưu bản nháp.") {
		t.Error("the page does not say that the draft is saved")
	}
	path = place(path)
	if form := x.ask("author", "GET", path+"/edit", "").Body.String(); !strings.Contains(form, "Năm ngày") || !strings.Contains(form, `name="version" value="1"`) || !strings.Contains(form, `value="C"`) {
		t.Errorf("the form shows %.400s", form)
	}
	if status, body, _ = x.post("author", path+"/edit", whole("version", "1", "type", "numeric", "value", "1,5", "tolerance", "0,5", "unit", "ngày")); status != http.StatusSeeOther {
		t.Fatalf("edit: %d %.300s", status, body)
	}
	status, body, _ = x.post("author", path+"/edit", whole("version", "1", "stem", "Chữ vừa gõ?"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "Chữ vừa gõ?") || !strings.Contains(body, "vừa lưu trước bạn") || !strings.Contains(body, `name="version" value="2"`) {
		t.Errorf("saved over what somebody else saved: %d %.300s", status, body)
	}
	if body := x.ask("author", "GET", path, "").Body.String(); !strings.Contains(body, "1,5") || !strings.Contains(body, "± 0,5") {
		t.Errorf("the item's page: %.500s", body)
	}
}

// A person chooses how an item is marked; the worth of every option tells what is
// right, and what is wrong with it is said where it was typed.
func TestItemForm_choosesTheRule(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	form := func(change ...string) url.Values {
		return whole(append([]string{"type", "multiple", "pinned", "", "key", "A, B"}, change...)...)
	}
	body := x.send("author", "/console/items/new", form("act", "retype", "rule", "mapped"), "picture", "", nil).Body.String()
	if !strings.Contains(body, `value="mapped" selected`) || !strings.Contains(body, `id="worth"`) || strings.Contains(body, `id="key"`) {
		t.Fatalf("the form shows %.900s", body)
	}
	for worth, field := range map[string]string{"1\n0": "worth", "1\nmột\n0": "worth", "0\n0\n-1": "worth", "1\n0,7\n0": "worth"} {
		if status, body, _ := x.post("author", "/console/items/new", form("rule", "mapped", "worth", worth)); status != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+field+`"`) {
			t.Errorf("%q: %d %.300s", worth, status, body)
		}
	}
	status, body, path := x.post("author", "/console/items/new", form("rule", "mapped", "worth", "1\r\n-0,5\r\n0,5", "key", "Q"))
	if status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", status, body)
	}
	path = place(path)
	says(t, x.ask("author", "GET", path, "").Body.String(), "Mỗi phương án có điểm riêng", "-0,5")
	says(t, x.ask("author", "GET", path+"/edit", "").Body.String(), "1\n-0,5\n0,5")
	if status, body, _ = x.post("author", path+"/edit", form("version", "1", "rule", "ripkey")); status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", status, body)
	}
	says(t, x.ask("author", "GET", path, "").Body.String(), "chọn nhiều hơn số đáp án")
}

// A person adds a picture to an item, looks at it and saves it; whoever is
// signed in is shown the picture.
func TestItemForm_takesPictures(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ alt, name, field string }{{"", "a.png", "alt"}, {"Sơ đồ", "", "picture"}, {"Sơ đồ", "svg", "picture"}} {
		data := file.Bytes()
		if c.name == "svg" {
			data = []byte("<svg/>")
		}
		field := "picture"
		if c.name == "" {
			field, data = "other", nil
		}
		body := x.send("author", "/console/items/new", whole("act", "picture", "alt", c.alt, "stem", "Xem *hình*"), field, c.name, data).Body.String()
		if !strings.Contains(body, `href="#`+c.field+`"`) || !strings.Contains(body, "Xem *hình*") {
			t.Errorf("%+v: %.600s", c, body)
		}
	}
	body := x.send("author", "/console/items/new", whole("act", "picture", "alt", "Sơ đồ [1]", "stem", "Xem *hình*"), "picture", "a.png", file.Bytes()).Body.String()
	written := regexp.MustCompile(`!\[Sơ đồ \\\[1\\\]\]\(([^)]*)\)`).FindStringSubmatch(body)
	if written == nil || !strings.Contains(body, `Xem \*hình\*`) || !strings.Contains(body, `alt="Sơ đồ [1]" width="40" height="30"`) {
		t.Fatalf("the form shows %s", body)
	}
	stem := "Xem **hình** " + written[0] + " <script>x</script>"
	if body := x.send("author", "/console/items/new", whole("act", "preview", "format", "markdown", "stem", stem), "picture", "", nil).Body.String(); !strings.Contains(body, "<strong>hình</strong>") || strings.Contains(body, "<script>x") {
		t.Errorf("the preview shows %.900s", body)
	}
	w := x.send("author", "/console/items/new", whole("format", "markdown", "stem", stem), "picture", "", nil)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %.400s", w.Code, w.Body.String())
	}
	if body := x.ask("author", "GET", place(w.Header().Get("Location")), "").Body.String(); !strings.Contains(body, `src="/pictures/`+written[1]+`"`) || strings.Contains(body, "<script>x") {
		t.Errorf("the item's page shows %.900s", body)
	}
	w = x.ask("official", "GET", "/pictures/"+written[1], "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || !strings.Contains(w.Header().Get("Cache-Control"), "private") {
		t.Errorf("the picture: %d %v", w.Code, w.Header())
	}
	if w := x.send("author", "/console/items/new", whole("act", "picture", "alt", "a"), "picture", "a.png", make([]byte, itembank.MostPicture+1)); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `href="#picture"`) {
		t.Errorf("a file that is too big: %d %.400s", w.Code, w.Body)
	}
	if w := x.send("author", "/console/items/new", whole("stem", "a\x00b"), "picture", "", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a stem with NUL: %d", w.Code)
	}
}

// Choosing another kind changes the fields and loses nothing that was typed.
func TestItemForm_changesItsKind(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	form := whole("type", "numeric", "act", "retype", "value", "15")
	status, body, _ := x.post("author", "/console/items/new", form)
	if status != http.StatusOK || !strings.Contains(body, `id="value"`) || strings.Contains(body, `id="options"`) || !strings.Contains(body, "Năm ngày") {
		t.Errorf("%d %.400s", status, body)
	}
	if list := x.find("thoi han la bao lau"); len(list) != 0 {
		t.Error("choosing a kind has saved something")
	}
	for _, kind := range itembank.Kinds {
		if w := x.ask("author", "GET", "/console/items/new?type="+string(kind), ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<option value="`+string(kind)+`" selected>`) {
			t.Errorf("%s: %d", kind, w.Code)
		}
	}
}

// What changed between two revisions is marked, and only that.
func TestCompare_marksWhatChanged(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	if status, body, _ := x.post("author", "/console/items/T2-001/edit", whole()); status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", status, body)
	}
	if status, body, _ := x.post("author", "/console/items/T2-001/edit", whole("version", "1", "stem", "Thời hạn tối đa là bao lâu?")); status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", status, body)
	}
	body := x.ask("reviewer", "GET", "/console/items/T2-001/compare", "").Body.String()
	if !strings.Contains(body, "<ins>") || !strings.Contains(body, "<del>") {
		t.Errorf("nothing is marked: %.600s", body)
	}
	if page := x.ask("reviewer", "GET", "/console/items/T2-001", "").Body.String(); !strings.Contains(page, "bản 2 đang soạn") {
		t.Errorf("the item's page does not tell of the draft: %.600s", page)
	}
	if w := x.ask("reviewer", "GET", "/console/items/T2-001/compare?from=1&to=9", ""); w.Code != http.StatusNotFound {
		t.Errorf("a revision that does not exist: %d", w.Code)
	}
}

// Many items go from their writer to the pool on three pages.
func TestMany_fromDraftsToThePool(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	for _, stem := range []string{"Hồ sơ xanh gồm gì?", "Hồ sơ đỏ gồm gì?", "Hồ sơ vàng gồm gì?"} {
		if status, body, _ := x.post("author", "/console/items/new", whole("stem", stem)); status != http.StatusSeeOther {
			t.Fatalf("%d %.300s", status, body)
		}
	}
	pool := func() int {
		p, err := x.Bank.Pool(context.Background(), "2026-11-25")
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Drawable)
	}
	before := pool()
	all := url.Values{"which": {"all"}}
	with := func(more ...string) url.Values {
		form := url.Values{}
		for k, v := range all {
			form[k] = v
		}
		for i := 0; i+1 < len(more); i += 2 {
			form.Add(more[i], more[i+1])
		}
		return form
	}
	const filter = "/console/items/many?q=ho+so"
	if status, body, _ := x.post("author", filter, with("act", "submit")); status != http.StatusOK || !strings.Contains(body, "Đã gửi thẩm định 3 câu") {
		t.Fatalf("submit: %d %.600s", status, body)
	}
	if status, _, _ := x.post("author", filter, with("act", "approve")); status != http.StatusForbidden {
		t.Errorf("an author approves: %d", status)
	}
	status, body, _ := x.post("reviewer", filter, with("act", "review"))
	if status != http.StatusOK || strings.Count(body, `name="read"`) != 3 || !strings.Contains(body, "Năm ngày") {
		t.Fatalf("review: %d %.600s", status, body)
	}
	signing := func(codes []string, more ...string) url.Values {
		form := url.Values{"step": {"sign"}, "c": codes}
		for _, code := range codes {
			item, err := x.Bank.Item(context.Background(), code, "2026-11-25")
			if err != nil {
				t.Fatal(err)
			}
			form.Add("seen", seenOf(item))
		}
		for i := 0; i+1 < len(more); i += 2 {
			form.Add(more[i], more[i+1])
		}
		return form
	}
	var codes []string
	for _, e := range x.find("ho so") {
		codes = append(codes, e.Code)
	}
	if status, _, _ := x.post("reviewer", filter, with("act", "review", "step", "sign")); status != http.StatusUnprocessableEntity {
		t.Errorf("signed what was not shown: %d", status)
	}
	if status, _, _ := x.post("reviewer", filter, signing(codes, "act", "review")); status != http.StatusUnprocessableEntity {
		t.Errorf("signed without reading: %d", status)
	}
	if status, body, _ := x.post("reviewer", filter, signing(codes, "act", "review", "read", codes[0], "read", codes[1])); status != http.StatusOK || !strings.Contains(body, "Bạn đã thẩm định 2 câu") {
		t.Fatalf("sign the review: %d %.600s", status, body)
	}
	if status, body, _ := x.post("ministry", filter, with("act", "approve")); status != http.StatusOK || strings.Count(body, `name="read"`) != 2 || !strings.Contains(body, "1 câu để lại") {
		t.Fatalf("approve: %d %.600s", status, body)
	}
	if status, _, _ := x.post("ministry", filter, signing(codes, "act", "approve", "read", codes[0])); status != http.StatusUnprocessableEntity || pool() != before {
		t.Errorf("approved with an unread sample: %d, %d drawable", status, pool())
	}
	if status, _, _ := x.post("ministry", filter, signing(codes, "act", "approve", "read", codes[0], "read", codes[1])); status != http.StatusOK || pool() != before+2 {
		t.Errorf("approve: %d, %d drawable of %d", status, pool(), before)
	}
	if status, body, _ := x.post("ministry", "/console/items/many", url.Values{"act": {"approve"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "ít nhất một câu") {
		t.Errorf("nothing ticked: %d", status)
	}
}

func seenOf(d itembank.Detail) string { return fmt.Sprintf("%s:%d::%t", d.ID, d.Version, d.Doubted) }

// The author of a returned item reads why, at the top of its page, until it is
// written anew.
func TestItem_tellsWhyItCameBack(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	_, _, path := x.post("author", "/console/items/new", whole())
	path = place(path)
	x.post("author", path, url.Values{"act": {"submit"}, "seen": {x.seen("author", path)}})
	status, _, _ := x.post("reviewer", path, url.Values{"act": {"return"}, "text": {"Thiếu căn cứ rồi"}, "seen": {x.seen("reviewer", path)}})
	page := x.ask("author", "GET", path, "").Body.String()
	if status != http.StatusSeeOther || !strings.Contains(page, "Mẫu reviewer yêu cầu sửa bản này") || !strings.Contains(page, "Thiếu căn cứ rồi") {
		t.Errorf("%d %.300s", status, page)
	}
	x.post("author", path+"/edit", whole("version", "3"))
	if page := x.ask("author", "GET", path, "").Body.String(); strings.Contains(page, "yêu cầu sửa bản này") {
		t.Error("told after it was written anew")
	}
}

// seen is the revision that an item's page shows.
func (x *town) seen(role, path string) string {
	x.t.Helper()
	found := regexp.MustCompile(`name="seen" value="([^"]+)"`).FindStringSubmatch(x.ask(role, "GET", path, "").Body.String())
	if found == nil {
		x.t.Fatal("the page names no revision")
	}
	return found[1]
}

func (x *town) find(words string) []itembank.Entry {
	x.t.Helper()
	actor, err := x.site.Identity.Actor(context.Background(), identity.Token(x.sessions["author"]))
	if err != nil {
		x.t.Fatal(err)
	}
	l, err := x.Bank.Find(context.Background(), actor, itembank.Query{Words: words, On: "2026-11-25"}, itembank.Page{Limit: 50})
	if err != nil {
		x.t.Fatal(err)
	}
	return l.Entries
}

// A topic that was given to an agency is found under it.
func TestTopics_areGivenAndFound(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	body := x.ask("ministry", "GET", "/console/topics", "").Body.String()
	found := regexp.MustCompile(`<option value="([0-9a-f-]{36})">`).FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("no agency to choose: %.400s", body)
	}
	if status, _, _ := x.post("ministry", "/console/topics", url.Values{"topic": {"T2-TTHC"}, "agency": {found[1]}}); status != http.StatusSeeOther {
		t.Fatalf("give: %d", status)
	}
	list := x.ask("ministry", "GET", "/console/items?owner="+found[1], "").Body.String()
	if !strings.Contains(list, "/console/items/T2-001") || strings.Contains(list, "/console/items/T1-") || !strings.Contains(list, `<option value="`+found[1]+`" selected>`) {
		t.Error("the owner's items are not those listed")
	}
	if other := x.ask("ministry", "GET", "/console/items?owner=nobody", "").Body.String(); !strings.Contains(other, "Không có câu nào khớp") {
		t.Error("an owner of nothing has items")
	}
}

// A list is found again under the name it was kept by, until it is forgotten.
func TestFilters_areKeptAndForgotten(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	if status, _, path := x.post("author", "/console/items/filters", url.Values{"name": {"Câu dễ"}, "query": {"level=recall&page=3&evil=1"}}); status != http.StatusSeeOther || path != "/console/items?did=filter_saved&level=recall" {
		t.Errorf("%d to %s", status, path)
	}
	body := x.ask("author", "GET", "/console/items?q=khong+co+cau+nao+nhu+the", "").Body.String()
	if !strings.Contains(body, `href="/console/items?level=recall">Câu dễ`) || !strings.Contains(body, "Không có câu nào khớp") {
		t.Errorf("%.800s", body)
	}
	if other := x.ask("reviewer", "GET", "/console/items", "").Body.String(); strings.Contains(other, "Câu dễ") {
		t.Error("another author sees it")
	}
	id, _, _ := strings.Cut(body[strings.Index(body, `name="drop" value="`)+len(`name="drop" value="`):], `"`)
	if status, _, _ := x.post("author", "/console/items/filters", url.Values{"drop": {id}}); status != http.StatusSeeOther {
		t.Errorf("forget: %d", status)
	}
	if body := x.ask("author", "GET", "/console/items", "").Body.String(); strings.Contains(body, "Câu dễ") {
		t.Error("it is still there")
	}
}

// Two items that ask the same stand side by side; one is merged into the
// other, whose page tells of it.
func TestDuplicates_areMergedOnThePage(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	var codes []string
	for _, stem := range []string{"Kết quả giải quyết hồ sơ được trả cho công dân ở đâu theo quy định?", "Kết quả giải quyết hồ sơ được trả cho công dân ở đâu, theo quy định"} {
		_, _, path := x.post("author", "/console/items/new", whole("stem", stem))
		codes = append(codes, strings.TrimPrefix(place(path), "/console/items/"))
	}
	body := x.ask("ministry", "GET", "/console/items/duplicates", "").Body.String()
	if !strings.Contains(body, `name="a" value="`+codes[0]+`"`) || !strings.Contains(body, "Trùng từng chữ") {
		t.Fatalf("%.2000s", body[max(0, strings.Index(body, "<main")):])
	}
	pair := url.Values{"a": {codes[0]}, "b": {codes[1]}, "act": {"keep_b"}, "query": {"?page=1"}}
	if status, _, _ := x.post("author", "/console/items/duplicates", pair); status != http.StatusForbidden {
		t.Errorf("an author merges: %d", status)
	}
	if status, body, path := x.post("ministry", "/console/items/duplicates", pair); status != http.StatusSeeOther || path != "/console/items/duplicates?did=twins_keep_b&page=1" {
		t.Fatalf("%d to %q: %.300s", status, path, body)
	}
	if page := x.ask("author", "GET", "/console/items/"+codes[0], "").Body.String(); !strings.Contains(page, "Câu này đã được gộp vào") || !strings.Contains(page, codes[1]) {
		t.Error("the merged item does not tell where it went")
	}
	if again := x.ask("ministry", "GET", "/console/items/duplicates", "").Body.String(); strings.Contains(again, codes[0]) {
		t.Error("the pair is still listed")
	}
}

// Items leave the bank in every format; where the format does not hold
// everything, that is said before.
func TestExport_tellsWhatIsLostFirst(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	order := url.Values{"which": {"all"}, "act": {"export"}, "format": {"docx"}}
	w := x.ask("author", "POST", "/console/items/many", order.Encode())
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Disposition"), "-cau-2026-11-25.docx") {
		t.Fatalf("docx: %d %q", w.Code, w.Header())
	}
	file := filepath.Join(t.TempDir(), "a.docx")
	if err := os.WriteFile(file, w.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if back := x.bring("author", "a.docx", file); back.Code != http.StatusSeeOther {
		t.Errorf("the file is not taken back: %d", back.Code)
	}
	order.Set("format", "aiken")
	status, body, _ := x.post("author", "/console/items/many", order)
	if status != http.StatusOK || !strings.Contains(body, "Dạng tệp này không chứa hết") {
		t.Errorf("aiken: %d %.400s", status, body)
	}
	order.Set("step", "download")
	if w := x.ask("author", "POST", "/console/items/many", order.Encode()); !strings.Contains(w.Header().Get("Content-Disposition"), "aiken") || !strings.Contains(w.Body.String(), "ANSWER: ") {
		t.Errorf("aiken after the remarks: %d %.200s", w.Code, w.Body.String())
	}
	order.Set("format", "pdf")
	if status, _, _ := x.post("author", "/console/items/many", order); status != http.StatusUnprocessableEntity {
		t.Errorf("a format that is none: %d", status)
	}
	for _, name := range []string{"docx", "xlsx"} {
		if w := x.ask("author", "GET", "/console/templates/"+name, ""); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") {
			t.Errorf("template %s: %d", name, w.Code)
		}
	}
}
