package scoring_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring"
)

// Of the topics that are called weak by a person's own answers alone, few are not: in
// simulated forms of topics that go together more or less, among the able and others.
func TestTopics_areRarelyCalledWeakByBadLuck(t *testing.T) {
	t.Parallel()
	s := scoring.Usual()
	rnd := rand.New(rand.NewPCG(12, 8))
	for _, c := range []struct {
		level, alike float64
		items        int
	}{{1.6, 0.6, 3}, {1.6, 0.85, 3}, {1.6, 1, 3}, {0.9, 0.6, 3}, {0.9, 1, 3}, {1.6, 0.85, 5}, {1.6, 0.6, 10}, {0.9, 0.85, 10}} {
		said, wrong, weak := 0, 0, 0
		for range 4000 {
			able := rnd.NormFloat64()
			var marks []scoring.Mark
			var topics []string
			truth := map[string]float64{}
			for _, topic := range []string{"A", "B", "C", "D", "E", "F", "G", "H"}[:24/c.items] {
				here := math.Sqrt(c.alike)*able + math.Sqrt(1-c.alike)*rnd.NormFloat64()
				right := func() float64 { return 1 / (1 + math.Exp(-1.2*(here+c.level-rnd.NormFloat64()))) }
				for range 300 {
					truth[topic] += right() / 300
				}
				for range c.items {
					m := scoring.Mark{State: scoring.Answered, Maximum: scoring.One}
					if rnd.Float64() < right() {
						m.Points = scoring.One
					}
					marks, topics = append(marks, m), append(topics, topic)
				}
			}
			for _, r := range s.Topics(topics, marks) {
				low := truth[r.Topic] < 0.6
				if low {
					weak++
				}
				if r.Standing == scoring.Weak {
					said++
					if !low {
						wrong++
					}
				}
			}
		}
		if falsely, found := float64(wrong)/float64(said), float64(said-wrong)/float64(weak); falsely > 0.28 || found < 0.2 {
			t.Errorf("%+v: %.2f of %d topics are called weak falsely, and %.2f of the weak are found", c, falsely, said, found)
		}
	}
}
