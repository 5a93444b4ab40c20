package sample_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sathach/roster/sample"
)

func TestOfficials_areSyntheticAndTheSameEveryTime(t *testing.T) {
	t.Parallel()
	tree, err := sample.Tree()
	if err != nil {
		t.Fatal(err)
	}
	codes := sample.Agencies(tree, "2026-11-24")
	if len(codes) != 60 {
		t.Errorf("%d agencies, want 60", len(codes))
	}
	people := sample.Officials(905, sample.DefaultOfficials, codes)
	perAgency := map[string]int{}
	for _, p := range people {
		perAgency[p.AgencyCode]++
		if !strings.Contains(p.FullName, " Mẫu ") {
			t.Errorf("%q could be taken for a person", p.FullName)
		}
	}
	for _, code := range codes {
		if perAgency[code] < 5 {
			t.Errorf("%s has %d officials", code, perAgency[code])
		}
	}
	if diff := cmp.Diff(people, sample.Officials(905, sample.DefaultOfficials, codes)); diff != "" {
		t.Error("the same seed gave other people")
	}
}
