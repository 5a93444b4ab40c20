// Package assembly draws parallel forms from a pool of items by a blueprint.
// It is pure: the same request gives the same forms on every machine.
//
// Each cell of the blueprint (topic × level) is filled with the items used
// least so far, ties broken by a stream seeded from the request, so that
// every item of a cell is used about equally often and two forms share as few
// items as the cell allows. A request that cannot be met is answered with the
// cells that lack items (Infeasible), never with a shorter form. Audit
// rechecks every constraint from the item table with code of its own.
//
// Limits: no difficulty, time or enemy constraints; forms are parallel in
// content, not in difficulty.
package assembly

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Item is what assembly needs to know of an item.
type Item struct {
	ID    string
	Topic string
	Level string
}

// Cell asks for a number of items of one topic and level.
type Cell struct {
	Topic string
	Level string
	Count int
}

// Request asks for a number of parallel forms.
type Request struct {
	Pool  []Item
	Cells []Cell
	Forms int
	Seed  string
}

// Form is a list of item ids in the order of the blueprint.
type Form []string

// Lack is a cell with fewer items than it asks for.
type Lack struct {
	Cell
	Have int
}

// Infeasible says which cells cannot be filled.
type Infeasible struct{ Lacks []Lack }

func (e *Infeasible) Error() string {
	parts := make([]string, len(e.Lacks))
	for i, l := range e.Lacks {
		parts[i] = fmt.Sprintf("%s/%s needs %d, has %d", l.Topic, l.Level, l.Count, l.Have)
	}
	return "the bank cannot fill the blueprint: " + strings.Join(parts, "; ")
}

// Assemble draws the forms, or returns *Infeasible.
func Assemble(r Request) ([]Form, error) {
	if r.Forms < 1 || len(r.Cells) == 0 {
		return nil, fmt.Errorf("assemble %d forms of %d cells: nothing to draw", r.Forms, len(r.Cells))
	}
	places := map[place]bool{}
	for _, c := range r.Cells {
		if places[place{c.Topic, c.Level}] {
			return nil, fmt.Errorf("assemble: cell %s/%s is asked for twice", c.Topic, c.Level)
		}
		places[place{c.Topic, c.Level}] = true
	}
	if lacks := Lacks(r.Pool, r.Cells); len(lacks) > 0 {
		return nil, &Infeasible{lacks}
	}
	rnd := rand.New(rand.NewChaCha8(sha256.Sum256([]byte(r.Seed))))
	cells := group(r.Pool)
	used := map[string]int{}
	forms := make([]Form, r.Forms)
	for f := range forms {
		for _, c := range r.Cells {
			forms[f] = append(forms[f], pick(rnd, cells[place{c.Topic, c.Level}], used, c.Count)...)
		}
	}
	return forms, nil
}

type place struct{ topic, level string }

// group sorts ids within each cell, so that the pool's order has no effect.
func group(pool []Item) map[place][]string {
	cells := map[place][]string{}
	for _, item := range pool {
		at := place{item.Topic, item.Level}
		cells[at] = append(cells[at], item.ID)
	}
	for at := range cells {
		slices.Sort(cells[at])
	}
	return cells
}

// pick takes the n least used ids, in random order among equals.
func pick(rnd *rand.Rand, ids []string, used map[string]int, n int) []string {
	shuffled := slices.Clone(ids)
	rnd.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortStableFunc(shuffled, func(a, b string) int { return used[a] - used[b] })
	picked := shuffled[:n]
	for _, id := range picked {
		used[id]++
	}
	return picked
}

// Lacks lists the cells that the pool cannot fill.
func Lacks(pool []Item, cells []Cell) []Lack {
	have := map[place]int{}
	for _, item := range pool {
		have[place{item.Topic, item.Level}]++
	}
	var lacks []Lack
	for _, c := range cells {
		if n := have[place{c.Topic, c.Level}]; n < c.Count {
			lacks = append(lacks, Lack{c, n})
		}
	}
	return lacks
}

// Audit checks forms against the request item by item and lists every
// violation. It shares no code with Assemble.
func Audit(r Request, forms []Form) []string {
	table := map[string]Item{}
	for _, item := range r.Pool {
		table[item.ID] = item
	}
	var found []string
	if len(forms) != r.Forms {
		found = append(found, fmt.Sprintf("%d forms, want %d", len(forms), r.Forms))
	}
	for n, form := range forms {
		seen, counts := map[string]bool{}, map[string]int{}
		for _, id := range form {
			item, ok := table[id]
			if !ok {
				found = append(found, fmt.Sprintf("form %d: item %s is not in the pool", n+1, id))
			}
			if seen[id] {
				found = append(found, fmt.Sprintf("form %d: item %s comes twice", n+1, id))
			}
			seen[id] = true
			counts[item.Topic+"/"+item.Level]++
		}
		wanted := 0
		for _, c := range r.Cells {
			wanted += c.Count
			if got := counts[c.Topic+"/"+c.Level]; got != c.Count {
				found = append(found, fmt.Sprintf("form %d: %d items of %s/%s, want %d", n+1, got, c.Topic, c.Level, c.Count))
			}
		}
		if len(form) != wanted {
			found = append(found, fmt.Sprintf("form %d: %d items, want %d", n+1, len(form), wanted))
		}
	}
	return found
}
