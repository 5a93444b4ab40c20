// Package scoring turns responses into exact points, points into a score and
// a score into a band. It is exact arithmetic on values: no clock, no storage.
//
// A Rule marks one Response against one Key (rules.go has each rule's formula
// and source). A mark is a number of Points, whole units of 1/27720 of an
// item's worth, so that every share a round's rules can give with up to twelve
// options is exact and sums compare exactly; a share that is not (of an order
// by Footrule or Spearman) is refused, not rounded. Score brings a sum to the scale
// of 100 with two decimals, rounding half up, once, at the edge.
//
// What a response is matters: answered, omitted (seen, left blank), not
// reached (blank after the last response), unscorable (it does not fit the
// item) and invalidated (the item was found faulty) are kept apart; an item that
// was not administered has no mark. All but answered and credited ones earn
// nothing; unscorable is reported, never called wrong.
//
// Bands belong to a round and are printed with its results. Start reading at
// Rule.Mark and Total.
package scoring

import (
	"fmt"
	"strings"

	"sathach/scoring/ctt"
)

// Engine names the version of these rules. A scoring run records it.
const Engine = "7"

// Points is an exact number of points in units of 1/27720 point: the least
// common multiple of 1…12.
type Points int64

// One is one point, the worth of a whole item.
const One Points = 27720

// MaxOptions is the largest number of options whose shares Points holds
// exactly.
const MaxOptions = 12

// State says what became of one item of an attempt.
type State string

const (
	Answered   State = "answered"
	Omitted    State = "omitted"     // seen and left blank
	NotReached State = "not_reached" // blank after the last response
	Unscorable State = "unscorable"  // the response does not fit the item
	// Invalidated is an item that was found faulty after people answered it:
	// it counts for nobody (Withdraw), or everybody earns the whole mark
	// (Credit). It says nothing about anybody, so statistics leave it out.
	Invalidated State = "invalidated"
)

// Unshown are the states that tell nothing of who had the item before them:
// statistics take them as missing.
var Unshown = []State{NotReached, Invalidated}

// Mark is what one response earned.
type Mark struct {
	State   State
	Points  Points
	Maximum Points
	// Pretest tells that the item does not count: it is on the form to learn
	// what it is worth.
	Pretest bool
}

// counts tells whether the mark is evidence of what somebody knows.
func (m Mark) counts() bool { return m.State != Invalidated && !m.Pretest }

// Right tells whether the response earned everything it could.
func (m Mark) Right() bool { return m.State == Answered && m.Points == m.Maximum }

// Withdraw is the mark of an item that counts for nobody.
func Withdraw() Mark { return Mark{State: Invalidated} }

// Credit is the mark of a faulty item that everybody who met it earns.
func Credit(maximum Points) Mark {
	return Mark{State: Invalidated, Points: maximum, Maximum: maximum}
}

// Hundredths is a score on the scale of 0 to 100 in hundredths: 8750 is
// 87.50.
type Hundredths int64

// String is the score with a decimal point, for logs and messages.
func (h Hundredths) String() string { return fmt.Sprintf("%d.%02d", h/100, h%100) }

// Unit is the largest number of points of which all the given are whole
// multiples, of marks that are worth One: the unit of whole scores for
// statistics. It is at least a hundredth of One, to which finer marks are
// rounded then.
func Unit(points [][]Points) Points {
	unit := One
	for _, row := range points {
		for _, p := range row {
			for p != 0 {
				unit, p = p, unit%p
			}
		}
	}
	return max(unit, One/100)
}

// Total is the sum of an attempt's marks.
type Total struct {
	Raw, Maximum Points
	Right, Items int
}

// Plus is what two forms of one person are worth together.
func (t Total) Plus(other Total) Total {
	return Total{t.Raw + other.Raw, t.Maximum + other.Maximum, t.Right + other.Right, t.Items + other.Items}
}

// Sum adds up the marks that count. Invalidated items are not among Items, which
// tell how much an attempt shows.
func Sum(marks []Mark) Total {
	var t Total
	for _, m := range marks {
		if m.Pretest {
			continue
		}
		t.Raw += m.Points
		t.Maximum += m.Maximum
		if !m.counts() {
			continue
		}
		t.Items++
		if m.Right() {
			t.Right++
		}
	}
	return t
}

// Score is raw/maximum on the scale of 100 with two decimals, half up. It is
// undefined (false) when nothing could be earned.
func (t Total) Score() (Hundredths, bool) {
	if t.Maximum == 0 {
		return 0, false
	}
	const scale = 100 * 100
	doubled := 2*int64(t.Raw)*scale + int64(t.Maximum)
	return Hundredths(doubled / (2 * int64(t.Maximum))), true
}

// Atleast tells exactly, before any rounding, whether the total reaches a cut
// score.
func (t Total) Atleast(cut Hundredths) bool {
	return int64(t.Raw)*100*100 >= int64(cut)*int64(t.Maximum)
}

// shows is how many points could be earned of the items that show something, and
// how many were credited to everybody. It is undefined (false) where nothing shows
// anything.
func (t Total) shows() (items, credited Points, ok bool) {
	items = Points(t.Items) * One
	return items, t.Maximum - items, items > 0 && t.Maximum >= items
}

// Shown is the share earned of the items that show something: those that were
// credited to everybody, each worth One, are left out. It is undefined (false)
// where nothing shows anything.
func (t Total) Shown() (share float64, ok bool) {
	items, credited, ok := t.shows()
	if !ok {
		return 0, false
	}
	return float64(t.Raw-credited) / float64(items), true
}

// Asks is the share of the items that show something that a cut asks for: what
// everybody was given moves it. It is undefined (false) where nothing shows
// anything.
func (t Total) Asks(cut Hundredths) (share float64, ok bool) {
	items, credited, ok := t.shows()
	if !ok {
		return 0, false
	}
	share = (float64(cut)/10_000*float64(t.Maximum) - float64(credited)) / float64(items)
	return max(0, min(1, share)), true
}

// Error is the standard error of measurement of the share earned, raw/maximum
// (ctt.ScoreError): items credited to everybody are without error. It is undefined
// (false) where too little was asked.
func (t Total) Error() (se float64, ok bool) {
	share, ok := t.Shown()
	if !ok {
		return 0, false
	}
	se, ok = ctt.ScoreError(share, t.Items)
	return se * float64(Points(t.Items)*One) / float64(t.Maximum), ok
}

// Response is what a candidate gave for one item, in the item's own order of
// options (never in the order shown). The zero Response is blank.
//
//   - single, true/false, multiple: Chosen holds option positions.
//   - ordering: Chosen holds option positions, first to last.
//   - matching, matrix: Chosen[i] is the target of option i, or -1.
//   - numeric: Number is the text as typed.
//   - short answer: Texts holds the one text as typed.
//   - gaps: Texts[i] is what was typed in gap i, Chosen[i] the option chosen
//     there, or -1; of each gap one of the two.
type Response struct {
	Chosen []int    `json:"c,omitempty"`
	Number string   `json:"n,omitempty"`
	Texts  []string `json:"t,omitempty"`
}

// Blank tells whether nothing was given.
func (r Response) Blank() bool {
	if strings.TrimSpace(r.Number) != "" {
		return false
	}
	for _, c := range r.Chosen {
		if c >= 0 {
			return false
		}
	}
	for _, t := range r.Texts {
		if strings.TrimSpace(t) != "" {
			return false
		}
	}
	return true
}

// Key is what earns credit.
type Key struct {
	// Options and Targets count what may be chosen.
	Options, Targets int
	// Correct has the meaning of Response.Chosen.
	Correct []int
	// Value and Tolerance are for numeric items: decimals with a point.
	Value, Tolerance string
	// Gaps are the blanks of a text, one for a short answer.
	Gaps []Gap
	// CaseSensitive tells that capitals count in what is typed.
	CaseSensitive bool
	// Mapping is what options are worth, for Mapped.
	Mapping *Mapping
}

// Gap is one blank: chosen from Options, of which Correct is right; or typed,
// where any of Accepted is; or a number, where one within Tolerance of Value is.
type Gap struct {
	Options          int
	Correct          int
	Accepted         []string
	Value, Tolerance string
}

// States tells of each response in a form's order whether it was answered,
// omitted or not reached: blanks after the last answer were not reached.
func States(responses []Response) []State {
	last := -1
	for i, r := range responses {
		if !r.Blank() {
			last = i
		}
	}
	states := make([]State, len(responses))
	for i, r := range responses {
		switch {
		case !r.Blank():
			states[i] = Answered
		case i < last:
			states[i] = Omitted
		default:
			states[i] = NotReached
		}
	}
	return states
}
