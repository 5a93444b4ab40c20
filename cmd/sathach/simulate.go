package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
)

// simulatedClock is moved by hand.
type simulatedClock struct{ at atomic.Int64 }

func newSimulatedClock(t time.Time) *simulatedClock {
	c := &simulatedClock{}
	c.Set(t)
	return c
}

// Now is the simulated time.
func (c *simulatedClock) Now() time.Time { return time.UnixMicro(c.at.Load()).UTC() }

// Set moves the clock.
func (c *simulatedClock) Set(t time.Time) { c.at.Store(t.UnixMicro()) }

// takers is how many simulated officials answer at once: their saves share
// commits.
const takers = 32

// simulate lets every official who has not finished take the round.
func (d *demo) simulate(ctx context.Context, round assessment.Round) error {
	root, err := d.roster.AgencyByCode(ctx, roster.RootCode, viet.DateOf(round.DueAt))
	if err != nil {
		return err
	}
	members, err := roster.Members(d.db.Read(ctx), root.ID, viet.DateOf(round.DueAt))
	if err != nil {
		return err
	}
	keys, err := d.answerKeys(ctx)
	if err != nil {
		return err
	}
	bar := newProgress(d.env.err, "attempts", len(members))
	queue := make(chan roster.Member)
	failures := make(chan error, takers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var working sync.WaitGroup
	for range takers {
		working.Go(func() {
			for m := range queue {
				if err := d.take(ctx, round, m, keys); err != nil {
					failures <- fmt.Errorf("official %s: %w", m.Code, err)
					cancel()
					return
				}
				bar.step()
			}
		})
	}
feed:
	for _, m := range members {
		select {
		case queue <- m:
		case <-ctx.Done():
			break feed
		}
	}
	close(queue)
	working.Wait()
	bar.end()
	select {
	case err := <-failures:
		return err
	default:
		return ctx.Err()
	}
}

// person is one simulated official: how able, how quick, and whether they
// come at all. The same official is the same person in every run.
type person struct {
	rnd     *rand.Rand
	ability float64
	digital float64 // how much more, or less, of digital government
	clock   *simulatedClock
}

func newPerson(m roster.Member, round assessment.Round) person {
	seed, err := strconv.ParseUint(m.Code, 10, 64)
	if err != nil {
		seed = uint64(len(m.Code))
	}
	rnd := rand.New(rand.NewPCG(seed, 22))
	begin := atWork(rnd, round.DueAt, round.ClosesAt.Add(-round.Rules.TimeLimit))
	ability := 0.9 + 1.1*rnd.NormFloat64()
	if m.Group == roster.Dedicated { // reform is their daily work
		ability += dedication
	}
	return person{rnd: rnd, ability: ability, digital: divide * rnd.NormFloat64(), clock: newSimulatedClock(begin)}
}

// divide is how differently, in logits, people do in the one topic that goes its own way.
const (
	divide       = 1.6
	digitalTopic = "T6-CPS"
)

// knows is what somebody is able to in a topic.
func (p person) knows(topic string) float64 {
	if topic == digitalTopic {
		return p.ability + p.digital
	}
	return p.ability
}

// dedication is by how much, in logits, those know more whose work reform is.
const dedication = 1.5

// atWork is a moment between two others, in office hours if it can be found.
func atWork(rnd *rand.Rand, from, to time.Time) (t time.Time) {
	for range 100 {
		t = from.Add(time.Duration(rnd.Float64() * float64(to.Sub(from))))
		local := t.In(viet.Location)
		day, hour := local.Weekday(), float64(local.Hour())+float64(local.Minute())/60
		if day != time.Saturday && day != time.Sunday && (hour >= 7.5 && hour < 11.5 || hour >= 13.5 && hour < 17) {
			break
		}
	}
	return t
}

// take plays one official: start, answer in several saves, submit. Some do
// not come; a few forget to submit and are ended by the clock.
func (d *demo) take(ctx context.Context, round assessment.Round, m roster.Member, keys map[string]knownItem) error {
	p := newPerson(m, round)
	absent, forgets := p.rnd.Float64() < 0.06, p.rnd.Float64() < 0.02
	if absent {
		return nil
	}
	taking := &assessment.Taking{DB: d.db, Now: p.clock.Now}
	who := taker("simulated", m.ID)
	duty, err := taking.Duty(ctx, who, round.ID)
	if err != nil {
		return err
	}
	if n := len(duty.Attempts); n > 0 {
		if !duty.Attempts[n-1].EndedAt.IsZero() {
			return nil // an earlier run played this official
		}
		p.clock.Set(later(duty.Attempts[n-1].StartedAt, duty.Attempts[n-1].SavedAt).Add(time.Second))
	}
	a, err := taking.Start(ctx, who, round.ID)
	if err != nil {
		return err
	}
	sheet, err := taking.Paper(ctx, who, a.ID)
	if err != nil {
		return err
	}
	if err := p.answer(ctx, taking, who, sheet, keys); err != nil {
		return err
	}
	if forgets {
		return nil
	}
	_, err = taking.Submit(ctx, who, a.ID)
	return err
}

// perSave is how many answers go in one save. Every so manieth official of
// singleSaves has a good line and saves them one by one, so that it is known how
// long items take.
const (
	perSave     = 9
	singleSaves = 4
)

// times are how long the questions of a sheet take, longer where they are hard.
func (p person) times(sheet assessment.Paper, keys map[string]knownItem) []time.Duration {
	all := sheet.Attempt.Deadline.Sub(p.clock.Now()).Seconds() * (0.35 + 0.6*p.rnd.Float64())
	weights, sum := make([]float64, len(sheet.Questions)), 0.0
	for i, q := range sheet.Questions {
		weights[i] = math.Exp(0.3*keys[q.Stem].hard + 0.35*p.rnd.NormFloat64())
		sum += weights[i]
	}
	times := make([]time.Duration, len(weights))
	for i, w := range weights {
		times[i] = time.Duration(all * w / sum * float64(time.Second))
	}
	return times
}

func (p person) answer(ctx context.Context, taking *assessment.Taking, who authz.Actor, sheet assessment.Paper, keys map[string]knownItem) error {
	times, most := p.times(sheet, keys), perSave
	if p.rnd.IntN(singleSaves) == 0 {
		most = 1
	}
	seq := sheet.Attempt.Seq
	var events []assessment.Event
	for i, q := range sheet.Questions {
		p.clock.Set(p.clock.Now().Add(times[i]))
		if response := p.respond(q, keys[q.Stem]); !response.Blank() {
			seq++
			events = append(events, assessment.Event{Seq: seq, Position: q.Position, Kind: assessment.Answer, Response: response})
		}
		if len(events) == most || i == len(sheet.Questions)-1 {
			if _, err := taking.Record(ctx, who, sheet.Attempt.ID, sheet.Attempt.Epoch, events); err != nil {
				return err
			}
			events = events[:0]
		}
	}
	return nil
}

// knownItem is what the simulation knows of an item: candidates never do.
type knownItem struct {
	right scoring.Response
	topic string
	hard  float64
}

// answerKeys maps stems to right responses.
func (d *demo) answerKeys(ctx context.Context) (map[string]knownItem, error) {
	pool, err := d.bank.Pool(ctx, viet.DateOf(d.clock.Now()))
	if err != nil {
		return nil, err
	}
	var ids []itembank.RevisionID
	for _, item := range pool.Drawable {
		ids = append(ids, item.Revision)
	}
	keys, err := itembank.KeysOf(d.db.Read(ctx), ids)
	if err != nil {
		return nil, err
	}
	known := map[string]knownItem{}
	for i, item := range pool.Drawable {
		k := keys[item.Revision]
		// Items differ in difficulty beyond their level, always the same way.
		rnd := rand.New(rand.NewPCG(uint64(i), 7))
		known[item.Stem] = knownItem{
			topic: item.Topic,
			right: scoring.Response{Chosen: k.Correct, Number: k.Value, Texts: firstAccepted(k)},
			hard:  float64(slices.Index(itembank.Levels, item.Level))*0.5 - 0.7 + 0.6*rnd.NormFloat64(),
		}
	}
	return known, nil
}

// firstAccepted is what somebody types who knows the words, nil where nothing
// is typed.
func firstAccepted(k itembank.Key) (texts []string) {
	for i, accepted := range k.Accepted {
		text := ""
		switch {
		case len(accepted) > 0:
			text = accepted[0]
		case i < len(k.Numbers):
			text = k.Numbers[i].Value
		}
		texts = append(texts, text)
	}
	return texts
}

// respond answers right with a probability that grows with ability (Rasch); of
// what somebody does not know some is left blank, the rest is wrong.
func (p person) respond(q assessment.Question, item knownItem) scoring.Response {
	if p.rnd.Float64() < 1/(1+math.Exp(item.hard-p.knows(item.topic))) {
		return item.right
	}
	if p.rnd.Float64() < 0.08 {
		return scoring.Response{}
	}
	switch q.Kind {
	case itembank.Numeric:
		return scoring.Response{Number: strconv.Itoa(1 + p.rnd.IntN(90))}
	case itembank.Ordering:
		return scoring.Response{Chosen: p.rnd.Perm(len(q.Options))}
	case itembank.Short:
		return scoring.Response{Texts: []string{"không rõ"}}
	case itembank.GapText:
		return p.guessGaps(q)
	case itembank.Matrix:
		said := make([]int, len(q.Options))
		for i := range said {
			said[i] = p.rnd.IntN(len(q.Targets))
		}
		return scoring.Response{Chosen: said}
	case itembank.Matching:
		return scoring.Response{Chosen: p.rnd.Perm(len(q.Targets))[:len(q.Options)]}
	case itembank.Multiple:
		return scoring.Response{Chosen: slices.Sorted(slices.Values(p.rnd.Perm(len(q.Options))[:1+p.rnd.IntN(2)]))}
	}
	return scoring.Response{Chosen: []int{p.rnd.IntN(len(q.Options))}}
}

// guessGaps chooses anything where something is chosen, and types nonsense
// elsewhere.
func (p person) guessGaps(q assessment.Question) scoring.Response {
	r := scoring.Response{Chosen: make([]int, len(q.Gaps)), Texts: make([]string, len(q.Gaps))}
	for i, options := range q.Gaps {
		r.Chosen[i] = -1
		if len(options) > 0 {
			r.Chosen[i] = p.rnd.IntN(len(options))
		} else {
			r.Texts[i] = "không rõ"
		}
	}
	return r
}

// progress draws a bar on a terminal and says every tenth elsewhere.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	what     string
	done, of int
	terminal bool
}

func newProgress(out io.Writer, what string, of int) *progress {
	p := &progress{out: out, what: what, of: max(of, 1)}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	tenth := p.done*10/p.of > (p.done-1)*10/p.of
	switch {
	case p.terminal && (p.done%7 == 0 || p.done == p.of):
		const wide = 40
		filled := p.done * wide / p.of
		fmt.Fprintf(p.out, "\r%s%s %d/%d %s", strings.Repeat("█", filled), strings.Repeat("░", wide-filled), p.done, p.of, p.what)
	case !p.terminal && tenth:
		fmt.Fprintf(p.out, "%d/%d %s\n", p.done, p.of, p.what)
	}
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprintln(p.out)
	}
}
