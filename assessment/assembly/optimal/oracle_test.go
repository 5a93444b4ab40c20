package optimal_test

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sathach/assessment/assembly/optimal"
)

// General solvers of integer programs find the same optimum. They are not
// needed to run the program; where neither is installed, the test says so.
func TestAssemble_agreesWithGeneralSolvers(t *testing.T) {
	t.Parallel()
	solvers := map[string]func(t *testing.T, model string) float64{"cbc": cbc, "glpsol": glpsol}
	for name, solve := range solvers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("%s is not installed (Debian: coinor-cbc, glpk-utils)", name)
			}
			rnd := rand.New(rand.NewPCG(11, 12))
			for n := range 6 {
				r := optimal.Request{
					Items: bank(rnd, 240, 4, 3), Forms: 1, Length: 16, Topics: ranges("T", 4, 3, 5), Levels: ranges("L", 3, 4, 7), Seconds: 900, Enemies: 1,
					Weights: []float64{1, 1.2, 1},
				}
				got, err := optimal.Assemble(r)
				if err != nil {
					t.Fatal(err)
				}
				want := solve(t, program(t, r))
				if !got.Proven || math.Abs(got.Objective-want) > 1e-6 {
					t.Errorf("bank %d: found %.8f, proven %v; %s has %.8f", n, got.Objective, got.Proven, name, want)
				}
			}
		})
	}
}

// program writes a request for one form as an integer program in CPLEX's LP
// format.
func program(t *testing.T, r optimal.Request) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "form.lp")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	sum := func(take func(i optimal.Item) float64) string {
		var terms []string
		for i, item := range r.Items {
			if x := take(item); x != 0 {
				terms = append(terms, fmt.Sprintf("%+.12g x%d", x, i))
			}
		}
		return strings.Join(terms, "\n ")
	}
	one := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	fmt.Fprintf(w, "Maximize\n obj: y\nSubject To\n")
	for k, weight := range r.Weights {
		fmt.Fprintf(w, " info%d: %s\n -%g y >= 0\n", k, sum(func(i optimal.Item) float64 { return i.Information[k] }), weight)
	}
	fmt.Fprintf(w, " length: %s = %d\n", sum(func(optimal.Item) float64 { return 1 }), r.Length)
	for topic, b := range r.Topics {
		terms := sum(func(i optimal.Item) float64 { return one(i.Topic == topic) })
		fmt.Fprintf(w, " low%s: %s >= %d\n high%s: %s <= %d\n", topic, terms, b.Low, topic, terms, b.High)
	}
	for level, b := range r.Levels {
		terms := sum(func(i optimal.Item) float64 { return one(i.Level == level) })
		fmt.Fprintf(w, " low%s: %s >= %d\n high%s: %s <= %d\n", level, terms, b.Low, level, terms, b.High)
	}
	fmt.Fprintf(w, " time: %s <= %d\n", sum(func(i optimal.Item) float64 { return float64(i.Seconds) }), r.Seconds)
	groups := map[string]bool{}
	for _, i := range r.Items {
		groups[i.Enemy] = true
	}
	delete(groups, "")
	for g := range groups {
		fmt.Fprintf(w, " enemy%s: %s <= %d\n", g, sum(func(i optimal.Item) float64 { return one(i.Enemy == g) }), r.Enemies)
	}
	fmt.Fprint(w, "Binary\n")
	for i := range r.Items {
		fmt.Fprintf(w, " x%d\n", i)
	}
	fmt.Fprint(w, "End\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func cbc(t *testing.T, model string) float64 {
	out, err := exec.Command("cbc", model, "ratioGap", "1e-9", "allowableGap", "1e-9", "solve").CombinedOutput()
	return objective(t, out, err, `Objective value:\s+(\S+)`)
}

func glpsol(t *testing.T, model string) float64 {
	out, err := exec.Command("glpsol", "--lp", model, "--cuts", "-o", "/dev/stdout").CombinedOutput()
	return objective(t, out, err, `Objective:\s+obj = (\S+)`)
}

func objective(t *testing.T, out []byte, err error, pattern string) float64 {
	t.Helper()
	found := regexp.MustCompile(pattern).FindSubmatch(out)
	if err != nil || found == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	x, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return math.Abs(x)
}
