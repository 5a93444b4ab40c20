package optimal

import "math"

// network is a flow from topics to levels: topic t sends between its bounds,
// level l receives between its bounds, and through cell t,l go between low and
// high items. total is what flows in all.
type network struct {
	topics, levels []Range
	low, high      [][]int
	total          int
}

// flow finds whole numbers for the cells that keep every bound. Where there
// are none, the cut tells where it is narrowest.
func (n network) flow() (cells [][]int, narrowest *cut) {
	// Nodes: source, topics, levels, sink; a lower bound is an edge that must
	// be filled, from one more source to one more sink (Ford and Fulkerson).
	t, l := len(n.topics), len(n.levels)
	source, sink := t+l, t+l+1
	g := newGraph(t + l + 4)
	extraSource, extraSink := t+l+2, t+l+3
	must := 0
	edge := func(from, to int, b Range) int {
		must += b.Low
		g.add(extraSource, to, b.Low)
		g.add(from, extraSink, b.Low)
		return g.add(from, to, b.High-b.Low)
	}
	at := make([][]int, t)
	for a, b := range n.topics {
		edge(source, a, b)
		at[a] = make([]int, l)
		for c := range n.levels {
			at[a][c] = edge(a, t+c, Range{n.low[a][c], n.high[a][c]})
		}
	}
	for c, b := range n.levels {
		edge(t+c, sink, b)
	}
	edge(sink, source, Range{n.total, n.total})
	if lacking := must - g.push(extraSource, extraSink); lacking > 0 {
		near := g.reached(extraSource)
		return nil, &cut{lacking, near[:t], near[t : t+l]}
	}
	cells = make([][]int, t)
	for a := range cells {
		cells[a] = make([]int, l)
		for c := range cells[a] {
			cells[a][c] = n.low[a][c] + g.passed(at[a][c])
		}
	}
	return cells, nil
}

// cut is the near side of the narrowest place of a network, over which so
// many items are lacking.
type cut struct {
	lacking        int
	topics, levels []bool
}

// graph is a network of edges with capacities; edge e^1 is the reverse of e.
type graph struct {
	out   [][]int
	to    []int
	left  []int
	given []int
}

func newGraph(nodes int) *graph { return &graph{out: make([][]int, nodes)} }

func (g *graph) add(from, to, capacity int) int {
	e := len(g.to)
	g.to, g.left, g.given = append(g.to, to, from), append(g.left, capacity, 0), append(g.given, capacity, 0)
	g.out[from], g.out[to] = append(g.out[from], e), append(g.out[to], e+1)
	return e
}

func (g *graph) passed(e int) int { return g.given[e] - g.left[e] }

// push sends as much as passes, along shortest paths (Edmonds and Karp).
func (g *graph) push(source, sink int) int {
	sum := 0
	for {
		via := g.path(source, sink)
		if via == nil {
			return sum
		}
		most := math.MaxInt
		for v := sink; v != source; v = g.to[via[v]^1] {
			most = min(most, g.left[via[v]])
		}
		for v := sink; v != source; v = g.to[via[v]^1] {
			g.left[via[v]] -= most
			g.left[via[v]^1] += most
		}
		sum += most
	}
}

// path is, for every node on a shortest path, the edge into it.
func (g *graph) path(source, sink int) []int {
	via := make([]int, len(g.out))
	for v := range via {
		via[v] = -1
	}
	queue := []int{source}
	for at := 0; at < len(queue); at++ {
		for _, e := range g.out[queue[at]] {
			if v := g.to[e]; g.left[e] > 0 && via[v] < 0 && v != source {
				via[v] = e
				if v == sink {
					return via
				}
				queue = append(queue, v)
			}
		}
	}
	return nil
}

// reached tells which nodes more could still flow to.
func (g *graph) reached(source int) []bool {
	seen := make([]bool, len(g.out))
	seen[source] = true
	queue := []int{source}
	for at := 0; at < len(queue); at++ {
		for _, e := range g.out[queue[at]] {
			if v := g.to[e]; g.left[e] > 0 && !seen[v] {
				seen[v] = true
				queue = append(queue, v)
			}
		}
	}
	return seen
}
