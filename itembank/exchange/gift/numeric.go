package gift

import (
	"fmt"
	"strings"

	"sathach/itembank/exchange"
)

// numbers reads a numeric block without its number sign: one answer, or
// several that begin with =. What follows a ~ is feedback for all others.
func (b *block) numbers(raw string) error {
	raw, others, _ := cut(raw, "~")
	if strings.TrimSpace(strings.TrimLeft(others, "# ")) != "" {
		b.remarks++
	}
	for part, rest, more := cut(raw, "="); ; part, rest, more = cut(rest, "=") {
		if strings.TrimSpace(part) != "" {
			if err := b.number(part); err != nil {
				return err
			}
		}
		if !more {
			break
		}
	}
	b.worthFull()
	return nil
}

func (b *block) number(raw string) error {
	said, fraction, err := b.answer(raw)
	if err != nil {
		return err
	}
	said = strings.TrimSpace(unescape(said))
	if fraction <= 0 {
		return nil
	}
	answer, err := number(said, fraction)
	if err != nil {
		return fmt.Errorf("“%s” không phải là số, số kèm sai số hoặc khoảng số", excerpt(said))
	}
	if len(b.item.Answers) == mostEntries {
		return errEntries
	}
	b.item.Answers = append(b.item.Answers, answer)
	return nil
}

// number reads 94, 94:0.5 or 93.5..94.5.
func number(said string, fraction float64) (exchange.Answer, error) {
	if low, high, isRange := strings.Cut(said, ".."); isRange {
		if strings.HasPrefix(high, ".") { // 30...35 is not 30 to 0.35
			return exchange.Answer{}, fmt.Errorf("three points in %q", said)
		}
		return exchange.Between(low, high, fraction)
	}
	value, tolerance, found := strings.Cut(said, ":")
	if !found {
		tolerance = "0"
	}
	return exchange.Around(value, tolerance, fraction)
}
