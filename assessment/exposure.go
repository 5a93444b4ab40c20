package assessment

import (
	"context"
	"time"

	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
)

// Exposure is how many attempts of an agency met an item, in one week.
type Exposure struct {
	Week     time.Time // its Monday, in Vietnam
	Agency   roster.AgencyID
	Name     string
	Attempts int
}

// Exposures tells how often an item was met, per agency and week, newest
// first. It names no persons; whoever may read items may know.
func (r *Rounds) Exposures(ctx context.Context, actor authz.Actor, item itembank.ItemID) ([]Exposure, error) {
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(r.Now())); err != nil {
		return nil, err
	}
	return exposures(r.DB.Read(ctx), item)
}

// monday is the beginning of an instant's week in Vietnam.
func monday(t time.Time) time.Time {
	t = t.In(viet.Location)
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, viet.Location)
}
