package itembank_test

import (
	"math"
	"testing"

	"sathach/itembank"
)

func shown(n int, facility, r float64) itembank.RoundStatistic {
	s := itembank.RoundStatistic{N: n, Facility: facility}
	if !math.IsNaN(r) {
		s.Discrimination = &r
	}
	return s
}

func rivalled(s itembank.RoundStatistic) itembank.RoundStatistic {
	other := 2
	s.Rival = &other
	return s
}

func TestPoolStatistics_saysWhatTheRoundsHaveShown(t *testing.T) {
	t.Parallel()
	absent := math.NaN()
	for name, c := range map[string]struct {
		rounds []itembank.RoundStatistic
		want   itembank.Quality
	}{
		"few people":               {[]itembank.RoundStatistic{shown(29, 0.5, -0.9)}, itembank.Unseen},
		"few, in two rounds":       {[]itembank.RoundStatistic{shown(15, 0.5, 0.4), shown(15, 0.5, 0.4)}, itembank.Good},
		"good":                     {[]itembank.RoundStatistic{shown(200, 0.6, 0.35)}, itembank.Good},
		"at the bound":             {[]itembank.RoundStatistic{shown(200, 0.6, 0.2)}, itembank.Good},
		"weak":                     {[]itembank.RoundStatistic{shown(200, 0.6, 0.19)}, itembank.Weak},
		"easy":                     {[]itembank.RoundStatistic{shown(200, 0.95, 0.1)}, itembank.TooEasy},
		"everybody right":          {[]itembank.RoundStatistic{shown(200, 1, absent)}, itembank.TooEasy},
		"hard":                     {[]itembank.RoundStatistic{shown(200, 0.29, 0.3)}, itembank.TooHard},
		"hardly against knowing":   {[]itembank.RoundStatistic{shown(200, 0.4, -0.01)}, itembank.Weak},
		"against, of few":          {[]itembank.RoundStatistic{shown(40, 0.4, -0.2)}, itembank.Weak},
		"against knowing":          {[]itembank.RoundStatistic{shown(200, 0.4, -0.2)}, itembank.Negative},
		"another option is better": {[]itembank.RoundStatistic{rivalled(shown(200, 0.4, 0.25))}, itembank.Negative},
		"... seen by few":          {[]itembank.RoundStatistic{shown(200, 0.5, 0.3), rivalled(shown(20, 0.5, 0.3))}, itembank.Good},
		"suddenly easier":          {[]itembank.RoundStatistic{shown(100, 0.5, 0.3), shown(100, 0.75, 0.3)}, itembank.Leaked},
		"easier, of few":           {[]itembank.RoundStatistic{shown(100, 0.5, 0.3), shown(29, 0.9, 0.3)}, itembank.Good},
		"a little easier":          {[]itembank.RoundStatistic{shown(5000, 0.5, 0.3), shown(5000, 0.58, 0.3)}, itembank.Good},
		"harder":                   {[]itembank.RoundStatistic{shown(100, 0.75, 0.3), shown(100, 0.5, 0.3)}, itembank.Good},
	} {
		if got := itembank.PoolStatistics(c.rounds).Quality; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The pooled correlation lies between those of the rounds, nearer to the one
// of more people: tanh((97·atanh 0.2 + 297·atanh 0.4) / 394) = 0.3533.
func TestPoolStatistics_weighsByPeople(t *testing.T) {
	t.Parallel()
	s := itembank.PoolStatistics([]itembank.RoundStatistic{shown(100, 0.8, 0.2), shown(300, 0.6, 0.4)})
	if s.Seen != 400 || math.Abs(*s.Facility-0.65) > 1e-12 || math.Abs(*s.Discrimination-0.3533) > 5e-5 {
		t.Errorf("%d seen, facility %v, r %v", s.Seen, *s.Facility, *s.Discrimination)
	}
	if s := itembank.PoolStatistics([]itembank.RoundStatistic{shown(40, 1, math.NaN())}); s.Discrimination != nil || s.Facility == nil {
		t.Errorf("what cannot be computed is there: %+v", s)
	}
	if s := itembank.PoolStatistics(nil); s.Seen != 0 || s.Facility != nil || s.Quality != itembank.Unseen {
		t.Errorf("of no round: %+v", s)
	}
}
