package itembank

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/irt"
)

// From so many items on, each topic has its means, drawn towards the bank's where it has
// few items, and a deviation that all topics have in common.
func TestUsualsOf(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(61, 62))
	var all []ofTopic
	for n := range 240 {
		topic := n % 3
		all = append(all, ofTopic{fmt.Sprint("T", topic), irt.Item{A: math.Exp(0.2 + 0.3*rnd.NormFloat64()), D: []float64{float64(2*topic-2) + 1.4*rnd.NormFloat64()}}})
	}
	if got := usualsOf(all[:199]); got != nil {
		t.Errorf("199 items tell %+v", got)
	}
	all = append(all, ofTopic{"few", irt.Item{A: 1.2, D: []float64{4}}}, ofTopic{"partial", irt.Item{A: 1.2, D: []float64{4, 4}}})
	usual := usualsOf(all)
	for topic, want := range map[string]float64{"T0": -1.8, "T1": 0, "T2": 1.8, "few": 0.36, "partial": 0, AnyTopic: 0} {
		got := usual[topic]
		if math.Abs(got.Intercept.Mean-want) > 0.35 || math.Abs(got.LogSlope.Mean-0.2) > 0.1 {
			t.Errorf("%s: %+v, want intercepts around %.1f", topic, got, want)
		}
	}
	if got := usual["T0"]; math.Abs(got.Intercept.SD-1.4) > 0.15 || math.Abs(got.LogSlope.SD-0.3) > 0.05 || usual[AnyTopic].Intercept.SD != 2 {
		t.Errorf("deviations %+v, of any topic %+v", got, usual[AnyTopic])
	}
	for n := range all { // all alike: the least deviation that is believed
		all[n].item = irt.Item{A: 1, D: []float64{0.5}}
	}
	if got := usualsOf(all)["T0"]; got != (Usual{irt.Normal{Mean: 0, SD: 0.2}, irt.Normal{Mean: 0.5, SD: 1}}) {
		t.Errorf("items that are all alike: %+v", got)
	}
}
