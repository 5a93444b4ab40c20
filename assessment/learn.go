package assessment

import (
	"context"
	"slices"

	"sathach/internal/database"
	"sathach/itembank"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

// Learnt is what a run learns from everybody's answers before it decides about
// anybody. It is written down with the run, so that a result can be recomputed.
type Learnt struct {
	// People is how true shares are spread among those who took the round, whose
	// agency never counts; the zero Shares where fewer than leastToLearn did.
	People ctt.Shares
	// Abilities take the place of People where all items are calibrated; else nil.
	Abilities *Abilities
	Gates     Gates
}

// Basis is what chances of true scores rest on.
type Basis string

const (
	ByAbility Basis = "ability" // all items are calibrated (ADR 34)
	ByShares  Basis = "shares"  // how everybody did (ADR 31)
	ByOneself Basis = "oneself" // somebody's own answers alone
)

// Basis tells what decisions rested on.
func (l Learnt) Basis() Basis {
	switch {
	case l.Abilities != nil:
		return ByAbility
	case l.People != (ctt.Shares{}):
		return ByShares
	}
	return ByOneself
}

// leastToLearn is how many people a round needs before anything is said about how all of
// them do, and a form before it has a gate of its own; where there are fewer, people are
// judged by their own answers alone.
const leastToLearn = 100

// learn looks at everybody's first tries, and at what they show of the items. A standard
// that asks for no certainty needs to know of topics only.
func learn(ctx context.Context, h database.Handle, round Round, run RunID, held corrections, stats []itembank.RoundStatistic) (l Learnt, err error) {
	if round.Selective() {
		return learntBefore(h, run)
	}
	if l.Gates, err = gatesOf(ctx, h, run, held); err != nil || round.Rules.Standard.Certainty == 0 {
		return l, err
	}
	all, err := shownByAll(h, run)
	if err != nil {
		return Learnt{}, err
	}
	if all.N >= leastToLearn {
		// Forms are alike and dealt by turns, so that one population took them all.
		l.People = all.Shares()
		if l.Abilities, err = abilitiesOf(h, round.ID, run, held, stats); err != nil {
			return Learnt{}, err
		}
	}
	return l, nil
}

// learntBefore is how everybody did in the round that a follow-up follows: those whom it
// asks were chosen for being near the marks, and say nothing of people at large.
func learntBefore(h database.Handle, run RunID) (Learnt, error) {
	before, err := beforeRun(h, run)
	if err != nil {
		return Learnt{}, err
	}
	first, err := LearntIn(h, before)
	return Learnt{People: first.People}, err
}

// settle decides about everybody by what was learnt, in short commits. It may be
// done again.
func (r *Rounds) settle(ctx context.Context, run RunID, j *judge) error {
	if j.standard.Certainty == 0 && len(j.learnt.Gates) == 0 {
		return nil
	}
	after := AttemptID("")
	for {
		results, err := storedResults(r.DB.Read(ctx), run, after, attemptsPerCommit)
		if err != nil || len(results) == 0 {
			return err
		}
		after = results[len(results)-1].attempt
		forms := make([]FormID, len(results))
		for i, x := range results {
			forms[i] = x.form
		}
		if err := j.prepare(forms); err != nil {
			return err
		}
		var decided, told []storedResult
		for _, x := range results {
			decision, topics, err := j.decide(x.form, x.total, x.topics)
			if err != nil {
				return err
			}
			otherwise, other := decision != x.decision, !slices.Equal(topics, x.topics)
			if x.decision, x.topics = decision, topics; otherwise {
				decided = append(decided, x)
			}
			if other {
				told = append(told, x)
			}
		}
		if len(decided)+len(told) == 0 {
			continue
		}
		err = r.DB.Write(ctx, func(tx *database.Tx) error {
			return database.InTurn(
				func() error { return updateDecisions(tx, run, decided) },
				func() error { return updateTopics(tx, run, told) })
		})
		if err != nil {
			return err
		}
	}
}

// judge decides about attempts of one round by what its run has learnt. It keeps
// the yardsticks of forms.
type judge struct {
	h          database.Handle
	standard   scoring.Standard
	held       corrections
	learnt     Learnt
	yardsticks map[FormID]*yardstick
	abilities  map[float64]float64 // that earn a share
}

func newJudge(h database.Handle, standard scoring.Standard, held corrections, learnt Learnt) *judge {
	return &judge{h, standard, held, learnt, map[FormID]*yardstick{}, map[float64]float64{}}
}

// decide is what follows for one attempt.
func (j *judge) decide(form FormID, total scoring.Total, topics []scoring.TopicResult) (scoring.Decision, []scoring.TopicResult, error) {
	belief := total.Among(j.learnt.People)
	if j.learnt.Abilities != nil {
		if err := j.prepare([]FormID{form}); err != nil {
			return scoring.Decision{}, nil, err
		}
		belief = j.yardsticks[form].believe(total)
	}
	return j.standard.Decide(total, belief), j.standard.Gate(topics, j.learnt.Gates.of(form)), nil
}

// prepare makes the yardsticks of forms that are not known yet, reading their items in
// one query: where everybody has a form there are as many as attempts.
func (j *judge) prepare(ids []FormID) error {
	if j.learnt.Abilities == nil {
		return nil
	}
	unknown := slices.Compact(slices.Sorted(slices.Values(ids)))
	known := func(id FormID) bool { return j.yardsticks[id] != nil }
	if !slices.ContainsFunc(unknown, func(id FormID) bool { return !known(id) }) {
		return nil
	}
	if len(j.yardsticks)+len(unknown) > mostCachedForms {
		clear(j.yardsticks)
	}
	unknown = slices.DeleteFunc(unknown, known)
	forms, err := shownForms(j.h, j.held, unknown)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		j.yardsticks[id] = j.learnt.Abilities.yardstick(forms[id], j.standard, j.at)
	}
	return nil
}

// at is the ability that earns a share.
func (j *judge) at(share float64) float64 {
	if _, known := j.abilities[share]; !known {
		j.abilities[share] = j.learnt.Abilities.at(share)
	}
	return j.abilities[share]
}
