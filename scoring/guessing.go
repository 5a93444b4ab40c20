package scoring

// Two ways to mark one choice that count what blind guessing earns against it. A
// share may be below 0, so they are for study and for tests that people take to
// learn: no item of a round is marked by them, where nobody loses what was earned.

// Formula earns everything for the right option and −1/(n−1) for another one of n,
// so that blind guessing earns nothing on average; a blank earns nothing (Holzinger,
// 1924; Lord, 1975, who assumes that people guess blindly or leave blank). It is not
// ok when the response is no choice of one option.
func Formula(key Key, r Response) (share Share, ok bool) {
	if r.Blank() {
		return Share{0, 1}, soleKey(key)
	}
	h, w, ok := compareSets(key, r)
	switch {
	case !ok || h+w != 1 || !soleKey(key):
		return Share{}, false
	case h == 1:
		return Share{1, 1}, true
	}
	return Share{-1, key.Options - 1}, true
}

// Certainties that people may state: 1 unsure, 2 fairly sure, 3 sure.
const (
	leastCertain = 1
	MostCertain  = 3
)

// wrongWhen is what a wrong answer costs, in thirds, by certainty.
var wrongWhen = [MostCertain + 1]int{0, 0, -2, -6}

// Certain earns as much as its taker was certain: 1, 2 or 3 thirds for the right
// option, 0, −2 or −6 for another one, nothing for a blank (certainty-based marking;
// Gardner-Medwin, 1995). To say 2 pays from a chance of 2/3 of being right, to say 3
// from .8: honesty earns most. It is not ok without a certainty of 1 to 3.
func Certain(key Key, r Response, certainty int) (share Share, ok bool) {
	plain, ok := Formula(key, r)
	switch {
	case !ok:
		return Share{}, false
	case r.Blank():
		return Share{0, 1}, true
	case certainty < leastCertain || certainty > MostCertain:
		return Share{}, false
	case plain.Part > 0:
		return Share{certainty, MostCertain}, true
	}
	return Share{wrongWhen[certainty], MostCertain}, true
}

func soleKey(key Key) bool { return key.Options >= 2 && len(key.Correct) == 1 }
