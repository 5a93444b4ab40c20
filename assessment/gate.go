package assessment

import (
	"context"
	"encoding/json"
	"fmt"

	"sathach/internal/database"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// Gates are, by form, how much may be said about a person's topics. They are
// written down with the run, so that a result can be recomputed.
type Gates map[FormID]map[string]scoring.TopicModel

// leastForGate is how many people a form needs before its topics are modelled;
// below, a person's topics are judged by their own answers alone.
const leastForGate = 100

// gatesOf looks at every form that enough people took, each for the first
// time. A standard that asks for no certainty has no gates.
func gatesOf(ctx context.Context, h database.Handle, run RunID, held corrections, standard scoring.Standard) (Gates, error) {
	if standard.Certainty == 0 {
		return nil, nil
	}
	forms, err := formsTakenBy(h, run, leastForGate)
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

// regate gives the topics of a run's results the standing that its gates
// allow, in short commits. It may be done again.
func (r *Rounds) regate(ctx context.Context, run RunID, standard scoring.Standard, gates Gates) error {
	for form, models := range gates {
		after := AttemptID("")
		for {
			results, err := topicsOfResults(r.DB.Read(ctx), run, form, after, attemptsPerCommit)
			if err != nil {
				return err
			}
			if len(results) == 0 {
				break
			}
			after = results[len(results)-1].attempt
			err = r.DB.Write(ctx, func(tx *database.Tx) error {
				for _, x := range results {
					if err := updateTopics(tx, run, x.attempt, x.topics, standard.Gate(x.topics, models)); err != nil {
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
	return nil
}

// text is what the database keeps.
func (g Gates) text() (string, error) {
	if len(g) == 0 {
		return "", nil
	}
	text, err := json.Marshal(g)
	return string(text), err
}
