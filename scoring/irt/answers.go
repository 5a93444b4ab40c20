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
	a.start, a.weight = append(a.start, len(a.item)), append(a.weight, weight)
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
	a.start, a.weight = append(a.start, len(a.item)), append(a.weight, weight)
	return nil
}

// Persons counts the rows that were added.
func (a *Answers) Persons() int { return len(a.weight) }

// of are the answers of row i.
func (a *Answers) of(i int) (items []int32, scores []int8) {
	return a.item[a.start[i]:a.start[i+1]], a.score[a.start[i]:a.start[i+1]]
}
