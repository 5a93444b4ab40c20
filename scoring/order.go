package scoring

// order is the share of an order of all options; Correct is the right one.
func (rule Rule) order(key Key, r Response) (Share, bool) {
	n := key.Options
	if n < 2 || len(r.Chosen) != n || len(key.Correct) != n || !distinct(r.Chosen, n) || !distinct(key.Correct, n) {
		return Share{}, false
	}
	right := make([]int, n) // the right place of every option
	for i, option := range key.Correct {
		right[option] = i
	}
	places := make([]int, n) // of what was put first, second, …
	for i, option := range r.Chosen {
		places[i] = right[option]
	}
	pairs := n * (n - 1) / 2
	switch rule {
	case Concordant:
		return Share{inOrder(places), pairs}, true
	case Kendall:
		return Share{max(0, 2*inOrder(places)-pairs), pairs}, true
	case WholeOrder:
		return whole(inOrder(places) == pairs), true
	case Positions:
		return Share{n - len(moves(places)), n}, true
	case Neighbours:
		return Share{neighbours(places), n - 1}, true
	case Longest:
		return Share{longest(places), n}, true
	case LongestGuarded:
		return Share{longest(places) - 1, n - 1}, true
	case Footrule:
		sum := 0
		for _, d := range moves(places) {
			sum += max(d, -d)
		}
		return reduced(n*n/2-sum, n*n/2), true
	case Spearman:
		sum := 0
		for _, d := range moves(places) {
			sum += d * d
		}
		return reduced(max(0, n*(n*n-1)-6*sum), n*(n*n-1)), true
	}
	return Share{}, false
}

// inOrder counts the pairs that stand in the right order.
func inOrder(places []int) (pairs int) {
	for i, p := range places {
		for _, q := range places[i+1:] {
			pairs += truth(p < q)
		}
	}
	return pairs
}

func neighbours(places []int) (right int) {
	for i := range len(places) - 1 {
		right += truth(places[i+1] == places[i]+1)
	}
	return right
}

// moves lists how far each option that is not in its place stands from it.
func moves(places []int) []int {
	var far []int
	for i, p := range places {
		if p != i {
			far = append(far, p-i)
		}
	}
	return far
}

// longest is the length of the longest increasing subsequence.
func longest(places []int) int {
	best, length := 0, make([]int, len(places))
	for i, p := range places {
		length[i] = 1
		for j, q := range places[:i] {
			if q < p {
				length[i] = max(length[i], length[j]+1)
			}
		}
		best = max(best, length[i])
	}
	return best
}

func reduced(part, of int) Share {
	a, b := part, of
	for b != 0 {
		a, b = b, a%b
	}
	return Share{part / a, of / a}
}
