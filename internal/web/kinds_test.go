package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
)

// everyKind opens a round with kinds of items that the town's own bank lacks.
func everyKind(t *testing.T, x *town) {
	t.Helper()
	item := func(code, stem string, change func(*itembank.Draft)) itembank.Draft {
		d := itembank.Draft{Code: code, Topic: "T9-KIEU", Level: itembank.Recall, Stem: stem, SourceNote: "Mẫu"}
		change(&d)
		return d
	}
	drafts := []itembank.Draft{
		item("T9-001", "Phát biểu nào đúng?", func(d *itembank.Draft) {
			d.Kind, d.Options, d.Targets, d.Key = itembank.Matrix, []string{"Một", "Hai", "Ba"}, itembank.TrueOrFalse, []int{0, 1, 0}
		}),
		item("T9-002", "Nơi nhận hồ sơ gọi là gì?", func(d *itembank.Draft) { d.Kind, d.Accepted = itembank.Short, [][]string{{"một cửa"}} }),
		item("T9-003", "Nộp tại [[gap]], trả trong [[gap]] ngày.", func(d *itembank.Draft) {
			d.Kind, d.Gaps, d.Key, d.Accepted = itembank.GapText, [][]string{{"CANARY", "văn phòng"}, {}}, []int{1, -1}, [][]string{{}, {"mười lăm"}}
		}),
		item("T9-004", "Việc nào phải làm?", func(d *itembank.Draft) {
			d.Kind, d.Options, d.Key, d.Told = itembank.Multiple, []string{"Một", "Hai", "Ba"}, []int{0, 2}, true
			d.Rule, d.Mapping = scoring.Mapped, &scoring.Mapping{Values: []string{"1", "-0.125", "0.25"}, Lower: "0"}
		}),
		item("T9-005", "Việc nào làm trước?", func(d *itembank.Draft) {
			d.Kind, d.Options, d.Key, d.Rule = itembank.Ordering, []string{"Một", "Hai", "Ba"}, []int{0, 1, 2}, scoring.WholeOrder
		}),
	}
	if err := x.Bank.Load(context.Background(), []itembank.Topic{{Code: "T9-KIEU", NameVi: "Các dạng câu", NameEn: "Kinds"}}, nil, drafts); err != nil {
		t.Fatal(err)
	}
	series := x.Series()
	soon := x.Now().In(viet.Location).Add(10 * time.Minute)
	series.Name, series.Cron, series.Blueprint = "Các dạng câu", fmt.Sprintf("%d %d * * *", soon.Minute(), soon.Hour()), assessment.Blueprint{{Topic: "T9-KIEU", Level: itembank.Recall, Count: 5}}
	if _, err := x.Planner.Create(context.Background(), x.Ministry, series); err != nil {
		t.Fatal(err)
	}
	x.Pass(10 * time.Minute)
	x.Settle()
}

// Statements, short answers and blanks are answered on a page without script
// and by the player, refused where they cannot be kept, and marked.
func TestPaper_takesEveryKind(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	everyKind(t, x)
	p := x.Begin(x.Officials[0])
	path := "/attempts/" + string(p.Attempt.ID)
	sheet := x.ask("official", "GET", path, "").Body.String()
	for _, part := range []string{`data-kind="matrix"`, `data-kind="shortanswer"`, `data-kind="gap"`, `(2)</span>`, "Chọn 2 phương án. Mỗi phương án có điểm riêng"} {
		if !strings.Contains(sheet, part) {
			t.Errorf("the paper has no %s", part)
		}
	}
	if strings.Contains(sheet, "mười lăm") || strings.Contains(sheet, "một cửa") || strings.Contains(sheet, "[[gap]]") || strings.Contains(sheet, "0.125") {
		t.Error("the paper shows a key or a mark")
	}
	at := map[itembank.Kind]string{}
	for _, q := range p.Questions {
		at[q.Kind] = string(rune('0' + q.Position))
	}
	m, s, g := "q"+at[itembank.Matrix], "q"+at[itembank.Short], "q"+at[itembank.GapText]
	form := url.Values{"epoch": {"1"}, "seq": {"0"}, m + ".0": {"0"}, m + ".1": {"1"}, m + ".2": {"1"}, s: {" MOT CUA "}, g + ".0": {"1"}, g + ".1": {"Mười  lăm"}}
	if status, body, _ := x.post("official", path+"/save", form); status != http.StatusSeeOther {
		t.Fatalf("save: %d %.400s", status, body)
	}
	again := x.ask("official", "GET", path, "").Body.String()
	for _, part := range []string{`value="MOT CUA"`, `value="Mười  lăm"`, `<option value="1" selected>văn phòng`} {
		if !strings.Contains(again, part) {
			t.Errorf("after saving the paper has no %s", part)
		}
	}
	var taken struct {
		Epoch int `json:"epoch"`
	}
	if err := json.Unmarshal(x.ask("official", "POST", path+"/takeover", "{}").Body.Bytes(), &taken); err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{
		`{"epoch":1,"events":[{"s":95,"p":` + at[itembank.Short] + `,"k":"answer","t":["a","b"]}]}`:                            http.StatusUnprocessableEntity,
		`{"epoch":1,"events":[{"s":95,"p":` + at[itembank.Short] + `,"k":"answer","t":["` + strings.Repeat("a", 201) + `"]}]}`: http.StatusUnprocessableEntity,
		`{"epoch":1,"events":[{"s":95,"p":` + at[itembank.GapText] + `,"k":"answer","c":[2,-1],"t":["",""]}]}`:                 http.StatusUnprocessableEntity,
		`{"epoch":1,"events":[{"s":95,"p":` + at[itembank.GapText] + `,"k":"answer","c":[1,0],"t":["",""]}]}`:                  http.StatusUnprocessableEntity,
		`{"epoch":1,"events":[{"s":95,"p":` + at[itembank.Matrix] + `,"k":"answer","c":[0,1]}]}`:                               http.StatusUnprocessableEntity,
		`{"epoch":1,"events":[{"s":91,"p":` + at[itembank.Matrix] + `,"k":"answer","c":[0,1,0]}]}`:                             http.StatusOK,
	} {
		body = strings.Replace(body, `"epoch":1`, fmt.Sprintf(`"epoch":%d`, taken.Epoch), 1)
		if w := x.ask("official", "POST", path+"/events", body); w.Code != want {
			t.Errorf("%s: %d %s", body, w.Code, w.Body.String())
		}
	}
	a, err := x.Taking.Submit(context.Background(), x.Officials[0], p.Attempt.ID)
	if err != nil {
		t.Fatal(err)
	}
	x.Pass(5 * time.Hour)
	x.Settle()
	if o, err := x.Taking.Outcome(context.Background(), x.Officials[0], a.ID); err != nil || o.Total.Raw != 3*scoring.One {
		t.Errorf("earned %d of %d, %v", o.Total.Raw, o.Total.Maximum, err)
	}
}

// What is right of an order, of statements, of blanks and of what options are worth is
// typed as authors type it, said again, and refused where the item cannot have it.
func TestCorrections_ofTypedKeys(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	everyKind(t, x)
	path := "/console/rounds/" + string(x.Begin(x.Officials[0]).Round.ID) + "/corrections"
	for code, c := range map[string]struct{ shown, wrong, right, said string }{
		"T9-001": {"Đ, S, Đ", "Đ, S", "đ, đ, s", "Đ, Đ, S"},
		"T9-003": {"CANARY | *văn phòng\nmười lăm", "*CANARY | bàn\nmười lăm", "*CANARY | văn phòng\n= 15 ± 0,5", "*CANARY | văn phòng; = 15 ± 0,5"},
		"T9-004": {"1\n-0,125\n0,25", "1\n0", "0\n1\n0", "0; 1; 0"},
		"T9-005": {"A, B, C", "A, A, C", "c, a, b", "C, A, B"},
	} {
		says(t, x.ask("ministry", "GET", path+"?item="+code, "").Body.String(), c.shown)
		if code == "T9-005" {
			says(t, x.ask("ministry", "GET", path+"?item="+code, "").Body.String(), "<li>B. Hai</li>") // what the letters stand for
		}
		form := url.Values{"item": {code}, "kind": {"rekey"}, "key": {c.wrong}, "reason": {"Sai đáp án"}}
		w := x.ask("ministry", "POST", path, form.Encode())
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: %d", code, c.wrong, w.Code)
		}
		says(t, w.Body.String(), c.wrong, "Hãy ghi lại theo mẫu", `id="key-e"`)
		form.Set("key", c.shown)
		if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "đang được chấm đúng như vậy rồi") {
			t.Errorf("%s as it is: %d", code, w.Code)
		}
		form.Set("key", c.right)
		if w := x.ask("ministry", "POST", path, form.Encode()); w.Code != http.StatusSeeOther {
			t.Errorf("%s %q: %d %.600s", code, c.right, w.Code, w.Body)
		}
		says(t, x.ask("ministry", "GET", path, "").Body.String(), c.said)
	}
	var kept string
	if err := x.DB.Read(context.Background()).Gorm().Raw("select correct from correction where correct like '%mapping%'").Scan(&kept).Error; err != nil || !strings.Contains(kept, `"lower":"0"`) {
		t.Errorf("the least that can be earned is lost: %s, %v", kept, err)
	}
}
