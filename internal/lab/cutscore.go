package lab

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"sathach/scoring/cutscore"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Cutscore sets cut scores from what judges, or superiors, say.
type Cutscore struct {
	Ratings    string    `help:"CSV: judge and one column for each item, the chance (0 to 1) that somebody just sufficient is right; empty for none. Modified Angoff." type:"existingfile"`
	Bank       string    `help:"CSV of items with parameters, which bring the cut of the ratings to the scale of ability." type:"existingfile"`
	Borderline string    `help:"CSV with the columns score and rating: people with global ratings, whole numbers. Borderline group and regression." type:"existingfile"`
	At         int       `default:"2" help:"The rating that means borderline."`
	Scores     string    `help:"CSV with a column score: what people earned, for Hofstee and Beuk." type:"existingfile"`
	Beuk       string    `help:"CSV with the columns judge, cut and reach (0 to 1): the cut each judge says, and the share of people who should reach it. Beuk's compromise, with --scores." type:"existingfile"`
	Groups     string    `help:"CSV with the columns score and sufficient (0 or 1): people whom their superiors know. Contrasting groups." type:"existingfile"`
	Bookmarks  string    `help:"CSV with the columns judge and item: the first item each judge thinks somebody just sufficient would not get right. Bookmark, with --bank." type:"existingfile"`
	Chance     float64   `default:"0.6666666666666666" help:"The chance that counts as getting an item right, for bookmarks."`
	Hofstee    []float64 `help:"Lowest and highest cut, lowest and highest share (0 to 1) of people below: four numbers."`
	Seed       uint64    `default:"1" help:"The bootstrap of the regression follows from it."`
	Out        string    `required:"" help:"Directory for the results; it is created."`
}

// Do writes cutscore.json, and judges.csv where there are ratings.
func (c Cutscore) Do() (Summary, error) {
	s := Summary{}
	if c.Ratings == "" && c.Borderline == "" && c.Scores == "" && c.Groups == "" && c.Bookmarks == "" {
		return nil, fmt.Errorf("%w: give --ratings, --borderline, --groups, --bookmarks, or --scores with --hofstee or --beuk", ErrFile)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		file string
		do   func(Summary) error
	}{{c.Ratings, c.angoff}, {c.Borderline, c.borderline}, {c.Scores, c.compromise}, {c.Groups, c.contrasting}, {c.Bookmarks, c.bookmark}} {
		if part.file == "" {
			continue
		}
		if err := part.do(s); err != nil {
			return nil, err
		}
	}
	return s, writeJSON(c.Out, "cutscore.json", s)
}

func (c Cutscore) angoff(s Summary) error {
	f, err := readFrame(c.Ratings)
	if err != nil {
		return err
	}
	at, err := f.naming("judge")
	if err != nil {
		return err
	}
	var items []string
	for j, name := range f.columns {
		if j != at {
			items = append(items, name)
		}
	}
	ratings := make([][]float64, len(f.rows))
	for k, row := range f.rows {
		for j, cell := range row {
			if j == at {
				continue
			}
			x := math.NaN()
			if cell = strings.TrimSpace(cell); cell != "" {
				if x, err = strconv.ParseFloat(cell, 64); err != nil || !(x >= 0 && x <= 1) {
					return fmt.Errorf("%w: %s says %q of item %s, not 0 to 1", ErrFile, f.file, cell, f.columns[j])
				}
			}
			ratings[k] = append(ratings[k], x)
		}
	}
	cut, err := cutscore.Angoff{Ratings: ratings}.Cut()
	if err != nil {
		return fmt.Errorf("%s: %w", f.file, err)
	}
	s["items"], s["judges"] = len(items), len(f.rows)
	s.put("angoff_cut", cut.Cut)
	s.put("angoff_se", cut.SE)
	chances, err := c.onScale(s, items, cut)
	if err != nil {
		return err
	}
	var rows [][]string
	for k, j := range cut.Judges {
		consistent := measure.Undefined(measure.NoData)
		if chances != nil {
			consistent = cutscore.Consistency(ratings[k], chances)
		}
		rows = append(rows, []string{f.rows[k][at], cell(j.Mean), cell(j.Cut), cell(j.Without), cell(consistent)})
	}
	return writeCSV(c.Out, "judges.csv", []string{"judge", "mean", "cut", "cut_without", "r_with_model"}, rows)
}

// onScale brings a cut to the scale of the bank's items; chances are what
// people at the cut earn of each, nil without a bank.
func (c Cutscore) onScale(s Summary, items []string, cut cutscore.AngoffCut) (chances []float64, err error) {
	if c.Bank == "" {
		return nil, nil
	}
	f, err := readFrame(c.Bank)
	if err != nil {
		return nil, err
	}
	known, err := f.parameters()
	if err != nil {
		return nil, err
	}
	form := make([]irt.Item, len(items))
	for j, name := range items {
		i, is := known[name]
		if !is || len(i.D) != 1 {
			return nil, fmt.Errorf("%w: %s has no parameters of item %s scored 0/1", ErrFile, f.file, name)
		}
		form[j] = i
	}
	theta, se := cutscore.ThetaOf(func(t float64) float64 { _, x := irt.Curve(form, t); return x }, cut.Cut, cut.SE)
	s.put("theta_cut", theta)
	s.put("theta_se", se)
	if t, ok := theta.Get(); ok {
		for _, i := range form {
			chances = append(chances, i.Expected(t))
		}
	}
	return chances, nil
}

func (c Cutscore) borderline(s Summary) error {
	f, err := readFrame(c.Borderline)
	if err != nil {
		return err
	}
	b := cutscore.Borderline{At: c.At}
	if b.Scores, err = f.numbers("score"); err != nil {
		return err
	}
	ratings, err := f.numbers("rating")
	if err != nil {
		return err
	}
	for i, x := range ratings {
		if x != math.Trunc(x) || math.Abs(x) > 1000 {
			return fmt.Errorf("%w: %s rates person %d %v, which is no whole number", ErrFile, f.file, i+1, x)
		}
		b.Ratings = append(b.Ratings, int(x))
	}
	group, err := b.Group()
	if err != nil {
		return fmt.Errorf("%s: %w", f.file, err)
	}
	cut, se, err := b.Regression(c.Seed)
	if err != nil {
		return fmt.Errorf("%s: %w", f.file, err)
	}
	s["people_rated"] = len(b.Ratings)
	s.put("borderline_group_cut", group)
	s.put("borderline_regression_cut", cut)
	s.put("borderline_regression_se", se)
	return nil
}

// compromise sets what judges can live with beside what people earned.
func (c Cutscore) compromise(s Summary) error {
	f, err := readFrame(c.Scores)
	if err != nil {
		return err
	}
	scores, err := f.numbers("score")
	if err != nil {
		return err
	}
	if c.Beuk != "" {
		if err := c.beuk(s, scores); err != nil {
			return err
		}
	}
	if c.Beuk != "" && len(c.Hofstee) == 0 {
		return nil
	}
	if len(c.Hofstee) != 4 {
		return fmt.Errorf("%w: --hofstee needs four numbers: lowest and highest cut, lowest and highest share below", ErrFile)
	}
	h := cutscore.Hofstee{LowCut: c.Hofstee[0], HighCut: c.Hofstee[1], LowFail: c.Hofstee[2], HighFail: c.Hofstee[3]}
	cut, fail, err := h.Cut(scores)
	if err != nil {
		return fmt.Errorf("%s: %w", f.file, err)
	}
	s["hofstee_cut"], s["hofstee_fail"] = rounded(cut), rounded(fail)
	return nil
}

func (c Cutscore) beuk(s Summary, scores []float64) error {
	f, err := readFrame(c.Beuk)
	if err != nil {
		return err
	}
	var b cutscore.Beuk
	if b.Cuts, err = f.numbers("cut"); err != nil {
		return err
	}
	if b.Reach, err = f.numbers("reach"); err != nil {
		return err
	}
	cut, reach, err := b.Cut(scores)
	if err != nil {
		return fmt.Errorf("%s: %w", f.file, err)
	}
	s["beuk_cut"], s["beuk_reach"] = rounded(cut), rounded(reach)
	return nil
}

func (c Cutscore) contrasting(s Summary) error {
	f, err := readFrame(c.Groups)
	if err != nil {
		return err
	}
	var g cutscore.Contrasting
	if g.Scores, err = f.numbers("score"); err != nil {
		return err
	}
	known, err := f.numbers("sufficient")
	if err != nil {
		return err
	}
	for i, x := range known {
		if x != 0 && x != 1 {
			return fmt.Errorf("%w: %s says of person %d %v, not 0 or 1", ErrFile, f.file, i+1, x)
		}
		g.Sufficient = append(g.Sufficient, x == 1)
	}
	cut, se, err := g.Cut()
	if err != nil {
		return fmt.Errorf("%s: %w", f.file, err)
	}
	s["people_grouped"] = len(g.Scores)
	s.put("contrasting_cut", cut)
	s.put("contrasting_se", se)
	return nil
}

func (c Cutscore) bookmark(s Summary) error {
	f, err := readFrame(c.Bookmarks)
	if err != nil {
		return err
	}
	if c.Bank == "" {
		return fmt.Errorf("%w: --bookmarks needs the items of --bank", ErrFile)
	}
	bank, err := readFrame(c.Bank)
	if err != nil {
		return err
	}
	known, err := bank.parameters()
	if err != nil {
		return err
	}
	at, err := f.column("item")
	if err != nil {
		return err
	}
	var marks []float64
	for n, row := range f.rows {
		item, is := known[strings.TrimSpace(row[at])]
		x, ok := item.Location(c.Chance).Get()
		if !is || !ok {
			return fmt.Errorf("%w: %s, line %d: %s has no item %q that somebody gets right with the chance %g", ErrFile, f.file, n+2, bank.file, row[at], c.Chance)
		}
		marks = append(marks, x)
	}
	theta, se := cutscore.Bookmark(marks)
	s["marks"] = len(marks)
	s.put("bookmark_theta", theta)
	s.put("bookmark_se", se)
	return nil
}
