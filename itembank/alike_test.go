package itembank

import (
	"maps"
	"testing"
)

func TestGroupsOf_joinsPairs(t *testing.T) {
	t.Parallel()
	got := groupsOf(map[[2]string]bool{{"T1-003", "T1-007"}: true, {"T1-001", "T1-007"}: true, {"T2-001", "T2-002"}: true, {"T1-001", "T1-003"}: true})
	want := map[string]string{"T1-001": "T1-001", "T1-003": "T1-001", "T1-007": "T1-001", "T2-001": "T2-001", "T2-002": "T2-001"}
	if !maps.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
}
