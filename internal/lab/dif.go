package lab

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"sathach/scoring/fairness"
	"sathach/scoring/measure"
)

// DIF compares a focal group with the rest of the same total.
type DIF struct {
	Responses string   `required:"" help:"CSV of scores 0/1: person, a column of the group and one for each item." type:"existingfile"`
	Focal     string   `required:"" help:"The column that is 1 for the focal group and 0 for the reference group."`
	Groups    string   `help:"A column of groups to compare all at once, by the generalised Mantel-Haenszel test."`
	Ignore    []string `help:"Further columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

var difHeader = strings.Split("item,alpha_mh,chi2_cc,p,mh_d_dif,se_d_dif,std_p_dif,ets,lr_chi2_2df,lr_chi2_uniform,dR2_nagelkerke,"+
	"pur_alpha_mh,pur_chi2_cc,pur_p,pur_mh_d_dif,pur_se_d_dif,pur_std_p_dif,pur_ets,flagged_after_purification", ",")

// Do writes dif.csv, shrunken.csv and, with groups, groups.csv.
func (c DIF) Do() (Summary, error) {
	apart := append(c.Ignore, c.Focal)
	if c.Groups != "" {
		apart = append(apart, c.Groups)
	}
	r, err := readResponses(c.Responses, apart)
	if err != nil {
		return nil, err
	}
	focal, people, err := c.focal(r)
	if err != nil {
		return nil, err
	}
	cells, most, err := r.scores()
	if err != nil {
		return nil, err
	}
	for j, m := range most {
		if m > 1 {
			return nil, fmt.Errorf("%w: %s: item %s has scores above 1", ErrFile, r.file, r.items[j])
		}
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	flagged := 0
	var rows [][]string
	found := fairness.Analyse(cells, focal)
	for j, i := range found {
		row := append([]string{r.items[j]}, mantelCells(i.Mantel)...)
		row = append(row, cell(i.Logistic.Chi2), cell(i.Logistic.Uniform), cell(i.Logistic.DeltaR2))
		row = append(row, mantelCells(i.Purified)...)
		flag := "0"
		if i.Flagged {
			flag = "1"
			flagged++
		}
		rows = append(rows, append(row, flag))
	}
	s := Summary{"reference": len(cells) - people, "focal": people, "items": len(r.items), "flagged_after_purification": flagged, "enough_to_act": people >= 100 && len(cells) >= 500}
	if err := c.shrunken(r, found); err != nil {
		return nil, err
	}
	if c.Groups != "" {
		if err := c.groups(r, cells, s); err != nil {
			return nil, err
		}
	}
	return s, writeCSV(c.Out, "dif.csv", difHeader, rows)
}

// focal reads who belongs to the focal group, and counts them.
func (c DIF) focal(r responses) (focal []bool, people int, err error) {
	groups, known := r.other[c.Focal]
	if !known {
		return nil, 0, fmt.Errorf("%w: %s has no column %q", ErrFile, r.file, c.Focal)
	}
	focal = make([]bool, len(groups))
	for i, g := range groups {
		switch strings.TrimSpace(g) {
		case "0":
		case "1":
			focal[i] = true
			people++
		default:
			return nil, 0, fmt.Errorf("%w: %s, line %d: the group is %q, not 0 or 1", ErrFile, r.file, i+2, g)
		}
	}
	return focal, people, nil
}

// shrunken writes the posterior of every item's D (empirical Bayes).
func (c DIF) shrunken(r responses, found []fairness.Item) error {
	mantels := make([]fairness.Mantel, len(found))
	for j, i := range found {
		mantels[j] = i.Mantel
	}
	var rows [][]string
	for j, s := range fairness.Shrink(mantels) {
		rows = append(rows, []string{r.items[j], cell(s.D), cell(s.SD), cell(s.Large), cell(s.Negligible)})
	}
	return writeCSV(c.Out, "shrunken.csv", []string{"item", "d", "sd", "p_large", "p_negligible"}, rows)
}

// groups writes the test of all groups at once, item by item.
func (c DIF) groups(r responses, cells [][]int, s Summary) error {
	names, known := r.other[c.Groups]
	if !known {
		return fmt.Errorf("%w: %s has no column %q", ErrFile, r.file, c.Groups)
	}
	place := map[string]int{}
	of := make([]int, len(names))
	for i, name := range names {
		name = strings.TrimSpace(name)
		if _, met := place[name]; !met {
			place[name] = len(place)
		}
		of[i] = place[name]
	}
	levels := fairness.Levels(cells)
	var rows [][]string
	for j := range r.items {
		var right []bool
		var group, stratum []int
		for i, row := range cells {
			if row[j] != measure.Missing {
				right, group, stratum = append(right, row[j] > 0), append(group, of[i]), append(stratum, levels[i])
			}
		}
		m := fairness.Generalised(right, group, stratum)
		rows = append(rows, []string{r.items[j], strconv.Itoa(m.N), strconv.Itoa(m.DF), cell(m.Chi2), cell(m.P)})
	}
	s["groups"] = len(place)
	return writeCSV(c.Out, "groups.csv", []string{"item", "n", "df", "chi2", "p"}, rows)
}

func mantelCells(m fairness.Mantel) []string {
	var out []string
	for _, v := range []measure.Value{m.Odds, m.Chi2, m.P, m.D, m.SE, m.StdP} {
		out = append(out, cell(v))
	}
	return append(out, string(m.Letter))
}
