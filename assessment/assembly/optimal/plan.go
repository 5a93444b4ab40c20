package optimal

import "math"

// plan says how many items of every topic and level each of many forms has,
// so that all together use what the bank has most of and every form keeps the
// bounds of topics and levels.
type plan struct {
	m     *model
	forms int         // still to be planned
	cells [][]float64 // items of all these forms together
}

// proportional is a plan whose cells are as near to the uses that are
// available as the bounds allow.
func (m *model) proportional(have [][]int) *plan {
	wished := make([][]float64, len(have))
	for t, row := range have {
		for _, n := range row {
			wished[t] = append(wished[t], float64(n))
		}
	}
	return m.planned(wished, have)
}

// planned is a plan with cells in proportion to those wished for, as near as
// the bounds and the uses that are available allow (iterative proportional
// fitting).
func (m *model) planned(wished [][]float64, have [][]int) *plan {
	p := &plan{m: m, forms: m.Forms, cells: wished}
	const rounds = 200
	n := float64(m.Forms)
	for range rounds {
		p.scale(p.row, m.topicRange)
		p.scale(p.column, m.levelRange)
		sum := 0.0
		for _, row := range p.cells {
			for _, x := range row {
				sum += x
			}
		}
		for t, row := range p.cells {
			for l := range row {
				if sum > 0 {
					p.cells[t][l] = min(row[l]*float64(m.Length)*n/sum, float64(have[t][l]))
				}
			}
		}
	}
	return p
}

func (p *plan) row(t int) []*float64 {
	out := make([]*float64, len(p.cells[t]))
	for l := range out {
		out[l] = &p.cells[t][l]
	}
	return out
}

func (p *plan) column(l int) []*float64 {
	out := make([]*float64, len(p.cells))
	for t := range out {
		out[t] = &p.cells[t][l]
	}
	return out
}

// scale brings sums of cells into their ranges.
func (p *plan) scale(cells func(at int) []*float64, ranges []Range) {
	n := float64(p.m.Forms)
	for at, r := range ranges {
		of := cells(at)
		sum := total(of)
		wanted := min(max(sum, float64(r.Low)*n), float64(r.High)*n)
		for _, x := range of {
			if sum > 0 {
				*x *= wanted / sum
			}
		}
	}
}

func total(cells []*float64) float64 {
	sum := 0.0
	for _, x := range cells {
		sum += *x
	}
	return sum
}

// next is the number of items of every topic and level of the next form: the
// mean of what is left, rounded either way so that every bound is kept
// (controlled rounding by a flow). What a form had too many of, the next have
// less of. have are the items that may still be used, taken those that the
// form has already.
func (p *plan) next(have, taken [][]int) ([][]int, *cut) {
	m := p.m
	n := network{total: m.Length, topics: p.rounded(p.row, m.topicRange), levels: p.rounded(p.column, m.levelRange)}
	n.low, n.high = p.bounds(have, taken, 0)
	cells, narrowest := n.flow()
	// Where item sets or what is used up leave no room for rounding alone,
	// cells may stray by one, and at last be whatever there is.
	for _, stray := range []int{1, m.Length * m.Forms} {
		if narrowest == nil {
			break
		}
		n.topics, n.levels = m.topicRange, m.levelRange
		n.low, n.high = p.bounds(have, taken, stray)
		cells, narrowest = n.flow()
	}
	if narrowest != nil {
		return nil, narrowest
	}
	for t, row := range cells {
		for l, x := range row {
			p.cells[t][l] = max(0, p.cells[t][l]-float64(x))
		}
	}
	p.forms--
	return cells, nil
}

// rounded are the whole numbers next to the mean sums of what is left, as far
// as they are in range. Keeping to them keeps the means of all later forms
// between the same numbers.
func (p *plan) rounded(cells func(at int) []*float64, ranges []Range) []Range {
	out := make([]Range, len(ranges))
	for at, r := range ranges {
		mean := total(cells(at)) / float64(p.forms)
		out[at] = Range{max(r.Low, int(math.Floor(mean+1e-6))), min(r.High, int(math.Ceil(mean-1e-6)))}
		if out[at].Low > out[at].High {
			out[at] = r
		}
	}
	return out
}

// bounds are those of every cell of the next form.
func (p *plan) bounds(have, taken [][]int, stray int) (low, high [][]int) {
	for t, row := range have {
		low, high = append(low, make([]int, len(row))), append(high, make([]int, len(row)))
		for l := range row {
			mean := p.cells[t][l] / float64(p.forms)
			least, most := taken[t][l], taken[t][l]+row[l]
			low[t][l] = min(max(int(math.Floor(mean+1e-6))-stray, least), most)
			high[t][l] = min(max(int(math.Ceil(mean-1e-6))+stray, least), most)
		}
	}
	return low, high
}
