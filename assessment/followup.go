package assessment

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// FollowUp asks for a round that gathers more evidence about those whom the published
// results of another round leave uncertain: a shorter form of the same blueprint, of
// items that one's form did not have. Results rest on both rounds together (ADR 41).
type FollowUp struct {
	Opens  time.Time
	Closes time.Time
	Items  int
}

// Bounds of follow-up rounds.
const (
	fewestFollowed  = 5
	latestFollowUp  = 180 * 24 * time.Hour // after now
	longestFollowUp = 60 * 24 * time.Hour
	leastFollowTime = 5 * time.Minute // to take it
)

// Errors about follow-up rounds.
var (
	ErrNobodyUncertain = fault.New(fault.Conflict, "followup.nobody", "the published results leave nobody uncertain")
	ErrFollowedUp      = fault.New(fault.Conflict, "followup.exists", "the round has a follow-up already")
	ErrFollowsItself   = fault.New(fault.Conflict, "followup.of_followup", "a follow-up is not followed up again")
)

// Followed is how a round stands with follow-ups.
type Followed struct {
	Uncertain int    // people, by the newest publication
	Next      *Round // its follow-up
	Before    *Round // the round that it follows itself
}

// May tells whether a follow-up can be asked for.
func (f Followed) May() bool { return f.Uncertain > 0 && f.Next == nil && f.Before == nil }

// Selective tells that the people of a round were chosen by how they did in another: what
// they show tells of them, and not of items or of people at large.
func (r Round) Selective() bool { return r.Follows != "" }

// Followed tells how a round stands with follow-ups: who sees it reads what it follows,
// who may publish it what may follow.
func (r *Rounds) Followed(ctx context.Context, actor authz.Actor, round Round) (f Followed, err error) {
	h := r.DB.Read(ctx)
	if round.Selective() {
		if _, err := actor.Scope(authz.ReadResults, viet.DateOf(round.DueAt)); err != nil {
			return f, err
		}
		before, err := RoundByID(h, round.Follows)
		f.Before = &before
		return f, err
	}
	if may, err := r.MayPublish(ctx, actor, round); err != nil || !may {
		return f, err
	}
	if f.Next, err = followUpOf(h, round.ID); err != nil || round.State != Published {
		return f, err
	}
	people, err := uncertainIn(h, round.ID)
	f.Uncertain = len(people)
	return f, err
}

// UsualFollowUp is half of a round's items, for as many days as the round was open.
func (r *Rounds) UsualFollowUp(round Round) FollowUp {
	total := round.Blueprint.Items()
	opens := r.Now().In(viet.Location).AddDate(0, 0, 1)
	opens = time.Date(opens.Year(), opens.Month(), opens.Day(), 8, 0, 0, 0, viet.Location)
	return FollowUp{Opens: opens, Closes: opens.Add(round.ClosesAt.Sub(round.DueAt)), Items: min(total, max(fewestFollowed, (total+1)/2))}
}

// FollowUp plans a follow-up of a published round. It is assembled when it is due: whoever
// is uncertain then, and still posted in the audience, is asked.
func (r *Rounds) FollowUp(ctx context.Context, actor authz.Actor, id RoundID, f FollowUp) (RoundID, error) {
	round, err := RoundByID(r.DB.Read(ctx), id)
	if err != nil {
		return "", err
	}
	if may, err := r.MayPublish(ctx, actor, round); err != nil || !may {
		return "", cmp.Or(err, error(authz.ErrForbidden))
	}
	stands, err := r.Followed(ctx, actor, round)
	switch {
	case err != nil:
		return "", err
	case stands.Before != nil:
		return "", ErrFollowsItself
	case stands.Next != nil:
		return "", ErrFollowedUp
	case stands.Uncertain == 0:
		return "", ErrNobodyUncertain
	}
	now := database.Truncate(r.Now())
	if err := f.check(round, now); err != nil {
		return "", err
	}
	next := round.followedBy(f, RoundID(database.NewID()))
	if next.DueAt, err = freeDue(r.DB.Read(ctx), round.Series, next.DueAt); err != nil {
		return "", err
	}
	switch _, problem, err := r.draw(ctx, next); {
	case err != nil:
		return "", err
	case problem.NoOfficials:
		return "", ErrNobodyUncertain
	case !problem.None():
		return "", short(problem)
	}
	err = r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertRound(tx, next); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "round.follow_up", Subject: "round:" + string(round.ID), Detail: map[string]any{"round": next.ID, "people": stands.Uncertain, "items": f.Items}})
	})
	if errors.Is(err, database.ErrDuplicate) { // somebody else was quicker
		if other, wrong := followUpOf(r.DB.Read(ctx), round.ID); wrong != nil || other != nil {
			return "", cmp.Or(wrong, error(ErrFollowedUp))
		}
		err = database.ErrConflict // the second was taken for another round
	}
	return next.ID, err
}

// short is an error about a follow-up that could not be filled today.
func short(p Problem) error {
	return &fault.Error{Kind: fault.Invalid, Key: "form.wrong", Text: p.String(), Fields: []fault.Field{{Name: "items", Key: "followup.short", Args: map[string]any{"N": len(p.Shortages)}}}}
}

// check names every field that is wrong.
func (f FollowUp) check(round Round, now time.Time) error {
	var fields []fault.Field
	wrong := func(bad bool, name, key string, args map[string]any) {
		if bad {
			fields = append(fields, fault.Field{Name: name, Key: key, Args: args})
		}
	}
	wrong(!f.Opens.After(now) || f.Opens.Sub(now) > latestFollowUp, "opens", "followup.bad_opens", nil)
	open := f.Closes.Sub(f.Opens)
	wrong(f.Closes.IsZero() || !f.Opens.IsZero() && (open <= 0 || open > longestFollowUp), "closes", "followup.bad_closes", nil)
	most := round.Blueprint.Items()
	wrong(f.Items < min(fewestFollowed, most) || f.Items > most, "items", "followup.bad_items", map[string]any{"Min": min(fewestFollowed, most), "Max": most})
	if len(fields) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Key: "form.wrong", Text: "the follow-up cannot be as it is asked for", Fields: fields}
}

// followedBy is the follow-up of a round.
func (r Round) followedBy(f FollowUp, id RoundID) Round {
	next := r
	local := f.Opens.In(viet.Location)
	next.ID, next.Follows, next.State, next.Version, next.Problem, next.Seed = id, r.ID, Planned, 1, Problem{}, newSeed()
	next.Code = "KT-" + local.Format("20060102-1504") + "-" + upperTail(string(id))
	next.Name = r.Name + ", kiểm tra bổ sung"
	// Rounds of the series are due on whole minutes, follow-ups on one of the seconds after
	// it: so none takes the due time of another (freeDue).
	next.DueAt, next.ClosesAt = f.Opens.UTC().Truncate(time.Minute).Add(time.Second), database.Truncate(f.Closes)
	next.Blueprint = r.Blueprint.scaled(f.Items)
	next.Rules.Pretest = 0
	part := float64(f.Items) / float64(r.Blueprint.Items())
	next.Rules.TimeLimit = max(leastFollowTime, time.Duration(math.Ceil(part*r.Rules.TimeLimit.Minutes()))*time.Minute)
	return next
}

// scaled is the blueprint of a form of so many items, each cell in proportion, by the
// largest remainders.
func (b Blueprint) scaled(items int) Blueprint {
	total := b.Items()
	out, order, given := slices.Clone(b), make([]int, len(b)), 0
	for i, c := range b {
		out[i].Count = c.Count * items / total
		order[i], given = i, given+out[i].Count
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(b[y].Count*items%total, b[x].Count*items%total) })
	for _, i := range order[:items-given] {
		out[i].Count++
	}
	return slices.DeleteFunc(out, func(c Cell) bool { return c.Count == 0 })
}

// drawAfter draws the forms of a follow-up: one for those who had one form before, of
// items that it did not have, since the same item twice tells nothing more.
func (o order) drawAfter() (forms []Form, err error) {
	for n, number := range o.after {
		one := o
		one.forms, one.names = 1, []string{strconv.Itoa(number)}
		one.pool.Drawable = slices.DeleteFunc(slices.Clone(o.pool.Drawable), func(d itembank.Drawable) bool { return o.had[number][d.Code] })
		drawn, err := one.draw()
		if err != nil {
			return nil, err
		}
		drawn[0].Number = n + 1
		forms = append(forms, drawn[0])
	}
	return forms, nil
}

// follow prepares an order for the members of a follow-up.
func (o *order) follow(h database.Handle, round Round, members []roster.Member) (numbers map[roster.OfficialID]int, err error) {
	if numbers, err = formsHadBy(h, round.Follows); err != nil {
		return nil, err
	}
	met := map[int]bool{}
	for _, m := range members {
		met[numbers[m.ID]] = true
	}
	o.after = slices.Sorted(maps.Keys(met))
	o.had, err = askedOn(h, round.Follows)
	return numbers, err
}

// deal gives the candidates of a follow-up the form that was drawn for theirs before.
func deal(seatings []Seating, after []int, numbers map[roster.OfficialID]int) {
	for _, s := range seatings {
		for i, c := range s.candidates {
			s.candidates[i].Form = slices.Index(after, numbers[c.Official]) + 1
		}
	}
}

// earlier is what the people of a follow-up have shown in the round that it follows, by
// candidate of the follow-up.
type earlier map[CandidateID]shownEarlier

type shownEarlier struct {
	total  scoring.Total
	topics []scoring.TopicResult
}

// join adds what somebody has shown before to a result.
func (e earlier) join(standard scoring.Standard, x Result) Result {
	before, known := e[x.Candidate]
	if !known {
		return x
	}
	x.Total = x.Total.Plus(before.total)
	x.Topics = standard.Joined(before.topics, x.Topics)
	x.Decision = standard.Decide(x.Total, x.Total.Among(ctt.Shares{}))
	return x
}

// uncertainAmong are the members of an audience whom a follow-up asks.
func uncertainAmong(h database.Handle, round Round, members []roster.Member) ([]roster.Member, error) {
	uncertain, err := uncertainIn(h, round.Follows)
	return slices.DeleteFunc(members, func(m roster.Member) bool { return !uncertain[m.ID] }), err
}
