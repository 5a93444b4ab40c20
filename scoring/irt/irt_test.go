package irt_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// simulated are answers of people from N(0,1) to items.
func simulated(rnd *rand.Rand, items []irt.Item, people int) (theta []float64, answers [][]int) {
	for range people {
		t := rnd.NormFloat64()
		theta, answers = append(theta, t), append(answers, answered(rnd, items, t))
	}
	return theta, answers
}

func answered(rnd *rand.Rand, items []irt.Item, theta float64) []int {
	row := make([]int, len(items))
	for j, i := range items {
		// Chances of at least each score are those of items 0/1 in the graded
		// model; with one score above 0 all models agree.
		u := rnd.Float64()
		for k := range i.D {
			if u < irt.Dichotomous(i.A, i.B(k+1), i.C).Expected(theta) {
				row[j] = k + 1
			}
		}
	}
	return row
}

func logistic(rnd *rand.Rand, n int) []irt.Item {
	items := make([]irt.Item, n)
	for j := range items {
		items[j] = irt.Dichotomous(math.Exp(0.3*rnd.NormFloat64()), -2+4*float64(j)/float64(n-1), 0)
	}
	return items
}

func calibrated(t *testing.T, answers [][]int, plan irt.Plan) irt.Calibration {
	t.Helper()
	c, err := irt.Calibrate(mustAnswers(t, answers), plan)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mustAnswers are answers to items scored 0/1.
func mustAnswers(t *testing.T, answers [][]int) *irt.Answers {
	t.Helper()
	most := make([]int, len(answers[0]))
	for j := range most {
		most[j] = 1
	}
	a, err := irt.NewAnswers(most)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range answers {
		if err := a.Add(row, 1); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func share(hits, of int) float64 { return float64(hits) / float64(of) }

// Where the model holds, one item in twenty is flagged at 5 % by S-X², and 95
// of a hundred intervals hold the true difficulty.
func TestCalibrate_errorsAndFitAreCalibrated(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	items := logistic(rnd, 20)
	const rounds = 100
	flagged, tests, covered, difficult, intervals := 0, 0, 0, 0, 0
	for range rounds {
		_, answers := simulated(rnd, items, 600)
		c := calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Gradient: 1e-2, Change: 1e-4})
		for j, f := range irt.FitItems(c.Items, func(int) int { return irt.TwoPL.PerItem() }, irt.Normal{Mean: 0, SD: 1}, answers, func(int) float64 { return 1 }) {
			if p, ok := f.P.Get(); ok {
				tests++
				if p < 0.05 {
					flagged++
				}
			}
			if se, ok := c.SE[j][1].Get(); ok {
				intervals++
				if math.Abs(c.Items[j].D[0]-items[j].D[0]) < 1.96*se {
					covered++
				}
				ofB, _ := c.DifficultySE[j][0].Get()
				if math.Abs(c.Items[j].B(1)-items[j].B(1)) < 1.96*ofB {
					difficult++
				}
			}
		}
	}
	if s := share(flagged, tests); s < 0.035 || s > 0.065 || tests < 1900 {
		t.Errorf("S-X² flags %.3f of %d sound items at 5 %%", s, tests)
	}
	if s := share(covered, intervals); s < 0.93 || s > 0.97 {
		t.Errorf("%.3f of %d intervals hold the true intercept", s, intervals)
	}
	if s := share(difficult, intervals); s < 0.93 || s > 0.97 {
		t.Errorf("%.3f of %d intervals hold the true difficulty", s, intervals)
	}
}

// The interval of Warm's estimate holds the ability, and lz* flags one honest
// person in twenty at every ability.
func TestScorer_errorsAndFitAreCalibrated(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	items := logistic(rnd, 50)
	scorer := irt.NewScorer(items)
	facility := make([]float64, len(items))
	fit := irt.NewFit(scorer, facility)
	for _, theta := range []float64{-1.5, 0, 1.5} {
		const people = 4000
		covered, flagged := 0, 0
		for range people {
			row := answered(rnd, items, theta)
			a := scorer.Score(row)
			w, _ := a.WLE.Get()
			se, _ := a.WLESE.Get()
			if math.Abs(w-theta) < 1.96*se {
				covered++
			}
			if z, ok := fit.Of(row, a.WLE).LZStar.Get(); ok && z < -1.645 {
				flagged++
			}
		}
		if s := share(covered, people); s < 0.93 || s > 0.97 {
			t.Errorf("at %.1f, %.3f of the intervals hold the ability", theta, s)
		}
		if s := share(flagged, people); s < 0.035 || s > 0.065 {
			t.Errorf("at %.1f, lz* flags %.3f of honest people at 5 %%", theta, s)
		}
	}
}

// Graded items come back from simulated answers; their information and
// expected score agree with their probabilities.
func TestCalibrate_gradedItems(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 8))
	var items []irt.Item
	for j := range 12 {
		b := -1 + 2*float64(j)/11
		a := 0.8 + 0.1*float64(j%6)
		items = append(items, irt.Item{A: a, D: []float64{-a * (b - 1), -a * b, -a * (b + 0.8)}, Graded: true})
	}
	most := make([]int, len(items))
	for j := range most {
		most[j] = 3
	}
	answers, err := irt.NewAnswers(most)
	if err != nil {
		t.Fatal(err)
	}
	theta, rows := simulated(rnd, items, 4000)
	for _, row := range rows {
		if err := answers.Add(row, 1); err != nil {
			t.Fatal(err)
		}
	}
	c, err := irt.Calibrate(answers, irt.Plan{Model: irt.GRM})
	if err != nil || !c.Converged {
		t.Fatalf("%v, gradient %g", err, c.MaxGradient)
	}
	for j, i := range c.Items {
		for k := 1; k <= 3; k++ {
			if math.Abs(i.B(k)-items[j].B(k)) > 0.3 || math.Abs(i.A-items[j].A) > 0.15 {
				t.Errorf("item %d: slope %.3f, true %.3f; step %d at %.3f, true %.3f", j, i.A, items[j].A, k, i.B(k), items[j].B(k))
			}
		}
	}
	scorer := irt.NewScorer(c.Items)
	off, covered := 0.0, 0
	for n, row := range rows {
		a := scorer.Score(row)
		off += (a.EAP - theta[n]) * (a.EAP - theta[n]) / float64(len(rows))
		w, _ := a.WLE.Get()
		se, _ := a.WLESE.Get()
		if math.Abs(w-theta[n]) < 1.96*se {
			covered++
		}
	}
	if s := share(covered, len(rows)); off > 0.26 || s < 0.93 || s > 0.97 {
		t.Errorf("mean square error %.3f; %.3f of intervals hold the ability", off, s)
	}
	// I(θ) = Σ P′²/P with the derivatives taken numerically.
	const h = 1e-5
	for _, at := range []float64{-2, 0, 1.3} {
		low, mid, high := irt.Sums(items[:1], at-h), irt.Sums(items[:1], at), irt.Sums(items[:1], at+h)
		want := 0.0
		for k := range mid {
			d := (high[k] - low[k]) / (2 * h)
			want += d * d / mid[k]
		}
		if got := items[0].Information(at); math.Abs(got-want) > 1e-7 {
			t.Errorf("information %f at %.1f, want %f", got, at, want)
		}
	}
}

// Items at fixed parameters carry their scale: the new group's mean and
// spread, and the new items, come out on it.
func TestCalibrate_fixedItemsKeepTheScale(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 3))
	items := logistic(rnd, 30)
	var answers [][]int
	for range 3000 {
		answers = append(answers, answered(rnd, items, 0.7+1.3*rnd.NormFloat64()))
	}
	fixed := map[int]irt.Item{}
	for j := range 20 {
		fixed[j] = items[j]
	}
	c := calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Fixed: fixed})
	if g := c.Groups[0]; math.Abs(g.Mean-0.7) > 0.08 || math.Abs(g.SD-1.3) > 0.08 {
		t.Errorf("the group is N(%.3f, %.3f²), drawn from N(0.7, 1.3²)", g.Mean, g.SD)
	}
	for j, i := range c.Items {
		if j < 20 && i.A != items[j].A || math.Abs(i.B(1)-items[j].B(1)) > 0.25 {
			t.Errorf("item %d: difficulty %.3f, true %.3f", j, i.B(1), items[j].B(1))
		}
	}
	if !c.Converged {
		t.Errorf("gradient %g", c.MaxGradient)
	}
}

// People who answered fixed items alone say nothing about the others; forms
// that only fixed items join have one scale; all items may be fixed.
func TestCalibrate_fixedItemsAlone(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	items := logistic(rnd, 6)
	theta, answers := simulated(rnd, items, 600)
	for i := range answers {
		switch i % 3 {
		case 0:
			answers[i][4], answers[i][5] = measure.Missing, measure.Missing
		case 1: // disjoint from the third: 0, 1, 4 against 2, 3, 5
			answers[i][2], answers[i][3], answers[i][5] = measure.Missing, measure.Missing, measure.Missing
		default:
			answers[i][0], answers[i][1], answers[i][4] = measure.Missing, measure.Missing, measure.Missing
		}
	}
	fixed := map[int]irt.Item{0: items[0], 1: items[1], 2: items[2], 3: items[3]}
	c := calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Fixed: fixed, Priors: irt.UsualPriors()})
	if !c.Converged || len(c.SE[5]) != 2 {
		t.Errorf("gradient %g, errors %v", c.MaxGradient, c.SE)
	}
	for i := range answers {
		if i%3 == 0 { // nobody answers items of both parts any more
			answers[i] = answers[i+1]
		}
	}
	calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Fixed: fixed, Priors: irt.UsualPriors()})
	for j := range items {
		fixed[j] = items[j]
	}
	if c = calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Fixed: fixed}); math.Abs(c.Groups[0].Mean) > 0.4 || len(theta) == 0 {
		t.Errorf("all items fixed: group %+v", c.Groups[0])
	}
	graded := irt.Item{A: 1, D: []float64{1, -1}}
	a, err := irt.NewAnswers([]int{2})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Add([]int{1}, 1); err != nil {
		t.Fatal(err)
	}
	for name, plan := range map[string]irt.Plan{
		"partial credit for graded": {Model: irt.GRM, Fixed: map[int]irt.Item{0: graded}}, "no slope": {Model: irt.GPCM, Fixed: map[int]irt.Item{0: {D: []float64{1, -1}}}},
		"not a number": {Model: irt.GPCM, Fixed: map[int]irt.Item{0: {A: 1, D: []float64{math.NaN(), 0}}}},
	} {
		if _, err := irt.Calibrate(a, plan); !errors.Is(err, irt.ErrAnswers) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two questions that ask the same stand out among residual correlations.
func TestQ3_findsTheRepeatedQuestion(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 4))
	items := logistic(rnd, 12)
	_, answers := simulated(rnd, items, 1500)
	for _, row := range answers { // the last is answered like the first, mostly
		if rnd.Float64() < 0.8 {
			row[11] = row[0]
		}
	}
	c := calibrated(t, answers, irt.Plan{Model: irt.TwoPL, Priors: irt.UsualPriors()})
	pairs, mean := irt.Q3(irt.NewScorer(c.Items), answers)
	average, _ := mean.Get()
	for a := range pairs {
		for b := range a {
			q, ok := pairs[a][b].Get()
			if repeated := a == 11 && b == 0; !ok || repeated != (q > average+0.2) {
				t.Errorf("items %d and %d: %v, mean %v", b, a, pairs[a][b], mean)
			}
		}
	}
}

// Three items with chances .26, .27 and .18 (Kolen and Brennan, 2014).
func TestSums_matchThePublishedExample(t *testing.T) {
	t.Parallel()
	var items []irt.Item
	for _, p := range []float64{0.26, 0.27, 0.18} {
		items = append(items, irt.Dichotomous(1, -math.Log(p/(1-p)), 0))
	}
	for s, want := range []float64{0.442964, 0.416708, 0.127692, 0.012636} {
		if got := irt.Sums(items, 0)[s]; math.Abs(got-want) > 1e-9 {
			t.Errorf("P(%d) = %f, want %f", s, got, want)
		}
	}
}

func TestCalibrate_wantsOneScale(t *testing.T) {
	t.Parallel()
	a, err := irt.NewAnswers([]int{1, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	const no = measure.Missing
	for _, row := range [][]int{{1, 0, no, no}, {0, 1, no, no}, {no, no, 1, 0}, {no, no, 0, 1}} {
		if err := a.Add(row, 1); err != nil {
			t.Fatal(err)
		}
	}
	plan := irt.Plan{Model: irt.TwoPL, Priors: irt.UsualPriors()}
	if _, err := irt.Calibrate(a, plan); a.Connected() || !errors.Is(err, irt.ErrAnswers) {
		t.Errorf("two parts nobody connects: %v", err)
	}
	plan.Alike = true
	if _, err := irt.Calibrate(a, plan); err != nil {
		t.Errorf("people alike by design: %v", err)
	}
	if err := a.Add([]int{1, no, no, 1}, 1); err != nil {
		t.Fatal(err)
	}
	if !a.Connected() {
		t.Error("one person connects the parts")
	}
	if _, err := irt.Calibrate(a, irt.Plan{Model: irt.TwoPL, Fixed: map[int]irt.Item{7: irt.Dichotomous(1, 0, 0)}}); !errors.Is(err, irt.ErrAnswers) {
		t.Errorf("fixed item that is not there: %v", err)
	}
}

// Whatever the answers, what comes out is a number or a reason.
func FuzzCalibrate(f *testing.F) {
	f.Add([]byte{1, 0, 2, 1, 1, 0, 0, 2, 1, 0, 1, 1}, uint8(3), uint8(0), true)
	f.Add([]byte{1, 1, 1, 1, 1, 1}, uint8(2), uint8(1), false)
	f.Add([]byte{2, 2, 2, 0, 2, 2}, uint8(3), uint8(2), true)
	f.Fuzz(func(t *testing.T, cells []byte, items, model uint8, priors bool) {
		n := 1 + int(items%6)
		most := make([]int, n)
		for j := range most {
			most[j] = 1
		}
		a, err := irt.NewAnswers(most)
		if err != nil {
			t.Fatal(err)
		}
		var rows [][]int
		for ; len(cells) >= n && len(rows) < 60; cells = cells[n:] {
			row := make([]int, n)
			for j := range row {
				row[j] = int(cells[j]%3) - 1 // missing, wrong, right
			}
			if err := a.Add(row, 1); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
		plan := irt.Plan{Model: []irt.Model{irt.OnePL, irt.TwoPL, irt.ThreePL, irt.GPCM, irt.GRM}[model%5], Cycles: 60, Alike: true}
		if priors {
			plan.Priors = irt.UsualPriors()
		}
		c, err := irt.Calibrate(a, plan)
		if err != nil {
			return
		}
		var kept []irt.Item
		var columns []int
		for j, i := range c.Items {
			if c.Why[j] != "" {
				continue
			}
			kept, columns = append(kept, i), append(columns, j)
			if math.IsNaN(i.A) || math.IsInf(i.A, 0) || math.IsNaN(i.D[0]) || math.IsNaN(i.C) || len(c.SE[j]) < 2 {
				t.Errorf("item %d: %+v", j, i)
			}
		}
		if math.IsNaN(c.LogLik) || math.IsNaN(c.MaxGradient) {
			t.Errorf("log-likelihood %f, gradient %f", c.LogLik, c.MaxGradient)
		}
		scorer := irt.NewScorer(kept)
		var answers [][]int
		for _, row := range rows {
			some := make([]int, len(columns))
			for k, j := range columns {
				some[k] = row[j]
			}
			answers = append(answers, some)
			if x := scorer.Score(some); math.IsNaN(x.EAP) || math.IsNaN(x.SD) {
				t.Errorf("%v: %+v", some, x)
			}
		}
		irt.FitItems(kept, func(int) int { return 2 }, irt.Normal{Mean: 0, SD: 1}, answers, func(int) float64 { return 1 })
		irt.Q3(scorer, answers)
		fit := irt.Fits(plan.Model, kept, answers, func(int) float64 { return 1 })
		for _, v := range []measure.Value{fit.M2, fit.P, fit.RMSEA} {
			if x, ok := v.Get(); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
				t.Errorf("fit %+v", fit)
			}
		}
		var form []irt.Worthy
		for _, i := range kept {
			w := irt.Worthy{Item: i}
			for k := range len(i.D) + 1 {
				w.Worth = append(w.Worth, 1.5*float64(k))
			}
			form = append(form, w)
		}
		var seen []irt.Seen
		for _, likelihood := range irt.Likelihoods(form) {
			seen = append(seen, irt.Seen{People: 1, Likelihood: likelihood})
		}
		people := irt.PopulationOf(seen)
		reading := irt.Read(form, people, []float64{0, math.Inf(1), math.Inf(-1)})
		for total := range seen {
			if x := reading.Above(0, total); !(x >= 0 && x <= 1) || reading.Above(1, total) != 0 {
				t.Errorf("P(θ ≥ 0 | %d) = %v among %+v", total, x, people)
			}
		}
	})
}

func TestLocation(t *testing.T) {
	t.Parallel()
	for _, i := range []irt.Item{irt.Dichotomous(1.3, 0.4, 0), irt.Dichotomous(0.6, -1, 0.25)} {
		if theta, ok := i.Location(2.0 / 3).Get(); !ok || math.Abs(i.Expected(theta)-2.0/3) > 1e-12 {
			t.Errorf("%+v: at %v the chance is %v", i, theta, i.Expected(theta))
		}
	}
	for name, i := range map[string]irt.Item{"guessed as often": irt.Dichotomous(1, 0, 0.7), "partial credit": {A: 1, D: []float64{1, 0}}, "nothing": {}} {
		if got := i.Location(2.0 / 3); got.Why() != measure.Infinite {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The one slope of all items has its prior once, so that many answers move it where
// they lie, and what has no finite maximum is said to have none.
func TestCalibrate_oneSlope(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(9, 9))
	items := logistic(rnd, 30)
	for j := range items {
		items[j].A, items[j].D = 2, []float64{2 * items[j].D[0] / items[j].A}
	}
	_, answers := simulated(rnd, items, 800)
	c := calibrated(t, answers, irt.Plan{Model: irt.OnePL, Priors: irt.UsualPriors()})
	if a := c.Items[0].A; math.Abs(a-2) > 0.15 || c.Items[29].A != a {
		t.Errorf("a common slope of 2 comes back as %f", a)
	}
}

// Answers of which no finite parameters are likeliest: perfect order, chance alone, and
// fewer people than items. Every item says so, nothing is NaN, whatever the model.
func TestCalibrate_withoutMaximum(t *testing.T) {
	t.Parallel()
	perfect, reversed := make([][]int, 12), make([][]int, 12)
	for i := range perfect {
		for j := range 6 {
			x := 0
			if i > 2*j {
				x = 1
			}
			perfect[i], reversed[i] = append(perfect[i], x), append(reversed[i], (i+j)%2)
		}
	}
	for name, rows := range map[string][][]int{"perfect": perfect, "reversed": reversed} {
		for _, model := range []irt.Model{irt.OnePL, irt.TwoPL, irt.GPCM, irt.GRM} {
			answers, err := irt.NewAnswers(slices.Repeat([]int{1}, 6))
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if err := answers.Add(row, 1); err != nil {
					t.Fatal(err)
				}
			}
			c, err := irt.Calibrate(answers, irt.Plan{Model: model})
			if err != nil {
				t.Fatalf("%s, %s: %v", name, model, err)
			}
			for j, i := range c.Items {
				if c.Why[j] != measure.Infinite || math.IsNaN(i.A) || math.IsNaN(i.D[0]) || c.SE[j][0].Why() != measure.Infinite {
					t.Errorf("%s, %s: item %d is %+v, %q, error %v", name, model, j, i, c.Why[j], c.SE[j])
				}
			}
			if c.Converged {
				t.Errorf("%s, %s: settled at what does not exist", name, model)
			}
		}
	}
}
