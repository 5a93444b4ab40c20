// Package scheduler knows when something is due and keeps looking after what
// should have happened.
//
// A Recurrence is a cron expression of five fields in a named zone, read as
// local wall time: each matching wall time fires once, also when clocks are
// set back, and a wall time that clocks skip fires at the first instant that
// exists. robfig/cron is used as a parser only, behind a guard: it panics on
// some inputs, accepts dates that never come and loses days to daylight
// saving.
//
// A Loop runs named steps again and again. A step finds what should have
// happened and has not, does it idempotently and reports how much it did; a
// crash only delays. The package knows "due" and "step", never "round": what
// a step does is passed in by cmd.
package scheduler

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/robfig/cron/v3"

	"sathach/internal/fault"
)

// Errors of Parse, for forms.
var (
	ErrSpec = fault.New(fault.Invalid, "schedule.bad_cron", "the cron expression cannot be read")
	ErrZone = fault.New(fault.Invalid, "schedule.bad_zone", "the time zone is not known")
)

// Recurrence tells when something is due. The zero Recurrence is never due.
type Recurrence struct {
	schedule cron.Schedule
	zone     *time.Location
}

// horizon bounds the search for the next due time: a date that does not come
// within five years (31 February) is refused.
const horizon = 5 * 366 * 24 * time.Hour

// Parse reads five cron fields (minute, hour, day of month, month, day of
// week; Sunday is 0) and an IANA zone name.
func Parse(spec, zone string) (Recurrence, error) {
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return Recurrence{}, fmt.Errorf("zone %q: %w", zone, ErrZone)
	}
	if len(strings.Fields(spec)) != 5 || strings.ContainsAny(spec, "=@") {
		return Recurrence{}, fmt.Errorf("%q: want five fields: minute hour day month weekday: %w", spec, ErrSpec)
	}
	schedule, err := parseGuarded(spec)
	if err != nil {
		return Recurrence{}, fmt.Errorf("%q: %v: %w", spec, err, ErrSpec)
	}
	r := Recurrence{schedule: schedule, zone: location}
	if _, ok := r.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)); !ok {
		return Recurrence{}, fmt.Errorf("%q: no such date within five years: %w", spec, ErrSpec)
	}
	return r, nil
}

// parseGuarded turns the parser's panics into errors.
func parseGuarded(spec string) (schedule cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("not a cron expression: %v", p)
		}
	}()
	return cron.ParseStandard(spec)
}

// Next is the first due time strictly after an instant, in UTC. It is false
// when none comes within five years.
func (r Recurrence) Next(after time.Time) (time.Time, bool) {
	if r.schedule == nil {
		return time.Time{}, false
	}
	wall := asUTC(after.In(r.zone))
	// Clocks set back repeat an hour, so the search starts a little earlier
	// and leaves out what is not after.
	wall = wall.Add(-3 * time.Hour)
	limit := wall.Add(horizon)
	for {
		wall = r.schedule.Next(wall)
		if wall.IsZero() || wall.After(limit) {
			return time.Time{}, false
		}
		if due := r.instant(wall); due.After(after) {
			return due.UTC(), true
		}
	}
}

// Upcoming lists the next n due times after an instant.
func (r Recurrence) Upcoming(after time.Time, n int) []time.Time {
	var due []time.Time
	for range n {
		next, ok := r.Next(after)
		if !ok {
			break
		}
		due, after = append(due, next), next
	}
	return due
}

// asUTC keeps the wall clock and drops the zone, so that cron's arithmetic
// meets no daylight saving.
func asUTC(local time.Time) time.Time {
	return time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
}

// instant is when a wall time happens in the zone: the first time when it
// happens twice, the end of the gap when clocks skip it.
func (r Recurrence) instant(wall time.Time) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, r.zone)
	shown := asUTC(t)
	if shown.Equal(wall) {
		if start, _ := t.ZoneBounds(); !start.IsZero() {
			if earlier := r.before(t, start); earlier.Before(start) {
				return earlier
			}
		}
		return t
	}
	start, end := t.ZoneBounds()
	if shown.After(wall) {
		return start
	}
	return end
}

// before is the instant with t's wall clock under the offset that ruled until
// start.
func (r Recurrence) before(t, start time.Time) time.Time {
	_, now := t.Zone()
	_, then := start.Add(-time.Second).Zone()
	return t.Add(time.Duration(now-then) * time.Second)
}
