package optimal

import "math"

// draft is a form being made, with all that its limits are about.
type draft struct {
	m              *model
	items          []int
	holds          bits      // items of the model
	sum            []float64 // information
	seconds        int
	topics, levels []int
	enemies, sets  []int
	broken         int     // items by which limits of enemies and sets are broken
	chosen         int     // sets with items
	worth          float64 // value of the items dealt
}

func (m *model) draft(items ...int) *draft {
	d := &draft{
		m: m, holds: newBits(len(m.Items)), sum: make([]float64, m.points), topics: make([]int, len(m.topicNames)), levels: make([]int, len(m.levels)),
		enemies: make([]int, m.enemies), sets: make([]int, m.sets),
	}
	for _, i := range items {
		d.items = append(d.items, i)
		d.count(i, 1)
	}
	return d
}

// bits are a set of items, one bit each: there are as many sets as forms.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }

func (b bits) set(i int, in bool) {
	if in {
		b[i/64] |= 1 << (i % 64)
	} else {
		b[i/64] &^= 1 << (i % 64)
	}
}

// count counts an item in, or out with −1.
func (d *draft) count(i, sign int) {
	m := d.m
	d.m.add(d.sum, i, float64(sign))
	d.seconds += sign * m.Items[i].Seconds
	d.topics[m.topic[i]] += sign
	d.levels[m.level[i]] += sign
	d.holds.set(i, sign > 0)
	if g := m.enemy[i]; g >= 0 && m.Enemies > 0 {
		d.broken -= max(0, d.enemies[g]-m.Enemies)
		d.enemies[g] += sign
		d.broken += max(0, d.enemies[g]-m.Enemies)
	}
	if s := m.set[i]; s >= 0 && m.Sets != nil {
		d.countSet(s, -1)
		d.sets[s] += sign
		d.countSet(s, 1)
	}
}

// countSet counts what a set adds to the sets that are chosen and broken.
func (d *draft) countSet(s, sign int) {
	if n := d.sets[s]; n > 0 {
		d.chosen += sign
		d.broken += sign * outside(n, d.m.Sets.Items)
	}
}

// put puts an item in the place of another.
func (d *draft) put(place, item int) {
	d.count(d.items[place], -1)
	d.items[place] = item
	d.count(item, 1)
}

// peaceful tells whether enemies let an item in, in the place of another or
// with −1 besides.
func (d *draft) peaceful(out, in int) bool {
	g := d.m.enemy[in]
	return d.m.Enemies == 0 || g < 0 || out >= 0 && d.m.enemy[out] == g || d.enemies[g] < d.m.Enemies
}

// swapped tells the information after a swap, at point k.
func (d *draft) swapped(out, in, k int) float64 {
	m := d.m
	return d.sum[k] - m.info[out*m.points+k] + m.info[in*m.points+k]
}

// violation is by how many items, or mean times of items, the form breaks its
// limits; zero for a form that keeps all.
func (d *draft) violation() float64 { return float64(d.miscount()) + d.lateness(d.seconds) }

// miscount is by how many items the form breaks the limits that count items.
func (d *draft) miscount() int {
	m := d.m
	broken := d.broken + outside(len(d.items), Range{m.Length, m.Length})
	for t, n := range d.topics {
		broken += outside(n, m.topicRange[t])
	}
	for l, n := range d.levels {
		broken += outside(n, m.levelRange[l])
	}
	if m.Sets != nil {
		broken += outside(d.chosen, Range{m.Sets.Count, m.Sets.Count})
	}
	return broken
}

// lateness is by how many mean times of items so many seconds are too long.
func (d *draft) lateness(seconds int) float64 {
	if over := seconds - d.m.Seconds; d.m.Seconds > 0 && over > 0 {
		return float64(over) * float64(d.m.Length) / float64(d.m.Seconds)
	}
	return 0
}

// outside is by how many a count misses a range.
func outside(n int, r Range) int { return max(0, r.Low-n, n-r.High) }

// least is the smallest information of any point.
func (d *draft) least() float64 {
	least := math.Inf(1)
	for _, s := range d.sum {
		least = min(least, s)
	}
	return least
}
