package assessment

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sathach/internal/fault"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
)

// AttemptID identifies an attempt.
type AttemptID string

// Attempt is one candidate's sitting of a round.
type Attempt struct {
	ID        AttemptID
	Candidate CandidateID
	Official  roster.OfficialID
	Seating   SeatingID
	Round     RoundID
	Form      FormID
	Try       int
	StartedAt time.Time
	Deadline  time.Time
	// Epoch counts the pages that took the attempt over; only the newest may
	// write. Seq is the last event of that epoch.
	Epoch, Seq int
	Sheet      Sheet
	SavedAt    time.Time // zero until something is saved
	EndedAt    time.Time // zero while it is open
	EndedBy    Ending
	Receipt    string
	Version    int
}

// Ending says who ended an attempt.
type Ending string

const (
	ByCandidate Ending = "candidate"
	ByClock     Ending = "clock"
)

// Sheet is the compact state of the answers: form position (from 1) to entry.
// It always equals Replay of the event log.
type Sheet map[int]Entry

// Entry is what stands at one position.
type Entry struct {
	Response scoring.Response `json:"r,omitzero"`
	Flagged  bool             `json:"f,omitempty"`
}

// Event is one acknowledged change.
type Event struct {
	Epoch    int
	Seq      int // from 1 within an epoch
	Position int
	Kind     EventKind
	Response scoring.Response // for Answer
}

// EventKind says what an event changes. A blank never replaces an answer:
// clearing is an event of its own.
type EventKind string

const (
	Answer EventKind = "answer"
	Clear  EventKind = "clear"
	Flag   EventKind = "flag"
	Unflag EventKind = "unflag"
)

// Errors about attempts.
var (
	ErrNoAttempt    = fault.New(fault.Missing, "attempt.not_found", "no such attempt")
	ErrEnded        = fault.New(fault.Closed, "attempt.ended", "the attempt has ended")
	ErrTooLate      = fault.New(fault.Closed, "attempt.too_late", "the deadline has passed")
	ErrTakenOver    = fault.New(fault.Conflict, "attempt.taken_over", "the attempt was continued on another page")
	ErrBadEvent     = fault.New(fault.Invalid, "attempt.bad_event", "an answer does not fit its item")
	ErrNoTryLeft    = fault.New(fault.Closed, "attempt.no_try_left", "every try has been used")
	ErrNotCandidate = fault.New(fault.Missing, "attempt.not_candidate", "not on the roster of this round")
	ErrNotReleased  = fault.New(fault.Closed, "attempt.not_released", "the results are not published yet")
)

// MaxEvents bounds one batch of events.
const MaxEvents = 400

var errLongBatch = fault.Invalidf("error.invalid", "more than %d events in one batch", MaxEvents)

// Moment is a place in an attempt's log: everything of earlier epochs, and of
// Epoch up to Seq.
type Moment struct{ Epoch, Seq int }

// Moment is where the attempt's log ends.
func (a *Attempt) Moment() Moment { return Moment{a.Epoch, a.Seq} }

// Record applies a batch of one epoch's events and returns those that are
// new. Events already recorded are skipped, so that a batch may be sent
// again. Nothing is applied when anything is wrong.
func (a *Attempt) Record(form []itembank.Revision, epoch int, events []Event, now time.Time, grace time.Duration) ([]Event, error) {
	switch {
	case !a.EndedAt.IsZero():
		return nil, ErrEnded
	case now.After(a.Deadline.Add(grace)):
		return nil, ErrTooLate
	case epoch != a.Epoch:
		return nil, ErrTakenOver
	case len(events) > MaxEvents:
		return nil, errLongBatch
	}
	seq := a.Seq
	var fresh []Event
	for _, e := range events {
		if e.Seq <= seq {
			continue
		}
		if err := e.validate(form); err != nil {
			return nil, err
		}
		e.Epoch = epoch
		fresh, seq = append(fresh, e), e.Seq
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	if a.Sheet == nil {
		a.Sheet = Sheet{}
	}
	for _, e := range fresh {
		a.Sheet.apply(e)
	}
	a.Seq, a.SavedAt = seq, now
	return fresh, nil
}

// TakeOver makes the caller's page the only one that may write.
func (a *Attempt) TakeOver() error {
	if !a.EndedAt.IsZero() {
		return ErrEnded
	}
	a.Epoch, a.Seq = a.Epoch+1, 0
	return nil
}

// End ends the attempt once; ending it again changes nothing. An attempt
// that the clock ends has ended at its deadline, whenever that is noticed.
func (a *Attempt) End(by Ending, now time.Time) {
	if !a.EndedAt.IsZero() {
		return
	}
	a.EndedBy, a.EndedAt, a.Receipt = by, now, newReceipt()
	if by == ByClock || now.After(a.Deadline) {
		a.EndedAt = a.Deadline
	}
}

func (s Sheet) apply(e Event) {
	entry := s[e.Position]
	switch e.Kind {
	case Answer:
		entry.Response = e.Response
	case Clear:
		entry.Response = scoring.Response{}
	case Flag, Unflag:
		entry.Flagged = e.Kind == Flag
	}
	s[e.Position] = entry
}

// Replay rebuilds a sheet from a log in its order.
func Replay(events []Event) Sheet {
	s := Sheet{}
	for _, e := range events {
		s.apply(e)
	}
	return s
}

// Answered counts the positions with a response.
func (s Sheet) Answered() (n int) {
	for _, e := range s {
		if !e.Response.Blank() {
			n++
		}
	}
	return n
}

// Digest is a short fingerprint of the sheet, for the receipt.
func (s Sheet) Digest() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic("assessment: " + err.Error()) // a sheet always encodes
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// validate refuses what could not have come from the form. The error names
// the position, so that a page can save everything else.
func (e Event) validate(form []itembank.Revision) error {
	if e.Position >= 1 && e.Position <= len(form) && e.Seq >= 1 && e.Seq <= math.MaxInt32 && e.fits(form[e.Position-1]) {
		return nil
	}
	return fmt.Errorf("%s: %w", e.Kind, ErrBadEvent.With(map[string]any{"P": e.Position}))
}

func (e Event) fits(item itembank.Revision) bool {
	switch e.Kind {
	case Clear, Flag, Unflag:
		return true
	case Answer:
		return shape{item.Kind, len(item.Options), len(item.Targets), lengths(item.Gaps)}.fits(e.Response)
	}
	return false
}

// Accepts tells whether a response could have come from the question.
func (q Question) Accepts(r scoring.Response) bool {
	return r.Blank() || shape{q.Kind, len(q.Options), len(q.Targets), lengths(q.Gaps)}.fits(r)
}

// shape is what of an item a response must fit.
type shape struct {
	kind             itembank.Kind
	options, targets int
	gaps             []int // how many options each gap has, 0 where it is typed
}

func lengths[T any](lists [][]T) []int {
	n := make([]int, len(lists))
	for i, list := range lists {
		n[i] = len(list)
	}
	return n
}

func (s shape) fits(given scoring.Response) bool {
	switch s.kind {
	case itembank.Numeric:
		return len(given.Chosen) == 0 && len(given.Texts) == 0 && isNumber(given.Number)
	case itembank.Short:
		return len(given.Chosen) == 0 && given.Number == "" && len(given.Texts) == 1 && isText(given.Texts[0])
	case itembank.GapText:
		return given.Number == "" && s.fitsGaps(given)
	}
	return given.Number == "" && len(given.Texts) == 0 && s.fitsChoice(given.Chosen)
}

// fitsGaps tells whether every gap has what it may have: an option where one
// is chosen, a text where one is typed.
func (s shape) fitsGaps(given scoring.Response) bool {
	if given.Blank() || len(given.Texts) != len(s.gaps) || len(given.Chosen) != len(s.gaps) {
		return false
	}
	for i, options := range s.gaps {
		typed := options == 0
		if typed && given.Chosen[i] != -1 || !typed && given.Texts[i] != "" || given.Chosen[i] < -1 || given.Chosen[i] >= max(1, options) || !isText(given.Texts[i]) {
			return false
		}
	}
	return true
}

// isText tells whether a text may be kept as what was typed.
func isText(typed string) bool {
	return utf8.ValidString(typed) && utf8.RuneCountInString(typed) <= scoring.LongestText && !strings.ContainsFunc(typed, unicode.IsControl)
}

func (s shape) fitsChoice(chosen []int) bool {
	limit, most, paired := s.options, s.options, s.kind == itembank.Matching || s.kind == itembank.Matrix
	switch {
	case s.kind == itembank.Single, s.kind == itembank.TrueFalse:
		most = 1
	case paired:
		limit = s.targets
	}
	if len(chosen) == 0 || len(chosen) > most || (s.kind == itembank.Ordering || paired) && len(chosen) != s.options {
		return false
	}
	seen := map[int]bool{}
	for _, c := range chosen {
		unset := c == -1 && paired
		if !unset && (c < 0 || c >= limit || !paired && seen[c]) {
			return false
		}
		seen[c] = true
	}
	return true
}

// isNumber tells whether a text may stand where a number is typed. Words are
// refused while the person can still mend them: kept, they would earn nothing.
func isNumber(typed string) bool {
	return utf8.ValidString(typed) && scoring.IsNumber(typed)
}

// receipts avoid letters that are read for one another.
var receipts = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

func newReceipt() string {
	raw := make([]byte, 5)
	_, _ = rand.Read(raw) // never fails
	code := receipts.EncodeToString(raw)
	return "SH-" + code[:4] + "-" + code[4:]
}
