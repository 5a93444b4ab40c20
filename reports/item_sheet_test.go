package reports

import "testing"

// What is proposed about an item goes by the whole interval of its correlation.
func TestProposal_waitsForEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n        int
		facility float64
		r        float64
		hasR     bool
		want     string
	}{
		{29, 0.5, -0.9, true, "Chưa đủ dữ liệu"},
		{200, 0.5, -0.2, true, "Rà soát ngay"},
		{40, 0.5, -0.2, true, "Rà soát"},  // up to .12
		{200, 0.5, 0.03, true, "Rà soát"}, // up to .17
		{200, 0.5, 0.15, true, "Theo dõi"},
		{200, 0.5, 0.25, true, "Giữ"},
		{200, 0.97, 0.1, true, "Cân nhắc thay"},
		{200, 1, 0, false, "Cân nhắc thay"},
	} {
		item := ItemFacts{N: c.n, Facility: c.facility, R: c.r, HasR: c.hasR}
		if said := item.easeWord() == unsure; said != (c.n < 30) {
			t.Errorf("of %d people: %s, %s", c.n, item.easeWord(), item.powerWord())
		}
		got := item.proposal().Value
		if got != c.want {
			t.Errorf("%d people, share %v, correlation %v: %v, want %s", c.n, c.facility, c.r, got, c.want)
		}
	}
}
