package optimal

import (
	"cmp"
	"math"
	"slices"
)

// relaxation is the Lagrangian relaxation of a maximin over some items. Its
// rows, limits of time, levels, enemies and sets, have prices, and the points
// of information have weights that sum to one; the value of an item is its
// weighted information less the prices of the rows it is in. The best items
// by value that keep the bounds of the topics give a bound on the objective
// for any weights and prices.
//
// For many forms at once it takes the uses of items: so many units in all,
// each item at most uses of them.
type relaxation struct {
	m           *model
	forms, uses int
	items       []int   // that may be taken, by topic
	forced      []int   // that are taken, outside items
	topics      []Range // of units, without the forced
	length      int     // units, without the forced
	rows        []row
	rowsOf      [][3]int32 // rows of an item besides time: level, enemy, set
	live        []int      // rows that some item is in, and those of levels and sets
	sets        int        // where the rows of sets begin

	value []float64 // of every item of the model, at the last prices
	best  bound
	sum   []float64 // information of the last choice
	level []float64 // activity of the rows at the last choice
}

// row is a limit: low ≤ Σ ≤ high over its items.
type row struct{ low, high float64 }

// Places in rows: the row that limits nothing, and that of time.
const (
	free    = 0
	timeRow = 1
)

// bound is a point of the dual with its value.
type bound struct {
	weights, prices []float64
	value           float64
}

func (b bound) clone() bound {
	return bound{slices.Clone(b.weights), slices.Clone(b.prices), b.value}
}

// pick is an item with its units.
type pick struct{ item, units int }

// relax prepares the relaxation of all the model's forms together.
func (m *model) relax(items []int) *relaxation {
	r := &relaxation{m: m, forms: m.Forms, uses: m.uses, items: items, length: m.Length * m.Forms}
	for _, t := range m.topicRange {
		r.topics = append(r.topics, t.times(m.Forms))
	}
	n := float64(m.Forms)
	r.rows = []row{{math.Inf(-1), math.Inf(1)}, {math.Inf(-1), math.Inf(1)}}
	if m.Seconds > 0 {
		r.rows[timeRow].high = float64(m.Length) * n // in mean times, see seconds
	}
	for _, l := range m.levelRange {
		r.rows = append(r.rows, row{float64(l.Low) * n, float64(l.High) * n})
	}
	enemies := len(r.rows)
	if m.Enemies > 0 {
		for range m.enemies {
			r.rows = append(r.rows, row{math.Inf(-1), float64(m.Enemies) * n})
		}
	}
	r.rowsOf = make([][3]int32, len(m.Items))
	for i := range m.Items {
		r.rowsOf[i][0] = int32(timeRow + 1 + m.level[i])
		if m.Enemies > 0 && m.enemy[i] >= 0 {
			r.rowsOf[i][1] = int32(enemies + m.enemy[i])
		}
	}
	r.sets = len(r.rows)
	r.value = make([]float64, len(m.Items))
	r.sum, r.level = make([]float64, m.points), make([]float64, len(r.rows))
	r.best = bound{make([]float64, m.points), make([]float64, len(r.rows)), math.Inf(1)}
	for k := range r.best.weights {
		r.best.weights[k] = 1 / float64(m.points)
	}
	r.revive()
	return r
}

// allItems are the items any form may hold, by topic.
func (m *model) allItems() []int {
	var items []int
	for i := range m.Items {
		if m.usable(i) {
			items = append(items, i)
		}
	}
	slices.SortStableFunc(items, func(a, b int) int { return cmp.Compare(m.topic[a], m.topic[b]) })
	return items
}

// revive lists the rows that matter to the items that are left. Those of levels
// and sets always do: they may ask for items that are not there.
func (r *relaxation) revive() {
	seen := make([]bool, len(r.rows))
	for at := range timeRow + 1 + len(r.m.levels) {
		seen[at] = at > free
	}
	for _, items := range [][]int{r.items, r.forced} {
		for _, i := range items {
			for _, at := range r.rowsOf[i] {
				seen[at] = at > free
			}
		}
	}
	for at := r.sets; at < len(r.rows); at++ {
		seen[at] = true
	}
	r.live = make([]int, 0, len(r.live))
	for at, is := range seen {
		if is {
			r.live = append(r.live, at)
		}
	}
}

// addRow adds a row, without items yet.
func (r *relaxation) addRow(low, high float64) int32 {
	r.rows = append(r.rows, row{low, high})
	r.best.prices, r.level = append(r.best.prices, 0), append(r.level, 0)
	return int32(len(r.rows) - 1)
}

// seconds of an item, in units of the mean time a form allows.
func (r *relaxation) seconds(i int) float64 {
	if r.m.Seconds == 0 {
		return 0
	}
	return float64(r.m.Items[i].Seconds) * float64(r.m.Length) / float64(r.m.Seconds)
}

// worth is the value of an item at weights and prices.
func (r *relaxation) worth(i int, b bound) float64 {
	rows := &r.rowsOf[i]
	v := -b.prices[rows[0]] - b.prices[rows[1]] - b.prices[rows[2]]
	if p := b.prices[timeRow]; p != 0 {
		v -= p * r.seconds(i)
	}
	for k, w := range b.weights {
		v += w * r.m.info[i*r.m.points+k]
	}
	return v
}

// evaluate computes the bound at weights and prices: picks are the best choice
// there. It is minus infinity where nothing can be chosen.
func (r *relaxation) evaluate(b *bound) (picks []pick, ok bool) {
	for _, i := range r.items {
		r.value[i] = r.worth(i, *b)
	}
	picks, ok = r.choose()
	if !ok {
		b.value = math.Inf(-1)
		return nil, false
	}
	for _, i := range r.forced {
		r.value[i] = r.worth(i, *b)
		picks = append(picks, pick{i, 1})
	}
	clear(r.sum)
	for _, at := range r.live {
		r.level[at] = 0
	}
	total := 0.0
	for _, p := range picks {
		units := float64(p.units)
		total += units * r.value[p.item]
		r.m.add(r.sum, p.item, units)
		for _, at := range r.rowsOf[p.item] {
			r.level[at] += units
		}
		r.level[timeRow] += units * r.seconds(p.item)
	}
	for _, at := range r.live {
		switch price := b.prices[at]; {
		case price > 0:
			total += price * r.rows[at].high
		case price < 0:
			total += price * r.rows[at].low
		}
	}
	b.value = total / float64(r.forms)
	return picks, true
}

// byTopic visits the items topic by topic.
func (r *relaxation) byTopic(visit func(topic int, items []int)) {
	start := 0
	for t := range r.topics {
		end := start
		for end < len(r.items) && r.m.topic[r.items[end]] == t {
			end++
		}
		visit(t, r.items[start:end])
		start = end
	}
}

// choose takes the most valuable units within the bounds of the topics: the
// least of every topic first, then the best that are left, as long as their
// topics may have more. Topics and length form a laminar matroid, for which
// this is exact.
func (r *relaxation) choose() (picks []pick, ok bool) {
	left := r.length
	ok = true
	var rest []pick
	r.byTopic(func(t int, items []int) {
		bounds := r.topics[t]
		top := r.top(items, (max(0, bounds.High)+r.uses-1)/r.uses)
		units := 0
		for _, i := range top {
			take := min(r.uses, bounds.High-units)
			must := min(take, max(0, bounds.Low-units))
			if must > 0 {
				picks = append(picks, pick{i, must})
				left -= must
			}
			if take > must {
				rest = append(rest, pick{i, take - must})
			}
			units += take
		}
		ok = ok && units >= bounds.Low && bounds.High >= 0
	})
	if left < 0 || !ok {
		return nil, false
	}
	slices.SortFunc(rest, func(a, b pick) int {
		return cmp.Or(cmp.Compare(r.value[b.item], r.value[a.item]), cmp.Compare(a.item, b.item))
	})
	for _, p := range rest {
		if left == 0 {
			break
		}
		p.units = min(p.units, left)
		left -= p.units
		picks = append(picks, p)
	}
	return picks, left == 0
}

// top are the n most valuable items, the best first; ties by place.
func (r *relaxation) top(items []int, n int) []int {
	if n = min(n, len(items)); n == 0 {
		return nil
	}
	better := func(a, b int) int {
		return cmp.Or(cmp.Compare(r.value[b], r.value[a]), cmp.Compare(a, b))
	}
	const few = 24
	if n > few {
		all := slices.Clone(items)
		slices.SortFunc(all, better)
		return all[:n]
	}
	best := make([]int, 0, n+1)
	for _, i := range items {
		if len(best) == n && better(i, best[n-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, i, better)
		best = slices.Insert(best, at, i)
		best = best[:min(len(best), n)]
	}
	return best
}

// descend lowers the bound by steps against the subgradient, from the best
// point so far. aim is a value known to be reached by a form, or minus
// infinity. every, if given, sees every choice.
func (r *relaxation) descend(steps int, aim float64, every func([]pick)) (ok bool) {
	const shrinkAfter = 6
	at, stride, idle := r.best.clone(), 1.0, 0
	for range steps {
		picks, ok := r.evaluate(&at)
		if !ok {
			return false
		}
		if every != nil {
			every(picks)
		}
		if at.value < r.best.value-1e-12*math.Abs(at.value) {
			r.best, idle = at.clone(), 0
		} else if idle++; idle >= shrinkAfter {
			stride, idle = stride/2, 0
			at = r.best.clone()
			if _, ok := r.evaluate(&at); !ok {
				return false
			}
		}
		if stride < 1e-5 || r.best.value <= aim {
			return true
		}
		r.step(&at, stride, aim)
	}
	return true
}

// step moves the point by Polyak's rule towards aim.
func (r *relaxation) step(b *bound, stride, aim float64) {
	n := float64(r.forms)
	mean := 0.0
	for _, s := range r.sum {
		mean += s / n / float64(len(r.sum))
	}
	norm := 0.0
	for _, s := range r.sum {
		norm += (s/n - mean) * (s/n - mean)
	}
	slopes := make([]float64, len(r.live))
	for x, at := range r.live {
		slopes[x] = r.slope(at, b.prices[at]) / n
		norm += slopes[x] * slopes[x]
	}
	if norm == 0 {
		return
	}
	if math.IsInf(aim, -1) {
		aim = r.best.value * 0.99
	}
	length := stride * max(b.value-aim, 1e-9*math.Abs(b.value)) / norm
	for k, s := range r.sum {
		b.weights[k] -= length * (s/n - mean)
	}
	ontoSimplex(b.weights)
	for x, at := range r.live {
		if slopes[x] == 0 {
			continue
		}
		p := b.prices[at] - length*slopes[x]
		if math.IsInf(r.rows[at].low, -1) {
			p = max(0, p)
		}
		if math.IsInf(r.rows[at].high, 1) {
			p = min(0, p)
		}
		// A price does not jump from one side to the other: at zero it is seen
		// whether the other limit binds at all.
		if p*b.prices[at] < 0 {
			p = 0
		}
		b.prices[at] = p
	}
}

// slope is the subgradient along a price: how far the choice is inside the
// limit that is priced.
func (r *relaxation) slope(at int, price float64) float64 {
	activity, low, high := r.level[at], r.rows[at].low, r.rows[at].high
	switch {
	case price > 0:
		return high - activity
	case price < 0:
		return low - activity
	case activity > high:
		return high - activity
	case activity < low:
		return low - activity
	}
	return 0
}

// ontoSimplex moves weights to the nearest that are not negative and sum to
// one.
func ontoSimplex(w []float64) {
	sorted := slices.Clone(w)
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(b, a) })
	sum, shift := 0.0, 0.0
	for k, x := range sorted {
		sum += x
		if s := (sum - 1) / float64(k+1); x > s {
			shift = s
		}
	}
	for k := range w {
		w[k] = max(0, w[k]-shift)
	}
}
