package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Exclusive runs do unless something of the same name runs already, in this
// program or in another one on the same database; ran tells whether it did. It
// is for work that takes long and that two had better not do at once: whoever
// dies lets go at once. It keeps nobody from writing, so what is written guards
// itself by versions as everywhere: a connection that breaks lets go as well.
//
// On PostgreSQL the name is a session's advisory lock, held on a connection of
// its own; SQLite has one program (see Open), which keeps the names itself.
func (db *DB) Exclusive(ctx context.Context, name string, do func() error) (ran bool, err error) {
	if db.dialect == SQLite {
		if _, held := db.names.LoadOrStore(name, true); held {
			return false, nil
		}
		defer db.names.Delete(name)
		return true, do()
	}
	pool, err := db.SQL()
	if err != nil {
		return false, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("hold %q: %w", name, err)
	}
	defer func() {
		// A broken connection is closed already; the work is done all the same.
		if failed := conn.Close(); !errors.Is(failed, sql.ErrConnDone) {
			err = errors.Join(err, failed)
		}
	}()
	var held bool
	if err := conn.QueryRowContext(ctx, "select pg_try_advisory_lock(hashtextextended($1, 905))", name).Scan(&held); err != nil {
		return false, fmt.Errorf("hold %q: %w", name, err)
	}
	if !held {
		return false, nil
	}
	defer func() {
		// A connection that cannot let go is thrown away, and the lock with it.
		letGo, stop := context.WithTimeout(context.WithoutCancel(ctx), letGoWithin)
		defer stop()
		if _, failed := conn.ExecContext(letGo, "select pg_advisory_unlock(hashtextextended($1, 905))", name); failed != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	return true, do()
}

// letGoWithin is how long letting go of a name may take.
const letGoWithin = 5 * time.Second
