package lab

import (
	"fmt"
	"os"
	"slices"

	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// nominal calibrates the nominal response model from options, and writes items.csv
// as Integrity reads it, persons.csv and summary.json.
func (c Calibrate) nominal(r responses) (Summary, error) {
	if c.Key == "" || c.Groups != "" || c.Fixed != "" || c.Prior == "c" {
		return nil, fmt.Errorf("%w: the model nrm needs --key, and takes neither --groups, --fixed nor a prior on c", ErrFile)
	}
	key, err := readKey(c.Key, c.KeyColumn, r.items)
	if err != nil {
		return nil, err
	}
	letters, choices, err := r.letters(key)
	if err != nil {
		return nil, err
	}
	options, keys := make([]int, len(letters)), make([]int, len(letters))
	for j, of := range letters {
		options[j], keys[j] = len(of), slices.Index(of, key[j])
	}
	plan := irt.NominalPlan{}
	if c.Prior == "default" {
		plan.Spread = irt.UsualSpread
	}
	result, err := irt.CalibrateNominal(options, keys, choices, plan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.file, err)
	}
	for j, of := range letters {
		if slices.Contains(of, "") && result.Why[j] == "" { // a prior makes no second option
			result.Why[j] = measure.Constant
		}
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	header, rows := nominalRows(r.items, letters, key, result)
	if err := writeCSV(c.Out, "items.csv", header, rows); err != nil {
		return nil, err
	}
	var kept []irt.Nominal
	for j, item := range result.Items {
		if result.Why[j] == "" {
			kept = append(kept, item)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("%w: %s tells nothing of any item", ErrFile, r.file)
	}
	rows = nil
	for i, row := range choices {
		var known []int
		for j, k := range row {
			if result.Why[j] == "" {
				known = append(known, k)
			}
		}
		rows = append(rows, []string{r.persons[i], text(irt.NominalEAP(kept, known))})
	}
	if err := writeCSV(c.Out, "persons.csv", []string{"person", "eap"}, rows); err != nil {
		return nil, err
	}
	s := Summary{"model": c.Model, "prior": c.Prior, "loglik": rounded(result.LogLik), "cycles": result.Cycles, "max_gradient": rounded(result.MaxGradient), "converged": result.Converged}
	return s, writeJSON(c.Out, "summary.json", s)
}

// letters are the options of every item that are the key or that somebody chose,
// in order, and the choices as places in them.
func (r responses) letters(key []string) (letters [][]string, choices [][]int, err error) {
	if r.counts != nil {
		return nil, nil, fmt.Errorf("%w: %s has patterns, not options", ErrFile, r.file)
	}
	for j := range r.items {
		of := []string{key[j]}
		for _, row := range r.cells {
			if row[j] != "" {
				of = append(of, row[j])
			}
		}
		slices.Sort(of)
		letters = append(letters, slices.Compact(of))
	}
	for j, of := range letters {
		if len(of) < 2 {
			letters[j] = append(of, "") // everybody chose the key: the item has no model
		}
	}
	for _, row := range r.cells {
		chosen := make([]int, len(row))
		for j, option := range row {
			if chosen[j] = measure.Missing; option != "" {
				chosen[j] = slices.Index(letters[j], option)
			}
		}
		choices = append(choices, chosen)
	}
	return letters, choices, nil
}

func nominalRows(items []string, letters [][]string, key []string, result irt.NominalCalibration) (header []string, rows [][]string) {
	all := slices.Concat(letters...)
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(option string) bool { return option == "" })
	header = []string{"item", "key"}
	for _, kind := range []string{"slope_", "intercept_"} {
		for _, option := range all {
			header = append(header, kind+option)
		}
	}
	header = append(header, "undefined")
	for j, name := range items {
		row := []string{name, key[j]}
		for _, of := range [][]float64{result.Items[j].Slopes, result.Items[j].Intercepts} {
			for _, option := range all {
				k := slices.Index(letters[j], option)
				if k < 0 || result.Why[j] != "" {
					row = append(row, "")
					continue
				}
				row = append(row, text(of[k]))
			}
		}
		rows = append(rows, append(row, string(result.Why[j])))
	}
	return header, rows
}
