package integrity

import (
	"math"

	"gonum.org/v1/gonum/stat/combin"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Answers are the options that people chose on one form, and their
// abilities. Options[i][j] is that of person i on item j, or Missing.
type Answers struct {
	Items   []irt.Nominal
	Options [][]int
	Theta   []float64
}

// Pair compares a person, the copier, with another, the source. Items that
// either left out are not compared.
type Pair struct {
	Compared              int // items that both answered
	Matches, Right, Wrong int // identical answers, and those of them right and wrong
	// Omega is (matches − ΣP)/√ΣP(1−P), P the chance that the copier would
	// choose the source's option (Wollack, 1997); OmegaP its upper normal tail.
	Omega, OmegaP measure.Value
	// GBT is the chance of so many matches or more if both worked alone: the
	// exact tail of a Poisson binomial with Σₖ P꜀ₖPₛₖ (van der Linden and
	// Sotaridou, 2006).
	GBT measure.Value
	// K is the chance of so many identical wrong answers or more, judged by
	// people with as many wrong answers as the copier (Holland, 1996).
	K measure.Value
	// M4 is the chance that as improbable a pair of counts, identical right and
	// identical wrong answers, comes about if both worked alone (Maynes, 2014; the
	// tail by what is at least as many of both).
	M4 measure.Value
}

// leastCompared is how many items two people must have in common to be
// compared: the tail of ω is that of a sum, and a sum of few is no normal.
const leastCompared = 10

// Comparison compares pairs. It keeps what many pairs share.
type Comparison struct {
	answers Answers
	chances [][][]float64      // of person, item and option
	wrong   []int              // wrong answers of every person
	alike   map[int][]int      // people by their number of wrong answers
	rates   map[[2]int]float64 // chance of an identical wrong answer by number wrong and source
}

// Compare prepares the comparison of people.
func Compare(a Answers) *Comparison {
	c := &Comparison{answers: a, alike: map[int][]int{}, rates: map[[2]int]float64{}}
	for i, options := range a.Options {
		chances, wrong := make([][]float64, len(a.Items)), 0
		for j, item := range a.Items {
			chances[j] = item.Chances(a.Theta[i])
			if k := options[j]; k != Missing && k != item.Key {
				wrong++
			}
		}
		c.chances, c.wrong = append(c.chances, chances), append(c.wrong, wrong)
		c.alike[wrong] = append(c.alike[wrong], i)
	}
	return c
}

// Pair compares a copier with a source.
func (c *Comparison) Pair(copier, source int) Pair {
	p := c.Likeness(copier, source)
	if p.K, p.M4 = measure.Undefined(measure.TooFew), measure.Undefined(measure.TooFew); p.Compared >= leastCompared {
		p.K, p.M4 = c.kIndex(copier, source, p.Wrong), measure.Of(c.m4(copier, source, p.Right, p.Wrong))
	}
	return p
}

// Likeness is Pair without the K-index, which looks at everybody else as well, and
// without M4, which takes longer: for many pairs.
func (c *Comparison) Likeness(copier, source int) Pair {
	var p Pair
	var expected, variance float64
	var chances []float64
	mine, theirs := c.answers.Options[copier], c.answers.Options[source]
	for j, item := range c.answers.Items {
		if mine[j] == Missing || theirs[j] == Missing {
			continue
		}
		if mine[j] == theirs[j] {
			p.Matches++
			if mine[j] == item.Key {
				p.Right++
			} else {
				p.Wrong++
			}
		}
		own, other := c.chances[copier][j], c.chances[source][j]
		q := own[theirs[j]]
		expected, variance = expected+q, variance+q*(1-q)
		both := 0.0
		for k := range own {
			both += own[k] * other[k]
		}
		chances = append(chances, both)
	}
	if p.Compared = len(chances); p.Compared < leastCompared {
		few := measure.Undefined(measure.TooFew)
		p.Omega, p.OmegaP, p.GBT, p.K, p.M4 = few, few, few, few, few
		return p
	}
	p.Omega, p.OmegaP = measure.Undefined(measure.Constant), measure.Undefined(measure.Constant)
	if variance > 0 {
		omega := (float64(p.Matches) - expected) / math.Sqrt(variance)
		p.Omega, p.OmegaP = measure.Of(omega), measure.Of(math.Erfc(omega/math.Sqrt2)/2)
	}
	p.GBT = measure.Of(poissonBinomial(chances, p.Matches))
	return p
}

// poissonBinomial is the chance of at least m successes in trials of unequal
// chances, by recursion over the trials.
func poissonBinomial(chances []float64, m int) float64 {
	f := make([]float64, len(chances)+1)
	f[0] = 1
	for n, p := range chances {
		for k := n + 1; k > 0; k-- {
			f[k] = f[k]*(1-p) + f[k-1]*p
		}
		f[0] *= 1 - p
	}
	tail := 0.0
	for k := len(chances); k >= m; k-- { // the smallest first, so that none is lost
		tail += f[k]
	}
	return min(1, tail)
}

// m4 is the chance of counts whose tail P(right ≥ r, wrong ≥ w) is at most that of
// those seen, by recursion over the items as Poisson's binomial of three outcomes.
func (c *Comparison) m4(copier, source, right, wrong int) float64 {
	n := len(c.answers.Items)
	f := square(n + 1) // of identical right and wrong answers
	f[0][0] = 1
	for j, item := range c.answers.Items {
		if c.answers.Options[copier][j] == Missing || c.answers.Options[source][j] == Missing {
			continue
		}
		own, other := c.chances[copier][j], c.chances[source][j]
		same := 0.0
		for k := range own {
			same += own[k] * other[k]
		}
		both := own[item.Key] * other[item.Key]
		for r := min(j+1, n); r >= 0; r-- {
			for w := min(j+1, n) - r; w >= 0; w-- {
				x := f[r][w] * (1 - same)
				if r > 0 {
					x += f[r-1][w] * both
				}
				if w > 0 {
					x += f[r][w-1] * (same - both)
				}
				f[r][w] = x
			}
		}
	}
	tail := square(n + 2)
	for r := n; r >= 0; r-- {
		for w := n - r; w >= 0; w-- {
			tail[r][w] = f[r][w] + tail[r+1][w] + tail[r][w+1] - tail[r+1][w+1]
		}
	}
	const even = 1e-12 // equal tails differ by less
	chance := 0.0
	for r := range n + 1 {
		for w := range n + 1 - r {
			if tail[r][w] <= tail[right][wrong]*(1+even) {
				chance += f[r][w]
			}
		}
	}
	return min(1, chance)
}

func square(size int) [][]float64 {
	m := make([][]float64, size)
	for i := range m {
		m[i] = make([]float64, size)
	}
	return m
}

// kIndex is the binomial tail of identical wrong answers.
func (c *Comparison) kIndex(copier, source, identical int) measure.Value {
	if c.wrong[source] == 0 {
		return measure.Undefined(measure.NoData)
	}
	group := [2]int{c.wrong[copier], source}
	rate, known := c.rates[group]
	if !known {
		rate = c.rate(group[0], source)
		c.rates[group] = rate
	}
	n, tail := c.wrong[source], 0.0
	for k := n; k >= identical; k-- {
		tail += math.Exp(combin.LogGeneralizedBinomial(float64(n), float64(k))) * math.Pow(rate, float64(k)) * math.Pow(1-rate, float64(n-k))
	}
	return measure.Of(min(1, tail))
}

// rate is how often people with so many wrong answers, the copier among them,
// share a wrong answer of the source.
func (c *Comparison) rate(wrong, source int) float64 {
	identical, people := 0, 0
	for _, i := range c.alike[wrong] {
		if i == source {
			continue
		}
		people++
		for j, item := range c.answers.Items {
			k := c.answers.Options[source][j]
			if k != Missing && k != item.Key && k == c.answers.Options[i][j] {
				identical++
			}
		}
	}
	return float64(identical) / float64(people) / float64(c.wrong[source])
}
