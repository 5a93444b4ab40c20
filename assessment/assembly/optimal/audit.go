package optimal

import (
	"fmt"
	"slices"
	"strings"
)

// Audit checks forms against the request, item by item, and lists every
// violation. It shares no code with Assemble.
func Audit(r Request, forms []Form) []string {
	var found []string
	say := func(format string, values ...any) { found = append(found, fmt.Sprintf(format, values...)) }
	if len(forms) != r.Forms {
		say("%d forms, asked for %d", len(forms), r.Forms)
	}
	uses := map[int]int{}
	for n, form := range forms {
		for _, violation := range auditForm(r, form) {
			say("form %d: %s", n+1, violation)
		}
		for _, place := range form {
			if place >= 0 && place < len(r.Items) {
				uses[place]++
			}
		}
	}
	for place, n := range uses {
		if r.Uses > 0 && n > r.Uses {
			say("item %s is in %d forms, allowed are %d", r.Items[place].ID, n, r.Uses)
		}
	}
	if most := MostOverlap(forms); r.Overlap > 0 && most > r.Overlap {
		say("two forms share %d items, allowed are %d", most, r.Overlap)
	}
	slices.SortStableFunc(found, strings.Compare)
	return found
}

func auditForm(r Request, form Form) (found []string) {
	say := func(format string, values ...any) { found = append(found, fmt.Sprintf(format, values...)) }
	topics, levels, enemies, sets := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	seen, seconds := map[int]bool{}, 0
	for _, place := range form {
		if place < 0 || place >= len(r.Items) {
			say("item %d does not exist", place)
			return found
		}
		if seen[place] {
			say("item %s comes twice", r.Items[place].ID)
		}
		seen[place] = true
		i := r.Items[place]
		topics[i.Topic]++
		levels[i.Level]++
		enemies[i.Enemy]++
		sets[i.Set]++
		seconds += i.Seconds
	}
	if len(form) != r.Length {
		say("%d items, asked for %d", len(form), r.Length)
	}
	for name, b := range r.Topics {
		if n := topics[name]; n < b.Low || n > b.High {
			say("%d items of topic %s, asked for %d to %d", n, name, b.Low, b.High)
		}
	}
	for name, b := range r.Levels {
		if n := levels[name]; n < b.Low || n > b.High {
			say("%d items of level %s, asked for %d to %d", n, name, b.Low, b.High)
		}
	}
	if r.Seconds > 0 && seconds > r.Seconds {
		say("%d seconds, allowed are %d", seconds, r.Seconds)
	}
	delete(enemies, "")
	for name, n := range enemies {
		if r.Enemies > 0 && n > r.Enemies {
			say("%d items of enemy group %s, allowed are %d", n, name, r.Enemies)
		}
	}
	delete(sets, "")
	if r.Sets != nil {
		if len(sets) != r.Sets.Count {
			say("%d item sets, asked for %d", len(sets), r.Sets.Count)
		}
		for name, n := range sets {
			if n < r.Sets.Items.Low || n > r.Sets.Items.High {
				say("%d items of set %s, asked for %d to %d", n, name, r.Sets.Items.Low, r.Sets.Items.High)
			}
		}
	}
	return found
}

// MostUse is in how many forms the most used item is.
func MostUse(forms []Form) int {
	uses, most := map[int]int{}, 0
	for _, form := range forms {
		for _, place := range form {
			uses[place]++
			most = max(most, uses[place])
		}
	}
	return most
}

// MostOverlap is how many items the two most alike forms share. It counts
// along the uses of items, not over all pairs of forms.
func MostOverlap(forms []Form) int {
	in := map[int][]int{}
	most := 0
	for n, form := range forms {
		shared := map[int]int{}
		for _, place := range form {
			for _, other := range in[place] {
				shared[other]++
				most = max(most, shared[other])
			}
			in[place] = append(in[place], n)
		}
	}
	return most
}
