package likeness

import (
	"fmt"
	"slices"
	"testing"
)

// planted is a bank with rewritten items in it, and what was done to each.
type planted struct {
	items []Item
	near  map[[2]string]string // by pair: the change that leaves the question
	far   map[[2]string]string // the change that makes another one
}

// plant rewrites each item twice, once in chance to get another question,
// once in two to get the same again.
func plant(m *maker, bank []Item, oneIn int) planted {
	p := planted{items: slices.Clone(bank), near: map[[2]string]string{}, far: map[[2]string]string{}}
	for _, it := range bank {
		if m.IntN(oneIn) == 0 {
			c, twin := near[m.IntN(len(near))], copied(it, it.ID+" near")
			p.items, p.near[[2]string{it.ID, twin.ID}] = append(p.items, c.do(m, twin)), c.name
		}
		if c := far[m.IntN(len(far))]; m.IntN(oneIn) == 0 && (c.name != "same stem, other options" || len(it.Options) > 0) {
			other := copied(it, it.ID+" far")
			p.items, p.far[[2]string{it.ID, other.ID}] = append(p.items, c.do(m, other)), c.name
		}
	}
	return p
}

// figures count what a comparison found of what was planted.
type figures struct {
	found, missed, falsely int
	missedBy, falseBy      map[string]int
}

func (f figures) precision() float64 { return float64(f.found) / float64(f.found+f.falsely) }
func (f figures) recall() float64    { return float64(f.found) / float64(f.found+f.missed) }
func (f figures) String() string {
	return fmt.Sprintf("precision %.3f, recall %.3f (%d planted), missed %v, falsely %v", f.precision(), f.recall(), f.found+f.missed, f.missedBy, f.falseBy)
}

// measure holds a result against the truth. Pairs that are marked, and pairs
// of a rewritten item with another, are not counted.
func (p planted) measure(r Result) figures {
	f := figures{missedBy: map[string]int{}, falseBy: map[string]int{}}
	listed := map[[2]string]bool{}
	unplanted := map[string]bool{}
	for _, it := range p.items {
		unplanted[it.ID] = true
	}
	for pair := range p.near {
		delete(unplanted, pair[1])
	}
	for pair := range p.far {
		delete(unplanted, pair[1])
	}
	for _, pair := range r.Pairs {
		ids := [2]string{pair.A, pair.B}
		listed[ids] = true
		name, far := p.far[ids]
		switch {
		case p.near[ids] != "" || pair.Numbers || pair.Negation:
		case far:
			f.falsely++
			f.falseBy[name]++
		case unplanted[pair.A] && unplanted[pair.B]:
			f.falsely++
			f.falseBy["unrelated"]++
		}
	}
	for ids, name := range p.near {
		if listed[ids] {
			f.found++
		} else {
			f.missed++
			f.missedBy[name]++
		}
	}
	return f
}

func TestAmong_findsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bank func(*maker) []Item
	}{
		{"made", func(m *maker) []Item { return m.items(3000) }},
		{"starter", func(*maker) []Item { return starter(t) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newMaker(3)
			p := plant(m, c.bank(m), 3)
			for _, threshold := range []float64{0.6, Threshold, 0.8} {
				f := p.measure(Among(p.items, threshold))
				t.Logf("%.2f: %v", threshold, f)
				if threshold == Threshold && (f.precision() < 0.95 || f.recall() < 0.95) {
					t.Errorf("at the default threshold: %v", f)
				}
			}
		})
	}
}
