package lab

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"sathach/scoring"
)

// Mark marks responses by every rule.
type Mark struct {
	Kind    string `required:"" enum:"multiselect,ordering,single" help:"multiselect: n,key,selected as letters; single: the same of one choice or none, perhaps with certainty from 1 to 3; ordering: response as digits, key too unless it is 12…n."`
	Vectors string `required:"" help:"CSV of responses." type:"existingfile"`
	Out     string `required:"" help:"Directory for the results; it is created."`
}

type namedRule struct {
	column string
	rule   scoring.Rule
}

var choiceRules = []namedRule{
	{"all_or_nothing", scoring.AllOrNothing}, {"ps1m_no_penalty", scoring.Hits}, {"plus_minus_floor0", scoring.PlusMinus},
	{"plus_minus_balanced_floor0", scoring.PlusMinusBalanced}, {"true_false", scoring.TrueFalseEach}, {"true_false_halfguess", scoring.TrueFalseGuarded},
	{"ripkey", scoring.Ripkey}, {"ps50", scoring.HalfHits}, {"ps50_no_wrong", scoring.HalfHitsOnly}, {"mtf_ps50", scoring.HalfDecisions},
}

var orderRules = []namedRule{
	{"all_or_nothing", scoring.WholeOrder}, {"absolute_position", scoring.Positions}, {"adjacent_pairs", scoring.Neighbours},
	{"kendall_tau_floor0", scoring.Kendall}, {"concordant_pairs", scoring.Concordant}, {"lis_over_n", scoring.Longest},
	{"lis_minus1_over_nminus1", scoring.LongestGuarded}, {"footrule", scoring.Footrule}, {"spearman_floor0", scoring.Spearman},
}

// Do writes marks.csv: the responses with the share each rule gives.
func (c Mark) Do() (Summary, error) {
	f, err := readFrame(c.Vectors)
	if err != nil {
		return nil, err
	}
	if c.Kind == "single" {
		return c.single(f)
	}
	given, rules, read := []string{"n", "key", "selected"}, choiceRules, choiceVector
	if c.Kind == "ordering" {
		given, rules, read = []string{"response"}, orderRules, orderVector
	}
	at := make([]int, len(given))
	for i, name := range given {
		if at[i], err = f.column(name); err != nil {
			return nil, err
		}
	}
	header := append([]string(nil), given...)
	for _, r := range rules {
		header = append(header, r.column)
	}
	var rows [][]string
	for n, row := range f.rows {
		var values []string
		for _, i := range at {
			values = append(values, strings.TrimSpace(row[i]))
		}
		key, response, err := read(f, row, values)
		if err != nil {
			return nil, fmt.Errorf("%w: %s, line %d: %v", ErrFile, f.file, n+2, err)
		}
		for _, r := range rules {
			share, ok := r.rule.Share(key, response)
			if !ok {
				return nil, fmt.Errorf("%w: %s, line %d: the response does not fit the item", ErrFile, f.file, n+2)
			}
			values = append(values, text(share.Float()))
		}
		rows = append(rows, values)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	return Summary{"kind": c.Kind, "vectors": len(rows), "rules": len(rules)}, writeCSV(c.Out, "marks.csv", header, rows)
}

// single marks one choice as it is, and so that guessing costs.
func (c Mark) single(f frame) (Summary, error) {
	header := []string{"n", "key", "selected", "certainty"}
	at := make([]int, len(header))
	for i, name := range header {
		column, err := f.column(name)
		if at[i] = column; err != nil && name != "certainty" {
			return nil, err
		} else if err != nil {
			at[i] = -1
		}
	}
	var rows [][]string
	for n, row := range f.rows {
		values := make([]string, len(header))
		for i, column := range at {
			if column >= 0 {
				values[i] = strings.TrimSpace(row[column])
			}
		}
		marks, err := singleMarks(f, row, values)
		if err != nil {
			return nil, fmt.Errorf("%w: %s, line %d: %v", ErrFile, f.file, n+2, err)
		}
		rows = append(rows, append(values, marks...))
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	header = append(header, "all_or_nothing", "formula", "certainty_based")
	return Summary{"kind": c.Kind, "vectors": len(rows), "rules": 3}, writeCSV(c.Out, "marks.csv", header, rows)
}

func singleMarks(f frame, row, values []string) ([]string, error) {
	key, response, err := choiceVector(f, row, values)
	if err != nil {
		return nil, err
	}
	plain, ok := scoring.AllOrNothing.Share(key, response)
	formula, fits := scoring.Formula(key, response)
	if !ok || !fits {
		return nil, fmt.Errorf("the response %q is no choice of one option", values[2])
	}
	if values[3] == "" && !response.Blank() {
		return []string{text(plain.Float()), text(formula.Float()), ""}, nil
	}
	certainty, err := strconv.Atoi(values[3])
	sure, known := scoring.Certain(key, response, certainty)
	if !known || err != nil && values[3] != "" {
		return nil, fmt.Errorf("the certainty is %q, not 1 to %d", values[3], scoring.MostCertain)
	}
	return []string{text(plain.Float()), text(formula.Float()), text(sure.Float())}, nil
}

func choiceVector(_ frame, _, values []string) (scoring.Key, scoring.Response, error) {
	n, err := strconv.Atoi(values[0])
	if err != nil || n < 2 || n > scoring.MaxOptions {
		return scoring.Key{}, scoring.Response{}, fmt.Errorf("n is %q, not a number from 2 to %d", values[0], scoring.MaxOptions)
	}
	return scoring.Key{Options: n, Correct: places(values[1], 'A')}, scoring.Response{Chosen: places(values[2], 'A')}, nil
}

func orderVector(f frame, row, values []string) (scoring.Key, scoring.Response, error) {
	n := len(values[0])
	if n < 2 || n > 9 {
		return scoring.Key{}, scoring.Response{}, fmt.Errorf("the order %q does not have two to nine places", values[0])
	}
	right := "123456789"[:n]
	if at, err := f.column("key"); err == nil && row[at] != "" {
		right = row[at]
	}
	return scoring.Key{Options: n, Correct: places(right, '1')}, scoring.Response{Chosen: places(values[0], '1')}, nil
}

func places(text string, first rune) []int {
	out := []int{}
	for _, c := range text {
		out = append(out, int(c-first))
	}
	return out
}
