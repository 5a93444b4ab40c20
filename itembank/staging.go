package itembank

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/itembank/exchange"
	"sathach/itembank/picture"
)

// ImportID identifies a file of questions whose items wait in the staging
// area.
type ImportID string

// Import is one file in the staging area of whoever brought it.
type Import struct {
	ID       ImportID
	File     string
	Warnings []string
	At       time.Time
	Counts   ImportCounts
}

// ImportCounts tell how far an import is.
type ImportCounts struct {
	Total, OK, Review, Broken   int // by what the file says
	Accepted, Rejected, Entered int // by what was decided
}

// Waiting is how many items nobody has decided about.
func (c ImportCounts) Waiting() int { return c.Total - c.Accepted - c.Rejected }

// Ready is how many accepted items are not in the bank yet.
func (c ImportCounts) Ready() int { return c.Accepted - c.Entered }

// Decision is what a person decided about a staged item.
type Decision string

const (
	Undecided Decision = "pending"
	Accepted  Decision = "accepted"
	Rejected  Decision = "rejected"
)

// Staged is one question of an import, with what is missing before it may
// enter the bank.
type Staged struct {
	Position int // in the file, from 1
	Item     exchange.Item
	Topic    string
	Level    Level
	Decision Decision
	Code     string // of the item it became
	Version  int
	Twins    []Twin // what it was like when the file was read, most alike first
	// Hurdle says in Vietnamese what keeps it out; empty when it may enter.
	Hurdle string
}

// Errors about imports.
var (
	ErrNoImport   = fault.New(fault.Missing, "itembank.no_import", "no such import of yours")
	ErrNoStaged   = fault.New(fault.Missing, "itembank.no_staged", "no such question in this import")
	ErrRejected   = fault.New(fault.Invalid, "itembank.rejected_file", "the file was not accepted")
	ErrEntered    = fault.New(fault.Conflict, "itembank.entered", "the question is in the bank already")
	errNoTopicYet = "Chưa có chuyên đề"
	errNoLevelYet = "Chưa có mức độ"
	errNeitherYet = "Chưa có chuyên đề và mức độ"
	errUnclear    = "Cần một người xem và lưu lại"
)

// Stage puts the items of a preview into the actor's staging area. Nothing
// enters the bank. A question whose section names a topic gets that topic,
// others the one given; a level that the file does not tell is the one given.
func (b *Bank) Stage(ctx context.Context, actor authz.Actor, p exchange.Preview, topic string, level Level) (ImportID, error) {
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(b.Now())); err != nil {
		return "", err
	}
	if p.Status != exchange.FileAccepted || len(p.Items) == 0 {
		return "", ErrRejected
	}
	topics, err := b.Topics(ctx)
	if err != nil {
		return "", err
	}
	staged := make([]Staged, len(p.Items))
	var pictures []picture.Picture
	read := eachOnce()
	for i, it := range p.Items {
		if err := ctx.Err(); err != nil {
			return "", err // whoever brought the file has left
		}
		it, found := settle(it, read)
		pictures = append(pictures, found...)
		staged[i] = Staged{Position: i + 1, Item: it, Topic: topic, Level: level, Decision: Undecided, Version: 1}
		if slices.ContainsFunc(topics, func(t Topic) bool { return t.Code == it.Topic }) {
			staged[i].Topic = it.Topic // one of our own files
		} else if it.Section != nil {
			if named := topicNamed(topics, *it.Section); named != "" {
				staged[i].Topic = named
			}
		}
		if told := LevelOf(it.Level); told != "" {
			staged[i].Level = told
		}
	}
	if err := findTwins(b.DB.Read(ctx), staged); err != nil {
		return "", err
	}
	id := ImportID(database.NewID())
	now := database.Truncate(b.Now())
	return id, b.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertPictures(tx, pictures, now); err != nil {
			return err
		}
		if err := insertImport(tx, id, p, actor.Account, now, staged); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "import.stage", Subject: "import:" + string(id), Detail: map[string]any{"items": len(staged)}})
	})
}

// topicNamed finds the one topic whose code or name a heading holds.
func topicNamed(topics []Topic, heading string) string {
	folded, found := viet.Fold(heading), ""
	for _, t := range topics {
		name := viet.Fold(t.NameVi)
		if heading == t.Code || strings.Contains(folded, name) || strings.Contains(name, folded) && len(folded) >= 8 {
			if found != "" {
				return ""
			}
			found = t.Code
		}
	}
	return found
}

// Imports lists the actor's imports, newest first.
func (b *Bank) Imports(ctx context.Context, actor authz.Actor) ([]Import, error) {
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(b.Now())); err != nil {
		return nil, err
	}
	return importsOf(b.DB.Read(ctx), actor.Account)
}

// Import shows one of the actor's imports.
func (b *Bank) Import(ctx context.Context, actor authz.Actor, id ImportID) (Import, error) {
	if _, err := actor.Scope(authz.WriteItems, viet.DateOf(b.Now())); err != nil {
		return Import{}, err
	}
	return importOf(b.DB.Read(ctx), actor.Account, id)
}

// StagedFilter says which questions of an import to list.
type StagedFilter struct {
	Status        exchange.Status // empty for all
	Undecided     bool
	Offset, Limit int
}

// Staged lists questions of an import, with what keeps each out of the bank;
// ImportCounts tell how many there are.
func (b *Bank) Staged(ctx context.Context, actor authz.Actor, id ImportID, f StagedFilter) ([]Staged, error) {
	if _, err := b.Import(ctx, actor, id); err != nil {
		return nil, err
	}
	h := b.DB.Read(ctx)
	list, err := stagedOf(h, id, f)
	if err != nil {
		return nil, err
	}
	register, err := documentsOf(h)
	if err != nil {
		return nil, err
	}
	known, err := situationsKnown(h, id, list)
	if err != nil {
		return nil, err
	}
	for i := range list {
		_, list[i].Hurdle = list[i].draft(register, known)
	}
	return list, nil
}

// StagedAt is one question of an import.
func (b *Bank) StagedAt(ctx context.Context, actor authz.Actor, id ImportID, position int) (Staged, error) {
	if _, err := b.Import(ctx, actor, id); err != nil {
		return Staged{}, err
	}
	h := b.DB.Read(ctx)
	s, err := stagedAt(h, id, position)
	if err != nil {
		return Staged{}, err
	}
	register, err := documentsOf(h)
	if err != nil {
		return Staged{}, err
	}
	known, err := situationsKnown(h, id, []Staged{s})
	_, s.Hurdle = s.draft(register, known)
	return s, err
}

// draft is the item a question would become, or what keeps it out.
func (s Staged) draft(register []Document, known stagedSituations) (Draft, string) {
	d, hurdle := DraftOf(s.Item, register)
	d.Topic, d.Level = s.Topic, s.Level
	leveled := s.Level != "" || d.Kind == Situation
	switch {
	case s.Item.Status != exchange.OK && s.Item.Note != "":
		return Draft{}, s.Item.Note // more precise than what the bank says
	case hurdle != "":
		return Draft{}, hurdle
	case s.Item.Status != exchange.OK:
		return Draft{}, errUnclear
	case s.Topic == "" && !leveled:
		return Draft{}, errNeitherYet
	case s.Topic == "":
		return Draft{}, errNoTopicYet
	case !leveled:
		return Draft{}, errNoLevelYet
	}
	if hurdle := known.hurdle(s, register); hurdle != "" {
		return Draft{}, hurdle
	}
	d.Situation = known.code(s)
	if len(d.Citations) == 0 && d.SourceNote == "" {
		d.SourceNote = "Tệp nhập không ghi căn cứ"
	}
	d.Code = "staged"
	if err := d.Validate(); err != nil {
		return Draft{}, hurdleOf(err)
	}
	return d, ""
}

// hurdles say what keeps a draft out of the bank to the person at the staging
// area.
var hurdles = map[error]string{
	ErrTooMany: tooManyOptions, ErrTwins: "Có hai phương án giống nhau", ErrBadKey: "Đáp án không khớp các phương án",
	ErrNoAlt: "Có hình chưa có lời tả: hãy viết lời tả vào giữa hai ngoặc vuông của hình", ErrPicture: "Có hình mà ngân hàng không giữ",
	ErrSituation: "Một tình huống không thuộc tình huống khác", ErrNoStem: "Chưa có câu dẫn", ErrTooLong: "Câu dẫn, phương án hoặc giải thích quá dài", ErrUnknownKind: "Ngân hàng chưa nhận dạng câu này",
}

func hurdleOf(err error) string {
	for known, sentence := range hurdles {
		if errors.Is(err, known) {
			return sentence
		}
	}
	return errUnclear
}

// Correction is what a person made of a staged question.
type Correction struct {
	Type    exchange.Type
	Format  Format
	Stem    string
	Options []string
	Targets []string
	Key     []int
	Pinned  []int
	Answer  *exchange.Answer // of a numeric question; nil leaves what the file said
	Unit    string
	// Gaps, Accepted, Numbers and CaseSensitive have the meaning they have in a Draft.
	Gaps          [][]string
	Accepted      [][]string
	Numbers       []Number
	CaseSensitive bool
	Situation     string // that it belongs to
	Explanation   string
	Citation      string
	Topic         string
	Level         Level
}

// Correct replaces what a question says by what a person made of it. By that
// the person has decided what was asked: its flags fall, except those that the
// new text raises itself.
func (b *Bank) Correct(ctx context.Context, actor authz.Actor, id ImportID, position, version int, c Correction) error {
	if _, err := b.Import(ctx, actor, id); err != nil {
		return err
	}
	now := database.Truncate(b.Now())
	return b.DB.Write(ctx, func(tx *database.Tx) error {
		s, err := stagedAt(tx, id, position)
		if err != nil {
			return err
		}
		if s.Code != "" {
			return ErrEntered
		}
		before := s
		s.Version = version
		s.correct(c)
		if err := updateStaged(tx, id, s); err != nil {
			return err
		}
		if err := letGo(tx, id, []Staged{before}); err != nil {
			return err
		}
		return audit.Append(tx, audit.Entry{At: now, Actor: actor.Account, Verb: "import.correct", Subject: "import:" + string(id), Detail: map[string]any{"position": position}})
	})
}

func (s *Staged) correct(c Correction) {
	it := s.Item
	it.Type, it.Stem, it.Options, it.Targets, it.Key = c.Type, c.Stem, c.Options, c.Targets, c.Key
	it.Pinned, it.Unit, it.Format, it.Situation = c.Pinned, c.Unit, string(c.Format), c.Situation
	if c.Answer != nil {
		it.Answers = []exchange.Answer{*c.Answer}
	}
	if c.Type == exchange.ShortAnswer || c.Type == exchange.GapText {
		it.Answers, it.Gaps, it.CaseSensitive = nil, nil, nil
		addTyped(&it, Draft{Kind: kindsOf[c.Type], Gaps: c.Gaps, Accepted: c.Accepted, Numbers: c.Numbers, CaseSensitive: c.CaseSensitive, Key: c.Key})
	}
	it.Explanation, it.Citation, it.Flags, it.Note, it.Status = c.Explanation, c.Citation, nil, "", exchange.OK
	s.Item = exchange.Finish([]exchange.Item{it})[0]
	s.Topic, s.Level, s.Decision = c.Topic, c.Level, Undecided
}

// Decide accepts or rejects questions. Accepting leaves out those that may not
// enter yet, and takes in the situations they belong to; when a situation is no
// longer accepted, its questions are undecided again. It tells how many were
// decided.
func (b *Bank) Decide(ctx context.Context, actor authz.Actor, id ImportID, positions []int, d Decision) (decided int, err error) {
	if d != Accepted && d != Rejected && d != Undecided {
		return 0, ErrWrongState
	}
	change := stagedChange{verb: "import.decide", detail: map[string]any{"decision": d}}
	change.do = func(tx *database.Tx, list []Staged) ([]Staged, error) {
		if d != Accepted {
			return decideAll(list, d), nil
		}
		return accepted(tx, id, list)
	}
	if d != Accepted {
		change.then = letGo
	}
	return b.eachStaged(ctx, actor, id, positions, change)
}

func decideAll(list []Staged, d Decision) []Staged {
	for i := range list {
		list[i].Decision = d
	}
	return list
}

// accepted are those of some questions that may enter, with the situations
// they belong to.
func accepted(tx *database.Tx, id ImportID, list []Staged) ([]Staged, error) {
	above, err := situationsOf(tx, id, list)
	if err != nil {
		return nil, err
	}
	above = slices.DeleteFunc(above, func(p int) bool { return slices.ContainsFunc(list, func(s Staged) bool { return s.Position == p }) })
	slices.Sort(above)
	more, err := stagedIn(tx, id, slices.Compact(above))
	if err != nil {
		return nil, err
	}
	list = slices.Concat(more, list)
	register, err := documentsOf(tx)
	if err != nil {
		return nil, err
	}
	known, err := situationsKnown(tx, id, list)
	if err != nil {
		return nil, err
	}
	known.decide(list, Accepted)
	list = slices.DeleteFunc(list, func(s Staged) bool { _, hurdle := s.draft(register, known); return hurdle != "" })
	return decideAll(list, Accepted), nil
}

// Assign gives questions a topic, a level, or both; empty leaves what is.
func (b *Bank) Assign(ctx context.Context, actor authz.Actor, id ImportID, positions []int, topic string, level Level) (assigned int, err error) {
	change := stagedChange{verb: "import.assign", detail: map[string]any{"topic": topic, "level": level}}
	change.do = func(_ *database.Tx, list []Staged) ([]Staged, error) {
		for i, s := range list {
			list[i].Topic, list[i].Level = cmp.Or(topic, s.Topic), cmp.Or(level, s.Level)
		}
		return list, nil
	}
	return b.eachStaged(ctx, actor, id, positions, change)
}

// Belong answers for questions of which the file does not tell whether they
// belong to the situation above them; it leaves others as they are.
func (b *Bank) Belong(ctx context.Context, actor authz.Actor, id ImportID, positions []int, belongs bool) (answered int, err error) {
	change := stagedChange{verb: "import.belong", detail: map[string]any{"belongs": belongs}}
	change.do = func(_ *database.Tx, list []Staged) (changed []Staged, _ error) {
		for _, s := range list {
			if s.Item.Type == exchange.Situation || !s.Item.Has(exchange.SituationUnclear) {
				continue
			}
			if s.Item.Answer(exchange.SituationUnclear); !belongs {
				s.Item.Situation = ""
			}
			changed = append(changed, s)
		}
		return changed, nil
	}
	return b.eachStaged(ctx, actor, id, positions, change)
}

// stagedChange is something that is done with questions of an import, as the
// audit log calls it.
type stagedChange struct {
	verb   string
	detail map[string]any
	do     func(*database.Tx, []Staged) ([]Staged, error) // returns those to be written
	then   func(*database.Tx, ImportID, []Staged) error   // nil for nothing
}

// eachStaged does something with the named questions that have not entered, in
// one commit.
func (b *Bank) eachStaged(ctx context.Context, actor authz.Actor, id ImportID, positions []int, change stagedChange) (changed int, err error) {
	if _, err := b.Import(ctx, actor, id); err != nil {
		return 0, err
	}
	err = b.DB.Write(ctx, func(tx *database.Tx) error {
		list, err := stagedIn(tx, id, positions)
		if err != nil {
			return err
		}
		list, err = change.do(tx, slices.DeleteFunc(list, func(s Staged) bool { return s.Code != "" }))
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := updateStaged(tx, id, s); err != nil {
				return err
			}
		}
		changed = len(list)
		if change.then != nil {
			if err := change.then(tx, id, list); err != nil {
				return err
			}
		}
		return audit.Append(tx, audit.Entry{At: b.Now(), Actor: actor.Account, Verb: change.verb, Subject: "import:" + string(id), Detail: change.detail})
	})
	return changed, err
}

// enteredPerCommit keeps transactions short; a crash leaves whole parts
// entered, and entering again goes on.
const enteredPerCommit = 50

// Enter turns the accepted questions of an import into drafts written by the
// actor. It tells how many entered, and how many may not any more, as when the
// register has changed: they are undecided again.
func (b *Bank) Enter(ctx context.Context, actor authz.Actor, id ImportID) (entered, back int, err error) {
	if _, err := b.Import(ctx, actor, id); err != nil {
		return 0, 0, err
	}
	for {
		n, found, err := b.enterSome(ctx, actor, id)
		entered, back = entered+n, back+found-n
		if err != nil || found == 0 {
			return entered, back, err
		}
	}
}

// enterSome enters n of the questions it found.
func (b *Bank) enterSome(ctx context.Context, actor authz.Actor, id ImportID) (n, found int, err error) {
	err = b.DB.Write(ctx, func(tx *database.Tx) error {
		n, found = 0, 0
		documents, err := documentsOf(tx)
		if err != nil {
			return err
		}
		list, err := acceptedOf(tx, id, enteredPerCommit)
		if err != nil {
			return err
		}
		known, err := situationsKnown(tx, id, list)
		if err != nil {
			return err
		}
		found = len(list)
		for _, s := range list {
			d, hurdle := s.draft(documents, known)
			if hurdle != "" || s.Item.Situation != "" && d.Situation == "" {
				s.Decision = Undecided
				if err := updateStaged(tx, id, s); err != nil {
					return err
				}
				continue
			}
			item, code, err := b.write(tx, actor, d, existing(documents))
			if err != nil {
				return err
			}
			known.entered(s, code)
			if err := markEntered(tx, id, s, item); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, found, err
}
