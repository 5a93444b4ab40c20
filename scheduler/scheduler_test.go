package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sathach/scheduler"
)

func TestParse_refusesWhatCannotFire(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{
		"", "TZ=", "TZ=UTC", "CRON_TZ=Asia/Ho_Chi_Minh", "TZ=UTC 0 8 * * *", "@every 0s", "@every -1h", "@daily", "@reboot",
		"0 8 31 2 *", "0 8 * * 7", "0 8 L * *", "0 8 * * 1#1", "0 0 8 * * *", "60 8 * * *", "0 24 * * *", "a b c d e", "0 8 * *", "*/0 * * * *",
	} {
		if _, err := scheduler.Parse(spec, "Asia/Ho_Chi_Minh"); !errors.Is(err, scheduler.ErrSpec) {
			t.Errorf("Parse(%q) returned %v", spec, err)
		}
	}
	for _, zone := range []string{"", "Local", "Asia/Hanoi", "../etc/passwd", "UTC+7"} {
		if _, err := scheduler.Parse("0 8 * * *", zone); !errors.Is(err, scheduler.ErrZone) {
			t.Errorf("Parse in zone %q returned %v", zone, err)
		}
	}
}

func TestNext_onDaysWhenClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, spec, zone, after, want string }{
		{"a plain quarter", "0 8 1 1,4,7,10 *", "Asia/Ho_Chi_Minh", "2026-11-24T00:00:00Z", "2027-01-01T01:00:00Z"},
		{"a leap day", "0 8 29 2 *", "Asia/Ho_Chi_Minh", "2026-11-24T00:00:00Z", "2028-02-29T01:00:00Z"},
		{"a skipped time fires when clocks have jumped", "30 2 * * *", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z"},
		{"the day after it is back", "30 2 * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"},
		{"a doubled time fires the first time", "30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		{"and not again", "30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
		{"not between the two either", "30 1 * * *", "America/New_York", "2026-11-01T06:00:00Z", "2026-11-02T06:30:00Z"},
		{"half an hour of saving", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"},
	} {
		r, err := scheduler.Parse(c.spec, c.zone)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := r.Next(instant(t, c.after))
		if got := next.Format(time.RFC3339); !ok || got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Successive due times strictly increase, show the wall time that was asked
// for (except where clocks skip it) and lose no day.
func TestUpcoming_losesNoDay(t *testing.T) {
	t.Parallel()
	zones := []string{"Asia/Ho_Chi_Minh", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		r, err := scheduler.Parse(fmt.Sprintf("%d %d * * *", minute, hour), zone)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		after := time.Unix(rapid.Int64Range(1.6e9, 2.2e9).Draw(t, "after"), 0)
		day := ""
		for _, due := range r.Upcoming(after, 400) {
			if !due.After(after) {
				t.Fatalf("%v is not after %v", due, after)
			}
			local := due.In(loc)
			if got := local.Format("2006-01-02"); day != "" && got != nextDay(day) {
				t.Fatalf("after %s comes %s", day, got)
			}
			day, after = local.Format("2006-01-02"), due
		}
	})
}

func nextDay(day string) string {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return err.Error()
	}
	return d.AddDate(0, 0, 1).Format(time.DateOnly)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0 8 * * 1", "TZ=0", "@every 1s", "*/5 0-3 1,15 * 1-5", "0 8 31 2 *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		r, err := scheduler.Parse(spec, "Asia/Ho_Chi_Minh")
		if err != nil {
			return
		}
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		if next, ok := r.Next(from); !ok || !next.After(from) {
			t.Errorf("%q parses but is never due", spec)
		}
	})
}

func TestSettle_goesOnPastAFailingStep(t *testing.T) {
	t.Parallel()
	left := 3
	loop := scheduler.Loop{Log: slog.New(slog.DiscardHandler), Steps: []scheduler.Step{
		{Name: "broken", Run: func(context.Context) (int, error) { return 0, errors.New("no database") }},
		{Name: "work", Run: func(context.Context) (int, error) {
			if left == 0 {
				return 0, nil
			}
			left--
			return 1, nil
		}},
	}}
	err := loop.Settle(context.Background())
	if left != 0 || err == nil || !strings.Contains(err.Error(), "broken: no database") {
		t.Errorf("left %d, error %v", left, err)
	}
}

func ExampleRecurrence_Upcoming() {
	r, err := scheduler.Parse("0 8 1-7 3,6,9 *", "Asia/Ho_Chi_Minh")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, due := range r.Upcoming(time.Date(2027, 3, 5, 12, 0, 0, 0, time.UTC), 3) {
		fmt.Println(due.Format(time.RFC3339))
	}
	// Output:
	// 2027-03-06T01:00:00Z
	// 2027-03-07T01:00:00Z
	// 2027-06-01T01:00:00Z
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
