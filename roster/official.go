package roster

import (
	"context"
	"fmt"
	"time"

	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
)

// OfficialID identifies an official.
type OfficialID string

// Official is a person on the roster. Their record code is what lists show:
// never an identity number or a phone.
type Official struct {
	ID        OfficialID
	Code      string // record code, seven digits
	FullName  string
	BirthDate viet.Date // empty when unknown
}

// Position groups, for blueprints and reports.
const (
	Leaders   = "leader"    // Lãnh đạo, quản lý
	Dedicated = "dedicated" // Chuyên trách
	OneStop   = "one_stop"  // Một cửa
	PartTime  = "part_time" // Kiêm nhiệm
)

// Posting is an official's work in an agency between two dates.
type Posting struct {
	AgencyID AgencyID
	Title    string
	Group    string
}

// Member is an official with the posting of a date.
type Member struct {
	Official
	Posting
}

// Entrant is an official to be entered with a first posting.
type Entrant struct {
	Code, FullName string
	BirthDate      viet.Date
	AgencyCode     string
	Title, Group   string
	From           viet.Date
}

// Roster is the use cases of this package.
type Roster struct {
	DB  *database.DB
	Now func() time.Time
}

// LoadTree enters a whole agency tree into an empty roster, in one change.
func (r *Roster) LoadTree(ctx context.Context, versions []Version) error {
	versions = underRoot(versions)
	links, err := closure(versions)
	if err != nil {
		return fmt.Errorf("load the agency tree: %w", err)
	}
	return r.DB.Write(ctx, func(tx *database.Tx) error {
		ids, err := insertTree(tx, versions, links)
		if err != nil {
			return fmt.Errorf("load the agency tree: %w", err)
		}
		return audit.Append(tx, audit.Entry{At: r.Now(), Actor: "cli", Verb: "roster.load_tree", Subject: "agency:" + RootCode, Detail: map[string]any{"agencies": len(ids)}})
	})
}

// Enrol enters officials with their first postings and returns their ids in
// the same order.
func (r *Roster) Enrol(ctx context.Context, entrants []Entrant) ([]OfficialID, error) {
	var ids []OfficialID
	err := r.DB.Write(ctx, func(tx *database.Tx) error {
		var err error
		if ids, err = insertOfficials(tx, entrants); err != nil {
			return fmt.Errorf("enrol officials: %w", err)
		}
		return audit.Append(tx, audit.Entry{At: r.Now(), Actor: "cli", Verb: "roster.enrol", Subject: "roster", Detail: map[string]any{"officials": len(ids)}})
	})
	return ids, err
}

// AgencyByCode finds an agency as it stands on a date.
func (r *Roster) AgencyByCode(ctx context.Context, code string, on viet.Date) (Agency, error) {
	return AgencyByCode(r.DB.Read(ctx), code, on)
}

// NameWithin is the name of the official of a record code who works within a
// scope on a date; to anybody else that official does not exist.
func (r *Roster) NameWithin(ctx context.Context, scope authz.Scope, code string, on viet.Date) (string, error) {
	return nameWithin(r.DB.Read(ctx), scope.On(on), code, on)
}

// ErrNoOfficial is returned for a record code that nobody in the scope has.
var ErrNoOfficial = fault.New(fault.Missing, "roster.no_official", "no such official within the scope")

// Audience is an agency with the number of officials posted directly in it.
type Audience struct {
	Agency
	Officials int
}

// Audiences lists the agencies of a scope that have officials on a date, in
// the order of the tree.
func (r *Roster) Audiences(ctx context.Context, scope authz.Scope, on viet.Date) ([]Audience, error) {
	return audiences(r.DB.Read(ctx), scope.On(on), on)
}

// Agencies lists the agencies that may be an audience: those of the scope on
// a date whose subtree has officials.
func (r *Roster) Agencies(ctx context.Context, scope authz.Scope, on viet.Date) ([]Audience, error) {
	return subtrees(r.DB.Read(ctx), scope.On(on), on)
}
