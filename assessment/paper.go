package assessment

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/rand/v2"
	"strconv"

	"sathach/itembank"
	"sathach/scoring"
)

// Paper is everything a candidate sees of an attempt. It holds no key, and
// nothing in it depends on one.
type Paper struct {
	Attempt   Attempt
	Round     Round
	Questions []Question
}

// Question is one item as shown: options in the order of this attempt, each
// with its place in the item, which is what a response names.
type Question struct {
	Position int
	Kind     itembank.Kind
	Format   itembank.Format // of the stem and the options
	Stem     string
	Options  []Choice
	Targets  []Choice
	Gaps     [][]Choice // what may be chosen in each gap, nothing where it is typed
	Unit     string
	Told     int          // how many options are right, where the paper tells it
	Rule     scoring.Rule // by which it is marked, where that is not the usual one of its kind
	Entry    Entry
	// Situation is the text that the question asks about, nil for none.
	Situation *Situation
}

// Situation is a text that neighbouring questions ask about.
type Situation struct {
	Format      itembank.Format
	Stem        string
	First, Last int // positions of its questions
}

// Choice is an option or target with its place in the item.
type Choice struct {
	Index int
	Text  string
}

// paper lays a form out for an attempt.
func paper(a Attempt, r Round, form formTexts) Paper {
	p := Paper{Attempt: a, Round: r, Questions: make([]Question, len(form.items))}
	for i, item := range form.items {
		q := Question{Position: i + 1, Kind: item.Kind, Format: item.Format, Stem: item.Stem, Unit: item.Unit, Told: item.Told, Entry: a.Sheet[i+1]}
		if item.SpecialRule() {
			q.Rule = item.Rule
		}
		q.Options = choices(item.Options, shown(r, a.Candidate, i+1, "options", item))
		q.Targets = choices(item.Targets, shown(r, a.Candidate, i+1, "targets", item))
		for n, options := range item.Gaps {
			one := itembank.Revision{Kind: item.Kind, Options: options}
			q.Gaps = append(q.Gaps, choices(options, shown(r, a.Candidate, i+1, "gap "+strconv.Itoa(n), one)))
		}
		p.Questions[i] = q
	}
	for i, text := range form.above {
		if text == nil {
			continue
		}
		if i > 0 && form.above[i-1] != nil && form.above[i-1].ID == text.ID {
			p.Questions[i].Situation = p.Questions[i-1].Situation
		} else {
			p.Questions[i].Situation = &Situation{Format: text.Format, Stem: text.Stem, First: i + 1}
		}
		p.Questions[i].Situation.Last = i + 1
	}
	return p
}

func choices(texts []string, order []int) []Choice {
	list := make([]Choice, len(texts))
	for i, index := range order[:len(texts)] {
		list[i] = Choice{index, texts[index]}
	}
	return list
}

// shown is the order of options or targets on one candidate's paper: the same
// at every visit and on every machine, because it derives from the round's
// seed and the candidate. Pinned options keep their place; true and false keep
// their usual order.
func shown(r Round, who CandidateID, position int, part string, item itembank.Revision) []int {
	n := len(item.Options)
	if part == "targets" {
		n = len(item.Targets)
	}
	order := make([]int, n)
	free := make([]int, 0, n)
	pinned := map[int]bool{}
	if part == "options" {
		for _, p := range item.Pinned {
			pinned[p] = true
		}
	}
	for i := range order {
		order[i] = i
		if !pinned[i] {
			free = append(free, i)
		}
	}
	if !r.Rules.Shuffle || item.Kind == itembank.TrueFalse || item.Kind == itembank.Matrix && part == "targets" {
		return order
	}
	mac := hmac.New(sha256.New, []byte(r.Seed))
	mac.Write([]byte(string(who) + "|" + strconv.Itoa(position) + "|" + part))
	rnd := rand.New(rand.NewChaCha8([32]byte(mac.Sum(nil))))
	mixed := append([]int(nil), free...)
	rnd.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	for i, place := range free {
		order[place] = mixed[i]
	}
	return order
}
