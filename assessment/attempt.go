package assessment

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

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
		return nil, fmt.Errorf("%d events in one batch: %w", len(events), ErrBadEvent)
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

// validate refuses what could not have come from the form.
func (e Event) validate(form []itembank.Revision) error {
	if e.Position < 1 || e.Position > len(form) || e.Seq < 1 {
		return fmt.Errorf("position %d of %d: %w", e.Position, len(form), ErrBadEvent)
	}
	switch e.Kind {
	case Clear, Flag, Unflag:
		return nil
	case Answer:
		if fits(form[e.Position-1], e.Response) {
			return nil
		}
	}
	return fmt.Errorf("position %d, %s: %w", e.Position, e.Kind, ErrBadEvent)
}

// longestNumber bounds a typed number.
const longestNumber = 24

func fits(r itembank.Revision, given scoring.Response) bool {
	limit, most := len(r.Options), len(r.Options)
	distinct := true
	switch r.Kind {
	case itembank.Single, itembank.TrueFalse:
		most = 1
	case itembank.Matching:
		limit, distinct = len(r.Targets), false
	case itembank.Numeric:
		return len(given.Chosen) == 0 && len(given.Number) > 0 && len(given.Number) <= longestNumber
	}
	if given.Number != "" || len(given.Chosen) == 0 || len(given.Chosen) > most {
		return false
	}
	if (r.Kind == itembank.Ordering || r.Kind == itembank.Matching) && len(given.Chosen) != len(r.Options) {
		return false
	}
	seen := map[int]bool{}
	for _, c := range given.Chosen {
		unset := c == -1 && r.Kind == itembank.Matching
		if !unset && (c < 0 || c >= limit || distinct && seen[c]) {
			return false
		}
		seen[c] = true
	}
	return true
}

// receipts avoid letters that are read for one another.
var receipts = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

func newReceipt() string {
	raw := make([]byte, 5)
	_, _ = rand.Read(raw) // never fails
	code := receipts.EncodeToString(raw)
	return "SH-" + code[:4] + "-" + code[4:]
}
