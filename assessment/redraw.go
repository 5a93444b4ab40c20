package assessment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sathach/internal/fault"
	"sathach/itembank"
	"sathach/scoring/irt"
)

// stock is what forms were drawn from, besides the round's seed, blueprint and rules:
// the items that could be drawn as they were known then, and for whom. With it a draw
// can be repeated however the bank has changed since.
type stock struct {
	Version string        `json:"version"` // of the way of drawing
	Forms   int           `json:"forms"`
	Names   []string      `json:"names,omitempty"`
	Limit   time.Duration `json:"limit"`
	People  int           `json:"people"`
	After   []int         `json:"after,omitempty"` // of a follow-up: order.after
	Items   []stockItem   `json:"items"`
}

// drawVersion names the way forms are drawn. It changes whenever the same stock
// would give other forms.
const drawVersion = "2"

// stockItem is an item of the pool with its curve.
type stockItem struct {
	Revision  itembank.RevisionID `json:"revision"`
	Code      string              `json:"code"`
	Topic     string              `json:"topic"`
	Level     itembank.Level      `json:"level"`
	Situation itembank.RevisionID `json:"situation,omitempty"`
	Like      string              `json:"like,omitempty"`
	Slope     float64             `json:"a"`
	Intercept []float64           `json:"d"`
	Asymptote float64             `json:"c,omitempty"`
	Worth     []float64           `json:"worth"`
	Evidence  Evidence            `json:"evidence"`
	N         int                 `json:"n,omitempty"`
	Seconds   float64             `json:"seconds,omitempty"`
}

// stock is what the order draws from, for so many people.
func (o order) stock(people int) stock {
	s := stock{Version: drawVersion, Forms: o.forms, Names: o.names, Limit: o.limit, People: people, After: o.after}
	for _, d := range o.pool.Drawable {
		c := o.curves[d.Revision]
		s.Items = append(s.Items, stockItem{
			Revision: d.Revision, Code: d.Code, Topic: d.Topic, Level: d.Level, Situation: d.Situation, Like: d.Like,
			Slope: c.A, Intercept: c.D, Asymptote: c.C, Worth: c.Worth, Evidence: c.from, N: c.N, Seconds: c.pace.Seconds,
		})
	}
	return s
}

// order is the order that the stock was made from, for a round.
func (s stock) order(round Round) order {
	o := order{blueprint: round.Blueprint, seed: round.Seed, forms: s.Forms, names: s.Names, limit: s.Limit, after: s.After, curves: map[itembank.RevisionID]curve{}}
	for _, i := range s.Items {
		o.pool.Drawable = append(o.pool.Drawable, itembank.Drawable{Revision: i.Revision, Code: i.Code, Topic: i.Topic, Level: i.Level, Situation: i.Situation, Like: i.Like})
		c := curve{from: i.Evidence, pace: itembank.Pace{Seconds: i.Seconds}}
		c.Parameters = itembank.Parameters{N: i.N, Curve: itembank.Curve{Item: irt.Item{A: i.Slope, D: i.Intercept, C: i.Asymptote}, Worth: i.Worth}}
		o.curves[i.Revision] = c
	}
	return o
}

// drawFor draws forms for a round's people: those of the order, with items that are tried.
func (o order) drawFor(round Round, people int) ([]Form, error) {
	if len(o.after) > 0 {
		return o.drawAfter()
	}
	forms, err := o.draw()
	if err != nil {
		return nil, err
	}
	o.addPretests(forms, round.Rules.Pretest, people)
	return forms, nil
}

// Errors of a draw that cannot be repeated.
var (
	ErrNoStock   = fault.New(fault.Missing, "redraw.none", "nothing is kept of the draw of this round: it was made by an older version, or has not been made")
	ErrOtherDraw = fault.New(fault.Conflict, "redraw.other", "the forms were drawn by another version of the program, which can repeat the draw")
)

// Redrawn compares the forms of a round with those that its seed gives again.
type Redrawn struct {
	Round   string `json:"round"`
	Version string `json:"version"` // of the way of drawing
	Forms   int    `json:"forms"`
	Items   int    `json:"items"` // that could be drawn
	// Different are the numbers of forms that came out otherwise, or are missing.
	Different []int `json:"different"`
}

// Redraw draws the forms of a round again from what was kept, and compares: everybody's
// form follows from the round's secret seed and the person alone. It changes nothing.
func (r *Rounds) Redraw(ctx context.Context, code string) (Redrawn, error) {
	h := r.DB.Read(ctx)
	round, err := roundByCode(h, code)
	if err != nil {
		return Redrawn{}, err
	}
	kept, err := stockOf(h, round.ID)
	if err != nil {
		return Redrawn{}, err
	}
	found := Redrawn{Round: round.Code, Version: kept.Version, Items: len(kept.Items), Different: []int{}}
	if kept.Version != drawVersion {
		return found, ErrOtherDraw
	}
	o := kept.order(round)
	if round.Follows != "" {
		if o.had, err = askedOn(h, round.Follows); err != nil {
			return found, err
		}
	}
	again, err := o.drawFor(round, kept.People)
	if err != nil {
		return found, fmt.Errorf("draw the forms of round %s again: %w", code, err)
	}
	stored, err := wholeForms(h, round.ID)
	if err != nil {
		return found, err
	}
	found.Forms = len(stored)
	for n := range max(len(again), len(stored)) {
		if n >= len(again) || n >= len(stored) || again[n].Number != stored[n].Number || !slices.Equal(again[n].Items, stored[n].Items) {
			found.Different = append(found.Different, n+1)
		}
	}
	return found, nil
}
