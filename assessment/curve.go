package assessment

import (
	"fmt"
	"math"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring/ctt"
	"sathach/scoring/irt"
)

// curve is what is expected of an item from people of an ability, and from
// what that is known.
type curve struct {
	itembank.Parameters
	from Evidence
	// pace is how long people took; where nobody was timed, the mean of the pool,
	// of no people.
	pace itembank.Pace
}

// Evidence says from what an item's difficulty is known.
type Evidence string

const (
	Calibrated Evidence = "calibrated" // parameters that stand
	Estimated  Evidence = "estimated"  // provisional parameters
	Tried      Evidence = "tried"      // the facility alone (cold start)
	Untried    Evidence = "untried"    // nobody met it: as items of its level usually are
)

// usualFacility is expected of an item of a level as long as no item of the
// level was met: rules of thumb, which the first round replaces.
var usualFacility = map[itembank.Level]float64{itembank.Recall: 0.75, itembank.Understanding: 0.65, itembank.Application: 0.55}

// mostDoubt is the largest standard error of a difficulty, in logits, with which
// provisional parameters are believed rather than the facility, which leans on other
// items.
const mostDoubt = 0.5

// curvesOf are the curves of a pool. Items without parameters get one of slope
// 1 at the difficulty that their facility tells, shrunken towards the mean of
// their level where few people stand behind it (ctt.Prior); so do those whose
// provisional parameters are too rough (mostDoubt).
func curvesOf(h database.Handle, pool []itembank.Drawable) (map[itembank.RevisionID]curve, error) {
	ids := make([]itembank.RevisionID, len(pool))
	for i, d := range pool {
		ids[i] = d.Revision
	}
	known, err := itembank.ParametersOf(h, ids)
	if err != nil {
		return nil, fmt.Errorf("curves of items: %w", err)
	}
	tried, err := itembank.FacilitiesOf(h, ids)
	if err != nil {
		return nil, fmt.Errorf("curves of items: %w", err)
	}
	priors := priorsOf(pool, tried)
	curves := map[itembank.RevisionID]curve{}
	for _, d := range pool {
		p, is := known[d.Revision]
		f, met := tried[d.Revision]
		switch {
		case is && p.Standing == itembank.Operational:
			curves[d.Revision] = curve{Parameters: p, from: Calibrated}
		case is && (p.Roughness() <= mostDoubt || !met):
			curves[d.Revision] = curve{Parameters: p, from: Estimated}
		case met:
			curves[d.Revision] = coldStart(priors[d.Level].Shrunken(f.Share, f.N), f.N, Tried)
		default:
			curves[d.Revision] = coldStart(priors[d.Level].Mean, 0, Untried)
		}
	}
	return curves, pacesOf(h, curves, ids)
}

// pacesOf fills in how long items of a pool take.
func pacesOf(h database.Handle, curves map[itembank.RevisionID]curve, ids []itembank.RevisionID) error {
	timed, err := itembank.PacesOf(h, ids)
	if err != nil || len(timed) == 0 {
		return err
	}
	var all itembank.Pace
	for _, id := range ids { // in one order: the same bits every time
		all = all.Join(timed[id])
	}
	for id, c := range curves {
		p, known := timed[id]
		if !known {
			p = itembank.Pace{Seconds: all.Seconds}
		}
		c.pace = p
		curves[id] = c
	}
	return nil
}

// priorsOf are those of every level of a pool.
func priorsOf(pool []itembank.Drawable, tried map[itembank.RevisionID]itembank.Facility) map[itembank.Level]ctt.Prior {
	shares, people := map[itembank.Level][]float64{}, map[itembank.Level][]int{}
	for _, d := range pool {
		if f, met := tried[d.Revision]; met {
			shares[d.Level], people[d.Level] = append(shares[d.Level], f.Share), append(people[d.Level], f.N)
		}
	}
	priors := map[itembank.Level]ctt.Prior{}
	for _, d := range pool {
		if _, done := priors[d.Level]; done {
			continue
		}
		priors[d.Level] = ctt.PriorOf(shares[d.Level], people[d.Level])
		if len(shares[d.Level]) == 0 {
			priors[d.Level] = ctt.Prior{Mean: usualFacility[d.Level], Strength: priors[d.Level].Strength}
		}
	}
	return priors
}

// coldStart is the curve of slope 1 that people from N(0,1) get right at a
// facility: its difficulty is −√(1 + 1/1.7²)·logit p (by the normal ogive).
func coldStart(facility float64, people int, from Evidence) curve {
	p := max(0.02, min(0.98, facility))
	b := -math.Sqrt(1+1/(1.7*1.7)) * math.Log(p/(1-p))
	return curve{Parameters: itembank.Parameters{N: people, Curve: itembank.RightOrWrong(irt.Dichotomous(1, b, 0))}, from: from}
}
