package scoring

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
}

// Topics groups marks by topic, in the order topics first appear.
// topics[i] is the topic of marks[i].
func (s Standard) Topics(topics []string, marks []Mark) []TopicResult {
	var results []TopicResult
	place := map[string]int{}
	for i, m := range marks {
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
	for i := range results {
		results[i].Standing = s.standing(results[i])
	}
	return results
}

// WeakCertainty is how likely a topic's true share must be below WeakBelow
// before it is called weak, where the standard asks for certainty: less than
// of a whole form, since all that follows is reading (Sinharay, 2010).
const WeakCertainty Hundredths = 8000

func (s Standard) standing(r TopicResult) Standing {
	part := Total{Raw: r.Raw, Maximum: r.Maximum, Items: r.Items}
	switch {
	case r.Items < s.TopicItems || r.Maximum == 0:
		return TooFew
	case !part.Atleast(s.WeakBelow) && s.surelyWeak(part):
		return Weak
	case !part.Atleast(s.WeakBelow):
		return Unclear
	case r.Raw == r.Maximum:
		return Firm
	}
	return Fine
}

// surelyWeak tells whether a share below WeakBelow is evidence: of a few items,
// one wrong answer more is chance.
func (s Standard) surelyWeak(topic Total) bool {
	above, ok := topic.Reaches(s.WeakBelow)
	return s.Certainty == 0 || !ok || 1-above >= float64(WeakCertainty)/10_000
}
