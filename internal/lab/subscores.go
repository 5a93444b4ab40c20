package lab

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Subscores says which topics of a form deserve a number of their own.
type Subscores struct {
	Responses string   `required:"" help:"CSV: person and one column for each item, named TOPIC_item, scores." type:"existingfile"`
	Ignore    []string `default:"group,focal" help:"Columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

// Do writes prmse.json and persons.csv, and the standard errors of what the first holds as
// errors.json.
func (c Subscores) Do() (Summary, error) {
	r, err := readResponses(c.Responses, c.Ignore)
	if err != nil {
		return nil, err
	}
	cells, most, err := r.scores()
	if err != nil {
		return nil, err
	}
	if r.counts != nil {
		return nil, fmt.Errorf("%w: %s holds patterns, whose items have no topics", ErrFile, r.file)
	}
	t, err := r.table(cells, most)
	if err != nil {
		return nil, err
	}
	names, topics, err := r.topics()
	if err != nil {
		return nil, err
	}
	scores, err := ctt.SubscoresOf(t, topics)
	if errors.Is(err, ctt.ErrTable) {
		return nil, fmt.Errorf("%w: %s: %w", ErrFile, r.file, err)
	}
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	if err := writeJSON(c.Out, "prmse.json", prmse(t, scores, names)); err != nil {
		return nil, err
	}
	err = writeJSON(c.Out, "errors.json", standardErrors(t, func(part *ctt.Table) Summary {
		some, err := ctt.SubscoresOf(part, topics)
		if err != nil { // who is left has no topics to compare
			return Summary{}
		}
		return prmse(part, some, names)
	}))
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for i, person := range r.persons {
		for k, name := range names {
			e := scores.Estimate(i, k)
			rows = append(rows, []string{person, name, strconv.Itoa(e.Raw), cell(e.Kelley), cell(e.FromTotal), cell(e.Augmented)})
		}
	}
	s := Summary{"n": len(r.persons), "topics": len(names)}
	s.put("stratified_alpha", scores.StratifiedAlpha)
	return s, writeCSV(c.Out, "persons.csv", []string{"person", "topic", "raw", "kelley", "from_total", "augmented"}, rows)
}

func prmse(t *ctt.Table, scores ctt.Subscores, names []string) Summary {
	all := Summary{"total": totalOf(ctt.TestOf(t), scores)}
	for k, p := range scores.Topics {
		all["topic"+names[k]] = topicOf(p, scores.True[k])
	}
	return all
}

// topics reads the topic of every item off its name: what stands before the
// first underscore, without the letter T before a number.
func (r responses) topics() (names []string, topics []int, err error) {
	for _, item := range r.items {
		name, _, named := strings.Cut(item, "_")
		if !named {
			return nil, nil, fmt.Errorf("%w: %s: item %q names no topic; it should read like T1_I01", ErrFile, r.file, item)
		}
		if number := strings.TrimPrefix(name, "T"); number != "" && strings.Trim(number, "0123456789") == "" {
			name = number
		}
		at := slices.Index(names, name)
		if at < 0 {
			at, names = len(names), append(names, name)
		}
		topics = append(topics, at)
	}
	return names, topics, nil
}

func totalOf(test ctt.TestStatistics, scores ctt.Subscores) Summary {
	s := Summary{}
	s.put("stratified_alpha", scores.StratifiedAlpha)
	s.put("alpha", test.Alpha)
	s.put("mean", test.Mean)
	s.put("sd", test.SD)
	return s
}

func topicOf(p ctt.Topic, correlations []measure.Value) Summary {
	s := Summary{"n_items": p.Items, "mean": rounded(p.Moments.Mean), "added_value_subscore": p.Advice == ctt.OwnNumber, "advice": p.Advice}
	s.put("sd", measure.Of(p.Moments.Variance).Map(math.Sqrt))
	s.put("alpha", p.Alpha)
	s.put("prmse_s", p.FromOwn)
	s.put("prmse_x", p.FromTotal)
	s.put("prmse_sx", p.FromBoth)
	s.put("disattenuated_corr_with_total", p.WithTotal)
	s.put("weight_s", p.OwnWeight)
	s.put("weight_x", p.TotalWeight)
	s.put("sem_raw", p.RawError)
	s.put("see_kelley", p.KelleyError)
	s.put("see_aug", p.BothError)
	row := make([]*float64, len(correlations))
	for k, v := range correlations {
		if x, ok := v.Get(); ok {
			x = rounded(x)
			row[k] = &x
		}
	}
	s["disattenuated_corr"] = row
	return s
}
