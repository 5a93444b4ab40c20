// Package measure is what every statistic of scoring is made of: a number, or
// the reason why there is none. No statistic leaves the packages beside it as
// NaN, infinity or a zero that means "unknown".
package measure

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Missing marks, among scores, an answer that was not asked for, or not
// reached. Omitted answers are 0.
const Missing = -1

// Why says why a statistic is undefined.
type Why string

const (
	NoData    Why = "no data"             // nobody was asked, or everything is missing
	TooFew    Why = "too few"             // fewer observations than the formula needs
	TooMany   Why = "too many"            // more than can be computed in reasonable time
	Constant  Why = "constant"            // everybody did alike, so nothing varies
	NotBinary Why = "not 0/1"             // defined for items scored 0 or 1 alone
	NotFixed  Why = "forms differ"        // people answered different items
	Negative  Why = "negative covariance" // a root of a negative number
	Infinite  Why = "no finite value"     // the estimate lies at infinity
	Unsettled Why = "not converged"       // the iteration did not settle
)

// Value is a statistic. The zero Value is undefined for want of data.
type Value struct {
	number  float64
	defined bool
	why     Why
}

// Of is a statistic that was computed. What is no finite number is undefined.
func Of(x float64) Value {
	switch {
	case math.IsNaN(x):
		return Undefined(NoData)
	case math.IsInf(x, 0):
		return Undefined(Infinite)
	}
	return Value{number: x, defined: true}
}

// Undefined is a statistic that cannot be computed.
func Undefined(why Why) Value { return Value{why: why} }

// Get is the number, if there is one.
func (v Value) Get() (x float64, ok bool) { return v.number, v.defined }

// Why says why the statistic is undefined; it is empty for a number.
func (v Value) Why() Why {
	if v.defined {
		return ""
	}
	if v.why == "" {
		return NoData
	}
	return v.why
}

// MarshalJSON writes the number, or the reason as text.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.defined {
		return json.Marshal(v.number)
	}
	return json.Marshal(v.Why())
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(text []byte) error {
	var x *float64
	if err := json.Unmarshal(text, &x); err == nil {
		*v = Value{}
		if x != nil {
			*v = Of(*x)
		}
		return nil
	}
	var why Why
	err := json.Unmarshal(text, &why)
	*v = Undefined(why)
	return err
}

// Map is f of the number; what is undefined stays so.
func (v Value) Map(f func(float64) float64) Value {
	if !v.defined {
		return v
	}
	return Of(f(v.number))
}

// Minus is the difference; it is undefined if either is.
func (v Value) Minus(other Value) Value {
	y, ok := other.Get()
	if !ok {
		return other
	}
	return v.Map(func(x float64) float64 { return x - y })
}

// String is the number with four decimals, or the reason in brackets.
func (v Value) String() string {
	if !v.defined {
		return fmt.Sprintf("(%s)", v.Why())
	}
	return fmt.Sprintf("%.4f", v.number)
}

// Interval is a range that a true value lies in with a given confidence.
type Interval struct{ Low, High Value }

// No is an interval that cannot be computed.
func No(why Why) Interval { return Interval{Undefined(why), Undefined(why)} }

// Map is the interval of f, which rises.
func (i Interval) Map(f func(float64) float64) Interval { return Interval{i.Low.Map(f), i.High.Map(f)} }

// normal95 is the standard normal quantile of a two-sided 95 % interval.
var normal95 = distuv.UnitNormal.Quantile(0.975)

// Wilson is the 95 % interval of a share of k in n (Wilson, 1927). Unlike the
// textbook one it stays inside 0 to 1 and does not vanish at k = 0 or n.
func Wilson(k, n float64) Interval {
	if n <= 0 {
		return No(NoData)
	}
	z2 := normal95 * normal95
	p := k / n
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := normal95 * math.Sqrt(p*(1-p)/n+z2/(4*n*n)) / (1 + z2/n)
	return Interval{Of(max(0, centre-half)), Of(min(1, centre+half))}
}

// Correlation is the 95 % interval of Pearson's r of n pairs through Fisher's
// z, whose standard error is 1/√(n−3).
func Correlation(r Value, n int) Interval {
	x, ok := r.Get()
	if !ok {
		return No(r.Why())
	}
	if n <= 3 {
		return No(TooFew)
	}
	z, half := math.Atanh(max(-1+1e-12, min(1-1e-12, x))), normal95/math.Sqrt(float64(n-3))
	return Interval{Of(math.Tanh(z - half)), Of(math.Tanh(z + half))}
}

// Fisher is Fisher's z of a correlation; certainty counts as nearly certain.
func Fisher(r float64) float64 { return math.Atanh(max(-0.999, min(0.999, r))) }

// Correlations joins the correlations of several groups by Fisher's z with weights
// n − 3.
type Correlations struct{ z, weight float64 }

// Add adds that of n pairs; one that is undefined, or of too few, tells nothing.
func (c *Correlations) Add(r Value, n int) {
	if x, ok := r.Get(); ok && n > 3 {
		w := float64(n - 3)
		c.z, c.weight = c.z+w*Fisher(x), c.weight+w
	}
}

// Value is the joint correlation, and Interval where it lies, at 95 %.
func (c Correlations) Value() Value {
	if c.weight == 0 {
		return Undefined(NoData)
	}
	return Of(math.Tanh(c.z / c.weight))
}

func (c Correlations) Interval() Interval { return Correlation(c.Value(), int(c.weight)+3) }

// Mean is the 95 % interval of a mean of n values with standard deviation sd,
// by Student's t.
func Mean(mean, sd float64, n int) Interval {
	if n < 2 {
		return No(TooFew)
	}
	half := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975) * sd / math.Sqrt(float64(n))
	return Interval{Of(mean - half), Of(mean + half)}
}

// Parts deals people to so many parts for Jackknife: by chance, since they often come in
// order of something, and always alike.
func Parts(people, parts int) []int {
	part := rand.New(rand.NewPCG(uint64(people), uint64(parts))).Perm(people)
	for k := range part {
		part[k] %= parts
	}
	return part
}

// Jackknife is the sampling variance of an estimate, given what it would be
// without each of g parts of the people in turn: (g−1)/g·Σ(θ₍ᵢ₎−θ̄)², with g−1
// degrees of freedom (Quenouille, 1956; Tukey, 1958).
func Jackknife(without []float64) (variance float64) {
	g, mean := float64(len(without)), 0.0
	for _, x := range without {
		mean += x / g
	}
	for _, x := range without {
		variance += (g - 1) / g * (x - mean) * (x - mean)
	}
	return variance
}

// Share is the 95 % interval of an estimated share whose sampling variance has
// so many degrees of freedom, by Student's t on the scale of ln(p/(1−p)), which
// keeps it inside 0 to 1. A share of nobody or of everybody has none.
func Share(share, variance, df float64) Interval {
	if !(share > 0 && share < 1) {
		return No(Constant)
	}
	if !(df >= 1 && variance >= 0) {
		return No(TooFew)
	}
	half := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(0.975) * math.Sqrt(variance) / (share * (1 - share))
	at := func(x float64) Value { return Of(1 / (1 + math.Exp(-x))) }
	middle := math.Log(share / (1 - share))
	return Interval{at(middle - half), at(middle + half)}
}

// Median is the middle of some values, of an even number the mean of the two in the
// middle; NaN of none.
func Median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// ChiSquaredTail is the chance of x or more with so many degrees of freedom.
func ChiSquaredTail(x float64, df int) float64 {
	return distuv.ChiSquared{K: float64(df)}.Survival(x)
}

// BenjaminiHochberg (1995) adjusts p-values of many tests: taking those below
// a level as found keeps the expected share of false ones below it. What is
// undefined stays so and does not count.
func BenjaminiHochberg(p []Value) []Value {
	out := slices.Clone(p)
	var tests []int
	for i, v := range p {
		if v.defined {
			tests = append(tests, i)
		}
	}
	slices.SortStableFunc(tests, func(a, b int) int { return cmp.Compare(p[b].number, p[a].number) })
	least := 1.0
	for n, i := range tests { // from the largest
		least = min(least, p[i].number*float64(len(tests))/float64(len(tests)-n))
		out[i] = Of(least)
	}
	return out
}
