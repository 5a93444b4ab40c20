package ctt_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/ctt"
)

// topicRound lets people answer eight topics of which the last has, besides what all
// have in common, something of its own: its ability correlates so much with the rest.
func topicRound(rnd *rand.Rand, people int, correlation float64) (*ctt.Table, []int) {
	var topic []int
	for k, size := range []int{4, 3, 4, 7, 5, 5, 3, 12} {
		for range size {
			topic = append(topic, k)
		}
	}
	most, easy := make([]int, len(topic)), make([]float64, len(topic))
	for j := range topic {
		most[j], easy[j] = 1, 1+rnd.NormFloat64()
	}
	t, _ := ctt.NewTable(most)
	for range people {
		ability := rnd.NormFloat64()
		own := correlation*ability + math.Sqrt(1-correlation*correlation)*rnd.NormFloat64()
		row := make([]int, len(topic))
		for j, k := range topic {
			x := ability
			if k == 7 {
				x = own
			}
			if rnd.Float64() < 1/(1+math.Exp(-1.2*(x+easy[j]))) {
				row[j] = 1
			}
		}
		_ = t.Add(row)
	}
	return t, topic
}

// Of topics that ask the same as all others hardly one is said to tell more; one
// that asks something else is found.
func TestReplicated_isEvidence(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	const rounds = 100
	for _, people := range []int{100, 200, 1000} {
		said, loosely, topics := 0, 0, 0
		for range rounds {
			table, topic := topicRound(rnd, people, 1)
			sure, err := ctt.Replicated(table, topic)
			if err != nil {
				t.Fatal(err)
			}
			once, err := ctt.SubscoresOf(table, topic)
			if err != nil {
				t.Fatal(err)
			}
			for k := range sure.Topics {
				topics++
				if sure.Topics[k].Advice != ctt.NothingMore {
					said++
				}
				if once.Topics[k].Advice != ctt.NothingMore {
					loosely++
				}
			}
		}
		if 100*said > 9*topics {
			t.Errorf("%d people: %d of %d topics are said to tell more, by one half %d", people, said, topics, loosely)
		}
	}
	found := 0
	for range rounds {
		table, topic := topicRound(rnd, 300, 0.5)
		s, err := ctt.Replicated(table, topic)
		if err != nil {
			t.Fatal(err)
		}
		if s.Topics[7].Advice != ctt.NothingMore {
			found++
		}
	}
	if found < 90 {
		t.Errorf("a topic of its own is found in %d of %d rounds", found, rounds)
	}
}

func TestReplicated_fewPeople(t *testing.T) {
	t.Parallel()
	table, topic := topicRound(rand.New(rand.NewPCG(3, 4)), 3, 1)
	s, err := ctt.Replicated(table, topic) // a half of one person says nothing
	if err != nil {
		t.Fatal(err)
	}
	for k, x := range s.Topics {
		if x.Advice != ctt.NothingMore {
			t.Errorf("of three people topic %d is said to be %q", k, x.Advice)
		}
	}
}

// drawnRound lets people answer items of their own: eight topics of which the last has
// something of its own.
func drawnRound(rnd *rand.Rand, people int, correlation float64) (scores [][]int, items []int) {
	items = []int{4, 3, 4, 7, 5, 5, 3, 12}
	for range people {
		ability := rnd.NormFloat64()
		own := correlation*ability + math.Sqrt(1-correlation*correlation)*rnd.NormFloat64()
		row := make([]int, len(items))
		for k, n := range items {
			x := ability
			if k == 7 {
				x = own
			}
			for range n {
				if rnd.Float64() < 1/(1+math.Exp(-1.2*(x+1+rnd.NormFloat64()))) {
					row[k]++
				}
			}
		}
		scores = append(scores, row)
	}
	return scores, items
}

// The same holds where everybody has items of his own.
func TestReplicatedOfDrawn_isEvidence(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	said := func(rounds, people int, correlation float64) (others, last int) {
		for range rounds {
			scores, items := drawnRound(rnd, people, correlation)
			s, err := ctt.ReplicatedOfDrawn(scores, items, 1)
			if err != nil {
				t.Fatal(err)
			}
			for k, topic := range s.Topics {
				if topic.Advice == ctt.NothingMore {
					continue
				}
				if k == 7 {
					last++
				} else {
					others++
				}
			}
		}
		return others, last
	}
	if others, last := said(100, 200, 1); others+last > 64 {
		t.Errorf("%d and %d of 100 rounds of eight topics that ask the same", others, last)
	}
	if _, last := said(50, 400, 0.4); last < 40 {
		t.Errorf("a topic that asks something else is found in %d of 50 rounds", last)
	}
}

// A topic's alpha is KR-21 where items are right or wrong, in whatever units; impossible
// scores are refused.
func TestSubscoresOfDrawn_alpha(t *testing.T) {
	t.Parallel()
	scores, items := drawnRound(rand.New(rand.NewPCG(5, 6)), 300, 1)
	s, err := ctt.SubscoresOfDrawn(scores, items, 1)
	if err != nil {
		t.Fatal(err)
	}
	halves := make([][]int, len(scores))
	for i, row := range scores {
		for _, x := range row {
			halves[i] = append(halves[i], 2*x)
		}
	}
	twice, err := ctt.SubscoresOfDrawn(halves, items, 2)
	if err != nil {
		t.Fatal(err)
	}
	for k, topic := range s.Topics {
		n, m, v := float64(items[k]), topic.Moments.Mean, topic.Moments.Variance
		biased := v * float64(len(scores)-1) / float64(len(scores)) // KR-21 has no correction
		want := 1 - (m*(n-m)-biased)/(n-1)/v
		if alpha, ok := topic.Alpha.Get(); !ok || math.Abs(alpha-want) > 1e-12 {
			t.Errorf("topic %d: alpha %v, want %v", k+1, alpha, want)
		}
		a, _ := topic.Alpha.Get()
		if b, _ := twice.Topics[k].Alpha.Get(); math.Abs(a-b) > 1e-12 {
			t.Errorf("topic %d: alpha %v in points and %v in halves", k+1, a, b)
		}
	}
	for name, bad := range map[string][][]int{"nobody": nil, "one person": scores[:1], "other topics": {{1}, {2}}, "too much": {{5, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}}} {
		if _, err := ctt.SubscoresOfDrawn(bad, items, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Of fewer than 30 people nothing is advised, whatever their figures say.
func TestSubscores_adviseFewPeopleNothing(t *testing.T) {
	t.Parallel()
	for people, says := range map[int]bool{29: false, 30: true} {
		rnd := rand.New(rand.NewPCG(7, 7))
		scores := make([][]int, people) // two topics that have nothing in common
		for i := range scores {
			scores[i] = []int{10 * rnd.IntN(2), 10 * rnd.IntN(2)}
		}
		s, err := ctt.SubscoresOfDrawn(scores, []int{10, 10}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Topics[0].Advice != ctt.NothingMore; got != says {
			t.Errorf("of %d people: %s", people, s.Topics[0].Advice)
		}
	}
}
