package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"sathach/internal/database"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// Learnt is what a run learns from everybody's answers before it decides about
// anybody. It is written down with the run, so that a result can be recomputed.
type Learnt struct {
	// People is how true shares are spread among those who took the round, whose
	// agency never counts; the zero Shares where fewer than leastToLearn did.
	People ctt.Shares
	// Gates are, by form, how much may be said about a person's topics.
	Gates Gates
}

// Gates are, by form and topic, how much may be said about a person's topic.
type Gates map[FormID]map[string]scoring.TopicModel

// leastToLearn is how many people a round needs before anything is said about how
// all of them do, and a form before its topics are modelled; below, people are
// judged by their own answers alone.
const leastToLearn = 100

// learn looks at everybody's first tries. A standard that asks for no certainty
// needs none of it.
func learn(ctx context.Context, h database.Handle, run RunID, held corrections, standard scoring.Standard) (Learnt, error) {
	if standard.Certainty == 0 {
		return Learnt{}, nil
	}
	all, err := shownByAll(h, run)
	if err != nil {
		return Learnt{}, err
	}
	gates, err := gatesOf(ctx, h, run, held)
	return Learnt{all.people(), gates}, err
}

// showing is what all first tries of a run earned of the items that show something.
type showing struct {
	N, Items     int
	Sum, Squares float64 // of the shares
}

// people is how the true shares of all of them are spread: forms are alike and
// dealt by turns, so that one population took them all.
func (s showing) people() ctt.Shares {
	if s.N < leastToLearn {
		return ctt.Shares{}
	}
	n := float64(s.N)
	mean := s.Sum / n
	people, _ := ctt.SharesOf(mean, max(0, s.Squares-n*mean*mean)/(n-1), int(math.Round(float64(s.Items)/n)))
	return people
}

// gatesOf looks at every form that enough people took, each for the first time.
func gatesOf(ctx context.Context, h database.Handle, run RunID, held corrections) (Gates, error) {
	forms, err := formsTakenBy(h, run, leastToLearn)
	if err != nil {
		return nil, err
	}
	gates := Gates{}
	for _, id := range forms {
		s, err := topicSheet(ctx, h, run, held, id)
		if err != nil {
			return nil, err
		}
		models, err := s.models()
		if err != nil {
			return nil, fmt.Errorf("topics of form %s: %w", id, err)
		}
		gates[id] = models
	}
	return gates, nil
}

// sheet is the marks of one form: of every person, item by item.
type sheet struct {
	topics []string // of every item
	points [][]scoring.Points
}

// models analyses the topics of a form (ctt.SubscoresOf). Where nothing can be
// said, because everybody did alike, a topic has no model.
func (s sheet) models() (map[string]scoring.TopicModel, error) {
	if len(s.points) < 2 {
		return nil, nil
	}
	whole, err := scoring.NewSheet(s.points)
	if err != nil {
		return nil, err
	}
	places := map[string]int{}
	var codes []string
	of := make([]int, len(s.topics))
	for j, code := range s.topics {
		at, seen := places[code]
		if !seen {
			at = len(codes)
			places[code], codes = at, append(codes, code)
		}
		of[j] = at
	}
	found, err := ctt.SubscoresOf(whole.Table, of)
	if err != nil {
		return nil, err
	}
	sum := 0.0
	for _, total := range whole.Totals {
		sum += float64(total)
	}
	models, unit := map[string]scoring.TopicModel{}, float64(whole.Unit)
	mean := unit * sum / float64(len(whole.Totals))
	for at, topic := range found.Topics {
		if m, ok := model(topic, unit, mean); ok {
			models[codes[at]] = m
		}
	}
	return models, nil
}

// model is a topic's, in points.
func model(t ctt.Topic, unit, whole float64) (scoring.TopicModel, bool) {
	m := scoring.TopicModel{Mean: unit * t.Moments.Mean, TotalMean: whole}
	own, se := t.FromOwn, t.KelleyError // Kelley's estimate
	switch t.Advice {
	case ctt.NothingMore:
		m.Silent = true
		return m, true
	case ctt.Augmented:
		own, se = t.OwnWeight, t.BothError
		m.Total, _ = t.TotalWeight.Get()
	}
	x, ok := own.Get()
	e, known := se.Get()
	m.Own, m.Error = x, unit*e
	return m, ok && known
}

// settle decides about everybody by what was learnt, in short commits. It may be
// done again.
func (r *Rounds) settle(ctx context.Context, run RunID, standard scoring.Standard, l Learnt) error {
	if l.People == (ctt.Shares{}) && len(l.Gates) == 0 {
		return nil
	}
	after := AttemptID("")
	for {
		results, err := storedResults(r.DB.Read(ctx), run, after, attemptsPerCommit)
		if err != nil || len(results) == 0 {
			return err
		}
		after = results[len(results)-1].attempt
		err = r.DB.Write(ctx, func(tx *database.Tx) error {
			for _, x := range results {
				decision, topics := l.decide(standard, x.form, x.total, x.topics)
				if decision == x.decision && slices.Equal(topics, x.topics) {
					continue
				}
				if err := updateResult(tx, run, x.attempt, decision, topics); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// decide is what follows for one attempt.
func (l Learnt) decide(standard scoring.Standard, form FormID, total scoring.Total, topics []scoring.TopicResult) (scoring.Decision, []scoring.TopicResult) {
	return standard.Decide(total, l.People), standard.Gate(topics, l.Gates[form])
}

// texts are what the database keeps.
func (l Learnt) texts() (people, gates string, err error) {
	if l.People != (ctt.Shares{}) {
		text, err := json.Marshal(l.People)
		if err != nil {
			return "", "", err
		}
		people = string(text)
	}
	if len(l.Gates) > 0 {
		text, err := json.Marshal(l.Gates)
		if err != nil {
			return "", "", err
		}
		gates = string(text)
	}
	return people, gates, nil
}
