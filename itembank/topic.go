package itembank

import (
	"context"
	"fmt"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// Errors about topics.
var (
	ErrUnknownTopic = fault.New(fault.Missing, "itembank.unknown_topic", "no such topic")
	ErrNotYourTopic = fault.New(fault.Forbidden, "itembank.not_your_topic", "the topic is looked after by an agency outside the granted scope")
)

// GiveTopic makes an agency the one that looks after a topic, and all topics
// under it that nobody else looks after; empty gives it back to the whole
// country. Who gives must be granted approval over both agencies.
func (b *Bank) GiveTopic(ctx context.Context, actor authz.Actor, topic, agency string) error {
	scope, err := actor.Scope(authz.ApproveItems, viet.DateOf(b.Now()))
	if err != nil {
		return err
	}
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		owner, known, err := ownerOf(tx, topic)
		if err != nil {
			return err
		}
		if !known {
			return ErrUnknownTopic
		}
		for _, id := range []string{owner, agency} {
			if ok, err := within(tx, scope, id); err != nil || !ok {
				return orNotYours(err)
			}
		}
		if err := setOwner(tx, topic, agency); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: "topic.give", Subject: "topic:" + topic, Detail: map[string]any{"agency": agency}})
	})
}

func orNotYours(err error) error {
	if err != nil {
		return err
	}
	return ErrNotYourTopic
}

// oversee refuses what an actor does with items of a topic that an agency
// outside the actor's scope looks after.
func (b *Bank) oversee(h database.Handle, actor authz.Actor, verb authz.Verb, topic string) error {
	scope, err := actor.Scope(verb, viet.DateOf(b.Now()))
	if err != nil {
		return err
	}
	owner, _, err := ownerOf(h, topic)
	if err != nil {
		return fmt.Errorf("owner of topic %s: %w", topic, err)
	}
	ok, err := within(h, scope, owner)
	if err != nil || !ok {
		return orNotYours(err)
	}
	return nil
}

// Oversees tells whether an actor may do something with items of a topic.
func (b *Bank) Oversees(ctx context.Context, actor authz.Actor, verb authz.Verb, topic string) bool {
	return b.oversee(b.DB.Read(ctx), actor, verb, topic) == nil
}
