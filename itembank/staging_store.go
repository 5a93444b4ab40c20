package itembank

import (
	"encoding/json"
	"fmt"
	"time"

	"sathach/internal/database"
	"sathach/itembank/exchange"
)

type importRow struct {
	ID        string
	File      string
	Warnings  string
	CreatedAt time.Time
	CreatedBy string
}

type stagedRow struct {
	ImportID  string
	Position  int
	Item      string
	Status    string
	TopicCode string
	Level     string
	Decision  string
	ItemID    *string
	Version   int
	Twins     string
}

func insertImport(tx *database.Tx, id ImportID, p exchange.Preview, by string, at time.Time, staged []Staged) error {
	rows := make([]stagedRow, len(staged))
	for i, s := range staged {
		text, err := json.Marshal(s.Item)
		if err != nil {
			return err
		}
		rows[i] = stagedRow{ImportID: string(id), Position: s.Position, Item: string(text), Status: string(s.Item.Status), TopicCode: s.Topic, Level: string(s.Level), Decision: string(s.Decision), Version: s.Version, Twins: encode(s.Twins)}
	}
	return database.InTurn(
		func() error {
			return tx.Gorm().Table("item_import").Create(&importRow{string(id), p.File, encode(p.Warnings), at, by}).Error
		},
		func() error { return tx.Gorm().Table("staged_item").CreateInBatches(rows, batch).Error })
}

const selectImports = `
select i.id, i.file, i.warnings, i.created_at, count(*) as total,
  sum(case when s.status = 'ok' then 1 else 0 end) as fine, sum(case when s.status = 'review' then 1 else 0 end) as review,
  sum(case when s.status = 'error' then 1 else 0 end) as broken, sum(case when s.decision = 'accepted' then 1 else 0 end) as accepted,
  sum(case when s.decision = 'rejected' then 1 else 0 end) as rejected, sum(case when s.item_id is not null then 1 else 0 end) as entered
from item_import i join staged_item s on s.import_id = i.id `

func findImports(h database.Handle, where string, args ...any) ([]Import, error) {
	var rows []struct {
		Import                                                   importRow `gorm:"embedded"`
		Total, Fine, Review, Broken, Accepted, Rejected, Entered int
	}
	err := h.Gorm().Raw(selectImports+where+" group by i.id, i.file, i.warnings, i.created_at order by i.created_at desc", args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	imports := make([]Import, len(rows))
	for i, r := range rows {
		imports[i] = Import{
			ID: ImportID(r.Import.ID), File: r.Import.File, At: r.Import.CreatedAt.UTC(),
			Counts: ImportCounts{Total: r.Total, OK: r.Fine, Review: r.Review, Broken: r.Broken, Accepted: r.Accepted, Rejected: r.Rejected, Entered: r.Entered},
		}
		if err := json.Unmarshal([]byte(r.Import.Warnings), &imports[i].Warnings); err != nil {
			return nil, fmt.Errorf("warnings of import %s: %w", r.Import.ID, err)
		}
	}
	return imports, nil
}

func importsOf(h database.Handle, account string) ([]Import, error) {
	return findImports(h, "where i.created_by = ?", account)
}

// importOf finds an import of its own author; to others it does not exist.
func importOf(h database.Handle, account string, id ImportID) (Import, error) {
	found, err := findImports(h, "where i.created_by = ? and i.id = ?", account, string(id))
	if err == nil && len(found) == 0 {
		err = ErrNoImport
	}
	if err != nil {
		return Import{}, err
	}
	return found[0], nil
}

type stagedFound struct {
	Staged stagedRow `gorm:"embedded"`
	Code   string
}

const selectStaged = "select s.*, coalesce(i.code, '') as code from staged_item s left join item i on i.id = s.item_id where s.import_id = ?"

func findStaged(h database.Handle, id ImportID, more string, args ...any) ([]Staged, error) {
	var rows []stagedFound
	if err := h.Gorm().Raw(selectStaged+more, append([]any{string(id)}, args...)...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read staged questions: %w", err)
	}
	list := make([]Staged, len(rows))
	for i, found := range rows {
		r := found.Staged
		list[i] = Staged{Position: r.Position, Topic: r.TopicCode, Level: Level(r.Level), Decision: Decision(r.Decision), Code: found.Code, Version: r.Version}
		if err := json.Unmarshal([]byte(r.Item), &list[i].Item); err != nil {
			return nil, fmt.Errorf("staged question %d: %w", r.Position, err)
		}
		if err := json.Unmarshal([]byte(r.Twins), &list[i].Twins); err != nil {
			return nil, fmt.Errorf("twins of staged question %d: %w", r.Position, err)
		}
	}
	return list, nil
}

func stagedOf(h database.Handle, id ImportID, f StagedFilter) ([]Staged, error) {
	where, args := "", []any{}
	if f.Status != "" {
		where, args = where+" and s.status = ?", append(args, string(f.Status))
	}
	if f.Undecided {
		where += " and s.decision = 'pending'"
	}
	return findStaged(h, id, where+" order by s.position limit ? offset ?", append(args, f.Limit, f.Offset)...)
}

func stagedAt(h database.Handle, id ImportID, position int) (Staged, error) {
	found, err := findStaged(h, id, " and s.position = ?", position)
	if err == nil && len(found) == 0 {
		err = ErrNoStaged
	}
	if err != nil {
		return Staged{}, err
	}
	return found[0], nil
}

// stagedIn reads the named questions.
func stagedIn(h database.Handle, id ImportID, positions []int) (list []Staged, err error) {
	for len(positions) > 0 {
		n := min(batch, len(positions))
		part, err := findStaged(h, id, " and s.position in ? order by s.position", positions[:n])
		if err != nil {
			return nil, err
		}
		list, positions = append(list, part...), positions[n:]
	}
	return list, nil
}

// acceptedOf are questions that may enter, situations before those that belong
// to them.
func acceptedOf(h database.Handle, id ImportID, limit int) ([]Staged, error) {
	return findStaged(h, id, " and s.decision = 'accepted' and s.item_id is null order by case s.item ->> 'type' when ? then 0 else 1 end, s.position limit ?",
		string(exchange.Situation), limit)
}

// updateStaged writes a question that nobody changed since it was read.
func updateStaged(tx *database.Tx, id ImportID, s Staged) error {
	text, err := json.Marshal(s.Item)
	if err != nil {
		return err
	}
	return database.Touched(tx.Gorm().Exec(
		"update staged_item set item = ?, status = ?, topic_code = ?, level = ?, decision = ?, version = version + 1 where import_id = ? and position = ? and version = ? and item_id is null",
		string(text), string(s.Item.Status), s.Topic, string(s.Level), string(s.Decision), string(id), s.Position, s.Version))
}

func markEntered(tx *database.Tx, id ImportID, s Staged, item ItemID) error {
	return database.Touched(tx.Gorm().Exec("update staged_item set item_id = ?, version = version + 1 where import_id = ? and position = ? and version = ? and item_id is null",
		string(item), string(id), s.Position, s.Version))
}
