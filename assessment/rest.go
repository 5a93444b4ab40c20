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
