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
		return PersonFit{no, no, no, no}
	}
	var p PersonFit
	p.Guttman, p.GuttmanShare = f.guttman(scores)
	p.LZ, p.LZStar = measure.Undefined(wle.Why()), measure.Undefined(wle.Why())
	if ok {
		p.LZ, p.LZStar = f.lz(scores, theta)
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
func (f *Fit) lz(scores []int, theta float64) (lz, star measure.Value) {
	var w, variance, crossed, information, bias float64
	type term struct{ p, w, r float64 }
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
		return measure.Undefined(measure.Constant), measure.Undefined(measure.Constant)
	}
	lz = measure.Of(w / math.Sqrt(variance))
	c, spread := crossed/information, 0.0
	for _, t := range terms {
		d := t.w - c*t.r
		spread += d * d * t.p * (1 - t.p)
	}
	if spread < 1e-12 { // items of one difficulty: the total says everything
		return lz, measure.Undefined(measure.Constant)
	}
	return lz, measure.Of((w + c*bias/(2*information)) / math.Sqrt(spread))
}
