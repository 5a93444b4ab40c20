package analysis

import (
	"iter"
	"slices"

	"sathach/assessment"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
)

// sitting is somebody's first try in a round.
type sitting struct {
	attempt  assessment.AttemptID
	official roster.OfficialID
	seating  assessment.SeatingID
	agency   roster.AgencyID
	group    string // position group
	level    string // of the agency
	form     int
	round    int      // place among the rounds of the cut
	answers  []answer // by position; items that were invalidated are left out
	pretests []answer // to items that do not count
	// careless tells that so many answers came too fast to be read that they say
	// nothing of the items; the score stays.
	careless bool
}

// all are the answers to all items.
func (p sitting) all() iter.Seq[answer] {
	return func(yield func(answer) bool) {
		for _, answers := range [][]answer{p.answers, p.pretests} {
			for _, a := range answers {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// answer is the answer at a place among all: those that count, then the pretests.
func (p sitting) answer(place int) answer {
	if place < len(p.answers) {
		return p.answers[place]
	}
	return p.pretests[place-len(p.answers)]
}

// at is the place of the answer at a position, if it counts.
func (p sitting) at(position int) (place int, counts bool) {
	return slices.BinarySearchFunc(p.answers, position, func(a answer, position int) int { return int(a.position) - position })
}

// answer is one item of a sitting.
type answer struct {
	item     int32 // place among the items of the cut
	position int16 // on the form, from 1
	option   int8  // chosen alone, -1 for none
	state    scoring.State
	points   scoring.Points // of scoring.One
}

// reached tells whether the person came to the item.
func (a answer) reached() bool { return a.state != scoring.NotReached }

// item is a revision that somebody met.
type item struct {
	revision itembank.RevisionID
	code     string
	topic    string
	options  int // of which one is chosen; 0 for other kinds
	// situation is the one it belongs to, empty for none.
	situation itembank.ItemID
}

// cut is the answers that statistics rest on.
type cut struct {
	rounds int
	runs   []assessment.RunID // that the answers of the rounds are read from
	items  []item
	people []sitting
	place  map[itembank.RevisionID]int32
}

// leaveOut marks the attempts that say nothing of the items.
func (c *cut) leaveOut(careless []assessment.AttemptID) {
	out := map[assessment.AttemptID]bool{}
	for _, id := range careless {
		out[id] = true
	}
	for i, p := range c.people {
		c.people[i].careless = p.careless || out[p.attempt]
	}
}

// careless are the attempts that are left out.
func (c *cut) careless() (attempts []assessment.AttemptID) {
	for _, p := range c.people {
		if p.careless {
			attempts = append(attempts, p.attempt)
		}
	}
	return attempts
}

func newCut() *cut { return &cut{place: map[itembank.RevisionID]int32{}} }

// forms are the people of every form, as places, by its number.
func (c *cut) forms() map[int][]int {
	forms := map[int][]int{}
	for i, p := range c.people {
		forms[p.form] = append(forms[p.form], i)
	}
	return forms
}

// answers counts those given.
func (c *cut) answers() (n int) {
	for _, p := range c.people {
		n += len(p.answers) + len(p.pretests)
	}
	return n
}
