// Package reports builds tables of named columns and typed cells from what
// rounds left behind: scores, commendations, refresher needs, progress. It
// reads (SQL over several domains lives in facts_store.go) and computes; it
// knows nothing of Excel (reports/workbook) and changes nothing.
//
// Every table is taken within the caller's scope of agencies and carries the
// rule, the data cut and the scoring run it rests on, so that it can be
// explained and made again: the same publication gives the same cells.
// A statistic that cannot be computed is shown as "-", never as zero.
//
// Start reading at Reports.Scores.
package reports

import (
	"context"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// ErrNotPublished is returned for workbooks of a round without a publication.
var ErrNotPublished = fault.New(fault.Closed, "report.not_published", "the round is not published yet")

// Reports is the use cases of this package.
type Reports struct {
	DB  *database.DB
	Now func() time.Time
	// Organiser issues workbooks that cover more than one province.
	Organiser Issuer
}

// Person is one candidate of a round with the posting of the day and, when
// they took part, the result that counts.
type Person struct {
	Code, Name  string
	BirthDate   viet.Date
	Title       string
	Group       string
	Agency      Agency
	StartedAt   time.Time // zero for those who did not take part
	EndedAt     time.Time
	EndedBy     assessment.Ending
	Try         int
	Total       scoring.Total
	Decision    scoring.Decision
	Topics      []scoring.TopicResult
	CandidateID assessment.CandidateID
}

// Took tells whether the person took part.
func (p Person) Took() bool { return !p.StartedAt.IsZero() }

// Agency is a person's agency as it stood on the day of the round.
type Agency struct {
	ID, Code, Name, Kind string
}

// Facts is everything the workbooks of one publication are made from.
type Facts struct {
	Round       assessment.Round
	Publication Publication
	Issuer      Issuer
	// ScopeCode is the code of the agency the copy is for; empty for all.
	ScopeCode string
	ScopeName string
	// Internal copies show items with stems and keys; others only how the
	// items did, since they may be asked again.
	Internal bool
	People   []Person // agency by agency, by given name
	Topics   []itembank.Topic
	Items    []ItemFacts
	Advice   []Advice // by candidate
	// Agencies are the estimated means of all agencies of the round, by id.
	Agencies map[string]ctt.GroupEstimate
	// Learnt is what the scoring run knew of everybody when it decided about
	// anybody.
	Learnt assessment.Learnt
	// Before is the code of the round that a follow-up follows.
	Before string
	// Corrections are what the publication's scoring run heeded, in their order.
	Corrections []assessment.Correction
	// ReadAt is when the facts were read: what people have read of their
	// recommendations changes after the publication.
	ReadAt time.Time
}

// Publication is the newest publication of a round.
type Publication struct {
	Number      int
	Code        string
	PublishedAt time.Time
	RunID       assessment.RunID
	RunNumber   int
	Engine      string
	ScoredAt    time.Time
}

// ItemFacts is one item of a round with how it was answered.
type ItemFacts struct {
	itembank.Revision
	Citation string
	N        int
	Right    int
	Facility float64
	HasR     bool
	R        float64
	Shares   []float64 // of each option, for items with one choice; else nil
	Key      []int
}

// Advice is one recommendation with how far its reader is.
type Advice struct {
	Candidate  assessment.CandidateID
	Topic      string
	Material   string // title
	Minutes    int
	Right      int
	Items      int
	DueOn      viet.Date
	OpenedAt   time.Time
	FinishedAt time.Time
}

// facts reads everything of a round that an actor may see.
func (r *Reports) facts(ctx context.Context, actor authz.Actor, id assessment.RoundID) (Facts, error) {
	h := r.DB.Read(ctx)
	round, err := assessment.RoundByID(h, id)
	if err != nil {
		return Facts{}, err
	}
	on := viet.DateOf(round.DueAt)
	scope, err := actor.Scope(authz.ReadResults, on)
	if err != nil {
		return Facts{}, err
	}
	return r.factsIn(ctx, h, scope, round, actor.Can(authz.ReadItems))
}

// FactsAll reads a round in the program's own name, for the command line.
func (r *Reports) FactsAll(ctx context.Context, id assessment.RoundID) (Facts, error) {
	h := r.DB.Read(ctx)
	round, err := assessment.RoundByID(h, id)
	if err != nil {
		return Facts{}, err
	}
	return r.factsIn(ctx, h, authz.Everything(), round, true)
}

func (r *Reports) factsIn(ctx context.Context, h database.Handle, scope authz.Scope, round assessment.Round, internal bool) (Facts, error) {
	f := Facts{Round: round, Internal: internal, ReadAt: r.Now()}
	var err error
	if f.Publication, err = newestPublication(h, round.ID); err != nil {
		return Facts{}, err
	}
	if f.Corrections, err = assessment.Heeded(h, round.ID, f.Publication.RunID); err != nil {
		return Facts{}, err
	}
	if f.Learnt, err = assessment.LearntIn(h, f.Publication.RunID); err != nil {
		return Facts{}, err
	}
	if f.People, err = people(h, scope, round, f.Publication.RunID); err != nil {
		return Facts{}, err
	}
	if round.Follows != "" {
		before, err := assessment.RoundByID(h, round.Follows)
		if err != nil {
			return Facts{}, err
		}
		f.Before = before.Code
	}
	if f.Agencies, err = agenciesOf(h, f.Publication.RunID); err != nil {
		return Facts{}, err
	}
	f.tellChances()
	if len(f.People) == 0 {
		return Facts{}, assessment.ErrNoRound
	}
	if f.Topics, err = topicsOf(h, round); err != nil {
		return Facts{}, err
	}
	if f.Advice, err = adviceOf(h, scope, f.Publication.RunID); err != nil {
		return Facts{}, err
	}
	if f.Items, err = f.itemsIn(ctx, h, scope); err != nil {
		return Facts{}, err
	}
	return f, r.identify(h, scope, &f)
}

// tellChances computes the chances of runs that kept only what they decided.
func (f *Facts) tellChances() {
	for i, p := range f.People {
		if !p.Decision.Chances.Known {
			f.People[i].Decision.Chances = f.Round.Rules.Standard.Decide(p.Total, p.Total.Among(f.Learnt.People)).Chances
		}
	}
}

// topicsOf lists the topics a round's blueprint touches, in tree order.
func topicsOf(h database.Handle, round assessment.Round) ([]itembank.Topic, error) {
	all, err := itembank.TopicsIn(h)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, c := range round.Blueprint {
		used[c.Topic] = used[c.Topic] || c.Count > 0
	}
	var touched []itembank.Topic
	for _, t := range all {
		if used[t.Code] {
			touched = append(touched, t)
		}
	}
	return touched, nil
}
