package lab

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Persons estimates abilities at given item parameters.
type Persons struct {
	Responses string   `required:"" help:"CSV: person and one column for each item." type:"existingfile"`
	Items     string   `required:"" help:"CSV: item with a,b[,c], a_2pl,d_2pl, a_map,b_map,c_map or a,b1,b2,…" type:"existingfile"`
	Ignore    []string `default:"group,focal" help:"Columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

// Do writes persons.csv, tif.csv and, of items scored 0/1, personfit.csv.
func (c Persons) Do() (Summary, error) {
	r, err := readResponses(c.Responses, c.Ignore)
	if err != nil {
		return nil, err
	}
	cells, _, err := r.scores()
	if err != nil {
		return nil, err
	}
	items, err := readItems(c.Items, r.items)
	if err != nil {
		return nil, err
	}
	for i, row := range cells {
		for j, x := range row {
			if x > len(items[j].D) {
				return nil, fmt.Errorf("%w: %s, line %d: score %d on item %s, whose highest is %d", ErrFile, r.file, i+2, x, r.items[j], len(items[j].D))
			}
		}
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	scorer := irt.NewScorer(items)
	fit := irt.NewFit(scorer, facilities(cells))
	var rows, fits [][]string
	for i, row := range cells {
		a := scorer.Score(row)
		rows = append(rows, append([]string{r.persons[i]}, abilityCells(row, row, a)...))
		f := fit.Of(row, a.WLE)
		fits = append(fits, []string{r.persons[i], cell(a.WLE), cell(f.LZ), cell(f.LZStar), cell(f.Guttman), cell(f.GuttmanShare)})
	}
	if err := writeCSV(c.Out, "persons.csv", []string{"person", "total", "eap", "eap_sd", "wle", "wle_se"}, rows); err != nil {
		return nil, err
	}
	if err := writeCSV(c.Out, "personfit.csv", []string{"person", "wle", "lz", "lz_star", "guttman_errors", "guttman_norm"}, fits); err != nil {
		return nil, err
	}
	var curve [][]string
	for step := -8; step <= 8; step++ {
		theta := float64(step) / 2
		information, expected := irt.Curve(items, theta)
		curve = append(curve, []string{text(theta), text(information), text(expected)})
	}
	s := Summary{"n": len(cells), "items": len(items), "marginal_rel": rounded(irt.MarginalReliability(items))}
	return s, writeCSV(c.Out, "tif.csv", []string{"theta", "tif", "tcc"}, curve)
}

// abilityCells are the total of a person's row and the ability that some of its scores
// tell. Nothing is written of who has none: the prior is no estimate.
func abilityCells(row, scores []int, a irt.Ability) []string {
	if !slices.ContainsFunc(scores, func(x int) bool { return x != measure.Missing }) {
		return make([]string, 5)
	}
	total := 0
	for _, x := range row {
		total += max(0, x)
	}
	return []string{strconv.Itoa(total), text(a.EAP), text(a.SD), cell(a.WLE), cell(a.WLESE)}
}

// facilities are the mean scores of every item over those who were asked.
func facilities(cells [][]int) []float64 {
	sums, counts := make([]float64, len(cells[0])), make([]float64, len(cells[0]))
	for _, row := range cells {
		for j, x := range row {
			if x != measure.Missing {
				sums[j] += float64(x)
				counts[j]++
			}
		}
	}
	for j := range sums {
		if counts[j] > 0 {
			sums[j] /= counts[j]
		}
	}
	return sums
}

// readItems reads the parameters of the named items.
func readItems(file string, names []string) ([]irt.Item, error) {
	f, err := readFrame(file)
	if err != nil {
		return nil, err
	}
	all, err := f.parameters()
	if err != nil {
		return nil, err
	}
	items := make([]irt.Item, len(names))
	for j, name := range names {
		i, known := all[name]
		if !known {
			return nil, fmt.Errorf("%w: %s has no parameters of item %q; --ignore leaves a column out", ErrFile, f.file, name)
		}
		items[j] = i
	}
	return items, nil
}

// Bounds of parameters that are read: beyond them nothing can be computed, and no
// item lies there.
const (
	steepest = 50.0
	farthest = 100.0
)

// parameters reads the items of a file, whichever columns tell them. Items whose
// parameters are blank, since they are undefined, are not among them.
func (f frame) parameters() (map[string]irt.Item, error) {
	name, err := f.naming("item")
	if err != nil {
		return nil, err
	}
	pick := func(names ...string) string {
		for _, n := range names {
			if slices.Contains(f.columns, n) {
				return n
			}
		}
		return names[0]
	}
	slopes, err := f.estimates(pick("a", "a_2pl", "a_map", "a_1pl"))
	if err != nil {
		return nil, err
	}
	out := map[string]irt.Item{}
	if slices.Contains(f.columns, "b1") {
		for n, row := range f.rows {
			if math.IsNaN(slopes[n]) {
				continue
			}
			if out[row[name]], err = f.steps(row, slopes[n]); err != nil {
				return nil, fmt.Errorf("%w: %s, line %d: %v", ErrFile, f.file, n+2, err)
			}
		}
		return out, nil
	}
	difficulties, err := f.estimates(pick("b", "b_2pl", "b_map", "b_1pl"))
	if err != nil {
		return nil, err
	}
	guesses := make([]float64, len(f.rows))
	if c := pick("c", "c_map"); slices.Contains(f.columns, c) {
		if guesses, err = f.estimates(c); err != nil {
			return nil, err
		}
	}
	for n, row := range f.rows {
		if math.IsNaN(slopes[n]) && math.IsNaN(difficulties[n]) {
			continue
		}
		if !(slopes[n] > 0 && slopes[n] <= steepest && guesses[n] >= 0 && guesses[n] < 1 && math.Abs(difficulties[n]) <= farthest) {
			return nil, fmt.Errorf("%w: %s, line %d: the slope must be above 0 and at most %v, the difficulty from −%v to %v, the asymptote from 0 to below 1", ErrFile, f.file, n+2, steepest, farthest, farthest)
		}
		out[row[name]] = irt.Dichotomous(slopes[n], difficulties[n], guesses[n])
	}
	return out, nil
}

// steps reads b1, b2, … as far as they are given; they are those of partial
// credit unless a column model says grm.
func (f frame) steps(row []string, slope float64) (irt.Item, error) {
	i := irt.Item{A: slope}
	if at := slices.Index(f.columns, "model"); at >= 0 {
		i.Graded = row[at] == string(irt.GRM)
	}
	for k := 1; ; k++ {
		at := slices.Index(f.columns, "b"+strconv.Itoa(k))
		if at < 0 || strings.TrimSpace(row[at]) == "" {
			break
		}
		b, err := number(row[at])
		if err != nil {
			return i, err
		}
		if math.Abs(b) > farthest {
			return i, fmt.Errorf("b%d is %v, beyond %v", k, b, farthest)
		}
		if last := len(i.D); i.Graded && last > 0 && -slope*b >= i.D[last-1] {
			return i, fmt.Errorf("the steps of a graded item must rise, b%d does not", k)
		}
		i.D = append(i.D, -slope*b)
	}
	if len(i.D) == 0 || !(slope > 0 && slope <= steepest) {
		return i, fmt.Errorf("item needs a slope above 0, at most %v, and b1", steepest)
	}
	return i, nil
}
