package exam

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"sathach/assessment"
	"sathach/internal/fault"
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

// Opens tells the first question about a situation.
func (q questionView) Opens() bool { return q.Situation != nil && q.Situation.First == q.Position }

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

// Text is what was typed in a gap; of a short answer, in its only one.
func (q questionView) Text(gap int) string {
	if gap < len(q.Entry.Response.Texts) {
		return q.Entry.Response.Texts[gap]
	}
	return ""
}

// Excerpt is the beginning of the stem, for lists.
func (q questionView) Excerpt() string {
	return page.Excerpt(strings.ReplaceAll(itembank.Revision{Format: q.Format, Stem: q.Stem}.Plain().Stem, itembank.GapMark, "……"))
}

type paperView struct {
	Attempt   assessment.Attempt
	Round     assessment.Round
	Questions []questionView
	Answered  int
	Now       time.Time
	Left      time.Duration
	Over      bool // the deadline has passed; what was sent before still arrives
	Words     string
	Notice    string
}

// asks says how a kind of question is answered, below its stem.
var asks = map[itembank.Kind]string{
	itembank.Multiple: "paper.ask_multiple", itembank.Ordering: "paper.ask_ordering",
	itembank.Matching: "paper.ask_matching", itembank.Numeric: "paper.ask_numeric",
	itembank.Matrix: "paper.ask_matrix", itembank.Short: "paper.ask_short", itembank.GapText: "paper.ask_gap",
}

func (p *Pages) viewOf(c *gin.Context, sheet assessment.Paper) paperView {
	now := p.Now()
	v := paperView{Attempt: sheet.Attempt, Round: sheet.Round, Now: now, Left: max(0, sheet.Attempt.Deadline.Sub(now)), Answered: sheet.Attempt.Sheet.Answered(), Words: p.playerWords(c)}
	v.Over = v.Left == 0
	for _, q := range sheet.Questions {
		view := questionView{Question: q, Kind: string(q.Kind), Answered: !q.Entry.Response.Blank()}
		if key, ok := asks[q.Kind]; ok {
			view.Ask = p.kit.T(c, key)
		}
		if q.Told > 0 {
			view.Ask = p.kit.T(c, "paper.ask_told", "N", q.Told)
		}
		if q.Kind == itembank.Multiple || q.Rule != "" {
			view.Ask += " " + p.kit.T(c, "rule."+string(cmp.Or(q.Rule, itembank.UsualRule(q.Kind))))
		}
		v.Questions = append(v.Questions, view)
	}
	return v
}

// playerKeys are the words the player says by itself.
var playerKeys = []string{
	"save.saving", "save.saved", "save.kept", "save.need_you", "player.offline", "player.sign_in", "player.sign_in_act", "player.taken_over", "player.taken_over_act",
	"player.ended", "player.ended_act", "player.failed", "player.minutes", "player.seconds", "player.answered", "player.half", "player.ten", "player.five", "player.one",
	"player.time_up", "player.show_clock", "paper.hide_clock", "paper.left", "cell.answered", "cell.blank", "cell.flagged", "cell.unsent", "player.ended_unsent", "player.closing", "player.incomplete_at", "player.refused_at", "player.kept_other", "player.storage", "player.review_offline",
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
	if !ok || p.sentAway(c, sheet) {
		return
	}
	p.showPaper(c, http.StatusOK, sheet, "")
}

func (p *Pages) showPaper(c *gin.Context, status int, sheet assessment.Paper, notice string) {
	v := p.viewOf(c, sheet)
	v.Notice = notice
	p.kit.HTML(c, status, "paper", page.View{Title: sheet.Round.Name, Exam: true, Script: "player", Body: v})
}

// sentAway sends the owner of an attempt that has ended to its receipt. In the
// grace after the deadline the paper is still shown, for reading only: its
// script sends the answers that are on their way.
func (p *Pages) sentAway(c *gin.Context, sheet assessment.Paper) bool {
	a := sheet.Attempt
	if !a.EndedAt.IsZero() {
		c.Redirect(http.StatusSeeOther, attemptPath(a.ID, "/receipt"))
		return true
	}
	if p.Now().After(a.Deadline.Add(sheet.Round.Rules.Grace)) {
		p.ending(c)
		return true
	}
	return false
}

// ending answers between the deadline and the moment in which the clock ends
// the attempt; the browser asks again by itself.
func (p *Pages) ending(c *gin.Context) {
	c.Header("Refresh", "10")
	p.kit.Fail(c, errEnding)
}

var errEnding = fault.New(fault.Closed, "attempt.ending", "the deadline has passed; the attempt ends in a moment")

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
	Chosen  []int    `json:"c,omitempty"`
	Number  string   `json:"n,omitempty"`
	Texts   []string `json:"t,omitempty"`
	Flagged bool     `json:"f,omitempty"`
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
		s.Sheet[position] = sheetOfJSON{e.Response.Chosen, e.Response.Number, e.Response.Texts, e.Flagged}
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
		Texts    []string             `json:"t"`
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
		events[i] = assessment.Event{Seq: e.Seq, Position: e.Position, Kind: e.Kind, Response: scoring.Response{Chosen: e.Chosen, Number: strings.TrimSpace(e.Number), Texts: trimmed(e.Texts)}}
	}
	a, err := p.Taking.Record(c.Request.Context(), page.Actor(c), id, b.Epoch, events)
	if err != nil {
		p.kit.FailJSON(c, err)
		return
	}
	c.JSON(http.StatusOK, p.stateOf(a))
}

func trimmed(texts []string) []string {
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
	}
	return texts
}

// filled is one question of a posted page.
type filled struct {
	position int
	response scoring.Response
	flagged  bool
	whole    bool // an order that is complete, a number that can be kept
}

// save takes the whole form of a page without script: it records what the
// person changed since the page was made. What cannot be saved yet is named
// and shown again as it was typed.
func (p *Pages) save(c *gin.Context) {
	sheet, ok := p.ownPaper(c)
	if !ok {
		return
	}
	if !sheet.Attempt.EndedAt.IsZero() {
		c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, "/receipt"))
		return
	}
	seen, err := postedMoment(c)
	if err != nil {
		p.kit.Fail(c, errBadRequest)
		return
	}
	form := make([]filled, len(sheet.Questions))
	for i, q := range sheet.Questions {
		form[i] = posted(c, q)
	}
	_, err = p.Taking.SavePage(c.Request.Context(), page.Actor(c), sheet.Attempt.ID, seen, func(then assessment.Sheet) []assessment.Event { return changes(form, then) })
	switch {
	case ended(err):
		c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, "/receipt"))
		return
	case err != nil:
		p.kit.Fail(c, err)
		return
	}
	if slices.ContainsFunc(form, func(f filled) bool { return !f.whole }) {
		p.showUnsaved(c, form)
		return
	}
	if c.PostForm("then") == "review" {
		c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, "/review"))
		return
	}
	c.Redirect(http.StatusSeeOther, attemptPath(sheet.Attempt.ID, ""))
}

// postedMoment is the moment of the log from which the posted page was made.
func postedMoment(c *gin.Context) (assessment.Moment, error) {
	epoch, err1 := strconv.ParseInt(c.PostForm("epoch"), 10, 32)
	seq, err2 := strconv.ParseInt(c.PostForm("seq"), 10, 32)
	return assessment.Moment{Epoch: int(epoch), Seq: int(seq)}, errors.Join(err1, err2)
}

// changes compares a posted page with the sheet from which it was made.
func changes(form []filled, then assessment.Sheet) (events []assessment.Event) {
	for _, f := range form {
		entry := then[f.position]
		switch {
		case !f.whole, same(f.response, entry.Response):
		case f.response.Blank():
			events = append(events, assessment.Event{Position: f.position, Kind: assessment.Clear})
		default:
			events = append(events, assessment.Event{Position: f.position, Kind: assessment.Answer, Response: f.response})
		}
		switch {
		case f.flagged && !entry.Flagged:
			events = append(events, assessment.Event{Position: f.position, Kind: assessment.Flag})
		case !f.flagged && entry.Flagged:
			events = append(events, assessment.Event{Position: f.position, Kind: assessment.Unflag})
		}
	}
	return events
}

// showUnsaved shows the paper with what could not be saved as it was typed.
func (p *Pages) showUnsaved(c *gin.Context, form []filled) {
	sheet, ok := p.ownPaper(c)
	if !ok {
		return
	}
	var positions []string
	for i, f := range form {
		if !f.whole {
			sheet.Questions[i].Entry.Response = f.response
			positions = append(positions, strconv.Itoa(f.position))
		}
	}
	p.showPaper(c, http.StatusUnprocessableEntity, sheet, p.kit.T(c, "paper.incomplete", "P", strings.Join(positions, ", ")))
}

func same(a, b scoring.Response) bool {
	return a.Number == b.Number && slices.Equal(a.Chosen, b.Chosen) && slices.Equal(a.Texts, b.Texts) || a.Blank() && b.Blank()
}

// posted reads one question's fields.
func posted(c *gin.Context, q assessment.Question) filled {
	name := "q" + strconv.Itoa(q.Position)
	f := filled{position: q.Position, flagged: c.PostForm("f"+strconv.Itoa(q.Position)) != ""}
	switch q.Kind {
	case itembank.Numeric:
		f.response.Number = strings.TrimSpace(c.PostForm(name))
	case itembank.Ordering:
		f.response.Chosen = postedOrder(c, name, len(q.Options))
	case itembank.Short:
		f.response.Texts = trimmed([]string{c.PostForm(name)})
	case itembank.GapText:
		for i, options := range q.Gaps {
			text, chosen := strings.TrimSpace(c.PostForm(name+"."+strconv.Itoa(i))), -1
			if len(options) > 0 {
				text, chosen = "", number(text)
			}
			f.response.Texts, f.response.Chosen = append(f.response.Texts, text), append(f.response.Chosen, chosen)
		}
	case itembank.Matching, itembank.Matrix:
		for option := range q.Options {
			f.response.Chosen = append(f.response.Chosen, number(c.PostForm(name+"."+strconv.Itoa(option))))
		}
	default:
		for _, value := range c.PostFormArray(name) {
			f.response.Chosen = append(f.response.Chosen, number(value))
		}
		slices.Sort(f.response.Chosen)
	}
	f.whole = q.Accepts(f.response)
	return f
}

// postedOrder reads an order: at each place the option that stands there, -1
// where none does yet. Of two options at one place the first is kept.
func postedOrder(c *gin.Context, name string, n int) []int {
	order := slices.Repeat([]int{-1}, n)
	for option := range n {
		place := number(c.PostForm(name + "." + strconv.Itoa(option)))
		if place >= 0 && place < n && order[place] < 0 {
			order[place] = option
		}
	}
	return order
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
	if !ok || p.sentAway(c, sheet) {
		return
	}
	all := p.viewOf(c, sheet)
	if all.Over {
		p.ending(c)
		return
	}
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
