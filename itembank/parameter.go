package itembank

import (
	"math"
	"time"

	"sathach/scoring"
	"sathach/scoring/irt"
)

// Parameters are a revision's on the scale of the bank.
type Parameters struct {
	Revision RevisionID
	Standing ParameterStanding
	N        int // people behind them
	irt.Item
	// SE are the standard errors of slope and intercepts; fewer where they
	// could not be computed.
	SE []float64
	// From are the least points, of scoring.One, of every score from 1: an
	// item of partial credit has several.
	From []scoring.Points
	// Worth is the mean share of the item's worth that people with every score
	// earned, from 0: scores of partial credit are joined where few have them.
	Worth []float64
	// Drift is by how much difficulty moved since the parameters before, for
	// an item that no longer fitted them; else 0.
	Drift float64
	At    time.Time
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
func (p Parameters) Score(points scoring.Points) int {
	score := 0
	for _, from := range p.From {
		if points >= from {
			score++
		}
	}
	return score
}

// ErrorOfB is the standard error of the difficulty −d/a of an item scored 0/1
// by the delta method, without the covariance of slope and intercept; infinite
// where their errors are unknown.
func (p Parameters) ErrorOfB() float64 {
	if len(p.SE) != 2 || len(p.D) != 1 {
		return math.Inf(1)
	}
	return math.Hypot(p.SE[1], p.B(1)*p.SE[0]) / p.A
}

// Doubt is ErrorOfB, or 0 where it is unknown.
func (p Parameters) Doubt() float64 {
	if se := p.ErrorOfB(); !math.IsInf(se, 0) {
		return se
	}
	return 0
}

// ShareAt is the expected share of the item's worth at theta.
func (p Parameters) ShareAt(theta float64) (share float64) {
	for score, chance := range p.Chances(theta) {
		share += chance * p.Worth[score]
	}
	return share
}
