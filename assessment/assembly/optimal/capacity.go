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
	nearTopics, nearLevels := c.topics, c.levels
	for _, near := range []bool{true, false} {
		need, have := 0, 0
		var topics, levels []string
		for t, r := range n.topics {
			if nearTopics[t] == near {
				need += r.Low
				topics = append(topics, m.topicNames[t])
				for l := range n.levels {
					if nearLevels[l] != near {
						have += n.high[t][l]
					}
				}
			}
		}
		for l, r := range n.levels {
			if nearLevels[l] == near {
				have += r.High
				levels = append(levels, m.levels[l])
			}
		}
		if need > have {
			return []Cause{{fmt.Sprintf("topics %s with at most so many of levels %s", strings.Join(topics, ", "), strings.Join(levels, ", ")), need, have}}
		}
		need, have, topics, levels = 0, 0, nil, nil
		for l, r := range n.levels {
			if nearLevels[l] == near {
				need += r.Low
				levels = append(levels, m.levels[l])
				for t := range n.topics {
					if nearTopics[t] != near {
						have += n.high[t][l]
					}
				}
			}
		}
		for t, r := range n.topics {
			if nearTopics[t] == near {
				have += r.High
				topics = append(topics, m.topicNames[t])
			}
		}
		if need > have {
			return []Cause{{fmt.Sprintf("levels %s with at most so many of topics %s", strings.Join(levels, ", "), strings.Join(topics, ", ")), need, have}}
		}
	}
	return []Cause{{"items within the bounds of topics and levels", n.total, n.total - c.lacking}}
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
