package assessment_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sathach/assessment"
	"sathach/assessment/assessmenttest"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/database/dbtest"
	"sathach/internal/fault"
	"sathach/itembank"
	"sathach/scoring"
)

var (
	noon = time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC)
	form = []itembank.Revision{
		{Kind: itembank.Single, Options: []string{"a", "b", "c", "d"}},
		{Kind: itembank.Multiple, Options: []string{"a", "b", "c", "d"}},
		{Kind: itembank.Ordering, Options: []string{"a", "b", "c"}},
		{Kind: itembank.Matching, Options: []string{"a", "b"}, Targets: []string{"x", "y", "z"}},
		{Kind: itembank.Numeric},
	}
)

func opened() assessment.Attempt {
	return assessment.Attempt{ID: "a", Epoch: 1, Deadline: noon.Add(time.Hour), Sheet: assessment.Sheet{}}
}

func answer(seq, position int, chosen ...int) assessment.Event {
	return assessment.Event{Seq: seq, Position: position, Kind: assessment.Answer, Response: scoring.Response{Chosen: chosen}}
}

func TestRecord_refusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]assessment.Event{
		"an option the item does not have": answer(1, 1, 4),
		"two options of one":               answer(1, 1, 0, 1),
		"an option twice":                  answer(1, 2, 1, 1),
		"an order with a gap":              answer(1, 3, 0, 1),
		"a target the item does not have":  answer(1, 4, 0, 3),
		"an answer without content":        answer(1, 1),
		"a position beyond the form":       answer(1, 6, 0),
		"position zero":                    answer(1, 0, 0),
		"no sequence number":               answer(0, 1, 0),
		"a number that goes on for ever":   {Seq: 1, Position: 5, Kind: assessment.Answer, Response: scoring.Response{Number: strings.Repeat("9", 99)}},
		"a kind nobody knows":              {Seq: 1, Position: 1, Kind: "erase"},
	} {
		a := opened()
		// A sequence number of zero counts as already recorded and is skipped.
		fresh, err := a.Record(form, 1, []assessment.Event{e}, noon, 0)
		if e.Seq > 0 && !errors.Is(err, assessment.ErrBadEvent) || len(fresh) > 0 || len(a.Sheet) > 0 {
			t.Errorf("%s: %v, sheet %v", name, err, a.Sheet)
		}
	}
}

// What is typed must be a number: words would be kept and earn nothing. A
// wrong one is named, so that a page can save the rest.
func TestRecord_takesNumbersOnly(t *testing.T) {
	t.Parallel()
	typed := func(number string) assessment.Event {
		return assessment.Event{Seq: 1, Position: 5, Kind: assessment.Answer, Response: scoring.Response{Number: number}}
	}
	for number, fits := range map[string]bool{
		"25": true, "12,5 %": true, "-3.5": true, "hai mươi lăm phần trăm": false, "abc": false, "1,2,3": false,
		strings.Repeat("9", 25): false, "2\x005": false, "\xff": false,
	} {
		a := opened()
		_, err := a.Record(form, 1, []assessment.Event{typed(number)}, noon, 0)
		var named *fault.Error
		if (err == nil) != fits || err != nil && (!errors.As(err, &named) || named.Args["P"] != 5) {
			t.Errorf("%q: %v", number, err)
		}
	}
}

func TestRecord_appliesAllOrNothing(t *testing.T) {
	t.Parallel()
	a := opened()
	if _, err := a.Record(form, 1, []assessment.Event{answer(1, 1, 2), answer(2, 1, 9)}, noon, 0); err == nil || len(a.Sheet) > 0 || a.Seq != 0 {
		t.Errorf("a batch with one wrong event left %v at seq %d, %v", a.Sheet, a.Seq, err)
	}
}

func TestRecord_holdsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   time.Time
		want error
	}{
		{noon.Add(time.Hour), nil},
		{noon.Add(time.Hour + time.Minute), nil}, // the last moment of grace
		{noon.Add(time.Hour + time.Minute + time.Microsecond), assessment.ErrTooLate},
	} {
		a := opened()
		if _, err := a.Record(form, 1, []assessment.Event{answer(1, 1, 0)}, c.at, time.Minute); !errors.Is(err, c.want) {
			t.Errorf("at %v: %v, want %v", c.at, err, c.want)
		}
	}
}

func TestEnd_keepsTheFirstEnding(t *testing.T) {
	t.Parallel()
	a := opened()
	a.End(assessment.ByCandidate, noon)
	receipt := a.Receipt
	a.End(assessment.ByClock, noon.Add(2*time.Hour))
	if a.EndedBy != assessment.ByCandidate || !a.EndedAt.Equal(noon) || a.Receipt != receipt || len(receipt) != len("SH-ABCD-EFGH") {
		t.Errorf("ended %v by %s, receipt %q then %q", a.EndedAt, a.EndedBy, receipt, a.Receipt)
	}
	late := opened()
	late.End(assessment.ByClock, noon.Add(5*time.Hour))
	if !late.EndedAt.Equal(late.Deadline) {
		t.Errorf("an attempt ended late by the clock ended at %v, want its deadline", late.EndedAt)
	}
}

// Two pages and a network that delays, repeats and reorders batches: whatever
// happens, the sheet equals the replay of what was accepted, an older page
// never overwrites a newer one, and repeating a batch changes nothing.
func TestRecord_survivesStaleAndRepeatedBatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := opened()
		var log []assessment.Event
		type page struct {
			epoch, seq int
			sent       [][]assessment.Event
		}
		pages := []*page{{epoch: 1}}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			p := pages[rapid.IntRange(0, len(pages)-1).Draw(t, "page")]
			switch rapid.SampledFrom([]string{"new", "new", "again", "takeover"}).Draw(t, "act") {
			case "takeover":
				if err := a.TakeOver(); err != nil {
					t.Fatal(err)
				}
				pages = append(pages, &page{epoch: a.Epoch})
				continue
			case "new":
				p.seq++
				e := answer(p.seq, rapid.IntRange(1, 2).Draw(t, "position"), rapid.IntRange(0, 3).Draw(t, "option"))
				if rapid.IntRange(0, 4).Draw(t, "clear") == 0 {
					e = assessment.Event{Seq: p.seq, Position: 1, Kind: assessment.Clear}
				}
				p.sent = append(p.sent, []assessment.Event{e})
			}
			if len(p.sent) == 0 {
				continue
			}
			batch := p.sent[rapid.IntRange(0, len(p.sent)-1).Draw(t, "batch")]
			before := fmt.Sprint(a.Sheet)
			fresh, err := a.Record(form, p.epoch, batch, noon, 0)
			if p.epoch != a.Epoch && (!errors.Is(err, assessment.ErrTakenOver) || fmt.Sprint(a.Sheet) != before) {
				t.Fatalf("a stale page of epoch %d wrote under epoch %d: %v", p.epoch, a.Epoch, err)
			}
			log = append(log, fresh...)
		}
		if got, want := assessment.Replay(log), a.Sheet; !reflect.DeepEqual(got, want) {
			t.Fatalf("replay %v, sheet %v", got, want)
		}
	})
}

func TestStart_makesOneAttemptHoweverOftenAsked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		round := w.OpenRound()
		other := &assessment.Taking{DB: db, Now: w.Now} // a second server
		var wg sync.WaitGroup
		ids := make([]assessment.AttemptID, 50)
		for i := range ids {
			wg.Go(func() {
				server := w.Taking
				if i%2 == 0 {
					server = other
				}
				a, err := server.Start(context.Background(), w.Officials[0], round.ID)
				if err != nil {
					t.Error(err)
				}
				ids[i] = a.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("two attempts: %s and %s", id, ids[0])
			}
		}
		if n := count(t, db, "select count(*) from attempt"); n != 1 {
			t.Errorf("%d attempts stored", n)
		}
	})
}

func TestStart_keepsTheWindow(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	round := w.OpenRound()
	ctx := context.Background()
	w.Pass(3*time.Hour + 45*time.Minute)
	a, err := w.Taking.Start(ctx, w.Officials[0], round.ID)
	if err != nil || !a.Deadline.Equal(round.ClosesAt) {
		t.Errorf("started 15 minutes before closing: deadline %v, want %v, %v", a.Deadline, round.ClosesAt, err)
	}
	w.Pass(15 * time.Minute)
	if _, err := w.Taking.Start(ctx, w.Officials[1], round.ID); !errors.Is(err, assessment.ErrRoundClosed) {
		t.Errorf("starting at the closing instant: %v", err)
	}
	if _, err := w.Taking.Start(ctx, w.Ministry, round.ID); !errors.Is(err, assessment.ErrNotCandidate) {
		t.Errorf("starting without being on the roster: %v", err)
	}
}

func TestTaking_resumesOnAnotherDevice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		ctx, who := context.Background(), w.Officials[0]
		p := w.Begin(who)
		a := p.Attempt
		events := w.Answers(p, assessmenttest.All)
		if _, err := w.Taking.Record(ctx, who, a.ID, a.Epoch, events[:3]); err != nil {
			t.Fatal(err)
		}
		phone, err := w.Taking.TakeOver(ctx, who, a.ID)
		if err != nil || phone.Sheet.Answered() != 3 {
			t.Fatalf("the phone sees %d answers, %v", phone.Sheet.Answered(), err)
		}
		if _, err := w.Taking.Record(ctx, who, a.ID, a.Epoch, events[3:]); !errors.Is(err, assessment.ErrTakenOver) {
			t.Errorf("the first device went on writing: %v", err)
		}
		again, err := w.Taking.Paper(ctx, who, a.ID)
		if diff := cmp.Diff(shownTexts(p), shownTexts(again)); err != nil || diff != "" {
			t.Errorf("the paper changed between two visits: %v\n%s", err, diff)
		}
	})
}

// Two pages without script and one with it: each posted page changes only what
// its person changed, and a page that took over is told.
func TestSavePage_mergesWhatChangedSinceThePageWasMade(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		ctx, who := context.Background(), w.Officials[0]
		p := w.Begin(who)
		a := p.Attempt
		all := w.Answers(p, assessmenttest.All)
		// page answers some of the paper's questions and leaves the others as
		// they were when it was made.
		page := func(seen assessment.Moment, answers ...assessment.Event) assessment.Attempt {
			t.Helper()
			saved, err := w.Taking.SavePage(ctx, who, a.ID, seen, func(sheet assessment.Sheet) (changes []assessment.Event) {
				for _, e := range answers {
					if diff := cmp.Diff(e.Response, sheet[e.Position].Response); diff != "" {
						changes = append(changes, e)
					}
				}
				return changes
			})
			if err != nil {
				t.Fatal(err)
			}
			return saved
		}
		first := page(a.Moment(), all[0], all[1])
		second := page(a.Moment(), all[2]) // made before the first was saved: answers 0 and 1 are blank on it
		if n := second.Sheet.Answered(); n != 3 || second.Epoch != first.Epoch+1 {
			t.Errorf("%d answers after two pages, epoch %d after %d", n, second.Epoch, first.Epoch)
		}
		if again := page(first.Moment(), all[0], all[1]); again.Moment() != second.Moment() {
			t.Errorf("posting an unchanged page wrote %v", again.Moment())
		}
		if _, err := w.Taking.Record(ctx, who, a.ID, a.Epoch, all[3:]); !errors.Is(err, assessment.ErrTakenOver) {
			t.Errorf("the page with script was not told: %v", err)
		}
		log, err := assessment.Events(db.Read(ctx), a.ID)
		if diff := cmp.Diff(second.Sheet, assessment.Replay(log)); err != nil || diff != "" {
			t.Errorf("sheet and log differ: %v\n%s", err, diff)
		}
	})
}

func shownTexts(p assessment.Paper) (texts []string) {
	for _, q := range p.Questions {
		texts = append(texts, q.Stem, fmt.Sprint(q.Options), fmt.Sprint(q.Targets))
	}
	return texts
}

func TestTaking_belongsToItsCandidate(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	w.OpenRound()
	a := w.Take(w.Officials[0], assessmenttest.All)
	ctx := context.Background()
	for name, who := range map[string]authz.Actor{"another official": w.Officials[1], "HR": w.HR, "nobody": {}} {
		_, paper := w.Taking.Paper(ctx, who, a.ID)
		_, record := w.Taking.Record(ctx, who, a.ID, 1, nil)
		_, submit := w.Taking.Submit(ctx, who, a.ID)
		_, outcome := w.Taking.Outcome(ctx, who, a.ID)
		for _, err := range []error{paper, record, submit, outcome} {
			if err == nil {
				t.Errorf("%s reached somebody else's attempt", name)
			}
		}
	}
}

func TestSubmit_repeatedGivesTheSameReceipt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		a := w.Take(w.Officials[0], assessmenttest.All)
		for range 20 {
			w.Pass(time.Minute)
			again, err := w.Taking.Submit(context.Background(), w.Officials[0], a.ID)
			if err != nil || again.Receipt != a.Receipt || !again.EndedAt.Equal(a.EndedAt) {
				t.Fatalf("submitted again: %q at %v, %v", again.Receipt, again.EndedAt, err)
			}
		}
	})
}

func TestEndOverdue_submitsWhatWasSaved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		w := assessmenttest.New(t, db)
		w.OpenRound()
		ctx, who := context.Background(), w.Officials[0]
		p := w.Begin(who)
		a := p.Attempt
		if _, err := w.Taking.Record(ctx, who, a.ID, 1, w.Answers(p, assessmenttest.All)); err != nil {
			t.Fatal(err)
		}
		w.Pass(5 * time.Hour) // and never submits
		w.Settle()
		o, err := w.Taking.Outcome(ctx, who, a.ID)
		if err != nil || o.Decision.Score != 10000 || o.Attempt.EndedBy != assessment.ByClock || !o.Attempt.EndedAt.Equal(a.Deadline) {
			t.Errorf("outcome %s, ended %v by %s, %v", o.Decision.Score, o.Attempt.EndedAt, o.Attempt.EndedBy, err)
		}
	})
}

// What a taker can be shown holds no key and no explanation.
func TestPaper_holdsNoKey(t *testing.T) {
	t.Parallel()
	w := assessmenttest.New(t, dbtest.SQLite(t))
	w.OpenRound()
	p := w.Begin(w.Officials[0])
	p.Round.Seed = "" // stays on the server: Paper is not sent as it is
	if text := fmt.Sprintf("%+v", p); strings.Contains(text, "CANARY") {
		t.Errorf("a paper holds an explanation: %s", text)
	}
}
