package irt

import (
	"math"

	"sathach/scoring/measure"
)

// Sums is the distribution of the total of items at one theta (Lord and
// Wingersky, 1984; for any scores, Thissen, Pommerich, Billeaud and Williams,
// 1995): P[s] is the chance of the total s.
func Sums(items []Item, theta float64) []float64 {
	total := []float64{1}
	for _, i := range items {
		total = convolve(total, i.Chances(theta))
	}
	return total
}

func convolve(total, p []float64) []float64 {
	out := make([]float64, len(total)+len(p)-1)
	for s, x := range total {
		for k, y := range p {
			out[s+k] += x * y
		}
	}
	return out
}

// SumScore is what a total says of theta where everybody answered the same
// items: the posterior mean and deviation, and the expected share of people.
type SumScore struct {
	EAP, SD measure.Value
	Share   float64
}

// BySum is the ability for every total of the items, with the prior N(0,1).
func BySum(items []Item) []SumScore {
	nodes, weight := Nodes()
	var out []SumScore
	var first, second []float64
	for q, theta := range nodes {
		for s, p := range Sums(items, theta) {
			if s == len(out) {
				out, first, second = append(out, SumScore{}), append(first, 0), append(second, 0)
			}
			w := p * weight[q]
			out[s].Share += w
			first[s] += w * theta
			second[s] += w * theta * theta
		}
	}
	for s := range out {
		if out[s].Share == 0 { // no chance of this total
			continue
		}
		mean := first[s] / out[s].Share
		out[s].EAP = measure.Of(mean)
		out[s].SD = measure.Of(math.Sqrt(max(0, second[s]/out[s].Share-mean*mean)))
	}
	return out
}

// sumsWithout are the distributions of the total of all items and of all but
// each, at every node.
func sumsWithout(items []Item) (all [][]float64, without [][][]float64) {
	nodes, _ := Nodes()
	without = make([][][]float64, len(items))
	for _, theta := range nodes {
		// The total without one is that of the items before it and after it.
		after := make([][]float64, len(items)+1)
		after[len(items)] = []float64{1}
		p := make([][]float64, len(items))
		for j := len(items) - 1; j >= 0; j-- {
			p[j] = make([]float64, items[j].scores())
			items[j].probabilities(theta, p[j])
			after[j] = convolve(after[j+1], p[j])
		}
		before := []float64{1}
		for j := range items {
			without[j] = append(without[j], convolve(before, after[j+1]))
			before = convolve(before, p[j])
		}
		all = append(all, after[0])
	}
	return all, without
}

// ItemFit says how well an item's answers agree with the model.
type ItemFit struct {
	// Chi2 is S-X² (Orlando and Thissen, 2000): shares of right answers at
	// every total against those the model expects there. Levels where fewer
	// than one right or wrong answer is expected join the neighbour with fewer
	// people. DF are its degrees of freedom, P its tail.
	Chi2 measure.Value
	DF   int
	P    measure.Value
	// Adjusted is P after Benjamini and Hochberg (1995) over the items.
	Adjusted measure.Value
}

// FitItems is the fit of items scored 0/1 that everybody answered: people
// with a missing answer are left out. estimated tells how many parameters of an item
// came from these answers (Model.PerItem; 0 for one that was fixed), population whose
// abilities they are.
func FitItems(items []Item, estimated func(j int) int, population Normal, answers [][]int, weight func(i int) float64) []ItemFit {
	out := make([]ItemFit, len(items))
	for _, i := range items {
		if len(i.D) != 1 {
			for j := range out {
				out[j] = ItemFit{Chi2: measure.Undefined(measure.NotBinary), P: measure.Undefined(measure.NotBinary), Adjusted: measure.Undefined(measure.NotBinary)}
			}
			return out
		}
	}
	people, right := make([]float64, len(items)+1), zeros(len(items), len(items)+1)
	for i, row := range answers {
		total := 0
		for _, x := range row {
			if x == measure.Missing {
				total = -1
				break
			}
			total += x
		}
		if total < 0 {
			continue
		}
		people[total] += weight(i)
		for j, x := range row {
			right[j][total] += float64(x) * weight(i)
		}
	}
	all, without := sumsWithout(items)
	nodes, _ := Nodes()
	prior := population.over(nodes)
	ps := make([]measure.Value, len(items))
	for j, item := range items {
		var levels []level
		for s := 1; s < len(items); s++ {
			var one, any float64
			for q, theta := range nodes {
				m := item.at(theta)
				one += prior[q] * m.mean * without[j][q][s-1]
				any += prior[q] * all[q][s]
			}
			share := one / any
			levels = append(levels, level{right[j][s], people[s] - right[j][s], people[s] * share, people[s] * (1 - share)})
		}
		out[j] = fitOf(merge(levels), estimated(j))
		ps[j] = out[j].P
	}
	for j, p := range measure.BenjaminiHochberg(ps) {
		out[j].Adjusted = p
	}
	return out
}

// level is the right and wrong answers at a total, observed and expected.
type level struct{ right, wrong, expectedRight, expectedWrong float64 }

// merge joins levels until each expects one right and one wrong answer.
func merge(levels []level) []level {
	thin := func(l level) bool { return l.expectedRight < 1 || l.expectedWrong < 1 }
	for len(levels) > 1 {
		at := -1
		for s, l := range levels {
			if thin(l) {
				at = s
				break
			}
		}
		if at < 0 {
			return levels
		}
		into := at + 1
		if at == len(levels)-1 || at > 0 && levels[at-1].right+levels[at-1].wrong <= levels[at+1].right+levels[at+1].wrong {
			into = at - 1
		}
		a, b := &levels[into], levels[at]
		*a = level{a.right + b.right, a.wrong + b.wrong, a.expectedRight + b.expectedRight, a.expectedWrong + b.expectedWrong}
		levels = append(levels[:at], levels[at+1:]...)
	}
	return levels
}

func fitOf(levels []level, parameters int) ItemFit {
	f := ItemFit{DF: len(levels) - parameters}
	if f.DF < 1 {
		no := measure.Undefined(measure.TooFew)
		return ItemFit{Chi2: no, P: no, Adjusted: no}
	}
	sum := 0.0
	for _, l := range levels {
		d := l.right - l.expectedRight
		sum += d*d/l.expectedRight + d*d/l.expectedWrong
	}
	f.Chi2 = measure.Of(sum)
	f.P = f.Chi2.Map(func(x float64) float64 { return measure.ChiSquaredTail(x, f.DF) })
	return f
}

// Q3 are the correlations of what is left of two items' scores once the
// posterior mean is accounted for (Yen, 1984). A pair far above the mean of
// all, say by 0.2, asks one thing twice or belongs to one stimulus.
func Q3(s *Scorer, answers [][]int) (pairs [][]measure.Value, mean measure.Value) {
	items := len(s.items)
	left := make([][]float64, len(answers))
	for i, row := range answers {
		theta := s.EAP(row)
		left[i] = make([]float64, items)
		for j, x := range row {
			left[i][j] = math.NaN()
			if x != measure.Missing {
				left[i][j] = float64(x) - s.items[j].Expected(theta)
			}
		}
	}
	pairs = make([][]measure.Value, items)
	sum, count := 0.0, 0.0
	for a := range items {
		pairs[a] = make([]measure.Value, items)
	}
	for a := range items {
		for b := range a {
			pairs[a][b] = correlation(left, a, b)
			pairs[b][a] = pairs[a][b]
			if r, ok := pairs[a][b].Get(); ok {
				sum, count = sum+r, count+1
			}
		}
	}
	if count == 0 {
		return pairs, measure.Undefined(measure.NoData)
	}
	return pairs, measure.Of(sum / count)
}

// correlation is that of two columns over the rows that have both.
func correlation(rows [][]float64, a, b int) measure.Value {
	var n, x, y, xx, yy, xy float64
	for _, row := range rows {
		if u, v := row[a], row[b]; !math.IsNaN(u) && !math.IsNaN(v) {
			n, x, y, xx, yy, xy = n+1, x+u, y+v, xx+u*u, yy+v*v, xy+u*v
		}
	}
	if n < 3 {
		return measure.Undefined(measure.TooFew)
	}
	u, v := xx-x*x/n, yy-y*y/n
	if u <= 1e-12 || v <= 1e-12 {
		return measure.Undefined(measure.Constant)
	}
	return measure.Of(max(-1, min(1, (xy-x*y/n)/math.Sqrt(u*v)))) // not more by rounding
}
