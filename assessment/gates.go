package assessment

import (
	"context"
	"fmt"

	"sathach/internal/database"
	"sathach/scoring"
	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Gates are, by form and topic, how much may be said about a person's topic. Forms that
// few people took, as where everybody has one of his own, share those of anyForm.
type Gates map[FormID]map[string]scoring.TopicModel

const anyForm FormID = ""

func (g Gates) of(form FormID) map[string]scoring.TopicModel {
	if models, known := g[form]; known {
		return models
	}
	return g[anyForm]
}

// Advice is what may be reported about a person's topic (Haberman, 2008), on most of the
// forms that have a gate; empty where none has one.
func (g Gates) Advice(topic string) ctt.Advice {
	said := map[ctt.Advice]int{}
	for _, models := range g {
		if m, known := models[topic]; known {
			said[adviceOf(m)]++
		}
	}
	most := ctt.Advice("")
	for _, advice := range []ctt.Advice{ctt.NothingMore, ctt.Augmented, ctt.OwnNumber} {
		if said[advice] > said[most] {
			most = advice
		}
	}
	return most
}

func adviceOf(m scoring.TopicModel) ctt.Advice {
	switch {
	case m.Silent:
		return ctt.NothingMore
	case m.Total != 0:
		return ctt.Augmented
	}
	return ctt.OwnNumber
}

// gatesOf looks at every form that enough people took, each for the first time, and at
// all forms together.
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
		if models != nil {
			gates[id] = models
		}
	}
	all, err := profilesOf(ctx, h, run)
	if err != nil {
		return nil, err
	}
	together, err := all.models()
	if err != nil {
		return nil, fmt.Errorf("topics of all forms: %w", err)
	}
	if together != nil {
		gates[anyForm] = together
	}
	return gates, nil
}

// profiles are what people have on the topics of forms that ask equally many items of
// each.
type profiles struct {
	topics []string
	items  []int
	points [][]scoring.Points // of every person, topic by topic
}

// models analyses the topics (ctt.ReplicatedOfDrawn), where enough people took the forms.
func (all profiles) models() (map[string]scoring.TopicModel, error) {
	if len(all.points) < leastToLearn {
		return nil, nil
	}
	unit := scoring.Unit(all.points)
	scores := make([][]int, len(all.points))
	sum := 0.0
	for i, row := range all.points {
		for _, p := range row {
			scores[i], sum = append(scores[i], int(p/unit)), sum+float64(p)
		}
	}
	found, err := ctt.ReplicatedOfDrawn(scores, all.items, int(scoring.One/unit))
	if err != nil {
		return nil, err
	}
	form := 0
	for _, n := range all.items {
		form += n
	}
	models := map[string]scoring.TopicModel{}
	for k, topic := range found.Topics {
		if m, ok := model(topic, float64(unit), sum/float64(len(all.points))); ok {
			m.Items, m.Form = all.items[k], form
			models[all.topics[k]] = m
		}
	}
	return models, nil
}

// sheet is the marks of one form: of every person, item by item.
type sheet struct {
	topics []string // of every item
	points [][]scoring.Points
}

// models analyses the topics of a form (ctt.Replicated). Where nothing can be
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
	found, err := ctt.Replicated(whole.Table, of)
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
	if own.Why() == measure.Constant {
		return m, false
	}
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
