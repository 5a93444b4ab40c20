// Package assembly draws parallel forms from a pool of items by a blueprint.
// It is pure: the same request gives the same forms on every machine.
//
// Each cell of the blueprint (topic × level) is filled with the items used
// least so far, ties broken by a stream seeded from the request, so that
// every item of a cell is used about equally often and two forms share as few
// items as the cell allows. Items of one set, questions about one text, are
// drawn together and stand together (sets.go). A request that cannot be met is
// answered with the cells that lack items (Infeasible), never with a shorter
// form. Of items that are enemies, because they ask nearly the same, a form has one
// (enemies.go). Audit rechecks every constraint from the item table with code of its
// own.
//
// Chance comes from HMAC-SHA256 of the seed and the form's name (Stream), so
// that who knows neither cannot guess a form. A form depends on those before it
// as well, since the items used least come first: the order of names belongs to
// the record.
//
// Forms are parallel in content; package optimal betters such forms until they
// are parallel in difficulty.
package assembly

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Item is what assembly needs to know of an item.
type Item struct {
	ID    string
	Topic string
	Level string
	Set   string // what it is drawn together with; empty: nothing
	Place int    // within its set
	Enemy string // group of which a form has one at most; empty for none
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
	// Names are those of the forms, as many as there are, or none for numbers:
	// where everybody gets a form of their own, the people.
	Names []string
}

// Form is a list of item ids, topic by topic as the blueprint first names
// them: the cells of a topic in their order, then its sets.
type Form []string

// Lack is a cell with fewer items than it asks for. Have is how many it can be
// given, Tied how many more there are, in sets that do not fit whole, Alike how many that
// ask nearly the same as others of the form.
type Lack struct {
	Cell
	Have  int
	Tied  int
	Alike int
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
	err := r.check()
	if err != nil {
		return nil, err
	}
	if lacks := Lacks(r.Pool, r.Cells); len(lacks) > 0 {
		return nil, &Infeasible{lacks}
	}
	topics := topicsOf(r.Pool, r.Cells)
	start := Stream(r.Seed, "")
	for _, t := range topics {
		t.spread(start)
	}
	enemy := enemiesOf(r.Pool)
	used, spans := map[string]int{}, spanning(topics, enemy)
	forms := make([]Form, r.Forms)
	for f := range forms {
		d := drawing{Stream(r.Seed, r.name(f)), used, enemy, spans, map[string]bool{}, map[string]bool{}}
		if forms[f], err = d.form(topics, f+1); err != nil {
			return nil, err
		}
	}
	return forms, nil
}

// Stream is the chances of the form with a name: the same for the same seed on
// every machine, and nothing to be guessed without it (HMAC-SHA256).
func Stream(seed, name string) *rand.Rand {
	mac := hmac.New(sha256.New, []byte(seed))
	mac.Write([]byte(name)) // never fails
	return rand.New(rand.NewChaCha8([32]byte(mac.Sum(nil))))
}

// name is that of the form at a place.
func (r Request) name(at int) string {
	if len(r.Names) > 0 {
		return r.Names[at]
	}
	return strconv.Itoa(at + 1)
}

// drawing is what one form is drawn with.
type drawing struct {
	*rand.Rand
	used  map[string]int    // forms an item is in, so far
	enemy map[string]string // group of every item
	spans map[string]bool   // groups with single items in several cells
	met   map[string]bool   // groups that the form has
	taken map[string]bool   // items that the form has
}

// check refuses requests that no pool could meet.
func (r Request) check() error {
	if r.Forms < 1 || len(r.Cells) == 0 {
		return fmt.Errorf("assemble %d forms of %d cells: nothing to draw", r.Forms, len(r.Cells))
	}
	if len(r.Names) > 0 && len(r.Names) != r.Forms {
		return fmt.Errorf("assemble %d forms: there are %d names", r.Forms, len(r.Names))
	}
	type place struct{ topic, level string }
	asked := map[place]bool{}
	for _, c := range r.Cells {
		if asked[place{c.Topic, c.Level}] {
			return fmt.Errorf("assemble: cell %s/%s is asked for twice", c.Topic, c.Level)
		}
		asked[place{c.Topic, c.Level}] = true
	}
	topicOf := map[string]string{}
	for _, item := range r.Pool {
		if topic, known := topicOf[item.Set]; item.Set != "" && known && topic != item.Topic {
			return fmt.Errorf("assemble: set %s has items of topics %s and %s", item.Set, topic, item.Topic)
		}
		topicOf[item.Set] = item.Topic
	}
	return nil
}

// topic is one topic's part of the blueprint and what may fill it.
type topic struct {
	cells   []Cell
	singles [][]string // of each cell, sorted
	enough  []int      // of each cell, single items of which no two are enemies
	sets    []*set     // those that fit the cells whole, by id
	tied    []int      // of each cell, items in sets
}

// topicsOf sorts the pool by topic and cell; its order has no effect.
func topicsOf(pool []Item, cells []Cell) []*topic {
	var topics []*topic
	byCode := map[string]*topic{}
	for _, c := range cells {
		t := byCode[c.Topic]
		if t == nil {
			t = &topic{}
			topics, byCode[c.Topic] = append(topics, t), t
		}
		t.cells = append(t.cells, c)
	}
	members := map[string][]Item{}
	for _, t := range topics {
		t.singles, t.tied = make([][]string, len(t.cells)), make([]int, len(t.cells))
	}
	for _, item := range pool {
		t := byCode[item.Topic]
		switch at := t.cell(item.Level); {
		case item.Set != "":
			members[item.Set] = append(members[item.Set], item)
		case at >= 0:
			t.singles[at] = append(t.singles[at], item.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(members)) {
		if t := byCode[members[id][0].Topic]; t != nil {
			t.add(members[id])
		}
	}
	enemy := enemiesOf(pool)
	for _, t := range topics {
		for _, ids := range t.singles {
			slices.Sort(ids)
		}
		t.count(enemy, nil)
	}
	return topics
}

// cell is the place of a level among the topic's cells, -1 for none.
func (t *topic) cell(level string) int {
	if t == nil {
		return -1
	}
	return slices.IndexFunc(t.cells, func(c Cell) bool { return c.Level == level })
}

// form makes the n-th form: the sets of every topic first, then its single items.
// Where the sets leave too few of these, because they are enemies, it tries again with
// as few such sets as can be, and then looks for any sets that do.
func (d drawing) form(topics []*topic, n int) (form Form, err error) {
	for _, wary := range []bool{false, true} {
		d.begin()
		chosen := make([][]*set, len(topics))
		for k, t := range topics {
			chosen[k] = t.choose(d, n, wary)
		}
		if form, err = d.fill(topics, chosen); err == nil {
			return form, nil
		}
	}
	if chosen, found := d.search(topics); found {
		return d.fill(topics, chosen)
	}
	return nil, err
}

// begin empties the form.
func (d drawing) begin() {
	clear(d.met)
	clear(d.taken)
}

// fill makes the form of chosen sets and single items, or tells which cells lack some.
func (d drawing) fill(topics []*topic, chosen [][]*set) (form Form, err error) {
	needs := d.needs(topics, chosen)
	if short := d.short(needs); short != nil {
		return nil, &Infeasible{lacks(needs, short)}
	}
	for k, t := range topics {
		for range t.cells {
			form = append(form, d.pick(needs)...)
			needs = needs[1:]
		}
		for _, s := range chosen[k] {
			s.used++
			form = append(form, s.items...)
			for _, id := range s.items {
				d.used[id]++
			}
		}
	}
	return form, nil
}

// needs puts chosen sets on an empty form and tells what single items have to fill.
func (d drawing) needs(topics []*topic, chosen [][]*set) (needs []need) {
	d.begin()
	for k, t := range topics {
		for _, s := range chosen[k] {
			for _, id := range s.items {
				d.take(id)
			}
		}
		for i, rest := range t.rest(chosen[k]) {
			needs = append(needs, need{t.cells[i], t.singles[i], rest})
		}
	}
	return needs
}

// take puts an item on the form.
func (d drawing) take(id string) {
	d.taken[id] = true
	if group := d.enemy[id]; group != "" {
		d.met[group] = true
	}
}

// pick takes the items of the first need: of those without an enemy on the form the
// least used, in random order among equals, so that the needs after it can be met.
func (d drawing) pick(needs []need) (picked []string) {
	ids := slices.Clone(needs[0].ids)
	d.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	slices.SortStableFunc(ids, func(a, b string) int { return d.used[a] - d.used[b] })
	for _, id := range ids {
		group := d.enemy[id]
		switch {
		case needs[0].count == 0:
			return picked
		case d.met[group]:
			continue
		}
		d.take(id)
		needs[0].count--
		if d.spans[group] && d.short(needs) != nil { // another cell cannot do without it
			delete(d.taken, id)
			delete(d.met, group)
			needs[0].count++
			continue
		}
		d.used[id]++
		picked = append(picked, id)
	}
	return picked
}

// Lacks lists the cells that the pool cannot fill. Where only the wholeness of
// sets is in the way, it tells of the fullest form there could be.
func Lacks(pool []Item, cells []Cell) []Lack {
	filled, topics := map[Cell]Lack{}, topicsOf(pool, cells)
	for _, t := range topics {
		have := t.fullest()
		for i, c := range t.cells {
			// What is alike stands apart from what is tied.
			alike := len(t.singles[i]) - t.enough[i]
			filled[c] = Lack{Cell: c, Have: have[i], Tied: max(0, t.enough[i]+t.tied[i]-have[i]), Alike: alike}
		}
	}
	var found []Lack
	for _, c := range cells {
		if l := filled[c]; l.Have < c.Count {
			found = append(found, l)
		}
	}
	if len(found) > 0 {
		return found
	}
	return quarrels(pool, topics)
}

// quarrels are cells that have too few items but for enemies, as far as sets could not
// fill them.
func quarrels(pool []Item, topics []*topic) []Lack {
	d := drawing{enemy: enemiesOf(pool)}
	var needs []need
	for _, t := range topics {
		for i, c := range t.cells {
			needs = append(needs, need{c, t.singles[i], max(0, c.Count-t.tied[i])})
		}
	}
	return lacks(needs, d.short(needs))
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
		found = append(found, auditSets(n+1, form, table, r.Pool)...)
		for _, group := range auditEnemies(form, table) {
			found = append(found, fmt.Sprintf("form %d: several items of the enemy group %s", n+1, group))
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

// auditSets checks that whatever comes of a set comes whole, in its order and
// without a break.
func auditSets(number int, form Form, table map[string]Item, pool []Item) (found []string) {
	sets := map[string][]Item{}
	for _, item := range pool {
		sets[item.Set] = append(sets[item.Set], item)
	}
	checked := map[string]bool{"": true}
	for at, id := range form {
		name := table[id].Set
		if checked[name] {
			continue
		}
		checked[name] = true
		slices.SortFunc(sets[name], byPlace)
		for i, want := range sets[name] {
			if at+i >= len(form) || form[at+i] != want.ID {
				found = append(found, fmt.Sprintf("form %d: set %s is not whole and in its order", number, name))
				break
			}
		}
	}
	return found
}

// byPlace is the order of a set's items.
func byPlace(a, b Item) int {
	return cmp.Or(cmp.Compare(a.Place, b.Place), strings.Compare(a.ID, b.ID))
}
