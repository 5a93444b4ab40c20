package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"sathach/assessment"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/fairness"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// world is a made-up bank and the people who answer it, by the two-parameter
// model, whose truth is known.
type world struct {
	rnd   *rand.Rand
	truth []irt.Item
	// against makes an item harder for the group "toàn phần", flatter tells less of
	// its abilities.
	against, flatter map[int]float64
	abilities        []float64 // of everybody who answered, in order
}

func newWorld(items int) *world {
	w := &world{rnd: rand.New(rand.NewPCG(11, 12)), against: map[int]float64{}, flatter: map[int]float64{}}
	for range items {
		w.truth = append(w.truth, irt.Dichotomous(math.Exp(0.25*w.rnd.NormFloat64()), 0.9*w.rnd.NormFloat64(), 0))
	}
	return w
}

// round lets people of a mean ability answer forms of the named items.
func (w *world) round(c *cut, people int, mean float64, forms ...[]int) {
	for j := range w.truth {
		id := itembank.RevisionID(fmt.Sprintf("item-%02d", j))
		if _, known := c.place[id]; !known {
			c.place[id] = int32(len(c.items))
			c.items = append(c.items, item{revision: id, code: string(id), topic: fmt.Sprint("T", j%2), options: 4})
		}
	}
	for i := range people {
		theta := mean + w.rnd.NormFloat64()
		w.abilities = append(w.abilities, theta)
		p := sitting{
			attempt: assessment.AttemptID(fmt.Sprintf("%d-%04d", c.rounds, i)), agency: roster.AgencyID(fmt.Sprint("agency-", i/50)), seating: assessment.SeatingID(fmt.Sprint("seating-", i/50)),
			form: i%len(forms) + 1, round: c.rounds, group: []string{"toàn phần", "kiêm nhiệm"}[i/len(forms)%2],
		}
		for _, j := range forms[i%len(forms)] {
			true := w.truth[j]
			if p.group == "toàn phần" {
				true.D = []float64{true.D[0] - true.A*w.against[j]}
				true.A -= w.flatter[j]
			}
			a := answer{item: int32(j), state: scoring.Answered, option: int8(1 + w.rnd.IntN(3))}
			if w.rnd.Float64() < true.Expected(theta) {
				a.points, a.option = scoring.One, 0
			}
			p.answers = append(p.answers, a)
		}
		c.people = append(c.people, p)
	}
	c.rounds++
}

// described is what needs no model of a cut, and its sheets.
func described(t testing.TB, c *cut) (Report, []sheet) {
	t.Helper()
	sheets, err := c.sheets()
	if err != nil {
		t.Fatal(err)
	}
	return c.describe(sheets), sheets
}

func span(from, to int) (items []int) {
	for j := from; j < to; j++ {
		items = append(items, j)
	}
	return items
}

// A first round founds the scale; a later one of abler people, with new items,
// comes to it by the old ones, and an item that leaked is found and put aside.
func TestCalibrate_bringsRoundsToOneScale(t *testing.T) {
	t.Parallel()
	w := newWorld(60)
	first := newCut()
	w.round(first, 3000, 0, span(0, 40))
	founded, err := calibrate(first, bank{})
	if err != nil {
		t.Fatal(err)
	}
	if s := founded.scale; s.Thin || s.Operational != 40 || s.Fixed != 0 || len(s.Drifted) != 0 {
		t.Fatalf("scale of the first round: %+v", s)
	}
	known := map[itembank.RevisionID]itembank.Parameters{}
	for _, p := range founded.parameters {
		known[p.Revision] = p
	}
	w.truth[7] = irt.Dichotomous(w.truth[7].A, w.truth[7].B(1)-1.2, 0)
	second := newCut()
	w.round(second, 2000, 0.6, span(0, 50), append(span(0, 30), span(50, 60)...))
	later, err := calibrate(second, bank{known: known, founded: true})
	if err != nil {
		t.Fatal(err)
	}
	s := later.scale
	if len(s.Drifted) != 1 || s.Drifted[0].Code != "item-07" || math.Abs(s.Drifted[0].Change+1.2) > 0.25 {
		t.Errorf("drifted items: %+v, want item-07 by −1.2", s.Drifted)
	}
	if mean, _ := s.Mean.Get(); math.Abs(mean-0.6) > 0.1 || s.Fixed != 39 || s.Estimated != 21 {
		t.Errorf("scale of the second round: %+v, want mean .6, 39 items fixed, 21 estimated", s)
	}
	for _, p := range later.parameters {
		true := w.truth[second.place[p.Revision]]
		for _, theta := range []float64{-0.4, 0.6, 1.6} {
			if got, want := p.Item.Expected(theta), true.Expected(theta); math.Abs(got-want) > 0.06 {
				t.Errorf("%s: %.3f right at %v, truth %.3f", p.Revision, got, theta, want)
			}
		}
	}
}

// Where the bank has a scale, a round that nothing carries to it founds no
// second one; where an item leaked, only what it is now counts; and items of an
// earlier round carry the scale to a later one.
func TestCalibrate_keepsToTheOneScale(t *testing.T) {
	t.Parallel()
	w := newWorld(80)
	first := newCut()
	w.round(first, 2500, 0, span(0, 40))
	founded, err := calibrate(first, bank{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[itembank.RevisionID]itembank.Parameters{}
	for _, p := range founded.parameters {
		known[p.Revision] = p
	}
	apart := newCut()
	w.round(apart, 2000, 0.8, span(40, 80))
	if alone, err := calibrate(apart, bank{known: known, founded: true}); err != nil || !alone.scale.Thin || alone.comparable() || alone.parameters[0].Standing != itembank.Provisional {
		t.Errorf("a round without anchors: %+v, %v", alone.scale, err)
	}
	chain := newCut()
	w.round(chain, 2000, 0.8, span(0, 60))
	w.round(chain, 2000, 0.4, span(40, 80))
	linked, err := calibrate(chain, bank{known: known, founded: true})
	if mean, _ := linked.scale.Mean.Get(); err != nil || math.Abs(mean-0.4) > 0.12 || linked.scale.Thin {
		t.Errorf("a round linked through an earlier one: %+v, %v", linked.scale, err)
	}
	leaked := newCut()
	w.round(leaked, 2000, 0, span(0, 50))
	w.truth[5] = irt.Dichotomous(w.truth[5].A, w.truth[5].B(1)-1.5, 0)
	w.round(leaked, 800, 0, span(0, 50))
	after, err := calibrate(leaked, bank{known: known, founded: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range after.parameters {
		if p.Revision == "item-05" && (math.Abs(p.B(1)-w.truth[5].B(1)) > 0.3 || p.N != 800) {
			t.Errorf("the leaked item: b %.2f of %d people, truth %.2f of 800", p.B(1), p.N, w.truth[5].B(1))
		}
	}
	if len(after.scale.Drifted) != 1 {
		t.Errorf("drifted: %+v", after.scale.Drifted)
	}
}

// Few people give provisional parameters, and found nothing.
func TestCalibrate_ofFewPeopleFoundsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(20)
	c := newCut()
	w.round(c, 120, 0, span(0, 20))
	few, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	if !few.scale.Thin || few.scale.Operational != 0 || len(few.parameters) != 20 || few.parameters[0].Standing != itembank.Provisional || few.comparable() {
		t.Errorf("scale: %+v", few.scale)
	}
	none := newCut()
	w.round(none, 20, 0, span(0, 20))
	if got, err := calibrate(none, bank{}); err != nil || got.scale.Why != measure.TooFew || got.items != nil {
		t.Errorf("20 people: %+v, %v", got.scale, err)
	}
}

// Two rounds too small by themselves are calibrated together.
func TestCalibrate_usesEarlierRounds(t *testing.T) {
	t.Parallel()
	w := newWorld(20)
	c := newCut()
	w.round(c, 150, 0, span(0, 20))
	w.round(c, 150, 0, span(0, 20))
	both, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	if both.scale.Thin || both.scale.Earlier != 1 || both.scale.People != 300 || both.parameters[0].N != 300 || both.scale.Operational != 20 {
		t.Errorf("scale: %+v", both.scale)
	}
	apart := newCut()
	w.round(apart, 100, 0, span(0, 10))
	w.round(apart, 200, 0, span(0, 10), span(10, 20))
	alone, err := calibrate(apart, bank{})
	if err != nil || alone.scale.Earlier != 0 || alone.scale.People != 200 || alone.scale.Estimated != 20 {
		t.Errorf("rounds that do not hang together: %+v, %v", alone.scale, err)
	}
}

func TestScoresOf_givesEveryScoreAnswersEnough(t *testing.T) {
	t.Parallel()
	third := scoring.One / 3
	for name, c := range map[string]struct {
		people map[scoring.Points]int
		want   []scoring.Points
	}{
		"right and wrong":  {map[scoring.Points]int{0: 12, scoring.One: 30}, []scoring.Points{scoring.One}},
		"one did alone":    {map[scoring.Points]int{0: 30, scoring.One: 1}, []scoring.Points{scoring.One}},
		"partial credit":   {map[scoring.Points]int{0: 12, third: 20, scoring.One: 30}, []scoring.Points{third, scoring.One}},
		"thin score joins": {map[scoring.Points]int{0: 12, third: 4, 2 * third: 20, scoring.One: 30}, []scoring.Points{third, scoring.One}},
		"thin end joins":   {map[scoring.Points]int{0: 12, third: 14, scoring.One: 3}, []scoring.Points{third}},
		"all alike":        {map[scoring.Points]int{scoring.One: 30}, nil},
	} {
		if got := scoresOf(c.people); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// unlikeForBoth are what one item makes of the two groups of a cut.
func unlikeForBoth(t *testing.T, c *cut) []Unlike {
	t.Helper()
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	found, groups := c.unlike(cal)
	if len(groups) != 2 || len(found) != 2 {
		t.Fatalf("compared %v, found %+v", groups, found)
	}
	return found
}

// The item that is harder for one group is named, and no other.
func TestUnlike_findsThePlantedItem(t *testing.T) {
	t.Parallel()
	w := newWorld(30)
	w.against[4] = 1
	c := newCut()
	w.round(c, 2400, 0, span(0, 20), append(span(0, 10), span(20, 30)...))
	found := unlikeForBoth(t, c)
	if asked := questions(found); len(asked) != 2 || asked[0].Revision != "item-04" || asked[0].Held {
		t.Errorf("somebody is asked %+v", asked)
	}
	for _, u := range found {
		d, _ := u.D.Get()
		if u.Code != "item-04" || u.Letter != fairness.Large || (d < 0) != (u.Group == "position:toàn phần") {
			t.Errorf("found %+v", u)
		}
	}
}

// An item that tells nothing of one group's abilities is harder for its able people
// and easier for the others: odds cancel out, the regression finds it.
func TestUnlike_findsWhatCrosses(t *testing.T) {
	t.Parallel()
	w := newWorld(30)
	w.truth[7] = irt.Dichotomous(1.6, 0, 0)
	w.flatter[7] = 1.6
	c := newCut()
	w.round(c, 3000, 0, span(0, 30))
	for _, u := range unlikeForBoth(t, c) {
		if u.Code != "item-07" || !u.Crossing || !u.Large() {
			t.Errorf("found %+v", u)
		}
	}
}

// What is expected of the items that found a scale is, taken together, what their own
// people earned, however few they are and however easy the items: priors do not move
// the people.
func TestCalibrate_expectsWhatWasEarned(t *testing.T) {
	t.Parallel()
	w := newWorld(60)
	for j := range w.truth {
		w.truth[j].D[0] += 1.6
	}
	c := newCut()
	w.round(c, 450, 0, span(0, 40), append(span(0, 20), span(40, 60)...))
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	nodes, weights := irt.Nodes()
	off, n := 0.0, 0.0
	for j, facility := range c.facilities() {
		if p := cal.items[j]; p != nil {
			expected := 0.0
			for q, theta := range nodes {
				expected += weights[q] * p.ShareAt(theta)
			}
			off, n = off+facility-expected, n+1
		}
	}
	if off /= n; math.Abs(off) > 0.006 {
		t.Errorf("%v items are easier than expected by %.4f on average", n, off)
	}
	if p := cal.population; p != (irt.Normal{Mean: 0, SD: 1}) {
		t.Errorf("the first round has abilities %+v", p)
	}
}

// An item that does not count yet is compared as the others are, before it does.
func TestUnlike_looksAtPretests(t *testing.T) {
	t.Parallel()
	w := newWorld(32)
	w.against[30] = 1
	c := newCut()
	w.round(c, 3000, 0, span(0, 32))
	for i := range c.people {
		p := &c.people[i]
		p.answers, p.pretests = p.answers[:30], p.answers[30:]
	}
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := c.unlike(cal)
	if len(found) != 2 || found[0].Code != "item-30" || found[1].Code != "item-30" {
		t.Errorf("found %+v", found)
	}
}

// A group that is abler is not treated unlike by items.
func TestUnlike_isNotAbility(t *testing.T) {
	t.Parallel()
	w := newWorld(25)
	c := newCut()
	w.round(c, 4000, -0.5, span(0, 25))
	for i := range c.people {
		c.people[i].group = "kiêm nhiệm"
	}
	c.rounds = 0 // the same round
	w.round(c, 4000, 0.5, span(0, 25))
	for i := range c.people[4000:] {
		c.people[4000+i].group = "toàn phần"
	}
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	if found, groups := c.unlike(cal); len(groups) != 2 || len(found) > 2 {
		t.Errorf("compared %v, %d of 50 are found: %+v", groups, len(found), found)
	}
}

// Where a whole block of items is harder for a group, the others do not look
// easier for it.
func TestUnlike_isPurified(t *testing.T) {
	t.Parallel()
	w := newWorld(40)
	for j := range 8 {
		w.against[j] = 0.9
	}
	c := newCut()
	w.round(c, 6000, 0, span(0, 40))
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	found, _ := c.unlike(cal)
	right := 0
	for _, u := range found {
		if c.place[u.Revision] < 8 {
			right++
		} else {
			t.Errorf("found %+v, which treats everybody alike", u)
		}
	}
	if right < 14 { // both groups against the rest, eight items
		t.Errorf("%d of 16 are found", right)
	}
}

// Who copies a whole form opens a case with both; honest work opens none.
func TestAlike_findsWhoCopied(t *testing.T) {
	t.Parallel()
	w := newWorld(40)
	c := newCut()
	w.round(c, 600, 0, span(0, 40))
	source := c.people[100]
	c.people[103].answers = source.answers // of the same agency
	c.people[200].answers = source.answers // of another: not compared
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	keys := map[itembank.RevisionID]itembank.Key{}
	for _, it := range c.items {
		keys[it.revision] = itembank.Key{Correct: []int{0}}
	}
	sheets, err := c.sheets()
	if err != nil {
		t.Fatal(err)
	}
	standings := c.standings(cal, c.facilities())
	found, compared := c.alike(sheets, cal, standings, keys)
	pairs := []string{string(c.people[100].attempt + " " + c.people[103].attempt), string(c.people[103].attempt + " " + c.people[100].attempt)}
	if len(found) != 2 || !slices.Contains(pairs, found[0].pair()) || found[1].pair() != found[0].turned().pair() || found[0].signals[0].Count != 40 {
		t.Errorf("found %+v", found)
	}
	if compared != 600*49/2 {
		t.Errorf("%d pairs were compared, agencies of 50 have %d", compared, 600*49/2)
	}
	cases := c.suspicions(standings, nil, make([]before, len(c.people)), nil)
	if len(cases) > 1 {
		t.Errorf("honest people open %d cases: %+v", len(cases), cases)
	}
}

// Somebody who answers hard items and misses easy ones, somebody who gained
// what two measurements do not explain.
func TestSuspicions_ofPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(40)
	c := newCut()
	w.round(c, 800, 0, span(0, 40))
	for k, a := range c.people[5].answers {
		c.people[5].answers[k].points = 0
		if w.truth[a.item].B(1) > 0 {
			c.people[5].answers[k].points = scoring.One
		}
	}
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	// Everybody learnt half a unit since the round before, one person far more.
	standings, earlier := c.standings(cal, c.facilities()), make([]before, len(c.people))
	for i, s := range standings {
		if theta, ok := s.WLE.Get(); ok {
			earlier[i] = before{theta - 0.5 + 0.4*w.rnd.NormFloat64(), 0.4}
		}
	}
	theta, _ := standings[9].WLE.Get()
	earlier[9] = before{theta - 5, 0.4}
	kinds, leaps := map[assessment.AttemptID]SignalKind{}, 0
	for _, s := range c.suspicions(standings, nil, earlier, nil) {
		kinds[s.attempt] = s.signals[0].Kind
		if s.signals[0].Kind == Leap {
			leaps++
		}
	}
	if leaps != 1 {
		t.Errorf("%d leaps, one person leapt", leaps)
	}
	if kinds[c.people[5].attempt] != Unexpected || kinds[c.people[9].attempt] != Leap || kinds[c.people[10].attempt] != "" {
		t.Errorf("cases: %v", kinds)
	}
}

// A report of the classical kind: reliability within its interval, forms with
// their means, cuts, topics, agencies.
func TestDescribe_ofKnownPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(40)
	c := newCut()
	w.round(c, 1200, 0, span(0, 20), span(20, 40))
	round := assessment.Round{Rules: assessment.UsualRules()}
	r, sheets := described(t, c)
	if r.People != 1200 || r.Items != 40 || len(r.Forms) != 2 || r.Forms[1].Mean.N != 600 || len(sheets) != 2 {
		t.Errorf("report %+v", r)
	}
	alpha, _ := r.Reliability.Value.Get()
	low, _ := r.Reliability.Interval.Low.Get()
	high, _ := r.Reliability.Interval.High.Get()
	if !(low < alpha && alpha < high && alpha > 0.7 && high-low < 0.08) || r.Reliability.N != 1200 {
		t.Errorf("reliability %v in %v–%v of %d", alpha, low, high, r.Reliability.N)
	}
	people := 0
	for _, n := range r.Scores.Counts {
		people += n
	}
	if people != 1200 {
		t.Errorf("%d people are in the picture", people)
	}
	if len(r.Topics) != 2 || r.Topics[0].Items != 10 {
		t.Errorf("topics: %+v", r.Topics)
	}
	if len(r.Agencies) != 24 || r.Agencies[0].N != 50 {
		t.Errorf("agencies: %d, %+v", len(r.Agencies), r.Agencies[0])
	}
	cal, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	expect(r.Forms, sheets, cal, round.Rules.Standard.PassMark)
	passes := 0.0
	for _, f := range r.Forms {
		foretold, _ := f.Expected.Value.Get()
		if mean, _ := f.Mean.Value.Get(); math.Abs(foretold-mean) > 1.5 {
			t.Errorf("form %d: mean %.2f, foretold %.2f", f.Number, mean, foretold)
		}
		pass, _ := f.Pass.Value.Get()
		passes += pass / float64(len(r.Forms))
		if math.Abs(pass-50) > 15 {
			t.Errorf("form %d: the pass mark is worth %.1f there", f.Number, pass)
		}
	}
	if math.Abs(passes-50) > 1e-6 {
		t.Errorf("on the mean of all forms the pass mark is worth %.3f", passes)
	}
}

// Whatever people did, nothing panics and no number is made up.
func TestDescribe_ofNothingAtAll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*cut{"nobody": {rounds: 1}, "one person": one(), "all blank": blank()} {
		r, sheets := described(t, c)
		cal, err := calibrate(c, bank{})
		if err != nil || cal.items != nil && name != "all blank" {
			t.Errorf("%s: %+v, %v", name, cal.scale, err)
		}
		standings := c.standings(cal, c.facilities())
		c.alike(sheets, cal, standings, nil)
		c.unlike(cal)
		if _, ok := r.Reliability.Value.Get(); ok {
			t.Errorf("%s: reliability %v", name, r.Reliability.Value)
		}
	}
}

func one() *cut {
	c := newCut()
	newWorld(5).round(c, 1, 0, span(0, 5))
	return c
}

func blank() *cut {
	c := newCut()
	newWorld(5).round(c, 40, 0, span(0, 5))
	for i := range c.people {
		for k := range c.people[i].answers {
			c.people[i].answers[k] = answer{item: c.people[i].answers[k].item, option: -1, state: scoring.Omitted}
		}
	}
	return c
}

// Who clicks through says nothing of the items: found by their times, they leave
// the parameters as they are without them.
func TestCareless_leaveParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(20)
	c := newCut()
	w.round(c, 1500, 0, span(0, 20))
	without, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	w.round(c, 300, 0, span(0, 20))
	c.rounds = 1
	seconds := make([][]float64, len(c.people))
	for i := range c.people {
		p, clicks := &c.people[i], i >= 1500
		p.round, p.attempt = 0, assessment.AttemptID(fmt.Sprintf("person-%04d", i))
		for k := range p.answers {
			took := math.Exp(3.6 + 0.4*w.rnd.NormFloat64())
			if clicks {
				took, p.answers[k].points = 1+w.rnd.Float64(), scoring.Points(w.rnd.IntN(4)/3)*scoring.One
			}
			seconds[i] = append(seconds[i], took)
		}
	}
	sheets, err := c.sheets()
	if err != nil {
		t.Fatal(err)
	}
	times, paces, err := c.paces(sheets, seconds)
	if err != nil {
		t.Fatal(err)
	}
	if p := paces[0]; p.People != 1800 || p.Seconds < 30 || p.Seconds > 42 { // e^3.6·e^.08 of most, a second and a half of the others
		t.Errorf("an item takes %+v", p)
	}
	careless := c.carelessOf(times)
	if len(careless) != 300 || careless[0] != c.people[1500].attempt {
		t.Fatalf("%d are found careless", len(careless))
	}
	far := func(cal calibration) (most float64) {
		for j := range c.items {
			most = max(most, math.Abs(cal.items[j].D[0]-without.items[j].D[0]))
		}
		return most
	}
	spoilt, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	c.leaveOut(careless)
	kept, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	if far(spoilt) < 0.3 || far(kept) > 1e-6 {
		t.Errorf("intercepts move by %f with them and %f without", far(spoilt), far(kept))
	}
	if r, sheets := described(t, c); len(sheets[0].people) != 1500 || r.Forms[0].Mean.N != 1500 || r.Scores.Mean.N != 1800 {
		t.Errorf("of the form %d people are described, of all %d", r.Forms[0].Mean.N, r.Scores.Mean.N)
	} else {
		alpha, _ := r.Reliability.Value.Get()
		sd, _ := r.Forms[0].SD.Get()
		if sem, _ := r.Error.Value.Get(); math.Abs(sem-sd*math.Sqrt(1-alpha)) > 1e-6 || r.Error.N != 1500 {
			t.Errorf("error of measurement %v, of people who spread by %.2f with reliability %.3f", r.Error, sd, alpha)
		}
	}
}

// From 200 people on a form it is learnt which wrong option who chooses: one that only
// the weak fall for goes with low abilities then. Of fewer, wrong options share what the
// key leaves.
func TestNominal_isLearntFromManyPeople(t *testing.T) {
	t.Parallel()
	for _, people := range []int{leastNominal - 1, leastNominal, 2000} {
		w, c := newWorld(20), newCut()
		w.round(c, people, 0, span(0, 20))
		keys := map[itembank.RevisionID]itembank.Key{}
		for _, it := range c.items {
			keys[it.revision] = itembank.Key{Correct: []int{0}}
		}
		for i := range c.people {
			if a := &c.people[i].answers[2]; a.points == 0 {
				if a.option = 1; w.abilities[i] > -0.3 {
					a.option = 2
				}
			}
		}
		sheets, err := c.sheets()
		if err != nil {
			t.Fatal(err)
		}
		cal, err := calibrate(c, bank{})
		if err != nil {
			t.Fatal(err)
		}
		items, _ := c.nominal(sheets[0], cal, keys)
		apart := items[2].Slopes[2] - items[2].Slopes[1] // of the option of the able from that of the weak
		if learnt := people >= leastNominal; learnt != (apart > 0.5) || !learnt && apart != 0 {
			t.Errorf("of %d people: slopes %v", people, items[2].Slopes)
		}
	}
}

// Where everybody has a form of their own, how long items take is learnt all the same,
// and who clicks through is found.
func TestPaces_ofFormsForOneEach(t *testing.T) {
	t.Parallel()
	w, c := newWorld(60), newCut()
	forms := make([][]int, 600)
	for n := range forms {
		forms[n] = w.rnd.Perm(60)[:20]
	}
	w.round(c, 600, 0, forms...)
	seconds := make([][]float64, len(c.people))
	for i, p := range c.people {
		slow := 0.3 * w.rnd.NormFloat64()
		for _, a := range p.answers {
			took := math.Exp(3 + float64(a.item)/60 + slow + 0.3*w.rnd.NormFloat64())
			if i >= 580 {
				took = 1 + w.rnd.Float64()
			}
			seconds[i] = append(seconds[i], took)
		}
	}
	sheets, err := c.sheets()
	if err != nil {
		t.Fatal(err)
	}
	times, paces, err := c.paces(sheets, seconds)
	if err != nil || len(times) != 600 || len(paces) != 60 {
		t.Fatalf("%d people, %d items, %v", len(times), len(paces), err)
	}
	if first, last := paces[0], paces[59]; first.People < 120 || last.Seconds/first.Seconds < 2.2 || last.Seconds/first.Seconds > 3.2 {
		t.Errorf("the first item takes %+v, the last %+v", first, last)
	}
	if careless := c.carelessOf(times); len(careless) != 20 || careless[0] != c.people[580].attempt {
		t.Errorf("%d are found careless", len(careless))
	}
}

// On the reference form rounds are compared whatever their own forms: the better
// people of a later round on harder items have more there.
func TestOnReference_comparesRounds(t *testing.T) {
	t.Parallel()
	w := newWorld(60)
	first := newCut()
	w.round(first, 3000, 0, span(0, 40))
	founded, err := calibrate(first, bank{})
	if err != nil {
		t.Fatal(err)
	}
	known, reference := map[itembank.RevisionID]itembank.Parameters{}, founded.parameters
	for _, p := range founded.parameters {
		known[p.Revision] = p
	}
	truth := func(mean float64) (share float64) {
		nodes, weights := irt.Normal{Mean: mean, SD: 1}.Nodes()
		for q, theta := range nodes {
			for _, i := range w.truth[:40] {
				share += weights[q] * i.Expected(theta) / 40
			}
		}
		return 100 * share
	}
	at := func(c calibration, reference []itembank.Parameters, want float64) {
		t.Helper()
		f := c.onReference(reference, measure.Of(0.03))
		got, _ := f.Value.Get()
		low, _ := f.Interval.Low.Get()
		high, _ := f.Interval.High.Get()
		if f.N != 40 || math.Abs(got-want) > 1.5 || !(low < got && got < high) || high-low > 4 {
			t.Errorf("on the reference form %+v, want %.1f", f, want)
		}
	}
	at(founded, nil, truth(0))
	later := newCut()
	w.round(later, 3000, 0.6, append(span(0, 15), span(40, 60)...))
	second, err := calibrate(later, bank{known: known, founded: true})
	if err != nil {
		t.Fatal(err)
	}
	at(second, reference, truth(0.6))
	if f := (calibration{population: irt.Normal{SD: 1}}).onReference(nil, measure.Of(0.1)); f.N != 0 || f.Value.Why() != measure.NoData {
		t.Errorf("without items: %+v", f)
	}
}

// Without parameters the pass mark is brought to forms by their means: of the
// easier form more is asked.
func TestExpect_byMeansWithoutParameters(t *testing.T) {
	t.Parallel()
	form := func(number, n int, mean float64) Form {
		return Form{Number: number, Mean: Figure{Value: measure.Of(mean), N: n}, SD: measure.Of(15), Pass: Figure{measure.Undefined(measure.NoData), measure.No(measure.NoData), n}}
	}
	forms := []Form{form(1, 60, 70), form(2, 60, 60), form(3, 10, 90)}
	expect(forms, nil, calibration{}, 6500)
	easy, _ := forms[0].Pass.Value.Get()
	hard, _ := forms[1].Pass.Value.Get()
	if math.Abs(easy-70) > 1e-9 || math.Abs(hard-60) > 1e-9 {
		t.Errorf("who is at the mean of all is at %f and %f", easy, hard)
	}
	if _, ok := forms[2].Pass.Value.Get(); ok {
		t.Errorf("ten people equate a form: %v", forms[2].Pass)
	}
	alone := []Form{form(1, 60, 70)}
	if expect(alone, nil, calibration{}, 6500); alone[0].Pass.Value.Why() != measure.NoData {
		t.Errorf("one form is equated with nothing: %v", alone[0].Pass)
	}
}

// Items that are tried come to the scale with the others, and are no part of
// what people scored.
func TestPretests_areCalibratedAndNotCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(30)
	c := newCut()
	w.round(c, 1500, 0, span(0, 30))
	with, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.people {
		p := &c.people[i]
		p.answers, p.pretests = p.answers[:27], p.answers[27:]
	}
	sheets, err := c.sheets()
	if err != nil || len(sheets) != 1 || len(sheets[0].items) != 27 {
		t.Fatalf("sheets %d of %d items, %v", len(sheets), len(sheets[0].items), err)
	}
	if _, items := c.people[0].share(); items != 27 {
		t.Errorf("a score rests on %d items", items)
	}
	without, err := calibrate(c, bank{})
	if err != nil {
		t.Fatal(err)
	}
	for j := range c.items {
		if without.items[j] == nil || math.Abs(without.items[j].D[0]-with.items[j].D[0]) > 1e-9 {
			t.Errorf("item %d is calibrated otherwise when it is tried", j)
		}
	}
}

// The same round gives the same bits whatever the number of processors.
func TestAnalysis_sameBitsOnAnyNumberOfProcessors(t *testing.T) { // alone: it changes what all others run on
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var first string
	for _, processors := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(processors)
		w, c := newWorld(30), newCut()
		w.round(c, 900, 0.2, span(0, 20), span(10, 30))
		r, sheets := described(t, c)
		cal, err := calibrate(c, bank{})
		if err != nil {
			t.Fatal(err)
		}
		standings := c.standings(cal, c.facilities())
		r.Cuts = c.cuts(assessment.UsualRules().Standard, sheets, cal, standings)
		expect(r.Forms, sheets, cal, 6500)
		r.Unlike, r.Groups = c.unlike(cal)
		text, err := json.Marshal(struct {
			Report     Report
			Parameters []itembank.Parameters
			Abilities  []abilityRow
		}{r, cal.parameters, c.abilities(standings)})
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Errorf("with %d processors the analysis is another", processors)
		}
	}
}
