package lab

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// Analyze is the classical analysis of a file of responses.
type Analyze struct {
	Responses string   `required:"" help:"CSV: person and one column for each item; or pattern,count." type:"existingfile"`
	Key       string   `help:"CSV with a column item and the key of each; responses are then options." type:"existingfile"`
	KeyColumn string   `default:"published_key" help:"The column of the key."`
	Ignore    []string `default:"group,focal" help:"Columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

// Do writes items.csv, summary.json and, of raw options, options.csv; errors.json has the
// standard errors of what the first two hold.
func (c Analyze) Do() (Summary, error) {
	r, err := readResponses(c.Responses, c.Ignore)
	if err != nil {
		return nil, err
	}
	cells, most, key, err := c.scored(r)
	if err != nil {
		return nil, err
	}
	t, err := r.table(cells, most)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	a := ctt.Analyse(t)
	if err := writeCSV(c.Out, "items.csv", itemHeader, itemRows(r.items, a)); err != nil {
		return nil, err
	}
	if key != nil {
		if err := writeCSV(c.Out, "options.csv", optionHeader, optionRows(r, a, key)); err != nil {
			return nil, err
		}
	}
	s := testSummary(a.Test)
	s.put("omega_total_1factor", ctt.Omega(t))
	if err := writeJSON(c.Out, "summary.json", s); err != nil {
		return nil, err
	}
	return s, writeJSON(c.Out, "errors.json", standardErrors(t, func(part *ctt.Table) Summary {
		a := ctt.Analyse(part)
		s := testSummary(a.Test)
		s.put("omega_total_1factor", ctt.Omega(part))
		s["items"] = itemFigures(r.items, a)
		return s
	}))
}

// itemFigures are the figures of items by name.
func itemFigures(items []string, a ctt.Analysis) Summary {
	all := Summary{}
	for j, s := range a.Items {
		figures := Summary{}
		for k, v := range figuresOf(s) {
			figures.put(itemHeader[k+2], v)
		}
		all[items[j]] = figures
	}
	return all
}

// scored are the scores; of raw options 1 for the key, 0 for the rest and
// for a blank.
func (c Analyze) scored(r responses) (cells [][]int, most []int, key []string, err error) {
	if c.Key == "" {
		cells, most, err = r.scores()
		return cells, most, nil, err
	}
	if key, err = readKey(c.Key, c.KeyColumn, r.items); err != nil {
		return nil, nil, nil, err
	}
	for i, row := range r.cells {
		scores := make([]int, len(row))
		for j, option := range row {
			if option == omit {
				return nil, nil, nil, fmt.Errorf("%w: %s, line %d, item %s: an option cannot be called %s, which names blanks", ErrFile, r.file, i+2, r.items[j], omit)
			}
			if option == key[j] {
				scores[j] = 1
			}
		}
		cells = append(cells, scores)
	}
	return cells, slices.Repeat([]int{1}, len(r.items)), key, nil
}

func readKey(file, column string, items []string) ([]string, error) {
	f, err := readFrame(file)
	if err != nil {
		return nil, err
	}
	if column == "published_key" && !slices.Contains(f.columns, column) && slices.Contains(f.columns, "key") {
		column = "key"
	}
	name, err := f.naming("item")
	if err != nil {
		return nil, err
	}
	at, err := f.column(column)
	if err != nil {
		return nil, err
	}
	keys := map[string]string{}
	for _, row := range f.rows {
		keys[row[name]] = strings.TrimSpace(row[at])
	}
	key := make([]string, len(items))
	for j, item := range items {
		if key[j] = keys[item]; key[j] == "" {
			return nil, fmt.Errorf("%w: %s has no key for item %s", ErrFile, f.file, item)
		}
	}
	return key, nil
}

var itemHeader = strings.Split("item,n,mean,facility,sd,r_item_total,r_item_rest,biserial,p_upper27,p_lower27,D27,alpha_if_deleted,"+
	"moodle_di,moodle_de,moodle_effective_weight,facility_low,facility_high,r_item_rest_low,r_item_rest_high", ",")

func itemRows(items []string, a ctt.Analysis) [][]string {
	var rows [][]string
	for j, s := range a.Items {
		row := []string{items[j], strconv.Itoa(s.N)}
		for _, v := range append(figuresOf(s), s.FacilityInterval.Low, s.FacilityInterval.High, s.ItemRestInterval.Low, s.ItemRestInterval.High) {
			row = append(row, cell(v))
		}
		rows = append(rows, row)
	}
	return rows
}

// figuresOf are the figures of an item in the order of itemHeader, after the number of people.
func figuresOf(s ctt.ItemStatistics) []measure.Value {
	return []measure.Value{
		s.Mean, s.Facility, s.SD, s.ItemTotal, s.ItemRest, s.Biserial, s.Upper, s.Lower, s.D27, s.AlphaIfDeleted,
		s.MoodleIndex, s.MoodleEfficiency, s.MoodleWeight,
	}
}

var optionHeader = strings.Split("item,option,is_key,count,prop,prop_upper27,prop_lower27,diff,r_option_rest,mean_total_of_choosers,prop_low,prop_high,r_option_rest_low,r_option_rest_high,flags", ",")

// omit names a blank among the options.
const omit = "omit"

func optionRows(r responses, a ctt.Analysis, key []string) [][]string {
	var rows [][]string
	for j, item := range r.items {
		options := optionsOf(r, j, key[j])
		chosen := make([]int, 0, len(r.cells))
		for i, row := range r.cells {
			for range r.count(i) {
				chosen = append(chosen, slices.Index(options, orOmit(row[j])))
			}
		}
		credited := make([]bool, len(options))
		for k, o := range options {
			credited[k] = o == key[j]
		}
		statistics := a.Options(j, chosen, len(options))
		flags := make([][]ctt.Flag, len(options))
		choices := len(options)
		if options[choices-1] == omit { // a blank is nobody's distractor
			choices--
		}
		copy(flags, ctt.Flags(statistics[:choices], credited[:choices]))
		for k, s := range statistics {
			rows = append(rows, optionRow(item, options[k], credited[k], s, flags[k]))
		}
	}
	return rows
}

func optionRow(item, option string, credited bool, s ctt.OptionStatistics, flags []ctt.Flag) []string {
	isKey := "0"
	if credited {
		isKey = "1"
	}
	row := []string{item, option, isKey, strconv.Itoa(s.Count)}
	for _, v := range []measure.Value{
		s.Share, s.Upper, s.Lower, s.Upper.Minus(s.Lower), s.Rest, s.MeanTotal, s.ShareInterval.Low, s.ShareInterval.High, s.RestInterval.Low, s.RestInterval.High,
	} {
		row = append(row, cell(v))
	}
	var names []string
	for _, f := range flags {
		names = append(names, string(f))
	}
	return append(row, strings.Join(names, " "))
}

func orOmit(option string) string {
	if option == "" {
		return omit
	}
	return option
}

// optionsOf lists the options that anybody chose, and the key, in order; a
// blank last.
func optionsOf(r responses, j int, key string) []string {
	options, omitted := []string{key}, false
	for _, row := range r.cells {
		switch option := row[j]; {
		case option == "":
			omitted = true
		case !slices.Contains(options, option):
			options = append(options, option)
		}
	}
	slices.Sort(options)
	if omitted {
		options = append(options, omit)
	}
	return options
}

func testSummary(t ctt.TestStatistics) Summary {
	s := Summary{"n": t.N, "J": t.Items}
	for name, v := range map[string]measure.Value{
		"mean": t.Mean, "sd": t.SD, "var": t.Var, "median": t.Median, "skew_G1": t.Skewness, "kurt_G2": t.Kurtosis, "alpha": t.Alpha,
		"alpha_low": t.AlphaInterval.Low, "alpha_high": t.AlphaInterval.High, "sem": t.SEM, "kr21": t.KR21, "error_ratio": t.ErrorRatio,
	} {
		s.put(name, v)
	}
	if why := t.Alpha.Why(); why != "" {
		s["alpha_undefined"] = string(why)
	}
	return s
}
