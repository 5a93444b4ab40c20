package assessment

import (
	"context"
	"fmt"
	"time"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/itembank"
)

// TouchedRound is a round whose forms hold some revisions.
type TouchedRound struct {
	ID       RoundID
	Name     string
	State    State
	DueAt    time.Time
	Items    int // of the asked revisions
	Attempts int // by people who met a form with them
}

// Touched lists the rounds whose forms hold some revisions, newest first:
// those that are not over, and those that opened on a day or later. Who asks
// must be able to set up rounds.
func (r *Rounds) Touched(ctx context.Context, actor authz.Actor, revisions []itembank.RevisionID, since viet.Date) ([]TouchedRound, error) {
	if _, err := actor.Scope(authz.ManageSeries, viet.DateOf(r.Now())); err != nil {
		return nil, err
	}
	if len(revisions) == 0 {
		return nil, nil
	}
	from, err := time.ParseInLocation(time.DateOnly, since, viet.Location)
	if err != nil {
		return nil, fmt.Errorf("touched since %q: %w", since, err)
	}
	return touchedBy(r.DB.Read(ctx), revisions, from)
}
