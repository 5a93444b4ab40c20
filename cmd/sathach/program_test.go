package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// buffer is an output that a test may read while the program writes.
type buffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

func TestDemoOnce_playsAWholeRound(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	var stdout, stderr buffer
	if code := run(context.Background(), []string{"--log-level=error", "demo", "--once", "--officials", "300", "--out", out}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	var s summary
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &s); err != nil {
		t.Fatalf("the last line is not the summary: %v", err)
	}
	switch {
	case s.Items < 150 || s.Drawable == 0 || s.RefusedSuperseded < 5:
		t.Errorf("bank: %+v", s)
	case s.Officials != 300 || s.Agencies != 60 || s.Rounds != 1 || s.Seatings != 60:
		t.Errorf("round: %+v", s)
	case s.Attempts < 250 || s.Scored != s.Attempts || s.Commended == 0 || s.Recommended == 0 || len(s.Workbooks) != 3:
		t.Errorf("results: %+v", s)
	}
	checkScores(t, s)
	if left, err := filepath.Glob(filepath.Join(out, "demo.db*")); err != nil || len(left) > 0 {
		t.Errorf("the finished demonstration left %v, %v", left, err)
	}
}

// checkScores reads the cells of the score workbook.
func checkScores(t *testing.T, s summary) {
	t.Helper()
	f, err := excelize.OpenFile(s.Workbooks[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Kết quả")
	if err != nil {
		t.Fatal(err)
	}
	people, took := 0, 0
	for _, r := range rows {
		if len(r) > 10 && regexp.MustCompile(`^\d+$`).MatchString(r[0]) {
			people++
			if r[10] != "Không dự" {
				took++
			}
		}
	}
	if people != s.Officials || took != s.Scored {
		t.Errorf("the workbook lists %d people of whom %d took part, want %d and %d", people, took, s.Officials, s.Scored)
	}
	for _, sheet := range []string{"Tổng hợp đơn vị", "Chuyên đề", "Câu hỏi", "Căn cứ"} {
		if index, err := f.GetSheetIndex(sheet); err != nil || index < 0 {
			t.Errorf("no sheet %s, %v", sheet, err)
		}
	}
}

// A run that is cut off at any moment is taken up again: one round, nothing
// counted twice, nobody lost.
func TestDemoOnce_goesOnAfterBeingCutOff(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	args := []string{"--log-level=error", "demo", "--once", "--officials", "240", "--out", out}
	cuts := 0
	for _, after := range []time.Duration{250, 400, 550, 700} {
		ctx, cancel := context.WithTimeout(context.Background(), after*time.Millisecond)
		var stderr buffer
		if run(ctx, args, io.Discard, &stderr) != 0 {
			cuts++
		}
		cancel()
	}
	var stdout, stderr buffer
	if code := run(context.Background(), args, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	var s summary
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &s); err != nil {
		t.Fatal(err)
	}
	if s.Rounds != 1 || s.Seatings != 60 || s.Officials != 240 || s.Scored != s.Attempts || s.Attempts < 200 {
		t.Errorf("after %d cuts: %+v", cuts, s)
	}
}

// Asking for help runs nothing.
func TestRun_helpDoesNothingElse(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"demo", "serve", "link", "seed", "account"} {
		path := filepath.Join(t.TempDir(), "none.db")
		var stdout, stderr buffer
		code := run(context.Background(), []string{"--database-url", "sqlite:" + path, command, "--help"}, &stdout, &stderr)
		if _, err := os.Stat(path); code != 0 || !strings.Contains(stdout.String(), "Usage: sathach "+command) || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s --help: exit %d, %s, database %v", command, code, stderr.String(), err)
		}
	}
}

func TestRun_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	wrong := filepath.Join(t.TempDir(), "wrong.toml")
	if err := os.WriteFile(wrong, []byte("databaes-url = \"sqlite:x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"is no setting":                   {"--config", wrong, "version"},
		"want sqlite:PATH or postgres://": {"--database-url", "mysql://x", "migrate"},
		"is the server up":                {"--database-url", "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", "migrate"},
		"want 1 to 200000":                {"--database-url", "sqlite:" + filepath.Join(t.TempDir(), "a.db"), "seed", "--officials", "0"},
		"no such account":                 {"--database-url", "sqlite:" + filepath.Join(t.TempDir(), "b.db"), "link", "nobody"},
		"unknown flag":                    {"serve", "--colour", "red"},
		"no such round":                   {"--database-url", "sqlite:" + filepath.Join(t.TempDir(), "c.db"), "forms", "redraw", "KT-0"},
	} {
		var stdout, stderr buffer
		if code := run(context.Background(), args, &stdout, &stderr); code == 0 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%v: exit %d, says %q, want %q", args, code, stderr.String(), want)
		}
	}
}

// The whole program over HTTP: demo stays up with a second round open; an
// official takes it by plain form posts, HR downloads a workbook, Vụ CCHC
// previews a series.
func TestDemo_servesThreePeople(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	var stdout, stderr buffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"--log-level=error", "--database-url", "sqlite:" + filepath.Join(dir, "d.db"), "demo", "--officials", "120", "--out", filepath.Join(dir, "out"), "--listen", "127.0.0.1:0"}, &stdout, &stderr)
	}()
	links := waitForLinks(t, &stdout, &stderr)
	takeByForms(t, links[0])
	downloadAsHR(t, links[1])
	previewAsMinistry(t, links[2])
	stop()
	if code := <-done; code != 0 {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
}

func waitForLinks(t *testing.T, stdout, stderr *buffer) []string {
	t.Helper()
	find := regexp.MustCompile(`http://127\.0\.0\.1:\d+/signin/link/\S+`)
	for range 600 {
		if links := find.FindAllString(stdout.String(), -1); len(links) == 5 && strings.Contains(stdout.String(), "Ctrl+C") {
			return links
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("no sign-in links within a minute:\n%s\n%s", stdout.String(), stderr.String())
	return nil
}

// browser is a client that keeps cookies, signed in by a link.
type browser struct {
	t      *testing.T
	client *http.Client
	base   string
}

func enter(t *testing.T, link string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, client: &http.Client{Jar: jar}, base: link[:strings.Index(link, "/signin")]}
	path := strings.TrimPrefix(link, b.base)
	if page := b.get(path); !strings.Contains(page, "dùng được một lần") {
		t.Fatalf("the link's page: %.200s", page)
	}
	b.post(path, nil)
	return b
}

func (b *browser) get(path string) string {
	b.t.Helper()
	response, err := b.client.Get(b.base + path)
	return b.body(path, response, err)
}

func (b *browser) post(path string, form url.Values) string {
	b.t.Helper()
	response, err := b.client.PostForm(b.base+path, form)
	return b.body(path, response, err)
}

func (b *browser) body(path string, response *http.Response, err error) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 400 {
		b.t.Fatalf("%s: status %d, %v\n%.600s", path, response.StatusCode, err, data)
	}
	return string(data)
}

func (b *browser) find(page, pattern string) string {
	b.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		b.t.Fatalf("nothing matches %s in:\n%.2000s", pattern, page)
	}
	return m[1]
}

func takeByForms(t *testing.T, link string) {
	t.Helper()
	b := enter(t, link)
	start := b.find(b.get("/"), `href="(/rounds/[0-9a-f-]+)">[^<]*Xem trước`)
	b.get(start)
	paper := b.post(start+"/start", nil)
	attempt := b.find(paper, `action="(/attempts/[0-9a-f-]+)/save"`)
	form := url.Values{"epoch": {b.find(paper, `name="epoch" value="(\d+)"`)}, "seq": {b.find(paper, `name="seq" value="(\d+)"`)}, "then": {"review"}, "f2": {"1"}}
	for _, m := range regexp.MustCompile(`type="radio" name="(q\d+)" id="[^"]*" value="(\d)"`).FindAllStringSubmatch(paper, -1) {
		form.Set(m[1], m[2])
	}
	review := b.post(attempt+"/save", form)
	if !strings.Contains(review, "Xem lại trước khi nộp") || !strings.Contains(review, "Nên xem lại") {
		t.Fatalf("after saving: %.400s", review)
	}
	receipt := b.post(attempt+"/submit", nil)
	code := b.find(receipt, `(SH-[A-Z0-9]{4}-[A-Z0-9]{4})`)
	if again := b.get(attempt); !strings.Contains(again, code) {
		t.Error("an attempt that has ended does not lead to its receipt")
	}
}

func downloadAsHR(t *testing.T, link string) {
	t.Helper()
	b := enter(t, link)
	round := b.find(b.get("/console"), `(?s)href="(/console/rounds/[0-9a-f-]+)">[^<]*</a><small>[^<]*</small></th><td[^>]*><div><span class="tag tag--ok">`)
	b.get(round)
	for _, book := range []string{"so-diem", "de-nghi-bieu-duong", "khuyen-nghi-boi-duong"} {
		f, err := excelize.OpenReader(strings.NewReader(b.get(round + "/" + book + ".xlsx")))
		if err != nil {
			t.Fatalf("%s: %v", book, err)
		}
		sheets := f.GetSheetList()
		rows, err := f.GetRows(sheets[0])
		if err != nil || len(rows) < 8 {
			t.Errorf("%s: %d rows, %v", book, len(rows), err)
		}
		for _, r := range rows {
			if strings.Contains(strings.Join(r, " "), "Hải Phòng") {
				t.Errorf("%s of An Giang names Hải Phòng", book)
			}
		}
		_ = f.Close()
	}
}

func previewAsMinistry(t *testing.T, link string) {
	t.Helper()
	b := enter(t, link)
	page := b.get("/console/series/new")
	form := url.Values{
		"name": {"Kỳ mẫu"}, "audience": {b.find(page, `<option value="([0-9a-f-]{36})">Toàn quốc`)}, "cron": {"0 8 1 3,6,9,12 *"}, "zone": {"Asia/Ho_Chi_Minh"}, "window": {"5 ngày"},
		"time_limit": {"30"}, "forms": {"4"}, "tries": {"1"}, "release": {"by_hand"}, "act": {"preview"}, "n.T2-TTHC.recall": {"3"}, "n.K1-KEHOACH.recall": {"1"},
		"cut_excellent": {"90"}, "cut_good": {"80"}, "cut_fair": {"65"}, "cut_pass": {"50"}, "low_below": {"65"}, "commend_from": {"90"}, "certainty": {"90"}, "weak_below": {"60"},
	}
	preview := b.post("/console/series/new", form)
	if !strings.Contains(preview, "Kỹ năng xây dựng kế hoạch cải cách hành chính, Nhận biết: cần 1 câu, chỉ dùng được 0 câu") {
		t.Errorf("the preview does not name the cell that cannot be filled: %.300s", preview)
	}
	if n := strings.Count(preview, `data-l="Mở"`); n != 12 {
		t.Errorf("the preview shows %d due times, want 12", n)
	}
	form.Set("act", "create")
	form.Set("n.K1-KEHOACH.recall", "0")
	if list := b.post("/console/series/new", form); !strings.Contains(list, "Kỳ mẫu") {
		t.Errorf("the new series is not listed: %.300s", list)
	}
}
