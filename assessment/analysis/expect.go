package analysis

import (
	"maps"
	"math"
	"slices"

	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/cutscore"
	"sathach/scoring/linking"
	"sathach/scoring/measure"
)

// expect foretells the mean score of every described form for the people of
// the round, and what the pass mark is worth on it, where all items have
// parameters.
func expect(forms []Form, sheets []sheet, cal calibration, pass scoring.Hundredths) {
	equateByMeans(forms, pass)
	if cal.items == nil {
		return
	}
	known := map[int]sheet{} // by place among the forms
	for n, f := range forms {
		at := slices.IndexFunc(sheets, func(s sheet) bool { return s.number == f.Number })
		if sheets[at].known(cal) {
			known[n] = sheets[at]
		}
	}
	places := slices.Sorted(maps.Keys(known))
	for _, n := range places {
		forms[n].Expected = known[n].expected(cal)
	}
	if len(known) < 2 {
		return // nothing to compare with
	}
	all := make(mixture, 0, len(known))
	for _, n := range places {
		all = append(all, known[n])
	}
	estimated := cal.estimated()
	theta, _ := cutscore.ThetaOf(func(theta float64) float64 { return all.shareAt(cal, theta) }, measure.Of(float64(pass)/10_000), measure.Undefined(measure.NoData))
	for _, n := range places {
		f := Figure{theta, measure.No(theta.Why()), forms[n].Mean.N}
		if at, ok := theta.Get(); ok {
			share := known[n].shareAt(cal, at)
			f.Value, f.Interval = measure.Of(100*share), aroundScore(100*share, 100*all.errorOn(known[n], cal, estimated, at))
		}
		forms[n].Pass = f
	}
}

// equateByMeans brings the pass mark to every form that enough people took, who
// were dealt their forms by turns, by the means of the forms.
func equateByMeans(forms []Form, pass scoring.Hundredths) {
	sum, people, dealt := 0.0, 0, 0
	for _, f := range forms {
		if mean, ok := f.Mean.Value.Get(); ok && f.Mean.N >= leastForAlpha {
			sum, people, dealt = sum+mean*float64(f.Mean.N), people+f.Mean.N, dealt+1
		}
	}
	if dealt < 2 {
		return // nothing to compare with
	}
	for n, f := range forms {
		mean, ok := f.Mean.Value.Get()
		if !ok || f.Mean.N < leastForAlpha {
			continue
		}
		at := func(mean float64) measure.Value {
			arc := linking.Arc{Middle: linking.Point{New: sum / float64(people), Old: mean}, High: linking.Point{New: 100, Old: 100}}
			return arc.At(float64(pass) / 100)
		}
		sd, _ := f.SD.Get()
		rest := float64(people - f.Mean.N)
		// The form is part of the mean of all.
		half := 1.96 * rest / float64(people) * sd * math.Sqrt(1/float64(f.Mean.N)+1/rest)
		forms[n].Pass = Figure{at(mean), measure.Interval{Low: at(mean - half), High: at(mean + half)}, f.Mean.N}
	}
}

// known tells whether all items of a form have parameters.
func (s sheet) known(cal calibration) bool {
	return !slices.ContainsFunc(s.items, func(j int32) bool { return cal.items[j] == nil })
}

// shareAt is the share of the form's worth expected at an ability.
func (s sheet) shareAt(cal calibration, theta float64) (share float64) {
	for _, j := range s.items {
		share += cal.items[j].ShareAt(theta) / float64(len(s.items))
	}
	return share
}

// expected is the mean score of the people of the round on a form. By the delta
// method its variance is that of the mean ability, and of the items, whose errors are
// taken for independent.
func (s sheet) expected(cal calibration) Figure {
	nodes, weights := cal.population.Nodes()
	mean, slope, variance := 0.0, 0.0, 0.0
	for _, j := range s.items {
		var all effect
		for q, theta := range nodes {
			mean += weights[q] * cal.items[j].ShareAt(theta) / float64(len(s.items))
			all = all.plus(cal.effect(j, theta), weights[q]/float64(len(s.items)))
		}
		slope += all.ability
		variance += all.variance(*cal.items[j])
	}
	se, _ := cal.scale.Error.Get()
	return Figure{measure.Of(100 * mean), aroundScore(100*mean, 100*math.Sqrt(variance+slope*slope*se*se)), len(s.people)}
}

// effect is by how much the share that an item earns rises with ability, which is how
// it falls with difficulty, and with the slope.
type effect struct{ ability, slope float64 }

func (e effect) plus(other effect, weight float64) effect {
	return effect{e.ability + weight*other.ability, e.slope + weight*other.slope}
}

// variance is what the errors of an item's parameters make of it.
func (e effect) variance(p itembank.Parameters) float64 {
	ofB, ofA := e.ability*p.Roughness(), 0.0
	if len(p.SE) > 0 {
		ofA = e.slope * p.SE[0]
	}
	return ofB*ofB + ofA*ofA
}

func (c calibration) effect(j int32, theta float64) effect {
	const h = 1e-4
	p := c.items[j]
	ability, middle := (p.ShareAt(theta+h)-p.ShareAt(theta-h))/(2*h), 0.0
	for k := range p.D {
		middle += p.B(k+1) / float64(len(p.D))
	}
	return effect{ability, ability * (theta - middle) / p.A}
}

// mixture is several forms, each for as many people.
type mixture []sheet

func (m mixture) shareAt(cal calibration, theta float64) (share float64) {
	for _, s := range m {
		share += s.shareAt(cal, theta) / float64(len(m))
	}
	return share
}

// errorOn is the standard error of what a share of the mixture, earned at theta, is
// worth on one of its forms: what the errors of items move there, less what they move
// on all forms together. The difficulties that the round itself gave move together as
// well, by how able the people on the item's forms happened to be.
func (m mixture) errorOn(one sheet, cal calibration, estimated map[itembank.RevisionID]bool, theta float64) float64 {
	part, all, met := map[int32]float64{}, map[int32]float64{}, map[int32]float64{} // of an item, on the form and on all
	for _, s := range m {
		for _, j := range s.items {
			all[j] += 1 / float64(len(s.items)*len(m))
			met[j] += float64(len(s.people))
		}
	}
	for _, j := range one.items {
		part[j] += 1 / float64(len(one.items))
	}
	items, slope, slopes := slices.Sorted(maps.Keys(all)), 0.0, 0.0
	for _, j := range items {
		rises := cal.effect(j, theta).ability
		slope, slopes = slope+part[j]*rises, slopes+all[j]*rises
	}
	moves := func(j int32) float64 { return part[j] - slope/slopes*all[j] }
	variance := 0.0
	for _, j := range items {
		variance += effect{}.plus(cal.effect(j, theta), moves(j)).variance(*cal.items[j])
	}
	for _, s := range m {
		together, people := 0.0, float64(len(s.people))
		for _, j := range s.items {
			if estimated[cal.items[j].Revision] {
				together += moves(j) * cal.effect(j, theta).ability * people / met[j]
			}
		}
		variance += together * together * cal.population.SD * cal.population.SD / people
	}
	return math.Sqrt(variance)
}
