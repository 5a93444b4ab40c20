package itembank

import (
	"context"
	"fmt"
	"math"
	"time"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// RoundStatistic is what one round has shown about a revision, from the
// attempts that count.
type RoundStatistic struct {
	Revision       RevisionID
	Number         int // of the revision, filled when read
	Round          string
	RoundName      string // filled when read
	At             time.Time
	N              int
	Facility       float64  // mean share of the mark, 0 to 1
	Discrimination *float64 // item–rest correlation; absent where it cannot be computed
	// Options say who chose what, a blank first, of an item with one right option;
	// those after the last that somebody chose are left out.
	Options []ctt.OptionStatistics
	// Rival is an option, not credited, that goes with knowing so much better
	// than the key does that chance does not explain it: the key may be wrong.
	Rival *int
	// Run is the scoring run that they are computed from, without LeftOut attempts at the
	// item that were hurried through.
	Run     string
	LeftOut int
	// Shift is by how many logits the items of the round that were asked before were
	// easier for its people, the median of them; 0 where too few were. Filled when
	// recorded.
	Shift float64
}

// FacilityInterval and DiscriminationInterval are those at 95 %, of partial credit the
// first at most as wide.
func (s RoundStatistic) FacilityInterval() measure.Interval {
	return measure.Wilson(s.Facility*float64(s.N), float64(s.N))
}

func (s RoundStatistic) DiscriminationInterval() measure.Interval {
	if s.Discrimination == nil {
		return measure.No(measure.Constant)
	}
	return measure.Correlation(measure.Of(*s.Discrimination), s.N)
}

// enoughResponses is how many people must have met an item before anything is
// said about it: below, a correlation swings by a third either way.
const enoughResponses = 30

// Bounds of what is said about a revision.
const (
	easyFrom  = 0.95
	hardBelow = 0.30
	goodFrom  = 0.20
	// A rise in facility is taken as a sign that an item has leaked when it
	// is at least leapFrom and leapZ standard errors, by the test of two
	// proportions with pooled variance.
	leapFrom = 0.10
	leapZ    = 3.0
)

// Show brings what a round has shown about some revisions into lists, some items a
// commit. Done twice it changes nothing.
func (b *Bank) Show(ctx context.Context, ids []RevisionID) error {
	items, err := itemsWith(b.DB.Read(ctx), ids)
	if err != nil {
		return err
	}
	return b.reindexAll(ctx, items)
}

// Statistics is what the rounds have shown about an item's revisions, oldest
// first.
func (b *Bank) Statistics(ctx context.Context, item ItemID) ([]RoundStatistic, error) {
	return statisticsOf(b.DB.Read(ctx), item)
}

// Ease is how easy a revision is.
type Ease struct {
	Facility
	Interval measure.Interval // 95 % (Wilson, 1927); of partial credit at most as wide
	// Shrunken leans on the other items of the topic, Like of them, the more the
	// fewer people met the revision (ctt.Prior).
	Shrunken float64
	Like     int
}

// Ease is how easy a revision of an item of a topic has been; false where nobody
// met it.
func (b *Bank) Ease(ctx context.Context, id RevisionID, topic string) (Ease, bool, error) {
	h := b.DB.Read(ctx)
	met, err := FacilitiesOf(h, []RevisionID{id})
	own, is := met[id]
	if err != nil || !is {
		return Ease{}, false, err
	}
	others, err := facilitiesInTopic(h, topic, id)
	if err != nil {
		return Ease{}, false, err
	}
	var shares []float64
	var people []int
	for _, other := range others {
		shares, people = append(shares, other.Share), append(people, other.N)
	}
	e := Ease{Facility: own, Interval: measure.Wilson(own.Share*float64(own.N), float64(own.N)), Shrunken: own.Share, Like: len(others)}
	if e.Like > 0 {
		e.Shrunken = ctt.PriorOf(shares, people).Shrunken(own.Share, own.N)
	}
	return e, true, nil
}

// Parameters are what calibrations have shown about an item's revisions, oldest
// first.
func (b *Bank) Parameters(ctx context.Context, item ItemID) ([]Parameters, error) {
	return parametersOfItem(b.DB.Read(ctx), item)
}

// PoolStatistics joins what several rounds have shown about one revision: the mean share
// by the number of people, and the mean correlation by Fisher's z with weights
// n − 3. Rounds run from the oldest.
func PoolStatistics(rounds []RoundStatistic) Statistic {
	var s Statistic
	var shares, weights, z float64
	for _, r := range rounds {
		s.Seen += r.N
		shares += r.Facility * float64(r.N)
		if r.Discrimination != nil && r.N > 3 {
			w := float64(r.N - 3)
			weights += w
			z += w * measure.Fisher(*r.Discrimination)
		}
	}
	s.Quality = Unseen
	if s.Seen < enoughResponses {
		return s
	}
	facility := shares / float64(s.Seen)
	s.Facility = &facility
	if weights > 0 {
		r := math.Round(math.Tanh(z/weights)*1e9) / 1e9 // what goes through z and back is not off by a bit
		low, high := math.Tanh((z/weights)-confident/math.Sqrt(weights)), math.Tanh((z/weights)+confident/math.Sqrt(weights))
		s.Discrimination, s.Low, s.High = &r, &low, &high
	}
	s.Quality = qualityOf(s, rounds)
	return s
}

// confident is the standard normal quantile of a 95 % interval.
const confident = 1.96

// Question is what the results of a round ask about a revision.
type Question struct {
	Revision RevisionID
	Reason   string // in words, without the round
	Held     bool   // it is not drawn until somebody answers
}

// doubt is why the round makes the key doubtful, in words; empty where it does not.
func (s RoundStatistic) doubt() string {
	switch {
	case PoolStatistics([]RoundStatistic{s}).Quality != Negative:
		return ""
	case s.Rival != nil:
		return fmt.Sprintf("phương án %c đi với hiểu biết hơn cả đáp án", 'A'+*s.Rival)
	}
	return "người làm tốt phần còn lại của đề lại sai câu này nhiều hơn"
}

func qualityOf(s Statistic, rounds []RoundStatistic) Quality {
	last := rounds[len(rounds)-1]
	r := s.Discrimination
	switch {
	case s.High != nil && *s.High < 0, last.Rival != nil && last.N >= enoughResponses:
		return Negative
	case leapt(rounds):
		return Leaked
	case *s.Facility >= easyFrom:
		return TooEasy
	case *s.Facility < hardBelow:
		return TooHard
	case r == nil, s.High != nil && *s.High < goodFrom:
		return Weak
	case *r < goodFrom:
		return Doubtful
	}
	return Good
}

// leapt tells whether an item was suddenly easier in the last round than in
// all before it, by more than the other items were for the same people.
func leapt(rounds []RoundStatistic) bool {
	last := rounds[len(rounds)-1]
	n, shares := 0, 0.0
	for _, r := range rounds[:len(rounds)-1] {
		n += r.N
		shares += r.Facility * float64(r.N)
	}
	if n < enoughResponses || last.N < enoughResponses {
		return false
	}
	before := easier(shares/float64(n), last.Shift) // as these people should do
	pooled := (before*float64(n) + last.Facility*float64(last.N)) / float64(n+last.N)
	se := math.Sqrt(pooled * (1 - pooled) * (1/float64(n) + 1/float64(last.N)))
	rise := last.Facility - before
	return se > 0 && rise >= leapFrom && rise/se >= leapZ
}

// easier is a facility among people for whom items are easier by so many logits.
func easier(facility, logits float64) float64 {
	if logits == 0 {
		return facility
	}
	return 1 / (1 + math.Exp(-Logit(facility)-logits))
}

// Logit is that of a facility, which counts as at most .99 and at least .01.
func Logit(facility float64) float64 {
	p := max(0.01, min(0.99, facility))
	return math.Log(p / (1 - p))
}

// leastShared is how many items two rounds must share before it is said how their
// people differ.
const leastShared = 10

// shiftOf is by how many logits items were easier in a round than before, the median
// of those that enough people met in both.
func shiftOf(now []RoundStatistic, before map[RevisionID]Facility) float64 {
	var shifts []float64
	for _, s := range now {
		if b := before[s.Revision]; b.N >= enoughResponses && s.N >= enoughResponses {
			shifts = append(shifts, Logit(s.Facility)-Logit(b.Share))
		}
	}
	if len(shifts) < leastShared {
		return 0
	}
	return measure.Median(shifts)
}
