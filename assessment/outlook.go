package assessment

import (
	"context"
	"math"
	"slices"
	"time"

	"sathach/internal/authz"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/irt"
)

// Outlook is what forms promise before anybody takes them, for people from
// the population of the bank, N(0,1).
type Outlook struct {
	Forms    []FormOutlook
	Evidence map[Evidence]int // items by what is known of them
	// Tens is the share of people expected in every ten points of the scale of
	// 100, the last with 100; Full the share with full marks.
	Tens [10]float64
	Full float64
	// Points are the information of a form at abilities, means of the forms.
	Points []PointOutlook
	// Overlap is the most items two forms share, Use the most forms an item is in.
	Overlap, Use int
	Items        int // different ones, of which it is known of Timed how long they take
	Timed        int
	Limit        time.Duration // of an attempt; 0 for none
	Everybody    bool
	// Weighs tells that the round decides by certainty; Needs is how many items
	// must be right for commendation then, on the one of the first forms that asks most, among people
	// whose scores are as expected; 0 where all of them are not enough.
	Weighs bool
	Needs  int
	// Just is what somebody at the panel's cut on the scale of the bank earns here, 0
	// to 100, where the pass mark is a panel's and all items have parameters.
	Just          *JustPass
	mean, squares float64 // of scores as shares, and of their squares
	// Pretest is how many items each form tries, Untried how many could be; in a
	// preview.
	Pretest, Untried int
}

// JustPass is the score of who is just at the cut of a panel, by the curves of the items
// (true-score equating; Lord, 1980), with the 95 % interval that the cut's standard
// error gives it.
type JustPass struct {
	Score, Low, High float64
	Mark             scoring.Hundredths // the pass mark of the round
}

// Off tells that the pass mark lies outside the interval.
func (j JustPass) Off() bool {
	mark := float64(j.Mark) / 100
	return mark < j.Low || mark > j.High
}

// FormOutlook is one form: its items, the mean score expected of it, 0 to 100, and
// the minutes that people take over it on average, 0 where nobody was timed.
type FormOutlook struct {
	Number, Items int
	Mean, Minutes float64
}

// PointOutlook is the information at an ability, and the standard error of an
// ability there, 1/√I.
type PointOutlook struct{ Theta, Information, Error float64 }

// Spread is by how many points of 100 the easiest form is easier than the
// hardest.
func (o Outlook) Spread() float64 {
	if len(o.Forms) == 0 {
		return 0
	}
	least, most := math.Inf(1), math.Inf(-1)
	for _, f := range o.Forms {
		least, most = min(least, f.Mean), max(most, f.Mean)
	}
	return most - least
}

// Apart tells that forms differ by so much that a scored round would raise an
// Alarm, and Easy that so many would have everything right.
func (o Outlook) Apart() bool { return o.Spread() >= leastApart }
func (o Outlook) Easy() bool  { return o.Full >= ceilingFrom }

// Hurried tells that people of mean speed hardly finish the longest form: those who
// are slower by a fifth do not.
func (o Outlook) Hurried() bool {
	return o.Timed > 0 && o.Limit > 0 && 1.2*o.Longest() > o.Limit.Minutes()
}

// TooShort tells that not even people of mean speed finish the longest form.
func (o Outlook) TooShort() bool {
	return o.Timed > 0 && o.Limit > 0 && o.Longest() > o.Limit.Minutes()
}

// Longest is how many minutes people take over the longest form, on average.
func (o Outlook) Longest() (minutes float64) {
	for _, f := range o.Forms {
		minutes = max(minutes, f.Minutes)
	}
	return minutes
}

// Minutes is how many people take over a form, on average.
func (o Outlook) Minutes() (minutes float64) {
	for _, f := range o.Forms {
		minutes += f.Minutes / float64(len(o.Forms))
	}
	return minutes
}

// Mean is the mean score expected of all forms.
func (o Outlook) Mean() float64 {
	sum := 0.0
	for _, f := range o.Forms {
		sum += f.Mean / float64(len(o.Forms))
	}
	return sum
}

// mostLookedAt bounds the forms whose distribution is computed: with a form
// for everybody the first tell enough of all.
const mostLookedAt = 50

// outlookOf looks at forms that so many people are to take.
func outlookOf(forms []Form, curves map[itembank.RevisionID]curve, rules Rules, people int) Outlook {
	o := Outlook{Evidence: map[Evidence]int{}, Limit: rules.TimeLimit}
	uses, shares := map[itembank.RevisionID]int{}, map[itembank.RevisionID]float64{}
	for _, f := range forms {
		mean, seconds := 0.0, 0.0
		for _, it := range f.Items {
			if uses[it.Revision]++; uses[it.Revision] == 1 {
				o.Evidence[curves[it.Revision].from]++
				if curves[it.Revision].pace.People > 0 {
					o.Timed++
				}
				shares[it.Revision] = curves[it.Revision].meanShare()
			}
			seconds += curves[it.Revision].pace.Seconds
			mean += 100 * shares[it.Revision] / float64(len(f.Items))
		}
		o.Forms = append(o.Forms, FormOutlook{f.Number, len(f.Items), mean, seconds / 60})
	}
	o.Items = len(uses)
	for _, n := range uses {
		o.Use = max(o.Use, n)
	}
	some := forms[:min(len(forms), mostLookedAt)]
	o.Overlap = mostShared(some)
	o.spread(some, curves)
	o.weigh(some, curves, rules.Standard, people)
	o.Just = justPass(some, curves, rules)
	for theta := -3.0; theta <= 3; theta += 0.5 {
		p := PointOutlook{Theta: theta}
		for _, f := range some {
			for _, it := range f.Items {
				p.Information += curves[it.Revision].Information(theta) / float64(len(some))
			}
		}
		p.Error = 1 / math.Sqrt(p.Information)
		o.Points = append(o.Points, p)
	}
	return o
}

// meanShare is the share of an item's worth that people from N(0,1) earn.
func (c curve) meanShare() (share float64) {
	nodes, weights := irt.Nodes()
	for q, theta := range nodes {
		share += weights[q] * c.ShareAt(theta)
	}
	return share
}

// spread adds up the distribution of scores.
func (o *Outlook) spread(forms []Form, curves map[itembank.RevisionID]curve) {
	nodes, weights := irt.Nodes()
	for _, f := range forms {
		form, of := itembank.Worthy(f.curves(curves))
		top := of * len(form)
		for q, theta := range nodes {
			for sum, chance := range irt.Totals(form, theta) {
				share := weights[q] * chance / float64(len(forms))
				o.Tens[min(9, 10*sum/top)] += share
				x := float64(sum) / float64(top)
				o.mean, o.squares = o.mean+share*x, o.squares+share*x*x
				if sum == top {
					o.Full += share
				}
			}
		}
	}
}

// weigh tells how many right answers commendation needs, as runs will decide:
// among few people by everybody's own answers, else by abilities where all items
// are calibrated, or by how scores are spread.
func (o *Outlook) weigh(forms []Form, curves map[itembank.RevisionID]curve, standard scoring.Standard, people int) {
	if len(forms) == 0 {
		return
	}
	items := len(forms[0].Items)
	o.Weighs = standard.Weighs(items)
	if people >= leastToLearn && o.Evidence[Calibrated] == o.Items {
		a := expected(forms, curves)
		for _, f := range forms[:min(len(forms), mostWeighed)] {
			needs, can := standard.Needs(len(f.Items), a.yardstick(shownForm{items: f.revisions()}, standard, a.at).believe)
			if o.Needs = max(o.Needs, needs); !can {
				o.Needs = 0
				return
			}
		}
		return
	}
	var all ctt.Shares
	if people >= leastToLearn {
		all, _ = ctt.SharesOf(o.mean, o.squares-o.mean*o.mean, items)
	}
	o.Needs, _ = standard.Needs(items, func(t scoring.Total) scoring.Belief { return t.Among(all) })
}

// justPass is nil where the pass mark is nobody's cut on the scale, or some item is not
// there.
func justPass(forms []Form, curves map[itembank.RevisionID]curve, rules Rules) *JustPass {
	from := rules.PassFrom
	if from == nil || from.Theta == nil || from.ThetaError == nil || len(forms) == 0 {
		return nil
	}
	for _, f := range forms {
		for _, it := range f.Items {
			if at := curves[it.Revision].from; at != Calibrated && at != Estimated {
				return nil
			}
		}
	}
	earns := func(theta float64) (score float64) {
		for _, f := range forms {
			for _, it := range f.Items {
				score += 100 * curves[it.Revision].ShareAt(theta) / float64(len(f.Items)*len(forms))
			}
		}
		return score
	}
	half := 1.96 * *from.ThetaError
	return &JustPass{earns(*from.Theta), earns(*from.Theta - half), earns(*from.Theta + half), rules.Standard.PassMark}
}

// mostWeighed is how many forms are asked, where abilities decide, how many right
// answers they need: forms are made alike.
const mostWeighed = 10

// expected are the abilities of people from the population of the bank on forms.
func expected(forms []Form, curves map[itembank.RevisionID]curve) *Abilities {
	a := &Abilities{People: irt.Normal{Mean: 0, SD: 1}, Items: map[itembank.RevisionID]Measure{}}
	for _, f := range forms {
		for _, id := range f.revisions() {
			m := measureOf(curves[id].Parameters)
			m.Met = a.Items[id].Met + 1
			a.Items[id] = m
		}
	}
	return a
}

func (f Form) revisions() []itembank.RevisionID {
	ids := make([]itembank.RevisionID, len(f.Items))
	for i, it := range f.Items {
		ids[i] = it.Revision
	}
	return ids
}

func (f Form) curves(all map[itembank.RevisionID]curve) []itembank.Curve {
	curves := make([]itembank.Curve, len(f.Items))
	for i, id := range f.revisions() {
		curves[i] = all[id].Curve
	}
	return curves
}

// mostShared is the most items two of the forms share.
func mostShared(forms []Form) (most int) {
	for a := range forms {
		for b := range a {
			shared := 0
			for _, it := range forms[a].Items {
				if slices.ContainsFunc(forms[b].Items, func(other FormItem) bool { return other.Revision == it.Revision }) {
					shared++
				}
			}
			most = max(most, shared)
		}
	}
	return most
}

// Outlook is that of a round's forms, or of the first of them where everybody
// has one, from what is known of their items today.
// It is for those who publish results to the whole audience. A round that has
// no forms yet has none.
func (r *Rounds) Outlook(ctx context.Context, actor authz.Actor, id RoundID) (Round, Outlook, error) {
	h := r.DB.Read(ctx)
	round, err := RoundByID(h, id)
	if err != nil {
		return Round{}, Outlook{}, err
	}
	if may, err := r.MayPublish(ctx, actor, round); err != nil || !may {
		if err == nil {
			err = authz.ErrForbidden
		}
		return Round{}, Outlook{}, err
	}
	most := MaxForms
	if round.Forms == FormEach {
		most = mostLookedAt
	}
	forms, pool, err := formsOfRound(h, id, most)
	if err != nil {
		return Round{}, Outlook{}, err
	}
	curves, err := curvesOf(h, pool)
	if err != nil {
		return Round{}, Outlook{}, err
	}
	people, err := candidatesOf(h, id)
	if err != nil {
		return Round{}, Outlook{}, err
	}
	o := outlookOf(forms, curves, round.Rules, people)
	o.Everybody = round.Forms == FormEach
	return round, o, nil
}
