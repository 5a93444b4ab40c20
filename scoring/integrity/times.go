package integrity

import (
	"fmt"
	"math"

	"sathach/scoring/measure"
)

// Times are response times in seconds: of person i on item j, 0 where there
// is none.
type Times [][]float64

// Pace is the analysis of response times by the lognormal model (van der
// Linden, 2006): ln t = β − τ + ε/α, by moments.
type Pace struct {
	Items  []ItemTime
	People []PersonTime
}

// ItemTime is an item's time.
type ItemTime struct {
	N     int
	Beta  measure.Value // mean of ln t: time intensity
	Alpha measure.Value // 1/SD of ln t around what is expected, n − 1
	Mean  measure.Value // seconds
	// Rapid is the limit below which an answer was hardly read: a tenth of
	// the mean time, at most ten seconds (NT10; Wise and Ma, 2012).
	Rapid measure.Value
}

// PersonTime is a person's time.
type PersonTime struct {
	N   int
	Tau measure.Value // speed: mean of β − ln t
	// Chi2 is the sum of squared standardised residuals, P its tail on as many
	// degrees of freedom as there are times; Fast counts residuals below −3.
	Chi2, P measure.Value
	Fast    int
	// Effort is the share of answers that took at least the item's Rapid
	// limit (RTE; Wise and Kong, 2005). Below .90 a person's answers should
	// leave the statistics of items; the score stays.
	Effort measure.Value
}

// Rapid answers are at most ten seconds long, and a tenth of the mean.
const (
	rapidShare = 0.1
	rapidMost  = 10.0
	tooFast    = -3.0
)

// Analyse fits the model. Items and people without times are undefined.
func (t Times) Analyse() (Pace, error) {
	var p Pace
	if len(t) == 0 {
		return p, nil
	}
	for i, row := range t {
		if len(row) != len(t[0]) {
			return Pace{}, fmt.Errorf("person %d has %d times, the first has %d", i+1, len(row), len(t[0]))
		}
	}
	p.Items, p.People = make([]ItemTime, len(t[0])), make([]PersonTime, len(t))
	for j := range p.Items {
		p.Items[j] = t.item(j)
	}
	for i, row := range t {
		p.People[i] = speed(row, p.Items)
	}
	for j := range p.Items {
		p.Items[j].Alpha = t.precision(j, p)
	}
	for i, row := range t {
		p.People[i].judge(row, p.Items)
	}
	return p, nil
}

func (t Times) item(j int) ItemTime {
	var out ItemTime
	logs, seconds := 0.0, 0.0
	for _, row := range t {
		if row[j] > 0 {
			out.N++
			logs, seconds = logs+math.Log(row[j]), seconds+row[j]
		}
	}
	if out.N == 0 {
		return out
	}
	n := float64(out.N)
	out.Beta, out.Mean = measure.Of(logs/n), measure.Of(seconds/n)
	out.Rapid = measure.Of(min(rapidMost, rapidShare*seconds/n))
	return out
}

func speed(row []float64, items []ItemTime) PersonTime {
	var out PersonTime
	sum := 0.0
	for j, seconds := range row {
		if beta, ok := items[j].Beta.Get(); ok && seconds > 0 {
			out.N++
			sum += beta - math.Log(seconds)
		}
	}
	if out.N > 0 {
		out.Tau = measure.Of(sum / float64(out.N))
	}
	return out
}

// residual is ln t less what the item and the person let expect.
func residual(seconds float64, i ItemTime, p PersonTime) (float64, bool) {
	beta, ok := i.Beta.Get()
	tau, known := p.Tau.Get()
	return math.Log(max(seconds, math.SmallestNonzeroFloat64)) - beta + tau, ok && known && seconds > 0
}

func (t Times) precision(j int, p Pace) measure.Value {
	if p.Items[j].N < 2 {
		return measure.Undefined(measure.TooFew)
	}
	sum := 0.0
	for i, row := range t {
		if r, ok := residual(row[j], p.Items[j], p.People[i]); ok {
			sum += r * r
		}
	}
	if sum <= 1e-20 {
		return measure.Undefined(measure.Constant)
	}
	return measure.Of(math.Sqrt(float64(p.Items[j].N-1) / sum))
}

func (p *PersonTime) judge(row []float64, items []ItemTime) {
	sum, judged, effort, timed := 0.0, 0, 0, 0
	for j, seconds := range row {
		r, ok := residual(seconds, items[j], *p)
		if !ok {
			continue
		}
		timed++
		if rapid, _ := items[j].Rapid.Get(); seconds >= rapid {
			effort++
		}
		if alpha, ok := items[j].Alpha.Get(); ok {
			z := alpha * r
			sum += z * z
			judged++
			if z < tooFast {
				p.Fast++
			}
		}
	}
	if timed > 0 {
		p.Effort = measure.Of(float64(effort) / float64(timed))
	}
	if judged > 0 {
		p.Chi2 = measure.Of(sum)
		p.P = measure.Of(measure.ChiSquaredTail(sum, judged))
	}
}
