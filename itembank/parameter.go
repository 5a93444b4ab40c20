package itembank

import (
	"math"
	"slices"
	"time"

	"sathach/scoring"
	"sathach/scoring/irt"
)

// Parameters are a revision's on the scale of the bank.
type Parameters struct {
	Revision RevisionID
	Standing ParameterStanding
	N        int // people behind them
	Curve
	// SE are the standard errors of slope and intercepts; fewer where they
	// could not be computed.
	SE []float64
	// DifficultySE are those of the difficulties, as many as intercepts; none where
	// they could not be computed.
	DifficultySE []float64
	// Drift is by how much difficulty moved since the parameters before, for
	// an item that no longer fitted them; else 0.
	Drift float64
	At    time.Time
}

// Curve is what is expected of an item from people of an ability.
type Curve struct {
	irt.Item
	// From are the least points, of scoring.One, of every score from 1: an
	// item of partial credit has several.
	From []scoring.Points
	// Worth is the mean share of the item's worth that people with every score
	// earned, from 0: scores of partial credit are joined where few have them.
	Worth []float64
}

// RightOrWrong is the curve of an item that is worth all or nothing.
func RightOrWrong(i irt.Item) Curve {
	return Curve{i, []scoring.Points{scoring.One}, []float64{0, 1}}
}

// partsOfWorth is into how many parts of an item's worth totals are divided where there
// is partial credit. Finer ones would tell apart totals that the model, whose
// scores join many marks, takes for impossible.
const partsOfWorth = 2

// Worthy are items with their worth in as few parts as tell it, of a whole one.
func Worthy(curves []Curve) (items []irt.Worthy, of int) {
	of = 1
	for _, c := range curves {
		if slices.ContainsFunc(c.Worth, func(w float64) bool { return w != math.Round(w) }) {
			of = partsOfWorth
		}
	}
	for _, c := range curves {
		w := irt.Worthy{Item: c.Item}
		for _, share := range c.Worth {
			w.Worth = append(w.Worth, share*float64(of))
		}
		items = append(items, w)
	}
	return items, of
}

// ParameterStanding says what parameters are good for.
type ParameterStanding string

const (
	// Provisional parameters help to make forms alike; they carry no scale.
	Provisional ParameterStanding = "provisional"
	// Operational ones stand: later rounds are brought to the scale by them.
	Operational ParameterStanding = "operational"
)

// Least numbers of people behind parameters of each standing.
const (
	LeastProvisional = 30
	LeastOperational = 200
)

// StandingOf is what so many people are enough for; empty for nothing.
func StandingOf(people int) ParameterStanding {
	switch {
	case people >= LeastOperational:
		return Operational
	case people >= LeastProvisional:
		return Provisional
	}
	return ""
}

// Score is the score that points, of scoring.One, are worth in the model.
func (c Curve) Score(points scoring.Points) int {
	score := 0
	for _, from := range c.From {
		if points >= from {
			score++
		}
	}
	return score
}

// Roughness is the standard error of the difficulty, of partial credit the mean of
// those of its difficulties; mostRough where they are unknown.
func (p Parameters) Roughness() float64 {
	if len(p.DifficultySE) == 0 {
		return mostRough
	}
	sum := 0.0
	for _, se := range p.DifficultySE {
		sum += se / float64(len(p.DifficultySE))
	}
	return sum
}

// mostRough is the standard error of a difficulty, in logits, of which nothing is
// known.
const mostRough = 1.0

// ShareAt is the expected share of the item's worth at theta.
func (c Curve) ShareAt(theta float64) (share float64) {
	for score, chance := range c.Chances(theta) {
		share += chance * c.Worth[score]
	}
	return share
}
