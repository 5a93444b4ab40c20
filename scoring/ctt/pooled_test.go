package ctt_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Omega of sim2pl was computed in Python from one factor (minres).
func TestOmega_matchesTheReference(t *testing.T) {
	t.Parallel()
	people := table(t, "../testdata/sim2pl/responses.csv")
	var items []string
	for name := range people[0] {
		if name != "person" && name != "group" {
			items = append(items, name)
		}
	}
	highest := make([]int, len(items))
	for j := range highest {
		highest[j] = 1
	}
	scores, err := ctt.NewTable(highest)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		row := make([]int, len(items))
		for j, name := range items {
			row[j] = int(number(t, p[name]))
		}
		if err := scores.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	got, ok := ctt.Omega(scores).Get()
	if !ok || math.Abs(got-0.89350402647) > 1e-8 {
		t.Errorf("omega %.11f, want .89350402647", got)
	}
}

// Groups that do not differ are told the mean of all; groups that differ keep
// most of their own; intervals hold the truth.
func TestGroups_leanOnTheMeanOfAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		groups, people int
		between, low   float64
	}{{40, 40, 4, 0.93}, {40, 6, 3, 0.91}, {10, 20, 3, 0.91}, {5, 20, 3, 0.91}, {3, 20, 3, 0.91}, {40, 20, 0, 0.93}} {
		if held := held(t, c.groups, c.people, c.between); held < c.low {
			t.Errorf("%+v: %.3f of 95 %% intervals hold the truth", c, held)
		}
	}
}

// held is the share of intervals that hold the truth, in simulated groups.
func held(t *testing.T, k, people int, between float64) float64 {
	t.Helper()
	rnd := rand.New(rand.NewPCG(3, 4))
	held, all := 0, 0
	for range 12_000 / k {
		const within = 15.0
		var truth []float64
		var groups []ctt.Group
		for range k {
			mean, n := 60+between*rnd.NormFloat64(), 3+rnd.IntN(people)
			truth, groups = append(truth, mean), append(groups, sample(rnd, mean, within, n))
		}
		for g, e := range ctt.Groups(groups) {
			low, ok := e.Interval.Low.Get()
			if ok != (groups[g].N >= ctt.LeastOfGroup) {
				t.Fatalf("a group of %d is told about: %v", groups[g].N, ok)
			}
			if !ok {
				continue
			}
			high, _ := e.Interval.High.Get()
			all++
			if low <= truth[g] && truth[g] <= high {
				held++
			}
		}
	}
	return float64(held) / float64(all)
}

func sample(rnd *rand.Rand, mean, sd float64, n int) ctt.Group {
	g := ctt.Group{N: n}
	var squares float64
	for range n {
		x := mean + sd*rnd.NormFloat64()
		g.Mean += x / float64(n)
		squares += x * x
	}
	if n > 1 {
		g.Variance = (squares - float64(n)*g.Mean*g.Mean) / float64(n-1)
	}
	return g
}

func TestGroups_sayWhyThereIsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		groups []ctt.Group
		why    measure.Why
	}{
		"one group":    {[]ctt.Group{{N: 50, Mean: 60, Variance: 9}}, measure.TooFew},
		"single":       {[]ctt.Group{{N: 1, Mean: 60}, {N: 1, Mean: 70}}, measure.TooFew},
		"all alike":    {[]ctt.Group{{N: 9, Mean: 60}, {N: 9, Mean: 60}}, measure.Constant},
		"nobody there": {[]ctt.Group{{}, {}}, measure.TooFew},
	} {
		for _, e := range ctt.Groups(c.groups) {
			if e.Mean.Why() != c.why || e.Interval.Low.Why() != c.why {
				t.Errorf("%s: %v", name, e)
			}
		}
	}
}

// One form gives Bonett's interval of its own alpha; two of the same size, the
// geometric middle of 1−α.
func TestPoolAlpha(t *testing.T) {
	t.Parallel()
	alpha, interval := ctt.PoolAlpha([]ctt.FormAlpha{{measure.Of(0.8), 102, 20}, {measure.Of(0.2), 12, 20}, {measure.Undefined(measure.Constant), 90, 20}})
	half := 1.959963984540054 * math.Sqrt(2*20/(19*100.0))
	near(t, "alpha", alpha, 0.8)
	near(t, "low", interval.Low, 1-0.2*math.Exp(half))
	near(t, "high", interval.High, 1-0.2*math.Exp(-half))
	alpha, _ = ctt.PoolAlpha([]ctt.FormAlpha{{measure.Of(0.8), 102, 20}, {measure.Of(0.2), 102, 20}})
	near(t, "alpha of two", alpha, 0.6)
	if alpha, _ := ctt.PoolAlpha(nil); alpha.Why() != measure.TooFew {
		t.Errorf("alpha of no form: %v", alpha)
	}
}

func near(t *testing.T, what string, got measure.Value, want float64) {
	t.Helper()
	if x, ok := got.Get(); !ok || math.Abs(x-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// Where alpha is KR-21 the error is Lord's binomial one; the ends have none.
func TestConditionalSEM(t *testing.T) {
	t.Parallel()
	near(t, "middle", ctt.ConditionalSEM(10, 20, measure.Of(0.7), measure.Of(0.7)), math.Sqrt(100/19.0))
	near(t, "more reliable", ctt.ConditionalSEM(10, 20, measure.Of(0.85), measure.Of(0.7)), math.Sqrt(100/19.0/2))
	near(t, "all right", ctt.ConditionalSEM(20, 20, measure.Of(0.8), measure.Of(0.7)), 0)
	if v := ctt.ConditionalSEM(5, 20, measure.Undefined(measure.NotFixed), measure.Of(0.7)); v.Why() != measure.NotFixed {
		t.Errorf("without a reliability: %v", v)
	}
}

// The strength of the prior is that of the beta distribution items come from.
func TestPriorOf_findsTheDistributionOfItems(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	var facilities []float64
	var n []int
	for range 3000 {
		// The fourth of seven uniform numbers in order is beta(4, 4): half, as
		// firmly as eight people.
		seven := make([]float64, 7)
		for i := range seven {
			seven[i] = rnd.Float64()
		}
		p, people := median(seven), 20+rnd.IntN(60)
		right := 0
		for range people {
			if rnd.Float64() < p {
				right++
			}
		}
		facilities, n = append(facilities, float64(right)/float64(people)), append(n, people)
	}
	prior := ctt.PriorOf(facilities, n)
	if math.Abs(prior.Mean-0.5) > 0.02 || prior.Strength < 7 || prior.Strength > 9 {
		t.Errorf("prior %+v, want .5 as firm as 8", prior)
	}
	if got := (ctt.Prior{Mean: 0.6, Strength: 10}).Shrunken(1, 5); math.Abs(got-11.0/15) > 1e-12 {
		t.Errorf("5 of 5 right is taken as %v, want 11/15", got)
	}
	if got := ctt.PriorOf(nil, nil); got != (ctt.Prior{Mean: 0.5, Strength: 10}) {
		t.Errorf("prior of no items %+v", got)
	}
}

func median(x []float64) float64 {
	for i := range x {
		for j := range i {
			if x[i] < x[j] {
				x[i], x[j] = x[j], x[i]
			}
		}
	}
	return x[len(x)/2]
}

// An item that everybody has right leaves no correlation, however many people there are.
func TestOmega_ofConstants(t *testing.T) {
	t.Parallel()
	for _, people := range []int{32, 49, 50, 100, 357} {
		table, err := ctt.NewTable([]int{1, 1, 1, 1})
		if err != nil {
			t.Fatal(err)
		}
		for i := range people {
			if err := table.Add([]int{i % 2, i / 2 % 2, 1, i / 3 % 2}); err != nil {
				t.Fatal(err)
			}
		}
		if v := ctt.Omega(table); v.Why() != measure.Constant {
			t.Errorf("%d people: %v", people, v)
		}
	}
}

// The interval of a mean holds it as often as it says, of few people too.
func TestMean_intervalHoldsTheMean(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(81, 82))
	for _, n := range []int{5, 7, 10, 40} {
		held := 0.0
		const draws = 8000
		for range draws {
			var m ctt.Mean
			for range n {
				m.Add(60 + 12*rnd.NormFloat64())
			}
			if low, high, ok := m.Interval(-1e9, 1e9); ok && low <= 60 && 60 <= high {
				held++
			}
		}
		if share := held / draws; share < 0.94 || share > 0.96 {
			t.Errorf("%d people: held in %.3f", n, share)
		}
	}
}
