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

func TestMedian(t *testing.T) {
	t.Parallel()
	for want, values := range map[float64][]float64{3: {3}, 2.5: {4, 1}, 2: {9, 2, 1}, 0: {-5, 1, -1, 7}} {
		before := append([]float64(nil), values...)
		if got := measure.Median(values); got != want || values[0] != before[0] {
			t.Errorf("median of %v is %v", before, got)
		}
	}
	if !math.IsNaN(measure.Median(nil)) {
		t.Error("nothing has a median")
	}
}
