package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/viet"
	"sathach/itembank"
)

// An author writes a situation and, from its page, items that belong to it;
// whoever reads one of them reads the text above it.
func TestItems_situationWithItsItems(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	written := func(form url.Values) string {
		t.Helper()
		w := x.send("author", "/console/items/new", form, "picture", "", nil)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("write: %d %.900s", w.Code, w.Body)
		}
		path, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		return path[strings.LastIndexByte(path, '/')+1:]
	}
	fields := func(more ...string) url.Values {
		f := url.Values{"topic": {assessmenttest.TopicA}, "type": {"single"}, "level": {"recall"}, "stem": {"Ai ký giấy hẹn?"}, "options": {"Một\nHai"}, "key": {"B"}, "citation": {"118/2025/NĐ-CP: Điều 3"}}
		for i := 0; i+1 < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	text := written(fields("type", "situation", "level", "", "stem", "Bà B nộp hồ sơ <b>lúc 8 giờ</b>.", "options", "", "key", ""))
	page := x.ask("author", "GET", "/console/items/"+text, "").Body.String()
	for _, part := range []string{"Bà B nộp hồ sơ &lt;b&gt;lúc 8 giờ", "Chưa có câu nào", "/console/items/new?topic=" + assessmenttest.TopicA + "&amp;situation=" + text} {
		if !strings.Contains(page, part) {
			t.Errorf("the page of the situation has no %q", part)
		}
	}
	if form := x.ask("author", "GET", "/console/items/new?topic="+assessmenttest.TopicA+"&situation="+text, "").Body.String(); !strings.Contains(form, `list="situations" autocomplete="off" value="`+text+`"`) || !strings.Contains(form, `<option value="`+text+`">Bà B nộp`) {
		t.Error("the form of a new item does not know its situation")
	}
	item := written(fields("situation", text))
	if page := x.ask("author", "GET", "/console/items/"+text, "").Body.String(); !strings.Contains(page, `/console/items/`+item+`">`+item) {
		t.Error("the page of the situation does not list its item")
	}
	if page := x.ask("author", "GET", "/console/items/"+item, "").Body.String(); !strings.Contains(page, "Bà B nộp hồ sơ") {
		t.Error("the page of the item does not show its situation")
	}
	for name, c := range map[string]struct {
		form url.Values
		path string
		says string
	}{
		"unknown":       {fields("situation", "T2-999"), "/console/items/new", "Không có tình huống này"},
		"other topic":   {fields("situation", text, "topic", assessmenttest.TopicB), "/console/items/new", "Không có tình huống này"},
		"not for life":  {fields("version", "1"), "/console/items/" + text + "/edit", "Tình huống không đổi thành câu hỏi được"},
		"one of itself": {fields("situation", item), "/console/items/new", "Không có tình huống này"},
	} {
		if w := x.send("author", c.path, c.form, "picture", "", nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %.300s", name, w.Code, w.Body)
		}
	}
}

// A paper shows the text once, before the first of its questions; what is
// answered below it is saved like anything else.
func TestPaper_situationStandsAboveItsQuestions(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	series := x.Series()
	soon := x.Now().In(viet.Location).Add(10 * time.Minute)
	series.Name, series.Cron = "Tình huống", fmt.Sprintf("%d %d * * *", soon.Minute(), soon.Hour())
	series.Blueprint = assessment.Blueprint{{Topic: assessmenttest.TopicC, Level: itembank.Recall, Count: 3}, {Topic: assessmenttest.TopicC, Level: itembank.Application, Count: 1}}
	if _, err := x.Planner.Create(context.Background(), x.Ministry, series); err != nil {
		t.Fatal(err)
	}
	x.Pass(10 * time.Minute)
	x.Settle()
	path := "/attempts/" + string(x.Begin(x.Officials[0]).Attempt.ID)
	sheet := x.ask("official", "GET", path, "").Body.String()
	at := strings.Index(sheet, `<details class="sit" id="s2" data-first="2" data-last="4" open>`)
	if strings.Count(sheet, "Ông A xin cấp phép") != 1 || at < strings.Index(sheet, `id="q1"`) || at > strings.Index(sheet, `id="q2"`) {
		t.Fatalf("the situation stands at %d of the paper, %d times", at, strings.Count(sheet, "Ông A xin cấp phép"))
	}
	if n := strings.Count(sheet, "Tình huống cho các câu từ 2 đến 4"); n != 4 { // above, and with each of its questions for who hears them
		t.Errorf("the situation is named %d times", n)
	}
	if status, body, _ := x.post("official", path+"/save", url.Values{"epoch": {"1"}, "seq": {"0"}, "q3": {"1"}}); status != http.StatusSeeOther {
		t.Fatalf("save: %d %.400s", status, body)
	}
	if again := x.ask("official", "GET", path, "").Body.String(); !strings.Contains(again, `id="q3o1" value="1" checked`) {
		t.Error("the answer below the situation is not kept")
	}
}

// Texts in Markdown are shown on the paper as they are meant: tables, lists,
// stress and formulas in stem, options and situation, with gaps numbered.
func TestPaper_showsMarkdown(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	item := func(code, stem string, change func(*itembank.Draft)) itembank.Draft {
		d := itembank.Draft{Code: code, Topic: "T9-MD", Level: itembank.Recall, Kind: itembank.Single, Format: itembank.Markdown, Stem: stem, Options: []string{"**Một**", "<b>Hai</b>"}, Key: []int{0}, SourceNote: "Mẫu", Situation: "T9-001"}
		change(&d)
		return d
	}
	drafts := []itembank.Draft{
		item("T9-001", "| Năm | Số |\n|---|--:|\n| 2025 | 120 |", func(d *itembank.Draft) {
			d.Kind, d.Level, d.Options, d.Key, d.Situation = itembank.Situation, "", nil, nil, ""
		}),
		item("T9-002", "Tăng bao nhiêu?\n\n- *một*\n- <math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>", func(*itembank.Draft) {}),
		item("T9-003", "Nộp tại **[[gap]]**, trả trong [[gap]] ngày.", func(d *itembank.Draft) {
			d.Kind, d.Options, d.Gaps, d.Key, d.Accepted = itembank.GapText, nil, [][]string{{"một cửa", "văn phòng"}, {}}, []int{1, -1}, [][]string{{}, {"mười"}}
		}),
	}
	if err := x.Bank.Load(context.Background(), []itembank.Topic{{Code: "T9-MD", NameVi: "Có định dạng", NameEn: "Looks"}}, nil, drafts); err != nil {
		t.Fatal(err)
	}
	series := x.Series()
	soon := x.Now().In(viet.Location).Add(10 * time.Minute)
	series.Name, series.Cron, series.Blueprint = "Có định dạng", fmt.Sprintf("%d %d * * *", soon.Minute(), soon.Hour()), assessment.Blueprint{{Topic: "T9-MD", Level: itembank.Recall, Count: 2}}
	if _, err := x.Planner.Create(context.Background(), x.Ministry, series); err != nil {
		t.Fatal(err)
	}
	x.Pass(10 * time.Minute)
	x.Settle()
	path := "/attempts/" + string(x.Begin(x.Officials[0]).Attempt.ID)
	sheet := x.ask("official", "GET", path, "").Body.String()
	for _, part := range []string{`<th align="right">Số</th>`, "<em>một</em>", "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>", "<strong>Một</strong>", "&lt;b&gt;Hai&lt;/b&gt;",
		`<strong><span class="gapmark">(1)</span></strong>`, `<span class="gapmark">(2)</span> ngày`} {
		if !strings.Contains(sheet, part) {
			t.Errorf("the paper has no %s", part)
		}
	}
	if review := x.ask("official", "GET", path+"/review", "").Body.String(); !strings.Contains(review, "Tăng bao nhiêu? một a2") || strings.Contains(review, "- *một*") {
		t.Error("the list of questions shows Markdown")
	}
}
