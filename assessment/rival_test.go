package assessment

import (
	"math/rand/v2"
	"testing"

	"sathach/scoring"
)

// take adds n people to an item with three options whose key is 0; knows tells
// whether somebody of an ability chooses option a, else b.
func take(n int, chooses func(ability float64, chance float64) int) *gathered {
	g := &gathered{}
	g.oneOf = true
	random := rand.New(rand.NewPCG(905, 3))
	for range n {
		ability := random.Float64()
		chosen := chooses(ability, random.Float64())
		share := 0.0
		if chosen == 0 {
			share = 1
		}
		g.add(share, ability, scoring.Response{Chosen: []int{chosen}})
	}
	g.sumUp()
	return g
}

// An option that those who know choose, and not the key, is named; a distractor
// that is only a little luckier than the key is not.
func TestStatistic_namesARivalBeyondChance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n       int
		chooses func(ability, chance float64) int
		rival   int // -1 for none
	}{
		"a sound item": {200, func(ability, chance float64) int {
			if chance < ability {
				return 0
			}
			return 1 + int(chance*100)%2
		}, -1},
		"the key is wrong": {200, func(ability, chance float64) int {
			if chance < ability {
				return 2
			}
			return int(chance*100) % 2
		}, 2},
		"nobody chooses the key": {200, func(ability, chance float64) int {
			if chance < ability {
				return 2
			}
			return 1
		}, 2},
		"guessing": {200, func(_, chance float64) int { return int(chance * 3) }, -1},
		"few":      {3, func(_, chance float64) int { return int(chance * 3) }, -1},
	} {
		s := take(c.n, c.chooses).statistic([]int{0})
		got := -1
		if s.Rival != nil {
			got = *s.Rival
		}
		if got != c.rival || s.N != c.n {
			t.Errorf("%s: rival %d of %d, want %d (r %v)", name, got, s.N, c.rival, s.Discrimination)
		}
	}
}
