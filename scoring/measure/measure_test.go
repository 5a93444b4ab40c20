package measure_test

import (
	"encoding/json"
	"math"
	"testing"

	"sathach/scoring/measure"
)

// A statistic that is written down comes back as it was, also one that is
// undefined.
func TestValue_survivesJSON(t *testing.T) {
	t.Parallel()
	for _, want := range []measure.Value{
		measure.Of(0), measure.Of(-1.5e-7), measure.Of(math.MaxFloat64), measure.Undefined(measure.Constant), {}, measure.Of(math.NaN()), measure.Of(math.Inf(1)),
	} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got measure.Value
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		x, ok := got.Get()
		y, was := want.Get()
		if x != y || ok != was || got.Why() != want.Why() {
			t.Errorf("%v became %s and then %v", want, text, got)
		}
	}
	var v measure.Value
	if err := json.Unmarshal([]byte(`{"a": 1}`), &v); err == nil {
		t.Error("an object is no statistic")
	}
}
