package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"sathach/assessment/assembly/optimal"
	"sathach/scoring/irt"
)

// Assemble makes forms from a bank of calibrated items.
type Assemble struct {
	Bank     string `required:"" help:"CSV of items: item,topic,level,a,b,c,seconds,enemy,stimulus; 0 for no enemy or stimulus." type:"existingfile"`
	Spec     string `required:"" help:"JSON of instances." type:"existingfile"`
	Instance string `required:"" help:"Name of an instance in the spec."`
	Seed     string `default:"1" help:"Forms follow from the request and the seed."`
	Out      string `required:"" help:"Directory for the results; it is created."`
}

// specification is a file of instances. What else it says of them is not read.
type specification struct {
	Theta     []float64                  `json:"theta"`
	Instances map[string]json.RawMessage `json:"instances"`
}

// instance is what is asked of forms. A word that is none of these is refused: a
// limit that is misspelt would be no limit.
type instance struct {
	Forms  *int `json:"forms"`
	Length int  `json:"length"`
	Pool   struct {
		Stimulus bool `json:"stimulus"`
		MaxItem  int  `json:"max_item"`
	} `json:"pool"`
	Topics     map[string]between `json:"topics"`
	Levels     map[string]between `json:"levels"`
	SecondsMax *int               `json:"seconds_max"`
	EnemyMax   *int               `json:"per_enemy_group_max"`
	Sets       *struct {
		Count int     `json:"count"`
		Items between `json:"items"`
	} `json:"stimulus_sets"`
	MaxUse     *int `json:"max_use"`
	MaxOverlap *int `json:"max_overlap"`
	Objective  struct {
		Kind    string    `json:"kind"`
		Weights []float64 `json:"weights"`
		Targets []float64 `json:"targets"`
	} `json:"objective"`
}

// between are the least and the most of something.
type between optimal.Range

// UnmarshalJSON reads two whole numbers, no more and no fewer.
func (l *between) UnmarshalJSON(text []byte) error {
	var numbers []int
	if err := json.Unmarshal(text, &numbers); err != nil {
		return err
	}
	if len(numbers) != 2 {
		return fmt.Errorf("%s is not a least and a most number", text)
	}
	l.Low, l.High = numbers[0], numbers[1]
	return nil
}

// above is a limit that must be at least one, or what stands for none.
func above(name string, limit *int, none int) (int, error) {
	switch {
	case limit == nil:
		return none, nil
	case *limit < 1:
		return 0, fmt.Errorf("%s is %d, not at least 1", name, *limit)
	}
	return *limit, nil
}

// Do writes forms.csv and report.json.
func (c Assemble) Do() (Summary, error) {
	request, err := c.request()
	if err != nil {
		return nil, err
	}
	before := cpuTime()
	result, err := optimal.Assemble(request)
	if infeasible := (*optimal.Infeasible)(nil); errors.As(err, &infeasible) || errors.Is(err, optimal.ErrRequest) || errors.Is(err, optimal.ErrNotFound) {
		return nil, fmt.Errorf("%w: instance %s: %w", ErrFile, c.Instance, err)
	}
	if err != nil {
		return nil, err
	}
	s := Summary{
		"instance": c.Instance, "forms": len(result.Forms), "max_use": optimal.MostUse(result.Forms), "max_overlap": optimal.MostOverlap(result.Forms),
		"violations": len(optimal.Audit(request, result.Forms)), "cpu_seconds": rounded((cpuTime() - before).Seconds()),
		"worst_deviation_percent": nil, "objective": nil, "bound": nil, "gap_percent": nil, "proven": result.Proven,
	}
	if len(request.Targets) > 0 {
		s["worst_deviation_percent"], s["deviation_bound_percent"] = rounded(100*result.Deviation), rounded(100*result.LeastDeviation)
	} else {
		s["objective"], s["bound"] = rounded(result.Objective), rounded(result.Bound)
		if gap := result.Gap(); !math.IsInf(gap, 1) { // forms that measure nothing have none
			s["gap_percent"] = rounded(100 * gap)
		}
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	var rows [][]string
	for n, form := range result.Forms {
		for _, place := range form {
			rows = append(rows, []string{strconv.Itoa(n + 1), request.Items[place].ID})
		}
	}
	if err := writeCSV(c.Out, "forms.csv", []string{"form", "item"}, rows); err != nil {
		return nil, err
	}
	return s, writeJSON(c.Out, "report.json", s)
}

// request reads the instance and the bank.
func (c Assemble) request() (optimal.Request, error) {
	spec, in, err := c.instance()
	if err != nil {
		return optimal.Request{}, err
	}
	r := optimal.Request{Length: in.Length, Topics: bounds(in.Topics), Levels: bounds(in.Levels), Seed: c.Seed}
	if in.MaxOverlap != nil && *in.MaxOverlap == 0 { // forms that share nothing
		in.MaxUse, in.MaxOverlap = new(1), nil
	}
	for _, limit := range []struct {
		name  string
		value *int
		none  int
		to    *int
	}{
		{"forms", in.Forms, 1, &r.Forms}, {"seconds_max", in.SecondsMax, 0, &r.Seconds}, {"per_enemy_group_max", in.EnemyMax, 0, &r.Enemies},
		{"max_use", in.MaxUse, 0, &r.Uses}, {"max_overlap", in.MaxOverlap, 0, &r.Overlap},
	} {
		if *limit.to, err = above(limit.name, limit.value, limit.none); err != nil {
			return r, fmt.Errorf("%w: %s: instance %s: %v", ErrFile, c.Spec, c.Instance, err)
		}
	}
	if in.Pool.MaxItem < 0 {
		return r, fmt.Errorf("%w: %s: instance %s: max_item is %d, below 0", ErrFile, c.Spec, c.Instance, in.Pool.MaxItem)
	}
	if len(in.Objective.Weights) > 0 && len(in.Objective.Targets) > 0 {
		return r, fmt.Errorf("%w: %s: instance %s has both weights and targets", ErrFile, c.Spec, c.Instance)
	}
	switch in.Objective.Kind {
	case "maximin":
		r.Weights = in.Objective.Weights
	case "target":
		r.Targets = in.Objective.Targets
	default:
		return r, fmt.Errorf("%w: %s: instance %s has the objective %q, not maximin or target", ErrFile, c.Spec, c.Instance, in.Objective.Kind)
	}
	if in.Sets != nil {
		r.Sets = &optimal.Sets{Count: in.Sets.Count, Items: optimal.Range(in.Sets.Items)}
	}
	r.Items, err = readBank(c.Bank, in.Pool.Stimulus, in.Pool.MaxItem, spec.Theta)
	return r, err
}

func (c Assemble) instance() (specification, instance, error) {
	var spec specification
	text, err := os.ReadFile(c.Spec)
	if err != nil {
		return spec, instance{}, err
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		return spec, instance{}, fmt.Errorf("%w: %s: %v", ErrFile, c.Spec, err)
	}
	for _, theta := range spec.Theta {
		if math.Abs(theta) > farthestPoint {
			return spec, instance{}, fmt.Errorf("%w: %s: the ability %v is beyond ±%v", ErrFile, c.Spec, theta, farthestPoint)
		}
	}
	var in instance
	asked, known := spec.Instances[c.Instance]
	if !known {
		var names []string
		for name := range spec.Instances {
			names = append(names, name)
		}
		slices.Sort(names)
		return spec, in, fmt.Errorf("%w: %s has no instance %q, only %s", ErrFile, c.Spec, c.Instance, strings.Join(names, ", "))
	}
	read := json.NewDecoder(bytes.NewReader(asked))
	read.DisallowUnknownFields()
	if err := read.Decode(&in); err != nil {
		return spec, in, fmt.Errorf("%w: %s: instance %s: %v", ErrFile, c.Spec, c.Instance, err)
	}
	return spec, in, nil
}

// farthestPoint bounds the abilities at which information is asked for.
const farthestPoint = 20.0

func bounds(of map[string]between) map[string]optimal.Range {
	out := map[string]optimal.Range{}
	for name, b := range of {
		out[name] = optimal.Range(b)
	}
	return out
}

// readBank reads the items of a pool, with their information at the points.
func readBank(file string, sets bool, most int, theta []float64) ([]optimal.Item, error) {
	f, err := readFrame(file)
	if err != nil {
		return nil, err
	}
	parameters, err := f.parameters()
	if err != nil {
		return nil, err
	}
	columns := map[string]int{}
	for _, name := range []string{"item", "topic", "level", "seconds", "enemy", "stimulus"} {
		if columns[name], err = f.column(name); err != nil {
			return nil, err
		}
	}
	seconds, err := f.numbers("seconds")
	if err != nil {
		return nil, err
	}
	var items []optimal.Item
	for n, row := range f.rows {
		if seconds[n] != math.Trunc(seconds[n]) {
			return nil, fmt.Errorf("%w: %s, line %d: %v is no whole number of seconds", ErrFile, f.file, n+2, seconds[n])
		}
		group := func(name string) string { // every way to write 0 is none
			cell := strings.TrimSpace(row[columns[name]])
			if x, err := number(cell); err == nil && x == 0 {
				return ""
			}
			return cell
		}
		id := row[columns["item"]]
		number, err := strconv.Atoi(id)
		if most > 0 && (err != nil || number > most) || !sets && group("stimulus") != "" {
			continue
		}
		if _, known := parameters[id]; !known {
			return nil, fmt.Errorf("%w: %s, line %d: item %s has no parameters", ErrFile, f.file, n+2, id)
		}
		one := optimal.Item{ID: id, Topic: row[columns["topic"]], Level: row[columns["level"]], Seconds: int(seconds[n]), Enemy: group("enemy"), Set: group("stimulus")}
		for _, point := range theta {
			one.Information = append(one.Information, irt.Item.Information(parameters[id], point))
		}
		items = append(items, one)
	}
	return items, nil
}
