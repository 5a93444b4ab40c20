package ctt

import (
	"math"

	"sathach/scoring/measure"
)

// Group is what a group of people has shown: how many they are, and the mean
// and variance (n − 1) of their scores.
type Group struct {
	N              int
	Mean, Variance float64
}

// GroupEstimate is what is known of a group's true mean.
type GroupEstimate struct {
	// Weight is how much the group's own mean counts, λ = s²ᵦ/(s²ᵦ + s²ᵥᵥ/n);
	// the rest is the mean of all groups.
	Weight   measure.Value
	Mean     measure.Value
	Interval measure.Interval // 95 %
}

// LeastOfGroup is the least number of people of whom a mean is published:
// below it says little, and names people.
const LeastOfGroup = 5

// Groups estimates the true means of groups by empirical Bayes: small groups
// lean on the mean of all, μ + λ(x̄ − μ), so that luck does not put them first
// or last. The variance between groups comes from the one-way analysis of
// variance with unequal sizes, and μ weighs groups by 1/(s²ᵦ + s²ᵥᵥ/n). That s²ᵦ is
// itself estimated counts as well (Morris, 1983): of k groups only (k−3)/(k−1) of
// the leaning is done, and the interval grows by it. Fewer than four groups do
// not lean. Groups of fewer than LeastOfGroup people take part in it and are
// told nothing about. The estimates say nothing of why groups differ.
func Groups(groups []Group) []GroupEstimate {
	out := make([]GroupEstimate, len(groups))
	within, between, why := variances(groups)
	if why != "" {
		for g := range out {
			out[g] = unknown(why)
		}
		return out
	}
	var weights, mean, k float64
	for _, g := range groups {
		if g.N > 0 {
			k++
			w := 1 / (between + within/float64(g.N))
			weights, mean = weights+w, mean+w*g.Mean
		}
	}
	mean /= weights
	for n, g := range groups {
		if g.N < LeastOfGroup {
			out[n] = unknown(measure.TooFew)
			continue
		}
		chance := within / float64(g.N) // variance of the group's own mean
		lean, doubt := 0.0, 0.0
		if k > 3 {
			lean = chance / (between + chance) * (k - 3) / (k - 1)
			doubt = 2 / (k - 3) * lean * lean * (g.Mean - mean) * (g.Mean - mean)
		}
		own := 1 - lean
		estimate := mean + own*(g.Mean-mean)
		half := normal95 * math.Sqrt(chance*(1-lean*(k-1)/k)+doubt)
		out[n] = GroupEstimate{measure.Of(own), measure.Of(estimate), measure.Interval{Low: measure.Of(estimate - half), High: measure.Of(estimate + half)}}
	}
	return out
}

func unknown(why measure.Why) GroupEstimate {
	return GroupEstimate{measure.Undefined(why), measure.Undefined(why), measure.No(why)}
}

// variances are those within and between groups.
func variances(groups []Group) (within, between float64, why measure.Why) {
	var people, squares, sum, inside, free, k float64
	for _, g := range groups {
		if g.N == 0 {
			continue
		}
		n := float64(g.N)
		k++
		people, squares, sum = people+n, squares+n*n, sum+n*g.Mean
		if g.N > 1 {
			inside, free = inside+(n-1)*g.Variance, free+n-1
		}
	}
	switch {
	case k < 2 || free < 1:
		return 0, 0, measure.TooFew
	case inside == 0:
		return 0, 0, measure.Constant
	}
	within = inside / free
	outside := 0.0
	for _, g := range groups {
		d := g.Mean - sum/people
		outside += float64(g.N) * d * d
	}
	size := (people - squares/people) / (k - 1)
	return within, max(0, (outside/(k-1)-within)/size), ""
}
