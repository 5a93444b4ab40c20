package assessment

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/itembank"
	"sathach/roster"
)

type roundRow struct {
	ID        string
	SeriesID  string
	FollowsID *string
	Code      string
	Name      string
	DueAt     time.Time
	ClosesAt  time.Time
	State     string
	Blueprint string
	Forms     int
	Rules     string
	Seed      string
	Problem   string
	Version   int
}

type seatingRow struct {
	ID       string
	RoundID  string
	AgencyID string
	OpensAt  time.Time
	ClosesAt time.Time
}

type candidateRow struct {
	ID            string
	RoundID       string
	SeatingID     string
	OfficialID    string
	Title         string
	PositionGroup string
	FormNumber    int
}

type formRow struct {
	ID      string
	RoundID string
	Number  int
}

type formItemRow struct {
	FormID      string
	Position    int
	RevisionID  string
	SituationID *string
	Pretest     bool
}

type publicationRow struct {
	ID          string
	RoundID     string
	Number      int
	Code        string
	RunID       string
	PublishedAt time.Time
	PublishedBy string
}

// Rows of one insert; both databases bound the number of parameters.
const batch = 500

func insertRound(tx *database.Tx, r Round) error {
	blueprint, err := json.Marshal(r.Blueprint)
	if err != nil {
		return err
	}
	rules, err := json.Marshal(r.Rules)
	if err != nil {
		return err
	}
	var follows *string
	if r.Follows != "" {
		follows = (*string)(&r.Follows)
	}
	row := roundRow{
		FollowsID: follows, ID: string(r.ID), SeriesID: string(r.Series), Code: r.Code, Name: r.Name, DueAt: r.DueAt, ClosesAt: r.ClosesAt, State: string(r.State),
		Blueprint: string(blueprint), Forms: r.Forms, Rules: string(rules), Seed: r.Seed, Problem: r.Problem.text(), Version: r.Version,
	}
	return tx.Gorm().Table("round").Create(&row).Error
}

func insertForms(tx *database.Tx, round RoundID, forms []Form) error {
	var rows []formRow
	var items []formItemRow
	for _, f := range forms {
		rows = append(rows, formRow{string(f.ID), string(round), f.Number})
		for i, it := range f.Items {
			row := formItemRow{FormID: string(f.ID), Position: i + 1, RevisionID: string(it.Revision), Pretest: it.Pretest}
			if it.Situation != "" {
				id := string(it.Situation)
				row.SituationID = &id
			}
			items = append(items, row)
		}
	}
	return database.InTurn(
		func() error { return tx.Gorm().Table("form").CreateInBatches(rows, batch).Error },
		func() error { return tx.Gorm().Table("form_item").CreateInBatches(items, batch).Error })
}

func insertSeatings(tx *database.Tx, round RoundID, seatings []Seating) error {
	var rows []seatingRow
	var candidates []candidateRow
	for _, s := range seatings {
		rows = append(rows, seatingRow{string(s.ID), string(round), string(s.Agency), s.Opens, s.Closes})
		for _, c := range s.candidates {
			candidates = append(candidates, candidateRow{string(c.ID), string(round), string(s.ID), string(c.Official), c.Title, c.Group, c.Form})
		}
	}
	return database.InTurn(
		func() error { return tx.Gorm().Table("seating").CreateInBatches(rows, batch).Error },
		func() error { return tx.Gorm().Table("candidate").CreateInBatches(candidates, batch).Error })
}

// claimRound makes the reader of a planned round its only writer.
func claimRound(tx *database.Tx, r Round) error {
	return database.Touched(tx.Gorm().Exec("update round set version = version + 1 where id = ? and version = ? and state = ?", string(r.ID), r.Version, string(Planned)))
}

// clearDraw takes back what was written of a draw that was not finished.
func clearDraw(tx *database.Tx, id RoundID) error {
	for _, statement := range []string{
		"delete from round_draw where round_id = ?", "delete from candidate where round_id = ?", "delete from seating where round_id = ?",
		"delete from form_item where form_id in (select f.id from form f where f.round_id = ?)", "delete from form where round_id = ?",
	} {
		if err := tx.Gorm().Exec(statement, string(id)).Error; err != nil {
			return fmt.Errorf("clear the draw of round %s: %w", id, err)
		}
	}
	return nil
}

// formsOfRound reads the first forms of a round with the items that count, and
// these as a pool.
func formsOfRound(h database.Handle, id RoundID, most int) ([]Form, []itembank.Drawable, error) {
	var rows []struct {
		ID, RevisionID, Code, TopicCode, Level string
		Number                                 int
	}
	err := h.Gorm().Raw(`
select f.id, f.number, t.revision_id, i.code, i.topic_code, r.level from form f join form_item t on t.form_id = f.id
join item_revision r on r.id = t.revision_id join item i on i.id = r.item_id where f.round_id = ? and f.number <= ? and not t.pretest order by f.number, t.position`, string(id), most).Scan(&rows).Error
	if err != nil {
		return nil, nil, fmt.Errorf("read the forms of round %s: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, nil, ErrNoForms
	}
	like, err := itembank.LikeGroups(h)
	if err != nil {
		return nil, nil, err
	}
	var forms []Form
	var pool []itembank.Drawable
	seen := map[string]bool{}
	for _, r := range rows {
		if len(forms) == 0 || forms[len(forms)-1].Number != r.Number {
			forms = append(forms, Form{ID: FormID(r.ID), Number: r.Number})
		}
		last := &forms[len(forms)-1]
		last.Items = append(last.Items, FormItem{Revision: itembank.RevisionID(r.RevisionID)})
		if !seen[r.RevisionID] {
			seen[r.RevisionID] = true
			pool = append(pool, itembank.Drawable{Revision: itembank.RevisionID(r.RevisionID), Code: r.Code, Topic: r.TopicCode, Level: itembank.Level(r.Level), Like: like[r.Code]})
		}
	}
	return forms, pool, nil
}

func roundsInState(h database.Handle, state State) ([]Round, error) {
	return findRounds(h, "where r.state = ? order by r.due_at", string(state))
}

// stillAt refuses a round that somebody changed since it was read, and keeps
// others from changing it before this change is through.
func stillAt(tx *database.Tx, r Round) error {
	return database.Touched(tx.Gorm().Exec("update round set version = version where id = ? and version = ?", string(r.ID), r.Version))
}

// HoldRound keeps others who hold the round from going on until this change is
// through: a correction of its items, and what its answers teach of them.
func HoldRound(tx *database.Tx, id RoundID) error {
	return database.Touched(tx.Gorm().Exec("update round set version = version where id = ?", string(id)))
}

// lastAsked is when rounds last opened with items since a moment, by their code,
// other than one round.
func lastAsked(h database.Handle, since time.Time, other RoundID) (map[string]time.Time, error) {
	where, args := "r.due_at >= ? and r.state <> ?", []any{since.UTC(), string(Cancelled)}
	if other != "" {
		where, args = where+" and r.id <> ?", append(args, string(other))
	}
	var rows []struct {
		Code  string
		DueAt time.Time
	}
	err := h.Gorm().Raw(`
select distinct i.code, r.due_at from round r join form f on f.round_id = r.id join form_item t on t.form_id = f.id
join item_revision v on v.id = t.revision_id join item i on i.id = v.item_id where `+where, args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read when items were asked: %w", err)
	}
	asked := map[string]time.Time{}
	for _, r := range rows {
		if r.DueAt.After(asked[r.Code]) {
			asked[r.Code] = r.DueAt
		}
	}
	return asked, nil
}

// unchanged tells whether nobody changed a round since it was read.
func unchanged(h database.Handle, r Round) (bool, error) {
	var n int
	err := h.Gorm().Raw("select count(*) from round where id = ? and version = ?", string(r.ID), r.Version).Scan(&n).Error
	return n > 0, err
}

// RoundByID reads a round for another domain.
func RoundByID(h database.Handle, id RoundID) (Round, error) {
	return roundIn(h, authz.Everything(), id)
}

// roundByCode reads a round for the command line.
func roundByCode(h database.Handle, code string) (Round, error) {
	found, err := findRounds(h, "where r.code = ?", code)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("round %s: %w", code, ErrNoRound)
	}
	if err != nil {
		return Round{}, err
	}
	return found[0], nil
}

// roundIn reads a round if any agency of the scope sits it.
func roundIn(h database.Handle, scope authz.Scope, id RoundID) (Round, error) {
	within, args := scope.Condition("s.agency_id")
	found, err := findRounds(h, "where r.id = ? and (exists (select 1 from seating s where s.round_id = r.id and "+within+"))", append([]any{string(id)}, args...)...)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("round %s: %w", id, ErrNoRound)
	}
	if err != nil {
		return Round{}, err
	}
	return found[0], nil
}

func findRounds(h database.Handle, where string, args ...any) ([]Round, error) {
	var rows []roundRow
	if err := h.Gorm().Raw("select r.* from round r "+where, args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read rounds: %w", err)
	}
	rounds := make([]Round, len(rows))
	for i, r := range rows {
		rounds[i] = Round{
			ID: RoundID(r.ID), Series: SeriesID(r.SeriesID), Code: r.Code, Name: r.Name, DueAt: r.DueAt.UTC(), ClosesAt: r.ClosesAt.UTC(),
			State: State(r.State), Forms: r.Forms, Seed: r.Seed, Version: r.Version,
		}
		if r.FollowsID != nil {
			rounds[i].Follows = RoundID(*r.FollowsID)
		}
		var problem error
		rounds[i].Problem, problem = ParseProblem(r.Problem)
		if err := errors.Join(json.Unmarshal([]byte(r.Blueprint), &rounds[i].Blueprint), json.Unmarshal([]byte(r.Rules), &rounds[i].Rules), problem); err != nil {
			return nil, fmt.Errorf("round %s: %w", r.ID, err)
		}
	}
	return rounds, nil
}

// updateState moves a round on. A cancelled round keeps what kept it from
// going on.
func updateState(tx *database.Tx, r Round, to State) error {
	problem := Problem{}
	if to == Cancelled {
		problem = r.Problem
	}
	return database.Touched(tx.Gorm().Exec(
		"update round set state = ?, problem = ?, version = version + 1 where id = ? and version = ? and state = ?",
		string(to), problem.text(), string(r.ID), r.Version, string(r.State)))
}

func updateProblem(tx *database.Tx, r Round, problem Problem) error {
	return database.Touched(tx.Gorm().Exec(
		"update round set problem = ?, version = version + 1 where id = ? and version = ?", problem.text(), string(r.ID), r.Version))
}

func audienceOf(h database.Handle, id SeriesID) (roster.AgencyID, error) {
	var audience string
	err := h.Gorm().Raw("select audience_id from series where id = ?", string(id)).Scan(&audience).Error
	return roster.AgencyID(audience), err
}

func audienceWithin(h database.Handle, scope authz.Scope, id SeriesID) (bool, error) {
	within, args := scope.Condition("e.audience_id")
	var n int64
	err := h.Gorm().Raw("select count(*) from series e where e.id = ? and "+within, append([]any{string(id)}, args...)...).Scan(&n).Error
	return n > 0, err
}

// finishedRun is the newest scoring run of a round that marked everything.
func finishedRun(h database.Handle, round RoundID) (RunID, error) {
	var row struct{ ID string }
	err := h.Gorm().Raw("select id from scoring_run where round_id = ? and finished_at is not null order by number desc limit 1", string(round)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = ErrNotScored
	}
	return RunID(row.ID), err
}

func insertPublication(tx *database.Tx, r Round, run RunID, who string, at time.Time) error {
	var last int
	if err := tx.Gorm().Raw("select coalesce(max(number), 0) from publication where round_id = ?", string(r.ID)).Scan(&last).Error; err != nil {
		return err
	}
	row := publicationRow{database.NewID(), string(r.ID), last + 1, fmt.Sprintf("%s-CB%02d", r.Code, last+1), string(run), at, who}
	return tx.Gorm().Table("publication").Create(&row).Error
}

// candidatesOf is how many people a round was assembled for.
func candidatesOf(h database.Handle, round RoundID) (n int, err error) {
	err = h.Gorm().Raw("select count(*) from candidate where round_id = ?", string(round)).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count the people of round %s: %w", round, err)
	}
	return n, nil
}
