package scoring

import (
	"math"
	"slices"

	"sathach/scoring/ctt"
)

// Standing is what may be said about one topic of one attempt.
type Standing string

const (
	TooFew  Standing = "too_few" // fewer items than the standard asks for
	Weak    Standing = "weak"    // Nên bổ sung
	Unclear Standing = "unclear" // below the limit, but of so few items that it may be chance
	Fine    Standing = "fine"    // Khá vững
	Firm    Standing = "firm"    // Vững: everything right
)

// TopicResult is an attempt's part within one topic.
type TopicResult struct {
	Topic    string   `json:"topic"`
	Right    int      `json:"right"`
	Items    int      `json:"items"`
	Raw      Points   `json:"raw"`
	Maximum  Points   `json:"maximum"`
	Standing Standing `json:"standing"`
	// Below is how likely the true share is below WeakBelow, in hundredths of a
	// per cent, as the standing rests on it; 0 where nothing rests on it.
	Below Hundredths `json:"below,omitempty"`
}

// Topics groups marks by topic, in the order topics first appear.
// topics[i] is the topic of marks[i]. Invalidated and pretest items show
// nothing of a topic.
func (s Standard) Topics(topics []string, marks []Mark) []TopicResult {
	var results []TopicResult
	place := map[string]int{}
	for i, m := range marks {
		if !m.counts() {
			continue
		}
		at, seen := place[topics[i]]
		if !seen {
			at = len(results)
			place[topics[i]] = at
			results = append(results, TopicResult{Topic: topics[i]})
		}
		r := &results[at]
		r.Items++
		r.Raw += m.Points
		r.Maximum += m.Maximum
		if m.Right() {
			r.Right++
		}
	}
	s.judge(results)
	return results
}

// Joined are the topics of two parts of one person's evidence, those of the first in
// their order before what only the second has, judged anew.
func (s Standard) Joined(first, second []TopicResult) []TopicResult {
	joined := slices.Clone(first)
	for _, r := range second {
		at := slices.IndexFunc(joined, func(j TopicResult) bool { return j.Topic == r.Topic })
		if at < 0 {
			joined = append(joined, r)
			continue
		}
		j := &joined[at]
		j.Right, j.Items, j.Raw, j.Maximum = j.Right+r.Right, j.Items+r.Items, j.Raw+r.Raw, j.Maximum+r.Maximum
	}
	s.judge(joined)
	return joined
}

// WeakCertainty is how likely a topic's true share must be below WeakBelow
// before it is called weak: less than what is asked of a whole form, since all that
// follows is reading (Sinharay, 2010).
const WeakCertainty Hundredths = 8000

// judge gives the topics of a form their standing by the person's own answers.
func (s Standard) judge(topics []TopicResult) {
	var whole Total
	for _, r := range topics {
		whole = whole.Plus(r.shown())
	}
	for i := range topics {
		r := &topics[i]
		r.Below = 0
		switch part := r.shown(); {
		case r.Items < s.TopicItems || r.Maximum == 0:
			r.Standing = TooFew
		case !part.Atleast(s.WeakBelow):
			s.sayBelow(r, Total{Raw: whole.Raw - part.Raw, Maximum: whole.Maximum - part.Maximum, Items: whole.Items - part.Items})
		case r.Raw == r.Maximum:
			r.Standing = Firm
		default:
			r.Standing = Fine
		}
	}
}

func (r TopicResult) shown() Total { return Total{Raw: r.Raw, Maximum: r.Maximum, Items: r.Items} }

// alikeTopics is how alike somebody's topics are taken to be where nobody's answers have
// shown it: an endless rest of the form would count for so many answers in a topic.
const alikeTopics = 10.0

// sayBelow tells whether a share below WeakBelow is evidence. Of a few items one wrong
// answer more is chance, and who did well in the rest of the form is likelier to have had
// bad luck: the true share is spread as Beta around that of the rest before the topic's
// answers are looked at (Jeffreys' prior where there is no rest).
func (s Standard) sayBelow(r *TopicResult, rest Total) {
	r.Standing = Unclear
	var before ctt.Shares
	if share, ok := rest.Shown(); ok {
		n := float64(rest.Items)
		like, firm := (share*n+0.5)/(n+1), 1/(1/n+1/alikeTopics)
		before = ctt.Shares{A: firm * like, B: firm * (1 - like)}
	}
	above, ok := r.shown().Among(before).Reaches(s.WeakBelow)
	if !ok {
		return
	}
	if r.Below = perCent(1 - above); 1-above >= float64(WeakCertainty)/10_000 {
		r.Standing = Weak
	}
}

// perCent is a probability in hundredths of a per cent.
func perCent(p float64) Hundredths { return Hundredths(math.Round(10_000 * p)) }

// TopicModel is how much may be said about a person's topic, learnt from
// everybody who took the form (Haberman, 2008): what is known of the topic's
// true points is Mean + Own·(topic − Mean) + Total·(whole − TotalMean), give or
// take Error. A model that says nothing more than the total has Silent set.
type TopicModel struct {
	Silent bool `json:"silent,omitempty"`
	// Items and Form are how many items the topic and the whole form must have; 0 where
	// the model is of one form.
	Items     int     `json:"items,omitempty"`
	Form      int     `json:"form,omitempty"`
	Mean      float64 `json:"mean"`
	TotalMean float64 `json:"total_mean"`
	Own       float64 `json:"own"`
	Total     float64 `json:"total,omitempty"`
	Error     float64 `json:"error"`
}

// below is the chance that the true points are below a cut.
func (m TopicModel) below(cut, topic, whole float64) float64 {
	estimate := m.Mean + m.Own*(topic-m.Mean) + m.Total*(whole-m.TotalMean)
	return math.Erfc((estimate-cut)/m.Error/math.Sqrt2) / 2
}

// fits tells whether the model is of a topic and of a form with as many items.
func (m TopicModel) fits(topic, form int) bool {
	return m.Items == 0 || m.Items == topic && m.Form == form
}

// Gate decides anew which topics may be called weak, where everybody's answers
// have shown how much a topic tells: a topic whose own number tells no more
// than the total is never weak, the others with WeakCertainty by their models.
// Topics without a model, or on forms of other lengths than it is of, stay as they are.
func (s Standard) Gate(topics []TopicResult, models map[string]TopicModel) []TopicResult {
	out := slices.Clone(topics)
	var whole Total
	for _, t := range topics {
		whole = whole.Plus(t.shown())
	}
	for i, t := range out {
		m, known := models[t.Topic]
		if !known || !m.fits(t.Items, whole.Items) || t.Standing != Weak && t.Standing != Unclear {
			continue
		}
		out[i].Standing, out[i].Below = Unclear, 0
		if m.Silent || m.Error <= 0 {
			continue
		}
		cut := float64(t.Maximum) * float64(s.WeakBelow) / 10_000
		below := m.below(cut, float64(t.Raw), float64(whole.Raw))
		if out[i].Below = perCent(below); below >= float64(WeakCertainty)/10_000 {
			out[i].Standing = Weak
		}
	}
	return out
}
