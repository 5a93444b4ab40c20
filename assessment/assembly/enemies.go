package assembly

import (
	"maps"
	"slices"
)

// Items that ask nearly the same, enemies, form groups of which a form has one at most;
// those of one set were written together and may stand together. A group is in one
// cell or in several, so that who gives it to a cell takes it from others: which cell
// it goes to is a matching of groups to the cells that cannot do without.

// enemiesOf are the groups of items, by id; empty for those without enemies.
func enemiesOf(pool []Item) map[string]string {
	group := make(map[string]string, len(pool))
	for _, item := range pool {
		group[item.ID] = item.Enemy
	}
	return group
}

// need is a cell that single items have to fill, and how many of them.
type need struct {
	cell  Cell
	ids   []string
	count int
}

// short tells by how many items each need stays short, given what the form already has:
// none where all can be met. It is exact (Kuhn, 1955).
func (d drawing) short(needs []need) map[int]int {
	groups, wanting := make([][]string, len(needs)), make([]int, len(needs))
	for n, x := range needs {
		free, open := 0, map[string]bool{}
		for _, id := range x.ids {
			switch group := d.enemy[id]; {
			case d.taken[id]:
			case group == "":
				free++
			case !d.met[group]:
				open[group] = true
			}
		}
		groups[n], wanting[n] = slices.Sorted(maps.Keys(open)), max(0, x.count-free)
	}
	owner := map[string]int{}
	var give func(to int, seen map[string]bool) bool
	give = func(to int, seen map[string]bool) bool {
		for _, group := range groups[to] {
			if seen[group] {
				continue
			}
			seen[group] = true
			if other, has := owner[group]; !has || give(other, seen) {
				owner[group] = to
				return true
			}
		}
		return false
	}
	var lacking map[int]int
	for n, count := range wanting {
		for range count {
			if !give(n, map[string]bool{}) {
				if lacking == nil {
					lacking = map[int]int{}
				}
				lacking[n]++
			}
		}
	}
	return lacking
}

// lacks are needs that stay short, as cells of the blueprint.
func lacks(needs []need, short map[int]int) (lacks []Lack) {
	for n, x := range needs {
		if missing := short[n]; missing > 0 {
			lacks = append(lacks, Lack{Cell: x.cell, Have: x.cell.Count - missing, Alike: max(0, len(x.ids)-(x.count-missing))})
		}
	}
	return lacks
}

// count tells of each cell how many of its single items a form could have that has met
// some groups.
func (t *topic) count(enemy map[string]string, met map[string]bool) {
	t.enough = make([]int, len(t.cells))
	for i, ids := range t.singles {
		here := map[string]bool{}
		for _, id := range ids {
			group := enemy[id]
			if group == "" {
				t.enough[i]++
			} else if !met[group] && !here[group] {
				here[group] = true
				t.enough[i]++
			}
		}
	}
}

// mostSearched bounds the choices of sets that search looks at.
const mostSearched = 3_000

// search looks for sets of all topics, without enemies among them, beside which single
// items can fill the form: choice by choice, until some do or too many were looked at.
func (d drawing) search(topics []*topic) (chosen [][]*set, found bool) {
	chosen = make([][]*set, len(topics))
	left := mostSearched
	for _, t := range topics {
		t.count(d.enemy, nil)
	}
	var look func(k, at int) bool
	look = func(k, at int) bool {
		if left--; left < 0 {
			return false
		}
		switch {
		case k == len(topics):
			return d.short(d.needs(topics, chosen)) == nil
		case at == len(topics[k].sets):
			return topics[k].suffice(topics[k].rest(chosen[k])) && look(k+1, 0)
		case look(k, at+1): // without the set
			return true
		}
		s := topics[k].sets[at]
		before := chosen[k]
		chosen[k] = append(slices.Clip(before), s)
		if slices.Min(topics[k].rest(chosen[k])) >= 0 && d.apart(chosen) && look(k, at+1) {
			return true
		}
		chosen[k] = before
		return false
	}
	found = look(0, 0)
	return chosen, found
}

// apart tells whether no two of some sets have enemies.
func (d drawing) apart(chosen [][]*set) bool {
	of := map[string]*set{}
	for _, s := range slices.Concat(chosen...) {
		for _, id := range s.items {
			if group := d.enemy[id]; group != "" {
				if other, met := of[group]; met && other != s {
					return false
				}
				of[group] = s
			}
		}
	}
	return true
}

// hostile tells whether the form has an enemy of some item of a set already.
func (d drawing) hostile(s *set) bool {
	return slices.ContainsFunc(s.items, func(id string) bool { return d.met[d.enemy[id]] })
}

// quarrels tells whether some item of a set has enemies.
func (d drawing) quarrels(s *set) bool {
	return slices.ContainsFunc(s.items, func(id string) bool { return d.enemy[id] != "" })
}

// spanning are the groups that have single items in several cells.
func spanning(topics []*topic, enemy map[string]string) map[string]bool {
	cells, span := map[string]int{}, map[string]bool{}
	for _, t := range topics {
		for _, ids := range t.singles {
			here := map[string]bool{}
			for _, id := range ids {
				if group := enemy[id]; group != "" && !here[group] {
					here[group] = true
					cells[group]++
					span[group] = cells[group] > 1
				}
			}
		}
	}
	return span
}

// auditEnemies checks that of every group a form has one item, or items of one set.
func auditEnemies(form Form, table map[string]Item) (groups []string) {
	first, broken := map[string]Item{}, map[string]bool{}
	for _, id := range form {
		item := table[id]
		if item.Enemy == "" {
			continue
		}
		if other, met := first[item.Enemy]; met && (item.Set == "" || item.Set != other.Set) {
			broken[item.Enemy] = true
		} else if !met {
			first[item.Enemy] = item
		}
	}
	return slices.Sorted(maps.Keys(broken))
}
