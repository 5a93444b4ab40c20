// Package audit writes down who changed what. An entry is part of the
// transaction of the change it tells of, and the database refuses to change
// or remove it afterwards. Details hold ids and counts, never names, answers
// or keys.
package audit

import (
	"encoding/json"
	"fmt"
	"time"

	"sathach/internal/database"
)

// Entry is one change.
type Entry struct {
	At      time.Time
	Actor   string // account id, or "clock" for the due loop, "cli" for commands
	Verb    string // domain verb, for example "round.open"
	Subject string // kind and id, for example "round:0190…"
	Detail  map[string]any
}

// Append writes an entry in the change's own transaction.
func Append(tx *database.Tx, e Entry) error {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Verb, err)
	}
	return tx.Gorm().Exec(
		"insert into audit_entry (id, at, actor, verb, subject, detail) values (?, ?, ?, ?, ?, ?)",
		database.NewID(), database.Truncate(e.At), e.Actor, e.Verb, e.Subject, string(detail)).Error
}
