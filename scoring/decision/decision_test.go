package decision_test

import (
	"math"
	"testing"

	"sathach/scoring/decision"
	"sathach/scoring/measure"
)

func value(t *testing.T, v measure.Value) float64 {
	t.Helper()
	x, ok := v.Get()
	if !ok {
		t.Fatalf("undefined: %v", v)
	}
	return x
}

// The four parts of a classification are all people, also where the density
// of true shares has poles at its ends.
func TestAgreement_countsEverybody(t *testing.T) {
	t.Parallel()
	for _, b := range []decision.Beta{{0, 1, 3, 2}, {0.2, 0.9, 1, 1}, {0, 1, 0.3, 0.4}, {0, 1, 0.05, 0.05}, {0, 1, 300, 200}, {0, 1, 3e4, 2e4}, {0.1, 0.95, 4e6, 5e6}, {0, 1, 1.5, 3e4}, {0, 1, 0.05, 900}} {
		a := b.Agreement(40, 24, 0.6)
		sum := value(t, a.TruePositive) + value(t, a.FalsePositive) + value(t, a.FalseNegative) + value(t, a.TrueNegative)
		if math.Abs(sum-1) > 1e-3 {
			t.Errorf("%+v: the parts sum to %.6f", b, sum)
		}
		if math.Abs(value(t, a.Accuracy)-value(t, a.TruePositive)-value(t, a.TrueNegative)) > 1e-12 || value(t, a.Accuracy) > 1+1e-9 {
			t.Errorf("%+v: accuracy %v", b, a.Accuracy)
		}
		if p := value(t, a.Consistency); p < value(t, a.Chance)-1e-9 || p > 1+1e-9 {
			t.Errorf("%+v: consistency %.4f, by chance %v", b, p, a.Chance)
		}
	}
}

func TestRudnerAndLee(t *testing.T) {
	t.Parallel()
	// One person at the cut is a coin; one far away is sure.
	if x := value(t, decision.Rudner([]float64{0, 3}, []float64{0.4, 0.3}, 0)); math.Abs(x-0.75) > 1e-6 {
		t.Errorf("accuracy %f", x)
	}
	a := decision.Lee([]float64{0.5, 1})
	if math.Abs(value(t, a.Consistency)-0.75) > 1e-12 || math.Abs(value(t, a.Chance)-0.625) > 1e-12 {
		t.Errorf("consistency %v, by chance %v", a.Consistency, a.Chance)
	}
	for _, v := range []measure.Value{decision.Rudner(nil, nil, 0), decision.Rudner([]float64{1}, nil, 0), decision.Lee(nil).Consistency} {
		if v.Why() != measure.NoData {
			t.Errorf("nobody: %v", v)
		}
	}
	if p := decision.Above(1, 0, 1); p != 1 {
		t.Errorf("without error, at the cut: %f", p)
	}
}

// Of people who hardly differ everybody has the same chance, and two forms agree as
// two throws of it: 12 or more of 20 at one half come in .251722. Where nobody fails,
// kappa would be one rounding error over another.
func TestAgreement_ofPeopleWhoHardlyDiffer(t *testing.T) {
	t.Parallel()
	a := decision.Beta{Low: 0, High: 1, Alpha: 1e7, Beta: 1e7}.Agreement(20, 12, 0.6)
	const p = 0.2517223358154297
	if math.Abs(value(t, a.Consistency)-(p*p+(1-p)*(1-p))) > 1e-5 || math.Abs(value(t, a.Kappa)) > 1e-5 {
		t.Errorf("consistency %v, kappa %v", a.Consistency, a.Kappa)
	}
	if sure := (decision.Beta{Low: 0, High: 1, Alpha: 2e4, Beta: 2e4}).Agreement(60, 1, 0.01); sure.Kappa.Why() != measure.Constant {
		t.Errorf("where nobody fails kappa is %v", sure.Kappa)
	}
}

// True shares with the density of Beta(3.2, 2.4) between .2 and .95, forty items, a cut
// of 24: as computed elsewhere by numeric integration.
func TestAgreement_ofAGivenDistribution(t *testing.T) {
	t.Parallel()
	a := decision.Beta{Low: 0.2, High: 0.95, Alpha: 3.2, Beta: 2.4}.Agreement(40, 24, 0.6)
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"accuracy", value(t, a.Accuracy), 0.8637788}, {"consistency", value(t, a.Consistency), 0.8130399}, {"kappa", value(t, a.Kappa), 0.6080326}} {
		if math.Abs(c.got-c.want) > 5e-8 {
			t.Errorf("%s %.8f, want %.7f", c.name, c.got, c.want)
		}
	}
}

// Whatever its poles and peaks, a distribution of true shares loses nobody, and the
// observed scores above a cut are as many as the beta-binomial distribution has.
func TestBeta_losesNobody(t *testing.T) {
	t.Parallel()
	logChoose := func(n, k int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return a - b - c
	}
	logBeta := func(a, b float64) float64 {
		x, _ := math.Lgamma(a)
		y, _ := math.Lgamma(b)
		z, _ := math.Lgamma(a + b)
		return x + y - z
	}
	const n = 40
	for _, alpha := range []float64{0.001, 0.0158, 0.3, 1, 2.5, 40, 3000} {
		for _, beta := range []float64{0.002, 0.5, 1, 7, 900} {
			for _, cut := range []int{1, 17, 40} {
				a := decision.Beta{Low: 0, High: 1, Alpha: alpha, Beta: beta}.Agreement(n, cut, float64(cut)/n)
				sum, above := 0.0, 0.0
				for _, part := range []measure.Value{a.TruePositive, a.FalsePositive, a.FalseNegative, a.TrueNegative} {
					x, _ := part.Get()
					sum += x
				}
				hit, _ := a.TruePositive.Get()
				false1, _ := a.FalsePositive.Get()
				for k := cut; k <= n; k++ {
					above += math.Exp(logChoose(n, k) + logBeta(alpha+float64(k), beta+float64(n-k)) - logBeta(alpha, beta))
				}
				if math.Abs(sum-1) > 1e-8 || math.Abs(hit+false1-above) > 1e-8 {
					t.Errorf("α %v, β %v, cut %d: %.10f of all, %.10f above, want %.10f", alpha, beta, cut, sum, hit+false1, above)
				}
			}
		}
	}
}

// A cut stands among as many effective items as the errors are made on.
func TestLivingstonLewis_cutStandsAmongItsItems(t *testing.T) {
	t.Parallel()
	l := decision.LivingstonLewis{Length: 5.553, Rounded: 6}
	for cut, want := range map[int]int{1: 1, 3: 4, 4: 5, 5: 6} {
		if got := l.Cut(cut, 5); got != want {
			t.Errorf("%d of 5 is %d of 6, not %d", cut, want, got)
		}
	}
	if got := (decision.LivingstonLewis{Length: 56.6, Rounded: 57}).Cut(25, 50); got != 28 { // 28.5, to the even
		t.Errorf("25 of 50 is %d of 57", got)
	}
}
