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

// pack is the stock as it is kept: of a large bank a few hundred kilobytes.
func (s stock) pack() ([]byte, error) {
	var text bytes.Buffer
	zip := gzip.NewWriter(&text)
	err := errors.Join(json.NewEncoder(zip).Encode(s), zip.Close())
	return text.Bytes(), err
}

// insertStock keeps what a round was drawn from.
func insertStock(tx *database.Tx, round RoundID, packed []byte) error {
	return tx.Gorm().Exec("insert into round_draw (round_id, stock) values (?, ?)", string(round), packed).Error
}

func stockOf(h database.Handle, round RoundID) (s stock, err error) {
	var rows [][]byte
	if err := h.Gorm().Raw("select stock from round_draw where round_id = ?", string(round)).Scan(&rows).Error; err != nil {
		return s, fmt.Errorf("read the stock of round %s: %w", round, err)
	}
	if len(rows) == 0 {
		return s, ErrNoStock
	}
	zip, err := gzip.NewReader(bytes.NewReader(rows[0]))
	if err != nil {
		return s, fmt.Errorf("read the stock of round %s: %w", round, err)
	}
	if err := json.NewDecoder(zip).Decode(&s); err != nil {
		return s, fmt.Errorf("read the stock of round %s: %w", round, err)
	}
	return s, nil
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
