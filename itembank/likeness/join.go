package likeness

import (
	"cmp"
	"slices"
)

// MaxPairs is how many similar items are listed for one item, repeats not
// counted.
const MaxPairs = 20

// effort bounds the work for one item: postings read and features compared.
const effort = 50_000

// join finds the pairs of documents with a similarity t of at least threshold.
//
// Documents x and y of sizes |x| and |y| are that similar if they share the
// weight t/(1+t) · (|x|+|y|). Let their features be in one order, the rare
// first. The first that they share begins, in both, a rest of at least that
// weight: so it stands near the beginning, in the prefix. Documents are taken
// by size, the small first: with |y| <= |x| the rest weighs at least t·|x| in x
// and 2t/(1+t)·|y| in y. Each is compared with those filed before it under a
// feature of its prefix, and filed under those of its own.
type join struct {
	*set
	threshold float64
	documents []document
	lists     [2][][]posting // of fresh documents and of existing ones, by feature
	seen      []int          // by document: the last that came across it
	pairs     []int          // by document
	found     []found
	crowded   []int
}

// posting is a document filed under a feature.
type posting struct {
	document int32
	at       int32 // place of the feature in the document
	rest     int64 // weight from there to the end
}

const (
	fresh = iota
	existing
)

func (s *set) join(threshold float64, existingItems int) ([]found, []int) {
	n := len(s.documents)
	j := join{set: s, threshold: threshold, documents: slices.Clone(s.documents), seen: make([]int, n), pairs: make([]int, n)}
	slices.SortStableFunc(j.documents, func(a, b document) int { return cmp.Compare(a.size, b.size) })
	for kind := range j.lists {
		j.lists[kind] = make([][]posting, len(s.weights)-s.rare)
	}
	for x, d := range j.documents {
		kind := fresh
		if d.item < existingItems {
			kind = existing
		}
		j.probe(x, kind)
		j.file(x, kind)
	}
	return j.found, j.crowded
}

// slack, in thousandths of a weight, keeps rounding from hiding a pair.
const slack = 0.001

// need is the weight that documents must share, by the sum of their sizes.
func (j *join) need(sizes int64) float64 {
	return j.threshold/(1+j.threshold)*float64(sizes) - slack
}

// file lists a document under the features that a document of its size or
// larger may share with it first.
func (j *join) file(x, kind int) {
	d := j.documents[x]
	rest, need := d.size, j.need(2*d.size)
	for at, f := range d.features {
		if float64(rest) < need {
			return
		}
		if int(f) >= j.rare {
			list := &j.lists[kind][int(f)-j.rare]
			*list = append(*list, posting{int32(x), int32(at), rest})
		}
		rest -= j.weights[f]
	}
}

// probe compares a document with those filed before it.
func (j *join) probe(x, kind int) {
	p := probe{join: j, x: x, smallest: int64(j.threshold*float64(j.documents[x].size) - slack), effort: effort}
	d := j.documents[x]
	rest := d.size
	for at, f := range d.features {
		if rest < p.smallest || p.done() {
			break
		}
		if int(f) >= j.rare {
			own := posting{int32(x), int32(at), rest}
			p.read(own, j.lists[fresh][int(f)-j.rare])
			if kind == fresh {
				p.read(own, j.lists[existing][int(f)-j.rare])
			}
		}
		rest -= j.weights[f]
	}
	if p.effort <= 0 {
		j.crowded = append(j.crowded, d.item)
	}
}

// probe is the search for one document's pairs.
type probe struct {
	*join
	x        int
	smallest int64 // size of a document that can still be similar
	effort   int
}

func (p *probe) done() bool { return p.effort <= 0 || p.pairs[p.x] >= MaxPairs }

// read compares the document with those of a list, the largest first.
func (p *probe) read(own posting, list []posting) {
	for _, other := range slices.Backward(list) {
		y := int(other.document)
		size := p.documents[y].size
		if size < p.smallest || p.done() {
			return
		}
		p.effort--
		if p.seen[y] == p.x { // the first feature they share told all
			continue
		}
		p.seen[y] = p.x
		if p.documents[y].about != p.documents[p.x].about {
			continue
		}
		if float64(min(own.rest, other.rest)) < p.need(p.documents[p.x].size+size) {
			continue
		}
		if p.pairs[y] < MaxPairs || p.pairs[p.x] == 0 { // what is similar to something must not look new
			p.compare(own, other)
		}
	}
}

func (p *probe) compare(own, other posting) {
	x, y := p.documents[p.x], p.documents[other.document]
	a, b := x.features[own.at:], y.features[other.at:]
	p.effort -= len(a) + len(b)
	shared := p.shared(a, b, own.rest, other.rest, p.need(x.size+y.size))
	if shared < 0 || jaccard(x.size, y.size, shared) < p.threshold {
		return
	}
	p.found = append(p.found, found{min(x.item, y.item), max(x.item, y.item), jaccard(x.size, y.size, shared)})
	p.count(p.x)
	p.count(int(other.document))
}

func (p *probe) count(x int) {
	p.pairs[x]++
	if p.pairs[x] == MaxPairs {
		p.crowded = append(p.crowded, p.documents[x].item)
	}
}
