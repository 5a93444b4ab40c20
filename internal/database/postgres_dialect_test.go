package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"

	"sathach/internal/fault"
)

func TestTranslate_tellsAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		kind fault.Kind
	}{
		"refused":      {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, fault.Unavailable},
		"broken":       {fmt.Errorf("query: %w", driver.ErrBadConn), fault.Unavailable},
		"shutting":     {&pgconn.PgError{Code: "57P01"}, fault.Unavailable},
		"full":         {&pgconn.PgError{Code: "53300"}, fault.Unavailable},
		"gave up":      {context.DeadlineExceeded, fault.Unknown},
		"syntax":       {&pgconn.PgError{Code: "42601"}, fault.Unknown},
		"a duplicate":  {&pgconn.PgError{Code: "23505"}, fault.Unknown},
		"no such kind": {errors.New("something else"), fault.Unknown},
	} {
		got := postgresDialect{&postgres.Dialector{}}.Translate(c.err)
		if fault.KindOf(got) != c.kind {
			t.Errorf("%s: %v is of kind %v, want %v", name, got, fault.KindOf(got), c.kind)
		}
	}
}

func TestRedact_hidesPasswords(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"postgres://u:topsecret@db/x":                       "postgres://u@db/x",
		"postgres://127.0.0.1/db?user=u&password=topsecret": "postgres://127.0.0.1/db?…",
		"postgres://u:a@b:c@db/x?sslmode=require":           "postgres://u@db/x?…",
		"sqlite:data/a.db":                                  "sqlite:data/a.db",
	} {
		if got := redact(url); got != want || strings.Contains(got, "topsecret") {
			t.Errorf("redact(%q) = %q, want %q", url, got, want)
		}
	}
}
