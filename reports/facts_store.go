package reports

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"sathach/assessment"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/viet"
	"sathach/itembank"
	"sathach/roster"
	"sathach/scoring"
	"sathach/scoring/ctt"
)

func newestPublication(h database.Handle, round assessment.RoundID) (Publication, error) {
	var row struct {
		Number      int
		Code        string
		PublishedAt time.Time
		RunID       string
		RunNumber   int
		Engine      string
		FinishedAt  time.Time
	}
	err := h.Gorm().Raw(`
select p.number, p.code, p.published_at, p.run_id, s.number as run_number, s.engine, s.finished_at
from publication p join scoring_run s on s.id = p.run_id
where p.round_id = ? order by p.number desc limit 1`, string(round)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Publication{}, ErrNotPublished
	}
	if err != nil {
		return Publication{}, fmt.Errorf("read publication: %w", err)
	}
	return Publication{
		Number: row.Number, Code: row.Code, PublishedAt: row.PublishedAt.UTC(), RunID: assessment.RunID(row.RunID),
		RunNumber: row.RunNumber, Engine: row.Engine, ScoredAt: row.FinishedAt.UTC(),
	}, nil
}

// personRow is a candidate; the columns of the result are null for those who
// did not take part.
type personRow struct {
	ID, Code, FullName, BirthDate    string
	Title, PositionGroup             string
	AgencyID, AgencyCode, AgencyName string
	AgencyKind                       string
	StartedAt, EndedAt               *time.Time
	EndedBy                          *string
	Try                              *int
	Raw, Maximum, Score              *int64
	RightCount, ItemCount            *int
	Band, LowGroup, Topics           *string
	Commended                        *bool
	Doubt                            *string
	CommendChance, LowChance         *int64
	Reported                         *int64
	ReportedLow, ReportedHigh        *int64
}

// people lists a round's candidates within a scope, agency by agency in the
// order of the tree, by given name, each with the result that counts in run.
func people(h database.Handle, scope authz.Scope, round assessment.Round, run assessment.RunID) ([]Person, error) {
	on := viet.DateOf(round.DueAt)
	within, args := scope.On(on).Condition("s.agency_id")
	var rows []personRow
	err := h.Gorm().Raw(`
select c.id, o.code, o.full_name, o.birth_date, c.title, c.position_group,
  a.id as agency_id, a.code as agency_code, v.name as agency_name, v.kind as agency_kind,
  t.started_at, t.ended_at, t.ended_by, t.try,
  x.raw, x.maximum, x.score, x.right_count, x.item_count, x.band, x.low_group, x.topics, x.commended, x.doubt, x.commend_chance, x.low_chance, x.reported, x.reported_low, x.reported_high
from candidate c
join official o on o.id = c.official_id
join seating s on s.id = c.seating_id
join agency a on a.id = s.agency_id
join agency_version v on v.agency_id = a.id and v.valid_from <= ? and v.valid_to >= ?
left join result x on x.candidate_id = c.id and x.run_id = ? and x.counted
left join attempt t on t.id = x.attempt_id
where c.round_id = ? and `+within+`
order by a.code, o.sort_key, o.birth_date, o.code`, append([]any{on, on, string(run), string(round.ID)}, args...)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	found := make([]Person, len(rows))
	for i, r := range rows {
		if found[i], err = r.person(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (r personRow) person() (Person, error) {
	p := Person{
		Code: r.Code, Name: r.FullName, BirthDate: r.BirthDate, Title: r.Title, Group: r.PositionGroup, CandidateID: assessment.CandidateID(r.ID),
		Agency: Agency{r.AgencyID, r.AgencyCode, r.AgencyName, r.AgencyKind},
	}
	if r.StartedAt == nil || r.EndedAt == nil || r.Raw == nil {
		return p, nil
	}
	p.StartedAt, p.EndedAt, p.EndedBy, p.Try = r.StartedAt.UTC(), r.EndedAt.UTC(), assessment.Ending(*r.EndedBy), *r.Try
	p.Total = scoring.Total{Raw: scoring.Points(*r.Raw), Maximum: scoring.Points(*r.Maximum), Right: *r.RightCount, Items: *r.ItemCount}
	p.Decision = scoring.Decision{Score: scoring.Hundredths(*r.Score), HasScore: *r.Maximum > 0, Band: *r.Band, Low: scoring.LowGroup(*r.LowGroup), Commend: *r.Commended, Doubt: scoring.Doubt(*r.Doubt), Chances: assessment.ChancesKept(r.CommendChance, r.LowChance), Reported: assessment.ReportedKept(r.Reported, r.ReportedLow, r.ReportedHigh)}
	if err := json.Unmarshal([]byte(*r.Topics), &p.Topics); err != nil {
		return Person{}, fmt.Errorf("topics of candidate %s: %w", r.ID, err)
	}
	return p, nil
}

func adviceOf(h database.Handle, scope authz.Scope, run assessment.RunID) ([]Advice, error) {
	within, args := scope.Condition("s.agency_id")
	var rows []struct {
		CandidateID, TopicCode, Title, DueOn string
		Minutes, RightCount, ItemCount       int
		OpenedAt, FinishedAt                 *time.Time
	}
	err := h.Gorm().Raw(`
select x.candidate_id, x.topic_code, m.title, m.minutes, x.right_count, x.item_count, x.due_on, x.opened_at, x.finished_at
from recommendation x
join material m on m.code = x.material_code
join candidate c on c.id = x.candidate_id
join seating s on s.id = c.seating_id
where x.run_id = ? and `+within+`
order by x.candidate_id, x.right_count, x.topic_code`, append([]any{string(run)}, args...)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read recommendations: %w", err)
	}
	advice := make([]Advice, len(rows))
	for i, r := range rows {
		advice[i] = Advice{
			Candidate: assessment.CandidateID(r.CandidateID), Topic: r.TopicCode, Material: r.Title, Minutes: r.Minutes,
			Right: r.RightCount, Items: r.ItemCount, DueOn: r.DueOn,
		}
		if r.OpenedAt != nil {
			advice[i].OpenedAt = r.OpenedAt.UTC()
		}
		if r.FinishedAt != nil {
			advice[i].FinishedAt = r.FinishedAt.UTC()
		}
	}
	// Databases order ids in ways of their own; readers search this list.
	slices.SortStableFunc(advice, func(a, b Advice) int { return cmp.Compare(a.Candidate, b.Candidate) })
	return advice, nil
}

// gathered is one item's statistics while marks stream by.
type gathered struct {
	stats  ctt.Item
	right  int
	chosen map[int]int
}

// itemsIn computes the statistics of every item of a run from the marks of
// everybody's first try, those of items not reached or invalidated left out,
// streamed row by row. Keys are read only where they are shown.
func (f Facts) itemsIn(ctx context.Context, h database.Handle, scope authz.Scope) ([]ItemFacts, error) {
	within, args := scope.Condition("s.agency_id")
	rows, err := h.Gorm().WithContext(ctx).Raw(`
select k.revision_id, k.points, k.maximum, k.chosen, x.raw, x.maximum
from result x
join mark k on k.run_id = x.run_id and k.attempt_id = x.attempt_id
join attempt t on t.id = x.attempt_id
join candidate c on c.id = x.candidate_id
join seating s on s.id = c.seating_id
where x.run_id = ? and t.try = 1 and k.state not in ? and k.maximum > 0 and not k.pretest and `+within, append([]any{string(f.Publication.RunID), scoring.Unshown}, args...)...).Rows()
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	defer rows.Close()
	items := map[itembank.RevisionID]*gathered{}
	for rows.Next() {
		var id, chosen string
		var points, maximum, raw, whole int64
		if err := rows.Scan(&id, &points, &maximum, &chosen, &raw, &whole); err != nil {
			return nil, fmt.Errorf("read marks: %w", err)
		}
		g := items[itembank.RevisionID(id)]
		if g == nil {
			g = &gathered{chosen: map[int]int{}}
			items[itembank.RevisionID(id)] = g
		}
		if err := g.add(points, maximum, raw, whole, chosen); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	return f.describeItems(h, items)
}

func (g *gathered) add(points, maximum, raw, whole int64, chosen string) error {
	var response scoring.Response
	if err := json.Unmarshal([]byte(chosen), &response); err != nil {
		return fmt.Errorf("read a mark: %w", err)
	}
	rest := 0.0
	if whole > maximum {
		rest = float64(raw-points) / float64(whole-maximum)
	}
	g.stats.Add(float64(points)/float64(maximum), rest)
	if points == maximum {
		g.right++
	}
	if len(response.Chosen) == 1 {
		g.chosen[response.Chosen[0]]++
	}
	return nil
}

func (f Facts) describeItems(h database.Handle, items map[itembank.RevisionID]*gathered) ([]ItemFacts, error) {
	ids := make([]itembank.RevisionID, 0, len(items))
	for id := range items {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	texts, err := itembank.RevisionsByID(h, ids)
	if err != nil {
		return nil, err
	}
	keys := map[itembank.RevisionID]itembank.Key{}
	if f.Internal {
		if keys, err = assessment.KeysIn(h, f.Round.ID, f.Publication.RunID, ids); err != nil {
			return nil, err
		}
	}
	citations, err := itembank.CitationsOf(h, ids)
	if err != nil {
		return nil, err
	}
	var found []ItemFacts
	for id, g := range items {
		item := ItemFacts{Revision: texts[id], N: g.stats.N(), Right: g.right, Key: keys[id].Correct, Citation: cite(citations[id])}
		item.Facility, _ = g.stats.Facility()
		item.R, item.HasR = g.stats.Discrimination()
		if item.Kind == itembank.Single || item.Kind == itembank.TrueFalse {
			for option := range item.Options {
				item.Shares = append(item.Shares, float64(g.chosen[option])/float64(item.N))
			}
		}
		found = append(found, item)
	}
	return found, nil
}

func cite(citations []itembank.Citation) string {
	text := ""
	for i, c := range citations {
		if i > 0 {
			text += "; "
		}
		if c.Article != "" {
			text += c.Article + " "
		}
		text += c.Document.Number
	}
	return text
}

// identify says in whose name a copy is issued and for whom it is.
func (r *Reports) identify(h database.Handle, scope authz.Scope, f *Facts) error {
	f.Issuer, f.ScopeName = r.Organiser, "toàn quốc"
	on := viet.DateOf(f.Round.DueAt)
	tops, err := roster.Tops(h, scope.Roots(), on)
	switch {
	case err != nil:
		return err
	case len(tops) == 0 || tops[0].Code == roster.RootCode:
		return nil
	case len(tops) == 1:
		return f.identifyOne(h, tops[0], on)
	}
	var codes, names []string
	for _, a := range tops {
		codes, names = append(codes, a.Code), append(names, a.Name)
	}
	f.ScopeCode, f.ScopeName = strings.Join(codes, "+"), strings.Join(names, "; ")
	return nil
}

func (f *Facts) identifyOne(h database.Handle, root roster.Agency, on viet.Date) error {
	f.ScopeCode, f.ScopeName = root.Code, root.Name
	f.Issuer = Issuer{Own: upper(root.Name)}
	if root.Kind == "tinh" || root.Kind == "thanh_pho_tw" {
		f.Issuer = Issuer{Parent: upper(root.Name), Own: "SỞ NỘI VỤ"}
		return nil
	}
	if root.ParentID == "" {
		return nil
	}
	parent, err := roster.AgencyByID(h, root.ParentID, on)
	if err == nil && parent.Code != roster.RootCode {
		f.Issuer.Parent = upper(parent.Name)
	}
	return err
}

// agenciesOf estimates the mean score of every agency of a run, those outside the caller's
// scope among them: what an agency leans on is the whole round. Nothing else of them is
// told.
func agenciesOf(h database.Handle, run assessment.RunID) (map[string]ctt.GroupEstimate, error) {
	var rows []struct {
		AgencyID     string
		N            int
		Sum, Squares float64
	}
	err := h.Gorm().Raw(`
select s.agency_id, count(*) as n, sum(0.01 * x.score) as sum, sum(0.0001 * x.score * x.score) as squares
from result x join candidate c on c.id = x.candidate_id join seating s on s.id = c.seating_id
where x.run_id = ? and x.counted and x.maximum > 0 group by s.agency_id order by s.agency_id`, string(run)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("add up agencies: %w", err)
	}
	groups := make([]ctt.Group, len(rows))
	for i, r := range rows {
		n := float64(r.N)
		groups[i] = ctt.Group{N: r.N, Mean: r.Sum / n}
		if r.N > 1 {
			groups[i].Variance = max(0, r.Squares-r.Sum*r.Sum/n) / (n - 1)
		}
	}
	estimates := map[string]ctt.GroupEstimate{}
	for i, e := range ctt.Groups(groups) {
		estimates[rows[i].AgencyID] = e
	}
	return estimates, nil
}
