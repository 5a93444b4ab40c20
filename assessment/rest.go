package assessment

import (
	"slices"
	"time"

	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/itembank"
)

// longestRest bounds the days for which an item rests.
const longestRest = 3650

// resting are items of a pool that rest, by topic and level.
type resting map[Cell]int

// cellOf names a topic and level.
func cellOf(topic string, level itembank.Level) Cell { return Cell{Topic: topic, Level: level} }

// rest takes the items out of pools that a round opened with within so many
// days before the pool's date: what was asked lately may be known by now (the
// minimum age since last use of van der Linden, 2005). A situation rests with any
// of its items. Forms that a crash left of the round itself do not count.
func rest(h database.Handle, pools []itembank.Pool, days int, self RoundID) ([]resting, error) {
	found := make([]resting, len(pools))
	if days == 0 || len(pools) == 0 {
		return found, nil
	}
	first := pools[0].On
	for _, p := range pools {
		first = min(first, p.On)
	}
	since, err := startOf(first, -days)
	if err != nil {
		return nil, err
	}
	asked, err := lastAsked(h, since, self)
	if err != nil {
		return nil, err
	}
	for n := range pools {
		since, err := startOf(pools[n].On, -days)
		if err != nil {
			return nil, err
		}
		found[n] = restOf(&pools[n], func(code string) bool { return !asked[code].Before(since) })
	}
	return found, nil
}

func restOf(pool *itembank.Pool, lately func(code string) bool) resting {
	situations := map[itembank.RevisionID]bool{}
	for _, d := range pool.Drawable {
		if d.Situation != "" && lately(d.Code) {
			situations[d.Situation] = true
		}
	}
	rests := resting{}
	pool.Drawable = slices.DeleteFunc(slices.Clone(pool.Drawable), func(d itembank.Drawable) bool {
		away := lately(d.Code) || situations[d.Situation]
		if away {
			rests[cellOf(d.Topic, d.Level)]++
		}
		return away
	})
	return rests
}

// restAfter lets items of later pools rest that the rounds of a series before them
// will ask: as many of every cell as its forms hold together, or all there are, since
// forms use items evenly. lacks are what each pool cannot fill; a round that cannot be
// filled asks nothing.
func restAfter(pools []itembank.Pool, rests []resting, b Blueprint, forms, days int) (lacks [][]Shortage, err error) {
	lacks = make([][]Shortage, len(pools))
	asked := map[string]time.Time{}
	for n := range pools {
		if days > 0 {
			since, err := startOf(pools[n].On, -days)
			if err != nil {
				return nil, err
			}
			for cell, own := range restOf(&pools[n], func(code string) bool { return !asked[code].Before(since) }) {
				rests[n][cell] += own
			}
		}
		if lacks[n] = rests[n].tell(b.Shortages(pools[n])); len(lacks[n]) > 0 {
			continue
		}
		day, err := startOf(pools[n].On, 0)
		if err != nil {
			return nil, err
		}
		left := map[Cell]int{}
		for _, c := range b {
			left[cellOf(c.Topic, c.Level)] = c.Count * forms
		}
		for _, d := range pools[n].Drawable {
			if cell := cellOf(d.Topic, d.Level); left[cell] > 0 {
				left[cell]--
				asked[d.Code] = day
			}
		}
	}
	return lacks, nil
}

// startOf is the beginning of a day, some days later.
func startOf(day viet.Date, later int) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, viet.Location)
	return t.AddDate(0, 0, later), err
}

// tell adds to shortages how many items rest in their cells.
func (r resting) tell(lacks []Shortage) []Shortage {
	for n, s := range lacks {
		lacks[n].Resting = r[cellOf(s.Topic, s.Level)]
	}
	return lacks
}
