package scoring

import (
	"math/big"
	"slices"
)

// Mapping is what every option is worth, in decimals with a point: the values of the
// chosen ones add up, one without a value counts Default, and the sum is brought
// between Lower and Upper (IMS QTI 2.1, mapResponse). The item is worth Upper, or
// without it the sum of what is above zero; less than nothing is nothing.
type Mapping struct {
	Values  []string `json:"values"` // of every option, empty for none
	Default string   `json:"default,omitempty"`
	Lower   string   `json:"lower,omitempty"` // empty: none
	Upper   string   `json:"upper,omitempty"` // empty: none
}

// Worthy are the options that are worth something.
func (m Mapping) Worthy() (options []int) {
	w, ok := m.weigh()
	for option := range w.values {
		if ok && w.values[option].Sign() > 0 {
			options = append(options, option)
		}
	}
	return options
}

// Exact tells a mapping of which Points hold every share.
func (m Mapping) Exact() bool {
	w, ok := m.weigh()
	if !ok {
		return false
	}
	for _, value := range append(w.values, w.low) {
		if share := new(big.Rat).Quo(value, w.most); !share.Mul(share, big.NewRat(int64(One), 1)).IsInt() {
			return false
		}
	}
	return true
}

// Same tells whether both say the same of every response, however numbers are written.
func (m Mapping) Same(other Mapping) bool {
	a, okA := m.weigh()
	b, okB := other.weigh()
	equal := func(x, y *big.Rat) bool { return x.Cmp(y) == 0 }
	return okA && okB && slices.EqualFunc(a.values, b.values, equal) && equal(a.most, b.most) && a.bounded == b.bounded && equal(a.low, b.low)
}

// weights are a mapping as numbers.
type weights struct {
	values    []*big.Rat // of every option
	low, most *big.Rat   // the least sum, and what the item is worth
	bounded   bool       // there is a least sum
}

// weigh reads a mapping. It is not ok where something is no number, nothing can be
// earned, or the bounds contradict each other.
func (m Mapping) weigh() (w weights, ok bool) {
	ok = true
	number := func(text string) *big.Rat {
		if text == "" {
			return new(big.Rat)
		}
		x, known := decimal(text)
		if !known {
			ok, x = false, new(big.Rat)
		}
		return x
	}
	w.most, w.low, w.bounded = new(big.Rat), number(m.Lower), m.Lower != ""
	rest := number(m.Default)
	for _, text := range m.Values {
		value := number(text)
		if text == "" {
			value = rest
		}
		if value.Sign() > 0 {
			w.most.Add(w.most, value)
		}
		w.values = append(w.values, value)
	}
	if m.Upper != "" {
		w.most = number(m.Upper)
	}
	return w, ok && w.most.Sign() > 0 && w.low.Cmp(w.most) <= 0
}

// mapped is the share that a mapping gives.
func mapped(key Key, r Response) (Share, bool) {
	if key.Mapping == nil || len(key.Mapping.Values) != key.Options || !distinct(r.Chosen, key.Options) {
		return Share{}, false
	}
	w, ok := key.Mapping.weigh()
	if !ok {
		return Share{}, false
	}
	sum := new(big.Rat)
	for option, value := range w.values {
		if slices.Contains(r.Chosen, option) {
			sum.Add(sum, value)
		}
	}
	if sum.Cmp(w.most) > 0 {
		sum = w.most
	}
	if w.bounded && sum.Cmp(w.low) < 0 {
		sum = w.low
	}
	if sum.Sign() < 0 {
		return Share{0, 1}, true
	}
	share := new(big.Rat).Quo(sum, w.most)
	if !share.Num().IsInt64() || !share.Denom().IsInt64() || share.Denom().Int64() > mostParts {
		return Share{}, false
	}
	return Share{int(share.Num().Int64()), int(share.Denom().Int64())}, true
}

// mostParts bounds into how many parts a mapping may divide a mark.
const mostParts = 1_000_000
