package assessment

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/roster"
)

type seriesRow struct {
	ID            string
	Name          string
	Cron          string
	Zone          string
	AudienceID    string
	Blueprint     string
	Forms         int
	WindowMinutes int
	Rules         string
	Active        bool
	NextDue       *time.Time
	CreatedAt     time.Time
	CreatedBy     string
	Version       int
}

// ErrNoSeries is returned for an id that names no series in scope.
var ErrNoSeries = fault.New(fault.Missing, "series.not_found", "no such series")

func insertSeries(tx *database.Tx, s Series, now time.Time) error {
	blueprint, err := json.Marshal(s.Blueprint)
	if err != nil {
		return err
	}
	rules, err := json.Marshal(s.Rules)
	if err != nil {
		return err
	}
	row := seriesRow{
		ID: string(s.ID), Name: s.Name, Cron: s.Cron, Zone: s.Zone, AudienceID: string(s.Audience), Blueprint: string(blueprint),
		Forms: s.Forms, WindowMinutes: int(s.Window / time.Minute), Rules: string(rules), Active: s.Active,
		NextDue: instantOrNull(s.NextDue), CreatedAt: now, CreatedBy: s.CreatedBy, Version: s.Version,
	}
	return tx.Gorm().Table("series").Create(&row).Error
}

func instantOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func listSeries(h database.Handle, scope authz.Scope) ([]Series, error) {
	within, args := scope.Condition("s.audience_id")
	return findSeries(h, "where "+within+" order by s.created_at desc", args...)
}

func seriesIn(h database.Handle, scope authz.Scope, id SeriesID) (Series, error) {
	within, args := scope.Condition("s.audience_id")
	found, err := findSeries(h, "where s.id = ? and "+within, append([]any{string(id)}, args...)...)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("series %s: %w", id, ErrNoSeries)
	}
	if err != nil {
		return Series{}, err
	}
	return found[0], nil
}

// dueSeries lists active series whose due time has come.
func dueSeries(h database.Handle, now time.Time) ([]Series, error) {
	return findSeries(h, "where s.active and s.next_due <= ? order by s.next_due", now)
}

func findSeries(h database.Handle, where string, args ...any) ([]Series, error) {
	var rows []seriesRow
	if err := h.Gorm().Raw("select s.* from series s "+where, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read series: %w", err)
	}
	series := make([]Series, len(rows))
	for i, r := range rows {
		series[i] = Series{
			ID: SeriesID(r.ID), Name: r.Name, Cron: r.Cron, Zone: r.Zone, Audience: roster.AgencyID(r.AudienceID), Forms: r.Forms,
			Window: time.Duration(r.WindowMinutes) * time.Minute, Active: r.Active, CreatedBy: r.CreatedBy, Version: r.Version,
		}
		if r.NextDue != nil {
			series[i].NextDue = r.NextDue.UTC()
		}
		if err := errors.Join(json.Unmarshal([]byte(r.Blueprint), &series[i].Blueprint), json.Unmarshal([]byte(r.Rules), &series[i].Rules)); err != nil {
			return nil, fmt.Errorf("series %s: %w", r.ID, err)
		}
	}
	return series, nil
}

// updateSeriesSchedule writes whether and when the series is due next, if
// nobody changed it since it was read.
func updateSeriesSchedule(tx *database.Tx, s Series) error {
	return database.Touched(tx.Gorm().Exec(
		"update series set active = ?, next_due = ?, version = version + 1 where id = ? and version = ?",
		s.Active, instantOrNull(s.NextDue), string(s.ID), s.Version))
}

// agencyInScope refuses an agency outside the caller's scope.
func agencyInScope(h database.Handle, scope authz.Scope, id roster.AgencyID) error {
	within, args := scope.Condition("a.id")
	var n int64
	err := h.Gorm().Raw("select count(*) from agency a where a.id = ? and "+within, append([]any{string(id)}, args...)...).Scan(&n).Error
	if err != nil {
		return fmt.Errorf("look up agency: %w", err)
	}
	if n == 0 {
		return authz.ErrForbidden
	}
	return nil
}
