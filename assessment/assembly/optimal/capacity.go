package optimal

import (
	"fmt"
	"slices"
	"strings"
)

// capacity names every demand that the items cannot meet by their number,
// time and sets alone. None named does not yet mean that forms exist.
func (m *model) capacity() []Cause {
	if causes := m.contradictions(); len(causes) > 0 {
		return causes
	}
	have := m.available()
	var causes []Cause
	lack := func(what string, need, have int) {
		if need > have {
			causes = append(causes, Cause{what, need, have})
		}
	}
	all := 0
	byLevel := make([]int, len(m.levels))
	for t, row := range have {
		sum := 0
		for l, n := range row {
			sum += n
			byLevel[l] += n
		}
		lack("topic "+m.topicNames[t], m.topicRange[t].Low*m.Forms, sum)
		all += min(sum, m.topicRange[t].High*m.Forms)
	}
	for l, n := range byLevel {
		lack("level "+m.levels[l], m.levelRange[l].Low*m.Forms, n)
	}
	lack("items in all", m.Length*m.Forms, all)
	if m.Enemies > 0 {
		ofTopics, inAll := m.peaceful()
		for t, n := range ofTopics {
			lack(fmt.Sprintf("topic %s in a form, with at most %d of one enemy group", m.topicNames[t], m.Enemies), m.topicRange[t].Low, n)
		}
		lack(fmt.Sprintf("items of a form, with at most %d of one enemy group", m.Enemies), m.Length, inAll)
	}
	if len(causes) == 0 {
		causes = m.blocked(have)
	}
	if m.Sets != nil {
		lack("item sets", m.Sets.Count*m.Forms, m.usableSets())
	}
	if len(causes) == 0 && m.Seconds > 0 {
		lack("seconds of a form", m.quickest(), m.Seconds)
	}
	return causes
}

// contradictions are bounds that no items could meet.
func (m *model) contradictions() []Cause {
	var causes []Cause
	for kind, ranges := range map[string][]Range{"topics": m.topicRange, "levels": m.levelRange} {
		low, high := 0, 0
		for _, r := range ranges {
			low, high = low+r.Low, high+r.High
		}
		if low > m.Length {
			causes = append(causes, Cause{"items of a form for the least of all " + kind, low, m.Length})
		}
		if high < m.Length {
			causes = append(causes, Cause{"items of a form from the most of all " + kind, m.Length, high})
		}
	}
	slices.SortFunc(causes, func(a, b Cause) int { return strings.Compare(a.What, b.What) })
	return causes
}

// available counts the uses that items of every topic and level allow.
func (m *model) available() [][]int {
	have := make([][]int, len(m.topicNames))
	for t := range have {
		have[t] = make([]int, len(m.levels))
	}
	for i := range m.Items {
		if m.usable(i) {
			have[m.topic[i]][m.level[i]] += m.uses
		}
	}
	return have
}

// peaceful is how many items of every topic, and of all, one form can have without more
// of an enemy group than it may.
func (m *model) peaceful() (ofTopics []int, inAll int) {
	ofTopics = make([]int, len(m.topicNames))
	inTopic, met := map[[2]int]int{}, make([]int, m.enemies)
	for i := range m.Items {
		if !m.usable(i) {
			continue
		}
		if g := m.enemy[i]; g >= 0 {
			met[g]++
			inTopic[[2]int{m.topic[i], g}]++
			if met[g] <= m.Enemies {
				inAll++
			}
			if inTopic[[2]int{m.topic[i], g}] > m.Enemies {
				continue
			}
		} else {
			inAll++
		}
		ofTopics[m.topic[i]]++
	}
	return ofTopics, inAll
}

// usable tells whether any form may hold the item: with item sets asked for,
// an item of a set too small to be one never comes.
func (m *model) usable(i int) bool {
	return m.Sets == nil || m.set[i] < 0 || m.Sets.Count > 0 && m.sizes[m.set[i]] >= m.Sets.Items.Low
}

// usableSets is how many times item sets can be in forms: a large one may give
// some forms these items and others those.
func (m *model) usableSets() int {
	n := 0
	for _, size := range m.sizes {
		if size >= m.Sets.Items.Low {
			n += min(m.Forms, size*m.uses/m.Sets.Items.Low)
		}
	}
	return n
}

// blocked names the topics and levels whose bounds together cannot be met.
func (m *model) blocked(have [][]int) []Cause {
	n := network{total: m.Length * m.Forms, high: have}
	for range have {
		n.low = append(n.low, make([]int, len(m.levels)))
	}
	for _, r := range m.topicRange {
		n.topics = append(n.topics, r.times(m.Forms))
	}
	for _, r := range m.levelRange {
		n.levels = append(n.levels, r.times(m.Forms))
	}
	_, narrowest := n.flow()
	if narrowest == nil {
		return nil
	}
	return m.explain(n, *narrowest)
}

// explain reads a demand out of a cut: either topics must send more than
// levels may take from them, or levels must take more than topics may send.
func (m *model) explain(n network, c cut) []Cause {
	topics := side{"topics", m.topicNames, n.topics, c.topics}
	levels := side{"levels", m.levels, n.levels, c.levels}
	for _, near := range []bool{true, false} {
		if cause, lacks := topics.demand(levels, near, func(t, l int) int { return n.high[t][l] }); lacks {
			return []Cause{cause}
		}
		if cause, lacks := levels.demand(topics, near, func(l, t int) int { return n.high[t][l] }); lacks {
			return []Cause{cause}
		}
	}
	return []Cause{{"items within the bounds of topics and levels", n.total, n.total - c.lacking}}
}

// side is the topics or the levels of a network with a cut through it.
type side struct {
	kind   string
	names  []string
	bounds []Range
	near   []bool
}

// demand compares the least that one part of a side must have with the most
// that the other side gives it: whatever its own part may hold, and what
// passes from the rest.
func (s side) demand(other side, near bool, passes func(mine, theirs int) int) (c Cause, lacks bool) {
	var mine, theirs []string
	for a, r := range s.bounds {
		if s.near[a] != near {
			continue
		}
		mine, c.Need = append(mine, s.names[a]), c.Need+r.Low
		for b := range other.bounds {
			if other.near[b] != near {
				c.Have += passes(a, b)
			}
		}
	}
	for b, r := range other.bounds {
		if other.near[b] == near {
			theirs, c.Have = append(theirs, other.names[b]), c.Have+r.High
		}
	}
	c.What = fmt.Sprintf("%s %s with at most so many of %s %s", s.kind, strings.Join(mine, ", "), other.kind, strings.Join(theirs, ", "))
	return c, c.Need > c.Have
}

// quickest is a time that the slowest form cannot undercut: the mean of the
// shortest items that meet the bounds of the topics.
func (m *model) quickest() int {
	r := m.relax(m.allItems())
	for i := range r.value {
		r.value[i] = -float64(m.Items[i].Seconds)
	}
	picks, ok := r.choose()
	if !ok {
		return 0
	}
	sum := 0
	for _, p := range picks {
		sum += m.Items[p.item].Seconds * p.units
	}
	return (sum + m.Forms - 1) / m.Forms
}
