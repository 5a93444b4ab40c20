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
