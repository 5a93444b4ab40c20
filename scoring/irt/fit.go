package irt

import (
	"cmp"
	"math"
	"slices"

	"sathach/scoring/measure"
)

// PersonFit says how far a person's answers are from what the model expects
// of somebody of that ability. Low values are unexpected. It opens a question
// for a person to look at and says nothing about its cause.
type PersonFit struct {
	LZ     measure.Value // Drasgow, Levine and Williams (1985); too small at estimated abilities
	LZStar measure.Value // with Snijders' (2001) correction for Warm's estimate: about N(0,1)
	// Tail is the chance of an lz* as low: far out its distribution is no
	// normal one, so it comes from the weighted sum of the answers by a
	// saddlepoint (Lugannani and Rice, 1980).
	Tail measure.Value
	// Guttman counts the pairs in which a harder item is right and an easier
	// one wrong; GuttmanShare is its part of the most there can be. Neither
	// needs a model.
	Guttman, GuttmanShare measure.Value
}

// Fit computes person fit for items scored 0/1.
type Fit struct {
	scorer *Scorer
	order  []int // items from the easiest to the hardest
	binary bool
}

// NewFit prepares person fit; facility orders the items, ties by position.
func NewFit(s *Scorer, facility []float64) *Fit {
	f := &Fit{scorer: s, binary: true}
	for j, i := range s.items {
		f.order = append(f.order, j)
		f.binary = f.binary && len(i.D) == 1
	}
	slices.SortStableFunc(f.order, func(a, b int) int { return cmp.Compare(facility[b], facility[a]) })
	return f
}

// Of is the fit of the scores at Warm's estimate.
func (f *Fit) Of(scores []int, wle measure.Value) PersonFit {
	theta, ok := wle.Get()
	if !f.binary {
		no := measure.Undefined(measure.NotBinary)
		return PersonFit{no, no, no, no, no}
	}
	var p PersonFit
	p.Guttman, p.GuttmanShare = f.guttman(scores)
	p.LZ, p.LZStar, p.Tail = measure.Undefined(wle.Why()), measure.Undefined(wle.Why()), measure.Undefined(wle.Why())
	if ok {
		p.LZ, p.LZStar, p.Tail = f.lz(scores, theta)
	}
	return p
}

func (f *Fit) guttman(scores []int) (errors, share measure.Value) {
	count, right, asked, wrong := 0, 0, 0, 0
	for _, j := range f.order {
		switch scores[j] {
		case measure.Missing:
			continue
		case 0:
			wrong++
		default:
			count += wrong // easier items that were missed
			right++
		}
		asked++
	}
	if asked == 0 {
		return measure.Undefined(measure.NoData), measure.Undefined(measure.NoData)
	}
	if most := right * (asked - right); most > 0 {
		return measure.Of(float64(count)), measure.Of(float64(count) / float64(most))
	}
	return measure.Of(float64(count)), measure.Undefined(measure.Constant)
}

// lz is W = Σ (x−P)·w, w = ln(P/Q), over its standard deviation; lz* takes
// w̃ = w − c·r with r = P′/(PQ), c = ΣP′w/ΣP′r and r₀ = J/(2I).
func (f *Fit) lz(scores []int, theta float64) (lz, star, tail measure.Value) {
	var w, variance, crossed, information, bias float64
	var terms []term
	for j, x := range scores {
		if x == measure.Missing {
			continue
		}
		m := f.scorer.items[j].at(theta)
		if m.variance < 1e-14 {
			continue
		}
		t := term{p: m.mean, w: math.Log(m.mean / (1 - m.mean)), r: m.slope * m.weight}
		terms = append(terms, t)
		w += (float64(x) - t.p) * t.w
		variance += m.variance * t.w * t.w
		crossed += m.variance * t.r * t.w
		information += m.information
		bias += m.bias
	}
	if variance <= 0 || information <= 0 {
		return measure.Undefined(measure.Constant), measure.Undefined(measure.Constant), measure.Undefined(measure.Constant)
	}
	lz = measure.Of(w / math.Sqrt(variance))
	c, spread := crossed/information, 0.0
	for n := range terms {
		t := &terms[n]
		t.w -= c * t.r
		spread += t.w * t.w * t.p * (1 - t.p)
	}
	if spread < 1e-12 { // items of one difficulty: the total says everything
		return lz, measure.Undefined(measure.Constant), measure.Undefined(measure.Constant)
	}
	x := w + c*bias/(2*information)
	return lz, measure.Of(x / math.Sqrt(spread)), measure.Of(lowerTail(terms, x, spread))
}

// term is an answer's part of the sum: it is right with chance p and adds w.
type term struct{ p, w, r float64 }

// lowerTail is the chance that Σ w(X − p) of independent answers is x or less.
func lowerTail(terms []term, x, variance float64) float64 {
	normal := func(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
	if math.Abs(x) < 0.1*math.Sqrt(variance) { // the formula divides by nothing there
		return normal(x / math.Sqrt(variance))
	}
	derivatives := func(s float64) (first, second float64) { // of the cumulant generating function
		for _, t := range terms {
			odds := t.p * math.Exp(s*t.w)
			q := odds / (1 - t.p + odds)
			first += t.w * (q - t.p)
			second += t.w * t.w * q * (1 - q)
		}
		return first, second
	}
	// Newton's method for first = x, which rises; a step that leaves what is known to
	// hold the root is halved into it.
	low, high, s := -60.0, 60.0, max(-60, min(60, x/variance))
	for range 100 {
		first, second := derivatives(s)
		if first < x {
			low = s
		} else {
			high = s
		}
		next := s + (x-first)/second
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		moved := math.Abs(next - s)
		if s = next; moved < 1e-10 {
			break
		}
	}
	_, second := derivatives(s)
	k := 0.0
	for _, t := range terms {
		k += math.Log(1-t.p+t.p*math.Exp(s*t.w)) - s*t.w*t.p
	}
	if s > 59 { // the most there can be
		return 1
	}
	if second < 1e-12 || s < -59 { // the least there can be
		chance := 1.0
		for _, t := range terms {
			if t.w > 0 {
				chance *= 1 - t.p
			} else if t.w < 0 {
				chance *= t.p
			}
		}
		return chance
	}
	r := math.Copysign(math.Sqrt(2*max(0, s*x-k)), s)
	u := s * math.Sqrt(second)
	return min(1, max(0, normal(r)+math.Exp(-r*r/2)/math.Sqrt(2*math.Pi)*(1/r-1/u)))
}
