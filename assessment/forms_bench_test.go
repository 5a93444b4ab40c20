package assessment

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sathach/itembank"
	"sathach/scoring"
)

// A form of 40 items for each of 20,000 people, from a bank of 1,000 items whose
// facility is known.
func BenchmarkDraw_formForEverybody(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	o := order{curves: map[itembank.RevisionID]curve{}, forms: MostEach, seed: "s"}
	for topic := range 10 {
		for _, level := range []itembank.Level{itembank.Recall, itembank.Application} {
			code := fmt.Sprint("T", topic)
			o.blueprint = append(o.blueprint, Cell{Topic: code, Level: level, Count: 2})
			for n := range 50 {
				id := itembank.RevisionID(fmt.Sprintf("%s-%s-%02d", code, level, n))
				o.pool.Drawable = append(o.pool.Drawable, itembank.Drawable{Revision: id, Topic: code, Level: level})
				o.curves[id] = coldStart(0.3+0.6*rnd.Float64(), 50, Tried)
			}
		}
	}
	for n := range o.forms {
		o.names = append(o.names, fmt.Sprint("person ", n))
	}
	for b.Loop() {
		forms, err := o.draw()
		if err != nil {
			b.Fatal(err)
		}
		outlook := outlookOf(forms[:mostLookedAt], o.curves, Rules{Standard: scoring.Usual()}, leastToLearn)
		b.ReportMetric(outlook.Spread(), "points_apart")
	}
}
