package ctt_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// answers are people on a form of 20 items of one right option of four; the first
// item has the option that the able choose at 0 and the key at 1.
func answers(people int) (rest []float64, chosen []int) {
	random := rand.New(rand.NewPCG(27, 100))
	for range people {
		ability, right := random.Float64(), 0
		for range 19 {
			if random.Float64() < 0.2+0.6*ability {
				right++
			}
		}
		option := 1 + random.IntN(2)
		if random.Float64() < ability {
			option = 0
		}
		rest, chosen = append(rest, float64(right)/19), append(chosen, option)
	}
	return rest, chosen
}

// Where everybody has one form, the rest of it tells the same whether it is given as
// a share or found from the table.
func TestOptionsByRest_isThatOfATable(t *testing.T) {
	t.Parallel()
	rest, chosen := answers(400)
	table, err := ctt.NewTable([]int{1, 19})
	if err != nil {
		t.Fatal(err)
	}
	for i, share := range rest {
		key := 0
		if chosen[i] == 1 {
			key = 1
		}
		if err := table.Add([]int{key, int(math.Round(share * 19))}); err != nil {
			t.Fatal(err)
		}
	}
	want := ctt.Analyse(table).Options(0, chosen, 4)
	for k, got := range ctt.OptionsByRest(rest, chosen, 4) {
		a, _ := got.Rest.Get()
		b, _ := want[k].Rest.Get()
		if got.Count != want[k].Count || got.Of != 400 || math.Abs(a-b) > 1e-4 || got.Rest.Why() != want[k].Rest.Why() {
			t.Errorf("option %d: %d of %d, r %v; by the table %d, %v", k, got.Count, got.Of, got.Rest, want[k].Count, want[k].Rest)
		}
		if best, _ := got.Upper.Get(); k == 0 && best < 0.6 {
			t.Errorf("of the best %v choose what the able choose", got.Upper)
		}
	}
}

// Two rounds tell together what one of all people would; an option that one of them
// never met counts its people all the same.
func TestPoolOptions(t *testing.T) {
	t.Parallel()
	rest, chosen := answers(600)
	whole := ctt.OptionsByRest(rest, chosen, 3)
	pooled := ctt.PoolOptions([][]ctt.OptionStatistics{ctt.OptionsByRest(rest[:250], chosen[:250], 3), ctt.OptionsByRest(rest[250:], chosen[250:], 3)})
	for k, got := range pooled {
		a, _ := got.Rest.Get()
		b, _ := whole[k].Rest.Get()
		low, _ := got.RestInterval.Low.Get()
		high, _ := got.RestInterval.High.Get()
		best, _ := got.Upper.Get()
		all, _ := whole[k].Upper.Get()
		if got.Count != whole[k].Count || got.Of != 600 || math.Abs(a-b) > 0.02 || !(low < a && a < high) || math.Abs(best-all) > 0.05 {
			t.Errorf("option %d: %+v, of all %+v", k, got, whole[k])
		}
	}
	short := ctt.PoolOptions([][]ctt.OptionStatistics{whole, ctt.OptionsByRest([]float64{0.1, 0.4, 0.5, 0.9}, []int{0, 0, 0, 0}, 1)})
	if short[2].Count != whole[2].Count || short[2].Of != 604 {
		t.Errorf("with a round that never met it: %d of %d", short[2].Count, short[2].Of)
	}
	if none := ctt.PoolOptions(nil); len(none) != 0 {
		t.Errorf("of no round: %v", none)
	}
}

// Only what chance does not explain beats the key among the best; against chance it
// is said of about one in twenty.
func TestOptionStatistics_Beats(t *testing.T) {
	t.Parallel()
	rest, chosen := answers(200)
	options := ctt.OptionsByRest(rest, chosen, 3)
	if !options[0].Beats(options[1]) || options[1].Beats(options[0]) || !options[0].Beats(ctt.OptionStatistics{}) {
		t.Errorf("%v and %v among the best", options[0].Upper, options[1].Upper)
	}
	for i, share := range rest { // an error that most of the best make, and nearly all of the last
		if chosen[i] = 1; float64(i%100)/100 > share-0.2 {
			chosen[i] = 0
		}
	}
	if o := ctt.OptionsByRest(rest, chosen, 2); o[0].Beats(o[1]) {
		t.Errorf("a common error beats the key: %v and %v of the best, %v of the last", o[0].Upper, o[1].Upper, o[0].Lower)
	}
	random := rand.New(rand.NewPCG(1, 5))
	beaten, rounds := 0, 2000
	for range rounds {
		for i := range chosen {
			chosen[i] = random.IntN(2)
		}
		if o := ctt.OptionsByRest(rest, chosen, 2); o[0].Beats(o[1]) {
			beaten++
		}
	}
	if share := float64(beaten) / float64(rounds); share < 0.03 || share > 0.07 {
		t.Errorf("two equal options: one beats the other in %.3f", share)
	}
	if nobody := ctt.OptionsByRest(nil, nil, 2); nobody[0].Rest.Why() != measure.NoData || nobody[0].Beats(nobody[1]) {
		t.Errorf("of nobody: %+v", nobody[0])
	}
}
