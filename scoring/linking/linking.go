// Package linking brings items that were calibrated on two scales to one, and
// scores of two forms to each other.
//
// A scale is linked by θ* = A·θ + B, hence b* = A·b + B and a* = a/A for every
// item of the new scale. The constants come from anchors: items with
// parameters on both scales.
package linking

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Anchor is one item's parameters on both scales; items are scored 0/1.
type Anchor struct{ Old, New irt.Item }

// Constants lead from the new scale to the old one.
type Constants struct{ A, B float64 }

// Methods are the constants by every method. Criterion is the sum that the
// two characteristic-curve methods make least, over the grid.
type Methods struct {
	MeanMean, MeanSigma, Haebara, StockingLord Constants
	HaebaraCriterion, StockingLordCriterion    float64
}

// The errors of anchors that cannot link.
var (
	ErrAnchors = errors.New("linking needs at least two anchors of different difficulty, scored 0/1")
	ErrUnequal = errors.New("the two scales have no common solution")
)

// grid is part of the definition of the curve methods: 41 points from −4 to 4
// of equal weight, on the old scale.
func grid() []float64 {
	points := make([]float64, 41)
	for q := range points {
		points[q] = -4 + 0.2*float64(q)
	}
	return points
}

// Link computes the constants: mean-mean (Loyd and Hoover, 1980), mean-sigma
// (Marco, 1977) with sample standard deviations, Haebara (1980), Stocking and
// Lord (1983).
func Link(anchors []Anchor) (Methods, error) {
	if len(anchors) < 2 {
		return Methods{}, ErrAnchors
	}
	var aOld, aNew, bOld, bNew []float64
	for _, x := range anchors {
		if len(x.Old.D) != 1 || len(x.New.D) != 1 || x.Old.A <= 0 || x.New.A <= 0 {
			return Methods{}, ErrAnchors
		}
		aOld, aNew = append(aOld, x.Old.A), append(aNew, x.New.A)
		bOld, bNew = append(bOld, x.Old.B(1)), append(bNew, x.New.B(1))
	}
	sdOld, sdNew := stat.StdDev(bOld, nil), stat.StdDev(bNew, nil)
	if sdOld == 0 || sdNew == 0 {
		return Methods{}, ErrAnchors
	}
	var m Methods
	middle := func(a float64) Constants { return Constants{a, stat.Mean(bOld, nil) - a*stat.Mean(bNew, nil)} }
	m.MeanMean = middle(stat.Mean(aNew, nil) / stat.Mean(aOld, nil))
	m.MeanSigma = middle(sdOld / sdNew)
	var okHaebara, okStocking bool
	m.Haebara, m.HaebaraCriterion, okHaebara = lowest(m.MeanSigma, anchors, byItem)
	m.StockingLord, m.StockingLordCriterion, okStocking = lowest(m.MeanSigma, anchors, byTotal)
	if !okHaebara || !okStocking {
		return m, ErrUnequal
	}
	return m, nil
}

// Apply brings an item to the old scale.
func (c Constants) Apply(i irt.Item) irt.Item {
	out := i
	out.A, out.D = i.A/c.A, make([]float64, len(i.D))
	for k, d := range i.D {
		out.D[k] = d - i.A*c.B/c.A
	}
	return out
}

// Centred are the constants that lead to the scale on which a population is N(0,1).
func Centred(people irt.Normal) Constants { return Constants{1 / people.SD, -people.Mean / people.SD} }

// Calibration brings items, the errors of their slopes and difficulties, and groups
// of people to the old scale.
func (c Constants) Calibration(fresh irt.Calibration) irt.Calibration {
	out := fresh
	out.Items, out.Groups = make([]irt.Item, len(fresh.Items)), make([]irt.Normal, len(fresh.Groups))
	out.SE, out.DifficultySE = make([][]measure.Value, len(fresh.SE)), make([][]measure.Value, len(fresh.DifficultySE))
	for j, i := range fresh.Items {
		out.Items[j] = c.Apply(i)
	}
	for j, se := range fresh.SE {
		if out.SE[j] = slices.Clone(se); len(se) > 0 {
			out.SE[j][0] = se[0].Map(func(x float64) float64 { return x / c.A })
		}
	}
	for j, se := range fresh.DifficultySE {
		for _, v := range se {
			out.DifficultySE[j] = append(out.DifficultySE[j], v.Map(func(x float64) float64 { return x * c.A }))
		}
	}
	for g, n := range fresh.Groups {
		out.Groups[g] = irt.Normal{Mean: c.A*n.Mean + c.B, SD: c.A * n.SD}
	}
	return out
}

// residuals calls add with every residual and its derivatives by A and B.
type residuals func(c Constants, anchors []Anchor, add func(r, byA, byB float64))

func byItem(c Constants, anchors []Anchor, add func(r, byA, byB float64)) {
	for _, theta := range grid() {
		for _, x := range anchors {
			add(difference(c, x, theta))
		}
	}
}

func byTotal(c Constants, anchors []Anchor, add func(r, byA, byB float64)) {
	for _, theta := range grid() {
		var r, byA, byB float64
		for _, x := range anchors {
			d, a, b := difference(c, x, theta)
			r, byA, byB = r+d, byA+a, byB+b
		}
		add(r, byA, byB)
	}
}

// difference is P_old − P_new* at theta and its derivatives.
func difference(c Constants, x Anchor, theta float64) (r, byA, byB float64) {
	inner := irt.Item{A: x.New.A, D: x.New.D}.Expected((theta - c.B) / c.A)
	slope := (1 - x.New.C) * inner * (1 - inner) * x.New.A
	r = x.Old.Expected(theta) - (x.New.C + (1-x.New.C)*inner)
	return r, slope * (theta - c.B) / (c.A * c.A), slope / c.A
}

// lowest is the least of the minima that can be reached from a usual start and from the
// hollows of a coarse map around it: anchors that disagree can make several.
func lowest(start Constants, anchors []Anchor, each residuals) (best Constants, sum float64, ok bool) {
	best, sum, ok = least(start, anchors, each)
	for _, hollow := range hollows(start, anchors, each) {
		if c, s, reached := least(hollow, anchors, each); reached && (!ok || s < sum*(1-1e-9)) {
			best, sum, ok = c, s, true
		}
	}
	return best, sum, ok
}

// hollows are the points of a map that no neighbour lies below; of a plain the first.
func hollows(start Constants, anchors []Anchor, each residuals) (found []Constants) {
	const rows, columns = 21, 31 // A from a quarter to four times, B three to both sides
	at := func(row, column int) Constants {
		return Constants{start.A * math.Pow(2, float64(row-rows/2)/5), start.B + 0.2*float64(column-columns/2)}
	}
	var height [rows][columns]float64
	for row := range rows {
		for column := range columns {
			each(at(row, column), anchors, func(r, _, _ float64) { height[row][column] += r * r })
		}
	}
	for row := range rows {
		for column := range columns {
			deepest := true
			for r := max(0, row-1); r <= min(rows-1, row+1); r++ {
				for c := max(0, column-1); c <= min(columns-1, column+1); c++ {
					before := r < row || r == row && c < column
					deepest = deepest && (height[row][column] < height[r][c] || !before && height[row][column] == height[r][c])
				}
			}
			if deepest {
				found = append(found, at(row, column))
			}
		}
	}
	return found
}

// least makes the sum of squared residuals least by Levenberg and Marquardt.
func least(c Constants, anchors []Anchor, each residuals) (Constants, float64, bool) {
	sum := func(c Constants) (s float64) {
		each(c, anchors, func(r, _, _ float64) { s += r * r })
		return s
	}
	here, damping := sum(c), 1e-3
	for range 500 {
		var aa, ab, bb, a, b float64
		each(c, anchors, func(r, byA, byB float64) {
			aa, ab, bb = aa+byA*byA, ab+byA*byB, bb+byB*byB
			a, b = a+byA*r, b+byB*r
		})
		p, q := aa*(1+damping), bb*(1+damping)
		det := p*q - ab*ab
		if det <= 0 {
			return c, here, false
		}
		far := Constants{c.A - (q*a-ab*b)/det, c.B - (p*b-ab*a)/det}
		there := math.Inf(1)
		if far.A > 0 {
			there = sum(far)
		}
		if there > here {
			if damping *= 10; damping > 1e12 { // no step is better: the bottom
				return c, here, true
			}
			continue
		}
		step := math.Abs(far.A-c.A) + math.Abs(far.B-c.B)
		c, here, damping = far, there, damping/10
		if step < 1e-12 {
			return c, here, true
		}
	}
	return c, here, false
}

// Drift says how far an anchor's difficulty moved between the scales.
type Drift struct {
	Difference float64       // b* − b_old
	Z          measure.Value // robust: from the median, over 0.74 of the interquartile range (Huynh and Meyer, 2010)
	Drifted    bool          // |z| > 1.645, or |difference| > 0.3 where z is undefined
}

// Screen looks for anchors that drifted. Remove them, link anew, and record
// which were removed.
func Screen(anchors []Anchor, c Constants) []Drift {
	out, differences := make([]Drift, len(anchors)), make([]float64, len(anchors))
	for n, x := range anchors {
		differences[n] = c.Apply(x.New).B(1) - x.Old.B(1)
	}
	sorted := slices.Sorted(slices.Values(differences))
	if len(sorted) == 0 {
		return out
	}
	at := func(p float64) float64 { return stat.Quantile(p, stat.LinInterp, sorted, nil) }
	middle, spread := at(0.5), 0.74*(at(0.75)-at(0.25))
	for n, d := range differences {
		out[n] = Drift{Difference: d, Z: measure.Undefined(measure.Constant), Drifted: math.Abs(d) > 0.3}
		if len(anchors) >= 5 && spread > 1e-9 {
			z := (d - middle) / spread
			out[n].Z, out[n].Drifted = measure.Of(z), math.Abs(z) > 1.645
		}
	}
	return out
}

// Equated is what a number-right score of the new form is worth on the old.
type Equated struct {
	Score      int
	Theta      measure.Value // where the new form expects the score, on the old scale
	Equivalent float64
}

// farthest is beyond every ability; what is there is taken for infinite.
const farthest = 1 << 40

// where is the ability at which a rising curve has a value.
func where(curve func(theta float64) float64, value float64) float64 {
	low, high := -30.0, 30.0
	for low > -farthest && curve(low) > value {
		low *= 2
	}
	for high < farthest && curve(high) < value {
		high *= 2
	}
	for high-low > 1e-10*max(1, math.Abs(low)) {
		middle := (low + high) / 2
		if middle == low || middle == high {
			break // no number lies between them
		}
		if curve(middle) < value {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// Equate brings every score of the new form to the old one through their
// characteristic curves (Lord, 1980). Items are on one scale. Scores below
// what guessing gives, and the highest, have no theta: they are put in
// proportion between 0, what guessing gives, and the maximum (Kolen and
// Brennan, 2014).
func Equate(old, new []irt.Item) []Equated {
	total := func(items []irt.Item, theta float64) float64 {
		_, t := irt.Curve(items, theta)
		return t
	}
	most := func(items []irt.Item) (most int, guessed float64) {
		for _, i := range items {
			most += len(i.D)
			guessed += i.C
		}
		return most, guessed
	}
	top, guessed := most(new)
	topOld, guessedOld := most(old)
	var out []Equated
	for score := 0; score <= top; score++ {
		e := Equated{Score: score, Theta: measure.Undefined(measure.Infinite)}
		switch {
		case score == top:
			e.Equivalent = float64(topOld)
		case float64(score) <= guessed+1e-9: // but for rounding of the sum
			if guessed > 0 {
				e.Equivalent = guessedOld * float64(score) / guessed
			}
		default:
			theta := where(func(theta float64) float64 { return total(new, theta) }, float64(score))
			e.Equivalent = total(old, theta)
			if math.Abs(theta) < farthest {
				e.Theta = measure.Of(theta)
			}
		}
		out = append(out, e)
	}
	return out
}
