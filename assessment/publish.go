package assessment

import (
	"cmp"
	"context"
	"errors"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
)

// Publish releases scored rounds whose rules say so, and which nothing holds.
func (r *Rounds) Publish(ctx context.Context) (int, error) {
	return r.each(ctx, Scored, func(round Round) (bool, error) {
		wait, err := held(r.DB.Read(ctx), round)
		if err != nil || wait {
			return false, err
		}
		return true, r.publish(ctx, round, clock)
	})
}

// MayPublish tells whether a person may release a round: their scope must
// hold its whole audience, since a publication reaches everybody.
func (r *Rounds) MayPublish(ctx context.Context, actor authz.Actor, round Round) (bool, error) {
	scope, err := actor.Scope(authz.Publish, viet.DateOf(round.DueAt))
	if errors.Is(err, authz.ErrForbidden) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return audienceWithin(r.DB.Read(ctx), scope, round.Series)
}

// PublishByHand releases a scored round for a person who may, or what corrections
// changed about a published one. seen is the run whose effect the person was
// shown: if another one has followed, it is a conflict; empty, whatever is newest
// goes out.
func (r *Rounds) PublishByHand(ctx context.Context, actor authz.Actor, id RoundID, seen RunID) error {
	scope, err := actor.Scope(authz.Publish, viet.DateOf(r.Now()))
	if err != nil {
		return err
	}
	round, err := roundIn(r.DB.Read(ctx), scope, id)
	if err != nil {
		return err
	}
	if may, err := r.MayPublish(ctx, actor, round); err != nil || !may {
		return cmp.Or(err, error(authz.ErrForbidden))
	}
	if round.State == Published {
		return r.republish(ctx, actor.Account, round, seen)
	}
	if round.State != Scored {
		return ErrNotScored
	}
	return r.publish(ctx, round, actor.Account)
}

func (r *Rounds) publish(ctx context.Context, round Round, who string) error {
	now := database.Truncate(r.Now())
	run, err := finishedRun(r.DB.Read(ctx), round.ID)
	if err != nil {
		return err
	}
	return r.moveAs(ctx, who, round, Published, "round.publish", map[string]any{"run": run}, func(tx *database.Tx) error {
		if waiting, err := correcting(tx, round.ID); err != nil || waiting {
			return cmp.Or(err, error(ErrMarkingAgain))
		}
		if err := insertPublication(tx, round, run, who, now); err != nil {
			return err
		}
		return r.Advisor.Advise(tx, round, run, now)
	})
}

// republish releases what corrections changed about a published round.
func (r *Rounds) republish(ctx context.Context, who string, round Round, seen RunID) error {
	released, newest, err := releasedRun(r.DB.Read(ctx), round.ID)
	if err != nil || released == newest {
		return err
	}
	if seen != "" && seen != newest {
		return database.ErrConflict
	}
	return r.publish(ctx, round, who)
}

// held tells whether a scored round waits: for a person, or to be marked again.
func held(h database.Handle, round Round) (bool, error) {
	if round.Rules.Release != AfterScoring {
		return true, nil
	}
	if waiting, err := correcting(h, round.ID); err != nil || waiting || !round.Rules.Hold {
		return waiting, err
	}
	alarms, err := alarmsIn(h, round.ID)
	return len(alarms) > 0, err
}
