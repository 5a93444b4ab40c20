package roster

import (
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
)

type agencyRow struct {
	ID   string
	Code string
}

type versionRow struct {
	AgencyID  string
	ValidFrom string
	ValidTo   string
	Name      string
	Kind      string
	Level     string
	ParentID  *string
	DvhcCode  string
	Synthetic bool
}

type successionRow struct {
	PredecessorID string
	SuccessorID   string
	Position      int
}

type linkRow struct {
	AncestorID   string
	DescendantID string
	ValidFrom    string
	ValidTo      string
	Depth        int
}

// Rows of one insert; both databases bound the number of parameters.
const batch = 500

// insertTree returns the id of every code.
func insertTree(tx *database.Tx, versions []Version, links []link) (map[string]string, error) {
	ids := map[string]string{}
	var agencies []agencyRow
	for _, v := range versions {
		if ids[v.Code] == "" {
			ids[v.Code] = database.NewID()
			agencies = append(agencies, agencyRow{ids[v.Code], v.Code})
		}
	}
	var states []versionRow
	var successions []successionRow
	for _, v := range versions {
		row := versionRow{ids[v.Code], v.ValidFrom, v.ValidTo, v.Name, v.Kind, v.Level, nil, v.DVHCCode, v.Synthetic}
		if parent, ok := ids[v.ParentCode]; ok {
			row.ParentID = &parent
		}
		states = append(states, row)
		for i, code := range v.SuccessorCodes {
			if ids[code] == "" {
				return nil, fmt.Errorf("agency %s names an unknown successor %s", v.Code, code)
			}
			successions = append(successions, successionRow{ids[v.Code], ids[code], i})
		}
	}
	var closure []linkRow
	for _, l := range links {
		closure = append(closure, linkRow{ids[l.ancestor], ids[l.descendant], l.from, l.to, l.depth})
	}
	return ids, database.InTurn(
		func() error { return tx.Gorm().Table("agency").CreateInBatches(agencies, batch).Error },
		func() error { return tx.Gorm().Table("agency_version").CreateInBatches(states, batch).Error },
		func() error { return tx.Gorm().Table("agency_succession").CreateInBatches(successions, batch).Error },
		func() error { return tx.Gorm().Table("agency_closure").CreateInBatches(closure, batch).Error })
}

type officialRow struct {
	ID        string
	Code      string
	FullName  string
	SortKey   string
	BirthDate string
}

type postingRow struct {
	ID            string
	OfficialID    string
	AgencyID      string
	Title         string
	PositionGroup string
	ValidFrom     string
	ValidTo       string
}

func insertOfficials(tx *database.Tx, entrants []Entrant) ([]OfficialID, error) {
	agencies, err := agencyIDs(tx)
	if err != nil {
		return nil, err
	}
	var ids []OfficialID
	var officials []officialRow
	var postings []postingRow
	for _, e := range entrants {
		agency, ok := agencies[e.AgencyCode]
		if !ok {
			return nil, fmt.Errorf("official %s: agency %q: %w", e.Code, e.AgencyCode, ErrNoAgency)
		}
		id, name := database.NewID(), viet.Clean(e.FullName)
		ids = append(ids, OfficialID(id))
		officials = append(officials, officialRow{id, e.Code, name, viet.SortKey(name), e.BirthDate})
		postings = append(postings, postingRow{database.NewID(), id, agency, viet.Clean(e.Title), e.Group, e.From, viet.Forever})
	}
	return ids, database.InTurn(
		func() error { return tx.Gorm().Table("official").CreateInBatches(officials, batch).Error },
		func() error { return tx.Gorm().Table("posting").CreateInBatches(postings, batch).Error })
}

func agencyIDs(h database.Handle) (map[string]string, error) {
	var rows []agencyRow
	if err := h.Gorm().Table("agency").Find(&rows).Error; err != nil {
		return nil, err
	}
	ids := make(map[string]string, len(rows))
	for _, r := range rows {
		ids[r.Code] = r.ID
	}
	return ids, nil
}

const selectAgency = `
select a.id, a.code, v.name, v.kind, v.level, coalesce(cast(v.parent_id as text), '') as parent_id
from agency a join agency_version v on v.agency_id = a.id and v.valid_from <= ? and v.valid_to >= ?`

// AgencyByCode finds an agency as it stands on a date.
func AgencyByCode(h database.Handle, code string, on viet.Date) (Agency, error) {
	return oneAgency(h, " where a.code = ?", on, code)
}

// AgencyByID finds an agency as it stands on a date.
func AgencyByID(h database.Handle, id AgencyID, on viet.Date) (Agency, error) {
	return oneAgency(h, " where a.id = ?", on, string(id))
}

func oneAgency(h database.Handle, where string, on viet.Date, arg string) (Agency, error) {
	var found Agency
	err := h.Gorm().Raw(selectAgency+where, on, on, arg).Take(&found).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Agency{}, fmt.Errorf("agency %s on %s: %w", arg, on, ErrNoAgency)
	}
	return found, err
}

// Tops are the agencies among some that stand under none of the others on a
// date, in the order of the tree: what a person may see, without repeating it.
func Tops(h database.Handle, ids []string, on viet.Date) ([]Agency, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []Agency
	err := h.Gorm().Raw(selectAgency+`
where a.id in ? and not exists (select 1 from agency_closure c where c.descendant_id = a.id and c.ancestor_id in ?
  and c.ancestor_id <> a.id and c.valid_from <= ? and c.valid_to >= ?)
order by a.code`, on, on, ids, ids, on, on).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("find the agencies at the top: %w", err)
	}
	return found, nil
}

// Names are those of some agencies on a date; one that did not exist then has
// none.
func Names(h database.Handle, ids []AgencyID, on viet.Date) (map[AgencyID]string, error) {
	names := map[AgencyID]string{}
	for part := range slices.Chunk(ids, 500) {
		var found []struct{ AgencyID, Name string }
		err := h.Gorm().Raw("select agency_id, name from agency_version where agency_id in ? and valid_from <= ? and valid_to >= ?", part, on, on).Scan(&found).Error
		if err != nil {
			return nil, fmt.Errorf("read names of agencies: %w", err)
		}
		for _, f := range found {
			names[AgencyID(f.AgencyID)] = f.Name
		}
	}
	return names, nil
}

func nameWithin(h database.Handle, scope authz.Scope, code string, on viet.Date) (string, error) {
	within, args := scope.Condition("p.agency_id")
	var names []string
	err := h.Gorm().Raw(`
select o.full_name from official o join posting p on p.official_id = o.id and p.valid_from <= ? and p.valid_to >= ?
where o.code = ? and `+within+` limit 1`, append([]any{on, on, code}, args...)...).Scan(&names).Error
	if err == nil && len(names) == 0 {
		err = ErrNoOfficial
	}
	if err != nil {
		return "", err
	}
	return names[0], nil
}

// audiences counts officials posted directly in each agency of the scope.
func audiences(h database.Handle, scope authz.Scope, on viet.Date) ([]Audience, error) {
	within, args := scope.Condition("a.id")
	var found []Audience
	err := h.Gorm().Raw(`
select a.id, a.code, v.name, v.kind, v.level, count(p.id) as officials
from agency a
join agency_version v on v.agency_id = a.id and v.valid_from <= ? and v.valid_to >= ?
join posting p on p.agency_id = a.id and p.valid_from <= ? and p.valid_to >= ?
where `+within+`
group by a.id, a.code, v.name, v.kind, v.level
order by a.code`, append([]any{on, on, on, on}, args...)...).Scan(&found).Error
	return found, err
}

// subtrees counts officials in each agency's whole subtree.
func subtrees(h database.Handle, scope authz.Scope, on viet.Date) ([]Audience, error) {
	within, args := scope.Condition("a.id")
	var found []Audience
	err := h.Gorm().Raw(`
select a.id, a.code, v.name, v.kind, v.level, count(distinct p.id) as officials
from agency a
join agency_version v on v.agency_id = a.id and v.valid_from <= ? and v.valid_to >= ?
join agency_closure c on c.ancestor_id = a.id and c.valid_from <= ? and c.valid_to >= ?
join posting p on p.agency_id = c.descendant_id and p.valid_from <= ? and p.valid_to >= ?
where `+within+`
group by a.id, a.code, v.name, v.kind, v.level
order by case when a.code = '`+RootCode+`' then 0 else 1 end, a.code`,
		append([]any{on, on, on, on, on, on}, args...)...).Scan(&found).Error
	return found, err
}

// Members lists the officials posted under an agency on a date, agency by
// agency in the order of the tree, people by given name. Somebody with two
// postings that day is listed once, in the newer.
func Members(h database.Handle, under AgencyID, on viet.Date) ([]Member, error) {
	var rows []struct {
		Official      officialRow `gorm:"embedded"`
		AgencyID      string
		Title         string
		PositionGroup string
		ValidFrom     string
	}
	err := h.Gorm().Raw(`
select o.id, o.code, o.full_name, o.sort_key, o.birth_date, p.agency_id, p.title, p.position_group, p.valid_from
from agency_closure c
join agency a on a.id = c.descendant_id
join posting p on p.agency_id = c.descendant_id and p.valid_from <= ? and p.valid_to >= ?
join official o on o.id = p.official_id
where c.ancestor_id = ? and c.valid_from <= ? and c.valid_to >= ?
order by a.code, o.sort_key, o.code`, on, on, string(under), on, on).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	newest := map[string]int{}
	for i, r := range rows {
		if at, seen := newest[r.Official.ID]; !seen || r.ValidFrom > rows[at].ValidFrom {
			newest[r.Official.ID] = i
		}
	}
	members := make([]Member, 0, len(newest))
	for i, r := range rows {
		if newest[r.Official.ID] != i {
			continue
		}
		members = append(members, Member{
			Official: Official{OfficialID(r.Official.ID), r.Official.Code, r.Official.FullName, r.Official.BirthDate},
			Posting:  Posting{AgencyID(r.AgencyID), r.Title, r.PositionGroup},
		})
	}
	return members, nil
}
