package assessment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sathach/assessment/assembly"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scheduler"
	"sathach/scoring"
)

// SeriesID identifies a series.
type SeriesID string

// Series is the recurring rule that rounds come from.
type Series struct {
	ID        SeriesID
	Name      string
	Cron      string
	Zone      string
	Audience  roster.AgencyID // everybody posted in this agency's subtree on the day
	Blueprint Blueprint
	Forms     int           // parallel forms of each round, or FormEach
	Window    time.Duration // from due time to closing
	Rules     Rules
	Active    bool
	NextDue   time.Time // zero when nothing is due any more
	CreatedBy string
	Version   int
}

// Rules are a round's rules for taking, scoring and release. A round keeps
// its own copy.
type Rules struct {
	TimeLimit time.Duration    `json:"time_limit"` // per attempt
	Grace     time.Duration    `json:"grace"`      // for answers on their way at the deadline
	Tries     int              `json:"tries"`
	Shuffle   bool             `json:"shuffle"` // options, per attempt
	Standard  scoring.Standard `json:"standard"`
	Release   Release          `json:"release"`
	Hold      bool             `json:"hold,omitempty"` // wait for a person where a scored round raises an Alarm
	ReadBy    int              `json:"read_by"`        // days to read recommended material
	// PassFrom tells which panel set the pass mark; nil where nobody did.
	PassFrom *CutSource `json:"pass_from,omitempty"`
	// Pretest is how many items each form has beyond the blueprint that do not
	// count, as long as the bank has items to try (ADR 30).
	Pretest int `json:"pretest,omitempty"`
	// Rest is for how many days an item is not drawn again once any round has
	// opened with it.
	Rest int `json:"rest,omitempty"`
}

// CutSource is where a cut score comes from: a panel of judges, with its
// standard error. It belongs to the scale of the form that they looked at, in
// hundredths of a per cent of its points.
type CutSource struct {
	Panel  string              `json:"panel"`
	Name   string              `json:"name"`
	Cut    scoring.Hundredths  `json:"cut"`
	Error  *scoring.Hundredths `json:"error,omitempty"` // nil for one judge alone
	Judges int                 `json:"judges"`
	// Borderline tells that the cut is the regression on what superiors say of
	// Judges people, Compromise that it is one between the limits of judges and what
	// people earned (Hofstee); else judges rated the items (Angoff).
	Borderline bool `json:"borderline,omitempty"`
	Compromise bool `json:"compromise,omitempty"`
	// Theta is the cut on the scale of the bank, with its standard error, where the
	// judges' items stood there: what it is worth on any form follows from that.
	Theta      *float64 `json:"theta,omitempty"`
	ThetaError *float64 `json:"theta_error,omitempty"`
}

// Release says when results are published.
type Release string

const (
	AfterScoring Release = "after_scoring" // as soon as the round is scored
	ByHand       Release = "by_hand"       // when Vụ CCHC decides
)

// UsualRules are what a new series starts from.
func UsualRules() Rules {
	return Rules{
		TimeLimit: 30 * time.Minute, Grace: time.Minute, Tries: 1, Shuffle: true,
		Standard: scoring.Usual(), Release: AfterScoring, Hold: true, ReadBy: 30,
	}
}

// MaxForms bounds the parallel forms of a round.
const MaxForms = 50

// Validate names every field that is wrong, for forms.
func (s Series) Validate() error {
	var fields []fault.Field
	wrong := func(bad bool, name, key string, args map[string]any) {
		if bad {
			fields = append(fields, fault.Field{Name: name, Key: key, Args: args})
		}
	}
	wrong(strings.TrimSpace(s.Name) == "" || utf8.RuneCountInString(s.Name) > 300, "name", "series.name_missing", nil)
	wrong(s.Audience == "", "audience", "series.audience_missing", nil)
	if _, err := scheduler.Parse(s.Cron, s.Zone); err != nil {
		field, key := "cron", "schedule.bad_cron"
		if errors.Is(err, scheduler.ErrZone) {
			field, key = "zone", "schedule.bad_zone"
		}
		wrong(true, field, key, nil)
	}
	wrong(s.Window < 10*time.Minute || s.Window > 90*24*time.Hour, "window", "series.bad_window", nil)
	wrong(s.Rules.TimeLimit < time.Minute || s.Rules.TimeLimit > 6*time.Hour, "time_limit", "series.bad_time_limit", nil)
	wrong(s.Rules.TimeLimit > s.Window, "time_limit", "series.limit_beyond_window", nil)
	wrong(s.Rules.Tries < 1 || s.Rules.Tries > 10, "tries", "series.bad_tries", nil)
	wrong(s.Forms != FormEach && (s.Forms < 1 || s.Forms > MaxForms), "forms", "series.bad_forms", map[string]any{"Max": MaxForms})
	wrong(s.Rules.Pretest < 0 || s.Rules.Pretest > s.Blueprint.MostPretests(), "pretest", "series.bad_pretest", map[string]any{"Max": s.Blueprint.MostPretests()})
	wrong(s.Rules.Rest < 0 || s.Rules.Rest > longestRest, "rest", "series.bad_rest", map[string]any{"Max": viet.Number(longestRest)})
	wrong(s.Rules.Release != AfterScoring && s.Rules.Release != ByHand, "release", "series.bad_release", nil)
	wrong(s.Blueprint.Validate() != nil, "blueprint", "series.bad_blueprint", nil)
	if err := s.Rules.Standard.Validate(); err != nil {
		wrong(true, "standard", "series.bad_standard", map[string]any{"Why": err.Error()})
		if from := s.Rules.PassFrom; from != nil {
			wrong(true, "standard", "series.cut_of_panel", map[string]any{"Cut": viet.Decimal(float64(from.Cut)/100, 2)})
		}
	}
	wrong(s.Rules.PassFrom != nil && s.Rules.PassFrom.Cut != s.Rules.Standard.PassMark, "cut_pass", "series.not_the_panels", nil)
	wrong(s.Blueprint.Items() > 0 && !s.Rules.Standard.CanCommend(s.Blueprint.Items()), "commend_from", "series.unreachable", map[string]any{"N": s.Blueprint.Items()})
	if len(fields) == 0 {
		return nil
	}
	e := fault.New(fault.Invalid, "form.wrong", "the series is not complete")
	e.Fields = fields
	return e
}

// Planner is the use cases of series.
type Planner struct {
	DB  *database.DB
	Now func() time.Time
}

// Create starts a series. The caller's scope must hold the audience.
func (p *Planner) Create(ctx context.Context, actor authz.Actor, s Series) (SeriesID, error) {
	scope, err := actor.Scope(authz.ManageSeries, viet.DateOf(p.Now()))
	if err != nil {
		return "", err
	}
	return p.create(ctx, actor.Account, scope, s)
}

// CreateAs starts a series in the program's own name, for the command line.
func (p *Planner) CreateAs(ctx context.Context, who string, s Series) (SeriesID, error) {
	return p.create(ctx, who, authz.Everything(), s)
}

func (p *Planner) create(ctx context.Context, who string, scope authz.Scope, s Series) (SeriesID, error) {
	if err := s.Validate(); err != nil {
		return "", err
	}
	recurrence, err := scheduler.Parse(s.Cron, s.Zone)
	if err != nil {
		return "", err
	}
	now := database.Truncate(p.Now())
	s.CreatedBy, s.Active, s.Version = who, true, 1
	if s.ID == "" {
		s.ID = SeriesID(database.NewID())
	}
	s.NextDue, _ = recurrence.Next(now)
	err = p.DB.Write(ctx, func(tx *database.Tx) error {
		if err := agencyInScope(tx, scope, s.Audience); err != nil {
			return err
		}
		if err := insertSeries(tx, s, now); err != nil {
			return fmt.Errorf("create series: %w", err)
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: who, Verb: "series.create", Subject: "series:" + string(s.ID), Detail: map[string]any{"cron": s.Cron, "zone": s.Zone, "next_due": s.NextDue}})
	})
	if errors.Is(err, database.ErrDuplicate) {
		return s.ID, nil // the same form, posted twice
	}
	return s.ID, err
}

// Pause stops a series from making rounds, or lets it go on from the next due
// time after now.
func (p *Planner) Pause(ctx context.Context, actor authz.Actor, id SeriesID, version int, pause bool) error {
	scope, err := actor.Scope(authz.ManageSeries, viet.DateOf(p.Now()))
	if err != nil {
		return err
	}
	now := database.Truncate(p.Now())
	return p.DB.Write(ctx, func(tx *database.Tx) error {
		s, err := seriesIn(tx, scope, id)
		if err != nil {
			return err
		}
		s.Active = !pause
		if recurrence, err := scheduler.Parse(s.Cron, s.Zone); err == nil && s.Active {
			s.NextDue, _ = recurrence.Next(now)
		}
		s.Version = version
		if err := updateSeriesSchedule(tx, s); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "series.pause", Subject: "series:" + string(id), Detail: map[string]any{"paused": pause}})
	})
}

// Series lists the series whose audience lies in the caller's scope.
func (p *Planner) Series(ctx context.Context, actor authz.Actor) ([]Series, error) {
	scope, err := actor.Scope(authz.ManageSeries, viet.DateOf(p.Now()))
	if err != nil {
		return nil, err
	}
	return listSeries(p.DB.Read(ctx), scope)
}

// Due is one coming round of a preview.
type Due struct {
	Opens, Closes time.Time
	Shortages     []Shortage
}

// Preview is what a series would do.
type Preview struct {
	Dues      []Due
	Agencies  int
	Officials int
	Pool      itembank.Pool // the bank on the first due date
	// Outlook is that of forms drawn for the first due date, by a seed that no
	// round has; nil where the bank cannot fill the blueprint then. TooMany
	// tells that the people are too many for a form each.
	Outlook *Outlook
	TooMany bool
}

// previewDues is how far a preview looks ahead.
const previewDues = 12

// Preview shows the next 12 due times of a series, whether the bank can fill
// its blueprint on each, and whom it would reach. It changes nothing.
func (p *Planner) Preview(ctx context.Context, actor authz.Actor, s Series) (Preview, error) {
	now := p.Now()
	scope, err := actor.Scope(authz.ManageSeries, viet.DateOf(now))
	if err != nil {
		return Preview{}, err
	}
	recurrence, err := scheduler.Parse(s.Cron, s.Zone)
	if err != nil {
		return Preview{}, err
	}
	var preview Preview
	var dates []viet.Date
	for _, due := range recurrence.Upcoming(now, previewDues) {
		preview.Dues = append(preview.Dues, Due{Opens: due, Closes: due.Add(s.Window)})
		dates = append(dates, viet.DateOf(due))
	}
	h := p.DB.Read(ctx)
	pools, err := itembank.PoolsOn(h, dates...)
	if err != nil {
		return Preview{}, err
	}
	rests, err := rest(h, pools, s.Rules.Rest, "")
	if err != nil {
		return Preview{}, err
	}
	people := leastToLearn // as long as nobody knows how many there will be
	if s.Audience != "" {
		if err := agencyInScope(h, scope, s.Audience); err != nil {
			return Preview{}, err
		}
		members, err := roster.Members(h, s.Audience, dates[0])
		if err != nil {
			return Preview{}, err
		}
		people = len(members)
		preview.Officials, preview.Agencies = people, countAgencies(members)
		preview.TooMany = s.Forms == FormEach && people > MostEach
	}
	forms := s.Forms
	if forms == FormEach {
		forms = people
	}
	lacks, err := restAfter(pools, rests, s.Blueprint, forms, s.Rules.Rest)
	if err != nil {
		return Preview{}, err
	}
	for i := range preview.Dues {
		preview.Dues[i].Shortages = lacks[i]
	}
	preview.Pool = pools[0]
	preview.Outlook, err = sampleOutlook(h, dates[0], s, people)
	return preview, err
}

// sampleForms is how many forms a preview draws where everybody gets one.
const sampleForms = 30

// sampleOutlook draws forms as a round of the series would on a date, and
// looks at them for so many people.
func sampleOutlook(h database.Handle, on viet.Date, s Series, people int) (*Outlook, error) {
	o, err := orderOn(h, on, s.Blueprint, s.Rules, "")
	if err != nil {
		return nil, err
	}
	if o.forms, o.seed = s.Forms, "preview "+string(s.ID); s.Forms == FormEach {
		o.forms = sampleForms
	}
	forms, err := o.draw()
	if infeasible := (*assembly.Infeasible)(nil); errors.As(err, &infeasible) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	outlook := outlookOf(forms, o.curves, s.Rules, people)
	outlook.Everybody, outlook.Pretest, outlook.Untried = s.Forms == FormEach, s.Rules.Pretest, len(o.untried(forms))
	return &outlook, nil
}

func countAgencies(members []roster.Member) int {
	seen := map[roster.AgencyID]bool{}
	for _, m := range members {
		seen[m.AgencyID] = true
	}
	return len(seen)
}
