// Package assessmenttest is a small world to test rounds in: a clock to move,
// one province with three agencies and five officials each, two topics with
// items of every kind, and one series due at 08:00 every day.
//
// Every third item is keyed to its first option, and the world knows each
// key, so that a test can answer right or wrong on purpose.
package assessmenttest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/identity"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/refresher"
	"sathach/roster"
	"sathach/scheduler"
	"sathach/scoring"
)

// World is the use cases over one database, with a clock to move.
type World struct {
	DB        *database.DB
	Roster    *roster.Roster
	Bank      *itembank.Bank
	Planner   *assessment.Planner
	Rounds    *assessment.Rounds
	Taking    *assessment.Taking
	Refresher *refresher.Refresher

	// Officials act as takers, agency by agency in the order of their codes.
	Officials []authz.Actor
	// Ministry may do everything; HR sees the agency P-1 only.
	Ministry, HR authz.Actor
	Province     roster.AgencyID

	// Dwell is how long Take works on an attempt.
	Dwell time.Duration

	t     testing.TB
	more  []itembank.Draft // beside Drafts
	mu    sync.Mutex
	clock time.Time
}

// Start is when the world begins: an hour before the first due time.
var Start = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// Topics of the world's bank.
const (
	TopicA = "T2-TTHC"
	TopicB = "T4-CONGVU"
	TopicC = "T6-SO" // a situation with three items, and one that stands by itself
)

// PerAgency is how many officials each agency has.
const PerAgency = 5

// New makes a world of three agencies.
func New(t testing.TB, db *database.DB) *World {
	t.Helper()
	return Of(t, db, 3)
}

// Of makes a world of some agencies.
func Of(t testing.TB, db *database.DB, agencies int) *World {
	t.Helper()
	w := &World{DB: db, t: t, clock: Start}
	w.Roster = &roster.Roster{DB: db, Now: w.Now}
	w.Bank = &itembank.Bank{DB: db, Now: w.Now}
	w.Planner = &assessment.Planner{DB: db, Now: w.Now}
	w.Refresher = &refresher.Refresher{DB: db, Now: w.Now}
	w.Rounds = &assessment.Rounds{DB: db, Now: w.Now, Log: dbtest.Log, Advisor: w.Refresher}
	w.Taking = &assessment.Taking{DB: db, Now: w.Now}
	w.fillRoster(agencies)
	w.fillBank()
	return w
}

// Now is the world's clock.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// MoveTo sets the clock.
func (w *World) MoveTo(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = t
}

// Pass moves the clock on.
func (w *World) Pass(d time.Duration) { w.MoveTo(w.Now().Add(d)) }

// Settle lets the due loop do everything that is due.
func (w *World) Settle() {
	w.t.Helper()
	loop := scheduler.Loop{Steps: slices.Concat(w.Rounds.Steps(), w.Rounds.Work()), Log: dbtest.Log}
	w.must(loop.Settle(context.Background()))
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *World) fillRoster(agencies int) {
	ctx := context.Background()
	tree := []roster.Version{{Code: "P", Name: "Ủy ban nhân dân tỉnh Mẫu", Kind: "tinh", Level: "tinh"}}
	var entrants []roster.Entrant
	for a := 1; a <= agencies; a++ {
		code := fmt.Sprint("P-", a)
		tree = append(tree, roster.Version{Code: code, Name: fmt.Sprintf("Sở Mẫu số %d", a), Kind: "so", Level: "tinh", ParentCode: "P"})
		for i := range PerAgency {
			given := []string{"Yến", "An", "Đạt", "Bình", "Ánh"}[i]
			entrants = append(entrants, roster.Entrant{
				Code: fmt.Sprintf("%07d", len(entrants)+1), FullName: "Nguyễn Mẫu " + given, BirthDate: "1980-02-03",
				AgencyCode: code, Title: "Chuyên viên", Group: roster.PartTime, From: "2026-01-01",
			})
		}
	}
	w.must(w.Roster.LoadTree(ctx, tree))
	ids, err := w.Roster.Enrol(ctx, entrants)
	w.must(err)
	takes := []authz.Grant{{Role: authz.Official}}
	for i, id := range ids {
		w.Officials = append(w.Officials, authz.Actor{Account: string(id), Name: entrants[i].FullName, OfficialID: string(id), Grants: takes})
	}
	agency := func(code string) roster.AgencyID {
		a, err := w.Roster.AgencyByCode(ctx, code, viet.DateOf(Start))
		w.must(err)
		return a.ID
	}
	w.Province = agency("P")
	w.Ministry = w.Account("bo.mau", []authz.Grant{{Role: authz.Ministry, Agency: string(agency(roster.RootCode))}})
	w.HR = authz.Actor{Account: "hr", Grants: []authz.Grant{{Role: authz.HR, Agency: string(agency("P-1"))}}}
}

// Enrol puts more people into the agency P-1; they act as takers.
func (w *World) Enrol(n int) (takers []authz.Actor) {
	w.t.Helper()
	var entrants []roster.Entrant
	for i := range n {
		entrants = append(entrants, roster.Entrant{
			Code: fmt.Sprintf("%07d", 1000+i), FullName: fmt.Sprint("Trần Mẫu ", i), BirthDate: "1980-02-03", AgencyCode: "P-1", Title: "Chuyên viên", Group: roster.PartTime, From: "2026-01-01",
		})
	}
	ids, err := w.Roster.Enrol(context.Background(), entrants)
	w.must(err)
	for _, id := range ids {
		takers = append(takers, authz.Actor{Account: string(id), OfficialID: string(id), Grants: []authz.Grant{{Role: authz.Official}}})
	}
	return takers
}

// WholeBank asks for all twenty items of the bank.
func WholeBank() assessment.Blueprint {
	var whole assessment.Blueprint
	for _, topic := range []string{TopicA, TopicB} {
		whole = append(whole, assessment.Cell{Topic: topic, Level: itembank.Recall, Count: 4}, assessment.Cell{Topic: topic, Level: itembank.Application, Count: 4})
	}
	return append(whole, assessment.Cell{Topic: TopicC, Level: itembank.Recall, Count: 3}, assessment.Cell{Topic: TopicC, Level: itembank.Application, Count: 1})
}

// Account opens an account of somebody who takes no rounds.
func (w *World) Account(login string, grants []authz.Grant) authz.Actor {
	w.t.Helper()
	ctx, name := context.Background(), "Mẫu "+login
	known := &identity.Identity{DB: w.DB, Now: w.Now}
	_, err := known.Open(ctx, []identity.Newcomer{{Login: login, Name: name, Grants: grants}})
	w.must(err)
	var id string
	w.must(w.DB.Read(ctx).Gorm().Raw("select id from account where login = ?", login).Scan(&id).Error)
	return authz.Actor{Account: id, Name: name, Grants: grants}
}

func (w *World) fillBank() {
	topics := []itembank.Topic{{Code: TopicA, NameVi: "Cải cách thủ tục hành chính", NameEn: "Procedures"}, {Code: TopicB, NameVi: "Cải cách chế độ công vụ", NameEn: "Civil service"}, {Code: TopicC, NameVi: "Chính quyền số", NameEn: "Digital government"}, {Code: "A-DEAN", NameVi: "Đề án 905", NameEn: "Programme 905"}}
	documents := []itembank.Document{
		{Number: "118/2025/NĐ-CP", Issuer: "Chính phủ", IssuedOn: "2025-06-09", Kind: "nghi_dinh", Title: "Một cửa", EffectiveFrom: "2025-07-01"},
		{Number: "61/2018/NĐ-CP", Issuer: "Chính phủ", IssuedOn: "2018-04-23", Kind: "nghi_dinh", Title: "Một cửa (cũ)", EffectiveFrom: "2018-06-21", EffectiveTo: "2025-06-30", SupersededBy: "118/2025/NĐ-CP"},
	}
	w.must(w.Bank.Load(context.Background(), topics, documents, Drafts()))
	w.must(w.Refresher.Load(context.Background(), []refresher.Material{
		{Code: "TL-A", Topic: "A-DEAN", Title: "Tổng quan Đề án", Kind: "reading", Minutes: 4, Body: "Bài đọc."},
		{Code: "TL-T2", Topic: TopicA, Title: "Một cửa", Kind: "reading", Minutes: 6, Body: "Bài đọc.", Documents: []string{"118/2025/NĐ-CP"}},
		{Code: "TL-T2-CU", Topic: TopicA, Title: "Một cửa cũ", Kind: "reading", Minutes: 6, Body: "Bài đọc.", Documents: []string{"61/2018/NĐ-CP"}},
		{Code: "TL-T4", Topic: TopicB, Title: "Công vụ", Kind: "reading", Minutes: 5, Body: "Bài đọc."},
	}))
}

// Drafts are the world's items: eight of two topics, one on dead law, one not
// yet reviewed, and those of TopicC.
func Drafts() []itembank.Draft {
	cite := []itembank.Cite{{Document: "118/2025/NĐ-CP", Article: "Điều 3"}}
	var drafts []itembank.Draft
	add := func(topic string, level itembank.Level, kind itembank.Kind, options []string, key ...int) {
		n := len(drafts) + 1
		drafts = append(drafts, itembank.Draft{
			Code: fmt.Sprintf("%s-%03d", topic[:2], n), Topic: topic, Level: level, Kind: kind, Stem: fmt.Sprintf("Câu dẫn số %d?", n),
			Options: options, Key: key, Explanation: fmt.Sprintf("CANARY-EXPLANATION-%d", n), Citations: cite,
		})
	}
	four := []string{"Một", "Hai", "Ba", "Bốn"}
	for _, topic := range []string{TopicA, TopicB} {
		add(topic, itembank.Recall, itembank.Single, four, 0)
		add(topic, itembank.Recall, itembank.Single, four, 1)
		add(topic, itembank.Recall, itembank.TrueFalse, []string{"Đúng", "Sai"}, 1)
		add(topic, itembank.Recall, itembank.Single, four, 3)
		add(topic, itembank.Application, itembank.Multiple, four, 0, 2)
		add(topic, itembank.Application, itembank.Ordering, []string{"Ba", "Một", "Hai"}, 1, 2, 0)
		add(topic, itembank.Application, itembank.Matching, []string{"Trái 1", "Trái 2"}, 1, 0)
		drafts[len(drafts)-1].Targets = []string{"Phải 1", "Phải 2", "Phải 3"}
		add(topic, itembank.Application, itembank.Numeric, nil)
		drafts[len(drafts)-1].Answer = &itembank.Answer{Value: "34", Tolerance: "0", Unit: "tỉnh, thành phố"}
	}
	add(TopicA, itembank.Recall, itembank.Single, four, 2)
	drafts[len(drafts)-1].Citations = []itembank.Cite{{Document: "61/2018/NĐ-CP"}}
	add(TopicA, itembank.Recall, itembank.Single, four, 2)
	drafts[len(drafts)-1].Review = true
	add(TopicC, "", itembank.Situation, nil)
	situation := &drafts[len(drafts)-1]
	situation.Stem = "Ông A xin cấp phép ngày 02/3."
	about := situation.Code
	for i, level := range []itembank.Level{itembank.Recall, itembank.Application, itembank.Recall} {
		add(TopicC, level, itembank.Single, four, i)
		drafts[len(drafts)-1].Situation = about
	}
	add(TopicC, itembank.Recall, itembank.Single, four, 3)
	return drafts
}

// Series is a series due at 08:00 every day: eight items of both topics, four
// forms, a window of four hours, half an hour for each attempt.
func (w *World) Series() assessment.Series {
	rules := assessment.UsualRules()
	rules.Hold = false // so few people do all right or all wrong
	return assessment.Series{
		Name: "Kiểm tra mẫu", Cron: "0 8 * * *", Zone: viet.Zone, Audience: w.Province, Forms: 4, Window: 4 * time.Hour,
		Blueprint: assessment.Blueprint{
			{Topic: TopicA, Level: itembank.Recall, Count: 3}, {Topic: TopicA, Level: itembank.Application, Count: 2},
			{Topic: TopicB, Level: itembank.Recall, Count: 2}, {Topic: TopicB, Level: itembank.Application, Count: 1},
		},
		Rules: rules,
	}
}

// OpenRound creates the series, moves to its due time and lets the loop open
// the round.
func (w *World) OpenRound(change ...func(*assessment.Series)) assessment.Round {
	w.t.Helper()
	s := w.Series()
	for _, c := range change {
		c(&s)
	}
	_, err := w.Planner.Create(context.Background(), w.Ministry, s)
	w.must(err)
	w.Pass(time.Hour)
	w.Settle()
	return w.Duty(w.Officials[0]).Round
}

// Duty is an official's newest round.
func (w *World) Duty(who authz.Actor) assessment.Duty {
	w.t.Helper()
	duties, err := w.Taking.Duties(context.Background(), who)
	w.must(err)
	if len(duties) == 0 {
		w.t.Fatal("the official has no round")
	}
	return duties[0]
}

// Answers gives the right (or a wrong) response to every question, as events
// of one epoch.
func (w *World) Answers(p assessment.Paper, right func(position int) bool) []assessment.Event {
	w.t.Helper()
	keys := w.keys()
	var events []assessment.Event
	for _, q := range p.Questions {
		response := keys[q.Stem]
		if !right(q.Position) {
			response = spoil(q, response)
		}
		events = append(events, assessment.Event{Seq: len(events) + 1, Position: q.Position, Kind: assessment.Answer, Response: response})
	}
	return events
}

// Load adds items to the bank, which Answers knows from then on.
func (w *World) Load(topics []itembank.Topic, drafts ...itembank.Draft) {
	w.t.Helper()
	w.must(w.Bank.Load(context.Background(), topics, nil, drafts))
	w.more = append(w.more, drafts...)
}

// keys maps stems to right responses.
func (w *World) keys() map[string]scoring.Response {
	keys := map[string]scoring.Response{}
	for _, d := range slices.Concat(Drafts(), w.more) {
		r := scoring.Response{Chosen: d.Key}
		if d.Answer != nil {
			r = scoring.Response{Number: d.Answer.Value}
		}
		keys[d.Stem] = r
	}
	return keys
}

// spoil makes a response that earns nothing.
func spoil(q assessment.Question, right scoring.Response) scoring.Response {
	switch q.Kind {
	case itembank.Numeric:
		return scoring.Response{Number: "1"}
	case itembank.Ordering:
		wrong := make([]int, len(right.Chosen))
		for i, c := range right.Chosen {
			wrong[len(wrong)-1-i] = c
		}
		return scoring.Response{Chosen: wrong}
	case itembank.Matching:
		return scoring.Response{Chosen: []int{2, 2}}
	case itembank.Multiple:
		return scoring.Response{Chosen: []int{1, 3}}
	}
	return scoring.Response{Chosen: []int{(right.Chosen[0] + 1) % len(q.Options)}}
}

// Begin starts an official's attempt at their newest round.
func (w *World) Begin(who authz.Actor) assessment.Paper {
	w.t.Helper()
	return w.begin(who, w.Duty(who).Round.ID)
}

func (w *World) begin(who authz.Actor, round assessment.RoundID) assessment.Paper {
	w.t.Helper()
	a, err := w.Taking.Start(context.Background(), who, round)
	w.must(err)
	p, err := w.Taking.Paper(context.Background(), who, a.ID)
	w.must(err)
	return p
}

// Take plays one official's whole attempt: right answers where right says so.
func (w *World) Take(who authz.Actor, right func(position int) bool) assessment.Attempt {
	w.t.Helper()
	return w.take(who, w.Begin(who), right)
}

// TakeIn is Take of a round that need not be the newest.
func (w *World) TakeIn(who authz.Actor, round assessment.RoundID, right func(position int) bool) assessment.Attempt {
	w.t.Helper()
	return w.take(who, w.begin(who, round), right)
}

func (w *World) take(who authz.Actor, p assessment.Paper, right func(position int) bool) assessment.Attempt {
	w.t.Helper()
	ctx := context.Background()
	w.Pass(w.Dwell)
	_, err := w.Taking.Record(ctx, who, p.Attempt.ID, p.Attempt.Epoch, w.Answers(p, right))
	w.must(err)
	a, err := w.Taking.Submit(ctx, who, p.Attempt.ID)
	w.must(err)
	return a
}

// All and None say which positions to answer right.
func All(int) bool  { return true }
func None(int) bool { return false }
