package scoring

import (
	"errors"
	"fmt"

	"sathach/scoring/ctt"
)

// Band is a named level of results. Bands carry a code; pages and workbooks
// name them in the reader's language.
type Band struct {
	Code string     `json:"code"`
	From Hundredths `json:"from"` // lowest score of the band
}

// The usual bands, high to low. Their codes are fixed so that every page can
// name them; a round decides which it uses and where each begins.
const (
	Excellent = "excellent" // Xuất sắc
	Good      = "good"      // Giỏi
	Fair      = "fair"      // Khá
	Pass      = "pass"      // Đạt
	Fail      = "fail"      // Chưa đạt
)

// LowGroup names the two groups who are sent to refresher material.
type LowGroup string

const (
	NotLow LowGroup = ""
	Failed LowGroup = "failed" // chưa đạt: below the pass mark
	Low    LowGroup = "low"    // đạt kết quả thấp: passed, but below the low limit, or surely so
)

// Standard is a round's rules about scores: they are printed with its
// results and never change once it is assembled.
type Standard struct {
	// Bands run from the highest cut score to the lowest; the last begins at
	// zero.
	Bands []Band `json:"bands"`
	// PassMark divides Failed from the rest. It must be where a band begins.
	PassMark Hundredths `json:"pass_mark"`
	// LowBelow bounds the group Low: PassMark ≤ score < LowBelow. Equal to
	// PassMark, nobody is Low.
	LowBelow Hundredths `json:"low_below"`
	// CommendFrom is the lowest score proposed for commendation.
	CommendFrom Hundredths `json:"commend_from"`
	// Certainty is how likely the true score must be to reach CommendFrom
	// before somebody is proposed for commendation, and LowBelow before nothing
	// is said about refreshing; in between stands Unsure. Zero decides by the
	// cut scores alone, as do attempts of fewer than CertainItems items, which
	// tell too little.
	Certainty Hundredths `json:"certainty,omitempty"`
	// WeakBelow marks a topic as weak when less than this share of its points
	// was earned and the true share is likely below as well (WeakCertainty).
	WeakBelow Hundredths `json:"weak_below"`
	// TopicItems is how many items a topic needs before anything is said
	// about it, three or more.
	TopicItems int `json:"topic_items"`
}

// leastTopicItems is the least number of items that tell anything of a topic.
const leastTopicItems = 3

// CertainItems is the least number of items that decisions by certainty rest
// on.
const CertainItems = 20

// Doubt names a cut that a score reaches without the certainty that the
// standard asks for.
type Doubt string

const (
	NoDoubt      Doubt = ""
	DoubtCommend Doubt = "commend" // reaches CommendFrom, the true score perhaps not
	DoubtLow     Doubt = "low"     // reaches LowBelow, the true score perhaps not
)

// Usual is the standard a new series starts from.
func Usual() Standard {
	return Standard{
		Bands: []Band{
			{Excellent, 9000}, {Good, 8000}, {Fair, 6500}, {Pass, 5000}, {Fail, 0},
		},
		PassMark: 5000, LowBelow: 6500, CommendFrom: 9000, Certainty: 9000, WeakBelow: 6000, TopicItems: 3,
	}
}

// Validate tells the first thing that makes the standard unusable.
func (s Standard) Validate() error {
	if len(s.Bands) < 2 {
		return errors.New("at least two bands are needed")
	}
	if last := s.Bands[len(s.Bands)-1]; last.From != 0 {
		return fmt.Errorf("the lowest band must begin at 0, not %s", last.From)
	}
	passes := false
	for i, b := range s.Bands {
		if b.From < 0 || b.From > 10000 {
			return fmt.Errorf("cut score %s is outside 0 to 100", b.From)
		}
		if i > 0 && b.From >= s.Bands[i-1].From {
			return fmt.Errorf("band %s must begin below band %s", b.Code, s.Bands[i-1].Code)
		}
		passes = passes || b.From == s.PassMark
	}
	switch {
	case !passes:
		return fmt.Errorf("the pass mark %s must be where a band begins", s.PassMark)
	case s.LowBelow < s.PassMark:
		return fmt.Errorf("the low limit %s lies below the pass mark %s", s.LowBelow, s.PassMark)
	case s.CommendFrom < s.LowBelow:
		return fmt.Errorf("commendation from %s overlaps the low group below %s", s.CommendFrom, s.LowBelow)
	case s.Certainty != 0 && (s.Certainty <= 5000 || s.Certainty > 9900):
		return fmt.Errorf("certainty %s is not above 50 and at most 99", s.Certainty)
	case s.Certainty != 0 && s.CommendFrom >= 10_000:
		return errors.New("no score makes it certain that the true score is 100")
	case s.WeakBelow < 0 || s.WeakBelow > 10000 || s.TopicItems < leastTopicItems:
		return errors.New("the limits for weak topics are outside their range")
	}
	return nil
}

// Decision is what a standard says about a total.
type Decision struct {
	Band     string
	Low      LowGroup
	Commend  bool
	Doubt    Doubt
	Score    Hundredths
	HasScore bool
	Chances  Chances
	Reported Reported
}

// Chances are how likely the true score reaches CommendFrom and LowBelow, in
// hundredths of a per cent, as far as they are Known.
type Chances struct {
	Commend, Low Hundredths
	Known        bool
}

// Reported is a true score on a form that is the same for all rounds, with the
// interval that holds it with .95, as far as it is Known: the scale on which scores
// of different forms and rounds compare.
type Reported struct {
	Score, Low, High Hundredths
	Known            bool
}

// Belief is what is known of somebody's true score beside the score itself.
type Belief struct {
	// Reported is where it would be on the form that is the same for all rounds.
	Reported Reported
	// Reaches is how likely it is at or above a cut; false where nothing is known.
	Reaches func(cut Hundredths) (p float64, ok bool)
	// Rough tells that errors were taken as binomial, which draws everybody a
	// little too far to the mean: careful above it, and too severe below.
	Rough bool
}

// Among is what a total tells of its true score where the true shares of
// everybody in the round are spread like this (ADR 31); the zero Shares knows
// nothing of others.
func (t Total) Among(people ctt.Shares) Belief {
	return Belief{Rough: true, Reaches: func(cut Hundredths) (float64, bool) {
		share, ok := t.Shown()
		if !ok {
			return 0, false
		}
		asked, _ := t.Asks(cut)
		return people.Reaches(share, t.Items, asked)
	}}
}

// Decide compares the exact total, not the rounded score, with the cuts. A
// score that would round up to a cut which the total misses is shown one
// hundredth below it, so that no reader sees "50.00" beside "Fail".
func (s Standard) Decide(t Total, belief Belief) Decision {
	score, ok := t.Score()
	if !ok {
		return Decision{}
	}
	d := Decision{Score: s.belowMissedCuts(t, score), HasScore: true, Commend: t.Atleast(s.CommendFrom), Reported: belief.Reported}
	for _, b := range s.Bands {
		if t.Atleast(b.From) {
			d.Band = b.Code
			break
		}
	}
	switch {
	case !t.Atleast(s.PassMark):
		d.Low = Failed
	case !t.Atleast(s.LowBelow):
		d.Low = Low
	}
	s.weigh(t, belief, &d)
	return d
}

// Weighs tells whether forms of so many items are decided by certainty.
func (s Standard) Weighs(items int) bool { return s.Certainty > 0 && items >= CertainItems }

// CanCommend tells whether everything right on a form of so many items is
// certain enough for commendation, as long as nothing is known of other people.
func (s Standard) CanCommend(items int) bool {
	_, can := s.Needs(items, func(t Total) Belief { return t.Among(ctt.Shares{}) })
	return can
}

// Needs is how many items of a form must be right, the others wrong, before
// somebody is proposed for commendation, if totals are believed like this; false
// where everything right is not enough.
func (s Standard) Needs(items int, believed func(Total) Belief) (right int, can bool) {
	for right := range items + 1 {
		total := Total{Raw: Points(right) * One, Maximum: Points(items) * One, Right: right, Items: items}
		if s.Decide(total, believed(total)).Commend {
			return right, true
		}
	}
	return 0, false
}

// weigh looks at how likely the true score is on the same side of the cuts.
// Whoever scores below a cut is recommended to refresh in any case, and so is
// who reaches it while the true score is surely below; with half the doubt where
// the belief is Rough.
func (s Standard) weigh(t Total, belief Belief, d *Decision) {
	commend, ok := belief.Reaches(s.CommendFrom)
	low, also := belief.Reaches(s.LowBelow)
	if !ok || !also {
		return
	}
	d.Chances = Chances{perCent(commend), perCent(low), true}
	if !s.Weighs(t.Items) {
		return
	}
	sure := float64(s.Certainty) / 10_000
	if d.Commend && commend < sure {
		d.Commend, d.Doubt = false, DoubtCommend
	}
	doubt := 1 - sure
	if belief.Rough {
		doubt /= 2
	}
	switch {
	case d.Low != NotLow:
	case s.LowBelow > s.PassMark && low <= doubt:
		d.Low, d.Doubt = Low, NoDoubt
	case low < sure && d.Doubt == NoDoubt:
		d.Doubt = DoubtLow
	}
}

func (s Standard) belowMissedCuts(t Total, score Hundredths) Hundredths {
	cuts := []Hundredths{s.PassMark, s.LowBelow, s.CommendFrom}
	for _, b := range s.Bands {
		cuts = append(cuts, b.From)
	}
	for _, cut := range cuts {
		if score >= cut && !t.Atleast(cut) {
			score = cut - 1
		}
	}
	return score
}
