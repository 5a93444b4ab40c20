// Package decision says how surely a cut score sorts people: how many are
// classed as their true score would have them (accuracy), and how many would
// be classed alike by two forms (consistency).
//
// It is computed from the totals of one form, where people answered the same
// items, and from its reliability; what rests on binomial items needs items
// scored 0/1. Forms drawn for each person have no common total: Rudner and Lee
// say the same from abilities. A person's own decision is Above.
package decision

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"sathach/scoring/measure"
)

// Form is the totals of one form.
type Form struct {
	people []int64 // at every total from 0 to the number of items
	n      float64
	mean   float64
	spread float64 // variance with n − 1
	alpha  measure.Value
	kr21   measure.Value
}

// NewForm takes how many people reached every total from 0 to the highest,
// with the reliability and KR-21 of the form.
func NewForm(people []int64, alpha, kr21 measure.Value) Form {
	f := Form{people: people, alpha: alpha, kr21: kr21}
	for total, k := range people {
		f.n += float64(k)
		f.mean += float64(total) * float64(k)
	}
	f.mean /= f.n
	for total, k := range people {
		f.spread += (float64(total) - f.mean) * (float64(total) - f.mean) * float64(k) / (f.n - 1)
	}
	return f
}

// items is the highest total: the number of items where they are scored 0/1.
func (f Form) items() float64 { return float64(len(f.people) - 1) }

// Mean and Variance (with n − 1) are those of the totals.
func (f Form) Mean() measure.Value     { return f.common(f.mean) }
func (f Form) Variance() measure.Value { return f.common(f.spread) }

// common is a figure of totals: where people answered different items there are none
// that they have in common, which the reliability tells.
func (f Form) common(x float64) measure.Value {
	if why := f.alpha.Why(); why == measure.NotFixed {
		return measure.Undefined(why)
	}
	return measure.Of(x)
}

// reliable is the reliability where the methods have one to work with:
// between 0 and 1, both left out.
func (f Form) reliable(rho measure.Value) (float64, measure.Why) {
	x, ok := rho.Get()
	switch {
	case !ok:
		return 0, rho.Why()
	case x <= 0:
		return 0, measure.Negative
	case x >= 1:
		return 0, measure.Infinite
	}
	return x, ""
}

// Agreement is a two-way classification at a cut.
type Agreement struct {
	// Accuracy is the share on the side of their true score; FalsePositive
	// are above the cut though their true score is below, FalseNegative the
	// reverse.
	Accuracy, TruePositive, FalsePositive, FalseNegative, TrueNegative measure.Value
	// Consistency is the share whom two parallel forms class alike, Chance
	// what equal shares would give by chance, Kappa = (p−pₒ)/(1−pₒ).
	Consistency, Chance, Kappa measure.Value
}

func undefinedAgreement(why measure.Why) Agreement {
	no := measure.Undefined(why)
	return Agreement{no, no, no, no, no, no, no, no}
}

// leastDiffer is how far from 1 the agreement by chance must be for kappa: nearer,
// the difference is of rounding.
const leastDiffer = 1e-7

// consistent fills what follows from the consistency and the share above.
func (a *Agreement) consistent(p, above float64) {
	chance := above*above + (1-above)*(1-above)
	a.Consistency, a.Chance = measure.Of(p), measure.Of(chance)
	a.Kappa = measure.Undefined(measure.Constant)
	if 1-chance > leastDiffer {
		a.Kappa = measure.Of((p - chance) / (1 - chance))
	}
}

// Subkoviak (1976) estimates the consistency from one form: a person with
// total x answers each of the J items right with chance ρx/J + (1−ρ)μ/J.
func (f Form) Subkoviak(cut int) Agreement {
	rho, why := f.reliable(f.alpha)
	if f.kr21.Why() == measure.NotBinary {
		why = measure.NotBinary
	}
	if why != "" {
		return undefinedAgreement(why)
	}
	a := undefinedAgreement(measure.NoData)
	same, above := 0.0, 0.0
	for total, k := range f.people {
		if k == 0 {
			continue
		}
		p := (rho*float64(total) + (1-rho)*f.mean) / f.items()
		pass := atLeast(len(f.people)-1, p, cut)
		same += float64(k) / f.n * (pass*pass + (1-pass)*(1-pass))
		above += float64(k) / f.n * pass
	}
	a.consistent(same, above)
	return a
}

// BetaBinomial is the model of Huynh: true shares with the density
// τ^(α−1)·(1−τ)^(β−1), items of equal difficulty.
type BetaBinomial struct{ Alpha, Beta float64 }

// Huynh (1976) is the consistency of two forms under the beta-binomial model
// with α = (1/KR21 − 1)·μ and β = J/KR21 − J − α.
func (f Form) Huynh(cut int) (BetaBinomial, Agreement) {
	kr21, why := f.reliable(f.kr21)
	if why != "" {
		return BetaBinomial{}, undefinedAgreement(why)
	}
	b := BetaBinomial{Alpha: (1/kr21 - 1) * f.mean}
	b.Beta = f.items()/kr21 - f.items() - b.Alpha
	if b.Alpha <= 0 || b.Beta <= 0 {
		return BetaBinomial{}, undefinedAgreement(measure.Constant)
	}
	a := Beta{0, 1, b.Alpha, b.Beta}.Agreement(len(f.people)-1, cut, float64(cut)/f.items())
	only := undefinedAgreement(measure.NoData)
	only.Consistency, only.Chance, only.Kappa = a.Consistency, a.Chance, a.Kappa
	return b, only
}

// K2 is Livingston's (1972) reliability for the cut:
// (ρv + (μ−c)²)/(v + (μ−c)²).
func (f Form) K2(cut float64) measure.Value {
	d := (f.mean - cut) * (f.mean - cut)
	return f.alpha.Map(func(rho float64) float64 { return (rho*f.spread + d) / (f.spread + d) })
}

// PhiLambda is the dependability for the cut of Brennan and Kane (1977) for
// items drawn at random: 1 − (x̄(1−x̄) − s²)/((J−1)·((x̄−λ)² + s²)) of the
// shares that are right, s² with n.
func (f Form) PhiLambda(cut float64) measure.Value {
	if f.kr21.Why() == measure.NotBinary {
		return measure.Undefined(measure.NotBinary)
	}
	j := f.items()
	mean, s2 := f.mean/j, f.spread*(f.n-1)/f.n/(j*j)
	below := (mean-cut/j)*(mean-cut/j) + s2
	if j < 2 || !(below > 0) {
		return measure.Undefined(measure.Constant)
	}
	return f.common(1 - (mean*(1-mean)-s2)/((j-1)*below))
}

// atLeast is the chance of cut or more right answers of n.
func atLeast(n int, p float64, cut int) float64 {
	switch {
	case cut <= 0:
		return 1
	case cut > n:
		return 0
	}
	// The tail of the binomial is the regularised incomplete beta function.
	return distuv.Beta{Alpha: float64(cut), Beta: float64(n - cut + 1)}.CDF(min(1, max(0, p)))
}

// Above is the chance that the true value of an estimate with a standard
// error lies at or above the cut, both on one scale.
func Above(estimate, se, cut float64) float64 {
	if se <= 0 {
		if estimate >= cut {
			return 1
		}
		return 0
	}
	return distuv.UnitNormal.CDF((estimate - cut) / se)
}

// Rudner (2001, 2005) is the expected accuracy of classing every person by
// the estimate, whose error is normal: the mean of the larger of Φ(z) and
// 1 − Φ(z). It needs no common form.
func Rudner(estimates, ses []float64, cut float64) measure.Value {
	if len(estimates) == 0 || len(ses) != len(estimates) {
		return measure.Undefined(measure.NoData)
	}
	sum := 0.0
	for i, x := range estimates {
		p := Above(x, ses[i], cut)
		sum += math.Max(p, 1-p)
	}
	return measure.Of(sum / float64(len(estimates)))
}

// Lee (2010) is the consistency of two forms given every person's chance to
// be classed above the cut, from the distribution of the total at the
// person's ability.
func Lee(above []float64) Agreement {
	if len(above) == 0 {
		return undefinedAgreement(measure.NoData)
	}
	a := undefinedAgreement(measure.NoData)
	same, share := 0.0, 0.0
	for _, p := range above {
		same += (p*p + (1-p)*(1-p)) / float64(len(above))
		share += p / float64(len(above))
	}
	a.consistent(same, share)
	return a
}
