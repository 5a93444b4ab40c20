package assessment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/scoring"
)

// CorrectionKind is what becomes of an item that turned out to be faulty when
// people had been asked it.
type CorrectionKind string

const (
	Withdraw CorrectionKind = "withdraw" // it counts for nobody
	Credit   CorrectionKind = "credit"   // everybody who met it earns the whole mark
	Rekey    CorrectionKind = "rekey"    // something else is right
	Restore  CorrectionKind = "restore"  // as it was asked: takes back what was corrected
)

// Correction is a decision about one item of a round (ADR 29). Decisions are
// never changed; the newest about an item holds. A scoring run notes the last
// one it heeded.
type Correction struct {
	Number   int // 1, 2, … in the round
	Revision itembank.RevisionID
	Code     string // of the item
	Kind     CorrectionKind
	Right    Right // of Rekey
	Reason   string
	At       time.Time
	By       string
}

// Errors about corrections.
var (
	ErrNotYetOpen   = fault.New(fault.Closed, "correction.not_open", "nobody has been asked anything yet")
	ErrMarkingAgain = fault.New(fault.Conflict, "correction.marking", "the round is being marked again")
	ErrNotAsked     = wrong("item", "correction.not_asked", "no form of the round has this item")
	ErrWhyCorrect   = wrong("reason", "correction.no_reason", "say why, in at most 1,000 characters")
	ErrNoKind       = wrong("kind", "correction.no_kind", "say what becomes of the item")
	ErrNotCorrected = wrong("kind", "correction.nothing", "the item already stands like this")
	ErrTooFewLeft   = wrong("kind", "correction.too_few_left", "fewer than half of a form's items would count")
	ErrBadNumber    = wrong("value", "correction.bad_number", "this cannot be the right number")
	ErrBadAnswers   = wrong("accepted", "correction.bad_answers", "say what is accepted, one answer a line")
	ErrBadKey       = wrong("correct", "correction.bad_key", "these options cannot be the right ones")
	ErrBadLines     = wrong("key", "correction.bad_lines", "this cannot be right of the item")
)

// wrong is an error about one input of a form.
func wrong(input, key, text string) *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Key: "form.wrong", Text: text, Fields: []fault.Field{{Name: input, Key: key}}}
}

// longestReason bounds the reason of a correction, in characters.
const longestReason = 1000

// corrections are those that hold, by item.
type corrections map[itembank.RevisionID]Correction

// holding keeps the newest correction of every item; all is in their order.
func holding(all []Correction) corrections {
	held := corrections{}
	for _, c := range all {
		held[c.Revision] = c
	}
	return held
}

// mark marks a response to an item of the round.
func (held corrections) mark(item itembank.Revision, key itembank.Key, response scoring.Response) scoring.Mark {
	c := held[item.ID]
	switch c.Kind {
	case Withdraw:
		return scoring.Withdraw()
	case Credit:
		return scoring.Credit(scoring.One)
	}
	return itembank.Mark(item, c.key(item, key), response)
}

// invalidates tells whether an item shows nothing about anybody.
func (held corrections) invalidates(id itembank.RevisionID) bool {
	kind := held[id].Kind
	return kind == Withdraw || kind == Credit
}

// key is the key that an item is marked with.
func (c Correction) key(item itembank.Revision, key itembank.Key) itembank.Key {
	if c.Kind != Rekey {
		return key
	}
	if oneChoice(item) && len(c.Right.Correct) > 1 {
		key.Rule = scoring.OneOf
	}
	return c.Right.in(key)
}

func oneChoice(item itembank.Revision) bool {
	return item.Kind == itembank.Single || item.Kind == itembank.TrueFalse
}

// check refuses what cannot be: a reason that says nothing, a key that the item
// cannot have or already has.
func (c Correction) check(item itembank.Revision, key itembank.Key, before Correction) error {
	if n := len([]rune(c.Reason)); n == 0 || n > longestReason {
		return ErrWhyCorrect
	}
	switch c.Kind {
	case Withdraw, Credit:
		if c.Kind == before.Kind {
			return ErrNotCorrected
		}
		return nil
	case Restore:
		if before.Kind == "" || before.Kind == Restore {
			return ErrNotCorrected
		}
		return nil
	case Rekey:
		return c.checkKey(item, key, before)
	}
	return ErrNoKind
}

// checkKey refuses what cannot be right of the item, or already is.
func (c Correction) checkKey(item itembank.Revision, key itembank.Key, before Correction) error {
	if err := c.Right.fits(item); err != nil {
		return err
	}
	counts := before.Kind != Withdraw && before.Kind != Credit
	if counts && c.Right.same(rightOf(item, before.key(item, key)), item) {
		return ErrNotCorrected
	}
	return nil
}

// plain is the correction as it is kept: to mark by the key as it was asked is to take
// back what was corrected.
func (c Correction) plain(asked Asked) Correction {
	corrected := asked.Now.Kind != "" && asked.Now.Kind != Restore
	if c.Kind == Rekey && corrected && c.Right.fits(asked.Item) == nil && c.Right.same(rightOf(asked.Item, asked.Key), asked.Item) {
		c.Kind = Restore
	}
	if c.Kind != Rekey {
		c.Right = Right{}
	}
	return c
}

// correctable is a round that people have met, for who may decide about its
// items: who may release it and sees keys.
func (r *Rounds) correctable(ctx context.Context, actor authz.Actor, id RoundID) (Round, error) {
	round, err := RoundByID(r.DB.Read(ctx), id)
	if err != nil {
		return Round{}, err
	}
	if _, err := actor.Scope(authz.ReadItems, viet.DateOf(r.Now())); err != nil {
		return Round{}, err
	}
	if may, err := r.MayPublish(ctx, actor, round); err != nil || !may {
		return Round{}, cmp.Or(err, error(authz.ErrForbidden))
	}
	if !round.Begun() {
		return Round{}, ErrNotYetOpen
	}
	return round, nil
}

// Correct decides about an item of a round that people have been asked. The
// round is marked again by the due loop; what is published stays until somebody
// publishes anew. The item leaves the bank's pool until it is mended, and its
// parameters, which rest on what was wrong, are forgotten.
func (r *Rounds) Correct(ctx context.Context, actor authz.Actor, id RoundID, c Correction) error {
	asked, made, err := r.asked(ctx, actor, id, c.Code)
	if err != nil {
		return err
	}
	c.Number = len(made) + 1 // one that was made meanwhile is a conflict
	c.Revision, c.At, c.By, c.Reason = asked.Item.ID, database.Truncate(r.Now()), actor.Account, viet.Clean(c.Reason)
	c.Right = c.Right.of(asked.Item)
	c = c.plain(asked)
	if err := c.check(asked.Item, asked.Key, asked.Now); err != nil {
		return err
	}
	if err := r.leaveEnough(ctx, id, holding(append(made, c))); err != nil {
		return err
	}
	return r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := HoldRound(tx, id); err != nil {
			return err
		}
		if err := insertCorrection(tx, id, c); err != nil {
			return err
		}
		if err := itembank.ForgetParameters(tx, c.Revision); err != nil {
			return err
		}
		if c.Kind != Restore {
			if err := itembank.SetAside(tx, actor, c.Revision, c.Reason, c.At); err != nil {
				return err
			}
		}
		return audit.Append(tx, audit.Entry{At: c.At, Actor: actor.Account, Verb: "round.correct", Subject: "round:" + string(id),
			Detail: map[string]any{"number": c.Number, "revision": c.Revision, "kind": c.Kind}})
	})
}

// leaveEnough refuses corrections with which too little of some form would go on
// counting.
func (r *Rounds) leaveEnough(ctx context.Context, id RoundID, held corrections) error {
	var faulty []itembank.RevisionID
	for item := range held {
		if held.invalidates(item) {
			faulty = append(faulty, item)
		}
	}
	left, err := fewestLeft(r.DB.Read(ctx), id, faulty)
	if err != nil || left < leastLeft {
		return cmp.Or(err, error(ErrTooFewLeft))
	}
	return nil
}

// leastLeft is the least share of every form's items that must go on counting:
// with fewer, people are to be asked again.
const leastLeft = 0.5

// Asked is an item of a round as it is marked.
type Asked struct {
	Item itembank.Revision
	Key  itembank.Key // as it was asked
	Now  Correction   // that holds; the zero Correction for none
}

// Right is what counts as right now.
func (a Asked) Right() Right { return rightOf(a.Item, a.Now.key(a.Item, a.Key)) }

// Asked is an item of a round, by its code.
func (r *Rounds) Asked(ctx context.Context, actor authz.Actor, id RoundID, code string) (Asked, error) {
	asked, _, err := r.asked(ctx, actor, id, code)
	return asked, err
}

// asked is an item of a round, with all corrections of the round.
func (r *Rounds) asked(ctx context.Context, actor authz.Actor, id RoundID, code string) (Asked, []Correction, error) {
	h := r.DB.Read(ctx)
	if _, err := r.correctable(ctx, actor, id); err != nil {
		return Asked{}, nil, err
	}
	revision, err := askedRevision(h, id, code)
	if err != nil {
		return Asked{}, nil, err
	}
	texts, err := itembank.RevisionsByID(h, []itembank.RevisionID{revision})
	if err != nil {
		return Asked{}, nil, err
	}
	keys, err := itembank.KeysOf(h, []itembank.RevisionID{revision})
	if err != nil {
		return Asked{}, nil, err
	}
	made, err := correctionsOf(h, id, lastCorrection)
	return Asked{texts[revision], keys[revision], holding(made)[revision]}, made, err
}

// Begun tells whether people have met the round's items.
func (r Round) Begun() bool {
	return slices.Contains([]State{Open, Closed, Scored, Published}, r.State)
}

// Corrected is how far the corrections of a round have come.
type Corrected struct {
	Round Round
	Made  []Correction                              // newest first
	Items map[itembank.RevisionID]itembank.Revision // that they are about
	// Waiting tells that the due loop has not marked the round again yet.
	Waiting bool
	// Newer tells that a run has heeded what the newest publication has not: Run;
	// Effect is what it would change.
	Newer  bool
	Run    RunID
	Effect Effect
}

// Effect is what a newer marking changes about the results that count.
type Effect struct {
	People          int // of both
	Scores, Bands   int // whose score or band differs
	Commended, Left int // proposed for commendation now, and no longer
	Low, Released   int // in a low group now, and no longer
}

// Corrected shows what was decided about the items of a round.
func (r *Rounds) Corrected(ctx context.Context, actor authz.Actor, id RoundID) (Corrected, error) {
	h := r.DB.Read(ctx)
	round, err := r.correctable(ctx, actor, id)
	if err != nil {
		return Corrected{}, err
	}
	c := Corrected{Round: round}
	if c.Made, err = correctionsOf(h, id, lastCorrection); err != nil {
		return Corrected{}, err
	}
	slices.Reverse(c.Made)
	about := make([]itembank.RevisionID, len(c.Made))
	for i, made := range c.Made {
		about[i] = made.Revision
	}
	if c.Items, err = itembank.RevisionsByID(h, about); err != nil {
		return Corrected{}, err
	}
	if c.Waiting, err = correcting(h, round.ID); err != nil || round.State != Published {
		return c, err
	}
	released, newest, err := releasedRun(h, id)
	if err != nil || released == newest {
		return c, err
	}
	c.Newer, c.Run = true, newest
	c.Effect, err = effectOf(h, released, newest)
	return c, err
}

// Rescore marks rounds again whose corrections no finished run has heeded.
func (r *Rounds) Rescore(ctx context.Context) (int, error) {
	rounds, err := correctedRounds(r.DB.Read(ctx))
	if err != nil {
		return 0, err
	}
	return r.all(rounds, func(round Round) (bool, error) { return r.score(ctx, round) })
}

// Heeded are the corrections that a finished run has heeded, in their order,
// for what explains its results.
func Heeded(h database.Handle, round RoundID, run RunID) ([]Correction, error) {
	last, err := heededBy(h, run)
	if err != nil || last == 0 {
		return nil, err
	}
	return correctionsOf(h, round, last)
}

// KeysIn are the keys by which a finished run marked some items.
func KeysIn(h database.Handle, round RoundID, run RunID, items []itembank.RevisionID) (map[itembank.RevisionID]itembank.Key, error) {
	keys, err := itembank.KeysOf(h, items)
	if err != nil {
		return nil, err
	}
	held, err := heldBy(h, round, run)
	held.rekey(keys)
	return keys, err
}

// rekey puts what counts as right now into keys.
func (held corrections) rekey(keys map[itembank.RevisionID]itembank.Key) {
	for id, c := range held {
		if key, asked := keys[id]; asked && c.Kind == Rekey {
			keys[id] = c.Right.in(key)
		}
	}
}

// heldBy are the corrections that hold in a run.
func heldBy(h database.Handle, round RoundID, run RunID) (corrections, error) {
	all, err := Heeded(h, round, run)
	return holding(all), err
}
