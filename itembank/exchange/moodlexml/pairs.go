package moodlexml

import "sathach/itembank/exchange"

// matching reads pairs. A left side without text adds a right side that
// belongs to nothing; right sides with the same text are one, as in Moodle.
func (q *question) matching() {
	q.item.Type = exchange.Matching
	places := map[string]int{}
	for _, s := range q.node.all("subquestion") {
		left, right := q.rich(s), q.looseRich(s.first("answer"))
		if right.plain == "" {
			if left.plain != "" {
				q.item.Break(exchange.KeyMissing, "Có vế trái không ghi vế phải tương ứng")
			}
			continue
		}
		place, known := places[right.identity()]
		if !known {
			place = len(q.targets)
			places[right.identity()] = place
			q.targets = append(q.targets, right)
		}
		if left.plain != "" {
			q.options = append(q.options, left)
			q.item.Key = append(q.item.Key, place)
		}
	}
}

// ordering has its answers in the right order; fractions only number them.
func (q *question) ordering() {
	q.item.Type = exchange.Ordering
	for _, a := range q.node.all("answer") {
		q.item.Key = append(q.item.Key, len(q.options))
		q.options = append(q.options, q.rich(a))
		q.feedback = append(q.feedback, q.rich(a.first("feedback")))
	}
}
