package assessment

import (
	"context"
	"slices"
	"strconv"

	"sathach/internal/database"
	"sathach/scoring"
)

// Comparison is how two markings of a round differ.
type Comparison struct {
	Round      string    `json:"round"` // its code
	First      string    `json:"first"` // number of the run, or "recomputed"
	Second     string    `json:"second"`
	Engines    [2]string `json:"engines"`
	Attempts   int       `json:"attempts"`   // that both have
	OnlyFirst  int       `json:"only_first"` // attempts that the other lacks
	OnlySecond int       `json:"only_second"`
	Scores     int       `json:"scores"` // attempts whose points differ
	Bands      int       `json:"bands"`  // whose band differs
	Lists      int       `json:"lists"`  // whom the lists hold otherwise: commended, low, in doubt
	Topics     int       `json:"topics"` // of whose topics something else is said
	// Differences are the first of them.
	Differences []Difference `json:"differences,omitempty"`
}

// Same tells that nothing differs.
func (c Comparison) Same() bool {
	return c.OnlyFirst+c.OnlySecond+c.Scores+c.Bands+c.Lists+c.Topics == 0
}

// Difference is one attempt that was marked otherwise.
type Difference struct {
	Attempt AttemptID `json:"attempt"`
	First   Marked    `json:"first"`
	Second  Marked    `json:"second"`
}

// Marked is what one attempt was worth.
type Marked struct {
	Raw      scoring.Points        `json:"raw"`
	Maximum  scoring.Points        `json:"maximum"`
	Decision scoring.Decision      `json:"decision"`
	Topics   []scoring.TopicResult `json:"topics"`
}

// mostDifferences is how many differences a comparison lists; it counts all.
const mostDifferences = 100

// newest names the newest finished run of a round.
const newest = 0

// Compare compares two finished runs of a round by their numbers; 0 is the
// newest.
func (r *Rounds) Compare(ctx context.Context, code string, first, second int) (Comparison, error) {
	h := r.DB.Read(ctx)
	round, err := roundByCode(h, code)
	if err != nil {
		return Comparison{}, err
	}
	before, stored, err := finishedMarks(h, round.ID, first)
	if err != nil {
		return Comparison{}, err
	}
	after, other, err := finishedMarks(h, round.ID, second)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Round: code, First: strconv.Itoa(before.Number), Second: strconv.Itoa(after.Number), Engines: [2]string{before.Engine, after.Engine}}
	c.compare(stored, other)
	return c, nil
}

// RecomputeRound marks every attempt of a round again from its event log and
// compares with the newest finished run. It changes nothing.
func (r *Rounds) RecomputeRound(ctx context.Context, code string) (Comparison, error) {
	h := r.DB.Read(ctx)
	round, err := roundByCode(h, code)
	if err != nil {
		return Comparison{}, err
	}
	run, stored, err := finishedMarks(h, round.ID, newest)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Round: code, First: strconv.Itoa(run.Number), Second: "recomputed", Engines: [2]string{run.Engine, scoring.Engine}}
	held, err := heldBy(h, round.ID, RunID(run.ID))
	if err != nil {
		return Comparison{}, err
	}
	learnt, err := LearntIn(h, RunID(run.ID))
	if err != nil {
		return Comparison{}, err
	}
	before, err := earlierFor(h, round, RunID(run.ID))
	if err != nil {
		return Comparison{}, err
	}
	again, marker, judge := map[AttemptID]Marked{}, newMarker(h, round, held, before), newJudge(h, round.Rules.Standard, held, learnt)
	err = eachAttempt(ctx, r.DB, round.ID, func(a Attempt) error {
		x, err := marker.again(h, a, judge)
		again[a.ID] = Marked{x.Total.Raw, x.Total.Maximum, x.Decision, x.Topics}
		return err
	})
	if err != nil {
		return Comparison{}, err
	}
	c.compare(stored, again)
	return c, nil
}

// again marks an attempt from its event log, and decides as a judge does.
func (m *marker) again(h database.Handle, a Attempt, j *judge) (Result, error) {
	events, err := Events(h, a.ID)
	if err != nil {
		return Result{}, err
	}
	a.Sheet = Replay(events)
	x, err := m.mark(a)
	if err != nil {
		return Result{}, err
	}
	x.Decision, x.Topics, err = j.decide(a.Form, x.Total, x.Topics)
	return x, err
}

// finishedMarks is a finished run of a round, and what it marked.
func finishedMarks(h database.Handle, round RoundID, number int) (runRow, map[AttemptID]Marked, error) {
	run, err := finishedRunAt(h, round, number)
	if err != nil {
		return runRow{}, nil, err
	}
	marked, err := markedIn(h, RunID(run.ID))
	return run, marked, err
}

// one is what a difference adds to its count.
func one(differs bool) int {
	if differs {
		return 1
	}
	return 0
}

func (c *Comparison) compare(first, second map[AttemptID]Marked) {
	var ids []AttemptID
	for id := range first {
		if _, both := second[id]; both {
			ids = append(ids, id)
		} else {
			c.OnlyFirst++
		}
	}
	c.Attempts, c.OnlySecond = len(ids), len(second)-len(ids)
	slices.Sort(ids)
	for _, id := range ids {
		a, b := first[id], second[id]
		points := a.Raw != b.Raw || a.Maximum != b.Maximum || a.Decision.Score != b.Decision.Score || a.Decision.Reported != b.Decision.Reported
		band := a.Decision.Band != b.Decision.Band
		lists := a.Decision.Commend != b.Decision.Commend || a.Decision.Low != b.Decision.Low || a.Decision.Doubt != b.Decision.Doubt
		topics := !slices.Equal(a.Topics, b.Topics)
		c.Scores += one(points)
		c.Bands += one(band)
		c.Lists += one(lists)
		c.Topics += one(topics)
		if (points || band || lists || topics) && len(c.Differences) < mostDifferences {
			c.Differences = append(c.Differences, Difference{id, a, b})
		}
	}
}
