package lab

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Calibrate estimates the parameters of items from a file of scores.
type Calibrate struct {
	Model     string   `required:"" enum:"1pl,2pl,3pl,gpcm,grm,nrm" help:"1pl, 2pl, 3pl, gpcm, grm, or nrm of options, with --key."`
	Responses string   `required:"" help:"CSV: person and one column for each item; or pattern,count." type:"existingfile"`
	Prior     string   `default:"none" enum:"none,default,c" help:"none; default: slopes, intercepts and asymptotes; c: asymptotes alone, logit c ~ N(logit .22, .5)."`
	Fixed     string   `help:"CSV of items whose parameters are known; they carry their scale to the others." type:"existingfile"`
	Groups    string   `help:"Column of groups with a mean and spread of their own; the first in the file is N(0,1)."`
	Key       string   `help:"CSV with a column item and the key of each, for nrm." type:"existingfile"`
	KeyColumn string   `default:"published_key" help:"The column of the key."`
	Alike     bool     `help:"People are of one population by design, so items need no people in common."`
	Ignore    []string `default:"group,focal" help:"Columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

// Do writes items.csv, persons.csv, itemfit.csv, q3.csv and summary.json; of
// options, no fit.
func (c Calibrate) Do() (Summary, error) {
	r, err := readResponses(c.Responses, append(c.Ignore, c.Groups))
	if err != nil {
		return nil, err
	}
	if c.Model == "nrm" {
		return c.nominal(r)
	}
	cells, most, err := r.scores()
	if err != nil {
		return nil, err
	}
	answers, err := r.answers(cells, most, c.Groups)
	if err != nil {
		return nil, err
	}
	plan := irt.Plan{Model: irt.Model(c.Model), Priors: c.priors(), Gradient: 1e-5, Change: 1e-7, Alike: c.Alike}
	if plan.Fixed, err = r.fixed(c.Fixed); err != nil {
		return nil, err
	}
	result, err := irt.Calibrate(answers, plan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.file, err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	header, rows := c.itemRows(r.items, most, result)
	if err := writeCSV(c.Out, "items.csv", header, rows); err != nil {
		return nil, err
	}
	s, err := c.persons(r, cells, result)
	if err != nil {
		return nil, err
	}
	// Fit is judged against N(0,1), which with groups or fixed items is not the
	// population.
	if c.Groups == "" && c.Fixed == "" {
		if err := c.writeFit(s, r, cells, result); err != nil {
			return nil, err
		}
	}
	var groups [][2]float64
	for _, g := range result.Groups {
		groups = append(groups, [2]float64{rounded(g.Mean), rounded(g.SD)})
	}
	s["group_mean_sd"] = groups
	return s, writeJSON(c.Out, "summary.json", s)
}

func (c Calibrate) priors() irt.Priors {
	switch c.Prior {
	case "default":
		return irt.UsualPriors()
	case "c":
		return irt.Priors{LogitC: irt.GuessingPrior}
	}
	return irt.Priors{}
}

// answers are the scores as calibration takes them, with the groups of a
// column if one is named.
func (r responses) answers(cells [][]int, most []int, column string) (*irt.Answers, error) {
	a, err := irt.NewAnswers(most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.file, err)
	}
	groups := r.groups(column)
	if column != "" && r.other[column] == nil {
		return nil, fmt.Errorf("%w: %s has no column %q", ErrFile, r.file, column)
	}
	for i, row := range cells {
		if err := a.Add(row, float64(r.count(i))); err != nil {
			return nil, fmt.Errorf("%s: %w", r.file, err)
		}
		if err := a.In(groups[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", r.file, err)
		}
	}
	return a, nil
}

// groups numbers the groups of a column as they first come; without a column
// everybody is in the first.
func (r responses) groups(column string) []int {
	numbers := make([]int, len(r.persons))
	var names []string
	for i, name := range r.other[column] {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		numbers[i] = slices.Index(names, name)
	}
	return numbers
}

// fixed are the items of a file that are among those answered.
func (r responses) fixed(file string) (map[int]irt.Item, error) {
	if file == "" {
		return nil, nil
	}
	f, err := readFrame(file)
	if err != nil {
		return nil, err
	}
	known, err := f.parameters()
	if err != nil {
		return nil, err
	}
	out := map[int]irt.Item{}
	for j, name := range r.items {
		if i, is := known[name]; is {
			out[j] = i
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s has none of the items of %s", ErrFile, f.file, r.file)
	}
	return out, nil
}

func (c Calibrate) itemRows(items []string, most []int, result irt.Calibration) (header []string, rows [][]string) {
	header = map[string][]string{
		"1pl": {"item", "a_1pl", "d_1pl", "b_1pl", "se_a_1pl", "se_d_1pl"}, "2pl": {"item", "a_2pl", "d_2pl", "b_2pl", "se_a", "se_d"},
		"3pl": {"item", "a_map", "d_map", "b_map", "c_map", "se_a", "se_d"},
	}[c.Model]
	top := slices.Max(most)
	if c.Model == "gpcm" || c.Model == "grm" {
		header = []string{"item", "a"}
		for k := range top {
			header = append(header, "b"+strconv.Itoa(k+1))
		}
		header = append(header, "se_a", "model")
	}
	header = append(header, "undefined")
	for j, name := range items {
		row := []string{name}
		if why := result.Why[j]; why != "" {
			row = append(row, make([]string, len(header)-2)...)
			rows = append(rows, append(row, string(why)))
			continue
		}
		rows = append(rows, append(c.parameters(row, result.Items[j], top, result.SE[j]), unsure(result.SE[j])))
	}
	return header, rows
}

// unsure says why an estimate has no error; empty where it has.
func unsure(se []measure.Value) string {
	for _, v := range se {
		if why := v.Why(); why != "" {
			return "error: " + string(why)
		}
	}
	return ""
}

func (c Calibrate) parameters(row []string, i irt.Item, top int, se []measure.Value) []string {
	if c.Model == "gpcm" || c.Model == "grm" {
		row = append(row, text(i.A))
		for k := range top {
			if k < len(i.D) {
				row = append(row, text(i.B(k+1)))
			} else {
				row = append(row, "")
			}
		}
		return append(row, cell(se[0]), c.Model)
	}
	row = append(row, text(i.A), text(i.D[0]), text(i.B(1)))
	if c.Model == "3pl" {
		row = append(row, text(i.C))
	}
	return append(row, cell(se[0]), cell(se[1]))
}

// persons writes persons.csv at the estimated parameters and sums up.
func (c Calibrate) persons(r responses, cells [][]int, result irt.Calibration) (Summary, error) {
	kept, columns := usableItems(result)
	base := irt.NewScorer(kept)
	var scorers []*irt.Scorer
	for _, g := range result.Groups {
		scorers = append(scorers, base.With(g))
	}
	groups := r.groups(c.Groups)
	header := []string{"person", "total", "eap", "eap_sd", "wle", "wle_se"}
	if r.counts != nil {
		header = []string{"pattern", "count", "expected_2pl", "eap", "eap_sd", "wle", "wle_se", "mle"}
	}
	people := 0
	for i := range cells {
		people += r.count(i)
	}
	var rows [][]string
	var eap, eapSquared, variance, n float64
	for i, row := range cells {
		scores := make([]int, len(columns))
		for k, j := range columns {
			scores[k] = row[j]
		}
		scorer := scorers[groups[i]]
		a := scorer.Score(scores)
		w := float64(r.count(i))
		if len(kept) > 0 {
			n, eap, eapSquared, variance = n+w, eap+w*a.EAP, eapSquared+w*a.EAP*a.EAP, variance+w*a.SD*a.SD
		}
		if r.counts == nil {
			rows = append(rows, append([]string{r.persons[i]}, abilityCells(row, scores, a)...))
			continue
		}
		_, logLik := scorer.Posterior(scores)
		expected := float64(people) * math.Exp(logLik)
		rows = append(rows, []string{r.persons[i], strconv.Itoa(r.count(i)), text(expected), text(a.EAP), text(a.SD), cell(a.WLE), cell(a.WLESE), likeliest(a)})
	}
	s := Summary{
		"model": c.Model, "prior": c.Prior, "loglik": rounded(result.LogLik), "penalised_loglik": rounded(result.Penalised), "cycles": result.Cycles,
		"max_gradient": rounded(result.MaxGradient), "converged": result.Converged, "marginal_rel": nil,
	}
	if c.Groups == "" && c.Fixed == "" && len(kept) > 0 { // it is that of N(0,1)
		s["marginal_rel"] = rounded(irt.MarginalReliability(kept))
	}
	s.put("rel_eap", measure.Undefined(measure.TooFew))
	if n > 1 {
		spread, doubt := (eapSquared-eap*eap/n)/(n-1), variance/n
		s.put("rel_eap", measure.Of(spread/(spread+doubt)))
	}
	return s, writeCSV(c.Out, "persons.csv", header, rows)
}

// writeFit writes how items agree with the model, each alone, in pairs and all
// together.
func (c Calibrate) writeFit(s Summary, r responses, cells [][]int, result irt.Calibration) error {
	items, columns := usableItems(result)
	answers := make([][]int, len(cells))
	for i, row := range cells {
		for _, j := range columns {
			answers[i] = append(answers[i], row[j])
		}
	}
	model, count := irt.Model(c.Model), func(i int) float64 { return float64(r.count(i)) }
	whole := irt.Fits(model, items, answers, count)
	s["m2_df"] = whole.DF
	s.put("m2", whole.M2)
	s.put("m2_p", whole.P)
	s.put("rmsea2", whole.RMSEA)
	var rows [][]string
	for k, f := range irt.FitItems(items, func(int) int { return model.PerItem() }, irt.Normal{Mean: 0, SD: 1}, answers, count) {
		df := ""
		if _, ok := f.Chi2.Get(); ok {
			df = strconv.Itoa(f.DF)
		}
		rows = append(rows, []string{r.items[columns[k]], cell(f.Chi2), df, cell(f.P), cell(f.Adjusted)})
	}
	if err := writeCSV(c.Out, "itemfit.csv", []string{"item", "s_x2", "df", "p", "p_bh"}, rows); err != nil {
		return err
	}
	if r.counts != nil { // patterns have no people to pair
		return nil
	}
	const suspicious = 0.2
	pairs, mean := irt.Q3(irt.NewScorer(items), answers)
	average, _ := mean.Get()
	rows = nil
	for a := range pairs {
		for b := range a {
			flag := "0"
			if q, ok := pairs[a][b].Get(); ok && q > average+suspicious {
				flag = "1"
			}
			rows = append(rows, []string{r.items[columns[b]], r.items[columns[a]], cell(pairs[a][b]), flag})
		}
	}
	return writeCSV(c.Out, "q3.csv", []string{"item", "other", "q3", "flagged"}, rows)
}

func usableItems(c irt.Calibration) (items []irt.Item, columns []int) {
	for j, i := range c.Items {
		if c.Why[j] == "" {
			items, columns = append(items, i), append(columns, j)
		}
	}
	return items, columns
}

func likeliest(a irt.Ability) string {
	if a.MLEAt != 0 {
		return text(math.Inf(a.MLEAt))
	}
	return cell(a.MLE)
}
