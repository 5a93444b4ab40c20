package likeness

import (
	"cmp"
	"math"
	"slices"
)

// document is a text as a set of features, rarest first.
type document struct {
	text
	features []int32
	size     int64 // weight of all features
}

// set is documents whose features share one order and one table of weights.
type set struct {
	documents []document
	weights   []int64 // by feature, in thousandths: integers, so sums are exact in any order
	rare      int     // features below this one are in one document only
}

// weigh makes features and weighs each by how few texts have it.
func weigh(texts []text) set {
	table := features{numbers: map[[2]int32]int32{}}
	s := set{documents: make([]document, len(texts))}
	for i, t := range texts {
		s.documents[i] = document{text: t, features: table.of(t)}
	}
	order := make([]int32, len(table.count)) // rarest first
	for f := range order {
		order[f] = int32(f)
	}
	slices.SortFunc(order, func(f, g int32) int {
		return cmp.Or(cmp.Compare(table.count[f], table.count[g]), cmp.Compare(f, g))
	})
	rank := make([]int32, len(order))
	s.weights = make([]int64, len(order))
	n := float64(len(texts))
	for r, f := range order {
		rank[f] = int32(r)
		if table.count[f] == 1 {
			s.rare = r + 1
		}
		s.weights[r] = int64(math.Round(1000 * math.Sqrt(math.Log1p(n/float64(table.count[f])))))
	}
	for i := range s.documents {
		s.documents[i].rank(rank, s.weights)
	}
	return s
}

func (d *document) rank(rank []int32, weights []int64) {
	for i, f := range d.features {
		d.features[i] = rank[f]
		d.size += weights[rank[f]]
	}
	slices.Sort(d.features)
}

// features numbers words and pairs of neighbouring words.
type features struct {
	numbers map[[2]int32]int32
	count   []int32 // texts that have the feature
}

// alone stands for the neighbour that a single word does not have.
const alone = -1

// of is the set of a text's features. Neighbours are taken within the stem and
// within each option, so the order of options makes no difference.
func (t *features) of(text text) []int32 {
	var out []int32
	for _, part := range append([][]int32{text.stem}, text.options...) {
		for i, w := range part {
			out = append(out, t.number(w, alone))
			if i > 0 {
				out = append(out, t.number(part[i-1], w))
			}
		}
	}
	slices.Sort(out)
	out = slices.Clip(slices.Compact(out))
	for _, f := range out {
		t.count[f]++
	}
	return out
}

func (t *features) number(word, next int32) int32 {
	key := [2]int32{word, next}
	n, known := t.numbers[key]
	if !known {
		n = int32(len(t.count))
		t.numbers[key] = n
		t.count = append(t.count, 0)
	}
	return n
}

// similarity is the weighted Jaccard of two documents.
func (s *set) similarity(a, b document) float64 {
	return jaccard(a.size, b.size, s.shared(a.features, b.features, a.size, b.size, 0))
}

func jaccard(a, b, shared int64) float64 { return float64(shared) / float64(a+b-shared) }

// shared is the weight of what two lists of features share, or -1 as soon as
// it cannot reach need. The rests are the weights of the lists.
func (s *set) shared(a, b []int32, restA, restB int64, need float64) int64 {
	sum := int64(0)
	for len(a) > 0 && len(b) > 0 {
		if float64(sum+min(restA, restB)) < need {
			return -1
		}
		f, g := a[0], b[0]
		if f == g {
			sum += s.weights[f]
		}
		if f <= g {
			a, restA = a[1:], restA-s.weights[f]
		}
		if g <= f {
			b, restB = b[1:], restB-s.weights[g]
		}
	}
	return sum
}

// twins pairs texts that are the same but for numbers and negations with the
// first of their kind, where no pair tells of it yet.
func (s *set) twins(known []found, existing int) []found {
	listed := map[[2]int]bool{}
	for _, f := range known {
		listed[[2]int{f.a, f.b}] = true
	}
	var pairs []found
	first := map[string]document{}
	for _, d := range s.documents {
		print := d.print(isNumber|isNegation, true)
		a, again := first[print]
		if !again {
			first[print] = d
		} else if d.item >= existing && !listed[[2]int{a.item, d.item}] {
			pairs = append(pairs, found{a.item, d.item, s.similarity(a, d)})
		}
	}
	return pairs
}
