package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"sathach/assessment"
	"sathach/assessment/analysis"
	"sathach/assessment/panel"
	"sathach/internal/database"
	"sathach/internal/identity"
	"sathach/internal/web"
	"sathach/internal/web/console"
	"sathach/internal/web/exam"
	"sathach/itembank"
	"sathach/migrations"
	"sathach/refresher"
	"sathach/reports"
	"sathach/reports/workbook"
	"sathach/roster"
	"sathach/scheduler"
)

// environment is what every command gets.
type environment struct {
	cli      *cli
	out, err io.Writer
	log      *slog.Logger
}

// app is the use cases over one database.
type app struct {
	db        *database.DB
	now       func() time.Time
	log       *slog.Logger
	roster    *roster.Roster
	bank      *itembank.Bank
	planner   *assessment.Planner
	rounds    *assessment.Rounds
	analyst   *analysis.Analyst
	panels    *panel.Panels
	taking    *assessment.Taking
	refresher *refresher.Refresher
	reports   *reports.Reports
	identity  *identity.Identity
}

// open opens and migrates the database and joins the use cases.
func (e *environment) open(ctx context.Context, url string, now func() time.Time) (*app, error) {
	db, err := database.Open(ctx, url, e.log)
	if err != nil {
		return nil, err
	}
	applied, err := migrations.Apply(ctx, db)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	if applied > 0 {
		e.log.Info("migrated", "changes", applied)
	}
	a := &app{db: db, now: now, log: e.log}
	a.roster = &roster.Roster{DB: db, Now: now}
	a.bank = &itembank.Bank{DB: db, Now: now}
	a.planner = &assessment.Planner{DB: db, Now: now}
	a.refresher = &refresher.Refresher{DB: db, Now: now}
	a.rounds = &assessment.Rounds{DB: db, Now: now, Log: e.log, Advisor: a.refresher}
	a.analyst = &analysis.Analyst{DB: db, Now: now, Log: e.log, Rounds: a.rounds}
	a.panels = &panel.Panels{DB: db, Now: now, Rounds: a.rounds}
	a.taking = &assessment.Taking{DB: db, Now: now}
	a.reports = &reports.Reports{DB: db, Now: now, Organiser: reports.Issuer{Parent: e.cli.Organiser.Parent, Own: e.cli.Organiser.Name}}
	a.identity = &identity.Identity{DB: db, Now: now}
	listed, err := a.bank.Complete(ctx) // what was in the bank before an upgrade
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	if listed > 0 {
		e.log.Info("listed items", "items", listed)
	}
	return a, nil
}

func (a *app) close() error { return a.db.Close() }

// loop looks after what is due.
func (a *app) loop(every time.Duration) *scheduler.Loop {
	return &scheduler.Loop{Steps: a.rounds.Steps(), Every: every, Log: a.log}
}

// work does what takes long, beside the loop.
func (a *app) work(every time.Duration) *scheduler.Loop {
	return &scheduler.Loop{Steps: a.rounds.Work(), Every: every, Log: a.log}
}

// settle does everything that is due now, one after the other.
func (a *app) settle(ctx context.Context) error {
	all := scheduler.Loop{Steps: slices.Concat(a.rounds.Steps(), a.rounds.Work()), Log: a.log}
	return all.Settle(ctx)
}

// analyses looks at what was scored, beside the loop: it may take minutes.
func (a *app) analyses(every time.Duration) *scheduler.Loop {
	return &scheduler.Loop{Steps: a.analyst.Steps(), Every: every, Log: a.log}
}

// site is the pages over the use cases.
func (a *app) site(secure bool, proxies []string) web.Site {
	return web.Site{
		Log: a.log, DB: a.db, Identity: a.identity, SecureCookies: secure, TrustedProxies: proxies,
		Exam:    &exam.Pages{Taking: a.taking, Analyst: a.analyst, Bank: a.bank, Refresher: a.refresher, Now: a.now},
		Console: &console.Pages{Planner: a.planner, Rounds: a.rounds, Analyst: a.analyst, Panels: a.panels, Bank: a.bank, Roster: a.roster, Reports: a.reports, Identity: a.identity, Write: workbook.Write, Now: a.now},
	}
}

type migrateCmd struct{}

// Run brings the database to the newest schema.
func (migrateCmd) Run(ctx context.Context, env *environment) error {
	db, err := database.Open(ctx, env.cli.DatabaseURL, env.log)
	if err != nil {
		return err
	}
	defer db.Close()
	applied, err := migrations.Apply(ctx, db)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.out, "%d changes applied; the schema is up to date\n", applied)
	return err
}
