package workbook

import (
	"strings"
	"testing"
	"time"

	"sathach/reports"
)

func TestClean(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ă", longest)
	for given, want := range map[string]string{
		"Nguyễn Mẫu":                "Nguyễn Mẫu",
		"Ma\u0302\u0303u":           "Mẫu",
		"a\x00b\x1bc\u0085":         "abc",
		"a\tb\r\nc\rd":              "a b\nc\nd",
		"=1+1":                      "=1+1",
		long:                        long,
		long + "b":                  long[:2*(longest-1)] + "…",
		strings.Repeat("😀", 20_000): strings.Repeat("😀", 16_383) + "…",
	} {
		if got := clean(given); got != want || units(got) > longest {
			t.Errorf("clean(%.20q) is %.20q (%d units)", given, got, units(got))
		}
	}
}

func TestStored_showsVietnamsClock(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 12, 6, 18, 30, 0, 0, time.UTC) // 01:30 on the 7th in Vietnam
	for _, test := range []struct {
		kind reports.Kind
		when any
		want float64
	}{
		{reports.Date, time.Date(2026, 12, 6, 0, 0, 0, 0, time.UTC), 46362},
		{reports.Date, evening, 46363},
		{reports.Instant, evening, 46363.0625},
		{reports.Millis, 24*time.Minute + 43*time.Second + 977*time.Millisecond, 1483977.0 / 86400000},
	} {
		got, err := stored(test.when, test.kind)
		if err != nil || got != test.want {
			t.Errorf("%v is stored as %v, want %v, %v", test.when, got, test.want, err)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	f := face{size: 11}
	for text, want := range map[string]int{
		"": 1, "Chuyên viên": 1, "Chuyên viên chính phụ trách cải cách hành chính": 2, "một\nhai\nba": 3,
		strings.Repeat("W", 30): 3, // no blank to break at
	} {
		if got := f.lines(text, 22*digitPoints); got != want {
			t.Errorf("%q takes %d lines, want %d", text, got, want)
		}
	}
}
