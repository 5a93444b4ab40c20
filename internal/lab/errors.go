package lab

import (
	"math"
	"math/rand/v2"
	"slices"

	"sathach/scoring/ctt"
	"sathach/scoring/measure"
)

// parts is into how many parts people are divided for standard errors.
const parts = 20

// smooth tells of a figure that leaving out people in turn says how much it errs: not of a
// median, nor of the ends of an interval.
func smooth(name string) bool { return name != "median" && name != "alpha_low" && name != "alpha_high" }

// standardErrors are those of all smooth figures of a table that are computed by the same
// means, by leaving out each of the parts of the people in turn (measure.Jackknife): an
// interval is the figure ± 2.09 errors. Counts, and what is undefined without some part,
// have none. People are dealt to parts by a lot that is always the same, since files are
// often in order of something.
// What rests on the rounded test length of Livingston and Lewis jumps with it, so that its
// errors come out a little large.
func standardErrors(t *ctt.Table, figures func(*ctt.Table) Summary) Summary {
	if t.Persons() < 2*parts {
		return Summary{"undefined": measure.TooFew}
	}
	without := make([]Summary, parts)
	lot := rand.New(rand.NewPCG(parts, 0)).Perm(t.Persons())
	for part := range parts {
		without[part] = figures(t.Part(func(person int) bool { return lot[person]%parts != part }))
	}
	return errorsOf(without)
}

func errorsOf(without []Summary) Summary {
	errors := Summary{}
	for name, first := range without[0] {
		if _, nested := first.(Summary); nested {
			errors[name] = errorsOf(gather[Summary](without, name))
			continue
		}
		switch values := gather[float64](without, name); {
		case len(values) < len(without) || !smooth(name):
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
