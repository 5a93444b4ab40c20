package exchange

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Around is a numeric answer at value, give or take tolerance: decimals with a
// point or a comma. The bounds are computed exactly.
func Around(value, tolerance string, fraction float64) (Answer, error) {
	v, err := decimal(value)
	if err != nil {
		return Answer{}, err
	}
	t, err := decimal(tolerance)
	if err != nil {
		return Answer{}, err
	}
	t.Abs(t)
	return Answer{Value: write(v), Min: write(new(big.Rat).Sub(v, t)), Max: write(new(big.Rat).Add(v, t)), Fraction: fraction}, nil
}

// Between is a numeric answer anywhere from low to high.
func Between(low, high string, fraction float64) (Answer, error) {
	a, err := decimal(low)
	if err != nil {
		return Answer{}, err
	}
	b, err := decimal(high)
	if err != nil {
		return Answer{}, err
	}
	if a.Cmp(b) > 0 {
		a, b = b, a
	}
	return Answer{Min: write(a), Max: write(b), Fraction: fraction}, nil
}

// Tolerance is how far from Value an answer may lie, or "" for a bare range
// or bounds that are not symmetric.
func (a Answer) Tolerance() string {
	v, err1 := decimal(a.Value.String())
	low, err2 := decimal(a.Min.String())
	high, err3 := decimal(a.Max.String())
	if err1 != nil || err2 != nil || err3 != nil {
		return ""
	}
	below, above := new(big.Rat).Sub(v, low), new(big.Rat).Sub(high, v)
	if below.Cmp(above) != 0 {
		return ""
	}
	return string(write(below))
}

// longestNumber keeps a hostile exponent from filling memory.
const longestNumber = 40

func decimal(text string) (*big.Rat, error) {
	text = strings.Replace(strings.TrimSpace(text), ",", ".", 1)
	if text == "" || len(text) > longestNumber || strings.ContainsAny(text, "eEpPxX_/iInN") {
		return nil, fmt.Errorf("%q is not a decimal number", text)
	}
	v, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("%q is not a decimal number", text)
	}
	return v, nil
}

// write prints a decimal without trailing zeros.
func write(v *big.Rat) json.Number {
	text := v.FloatString(longestNumber)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return json.Number(text)
}
