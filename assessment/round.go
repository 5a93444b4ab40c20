package assessment

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
)

// RoundID, SeatingID, CandidateID, FormID and RunID identify their nouns.
type (
	RoundID     string
	SeatingID   string
	CandidateID string
	FormID      string
	RunID       string
)

// State is where a round stands in its life.
type State string

const (
	Planned   State = "planned"
	Assembled State = "assembled"
	Open      State = "open"
	Closed    State = "closed"
	Scored    State = "scored"
	Published State = "published"
	Cancelled State = "cancelled"
)

// Round is one dated run of a series. Its blueprint and rules are copies
// that never change once it is assembled.
type Round struct {
	ID        RoundID
	Series    SeriesID
	Follows   RoundID // whose uncertain people it asks again; empty for most
	Code      string  // for file names and readers, for example KT-20261124-0800-3F2A
	Name      string
	DueAt     time.Time // when it opens
	ClosesAt  time.Time
	State     State
	Blueprint Blueprint
	Forms     int // FormEach: one for everybody
	Rules     Rules
	Seed      string  // assembly and option order derive from it; never shown
	Problem   Problem // why it cannot be assembled; the zero Problem when all is well
	Version   int
}

// Seating is one agency's part of a round with its window.
type Seating struct {
	ID            SeatingID
	Agency        roster.AgencyID
	Opens, Closes time.Time
	candidates    []Candidate
}

// Candidate is an official on a round's frozen roster, with the posting of
// the day.
type Candidate struct {
	ID       CandidateID
	Official roster.OfficialID
	Title    string
	Group    string
	Form     int // form number
}

// Form is the frozen list of revisions that candidates of one form number
// answer.
type Form struct {
	ID     FormID
	Number int
	Items  []FormItem
}

// FormItem is an item of a form with the situation under which it is shown,
// empty for none. A pretest item does not count.
type FormItem struct {
	Revision, Situation itembank.RevisionID
	Pretest             bool
}

// Problem says why a round cannot be assembled, for people who can mend it.
type Problem struct {
	Shortages   []Shortage `json:"shortages,omitempty"`
	NoOfficials bool       `json:"no_officials,omitempty"`
	TooMany     int        `json:"too_many,omitempty"` // people, for a form each
}

// None tells whether all is well.
func (p Problem) None() bool { return len(p.Shortages) == 0 && !p.NoOfficials && p.TooMany == 0 }

// String is the problem in English, for logs and the command line.
func (p Problem) String() string {
	if p.NoOfficials {
		return ErrNoOfficials.Error()
	}
	if p.TooMany > 0 {
		return fmt.Sprintf("%d people are too many for a form each, which %d may have", p.TooMany, MostEach)
	}
	parts := make([]string, len(p.Shortages))
	for i, s := range p.Shortages {
		parts[i] = fmt.Sprintf("%s/%s needs %d, has %d", s.Topic, s.Level, s.Count, s.Have)
		if s.Tied > 0 {
			parts[i] += fmt.Sprintf(" (and %d in situations that do not fit whole)", s.Tied)
		}
		if s.Alike > 0 {
			parts[i] += fmt.Sprintf(" (and %d that ask nearly the same as others)", s.Alike)
		}
		if s.Resting > 0 {
			parts[i] += fmt.Sprintf(" (and %d that were asked too lately)", s.Resting)
		}
	}
	return "the bank cannot fill the blueprint: " + strings.Join(parts, "; ")
}

// text is what the database keeps: JSON, or nothing.
func (p Problem) text() string {
	if p.None() {
		return ""
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic("assessment: " + err.Error()) // names and numbers always encode
	}
	return string(text)
}

// ParseProblem reads what text wrote.
func ParseProblem(text string) (p Problem, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &p)
	}
	return p, err
}

// Errors about rounds.
var (
	ErrNoRound     = fault.New(fault.Missing, "round.not_found", "no such round")
	ErrRoundEarly  = fault.New(fault.Closed, "round.not_open", "the round is not open yet")
	ErrRoundClosed = fault.New(fault.Closed, "round.closed", "the round is closed")
	ErrNoForms     = fault.New(fault.Missing, "round.no_forms", "the round has no forms yet")
	ErrNotScored   = fault.New(fault.Conflict, "round.not_scored", "the round is not scored yet")
)

// roundOf makes the round of a series' due time.
func roundOf(s Series, id RoundID, seed string) Round {
	local := s.NextDue.In(viet.Location)
	return Round{
		ID: id, Series: s.ID,
		Code:  "KT-" + local.Format("20060102-1504") + "-" + upperTail(string(id)),
		Name:  s.Name + ", kỳ " + local.Format("02/01/2006"),
		DueAt: s.NextDue, ClosesAt: s.NextDue.Add(s.Window), State: Planned,
		Blueprint: s.Blueprint, Forms: s.Forms, Rules: s.Rules, Seed: seed, Version: 1,
	}
}
