package ctt_test

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"sathach/scoring/ctt"
)

// ../testdata/gpcm holds 8 simulated items of 2,000 persons with scores 0 to 3;
// facility and r_item_rest were computed with R (psych 2.2.9).
func TestItem_matchesTheReference(t *testing.T) {
	t.Parallel()
	responses, reference := table(t, "../testdata/gpcm/responses.csv"), table(t, "../testdata/gpcm/ref_ctt_items.csv")
	for _, want := range reference {
		name := want["item"]
		var item ctt.Item
		for _, person := range responses {
			total, items := 0.0, 0
			for column, value := range person {
				if column == "person" {
					continue
				}
				total += number(t, value) / 3
				items++
			}
			x := number(t, person[name]) / 3
			item.Add(x, (total-x)/float64(items-1))
		}
		facility, _ := item.Facility()
		r, _ := item.Discrimination()
		if math.Abs(facility-number(t, want["facility"])) > 1e-8 || math.Abs(r-number(t, want["r_item_rest"])) > 1e-8 {
			t.Errorf("%s: facility %.9f, r %.9f; want %s, %s", name, facility, r, want["facility"], want["r_item_rest"])
		}
	}
}

func TestItem_isSilentWhereNothingCanBeSaid(t *testing.T) {
	t.Parallel()
	for name, shares := range map[string][][2]float64{
		"nobody": {}, "one person": {{1, 0.5}}, "all alike": {{1, 0.5}, {1, 0.7}, {1, 0.1}}, "rest alike": {{1, 0.5}, {0, 0.5}},
	} {
		var item ctt.Item
		for _, s := range shares {
			item.Add(s[0], s[1])
		}
		if r, ok := item.Discrimination(); ok {
			t.Errorf("%s: discrimination %v, want none", name, r)
		}
		if _, ok := item.Facility(); ok != (len(shares) > 0) {
			t.Errorf("%s: facility known: %v", name, ok)
		}
	}
}

func TestMean_intervalOfKnownValues(t *testing.T) {
	t.Parallel()
	var m ctt.Mean
	for _, x := range []float64{2, 4, 4, 4, 5, 5, 7, 9} {
		m.Add(x)
	}
	low, high, ok := m.Interval(0, 10)              // mean 5, s = √(32/7), n = 8
	half := 2.364624251592785 * math.Sqrt(32.0/7/8) // t of seven degrees
	if !ok || math.Abs(low-(5-half)) > 1e-12 || math.Abs(high-(5+half)) > 1e-12 {
		t.Errorf("interval %v–%v %v", low, high, ok)
	}
}

func TestScoreError_isNeverZero(t *testing.T) {
	t.Parallel()
	for _, share := range []float64{0, 0.5, 1} {
		if se, ok := ctt.ScoreError(share, 20); !ok || se <= 0 || se > 0.12 {
			t.Errorf("share %v: %v %v", share, se, ok)
		}
	}
	if _, ok := ctt.ScoreError(0.5, 4); ok {
		t.Error("four items were given an error")
	}
}

// Known tails of the beta distribution: half at the middle of a symmetric one,
// all and nothing at the ends.
// nobody is known.
var nobody ctt.Shares

func TestReaches_isTheUpperTail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		share float64
		n     int
		cut   float64
		want  float64
	}{
		{0.5, 20, 0.5, 0.5}, {0.5, 7, 0.5, 0.5}, {0.3, 10, 0, 1}, {0.3, 10, 1, 0},
	} {
		if p, ok := nobody.Reaches(c.share, c.n, c.cut); !ok || math.Abs(p-c.want) > 1e-12 {
			t.Errorf("%+v gives %v, %v", c, p, ok)
		}
	}
	// The tails of a share and of its opposite mirror each other, and grow with the share.
	last := 0.0
	for x := range 26 {
		share := float64(x) / 25
		p, _ := nobody.Reaches(share, 25, 0.6)
		q, _ := nobody.Reaches(1-share, 25, 0.4)
		if math.Abs(p+q-1) > 1e-12 || p <= last {
			t.Errorf("share %v: %v and %v", share, p, q)
		}
		last = p
	}
	if _, ok := nobody.Reaches(0.5, 2, 0.5); ok {
		t.Error("two items were given a probability")
	}
}

func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, v := range line {
			row[lines[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// What is claimed of people is what is true of them, in the middle and far out,
// also where items are unlike.
func TestSharesOf_claimsHold(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(905, 6))
	for _, c := range []struct{ mean, sum, unlike float64 }{{0.75, 8, 0}, {0.75, 8, 0.8}, {0.6, 5, 0.8}, {0.85, 20, 0.4}} {
		const people, items = 30_000, 30
		a, b := c.mean*c.sum, (1-c.mean)*c.sum
		truth, shares := make([]float64, people), make([]float64, people)
		var sum, squares float64
		for i := range people {
			x, y := gamma(rnd, a), gamma(rnd, b)
			ability := math.Log(x / y)
			for j := range items {
				p := 1 / (1 + math.Exp(-ability+c.unlike*float64(2*j-items+1)/items))
				truth[i] += p / items
				if rnd.Float64() < p {
					shares[i] += 1.0 / items
				}
			}
			sum, squares = sum+shares[i], squares+shares[i]*shares[i]
		}
		mean := sum / people
		s, ok := ctt.SharesOf(mean, (squares-people*mean*mean)/(people-1), items)
		if !ok {
			t.Fatalf("%+v: nothing follows", c)
		}
		for _, cut := range []float64{0.5, 0.65, 0.9} {
			var claimed, reached, n float64
			var sure, right float64
			for i, share := range shares {
				p, _ := s.Reaches(share, items, cut)
				hit := 0.0
				if truth[i] >= cut {
					hit = 1
				}
				if share >= cut-1e-9 {
					claimed, reached, n = claimed+p, reached+hit, n+1
				}
				if p >= 0.9 {
					sure, right = sure+1, right+hit
				}
			}
			if n > 500 && claimed/n > reached/n+0.03 {
				t.Errorf("%+v, cut %v: of those at the cut %.3f are claimed, %.3f are", c, cut, claimed/n, reached/n)
			}
			if sure > 300 && right/sure < 0.9-0.02 {
				t.Errorf("%+v, cut %v: of %.0f who are claimed with 0.9, %.3f are", c, cut, sure, right/sure)
			}
		}
	}
}

// gamma draws from the gamma distribution (Marsaglia and Tsang, 2000).
func gamma(rnd *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rnd, shape+1) * math.Pow(rnd.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := rnd.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(rnd.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func TestSharesOf_ofNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mean, variance float64
		n              int
	}{
		"all right": {1, 0, 40}, "all wrong": {0, 0, 40}, "all alike": {0.5, 0, 40}, "two items": {0.5, 0.1, 2}, "all or nothing": {0.5, 0.26, 40}, "no number": {math.NaN(), math.NaN(), 40},
	} {
		if s, ok := ctt.SharesOf(c.mean, c.variance, c.n); ok {
			t.Errorf("%s: %+v", name, s)
		}
	}
	// Scores that vary as chance alone would have it: nearly everybody is alike.
	s, ok := ctt.SharesOf(0.7, 0.7*0.3/40, 40)
	if p, _ := s.Reaches(0.9, 40, 0.8); !ok || s.A+s.B < 1000 || p > 0.01 {
		t.Errorf("by chance alone: %+v, %v", s, p)
	}
}
