package scoring_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sathach/scoring"
	"sathach/scoring/ctt"
)

// The vectors in testdata list every response to items of several sizes with
// its share, computed outside this code from the formulas of rules.go.
func TestRulesOfChoices_matchTheVectors(t *testing.T) {
	t.Parallel()
	columns := map[string]scoring.Rule{
		"all_or_nothing": scoring.AllOrNothing, "ps1m_no_penalty": scoring.Hits, "plus_minus_floor0": scoring.PlusMinus,
		"plus_minus_balanced_floor0": scoring.PlusMinusBalanced, "true_false": scoring.TrueFalseEach, "true_false_halfguess": scoring.TrueFalseGuarded,
		"ripkey": scoring.Ripkey, "ps50": scoring.HalfHits, "ps50_no_wrong": scoring.HalfHitsOnly, "mtf_ps50": scoring.HalfDecisions,
	}
	for _, row := range vectors(t, "multiselect_vectors.csv") {
		n, err := strconv.Atoi(row["n"])
		if err != nil {
			t.Fatal(err)
		}
		key := scoring.Key{Options: n, Correct: letters(row["key"])}
		for column, rule := range columns {
			near(t, fmt.Sprintf("%s key %s chosen %s", rule, row["key"], row["selected"]), rule, key, letters(row["selected"]), row[column])
		}
	}
}

func TestRulesOfOrder_matchTheVectors(t *testing.T) {
	t.Parallel()
	columns := map[string]scoring.Rule{
		"all_or_nothing": scoring.WholeOrder, "absolute_position": scoring.Positions, "adjacent_pairs": scoring.Neighbours, "kendall_tau_floor0": scoring.Kendall,
		"concordant_pairs": scoring.Concordant, "lis_over_n": scoring.Longest, "lis_minus1_over_nminus1": scoring.LongestGuarded,
		"footrule": scoring.Footrule, "spearman_floor0": scoring.Spearman,
	}
	for _, row := range vectors(t, "ordering_vectors.csv") {
		response := digits(row["response"])
		key := scoring.Key{Options: len(response), Correct: digits("123456789"[:len(response)])}
		for column, rule := range columns {
			near(t, fmt.Sprintf("%s of %s", rule, row["response"]), rule, key, response, row[column])
		}
	}
}

// Points hold the share of every rule of choices exactly, whatever is chosen
// of up to twelve options: nothing that a person can give is unscorable.
func TestMark_holdsEveryShareOfChoices(t *testing.T) {
	t.Parallel()
	for n := 2; n <= scoring.MaxOptions; n++ {
		for k := 1; k <= n; k++ {
			key := scoring.Key{Options: n, Correct: first(k, 0)}
			for h := 0; h <= k; h++ {
				for w := 0; w <= n-k; w++ {
					if h+w == 0 {
						continue
					}
					for _, rule := range []scoring.Rule{scoring.PlusMinusBalanced, scoring.TrueFalseEach, scoring.HalfDecisions, scoring.Ripkey} {
						if m := rule.Mark(key, scoring.Response{Chosen: append(first(h, 0), first(w, k)...)}, scoring.One); m.State != scoring.Answered {
							t.Fatalf("%s of %d options, %d right, %d and %d chosen: %s", rule, n, k, h, w, m.State)
						}
					}
				}
			}
		}
	}
}

func first(n, from int) []int {
	out := []int{}
	for i := range n {
		out = append(out, from+i)
	}
	return out
}

func TestMark_ofEveryKind(t *testing.T) {
	t.Parallel()
	single := scoring.Key{Options: 4, Correct: []int{2}}
	match := scoring.Key{Options: 3, Targets: 4, Correct: []int{0, 1, 3}}
	number := scoring.Key{Value: "88.37", Tolerance: "0.005"}
	for _, c := range []struct {
		name   string
		rule   scoring.Rule
		key    scoring.Key
		chosen []int
		number string
		state  scoring.State
		points scoring.Points
	}{
		{"right option", scoring.AllOrNothing, single, []int{2}, "", scoring.Answered, scoring.One},
		{"wrong option", scoring.AllOrNothing, single, []int{0}, "", scoring.Answered, 0},
		{"blank", scoring.AllOrNothing, single, nil, "", scoring.Omitted, 0},
		{"an option the item does not have", scoring.AllOrNothing, single, []int{4}, "", scoring.Unscorable, 0},
		{"an item without a key", scoring.AllOrNothing, scoring.Key{Options: 4}, []int{1}, "", scoring.Unscorable, 0},
		{"two of three pairs", scoring.RightPairs, match, []int{0, 1, 2}, "", scoring.Answered, scoring.One * 2 / 3},
		{"one pair given", scoring.RightPairs, match, []int{0, -1, -1}, "", scoring.Answered, scoring.One / 3},
		{"no pair given", scoring.RightPairs, match, []int{-1, -1, -1}, "", scoring.Omitted, 0},
		{"number with a comma", scoring.Within, number, nil, "88,37", scoring.Answered, scoring.One},
		{"number with a sign of per cent", scoring.Within, number, nil, " 88.37 %", scoring.Answered, scoring.One},
		{"number at the edge of tolerance", scoring.Within, number, nil, "88,375", scoring.Answered, scoring.One},
		{"number beyond tolerance", scoring.Within, number, nil, "88,3751", scoring.Answered, 0},
		{"words instead of a number", scoring.Within, number, nil, "tám mươi", scoring.Unscorable, 0},
		{"a number that would be huge", scoring.Within, number, nil, "1e999999999", scoring.Unscorable, 0},
	} {
		got := c.rule.Mark(c.key, scoring.Response{Chosen: c.chosen, Number: c.number}, scoring.One)
		if got.State != c.state || got.Points != c.points {
			t.Errorf("%s: %s %d points, want %s %d", c.name, got.State, got.Points, c.state, c.points)
		}
	}
}

// Whatever arrives, a mark lies between nothing and the maximum, and only an
// answered item earns points.
func TestMark_staysInRange(t *testing.T) {
	t.Parallel()
	rules := []scoring.Rule{
		scoring.AllOrNothing, scoring.PlusMinus, scoring.PlusMinusBalanced, scoring.Hits, scoring.Ripkey, scoring.TrueFalseEach, scoring.TrueFalseGuarded,
		scoring.HalfHits, scoring.HalfHitsOnly, scoring.HalfDecisions, scoring.Concordant, scoring.WholeOrder, scoring.Positions, scoring.Neighbours, scoring.Kendall,
		scoring.Longest, scoring.LongestGuarded, scoring.Footrule, scoring.Spearman, scoring.RightPairs, scoring.Within, "unknown",
	}
	rapid.Check(t, func(t *rapid.T) {
		positions := rapid.SliceOfN(rapid.IntRange(-2, 13), 0, 14)
		key := scoring.Key{
			Options: rapid.IntRange(0, 13).Draw(t, "options"), Targets: rapid.IntRange(0, 13).Draw(t, "targets"),
			Correct: positions.Draw(t, "key"), Value: "3", Tolerance: "0.5",
		}
		r := scoring.Response{Chosen: positions.Draw(t, "chosen"), Number: rapid.StringN(0, 30, -1).Draw(t, "number")}
		m := rapid.SampledFrom(rules).Draw(t, "rule").Mark(key, r, scoring.One)
		if m.Points < 0 || m.Points > m.Maximum || (m.State != scoring.Answered && m.Points != 0) {
			t.Fatalf("mark %+v", m)
		}
	})
}

func TestStates_tellOmittedFromNotReached(t *testing.T) {
	t.Parallel()
	blank, given := scoring.Response{}, scoring.Response{Chosen: []int{0}}
	got := fmt.Sprint(scoring.States([]scoring.Response{given, blank, given, blank, blank}))
	if want := "[answered omitted answered not_reached not_reached]"; got != want {
		t.Errorf("states %s, want %s", got, want)
	}
}

func TestDecide_atEveryEdge(t *testing.T) {
	t.Parallel()
	s := scoring.Usual()
	for _, c := range []struct {
		raw, max scoring.Points
		score    string
		band     string
		low      scoring.LowGroup
		commend  bool
	}{
		{0, 20, "0.00", scoring.Fail, scoring.Failed, false},
		{10, 20, "50.00", scoring.Pass, scoring.Low, false},
		{99999, 200000, "49.99", scoring.Fail, scoring.Failed, false}, // 49.9995 would round to the cut it misses
		{2, 3, "66.67", scoring.Fair, scoring.NotLow, false},
		{13, 20, "65.00", scoring.Fair, scoring.NotLow, false},
		{18, 20, "90.00", scoring.Excellent, scoring.NotLow, true},
		{20, 20, "100.00", scoring.Excellent, scoring.NotLow, true},
	} {
		d := decide(s, scoring.Total{Raw: c.raw, Maximum: c.max}, ctt.Shares{})
		if d.Score.String() != c.score || d.Band != c.band || d.Low != c.low || d.Commend != c.commend {
			t.Errorf("%d/%d: %s %s %q %v, want %s %s %q %v", c.raw, c.max, d.Score, d.Band, d.Low, d.Commend, c.score, c.band, c.low, c.commend)
		}
	}
	if d := decide(s, scoring.Total{}, ctt.Shares{}); d.HasScore {
		t.Error("a form without points got a score; it is undefined")
	}
}

func TestValidate_namesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*scoring.Standard){
		"must begin at 0":        func(s *scoring.Standard) { s.Bands = s.Bands[:4] },
		"must be where a band":   func(s *scoring.Standard) { s.PassMark = 5500 },
		"below the pass mark":    func(s *scoring.Standard) { s.LowBelow = 4000 },
		"overlaps the low group": func(s *scoring.Standard) { s.CommendFrom = 6000 },
		"must begin below band":  func(s *scoring.Standard) { s.Bands[1].From = 9500 },
		"limits for weak topics": func(s *scoring.Standard) { s.TopicItems = 2 },
		"outside 0 to 100":       func(s *scoring.Standard) { s.Bands[0].From = 10100 },
		"at least two bands":     func(s *scoring.Standard) { s.Bands = nil },
	} {
		s := scoring.Usual()
		spoil(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate says %v, want %q", err, want)
		}
	}
	if err := scoring.Usual().Validate(); err != nil {
		t.Error(err)
	}
}

func TestTopics_sayNothingAboutTooFewItems(t *testing.T) {
	t.Parallel()
	right := scoring.Mark{State: scoring.Answered, Points: scoring.One, Maximum: scoring.One}
	wrong := scoring.Mark{State: scoring.Answered, Maximum: scoring.One}
	got := scoring.Usual().Topics(
		[]string{"T2", "T2", "T3", "T2", "T3", "T3", "T6"},
		[]scoring.Mark{right, wrong, right, wrong, right, right, wrong})
	want := "[{T2 1 3 27720 83160 unclear 65.73} {T3 3 3 83160 83160 firm 0.00} {T6 0 1 0 27720 too_few 0.00}]"
	if fmt.Sprint(got) != want {
		t.Errorf("topics %v\nwant   %s", got, want)
	}
}

// decide decides by what a total tells among people.
func decide(s scoring.Standard, t scoring.Total, people ctt.Shares) scoring.Decision {
	return s.Decide(t, among(people)(t))
}

func among(people ctt.Shares) func(scoring.Total) scoring.Belief {
	return func(t scoring.Total) scoring.Belief { return t.Among(people) }
}

// Somebody whose true score is surely below a cut that the score reaches is
// recommended: with the doubt that is allowed, half of it where errors are rough.
func TestDecide_byBelief(t *testing.T) {
	t.Parallel()
	s := scoring.Usual()
	total := scoring.Total{Raw: 28 * scoring.One, Maximum: 40 * scoring.One, Right: 28, Items: 40}
	believed := func(low float64, rough bool) scoring.Decision {
		return s.Decide(total, scoring.Belief{Rough: rough, Reaches: func(cut scoring.Hundredths) (float64, bool) {
			if cut == s.LowBelow {
				return low, true
			}
			return 0.001, true
		}})
	}
	for _, c := range []struct {
		low   float64
		rough bool
		group scoring.LowGroup
		doubt scoring.Doubt
	}{
		{0.08, false, scoring.Low, scoring.NoDoubt},
		{0.08, true, scoring.NotLow, scoring.DoubtLow},
		{0.04, true, scoring.Low, scoring.NoDoubt},
		{0.12, false, scoring.NotLow, scoring.DoubtLow},
		{0.91, false, scoring.NotLow, scoring.NoDoubt},
	} {
		d := believed(c.low, c.rough)
		if d.Low != c.group || d.Doubt != c.doubt {
			t.Errorf("%v, rough %v: low %q, doubt %q; want %q, %q", c.low, c.rough, d.Low, d.Doubt, c.group, c.doubt)
		}
		if want := (scoring.Chances{Commend: 10, Low: scoring.Hundredths(10_000 * c.low), Known: true}); d.Chances != want {
			t.Errorf("chances %+v, want %+v", d.Chances, want)
		}
	}
	nothing := s.Decide(total, scoring.Belief{Reaches: func(scoring.Hundredths) (float64, bool) { return 0, false }})
	if nothing.Chances.Known || nothing.Doubt != scoring.NoDoubt {
		t.Errorf("of nothing known follows %+v", nothing)
	}
}

func ExampleStandard_Decide() {
	marks := []scoring.Mark{
		scoring.AllOrNothing.Mark(scoring.Key{Options: 4, Correct: []int{1}}, scoring.Response{Chosen: []int{1}}, scoring.One),
		scoring.PlusMinus.Mark(scoring.Key{Options: 5, Correct: []int{0, 2, 3}}, scoring.Response{Chosen: []int{0, 2}}, scoring.One),
	}
	total := scoring.Sum(marks)
	d := scoring.Usual().Decide(total, total.Among(ctt.Shares{}))
	fmt.Println(d.Score, d.Band)
	// Output: 83.33 good
}

func vectors(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

// near compares the share of a response with a decimal printed to nine places.
func near(t *testing.T, what string, rule scoring.Rule, key scoring.Key, chosen []int, want string) {
	t.Helper()
	w, err := strconv.ParseFloat(want, 64)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := rule.Share(key, scoring.Response{Chosen: chosen}); !ok || math.Abs(got.Float()-w) > 1e-9 {
		t.Errorf("%s: %.9f %v, want %s", what, got.Float(), ok, want)
	}
}

func letters(text string) []int {
	var out []int
	for _, c := range text {
		out = append(out, int(c-'A'))
	}
	return out
}

func digits(text string) []int {
	var out []int
	for _, c := range text {
		out = append(out, int(c-'1'))
	}
	return out
}

// A score at a cut is no proof that the true score reaches it: with certainty
// asked for, both lists say so. Short forms and plain rounds go by the score.
func TestDecide_byCertainty(t *testing.T) {
	t.Parallel()
	sure, plain := scoring.Usual(), scoring.Usual()
	plain.Certainty = 0
	for _, c := range []struct {
		right, items int
		commend      bool
		doubt        scoring.Doubt
		low          scoring.LowGroup
	}{
		{40, 40, true, scoring.NoDoubt, scoring.NotLow},
		{37, 40, false, scoring.DoubtCommend, scoring.NotLow}, // 92.5: reaches 90 with a chance of 0.71
		{39, 40, true, scoring.NoDoubt, scoring.NotLow},
		{27, 40, false, scoring.DoubtLow, scoring.NotLow}, // 67.5: reaches 65, perhaps not truly
		{34, 40, false, scoring.NoDoubt, scoring.NotLow},
		{25, 40, false, scoring.NoDoubt, scoring.Low}, // below the cut: recommended however near
		{19, 40, false, scoring.NoDoubt, scoring.Failed},
		{10, 10, true, scoring.NoDoubt, scoring.NotLow}, // too few items to weigh
		{7, 10, false, scoring.NoDoubt, scoring.NotLow},
	} {
		total := scoring.Total{Raw: scoring.Points(c.right) * scoring.One, Maximum: scoring.Points(c.items) * scoring.One, Right: c.right, Items: c.items}
		if d := decide(sure, total, ctt.Shares{}); d.Commend != c.commend || d.Doubt != c.doubt || d.Low != c.low {
			t.Errorf("%d of %d: commended %v, doubt %q, low %q; want %v, %q, %q", c.right, c.items, d.Commend, d.Doubt, d.Low, c.commend, c.doubt, c.low)
		}
		if d := decide(plain, total, ctt.Shares{}); d.Doubt != scoring.NoDoubt || d.Commend != total.Atleast(plain.CommendFrom) {
			t.Errorf("%d of %d by score alone: commended %v, doubt %q", c.right, c.items, d.Commend, d.Doubt)
		}
	}
	high := scoring.Usual()
	high.LowBelow, high.CommendFrom = 8000, 8000
	if d := decide(high, scoring.Total{Raw: 33 * scoring.One, Maximum: 40 * scoring.One, Items: 40}, ctt.Shares{}); d.Doubt != scoring.DoubtCommend {
		t.Errorf("one cut for both lists: doubt %q", d.Doubt)
	}
	if high.CommendFrom = 9500; high.CanCommend(20) || !high.CanCommend(40) || !high.CanCommend(10) {
		t.Error("95 with certainty 90 needs some thirty items, or goes by the score")
	}
	high.LowBelow, high.CommendFrom = 10_000, 10_000
	if high.Validate() == nil {
		t.Error("a full score is asked for with certainty")
	}
	for _, certainty := range []scoring.Hundredths{-1, 5000, 9950} {
		if sure.Certainty = certainty; sure.Validate() == nil {
			t.Errorf("certainty %s is taken", certainty)
		}
	}
}

// The same answers are worth more among people of whom most are that good, and
// less where hardly anybody is.
func TestDecide_amongPeople(t *testing.T) {
	t.Parallel()
	s := scoring.Usual()
	total := func(right, items int) scoring.Total {
		return scoring.Total{Raw: scoring.Points(right) * scoring.One, Maximum: scoring.Points(items) * scoring.One, Right: right, Items: items}
	}
	people := func(mean, sum float64) ctt.Shares { return ctt.Shares{A: mean * sum, B: (1 - mean) * sum} }
	for _, c := range []struct {
		right, items int
		people       ctt.Shares
		commend      bool
		doubt        scoring.Doubt
		low          scoring.LowGroup
	}{
		{39, 40, people(0.7, 8), false, scoring.DoubtCommend, scoring.NotLow},
		{39, 40, people(0.92, 12), true, scoring.NoDoubt, scoring.NotLow},
		{30, 40, people(0.8, 12), false, scoring.NoDoubt, scoring.NotLow}, // 75: far enough above 65 where most are
		{30, 40, people(0.5, 12), false, scoring.DoubtLow, scoring.NotLow},
		{27, 40, people(0.3, 40), false, scoring.NoDoubt, scoring.Low}, // 67.5 among people who know little
		{25, 40, people(0.9, 40), false, scoring.NoDoubt, scoring.Low}, // below the cut in any case
		{19, 20, people(0.7, 8), false, scoring.DoubtCommend, scoring.NotLow},
		{18, 19, people(0.7, 8), true, scoring.NoDoubt, scoring.NotLow}, // too few items to weigh
	} {
		if d := decide(s, total(c.right, c.items), c.people); d.Commend != c.commend || d.Doubt != c.doubt || d.Low != c.low {
			t.Errorf("%d of %d among %+v: commended %v, doubt %q, low %q; want %v, %q, %q", c.right, c.items, c.people, d.Commend, d.Doubt, d.Low, c.commend, c.doubt, c.low)
		}
	}
	few, can := s.Needs(40, among(people(0.7, 8)))
	many, also := s.Needs(40, among(people(0.92, 12)))
	if _, never := s.Needs(25, among(people(0.6, 10))); !can || !also || few <= many || never {
		t.Errorf("of 40 items %d and %d are needed, of 25 enough are possible: %v", few, many, never)
	}
}

// What is credited to everybody lifts the score and shows nothing: the chance is
// that of the other items to reach what is left of the cut.
func TestAmong_leavesCreditsOut(t *testing.T) {
	t.Parallel()
	people := ctt.Shares{A: 8, B: 2}
	credited := scoring.Total{Raw: 36 * scoring.One, Maximum: 40 * scoring.One, Items: 30} // 26 of 30, and ten given
	plain := scoring.Total{Raw: 26 * scoring.One, Maximum: 30 * scoring.One, Items: 30}
	got, ok := credited.Among(people).Reaches(9000) // 26 of 30 are needed beside the ten
	share := float64(26) / 30
	want, _ := people.Reaches(share, 30, share)
	if !ok || math.Abs(got-want) > 1e-12 {
		t.Errorf("with credits %v, want %v", got, want)
	}
	if x, _ := credited.Shown(); math.Abs(x-share) > 1e-12 {
		t.Errorf("shown %v, want %v", x, share)
	}
	if a, _ := plain.Among(people).Reaches(9000); a >= got {
		t.Errorf("without credits the cut is harder to reach: %v against %v", a, got)
	}
	if _, ok := (scoring.Total{Raw: scoring.One, Maximum: scoring.One}).Shown(); ok {
		t.Error("what was given shows something")
	}
	same := scoring.Usual()
	same.LowBelow = same.PassMark
	if d := decide(same, scoring.Total{Raw: 20 * scoring.One, Maximum: 40 * scoring.One, Items: 40}, ctt.Shares{A: 18, B: 60}); d.Low != scoring.NotLow {
		t.Errorf("a series without a low group has %q", d.Low)
	}
}

// A topic is weak on evidence, not because of one answer among a few.
func TestTopics_weakByCertainty(t *testing.T) {
	t.Parallel()
	sure, plain := scoring.Usual(), scoring.Usual()
	plain.Certainty = 0
	for _, c := range []struct {
		right, items int
		rest         []int // right and items
		standing     scoring.Standing
	}{
		{0, 3, nil, scoring.Weak}, {1, 3, nil, scoring.Weak}, {2, 4, nil, scoring.Unclear}, {1, 4, nil, scoring.Weak},
		{5, 9, nil, scoring.Unclear}, {4, 4, nil, scoring.Firm}, {1, 2, nil, scoring.TooFew},
		{1, 3, []int{20, 21}, scoring.Unclear}, {0, 3, []int{20, 21}, scoring.Unclear}, {1, 3, []int{8, 21}, scoring.Weak}, {2, 10, []int{24, 30}, scoring.Weak},
	} {
		var marks []scoring.Mark
		var topics []string
		ask := func(topic string, right, items int) {
			for i := range items {
				m := scoring.Mark{State: scoring.Answered, Maximum: scoring.One}
				if i < right {
					m.Points = scoring.One
				}
				marks, topics = append(marks, m), append(topics, topic)
			}
		}
		ask("T", c.right, c.items)
		if c.rest != nil {
			ask("U", c.rest[0], c.rest[1])
		}
		for _, standard := range []scoring.Standard{sure, plain} {
			if got := standard.Topics(topics, marks)[0].Standing; got != c.standing {
				t.Errorf("%d of %d, the rest %v: %s, want %s", c.right, c.items, c.rest, got, c.standing)
			}
		}
	}
}

// A topic is called weak by what everybody's answers have shown it to tell:
// never where the total tells more, else by the estimate and its error.
func TestGate(t *testing.T) {
	t.Parallel()
	s := scoring.Usual() // weak below 60
	topics := []scoring.TopicResult{
		{Topic: "A", Items: 10, Raw: 2 * scoring.One, Maximum: 10 * scoring.One, Standing: scoring.Weak},
		{Topic: "B", Items: 10, Raw: 2 * scoring.One, Maximum: 10 * scoring.One, Standing: scoring.Weak},
		{Topic: "C", Items: 10, Raw: 5 * scoring.One, Maximum: 10 * scoring.One, Standing: scoring.Unclear},
		{Topic: "D", Items: 10, Raw: 9 * scoring.One, Maximum: 10 * scoring.One, Standing: scoring.Fine},
		{Topic: "E", Items: 2, Raw: 0, Maximum: 2 * scoring.One, Standing: scoring.TooFew},
		{Topic: "F", Items: 10, Raw: 2 * scoring.One, Maximum: 10 * scoring.One, Standing: scoring.Weak},
		{Topic: "G", Items: 9, Raw: 2 * scoring.One, Maximum: 9 * scoring.One, Standing: scoring.Weak},
		{Topic: "H", Items: 10, Raw: 2 * scoring.One, Maximum: 10 * scoring.One, Standing: scoring.Weak},
		{Topic: "I", Items: 10, Raw: 0, Maximum: 10 * scoring.One, Standing: scoring.Weak},
	}
	point := float64(scoring.One)
	sure := scoring.TopicModel{Mean: 6.5 * point, Own: 0.9, TotalMean: 30 * point, Error: point}
	got := s.Gate(topics, map[string]scoring.TopicModel{
		"A": {Silent: true}, "B": sure, "C": {Mean: 6.5 * point, Own: 0.4, Total: 0.2, TotalMean: 34 * point, Error: 0.8 * point}, "D": sure, "E": sure,
		"G": {Silent: true, Items: 10, Form: 81}, "H": {Silent: true, Items: 10, Form: 81}, // G has other items than its model is of
		"I": {Silent: true, Items: 10, Form: 80}, // and I stands on another form
	})
	// C: 6.5 + .4·(5−6.5) + .2·(24−34) = 3.9 of 6, 2.6 errors below the cut.
	want := []scoring.Standing{scoring.Unclear, scoring.Weak, scoring.Weak, scoring.Fine, scoring.TooFew, scoring.Weak, scoring.Weak, scoring.Unclear, scoring.Weak}
	for i, r := range got {
		if r.Standing != want[i] {
			t.Errorf("topic %s is %s, want %s", r.Topic, r.Standing, want[i])
		}
	}
	if got[0].Below != 0 || got[1].Below < 9900 || got[2].Below < 9900 {
		t.Errorf("chances below: %v, %v, %v", got[0].Below, got[1].Below, got[2].Below)
	}
	if topics[0].Standing != scoring.Weak {
		t.Error("what was given has changed")
	}
}

func TestUnit(t *testing.T) {
	t.Parallel()
	half, third := scoring.One/2, scoring.One/3
	for name, c := range map[string]struct {
		points [][]scoring.Points
		want   scoring.Points
	}{
		"nothing": {nil, scoring.One}, "right or wrong": {[][]scoring.Points{{0, scoring.One}}, scoring.One},
		"halves and thirds": {[][]scoring.Points{{half, 0}, {third, scoring.One}}, scoring.One / 6}, "finer than a hundredth": {[][]scoring.Points{{7}}, scoring.One / 100},
	} {
		if got := scoring.Unit(c.points); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// Blind guessing earns nothing on average; a certainty pays where it is honest.
func TestGuessing(t *testing.T) {
	t.Parallel()
	for n := 2; n <= scoring.MaxOptions; n++ {
		key := scoring.Key{Options: n, Correct: []int{n - 1}}
		sum := 0.0
		for o := range n {
			share, ok := scoring.Formula(key, scoring.Response{Chosen: []int{o}})
			if !ok {
				t.Fatalf("option %d of %d", o, n)
			}
			sum += share.Float()
		}
		if math.Abs(sum) > 1e-12 {
			t.Errorf("guessing of %d options earns %v", n, sum)
		}
	}
	key := scoring.Key{Options: 4, Correct: []int{2}}
	earns := func(chance float64, certainty int) float64 {
		right, ok := scoring.Certain(key, scoring.Response{Chosen: []int{2}}, certainty)
		wrong, also := scoring.Certain(key, scoring.Response{Chosen: []int{0}}, certainty)
		if !ok || !also {
			t.Fatal(certainty)
		}
		return chance*right.Float() + (1-chance)*wrong.Float()
	}
	for _, c := range []struct {
		chance float64
		best   int
	}{{0.3, 1}, {0.66, 1}, {0.67, 2}, {0.79, 2}, {0.81, 3}, {1, 3}} {
		for other := 1; other <= 3; other++ {
			if earns(c.chance, other) > earns(c.chance, c.best)+1e-12 {
				t.Errorf("with a chance of %v certainty %d earns more than %d", c.chance, other, c.best)
			}
		}
	}
	for name, r := range map[string]scoring.Response{"two options": {Chosen: []int{0, 2}}, "an unknown one": {Chosen: []int{4}}} {
		if _, ok := scoring.Formula(key, r); ok {
			t.Errorf("%s is marked", name)
		}
	}
	if share, ok := scoring.Certain(key, scoring.Response{}, 0); !ok || share.Part != 0 {
		t.Errorf("a blank earns %v, %v", share, ok)
	}
	if _, ok := scoring.Certain(key, scoring.Response{Chosen: []int{2}}, 4); ok {
		t.Error("a certainty of 4 is taken")
	}
	if _, ok := scoring.Formula(scoring.Key{Options: 4, Correct: []int{1, 2}}, scoring.Response{Chosen: []int{1}}); ok {
		t.Error("an item of several keys is marked as one of one choice")
	}
}

// What was credited to everybody is without error; the rest has that of as many items.
func TestTotal_Error(t *testing.T) {
	t.Parallel()
	plain := scoring.Total{Raw: 30 * scoring.One, Maximum: 40 * scoring.One, Items: 40}
	se, ok := plain.Error()
	want, _ := ctt.ScoreError(0.75, 40)
	if !ok || se != want {
		t.Errorf("30 of 40: %v", se)
	}
	credited := scoring.Total{Raw: 25 * scoring.One, Maximum: 40 * scoring.One, Items: 20} // 5 of 20, and 20 credited
	se, ok = credited.Error()
	want, _ = ctt.ScoreError(0.25, 20)
	if !ok || math.Abs(se-want/2) > 1e-12 {
		t.Errorf("half credited: %v, want %v", se, want/2)
	}
	if _, ok := (scoring.Total{Raw: 2 * scoring.One, Maximum: 4 * scoring.One, Items: 4}).Error(); ok {
		t.Error("four items have an error")
	}
}

// A mapping as QTI has it: values add up, what is not named counts the default, the sum
// stays between the bounds and never below nothing.
func TestMapped(t *testing.T) {
	t.Parallel()
	m := &scoring.Mapping{Values: []string{"1", "0.5", "-0.5", ""}, Default: "-1", Lower: "-1", Upper: "1.5"}
	for _, c := range []struct {
		chosen   []int
		part, of int
		mapping  *scoring.Mapping
	}{
		{[]int{0}, 2, 3, m}, {[]int{0, 1}, 1, 1, m}, {[]int{0, 2}, 1, 3, m}, {[]int{0, 3}, 0, 1, m}, {[]int{2, 3}, 0, 1, m}, {nil, 0, 1, m},
		{[]int{0, 1}, 1, 1, &scoring.Mapping{Values: []string{"1", "2", "-1", ""}}},
		{[]int{0, 1, 2}, 2, 3, &scoring.Mapping{Values: []string{"1", "2", "-1", ""}}},
		{[]int{0, 1}, 1, 1, &scoring.Mapping{Values: []string{"1", "2", "", ""}, Upper: "2"}},
		{[]int{3}, 1, 4, &scoring.Mapping{Values: []string{"1", "1", "", ""}, Lower: "0.5", Upper: "2"}},
	} {
		share, ok := scoring.Mapped.Share(scoring.Key{Options: 4, Mapping: c.mapping}, scoring.Response{Chosen: c.chosen})
		if !ok || share.Part*c.of != c.part*share.Of {
			t.Errorf("%v of %+v: %+v, %v, want %d/%d", c.chosen, c.mapping, share, ok, c.part, c.of)
		}
	}
	for name, k := range map[string]scoring.Key{
		"no mapping": {Options: 2}, "too few values": {Options: 2, Mapping: &scoring.Mapping{Values: []string{"1"}}}, "no number": {Options: 1, Mapping: &scoring.Mapping{Values: []string{"one"}}},
		"worth nothing": {Options: 1, Mapping: &scoring.Mapping{Values: []string{"-1"}}}, "more than there is": {Options: 1, Mapping: &scoring.Mapping{Values: []string{"1"}, Lower: "2.5"}},
		"too fine": {Options: 1, Mapping: &scoring.Mapping{Values: []string{"1"}, Upper: "1.00000001"}},
	} {
		if share, ok := scoring.Mapped.Share(k, scoring.Response{Chosen: []int{0}}); ok {
			t.Errorf("%s: %+v", name, share)
		}
	}
}

// Pairs: the share that is right, less the wrong ones where guessing is to earn
// nothing, or all of them.
func TestPairs(t *testing.T) {
	t.Parallel()
	key := scoring.Key{Options: 4, Targets: 5, Correct: []int{0, 1, 2, 3}}
	for _, c := range []struct {
		chosen               []int
		right, guarded, full int // of four
	}{
		{[]int{0, 1, 2, 3}, 4, 4, 4}, {[]int{0, 1, 3, 2}, 2, 0, 0}, {[]int{0, 1, 2, 4}, 3, 2, 0}, {[]int{0, 1, -1, -1}, 2, 2, 0}, {[]int{4, 4, 4, 4}, 0, 0, 0},
	} {
		for rule, want := range map[scoring.Rule]int{scoring.RightPairs: c.right, scoring.PairsGuarded: c.guarded, scoring.WholePairs: c.full} {
			share, ok := rule.Share(key, scoring.Response{Chosen: c.chosen})
			if !ok || share.Part*4 != want*share.Of {
				t.Errorf("%s of %v: %+v, %v, want %d/4", rule, c.chosen, share, ok, want)
			}
		}
	}
}
