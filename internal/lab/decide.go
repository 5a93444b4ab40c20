package lab

import (
	"fmt"
	"os"

	"sathach/scoring/ctt"
	"sathach/scoring/decision"
	"sathach/scoring/measure"
)

// Decide says how surely cut scores sort the people of one form.
type Decide struct {
	Responses string   `required:"" help:"CSV: person and one column for each item, scores; or pattern,count." type:"existingfile"`
	Cut       []int    `required:"" help:"Cut scores: people with so many points or more are above."`
	Ignore    []string `default:"group,focal" help:"Columns that are no items."`
	Out       string   `required:"" help:"Directory for the results; it is created."`
}

// Do writes decision.json, and the standard errors of what it holds as errors.json.
func (c Decide) Do() (Summary, error) {
	r, err := readResponses(c.Responses, c.Ignore)
	if err != nil {
		return nil, err
	}
	cells, most, err := r.scores()
	if err != nil {
		return nil, err
	}
	t, err := r.table(cells, most)
	if err != nil {
		return nil, err
	}
	top := sum(most)
	if len(c.Cut) == 0 {
		return nil, fmt.Errorf("%w: there is no cut score", ErrFile)
	}
	for _, cut := range c.Cut {
		if cut < 1 || cut > top {
			return nil, fmt.Errorf("%w: cut %d is not between 1 and the highest total, %d", ErrFile, cut, top)
		}
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	if err := writeJSON(c.Out, "errors.json", standardErrors(t, func(part *ctt.Table) Summary { return decisions(part, c.Cut, top) })); err != nil {
		return nil, err
	}
	s := decisions(t, c.Cut, top)
	return s, writeJSON(c.Out, "decision.json", s)
}

// decisions are how surely some cuts sort people.
func decisions(t *ctt.Table, cuts []int, top int) Summary {
	test := ctt.TestOf(t)
	form := decision.NewForm(test.ByTotal, test.Alpha, test.KR21)
	s := Summary{"n": test.N, "J": test.Items}
	s.put("mean", form.Mean())
	s.put("var", form.Variance())
	s.put("alpha", test.Alpha)
	model, why := form.Fit()
	describeFit(s, model, why)
	for _, cut := range cuts {
		s[fmt.Sprintf("cut%d", cut)] = atCut(form, model, why, cut, top, test.KR21)
	}
	return s
}

// describeFit puts the fitted distributions of true shares, or why there are
// none.
func describeFit(s Summary, model decision.LivingstonLewis, why measure.Why) {
	if why != "" {
		s["undefined"] = why
		return
	}
	s["effective_test_length"], s["effective_test_length_rounded"] = rounded(model.Length), model.Rounded
	four := Summary{"l": nil, "u": nil, "alpha": nil, "beta": nil}
	if model.Four != (decision.Beta{}) {
		four = limits(model.Four)
	}
	four["m1"], four["s2"], four["g3"], four["g4"] = rounded(model.Moments.Mean), rounded(model.Moments.Variance), rounded(model.Moments.Skewness), rounded(model.Moments.Kurtosis)
	s["beta4_fit_real_etl"], s["beta4_admissible"] = four, model.Admissible
	s["beta2_fit_same_mean_var"] = limits(model.Two)
}

func limits(b decision.Beta) Summary {
	return Summary{"l": rounded(b.Low), "u": rounded(b.High), "alpha": rounded(b.Alpha), "beta": rounded(b.Beta)}
}

// atCut is everything said about one cut.
func atCut(form decision.Form, model decision.LivingstonLewis, why measure.Why, cut, top int, kr21 measure.Value) Summary {
	s := Summary{}
	if why == "" {
		effective, trueCut := model.Cut(cut, top), float64(cut)/float64(top)
		s["cut_on_effective_scale"] = effective
		s["LL_2P"] = agreement(model.Two.Agreement(model.Rounded, effective, trueCut))
		s["LL_4P"] = agreement(model.Best().Agreement(model.Rounded, effective, trueCut))
	}
	subkoviak := form.Subkoviak(cut)
	s.put("subkoviak_p0", subkoviak.Consistency)
	s.put("subkoviak_kappa", subkoviak.Kappa)
	b, huynh := form.Huynh(cut)
	s.put("huynh_p0", huynh.Consistency)
	s.put("huynh_kappa", huynh.Kappa)
	if _, ok := huynh.Consistency.Get(); ok {
		s["huynh_alpha"], s["huynh_beta"] = rounded(b.Alpha), rounded(b.Beta)
	}
	s.put("kr21", kr21)
	s.put("livingston_K2", form.K2(float64(cut)))
	s.put("brennan_kane_phi_lambda", form.PhiLambda(float64(cut)))
	return s
}

func agreement(a decision.Agreement) Summary {
	s := Summary{}
	s.put("true_pos", a.TruePositive)
	s.put("false_pos", a.FalsePositive)
	s.put("false_neg", a.FalseNegative)
	s.put("true_neg", a.TrueNegative)
	s.put("accuracy", a.Accuracy)
	s.put("consistency", a.Consistency)
	s.put("p_chance", a.Chance)
	s.put("kappa", a.Kappa)
	return s
}
