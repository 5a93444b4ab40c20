package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/assessment/assessmenttest"
	"sathach/assessment/panel"
	"sathach/internal/authz"
	"sathach/internal/database/dbtest"
	"sathach/internal/identity"
	"sathach/internal/web/console"
	"sathach/internal/web/exam"
	"sathach/reports"
	"sathach/reports/workbook"
	"sathach/roster"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// town is a world with pages over it and a session for each role.
type town struct {
	*assessmenttest.World
	t        *testing.T
	site     Site
	handler  http.Handler
	sessions map[string]string // role → session
	round    assessment.Round
	attempt  assessment.Attempt // of the first official, published
}

const nobody = "nobody"

// newTown plays one round to its publication, with everything right for the
// first official and wrong for the second, and has the next one open.
func newTown(t *testing.T, change ...func(*assessment.Series)) *town {
	t.Helper()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	x := &town{World: w, t: t, sessions: map[string]string{nobody: ""}}
	analyst := &analysis.Analyst{DB: w.DB, Now: w.Now, Log: dbtest.Log, Rounds: w.Rounds}
	x.site = Site{
		Log: dbtest.Log, DB: w.DB, Identity: &identity.Identity{DB: w.DB, Now: w.Now},
		Exam: &exam.Pages{Taking: w.Taking, Analyst: analyst, Bank: w.Bank, Refresher: w.Refresher, Now: w.Now},
		Console: &console.Pages{
			Planner: w.Planner, Rounds: w.Rounds, Analyst: analyst, Panels: &panel.Panels{DB: w.DB, Now: w.Now, Rounds: w.Rounds}, Bank: w.Bank, Roster: w.Roster, Identity: &identity.Identity{DB: w.DB, Now: w.Now}, Write: workbook.Write, Now: w.Now,
			Reports: &reports.Reports{DB: w.DB, Now: w.Now, Organiser: reports.Issuer{Own: "VỤ MẪU"}},
		},
	}
	var err error
	if x.handler, err = New(x.site); err != nil {
		t.Fatal(err)
	}
	x.round = w.OpenRound(change...)
	x.attempt = w.Take(w.Officials[0], assessmenttest.All)
	w.Take(w.Officials[1], assessmenttest.None)
	w.Pass(23 * time.Hour)
	w.Settle() // closes and publishes the first round
	if _, err := analyst.Analyse(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.Pass(time.Hour)
	w.Settle() // opens the second
	x.openAccounts()
	return x
}

func (x *town) openAccounts() {
	x.t.Helper()
	ctx := context.Background()
	agency := func(code string) string {
		a, err := x.Roster.AgencyByCode(ctx, code, "2026-11-25")
		if err != nil {
			x.t.Fatal(err)
		}
		return string(a.ID)
	}
	grants := map[string][]authz.Grant{
		"official": {{Role: authz.Official, Agency: agency(roster.RootCode)}}, "other": {{Role: authz.Official, Agency: agency(roster.RootCode)}},
		"author": {{Role: authz.Author, Agency: agency(roster.RootCode)}}, "reviewer": {{Role: authz.Author, Agency: agency(roster.RootCode)}}, "hr": {{Role: authz.HR, Agency: agency("P-1")}}, "hr elsewhere": {{Role: authz.HR, Agency: agency("P-2")}},
		"ministry": {{Role: authz.Ministry, Agency: agency(roster.RootCode)}}, "admin": {{Role: authz.Admin, Agency: agency(roster.RootCode)}},
	}
	for role, g := range grants {
		login := role
		if role == "official" {
			login = "0000001" // officials sign in with their record code
		}
		n := identity.Newcomer{Login: login, Name: "Mẫu " + role, Grants: g}
		switch role {
		case "official":
			n.OfficialID = x.Officials[0].OfficialID
		case "other":
			n.OfficialID = x.Officials[1].OfficialID
		}
		if _, err := x.site.Identity.Open(ctx, []identity.Newcomer{n}); err != nil {
			x.t.Fatal(err)
		}
		link, err := x.site.Identity.Link(ctx, login, time.Hour)
		if err != nil {
			x.t.Fatal(err)
		}
		session, err := x.site.Identity.Redeem(ctx, link)
		if err != nil {
			x.t.Fatal(err)
		}
		x.sessions[role] = string(session)
	}
}

// ask sends a request as a role.
func (x *town) ask(role, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	x.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" && !strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if session := x.sessions[role]; session != "" {
		r.AddCookie(&http.Cookie{Name: "sathach", Value: session})
	}
	w := httptest.NewRecorder()
	x.handler.ServeHTTP(w, r)
	return w
}

// Every route has a row: who may, and what the others get. S: success, R:
// sent elsewhere, U: sign in, F: forbidden, M: missing, C: closed, I: invalid, T: wait.
func TestRoutes_everyRoleOnEveryRoute(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	second := x.Duty(x.Officials[0]).Round
	attempt, round, open := string(x.attempt.ID), string(x.round.ID), string(second.ID)
	roles := []string{nobody, "official", "other", "author", "hr", "hr elsewhere", "ministry", "admin"}
	type row struct{ path, body, want string }
	table := map[string]row{
		"GET /healthz": {"/healthz", "", "SSSSSSSS"}, "GET /readyz": {"/readyz", "", "SSSSSSSS"}, "GET /static/*name": {"/static/none", "", "MMMMMMMM"},
		"GET /signin": {"/signin", "", "SRRRRRRR"}, "POST /signin": {"/signin", "login=x&password=y", "UUUUUUTT"}, "GET /lang": {"/lang?to=en&back=/", "", "RRRRRRRR"},
		"GET /signin/link/:token": {"/signin/link/none", "", "CCCCCCCC"}, "POST /signin/link/:token": {"/signin/link/none", "", "CCCCCCCC"},
		"GET /":                                   {"/", "", "RSSSSSSS"},
		"GET /rounds/:round":                      {"/rounds/" + open, "", "RSSMMMMM"},
		"GET /attempts/:attempt":                  {"/attempts/" + attempt, "", "RRMMMMMM"},
		"POST /attempts/:attempt/takeover":        {"/attempts/" + attempt + "/takeover", "{}", "UCMMMMMM"},
		"POST /attempts/:attempt/events":          {"/attempts/" + attempt + "/events", `{"epoch":1,"events":[]}`, "UCMMMMMM"},
		"POST /attempts/:attempt/save":            {"/attempts/" + attempt + "/save", "epoch=1", "URMMMMMM"},
		"GET /attempts/:attempt/review":           {"/attempts/" + attempt + "/review", "", "RRMMMMMM"},
		"POST /attempts/:attempt/submit":          {"/attempts/" + attempt + "/submit", "", "URMMMMMM"},
		"GET /attempts/:attempt/receipt":          {"/attempts/" + attempt + "/receipt", "", "RSMMMMMM"},
		"GET /attempts/:attempt/result":           {"/attempts/" + attempt + "/result", "", "RSMMMMMM"},
		"GET /materials/:code":                    {"/materials/TL-T2", "", "RSSSSSSS"},
		"POST /materials/:code/finished":          {"/materials/TL-T2/finished", "", "URRRRRRR"},
		"GET /pictures/:name":                     {"/pictures/none.png", "", "RMMMMMMM"},
		"GET /console":                            {"/console", "", "RFFFSSSF"},
		"GET /console/rounds/:round":              {"/console/rounds/" + round, "", "RFFFSSSF"},
		"GET /console/rounds/:round/:book":        {"/console/rounds/" + round + "/so-diem.xlsx", "", "RFFFSSSF"},
		"POST /console/rounds/:round/publish":     {"/console/rounds/" + round + "/publish", "", "UFFFFFRF"},
		"GET /console/rounds/:round/quality":      {"/console/rounds/" + round + "/quality", "", "RFFFFFSF"},
		"GET /console/rounds/:round/forms":        {"/console/rounds/" + round + "/forms", "", "RFFFFFSF"},
		"GET /console/rounds/:round/follow-up":    {"/console/rounds/" + round + "/follow-up", "", "RFFFFFSF"},
		"POST /console/rounds/:round/follow-up":   {"/console/rounds/" + round + "/follow-up", "opens=x", "UFFFFFCF"},
		"GET /console/rounds/:round/corrections":  {"/console/rounds/" + round + "/corrections", "", "RFFFFFSF"},
		"POST /console/rounds/:round/corrections": {"/console/rounds/" + round + "/corrections", "kind=credit&reason=x", "UFFFFFIF"},
		"GET /console/rounds/:round/cases":        {"/console/rounds/" + round + "/cases", "", "RFFFFFSF"},
		"POST /console/rounds/:round/cases":       {"/console/rounds/" + round + "/cases", "version=1&act=cleared&reason=x&case=" + round, "UFFFFFMF"},
		"GET /console/series":                     {"/console/series", "", "RFFFFFSF"},
		"GET /console/series/new":                 {"/console/series/new", "", "RFFFFFSF"},
		"POST /console/series/new":                {"/console/series/new", "name=", "UFFFFFIF"},
		"POST /console/series/:series/pause":      {"/console/series/" + round + "/pause", "version=1&pause=true", "UFFFFFMF"},
		"GET /console/panels":                     {"/console/panels", "", "RFFSFFSF"},
		"POST /console/panels":                    {"/console/panels", "name=", "UFFFFFIF"},
		"GET /console/panels/:panel":              {"/console/panels/" + round, "", "RFFMFFMF"},
		"POST /console/panels/:panel":             {"/console/panels/" + round, "i1=50", "UFFMFFMF"},
		"GET /console/panels/:panel/superiors":    {"/console/panels/" + round + "/superiors", "", "RFFFFFMF"},
		"POST /console/panels/:panel/superiors":   {"/console/panels/" + round + "/superiors", "opinions=", "UFFFFFMF"},
		"POST /console/panels/:panel/close":       {"/console/panels/" + round + "/close", "version=1", "UFFFFFMF"},
		"GET /console/links":                      {"/console/links", "", "RFFFSSFS"},
		"POST /console/links":                     {"/console/links", "login=0000001", "UFFFSIFS"},
		"GET /console/imports":                    {"/console/imports", "", "RFFSFFFF"},
		"POST /console/imports":                   {"/console/imports", "topic=", "UFFIFFFF"},
		"GET /console/imports/:import":            {"/console/imports/" + round, "", "RFFMFFFF"},
		"POST /console/imports/:import":           {"/console/imports/" + round, "act=enter", "UFFMFFFF"},
		"GET /console/imports/:import/:position":  {"/console/imports/" + round + "/1", "", "RFFMFFFF"},
		"POST /console/imports/:import/:position": {"/console/imports/" + round + "/1", "version=1", "UFFMFFFF"},
		"POST /console/items/:code":               {"/console/items/T2-001", "act=comment", "UFFIFFIF"},
		"GET /console/law":                        {"/console/law", "", "RFFSFFSF"},
		"GET /console/law/:document":              {"/console/law/" + round, "", "RFFMFFMF"},
		"GET /console/law/new":                    {"/console/law/new", "", "RFFFFFSF"},
		"POST /console/law/new":                   {"/console/law/new", "number=", "UFFFFFIF"},
		"GET /console/items/duplicates":           {"/console/items/duplicates", "", "RFFSFFSF"},
		"POST /console/items/duplicates":          {"/console/items/duplicates", "act=keep_a&a=T2-001&b=none", "UFFFFFMF"},
		"GET /console/templates/:format":          {"/console/templates/docx", "", "RFFSFFFF"},
		"GET /console/topics":                     {"/console/topics", "", "RFFSFFSF"},
		"POST /console/topics":                    {"/console/topics", "topic=none", "UFFFFFMF"},
		"GET /console/imports/reading/:reading":   {"/console/imports/reading/" + round, "", "RFFMFFFF"},
		"GET /console/items/new":                  {"/console/items/new", "", "RFFSFFFF"},
		"POST /console/items/new":                 {"/console/items/new", "type=single", "UFFIFFFF"},
		"GET /console/items/:code/edit":           {"/console/items/T2-001/edit", "", "RFFSFFFF"},
		"POST /console/items/:code/edit":          {"/console/items/T2-001/edit", "type=single", "UFFIFFFF"},
		"GET /console/items/:code/compare":        {"/console/items/T2-001/compare", "", "RFFSFFSF"},
		"POST /console/items/filters":             {"/console/items/filters", "name=A&query=show%3Dlaw", "UFFRFFRF"},
		"POST /console/items/many":                {"/console/items/many", "act=approve&c=T2-001", "UFFFFFSF"},
		"GET /console/items":                      {"/console/items", "", "RFFSFFSF"},
		"GET /console/items/:code":                {"/console/items/T2-001", "", "RFFSFFSF"},
		"POST /rounds/:round/start":               {"/rounds/" + open + "/start", "", "URRMMMMM"},
		"POST /signout":                           {"/signout", "", "RRRRRRRR"},
	}
	engine, err := route(x.site)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range engine.Routes() {
		if _, ok := table[r.Method+" "+r.Path]; !ok {
			t.Errorf("route %s %s has no row", r.Method, r.Path)
		}
	}
	letters := map[int]byte{200: 'S', 303: 'R', 401: 'U', 403: 'F', 404: 'M', 409: 'C', 422: 'I', 429: 'T'}
	for route, c := range table {
		if strings.HasPrefix(route, "POST /signout") {
			continue // last: it ends the sessions
		}
		method, _, _ := strings.Cut(route, " ")
		got := make([]byte, len(roles))
		for i, role := range roles {
			got[i] = letters[x.ask(role, method, c.path, c.body).Code]
		}
		if string(got) != c.want {
			t.Errorf("%s: %q, want %q for %q", route, got, c.want, roles)
		}
	}
}

func TestPages_setSecurityHeaders(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	w := x.ask(nobody, "GET", "/signin", "")
	for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"} {
		if got := w.Header().Get(name); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestPosts_fromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	path := "/rounds/" + string(x.Duty(x.Officials[0]).Round.ID) + "/start"
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://khac.example"}} {
		if w := x.ask("official", "POST", path, "", headers...); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "Không có gì thay đổi") {
			t.Errorf("%v: status %d, %s", headers, w.Code, w.Body)
		}
	}
	if w := x.ask("official", "POST", path, "", "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusSeeOther {
		t.Errorf("same origin: status %d", w.Code)
	}
}

// A crawl of everything an official can reach, before release and after,
// meets no explanation: every item of this world has one that says CANARY.
func TestPages_showTakersNoExplanation(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	x.ask("official", "POST", "/rounds/"+string(x.Duty(x.Officials[0]).Round.ID)+"/start", "")
	seen, queue := map[string]bool{}, []string{"/"}
	for len(queue) > 0 && len(seen) < 200 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		w := x.ask("official", "GET", path, "")
		if strings.Contains(w.Body.String(), "CANARY") {
			t.Errorf("%s shows an explanation", path)
		}
		if w.Code == http.StatusSeeOther {
			queue = append(queue, w.Header().Get("Location"))
		}
		for _, m := range regexp.MustCompile(`(?:href|src)="(/[^"#]*)`).FindAllStringSubmatch(w.Body.String(), -1) {
			queue = append(queue, m[1])
		}
	}
	if len(seen) < 8 {
		t.Errorf("the crawl reached only %v", seen)
	}
}

// The paper is the same bytes whatever the keys are.
func TestPaper_doesNotDependOnKeys(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	w := x.ask("official", "POST", "/rounds/"+string(x.Duty(x.Officials[0]).Round.ID)+"/start", "")
	path := w.Header().Get("Location")
	clean := regexp.MustCompile(`data-now="[^"]*"`)
	before := clean.ReplaceAllString(x.ask("official", "GET", path, "").Body.String(), "")
	sql, err := x.DB.SQL()
	if err != nil {
		t.Fatal(err)
	}
	// Storage refuses to change a key; this test wants to.
	if _, err := sql.Exec(`drop trigger item_key_frozen; update item_key set key = '{"correct":[2]}', explanation = 'other'`); err != nil {
		t.Fatal(err)
	}
	if after := clean.ReplaceAllString(x.ask("official", "GET", path, "").Body.String(), ""); before != after || len(before) < 2000 {
		t.Error("changing the keys changes the paper")
	}
}

func TestEvents_answersOnlyWhenDurableAndInOrder(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	start := x.ask("official", "POST", "/rounds/"+string(x.Duty(x.Officials[0]).Round.ID)+"/start", "")
	path := start.Header().Get("Location")
	send := func(body string) (int, string) {
		w := x.ask("official", "POST", path+"/events", body)
		return w.Code, w.Body.String()
	}
	paper, err := x.Taking.Paper(context.Background(), x.Officials[0], assessment.AttemptID(strings.TrimPrefix(path, "/attempts/")))
	if err != nil {
		t.Fatal(err)
	}
	position := 0
	for _, q := range paper.Questions {
		if q.Kind == "single" {
			position = q.Position
		}
	}
	for _, c := range []struct {
		body string
		code int
		says string
	}{
		{fmt.Sprintf(`{"epoch":1,"events":[{"s":1,"p":%d,"k":"answer","c":[3]}]}`, position), 200, `"seq":1`},
		{fmt.Sprintf(`{"epoch":1,"events":[{"s":1,"p":%d,"k":"answer","c":[0]}]}`, position), 200, `"seq":1`}, // sent again: skipped
		{`{"epoch":1,"events":[{"s":2,"p":99,"k":"answer","c":[0]}]}`, 422, `"args":{"P":99}`},
		{`{"epoch":1,"events":[{"s":9999999999,"p":1,"k":"flag"}]}`, 422, "attempt.bad_event"},
		{`{"epoch":7,"events":[]}`, 409, "attempt.taken_over"},
		{`{"epoch":`, 422, "error.invalid"},
		{`{"epoch":1,"events":[` + strings.Repeat(" ", 70<<10) + `]}`, 422, "error.invalid"},
	} {
		if code, body := send(c.body); code != c.code || !strings.Contains(body, c.says) {
			t.Errorf("%.60s: %d %.200s, want %d %s", c.body, code, body, c.code, c.says)
		}
	}
	paper, err = x.Taking.Paper(context.Background(), x.Officials[0], paper.Attempt.ID)
	if err != nil || fmt.Sprint(paper.Attempt.Sheet[position].Response.Chosen) != "[3]" {
		t.Errorf("stored %v, %v", paper.Attempt.Sheet, err)
	}
}

func TestPages_sayPlainlyWhatIsWrong(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	for path, want := range map[string]string{
		"/rounds/not-an-id": "Không tìm thấy kỳ kiểm tra này", "/attempts/%00": "Không tìm thấy", "/no/such/page": "Không tìm thấy trang này",
		"/console/series": "ngoài phạm vi của bạn", "/materials/none": "Không tìm thấy tài liệu này",
	} {
		w := x.ask("official", "GET", path, "")
		if body := w.Body.String(); w.Code < 400 || w.Code >= 500 || !strings.Contains(body, want) || strings.Contains(body, "goroutine") {
			t.Errorf("%s: %d %.300s", path, w.Code, body)
		}
	}
	for _, path := range []string{"/console/items/%00", "/materials/a%00b", "/rounds/%ff"} {
		if w := x.ask("author", "GET", path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, body := range []string{"login=%00&password=a", "login=%ff&password=a", "login=%zz"} {
		if w := x.ask(nobody, "POST", "/signin", body); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, w.Code)
		}
	}
	for _, audience := range []string{"a-b", "", "00000000-0000-0000-0000-000000000000' or '1'='1"} {
		if w := x.ask("ministry", "POST", "/console/series/new", url.Values{"audience": {audience}}.Encode()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Có lỗi cần sửa") {
			t.Errorf("audience %q: %d", audience, w.Code)
		}
	}
	if w := x.ask("ministry", "POST", "/console/series/new", url.Values{"cron": {"TZ="}, "window": {"mãi mãi"}, "name": {strings.Repeat("a", 400)}}.Encode()); w.Code != 422 || !strings.Contains(w.Body.String(), "Có lỗi cần sửa") || !strings.Contains(w.Body.String(), "mãi mãi") {
		t.Errorf("a wrong series: %d", w.Code)
	}
	for _, form := range []string{"", "version=abc&pause=true"} {
		if w := x.ask("ministry", "POST", "/console/series/"+string(x.round.Series)+"/pause", form); w.Code != 422 {
			t.Errorf("pausing with %q: %d", form, w.Code)
		}
	}
	w := x.ask("ministry", "POST", "/console/series/new", url.Values{"time_limit": {"307445734561856"}, "window": {"213504 ngày"}}.Encode())
	if body := w.Body.String(); w.Code != 422 || strings.Count(body, "aria-invalid") < 2 || !strings.Contains(body, "307445734561856") {
		t.Errorf("lengths beyond every bound: %d", w.Code)
	}
}

// HR gives an official of its own agency a new way in; others do not exist.
func TestLinks_stayWithinTheScope(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	w := x.ask("hr", "POST", "/console/links", "login=0000001")
	found := regexp.MustCompile(`http://example\.com(/signin/link/[^<]+)`).FindStringSubmatch(w.Body.String())
	if found == nil {
		t.Fatalf("no link in %d %.200s", w.Code, w.Body.String())
	}
	if w := x.ask(nobody, "GET", found[1], ""); w.Code != 200 || !strings.Contains(w.Body.String(), "Vào với tên Mẫu official") {
		t.Errorf("the link shows %d", w.Code)
	}
	for _, login := range []string{"0000006", "ministry", "admin", "", "%27"} {
		if w := x.ask("hr", "POST", "/console/links", "login="+login); w.Code != 422 {
			t.Errorf("a link for %q: %d", login, w.Code)
		}
	}
}

// An official whose role has ended takes no rounds.
func TestTaking_needsTheRole(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	root, err := x.Roster.AgencyByCode(context.Background(), roster.RootCode, "2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	path := "/rounds/" + string(x.Duty(x.Officials[0]).Round.ID)
	if w := x.ask("official", "GET", path, ""); w.Code != 200 {
		t.Fatalf("before: %d", w.Code)
	}
	if err := x.site.Identity.Revoke(context.Background(), "0000001", authz.Grant{Role: authz.Official, Agency: string(root.ID)}); err != nil {
		t.Fatal(err)
	}
	if w := x.ask("official", "GET", path, ""); w.Code != 404 {
		t.Errorf("after: %d", w.Code)
	}
	if w := x.ask("official", "POST", path+"/start", ""); w.Code != 404 {
		t.Errorf("starting after: %d", w.Code)
	}
}

// A return address never leaves this site.
func TestLocalPath_staysHere(t *testing.T) {
	t.Parallel()
	for back, want := range map[string]string{
		"/rounds/1?x=1": "/rounds/1?x=1", "https://khac.example/": "/", "//khac.example": "/", `/\khac.example`: "/", "javascript:alert(1)": "/", "": "/", "/%2Fkhac": "/",
	} {
		if got := localPath(back); got != want {
			t.Errorf("localPath(%q) = %q, want %q", back, got, want)
		}
	}
}

func TestServer_answersOverHTTP(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	server := httptest.NewServer(x.handler)
	defer server.Close()
	response, err := http.Get(server.URL + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "ok\n" {
		t.Errorf("healthz: %q, %v", body, err)
	}
}

// A page without script that cannot be saved whole saves the rest, and shows
// again what was typed.
func TestSave_keepsWhatCannotBeSavedYetOnThePage(t *testing.T) {
	t.Parallel()
	x := newTown(t, func(s *assessment.Series) { s.Blueprint[1].Count = 4 }) // one of every kind
	start := x.ask("official", "POST", "/rounds/"+string(x.Duty(x.Officials[0]).Round.ID)+"/start", "")
	path := start.Header().Get("Location")
	paper, err := x.Taking.Paper(context.Background(), x.Officials[0], assessment.AttemptID(strings.TrimPrefix(path, "/attempts/")))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"epoch": {"1"}, "seq": {"0"}}
	saved := 0
	const long = "một số dài hơn hai mươi bốn ký tự"
	for _, q := range paper.Questions {
		name := fmt.Sprintf("q%d", q.Position)
		switch q.Kind {
		case "single":
			form.Set(name, "2")
			saved++
		case "ordering":
			form.Set(name+".1", "0")
		case "numeric":
			form.Set(name, long)
		}
	}
	w := x.ask("official", "POST", path+"/save", form.Encode())
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "Chưa lưu được câu") || !strings.Contains(body, long) || !strings.Contains(body, `<option value="0" selected>`) {
		t.Errorf("an incomplete page: %d", w.Code)
	}
	a, _ := x.Duty(x.Officials[0]).Current()
	if n := a.Sheet.Answered(); n != saved || saved == 0 {
		t.Errorf("%d answers saved, want %d", n, saved)
	}
	for _, wrong := range []string{"epoch=&seq=0", "epoch=1", "epoch=99999999999&seq=0"} {
		if w := x.ask("official", "POST", path+"/save", wrong); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
}

// Keys are shown to nobody who takes rounds, whatever else they are granted.
func TestItems_areNotShownToTakers(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	ctx := context.Background()
	root, err := x.Roster.AgencyByCode(ctx, roster.RootCode, "2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	both := identity.Newcomer{Login: "both", Name: "Mẫu hai vai", OfficialID: x.Officials[2].OfficialID, Grants: []authz.Grant{
		{Role: authz.Author, Agency: string(root.ID)}, {Role: authz.Ministry, Agency: string(root.ID)}, {Role: authz.Official, Agency: string(root.ID)},
	}}
	if _, err := x.site.Identity.Open(ctx, []identity.Newcomer{both}); err != nil {
		t.Fatal(err)
	}
	link, err := x.site.Identity.Link(ctx, "both", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	session, err := x.site.Identity.Redeem(ctx, link)
	if err != nil {
		t.Fatal(err)
	}
	x.sessions["both"] = string(session)
	for _, path := range []string{"/console/items", "/console/items/T2-001"} {
		if w := x.ask("both", "GET", path, ""); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "không xem được đáp án") || strings.Contains(w.Body.String(), "CANARY") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := x.ask("both", "GET", "/console", ""); w.Code != http.StatusOK {
		t.Errorf("rounds: %d", w.Code)
	}
}

// Looking at the paper just after the deadline must not end the attempt:
// answers may still be on their way.
func TestPaper_leavesTheGraceToAnswersOnTheirWay(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	start := x.ask("official", "POST", "/rounds/"+string(x.Duty(x.Officials[0]).Round.ID)+"/start", "")
	path := start.Header().Get("Location")
	a, ok := x.Duty(x.Officials[0]).Current()
	if !ok {
		t.Fatal("no attempt")
	}
	x.MoveTo(a.Deadline.Add(30 * time.Second))
	if w := x.ask("official", "GET", path, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<fieldset disabled>") {
		t.Errorf("the paper within the grace: %d", w.Code)
	}
	for _, page := range []string{path + "/review", path + "/receipt"} {
		if w := x.ask("official", "GET", page, ""); w.Code != http.StatusConflict || w.Header().Get("Refresh") == "" || !strings.Contains(w.Body.String(), "Đang khép bài của bạn") {
			t.Errorf("%s: %d", page, w.Code)
		}
	}
	if w := x.ask("official", "POST", path+"/events", `{"epoch":1,"events":[{"s":1,"p":1,"k":"flag"}]}`); w.Code != http.StatusOK {
		t.Errorf("an answer within the grace: %d %s", w.Code, w.Body)
	}
	if w := x.ask("official", "POST", path+"/save", "epoch=1&seq=1&f1=1&f2=1"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != path {
		t.Errorf("a page posted within the grace: %d to %s", w.Code, w.Header().Get("Location"))
	}
	x.MoveTo(a.Deadline.Add(a.Deadline.Sub(a.StartedAt)))
	if w := x.ask("official", "GET", path, ""); w.Code != http.StatusConflict {
		t.Errorf("the paper after the grace, before the clock came: %d", w.Code)
	}
	if w := x.ask("official", "POST", path+"/save", "epoch=1&seq=1&f3=1"); w.Header().Get("Location") != path+"/receipt" {
		t.Errorf("a page posted too late: %d to %s", w.Code, w.Header().Get("Location"))
	}
}

// An author brings a Word file, mends what is unclear and enters it; another
// reviews, a third approves; only then may it be drawn.
func TestImport_fromFileToPool(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	w := x.bring("author", "v9.docx", "../../itembank/exchange/docx/testdata/v9-trich-dan-van-ban.docx")
	path := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(path, "/console/imports/") {
		t.Fatalf("upload: %d %.300s", w.Code, w.Body.String())
	}
	list := x.ask("author", "GET", path, "").Body.String()
	if strings.Count(list, `<div class="sheet" id="p`) != 12 || !strings.Contains(list, "Không có") && !strings.Contains(list, "Chưa rõ đáp án") {
		t.Fatalf("%d in the list: %s", strings.Count(list, `<div class="sheet" id="p`), list[max(0, len(list)-2500):])
	}
	if w := x.ask("author", "POST", path+"/7", "version=1&type=single&stem=Luật+nào%3F&options=Một%0AHai&key=B&topic=T2-TTHC&level=recall"); w.Code != http.StatusSeeOther {
		t.Fatalf("correct: %d %.300s", w.Code, w.Body.String())
	}
	if w := x.ask("author", "POST", path+"/8", "version=1&type=single&stem=x&options=Một%0AHai&key=Z"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "không khớp") {
		t.Errorf("a key that fits nothing: %d", w.Code)
	}
	for _, act := range []string{"act=accept&p=1&p=7&p=8", "act=enter"} {
		if w := x.ask("author", "POST", path, act); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %.300s", act, w.Code, w.Body.String())
		}
	}
	// The world's topics are two; the corrected question has one of them.
	pool := func() int {
		p, err := x.Bank.Pool(context.Background(), "2026-11-25")
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Drawable)
	}
	before := pool()
	found := regexp.MustCompile(`/console/items/(T2-\d+)`).FindAllStringSubmatch(x.ask("author", "GET", path, "").Body.String(), -1)
	if len(found) == 0 {
		t.Fatal("nothing entered")
	}
	item := "/console/items/" + found[len(found)-1][1]
	for _, step := range []struct{ role, act string }{{"author", "submit"}, {"reviewer", "review"}, {"ministry", "approve"}} {
		shown := regexp.MustCompile(`name="seen" value="([^"]+)"`).FindStringSubmatch(x.ask(step.role, "GET", item, "").Body.String())
		if w := x.ask(step.role, "POST", item, "act="+step.act+"&seen="+shown[1]); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %.400s", step.act, w.Code, w.Body.String())
		}
	}
	if after := pool(); after != before+1 {
		t.Errorf("%d drawable before, %d after", before, after)
	}
	if body := x.ask("ministry", "GET", item, "").Body.String(); !strings.Contains(body, "Đã phê duyệt") || !strings.Contains(body, "Mẫu reviewer") {
		t.Errorf("the item's page: %.500s", body)
	}
}

func TestImport_refusesFilesPlainly(t *testing.T) {
	t.Parallel()
	x := newTown(t)
	for file, want := range map[string]string{"bom-nen.docx": "quá lớn", "trang-web-gia-dang.docx": "không phải gói nén"} {
		want = map[string]string{"trang-web-gia-dang.docx": "trang web"}[file] + map[string]string{"bom-nen.docx": want}[file]
		w := x.bring("author", file, "../../itembank/exchange/docx/testdata/"+file)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %.600s", file, w.Code, w.Body.String())
		}
	}
	if w := x.bring("official", "a.docx", "../../itembank/exchange/docx/testdata/v1-dap-an-tung-cau.docx"); w.Code != http.StatusForbidden {
		t.Errorf("a taker brings a file: %d", w.Code)
	}
}

// bring uploads a file of questions as a role.
func (x *town) bring(role, name, path string) *httptest.ResponseRecorder {
	x.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		x.t.Fatal(err)
	}
	return x.send(role, "/console/imports", url.Values{"topic": {"T2-TTHC"}, "level": {"recall"}}, "file", name, data)
}

// send posts a form with a file as a role.
func (x *town) send(role, path string, fields url.Values, field, name string, data []byte) *httptest.ResponseRecorder {
	x.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(data)
	}
	for key := range fields {
		err = errors.Join(err, form.WriteField(key, fields.Get(key)))
	}
	if err = errors.Join(err, form.Close()); err != nil {
		x.t.Fatal(err)
	}
	return x.ask(role, "POST", path, body.String(), "Content-Type", form.FormDataContentType())
}
