package ctt_test

import (
	"encoding/csv"
	"math"
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
	low, high, ok := m.Interval(0, 10) // mean 5, s = √(32/7), n = 8
	half := 1.96 * math.Sqrt(32.0/7/8)
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
		if p, ok := ctt.Reaches(c.share, c.n, c.cut); !ok || math.Abs(p-c.want) > 1e-12 {
			t.Errorf("%+v gives %v, %v", c, p, ok)
		}
	}
	// The tails of a share and of its opposite mirror each other, and grow with the share.
	last := 0.0
	for x := range 26 {
		share := float64(x) / 25
		p, _ := ctt.Reaches(share, 25, 0.6)
		q, _ := ctt.Reaches(1-share, 25, 0.4)
		if math.Abs(p+q-1) > 1e-12 || p <= last {
			t.Errorf("share %v: %v and %v", share, p, q)
		}
		last = p
	}
	if _, ok := ctt.Reaches(0.5, 2, 0.5); ok {
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
