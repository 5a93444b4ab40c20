package ctt

import (
	"errors"
	"fmt"

	"sathach/scoring/measure"
)

// MaxScore is the highest score of one item.
const MaxScore = 100

// Table is the scores of persons on items: whole numbers from 0 to the item's
// maximum, or measure.Missing. It holds two bytes for each answer.
type Table struct {
	persons int
	max     []int
	cells   []int16 // by person
}

// ErrTable is the error of a table that cannot be analysed.
var ErrTable = errors.New("the table of scores cannot be used")

// NewTable is a table without persons; max holds each item's highest score.
func NewTable(max []int) (*Table, error) {
	if len(max) == 0 {
		return nil, fmt.Errorf("%w: it has no items", ErrTable)
	}
	for i, m := range max {
		if m < 1 || m > MaxScore {
			return nil, fmt.Errorf("%w: the highest score of item %d is %d, not 1 to %d", ErrTable, i+1, m, MaxScore)
		}
	}
	return &Table{max: max}, nil
}

// Add adds a person's scores, one for each item.
func (t *Table) Add(scores []int) error {
	if len(scores) != len(t.max) {
		return fmt.Errorf("%w: a person has %d scores, there are %d items", ErrTable, len(scores), len(t.max))
	}
	for i, s := range scores {
		if s != measure.Missing && (s < 0 || s > t.max[i]) {
			return fmt.Errorf("%w: score %d on item %d, whose highest is %d", ErrTable, s, i+1, t.max[i])
		}
		t.cells = append(t.cells, int16(s))
	}
	t.persons++
	return nil
}

// Persons and Items count.
func (t *Table) Persons() int { return t.persons }
func (t *Table) Items() int   { return len(t.max) }

// Part is the table of some of the persons.
func (t *Table) Part(with func(person int) bool) *Table {
	part := &Table{max: t.max}
	for i := range t.persons {
		if with(i) {
			part.cells = append(part.cells, t.row(i)...)
			part.persons++
		}
	}
	return part
}

// row is the scores of person i.
func (t *Table) row(i int) []int16 { return t.cells[i*len(t.max) : (i+1)*len(t.max)] }

// totals are the sums of every person's answers, those of the persons who
// answered at least one item, and whether everybody was asked everything.
func (t *Table) totals() (totals []int, asked []bool, complete bool) {
	totals, asked, complete = make([]int, t.persons), make([]bool, t.persons), true
	for i := range t.persons {
		for _, x := range t.row(i) {
			if x == measure.Missing {
				complete = false
				continue
			}
			totals[i] += int(x)
			asked[i] = true
		}
	}
	return totals, asked, complete
}

// top is the highest total there can be.
func (t *Table) top() int {
	sum := 0
	for _, m := range t.max {
		sum += m
	}
	return sum
}
