package irt

import (
	"errors"
	"fmt"

	"sathach/scoring/measure"
)

// ErrAnswers is the error of answers that cannot be used.
var ErrAnswers = errors.New("the answers cannot be used")

// Answers are the scores of persons, kept sparse: five bytes for each answer
// that was given.
type Answers struct {
	most   []int // highest score of every item
	start  []int // where each person's answers begin; one more at the end
	item   []int32
	score  []int8
	weight []float64 // how many people gave them
	group  []int8    // of people; 0 for the base group
}

// NewAnswers has no persons; most holds each item's highest score.
func NewAnswers(most []int) (*Answers, error) {
	if len(most) == 0 {
		return nil, fmt.Errorf("%w: there are no items", ErrAnswers)
	}
	for j, m := range most {
		if m < 1 || m > 100 {
			return nil, fmt.Errorf("%w: the highest score of item %d is %d, not 1 to 100", ErrAnswers, j+1, m)
		}
	}
	return &Answers{most: most, start: []int{0}}, nil
}

// MostGroups bounds how many groups of people there can be.
const MostGroups = 100

// In puts the people added last, of one call, into a group. Group 0, where
// everybody is otherwise, is the base: its abilities are N(0,1).
func (a *Answers) In(group int) error {
	if group < 0 || group >= MostGroups || len(a.group) == 0 {
		return fmt.Errorf("%w: group %d is not 0 to %d", ErrAnswers, group, MostGroups-1)
	}
	a.group[len(a.group)-1] = int8(group)
	return nil
}

// inGroups counts the people of every group.
func (a *Answers) inGroups() []float64 {
	people := make([]float64, a.groups())
	for i, g := range a.group {
		people[g] += a.weight[i]
	}
	return people
}

// groups is one more than the highest group.
func (a *Answers) groups() int {
	most := 0
	for _, g := range a.group {
		most = max(most, int(g))
	}
	return most + 1
}

// Connected tells whether the items hang together: from each to every other
// leads a chain of people who answered both ends of every link. Items that do
// not hang together have no common scale, unless the people are alike by
// design.
func (a *Answers) Connected() bool { return a.connected(nil) }

// connected is Connected with fixed items, which hang together as they are.
func (a *Answers) connected(fixed map[int]Item) bool {
	root := make([]int, len(a.most))
	for j := range root {
		root[j] = -1 // nobody answered it
	}
	find := func(j int) int {
		for root[j] != j {
			root[j] = root[root[j]]
			j = root[j]
		}
		return j
	}
	parts, anchor := 0, -1
	for i := range a.weight {
		items, _ := a.of(i)
		for n, item := range items {
			j := int(item)
			if root[j] < 0 {
				root[j] = j
				parts++
				if _, is := fixed[j]; is && anchor >= 0 {
					root[j] = find(anchor)
					parts--
				} else if is {
					anchor = j
				}
			}
			if n == 0 {
				continue
			}
			if x, y := find(int(items[0])), find(j); x != y {
				root[y] = x
				parts--
			}
		}
	}
	return parts <= 1
}

// Add adds weight people who gave the same scores, one for each item.
func (a *Answers) Add(scores []int, weight float64) error {
	if len(scores) != len(a.most) {
		return fmt.Errorf("%w: a person has %d scores, there are %d items", ErrAnswers, len(scores), len(a.most))
	}
	for j, s := range scores {
		if s == measure.Missing {
			continue
		}
		if s < 0 || s > a.most[j] {
			return fmt.Errorf("%w: score %d on item %d, whose highest is %d", ErrAnswers, s, j+1, a.most[j])
		}
		a.item, a.score = append(a.item, int32(j)), append(a.score, int8(s))
	}
	a.start, a.weight, a.group = append(a.start, len(a.item)), append(a.weight, weight), append(a.group, 0)
	return nil
}

// AddSparse adds a person who gave scores[n] on items[n].
func (a *Answers) AddSparse(items, scores []int, weight float64) error {
	if len(items) != len(scores) {
		return fmt.Errorf("%w: %d items with %d scores", ErrAnswers, len(items), len(scores))
	}
	for n, j := range items {
		if j < 0 || j >= len(a.most) || scores[n] < 0 || scores[n] > a.most[j] {
			return fmt.Errorf("%w: score %d on item %d", ErrAnswers, scores[n], j+1)
		}
	}
	for n, j := range items {
		a.item, a.score = append(a.item, int32(j)), append(a.score, int8(scores[n]))
	}
	a.start, a.weight, a.group = append(a.start, len(a.item)), append(a.weight, weight), append(a.group, 0)
	return nil
}

// Persons counts the rows that were added.
func (a *Answers) Persons() int { return len(a.weight) }

// of are the answers of row i.
func (a *Answers) of(i int) (items []int32, scores []int8) {
	return a.item[a.start[i]:a.start[i+1]], a.score[a.start[i]:a.start[i+1]]
}
