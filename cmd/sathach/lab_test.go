package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command of the laboratory works on files alone: the last line is its
// summary, and its results lie where they are named.
func TestLab(t *testing.T) {
	t.Parallel()
	data := func(parts ...string) string {
		return filepath.Join(append([]string{"..", "..", "scoring", "testdata"}, parts...)...)
	}
	for _, c := range []struct {
		args    []string
		results []string
	}{
		{[]string{"analyze", "--responses", data("lsat", "lsat6_patterns.csv")}, []string{"items.csv", "summary.json"}},
		{[]string{"analyze", "--responses", data("mcq", "responses.csv"), "--key", data("mcq", "key.csv"), "--key-column", "published_key"}, []string{"items.csv", "options.csv", "summary.json"}},
		{[]string{"calibrate", "--model", "2pl", "--responses", data("lsat", "lsat6_patterns.csv")}, []string{"items.csv", "persons.csv", "summary.json"}},
		{[]string{"persons", "--responses", data("threepl", "responses.csv"), "--items", data("threepl", "true_items.csv")}, []string{"persons.csv", "personfit.csv", "tif.csv"}},
		{[]string{"dif", "--responses", data("dif", "responses.csv"), "--focal", "focal"}, []string{"dif.csv"}},
		{[]string{"link", "--old", data("linking", "ref_separate_old.csv"), "--new", data("linking", "ref_separate_new.csv")}, []string{"constants.json", "equating.csv", "anchors.csv"}},
		{[]string{"decide", "--responses", data("decision", "responses.csv"), "--cut", "20,25,30"}, []string{"decision.json"}},
		{[]string{"subscores", "--responses", data("subscores", "responses.csv")}, []string{"prmse.json", "persons.csv"}},
		{[]string{"integrity", "--responses", data("copying", "responses.csv"), "--nrm", data("copying", "nrm_params.csv"), "--times", data("copying", "response_times_seconds.csv")},
			[]string{"pairs.csv", "rt_items.csv", "rt_persons.csv"}},
		{[]string{"assemble", "--bank", data("ata", "bank.csv"), "--spec", data("ata", "spec.json"), "--instance", "S1"}, []string{"forms.csv", "report.json"}},
		{[]string{"mark", "--kind", "multiselect", "--vectors", data("multiselect_vectors.csv")}, []string{"marks.csv"}},
		{[]string{"mark", "--kind", "ordering", "--vectors", data("ordering_vectors.csv")}, []string{"marks.csv"}},
	} {
		out := filepath.Join(t.TempDir(), "made")
		var stdout, stderr buffer
		code := run(context.Background(), append(append([]string{"lab"}, c.args...), "--out", out), &stdout, &stderr)
		lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
		if code != 0 || !json.Valid([]byte(lines[len(lines)-1])) {
			t.Errorf("%v: exit %d, %s%s", c.args, code, stdout.String(), stderr.String())
		}
		for _, name := range c.results {
			if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
				t.Errorf("%v: %s: %v", c.args, name, err)
			}
		}
	}
	var stdout, stderr buffer
	code := run(context.Background(), []string{"lab", "analyze", "--responses", data("mcq", "responses.csv"), "--out", t.TempDir()}, &stdout, &stderr)
	if code != 2 || !strings.Contains(stderr.String(), "line 2, item I01") {
		t.Errorf("letters without a key: exit %d, says %q", code, stderr.String())
	}
}
