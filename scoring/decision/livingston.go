package decision

import (
	"math"

	"sathach/scoring/measure"
)

// Beta is a distribution of true shares between Low and High:
// (τ−l)^(α−1)·(u−τ)^(β−1).
type Beta struct{ Low, High, Alpha, Beta float64 }

// Moments are the mean, variance, skewness and kurtosis of true shares.
type Moments struct{ Mean, Variance, Skewness, Kurtosis float64 }

// LivingstonLewis (1995) treats a form as one of n′ items of equal
// difficulty, n′ chosen so that its reliability is the form's.
type LivingstonLewis struct {
	// Length is the effective test length n′ = (μ(J−μ) − ρv)/(v(1−ρ)), and
	// Rounded what the binomial errors use.
	Length  float64
	Rounded int
	Moments Moments
	// Four is the beta distribution with the first four factorial moments of
	// the totals (Lord, 1965; Hanson, 1991). Admissible tells that it exists
	// and lies within 0 to 1; otherwise decisions use Two, with 0 and 1 as
	// limits and the same mean and variance.
	Four       Beta
	Admissible bool
	Two        Beta
}

// Fit estimates the distribution of true shares.
func (f Form) Fit() (LivingstonLewis, measure.Why) {
	rho, why := f.reliable(f.alpha)
	if why != "" {
		return LivingstonLewis{}, why
	}
	var l LivingstonLewis
	l.Length = (f.mean*(f.items()-f.mean) - rho*f.spread) / (f.spread * (1 - rho))
	l.Rounded = int(math.Round(l.Length))
	if l.Length <= 3 { // the fourth factorial moment has n′ − 3 below it
		return LivingstonLewis{}, measure.TooFew
	}
	l.Moments = f.trueMoments(l.Length)
	m, v := l.Moments.Mean, l.Moments.Variance
	if v <= 0 || v >= m*(1-m) {
		return LivingstonLewis{}, measure.Constant
	}
	precision := m*(1-m)/v - 1
	l.Two = Beta{0, 1, m * precision, (1 - m) * precision}
	l.Four, l.Admissible = l.Moments.four()
	return l, ""
}

// trueMoments are the moments of τ from the factorial moments of the totals,
// stretched to n′ items: E[τᵏ] = E[X(X−1)…(X−k+1)]/(n′(n′−1)…(n′−k+1)).
func (f Form) trueMoments(length float64) Moments {
	var raw [5]float64
	for total, k := range f.people {
		x, product := float64(total)/f.items()*length, float64(k)/f.n
		for order := 1; order <= 4; order++ {
			product *= (x - float64(order-1)) / (length - float64(order-1))
			raw[order] += product
		}
	}
	m := raw[1]
	v := raw[2] - m*m
	third := raw[3] - 3*m*raw[2] + 2*m*m*m
	fourth := raw[4] - 4*m*raw[3] + 6*m*m*raw[2] - 3*m*m*m*m
	return Moments{m, v, third / math.Pow(v, 1.5), fourth / (v * v)}
}

// four solves for the beta distribution with these moments (Hanson, 1991).
func (m Moments) four() (b Beta, admissible bool) {
	g3, g4 := m.Skewness, m.Kurtosis
	r := 6 * (g4 - g3*g3 - 1) / (6 + 3*g3*g3 - 2*g4)
	root := 1 - 24*(r+1)/((r+2)*(r+3)*g4-3*(r+1)*(r-6))
	if !(r > 0) || !(root >= 0) {
		return Beta{}, false
	}
	small, large := r/2*(1-math.Sqrt(root)), r/2*(1+math.Sqrt(root))
	b.Alpha, b.Beta = small, large
	if g3 < 0 {
		b.Alpha, b.Beta = large, small
	}
	if !(small > 0) {
		return Beta{}, false
	}
	width := math.Sqrt(m.Variance*(r+1)) / math.Sqrt(b.Alpha*b.Beta)
	b.Low, b.High = m.Mean-b.Alpha*width, m.Mean+b.Beta*width
	return b, b.Low >= 0 && b.High <= 1
}

// Best is Four where it is admissible, otherwise Two.
func (l LivingstonLewis) Best() Beta {
	if l.Admissible {
		return l.Four
	}
	return l.Two
}

// Cut is a cut of a form of the given number of items among the Rounded effective ones,
// rounded to the nearest, a half to the even; both forms of the consistency use it.
func (l LivingstonLewis) Cut(cut, items int) int {
	return int(math.RoundToEven(float64(cut) / float64(items) * float64(l.Rounded)))
}

// Agreement is what a cut does to people whose true shares follow the
// distribution and whose totals over n items have binomial errors. Whoever
// has cut or more right is above; trueCut divides the true shares.
func (b Beta) Agreement(n, cut int, trueCut float64) Agreement {
	var truePositive, falseNegative, falsePositive, trueNegative, same float64
	count := func(tau, weight float64) {
		above := atLeast(n, tau, cut)
		same += weight * (above*above + (1-above)*(1-above))
		if tau >= trueCut {
			truePositive += weight * above
			falseNegative += weight * (1 - above)
		} else {
			falsePositive += weight * above
			trueNegative += weight * (1 - above)
		}
	}
	low, high := b.bulk()
	border := min(high, max(low, trueCut))
	b.integrate(low, border, count)
	b.integrate(border, high, count)
	a := Agreement{
		Accuracy: measure.Of(truePositive + trueNegative), TruePositive: measure.Of(truePositive), FalsePositive: measure.Of(falsePositive),
		FalseNegative: measure.Of(falseNegative), TrueNegative: measure.Of(trueNegative),
	}
	a.consistent(same, truePositive+falsePositive)
	return a
}

// bulk is where the density is: all of it, or, where it is a narrow peak that the
// points of integrate would miss, 25 standard deviations to both sides, beyond which
// less than 1e-9 lies.
func (b Beta) bulk() (low, high float64) {
	sum, width := b.Alpha+b.Beta, b.High-b.Low
	sd := width * math.Sqrt(b.Alpha*b.Beta/(sum*sum*(sum+1)))
	if b.Alpha < 1 || b.Beta < 1 || 50*sd > width {
		return b.Low, b.High
	}
	mean := b.Low + width*b.Alpha/sum
	return max(b.Low, mean-25*sd), min(b.High, mean+25*sd)
}

// integrate visits points between two limits with their weights under the
// density.
func (b Beta) integrate(from, to float64, visit func(tau, weight float64)) {
	if to <= from {
		return
	}
	middle, width := (from+to)/2, b.High-b.Low
	lower, upper := (middle-b.Low)/width, (b.High-middle)/width
	constant := logBeta(b.Alpha, b.Beta)
	half(lower, (from-b.Low)/width, b.Alpha, b.Beta, constant, func(x, weight float64) { visit(b.Low+width*x, weight) })
	half(upper, (b.High-to)/width, b.Beta, b.Alpha, constant, func(x, weight float64) { visit(b.High-width*x, weight) })
}

// logBeta is the logarithm of what makes a beta density sum to 1.
func logBeta(alpha, beta float64) float64 {
	both, _ := math.Lgamma(alpha + beta)
	a, _ := math.Lgamma(alpha)
	b, _ := math.Lgamma(beta)
	return both - a - b
}

// half visits points of the density x^(α−1)·(1−x)^(β−1) from end, its own or a place
// before it, to far. Where α is below 1 the density has a pole at 0 that can hold most
// of the people: u = x^α takes it away, since x^(α−1)·dx = du/α. The double exponential
// rule of Takahasi and Mori (1974) bears what steepness there remains at the ends.
func half(far, end, alpha, beta, constant float64, visit func(x, weight float64)) {
	const step, edge = 1.0 / 64, 4.0
	power := min(1, alpha)
	from, to := math.Pow(max(0, end), power), math.Pow(far, power)
	for t := -edge; t <= edge; t += step {
		s := math.Pi / 2 * math.Sinh(t)
		u := from + (to-from)/(1+math.Exp(-2*s))
		derivative := (to - from) / 2 * math.Pi / 2 * math.Cosh(t) / (math.Cosh(s) * math.Cosh(s))
		x := math.Pow(u, 1/power)
		density := math.Exp(constant+(alpha-power)*math.Log(max(x, math.SmallestNonzeroFloat64))+(beta-1)*math.Log1p(-x)) / power
		if weight := step * derivative * density; weight > 0 {
			visit(x, weight)
		}
	}
}
