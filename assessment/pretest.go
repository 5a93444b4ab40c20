package assessment

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"

	"sathach/assessment/assembly"
	"sathach/itembank"
)

// addPretests puts items that few people have met on forms, where they do not
// count (ADR 30): their answers bring them to the scale of the bank before
// anybody is judged by them. Each form gets so many, of the topics it asks, or
// fewer where there are no more, at places that tell nothing. As many different
// ones are tried as the people of the round can calibrate, with
// itembank.LeastOperational answers each.
func (o order) addPretests(forms []Form, each, people int) {
	if each == 0 || len(forms) == 0 {
		return
	}
	chosen := o.untried(forms)
	wanted := min(max(each, people*each/itembank.LeastOperational), len(forms)*each)
	chosen = unlike(chosen, wanted)
	like := map[itembank.RevisionID]string{}
	for _, d := range o.pool.Drawable {
		like[d.Revision] = d.Like
	}
	next := 0
	for n := range forms {
		f := &forms[n]
		stream := assembly.Stream(o.seed, "pretest "+o.nameOf(n))
		for range chosen {
			if f.pretests() == each {
				break
			}
			d := chosen[next%len(chosen)]
			next++
			if f.takes(d, like) {
				f.insert(FormItem{Revision: d.Revision, Pretest: true}, stream)
			}
		}
	}
}

// unlike are the first items of which none is like another.
func unlike(items []itembank.Drawable, most int) (chosen []itembank.Drawable) {
	met := map[string]bool{}
	for _, d := range items {
		if len(chosen) == most {
			break
		}
		if d.Like == "" || !met[d.Like] {
			chosen, met[d.Like] = append(chosen, d), true
		}
	}
	return chosen
}

// untried are the items that may be tried: single ones of the topics asked,
// without parameters that stand. Those that no form of the round counts come
// first, then those that the fewest people met, equals in an order that nobody
// can foresee.
func (o order) untried(forms []Form) []itembank.Drawable {
	counted := map[itembank.RevisionID]int{}
	for _, f := range forms {
		for _, it := range f.Items {
			counted[it.Revision] = 1
		}
	}
	asked := map[string]bool{}
	for _, c := range o.blueprint {
		asked[c.Topic] = asked[c.Topic] || c.Count > 0
	}
	var found []itembank.Drawable
	for _, d := range o.pool.Drawable {
		if d.Situation == "" && asked[d.Topic] && o.curves[d.Revision].from != Calibrated {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b itembank.Drawable) int { return cmp.Compare(a.Revision, b.Revision) })
	assembly.Stream(o.seed, "pretests").Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	slices.SortStableFunc(found, func(a, b itembank.Drawable) int {
		return cmp.Or(cmp.Compare(counted[a.Revision], counted[b.Revision]), cmp.Compare(o.curves[a.Revision].N, o.curves[b.Revision].N))
	})
	return found
}

// nameOf is the name of the form at a place, from which its chances come.
func (o order) nameOf(at int) string {
	if len(o.names) > 0 {
		return o.names[at]
	}
	return strconv.Itoa(at + 1)
}

func (f Form) pretests() (n int) {
	for _, it := range f.Items {
		if it.Pretest {
			n++
		}
	}
	return n
}

// takes tells whether an item is neither on the form nor like one that is.
func (f Form) takes(d itembank.Drawable, like map[itembank.RevisionID]string) bool {
	return !slices.ContainsFunc(f.Items, func(it FormItem) bool {
		return it.Revision == d.Revision || d.Like != "" && like[it.Revision] == d.Like
	})
}

// insert puts an item somewhere, but not between two of one situation.
func (f *Form) insert(item FormItem, stream *rand.Rand) {
	at := stream.IntN(len(f.Items) + 1)
	for at > 0 && at < len(f.Items) && f.Items[at].Situation != "" && f.Items[at].Situation == f.Items[at-1].Situation {
		at++
	}
	f.Items = slices.Insert(f.Items, at, item)
}
