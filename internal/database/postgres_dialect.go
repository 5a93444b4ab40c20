package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
)

// postgresDialect is gorm's, with one more kind of error told apart: that the
// server is not there. It passes by itself, so pages say so (503) instead of
// blaming the program.
type postgresDialect struct{ *postgres.Dialector }

// Translate names duplicates as gorm does, and unreachable servers.
func (d postgresDialect) Translate(err error) error {
	if unreachable(err) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return d.Dialector.Translate(err)
}

func unreachable(err error) bool {
	var refused *pgconn.ConnectError
	var network net.Error
	var server *pgconn.PgError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false // the caller gave up
	case errors.As(err, &refused), errors.As(err, &network), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.As(err, &server):
		// 57P01 to 57P03: shutting down or starting; 08: connection; 53300: full.
		return strings.HasPrefix(server.Code, "57P0") || strings.HasPrefix(server.Code, "08") || server.Code == "53300"
	}
	return false
}
