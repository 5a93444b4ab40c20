package panel

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"sathach/assessment"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/scoring/cutscore"
	"sathach/scoring/measure"
)

// Levels at which superiors see their people: from 1, clearly not sufficient, to
// 5, clearly sufficient.
const (
	lowestLevel  = 1
	JustEnough   = 3 // only just sufficient: the borderline
	highestLevel = 5
)

// Superiors is what the superiors of people who took the round say of them, beside
// their scores (borderline group and regression; contrasting groups).
type Superiors struct {
	People int
	Levels [highestLevel]Level // from the lowest
	// Cut is the score that the regression on levels predicts at JustEnough, Error
	// its standard error by the bootstrap; Median that of those who are just there.
	Cut, Error, Median measure.Value
	// Contrast is where as many are above JustEnough as below.
	Contrast, ContrastError measure.Value
	// Agreement is the correlation of levels and scores, with its interval.
	Agreement measure.Value
	Interval  measure.Interval
}

// Level is how many people are seen at a level, and their mean score; of fewer than
// fewestShown none, which would be the scores of some.
type Level struct {
	N    int
	Mean measure.Value
}

// leastHeard is how many people must have been judged before anything but their
// number is said, and fewestShown how many at a level before their mean is. A pass
// mark may have mostError for a standard error, in points.
const (
	leastHeard  = 30
	fewestShown = 5
	mostError   = 5
)

// Usable tells whether a pass mark may rest on it: there are people below and above
// the borderline, and levels go with scores beyond chance.
func (s Superiors) Usable() bool {
	cut, ok := s.Cut.Get()
	se, sure := s.Error.Get()
	least, agrees := s.Interval.Low.Get()
	below, above := 0, 0
	for k, l := range s.Levels {
		switch level := k + lowestLevel; {
		case level < JustEnough:
			below += l.N
		case level > JustEnough:
			above += l.N
		}
	}
	return ok && sure && se <= mostError && agrees && least > 0 && below > 0 && above > 0 && cut > 0 && cut < 100
}

// Obstacle is why no pass mark may rest on it, or empty.
type Obstacle string

const (
	Few      Obstacle = "few"      // too few people were judged
	Alike    Obstacle = "alike"    // all at one level
	Reversed Obstacle = "reversed" // scores fall as levels rise, beyond chance
	Unclear  Obstacle = "unclear"  // see Usable
)

// Obstacle tells the first that there is.
func (s Superiors) Obstacle() Obstacle {
	most, judged := s.Interval.High.Get()
	switch {
	case s.People < leastHeard:
		return Few
	case slices.ContainsFunc(s.Levels[:], func(l Level) bool { return l.N == s.People }):
		return Alike
	case judged && most < 0:
		return Reversed
	case !s.Usable():
		return Unclear
	}
	return ""
}

// mostProblems is how many lines an error names.
const mostProblems = 10

// mostOpinions bounds the people of one text.
const mostOpinions = 20_000

// Hear takes what superiors say: a line for each person, with the record code and
// the level, as pasted from two columns of a table. It takes the place of what was
// heard before. Nothing is kept where a line cannot be read or names nobody who
// has a result in the round. It is for whoever manages series.
func (p *Panels) Hear(ctx context.Context, actor authz.Actor, id ID, text string) (people int, err error) {
	if _, err := actor.Scope(authz.ManageSeries, viet.DateOf(p.Now())); err != nil {
		return 0, err
	}
	h := p.DB.Read(ctx)
	x, err := panelByID(h, id)
	if err != nil {
		return 0, err
	}
	if x.State == Closed {
		return 0, ErrClosed
	}
	known, err := candidatesWithScore(h, x.Round)
	if err != nil {
		return 0, err
	}
	levels, problems := readOpinions(text, newDirectory(known))
	if len(problems) > 0 {
		return 0, &fault.Error{Kind: fault.Invalid, Key: "form.wrong", Text: "some lines cannot be used", Fields: problems}
	}
	now := database.Truncate(p.Now())
	return len(levels), p.DB.Write(ctx, func(tx *database.Tx) error {
		return database.InTurn(
			func() error { return stillOpen(tx, id) },
			func() error { return saveOpinions(tx, id, levels) },
			func() error {
				return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "panel.hear", Subject: "panel:" + string(id), Detail: map[string]any{"people": len(levels)}})
			})
	})
}

// directory finds people by record codes, as they are or without zeros that they
// begin with, which tables drop; where that fits two people it finds nobody.
type directory struct {
	exact, bare map[string]assessment.CandidateID
}

func newDirectory(exact map[string]assessment.CandidateID) directory {
	d := directory{exact, map[string]assessment.CandidateID{}}
	for code, candidate := range exact {
		short := strings.TrimLeft(code, "0")
		if _, taken := d.bare[short]; taken {
			candidate = "" // of two people
		}
		d.bare[short] = candidate
	}
	return d
}

func (d directory) find(code string) (assessment.CandidateID, bool) {
	short := strings.TrimLeft(code, "0")
	candidate, is := d.exact[code]
	if !is || code == short { // perhaps without its zeros
		candidate = d.bare[short]
	}
	return candidate, candidate != ""
}

// readOpinions reads lines of a code and a level between which stands a tab, a
// comma, a semicolon or a space; a first line of words alone is taken for the
// heading.
func readOpinions(text string, known directory) (levels map[assessment.CandidateID]int, problems []fault.Field) {
	levels = map[assessment.CandidateID]int{}
	bad := 0
	wrong := func(line int, key, code string) {
		if bad++; bad <= mostProblems {
			problems = append(problems, fault.Field{Name: "opinions", Key: key, Args: map[string]any{"Line": line, "Code": code}})
		}
	}
	first := true
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		cells := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("\t,; \u00a0", r) })
		if len(cells) == 0 {
			continue
		}
		level, err := strconv.Atoi(cells[len(cells)-1])
		candidate, took := known.find(cells[0])
		heading := first && err != nil && !strings.ContainsAny(cells[0], "0123456789")
		if first = false; heading {
			continue
		}
		switch _, twice := levels[candidate]; {
		case len(cells) != 2 || err != nil || level < lowestLevel || level > highestLevel:
			wrong(n+1, "panel.bad_opinion", cells[0])
		case !took:
			wrong(n+1, "panel.unknown_person", cells[0])
		case twice:
			wrong(n+1, "panel.person_twice", cells[0])
		case len(levels) == mostOpinions:
			wrong(n+1, "panel.too_many_people", cells[0])
			return levels, problems
		default:
			levels[candidate] = level
		}
	}
	if len(levels) == 0 && len(problems) == 0 {
		wrong(1, "panel.no_opinions", "")
	}
	if more := bad - mostProblems; more > 0 {
		problems = append(problems, fault.Field{Name: "opinions", Key: "panel.more_lines", Args: map[string]any{"N": more}})
	}
	return levels, problems
}

// superiorsOf computes what superiors say of a panel's people.
func superiorsOf(h database.Handle, x Panel) (Superiors, error) {
	none := measure.Undefined(measure.NoData)
	s := Superiors{Cut: none, Error: none, Median: none, Contrast: none, ContrastError: none, Agreement: none, Interval: measure.No(measure.NoData)}
	for k := range s.Levels {
		s.Levels[k].Mean = none
	}
	heard, err := opinionsOf(h, x.ID, x.Round)
	if s.People = len(heard); err != nil || s.People == 0 {
		return s, err
	}
	people := cutscore.Borderline{At: JustEnough}
	var groups cutscore.Contrasting
	var sums [highestLevel]float64
	for _, o := range heard {
		people.Scores, people.Ratings = append(people.Scores, o.Score), append(people.Ratings, o.Level)
		if o.Level != JustEnough {
			groups.Scores, groups.Sufficient = append(groups.Scores, o.Score), append(groups.Sufficient, o.Level > JustEnough)
		}
		s.Levels[o.Level-1].N++
		sums[o.Level-1] += o.Score
	}
	if s.People < leastHeard {
		return s, nil
	}
	for k, l := range s.Levels {
		if l.N >= fewestShown {
			s.Levels[k].Mean = measure.Of(sums[k] / float64(l.N))
		}
	}
	s.Agreement = people.Agreement()
	s.Interval = measure.Correlation(s.Agreement, s.People)
	if s.Cut, s.Error, err = people.Regression(1); err != nil {
		return s, err
	}
	if s.Median, err = people.Group(); err != nil || len(groups.Scores) == 0 {
		return s, err
	}
	s.Contrast, s.ContrastError, err = groups.Cut()
	return s, err
}
