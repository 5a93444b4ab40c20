package itembank

import (
	"maps"
	"math"
	"slices"

	"sathach/scoring/irt"
)

// Usual is what is usual of the items of a topic on the scale of the bank: the logarithm
// of slopes, and the intercepts of items scored 0/1, as normal distributions. A new item
// of the topic, which few have met, is expected to be like that (Mislevy, 1986).
type Usual struct{ LogSlope, Intercept irt.Normal }

// AnyTopic stands for topics of which no item stands.
const AnyTopic = ""

const (
	// usualFrom is how many items must stand before anything is taken for usual.
	usualFrom = 200
	// usualLike is as how many items of its own the mean of the whole bank counts for
	// a topic.
	usualLike = 10
)

// ofTopic is an item that stands.
type ofTopic struct {
	topic string
	item  irt.Item
}

// usualsOf are the means by topic, and deviations within topics that all have in common.
// They are never wider than the priors that hold without them, and never less than half
// as wide: a new item may be of a new sort.
func usualsOf(all []ofTopic) map[string]Usual {
	if len(all) < usualFrom {
		return nil
	}
	var slopes, intercepts ofTopics
	for _, x := range all {
		slopes.add(x.topic, math.Log(x.item.A))
		if len(x.item.D) == 1 {
			intercepts.add(x.topic, x.item.D[0])
		}
	}
	wide := irt.UsualPriors()
	slope, intercept := slopes.spread(wide.LogA.SD), intercepts.spread(wide.D.SD)
	usuals := map[string]Usual{AnyTopic: {irt.Normal{Mean: slopes.all.mean(), SD: wide.LogA.SD}, irt.Normal{Mean: intercepts.all.mean(), SD: wide.D.SD}}}
	for _, x := range all {
		usuals[x.topic] = Usual{irt.Normal{Mean: slopes.mean(x.topic), SD: slope}, irt.Normal{Mean: intercepts.mean(x.topic), SD: intercept}}
	}
	return usuals
}

// sums are what values add up to.
type sums struct{ n, sum, squares float64 }

func (s sums) mean() float64 {
	if s.n == 0 {
		return 0
	}
	return s.sum / s.n
}

// ofTopics are sums by topic and of all.
type ofTopics struct {
	topics map[string]sums
	all    sums
}

func (t *ofTopics) add(topic string, x float64) {
	if t.topics == nil {
		t.topics = map[string]sums{}
	}
	s := t.topics[topic]
	t.topics[topic] = sums{s.n + 1, s.sum + x, s.squares + x*x}
	t.all = sums{t.all.n + 1, t.all.sum + x, t.all.squares + x*x}
}

// mean is a topic's, drawn towards that of all.
func (t *ofTopics) mean(topic string) float64 {
	s := t.topics[topic]
	return (s.sum + usualLike*t.all.mean()) / (s.n + usualLike)
}

// spread is the deviation within topics, between half of the widest and the widest.
func (t *ofTopics) spread(widest float64) float64 {
	var squares, free float64
	for _, topic := range slices.Sorted(maps.Keys(t.topics)) { // sums in one order
		s := t.topics[topic]
		squares, free = squares+s.squares-s.sum*s.sum/s.n, free+s.n-1
	}
	if free < usualFrom/2 {
		return widest
	}
	return max(widest/2, min(widest, math.Sqrt(max(0, squares)/free)))
}
