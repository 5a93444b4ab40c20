package lab

import (
	"math"
	"slices"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// parts is into how many parts people are divided for standard errors.
const parts = 20

// rough are figures of which leaving out people in turn does not say how much they err: a
// median, the ends of intervals, and what jumps with the rounded test length and cut of
// Livingston and Lewis; of these accuracy, consistency and kappa jump little.
var rough = map[string]bool{
	"median": true, "alpha_low": true, "alpha_high": true, "beta4_fit_real_etl": true, "beta2_fit_same_mean_var": true,
	"true_pos": true, "false_pos": true, "false_neg": true, "true_neg": true, "p_chance": true,
}

// standardErrors are those of the figures of a table that are not rough, by leaving out
// each of the parts of the people in turn (measure.Jackknife): an interval is the figure
// ± 2.09 errors. Counts, and what is undefined without some part, have none.
func standardErrors(t *ctt.Table, figures func(*ctt.Table) Summary) Summary {
	if t.Persons() < 2*parts {
		return Summary{"undefined": measure.TooFew}
	}
	without := make([]Summary, parts)
	of := measure.Parts(t.Persons(), parts)
	for part := range parts {
		without[part] = figures(t.Part(func(person int) bool { return of[person] != part }))
	}
	return errorsOf(without)
}

func errorsOf(without []Summary) Summary {
	errors := Summary{}
	for name, first := range without[0] {
		if rough[name] {
			continue
		}
		if _, nested := first.(Summary); nested {
			errors[name] = errorsOf(gather[Summary](without, name))
			continue
		}
		switch values := gather[float64](without, name); {
		case len(values) < len(without):
		case slices.Min(values) == slices.Max(values):
			errors[name] = 0.0
		default:
			errors[name] = rounded(math.Sqrt(measure.Jackknife(values)))
		}
	}
	return errors
}

// gather is what all parts have of a name, as far as it is of a type.
func gather[T any](without []Summary, name string) (values []T) {
	for _, s := range without {
		if v, is := s[name].(T); is {
			values = append(values, v)
		}
	}
	return values
}
