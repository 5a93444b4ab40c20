package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"time"

	"sathach/assessment"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scheduler"
	"sathach/scoring/irt"
	"sathach/scoring/measure"
)

// Analyst is the use cases of this package.
type Analyst struct {
	DB     *database.DB
	Now    func() time.Time
	Log    *slog.Logger
	Rounds *assessment.Rounds
}

// Steps are what the analyses' own loop looks after: they take minutes for a
// national round, and rounds must open meanwhile.
func (a *Analyst) Steps() []scheduler.Step {
	return []scheduler.Step{{Name: "analyse scored rounds", Run: a.Analyse}}
}

// mostAnswers bounds the answers of one calibration; those of the newest
// rounds come first.
const mostAnswers = 4_000_000

// Analyse analyses every finished scoring run that was not, in the order in
// which rounds were scored, one server at a time: two could found two scales. A
// crash only delays, and a run that fails does not keep the others from theirs.
func (a *Analyst) Analyse(ctx context.Context) (done int, err error) {
	_, err = a.DB.Exclusive(ctx, "analyse", func() (err error) {
		done, err = a.analyseAll(ctx)
		return err
	})
	return done, err
}

func (a *Analyst) analyseAll(ctx context.Context) (done int, err error) {
	waiting, err := waitingRuns(a.DB.Read(ctx), database.Truncate(a.Now()))
	if err != nil {
		return 0, err
	}
	for _, w := range waiting {
		switch one := a.analyse(ctx, w); {
		case one == nil:
			done++
		case errors.Is(one, database.ErrDuplicate), errors.Is(one, database.ErrConflict), ctx.Err() != nil:
		default:
			err = errors.Join(err, fmt.Errorf("analyse run %s: %w", w.run, one), a.failed(ctx, w, one))
		}
	}
	return done, err
}

// failed notes why a run could not be analysed, and when it is tried again:
// after a minute, two, four, … up to longestWait.
func (a *Analyst) failed(ctx context.Context, w waitingRun, why error) error {
	rest := min(longestWait, time.Minute<<min(w.tries, 20))
	return a.DB.Write(ctx, func(tx *database.Tx) error {
		return noteFailure(tx, w.run, why.Error(), database.Truncate(a.Now().Add(rest)))
	})
}

const longestWait = 6 * time.Hour

// waitingRun is a run that was not analysed.
type waitingRun struct {
	run   assessment.RunID
	round assessment.RoundID
	tries int // that failed
}

func (a *Analyst) analyse(ctx context.Context, w waitingRun) (err error) {
	// A fault in the arithmetic of one round must not end the program that
	// people are taking another round in.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%v\n%s", fault, debug.Stack())
		}
	}()
	h := a.DB.Read(ctx)
	round, err := assessment.RoundByID(h, w.round)
	if err != nil {
		return err
	}
	now := newCut()
	if err := now.read(ctx, h, round, w.run); err != nil {
		return err
	}
	sheets, err := now.sheets()
	if err != nil {
		return err
	}
	seconds, err := now.seconds(ctx, h, w.round)
	if err != nil {
		return err
	}
	times, took, err := now.paces(sheets, seconds)
	if err != nil {
		return err
	}
	careless := now.carelessOf(times)
	now.leaveOut(careless)
	careful := sheets
	if len(careless) > 0 {
		if careful, err = now.sheets(); err != nil {
			return err
		}
	}
	report := now.describe(careful)
	report.Careless = careless
	cal, standings, err := a.bring(ctx, h, now, round, w)
	if err != nil {
		return err
	}
	report.Scale = cal.scale
	report.Scale.Reliability = ofAbilities(standings)
	if r, ok := report.Scale.Reliability.Value.Get(); ok && r > 0 { // abilities are measured with error
		report.Scale.Error = report.Scale.Error.Map(func(se float64) float64 { return se / math.Sqrt(r) })
	}
	if cal.comparable() {
		reference, err := itembank.Reference(h)
		if err != nil {
			return err
		}
		report.Scale.Reference = cal.onReference(reference, report.Scale.Error)
	}
	report.Cuts = now.cuts(round.Rules.Standard, careful, cal, standings)
	expect(report.Forms, careful, cal, round.Rules.Standard.PassMark)
	report.Unlike, report.Groups = now.unlike(cal)
	report.Fitted, report.Unfit, report.Pairs = now.fit(careful, cal)
	suspicions, compared, err := a.suspect(h, now, sheets, times, cal, standings, w)
	if err != nil {
		return err
	}
	report.Cases, report.Compared = len(suspicions), compared
	var abilities []abilityRow
	if cal.comparable() {
		abilities = now.abilities(standings)
	}
	var stats []itembank.RoundStatistic
	paces := map[itembank.RevisionID]itembank.Pace{}
	if round.Selective() {
		cal.parameters, report.Scale.Estimated, report.Scale.Operational, report.Unlike, report.Groups = nil, 0, 0, nil, nil
	} else {
		if stats, err = restated(ctx, h, round, w.run, report.Careless); err != nil {
			return err
		}
		for place, pace := range took {
			paces[now.items[place].revision] = pace
		}
	}
	asked, err := a.keep(ctx, w, report, cal, abilities, suspicions, stats, paces)
	if err != nil {
		return err
	}
	bank := itembank.Bank{DB: a.DB, Now: a.Now}
	return bank.Show(ctx, append(assessment.RevisionsOf(stats), asked...))
}

// restated is what a run shows about its items without the careless attempts, which
// were not known when it was marked; none where there are none.
func restated(ctx context.Context, h database.Handle, round assessment.Round, run assessment.RunID, careless []assessment.AttemptID) ([]itembank.RoundStatistic, error) {
	if len(careless) == 0 {
		return nil, nil
	}
	return assessment.ItemStatistics(ctx, h, round, run, careless)
}

// comparable tells whether abilities may be compared with those of other
// rounds.
func (c calibration) comparable() bool { return c.items != nil && !c.scale.Thin }

// bring brings the round to the scale of the bank.
func (a *Analyst) bring(ctx context.Context, h database.Handle, now *cut, round assessment.Round, w waitingRun) (calibration, []standing, error) {
	known, err := itembank.ParametersOf(h, now.revisions())
	if err != nil {
		return calibration{}, nil, err
	}
	all, err := a.withEarlier(ctx, h, now, known, round, w)
	if err != nil {
		return calibration{}, nil, err
	}
	// Items of earlier rounds carry the scale as well.
	if known, err = itembank.ParametersOf(h, all.revisions()); err != nil {
		return calibration{}, nil, err
	}
	founded, err := itembank.HasScale(h)
	if err != nil {
		return calibration{}, nil, err
	}
	usual, err := itembank.UsualsIn(h)
	if err != nil {
		return calibration{}, nil, err
	}
	cal, err := calibrate(all, bank{known: known, usual: usual, founded: founded})
	if err != nil {
		return calibration{}, nil, err
	}
	made := a.Now()
	for i := range cal.parameters {
		cal.parameters[i].At = made
	}
	cal.items = now.places(all, cal.items)
	return cal, now.standings(cal, now.facilities()), nil
}

// revisions are the items of the cut.
func (c *cut) revisions() []itembank.RevisionID {
	ids := make([]itembank.RevisionID, len(c.items))
	for j, it := range c.items {
		ids[j] = it.revision
	}
	return ids
}

// places brings what is known of the items of another cut to the places they
// have here.
func (c *cut) places(other *cut, items []*itembank.Parameters) []*itembank.Parameters {
	if items == nil {
		return nil
	}
	out := make([]*itembank.Parameters, len(c.items))
	for j, it := range c.items {
		out[j] = items[other.place[it.revision]]
	}
	return out
}

// withEarlier is the cut of the round after those of earlier rounds that met
// its items which have no parameters that stand, the newest of them first as
// long as they are not too many.
func (a *Analyst) withEarlier(ctx context.Context, h database.Handle, now *cut, known map[itembank.RevisionID]itembank.Parameters, round assessment.Round, w waitingRun) (*cut, error) {
	var open []itembank.RevisionID
	for _, id := range now.revisions() {
		if known[id].Standing != itembank.Operational {
			open = append(open, id)
		}
	}
	earlier, err := earlierRuns(h, open, w.run)
	if err != nil {
		return nil, err
	}
	var wanted []waitingRun
	answers := now.answers()
	for _, e := range earlier { // newest first
		if answers += e.answers; answers > mostAnswers || len(wanted)+1 == irt.MostGroups {
			break
		}
		wanted = append([]waitingRun{e.waitingRun}, wanted...)
	}
	if len(wanted) == 0 {
		return now, nil
	}
	all := newCut()
	for _, e := range wanted {
		before, err := assessment.RoundByID(h, e.round)
		if err != nil {
			return nil, err
		}
		if err := all.read(ctx, h, before, e.run); err != nil {
			return nil, err
		}
		careless, err := carelessIn(h, e.run)
		if err != nil {
			return nil, err
		}
		all.leaveOut(careless)
	}
	if err := all.read(ctx, h, round, w.run); err != nil {
		return nil, err
	}
	all.leaveOut(now.careless())
	return all, nil
}

// suspect gathers the signals of a round.
func (a *Analyst) suspect(h database.Handle, now *cut, sheets []sheet, times []timed, cal calibration, standings []standing, w waitingRun) ([]suspicion, int, error) {
	keys, err := assessment.KeysIn(h, w.round, w.run, now.revisions())
	if err != nil {
		return nil, 0, err
	}
	earlier := make([]before, len(now.people))
	if cal.comparable() {
		if earlier, err = now.before(h, w.run); err != nil {
			return nil, 0, err
		}
	}
	pairs, compared := now.alike(sheets, cal, standings, keys)
	return now.suspicions(standings, hurries(times), earlier, pairs), compared, nil
}

// abilities are those that are written down.
func (c *cut) abilities(standings []standing) []abilityRow {
	var rows []abilityRow
	for i, s := range standings {
		if s.known {
			rows = append(rows, abilityRow{AttemptID: string(c.people[i].attempt), Eap: tenThousandths(s.EAP), EapSd: tenThousandths(s.SD), Wle: perhaps(s.WLE), WleSe: perhaps(s.WLESE)})
		}
	}
	return rows
}

// perhaps is a statistic in ten-thousandths, nil where it is undefined.
func perhaps(v measure.Value) *int {
	x, ok := v.Get()
	if !ok {
		return nil
	}
	n := tenThousandths(x)
	return &n
}

// keep writes everything down in one commit. asked are the items that somebody is
// asked to read again: by what is recorded of the round once the careless are out.
func (a *Analyst) keep(ctx context.Context, w waitingRun, r Report, cal calibration, abilities []abilityRow, found []suspicion, stats []itembank.RoundStatistic, paces map[itembank.RevisionID]itembank.Pace) (asked []itembank.RevisionID, err error) {
	at := database.Truncate(a.Now())
	err = a.DB.Write(ctx, func(tx *database.Tx) error {
		if err := assessment.HoldRound(tx, w.round); err != nil {
			return err
		}
		if late, err := overtaken(tx, w.run); err != nil || late {
			return cmp.Or(err, error(database.ErrConflict))
		}
		return database.InTurn(
			func() error { return noteSuccess(tx, w.run) },
			func() error { return insertReport(tx, w, r, at) },
			func() error { return itembank.RecordParameters(tx, string(w.run), cal.parameters) },
			func() error { return insertAbilities(tx, w.run, abilities) },
			func() error {
				if len(stats) == 0 {
					return nil
				}
				return itembank.RecordStatistics(tx, string(w.round), stats)
			},
			func() error {
				asked = nil
				all, err := itembank.Doubts(tx, string(w.round))
				if err != nil {
					return err
				}
				all = append(all, questions(r.Unlike)...)
				for _, q := range all {
					asked = append(asked, q.Revision)
				}
				return itembank.Ask(tx, string(w.round), all)
			},
			func() error { return itembank.RecordPaces(tx, string(w.round), paces) },
			func() error { return openCases(tx, w.round, w.run, found, at) },
			func() error {
				detail := map[string]any{"run": w.run, "method": Method, "people": r.People, "cases": r.Cases, "estimated": r.Scale.Estimated}
				return audit.Append(tx, audit.Entry{At: at, Actor: clock, Verb: "round.analyse", Subject: "round:" + string(w.round), Detail: detail})
			})
	})
	return asked, err
}

// Report is the newest report of a round, with the round. It is for those who
// publish results to the whole audience.
func (a *Analyst) Report(ctx context.Context, actor authz.Actor, id assessment.RoundID) (assessment.Round, Report, error) {
	round, err := a.judged(ctx, actor, id)
	if err != nil {
		return assessment.Round{}, Report{}, err
	}
	h := a.DB.Read(ctx)
	r, err := newestReport(h, id)
	if err != nil {
		return round, r, err
	}
	learnt, err := assessment.LearntIn(h, r.Run)
	r.Basis = learnt.Basis()
	if len(learnt.Gates) == 0 { // reports before method 5 keep what they said
		return round, r, err
	}
	for i, topic := range r.Topics {
		r.Topics[i].Advice = learnt.Gates.Advice(topic.Code)
	}
	return round, r, err
}
