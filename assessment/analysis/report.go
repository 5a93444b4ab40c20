package analysis

import (
	"encoding/json"
	"time"

	"sathach/assessment"
	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Method names the version of these analyses; every report records it.
const Method = "5"

// Report is what a scoring run shows about its round as a measurement. Scores
// are on the scale of 100. What could not be computed says why.
type Report struct {
	Run    assessment.RunID `json:"-"`
	Method string           `json:"-"`
	At     time.Time        `json:"-"`
	// Overtaken tells that a newer run of the round is not analysed yet.
	Overtaken bool `json:"-"`
	// Basis is what the run's chances of true scores rest on.
	Basis assessment.Basis `json:"-"`

	People int // first tries
	Items  int // that somebody met
	Scores Scores
	// Reliability is that of the forms, pooled.
	Reliability Figure
	// Error is the standard error of measurement of a score, of the people behind the
	// reliability; its interval is that of the reliability.
	Error    Figure
	Forms    []Form
	Cuts     []Cut
	Topics   []Topic
	Agencies []Agency
	Scale    Scale
	Unlike   []Unlike // items that treat groups unlike
	Fitted   int      // people on forms whose items were held against the model
	Unfit    []Unfit  `json:",omitempty"`
	Pairs    []Pair   `json:",omitempty"`
	Groups   []string // groups of people that were compared with the rest
	Cases    int      // opened for a person to judge
	// Careless are the attempts whose answers came too fast to say anything of the
	// items (Wise and Kong, 2005): calibration and the comparison of groups leave
	// them out, their scores stay.
	Careless []assessment.AttemptID `json:",omitempty"`
	Compared int                    // pairs of people
}

// Figure is a statistic with its interval (95 %) and how many people are
// behind it.
type Figure struct {
	Value    measure.Value
	Interval measure.Interval
	N        int
}

// UnmarshalJSON reads a figure; earlier reports have bare values where there are
// intervals now.
func (f *Figure) UnmarshalJSON(text []byte) error {
	type figure Figure
	if err := json.Unmarshal(text, (*figure)(f)); err == nil {
		return nil
	}
	*f = Figure{Interval: measure.No(measure.NoData)}
	return f.Value.UnmarshalJSON(text)
}

// Scores is how scores are spread.
type Scores struct {
	Mean   Figure
	SD     Figure
	Counts [20]int // people in every five points, the last with 100
}

// Tens counts people in every ten points.
func (s Scores) Tens() []float64 {
	tens := make([]float64, len(s.Counts)/2)
	for i, n := range s.Counts {
		tens[i/2] += float64(n)
	}
	return tens
}

// Form is one form of the round.
type Form struct {
	Number, Items int
	Mean          Figure
	SD            measure.Value
	Alpha         Figure
	Omega         measure.Value
	// Expected is the mean score that the parameters of its items foretell for
	// the people of the round, where all have them. Its interval is that of the
	// parameters and of the mean ability.
	Expected Figure
	// Pass is what somebody earns here who is at the pass mark on the mean of
	// all forms: by parameters where all items have them (true-score equating;
	// Lord, 1980), else by the means of the forms (linking.Arc), with the interval of
	// the parameters or of the means.
	Pass Figure
}

// Cut is how surely a cut score sorts people.
type Cut struct {
	Name  CutName
	Score scoring.Hundredths
	// Error is the standard error of measurement of people at the cut.
	Error measure.Value
	// Accuracy is the share classed as their true score would have them;
	// Consistency the share whom two such forms class alike. Their intervals are
	// those of people drawn from the same population.
	Accuracy, Consistency Figure
}

// CutName says what a cut decides.
type CutName string

const (
	PassCut    CutName = "pass"
	LowCut     CutName = "low"
	CommendCut CutName = "commend"
)

// Topic is a topic of the round.
type Topic struct {
	Code  string
	Items int // on a form, at most
	Mean  Figure
	// Advice is what may be reported about a person (assessment.Gates.Advice), filled when
	// read; empty where nobody's answers have shown it.
	Advice ctt.Advice
}

// Agency is an agency as the whole round shows it: its own mean, and the
// estimate that leans on the mean of all where few people stand behind it.
type Agency struct {
	ID       roster.AgencyID
	N        int
	Mean     measure.Value
	Estimate Figure
}
