package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/viet"
	"sathach/reports"
	"sathach/reports/workbook"
	"sathach/roster"
	"sathach/roster/sample"
)

type demoCmd struct {
	Once      bool   `help:"Play one round, print a summary as JSON and exit."`
	Out       string `default:"out" help:"Folder for the workbooks." type:"path"`
	Officials int    `default:"1500" help:"Size of the synthetic roster."`
	Listen    string `env:"SATHACH_LISTEN" default:"127.0.0.1:8080" help:"Address and port of the pages."`
}

// summary is the last line of demo --once.
type summary struct {
	Items             int      `json:"items"`
	Drawable          int      `json:"drawable"`
	RefusedSuperseded int      `json:"refused_superseded"`
	Agencies          int      `json:"agencies"`
	Officials         int      `json:"officials"`
	Rounds            int      `json:"rounds"`
	Seatings          int      `json:"seatings"`
	Attempts          int      `json:"attempts"`
	Scored            int      `json:"scored"`
	Commended         int      `json:"commended"`
	Unsure            int      `json:"unsure"` // reach the mark of commendation without certainty
	Recommended       int      `json:"recommended"`
	Workbooks         []string `json:"workbooks"`
}

// Run plays a whole round through the use cases: the series is due, forms
// are drawn, officials answer, the round closes, is scored, published and
// turned into workbooks. Only the clock and the officials are simulated. An
// interrupted run goes on where it was.
func (c demoCmd) Run(ctx context.Context, env *environment) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("make the folder for workbooks: %w", err)
	}
	if c.Once {
		return c.once(ctx, env)
	}
	return c.stay(ctx, env)
}

// once keeps its database beside the workbooks until the round is played, so
// that a killed run can be taken up again.
func (c demoCmd) once(ctx context.Context, env *environment) error {
	path := filepath.Join(c.Out, "demo.db")
	url := "sqlite:" + path
	own := true
	if env.cli.DatabaseURL != defaultDatabase {
		url, own = env.cli.DatabaseURL, false
	}
	s, err := c.play(ctx, env, url)
	if err != nil {
		return err
	}
	if own {
		for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	line, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.out, string(line))
	return err
}

func (c demoCmd) play(ctx context.Context, env *environment, url string) (s summary, err error) {
	clock := newSimulatedClock(time.Now())
	a, err := env.open(ctx, url, clock.Now)
	if err != nil {
		return summary{}, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	d := demo{app: a, clock: clock, officials: c.Officials, env: env}
	round, err := d.playRound(ctx)
	if err != nil {
		return summary{}, err
	}
	return d.summarise(ctx, round, c.Out)
}

// stay plays a round in the recent past, lets the next one open by the real
// clock and serves the pages.
func (c demoCmd) stay(ctx context.Context, env *environment) error {
	s, err := c.play(ctx, env, env.cli.DatabaseURL)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "\n%d officials of %d agencies, %d attempts scored, %d proposed for commendation (%d more uncertain), %d recommended to refresh.\nWorkbooks:\n", s.Officials, s.Agencies, s.Scored, s.Commended, s.Unsure, s.Recommended)
	for _, w := range s.Workbooks {
		fmt.Fprintln(env.out, "  "+w)
	}
	a, err := env.open(ctx, env.cli.DatabaseURL, time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.settle(ctx); err != nil {
		return err
	}
	serve := serveCmd{Listen: c.Listen, Every: 2 * time.Second}
	return a.serve(ctx, env, serve, func(address string) error { return a.invite(ctx, env, "http://"+address) })
}

// invite prints where to look and how three people sign in.
func (a *app) invite(ctx context.Context, env *environment, base string) error {
	official, open, err := a.sampleOfficial(ctx)
	if err != nil {
		return err
	}
	state := "A second round is open."
	if !open {
		state = "No round is open for the official just now; make clean, then make run starts afresh."
	}
	fmt.Fprintf(env.out, "\nSát hạch is at %s. %s One-time sign-in links (valid for a day):\n", base, state)
	for _, person := range []struct{ who, login string }{{"official", official}, {"HR officer, An Giang", hrLogin}, {"Vụ CCHC", ministryLogin}, {"author of items", authorLogin}, {"reviewer of items", reviewerLogin}} {
		if known, err := a.identity.Known(ctx, person.login); err != nil {
			return err
		} else if !known {
			continue // the data is older than this sample account
		}
		token, err := a.identity.Link(ctx, person.login, 24*time.Hour)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.out, "  %-22s %s\n", person.who, linkURL(base, token))
	}
	_, err = fmt.Fprintln(env.out, "Press Ctrl+C to stop.")
	return err
}

// sampleOfficial is the login of an official of the sample province: the
// first who can take a round now, or the first of all.
func (a *app) sampleOfficial(ctx context.Context) (login string, open bool, err error) {
	on := viet.DateOf(a.now())
	province, err := a.roster.AgencyByCode(ctx, sample.Province, on)
	if err != nil {
		return "", false, err
	}
	members, err := roster.Members(a.db.Read(ctx), province.ID, on)
	if err != nil {
		return "", false, err
	}
	if len(members) == 0 {
		return "", false, errors.New("the sample province has no officials; seed at least 60")
	}
	for _, m := range members {
		duties, err := a.taking.Duties(ctx, taker("demo", m.ID))
		if err != nil {
			return "", false, err
		}
		if slices.ContainsFunc(duties, func(d assessment.Duty) bool { return d.CanTake(a.now()) }) {
			return m.Code, true, nil
		}
	}
	return members[0].Code, false, nil
}

// taker acts for an official who has not signed in.
func taker(account string, id roster.OfficialID) authz.Actor {
	return authz.Actor{Account: account, OfficialID: string(id), Grants: []authz.Grant{{Role: authz.Official}}}
}

// demo plays one round.
type demo struct {
	*app
	clock     *simulatedClock
	officials int
	env       *environment
}

// playRound seeds an empty database, lets the first due time of the sample
// series fire, plays its officials and lets the loop do the rest.
func (d *demo) playRound(ctx context.Context) (assessment.RoundID, error) {
	due := firstDue(d.clock.Now())
	if earlier, err := d.rounds.First(ctx); err == nil {
		due = earlier.DueAt // take up an interrupted run
	}
	d.clock.Set(due.Add(-time.Minute))
	if err := d.prepare(ctx, due); err != nil {
		return "", err
	}
	// The officials keep clocks of their own; the loop's stands at the due
	// time until all have played, so that nobody's time runs out.
	d.clock.Set(due)
	if err := d.settle(ctx); err != nil {
		return "", err
	}
	round, err := d.rounds.First(ctx)
	if err != nil {
		return "", err
	}
	if round.State == assessment.Open {
		if err := d.simulate(ctx, round); err != nil {
			return "", err
		}
	}
	d.clock.Set(later(d.clock.Now(), round.ClosesAt.Add(round.Rules.Grace+time.Second)))
	if err := d.settle(ctx); err != nil {
		return "", err
	}
	if err := d.analyses(time.Second).Settle(ctx); err != nil {
		return "", err
	}
	if round, err = d.rounds.First(ctx); err == nil && round.State != assessment.Published {
		err = fmt.Errorf("the round stands at %s: %s", round.State, round.Problem)
	}
	return round.ID, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// firstDue is 08:00 eight days ago: a weekly series that was due then and
// yesterday, with five days each, has its first round closed and its second
// open.
func firstDue(today time.Time) time.Time {
	y, m, day := today.In(viet.Location).AddDate(0, 0, -8).Date()
	return time.Date(y, m, day, 8, 0, 0, 0, viet.Location)
}

// prepare seeds the database once and creates the series once.
func (d *demo) prepare(ctx context.Context, due time.Time) error {
	seeded, err := d.identity.Known(ctx, ministryLogin)
	if err != nil {
		return err
	}
	if !seeded {
		fmt.Fprintln(d.env.err, "loading the starter bank, the agency tree and the synthetic roster")
		if _, err := d.seed(ctx, d.officials); err != nil {
			return err
		}
	}
	series, err := d.planner.Series(ctx, d.ministry(ctx))
	if err != nil || len(series) > 0 {
		return err
	}
	root, err := d.roster.AgencyByCode(ctx, roster.RootCode, viet.DateOf(d.clock.Now()))
	if err != nil {
		return err
	}
	rules := assessment.UsualRules()
	rules.Hold = false // nobody is there to look at alarms
	rules.TimeLimit = 45 * time.Minute
	_, err = d.planner.CreateAs(ctx, "cli", assessment.Series{
		Name: "Kiểm tra kiến thức cải cách hành chính", Cron: fmt.Sprintf("0 8 * * %d", int(due.In(viet.Location).Weekday())), Zone: viet.Zone,
		Audience: root.ID, Blueprint: sampleBlueprint(), Forms: 8, Window: 5 * 24 * time.Hour, Rules: rules,
	})
	return err
}

// ministry acts for the sample's Vụ CCHC.
func (d *demo) ministry(ctx context.Context) authz.Actor {
	root, err := d.roster.AgencyByCode(ctx, roster.RootCode, viet.DateOf(d.clock.Now()))
	if err != nil {
		return authz.Actor{}
	}
	return authz.Actor{Account: "cli", Grants: []authz.Grant{{Role: authz.Ministry, Agency: string(root.ID)}}}
}

// summarise writes the workbooks and counts.
func (d *demo) summarise(ctx context.Context, id assessment.RoundID, out string) (summary, error) {
	facts, err := d.reports.FactsAll(ctx, id)
	if err != nil {
		return summary{}, err
	}
	pool, err := d.bank.Pool(ctx, viet.DateOf(facts.Round.DueAt))
	if err != nil {
		return summary{}, err
	}
	tally, err := d.reports.Tally(ctx, id)
	if err != nil {
		return summary{}, err
	}
	counted := facts.Summary()
	s := summary{
		Items: len(pool.Drawable) + len(pool.Refused), Drawable: len(pool.Drawable), RefusedSuperseded: pool.Superseded(),
		Agencies: tally.Seatings, Officials: len(facts.People), Rounds: tally.Rounds, Seatings: tally.Seatings, Attempts: tally.Attempts,
		Scored: counted.Scored, Commended: counted.Commended, Unsure: counted.Unsure, Recommended: counted.Recommended,
	}
	for _, b := range facts.Books() {
		path := filepath.Join(out, b.File)
		if err := writeBook(path, b); err != nil {
			return summary{}, err
		}
		s.Workbooks = append(s.Workbooks, path)
	}
	return s, nil
}

// writeBook writes beside its place and renames: a crash leaves no half file.
func writeBook(path string, b reports.Book) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".xlsx-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := workbook.Write(f, b); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
