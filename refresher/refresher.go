// Package refresher sends people who failed, or passed with a low score, to
// the material that helps.
//
// A Material belongs to one topic: a short reading kept here, or a link to a
// public channel. When a round is published, Advise writes one Recommendation
// per weak topic of every counted result in a low group (at most three,
// weakest first), or one general recommendation when no topic had enough
// items to be called weak. Material that rests on law no longer in force is
// not recommended. Start reading at Refresher.
package refresher

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"sathach/assessment"
	"sathach/internal/audit"
	"sathach/internal/authz"
	"sathach/internal/database"
	"sathach/internal/fault"
	"sathach/internal/viet"
	"sathach/scoring"
)

// Material is something to read.
type Material struct {
	Code      string   `json:"code"`
	Topic     string   `json:"topic"`
	Title     string   `json:"title"`
	Kind      string   `json:"kind"` // reading or link
	Minutes   int      `json:"minutes"`
	Link      string   `json:"link"`
	Body      string   `json:"body"` // Markdown
	Documents []string `json:"documents"`
	Facts     []string `json:"facts,omitempty"`
}

// General is the topic of a recommendation that names none.
const General = ""

// Recommendation sends one candidate to one material.
type Recommendation struct {
	Run       assessment.RunID
	Candidate assessment.CandidateID
	Topic     string
	Material  string
	Right     int
	Items     int
	DueOn     viet.Date
}

// ErrNoMaterial is returned for a code that names no material.
var ErrNoMaterial = fault.New(fault.Missing, "material.not_found", "no such material")

// Refresher is the use cases of this package.
type Refresher struct {
	DB  *database.DB
	Now func() time.Time
}

// Load enters materials.
func (r *Refresher) Load(ctx context.Context, materials []Material) error {
	return r.DB.Write(ctx, func(tx *database.Tx) error {
		if err := insertMaterials(tx, materials); err != nil {
			return fmt.Errorf("load materials: %w", err)
		}
		return audit.Append(tx, audit.Entry{At: r.Now(), Actor: "cli", Verb: "material.load", Subject: "material", Detail: map[string]any{"materials": len(materials)}})
	})
}

// mostTopics bounds the recommendations of one person: more are not read.
const mostTopics = 3

// Advise writes the recommendations of a publication in its transaction. They
// take the place of those of the round's publications before; what somebody has
// read of these stays read.
func (r *Refresher) Advise(tx *database.Tx, round assessment.Round, run assessment.RunID, at time.Time) error {
	low, err := assessment.LowResults(tx, run)
	if err != nil {
		return err
	}
	shelf, err := shelfOn(tx, viet.DateOf(at))
	if err != nil {
		return err
	}
	due := viet.DateOf(at.AddDate(0, 0, round.Rules.ReadBy))
	var advice []Recommendation
	for _, result := range low {
		for _, t := range weakest(result.Topics) {
			material, ok := shelf.first(t.Topic)
			if !ok {
				continue
			}
			advice = append(advice, Recommendation{Run: run, Candidate: result.Candidate, Topic: t.Topic, Material: material.Code, Right: t.Right, Items: t.Items, DueOn: due})
		}
	}
	before, err := readSoFar(tx, round.ID)
	if err != nil {
		return err
	}
	return insertRecommendations(tx, advice, before)
}

// weakest lists weak topics, lowest share first; or the general topic.
func weakest(topics []scoring.TopicResult) []scoring.TopicResult {
	var weak []scoring.TopicResult
	general := scoring.TopicResult{Topic: General}
	for _, t := range topics {
		general.Right, general.Items = general.Right+t.Right, general.Items+t.Items
		if t.Standing == scoring.Weak {
			weak = append(weak, t)
		}
	}
	if len(weak) == 0 {
		return []scoring.TopicResult{general}
	}
	slices.SortStableFunc(weak, func(a, b scoring.TopicResult) int {
		return cmp.Compare(int64(a.Raw)*int64(b.Maximum), int64(b.Raw)*int64(a.Maximum))
	})
	return weak[:min(mostTopics, len(weak))]
}

// shelf is the materials that may be recommended on a date, readings before
// links.
type shelf map[string][]Material

func (s shelf) first(topic string) (Material, bool) {
	if topic == General {
		topic = generalTopic
	}
	if len(s[topic]) == 0 {
		return Material{}, false
	}
	return s[topic][0], true
}

// generalTopic holds the reading about the programme as a whole.
const generalTopic = "A-DEAN"

// ForResult lists what goes with a result: the materials recommended to the
// candidate or, where the result is not low, those of its weak topics.
func (r *Refresher) ForResult(ctx context.Context, actor authz.Actor, candidate assessment.CandidateID, weak []string) ([]Material, error) {
	readings, err := r.Readings(ctx, actor)
	if err != nil {
		return nil, err
	}
	var found []Material
	for _, reading := range readings {
		if reading.Candidate == candidate && !slices.ContainsFunc(found, func(m Material) bool { return m.Code == reading.Material.Code }) {
			found = append(found, reading.Material)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return r.forTopics(ctx, weak)
}

// forTopics lists the materials of some topics that may be recommended
// today, in the order of the topics.
func (r *Refresher) forTopics(ctx context.Context, topics []string) ([]Material, error) {
	s, err := shelfOn(r.DB.Read(ctx), viet.DateOf(r.Now()))
	if err != nil {
		return nil, err
	}
	var found []Material
	for _, t := range topics {
		found = append(found, s[t]...)
	}
	return found, nil
}

// Material shows one material to anybody signed in.
func (r *Refresher) Material(ctx context.Context, code string) (Material, error) {
	return materialByCode(r.DB.Read(ctx), code)
}

// Reading is a recommendation as its official sees it.
type Reading struct {
	Candidate  assessment.CandidateID
	Material   Material
	Topic      string
	DueOn      viet.Date
	OpenedAt   time.Time // zero until opened
	FinishedAt time.Time // zero until finished
}

// Readings lists what is recommended to an official, newest first.
func (r *Refresher) Readings(ctx context.Context, actor authz.Actor) ([]Reading, error) {
	if actor.OfficialID == "" {
		return nil, nil
	}
	return readingsOf(r.DB.Read(ctx), actor.OfficialID)
}

// Opened notes that an official opened a material, Finished that they say
// they have read it. Both keep the first time and do nothing for material
// that was not recommended to them.
func (r *Refresher) Opened(ctx context.Context, actor authz.Actor, code string) error {
	return r.note(ctx, actor, code, "opened_at")
}

// Finished notes that an official has read a material.
func (r *Refresher) Finished(ctx context.Context, actor authz.Actor, code string) error {
	return r.note(ctx, actor, code, "finished_at")
}

func (r *Refresher) note(ctx context.Context, actor authz.Actor, code, column string) error {
	if actor.OfficialID == "" {
		return nil
	}
	return r.DB.WriteShared(ctx, func(tx *database.Tx) error {
		return touchReading(tx, actor.OfficialID, code, column, database.Truncate(r.Now()))
	})
}
