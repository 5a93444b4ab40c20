package assessment

import (
	"fmt"
	"math"
	"strings"
	"time"

	"sathach/assessment/assembly"
	"sathach/assessment/assembly/optimal"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/itembank"
)

// FormEach, as a number of forms, gives everybody a form of their own: two
// people share few items, so that answers passed on help little, and forms are
// alike in content and difficulty nevertheless (linear on the fly testing; van
// der Linden, 2005).
const FormEach = 0

// MostEach bounds the people of a round in which everybody has a form.
const MostEach = 20_000

// order is the forms that are asked for.
type order struct {
	blueprint Blueprint
	pool      itembank.Pool
	curves    map[itembank.RevisionID]curve
	forms     int
	names     []string // of the forms; none for numbers
	seed      string
	resting   resting
	limit     time.Duration // of an attempt; 0 for none
	// after are, of a follow-up, the forms of the round before whose people get one form
	// each, and had the codes of the items that these forms had: nobody is asked one twice.
	after []int
	had   map[int]map[string]bool
}

// orderOn is an order for the bank of a date, with what is known of its items
// today, without those that rest by the rules; self is the round that is drawn for,
// if it is one.
func orderOn(h database.Handle, on viet.Date, b Blueprint, rules Rules, self RoundID) (order, error) {
	pools, err := itembank.PoolsOn(h, on)
	if err != nil {
		return order{}, err
	}
	rests, err := rest(h, pools, rules.Rest, self)
	if err != nil {
		return order{}, err
	}
	curves, err := curvesOf(h, pools[0].Drawable)
	return order{blueprint: b, pool: pools[0], curves: curves, resting: rests[0], limit: rules.TimeLimit}, err
}

// draw makes the forms: by content first (package assembly), then exchanged
// item for item within their cells until the same people earn the same on each
// of them (package optimal). It returns *assembly.Infeasible where the bank
// cannot fill the blueprint.
func (o order) draw() ([]Form, error) {
	request := assembly.Request{Pool: poolItems(o.pool), Cells: o.blueprint.cells(), Forms: o.forms, Seed: o.seed, Names: o.names}
	lists, err := assembly.Assemble(request)
	if err != nil {
		return nil, err
	}
	if lists, err = o.even(lists); err != nil {
		return nil, err
	}
	if violations := assembly.Audit(request, lists); len(violations) > 0 {
		return nil, fmt.Errorf("assembled forms fail the audit: %s", strings.Join(violations, "; "))
	}
	return formsOf(lists, o.pool), nil
}

// abilities are where forms are made alike: the middle of the population and a
// standard deviation to both sides.
var abilities = []float64{-1, 0, 1}

// even makes forms alike. What they should earn is what the bank's items of
// their cells earn on average, so that rounds of one blueprint are alike as
// well, as long as the bank is. No form comes to take longer than the limit of time,
// as far as it is known how long items take.
func (o order) even(lists []assembly.Form) ([]assembly.Form, error) {
	place := map[string]int{}
	request := optimal.Request{Forms: len(lists), Length: o.blueprint.Items(), Enemies: 1, Targets: make([]float64, len(abilities)), Seconds: int(o.limit.Seconds()), Seed: o.seed, Names: o.names}
	type cell struct {
		topic string
		level itembank.Level
	}
	size, sums := map[cell]int{}, map[cell][]float64{}
	met := map[[2]string]bool{} // of a situation and a group of enemies
	for _, d := range o.pool.Drawable {
		enemy, at := d.Like, [2]string{string(d.Situation), d.Like}
		if d.Situation != "" && met[at] { // items of one set may stand together
			enemy = ""
		}
		met[at] = true
		item := optimal.Item{ID: string(d.Revision), Topic: d.Topic, Level: string(d.Level), Enemy: enemy, Set: string(d.Situation), Seconds: int(math.Round(o.curves[d.Revision].pace.Seconds)), Information: make([]float64, len(abilities))}
		in := cell{d.Topic, d.Level}
		if sums[in] == nil {
			sums[in] = make([]float64, len(abilities))
		}
		for k, theta := range abilities {
			item.Information[k] = o.curves[d.Revision].ShareAt(theta)
			sums[in][k] += item.Information[k]
		}
		size[in]++
		place[item.ID] = len(request.Items)
		request.Items = append(request.Items, item)
	}
	for _, c := range o.blueprint {
		in := cell{c.Topic, c.Level}
		for k := range abilities {
			if c.Count > 0 {
				request.Targets[k] += float64(c.Count) * sums[in][k] / float64(size[in])
			}
		}
	}
	drafts := make([]optimal.Form, len(lists))
	for n, list := range lists {
		for _, id := range list {
			drafts[n] = append(drafts[n], place[id])
		}
	}
	result, err := optimal.Improve(request, drafts)
	if err != nil {
		return nil, err
	}
	for n, form := range result.Forms {
		for i, at := range form {
			lists[n][i] = request.Items[at].ID
		}
	}
	return lists, nil
}

func formsOf(lists []assembly.Form, pool itembank.Pool) []Form {
	under := map[itembank.RevisionID]itembank.RevisionID{}
	for _, d := range pool.Drawable {
		under[d.Revision] = d.Situation
	}
	forms := make([]Form, len(lists))
	for i, list := range lists {
		forms[i] = Form{ID: FormID(database.NewID()), Number: i + 1}
		for _, id := range list {
			revision := itembank.RevisionID(id)
			forms[i].Items = append(forms[i].Items, FormItem{Revision: revision, Situation: under[revision]})
		}
	}
	return forms
}
