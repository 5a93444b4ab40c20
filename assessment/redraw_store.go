package assessment

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"

	"sathach/internal/database"
	"sathach/itembank"
)

// insertStock keeps what a round was drawn from. The pool of a large bank is a few
// hundred kilobytes when compressed.
func insertStock(tx *database.Tx, round RoundID, m stock) error {
	var text bytes.Buffer
	zip := gzip.NewWriter(&text)
	if err := errors.Join(json.NewEncoder(zip).Encode(m), zip.Close()); err != nil {
		return fmt.Errorf("keep the stock of round %s: %w", round, err)
	}
	return tx.Gorm().Exec("insert into round_draw (round_id, stock) values (?, ?)", string(round), text.Bytes()).Error
}

func stockOf(h database.Handle, round RoundID) (m stock, err error) {
	var rows [][]byte
	if err := h.Gorm().Raw("select stock from round_draw where round_id = ?", string(round)).Scan(&rows).Error; err != nil {
		return m, fmt.Errorf("read the stock of round %s: %w", round, err)
	}
	if len(rows) == 0 {
		return m, ErrNoStock
	}
	zip, err := gzip.NewReader(bytes.NewReader(rows[0]))
	if err != nil {
		return m, fmt.Errorf("read the stock of round %s: %w", round, err)
	}
	if err := json.NewDecoder(zip).Decode(&m); err != nil {
		return m, fmt.Errorf("read the stock of round %s: %w", round, err)
	}
	return m, nil
}

// wholeForms reads all forms of a round, by number, with what is tried on them.
func wholeForms(h database.Handle, round RoundID) ([]Form, error) {
	rows, err := h.Gorm().Raw(`
select f.id, f.number, t.revision_id, coalesce(cast(t.situation_id as text), ''), t.pretest from form f join form_item t on t.form_id = f.id
where f.round_id = ? order by f.number, t.position`, string(round)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read the forms of round %s: %w", round, err)
	}
	defer rows.Close()
	var forms []Form
	for rows.Next() {
		var id, revision, situation string
		var number int
		var pretest bool
		if err := rows.Scan(&id, &number, &revision, &situation, &pretest); err != nil {
			return nil, fmt.Errorf("read the forms of round %s: %w", round, err)
		}
		if len(forms) == 0 || forms[len(forms)-1].Number != number {
			forms = append(forms, Form{ID: FormID(id), Number: number})
		}
		last := &forms[len(forms)-1]
		last.Items = append(last.Items, FormItem{Revision: itembank.RevisionID(revision), Situation: itembank.RevisionID(situation), Pretest: pretest})
	}
	return forms, rows.Err()
}
