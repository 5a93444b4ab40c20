package lab

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"sathach/scoring/integrity"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Integrity looks for copied answers and for answers given too fast.
type Integrity struct {
	Responses string   `required:"" help:"CSV: person, perhaps agency and theta_hat, and one column of chosen options for each item." type:"existingfile"`
	NRM       string   `required:"" name:"nrm" help:"CSV of the nominal response model: item,key,slope_A,…,intercept_A,…" type:"existingfile"`
	Times     string   `help:"CSV of response times in seconds: person and one column for each item." type:"existingfile"`
	Ignore    []string `default:"agency,theta_hat,group,focal" help:"Columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

// maxPairs bounds the pairs of one file.
const maxPairs = 5_000_000

// Do writes pairs.csv and, of times, rt_items.csv and rt_persons.csv.
func (c Integrity) Do() (Summary, error) {
	r, err := readResponses(c.Responses, c.Ignore)
	if err != nil {
		return nil, err
	}
	answers, err := r.options(c.NRM)
	if err != nil {
		return nil, err
	}
	pairs, err := r.pairs()
	if err != nil {
		return nil, err
	}
	times, err := c.pace()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	level := integrity.PairLevel(len(pairs))
	flagged, err := r.writePairs(c.Out, answers, pairs, level)
	if err != nil {
		return nil, err
	}
	s := Summary{"n": len(r.persons), "n_directed_pairs": len(pairs), "bonferroni_alpha": rounded(level), "flagged_pairs": flagged}
	if times == nil {
		return s, nil
	}
	return s, times.write(c.Out)
}

// options reads the answers as options of the nominal response model. People
// without a theta_hat get the posterior mean.
func (r responses) options(file string) (integrity.Answers, error) {
	items, letters, err := readNominal(file, r.items)
	if err != nil {
		return integrity.Answers{}, err
	}
	a := integrity.Answers{Items: items}
	for i, row := range r.cells {
		options := make([]int, len(row))
		for j, text := range row {
			options[j] = slices.Index(letters[j], text)
			if options[j] < 0 && text != "" {
				return a, fmt.Errorf("%w: %s, line %d, item %s: %q is none of the options %s", ErrFile, r.file, i+2, r.items[j], text, strings.Join(letters[j], ", "))
			}
		}
		theta := 0.0
		if given := r.other["theta_hat"]; given != nil {
			if theta, err = number(given[i]); err != nil {
				return a, fmt.Errorf("%w: %s, line %d, column theta_hat: %v", ErrFile, r.file, i+2, err)
			}
		} else {
			theta = irt.NominalEAP(items, options)
		}
		a.Options, a.Theta = append(a.Options, options), append(a.Theta, theta)
	}
	return a, nil
}

// readNominal reads the nominal response model of the named items, and the
// letters of their options.
func readNominal(file string, names []string) (items []irt.Nominal, letters [][]string, err error) {
	f, err := readFrame(file)
	if err != nil {
		return nil, nil, err
	}
	name, err := f.naming("item")
	if err != nil {
		return nil, nil, err
	}
	key, err := f.column("key")
	if err != nil {
		return nil, nil, err
	}
	lines := map[string]int{}
	for n, row := range f.rows {
		lines[row[name]] = n
	}
	for _, item := range names {
		n, known := lines[item]
		if !known {
			return nil, nil, fmt.Errorf("%w: %s has no item %q", ErrFile, f.file, item)
		}
		one, options, err := f.nominal(f.rows[n])
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %s, line %d: %v", ErrFile, f.file, n+2, err)
		}
		if one.Key = slices.Index(options, f.rows[n][key]); one.Key < 0 {
			return nil, nil, fmt.Errorf("%w: %s, line %d: key %q is none of the options %s", ErrFile, f.file, n+2, f.rows[n][key], strings.Join(options, ", "))
		}
		items, letters = append(items, one), append(letters, options)
	}
	return items, letters, nil
}

// nominal reads the options of an item; those without a slope it has not.
func (f frame) nominal(row []string) (n irt.Nominal, options []string, err error) {
	for c, column := range f.columns {
		option, isSlope := strings.CutPrefix(column, "slope_")
		if !isSlope || strings.TrimSpace(row[c]) == "" {
			continue
		}
		at, err := f.column("intercept_" + option)
		if err != nil {
			return n, nil, err
		}
		slope, err := number(row[c])
		if err != nil {
			return n, nil, err
		}
		intercept, err := number(row[at])
		if err != nil {
			return n, nil, err
		}
		n.Slopes, n.Intercepts, options = append(n.Slopes, slope), append(n.Intercepts, intercept), append(options, option)
	}
	if len(options) < 2 {
		return n, nil, fmt.Errorf("an item needs slope_ and intercept_ of at least two options")
	}
	return n, options, nil
}

// agency is that of person i; empty where the file names none.
func (r responses) agency(i int) string {
	if of := r.other["agency"]; of != nil {
		return of[i]
	}
	return ""
}

// pairs are the copiers and sources of one agency; without agencies, of all.
func (r responses) pairs() ([][2]int, error) {
	members := map[string][]int{}
	count := 0
	for i := range r.persons {
		name := r.agency(i)
		count += 2 * len(members[name])
		members[name] = append(members[name], i)
	}
	if count > maxPairs {
		return nil, fmt.Errorf("%w: %s has %d pairs of people, more than %d: name their agencies in a column agency", ErrFile, r.file, count, maxPairs)
	}
	var pairs [][2]int
	for i := range r.persons {
		for _, other := range members[r.agency(i)] {
			if other != i {
				pairs = append(pairs, [2]int{i, other})
			}
		}
	}
	return pairs, nil
}

func (r responses) writePairs(dir string, answers integrity.Answers, pairs [][2]int, level float64) (flagged int, err error) {
	comparison := integrity.Compare(answers)
	type line struct {
		omega float64
		cells []string
	}
	var lines []line
	for _, ends := range pairs {
		p := comparison.Pair(ends[0], ends[1])
		flag := "0"
		if below(p.OmegaP, level) { // one test for each pair, as the level counts them
			flag = "1"
			flagged++
		}
		omega, ok := p.Omega.Get()
		if !ok {
			omega = math.Inf(-1)
		}
		lines = append(lines, line{omega, []string{r.persons[ends[0]], r.persons[ends[1]], r.agency(ends[0]), strconv.Itoa(p.Matches), strconv.Itoa(p.Right), strconv.Itoa(p.Wrong),
			cell(p.Omega), cell(p.OmegaP), cell(p.GBT), cell(p.K), cell(p.M4), flag}})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(b.omega, a.omega) })
	rows := make([][]string, len(lines))
	for n, l := range lines {
		rows[n] = l.cells
	}
	return flagged, writeCSV(dir, "pairs.csv", []string{"copier", "source", "agency", "matches", "identical_correct", "identical_incorrect", "omega", "omega_p", "gbt_p", "k_index_p", "m4_p", "flagged"}, rows)
}

func below(p measure.Value, level float64) bool {
	x, ok := p.Get()
	return ok && x < level
}

// timed is a file of response times and what it says.
type timed struct {
	r    responses
	pace integrity.Pace
}

func (c Integrity) pace() (*timed, error) {
	if c.Times == "" {
		return nil, nil
	}
	r, err := readResponses(c.Times, c.Ignore)
	if err != nil {
		return nil, err
	}
	times := make(integrity.Times, len(r.cells))
	for i, row := range r.cells {
		times[i] = make([]float64, len(row))
		for j, text := range row {
			if text == "" {
				continue
			}
			x, err := number(text)
			if err != nil || x <= 0 {
				return nil, fmt.Errorf("%w: %s, line %d, item %s: %q is no time above 0", ErrFile, r.file, i+2, r.items[j], text)
			}
			times[i][j] = x
		}
	}
	pace, err := times.Analyse()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrFile, r.file, err)
	}
	return &timed{r, pace}, nil
}

func (t timed) write(dir string) error {
	var rows [][]string
	for j, i := range t.pace.Items {
		rows = append(rows, []string{t.r.items[j], cell(i.Beta), cell(i.Alpha), cell(i.Mean), cell(i.Rapid)})
	}
	if err := writeCSV(dir, "rt_items.csv", []string{"item", "beta", "alpha", "mean_seconds", "nt10_threshold"}, rows); err != nil {
		return err
	}
	rows = nil
	for i, p := range t.pace.People {
		rows = append(rows, []string{t.r.persons[i], cell(p.Tau), cell(p.Chi2), strconv.Itoa(p.Fast), cell(p.Effort), cell(p.P)})
	}
	return writeCSV(dir, "rt_persons.csv", []string{"person", "tau", "chi2_sum_z2", "n_fast_z_lt_m3", "rte_nt10", "chi2_p"}, rows)
}
