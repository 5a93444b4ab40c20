package scoring

// Standing is what may be said about one topic of one attempt.
type Standing string

const (
	TooFew Standing = "too_few" // fewer items than the standard asks for
	Weak   Standing = "weak"    // Nên bổ sung
	Fine   Standing = "fine"    // Khá vững
	Firm   Standing = "firm"    // Vững: everything right
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

func (s Standard) standing(r TopicResult) Standing {
	part := Total{Raw: r.Raw, Maximum: r.Maximum}
	switch {
	case r.Items < s.TopicItems || r.Maximum == 0:
		return TooFew
	case !part.Atleast(s.WeakBelow):
		return Weak
	case r.Raw == r.Maximum:
		return Firm
	}
	return Fine
}
