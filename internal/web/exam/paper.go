package exam

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/web/page"
	"sathach/itembank"
	"sathach/scoring"
)

// questionView is one question on the page.
type questionView struct {
	assessment.Question
	Kind     string
	Answered bool
	Ask      string
}

// Has tells whether an option is chosen; At whether it stands at a place of
// an order; Matched whether it is joined to a target.
func (q questionView) Has(option int) bool { return slices.Contains(q.Entry.Response.Chosen, option) }

func (q questionView) At(option, place int) bool {
	chosen := q.Entry.Response.Chosen
	return place < len(chosen) && chosen[place] == option
}

func (q questionView) Matched(option, target int) bool {
	chosen := q.Entry.Response.Chosen
	return option < len(chosen) && chosen[option] == target
}

// Excerpt is the beginning of the stem, for lists.
func (q questionView) Excerpt() string {
	letters := []rune(q.Stem)
	if len(letters) <= 110 {
		return q.Stem
	}
	return strings.TrimSpace(string(letters[:108])) + "…"
}

type paperView struct {
	Attempt   assessment.Attempt
	Round     assessment.Round
	Questions []questionView
	Answered  int
	Now       time.Time
	Left      time.Duration
	Words     string
	Notice    string
}

// asks says how a kind of question is answered, below its stem.
var asks = map[itembank.Kind]string{
	itembank.Multiple: "paper.ask_multiple", itembank.Ordering: "paper.ask_ordering",
	itembank.Matching: "paper.ask_matching", itembank.Numeric: "paper.ask_numeric",
}

func (p *Pages) viewOf(c *gin.Context, sheet assessment.Paper) paperView {
	now := p.Now()
	v := paperView{Attempt: sheet.Attempt, Round: sheet.Round, Now: now, Left: sheet.Attempt.Deadline.Sub(now), Answered: sheet.Attempt.Sheet.Answered(), Words: p.playerWords(c)}
	for _, q := range sheet.Questions {
		view := questionView{Question: q, Kind: string(q.Kind), Answered: !q.Entry.Response.Blank()}
		if key, ok := asks[q.Kind]; ok {
			view.Ask = p.kit.T(c, key)
		}
		v.Questions = append(v.Questions, view)
	}
	return v
}

// playerKeys are the words the player says by itself.
var playerKeys = []string{
	"save.saving", "save.saved", "save.kept", "save.need_you", "player.offline", "player.sign_in", "player.sign_in_act", "player.taken_over", "player.taken_over_act",
	"player.ended", "player.ended_act", "player.failed", "player.minutes", "player.seconds", "player.answered", "player.half", "player.ten", "player.five", "player.one",
	"player.time_up", "player.show_clock", "paper.hide_clock", "paper.left", "cell.answered", "cell.blank", "cell.flagged", "cell.unsent", "player.incomplete", "player.unsent_leave", "player.storage",
}

func (p *Pages) playerWords(c *gin.Context) string {
	words := map[string]string{}
	for _, key := range playerKeys {
		words[key] = p.kit.T(c, key, "N", 0, "Since", "%since%", "Time", "%time%", "P", "%p%", "Done", "%done%", "All", "%all%")
	}
	text, err := json.Marshal(words)
	if err != nil {
		return "{}"
	}
	return string(text)
}

func (p *Pages) paper(c *gin.Context) {
	sheet, ok := p.ownPaper(c)
	if !ok {
		return
	}
	if p.sentAway(c, sheet) {
		return
	}
	p.showPaper(c, http.StatusOK, sheet, "")
}

func (p *Pages) showPaper(c *gin.Context, status int, sheet assessment.Paper, notice string) {
	v := p.viewOf(c, sheet)
	v.Notice = notice
	p.kit.HTML(c, status, "paper", page.View{Title: sheet.Round.Name, Exam: true, Script: "player", Body: v})
}

// sentAway sends the owner of an attempt that has ended to its receipt. One
// whose deadline has just passed is left to the clock: answers may still be on
// their way, and ending it here would refuse them.
func (p *Pages) sentAway(c *gin.Context, sheet assessment.Paper) bool {
	a := sheet.Attempt
	if a.EndedAt.IsZero() {
		if p.Now().Before(a.Deadline) {
			return false
		}
		p.kit.Fail(c, assessment.ErrTooLate)
		return true
	}
	c.Redirect(http.StatusSeeOther, attemptPath(a.ID, "/receipt"))
	return true
}

// state is what the player learns with every answer of the server.
type state struct {
	Epoch    int                 `json:"epoch"`
	Seq      int                 `json:"seq"`
	Saved    string              `json:"saved,omitempty"`
	Deadline string              `json:"deadline"`
	Now      string              `json:"now"`
	Ended    bool                `json:"ended,omitempty"`
	Sheet    map[int]sheetOfJSON `json:"sheet,omitempty"`
}

type sheetOfJSON struct {
	Chosen  []int  `json:"c,omitempty"`
	Number  string `json:"n,omitempty"`
	Flagged bool   `json:"f,omitempty"`
}

const wire = "2006-01-02T15:04:05.000Z"

func (p *Pages) stateOf(a assessment.Attempt) state {
	s := state{Epoch: a.Epoch, Seq: a.Seq, Deadline: a.Deadline.UTC().Format(wire), Now: p.Now().UTC().Format(wire), Ended: !a.EndedAt.IsZero()}
	if !a.SavedAt.IsZero() {
		s.Saved = a.SavedAt.UTC().Format(wire)
	}
	return s
}

// takeOver makes the asking page the one that writes, and tells it what is
// saved.
func (p *Pages) takeOver(c *gin.Context) {
	id, err := attemptID(c)
	var a assessment.Attempt
	if err == nil {
		a, err = p.Taking.TakeOver(c.Request.Context(), page.Actor(c), id)
	}
	if err != nil {
		p.kit.FailJSON(c, err)
		return
	}
	s := p.stateOf(a)
	s.Sheet = map[int]sheetOfJSON{}
	for position, e := range a.Sheet {
		s.Sheet[position] = sheetOfJSON{e.Response.Chosen, e.Response.Number, e.Flagged}
	}
	c.JSON(http.StatusOK, s)
}

// batch is what the player sends: changes of one epoch in their order.
type batch struct {
	Epoch  int `json:"epoch"`
	Events []struct {
		Seq      int                  `json:"s"`
		Position int                  `json:"p"`
		Kind     assessment.EventKind `json:"k"`
		Chosen   []int                `json:"c"`
		Number   string               `json:"n"`
	} `json:"events"`
}

// eventsLimit bounds a batch's body: 400 events of a long order fit.
const eventsLimit = 64 << 10

// events saves a batch and answers once it is durable.
func (p *Pages) events(c *gin.Context) {
	id, err := attemptID(c)
	if err != nil {
		p.kit.FailJSON(c, err)
		return
	}
	var b batch
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, eventsLimit)
	if err := json.NewDecoder(c.Request.Body).Decode(&b); err != nil {
		p.kit.FailJSON(c, errBadRequest)
		return
	}
	events := make([]assessment.Event, len(b.Events))
	for i, e := range b.Events {
		events[i] = assessment.Event{Seq: e.Seq, Position: e.Position, Kind: e.Kind, Response: scoring.Response{Chosen: e.Chosen, Number: strings.TrimSpace(e.Number)}}
	}
	a, err := p.Taking.Record(c.Request.Context(), page.Actor(c), id, b.Epoch, events)
	if err != nil {
		p.kit.FailJSON(c, err)
		return
	}
	c.JSON(http.StatusOK, p.stateOf(a))
}

// save takes the whole form of a page without script: it records what differs
// from what is saved.
func (p *Pages) save(c *gin.Context) {
	sheet, ok := p.ownPaper(c)
	if !ok {
		return
	}
	if p.sentAway(c, sheet) {
		return
	}
	epoch, err := strconv.Atoi(c.PostForm("epoch"))
	if err != nil {
		p.kit.Fail(c, errBadRequest)
		return
	}
	events, incomplete := p.differences(c, sheet)
	for i := range events {
		events[i].Seq = sheet.Attempt.Seq + i + 1
	}
	_, err = p.Taking.Record(c.Request.Context(), page.Actor(c), sheet.Attempt.ID, epoch, events)
	switch {
	case ended(err):
		c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, "/receipt"))
		return
	case err != nil:
		p.kit.Fail(c, err)
		return
	}
	if len(incomplete) > 0 {
		again, ok := p.ownPaper(c)
		if ok {
			p.showPaper(c, http.StatusUnprocessableEntity, again, p.kit.T(c, "paper.incomplete", "P", strings.Join(incomplete, ", ")))
		}
		return
	}
	if c.PostForm("then") == "review" {
		c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, "/review"))
		return
	}
	c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, ""))
}

// differences compares the posted form with what is saved. Positions whose
// order is not complete are named and left as they are.
func (p *Pages) differences(c *gin.Context, sheet assessment.Paper) (events []assessment.Event, incomplete []string) {
	for _, q := range sheet.Questions {
		given, whole := posted(c, q)
		if !whole {
			incomplete = append(incomplete, strconv.Itoa(q.Position))
		} else if !same(given, q.Entry.Response) {
			e := assessment.Event{Position: q.Position, Kind: assessment.Answer, Response: given}
			if given.Blank() {
				e = assessment.Event{Position: q.Position, Kind: assessment.Clear}
			}
			events = append(events, e)
		}
		if flagged := c.PostForm("f"+strconv.Itoa(q.Position)) != ""; flagged != q.Entry.Flagged {
			kind := assessment.Unflag
			if flagged {
				kind = assessment.Flag
			}
			events = append(events, assessment.Event{Position: q.Position, Kind: kind})
		}
	}
	return events, incomplete
}

func same(a, b scoring.Response) bool {
	return a.Number == b.Number && slices.Equal(a.Chosen, b.Chosen) || a.Blank() && b.Blank()
}

// posted reads one question's fields. It is not whole when an order was begun
// but is not complete.
func posted(c *gin.Context, q assessment.Question) (r scoring.Response, whole bool) {
	name := "q" + strconv.Itoa(q.Position)
	switch q.Kind {
	case itembank.Numeric:
		return scoring.Response{Number: strings.TrimSpace(c.PostForm(name))}, true
	case itembank.Ordering:
		return postedOrder(c, name, len(q.Options))
	case itembank.Matching:
		r.Chosen = make([]int, len(q.Options))
		for option := range r.Chosen {
			r.Chosen[option] = number(c.PostForm(name + "." + strconv.Itoa(option)))
		}
		return r, true
	}
	for _, value := range c.PostFormArray(name) {
		r.Chosen = append(r.Chosen, number(value))
	}
	slices.Sort(r.Chosen)
	return r, true
}

func postedOrder(c *gin.Context, name string, n int) (scoring.Response, bool) {
	order := make([]int, n)
	for i := range order {
		order[i] = -1
	}
	given := 0
	for option := range n {
		place := number(c.PostForm(name + "." + strconv.Itoa(option)))
		if place < 0 {
			continue
		}
		given++
		if place >= n || order[place] >= 0 {
			return scoring.Response{}, false
		}
		order[place] = option
	}
	if given == 0 {
		return scoring.Response{}, true
	}
	return scoring.Response{Chosen: order}, given == n
}

// number is a posted position, or -1 for none.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

type reviewView struct {
	Attempt        assessment.Attempt
	Round          assessment.Round
	Answered       int
	Items          int
	Blank, Flagged []questionView
	Left           time.Duration
}

func (p *Pages) review(c *gin.Context) {
	sheet, ok := p.ownPaper(c)
	if !ok {
		return
	}
	if p.sentAway(c, sheet) {
		return
	}
	all := p.viewOf(c, sheet)
	v := reviewView{Attempt: all.Attempt, Round: all.Round, Answered: all.Answered, Items: len(all.Questions), Left: all.Left}
	for _, q := range all.Questions {
		if !q.Answered {
			v.Blank = append(v.Blank, q)
		}
		if q.Entry.Flagged {
			v.Flagged = append(v.Flagged, q)
		}
	}
	p.kit.HTML(c, http.StatusOK, "review", page.View{Title: p.kit.T(c, "review.title"), Body: v})
}
