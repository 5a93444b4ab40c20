package itembank_test

import (
	"testing"

	"sathach/itembank"
)

func TestPace_joinsByPeople(t *testing.T) {
	t.Parallel()
	all := itembank.Pace{}.Join(itembank.Pace{People: 10, Seconds: 30}).Join(itembank.Pace{People: 30, Seconds: 50}).Join(itembank.Pace{})
	if all != (itembank.Pace{People: 40, Seconds: 45}) {
		t.Errorf("joined %+v", all)
	}
}
