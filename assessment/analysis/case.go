package analysis

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"sathach/assessment"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// CaseID identifies a case.
type CaseID string

// Case is what a person should judge: the answers of one attempt. Two attempts
// with like answers have a case each, and neither is said to have copied. It
// changes no score, and nothing follows from it by itself.
type Case struct {
	ID       CaseID
	Round    assessment.RoundID
	Attempt  Sitter
	Other    *Sitter // whose answers are alike
	Signals  []Signal
	State    CaseState
	OpenedAt time.Time
	// DecidedAt, DecidedBy and Reason tell who closed the case and why.
	DecidedAt time.Time
	DecidedBy string
	Reason    string
	Version   int
}

// Sitter is somebody's attempt as a case shows it.
type Sitter struct {
	Attempt      assessment.AttemptID
	Name, Code   string
	Agency       string
	Form         int
	Began, Ended time.Time
	Score        int64 // hundredths
}

// CaseState is where a case stands.
type CaseState string

const (
	CaseOpen      CaseState = "open"
	CaseCleared   CaseState = "cleared"   // there is an honest explanation
	CaseConfirmed CaseState = "confirmed" // a person found that the rules were broken
)

// Errors about cases.
var (
	ErrNoCase     = fault.New(fault.Missing, "case.not_found", "no such case")
	ErrOwnCase    = fault.New(fault.Forbidden, "case.taker", "an account that takes rounds judges no cases")
	ErrCaseState  = fault.New(fault.Invalid, "case.bad_state", "a case is cleared, confirmed or opened again")
	ErrCaseReason = &fault.Error{
		Kind: fault.Invalid, Key: "form.wrong", Text: "a decision needs its reason, in at most 2,000 characters", Fields: []fault.Field{{Name: "reason", Key: "case.no_reason"}},
	}
	ErrFailed      = fault.New(fault.Unavailable, "analysis.failed", "the analysis of the round failed and will be tried again")
	ErrNotAnalysed = fault.New(fault.Missing, "analysis.not_yet", "the round is not analysed yet")
)

// longestReason bounds the reason of a decision, in characters.
const longestReason = 2000

// Cases lists the cases of a round, open ones first. They are for those who
// publish results to the whole audience.
func (a *Analyst) Cases(ctx context.Context, actor authz.Actor, round assessment.RoundID) ([]Case, error) {
	if err := a.judge(ctx, actor, round); err != nil {
		return nil, err
	}
	return casesOf(a.DB.Read(ctx), round)
}

// judged is a round whose measurement the actor may see: that of the whole
// audience, which must lie in their scope.
func (a *Analyst) judged(ctx context.Context, actor authz.Actor, id assessment.RoundID) (assessment.Round, error) {
	round, err := assessment.RoundByID(a.DB.Read(ctx), id)
	if err != nil {
		return assessment.Round{}, err
	}
	may, err := a.Rounds.MayPublish(ctx, actor, round)
	if err == nil && !may {
		err = authz.ErrForbidden
	}
	return round, err
}

// judge tells whether the actor may judge: who sees the whole round and takes
// none, since nobody judges a case of their own.
func (a *Analyst) judge(ctx context.Context, actor authz.Actor, round assessment.RoundID) error {
	if actor.OfficialID != "" {
		return ErrOwnCase
	}
	_, err := a.judged(ctx, actor, round)
	return err
}

// Decide closes an open case, or opens a closed one again, with the reason. The
// audit log keeps every reason.
func (a *Analyst) Decide(ctx context.Context, actor authz.Actor, round assessment.RoundID, id CaseID, version int, to CaseState, reason string) error {
	if err := a.judge(ctx, actor, round); err != nil {
		return err
	}
	reason = strings.TrimSpace(viet.Clean(reason))
	switch {
	case to != CaseOpen && to != CaseCleared && to != CaseConfirmed:
		return ErrCaseState
	case reason == "" || utf8.RuneCountInString(reason) > longestReason:
		return ErrCaseReason
	}
	now := database.Truncate(a.Now())
	return a.DB.Write(ctx, func(tx *database.Tx) error {
		if err := updateCase(tx, round, id, version, to, reason, actor.Account, now); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "case." + string(to), Subject: "case:" + string(id), Detail: map[string]any{"round": round, "reason": reason}})
	})
}

// Noticed tells a taker of the signals about an attempt of theirs: what was
// measured, what became of it, and of nobody else.
func (a *Analyst) Noticed(ctx context.Context, attempt assessment.AttemptID) ([]Case, error) {
	return noticed(a.DB.Read(ctx), attempt)
}
