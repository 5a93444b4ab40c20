package assessment

import (
	"sathach/assessment/assembly"
	"sathach/internal/fault"
	"sathach/itembank"
)

// Cell asks for a number of items of one topic and level.
type Cell struct {
	Topic string         `json:"topic"`
	Level itembank.Level `json:"level"`
	Count int            `json:"count"`
}

// Blueprint says how many items of each topic and level every form has.
type Blueprint []Cell

// MaxItems bounds a form: more than a person can do in one sitting.
const MaxItems = 120

// Errors about blueprints.
var (
	ErrBlueprint   = fault.New(fault.Invalid, "series.bad_blueprint", "the blueprint needs 1 to 120 items, each cell once")
	ErrNoOfficials = fault.New(fault.Invalid, "series.no_officials", "the audience has no officials")
)

// Items is how many items of a form count.
func (b Blueprint) Items() (n int) {
	for _, c := range b {
		n += c.Count
	}
	return n
}

// MostPretests bounds the items that do not count: people give their time to
// them.
func (b Blueprint) MostPretests() int { return b.Items() / 4 }

// Validate refuses blueprints that no form could follow.
func (b Blueprint) Validate() error {
	if n := b.Items(); n < 1 || n > MaxItems {
		return ErrBlueprint
	}
	type place struct {
		topic string
		level itembank.Level
	}
	seen := map[place]bool{}
	for _, c := range b {
		at := place{c.Topic, c.Level}
		if c.Count < 0 || c.Topic == "" || c.Level == "" || seen[at] {
			return ErrBlueprint
		}
		seen[at] = true
	}
	return nil
}

// Shortage is a cell that the bank cannot fill on a date. Tied is how many
// items it has besides Have, in situations whose items do not fit together, Alike how
// many that ask nearly the same as others of the form, Resting how many more were asked
// too lately.
type Shortage struct {
	Cell
	Have    int `json:"have"`
	Tied    int `json:"tied,omitempty"`
	Alike   int `json:"alike,omitempty"`
	Resting int `json:"resting,omitempty"`
}

// Shortages names the cells that a pool cannot fill.
func (b Blueprint) Shortages(pool itembank.Pool) []Shortage {
	return shortages(assembly.Lacks(poolItems(pool), b.cells()))
}

func shortages(lacks []assembly.Lack) []Shortage {
	var found []Shortage
	for _, l := range lacks {
		found = append(found, Shortage{Cell: Cell{l.Topic, itembank.Level(l.Level), l.Count}, Have: l.Have, Tied: l.Tied, Alike: l.Alike})
	}
	return found
}

func (b Blueprint) cells() []assembly.Cell {
	cells := make([]assembly.Cell, len(b))
	for i, c := range b {
		cells[i] = assembly.Cell{Topic: c.Topic, Level: string(c.Level), Count: c.Count}
	}
	return cells
}

// poolItems are what may be drawn; a pool lists items of one situation in the
// order in which they are asked.
func poolItems(pool itembank.Pool) []assembly.Item {
	items := make([]assembly.Item, len(pool.Drawable))
	for i, d := range pool.Drawable {
		items[i] = assembly.Item{ID: string(d.Revision), Topic: d.Topic, Level: string(d.Level), Set: string(d.Situation), Place: i, Enemy: d.Like}
	}
	return items
}
